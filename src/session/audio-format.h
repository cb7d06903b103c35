/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelEncoding:
 *
 * How samples are written in a caller's audio. Always mono.
 */
typedef enum {
  VOWEL_ENCODING_PCM16, /* signed 16 bit, little endian */
  VOWEL_ENCODING_PCMU,  /* G.711 mu-law, 8 kHz */
  VOWEL_ENCODING_PCMA,  /* G.711 A-law, 8 kHz */
} VowelEncoding;

/**
 * VowelAudioFormat:
 * @encoding: how a sample is written
 * @rate: samples per second
 */
typedef struct {
  VowelEncoding encoding;
  guint rate;
} VowelAudioFormat;

guint vowel_audio_format_sample_size (const VowelAudioFormat *format);
/* Whole microseconds that @bytes last. */
gint64 vowel_audio_format_duration_us (
    const VowelAudioFormat *format, gsize bytes);
/* Whole samples only. */
gsize vowel_audio_format_bytes (
    const VowelAudioFormat *format, gint64 duration_us);
gboolean vowel_audio_format_equal (
    const VowelAudioFormat *a, const VowelAudioFormat *b);

/* (transfer full): samples as the format writes them */
GBytes *vowel_audio_format_encode (
    const VowelAudioFormat *format, const gint16 *samples, gsize n);

G_END_DECLS
