/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvoweltts
 * @title: GstVowelTts
 * @short_description: Base class of text-to-speech providers
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

#include "gstvowelerror.h"
#include "gstvowelevent.h"
#include "gstvowelinlet-priv.h"
#include "gstvowelmeta-priv.h"
#include "gstvowelprovider-priv.h"
#include "gstvowelretry.h"
#include "gstvowelsrcpad.h"
#include "gstvoweltts-priv.h"

GST_DEBUG_CATEGORY_STATIC (gst_vowel_tts_debug);
#define GST_CAT_DEFAULT gst_vowel_tts_debug

#define DEFAULT_SPEED 1.0
#define DEFAULT_IN_FLIGHT 2
#define DEFAULT_FIRST_AUDIO_TIMEOUT (10 * GST_SECOND)
#define DEFAULT_RETRIES 2

#define MAX_QUEUED (64 * 1024)
/* Longest buffer, and how much is held back because it may be the last of its
 * sentence. */
#define MAX_BUFFER_MS 100
#define HOLD_BACK_MS 10
/* How late audio may be before it is moved to the present. */
#define MAX_LATENESS (40 * GST_MSECOND)
/* Characters that a voice speaks in a second, until we know better. */
#define USUAL_PACE 15.0

enum {
  PROP_0,
  PROP_VOICE,
  PROP_SPEED,
  PROP_IN_FLIGHT,
  PROP_FIRST_AUDIO_TIMEOUT,
  PROP_RETRIES,
  PROP_TEXT,
};

enum {
  SIGNAL_SAY,
  SIGNAL_CANCEL,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct {
  /* Constant after construction. */
  GstPad *sinkpad;
  GstVowelSrcPad *srcpad;
  GstVowelInlet *inlet;

  /* Atomic: flushes that the worker has not seen yet. */
  gint flushes;

  /* Protected by the object lock. */
  GstVowelWorker *worker;
  gchar *voice;
  gdouble speed;
  guint in_flight;
  GstClockTime first_audio_timeout;
  guint retries;
  gchar *text;
  gboolean started; /* PAUSED at least */

  /* Worker thread only. */
  GQueue responses;   /* of GstVowelTtsResponse, in the order they are heard */
  guint64 closed;     /* no text of this generation or an older is taken */
  guint64 newest;     /* newest generation that was seen */
  guint64 audible;    /* newest generation of which audio has left */
  gboolean said;      /* audio has left since the last flush */
  gboolean advancing; /* guards against itself */
  gboolean again;
  gboolean eos_pending;
  guint32 eos_seqnum;
  gint next_rate;
  gdouble pace;

  /* Worker thread only: the output stream. */
  gint rate;
  GstClockTime base;          /* running time of the segment */
  guint64 position;           /* samples in the segment, at rate */
  GstClockTime position_base; /* what went before a change of rate */
  gboolean resync;            /* the next buffer begins a segment */
  gboolean discont;
} GstVowelTtsPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstVowelTts, gst_vowel_tts, GST_TYPE_ELEMENT,
    G_ADD_PRIVATE (GstVowelTts) GST_DEBUG_CATEGORY_INIT (gst_vowel_tts_debug,
        "voweltts", 0, "vowel-gst text-to-speech base class"))

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS ("text/x-raw, format=utf8"));

#define PRIV(self)                                                             \
  ((GstVowelTtsPrivate *) gst_vowel_tts_get_instance_private (self))

static void advance (GstVowelTts *self);

/* --- jobs; all on the worker --- */

static void
clear_timer (GstVowelTtsJob *job, GstVowelTimer **timer)
{
  if (*timer != NULL)
    gst_vowel_worker_cancel_timer (
        PRIV (job->tts)->worker, g_steal_pointer (timer));
}

