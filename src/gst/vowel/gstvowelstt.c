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

#include "gstvowelfield.h"
#include "gstvowelstt-priv.h"

GST_DEBUG_CATEGORY (gst_vowel_stt_debug);
#define GST_CAT_DEFAULT gst_vowel_stt_debug

#define DEFAULT_PRE_ROLL (300 * GST_MSECOND)
#define MAX_PRE_ROLL (10 * GST_SECOND)
#define DEFAULT_RESULT_TIMEOUT (15 * GST_SECOND)
#define DEFAULT_FLUSH_ON_SPEECH TRUE

/* How far upstream may be ahead of the recogniser. */
#define MAX_QUEUED (5 * GST_SECOND)

enum {
  PROP_0,
  PROP_PRE_ROLL,
  PROP_RESULT_TIMEOUT,
  PROP_FLUSH_ON_SPEECH,
  PROP_NATIVE_TURNS,
};

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstVowelStt, gst_vowel_stt,
    GST_TYPE_VOWEL_PROVIDER_ELEMENT,
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

/* --- the stream --- */

/* Of time: an engine is slow by the second, not by the byte. */
static gsize
cost_in_time (GstBuffer *buffer)
{
  return GST_BUFFER_DURATION_IS_VALID (buffer) ? GST_BUFFER_DURATION (buffer)
                                               : 20 * GST_MSECOND;
}

/* --- element --- */

static gboolean
gst_vowel_stt_start (GstVowelProviderElement *element)
{
  GstVowelSttClass *klass = GST_VOWEL_STT_GET_CLASS (element);

  gst_vowel_stt_turns_start (GST_VOWEL_STT (element));
  return klass->start == NULL || klass->start (GST_VOWEL_STT (element));
}

static void
gst_vowel_stt_stop (GstVowelProviderElement *element)
{
  GstVowelSttClass *klass = GST_VOWEL_STT_GET_CLASS (element);

  if (klass->stop != NULL)
    klass->stop (GST_VOWEL_STT (element));
}

static void
gst_vowel_stt_constructed (GObject *object)
{
  g_autoptr (GstCaps) caps = gst_static_pad_template_get_caps (&src_template);

  G_OBJECT_CLASS (gst_vowel_stt_parent_class)->constructed (object);

  gst_vowel_src_pad_set_caps (ELEMENT_PRIV (object)->srcpad, caps);
}

static void
gst_vowel_stt_finalize (GObject *object)
{
  GstVowelSttPrivate *priv = PRIV (GST_VOWEL_STT (object));

  gst_vowel_ring_clear (&priv->ring);
  g_queue_clear_full (&priv->order, (GDestroyNotify) gst_vowel_utterance_unref);
  g_ptr_array_unref (priv->live);
  G_OBJECT_CLASS (gst_vowel_stt_parent_class)->finalize (object);
}

static void
gst_vowel_stt_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_NATIVE_TURNS)
    g_value_set_boolean (
        value, gst_vowel_stt_has_turns (GST_VOWEL_STT (object)));
  else
    gst_vowel_field_get_property (object, id, value, pspec);
}

/* Who decides about turns hears no utterances. */
static gboolean
gst_vowel_stt_can_stand_in (GstVowelProviderElement *element)
{
  return !gst_vowel_stt_has_turns (GST_VOWEL_STT (element));
}

