/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "config-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* YAML as a tree of JSON and back. Scalars without quotes are what YAML 1.2
 * says of them: true, false, null, numbers; everything else, as "on", is a
 * string. Refused, with line and column: anchors and aliases, merge keys, tags,
 * keys that come twice, several documents, and whatever is too big. */

#define VOWEL_YAML_MAX_SIZE (1024 * 1024)
#define VOWEL_YAML_MAX_DEPTH 32

/* @length: -1 for a string that ends with NUL. An empty document is an empty
 * object. (transfer full) */
JsonNode *vowel_yaml_parse (const gchar *text, gssize length, GError **error);
/* No more digits than it has, and one behind the point. (transfer full) */
gchar *vowel_yaml_write_number (gdouble number);
/* (transfer full) */
gchar *vowel_yaml_write (JsonNode *node);

G_END_DECLS
