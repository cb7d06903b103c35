/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The `talk` command: a conversation from the terminal with any server that
 * speaks OpenAI Realtime. Returns a sysexits code. */
gint vowel_talk_main (gint argc, gchar **argv);

G_END_DECLS