/* Nothing of it may leave any more. */
static void
drop_job (GstVowelTtsJob *job)
{
  GstVowelTtsClass *klass = GST_VOWEL_TTS_GET_CLASS (job->tts);
  gboolean active = job->state == GST_VOWEL_TTS_JOB_ACTIVE;

  if (job->dropped)
    return;
  job->dropped = TRUE;
  clear_timer (job, &job->deadline);
  clear_timer (job, &job->retry);
  if (active && klass->cancel != NULL)
    klass->cancel (job->tts, job);
}

static void
complete (GstVowelTtsJob *job)
{
  job->state = GST_VOWEL_TTS_JOB_DONE;
  clear_timer (job, &job->deadline);
  clear_timer (job, &job->retry);
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
  gst_vowel_provider_post_failure (GST_ELEMENT_CAST (self),
      GST_VOWEL_PROVIDER_TTS, job->generation, http_status, error);
  gst_vowel_tts_job_unref (job);
  advance (self);
}

static void
retry_now (gpointer user_data)
{
  GstVowelTtsJob *job = user_data;

  job->retry = NULL;
  job->state = GST_VOWEL_TTS_JOB_WAITING;
  advance (job->tts);
}

static void
attempt_failed (GstVowelTtsJob *job, guint http_status, gint retry_after_ms,
    const GError *error)
{
  GstVowelTtsPrivate *priv = PRIV (job->tts);
  GstVowelRetryPolicy policy = *gst_vowel_retry_policy_default ();
  guint wait_ms;

  clear_timer (job, &job->deadline);
  GST_OBJECT_LOCK (job->tts);
  policy.max_retries = priv->retries;
  GST_OBJECT_UNLOCK (job->tts);

  if (job->received > 0
      || !gst_vowel_retry_policy_next (&policy, job->attempt, error,
          retry_after_ms, g_random_double (), &wait_ms)) {
    give_up (job, http_status, error);
    return;
  }
  job->attempt++;
  job->state = GST_VOWEL_TTS_JOB_RETRY;
  GST_INFO_OBJECT (
      job->tts, "%s; trying again in %u ms", error->message, wait_ms);
  job->retry = gst_vowel_worker_add_timer (priv->worker,
      gst_vowel_worker_get_time (priv->worker) + wait_ms * GST_MSECOND,
      retry_now, job);
}

/* Serves the wait for the first audio and, moved on lazily, every pause. */
static void
deadline_passed (gpointer user_data)
{
  GstVowelTtsJob *job = user_data;
  GstVowelTts *self = job->tts;
  GstVowelTtsPrivate *priv = PRIV (self);
  GstVowelTtsClass *klass = GST_VOWEL_TTS_GET_CLASS (self);
  GstClockTime now = gst_vowel_worker_get_time (priv->worker);
  GstClockTime timeout;
  g_autoptr (GError) error = NULL;

  job->deadline = NULL;
  GST_OBJECT_LOCK (self);
  timeout = priv->first_audio_timeout;
  GST_OBJECT_UNLOCK (self);
  if (timeout == 0)
    return;
  if (now < job->last_audio + timeout) {
    job->deadline = gst_vowel_worker_add_timer (
        priv->worker, job->last_audio + timeout, deadline_passed, job);
    return;
  }
  g_set_error (&error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT,
      "No audio for %" G_GUINT64_FORMAT
      " ms (property \"first-audio-timeout\")",
      timeout / GST_MSECOND);
  gst_vowel_tts_job_ref (job);
  /* Not live for the provider any more. */
  job->state = GST_VOWEL_TTS_JOB_RETRY;
  if (klass->cancel != NULL)
    klass->cancel (self, job);
  attempt_failed (job, 0, -1, error);
  gst_vowel_tts_job_unref (job);
}

