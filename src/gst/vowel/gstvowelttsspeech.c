/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of text on the worker: responses, their sentences (jobs) and the
 * order of what is heard. */

#include "config.h"

#include "gstvowelerror.h"
#include "gstvowelevent.h"
#include "gstvowelmeta.h"
#include "gstvoweltts-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_tts_debug);
#define GST_CAT_DEFAULT gst_vowel_tts_debug

/* Characters that a voice speaks in a second, until we know better. */
#define USUAL_PACE 15.0

#define PRIV(self) gst_vowel_tts_get_private (self)

/* --- jobs; all on the worker --- */

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
static gboolean
is_in_charge (GstVowelTts *tts, GstVowelTtsJob *job)
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
static void
drop_job (GstVowelTtsJob *job)
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

/* The sentence cannot be spoken: what came before it is still heard, and then
 * the response is over. */
static void
give_up (GstVowelTtsJob *job, guint http_status, const GError *error)
{
  GstVowelTts *self = job->tts;
  g_autoptr (GstVowelTtsResponse) response = response_of (self, job);
  GstVowelTtsJob *last;

  if (response != NULL)
    gst_vowel_tts_response_ref (response);
  gst_vowel_tts_job_ref (job);
  count_characters (job);
  gst_vowel_charge_end (&job->charge, error);
  complete (job);
  if (response != NULL) {
    response->text_done = TRUE;
    while (
        (last = g_queue_peek_tail (&response->jobs)) != NULL && last != job) {
      g_queue_pop_tail (&response->jobs);
      drop_job (last);
      gst_vowel_tts_job_unref (last);
    }
  }
  gst_vowel_provider_element_post_failure (
      job->charge.provider, job->generation, http_status, error);
  gst_vowel_tts_job_unref (job);
  gst_vowel_tts_advance (self);
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

static void
attempt_failed (GstVowelTtsJob *job, guint http_status, gint retry_after_ms,
    const GError *error)
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
  attempt_failed (job, 0, -1, error);
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

static void
start_job (
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
      && is_in_charge (voice, job)) {
    gst_vowel_provider_element_ensure_error (
        GST_VOWEL_PROVIDER_ELEMENT (voice), &error);
    attempt_failed (job, 0, -1, error);
  }
  gst_vowel_tts_job_unref (job);
}

/* Starts the next job that waits, when another may be in flight. */
static gboolean
start_next_job (GstVowelTts *self)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  guint in_flight = 0, limit;
  gboolean hold;

  GST_OBJECT_LOCK (self);
  limit = priv->in_flight;
  hold = priv->hold;
  GST_OBJECT_UNLOCK (self);
  if (hold)
    return FALSE;
  for (GList *l = priv->responses.head; l != NULL; l = l->next) {
    GstVowelTtsResponse *response = l->data;

    for (GList *j = response->jobs.head; j != NULL; j = j->next) {
      GstVowelTtsJob *job = j->data;

      if (job->state == GST_VOWEL_TTS_JOB_DONE)
        continue;
      if (job->state == GST_VOWEL_TTS_JOB_WAITING) {
        start_job (self, response, job);
        return TRUE;
      }
      if (++in_flight >= limit)
        return FALSE;
    }
  }
  return FALSE;
}

/* --- order; all on the worker --- */

static void
learn_pace (GstVowelTtsPrivate *priv, GstVowelTtsJob *job)
{
  gdouble pace;

  if (job->received == 0 || job->n_chars < 8)
    return;
  pace = job->n_chars / (job->speed * job->received / job->rate);
  priv->pace = 0.7 * priv->pace + 0.3 * CLAMP (pace, 3.0, 60.0);
}

