/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * SpeechDecoder: samples (S16LE mono) out of what a synthesizer sends: bare
 * samples, or a WAV file whose sizes are made up because it is still being
 * written. Comes in any pieces. Plain object.
 */
typedef struct _SpeechDecoder SpeechDecoder;

/* @rate: of bare samples, which do not say it themselves. */
SpeechDecoder *speech_decoder_new (gint rate);
void speech_decoder_free (SpeechDecoder *decoder);
/* Appends whole samples to @out.  Fails for anything but 16 bit mono. */
gboolean speech_decoder_feed (SpeechDecoder *decoder, const guint8 *data,
    gsize size, GByteArray *out, GError **error);
/* What is fed next came in a message of its own: it may be a file of its own.
 */
void speech_decoder_begin_message (SpeechDecoder *decoder);
/* Samples per second; 0 before it is known. */
gint speech_decoder_get_rate (SpeechDecoder *decoder);

/* A WAV file of @pcm (S16LE mono). */
GBytes *speech_encode_wav (const guint8 *pcm, gsize size, gint rate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpeechDecoder, speech_decoder_free)

G_END_DECLS
