/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The sleep, and the end, of a session whose caller does nothing any more. */

#include "session-fixture.h"

#include <string.h>

#define TIMEOUT_MS 30000

/* @data: as for fixture_set_up() */
static void
begin (Fixture *f, gconstpointer data, gboolean hibernates)
{
  fixture_prepare (f);
  if (data != NULL)
    vowel_turn_detection_init (
        &f->config->turn_detection, GPOINTER_TO_INT (data) - 1);
  f->config->turn_detection.idle_timeout_ms = data == NULL ? 10000 : 0;
  fixture_connect (f, NULL);
  if (hibernates)
    vowel_session_set_hibernation (f->session, TIMEOUT_MS);
  else
    vowel_session_set_idle_timeout (f->session, TIMEOUT_MS);
  fixture_start (f);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  begin (f, data, FALSE);
}

static void
set_up_sleep (Fixture *f, gconstpointer data)
{
  begin (f, data, TRUE);
}

/* It ends now, and not a moment earlier. */
static void
expect_end_in (Fixture *f, guint ms)
{
  manual_clock_advance_ms (f->clock, ms - 1);
  g_assert_false (vowel_session_is_ended (f->session));
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (f->recorder, "ended idle");
}

static void
test_nothing (Fixture *f, gconstpointer data)
{
  expect_end_in (f, TIMEOUT_MS);
}

static void
test_open_microphone (Fixture *f, gconstpointer data)
{
  manual_clock_advance_ms (f->clock, 20000);
  fixture_push_ms (f, 100);
  expect_end_in (f, TIMEOUT_MS - 20000);
}

static void
test_audio_without_detection (Fixture *f, gconstpointer data)
{
  manual_clock_advance_ms (f->clock, 20000);
  fixture_push_ms (f, 100);
  expect_end_in (f, TIMEOUT_MS);
}

static void
test_text (Fixture *f, gconstpointer data)
{
  manual_clock_advance_ms (f->clock, 20000);
  fixture_say (f, "hello");
  expect_end_in (f, TIMEOUT_MS);
}

static void
test_noise (Fixture *f, gconstpointer data)
{
  manual_clock_advance_ms (f->clock, 20000);
  fixture_ask (f, 1, "");
  expect_end_in (f, TIMEOUT_MS);
}

/* Counted from when the answer has been heard; the server asking by itself
 * whether anybody is there does not count. */
static void
test_answer (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "a long story");
  manual_clock_advance_ms (f->clock, TIMEOUT_MS + 10000);
  g_assert_false (vowel_session_is_ended (f->session));
  fixture_speak (f, 1);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 1);
  manual_clock_advance_ms (f->clock, 12000);
  event_recorder_forget (f->recorder);
  fixture_speak (f, 2);
  fake_engine_generated (f->engine, 2, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 2);
  manual_clock_advance_ms (f->clock, 2000 + TIMEOUT_MS - 12000 - 1);
  g_assert_false (vowel_session_is_ended (f->session));
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (f->recorder, "> cancel 3",
      "response-done r3 cancelled session-ended", "ended idle");
}

#define SERVER_VAD GINT_TO_POINTER (VOWEL_TURN_SERVER_VAD + 1)

static void
expect_sleep_in (Fixture *f, guint ms)
{
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, ms - 1);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (f->recorder, "hibernated");
  /* Once, however long it lasts, and whatever the microphone picks up. */
  fixture_push_ms (f, 100);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 10 * TIMEOUT_MS);
  event_recorder_expect (f->recorder, "");
}

static void
test_speech_awakens (Fixture *f, gconstpointer data)
{
  expect_sleep_in (f, TIMEOUT_MS);
  fake_engine_speech_started (f->engine, 1, 1000);
  event_recorder_expect (f->recorder, "awakened", "speech-started i1 1000");
  /* Who speaks is awake, however long that takes. */
  manual_clock_advance_ms (f->clock, 3 * TIMEOUT_MS);
  event_recorder_expect (f->recorder, "");
}

static void
test_text_awakens (Fixture *f, gconstpointer data)
{
  expect_sleep_in (f, TIMEOUT_MS);
  fixture_say (f, "hello");
  g_assert_true (
      g_str_has_prefix (event_recorder_get_log (f->recorder), "awakened\n"));
  expect_sleep_in (f, TIMEOUT_MS);
}

static void
test_settings_do_not_awaken (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelSessionConfig) config =
      vowel_session_config_copy (vowel_session_get_config (f->session));

  expect_sleep_in (f, TIMEOUT_MS);
  g_assert_true (
      vowel_session_configure (f->session, f->client, config, NULL, NULL));
  manual_clock_advance_ms (f->clock, TIMEOUT_MS);
  g_assert_null (strstr (event_recorder_get_log (f->recorder), "awakened"));
  event_recorder_forget (f->recorder);
}

/* Counted from when the answer has been heard. */
static void
test_sleep_after_answer (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "a long story");
  manual_clock_advance_ms (f->clock, TIMEOUT_MS + 10000);
  fixture_speak (f, 1);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 1);
  manual_clock_advance_ms (f->clock, 2000);
  expect_sleep_in (f, TIMEOUT_MS);
}

static void
test_no_sleep_without_detection (Fixture *f, gconstpointer data)
{
  manual_clock_advance_ms (f->clock, 10 * TIMEOUT_MS);
  event_recorder_expect (f->recorder, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, type)                                                        \
  g_test_add ("/session/idle/" #name, Fixture, type, set_up, test_##name,      \
      fixture_tear_down)
  ADD (nothing, NULL);
  ADD (open_microphone, NULL);
  ADD (audio_without_detection, GINT_TO_POINTER (VOWEL_TURN_NONE + 1));
  ADD (text, NULL);
  ADD (noise, NULL);
  ADD (answer, NULL);
#undef ADD
#define ADD(name, type)                                                        \
  g_test_add ("/session/hibernation/" #name, Fixture, type, set_up_sleep,      \
      test_##name, fixture_tear_down)
  ADD (speech_awakens, SERVER_VAD);
  ADD (text_awakens, SERVER_VAD);
  ADD (settings_do_not_awaken, SERVER_VAD);
  ADD (sleep_after_answer, SERVER_VAD);
  ADD (no_sleep_without_detection, GINT_TO_POINTER (VOWEL_TURN_NONE + 1));
#undef ADD
  return g_test_run ();
}
