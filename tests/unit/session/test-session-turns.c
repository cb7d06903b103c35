/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Turns: whole sequences of events and of what the engine is told ("> …"), for
 * speech, barge-in, pushing to talk, cancelling. */

#include "session-fixture.h"

static void
test_vad_turn (Fixture *f, gconstpointer data)
{
  fixture_push_ms (f, 1500);
  fake_engine_speech_started (f->engine, 1, 200);
  fake_engine_interim (f->engine, 1, "what");
  fake_engine_speech_stopped (f->engine, 1, 1400);
  event_recorder_expect (f->recorder, "speech-started i1 200",
      "guess i1 'what'", "speech-stopped i1 1400", "committed i1 after none",
      "item-added i1 message completed after none",
      "item-done i1 message completed after none");
  fake_engine_interim (f->engine, 1, "what time is");
  fake_engine_final (f->engine, 1, "what time is it");
  event_recorder_expect (f->recorder, "guess i1 'what time is'",
      "transcript i1 'what time'", "transcript i1 ' is it'",
      "transcript-done i1 'what time is it' 1200", "response-started r1",
      "> generate 1 [user: what time is it]");
  fake_engine_text (f->engine, 1, "It is ");
  fake_engine_text (f->engine, 1, "two.");
  fake_engine_audio (f->engine, 1, 20, 0, 6);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio (f->engine, 1, 20, 6, 10);
  event_recorder_expect (f->recorder, "output-started r1[0] i2 in-progress",
      "item-added i2 message in-progress after i1", "part-started i2 audio",
      "text i2 'It is '", "text i2 'two.'", "audio i2 960 0-6",
      "audio i2 960 6-10");
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_expect (f->recorder, "audio-done i2",
      "text-done i2 'It is two.'", "part-done i2 'It is two.'",
      "item-done i2 message completed after i1",
      "output-done r1[0] i2 completed", "response-done r1 completed");
}

static void
test_push_to_talk (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vowel_session_commit_audio (f->session, f->client, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_BUFFER_TOO_SHORT);
  g_clear_error (&error);
  fixture_push_ms (f, 99);
  fake_engine_begun (f->engine, 1, 0);
  g_assert_false (vowel_session_commit_audio (f->session, f->client, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_BUFFER_TOO_SHORT);
  fixture_push_ms (f, 401);
  event_recorder_expect (f->recorder, "> begin 0");
  g_assert_true (vowel_session_commit_audio (f->session, f->client, NULL));
  event_recorder_expect (f->recorder, "committed i1 after none",
      "item-added i1 message completed after none",
      "item-done i1 message completed after none", "> end");
  /* The answer waits for the words. */
  fixture_respond (f);
  event_recorder_expect (f->recorder, "response-started r1");
  fake_engine_speech_stopped (f->engine, 1, 500);
  fake_engine_final (f->engine, 1, "good morning");
  event_recorder_expect (f->recorder, "transcript i1 'good morning'",
      "transcript-done i1 'good morning' 500",
      "> generate 1 [user: good morning]");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  event_recorder_expect (f->recorder, "response-done r1 completed");
  fixture_push_ms (f, 100);
  event_recorder_expect (f->recorder, "> begin 500");
}

/* The engine may name the utterance only after the commit. */
static void
test_push_to_talk_in_one_go (Fixture *f, gconstpointer data)
{
  fixture_push_ms (f, 300);
  g_assert_true (vowel_session_commit_audio (f->session, f->client, NULL));
  fixture_respond (f);
  fixture_push_ms (f, 300);
  g_assert_true (vowel_session_clear_audio (f->session, f->client, NULL));
  fixture_push_ms (f, 300);
  event_recorder_expect (f->recorder, "> begin 0", "committed i1 after none",
      "item-added i1 message completed after none",
      "item-done i1 message completed after none", "> end",
      "response-started r1", "> begin 300", "> discard", "cleared",
      "> begin 600");
  fake_engine_begun (f->engine, 1, 0);
  fake_engine_speech_stopped (f->engine, 1, 300);
  fake_engine_final (f->engine, 1, "one");
  event_recorder_expect (f->recorder, "transcript i1 'one'",
      "transcript-done i1 'one' 300", "> generate 1 [user: one]");
}

static void
test_push_to_talk_failed (Fixture *f, gconstpointer data)
{
  fixture_push_ms (f, 300);
  fake_engine_begun (f->engine, 1, 0);
  vowel_session_commit_audio (f->session, f->client, NULL);
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  fake_engine_failed (f->engine, VOWEL_STAGE_STT, 1);
  event_recorder_expect (
      f->recorder, "transcript-failed i1 upstream", "> generate 1 []");
}

static void
test_commit_during_speech (Fixture *f, gconstpointer data)
{
  fixture_push_ms (f, 1000);
  fake_engine_speech_started (f->engine, 1, 200);
  g_assert_true (vowel_session_commit_audio (f->session, f->client, NULL));
  fake_engine_speech_stopped (f->engine, 1, 1000);
  fake_engine_final (f->engine, 1, "stop");
  event_recorder_expect (f->recorder, "speech-started i1 200",
      "committed i1 after none", "item-added i1 message completed after none",
      "item-done i1 message completed after none", "> end",
      "transcript i1 'stop'", "transcript-done i1 'stop' 800");
}

static void
test_noise (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "  ");
  event_recorder_expect (f->recorder, "speech-started i1 0",
      "speech-stopped i1 1000", "committed i1 after none",
      "item-added i1 message completed after none",
      "item-done i1 message completed after none",
      "transcript-done i1 '' 1000");
}

