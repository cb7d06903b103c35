/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a session says before anybody has said anything. */

#include "session-fixture.h"

#define PROMPT "Say hello."
#define GREETED                                                                \
  "item-added i1 message completed after none",                                \
      "item-done i1 message completed after none", "response-started r1",      \
      "> generate 1 [system: Say hello.]"

/* @data: (nullable): the prompt that the session begins with */
static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelBehaviours) behaviours = vowel_behaviours_new ();

  fixture_prepare (f);
  f->config->greeting = g_strdup (data);
  behaviours->greeting_wait_ms = 1000;
  fixture_connect (f, behaviours);
  fixture_start (f);
}

/* As a face does for a session.update. */
static void
update (Fixture *f, const gchar *prompt)
{
  g_autoptr (VowelSessionConfig) config =
      vowel_session_config_copy (vowel_session_get_config (f->session));

  g_free (config->greeting);
  config->greeting = g_strdup (prompt);
  g_assert_true (
      vowel_session_configure (f->session, f->client, config, NULL, NULL));
  event_recorder_expect (f->recorder, "session-changed");
  vowel_session_ready (f->session, f->client);
}

static void
test_update (Fixture *f, gconstpointer data)
{
  update (f, PROMPT);
  event_recorder_expect (f->recorder, GREETED);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  event_recorder_forget (f->recorder);
  /* Once. */
  update (f, PROMPT);
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
}

static void
test_wait (Fixture *f, gconstpointer data)
{
  manual_clock_advance_ms (f->clock, 999);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (f->recorder, GREETED);
}

static void
test_taken_back (Fixture *f, gconstpointer data)
{
  update (f, NULL);
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
}

/* The wait is over without a prompt; one that comes later is welcome. */
static void
test_late_prompt (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelSessionConfig) config = vowel_session_config_new ();

  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
  config->greeting = g_strdup (PROMPT);
  g_assert_true (
      vowel_session_configure (f->session, f->client, config, NULL, NULL));
  event_recorder_expect (f->recorder, "session-changed\n" GREETED);
}

static void
test_caller_first (Fixture *f, gconstpointer data)
{
  fixture_push_ms (f, 1000);
  fixture_ask (f, 1, "Good morning.");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  event_recorder_forget (f->recorder);
  update (f, PROMPT);
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
}

static void
test_noise_first (Fixture *f, gconstpointer data)
{
  fixture_push_ms (f, 1000);
  fake_engine_speech_started (f->engine, 1, 0);
  event_recorder_forget (f->recorder);
  update (f, PROMPT);
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
  fake_engine_speech_stopped (f->engine, 1, 1000);
  event_recorder_forget (f->recorder);
  fake_engine_final (f->engine, 1, "");
  event_recorder_expect (f->recorder, "transcript-done i1 '' 1000",
      "item-added i2 message completed after i1",
      "item-done i2 message completed after i1", "response-started r1",
      "> generate 1 [system: Say hello.]");
}

static void
test_request_first (Fixture *f, gconstpointer data)
{
  fixture_respond (f);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
}

/* A message that will be answered anyway. */
static void
test_message_first (Fixture *f, gconstpointer data)
{
  vowel_session_set_manners (f->session, f->client, VOWEL_MANNERS_ANSWER_INPUT);
  manual_clock_advance_ms (f->clock, 950);
  fixture_say (f, "hello");
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (
      f->recorder, "response-started r1", "> generate 1 [user: hello]");
}

/* A backend is nobody to be greeted, nor does it say what the caller wants. */
static void
test_backend (Fixture *f, gconstpointer data)
{
  VowelParticipant *server = vowel_session_join (
      f->session, VOWEL_PARTICIPANT_SERVER, event_recorder_event, f->recorder);

  vowel_session_ready (f->session, server);
  event_recorder_expect (f->recorder, "");
  vowel_session_leave (f->session, server);
}

static void
test_only_written_down (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelSessionConfig) config =
      vowel_session_config_copy (vowel_session_get_config (f->session));

  config->kind = VOWEL_SESSION_TRANSCRIPTION;
  g_assert_true (
      vowel_session_configure (f->session, f->client, config, NULL, NULL));
  event_recorder_forget (f->recorder);
  vowel_session_ready (f->session, f->client);
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func, prompt)                                                \
  g_test_add ("/greeting/" name, Fixture, prompt, set_up, func, fixture_drop)

  ADD ("update", test_update, NULL);
  ADD ("update-confirms", test_update, PROMPT);
  ADD ("wait", test_wait, PROMPT);
  ADD ("taken-back", test_taken_back, PROMPT);
  ADD ("late-prompt", test_late_prompt, NULL);
  ADD ("caller-first", test_caller_first, PROMPT);
  ADD ("noise-first", test_noise_first, PROMPT);
  ADD ("request-first", test_request_first, PROMPT);
  ADD ("message-first", test_message_first, PROMPT);
  ADD ("backend", test_backend, PROMPT);
  ADD ("only-written-down", test_only_written_down, PROMPT);
  return g_test_run ();
}
