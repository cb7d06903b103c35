/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a caller who is sent speech in step with its playing has heard, and
 * what the conversation remembers of it. */

#include "session-fixture.h"

/* 10 characters a second: "one two three four five six seven …" */
#define SPEECH "one two three four five six seven eight nine ten eleven twelve"

static void
set_up (Fixture *f, gconstpointer data)
{
  fixture_set_up (f, data);
  vowel_session_set_output_lead (f->session, 1500);
}

/* The whole answer at once, as a fast voice makes it: 6 s. */
static void
speak (Fixture *f, guint64 generation)
{
  fake_engine_text (f->engine, generation, SPEECH);
  fake_engine_generated (f->engine, generation, VOWEL_FINISH_STOP);
  fake_engine_audio (f->engine, generation, 6000, 0, strlen (SPEECH) - 2);
  fake_engine_audio_ended (f->engine, generation);
}

static guint
count_audio_ms (const VowelItem *item)
{
  return vowel_item_get_part ((VowelItem *) item, 0)->audio_ms;
}

static VowelItem *
get_item (Fixture *f, const gchar *name)
{
  return vowel_session_get_item (
      f->session, event_recorder_id (f->recorder, name));
}

/* What the model will be told was said. */
static void
assert_remembered (Fixture *f, const gchar *name, const gchar *expected)
{
  g_autoptr (VowelItem) heard = vowel_item_copy_heard (get_item (f, name));
  g_autofree gchar *text = vowel_item_dup_text (heard);

  g_assert_cmpstr (text, ==, expected);
}

static void
truncate (Fixture *f, const gchar *name, guint ms, const gchar *expected)
{
  g_autoptr (GError) error = NULL;

  vowel_session_truncate_item (f->session, f->client,
      event_recorder_id (f->recorder, name), 0, ms, &error);
  g_assert_no_error (error);
  event_recorder_expect (f->recorder, expected);
}

static void
ask (Fixture *f)
{
  fixture_ask (f, 1, "count");
  event_recorder_forget (f->recorder);
  speak (f, 1);
  g_assert_cmpuint (count_audio_ms (get_item (f, "i2")), ==, 1400);
}

static void
test_end (Fixture *f, gconstpointer data)
{
  ask (f);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 4400);
  g_assert_cmpuint (count_audio_ms (get_item (f, "i2")), <, 6000);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 200);
  event_recorder_expect (f->recorder, "audio i2 9600 58-60", "audio-done i2",
      "text-done i2 '" SPEECH "'", "part-done i2 '" SPEECH "'",
      "item-done i2 message completed after i1",
      "output-done r1[0] i2 completed", "response-done r1 completed");
  assert_remembered (f, "i2", SPEECH);
}

static void
test_hold (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "count");
  event_recorder_forget (f->recorder);
  fake_engine_audio (f->engine, 1, 1000, 0, 10);
  event_recorder_forget (f->recorder);
  fake_engine_audio (f->engine, 1, 5000, 10, 60);
  event_recorder_expect (
      f->recorder, "audio i2 9600 10-12", "audio i2 9600 12-14", "> hold");
  g_assert_true (vowel_session_cancel (f->session, f->client, NULL, NULL));
  event_recorder_expect (f->recorder, "> cancel 1", "> go on",
      "interrupted r1 i2 0", "audio-done i2", "text-done i2 ''",
      "part-done i2 ''", "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete",
      "response-done r1 cancelled client-cancelled");
}

static void
test_barge_in (Fixture *f, gconstpointer data)
{
  ask (f);
  manual_clock_advance_ms (f->clock, 1200);
  event_recorder_forget (f->recorder);
  fake_engine_speech_started (f->engine, 2, 7000);
  event_recorder_expect (f->recorder, "speech-started i3 7000", "> cancel 1",
      "> go on", "interrupted r1 i2 1200", "audio-done i2",
      "text-done i2 '" SPEECH "'", "part-done i2 '" SPEECH "'",
      "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete",
      "response-done r1 cancelled turn-detected");
  assert_remembered (f, "i2", "one two");
  manual_clock_advance_ms (f->clock, 5000);
  event_recorder_expect (f->recorder, "");
  /* The caller's player knows better. */
  truncate (f, "i2", 1400, "item-truncated i2 1400");
  assert_remembered (f, "i2", "one two three");
  truncate (f, "i2", 900, "item-truncated i2 900");
  assert_remembered (f, "i2", "one two");
  /* It may be slow, but not have played what was not sent. */
  truncate (f, "i2", 100000, "item-truncated i2 2600");
  assert_remembered (f, "i2", "one two three four five");
  fake_engine_speech_stopped (f->engine, 2, 8000);
  event_recorder_forget (f->recorder);
  fake_engine_final (f->engine, 2, "stop");
  event_recorder_expect (f->recorder, "transcript i3 'stop'",
      "transcript-done i3 'stop' 1000", "response-started r2",
      "> generate 2 [user: count; assistant: one two three four five; user: "
      "stop]");
}

