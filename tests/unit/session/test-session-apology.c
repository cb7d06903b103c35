/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the caller hears when the model fails before a word. */

#include "session-fixture.h"

#define APOLOGY "Sorry, I cannot think just now."
#define CHARS 31

static void
set_up (Fixture *f, gconstpointer data)
{
  fixture_set_up (f, data);
  vowel_session_set_apology (f->session, APOLOGY);
}

static void
fail (Fixture *f, const gchar *text)
{
  fixture_say (f, text);
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  fake_engine_failed (f->engine, VOWEL_STAGE_LLM, 1);
  event_recorder_expect (f->recorder, "> cancel 1", "> say 2 [" APOLOGY "]");
}

/* It is said, then the response fails with the cause, and the model is not
 * told. */
static void
test_said (Fixture *f, gconstpointer data)
{
  fail (f, "hello");
  fake_engine_audio (f->engine, 2, 200, 0, CHARS);
  event_recorder_expect (f->recorder, "output-started r1[0] i2 in-progress",
      "item-added i2 message in-progress after i1", "part-started i2 audio",
      "text i2 '" APOLOGY "'", "audio i2 9600 0-31");
  fake_engine_audio_ended (f->engine, 2);
  event_recorder_expect (f->recorder, "audio-done i2",
      "text-done i2 '" APOLOGY "'", "part-done i2 '" APOLOGY "'",
      "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete", "response-done r1 failed upstream");

  fixture_say (f, "and now?");
  fixture_respond (f);
  event_recorder_expect (f->recorder,
      "item-added i3 message completed after i2",
      "item-done i3 message completed after i2", "response-started r2",
      "> generate 3 [user: hello; user: and now?]");
  fixture_speak (f, 3);
  fake_engine_generated (f->engine, 3, VOWEL_FINISH_STOP);
  event_recorder_forget (f->recorder);
  fake_engine_audio_ended (f->engine, 3);
  event_recorder_forget (f->recorder);
}

/* Nothing is left of an apology that nobody can hear. */
static void
test_voice_fails (Fixture *f, gconstpointer data)
{
  fail (f, "hello");
  fake_engine_failed (f->engine, VOWEL_STAGE_TTS, 2);
  event_recorder_expect (
      f->recorder, "> cancel 2", "response-done r1 failed upstream");
}

static void
test_no_voice (Fixture *f, gconstpointer data)
{
  fake_engine_mute (f->engine);
  fixture_say (f, "hello");
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  fake_engine_failed (f->engine, VOWEL_STAGE_LLM, 1);
  event_recorder_expect (f->recorder, "> cancel 1", "> cancel 1",
      "response-done r1 failed upstream");
}

static void
test_after_words (Fixture *f, gconstpointer data)
{
  fixture_say (f, "hello");
  fixture_respond (f);
  fake_engine_text (f->engine, 1, "Well, ");
  event_recorder_forget (f->recorder);
  fake_engine_failed (f->engine, VOWEL_STAGE_LLM, 1);
  event_recorder_expect (f->recorder, "> cancel 1", "audio-done i2",
      "text-done i2 'Well, '", "part-done i2 'Well, '",
      "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete", "response-done r1 failed upstream");
}

/* Nobody listens to what is written. */
static void
test_written (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelResponseRequest) request = vowel_response_request_new ();

  request->modality = VOWEL_MODALITY_TEXT;
  fixture_say (f, "hello");
  g_assert_true (vowel_session_respond (f->session, f->client, request, NULL));
  event_recorder_forget (f->recorder);
  fake_engine_failed (f->engine, VOWEL_STAGE_LLM, 1);
  event_recorder_expect (
      f->recorder, "> cancel 1", "response-done r1 failed upstream");
}

/* Like any answer. */
static void
test_interrupted (Fixture *f, gconstpointer data)
{
  fail (f, "hello");
  fake_engine_audio (f->engine, 2, 1000, 0, CHARS);
  manual_clock_advance_ms (f->clock, 300);
  event_recorder_forget (f->recorder);
  g_assert_true (vowel_session_cancel (f->session, f->client, NULL, NULL));
  event_recorder_expect (f->recorder, "> cancel 2", "interrupted r1 i2 300",
      "audio-done i2", "text-done i2 '" APOLOGY "'",
      "part-done i2 '" APOLOGY "'", "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete",
      "response-done r1 cancelled client-cancelled");
  fixture_respond (f);
  event_recorder_expect (
      f->recorder, "response-started r2", "> generate 3 [user: hello]");
  g_assert_true (vowel_session_cancel (f->session, f->client, NULL, NULL));
  event_recorder_forget (f->recorder);
}

/* A voice that says nothing at all. */
static void
test_silent (Fixture *f, gconstpointer data)
{
  fail (f, "hello");
  fake_engine_audio_ended (f->engine, 2);
  event_recorder_expect (f->recorder, "response-done r1 failed upstream");
}

/* Truncated while it is said: the rest is not made, the response ends. */
static void
test_truncated (Fixture *f, gconstpointer data)
{
  fail (f, "hello");
  fake_engine_audio (f->engine, 2, 1000, 0, CHARS);
  event_recorder_forget (f->recorder);
  g_assert_true (vowel_session_truncate_item (f->session, f->client,
      event_recorder_id (f->recorder, "i2"), 0, 500, NULL));
  event_recorder_expect (f->recorder, "item-truncated i2 500", "> cancel 2",
      "audio-done i2", "text-done i2 '" APOLOGY "'",
      "part-done i2 '" APOLOGY "'", "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete", "response-done r1 failed upstream");
  fixture_respond (f);
  event_recorder_expect (
      f->recorder, "response-started r2", "> generate 3 [user: hello]");
  g_assert_true (vowel_session_cancel (f->session, f->client, NULL, NULL));
  event_recorder_forget (f->recorder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func)                                                        \
  g_test_add ("/session-apology/" name, Fixture, NULL, set_up, func,           \
      fixture_tear_down)
  ADD ("said", test_said);
  ADD ("voice-fails", test_voice_fails);
  ADD ("no-voice", test_no_voice);
  ADD ("after-words", test_after_words);
  ADD ("written", test_written);
  ADD ("interrupted", test_interrupted);
  ADD ("silent", test_silent);
  ADD ("truncated", test_truncated);
  return g_test_run ();
}
