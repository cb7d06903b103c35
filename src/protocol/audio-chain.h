/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/audio-format.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelAudioChain:
 *
 * GStreamer's elements for whoever has bytes in one hand and wants bytes in
 * the other: a codec, a change of rate. They run inside the calls below, on the
 * thread that calls, and have no thread of their own; so a description must
 * not name elements that start one (queue).
 *
 * What is pushed between two ends is one stream: a file of its own when the
 * last element writes files. One thread at a time.
 */
typedef struct _VowelAudioChain VowelAudioChain;

/* @elements: as for gst-launch-1.0, each with one sink and one src pad.
 * Nothing of it may come from outside.
 * @input: the format of what will be pushed.
 * Fails when an element is not installed. */
VowelAudioChain *vowel_audio_chain_new (
    const gchar *elements, const VowelAudioFormat *input, GError **error);
/* From one format of callers to another; the same one passes as it is. */
VowelAudioChain *vowel_audio_chain_new_converter (const VowelAudioFormat *input,
    const VowelAudioFormat *output, GError **error);
void vowel_audio_chain_free (VowelAudioChain *chain);

/* @audio: whole samples, any number of them.
 * (transfer full): what has come out so far, may be empty: elements keep
 * samples back, encoders whole frames.  After a failure (an element's) the
 * stream is lost; the next push begins another. */
GBytes *vowel_audio_chain_push (
    VowelAudioChain *chain, GBytes *audio, GError **error);
/* (transfer full): the rest of the stream.  The next push begins another, of
 * which nothing remembers this one. */
GBytes *vowel_audio_chain_finish (VowelAudioChain *chain, GError **error);
/* Forgets the stream: nothing of it comes out any more. */
void vowel_audio_chain_reset (VowelAudioChain *chain);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelAudioChain, vowel_audio_chain_free)

G_END_DECLS
