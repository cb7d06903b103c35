/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What becomes of text on the worker: responses, their sentences (jobs) and the
 * order of what is heard. */

#include "config.h"

#include "gstvowelevent.h"
#include "gstvowelmeta.h"
#include "gstvoweltts-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_tts_debug);
#define GST_CAT_DEFAULT gst_vowel_tts_debug

/* Characters that a voice speaks in a second, until we know better. */
#define USUAL_PACE 15.0

#define PRIV(self) gst_vowel_tts_get_private (self)

/* Starts the next job that waits, when another may be in flight. One that is
 * done but waits for an earlier one still counts: else all the rest would be
 * synthesized behind a slow sentence. */
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
  if (hold || priv->unheard)
    return FALSE;
  for (GList *l = priv->responses.head; l != NULL; l = l->next) {
    GstVowelTtsResponse *response = l->data;

    for (GList *j = response->jobs.head; j != NULL; j = j->next) {
      GstVowelTtsJob *job = j->data;

      if (job->state == GST_VOWEL_TTS_JOB_WAITING) {
        gst_vowel_tts_attempt_begin (self, response, job);
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
      /* Whoever is told of a failure may cancel at once, this one too. */
      gst_vowel_tts_response_unref (g_queue_pop_head (&priv->responses));
      gst_vowel_tts_attempt_settle (response);
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
      response->heard |= job->emitted > 0;
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
    push_audio_out (self);
    if (start_next_job (self))
      priv->again = TRUE;
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
      gst_vowel_tts_attempt_drop (j->data);
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
  priv->unheard = FALSE;
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
  if (!gst_vowel_tts_attempt_is_by (tts, job)) {
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

  if (gst_vowel_tts_attempt_is_by (tts, job))
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

  if (!gst_vowel_tts_attempt_is_by (tts, job))
    return;
  gst_vowel_tts_attempt_finish (job);
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
 * message is posted and the response's audio ends, unless the sentence is left
 * out (#GstVowelTts:skip-failed). The element lives on.
 */
void
gst_vowel_tts_fail (GstVowelTts *tts, GstVowelTtsJob *job, guint http_status,
    gint retry_after_ms, const GError *error)
{
  g_return_if_fail (GST_VOWEL_IS_TTS (tts));
  g_return_if_fail (job != NULL);
  g_return_if_fail (error != NULL);

  if (gst_vowel_tts_attempt_is_by (tts, job))
    gst_vowel_tts_attempt_failed (job, http_status, retry_after_ms, error);
}
