/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is heard while an answer makes the caller wait. To clients it is a
 * response of its own that is not part of the conversation, so it is announced
 * as everything is, and the model never hears of it. */

#include "session-private.h"

#define MAX_SOUNDS 64
#define MAX_ITEMS 8

/* A phrase on its way through the voice. */
typedef struct {
  gchar *phrase;
  gchar *key;
} Sentence;

static void
sentence_free (Sentence *sentence)
{
  g_free (sentence->phrase);
  g_free (sentence->key);
  g_free (sentence);
}

/* What its sound depends on. */
static gchar *
make_key (VowelSession *session, const gchar *phrase)
{
  const VowelSessionConfig *config = session->config;

  return g_strdup_printf ("%d/%u/%g/%s/%s", config->output_format.encoding,
      config->output_format.rate, config->speed, config->voice, phrase);
}

static void
prepare (gpointer user_data, const gchar *phrase)
{
  VowelSession *session = user_data;
  g_autofree gchar *key = make_key (session, phrase);
  GBytes *sound = g_hash_table_lookup (session->filler_sounds, key);
  VowelSpeech speech = {.number = session->n_speeches + 1,
      .text = phrase,
      .voice = session->config->voice,
      .speed = session->config->speed,
      .output_format = session->config->output_format};
  Sentence *sentence;

  if (sound != NULL) {
    vowel_filler_spoken (session->filler, phrase, sound);
    return;
  }
  session->n_speeches++;
  sentence = g_new0 (Sentence, 1);
  sentence->phrase = g_strdup (phrase);
  sentence->key = g_steal_pointer (&key);
  g_hash_table_insert (session->speeches,
      g_memdup2 (&speech.number, sizeof speech.number), sentence);
  if (!vowel_engine_speak (session->engine, &speech))
    vowel_session_spoken (session, speech.number, NULL);
}

void
vowel_session_spoken (VowelSession *session, guint64 number, GBytes *audio)
{
  Sentence *sentence;
  gpointer key;
  gpointer value;

  if (!g_hash_table_steal_extended (session->speeches, &number, &key, &value))
    return;
  g_free (key);
  sentence = value;
  if (audio != NULL) {
    if (g_hash_table_size (session->filler_sounds) >= MAX_SOUNDS)
      g_hash_table_remove_all (session->filler_sounds);
    g_hash_table_replace (
        session->filler_sounds, g_strdup (sentence->key), g_bytes_ref (audio));
  }
  vowel_filler_spoken (session->filler, sentence->phrase, audio);
  sentence_free (sentence);
}

/* The response that it is to clients. */

static void
writer_emit (gpointer user_data, VowelEvent *event)
{
  VowelSession *session = user_data;

  if (event->type == VOWEL_EVENT_OUTPUT_STARTED) {
    g_queue_push_tail (&session->filler_items, g_strdup (event->item->id));
    if (session->filler_items.length > MAX_ITEMS)
      g_free (g_queue_pop_head (&session->filler_items));
  }
  vowel_session_emit (session, event);
}

static void
writer_done (gpointer user_data, VowelResponse *response)
{
}

static const VowelResponseWriterCallbacks writer_callbacks = {
    .emit = writer_emit,
    .done = writer_done,
};

static void
begin (gpointer user_data, const gchar *phrase)
{
  VowelSession *session = user_data;
  g_autoptr (VowelResponse) response = vowel_response_new ();
  g_autoptr (VowelResponseWriter) writer = NULL;

  response->out_of_band = TRUE;
  response->modality = VOWEL_MODALITY_AUDIO;
  response->voice = g_strdup (session->config->voice);
  response->output_format = session->config->output_format;
  response->temperature = -1;
  writer = vowel_response_writer_new (response, &writer_callbacks, session);
  session->filling = vowel_response_writer_ref (writer);
  session->is_acknowledged |= phrase != NULL;
  vowel_response_writer_begin (writer);
  if (phrase != NULL)
    vowel_response_writer_text (writer, phrase);
}

