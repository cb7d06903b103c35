/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "config-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* The configuration file. */

/* Where it is: as RUNTIME_CONFIG_PATH of @environ_ says, else the first that
 * exists of vowel-gst/runtime.yaml in the user's folder of configurations and
 * in /etc. @environ_: (nullable): NULL for the process' own. (transfer full)
 * (nullable) */
gchar *vowel_config_file_find (gchar **environ_);
/* Where it would be written when there is none yet. (transfer full) */
gchar *vowel_config_file_dup_default (void);
/* A file that does not exist is an empty one. @ret_text: (nullable) (optional):
 * its text. (transfer full) */
JsonNode *vowel_config_file_read (
    const gchar *path, gchar **ret_text, GError **error);
/* Whoever reads it, whenever this process dies, finds the old file or the new
 * one, and only its owner does. */
gboolean vowel_config_file_write (
    const gchar *path, JsonNode *tree, gchar **ret_text, GError **error);

G_END_DECLS
