/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the session says first, word for word: the voice speaks, and no model is
 * asked. The caller may not interrupt it before having heard enough. */

#include "session-private.h"

void
vowel_session_say_first (VowelSession *session)
{
  vowel_session_respond_with (session, session->behaviours->first_message);
}

gboolean
vowel_session_repeat_first (VowelSession *session)
{
  if (!session->first_untold)
    return FALSE;
  session->first_untold = FALSE;
  vowel_session_say_first (session);
  return TRUE;
}

void
vowel_session_recite (VowelSession *session, VowelActiveResponse *active)
{
  VowelResponse *response = vowel_active_response_get (active);
  g_autofree gchar *script = g_strdup (active->script);
  guint64 generation = response->generation;
  gboolean spoken = vowel_active_response_is_spoken (active);
  VowelGeneration speech = {.generation = generation,
      .response_id = response->id,
      .spoken = TRUE,
      .skip_failed = session->behaviours->skip_failed_speech,
      .voice = response->voice,
      .speed = session->config->speed,
      .output_format = response->output_format};
  gboolean has_voice =
      spoken && vowel_engine_say (session->engine, &speech, script);

  active->generating = TRUE;
  vowel_session_watch (active, has_voice
                                   ? VOWEL_AWAITED_TEXT | VOWEL_AWAITED_VOICE
                                   : VOWEL_AWAITED_TEXT);
  if (has_voice)
    vowel_session_note_voice (session, response->voice);
  vowel_session_output_text (session, generation, script);
  vowel_session_output_generated (session, generation, VOWEL_FINISH_STOP, NULL);
  if (spoken && !has_voice)
    vowel_session_output_audio_ended (session, generation);
}

void
vowel_session_recited (VowelSession *session, VowelActiveResponse *active)
{
  VowelItem *message = vowel_response_writer_get_message (active->writer);

  g_free (session->first_item_id);
  session->first_item_id = message != NULL ? g_strdup (message->id) : NULL;
}

/* (nullable) */
static VowelActiveResponse *
find_reciting (VowelSession *session)
{
  VowelActiveResponse *current = vowel_session_get_current (session);

  return current != NULL && current->script != NULL ? current : NULL;
}

/* How much more of it must be heard; 0 when it may be interrupted, or is over.
 */
static guint
get_guarded_ms (VowelSession *session)
{
  guint guard_ms = session->behaviours->first_message_guard_ms;
  VowelActiveResponse *reciting = find_reciting (session);
  VowelItem *message =
      reciting != NULL ? vowel_response_writer_get_message (reciting->writer)
                       : NULL;
  const gchar *item_id = message != NULL ? message->id : session->first_item_id;
  guint heard_ms = 0, sent_ms = 0;

  if (item_id != NULL) {
    heard_ms = vowel_playout_clock_get_heard_ms (session->playout, item_id);
    sent_ms = vowel_playout_clock_get_sent_ms (session->playout, item_id);
  }
  if (reciting == NULL && heard_ms >= sent_ms)
    return 0;
  return guard_ms > heard_ms ? guard_ms - heard_ms : 0;
}

static void on_guard_over (gpointer user_data);

static void
wait_for_guard (VowelSession *session, guint ms)
{
  session->guard_timer = vowel_clock_add_timer (session->clock,
      vowel_clock_now (session->clock) + ms * (gint64) 1000, on_guard_over,
      session);
}

/* Whoever still speaks has waited long enough. */
static void
on_guard_over (gpointer user_data)
{
  VowelSession *session = user_data;
  guint left_ms = get_guarded_ms (session);

  session->guard_timer = 0;
  if (!vowel_turn_controller_interrupts (session->turns))
    return;
  if (left_ms > 0)
    wait_for_guard (session, left_ms);
  else
    vowel_session_interrupt (session);
}

gboolean
vowel_session_guards_first (VowelSession *session)
{
  guint left_ms = get_guarded_ms (session);

  if (left_ms == 0 || session->ended || session->ending)
    return FALSE;
  if (session->guard_timer == 0)
    wait_for_guard (session, left_ms);
  return TRUE;
}