static void
push_audio_out (GstVowelTts *self)
{
  GstVowelTtsPrivate *priv = PRIV (self);

  for (;;) {
    g_autoptr (GstVowelTtsResponse) response = NULL;
    GstVowelTtsJob *job;

    if (g_queue_is_empty (&priv->responses))
      return;
    response =
        gst_vowel_tts_response_ref (g_queue_peek_head (&priv->responses));
    job = g_queue_peek_head (&response->jobs);
    if (job == NULL) {
      if (!response->text_done)
        return;
      gst_vowel_tts_response_unref (g_queue_pop_head (&priv->responses));
      if (response->id == NULL)
        continue;
      priv->closed = MAX (priv->closed, response->generation);
      gst_vowel_src_pad_push_event (
          ELEMENT_PRIV (self)->srcpad, gst_vowel_event_new_response_end (
                                           response->id, response->generation));
      continue;
    }
    gst_vowel_tts_job_ref (job);
    gst_vowel_tts_emit_job (self, response, job);
    if (!job->dropped && job->state == GST_VOWEL_TTS_JOB_DONE
        && g_queue_peek_head (&response->jobs) == job) {
      g_queue_pop_head (&response->jobs);
      gst_vowel_tts_job_unref (job);
    } else if (!job->dropped) {
      gst_vowel_tts_job_unref (job);
      return;
    }
    gst_vowel_tts_job_unref (job);
  }
}

/* Everything that can go on goes on.  What providers and whoever is downstream
 * call back meanwhile is done in the same loop, not inside itself. */
void
gst_vowel_tts_advance (GstVowelTts *self)
{
  GstVowelTtsPrivate *priv = PRIV (self);

  priv->again = TRUE;
  if (priv->advancing)
    return;
  priv->advancing = TRUE;
  while (priv->again) {
    priv->again = FALSE;
    if (start_next_job (self))
      priv->again = TRUE;
    push_audio_out (self);
  }
  priv->advancing = FALSE;

  if (g_queue_is_empty (&priv->responses))
    gst_vowel_provider_element_finish_eos (GST_VOWEL_PROVIDER_ELEMENT (self));
}

/* --- text; all on the worker --- */

/* FALSE: the sentence is not to be spoken. */
static gboolean
filter_sentence (
    GstVowelTtsResponse *response, GstVowelSentence *sentence, guint window)
{
  gchar *text;

  if (window == 0)
    return TRUE;
  if (response->repeats == NULL)
    response->repeats = gst_vowel_repeats_new (window);
  text = gst_vowel_repeats_apply (response->repeats, sentence->text);
  g_free (sentence->text);
  sentence->text = text;
  return text != NULL;
}

static void
add_jobs (GstVowelTts *self, GstVowelTtsResponse *response)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  GstVowelSentence *sentence;
  g_autofree gchar *voice = NULL;
  gdouble speed;
  guint window;

  GST_OBJECT_LOCK (self);
  window = priv->drop_repeats;
  voice = g_strdup (priv->voice);
  speed = priv->speed;
  GST_OBJECT_UNLOCK (self);
  while (
      (sentence = gst_vowel_sentence_chunker_pop (response->chunker)) != NULL) {
    if (filter_sentence (response, sentence, window))
      g_queue_push_tail (
          &response->jobs, gst_vowel_tts_job_new (self, sentence,
                               response->generation, voice, speed));
    else
      GST_DEBUG_OBJECT (self, "said already, or nothing to be said");
    gst_vowel_sentence_free (sentence);
  }
}

static void
end_text (GstVowelTts *self, GstVowelTtsResponse *response)
{
  if (response->text_done)
    return;
  gst_vowel_sentence_chunker_finish (response->chunker);
  add_jobs (self, response);
  response->text_done = TRUE;
}

/* (nullable): NULL when text of that response is late and must be dropped */
static GstVowelTtsResponse *
get_response (GstVowelTts *self, const gchar *id, guint64 generation)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  GstVowelTtsResponse *response;

  for (GList *l = priv->responses.head; l != NULL; l = l->next) {
    response = l->data;
    if (response->generation == generation && g_strcmp0 (response->id, id) == 0)
      return response;
  }
  if (generation != 0
      && (generation <= priv->closed || generation < priv->newest)) {
    GST_DEBUG_OBJECT (
        self, "late: %s, generation %" G_GUINT64_FORMAT, id, generation);
    return NULL;
  }
  priv->newest = MAX (priv->newest, generation);
  response = gst_vowel_tts_response_new (id, generation);
  g_queue_push_tail (&priv->responses, response);
  return response;
}

void
gst_vowel_tts_speak (GstVowelTts *self, const gchar *text)
{
  GstVowelTtsResponse *response = gst_vowel_tts_response_new (NULL, 0);

  g_queue_push_tail (&PRIV (self)->responses, response);
  gst_vowel_sentence_chunker_push (response->chunker, text);
  end_text (self, response);
  gst_vowel_tts_advance (self);
}

