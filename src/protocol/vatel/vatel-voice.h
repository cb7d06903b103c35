/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/audio-format.h"

G_BEGIN_DECLS

/* PCM 16 bit at 24 kHz, both ways. */
extern const VowelAudioFormat vowel_vatel_format;

/**
 * VowelVatelVoice:
 *
 * What is said in a session, in the format of Vatel's clients: a session that
 * was begun by another API may speak another.
 */
typedef struct _VowelVatelVoice VowelVatelVoice;

VowelVatelVoice *vowel_vatel_voice_new (void);
void vowel_vatel_voice_free (VowelVatelVoice *voice);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelVatelVoice, vowel_vatel_voice_free)

/* More of what is said in the turn @turn_id, as far as it can be told now; what
 * was kept back of another turn is forgotten. NULL: it cannot be told.
 * (transfer full) (nullable) */
GBytes *vowel_vatel_voice_push (VowelVatelVoice *voice, const gchar *turn_id,
    const VowelAudioFormat *format, GBytes *audio);
/* What was kept back of that turn. (transfer full) (nullable) */
GBytes *vowel_vatel_voice_finish (VowelVatelVoice *voice, const gchar *turn_id);

G_END_DECLS