static void
start_job (GstVowelTts *self, GstVowelTtsJob *job)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  GstClockTime timeout;
  g_autoptr (GError) error = NULL;

  GST_OBJECT_LOCK (self);
  timeout = priv->first_audio_timeout;
  GST_OBJECT_UNLOCK (self);
  GST_DEBUG_OBJECT (self, "synthesizing \"%s\"", job->text);
  gst_vowel_tts_job_ref (job);
  job->state = GST_VOWEL_TTS_JOB_ACTIVE;
  job->last_audio = gst_vowel_worker_get_time (priv->worker);
  if (timeout > 0)
    job->deadline = gst_vowel_worker_add_timer (
        priv->worker, job->last_audio + timeout, deadline_passed, job);
  if (!GST_VOWEL_TTS_GET_CLASS (self)->synthesize (self, job, &error)
      && gst_vowel_tts_job_is_live (job))
    attempt_failed (job, 0, -1, error);
  gst_vowel_tts_job_unref (job);
}

/* Starts the next job that waits, when another may be in flight. */
static gboolean
start_next_job (GstVowelTts *self)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  guint in_flight = 0, limit;

  GST_OBJECT_LOCK (self);
  limit = priv->in_flight;
  GST_OBJECT_UNLOCK (self);
  for (GList *l = priv->responses.head; l != NULL; l = l->next) {
    GstVowelTtsResponse *response = l->data;

    for (GList *j = response->jobs.head; j != NULL; j = j->next) {
      GstVowelTtsJob *job = j->data;

      if (job->state == GST_VOWEL_TTS_JOB_DONE)
        continue;
      if (job->state == GST_VOWEL_TTS_JOB_WAITING) {
        start_job (self, job);
        return TRUE;
      }
      if (++in_flight >= limit)
        return FALSE;
    }
  }
  return FALSE;
}

/* --- output; all on the worker --- */

static gboolean
get_running_time (GstVowelTts *self, GstClockTime *ret_time)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (GST_ELEMENT_CAST (self));
  GstClockTime base = gst_element_get_base_time (GST_ELEMENT_CAST (self));
  GstClockTime now;

  if (clock == NULL || GST_STATE (self) != GST_STATE_PLAYING
      || !GST_CLOCK_TIME_IS_VALID (base))
    return FALSE;
  now = gst_clock_get_time (clock);
  *ret_time = now > base ? now - base : 0;
  return TRUE;
}

static GstClockTime
stream_position (GstVowelTtsPrivate *priv)
{
  return priv->position_base
         + (priv->rate > 0 ? gst_util_uint64_scale (
                priv->position, GST_SECOND, priv->rate)
                           : 0);
}

static void
prepare_stream (GstVowelTts *self, gint rate)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  GstClockTime now;

  if (rate != priv->rate) {
    g_autoptr (GstCaps) caps = gst_caps_new_simple ("audio/x-raw", "format",
        G_TYPE_STRING, "S16LE", "rate", G_TYPE_INT, rate, "channels",
        G_TYPE_INT, 1, "layout", G_TYPE_STRING, "interleaved", NULL);

    priv->position_base = stream_position (priv);
    priv->position = 0;
    priv->rate = rate;
    gst_vowel_src_pad_set_caps (priv->srcpad, caps);
  }
  if (get_running_time (self, &now)
      && (priv->resync
          || priv->base + stream_position (priv) + MAX_LATENESS < now)) {
    GST_LOG_OBJECT (self, "speech begins at running time %" GST_TIME_FORMAT,
        GST_TIME_ARGS (now));
    gst_vowel_src_pad_new_segment (priv->srcpad, now);
    priv->base = now;
    priv->position = 0;
    priv->position_base = 0;
    priv->discont = TRUE;
  }
  priv->resync = FALSE;
}

