/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Behaviours as a whole session shows them. */

#include "session-fixture.h"

static void
set_up (Fixture *f, const VowelBehaviours *behaviours)
{
  fixture_prepare (f);
  fixture_connect (f, behaviours);
  fixture_start (f);
}

static void
tear_down (Fixture *f)
{
  event_recorder_forget (f->recorder);
  fixture_tear_down (f, NULL);
}

static void
hear (Fixture *f, guint64 utterance, const gchar *text)
{
  fixture_push_ms (f, 1000);
  fake_engine_speech_started (f->engine, utterance, 1000 * (utterance - 1));
  fake_engine_speech_stopped (f->engine, utterance, 1000 * utterance);
  event_recorder_forget (f->recorder);
  fake_engine_final (f->engine, utterance, text);
}

static void
test_noise (void)
{
  g_autoptr (VowelBehaviours) behaviours = vowel_behaviours_new ();
  g_autoptr (VowelSessionConfig) config = NULL;
  Fixture f = {0};

  behaviours->transcripts.drop_noise = TRUE;
  set_up (&f, behaviours);
  /* An answer that noise has stopped before it was heard is given again. */
  hear (&f, 1, "What time is it?");
  event_recorder_forget (f.recorder);
  hear (&f, 2, "Thanks for watching!");
  event_recorder_expect (f.recorder, "transcript-done i2 '' 1000",
      "response-started r2", "> generate 2 [user: What time is it?]");
  fake_engine_generated (f.engine, 2, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f.engine, 2);
  hear (&f, 3, "...");
  event_recorder_expect (f.recorder, "transcript-done i3 '' 1000");
  tear_down (&f);

  /* Who only wants it written down gets all of it. */
  f = (Fixture){0};
  set_up (&f, behaviours);
  config = vowel_session_config_copy (f.config);
  config->kind = VOWEL_SESSION_TRANSCRIPTION;
  g_assert_true (
      vowel_session_configure (f.session, f.client, config, NULL, NULL));
  hear (&f, 1, "Uhm.");
  event_recorder_expect (
      f.recorder, "transcript i1 'Uhm.'", "transcript-done i1 'Uhm.' 1000");
  tear_down (&f);
}

/* A sentence that the voice fails at does not end an answer. */
static void
test_skip_failed_speech (void)
{
  g_autoptr (VowelBehaviours) behaviours = vowel_behaviours_new ();
  Fixture f = {0};

  set_up (&f, behaviours);
  hear (&f, 1, "What time is it?");
  g_assert_false (fake_engine_skips_failed (f.engine));
  tear_down (&f);

  f = (Fixture){0};
  behaviours->skip_failed_speech = TRUE;
  set_up (&f, behaviours);
  hear (&f, 1, "What time is it?");
  g_assert_true (fake_engine_skips_failed (f.engine));
  tear_down (&f);

  f = (Fixture){0};
  behaviours->first_message = g_strdup ("Hello.");
  set_up (&f, behaviours);
  vowel_session_ready (f.session, f.client);
  g_assert_true (fake_engine_skips_failed (f.engine));
  tear_down (&f);
}

/* What the model fails at is as if it had not been said. */
static void
test_forget_unanswered (void)
{
  g_autoptr (VowelBehaviours) behaviours = vowel_behaviours_new ();
  Fixture f = {0};

  behaviours->forget_unanswered = TRUE;
  set_up (&f, behaviours);
  hear (&f, 1, "What time is it?");
  event_recorder_forget (f.recorder);
  fake_engine_failed (f.engine, VOWEL_STAGE_LLM, 1);
  event_recorder_expect (f.recorder, "> cancel 1",
      "response-done r1 failed upstream", "item-deleted i1");
  g_assert_cmpuint (vowel_session_get_n_items (f.session), ==, 0);

  /* Where a word of it was heard both stay. */
  hear (&f, 2, "And now?");
  event_recorder_forget (f.recorder);
  fake_engine_text (f.engine, 2, "It is");
  fake_engine_failed (f.engine, VOWEL_STAGE_LLM, 2);
  event_recorder_forget (f.recorder);
  g_assert_cmpuint (vowel_session_get_n_items (f.session), ==, 2);

  /* A client that asks again fails at nothing new. */
  g_assert_true (vowel_session_respond (f.session, f.client, NULL, NULL));
  fake_engine_failed (f.engine, VOWEL_STAGE_LLM, 3);
  g_assert_cmpuint (vowel_session_get_n_items (f.session), ==, 2);
  tear_down (&f);
}

/* Elsewhere what was said was said. */
static void
test_keep_unanswered (void)
{
  g_autoptr (VowelBehaviours) behaviours = vowel_behaviours_new ();
  Fixture f = {0};

  set_up (&f, behaviours);
  hear (&f, 1, "What time is it?");
  fake_engine_failed (f.engine, VOWEL_STAGE_LLM, 1);
  g_assert_cmpuint (vowel_session_get_n_items (f.session), ==, 1);
  tear_down (&f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session-behaviours/noise", test_noise);
  g_test_add_func (
      "/session-behaviours/skip-failed-speech", test_skip_failed_speech);
  g_test_add_func (
      "/session-behaviours/forget-unanswered", test_forget_unanswered);
  g_test_add_func ("/session-behaviours/keep-unanswered", test_keep_unanswered);
  return g_test_run ();
}