static void
test_noise_while_thinking (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "hello");
  event_recorder_forget (f->recorder);
  fake_engine_speech_started (f->engine, 2, 2000);
  event_recorder_expect (f->recorder, "speech-started i2 2000", "> cancel 1",
      "response-done r1 cancelled turn-detected");
  fake_engine_speech_stopped (f->engine, 2, 2500);
  fake_engine_final (f->engine, 2, "");
  event_recorder_expect (f->recorder, "speech-stopped i2 2500",
      "committed i2 after i1", "item-added i2 message completed after i1",
      "item-done i2 message completed after i1", "transcript-done i2 '' 500",
      "response-started r2", "> generate 2 [user: hello]");
}

static void
test_barge_in_while_thinking (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "hello");
  event_recorder_forget (f->recorder);
  fake_engine_speech_started (f->engine, 2, 2000);
  event_recorder_expect (f->recorder, "speech-started i2 2000", "> cancel 1",
      "response-done r1 cancelled turn-detected");
  /* What a slow provider still sends is dropped. */
  fake_engine_text (f->engine, 1, "late");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_failed (f->engine, VOWEL_STAGE_LLM, 1);
  fake_engine_speech_stopped (f->engine, 2, 2500);
  event_recorder_forget (f->recorder);
  fake_engine_final (f->engine, 2, "I mean hi");
  event_recorder_expect (f->recorder, "transcript i2 'I mean hi'",
      "transcript-done i2 'I mean hi' 500", "response-started r2",
      "> generate 2 [user: hello; user: I mean hi]");
}

static void
test_barge_in_while_speaking (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "hello");
  fixture_speak (f, 1);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 1500);
  fake_engine_speech_started (f->engine, 2, 2000);
  event_recorder_expect (f->recorder, "speech-started i3 2000", "> cancel 1",
      "interrupted r1 i2 1500", "audio-done i2",
      "text-done i2 'Hello there, friend.'",
      "part-done i2 'Hello there, friend.'",
      "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete",
      "response-done r1 cancelled turn-detected");
  fake_engine_audio (f->engine, 1, 20, 20, 20);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_expect (f->recorder, "");
  fake_engine_speech_stopped (f->engine, 2, 3000);
  event_recorder_forget (f->recorder);
  fake_engine_final (f->engine, 2, "wait");
  event_recorder_expect (f->recorder, "transcript i3 'wait'",
      "transcript-done i3 'wait' 1000", "response-started r2",
      "> generate 2 [user: hello; assistant: Hello there,; user: wait]");
}

