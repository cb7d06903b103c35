/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What clients are told while an answer makes the caller wait. */

#include "session-fixture.h"

#define DELAY_MS 300

/* @data: "a" for a phrase, "t" for typing */
static void
set_up (Fixture *f, gconstpointer data)
{
  static const gchar *const phrases[] = {"One second.", NULL};
  g_autoptr (VowelBehaviours) behaviours = vowel_behaviours_new ();

  fixture_prepare (f);
  behaviours->filler.acknowledge = strchr (data, 'a') != NULL;
  behaviours->filler.typing = strchr (data, 't') != NULL;
  behaviours->filler.phrases = g_strdupv ((gchar **) phrases);
  fixture_connect (f, behaviours);
  fixture_start (f);
}

static void
ask (Fixture *f)
{
  fixture_say (f, "What is the weather?");
  fixture_respond (f);
}

/* As event_recorder_expect(), but for what is in between. */
static void
expect_ends (Fixture *f, const gchar *start, const gchar *end)
{
  const gchar *log = event_recorder_get_log (f->recorder);

  if (!g_str_has_prefix (log, start) || !g_str_has_suffix (log, end))
    g_error ("expected \"%s … %s\", but got\n%s", start, end, log);
  event_recorder_forget (f->recorder);
}

static gboolean
has_happened (Fixture *f, const gchar *what)
{
  return strstr (event_recorder_get_log (f->recorder), what) != NULL;
}

static void
test_late (Fixture *f, gconstpointer data)
{
  ask (f);
  event_recorder_expect (f->recorder,
      "item-added i1 message completed after none",
      "item-done i1 message completed after none", "response-started r1",
      "> speak 1 \"One second.\"", "> generate 1 [user: What is the weather?]");
  fake_engine_spoken (f->engine, 1, 200);
  manual_clock_advance_ms (f->clock, DELAY_MS - 1);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (f->recorder, "response-started r2",
      "output-started r2[0] i2 in-progress", "part-started i2 audio",
      "text i2 'One second.'", "audio i2 4800 0-0", "audio i2 4800 0-0",
      "audio-done i2", "text-done i2 'One second.'",
      "part-done i2 'One second.'", "output-done r2[0] i2 completed",
      "response-done r2 completed");
  fixture_speak (f, 1);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_forget (f->recorder);
  /* The model never hears of it; the sound is there already. */
  ask (f);
  g_assert_true (fake_engine_was_given (f->engine, 2, "Hello there, friend."));
  g_assert_false (fake_engine_was_given (f->engine, 2, "One second."));
  g_assert_false (has_happened (f, "> speak"));
  fake_engine_generated (f->engine, 2, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 2);
}

static void
test_cut_by_speech (Fixture *f, gconstpointer data)
{
  ask (f);
  fake_engine_spoken (f->engine, 1, 2000);
  manual_clock_advance_ms (f->clock, DELAY_MS);
  event_recorder_forget (f->recorder);
  /* Words are on their way, but nobody hears them yet. */
  fake_engine_text (f->engine, 1, "It rains.");
  event_recorder_forget (f->recorder);
  fake_engine_audio (f->engine, 1, 100, 0, 9);
  expect_ends (f,
      "audio-done i2\n"
      "text-done i2 'One second.'\n"
      "part-done i2 'One second.'\n"
      "output-done r2[0] i2 completed\n"
      "response-done r2 completed\n"
      "audio i3 ",
      "");
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
}

static void
test_cut_by_caller (Fixture *f, gconstpointer data)
{
  ask (f);
  fake_engine_spoken (f->engine, 1, 2000);
  manual_clock_advance_ms (f->clock, DELAY_MS);
  event_recorder_forget (f->recorder);
  fixture_push_ms (f, 1000);
  fake_engine_speech_started (f->engine, 1, 0);
  expect_ends (f, "",
      "audio-done i2\n"
      "text-done i2 'One second.'\n"
      "part-done i2 'One second.'\n"
      "output-done r2[0] i2 incomplete\n"
      "response-done r2 cancelled turn-detected\n");
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
  /* Clients truncate what they were playing; nothing but its id is known. */
  g_assert_true (vowel_session_truncate_item (f->session, f->client,
      event_recorder_id (f->recorder, "i2"), 0, 150, NULL));
  event_recorder_expect (f->recorder, "item-truncated i2 150");
  fake_engine_speech_stopped (f->engine, 1, 500);
  fake_engine_final (f->engine, 1, "");
  event_recorder_forget (f->recorder);
}

