/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/audio-format.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelMp3Speech:
 *
 * Makes an MP3 file of each sentence: 24 kHz, mono, 64 kbit/s, without ID3.
 * Each can be decoded on its own, and says how many samples the encoder put
 * before and after the sentence, so that decoders (those of browsers do) leave
 * them out and sentences follow each other without a gap.
 *
 * One thread at a time.
 */
typedef struct _VowelMp3Speech VowelMp3Speech;

/* Fails when an element that encodes is not installed. */
VowelMp3Speech *vowel_mp3_speech_new (GError **error);
void vowel_mp3_speech_free (VowelMp3Speech *speech);

/* More of the sentence, whole samples.  @format stays the same until its end.
 * After a failure the sentence is lost. */
gboolean vowel_mp3_speech_add (VowelMp3Speech *speech,
    const VowelAudioFormat *format, GBytes *audio, GError **error);
/* (transfer full) (nullable): the file; %NULL without @error when there was no
 * audio. */
GBytes *vowel_mp3_speech_finish (VowelMp3Speech *speech, GError **error);
/* Forgets the sentence. */
void vowel_mp3_speech_drop (VowelMp3Speech *speech);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelMp3Speech, vowel_mp3_speech_free)

G_END_DECLS