void
gst_vowel_tts_speak_response (
    GstVowelTts *self, const gchar *id, guint64 generation, const gchar *text)
{
  GstVowelTtsResponse *response = get_response (self, id, generation);

  if (response == NULL || response->text_done)
    return;
  gst_vowel_sentence_chunker_push (response->chunker, text);
  end_text (self, response);
  gst_vowel_tts_advance (self);
}

static void
handle_text (GstVowelTts *self, GstBuffer *buffer)
{
  GstVowelResponseMeta *meta = gst_buffer_get_vowel_response_meta (buffer);
  GstVowelTtsResponse *response;
  GstMapInfo map;
  g_autofree gchar *text = NULL;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  text = g_strndup ((const gchar *) map.data, map.size);
  gst_buffer_unmap (buffer, &map);

  if (meta == NULL || meta->response_id == NULL) {
    gst_vowel_tts_speak (self, text);
    return;
  }
  response = get_response (self, meta->response_id, meta->generation);
  if (response == NULL || response->text_done)
    return;
  gst_vowel_sentence_chunker_push (response->chunker, text);
  add_jobs (self, response);
  gst_vowel_tts_advance (self);
}

static void
handle_event (GstVowelTts *self, GstEvent *event)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  GstVowelTtsResponse *response;
  const gchar *id;
  guint64 generation;

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    for (GList *l = priv->responses.head; l != NULL; l = l->next)
      end_text (self, l->data);
    gst_event_replace (&ELEMENT_PRIV (self)->eos, event);
    gst_vowel_tts_advance (self);
  } else if (gst_vowel_event_parse_response_end (event, &id, &generation)) {
    /* A response without a word has an end too. */
    response = get_response (self, id, generation);
    if (response != NULL)
      end_text (self, response);
    gst_vowel_tts_advance (self);
  }
}

void
gst_vowel_tts_handle_item (
    GstVowelProviderElement *element, GstMiniObject *item)
{
  if (GST_IS_BUFFER (item))
    handle_text (GST_VOWEL_TTS (element), GST_BUFFER_CAST (item));
  else
    handle_event (GST_VOWEL_TTS (element), GST_EVENT_CAST (item));
  gst_mini_object_unref (item);
}

/* 0: all. */
void
gst_vowel_tts_drop_responses (GstVowelTts *self, guint64 generation)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  GQueue dropped = G_QUEUE_INIT;
  GstVowelTtsResponse *response;
  GList *next;

  for (GList *l = priv->responses.head; l != NULL; l = next) {
    response = l->data;
    next = l->next;
    if (generation != 0 && response->generation != generation)
      continue;
    g_queue_unlink (&priv->responses, l);
    g_queue_push_tail_link (&dropped, l);
  }
  priv->closed =
      MAX (priv->closed, generation != 0 ? generation : priv->newest);
  while ((response = g_queue_pop_head (&dropped)) != NULL) {
    for (GList *j = response->jobs.head; j != NULL; j = j->next)
      drop_job (j->data);
    gst_vowel_tts_response_unref (response);
  }
}

void
gst_vowel_tts_flush (GstVowelProviderElement *element)
{
  GstVowelTts *self = GST_VOWEL_TTS (element);
  GstVowelTtsPrivate *priv = PRIV (self);

  gst_vowel_tts_drop_responses (self, 0);
  priv->said = FALSE;
  priv->resync = TRUE;
  priv->discont = TRUE;
}

void
gst_vowel_tts_reset (GstVowelProviderElement *element)
{
  GstVowelTtsPrivate *priv = PRIV (GST_VOWEL_TTS (element));

  gst_vowel_tts_flush (element);
  priv->closed = 0;
  priv->newest = 0;
  priv->audible = 0;
  priv->base = 0;
  priv->position = 0;
  priv->position_base = 0;
  priv->resync = FALSE;
  priv->rate = 0;
  priv->pace = USUAL_PACE;
}

/* --- for providers --- */

/**
 * gst_vowel_tts_set_rate:
 * @tts: a text-to-speech element
 * @rate: samples per second
 *
 * Worker thread. Holds for jobs whose first audio comes after it.
 */
