/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-pocketsphinxstt
 * @title: pocketsphinxstt
 * @short_description: local speech recognition by CMU PocketSphinx
 *
 * Recognises English speech inside the process, without network or account.
 *
 * With a `grammar` (a JSGF file) it understands the sentences of that grammar,
 * well and cheaply: about 30 MB per decoder, one hundredth of real time. An
 * utterance that fits no sentence gives an empty transcript. Without one it
 * uses the general language model: about 100 MB per decoder, a fifth to a half
 * of real time, and many words wrong by today's measure.
 *
 * Decoders are shared by all elements of the process with the same models and
 * grammar, at most `decoders` of them; utterances wait for a free one with
 * their audio kept. Loading starts with the change to READY and happens in the
 * background; a grammar that is not valid, or that has words which the
 * dictionary lacks, is then an element error that says so.
 *
 * ## Example launch line
 * |[
 * gst-launch-1.0 -m filesrc location=question.wav ! wavparse ! audioconvert !
 * audioresample ! vad ! pocketsphinxstt grammar=commands.gram ! fakesink
 * ]|
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/vowel/vowel.h>

#include "gstpocketsphinxstt.h"
#include "sphinxpool.h"

GST_DEBUG_CATEGORY (gst_pocketsphinx_stt_debug);
#define GST_CAT_DEFAULT gst_pocketsphinx_stt_debug

enum {
  PROP_0,
  PROP_GRAMMAR,
  PROP_HMM,
  PROP_DICTIONARY,
  PROP_LANGUAGE_MODEL,
  PROP_OUTSIDE_COST,
  PROP_INTERIM_RESULTS,
  PROP_DECODERS,
};

#define DEFAULT_HMM POCKETSPHINX_MODEL_DIR "/en-us/en-us"
#define DEFAULT_DICTIONARY POCKETSPHINX_MODEL_DIR "/en-us/cmudict-en-us.dict"
#define DEFAULT_LANGUAGE_MODEL POCKETSPHINX_MODEL_DIR "/en-us/en-us.lm.bin"
#define DEFAULT_OUTSIDE_COST 3.0
#define DEFAULT_INTERIM_RESULTS TRUE
#define DEFAULT_DECODERS 0

/* PocketSphinx gives no confidence without its second pass. */
#define UNKNOWN_CONFIDENCE (-1.0)

/* An element as its pool's threads know it. */
typedef struct {
  GstVowelWorker *worker;
  GWeakRef element;
  GError *error;
} Listener;

/* An utterance of ours in the pool. Reference counted. */
typedef struct {
  /* Immutable. */
  GstVowelWorker *worker;

  /* Worker thread; NULL once it has its final result or was cancelled. The
   * element lives longer: it cancels its utterances when it stops. */
  GstVowelStt *stt;
  GstVowelUtterance *utterance;
  SphinxRecognition *recognition;
} Recognition;

/* What a decoder's thread has to say, on its way to the worker. */
typedef struct {
  Recognition *recognition;
  gchar *text;
  gboolean final;
  GError *error;
} Result;

struct _GstPocketsphinxStt {
  GstVowelStt parent;

  /* Properties, protected by the object lock. */
  SphinxConfig *config;
  gboolean interim_results;
  guint decoders;

  /* From NULL->READY to READY->NULL; worker thread. */
  SphinxPool *pool;
  Listener *listener;
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) 16000, channels = (int) 1"));

G_DEFINE_FINAL_TYPE (
    GstPocketsphinxStt, gst_pocketsphinx_stt, GST_TYPE_VOWEL_STT)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (pocketsphinxstt, "pocketsphinxstt",
    GST_RANK_SECONDARY, GST_TYPE_POCKETSPHINX_STT,
    GST_DEBUG_CATEGORY_INIT (gst_pocketsphinx_stt_debug, "pocketsphinxstt", 0,
        "local speech recognition by PocketSphinx"));

static void
listener_clear (gpointer data)
{
  Listener *listener = data;

  g_weak_ref_clear (&listener->element);
  g_clear_error (&listener->error);
  gst_object_unref (listener->worker);
}

static void
listener_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, listener_clear);
}

/* Worker thread. */
static void
gst_pocketsphinx_stt_report_failure (gpointer data)
{
  Listener *listener = data;
  g_autoptr (GstPocketsphinxStt) self = g_weak_ref_get (&listener->element);

  if (self == NULL || self->listener != listener)
    return;
  GST_ELEMENT_ERROR_WITH_DETAILS (self, LIBRARY, SETTINGS,
      ("%s", listener->error->message), (NULL),
      ("provider", G_TYPE_STRING, "pocketsphinx", "http-status", G_TYPE_UINT, 0,
          "retryable", G_TYPE_BOOLEAN, FALSE, NULL));
}

