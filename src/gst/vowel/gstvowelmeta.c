/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelmeta
 * @title: GstVowelResponseMeta
 * @short_description: Which response a buffer belongs to
 */

#include "config.h"

#include <string.h>

#include "gstvowelmeta.h"
#include "gstvowelmeta-priv.h"

/**
 * gst_vowel_response_meta_api_get_type:
 *
 * Returns: the meta's API type. It has no tags, so that converters, resamplers
 *   and encoders keep the meta
 */
GType
gst_vowel_response_meta_api_get_type (void)
{
  static gsize type = 0;

  if (g_once_init_enter (&type)) {
    static const gchar *tags[] = {NULL};
    GType t = gst_meta_api_type_register ("GstVowelResponseMetaAPI", tags);

    g_once_init_leave (&type, t);
  }
  return type;
}

static gboolean
response_meta_init (GstMeta *meta, gpointer params, GstBuffer *buffer)
{
  GstVowelResponseMeta *self = (GstVowelResponseMeta *) meta;

  self->response_id = NULL;
  self->generation = 0;
  self->text_start = 0;
  self->text_end = 0;
  self->sentence_end = FALSE;
  return TRUE;
}

static void
response_meta_free (GstMeta *meta, GstBuffer *buffer)
{
  GstVowelResponseMeta *self = (GstVowelResponseMeta *) meta;

  g_clear_pointer (&self->response_id, g_ref_string_release);
}

static gboolean
response_meta_transform (GstBuffer *dest, GstMeta *meta, GstBuffer *buffer,
    GQuark type, gpointer data)
{
  GstVowelResponseMeta *self = (GstVowelResponseMeta *) meta;
  GstVowelResponseMeta *copy;

  if (!GST_META_TRANSFORM_IS_COPY (type))
    return FALSE;
  copy = gst_vowel_response_meta_add_shared (
      dest, self->response_id, self->generation);
  copy->text_start = self->text_start;
  copy->text_end = self->text_end;
  copy->sentence_end = self->sentence_end;
  return TRUE;
}

/**
 * gst_vowel_response_meta_get_info:
 *
 * Returns: (transfer none): the meta's description
 */
const GstMetaInfo *
gst_vowel_response_meta_get_info (void)
{
  static gsize info = 0;

  if (g_once_init_enter (&info)) {
    const GstMetaInfo *i = gst_meta_register (GST_VOWEL_RESPONSE_META_API_TYPE,
        "GstVowelResponseMeta", sizeof (GstVowelResponseMeta),
        response_meta_init, response_meta_free, response_meta_transform);

    g_once_init_leave (&info, (gsize) i);
  }
  return (const GstMetaInfo *) info;
}

GstVowelResponseMeta *
gst_vowel_response_meta_add_shared (
    GstBuffer *buffer, gchar *response_id, guint64 generation)
{
  GstVowelResponseMeta *meta;

  meta = (GstVowelResponseMeta *) gst_buffer_add_meta (
      buffer, gst_vowel_response_meta_get_info (), NULL);
  if (response_id != NULL)
    meta->response_id = g_ref_string_acquire (response_id);
  meta->generation = generation;
  return meta;
}

/**
 * gst_buffer_add_vowel_response_meta:
 * @buffer: a writable buffer
 * @response_id: (nullable): the response that it belongs to
 * @generation: the response's generation
 *
 * Returns: (transfer none): the meta, for the text range to be filled in
 */
GstVowelResponseMeta *
gst_buffer_add_vowel_response_meta (
    GstBuffer *buffer, const gchar *response_id, guint64 generation)
{
  GstVowelResponseMeta *meta;

  g_return_val_if_fail (GST_IS_BUFFER (buffer), NULL);

  meta = gst_vowel_response_meta_add_shared (buffer, NULL, generation);
  if (response_id != NULL)
    meta->response_id = g_ref_string_new (response_id);
  return meta;
}

/**
 * gst_vowel_text_buffer_new:
 * @text: UTF-8 text
 * @response_id: (nullable): the response that it belongs to; without one the
 *   buffer carries no meta
 * @generation: the response's generation
 *
 * Returns: (transfer full): a buffer of caps text/x-raw, format=utf8
 */
GstBuffer *
gst_vowel_text_buffer_new (
    const gchar *text, const gchar *response_id, guint64 generation)
{
  GstBuffer *buffer;

  g_return_val_if_fail (text != NULL, NULL);

  buffer = gst_buffer_new_memdup (text, strlen (text));
  if (response_id != NULL)
    gst_buffer_add_vowel_response_meta (buffer, response_id, generation);
  return buffer;
}
