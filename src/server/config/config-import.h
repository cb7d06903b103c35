/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "config-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What the document @hosted of the hosted engine (presets, settings, runtime,
 * secrets) says, as a configuration of ours. @skipped: (element-type utf8):
 * gets what has no place there. (transfer full) */
JsonNode *vowel_config_import (
    JsonNode *hosted, GPtrArray *skipped, GError **error);

G_END_DECLS
