/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelstt
 * @title: GstVowelStt
 * @short_description: Base class of speech-to-text providers
 *
 * This file has the element: pads, properties, states. What becomes of the
 * audio on the worker is in gstvowelsttstream.c.
 *
 * Audio and speech events may come on any thread; they are handed to the
 * worker in order, and a thread that is far ahead of the recogniser waits. What
 * was said leaves as `vowel-transcript` messages (interim and final, as they
 * come) and, when `src` is linked, as a text buffer per utterance, in the order
 * of speech.
 *
 * The element counts as a sink: it posts EOS when the last result is in, so a
 * pipeline may end with it.
 */

#include "config.h"

#include "gstvowelstt.h"
#include "gstvowelinlet-priv.h"
#include "gstvowelprovider-priv.h"
#include "gstvowelsrcpad.h"
#include "gstvowelstt-priv.h"

GST_DEBUG_CATEGORY (gst_vowel_stt_debug);
#define GST_CAT_DEFAULT gst_vowel_stt_debug

#define DEFAULT_PRE_ROLL (300 * GST_MSECOND)
#define MAX_PRE_ROLL (10 * GST_SECOND)
#define DEFAULT_RESULT_TIMEOUT (15 * GST_SECOND)
#define DEFAULT_FLUSH_ON_SPEECH TRUE
#define DEFAULT_RETRIES 2

/* How far upstream may be ahead of the recogniser. */
#define MAX_QUEUED (5 * GST_SECOND)

enum {
  PROP_0,
  PROP_PRE_ROLL,
  PROP_RESULT_TIMEOUT,
  PROP_FLUSH_ON_SPEECH,
  PROP_RETRIES,
};

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstVowelStt, gst_vowel_stt, GST_TYPE_ELEMENT,
    G_ADD_PRIVATE (GstVowelStt) GST_DEBUG_CATEGORY_INIT (gst_vowel_stt_debug,
        "vowelstt", 0, "vowel-gst speech-to-text base class"))

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE ("src",
    GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("text/x-raw, format=utf8"));

GstVowelSttPrivate *
gst_vowel_stt_get_private (GstVowelStt *self)
{
  return gst_vowel_stt_get_instance_private (self);
}

#define PRIV(self) gst_vowel_stt_get_private (self)

/* --- pads; upstream's thread --- */

static GstFlowReturn
sink_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstVowelSttPrivate *priv = PRIV (GST_VOWEL_STT (parent));
  gsize cost = GST_BUFFER_DURATION_IS_VALID (buffer)
                   ? GST_BUFFER_DURATION (buffer)
                   : 20 * GST_MSECOND;

  return gst_vowel_inlet_push (
      priv->inlet, GST_MINI_OBJECT_CAST (buffer), cost);
}

static gboolean
sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstVowelStt *self = GST_VOWEL_STT (parent);
  GstVowelSttPrivate *priv = PRIV (self);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_FLUSH_START:
      gst_vowel_inlet_set_flushing (priv->inlet, TRUE);
      gst_vowel_src_pad_push_event (priv->srcpad, event);
      return TRUE;
    case GST_EVENT_FLUSH_STOP:
      gst_vowel_src_pad_push_event (priv->srcpad, event);
      gst_vowel_worker_invoke (priv->worker, gst_vowel_stt_reset,
          gst_object_ref (self), gst_object_unref);
      gst_vowel_inlet_set_flushing (priv->inlet, FALSE);
      return TRUE;
    default:
      if (GST_EVENT_IS_SERIALIZED (event))
        return gst_vowel_inlet_push (
                   priv->inlet, GST_MINI_OBJECT_CAST (event), 0)
               == GST_FLOW_OK;
      gst_event_unref (event);
      return TRUE;
  }
}

static gboolean
sink_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  /* What is downstream speaks text: it has no say about the audio. */
  if (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION
      || GST_QUERY_TYPE (query) == GST_QUERY_DRAIN)
    return FALSE;
  return gst_pad_query_default (pad, parent, query);
}

/* --- element --- */

static gboolean
start (gpointer element)
{
  GstVowelSttClass *klass = GST_VOWEL_STT_GET_CLASS (element);

  gst_vowel_stt_reset_stream (element);
  return klass->start == NULL || klass->start (element);
}

static void
stop (gpointer element)
{
  GstVowelSttClass *klass = GST_VOWEL_STT_GET_CLASS (element);

  gst_vowel_stt_reset_stream (element);
  if (klass->stop != NULL)
    klass->stop (element);
}

