/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A model that fails before a word of its answer: the caller is not left in
 * silence. The voice says a sentence as the response's message, which then
 * fails with the model's failure. The sentence is a generation of its own: the
 * voice takes no more of one that has failed. */

#include "session-private.h"

void
vowel_session_set_apology (VowelSession *session, const gchar *text)
{
  g_free (session->apology);
  session->apology = text != NULL && *text != '\0' ? g_strdup (text) : NULL;
}

static gboolean
may_apologise (VowelSession *session, VowelActiveResponse *active)
{
  return session->apology != NULL && active->regret == NULL
         && !active->has_words && vowel_active_response_is_spoken (active)
         && !vowel_active_response_get (active)->out_of_band;
}

gboolean
vowel_session_apologise (VowelSession *session, guint64 generation,
    const gchar *code, const GError *error)
{
  VowelActiveResponse *active =
      vowel_session_find_generation (session, generation);
  VowelResponse *response;
  VowelGeneration speech;

  if (active == NULL || !may_apologise (session, active))
    return FALSE;
  response = vowel_active_response_get (active);
  speech = (VowelGeneration){.generation = session->generation + 1,
      .response_id = response->id,
      .spoken = TRUE,
      .voice = response->voice,
      .speed = session->config->speed,
      .output_format = response->output_format};
  vowel_engine_cancel (session->engine, generation);
  if (!vowel_engine_say (session->engine, &speech, session->apology))
    return FALSE;

  vowel_output_pacer_drop (session->pacer, generation);
  response->generation = ++session->generation;
  active->regret = g_error_copy (error);
  active->regret_code = g_strdup (code);
  active->generated = TRUE;
  vowel_clock_clear_timer (session->clock, &active->watchdog);
  vowel_session_watch (active, VOWEL_AWAITED_VOICE);
  return TRUE;
}

/* Not before: a voice that fails, too, leaves nothing behind. */
void
vowel_session_word_apology (VowelSession *session, VowelActiveResponse *active)
{
  if (active->has_words)
    return;
  active->has_words = TRUE;
  vowel_output_pacer_text (session->pacer,
      vowel_active_response_get (active)->generation, session->apology);
}
