/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <flite/flite.h>

#include <gst/vowel/vowel.h>

#include "fliteengine.h"
#include "flitetext.h"

GST_DEBUG_CATEGORY_EXTERN (gst_flite_tts_debug);
#define GST_CAT_DEFAULT gst_flite_tts_debug

/* Flite hands its audio over in pieces of at least this many milliseconds. */
#define PIECE_MS 40

/* Flite's headers declare neither the voices nor the variables in which their
 * libraries remember the one that they made. */
#define DECLARE_VOICE(name, variable)                                          \
  cst_voice *register_cmu_us_##name (const char *voxdir);                      \
  extern cst_voice *variable;

DECLARE_VOICE (slt, cmu_us_slt_cg)
DECLARE_VOICE (kal, cmu_us_kal_diphone)
DECLARE_VOICE (kal16, cmu_us_kal16_diphone)
DECLARE_VOICE (rms, cmu_us_rms_cg)
DECLARE_VOICE (awb, cmu_us_awb_cg)

static const struct {
  const gchar *name;
  cst_voice *(*make) (const char *voxdir);
  cst_voice **made;
} voices[] = {
    {"slt", register_cmu_us_slt, &cmu_us_slt_cg},
    {"kal", register_cmu_us_kal, &cmu_us_kal_diphone},
    {"kal16", register_cmu_us_kal16, &cmu_us_kal16_diphone},
    {"rms", register_cmu_us_rms, &cmu_us_rms_cg},
    {"awb", register_cmu_us_awb, &cmu_us_awb_cg},
};

struct _FliteEngine {
  /* Thread-safe by itself. */
  GThreadPool *threads;

  /* Protected by the lock. */
  GMutex lock;
  GSList *idle[G_N_ELEMENTS (voices)];
};

/* One sentence. */
typedef struct {
  FliteEngine *engine;
  GstVowelTtsTask *task;
  guint voice;
  gdouble stretch;

  /* On the engine's thread. */
  FliteText *text;
  cst_utterance *utterance;
  gboolean marked;
} FliteJob;

/* Protects `shared` and everything global in flite (registering a voice fills
 * a lexicon that all voices share). */
static GMutex flite_lock;
static FliteEngine *shared;

static void flite_engine_run (gpointer data, gpointer user_data);

static void
flite_job_free (FliteJob *job)
{
  gst_vowel_tts_task_unref (job->task);
  g_clear_pointer (&job->text, flite_text_free);
  flite_engine_unref (job->engine);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FliteJob, flite_job_free)

FliteEngine *
flite_engine_ref_shared (void)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&flite_lock);

  if (shared != NULL)
    return g_atomic_rc_box_acquire (shared);

  flite_init ();
  shared = g_atomic_rc_box_new0 (FliteEngine);
  g_mutex_init (&shared->lock);
  shared->threads = g_thread_pool_new (
      flite_engine_run, NULL, g_get_num_processors (), FALSE, NULL);

  return shared;
}

static void
flite_engine_clear (gpointer data)
{
  FliteEngine *engine = data;

  /* Each job holds the engine: none is left, except one that is just ending,
   * on the very thread that calls this. */
  shared = NULL;
  g_thread_pool_free (engine->threads, FALSE, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (voices); i++)
    g_slist_free_full (engine->idle[i], (GDestroyNotify) delete_voice);
  g_mutex_clear (&engine->lock);
}

void
flite_engine_unref (FliteEngine *engine)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&flite_lock);

  g_atomic_rc_box_release_full (engine, flite_engine_clear);
}

gint
flite_engine_find_voice (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (voices); i++)
    if (g_str_equal (voices[i].name, name))
      return i;
  return -1;
}

gchar **
flite_engine_list_voices (void)
{
  gchar **names = g_new0 (gchar *, G_N_ELEMENTS (voices) + 1);

  for (guint i = 0; i < G_N_ELEMENTS (voices); i++)
    names[i] = g_strdup (voices[i].name);
  return names;
}

static cst_voice *
flite_engine_take_voice (FliteEngine *engine, guint index)
{
  cst_voice *voice = NULL;

  g_mutex_lock (&engine->lock);
  if (engine->idle[index] != NULL) {
    voice = engine->idle[index]->data;
    engine->idle[index] =
        g_slist_delete_link (engine->idle[index], engine->idle[index]);
  }
  g_mutex_unlock (&engine->lock);

  if (voice == NULL) {
    g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&flite_lock);

    /* The library would return the same object every time. */
    *voices[index].made = NULL;
    voice = voices[index].make (NULL);
    *voices[index].made = NULL;
  }

  return voice;
}

