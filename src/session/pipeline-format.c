/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The formats at both ends of a pipeline, and their change between buffers. */

#include "pipeline-private.h"

#include "error.h"
#include "pipeline-caps.h"

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

static GstElement *
make_codec (const gchar *factory)
{
  GstElement *codec = gst_element_factory_make (factory, NULL);
  g_autoptr (GstPad) sink = NULL;

  if (codec == NULL)
    return NULL;
  sink = gst_element_get_static_pad (codec, "sink");
  gst_pad_add_probe (
      sink, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_codec_event, NULL, NULL);
  return codec;
}

/* @factory: (nullable): for PCM nothing is needed. */
static gboolean
exchange (VowelPipelinePlace *place, const gchar *factory, GError **error)
{
  const gchar *name = place->name;
  GstElement *codec = NULL;

  if (!vowel_pipeline_place_exists (place)) {
    vowel_set_field_error (error, VOWEL_ERROR_NOT_SUPPORTED,
        g_str_has_prefix (name, "in") ? "input_format" : "output_format",
        "the recipe has no element \"%s\" and so takes PCM only", name);
    return FALSE;
  }
  if (g_strcmp0 (vowel_pipeline_place_get_factory (place),
          factory != NULL ? factory : "identity")
      == 0)
    return TRUE;
  if (factory != NULL) {
    codec = make_codec (factory);
    if (codec == NULL) {
      vowel_set_field_error (error, VOWEL_ERROR_NOT_SUPPORTED,
          g_str_has_prefix (name, "in") ? "input_format" : "output_format",
          "the GStreamer element %s is not installed "
          "(gstreamer1.0-plugins-good)",
          factory);
      return FALSE;
    }
  }
  vowel_pipeline_place_put (place, codec);
  return TRUE;
}

gboolean
vowel_pipeline_set_input_format (
    VowelPipeline *self, const VowelAudioFormat *format, GError **error)
{
  static const gchar *const decoders[] = {NULL, "mulawdec", "alawdec"};
  g_autoptr (GstCaps) caps = NULL;

  if (vowel_audio_format_equal (&self->input_format, format))
    return TRUE;
  if ((format->encoding != VOWEL_ENCODING_PCM16
          || vowel_pipeline_place_exists (&self->in_codec))
      && !exchange (&self->in_codec, decoders[format->encoding], error))
    return FALSE;

  caps = vowel_audio_format_to_caps (format);
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
  static const gchar *const encoders[] = {NULL, "mulawenc", "alawenc"};
  VowelAudioFormat pcm = {VOWEL_ENCODING_PCM16, format->rate};
  g_autoptr (GstCaps) caps = vowel_audio_format_to_caps (&pcm);

  if (self->out_caps == NULL
      || vowel_audio_format_equal (&self->output_format, format))
    return TRUE;
  if ((format->encoding != VOWEL_ENCODING_PCM16
          || vowel_pipeline_place_exists (&self->out_codec))
      && !exchange (&self->out_codec, encoders[format->encoding], error))
    return FALSE;

  g_object_set (self->out_caps, "caps", caps, NULL);
  self->output_format = *format;
  return TRUE;
}
