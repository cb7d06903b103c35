/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One sentence before its voice: it is tried, tried again, and given to a
 * stand-in. All on the worker. */

#include "config.h"

#include "gstvowelerror.h"
#include "gstvoweltts-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_tts_debug);
#define GST_CAT_DEFAULT gst_vowel_tts_debug

#define PRIV(self) gst_vowel_tts_get_private (self)

static void
clear_timers (GstVowelTtsJob *job)
{
  GstVowelProviderElement *element = GST_VOWEL_PROVIDER_ELEMENT (job->tts);

  gst_vowel_provider_element_clear_timer (element, &job->deadline);
  gst_vowel_provider_element_clear_timer (element, &job->retry);
}

static GstVowelTts *
voice_of (GstVowelTtsJob *job)
{
  return GST_VOWEL_TTS (job->charge.provider);
}

/* What a voice says that another has taken over from comes too late. */
gboolean
gst_vowel_tts_attempt_is_by (GstVowelTts *tts, GstVowelTtsJob *job)
{
  return gst_vowel_tts_job_is_live (job) && voice_of (job) == tts;
}

/* The provider in charge is told to stop. */
static void
cancel (GstVowelTtsJob *job)
{
  GstVowelTtsClass *klass = GST_VOWEL_TTS_GET_CLASS (voice_of (job));

  if (klass->cancel != NULL)
    klass->cancel (voice_of (job), job);
}

/* What the provider in charge is paid for. */
static void
count_characters (GstVowelTtsJob *job)
{
  if (job->received > 0)
    job->charge.usage.characters = job->n_chars;
}

/* Nothing of it may leave any more. */
void
gst_vowel_tts_attempt_drop (GstVowelTtsJob *job)
{
  gboolean active = job->state == GST_VOWEL_TTS_JOB_ACTIVE;

  if (job->dropped)
    return;
  job->dropped = TRUE;
  clear_timers (job);
  if (active)
    cancel (job);
  count_characters (job);
  gst_vowel_charge_drop (&job->charge);
}

static void
complete (GstVowelTtsJob *job)
{
  job->state = GST_VOWEL_TTS_JOB_DONE;
  clear_timers (job);
}

void
gst_vowel_tts_attempt_finish (GstVowelTtsJob *job)
{
  job->charge.usage.characters = job->n_chars;
  gst_vowel_charge_end (&job->charge, NULL);
  complete (job);
}

static GstVowelTtsResponse *
response_of (GstVowelTts *self, GstVowelTtsJob *job)
{
  for (GList *l = PRIV (self)->responses.head; l != NULL; l = l->next) {
    GstVowelTtsResponse *response = l->data;

    if (g_queue_find (&response->jobs, job) != NULL)
      return response;
  }
  return NULL;
}

static gboolean
skips_failed (GstVowelTts *self)
{
  gboolean skips;

  GST_OBJECT_LOCK (self);
  skips = PRIV (self)->skip_failed;
  GST_OBJECT_UNLOCK (self);
  return skips;
}

static void
leave_out (GstVowelTtsResponse *response, GstVowelTtsJob *job,
    guint http_status, const GError *error)
{
  GST_ELEMENT_WARNING (job->charge.provider, RESOURCE, FAILED,
      ("A sentence is left out: %s", error->message),
      ("generation %" G_GUINT64_FORMAT, job->generation));
  if (response->failure != NULL)
    return;
  response->failure = g_error_copy (error);
  response->failure_status = http_status;
  response->failed = g_object_ref (job->charge.provider);
}

/* What came before the sentence is still heard, but nothing after it. */
static void
cut_short (GstVowelTtsResponse *response, GstVowelTtsJob *job)
{
  GstVowelTtsJob *last;

  response->text_done = TRUE;
  while ((last = g_queue_peek_tail (&response->jobs)) != NULL && last != job) {
    g_queue_pop_tail (&response->jobs);
    gst_vowel_tts_attempt_drop (last);
    gst_vowel_tts_job_unref (last);
  }
}

/* The sentence cannot be spoken. */
static void
give_up (GstVowelTtsJob *job, guint http_status, const GError *error)
{
  GstVowelTts *self = job->tts;
  g_autoptr (GstVowelTtsResponse) response = response_of (self, job);

  if (response != NULL)
    gst_vowel_tts_response_ref (response);
  gst_vowel_tts_job_ref (job);
  count_characters (job);
  gst_vowel_charge_end (&job->charge, error);
  complete (job);
  if (response != NULL && skips_failed (self)) {
    leave_out (response, job, http_status, error);
  } else {
    if (response != NULL)
      cut_short (response, job);
    gst_vowel_provider_element_post_failure (
        job->charge.provider, job->generation, http_status, error);
  }
  gst_vowel_tts_job_unref (job);
  gst_vowel_tts_advance (self);
}

void
gst_vowel_tts_attempt_settle (GstVowelTtsResponse *response)
{
  if (response->failure != NULL && !response->heard)
    gst_vowel_provider_element_post_failure (response->failed,
        response->generation, response->failure_status, response->failure);
}

static void
retry_now (gpointer user_data)
{
  GstVowelTtsJob *job = user_data;

  job->retry = NULL;
  job->state = GST_VOWEL_TTS_JOB_WAITING;
  gst_vowel_tts_advance (job->tts);
}