static void
drop_worker (GstVowelStt *self)
{
  GstVowelSttPrivate *priv = PRIV (self);
  GstVowelWorker *worker;

  gst_vowel_inlet_set_worker (priv->inlet, NULL);
  GST_OBJECT_LOCK (self);
  worker = g_steal_pointer (&priv->worker);
  GST_OBJECT_UNLOCK (self);
  gst_clear_object (&worker);
}

static GstStateChangeReturn
gst_vowel_stt_change_state (GstElement *element, GstStateChange transition)
{
  GstVowelStt *self = GST_VOWEL_STT (element);
  GstVowelSttPrivate *priv = PRIV (self);
  GstVowelWorker *worker;
  GstStateChangeReturn ret;

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      worker = gst_vowel_worker_for_element (element);
      GST_OBJECT_LOCK (self);
      priv->worker = worker;
      GST_OBJECT_UNLOCK (self);
      gst_vowel_inlet_set_worker (priv->inlet, worker);
      if (!gst_vowel_provider_call_start (element, worker, start)) {
        drop_worker (self);
        return GST_STATE_CHANGE_FAILURE;
      }
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      gst_vowel_inlet_set_flushing (priv->inlet, FALSE);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      /* Wakes upstream's thread, so that the pad can be deactivated. */
      gst_vowel_inlet_set_flushing (priv->inlet, TRUE);
      break;
    default:
      break;
  }

  ret = GST_ELEMENT_CLASS (gst_vowel_stt_parent_class)
            ->change_state (element, transition);

  switch (transition) {
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      gst_vowel_worker_call (priv->worker, gst_vowel_stt_reset_stream, self);
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      gst_vowel_provider_call_stop (element, priv->worker, stop);
      drop_worker (self);
      break;
    default:
      break;
  }
  return ret;
}

static void
gst_vowel_stt_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstVowelSttPrivate *priv = PRIV (GST_VOWEL_STT (object));

  GST_OBJECT_LOCK (object);
  switch (id) {
    case PROP_PRE_ROLL:
      priv->pre_roll = g_value_get_uint64 (value);
      break;
    case PROP_RESULT_TIMEOUT:
      priv->result_timeout = g_value_get_uint64 (value);
      break;
    case PROP_FLUSH_ON_SPEECH:
      priv->flush_on_speech = g_value_get_boolean (value);
      break;
    case PROP_RETRIES:
      priv->retries = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (object);
}

static void
gst_vowel_stt_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstVowelSttPrivate *priv = PRIV (GST_VOWEL_STT (object));

  GST_OBJECT_LOCK (object);
  switch (id) {
    case PROP_PRE_ROLL:
      g_value_set_uint64 (value, priv->pre_roll);
      break;
    case PROP_RESULT_TIMEOUT:
      g_value_set_uint64 (value, priv->result_timeout);
      break;
    case PROP_FLUSH_ON_SPEECH:
      g_value_set_boolean (value, priv->flush_on_speech);
      break;
    case PROP_RETRIES:
      g_value_set_uint (value, priv->retries);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (object);
}

static void
gst_vowel_stt_constructed (GObject *object)
{
  GstVowelStt *self = GST_VOWEL_STT (object);
  GstVowelSttPrivate *priv = PRIV (self);
  GstElementClass *klass = GST_ELEMENT_GET_CLASS (self);
  GstPadTemplate *templ = gst_element_class_get_pad_template (klass, "sink");
  g_autoptr (GstCaps) caps = NULL;

  G_OBJECT_CLASS (gst_vowel_stt_parent_class)->constructed (object);

  g_return_if_fail (templ != NULL);
  priv->sinkpad = gst_pad_new_from_template (templ, "sink");
  gst_pad_set_chain_function (priv->sinkpad, GST_DEBUG_FUNCPTR (sink_chain));
  gst_pad_set_event_function (priv->sinkpad, GST_DEBUG_FUNCPTR (sink_event));
  gst_pad_set_query_function (priv->sinkpad, GST_DEBUG_FUNCPTR (sink_query));
  gst_element_add_pad (GST_ELEMENT_CAST (self), priv->sinkpad);

  templ = gst_element_class_get_pad_template (klass, "src");
  priv->srcpad = GST_VOWEL_SRC_PAD (gst_vowel_src_pad_new (templ, "src"));
  caps = gst_pad_template_get_caps (templ);
  gst_vowel_src_pad_set_caps (priv->srcpad, caps);
  gst_element_add_pad (GST_ELEMENT_CAST (self), GST_PAD_CAST (priv->srcpad));
}

