/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Asks for a secret: from the terminal without showing it, else the first line
 * of standard input. Never from an argument, which others can see. (transfer
 * full) */
gchar *vowel_prompt_secret (const gchar *question, GError **error);

G_END_DECLS
