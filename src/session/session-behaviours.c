/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How a session behaves around its model. */

#include "session-private.h"

#include "language-names.h"
#include "voice-style.h"

/* What the model is told when nobody knows. */
#define ANY_LANGUAGE "the language of the caller"

void
vowel_session_set_behaviours (
    VowelSession *session, const VowelBehaviours *behaviours)
{
  g_return_if_fail (!session->started);

  g_clear_pointer (&session->behaviours, vowel_behaviours_free);
  session->behaviours = vowel_behaviours_copy (behaviours);
  vowel_filler_configure (session->filler, &behaviours->filler);
  g_clear_pointer (&session->transcript_filter, vowel_transcript_filter_free);
  if (behaviours->transcripts.drop_noise || behaviours->transcripts.dictation)
    session->transcript_filter =
        vowel_transcript_filter_new (&behaviours->transcripts);
  g_clear_pointer (&session->languages, vowel_language_tracker_free);
  if (behaviours->language.detector != NULL
      || behaviours->language.voices != NULL)
    session->languages = vowel_language_tracker_new (&behaviours->language);
  vowel_turn_controller_set_barge_in (session->turns, &behaviours->barge_in);
  vowel_session_apply_judge (session);
  vowel_greeting_set_wait (session->greeting, behaviours->greeting_wait_ms);
  vowel_session_update_greeting (session);
}

gchar *
vowel_session_filter_transcript (VowelSession *session, const gchar *text)
{
  /* Who only wants it written down wants all of it. */
  return session->transcript_filter != NULL
                 && session->config->kind == VOWEL_SESSION_REALTIME
             ? vowel_transcript_filter_apply (session->transcript_filter, text)
             : g_strdup (text);
}

gchar *
vowel_session_dup_instructions (VowelSession *session,
    const gchar *instructions, gboolean spoken, gboolean has_tools,
    gboolean delegates)
{
  const VowelBehaviours *behaviours = session->behaviours;
  const gchar *code = session->config->language;
  g_autofree gchar *plain = NULL;
  g_autofree gchar *about_tools = NULL;
  g_autofree gchar *language =
      code != NULL ? vowel_language_dup_name (code) : g_strdup (ANY_LANGUAGE);

  if (!behaviours->marked_instructions)
    plain = g_strdup (instructions);
  else if (delegates)
    vowel_instructions_split (instructions, &plain, &about_tools);
  else
    plain = vowel_instructions_strip (instructions);
  if (behaviours->voice_style == NULL || !spoken)
    return g_steal_pointer (&plain);
  return vowel_voice_style_apply (
      behaviours->voice_style, plain, language, has_tools);
}

void
vowel_session_note_asked (VowelSession *session, VowelActiveResponse *active)
{
  const gchar *id = vowel_conversation_get_last_id (session->conversation);
  VowelItem *item =
      id != NULL ? vowel_conversation_get_item (session->conversation, id)
                 : NULL;

  if (session->behaviours->forget_unanswered && item != NULL
      && item->type == VOWEL_ITEM_MESSAGE && item->role == VOWEL_ROLE_USER
      && active->input == NULL && active->hint == NULL
      && !vowel_active_response_get (active)->out_of_band) {
    g_free (active->asked);
    active->asked = g_strdup (id);
  }
}

gchar *
vowel_active_response_steal_unanswered (VowelActiveResponse *active)
{
  VowelResponse *response = vowel_active_response_get (active);

  return response->status == VOWEL_RESPONSE_FAILED && active->n_calls == 0
                 && (!active->has_words || active->regret != NULL)
             ? g_steal_pointer (&active->asked)
             : NULL;
}
