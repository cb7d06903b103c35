/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelcurl-priv.h"
#include "gstvowelwarmth.h"

G_BEGIN_DECLS

/* (transfer full): what GstVowelCurl keeps for this file */
G_GNUC_INTERNAL GHashTable *gst_vowel_warmth_new_origins (void);
/* A request to @uri goes out: its connection needs no warming for a while.
 * Worker thread only. */
G_GNUC_INTERNAL void gst_vowel_warmth_note_request (
    GstVowelCurl *curl, const gchar *uri, GstClockTime now);

G_END_DECLS
