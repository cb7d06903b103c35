/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/audio-format.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelAudioConverter:
 *
 * Between the format of a wire API and that of a session, which may be any, and
 * may change: nothing at all while they are the same. One thread at a time.
 */
typedef struct _VowelAudioConverter VowelAudioConverter;

VowelAudioConverter *vowel_audio_converter_new (void);
void vowel_audio_converter_free (VowelAudioConverter *converter);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelAudioConverter, vowel_audio_converter_free)

/* More of a stream. (transfer full): what is known of it in the format @to, may
 * be empty. When one of the formats is another than before, a stream begins. */
GBytes *vowel_audio_converter_push (VowelAudioConverter *converter,
    const VowelAudioFormat *from, const VowelAudioFormat *to, GBytes *audio,
    GError **error);
/* The stream has ended. (transfer full): the rest of it, may be empty */
GBytes *vowel_audio_converter_finish (
    VowelAudioConverter *converter, GError **error);
/* The stream has ended, and the rest is of no use. */
void vowel_audio_converter_reset (VowelAudioConverter *converter);

G_END_DECLS