static void
flite_engine_give_voice (FliteEngine *engine, guint index, cst_voice *voice)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&engine->lock);

  engine->idle[index] = g_slist_prepend (engine->idle[index], voice);
}

/* Says where each token of the text begins. Durations are settled before the
 * first audio leaves. */
static void
flite_job_mark (FliteJob *job, gint rate)
{
  cst_relation *tokens = utt_relation (job->utterance, "Token");
  gsize cursor = 0;
  guint character;

  for (cst_item *token = relation_head (tokens); token != NULL;
       token = item_next (token)) {
    cst_item *word = item_daughter (token);
    gfloat begin;

    if (word == NULL
        || !flite_text_find (job->text, item_name (token), &cursor, &character))
      continue;
    begin = flite_ffeature_float (
        word, "R:SylStructure.daughter.daughter.R:Segment.p.end");
    gst_vowel_tts_task_mark (job->task, character, begin * rate);
  }
}

static gint
flite_job_audio (const cst_wave *wave, gint start, gint size, gint last,
    cst_audio_streaming_info *info)
{
  FliteJob *job = info->userdata;
  GstBuffer *audio;

  if (!gst_vowel_tts_task_is_live (job->task))
    return CST_AUDIO_STREAM_STOP;
  if (!job->marked) {
    flite_job_mark (job, wave->sample_rate);
    job->marked = TRUE;
  }
  if (size > 0) {
    audio =
        gst_buffer_new_memdup (wave->samples + start, size * sizeof (gint16));
    gst_vowel_tts_task_push_audio (job->task, audio, wave->sample_rate);
  }

  return CST_AUDIO_STREAM_CONT;
}

/* Streaming is asked for in the utterance, not in the voice; the utterance
 * frees the request. */
static gboolean
flite_job_synthesize (FliteJob *job, cst_voice *voice)
{
  cst_audio_streaming_info *info = new_audio_streaming_info ();
  gboolean ok;

  info->min_buffsize =
      flite_get_param_int (voice->features, "sample_rate", 16000) * PIECE_MS
      / 1000;
  info->asc = flite_job_audio;
  info->userdata = job;

  job->utterance = new_utterance ();
  utt_set_input_text (job->utterance, job->text->ascii);
  utt_init (job->utterance, voice);
  flite_feat_set (job->utterance->features, "streaming_info",
      audio_streaming_info_val (info));
  flite_feat_set_float (
      job->utterance->features, "duration_stretch", job->stretch);
  ok = utt_synth (job->utterance) != NULL;
  g_clear_pointer (&job->utterance, delete_utterance);

  return ok;
}

static void
flite_engine_run (gpointer data, gpointer user_data)
{
  g_autoptr (FliteJob) job = data;
  FliteEngine *engine = job->engine;
  cst_voice *voice;
  gboolean ok = TRUE;

  if (!gst_vowel_tts_task_is_live (job->task))
    return;

  job->text = flite_text_new (gst_vowel_tts_task_get_text (job->task));
  if (job->text->speakable) {
    voice = flite_engine_take_voice (engine, job->voice);
    ok = flite_job_synthesize (job, voice);
    flite_engine_give_voice (engine, job->voice, voice);
  }

  if (ok) {
    gst_vowel_tts_task_finish (job->task);
  } else {
    g_autoptr (GError) error =
        g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM,
            "flite cannot speak \"%s\"", job->text->ascii);

    gst_vowel_tts_task_fail (job->task, error);
  }
}

void
flite_engine_speak (
    FliteEngine *engine, GstVowelTtsTask *task, gint voice, gdouble stretch)
{
  FliteJob *job = g_new0 (FliteJob, 1);

  job->task = gst_vowel_tts_task_ref (task);
  job->engine = g_atomic_rc_box_acquire (engine);
  job->voice = voice;
  job->stretch = stretch;
  GST_LOG ("voice %s, stretch %.2f: %s", voices[voice].name, stretch,
      gst_vowel_tts_task_get_text (task));
  g_thread_pool_push (engine->threads, job, NULL);
}
