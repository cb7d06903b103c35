/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The formats at both ends of a pipeline, and their change between buffers. */

#include "pipeline-private.h"

#include "error.h"

static GstCaps *
caps_for (const VowelAudioFormat *format)
{
  switch (format->encoding) {
    case VOWEL_ENCODING_PCMU:
      return gst_caps_new_simple ("audio/x-mulaw", "rate", G_TYPE_INT,
          format->rate, "channels", G_TYPE_INT, 1, NULL);
    case VOWEL_ENCODING_PCMA:
      return gst_caps_new_simple ("audio/x-alaw", "rate", G_TYPE_INT,
          format->rate, "channels", G_TYPE_INT, 1, NULL);
    case VOWEL_ENCODING_PCM16:
      break;
  }
  return gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, "S16LE",
      "layout", G_TYPE_STRING, "interleaved", "rate", G_TYPE_INT, format->rate,
      "channels", G_TYPE_INT, 1, NULL);
}

/* Codecs keep events back until the next buffer has passed them, which for the
 * end of an utterance or a response may be never. Ours go around; G.711 keeps
 * no samples back, so they keep their place. Before the first buffer they must
 * wait for it, because nobody downstream knows a format yet. */
static GstPadProbeReturn
on_codec_event (GstPad *sink, GstPadProbeInfo *info, gpointer user_data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  g_autoptr (GstElement) codec = NULL;
  g_autoptr (GstPad) src = NULL;

  if (GST_EVENT_TYPE (event) != GST_EVENT_CUSTOM_DOWNSTREAM)
    return GST_PAD_PROBE_OK;
  codec = gst_pad_get_parent_element (sink);
  src = codec != NULL ? gst_element_get_static_pad (codec, "src") : NULL;
  if (src == NULL || !gst_pad_has_current_caps (src))
    return GST_PAD_PROBE_OK;
  gst_pad_push_event (src, event);
  return GST_PAD_PROBE_HANDLED;
}

void
vowel_pipeline_replace (
    GstElement **element, GstElement *replacement, const gchar *name)
{
  g_autoptr (GstObject) parent = gst_element_get_parent (*element);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (*element, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (*element, "src");
  g_autoptr (GstPad) before = gst_pad_get_peer (sink);
  g_autoptr (GstPad) after = gst_pad_get_peer (src);

  gst_element_set_locked_state (*element, TRUE);
  gst_element_set_state (*element, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (parent), *element);
  gst_object_unref (*element);

  *element = gst_object_ref_sink (replacement);
  gst_object_set_name (GST_OBJECT (replacement), name);
  gst_bin_add (GST_BIN (parent), replacement);
  g_clear_object (&sink);
  g_clear_object (&src);
  sink = gst_element_get_static_pad (replacement, "sink");
  src = gst_element_get_static_pad (replacement, "src");
  gst_pad_link_full (src, after, GST_PAD_LINK_CHECK_NOTHING);
  gst_element_sync_state_with_parent (replacement);
  /* The caps that fit come with the next buffer. */
  gst_pad_link_full (before, sink, GST_PAD_LINK_CHECK_NOTHING);
}

/* Puts an element of another kind into the place of *@codec. */
static gboolean
exchange (
    GstElement **codec, const gchar *factory, const gchar *name, GError **error)
{
  g_autoptr (GstPad) sink = NULL;
  GstElement *replacement;

  if (*codec == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_NOT_SUPPORTED,
        g_str_has_prefix (name, "in") ? "input_format" : "output_format",
        "the recipe has no element \"%s\" and so takes PCM only", name);
    return FALSE;
  }
  if (g_strcmp0 (GST_OBJECT_NAME (gst_element_get_factory (*codec)), factory)
      == 0)
    return TRUE;
  replacement = gst_element_factory_make (factory, NULL);
  if (replacement == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_NOT_SUPPORTED,
        g_str_has_prefix (name, "in") ? "input_format" : "output_format",
        "the GStreamer element %s is not installed (gstreamer1.0-plugins-good)",
        factory);
    return FALSE;
  }

  sink = gst_element_get_static_pad (replacement, "sink");
  gst_pad_add_probe (
      sink, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_codec_event, NULL, NULL);
  vowel_pipeline_replace (codec, replacement, name);
  return TRUE;
}

gboolean
vowel_pipeline_set_input_format (
    VowelPipeline *self, const VowelAudioFormat *format, GError **error)
{
  static const gchar *const decoders[] = {"identity", "mulawdec", "alawdec"};
  g_autoptr (GstCaps) caps = NULL;

  if (vowel_audio_format_equal (&self->input_format, format))
    return TRUE;
  if ((format->encoding != VOWEL_ENCODING_PCM16 || self->in_codec != NULL)
      && !exchange (
          &self->in_codec, decoders[format->encoding], "in-codec", error))
    return FALSE;

  caps = caps_for (format);
  gst_vowel_push_src_set_caps (GST_VOWEL_PUSH_SRC (self->in), caps);
  if (self->input_format.rate != 0)
    self->format_us += vowel_audio_format_duration_us (
        &self->input_format, self->format_bytes);
  self->format_bytes = 0;
  self->input_format = *format;
  return TRUE;
}

gboolean
vowel_pipeline_set_output_format (
    VowelPipeline *self, const VowelAudioFormat *format, GError **error)
{
  static const gchar *const encoders[] = {"identity", "mulawenc", "alawenc"};
  VowelAudioFormat pcm = {VOWEL_ENCODING_PCM16, format->rate};
  g_autoptr (GstCaps) caps = caps_for (&pcm);

  if (self->out_caps == NULL
      || vowel_audio_format_equal (&self->output_format, format))
    return TRUE;
  if ((format->encoding != VOWEL_ENCODING_PCM16 || self->out_codec != NULL)
      && !exchange (
          &self->out_codec, encoders[format->encoding], "out-codec", error))
    return FALSE;

  g_object_set (self->out_caps, "caps", caps, NULL);
  self->output_format = *format;
  return TRUE;
}
