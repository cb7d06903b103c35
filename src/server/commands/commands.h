/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Commands of the program; @argv[0] is the command's name. They return a
 * sysexits code. */
gint vowel_serve_main (gint argc, gchar **argv);
gint vowel_providers_main (gint argc, gchar **argv);
gint vowel_check_main (gint argc, gchar **argv);
gint vowel_config_main (gint argc, gchar **argv);
gint vowel_presets_main (gint argc, gchar **argv);
gint vowel_secret_main (gint argc, gchar **argv);
gint vowel_token_main (gint argc, gchar **argv);
gint vowel_app_main (gint argc, gchar **argv);
gint vowel_key_main (gint argc, gchar **argv);
gint vowel_import_core_main (gint argc, gchar **argv);

G_END_DECLS