/* Takes @size bytes of the job's audio and pushes them. */
static void
emit (GstVowelTts *self, GstVowelTtsResponse *response, GstVowelTtsJob *job,
    gsize size)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  GstBuffer *buffer;
  GstVowelResponseMeta *meta;
  guint text_end;
  gboolean last = job->state == GST_VOWEL_TTS_JOB_DONE
                  && size == gst_adapter_available (job->adapter);

  prepare_stream (self, job->rate);
  buffer =
      gst_buffer_make_writable (gst_adapter_take_buffer (job->adapter, size));
  GST_BUFFER_PTS (buffer) = stream_position (priv);
  priv->position += size / sizeof (gint16);
  GST_BUFFER_DURATION (buffer) =
      stream_position (priv) - GST_BUFFER_PTS (buffer);
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_DISCONT);
  if (priv->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  priv->discont = FALSE;

  job->emitted += size / sizeof (gint16);
  text_end = last ? job->n_chars
                  : gst_vowel_tts_job_text_at (job, job->emitted, priv->pace);
  text_end = MAX (text_end, job->text_pos);
  meta = gst_vowel_response_meta_add_shared (
      buffer, response->id, response->generation);
  meta->text_start = job->text_start + job->text_pos;
  meta->text_end = job->text_start + text_end;
  meta->sentence_end = last;
  job->text_pos = text_end;

  priv->said = TRUE;
  priv->audible = MAX (priv->audible, response->generation);
  gst_vowel_src_pad_push (priv->srcpad, buffer);
}

/* Pushes what may leave of the job that is being heard. */
static void
emit_job (GstVowelTts *self, GstVowelTtsResponse *response, GstVowelTtsJob *job)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  gsize most = job->rate * MAX_BUFFER_MS / 1000 * sizeof (gint16);
  gsize hold_back = job->rate * HOLD_BACK_MS / 1000 * sizeof (gint16);
  gsize available;

  /* The end of a flush may be downstream before the worker knows of it. */
  while (!job->dropped && g_atomic_int_get (&priv->flushes) == 0
         && (available = gst_adapter_available (job->adapter)) > 0) {
    gboolean done = job->state == GST_VOWEL_TTS_JOB_DONE;

    if (!done && available <= hold_back)
      return;
    if (!done)
      available -= hold_back;
    emit (self, response, job, MIN (available, most));
  }
}

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
          priv->srcpad, gst_vowel_event_new_response_end (
                            response->id, response->generation));
      continue;
    }
    gst_vowel_tts_job_ref (job);
    emit_job (self, response, job);
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
static void
advance (GstVowelTts *self)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  GstEvent *event;

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

  if (!priv->eos_pending || !g_queue_is_empty (&priv->responses))
    return;
  priv->eos_pending = FALSE;
  event = gst_event_new_eos ();
  gst_event_set_seqnum (event, priv->eos_seqnum);
  gst_vowel_src_pad_push_event (priv->srcpad, event);
}

/* --- text; all on the worker --- */

static void
add_jobs (GstVowelTts *self, GstVowelTtsResponse *response)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  GstVowelSentence *sentence;
  g_autofree gchar *voice = NULL;
  gdouble speed;

  GST_OBJECT_LOCK (self);
  voice = g_strdup (priv->voice);
  speed = priv->speed;
  GST_OBJECT_UNLOCK (self);
  while (
      (sentence = gst_vowel_sentence_chunker_pop (response->chunker)) != NULL) {
    g_queue_push_tail (
        &response->jobs, gst_vowel_tts_job_new (self, sentence,
                             response->generation, voice, speed));
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

static void
speak (GstVowelTts *self, const gchar *text)
{
  GstVowelTtsResponse *response = gst_vowel_tts_response_new (NULL, 0);

  g_queue_push_tail (&PRIV (self)->responses, response);
  gst_vowel_sentence_chunker_push (response->chunker, text);
  end_text (self, response);
  advance (self);
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
    speak (self, text);
    return;
  }
  response = get_response (self, meta->response_id, meta->generation);
  if (response == NULL || response->text_done)
    return;
  gst_vowel_sentence_chunker_push (response->chunker, text);
  add_jobs (self, response);
  advance (self);
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
    priv->eos_pending = TRUE;
    priv->eos_seqnum = gst_event_get_seqnum (event);
    advance (self);
  } else if (gst_vowel_event_parse_response_end (event, &id, &generation)) {
    /* A response without a word has an end too. */
    response = get_response (self, id, generation);
    if (response != NULL)
      end_text (self, response);
    advance (self);
  }
}

