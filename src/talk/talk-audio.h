/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/* Sound for the terminal client: S16LE mono at VOWEL_TALK_RATE everywhere. */

/* Reads a whole sound file of any format that GStreamer decodes. */
GBytes *vowel_talk_read_file (const gchar *path, GError **error);
gboolean vowel_talk_write_wav (
    const gchar *path, GByteArray *audio, GError **error);

/**
 * VowelTalkDevice:
 *
 * The microphone or the loudspeaker.
 */
typedef struct _VowelTalkDevice VowelTalkDevice;

typedef void (*VowelTalkAudioFunc) (GBytes *audio, gpointer user_data);

/* @func runs on the default main context, with about 40 ms each time. */
VowelTalkDevice *vowel_talk_microphone_new (
    VowelTalkAudioFunc func, gpointer user_data, GError **error);
VowelTalkDevice *vowel_talk_loudspeaker_new (GError **error);
void vowel_talk_loudspeaker_play (VowelTalkDevice *device, GBytes *audio);
/* Barge-in: silent at once. */
void vowel_talk_loudspeaker_stop (VowelTalkDevice *device);
void vowel_talk_device_free (VowelTalkDevice *device);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTalkDevice, vowel_talk_device_free)

G_END_DECLS
