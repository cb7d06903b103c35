/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "config-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Presets: partial configurations with a name. Some come with the program, more
 * may stand under `presets` in the configuration file, as a list of {id, name,
 * description, config} or as a section of those by their id. Of two with one id
 * the file's counts. */

/* A list of {id, name, description, config}. @file: (nullable): the tree of the
 * configuration file. (transfer full) */
JsonNode *vowel_presets_list (JsonNode *file, GError **error);
/* The configuration of one of @presets. (transfer none) */
JsonNode *vowel_presets_find (
    JsonNode *presets, const gchar *id, GError **error);

G_END_DECLS