/* All was sent, the response is done, and the caller still listens. */
static void
test_barge_in_after_end (Fixture *f, gconstpointer data)
{
  ask (f);
  manual_clock_advance_ms (f->clock, 5300);
  event_recorder_forget (f->recorder);
  fake_engine_speech_started (f->engine, 2, 7000);
  event_recorder_expect (
      f->recorder, "speech-started i3 7000", "interrupted - i2 5300");
  assert_remembered (
      f, "i2", "one two three four five six seven eight nine ten");
  truncate (f, "i2", 6000, "item-truncated i2 6000");
  assert_remembered (f, "i2", SPEECH);
}

/* The end of one answer and the beginning of the next are played in turn. */
static void
test_barge_in_over_two (Fixture *f, gconstpointer data)
{
  ask (f);
  manual_clock_advance_ms (f->clock, 4800);
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  speak (f, 2);
  manual_clock_advance_ms (f->clock, 500);
  event_recorder_forget (f->recorder);
  fake_engine_speech_started (f->engine, 2, 7000);
  event_recorder_expect (f->recorder, "speech-started i4 7000", "> cancel 2",
      "> go on", "interrupted - i2 5300", "interrupted r2 i3 0",
      "audio-done i3", "text-done i3 '" SPEECH "'", "part-done i3 '" SPEECH "'",
      "item-done i3 message incomplete after i2",
      "output-done r2[0] i3 incomplete",
      "response-done r2 cancelled turn-detected");
  assert_remembered (
      f, "i2", "one two three four five six seven eight nine ten");
  assert_remembered (f, "i3", "");
}

static void
test_truncate_after_playing (Fixture *f, gconstpointer data)
{
  ask (f);
  manual_clock_advance_ms (f->clock, 60000);
  event_recorder_forget (f->recorder);
  fake_engine_speech_started (f->engine, 2, 7000);
  event_recorder_expect (f->recorder, "speech-started i3 7000");
  assert_remembered (f, "i2", SPEECH);
  truncate (f, "i2", 2000, "item-truncated i2 2000");
  assert_remembered (f, "i2", "one two three four");
}

/* Before the response is cancelled, or without that: nothing more is said. */
static void
test_truncate_while_speaking (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "count");
  fake_engine_text (f->engine, 1, "one two three ");
  fake_engine_audio (f->engine, 1, 3000, 0, 14);
  manual_clock_advance_ms (f->clock, 600);
  event_recorder_forget (f->recorder);
  truncate (f, "i2", 500, "item-truncated i2 500");
  manual_clock_advance_ms (f->clock, 3000);
  fake_engine_audio (f->engine, 1, 3000, 14, 30);
  event_recorder_expect (f->recorder, "");
  fake_engine_text (f->engine, 1, "four");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  event_recorder_expect (f->recorder, "text i2 'four'", "> cancel 1",
      "audio-done i2", "text-done i2 'one two three four'",
      "part-done i2 'one two three four'",
      "item-done i2 message completed after i1",
      "output-done r1[0] i2 completed", "response-done r1 completed");
  assert_remembered (f, "i2", "");
}

static void
test_truncate_and_cancel (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "count");
  fake_engine_text (f->engine, 1, "one two three");
  fake_engine_audio (f->engine, 1, 3000, 0, 13);
  manual_clock_advance_ms (f->clock, 600);
  event_recorder_forget (f->recorder);
  truncate (f, "i2", 1000, "item-truncated i2 1000");
  g_assert_true (vowel_session_cancel (f->session, f->client, NULL, NULL));
  event_recorder_expect (f->recorder, "> cancel 1", "audio-done i2",
      "text-done i2 'one two three'", "part-done i2 'one two three'",
      "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete",
      "response-done r1 cancelled client-cancelled");
  assert_remembered (f, "i2", "one");
}

static void
test_failure (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "count");
  fake_engine_text (f->engine, 1, "one two three");
  fake_engine_audio (f->engine, 1, 1600, 0, 13);
  event_recorder_forget (f->recorder);
  fake_engine_failed (f->engine, VOWEL_STAGE_TTS, 1);
  event_recorder_expect (f->recorder, "> cancel 1");
  manual_clock_advance_ms (f->clock, 400);
  event_recorder_expect (f->recorder, "audio i2 9600 11-13", "audio-done i2",
      "text-done i2 'one two three'", "part-done i2 'one two three'",
      "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete", "response-done r1 failed upstream");
  assert_remembered (f, "i2", "one two three");
}