void
gst_vowel_tts_set_rate (GstVowelTts *tts, gint rate)
{
  g_return_if_fail (GST_VOWEL_IS_TTS (tts));
  g_return_if_fail (rate > 0);

  PRIV (tts)->next_rate = rate;
}

/**
 * gst_vowel_tts_push_audio:
 * @tts: a text-to-speech element
 * @job: the sentence
 * @audio: (transfer full): more of its audio, S16LE mono
 *
 * Worker thread. Audio of a later sentence waits for the earlier ones.
 *
 * Returns: %FALSE when the job is no longer live: stop
 */
gboolean
gst_vowel_tts_push_audio (
    GstVowelTts *tts, GstVowelTtsJob *job, GstBuffer *audio)
{
  GstVowelTtsPrivate *priv;

  g_return_val_if_fail (GST_VOWEL_IS_TTS (tts), FALSE);
  g_return_val_if_fail (job != NULL, FALSE);
  g_return_val_if_fail (GST_IS_BUFFER (audio), FALSE);

  priv = PRIV (tts);
  if (!is_in_charge (tts, job)) {
    gst_buffer_unref (audio);
    return FALSE;
  }
  if (gst_buffer_get_size (audio) < sizeof (gint16)) {
    gst_buffer_unref (audio);
    return TRUE;
  }
  g_return_val_if_fail (priv->next_rate > 0, FALSE);

  if (job->received == 0)
    job->rate = priv->next_rate;
  job->last_audio = gst_vowel_worker_get_time (gst_vowel_tts_get_worker (tts));
  job->received += gst_buffer_get_size (audio) / sizeof (gint16);
  gst_adapter_push (job->adapter, audio);
  gst_vowel_tts_job_ref (job);
  gst_vowel_tts_advance (job->tts);
  gst_vowel_tts_job_unref (job);
  return TRUE;
}

/**
 * gst_vowel_tts_mark:
 * @tts: a text-to-speech element
 * @job: the sentence
 * @text_offset: a character of the job's text
 * @sample_offset: the sample of its audio at which that character begins
 *
 * Worker thread; best before the audio that it is about. Marks go forward.
 */
void
gst_vowel_tts_mark (GstVowelTts *tts, GstVowelTtsJob *job, guint text_offset,
    guint64 sample_offset)
{
  g_return_if_fail (GST_VOWEL_IS_TTS (tts));
  g_return_if_fail (job != NULL);

  if (is_in_charge (tts, job))
    gst_vowel_tts_job_add_mark (job, text_offset, sample_offset);
}

/**
 * gst_vowel_tts_finish:
 * @tts: a text-to-speech element
 * @job: the sentence
 *
 * Worker thread. All its audio has been pushed. Nothing happens when the job is
 * no longer live.
 */
void
gst_vowel_tts_finish (GstVowelTts *tts, GstVowelTtsJob *job)
{
  g_return_if_fail (GST_VOWEL_IS_TTS (tts));
  g_return_if_fail (job != NULL);

  if (!is_in_charge (tts, job))
    return;
  job->charge.usage.characters = job->n_chars;
  gst_vowel_charge_end (&job->charge, NULL);
  complete (job);
  learn_pace (PRIV (job->tts), job);
  gst_vowel_tts_advance (job->tts);
}

/**
 * gst_vowel_tts_fail:
 * @tts: a text-to-speech element
 * @job: the sentence
 * @http_status: what the provider's server said; 0 when there was none
 * @retry_after_ms: how long it wants us to wait; -1 when it did not say
 * @error: why
 *
 * Worker thread. As long as no audio has come yet it is tried again, when that
 * can help, and then given to the next provider of a list; otherwise a failure
 * message is posted and the response's audio ends. The element lives on.
 */
void
gst_vowel_tts_fail (GstVowelTts *tts, GstVowelTtsJob *job, guint http_status,
    gint retry_after_ms, const GError *error)
{
  g_return_if_fail (GST_VOWEL_IS_TTS (tts));
  g_return_if_fail (job != NULL);
  g_return_if_fail (error != NULL);

  if (is_in_charge (tts, job))
    attempt_failed (job, http_status, retry_after_ms, error);
}