static void
gst_vowel_stt_finalize (GObject *object)
{
  GstVowelSttPrivate *priv = PRIV (GST_VOWEL_STT (object));

  g_queue_clear_full (&priv->ring, (GDestroyNotify) gst_buffer_unref);
  g_queue_clear_full (&priv->order, (GDestroyNotify) gst_vowel_utterance_unref);
  g_ptr_array_unref (priv->live);
  gst_vowel_inlet_free (priv->inlet);
  gst_clear_object (&priv->worker);
  G_OBJECT_CLASS (gst_vowel_stt_parent_class)->finalize (object);
}

static void
gst_vowel_stt_class_init (GstVowelSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->constructed = gst_vowel_stt_constructed;
  object_class->finalize = gst_vowel_stt_finalize;
  object_class->set_property = gst_vowel_stt_set_property;
  object_class->get_property = gst_vowel_stt_get_property;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_vowel_stt_change_state);
  gst_element_class_add_static_pad_template (element_class, &src_template);

  /**
   * GstVowelStt:pre-roll:
   *
   * How much audio from before a speech start is recognised when the event
   * itself does not say where the utterance begins, in ns.
   */
  g_object_class_install_property (object_class, PROP_PRE_ROLL,
      g_param_spec_uint64 ("pre-roll", "Pre-roll",
          "Audio kept from before a speech start, in ns; used whole when the "
          "speech event does not say where the utterance begins",
          0, MAX_PRE_ROLL, DEFAULT_PRE_ROLL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstVowelStt:result-timeout:
   *
   * How long after the end of an utterance its final transcript may take, in
   * ns; then the utterance fails. 0 waits for ever.
   */
  g_object_class_install_property (object_class, PROP_RESULT_TIMEOUT,
      g_param_spec_uint64 ("result-timeout", "Result timeout",
          "How long after the end of speech the final transcript may take, in "
          "ns; 0 = for ever",
          0, G_MAXINT64, DEFAULT_RESULT_TIMEOUT,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));
  /**
   * GstVowelStt:flush-on-speech:
   *
   * Barge-in without an application: when speech starts and `src` is linked,
   * everything downstream (an answer being thought out or spoken) is flushed.
   */
  g_object_class_install_property (object_class, PROP_FLUSH_ON_SPEECH,
      g_param_spec_boolean ("flush-on-speech", "Flush on speech",
          "Flush what is linked to the text pad when speech starts, so that "
          "the speaker interrupts an answer",
          DEFAULT_FLUSH_ON_SPEECH,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));

  /**
   * GstVowelStt:retries:
   *
   * How often an utterance is given to the provider again after a failure that
   * may pass, as long as no text of it was shown; up to 60 s of its audio are
   * kept for that.
   */
  g_object_class_install_property (object_class, PROP_RETRIES,
      g_param_spec_uint ("retries", "Retries",
          "Further tries when a provider fails before its first text", 0, 10,
          DEFAULT_RETRIES,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));

  gst_type_mark_as_plugin_api (GST_TYPE_VOWEL_STT, 0);
}

static void
gst_vowel_stt_init (GstVowelStt *self)
{
  GstVowelSttPrivate *priv = PRIV (self);

  priv->inlet = gst_vowel_inlet_new (
      GST_ELEMENT_CAST (self), MAX_QUEUED, gst_vowel_stt_handle_item);
  priv->live = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_vowel_utterance_unref);
  priv->pre_roll = DEFAULT_PRE_ROLL;
  priv->result_timeout = DEFAULT_RESULT_TIMEOUT;
  priv->flush_on_speech = DEFAULT_FLUSH_ON_SPEECH;
  priv->retries = DEFAULT_RETRIES;
  priv->next_pts = GST_CLOCK_TIME_NONE;
  g_queue_init (&priv->ring);
  g_queue_init (&priv->order);
  gst_segment_init (&priv->segment, GST_FORMAT_UNDEFINED);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SINK);
}

/* --- for providers --- */

/**
 * gst_vowel_stt_get_worker:
 * @stt: a speech-to-text element
 *
 * Returns: (transfer none) (nullable): its worker, from READY on
 */
GstVowelWorker *
gst_vowel_stt_get_worker (GstVowelStt *stt)
{
  g_return_val_if_fail (GST_VOWEL_IS_STT (stt), NULL);

  return PRIV (stt)->worker;
}
