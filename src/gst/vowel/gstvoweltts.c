/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvoweltts
 * @title: GstVowelTts
 * @short_description: Base class of text-to-speech providers
 *
 * This file has the element: pads, properties, actions, states. What becomes of
 * a text, from sentence to audio, is in gstvowelttsspeech.c.
 *
 * Text comes as buffers (deltas of a response, or whole texts), as the property
 * `text` or by the action "say". Audio leaves in the order of the text, in
 * buffers of 100 ms at most, each with the characters that it speaks.
 *
 * In a playing pipeline, speech that is not in time for what went before it
 * begins a segment at the present running time: a sink that synchronises to the
 * clock plays it at once.
 *
 * A text that was set before the element left READY is followed by EOS when the
 * text pad is not linked, so that a pipeline that only speaks it comes to an
 * end.
 */

#include "config.h"

#include "gstvowelfield.h"
#include "gstvoweltts-priv.h"

GST_DEBUG_CATEGORY (gst_vowel_tts_debug);
#define GST_CAT_DEFAULT gst_vowel_tts_debug

#define DEFAULT_SPEED 1.0
#define DEFAULT_IN_FLIGHT 2
#define DEFAULT_FIRST_AUDIO_TIMEOUT (10 * GST_SECOND)

#define MAX_QUEUED (64 * 1024)

enum {
  PROP_0,
  PROP_VOICE,
  PROP_VOICES,
  PROP_SPEED,
  PROP_IN_FLIGHT,
  PROP_HOLD,
  PROP_DROP_REPEATS,
  PROP_SKIP_FAILED,
  PROP_FIRST_AUDIO_TIMEOUT,
  PROP_TEXT,
};

enum {
  SIGNAL_SAY,
  SIGNAL_SPEAK,
  SIGNAL_CANCEL,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstVowelTts, gst_vowel_tts,
    GST_TYPE_VOWEL_PROVIDER_ELEMENT,
    G_ADD_PRIVATE (GstVowelTts) GST_DEBUG_CATEGORY_INIT (gst_vowel_tts_debug,
        "voweltts", 0, "vowel-gst text-to-speech base class"))

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("text/x-raw, format=utf8"));

GstVowelTtsPrivate *
gst_vowel_tts_get_private (GstVowelTts *self)
{
  return gst_vowel_tts_get_instance_private (self);
}

#define PRIV(self) gst_vowel_tts_get_private (self)

/* --- actions; any thread --- */

typedef struct {
  GstVowelTts *self;
  gchar *text;
  gchar *response_id;
  gboolean then_eos;
  guint64 generation;
} Action;

static void
action_free (gpointer data)
{
  Action *action = data;

  gst_object_unref (action->self);
  g_free (action->text);
  g_free (action->response_id);
  g_free (action);
}

static void
do_say (gpointer user_data)
{
  Action *action = user_data;

  if (action->then_eos)
    gst_event_take (&ELEMENT_PRIV (action->self)->eos, gst_event_new_eos ());
  gst_vowel_tts_speak (action->self, action->text);
}

static void
do_speak (gpointer user_data)
{
  Action *action = user_data;

  gst_vowel_tts_speak_response (
      action->self, action->response_id, action->generation, action->text);
}

static void
do_cancel (gpointer user_data)
{
  Action *action = user_data;
  GstVowelTts *self = action->self;
  GstVowelTtsPrivate *priv = PRIV (self);
  gboolean heard =
      priv->said
      && (action->generation == 0 || action->generation == priv->audible);

  gst_vowel_tts_drop_responses (self, action->generation);
  if (heard) {
    GST_DEBUG_OBJECT (self, "cancelled: flushing downstream");
    priv->said = FALSE;
    priv->resync = TRUE;
    priv->discont = TRUE;
    gst_vowel_src_pad_flush (ELEMENT_PRIV (self)->srcpad);
  }
  gst_vowel_tts_advance (self);
}

/* (transfer full) @action */
static void
perform (Action *action, GstVowelWorkerFunc func, const gchar *name)
{
  GstVowelTts *self = action->self;
  gboolean started;

  GST_OBJECT_LOCK (self);
  started = PRIV (self)->started;
  GST_OBJECT_UNLOCK (self);
  if (!started) {
    GST_WARNING_OBJECT (
        self, "action \"%s\" needs an element that is PAUSED at least", name);
    action_free (action);
    return;
  }
  gst_vowel_provider_element_perform (
      GST_VOWEL_PROVIDER_ELEMENT (self), name, func, action, action_free);
}

