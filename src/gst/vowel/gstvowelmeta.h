/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/**
 * GstVowelResponseMeta:
 * @response_id: (nullable): the response that the buffer belongs to, a
 *   #GRefString
 * @generation: the generation id; an element that has seen a newer one drops
 *   the buffer
 * @text_start: for audio: first character (Unicode code point, counted over
 *   the whole response's spoken text) that is heard in this buffer
 * @text_end: one past the last such character
 * @sentence_end: %TRUE on the last audio buffer of a sentence
 *
 * Names the response that a text or audio buffer belongs to. Attached by the
 * language model and speech synthesis base classes; kept by converters and
 * resamplers, because it has no tags.
 */
typedef struct {
  GstMeta meta;

  gchar *response_id;
  guint64 generation;
  guint text_start;
  guint text_end;
  gboolean sentence_end;
} GstVowelResponseMeta;

#define GST_VOWEL_RESPONSE_META_API_TYPE                                       \
  (gst_vowel_response_meta_api_get_type ())
#define gst_buffer_get_vowel_response_meta(b)                                  \
  ((GstVowelResponseMeta *) gst_buffer_get_meta (                              \
      (b), GST_VOWEL_RESPONSE_META_API_TYPE))

GST_VOWEL_API GType gst_vowel_response_meta_api_get_type (void);
GST_VOWEL_API const GstMetaInfo *gst_vowel_response_meta_get_info (void);
GST_VOWEL_API GstVowelResponseMeta *gst_buffer_add_vowel_response_meta (
    GstBuffer *buffer, const gchar *response_id, guint64 generation);

/* A UTF-8 text buffer (text/x-raw, format=utf8) with the meta attached when
 * @response_id is given. */
GST_VOWEL_API GstBuffer *gst_vowel_text_buffer_new (
    const gchar *text, const gchar *response_id, guint64 generation);

G_END_DECLS