static void
audio (gpointer user_data, GBytes *audio)
{
  VowelSession *session = user_data;
  g_autoptr (VowelResponseWriter) writer =
      vowel_response_writer_ref (session->filling);
  VowelItem *message;
  VowelPart *part;

  if (!vowel_response_writer_audio (writer, audio, 0, 0, FALSE))
    return;
  message = vowel_response_writer_get_message (writer);
  part = vowel_item_get_part (message, 0);
  vowel_playout_clock_sent (session->playout, message->id,
      vowel_audio_format_duration_us (
          &vowel_response_writer_get_response (writer)->output_format,
          g_bytes_get_size (audio)),
      0, part->text != NULL ? g_utf8_strlen (part->text->str, -1) : 0);
}

static void
end (gpointer user_data)
{
  VowelSession *session = user_data;
  g_autoptr (VowelResponseWriter) writer = g_steal_pointer (&session->filling);

  vowel_response_writer_audio_ended (writer);
  vowel_response_writer_generated (
      writer, VOWEL_RESPONSE_COMPLETED, VOWEL_REASON_NONE, NULL);
}

VowelResponseWriter *
vowel_session_take_filler (VowelSession *session)
{
  vowel_filler_forget (session->filler);
  return g_steal_pointer (&session->filling);
}

gboolean
vowel_session_cancel_filler (
    VowelSession *session, const gchar *response_id, VowelResponseReason reason)
{
  g_autoptr (VowelResponseWriter) writer = NULL;

  if (response_id != NULL
      && (session->filling == NULL
          || !g_str_equal (
              vowel_response_writer_get_response (session->filling)->id,
              response_id)))
    return FALSE;
  writer = vowel_session_take_filler (session);
  if (writer == NULL)
    return FALSE;
  vowel_response_writer_cancel (writer, reason);
  return TRUE;
}

gboolean
vowel_session_truncate_filler (
    VowelSession *session, const gchar *item_id, guint audio_end_ms)
{
  VowelEvent event = {.type = VOWEL_EVENT_ITEM_TRUNCATED, .item_id = item_id};
  VowelItem *message =
      session->filling != NULL
          ? vowel_response_writer_get_message (session->filling)
          : NULL;

  if (g_queue_find_custom (
          &session->filler_items, item_id, (GCompareFunc) g_strcmp0)
      == NULL)
    return FALSE;
  event.at_ms = MIN (audio_end_ms,
      vowel_playout_clock_get_sent_ms (session->playout, item_id));
  if (message != NULL && g_str_equal (message->id, item_id))
    vowel_filler_stop (session->filler);
  vowel_session_emit (session, &event);
  return TRUE;
}

/* When it is needed. */

void
vowel_session_await_voice (VowelSession *session)
{
  if (session->config->kind == VOWEL_SESSION_REALTIME && !session->ended
      && !session->ending)
    vowel_filler_wait (session->filler, &session->config->output_format,
        !session->is_acknowledged);
}

/* What is still open goes on while tools work. */
void
vowel_session_filler_response_done (
    VowelSession *session, VowelResponse *response)
{
  if (response->out_of_band)
    return;
  if (response->status == VOWEL_RESPONSE_COMPLETED
      && response->modality == VOWEL_MODALITY_AUDIO
      && (vowel_session_is_delegating (session)
          || vowel_tool_router_get_n_open (session->router, response->id) > 0))
    vowel_session_await_voice (session);
  else
    vowel_filler_stop (session->filler);
}

void
vowel_session_init_filler (VowelSession *session)
{
  static const VowelFillerActions actions = {
      .prepare = prepare, .begin = begin, .audio = audio, .end = end};

  session->filler = vowel_filler_new (session->clock, session->playout,
      g_rand_new_with_seed (g_random_int ()), &actions, session);
  session->filler_sounds = g_hash_table_new_full (
      g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_bytes_unref);
  session->speeches = g_hash_table_new_full (
      g_int64_hash, g_int64_equal, g_free, (GDestroyNotify) sentence_free);
  /* Before the caller has said anything there is nothing to acknowledge. */
  session->is_acknowledged = TRUE;
}

void
vowel_session_clear_filler (VowelSession *session)
{
  g_clear_pointer (&session->filling, vowel_response_writer_unref);
  g_clear_pointer (&session->filler, vowel_filler_free);
  g_clear_pointer (&session->filler_sounds, g_hash_table_unref);
  g_clear_pointer (&session->speeches, g_hash_table_unref);
  g_queue_clear_full (&session->filler_items, g_free);
}