/* A decoder's thread. */
static void
gst_pocketsphinx_stt_failed (const GError *error, gpointer user_data)
{
  Listener *listener = user_data;

  listener->error = g_error_copy (error);
  gst_vowel_worker_post (listener->worker, gst_pocketsphinx_stt_report_failure,
      g_atomic_rc_box_acquire (listener), listener_unref);
}

static gboolean
gst_pocketsphinx_stt_start (GstVowelStt *stt)
{
  GstPocketsphinxStt *self = GST_POCKETSPHINX_STT (stt);
  g_autoptr (SphinxConfig) config = NULL;
  guint decoders;

  GST_OBJECT_LOCK (self);
  config = sphinx_config_copy (self->config);
  decoders = self->decoders;
  GST_OBJECT_UNLOCK (self);

  self->listener = g_atomic_rc_box_new0 (Listener);
  self->listener->worker = gst_object_ref (gst_vowel_stt_get_worker (stt));
  g_weak_ref_init (&self->listener->element, self);
  self->pool = sphinx_pool_ref_shared (config,
      decoders > 0 ? decoders : g_get_num_processors (),
      gst_pocketsphinx_stt_failed, self->listener, listener_unref);

  return TRUE;
}

static void
gst_pocketsphinx_stt_stop (GstVowelStt *stt)
{
  GstPocketsphinxStt *self = GST_POCKETSPHINX_STT (stt);

  sphinx_pool_unref (self->pool, self->listener);
  self->pool = NULL;
  self->listener = NULL;
}

static void
recognition_clear (gpointer data)
{
  Recognition *recognition = data;

  gst_object_unref (recognition->worker);
}

static void
recognition_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, recognition_clear);
}

/* Worker thread. The recognition in the pool holds us, as we hold it. */
static void
recognition_end (Recognition *recognition)
{
  recognition->stt = NULL;
  g_clear_pointer (&recognition->recognition, sphinx_recognition_unref);
  g_clear_pointer (&recognition->utterance, gst_vowel_utterance_unref);
}

static void
result_free (gpointer data)
{
  Result *result = data;

  recognition_unref (result->recognition);
  g_clear_error (&result->error);
  g_free (result->text);
  g_free (result);
}

/* Worker thread. */
static void
gst_pocketsphinx_stt_deliver (gpointer data)
{
  Result *result = data;
  Recognition *recognition = result->recognition;
  GstVowelStt *stt = recognition->stt;
  g_autoptr (GstVowelUtterance) utterance = NULL;

  if (stt == NULL)
    return;

  utterance = gst_vowel_utterance_ref (recognition->utterance);
  if (result->final)
    recognition_end (recognition);
  if (result->error != NULL)
    gst_vowel_stt_fail (stt, utterance, 0, result->error);
  else
    gst_vowel_stt_push_result (
        stt, utterance, result->text, result->final, UNKNOWN_CONFIDENCE);
}

/* A decoder's thread. */
static void
gst_pocketsphinx_stt_recognized (
    const gchar *text, gboolean final, const GError *error, gpointer user_data)
{
  Recognition *recognition = user_data;
  Result *result = g_new0 (Result, 1);

  result->recognition = g_atomic_rc_box_acquire (recognition);
  result->text = g_strdup (text);
  result->final = final;
  result->error = error != NULL ? g_error_copy (error) : NULL;
  gst_vowel_worker_post (
      recognition->worker, gst_pocketsphinx_stt_deliver, result, result_free);
}

static gboolean
gst_pocketsphinx_stt_begin_utterance (
    GstVowelStt *stt, GstVowelUtterance *utterance, GError **error)
{
  GstPocketsphinxStt *self = GST_POCKETSPHINX_STT (stt);
  Recognition *recognition = g_atomic_rc_box_new0 (Recognition);
  gboolean interim;

  GST_OBJECT_LOCK (self);
  interim = self->interim_results;
  GST_OBJECT_UNLOCK (self);

  recognition->worker = gst_object_ref (gst_vowel_stt_get_worker (stt));
  recognition->stt = stt;
  recognition->utterance = gst_vowel_utterance_ref (utterance);
  recognition->recognition = sphinx_recognition_begin (self->pool, interim,
      gst_pocketsphinx_stt_recognized, g_atomic_rc_box_acquire (recognition),
      recognition_unref);
  gst_vowel_utterance_set_data (utterance, recognition, recognition_unref);

  return TRUE;
}

