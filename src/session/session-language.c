/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The language of the conversation, and whose voice speaks it. */

#include "session-private.h"

static void
set_voice (VowelSession *session)
{
  const gchar *voice = vowel_language_tracker_get_voice (
      session->languages, session->config->language, session->initial_voice);
  gchar *copy = g_strdup (voice);

  g_free (session->config->voice);
  session->config->voice = copy;
}

void
vowel_session_hear_language (VowelSession *session, const gchar *text)
{
  VowelEvent event = {.type = VOWEL_EVENT_SESSION_CHANGED};
  g_autofree gchar *reported = g_steal_pointer (&session->heard_language);
  gchar *code;

  if (session->languages == NULL || session->ended || *text == '\0'
      || session->config->kind != VOWEL_SESSION_REALTIME)
    return;
  code = vowel_language_tracker_heard (
      session->languages, session->config->language, text, reported);
  if (code == NULL)
    return;
  g_free (session->config->language);
  session->config->language = code;
  set_voice (session);
  vowel_session_emit (session, &event);
}

/* A client that names a language and no other voice gets that of the language.
 */
void
vowel_session_language_configured (
    VowelSession *session, const VowelSessionConfig *before)
{
  const VowelSessionConfig *config = session->config;

  if (!g_str_equal (before->voice, config->voice)) {
    g_free (session->initial_voice);
    session->initial_voice = g_strdup (config->voice);
  } else if (session->languages != NULL && config->language != NULL
             && g_strcmp0 (before->language, config->language) != 0) {
    set_voice (session);
  }
}

void
vowel_session_note_voice (VowelSession *session, const gchar *voice)
{
  if (session->languages != NULL && session->config->language != NULL)
    vowel_language_tracker_spoken (
        session->languages, session->config->language, voice);
}