static void
handle_item (GstElement *element, GstMiniObject *item)
{
  if (GST_IS_BUFFER (item))
    handle_text (GST_VOWEL_TTS (element), GST_BUFFER_CAST (item));
  else
    handle_event (GST_VOWEL_TTS (element), GST_EVENT_CAST (item));
  gst_mini_object_unref (item);
}

/* 0: all. TRUE when there was something. */
static gboolean
drop_responses (GstVowelTts *self, guint64 generation)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  GQueue dropped = G_QUEUE_INIT;
  GstVowelTtsResponse *response;
  gboolean any = FALSE;
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
    any = TRUE;
    for (GList *j = response->jobs.head; j != NULL; j = j->next)
      drop_job (j->data);
    gst_vowel_tts_response_unref (response);
  }
  return any;
}

static void
interrupt (gpointer user_data)
{
  GstVowelTts *self = GST_VOWEL_TTS (user_data);
  GstVowelTtsPrivate *priv = PRIV (self);

  drop_responses (self, 0);
  priv->eos_pending = FALSE;
  priv->said = FALSE;
  priv->resync = TRUE;
  priv->discont = TRUE;
}

static void
flushed (gpointer user_data)
{
  GstVowelTtsPrivate *priv = PRIV (GST_VOWEL_TTS (user_data));

  interrupt (user_data);
  g_atomic_int_add (&priv->flushes, -1);
}

static void
reset_stream (gpointer user_data)
{
  GstVowelTts *self = GST_VOWEL_TTS (user_data);
  GstVowelTtsPrivate *priv = PRIV (self);

  interrupt (self);
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

/* --- actions; any thread --- */

typedef struct {
  GstVowelTts *self;
  gchar *text;
  gboolean then_eos;
  guint64 generation;
} Action;

static void
action_free (gpointer data)
{
  Action *action = data;

  gst_object_unref (action->self);
  g_free (action->text);
  g_free (action);
}

static void
do_say (gpointer user_data)
{
  Action *action = user_data;
  GstVowelTtsPrivate *priv = PRIV (action->self);

  if (action->then_eos) {
    priv->eos_pending = TRUE;
    priv->eos_seqnum = gst_util_seqnum_next ();
  }
  speak (action->self, action->text);
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

  if (drop_responses (self, action->generation) || heard) {
    if (heard) {
      GST_DEBUG_OBJECT (self, "cancelled: flushing downstream");
      priv->said = FALSE;
      priv->resync = TRUE;
      priv->discont = TRUE;
      gst_vowel_src_pad_flush (priv->srcpad);
    }
  }
  advance (self);
}

/* (transfer full) @action */
static void
perform (Action *action, GstVowelWorkerFunc func)
{
  GstVowelTts *self = action->self;
  g_autoptr (GstVowelWorker) worker = NULL;

  GST_OBJECT_LOCK (self);
  if (PRIV (self)->started && PRIV (self)->worker != NULL)
    worker = gst_object_ref (PRIV (self)->worker);
  GST_OBJECT_UNLOCK (self);
  if (worker == NULL) {
    GST_WARNING_OBJECT (self, "needs an element that is PAUSED at least");
    action_free (action);
    return;
  }
  gst_vowel_worker_invoke (worker, func, action, action_free);
}

static void
say (GstVowelTts *self, const gchar *text, gboolean then_eos)
{
  Action *action = g_new0 (Action, 1);

  action->self = gst_object_ref (self);
  action->text = g_strdup (text);
  action->then_eos = then_eos;
  perform (action, do_say);
}

static void
gst_vowel_tts_say (GstVowelTts *self, const gchar *text)
{
  g_return_if_fail (text != NULL);

  say (self, text, FALSE);
}

static void
gst_vowel_tts_cancel (GstVowelTts *self, guint64 generation)
{
  Action *action = g_new0 (Action, 1);

  action->self = gst_object_ref (self);
  action->generation = generation;
  perform (action, do_cancel);
}

/* --- pads; upstream's thread --- */

static GstFlowReturn
sink_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstVowelTtsPrivate *priv = PRIV (GST_VOWEL_TTS (parent));

  return gst_vowel_inlet_push (
      priv->inlet, GST_MINI_OBJECT_CAST (buffer), gst_buffer_get_size (buffer));
}