static void
do_go_on (gpointer user_data)
{
  gst_vowel_tts_advance (((Action *) user_data)->self);
}

static void
go_on_speaking (GstVowelTts *self)
{
  Action *action;
  gboolean started;

  GST_OBJECT_LOCK (self);
  started = PRIV (self)->started;
  GST_OBJECT_UNLOCK (self);
  if (!started)
    return;
  action = g_new0 (Action, 1);
  action->self = gst_object_ref (self);
  perform (action, do_go_on, "hold");
}

static void
say (GstVowelTts *self, const gchar *text, gboolean then_eos)
{
  Action *action = g_new0 (Action, 1);

  action->self = gst_object_ref (self);
  action->text = g_strdup (text);
  action->then_eos = then_eos;
  perform (action, do_say, "say");
}

static void
gst_vowel_tts_say (GstVowelTts *self, const gchar *text)
{
  g_return_if_fail (text != NULL);

  say (self, text, FALSE);
}

static void
gst_vowel_tts_speak_text (GstVowelTts *self, const gchar *response_id,
    guint64 generation, const gchar *text)
{
  Action *action;

  g_return_if_fail (response_id != NULL);
  g_return_if_fail (text != NULL);

  action = g_new0 (Action, 1);
  action->self = gst_object_ref (self);
  action->text = g_strdup (text);
  action->response_id = g_strdup (response_id);
  action->generation = generation;
  perform (action, do_speak, "speak");
}

static void
gst_vowel_tts_cancel (GstVowelTts *self, guint64 generation)
{
  Action *action = g_new0 (Action, 1);

  action->self = gst_object_ref (self);
  action->generation = generation;
  perform (action, do_cancel, "cancel");
}

/* --- element --- */

static gboolean
gst_vowel_tts_start (GstVowelProviderElement *element)
{
  GstVowelTtsClass *klass = GST_VOWEL_TTS_GET_CLASS (element);

  return klass->start == NULL || klass->start (GST_VOWEL_TTS (element));
}

static void
gst_vowel_tts_stop (GstVowelProviderElement *element)
{
  GstVowelTtsClass *klass = GST_VOWEL_TTS_GET_CLASS (element);

  if (klass->stop != NULL)
    klass->stop (GST_VOWEL_TTS (element));
}

static void
set_started (GstVowelTts *self, gboolean started)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  g_autofree gchar *text = NULL;

  GST_OBJECT_LOCK (self);
  priv->started = started;
  if (started)
    text = g_strdup (priv->text);
  GST_OBJECT_UNLOCK (self);
  if (text != NULL && *text != '\0')
    say (self, text, !gst_pad_is_linked (ELEMENT_PRIV (self)->sinkpad));
}

static GstStateChangeReturn
gst_vowel_tts_change_state (GstElement *element, GstStateChange transition)
{
  GstVowelTts *self = GST_VOWEL_TTS (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    set_started (self, FALSE);
  ret = GST_ELEMENT_CLASS (gst_vowel_tts_parent_class)
            ->change_state (element, transition);
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED
      && ret != GST_STATE_CHANGE_FAILURE)
    set_started (self, TRUE);
  return ret;
}

static gboolean
gst_vowel_tts_send_event (GstElement *element, GstEvent *event)
{
  GstVowelProviderElementPrivate *priv = ELEMENT_PRIV (element);

  /* Without a text pad nobody else could bring the end. */
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS
      && !gst_pad_is_linked (priv->sinkpad))
    return gst_vowel_inlet_push (priv->inlet, GST_MINI_OBJECT_CAST (event), 0)
           == GST_FLOW_OK;
  return GST_ELEMENT_CLASS (gst_vowel_tts_parent_class)
      ->send_event (element, event);
}

static void
set_text (GstVowelTts *self, const gchar *text)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  gboolean started;

  GST_OBJECT_LOCK (self);
  g_free (priv->text);
  priv->text = g_strdup (text);
  started = priv->started;
  GST_OBJECT_UNLOCK (self);
  if (started && text != NULL && *text != '\0')
    say (self, text, FALSE);
}