/* The response is done, the caller still hears it. */
static void
test_barge_in_in_the_gap (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "hello");
  fixture_speak (f, 1);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 500);
  fake_engine_speech_started (f->engine, 2, 2000);
  event_recorder_expect (
      f->recorder, "speech-started i3 2000", "interrupted - i2 500");
  fake_engine_speech_stopped (f->engine, 2, 3000);
  event_recorder_forget (f->recorder);
  fake_engine_final (f->engine, 2, "wait");
  event_recorder_expect (f->recorder, "transcript i3 'wait'",
      "transcript-done i3 'wait' 1000", "response-started r2",
      "> generate 2 [user: hello; assistant: Hello; user: wait]");
}

static void
test_speech_after_playout (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "hello");
  fixture_speak (f, 1);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 2000);
  fake_engine_speech_started (f->engine, 2, 2000);
  event_recorder_expect (f->recorder, "speech-started i3 2000");
}

static void
test_speech_without_voice_yet (Fixture *f, gconstpointer data)
{
  fixture_ask (f, 1, "hello");
  fake_engine_text (f->engine, 1, "Well");
  event_recorder_forget (f->recorder);
  fake_engine_speech_started (f->engine, 2, 2000);
  event_recorder_expect (f->recorder, "speech-started i3 2000", "> cancel 1",
      "interrupted r1 i2 0", "audio-done i2", "text-done i2 'Well'",
      "part-done i2 'Well'", "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete",
      "response-done r1 cancelled turn-detected");
}

static void
test_no_interruption (Fixture *f, gconstpointer data)
{
  f->config->turn_detection.interrupt_response = FALSE;
  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, NULL, NULL));
  fixture_ask (f, 1, "hello");
  fixture_speak (f, 1);
  event_recorder_forget (f->recorder);
  fixture_ask (f, 2, "and you");
  event_recorder_expect (f->recorder, "speech-started i3 0",
      "speech-stopped i3 1000", "committed i3 after i2",
      "item-added i3 message completed after i2",
      "item-done i3 message completed after i2", "transcript i3 'and you'",
      "transcript-done i3 'and you' 1000");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  event_recorder_forget (f->recorder);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_expect (f->recorder, "audio-done i2",
      "text-done i2 'Hello there, friend.'",
      "part-done i2 'Hello there, friend.'",
      "item-done i2 message completed after i1",
      "output-done r1[0] i2 completed", "response-done r1 completed",
      "response-started r2",
      "> generate 2 [user: hello; assistant: Hello there, friend.; user: and "
      "you]");
}