static gboolean
sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstVowelTts *self = GST_VOWEL_TTS (parent);
  GstVowelTtsPrivate *priv = PRIV (self);

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_FLUSH_START:
      g_atomic_int_inc (&priv->flushes);
      gst_vowel_inlet_set_flushing (priv->inlet, TRUE);
      gst_vowel_src_pad_push_event (priv->srcpad, event);
      gst_vowel_worker_invoke (
          priv->worker, flushed, gst_object_ref (self), gst_object_unref);
      return TRUE;
    case GST_EVENT_FLUSH_STOP:
      gst_vowel_src_pad_push_event (priv->srcpad, event);
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

/* --- element --- */

static gboolean
start (gpointer element)
{
  GstVowelTtsClass *klass = GST_VOWEL_TTS_GET_CLASS (element);

  reset_stream (element);
  return klass->start == NULL || klass->start (element);
}

static void
stop (gpointer element)
{
  GstVowelTtsClass *klass = GST_VOWEL_TTS_GET_CLASS (element);

  reset_stream (element);
  if (klass->stop != NULL)
    klass->stop (element);
}

static void
drop_worker (GstVowelTts *self)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  GstVowelWorker *worker;

  gst_vowel_inlet_set_worker (priv->inlet, NULL);
  GST_OBJECT_LOCK (self);
  worker = g_steal_pointer (&priv->worker);
  GST_OBJECT_UNLOCK (self);
  gst_clear_object (&worker);
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
    say (self, text, !gst_pad_is_linked (priv->sinkpad));
}

static GstStateChangeReturn
gst_vowel_tts_change_state (GstElement *element, GstStateChange transition)
{
  GstVowelTts *self = GST_VOWEL_TTS (element);
  GstVowelTtsPrivate *priv = PRIV (self);
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
      gst_vowel_inlet_set_flushing (priv->inlet, TRUE);
      set_started (self, FALSE);
      break;
    default:
      break;
  }

  ret = GST_ELEMENT_CLASS (gst_vowel_tts_parent_class)
            ->change_state (element, transition);
  if (ret == GST_STATE_CHANGE_FAILURE)
    return ret;

  switch (transition) {
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      set_started (self, TRUE);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      gst_vowel_worker_call (priv->worker, reset_stream, self);
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

static gboolean
gst_vowel_tts_send_event (GstElement *element, GstEvent *event)
{
  GstVowelTtsPrivate *priv = PRIV (GST_VOWEL_TTS (element));

  /* Without a text pad nobody else could bring the end. */
  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS
      && !gst_pad_is_linked (priv->sinkpad))
    return gst_vowel_inlet_push (priv->inlet, GST_MINI_OBJECT_CAST (event), 0)
           == GST_FLOW_OK;
  return GST_ELEMENT_CLASS (gst_vowel_tts_parent_class)
      ->send_event (element, event);
}