static void
gst_vowel_tts_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstVowelTts *self = GST_VOWEL_TTS (object);

  switch (id) {
    case PROP_TEXT:
      set_text (self, g_value_get_string (value));
      break;
    case PROP_HOLD:
      gst_vowel_field_set_property (object, id, value, pspec);
      if (!g_value_get_boolean (value))
        go_on_speaking (self);
      break;
    default:
      gst_vowel_field_set_property (object, id, value, pspec);
      break;
  }
}

static void
gst_vowel_tts_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstVowelTtsClass *klass = GST_VOWEL_TTS_GET_CLASS (object);

  if (id != PROP_VOICES)
    gst_vowel_field_get_property (object, id, value, pspec);
  else if (klass->list_voices != NULL)
    g_value_take_boxed (value, klass->list_voices (GST_VOWEL_TTS (object)));
}

static void
gst_vowel_tts_finalize (GObject *object)
{
  GstVowelTtsPrivate *priv = PRIV (GST_VOWEL_TTS (object));

  g_queue_clear_full (
      &priv->responses, (GDestroyNotify) gst_vowel_tts_response_unref);
  g_free (priv->voice);
  g_free (priv->text);
  G_OBJECT_CLASS (gst_vowel_tts_parent_class)->finalize (object);
}

#define PARAM_FLAGS                                                            \
  (G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING)