static void
gst_vowel_stt_class_init (GstVowelSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelProviderElementClass *provider_class =
      GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass);

  object_class->constructed = gst_vowel_stt_constructed;
  object_class->get_property = gst_vowel_stt_get_property;
  object_class->finalize = gst_vowel_stt_finalize;
  gst_element_class_add_static_pad_template (element_class, &src_template);
  provider_class->kind = GST_VOWEL_PROVIDER_STT;
  provider_class->max_queued = MAX_QUEUED;
  provider_class->cost = cost_in_time;
  provider_class->start = gst_vowel_stt_start;
  provider_class->stop = gst_vowel_stt_stop;
  provider_class->handle_item = gst_vowel_stt_handle_item;
  provider_class->flush = gst_vowel_stt_flush;
  provider_class->reset = gst_vowel_stt_reset;
  provider_class->can_stand_in = gst_vowel_stt_can_stand_in;

  /**
   * GstVowelStt:pre-roll:
   *
   * How much audio from before a speech start is recognised when the event
   * itself does not say where the utterance begins, in ns.
   */
  gst_vowel_field_install (object_class, PROP_PRE_ROLL,
      g_param_spec_uint64 ("pre-roll", "Pre-roll",
          "Audio kept from before a speech start, in ns; used whole when the "
          "speech event does not say where the utterance begins",
          0, MAX_PRE_ROLL, DEFAULT_PRE_ROLL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_PRIVATE_OFFSET (GstVowelStt, pre_roll));
  /**
   * GstVowelStt:result-timeout:
   *
   * How long after the end of an utterance its final transcript may take, in
   * ns; then the utterance fails. 0 waits for ever.
   */
  gst_vowel_field_install (object_class, PROP_RESULT_TIMEOUT,
      g_param_spec_uint64 ("result-timeout", "Result timeout",
          "How long after the end of speech the final transcript may take, in "
          "ns; 0 = for ever",
          0, G_MAXINT64, DEFAULT_RESULT_TIMEOUT,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_PRIVATE_OFFSET (GstVowelStt, result_timeout));
  /**
   * GstVowelStt:flush-on-speech:
   *
   * Barge-in without an application: when speech starts and `src` is linked,
   * everything downstream (an answer being thought out or spoken) is flushed.
   */
  gst_vowel_field_install (object_class, PROP_FLUSH_ON_SPEECH,
      g_param_spec_boolean ("flush-on-speech", "Flush on speech",
          "Flush what is linked to the text pad when speech starts, so that "
          "the speaker interrupts an answer",
          DEFAULT_FLUSH_ON_SPEECH,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_PRIVATE_OFFSET (GstVowelStt, flush_on_speech));

  /**
   * GstVowelStt:native-turns:
   *
   * Whether the recogniser, as it is set, decides itself where turns begin and
   * end. Then a detector upstream has no say, and is not needed.
   */
  g_object_class_install_property (object_class, PROP_NATIVE_TURNS,
      g_param_spec_boolean ("native-turns", "Native turns",
          "Whether the recogniser, as it is set, decides itself where turns "
          "begin and end, so that no detector is needed upstream",
          FALSE, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  gst_type_mark_as_plugin_api (GST_TYPE_VOWEL_STT, 0);
}

static void
gst_vowel_stt_init (GstVowelStt *self)
{
  GstVowelSttPrivate *priv = PRIV (self);

  priv->live = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_vowel_utterance_unref);
  priv->pre_roll = DEFAULT_PRE_ROLL;
  priv->result_timeout = DEFAULT_RESULT_TIMEOUT;
  priv->flush_on_speech = DEFAULT_FLUSH_ON_SPEECH;
  priv->next_pts = GST_CLOCK_TIME_NONE;
  g_queue_init (&priv->order);
  gst_vowel_stt_turns_init (&priv->turns);
  gst_segment_init (&priv->segment, GST_FORMAT_UNDEFINED);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SINK);
}

/* --- for providers --- */

/**
 * gst_vowel_stt_has_turns:
 * @stt: a speech-to-text element
 *
 * Any thread.
 *
 * Returns: whether it decides itself where turns begin and end, as it is set
 */
gboolean
gst_vowel_stt_has_turns (GstVowelStt *stt)
{
  GstVowelSttClass *klass;

  g_return_val_if_fail (GST_VOWEL_IS_STT (stt), FALSE);

  klass = GST_VOWEL_STT_GET_CLASS (stt);
  return klass->has_turns != NULL && klass->has_turns (stt);
}

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

  return ELEMENT_PRIV (stt)->worker;
}
