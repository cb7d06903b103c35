/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-ttssrc
 * @title: ttssrc
 * @short_description: Text to speech by any provider
 *
 * Speaks with the provider that the property #GstVowelProviderBin:provider
 * names. Text comes on the request pad `text`, by the action #GstTtsSrc::say or
 * as the property #GstTtsSrc:text.
 *
 * In a pipeline whose application knows nothing of workers the audio leaves
 * through a queue of the element's own, so that a sink that blocks while it
 * plays does not keep anybody from listening.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 ttssrc provider=flite text="Hello." ! audioconvert !
 * audioresample ! autoaudiosink
 * ]|
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "forward.h"
#include "gstttssrc.h"

GST_DEBUG_CATEGORY_STATIC (gst_tts_src_debug);
#define GST_CAT_DEFAULT gst_tts_src_debug

enum {
  PROP_0,
  PROP_FORWARDED,
};

enum {
  SIGNAL_SAY,
  SIGNAL_SPEAK,
  SIGNAL_CANCEL,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static const gchar *const forwarded[] = {"voice", "speed", "in-flight",
    "first-audio-timeout", "drop-repeats", "skip-failed", "retries",
    "failure-limit", "cool-down", "text", NULL};

struct _GstTtsSrc {
  GstVowelProviderBin parent;

  GstPad *srcpad; /* constant */

  /* Application thread; the elements are owned by the bin. */
  GstElement *queue; /* nullable */

  /* Protected by the object lock. */
  GstPad *text; /* nullable; owned by the element */
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GstTtsSrc, gst_tts_src,
    GST_TYPE_VOWEL_PROVIDER_BIN,
    GST_DEBUG_CATEGORY_INIT (gst_tts_src_debug, "ttssrc", 0, "text to speech"))
GST_ELEMENT_REGISTER_DEFINE (ttssrc, "ttssrc", GST_RANK_NONE, GST_TYPE_TTS_SRC)

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("audio/x-raw, format=S16LE, rate=[ 1, max ], channels=1, "
                     "layout=interleaved"));
static GstStaticPadTemplate text_template = GST_STATIC_PAD_TEMPLATE ("text",
    GST_PAD_SINK, GST_PAD_REQUEST, GST_STATIC_CAPS ("text/x-raw, format=utf8"));

/* (transfer full) (nullable): without making one */
static GstElement *
peek_provider (GstTtsSrc *self)
{
  return gst_bin_get_by_name (GST_BIN_CAST (self), "provider");
}

static gboolean
gst_tts_src_provider_added (GstVowelProviderBin *bin, GstElement *provider)
{
  GstTtsSrc *self = GST_TTS_SRC (bin);

  return vowel_core_retarget (self->srcpad, provider, "src")
         && (self->text == NULL
             || vowel_core_retarget (self->text, provider, "sink"));
}

static void
gst_tts_src_provider_removed (GstVowelProviderBin *bin, GstElement *provider)
{
  GstTtsSrc *self = GST_TTS_SRC (bin);

  gst_ghost_pad_set_target (GST_GHOST_PAD_CAST (self->srcpad), NULL);
  if (self->text != NULL)
    gst_ghost_pad_set_target (GST_GHOST_PAD_CAST (self->text), NULL);
}

static GstPad *
gst_tts_src_request_new_pad (GstElement *element, GstPadTemplate *templ,
    const gchar *name, const GstCaps *caps)
{
  GstTtsSrc *self = GST_TTS_SRC (element);
  g_autoptr (GstElement) provider = NULL;
  GstPad *pad;

  if (self->text != NULL)
    return NULL;
  pad = gst_ghost_pad_new_no_target_from_template ("text", templ);
  GST_OBJECT_LOCK (self);
  self->text = pad;
  GST_OBJECT_UNLOCK (self);
  provider = peek_provider (self);
  if (provider != NULL)
    vowel_core_retarget (pad, provider, "sink");
  gst_pad_set_active (pad, TRUE);
  gst_element_add_pad (element, pad);
  return pad;
}

