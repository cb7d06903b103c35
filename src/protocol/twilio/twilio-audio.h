/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/audio-format.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelTwilioAudio:
 *
 * Between a telephone's audio and that of the session: nothing at all in a
 * session that began with a telephone, and a change of format where others say
 * what it is. Owner thread only.
 */
typedef struct _VowelTwilioAudio VowelTwilioAudio;

VowelTwilioAudio *vowel_twilio_audio_new (void);
void vowel_twilio_audio_free (VowelTwilioAudio *audio);

/* What is said to the caller, as mu-law. (transfer full): may be empty; %NULL
 * when it cannot be had */
GBytes *vowel_twilio_audio_encode (
    VowelTwilioAudio *audio, const VowelAudioFormat *format, GBytes *speech);
/* It goes on with something else: the rest, may be empty. (transfer full) */
GBytes *vowel_twilio_audio_finish (VowelTwilioAudio *audio);
/* It stopped, and the rest is of no use. */
void vowel_twilio_audio_reset (VowelTwilioAudio *audio);
/* What the caller has said, in the format of the session. (transfer full)
 * (nullable) */
GBytes *vowel_twilio_audio_decode (
    VowelTwilioAudio *audio, const VowelAudioFormat *format, GBytes *mulaw);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTwilioAudio, vowel_twilio_audio_free)

G_END_DECLS