static void
install_properties (GObjectClass *object_class)
{
  /**
   * GstVowelTts:voice:
   *
   * The provider's name of the voice; unset for the provider's default. Holds
   * for sentences that come later.
   */
  gst_vowel_field_install (object_class, PROP_VOICE,
      g_param_spec_string ("voice", "Voice",
          "The provider's name of the voice; unset = the provider's default",
          NULL, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelTts, voice));
  /**
   * GstVowelTts:voices:
   *
   * The names that #GstVowelTts:voice takes, the default one first; %NULL when
   * the provider cannot tell.
   */
  g_object_class_install_property (object_class, PROP_VOICES,
      g_param_spec_boxed ("voices", "Voices",
          "The names that the property \"voice\" takes, the default one first; "
          "NULL = the provider cannot tell",
          G_TYPE_STRV, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  /**
   * GstVowelTts:speed:
   *
   * How fast to speak; 1.0 is the voice's own pace.
   */
  gst_vowel_field_install (object_class, PROP_SPEED,
      g_param_spec_double ("speed", "Speed",
          "How fast to speak; 1.0 = the voice's own pace", 0.25, 4.0,
          DEFAULT_SPEED, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelTts, speed));
  /**
   * GstVowelTts:in-flight:
   *
   * How many sentences may be synthesized at the same time.
   */
  gst_vowel_field_install (object_class, PROP_IN_FLIGHT,
      g_param_spec_uint ("in-flight", "In flight",
          "How many sentences are synthesized at the same time; they are heard "
          "in order",
          1, 16, DEFAULT_IN_FLIGHT, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelTts, in_flight));
  /**
   * GstVowelTts:hold:
   *
   * Whether sentences wait to be synthesized: set while more audio is there
   * than is needed for the moment. Those in flight still come.
   */
  gst_vowel_field_install (object_class, PROP_HOLD,
      g_param_spec_boolean ("hold", "Hold",
          "Whether sentences wait to be synthesized; those in flight still "
          "come",
          FALSE, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelTts, hold));
  /**
   * GstVowelTts:drop-repeats:
   *
   * With how many of a response's last sentences another one is compared. One
   * that has nearly the same words as one of them is not spoken, and endless
   * runs of one character (but not of digits) are shortened. 0: everything is
   * spoken as it is written.
   */
  gst_vowel_field_install (object_class, PROP_DROP_REPEATS,
      g_param_spec_uint ("drop-repeats", "Drop repeats",
          "With how many of a response's last sentences another one is "
          "compared, "
          "to be left out when it says the same; 0 = everything is spoken",
          0, 100, 0, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelTts, drop_repeats));
  /**
   * GstVowelTts:skip-failed:
   *
   * Whether a sentence that cannot be spoken is left out: a warning is posted,
   * and the response goes on with the next one. A response of which nothing
   * could be spoken has failed all the same. Otherwise the first such sentence
   * ends its response with a failure.
   */
  gst_vowel_field_install (object_class, PROP_SKIP_FAILED,
      g_param_spec_boolean ("skip-failed", "Skip failed",
          "Whether a sentence that cannot be spoken is left out, instead of "
          "ending what is being said",
          FALSE, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelTts, skip_failed));
  /**
   * GstVowelTts:first-audio-timeout:
   *
   * How long each try of a sentence may take until its first audio, and the
   * longest pause inside it, in ns; 0 for ever.
   */
  gst_vowel_field_install (object_class, PROP_FIRST_AUDIO_TIMEOUT,
      g_param_spec_uint64 ("first-audio-timeout", "First audio timeout",
          "How long each try of a sentence may take until its first audio, and "
          "the longest pause inside it, in ns; 0 = for ever",
          0, G_MAXINT64, DEFAULT_FIRST_AUDIO_TIMEOUT, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelTts, first_audio_timeout));
  /**
   * GstVowelTts:text:
   *
   * Spoken when it is set, or when the element goes to PAUSED; in that case EOS
   * follows unless the text pad is linked.
   */
  gst_vowel_field_install (object_class, PROP_TEXT,
      g_param_spec_string ("text", "Text",
          "Spoken when it is set, or when the element goes to PAUSED (then "
          "followed by EOS unless the text pad is linked)",
          NULL, PARAM_FLAGS),
      G_PRIVATE_OFFSET (GstVowelTts, text));
}

static void
gst_vowel_tts_class_init (GstVowelTtsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelProviderElementClass *provider_class =
      GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass);
  const GSignalFlags flags = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  object_class->finalize = gst_vowel_tts_finalize;
  object_class->set_property = gst_vowel_tts_set_property;
  object_class->get_property = gst_vowel_tts_get_property;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_vowel_tts_change_state);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_vowel_tts_send_event);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  provider_class->kind = GST_VOWEL_PROVIDER_TTS;
  provider_class->max_queued = MAX_QUEUED;
  provider_class->start = gst_vowel_tts_start;
  provider_class->stop = gst_vowel_tts_stop;
  provider_class->handle_item = gst_vowel_tts_handle_item;
  provider_class->flush = gst_vowel_tts_flush;
  provider_class->reset = gst_vowel_tts_reset;
  install_properties (object_class);

  /**
   * GstVowelTts::say:
   * @self: the element
   * @text: what to say
   *
   * Speaks a text, after what is being spoken. Any thread; PAUSED at least.
   */
  signals[SIGNAL_SAY] = g_signal_new_class_handler ("say",
      G_TYPE_FROM_CLASS (klass), flags, G_CALLBACK (gst_vowel_tts_say), NULL,
      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * GstVowelTts::speak:
   * @self: the element
   * @response_id: the response that the text is all of
   * @generation: its generation
   * @text: what to say
   *
   * Speaks a text as a response: its audio carries a #GstVowelResponseMeta and
   * is followed by a response-end event, as if the text had come on the text
   * pad. Any thread; PAUSED at least.
   */
  signals[SIGNAL_SPEAK] =
      g_signal_new_class_handler ("speak", G_TYPE_FROM_CLASS (klass), flags,
          G_CALLBACK (gst_vowel_tts_speak_text), NULL, NULL, NULL, G_TYPE_NONE,
          3, G_TYPE_STRING, G_TYPE_UINT64, G_TYPE_STRING);
  /**
   * GstVowelTts::cancel:
   * @self: the element
   * @generation: which responses; 0 for all
   *
   * Throws responses away; when one of them can be heard, everything downstream
   * is flushed. Any thread.
   */
  signals[SIGNAL_CANCEL] = g_signal_new_class_handler ("cancel",
      G_TYPE_FROM_CLASS (klass), flags, G_CALLBACK (gst_vowel_tts_cancel), NULL,
      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);

  gst_type_mark_as_plugin_api (GST_TYPE_VOWEL_TTS, 0);
}

static void
gst_vowel_tts_init (GstVowelTts *self)
{
  GstVowelTtsPrivate *priv = PRIV (self);

  priv->speed = DEFAULT_SPEED;
  priv->in_flight = DEFAULT_IN_FLIGHT;
  priv->first_audio_timeout = DEFAULT_FIRST_AUDIO_TIMEOUT;
  g_queue_init (&priv->responses);
}

/* --- for providers --- */

/**
 * gst_vowel_tts_get_worker:
 * @tts: a text-to-speech element
 *
 * Returns: (transfer none) (nullable): its worker, from READY on
 */
GstVowelWorker *
gst_vowel_tts_get_worker (GstVowelTts *tts)
{
  g_return_val_if_fail (GST_VOWEL_IS_TTS (tts), NULL);

  return ELEMENT_PRIV (tts)->worker;
}