static void
gst_tts_src_release_pad (GstElement *element, GstPad *pad)
{
  GstTtsSrc *self = GST_TTS_SRC (element);

  GST_OBJECT_LOCK (self);
  self->text = NULL;
  GST_OBJECT_UNLOCK (self);
  gst_ghost_pad_set_target (GST_GHOST_PAD_CAST (pad), NULL);
  gst_pad_set_active (pad, FALSE);
  gst_element_remove_pad (element, pad);
}

/* Between the provider and whatever may block while it plays. */
static gboolean
add_queue (GstTtsSrc *self)
{
  g_autoptr (GstElement) provider = peek_provider (self);
  GstVowelWorker *worker;

  if (self->queue != NULL || !GST_VOWEL_IS_TTS (provider))
    return TRUE;
  worker = gst_vowel_tts_get_worker (GST_VOWEL_TTS (provider));
  if (worker == NULL || !gst_vowel_worker_is_standalone (worker))
    return TRUE;

  self->queue = gst_element_factory_make ("queue", "output");
  if (self->queue == NULL) {
    GST_ELEMENT_ERROR (self, CORE, MISSING_PLUGIN,
        ("The element \"queue\" (plugin coreelements) is missing."), (NULL));
    return FALSE;
  }
  GST_DEBUG_OBJECT (self, "stands alone: audio leaves through a queue");
  g_object_set (self->queue, "max-size-buffers", 0, "max-size-bytes", 0,
      "max-size-time", (guint64) 0, NULL);
  gst_bin_add (GST_BIN_CAST (self), self->queue);
  gst_ghost_pad_set_target (GST_GHOST_PAD_CAST (self->srcpad), NULL);
  if (!gst_element_link_pads (provider, "src", self->queue, "sink")
      || !vowel_core_retarget (self->srcpad, self->queue, "src"))
    return FALSE;
  return gst_element_sync_state_with_parent (self->queue);
}

static void
remove_queue (GstTtsSrc *self)
{
  g_autoptr (GstElement) provider = peek_provider (self);

  if (self->queue == NULL)
    return;
  gst_element_set_state (self->queue, GST_STATE_NULL);
  gst_ghost_pad_set_target (GST_GHOST_PAD_CAST (self->srcpad), NULL);
  gst_bin_remove (GST_BIN_CAST (self), self->queue);
  self->queue = NULL;
  if (provider != NULL)
    vowel_core_retarget (self->srcpad, provider, "src");
}

static GstStateChangeReturn
gst_tts_src_change_state (GstElement *element, GstStateChange transition)
{
  GstTtsSrc *self = GST_TTS_SRC (element);
  GstStateChangeReturn ret = GST_ELEMENT_CLASS (gst_tts_src_parent_class)
                                 ->change_state (element, transition);

  if (ret == GST_STATE_CHANGE_FAILURE)
    return ret;
  if (transition == GST_STATE_CHANGE_NULL_TO_READY && !add_queue (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_READY_TO_NULL)
    remove_queue (self);
  return ret;
}

static gboolean
gst_tts_src_send_event (GstElement *element, GstEvent *event)
{
  GstTtsSrc *self = GST_TTS_SRC (element);

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    g_autoptr (GstElement) provider = peek_provider (self);

    /* The text stream brings its own end. */
    if (self->text != NULL && gst_pad_is_linked (self->text)) {
      gst_event_unref (event);
      return TRUE;
    }
    if (provider != NULL)
      return gst_element_send_event (provider, event);
  }
  return GST_ELEMENT_CLASS (gst_tts_src_parent_class)
      ->send_event (element, event);
}