static void
gst_pocketsphinx_stt_feed (
    GstVowelStt *stt, GstVowelUtterance *utterance, GstBuffer *audio)
{
  Recognition *recognition = gst_vowel_utterance_get_data (utterance);
  GstMapInfo map;

  if (recognition->recognition == NULL
      || !gst_buffer_map (audio, &map, GST_MAP_READ))
    return;
  sphinx_recognition_feed (recognition->recognition, map.data, map.size);
  gst_buffer_unmap (audio, &map);
}

static void
gst_pocketsphinx_stt_end_utterance (
    GstVowelStt *stt, GstVowelUtterance *utterance)
{
  Recognition *recognition = gst_vowel_utterance_get_data (utterance);

  if (recognition->recognition != NULL)
    sphinx_recognition_end (recognition->recognition);
}

static void
gst_pocketsphinx_stt_cancel_utterance (
    GstVowelStt *stt, GstVowelUtterance *utterance)
{
  Recognition *recognition = gst_vowel_utterance_get_data (utterance);

  if (recognition->recognition == NULL)
    return;
  sphinx_recognition_cancel (recognition->recognition);
  recognition_end (recognition);
}

/* With the object lock held. */
static void
replace_path (gchar **path, const GValue *value, const gchar *fallback)
{
  const gchar *chosen = g_value_get_string (value);

  g_free (*path);
  *path = g_strdup (chosen != NULL && *chosen != '\0' ? chosen : fallback);
}