static void
test_pause_in_question (Fixture *f, gconstpointer data)
{
  fake_engine_speech_started (f->engine, 1, 0);
  fake_engine_speech_stopped (f->engine, 1, 1000);
  fake_engine_speech_started (f->engine, 2, 1200);
  fake_engine_final (f->engine, 1, "can you");
  event_recorder_forget (f->recorder);
  /* Nobody answers somebody who speaks. */
  fake_engine_speech_stopped (f->engine, 2, 2000);
  fake_engine_final (f->engine, 2, "help me");
  event_recorder_expect (f->recorder, "speech-stopped i2 2000",
      "committed i2 after i1", "item-added i2 message completed after i1",
      "item-done i2 message completed after i1", "transcript i2 'help me'",
      "transcript-done i2 'help me' 800", "response-started r1",
      "> generate 1 [user: can you; user: help me]");
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (vowel_session_cancel (f->session, f->client, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_RESPONSE_NOT_ACTIVE);
  g_clear_error (&error);
  fixture_say (f, "hello");
  fixture_respond (f);
  fake_engine_text (f->engine, 1, "Hello there, friend.");
  fake_engine_audio (f->engine, 1, 1000, 0, 12);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 600);
  g_assert_true (vowel_session_cancel (
      f->session, f->client, event_recorder_id (f->recorder, "r1"), NULL));
  event_recorder_expect (f->recorder, "> cancel 1", "interrupted r1 i2 600",
      "audio-done i2", "text-done i2 'Hello there, friend.'",
      "part-done i2 'Hello there, friend.'",
      "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete",
      "response-done r1 cancelled client-cancelled");
  g_assert_false (vowel_session_cancel (
      f->session, f->client, event_recorder_id (f->recorder, "r1"), &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_RESPONSE_NOT_ACTIVE);
  fake_engine_audio (f->engine, 1, 20, 12, 20);
  fixture_respond (f);
  event_recorder_expect (f->recorder, "response-started r2",
      "> generate 2 [user: hello; assistant: Hello]");
}

static void
test_truncate (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const gchar *spoken;

  fixture_say (f, "hello");
  fixture_respond (f);
  fixture_speak (f, 1);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_forget (f->recorder);
  spoken = event_recorder_id (f->recorder, "i2");
  g_assert_false (vowel_session_truncate_item (f->session, f->client,
      event_recorder_id (f->recorder, "i1"), 0, 10, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_NOT_AUDIO);
  g_clear_error (&error);
  g_assert_false (vowel_session_truncate_item (
      f->session, f->client, spoken, 1, 10, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_OUT_OF_RANGE);
  g_clear_error (&error);
  g_assert_false (vowel_session_truncate_item (
      f->session, f->client, "item_x", 0, 10, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_ITEM_UNKNOWN);
  g_assert_true (vowel_session_truncate_item (
      f->session, f->client, spoken, 0, 9999, NULL));
  g_assert_true (
      vowel_session_retrieve_item (f->session, f->client, spoken, NULL));
  g_assert_true (vowel_session_truncate_item (
      f->session, f->client, spoken, 0, 500, NULL));
  g_assert_true (
      vowel_session_retrieve_item (f->session, f->client, spoken, NULL));
  event_recorder_expect (f->recorder, "item-truncated i2 2000",
      "item-retrieved i2 'Hello there, friend.'", "item-truncated i2 500",
      "item-retrieved i2 'Hello'");
  /* The client has stopped playing. */
  fake_engine_speech_started (f->engine, 1, 0);
  event_recorder_expect (f->recorder, "speech-started i3 0");
}

static void
test_semantic (Fixture *f, gconstpointer data)
{
  fake_engine_speech_started (f->engine, 1, 0);
  fake_engine_speech_stopped (f->engine, 1, 1000);
  fake_engine_final (f->engine, 1, "I would like um");
  event_recorder_expect (f->recorder, "speech-started i1 0");
  manual_clock_advance_ms (f->clock, 3000);
  fake_engine_speech_started (f->engine, 2, 4000);
  fake_engine_speech_stopped (f->engine, 2, 5000);
  fake_engine_final (f->engine, 2, "a coffee, please.");
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 249);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (f->recorder, "speech-stopped i1 5000",
      "committed i1 after none", "item-added i1 message completed after none",
      "item-done i1 message completed after none",
      "transcript i1 'I would like um a coffee, please.'",
      "transcript-done i1 'I would like um a coffee, please.' 5000",
      "response-started r1",
      "> generate 1 [user: I would like um a coffee, please.]");
}

#define NONE GINT_TO_POINTER (VOWEL_TURN_NONE + 1)
#define SEMANTIC GINT_TO_POINTER (VOWEL_TURN_SEMANTIC_VAD + 1)
#define ADD(name, data)                                                        \
  g_test_add ("/session/" #name, Fixture, data, fixture_set_up, test_##name,   \
      fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (vad_turn, NULL);
  ADD (push_to_talk, NONE);
  ADD (push_to_talk_in_one_go, NONE);
  ADD (push_to_talk_failed, NONE);
  ADD (commit_during_speech, NULL);
  ADD (noise, NULL);
  ADD (noise_while_thinking, NULL);
  ADD (barge_in_while_thinking, NULL);
  ADD (barge_in_while_speaking, NULL);
  ADD (barge_in_in_the_gap, NULL);
  ADD (speech_after_playout, NULL);
  ADD (speech_without_voice_yet, NULL);
  ADD (no_interruption, NULL);
  ADD (pause_in_question, NULL);
  ADD (cancel, NULL);
  ADD (truncate, NULL);
  ADD (semantic, SEMANTIC);
  return g_test_run ();
}