/* The stand-in's own voice speaks, unless it knows the one that is wanted. */
static void
choose_voice (GstVowelTtsJob *job)
{
  GstVowelTts *voice = voice_of (job);
  GstVowelTtsClass *klass = GST_VOWEL_TTS_GET_CLASS (voice);
  g_auto (GStrv) known = NULL;

  g_clear_pointer (&job->voice, g_free);
  if (voice != job->tts && klass->list_voices != NULL)
    known = klass->list_voices (voice);
  if (voice == job->tts
      || (known != NULL && job->wanted_voice != NULL
          && g_strv_contains (
              (const gchar *const *) known, job->wanted_voice))) {
    job->voice = g_strdup (job->wanted_voice);
    return;
  }
  GST_OBJECT_LOCK (voice);
  job->voice = g_strdup (PRIV (voice)->voice);
  GST_OBJECT_UNLOCK (voice);
}

static void
hand_over_now (gpointer user_data)
{
  GstVowelTtsJob *job = user_data;
  GstVowelTtsResponse *response = response_of (job->tts, job);

  /* That of the one before, who would not know what it is. */
  gst_vowel_tts_job_set_data (job, NULL, NULL);
  choose_voice (job);
  /* The rest of the answer in the same voice. */
  if (response != NULL)
    response->voice = MAX (response->voice, job->charge.index);
  retry_now (job);
}

void
gst_vowel_tts_attempt_failed (GstVowelTtsJob *job, guint http_status,
    gint retry_after_ms, const GError *error)
{
  clear_timers (job);
  if (job->received == 0)
    job->retry = gst_vowel_charge_retry (
        &job->charge, retry_after_ms, error, retry_now, job);
  if (job->received == 0 && job->retry == NULL)
    job->retry =
        gst_vowel_charge_hand_over (&job->charge, error, hand_over_now, job);
  if (job->retry != NULL)
    job->state = GST_VOWEL_TTS_JOB_RETRY;
  else
    give_up (job, http_status, error);
}

static GstClockTime
get_first_audio_timeout (GstVowelTtsJob *job)
{
  GstVowelTts *voice = voice_of (job);
  GstClockTime timeout;

  GST_OBJECT_LOCK (voice);
  timeout = PRIV (voice)->first_audio_timeout;
  GST_OBJECT_UNLOCK (voice);
  return timeout;
}

/* Serves the wait for the first audio and, moved on lazily, every pause. */
static void
deadline_passed (gpointer user_data)
{
  GstVowelTtsJob *job = user_data;
  GstVowelWorker *worker = gst_vowel_tts_get_worker (job->tts);
  GstClockTime now = gst_vowel_worker_get_time (worker);
  GstClockTime timeout = get_first_audio_timeout (job);
  g_autoptr (GError) error = NULL;

  job->deadline = NULL;
  if (timeout == 0)
    return;
  if (now < job->last_audio + timeout) {
    job->deadline = gst_vowel_worker_add_timer (
        worker, job->last_audio + timeout, deadline_passed, job);
    return;
  }
  g_set_error (&error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT,
      "No audio for %" G_GUINT64_FORMAT
      " ms (property \"first-audio-timeout\")",
      timeout / GST_MSECOND);
  gst_vowel_tts_job_ref (job);
  /* Not live for the provider any more. */
  job->state = GST_VOWEL_TTS_JOB_RETRY;
  cancel (job);
  gst_vowel_tts_attempt_failed (job, 0, -1, error);
  gst_vowel_tts_job_unref (job);
}

/* FALSE: nobody may be asked; the job has failed. */
static gboolean
put_in_charge (
    GstVowelTts *self, GstVowelTtsResponse *response, GstVowelTtsJob *job)
{
  g_autoptr (GError) error = NULL;

  if (job->charge.open)
    return TRUE;
  if (!gst_vowel_charge_begin (&job->charge, GST_VOWEL_PROVIDER_ELEMENT (self),
          job->generation, response->voice, &error)) {
    give_up (job, 0, error);
    return FALSE;
  }
  response->voice = MAX (response->voice, job->charge.index);
  choose_voice (job);
  return TRUE;
}

void
gst_vowel_tts_attempt_begin (
    GstVowelTts *self, GstVowelTtsResponse *response, GstVowelTtsJob *job)
{
  GstVowelWorker *worker = gst_vowel_tts_get_worker (self);
  GstVowelTts *voice;
  GstClockTime timeout;
  g_autoptr (GError) error = NULL;

  if (!put_in_charge (self, response, job))
    return;
  voice = voice_of (job);
  timeout = get_first_audio_timeout (job);
  GST_DEBUG_OBJECT (voice, "synthesizing \"%s\"", job->text);
  gst_vowel_tts_job_ref (job);
  gst_vowel_charge_note_try (&job->charge);
  job->state = GST_VOWEL_TTS_JOB_ACTIVE;
  job->last_audio = gst_vowel_worker_get_time (worker);
  if (timeout > 0)
    job->deadline = gst_vowel_worker_add_timer (
        worker, job->last_audio + timeout, deadline_passed, job);
  if (!GST_VOWEL_TTS_GET_CLASS (voice)->synthesize (voice, job, &error)
      && gst_vowel_tts_attempt_is_by (voice, job)) {
    gst_vowel_provider_element_ensure_error (
        GST_VOWEL_PROVIDER_ELEMENT (voice), &error);
    gst_vowel_tts_attempt_failed (job, 0, -1, error);
  }
  gst_vowel_tts_job_unref (job);
}