static void
gst_pocketsphinx_stt_set_property (
    GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GstPocketsphinxStt *self = GST_POCKETSPHINX_STT (object);

  GST_OBJECT_LOCK (self);
  switch (prop_id) {
    case PROP_GRAMMAR:
      replace_path (&self->config->grammar, value, NULL);
      break;
    case PROP_HMM:
      replace_path (&self->config->hmm, value, DEFAULT_HMM);
      break;
    case PROP_DICTIONARY:
      replace_path (&self->config->dictionary, value, DEFAULT_DICTIONARY);
      break;
    case PROP_LANGUAGE_MODEL:
      replace_path (
          &self->config->language_model, value, DEFAULT_LANGUAGE_MODEL);
      break;
    case PROP_OUTSIDE_COST:
      self->config->outside_cost = g_value_get_double (value);
      break;
    case PROP_INTERIM_RESULTS:
      self->interim_results = g_value_get_boolean (value);
      break;
    case PROP_DECODERS:
      self->decoders = g_value_get_uint (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_pocketsphinx_stt_get_property (
    GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GstPocketsphinxStt *self = GST_POCKETSPHINX_STT (object);

  GST_OBJECT_LOCK (self);
  switch (prop_id) {
    case PROP_GRAMMAR:
      g_value_set_string (value, self->config->grammar);
      break;
    case PROP_HMM:
      g_value_set_string (value, self->config->hmm);
      break;
    case PROP_DICTIONARY:
      g_value_set_string (value, self->config->dictionary);
      break;
    case PROP_LANGUAGE_MODEL:
      g_value_set_string (value, self->config->language_model);
      break;
    case PROP_OUTSIDE_COST:
      g_value_set_double (value, self->config->outside_cost);
      break;
    case PROP_INTERIM_RESULTS:
      g_value_set_boolean (value, self->interim_results);
      break;
    case PROP_DECODERS:
      g_value_set_uint (value, self->decoders);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_pocketsphinx_stt_finalize (GObject *object)
{
  GstPocketsphinxStt *self = GST_POCKETSPHINX_STT (object);

  g_clear_pointer (&self->config, sphinx_config_free);

  G_OBJECT_CLASS (gst_pocketsphinx_stt_parent_class)->finalize (object);
}

static void
gst_pocketsphinx_stt_class_init (GstPocketsphinxSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelSttClass *stt_class = GST_VOWEL_STT_CLASS (klass);

  object_class->set_property = gst_pocketsphinx_stt_set_property;
  object_class->get_property = gst_pocketsphinx_stt_get_property;
  object_class->finalize = gst_pocketsphinx_stt_finalize;

  stt_class->start = GST_DEBUG_FUNCPTR (gst_pocketsphinx_stt_start);
  stt_class->stop = GST_DEBUG_FUNCPTR (gst_pocketsphinx_stt_stop);
  stt_class->begin_utterance =
      GST_DEBUG_FUNCPTR (gst_pocketsphinx_stt_begin_utterance);
  stt_class->feed = GST_DEBUG_FUNCPTR (gst_pocketsphinx_stt_feed);
  stt_class->end_utterance =
      GST_DEBUG_FUNCPTR (gst_pocketsphinx_stt_end_utterance);
  stt_class->cancel_utterance =
      GST_DEBUG_FUNCPTR (gst_pocketsphinx_stt_cancel_utterance);

  /**
   * GstPocketsphinxStt:grammar:
   *
   * A JSGF file; its first public rule says what can be understood. %NULL or
   * empty: the general language model.
   */
  g_object_class_install_property (object_class, PROP_GRAMMAR,
      g_param_spec_string ("grammar", "Grammar",
          "JSGF file whose first public rule is understood "
          "(none = the general language model)",
          NULL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));

  /**
   * GstPocketsphinxStt:hmm:
   *
   * Folder of the acoustic model.
   */
  g_object_class_install_property (object_class, PROP_HMM,
      g_param_spec_string ("hmm", "Acoustic model",
          "Folder of the acoustic model", DEFAULT_HMM,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));

  /**
   * GstPocketsphinxStt:dictionary:
   *
   * File of the words and their pronunciations.
   */
  g_object_class_install_property (object_class, PROP_DICTIONARY,
      g_param_spec_string ("dictionary", "Dictionary",
          "File of the words and their pronunciations", DEFAULT_DICTIONARY,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));

  /**
   * GstPocketsphinxStt:language-model:
   *
   * File of the language model; not used with a grammar.
   */
  g_object_class_install_property (object_class, PROP_LANGUAGE_MODEL,
      g_param_spec_string ("language-model", "Language model",
          "File of the language model, for use without a grammar",
          DEFAULT_LANGUAGE_MODEL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));

  /**
   * GstPocketsphinxStt:outside-cost:
   *
   * With a grammar: what each sound that does not belong to it costs in the
   * comparison with the grammar's sentences, as a negative natural logarithm.
   * A low cost takes more utterances for something else, which gives an empty
   * transcript; at 20 the nearest sentence is chosen for nearly everything.
   */
  g_object_class_install_property (object_class, PROP_OUTSIDE_COST,
      g_param_spec_double ("outside-cost", "Outside cost",
          "With a grammar: cost of each sound outside it; lower rejects more "
          "(an empty transcript), 20 forces nearly everything into the grammar",
          0.0, 20.0, DEFAULT_OUTSIDE_COST,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));

  /**
   * GstPocketsphinxStt:interim-results:
   *
   * Whether to tell what was understood so far while the utterance goes on.
   */
  g_object_class_install_property (object_class, PROP_INTERIM_RESULTS,
      g_param_spec_boolean ("interim-results", "Interim results",
          "Tell what was understood so far while the utterance goes on",
          DEFAULT_INTERIM_RESULTS,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));

  /**
   * GstPocketsphinxStt:decoders:
   *
   * How many decoders may be loaded for this grammar or model, for all elements
   * of the process together; where elements differ the largest number counts.
   * 0: one per processor.
   */
  g_object_class_install_property (object_class, PROP_DECODERS,
      g_param_spec_uint ("decoders", "Decoders",
          "Decoders that all elements with the same models and grammar share; "
          "the largest number set counts (0 = one per processor)",
          0, 64, DEFAULT_DECODERS,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  /* Not "Audio": autoaudiosrc and autoaudiosink take that for a device. */
  gst_element_class_set_static_metadata (element_class,
      "PocketSphinx speech recognition", "Sink/Speech",
      "Recognises English speech locally with CMU PocketSphinx, by a JSGF "
      "grammar or a general language model",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_STT, "pocketsphinx");
}

static void
gst_pocketsphinx_stt_init (GstPocketsphinxStt *self)
{
  self->config = g_new0 (SphinxConfig, 1);
  self->config->hmm = g_strdup (DEFAULT_HMM);
  self->config->dictionary = g_strdup (DEFAULT_DICTIONARY);
  self->config->language_model = g_strdup (DEFAULT_LANGUAGE_MODEL);
  self->config->outside_cost = DEFAULT_OUTSIDE_COST;
  self->interim_results = DEFAULT_INTERIM_RESULTS;
  self->decoders = DEFAULT_DECODERS;
}
