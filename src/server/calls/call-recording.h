/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/companion.h"

G_BEGIN_DECLS

/* Sound of calls, one file (WAV, 16 kHz, 16 bit, stereo) in @folder for each:
 * the caller left, the agent right, as they were heard. */

/* Records the session that it goes along with. */
VowelCompanion *vowel_call_recording_new (const gchar *folder);
/* Where the recording of the call @id is once that is over, if there is one.
 * (transfer full) */
gchar *vowel_call_recording_get_path (const gchar *folder, const gchar *id);
/* If there is one. Nobody waits for it. */
void vowel_call_recording_delete (const gchar *folder, const gchar *id);
/* Deletes those that were finished, or never were but were written to, before:
 * milliseconds since 1970. Nobody waits for it. */
void vowel_call_recordings_forget (const gchar *folder, gint64 before);

G_END_DECLS
