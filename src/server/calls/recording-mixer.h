/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VOWEL_RECORDING_RATE 16000

/**
 * VowelRecordingMixer:
 *
 * Puts both sides of a call into one recording as they were heard: the caller
 * left, the agent right. The caller's audio comes about as it is spoken; the
 * agent's comes ahead of the caller's ear, and what was not heard in the end is
 * taken out again. Samples are 16 bit, mono, of VOWEL_RECORDING_RATE; times are
 * microseconds since the call began, and never less than the last.
 */
typedef struct _VowelRecordingMixer VowelRecordingMixer;

VowelRecordingMixer *vowel_recording_mixer_new (void);
void vowel_recording_mixer_free (VowelRecordingMixer *mixer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelRecordingMixer, vowel_recording_mixer_free)

void vowel_recording_mixer_caller (
    VowelRecordingMixer *mixer, gint64 now_us, GBytes *samples);
void vowel_recording_mixer_agent (
    VowelRecordingMixer *mixer, gint64 now_us, GBytes *samples);
/* The agent is not heard from now on. */
void vowel_recording_mixer_interrupt (
    VowelRecordingMixer *mixer, gint64 now_us);
/* What cannot change any more, stereo; may be empty. (transfer full) */
GBytes *vowel_recording_mixer_take (VowelRecordingMixer *mixer, gint64 now_us);
/* All the rest: the call is over. (transfer full) */
GBytes *vowel_recording_mixer_finish (
    VowelRecordingMixer *mixer, gint64 now_us);

G_END_DECLS
