/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-sttsink
 * @title: sttsink
 * @short_description: Speech to text by any provider
 *
 * Recognises speech with the provider that the property
 * #GstVowelProviderBin:provider names. What was said is posted as
 * `vowel-transcript` messages; those who want it as a stream request the pad
 * `transcript`.
 *
 * Behind a `vad` each utterance is recognised by itself; without one the whole
 * stream is one utterance. EOS is posted when the last result is in.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m filesrc location=speech.wav ! wavparse ! audioconvert !
 * audioresample ! vad ! sttsink provider=pocketsphinx
 * ]|
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "forward.h"
#include "gststtsink.h"

enum {
  PROP_0,
  PROP_FORWARDED,
};

static const gchar *const forwarded[] = {"pre-roll", "result-timeout",
    "flush-on-speech", "retries", "failure-limit", "cool-down", "native-turns",
    NULL};

struct _GstSttSink {
  GstVowelProviderBin parent;

  GstPad *sinkpad; /* constant */

  /* Protected by the object lock. */
  GstPad *transcript; /* nullable; owned by the element */
};

G_DEFINE_FINAL_TYPE (GstSttSink, gst_stt_sink, GST_TYPE_VOWEL_PROVIDER_BIN)
GST_ELEMENT_REGISTER_DEFINE (
    sttsink, "sttsink", GST_RANK_NONE, GST_TYPE_STT_SINK)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("audio/x-raw, format=S16LE, rate=[ 1, max ], channels=1, "
                     "layout=interleaved"));
static GstStaticPadTemplate transcript_template =
    GST_STATIC_PAD_TEMPLATE ("transcript", GST_PAD_SRC, GST_PAD_REQUEST,
        GST_STATIC_CAPS ("text/x-raw, format=utf8"));

static gboolean
gst_stt_sink_provider_added (GstVowelProviderBin *bin, GstElement *provider)
{
  GstSttSink *self = GST_STT_SINK (bin);

  return vowel_core_retarget (self->sinkpad, provider, "sink")
         && (self->transcript == NULL
             || vowel_core_retarget (self->transcript, provider, "src"));
}

static void
gst_stt_sink_provider_removed (GstVowelProviderBin *bin, GstElement *provider)
{
  GstSttSink *self = GST_STT_SINK (bin);

  gst_ghost_pad_set_target (GST_GHOST_PAD_CAST (self->sinkpad), NULL);
  if (self->transcript != NULL)
    gst_ghost_pad_set_target (GST_GHOST_PAD_CAST (self->transcript), NULL);
}

static GstPad *
gst_stt_sink_request_new_pad (GstElement *element, GstPadTemplate *templ,
    const gchar *name, const GstCaps *caps)
{
  GstSttSink *self = GST_STT_SINK (element);
  g_autoptr (GstElement) provider = NULL;
  GstPad *pad;

  if (self->transcript != NULL)
    return NULL;
  pad = gst_ghost_pad_new_no_target_from_template ("transcript", templ);
  GST_OBJECT_LOCK (self);
  self->transcript = pad;
  GST_OBJECT_UNLOCK (self);
  provider = gst_bin_get_by_name (GST_BIN_CAST (self), "provider");
  if (provider != NULL)
    vowel_core_retarget (pad, provider, "src");
  gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (element, pad);
  return pad;
}

static void
gst_stt_sink_release_pad (GstElement *element, GstPad *pad)
{
  GstSttSink *self = GST_STT_SINK (element);

  GST_OBJECT_LOCK (self);
  self->transcript = NULL;
  GST_OBJECT_UNLOCK (self);
  gst_ghost_pad_set_target (GST_GHOST_PAD_CAST (pad), NULL);
  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (element, pad);
}

static void
gst_stt_sink_class_init (GstSttSinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelProviderBinClass *bin_class = GST_VOWEL_PROVIDER_BIN_CLASS (klass);

  object_class->set_property = vowel_core_set_forwarded;
  object_class->get_property = vowel_core_get_forwarded;
  element_class->request_new_pad =
      GST_DEBUG_FUNCPTR (gst_stt_sink_request_new_pad);
  element_class->release_pad = GST_DEBUG_FUNCPTR (gst_stt_sink_release_pad);
  bin_class->kind = GST_VOWEL_PROVIDER_STT;
  bin_class->provider_added = gst_stt_sink_provider_added;
  bin_class->provider_removed = gst_stt_sink_provider_removed;

  vowel_core_forward_properties (
      object_class, PROP_FORWARDED, GST_TYPE_VOWEL_STT, forwarded);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_add_static_pad_template (
      element_class, &transcript_template);
  gst_element_class_set_static_metadata (element_class, "Speech to text",
      "Sink/Audio/Text", "Recognises speech with a provider of your choice",
      "The vowel-gst authors");
}

static void
gst_stt_sink_init (GstSttSink *self)
{
  g_autoptr (GstPadTemplate) templ =
      gst_static_pad_template_get (&sink_template);

  gst_bin_set_suppressed_flags (
      GST_BIN_CAST (self), GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SINK);
  self->sinkpad = gst_ghost_pad_new_no_target_from_template ("sink", templ);
  gst_element_add_pad (GST_ELEMENT_CAST (self), self->sinkpad);
}