static void
gst_vowel_tts_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstVowelTtsPrivate *priv = PRIV (GST_VOWEL_TTS (object));
  g_autofree gchar *text = NULL;

  GST_OBJECT_LOCK (object);
  switch (id) {
    case PROP_VOICE:
      g_free (priv->voice);
      priv->voice = g_value_dup_string (value);
      break;
    case PROP_SPEED:
      priv->speed = g_value_get_double (value);
      break;
    case PROP_IN_FLIGHT:
      priv->in_flight = g_value_get_uint (value);
      break;
    case PROP_FIRST_AUDIO_TIMEOUT:
      priv->first_audio_timeout = g_value_get_uint64 (value);
      break;
    case PROP_RETRIES:
      priv->retries = g_value_get_uint (value);
      break;
    case PROP_TEXT:
      g_free (priv->text);
      priv->text = g_value_dup_string (value);
      if (priv->started)
        text = g_strdup (priv->text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (object);
  if (text != NULL && *text != '\0')
    say (GST_VOWEL_TTS (object), text, FALSE);
}

static void
gst_vowel_tts_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstVowelTtsPrivate *priv = PRIV (GST_VOWEL_TTS (object));

  GST_OBJECT_LOCK (object);
  switch (id) {
    case PROP_VOICE:
      g_value_set_string (value, priv->voice);
      break;
    case PROP_SPEED:
      g_value_set_double (value, priv->speed);
      break;
    case PROP_IN_FLIGHT:
      g_value_set_uint (value, priv->in_flight);
      break;
    case PROP_FIRST_AUDIO_TIMEOUT:
      g_value_set_uint64 (value, priv->first_audio_timeout);
      break;
    case PROP_RETRIES:
      g_value_set_uint (value, priv->retries);
      break;
    case PROP_TEXT:
      g_value_set_string (value, priv->text);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (object);
}

static void
gst_vowel_tts_constructed (GObject *object)
{
  GstVowelTts *self = GST_VOWEL_TTS (object);
  GstVowelTtsPrivate *priv = PRIV (self);
  GstPadTemplate *templ =
      gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (self), "src");

  G_OBJECT_CLASS (gst_vowel_tts_parent_class)->constructed (object);

  g_return_if_fail (templ != NULL);
  priv->srcpad = GST_VOWEL_SRC_PAD (gst_vowel_src_pad_new (templ, "src"));
  gst_element_add_pad (GST_ELEMENT_CAST (self), GST_PAD_CAST (priv->srcpad));

  priv->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (priv->sinkpad, GST_DEBUG_FUNCPTR (sink_chain));
  gst_pad_set_event_function (priv->sinkpad, GST_DEBUG_FUNCPTR (sink_event));
  gst_element_add_pad (GST_ELEMENT_CAST (self), priv->sinkpad);
}

static void
gst_vowel_tts_finalize (GObject *object)
{
  GstVowelTtsPrivate *priv = PRIV (GST_VOWEL_TTS (object));

  g_queue_clear_full (
      &priv->responses, (GDestroyNotify) gst_vowel_tts_response_unref);
  gst_vowel_inlet_free (priv->inlet);
  gst_clear_object (&priv->worker);
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
  g_object_class_install_property (object_class, PROP_VOICE,
      g_param_spec_string ("voice", "Voice",
          "The provider's name of the voice; unset = the provider's default",
          NULL, PARAM_FLAGS));
  /**
   * GstVowelTts:speed:
   *
   * How fast to speak; 1.0 is the voice's own pace.
   */
  g_object_class_install_property (object_class, PROP_SPEED,
      g_param_spec_double ("speed", "Speed",
          "How fast to speak; 1.0 = the voice's own pace", 0.25, 4.0,
          DEFAULT_SPEED, PARAM_FLAGS));
  /**
   * GstVowelTts:in-flight:
   *
   * How many sentences may be synthesized at the same time.
   */
  g_object_class_install_property (object_class, PROP_IN_FLIGHT,
      g_param_spec_uint ("in-flight", "In flight",
          "How many sentences are synthesized at the same time; they are heard "
          "in order",
          1, 16, DEFAULT_IN_FLIGHT, PARAM_FLAGS));
  /**
   * GstVowelTts:first-audio-timeout:
   *
   * How long each try of a sentence may take until its first audio, and the
   * longest pause inside it, in ns; 0 for ever.
   */
  g_object_class_install_property (object_class, PROP_FIRST_AUDIO_TIMEOUT,
      g_param_spec_uint64 ("first-audio-timeout", "First audio timeout",
          "How long each try of a sentence may take until its first audio, and "
          "the longest pause inside it, in ns; 0 = for ever",
          0, G_MAXINT64, DEFAULT_FIRST_AUDIO_TIMEOUT, PARAM_FLAGS));
  /**
   * GstVowelTts:retries:
   *
   * How often to try a sentence again that fails before its first audio.
   */
  g_object_class_install_property (object_class, PROP_RETRIES,
      g_param_spec_uint ("retries", "Retries",
          "How often to try a sentence again that fails before its first audio",
          0, 10, DEFAULT_RETRIES, PARAM_FLAGS));
  /**
   * GstVowelTts:text:
   *
   * Spoken when it is set, or when the element goes to PAUSED; in that case EOS
   * follows unless the text pad is linked.
   */
  g_object_class_install_property (object_class, PROP_TEXT,
      g_param_spec_string ("text", "Text",
          "Spoken when it is set, or when the element goes to PAUSED (then "
          "followed by EOS unless the text pad is linked)",
          NULL, PARAM_FLAGS));
}

