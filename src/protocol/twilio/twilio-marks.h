/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelTwilioMarks:
 *
 * The marks that were sent behind speech and have not come back: a mark that
 * comes back says that all before it was played, unless what waited to be
 * played was thrown away after it had been sent. Turns and their sentences are
 * counted from 1. Owner thread only.
 */
typedef struct _VowelTwilioMarks VowelTwilioMarks;

VowelTwilioMarks *vowel_twilio_marks_new (void);
void vowel_twilio_marks_free (VowelTwilioMarks *marks);
/* A mark behind the first @audio_ms of an item's speech: its name, "t2-s1".
 * (transfer none) */
const gchar *vowel_twilio_marks_add (
    VowelTwilioMarks *marks, const gchar *item_id, guint audio_ms);
/* A mark has come back. FALSE: it says nothing, because it is none that is
 * waited for. @ret_item_id: (transfer full) */
gboolean vowel_twilio_marks_take (VowelTwilioMarks *marks, const gchar *name,
    gchar **ret_item_id, guint *ret_audio_ms);
/* What waited to be played was thrown away. */
void vowel_twilio_marks_clear (VowelTwilioMarks *marks);
/* Whether one is waited for. */
gboolean vowel_twilio_marks_is_waiting (VowelTwilioMarks *marks);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTwilioMarks, vowel_twilio_marks_free)

G_END_DECLS