/* A tool does not wait for the words before it. */
static void
test_tool (Fixture *f, gconstpointer data)
{
  fixture_register_tool (f, "weather");
  fixture_ask (f, 1, "weather?");
  fake_engine_text (f->engine, 1, "One moment.");
  fake_engine_audio (f->engine, 1, 2000, 0, 11);
  event_recorder_forget (f->recorder);
  fake_engine_call (f->engine, 1, "c1", "weather", "{}");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_expect (f->recorder, "output-started r1[1] i3 in-progress",
      "item-added i3 call in-progress after i2", "tool-arguments i3 '{}'",
      "tool-call i3 c1 weather({})", "item-done i3 call completed after i2",
      "output-done r1[1] i3 completed");
  manual_clock_advance_ms (f->clock, 700);
  event_recorder_expect (f->recorder, "audio i2 9600 7-8", "audio i2 9600 8-9",
      "audio i2 9600 9-11", "audio-done i2", "text-done i2 'One moment.'",
      "part-done i2 'One moment.'", "item-done i2 message completed after i1",
      "output-done r1[0] i2 completed", "response-done r1 completed");
}

/* Many clients ask for the next answer as soon as a call is complete. */
static void
test_ask_early (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture_register_tool (f, "weather");
  fixture_ask (f, 1, "weather?");
  fake_engine_text (f->engine, 1, "One moment.");
  fake_engine_audio (f->engine, 1, 2000, 0, 11);
  fake_engine_call (f->engine, 1, "c1", "weather", "{}");
  fixture_answer_call (f, "c1", "sunny");
  /* The model may have more to say. */
  g_assert_false (vowel_session_respond (f->session, f->client, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_RESPONSE_ACTIVE);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_forget (f->recorder);
  fixture_respond (f);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 700);
  event_recorder_expect (f->recorder, "audio i2 9600 7-8", "audio i2 9600 8-9",
      "audio i2 9600 9-11", "audio-done i2", "text-done i2 'One moment.'",
      "part-done i2 'One moment.'", "item-done i2 message completed after i1",
      "output-done r1[0] i2 completed", "response-done r1 completed",
      "response-started r2",
      "> generate 2 [user: weather?; assistant: One moment.; call "
      "weather({}) c1; output c1: sunny]");
  g_assert_true (vowel_session_cancel (f->session, f->client, NULL, NULL));
  event_recorder_forget (f->recorder);
}

/* The caller's connection broke, and comes back. */
static void
test_pause (Fixture *f, gconstpointer data)
{
  g_autoptr (EventRecorder) recorder = event_recorder_new ();
  VowelParticipant *other;

  ask (f);
  event_recorder_forget (f->recorder);
  vowel_session_pause_output (f->session, TRUE);
  manual_clock_advance_ms (f->clock, 10000);
  event_recorder_expect (f->recorder, "");
  vowel_session_pause_output (f->session, FALSE);
  g_assert_cmpuint (count_audio_ms (get_item (f, "i2")), ==, 2800);
  /* As long as somebody else listens, it goes on. */
  other = vowel_session_join (
      f->session, VOWEL_PARTICIPANT_CLIENT, event_recorder_event, recorder);
  vowel_session_pause_output (f->session, TRUE);
  manual_clock_advance_ms (f->clock, 5000);
  g_assert_cmpuint (count_audio_ms (get_item (f, "i2")), ==, 6000);
  vowel_session_leave (f->session, other);
  event_recorder_forget (f->recorder);
  event_recorder_forget (recorder);
}

static void
test_session_end (Fixture *f, gconstpointer data)
{
  ask (f);
  vowel_session_end (f->session, VOWEL_END_SHUTDOWN);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 10000);
  event_recorder_expect (f->recorder, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name)                                                              \
  g_test_add ("/session/pacing/" #name, Fixture, NULL, set_up, test_##name,    \
      fixture_tear_down)
  ADD (end);
  ADD (hold);
  ADD (barge_in);
  ADD (barge_in_after_end);
  ADD (barge_in_over_two);
  ADD (truncate_after_playing);
  ADD (truncate_while_speaking);
  ADD (truncate_and_cancel);
  ADD (failure);
  ADD (tool);
  ADD (ask_early);
  ADD (pause);
  ADD (session_end);
#undef ADD
  return g_test_run ();
}
