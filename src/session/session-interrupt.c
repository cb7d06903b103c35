/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Responses that end early: cancelled by a client, interrupted by speech. */

#include "session-private.h"

static void
cancel_in_engine (VowelSession *session, VowelActiveResponse *active)
{
  guint64 generation = vowel_active_response_get (active)->generation;

  if (!active->generating)
    return;
  vowel_engine_cancel (session->engine, generation);
  vowel_output_pacer_drop (session->pacer, generation);
}

/* The caller hears what was sent and no more. */
void
vowel_session_forget_unsent (VowelSession *session, VowelResponseWriter *writer)
{
  VowelItem *message = vowel_response_writer_get_message (writer);
  guint sent_ms;

  if (message == NULL
      || vowel_response_writer_get_response (writer)->modality
             != VOWEL_MODALITY_AUDIO
      || message->heard_chars != G_MAXUINT)
    return;
  sent_ms = vowel_playout_clock_get_sent_ms (session->playout, message->id);
  if (!vowel_playout_clock_get_chars (
          session->playout, message->id, sent_ms, &message->heard_chars))
    message->heard_chars = 0;
}

static void
cancel_response (VowelSession *session, VowelActiveResponse *active,
    VowelResponseReason reason)
{
  g_autoptr (VowelResponseWriter) writer =
      vowel_response_writer_ref (active->writer);

  cancel_in_engine (session, active);
  vowel_session_forget_unsent (session, writer);
  vowel_response_writer_cancel (writer, reason);
}

void
vowel_session_cancel_all (VowelSession *session, VowelResponseReason reason)
{
  session->respond_queued = FALSE;
  vowel_response_queue_clear (session->queue);
  vowel_session_drop_prepared (session, NULL);
  vowel_session_cancel_filler (session, NULL, reason);
  vowel_session_undelegate (session, NULL);
  while (session->active->len > 0)
    cancel_response (session, g_ptr_array_index (session->active, 0), reason);
}

static void
emit_interrupted (VowelSession *session, VowelResponse *response,
    const gchar *item_id, guint heard_ms)
{
  VowelEvent event = {.type = VOWEL_EVENT_INTERRUPTED,
      .response = response,
      .item_id = item_id,
      .at_ms = heard_ms};

  vowel_session_emit (session, &event);
}

/* (nullable): the running response whose message it is */
static VowelResponse *
find_by_message (GPtrArray *writers, const gchar *item_id)
{
  guint i;

  for (i = 0; i < writers->len; i++) {
    VowelItem *message =
        vowel_response_writer_get_message (g_ptr_array_index (writers, i));

    if (message != NULL && g_str_equal (message->id, item_id))
      return vowel_response_writer_get_response (
          g_ptr_array_index (writers, i));
  }
  return NULL;
}

/* An answer of which the caller knows nothing can be given again. */
static gboolean
is_unheard (VowelSession *session, VowelActiveResponse *active)
{
  VowelItem *message = vowel_response_writer_get_message (active->writer);

  if (vowel_active_response_get (active)->output->len
      > (message != NULL ? 1 : 0))
    return FALSE;
  if (message == NULL)
    return TRUE;
  return vowel_active_response_is_spoken (active)
         && vowel_playout_clock_get_heard_ms (session->playout, message->id)
                == 0;
}

static void
interrupt_items (VowelSession *session, GPtrArray *writers, GPtrArray *cut)
{
  guint i;

  for (i = 0; i < cut->len; i++) {
    VowelPlayout *playout = g_ptr_array_index (cut, i);
    VowelItem *item =
        vowel_conversation_get_item (session->conversation, playout->item_id);

    if (item != NULL)
      item->heard_chars = MIN (item->heard_chars, playout->heard_chars);
    emit_interrupted (session, find_by_message (writers, playout->item_id),
        playout->item_id, playout->heard_ms);
  }
  /* What has a text but was not (or only in part) given a voice yet. */
  for (i = 0; i < writers->len; i++) {
    VowelResponseWriter *writer = g_ptr_array_index (writers, i);
    VowelResponse *response = vowel_response_writer_get_response (writer);
    VowelItem *message = vowel_response_writer_get_message (writer);

    if (message == NULL || response->modality != VOWEL_MODALITY_AUDIO
        || message->heard_chars != G_MAXUINT)
      continue;
    vowel_session_forget_unsent (session, writer);
    emit_interrupted (session, response, message->id,
        vowel_playout_clock_get_sent_ms (session->playout, message->id));
  }
}

