/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers that are prepared while it is not certain yet that the caller has
 * finished. Nobody is told of one before the turn is over and asks for exactly
 * that answer; any other is thrown away, and then only costs tokens. */

#include "session-private.h"

#include "tokens.h"

/* What a voice may speak into the blue. */
#define HOLD_US (4 * (gint64) G_USEC_PER_SEC)

static void
set_hold (VowelSession *session, gboolean hold)
{
  if (session->prepared_holds == hold)
    return;
  session->prepared_holds = hold;
  vowel_engine_hold_voice (session->engine, hold);
}

void
vowel_session_drop_prepared (VowelSession *session, const gchar *item_id)
{
  g_autoptr (VowelPreparedAnswer) prepared = NULL;
  VowelUsage usage;

  if (session->prepared == NULL
      || (item_id != NULL
          && !g_str_equal (
              item_id, vowel_prepared_answer_get_item_id (session->prepared))))
    return;
  prepared = g_steal_pointer (&session->prepared);
  usage = vowel_prepared_answer_get_usage (prepared);
  session->speculations.wasted_input_tokens += usage.input_tokens;
  session->speculations.wasted_output_tokens += usage.output_tokens;
  vowel_engine_cancel (
      session->engine, vowel_prepared_answer_get_generation (prepared));
  set_hold (session, FALSE);
}

static gboolean
may_prepare (VowelSession *session)
{
  guint i;

  if (session->config->speculation == VOWEL_SPECULATION_OFF
      || !vowel_session_may_respond_by_itself (session)
      || vowel_session_get_current (session) != NULL
      || vowel_session_awaits_words (session, NULL)
      || !vowel_rate_limits_allow (
          &session->rate_limits, vowel_clock_now (session->clock)))
    return FALSE;
  /* The voice is busy. */
  for (i = 0; i < session->active->len; i++) {
    if (vowel_active_response_is_spoken (
            g_ptr_array_index (session->active, i)))
      return FALSE;
  }
  return TRUE;
}

void
vowel_session_prepare_answer (
    VowelSession *session, const gchar *item_id, const gchar *text)
{
  g_autoptr (VowelItem) item = NULL;
  g_autoptr (GPtrArray) items = NULL;
  g_autoptr (GPtrArray) tools = NULL;
  VowelActiveResponse *active;
  VowelGeneration question;

  vowel_session_drop_prepared (session, NULL);
  if (!may_prepare (session))
    return;
  item = vowel_item_new_message (item_id, VOWEL_ROLE_USER);
  vowel_item_add_part (item, VOWEL_PART_AUDIO, text);
  active = vowel_active_response_new (session, NULL, NULL, NULL);
  if (vowel_session_make_question (session, active, item, &question, NULL)) {
    items = question.items;
    tools = question.tools;
    session->prepared =
        vowel_prepared_answer_new (&question, item_id, active->input_tokens);
    session->speculations.begun++;
    vowel_engine_generate (session->engine, &question);
  }
  vowel_active_response_free (active);
}

gboolean
vowel_session_use_prepared (VowelSession *session, VowelActiveResponse *active,
    const VowelGeneration *question)
{
  VowelResponse *response = vowel_active_response_get (active);

  if (session->prepared == NULL || (response->out_of_band && !question->spoken))
    return FALSE;
  if (response->out_of_band
      || !vowel_prepared_answer_is_for (session->prepared, question)) {
    vowel_session_drop_prepared (session, NULL);
    return FALSE;
  }
  response->generation =
      vowel_prepared_answer_get_generation (session->prepared);
  session->due = g_steal_pointer (&session->prepared);
  session->speculations.used++;
  return TRUE;
}

gboolean
vowel_session_tell_prepared (VowelSession *session)
{
  g_autoptr (VowelPreparedAnswer) due = g_steal_pointer (&session->due);

  if (due == NULL)
    return FALSE;
  set_hold (session, FALSE);
  vowel_prepared_answer_tell (due, &vowel_session_listener, session);
  return TRUE;
}

VowelPreparedAnswer *
vowel_session_find_prepared (VowelSession *session, guint64 generation)
{
  return session->prepared != NULL
                 && vowel_prepared_answer_get_generation (session->prepared)
                        == generation
             ? session->prepared
             : NULL;
}

void
vowel_session_prepared_audio (VowelSession *session)
{
  if (vowel_prepared_answer_get_audio_us (session->prepared) >= HOLD_US)
    set_hold (session, TRUE);
}

void
vowel_session_get_speculations (
    VowelSession *session, VowelSpeculations *ret_speculations)
{
  *ret_speculations = session->speculations;
}