static void
test_truncated (Fixture *f, gconstpointer data)
{
  ask (f);
  manual_clock_advance_ms (f->clock, DELAY_MS);
  event_recorder_forget (f->recorder);
  g_assert_true (vowel_session_truncate_item (f->session, f->client,
      event_recorder_id (f->recorder, "i2"), 0, 100000, NULL));
  expect_ends (f, "",
      "response-done r2 completed\n"
      "item-truncated i2 300\n");
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
}

static void
cancel (Fixture *f, const gchar *response)
{
  g_autoptr (GError) error = NULL;

  vowel_session_cancel (f->session, f->client,
      response != NULL ? event_recorder_id (f->recorder, response) : NULL,
      &error);
  g_assert_no_error (error);
}

static void
test_cancelled (Fixture *f, gconstpointer data)
{
  ask (f);
  manual_clock_advance_ms (f->clock, DELAY_MS);
  event_recorder_forget (f->recorder);
  /* It alone: the answer is still wanted. */
  cancel (f, "r2");
  expect_ends (f, "", "response-done r2 cancelled client-cancelled\n");
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
  cancel (f, NULL);
  event_recorder_expect (
      f->recorder, "> cancel 1", "response-done r1 cancelled client-cancelled");
}

/* The tool works, and so does somebody at a keyboard. */
static void
test_tool (Fixture *f, gconstpointer data)
{
  fixture_register_tool (f, "lookup");
  ask (f);
  fake_engine_call (f->engine, 1, "c1", "lookup", "{}");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, DELAY_MS);
  g_assert_true (has_happened (f, "audio i3 4800"));
  expect_ends (f, "response-started r2\n", "");
  manual_clock_advance_ms (f->clock, 10000);
  event_recorder_forget (f->recorder);
  /* A response is asked for only when none is running. */
  fixture_answer_call (f, "c1", "rain");
  expect_ends (f, "", "response-done r2 completed\n");
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 1000);
  expect_ends (f, "response-started r4\n", "");
  fake_engine_text (f->engine, 2, "It rains.");
  fake_engine_audio (f->engine, 2, 100, 0, 9);
  g_assert_true (has_happened (f, "response-done r4 completed"));
  event_recorder_forget (f->recorder);
  fake_engine_generated (f->engine, 2, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 2);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 10000);
  event_recorder_expect (f->recorder, "");
}

/* Who has been told that something is done is not told again. */
static void
test_tool_announced (Fixture *f, gconstpointer data)
{
  fixture_register_tool (f, "lookup");
  ask (f);
  fixture_speak (f, 1);
  fake_engine_call (f->engine, 1, "c1", "lookup", "{}");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 2000 + DELAY_MS - 1);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 10000);
  event_recorder_expect (f->recorder, "");
  fixture_answer_call (f, "c1", "rain");
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 10000);
  event_recorder_expect (f->recorder, "");
}

static void
test_written (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelResponseRequest) request = vowel_response_request_new ();

  request->modality = VOWEL_MODALITY_TEXT;
  fixture_say (f, "hello");
  vowel_session_respond (f->session, f->client, request, NULL);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
}

/* Nothing was said that could be acknowledged. */
static void
test_unasked (Fixture *f, gconstpointer data)
{
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
}

static void
test_failed (Fixture *f, gconstpointer data)
{
  ask (f);
  event_recorder_forget (f->recorder);
  fake_engine_failed (f->engine, VOWEL_STAGE_SPEECH, 1);
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
  /* It is tried again. */
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  ask (f);
  g_assert_true (has_happened (f, "> speak 2"));
}

static void
test_ends_with_session (Fixture *f, gconstpointer data)
{
  ask (f);
  manual_clock_advance_ms (f->clock, DELAY_MS);
  event_recorder_forget (f->recorder);
  vowel_session_end (f->session, VOWEL_END_SHUTDOWN);
  g_assert_true (has_happened (f, "response-done r2 cancelled session-ended"));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  event_recorder_forget (f->recorder);
  fixture_tear_down (f, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func, what)                                                  \
  g_test_add ("/session-filler/" name, Fixture, what, set_up, func, tear_down)

  ADD ("late", test_late, "a");
  ADD ("cut-by-speech", test_cut_by_speech, "a");
  ADD ("cut-by-caller", test_cut_by_caller, "a");
  ADD ("truncated", test_truncated, "t");
  ADD ("cancelled", test_cancelled, "t");
  ADD ("tool", test_tool, "t");
  ADD ("tool-announced", test_tool_announced, "a");
  ADD ("written", test_written, "at");
  ADD ("unasked", test_unasked, "a");
  ADD ("failed", test_failed, "a");
  ADD ("ends-with-session", test_ends_with_session, "t");
  return g_test_run ();
}
