/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The end of a session whose caller does nothing any more. */

#include "session-fixture.h"

#define TIMEOUT_MS 30000

/* @data: as for fixture_set_up() */
static void
set_up (Fixture *f, gconstpointer data)
{
  fixture_prepare (f);
  if (data != NULL)
    vowel_turn_detection_init (
        &f->config->turn_detection, GPOINTER_TO_INT (data) - 1);
  f->config->turn_detection.idle_timeout_ms = data == NULL ? 10000 : 0;
  fixture_connect (f, NULL);
  vowel_session_set_idle_timeout (f->session, TIMEOUT_MS);
  fixture_start (f);
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
  return g_test_run ();
}