static void
gst_vowel_tts_class_init (GstVowelTtsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  const GSignalFlags flags = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  object_class->constructed = gst_vowel_tts_constructed;
  object_class->finalize = gst_vowel_tts_finalize;
  object_class->set_property = gst_vowel_tts_set_property;
  object_class->get_property = gst_vowel_tts_get_property;
  element_class->change_state = GST_DEBUG_FUNCPTR (gst_vowel_tts_change_state);
  element_class->send_event = GST_DEBUG_FUNCPTR (gst_vowel_tts_send_event);
  gst_element_class_add_static_pad_template (element_class, &sink_template);
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

  priv->inlet =
      gst_vowel_inlet_new (GST_ELEMENT_CAST (self), MAX_QUEUED, handle_item);
  priv->speed = DEFAULT_SPEED;
  priv->in_flight = DEFAULT_IN_FLIGHT;
  priv->first_audio_timeout = DEFAULT_FIRST_AUDIO_TIMEOUT;
  priv->retries = DEFAULT_RETRIES;
  priv->pace = USUAL_PACE;
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

  return PRIV (tts)->worker;
}

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
  if (!gst_vowel_tts_job_is_live (job)) {
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
  job->last_audio = gst_vowel_worker_get_time (priv->worker);
  job->received += gst_buffer_get_size (audio) / sizeof (gint16);
  gst_adapter_push (job->adapter, audio);
  gst_vowel_tts_job_ref (job);
  advance (tts);
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

  if (gst_vowel_tts_job_is_live (job))
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

  if (!gst_vowel_tts_job_is_live (job))
    return;
  complete (job);
  learn_pace (PRIV (tts), job);
  advance (tts);
}

/**
 * gst_vowel_tts_fail:
 * @tts: a text-to-speech element
 * @job: the sentence
 * @http_status: what the provider's server said; 0 when there was none
 * @retry_after_ms: how long it wants us to wait; -1 when it did not say
 * @error: why
 *
 * Worker thread. Tries again when no audio has come yet and trying again can
 * help; otherwise posts a failure message and ends the response's audio. The
 * element lives on.
 */
void
gst_vowel_tts_fail (GstVowelTts *tts, GstVowelTtsJob *job, guint http_status,
    gint retry_after_ms, const GError *error)
{
  g_return_if_fail (GST_VOWEL_IS_TTS (tts));
  g_return_if_fail (job != NULL);
  g_return_if_fail (error != NULL);

  if (gst_vowel_tts_job_is_live (job))
    attempt_failed (job, http_status, retry_after_ms, error);
}