static gboolean
is_playing (VowelSession *session, VowelResponseWriter *writer)
{
  VowelItem *message = vowel_response_writer_get_message (writer);

  return message != NULL
         && vowel_playout_clock_get_sent_ms (session->playout, message->id)
                > vowel_playout_clock_get_heard_ms (
                    session->playout, message->id);
}

/* Whoever cancels what is being said does not listen on: neither to it nor to
 * what was said before it. A client that knows better truncates. */
static void
stop_playing (VowelSession *session, VowelResponseWriter *writer)
{
  g_autoptr (GPtrArray) writers = g_ptr_array_new ();
  g_autoptr (GPtrArray) cut = vowel_playout_clock_interrupt (session->playout);

  g_ptr_array_add (writers, writer);
  interrupt_items (session, writers, cut);
}

gboolean
vowel_session_cancel (VowelSession *session, VowelParticipant *participant,
    const gchar *response_id, GError **error)
{
  g_autoptr (VowelResponseWriter) writer = NULL;
  VowelActiveResponse *active = NULL;
  guint i;

  if (!vowel_session_check (session, participant, VOWEL_RIGHT_CONVERSE, error))
    return FALSE;
  if (response_id == NULL)
    active = vowel_session_get_current (session);
  for (i = 0; response_id != NULL && i < session->active->len; i++) {
    VowelActiveResponse *candidate = g_ptr_array_index (session->active, i);

    if (g_str_equal (vowel_active_response_get (candidate)->id, response_id))
      active = candidate;
  }
  if (active == NULL) {
    gboolean filling = vowel_session_cancel_filler (
        session, response_id, VOWEL_REASON_CLIENT_CANCELLED);
    gboolean delegating = vowel_session_undelegate (session, response_id);

    if (delegating)
      vowel_response_queue_clear (session->queue);
    if (filling || delegating)
      return TRUE;

    g_set_error_literal (error, VOWEL_ERROR, VOWEL_ERROR_RESPONSE_NOT_ACTIVE,
        "Cancellation failed: no active response found");
    return FALSE;
  }

  writer = vowel_response_writer_ref (active->writer);
  cancel_in_engine (session, active);
  if (is_playing (session, writer))
    stop_playing (session, writer);
  vowel_session_forget_unsent (session, writer);
  vowel_response_writer_cancel (writer, VOWEL_REASON_CLIENT_CANCELLED);
  return TRUE;
}

gboolean
vowel_session_interrupt (VowelSession *session)
{
  g_autoptr (GPtrArray) writers = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vowel_response_writer_unref);
  g_autoptr (GPtrArray) cut = NULL;
  g_autoptr (VowelResponseWriter) filler = NULL;
  VowelActiveResponse *current = vowel_session_get_current (session);
  gboolean taken_back =
      vowel_response_queue_clear (session->queue) || session->respond_queued;
  guint i;

  if (session->ended || session->ending)
    return FALSE;
  session->respond_queued = FALSE;
  if (current != NULL && current->repeatable && is_unheard (session, current))
    taken_back = TRUE;
  session->first_untold = current != NULL && current->script != NULL
                          && is_unheard (session, current);
  taken_back |= session->first_untold;

  /* The engine first: nothing that is emitted below may be overtaken. */
  for (i = 0; i < session->active->len; i++) {
    VowelActiveResponse *active = g_ptr_array_index (session->active, i);

    if (active != current && !vowel_active_response_is_spoken (active))
      continue;
    cancel_in_engine (session, active);
    g_ptr_array_add (writers, vowel_response_writer_ref (active->writer));
  }
  filler = vowel_session_take_filler (session);
  taken_back |= vowel_session_undelegate (session, NULL);
  cut = vowel_playout_clock_interrupt (session->playout);
  interrupt_items (session, writers, cut);
  for (i = 0; i < writers->len; i++)
    vowel_response_writer_cancel (
        g_ptr_array_index (writers, i), VOWEL_REASON_TURN_DETECTED);
  if (filler != NULL)
    vowel_response_writer_cancel (filler, VOWEL_REASON_TURN_DETECTED);
  return taken_back;
}

void
vowel_session_stop_item (VowelSession *session, const gchar *item_id)
{
  guint i;

  for (i = 0; i < session->active->len; i++) {
    VowelActiveResponse *active = g_ptr_array_index (session->active, i);
    VowelItem *message = vowel_response_writer_get_message (active->writer);
    guint64 generation = vowel_active_response_get (active)->generation;

    if (message == NULL || !g_str_equal (message->id, item_id)
        || !vowel_active_response_is_spoken (active))
      continue;
    if (active->generated)
      vowel_engine_cancel (session->engine, generation);
    vowel_output_pacer_mute (session->pacer, generation);
    return;
  }
}