static void
gst_tts_src_say (GstTtsSrc *self, const gchar *text)
{
  g_autoptr (GstElement) provider = peek_provider (self);

  if (provider != NULL)
    g_signal_emit_by_name (provider, "say", text);
  else
    GST_WARNING_OBJECT (self, "\"say\" needs an element that is PAUSED");
}

static void
gst_tts_src_speak (GstTtsSrc *self, const gchar *response_id,
    guint64 generation, const gchar *text)
{
  g_autoptr (GstElement) provider = peek_provider (self);

  if (provider != NULL)
    g_signal_emit_by_name (provider, "speak", response_id, generation, text);
  else
    GST_WARNING_OBJECT (self, "\"speak\" needs an element that is PAUSED");
}

static void
gst_tts_src_cancel (GstTtsSrc *self, guint64 generation)
{
  g_autoptr (GstElement) provider = peek_provider (self);

  if (provider != NULL)
    g_signal_emit_by_name (provider, "cancel", generation);
}

static void
gst_tts_src_class_init (GstTtsSrcClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelProviderBinClass *bin_class = GST_VOWEL_PROVIDER_BIN_CLASS (klass);
  const GSignalFlags flags = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  object_class->set_property = vowel_core_set_forwarded;
  object_class->get_property = vowel_core_get_forwarded;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_tts_src_change_state);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_tts_src_send_event);
  element_class->request_new_pad =
      GST_DEBUG_FUNCPTR (gst_tts_src_request_new_pad);
  element_class->release_pad = GST_DEBUG_FUNCPTR (gst_tts_src_release_pad);
  bin_class->kind = GST_VOWEL_PROVIDER_TTS;
  bin_class->provider_added = gst_tts_src_provider_added;
  bin_class->provider_removed = gst_tts_src_provider_removed;

  vowel_core_forward_properties (
      object_class, PROP_FORWARDED, GST_TYPE_VOWEL_TTS, forwarded);
  /**
   * GstTtsSrc::say:
   * @self: the element
   * @text: what to say
   *
   * Speaks a text, after what is being spoken. Any thread; PAUSED at least.
   */
  signals[SIGNAL_SAY] = g_signal_new_class_handler ("say",
      G_TYPE_FROM_CLASS (klass), flags, G_CALLBACK (gst_tts_src_say), NULL,
      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * GstTtsSrc::speak:
   * @self: the element
   * @response_id: the response that the text is all of
   * @generation: its generation
   * @text: what to say
   *
   * Speaks a text as a response, as if it had come on the text pad. Any thread;
   * PAUSED at least.
   */
  signals[SIGNAL_SPEAK] = g_signal_new_class_handler ("speak",
      G_TYPE_FROM_CLASS (klass), flags, G_CALLBACK (gst_tts_src_speak), NULL,
      NULL, NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_UINT64, G_TYPE_STRING);
  /**
   * GstTtsSrc::cancel:
   * @self: the element
   * @generation: which responses; 0 for all
   *
   * Throws responses away; flushes downstream when one of them can be heard.
   */
  signals[SIGNAL_CANCEL] = g_signal_new_class_handler ("cancel",
      G_TYPE_FROM_CLASS (klass), flags, G_CALLBACK (gst_tts_src_cancel), NULL,
      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_add_static_pad_template (element_class, &text_template);
  gst_element_class_set_static_metadata (element_class, "Text to speech",
      "Source/Audio/Text", "Speaks with a provider of your choice",
      "The vowel-gst authors");
}

static void
gst_tts_src_init (GstTtsSrc *self)
{
  g_autoptr (GstPadTemplate) templ =
      gst_static_pad_template_get (&src_template);

  gst_bin_set_suppressed_flags (
      GST_BIN_CAST (self), GST_ELEMENT_FLAG_SOURCE | GST_ELEMENT_FLAG_SINK);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SOURCE);
  self->srcpad = gst_ghost_pad_new_no_target_from_template ("src", templ);
  gst_element_add_pad (GST_ELEMENT_CAST (self), self->srcpad);
}
