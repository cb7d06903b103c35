/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Answers that are prepared before it is certain that the caller has finished:
 * nobody sees anything of them until they are asked for. */

#include "session-fixture.h"

static void
expect_speculations (Fixture *f, guint begun, guint used, guint wasted_input,
    guint wasted_output)
{
  VowelSpeculations speculations;

  vowel_session_get_speculations (f->session, &speculations);
  g_assert_cmpuint (speculations.begun, ==, begun);
  g_assert_cmpuint (speculations.used, ==, used);
  g_assert_cmpuint (speculations.wasted_input_tokens, ==, wasted_input);
  g_assert_cmpuint (speculations.wasted_output_tokens, ==, wasted_output);
}

/* The recogniser foresees the end of the first turn. */
static void
foresee (Fixture *f, const gchar *text)
{
  g_autofree gchar *question =
      g_strdup_printf ("> generate 1 [user: %s]", text);

  fake_engine_speech_started (f->engine, 1, 0);
  event_recorder_forget (f->recorder);
  fake_engine_turn_ending (f->engine, 1, text);
  event_recorder_expect (f->recorder, question);
}

static void
end_turn (Fixture *f, const gchar *text)
{
  fake_engine_turn_ended (f->engine, 1, 1000);
  fake_engine_final (f->engine, 1, text);
}

#define COMMITTED                                                              \
  "speech-stopped i1 1000", "committed i1 after none",                         \
      "item-added i1 message completed after none",                            \
      "item-done i1 message completed after none"
#define SAID(text)                                                             \
  "transcript i1 '" text "'", "transcript-done i1 '" text "' 1000"

static void
test_confirmed (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  fake_engine_text (f->engine, 1, "Hi.");
  fake_engine_audio (f->engine, 1, 20, 0, 3);
  event_recorder_expect (f->recorder, "");
  end_turn (f, "hello");
  event_recorder_expect (f->recorder, COMMITTED, SAID ("hello"),
      "response-started r1", "output-started r1[0] i2 in-progress",
      "item-added i2 message in-progress after i1", "part-started i2 audio",
      "text i2 'Hi.'", "audio i2 960 0-3");
  /* From here on it is a response like any other. */
  fake_engine_text (f->engine, 1, " How are you?");
  fake_engine_audio (f->engine, 1, 20, 3, 16);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_expect (f->recorder, "text i2 ' How are you?'",
      "audio i2 960 3-16", "audio-done i2", "text-done i2 'Hi. How are you?'",
      "part-done i2 'Hi. How are you?'",
      "item-done i2 message completed after i1",
      "output-done r1[0] i2 completed", "response-done r1 completed");
  expect_speculations (f, 1, 1, 0, 0);
}

/* All of it is there before the turn is over. */
static void
test_confirmed_whole (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  fake_engine_text (f->engine, 1, "Hi.");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio (f->engine, 1, 20, 0, 3);
  fake_engine_audio_ended (f->engine, 1);
  end_turn (f, "hello");
  event_recorder_expect (f->recorder, COMMITTED, SAID ("hello"),
      "response-started r1", "output-started r1[0] i2 in-progress",
      "item-added i2 message in-progress after i1", "part-started i2 audio",
      "text i2 'Hi.'", "audio i2 960 0-3", "audio-done i2",
      "text-done i2 'Hi.'", "part-done i2 'Hi.'",
      "item-done i2 message completed after i1",
      "output-done r1[0] i2 completed", "response-done r1 completed");
  /* The next generation's number is higher than any before. */
  fixture_ask (f, 2, "and now");
  event_recorder_forget (f->recorder);
  g_assert_true (fake_engine_was_given (f->engine, 3, "and now"));
}

static void
test_resumed (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  fake_engine_text (f->engine, 1, "Hi there");
  fake_engine_turn_resumed (f->engine, 1);
  event_recorder_expect (f->recorder, "> cancel 1");
  /* What a slow provider still sends is dropped. */
  fake_engine_text (f->engine, 1, "late");
  fake_engine_call (f->engine, 1, "c1", "f", "{}");
  fake_engine_failed (f->engine, VOWEL_STAGE_LLM, 1);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio (f->engine, 1, 20, 0, 3);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_expect (f->recorder, "");
  g_assert_cmpuint (vowel_session_get_n_items (f->session), ==, 0);
  fake_engine_turn_ending (f->engine, 1, "hello world");
  event_recorder_expect (f->recorder, "> generate 2 [user: hello world]");
  end_turn (f, "hello world");
  event_recorder_expect (
      f->recorder, COMMITTED, SAID ("hello world"), "response-started r1");
  expect_speculations (f, 2, 1, 2 + 4, 2);
}

static void
test_other_words (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  fake_engine_text (f->engine, 1, "Hi.");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  end_turn (f, "hell oh");
  event_recorder_expect (f->recorder, COMMITTED, SAID ("hell oh"),
      "response-started r1", "> cancel 1", "> generate 2 [user: hell oh]");
  /* What the model has counted. */
  expect_speculations (f, 1, 0, 10, 5);
}

static void
test_no_words (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  end_turn (f, "");
  event_recorder_expect (
      f->recorder, COMMITTED, "transcript-done i1 '' 1000", "> cancel 1");
}

static void
test_transcript_fails (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  fake_engine_failed (f->engine, VOWEL_STAGE_STT, 1);
  fake_engine_turn_ended (f->engine, 1, 1000);
  event_recorder_expect (
      f->recorder, COMMITTED, "transcript-failed i1 upstream", "> cancel 1");
}

/* The caller goes on in a pause that our own detector found. */
static void
test_barge_in (Fixture *f, gconstpointer data)
{
  f->config->speculation = VOWEL_SPECULATION_ON;
  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, NULL, NULL));
  fake_engine_speech_started (f->engine, 1, 0);
  fake_engine_interim (f->engine, 1, "What time is it?");
  event_recorder_forget (f->recorder);
  fake_engine_speech_stopped (f->engine, 1, 1000);
  event_recorder_expect (f->recorder, "> generate 1 [user: What time is it?]");
  fake_engine_text (f->engine, 1, "Two.");
  fake_engine_speech_started (f->engine, 2, 1200);
  event_recorder_expect (f->recorder, "> cancel 1");
  fake_engine_speech_stopped (f->engine, 2, 2000);
  fake_engine_final (f->engine, 1, "What time is it?");
  fake_engine_final (f->engine, 2, "In Rome?");
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 250);
  event_recorder_expect (f->recorder, "speech-stopped i1 2000",
      "committed i1 after none", "item-added i1 message completed after none",
      "item-done i1 message completed after none",
      "transcript i1 'What time is it? In Rome?'",
      "transcript-done i1 'What time is it? In Rome?' 2000",
      "response-started r1");
  fake_engine_text (f->engine, 3, "Two.");
  event_recorder_expect (f->recorder, "output-started r1[0] i2 in-progress",
      "item-added i2 message in-progress after i1", "part-started i2 audio",
      "text i2 'Two.'");
}

/* By default our own detector does not make anybody guess. */
static void
test_not_by_itself (Fixture *f, gconstpointer data)
{
  fake_engine_speech_started (f->engine, 1, 0);
  fake_engine_interim (f->engine, 1, "What time is it?");
  fake_engine_speech_stopped (f->engine, 1, 1000);
  event_recorder_expect (f->recorder, "speech-started i1 0",
      "guess i1 'What time is it?'", COMMITTED);
}

static void
test_off (Fixture *f, gconstpointer data)
{
  f->config->speculation = VOWEL_SPECULATION_OFF;
  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, NULL, NULL));
  fake_engine_speech_started (f->engine, 1, 0);
  event_recorder_forget (f->recorder);
  fake_engine_turn_ending (f->engine, 1, "hello");
  event_recorder_expect (f->recorder, "");
  end_turn (f, "hello");
  event_recorder_expect (f->recorder, COMMITTED, SAID ("hello"),
      "response-started r1", "> generate 1 [user: hello]");
}

/* The prepared answer follows other instructions. */
static void
test_configured_in_between (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  fake_engine_text (f->engine, 1, "Hi.");
  g_free (f->config->instructions);
  f->config->instructions = g_strdup ("Be brief.");
  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, NULL, NULL));
  event_recorder_forget (f->recorder);
  end_turn (f, "hello");
  event_recorder_expect (f->recorder, COMMITTED, SAID ("hello"),
      "response-started r1", "> cancel 1", "> generate 2 [user: hello]");
}

/* What does not concern the answer does not harm it. */
static void
test_configured_alike (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  f->config->turn_detection.silence_duration_ms = 900;
  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, NULL, NULL));
  event_recorder_forget (f->recorder);
  end_turn (f, "hello");
  event_recorder_expect (
      f->recorder, COMMITTED, SAID ("hello"), "response-started r1");
}

static void
test_item_in_between (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  fixture_say (f, "by the way");
  event_recorder_forget (f->recorder);
  end_turn (f, "hello");
  event_recorder_expect (f->recorder, "speech-stopped i1 1000",
      "committed i1 after i2", "item-added i1 message completed after i2",
      "item-done i1 message completed after i2", SAID ("hello"),
      "response-started r1", "> cancel 1",
      "> generate 2 [user: by the way; user: hello]");
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  /* Nobody knows of it, so there is nothing to cancel. */
  foresee (f, "hello");
  g_assert_false (vowel_session_cancel (f->session, f->client, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_RESPONSE_NOT_ACTIVE);
  end_turn (f, "hello");
  event_recorder_forget (f->recorder);
  g_assert_true (vowel_session_cancel (f->session, f->client, NULL, NULL));
  event_recorder_expect (
      f->recorder, "> cancel 1", "response-done r1 cancelled client-cancelled");
}

static void
test_cleared (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  g_assert_true (vowel_session_clear_audio (f->session, f->client, NULL));
  event_recorder_expect (f->recorder, "> discard", "cleared", "> cancel 1");
}

/* The client decides that the turn is over, and asks: the same question. */
static void
test_asked_by_the_client (Fixture *f, gconstpointer data)
{
  fixture_push_ms (f, 1000);
  foresee (f, "hello");
  g_assert_true (vowel_session_commit_audio (f->session, f->client, NULL));
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  fake_engine_turn_ended (f->engine, 1, 1000);
  fake_engine_final (f->engine, 1, "hello");
  event_recorder_expect (f->recorder, SAID ("hello"));
  fake_engine_text (f->engine, 1, "Hi.");
  event_recorder_expect (f->recorder, "output-started r1[0] i2 in-progress",
      "item-added i2 message in-progress after i1", "part-started i2 audio",
      "text i2 'Hi.'");
}

static void
respond_beside (Fixture *f, gint modality)
{
  g_autoptr (VowelResponseRequest) request = vowel_response_request_new ();

  request->out_of_band = TRUE;
  request->modality = modality;
  g_assert_true (vowel_session_respond (f->session, f->client, request, NULL));
}

static void
test_beside_text (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  fake_engine_text (f->engine, 1, "Hi.");
  respond_beside (f, VOWEL_MODALITY_TEXT);
  event_recorder_expect (f->recorder, "response-started r1", "> generate 2 []");
  fake_engine_text (f->engine, 2, "note");
  event_recorder_expect (f->recorder, "output-started r1[0] i2 in-progress",
      "part-started i2 text", "text i2 'note'");
  end_turn (f, "hello");
  event_recorder_expect (f->recorder, COMMITTED, SAID ("hello"),
      "response-started r2", "output-started r2[0] i3 in-progress",
      "item-added i3 message in-progress after i1", "part-started i3 audio",
      "text i3 'Hi.'");
  fake_engine_generated (f->engine, 2, VOWEL_FINISH_STOP);
  event_recorder_expect (f->recorder, "text-done i2 'note'",
      "part-done i2 'note'", "output-done r1[0] i2 completed",
      "response-done r1 completed");
}

/* There is one voice, and this one is asked for. */
static void
test_beside_speech (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  fake_engine_text (f->engine, 1, "Hi.");
  respond_beside (f, VOWEL_MODALITY_AUDIO);
  event_recorder_expect (
      f->recorder, "response-started r1", "> cancel 1", "> generate 2 []");
  fake_engine_turn_resumed (f->engine, 1);
  fake_engine_turn_ending (f->engine, 1, "hello");
  event_recorder_expect (f->recorder, "");
  end_turn (f, "hello");
  event_recorder_expect (
      f->recorder, COMMITTED, SAID ("hello"), "response-started r2");
  fake_engine_generated (f->engine, 2, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 2);
  event_recorder_expect (
      f->recorder, "response-done r1 completed", "> generate 3 [user: hello]");
}

static void
test_tool_call (Fixture *f, gconstpointer data)
{
  fixture_register_tool (f, "light");
  foresee (f, "light on");
  fake_engine_arguments (f->engine, 1, "c1", "light", "{");
  fake_engine_call (f->engine, 1, "c1", "light", "{}");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_expect (f->recorder, "");
  end_turn (f, "light on");
  event_recorder_expect (f->recorder, COMMITTED, "transcript i1 'light on'",
      "transcript-done i1 'light on' 1000", "response-started r1",
      "output-started r1[0] i2 in-progress",
      "item-added i2 call in-progress after i1", "tool-arguments i2 '{'",
      "tool-arguments i2 '}'", "tool-call i2 c1 light({})",
      "item-done i2 call completed after i1", "output-done r1[0] i2 completed",
      "response-done r1 completed");
}

static void
test_tool_call_never_made (Fixture *f, gconstpointer data)
{
  fixture_register_tool (f, "light");
  foresee (f, "light");
  fake_engine_call (f->engine, 1, "c1", "light", "{}");
  fake_engine_turn_resumed (f->engine, 1);
  event_recorder_expect (f->recorder, "> cancel 1");
  g_assert_cmpuint (vowel_session_get_n_items (f->session), ==, 0);
}

static void
test_fails (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  fake_engine_text (f->engine, 1, "Hi");
  fake_engine_failed (f->engine,
      GPOINTER_TO_INT (data) == 0 ? VOWEL_STAGE_LLM : VOWEL_STAGE_TTS, 1);
  event_recorder_expect (f->recorder, "> cancel 1");
  end_turn (f, "hello");
  event_recorder_expect (f->recorder, COMMITTED, SAID ("hello"),
      "response-started r1", "> generate 2 [user: hello]");
}

static void
test_end (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  fake_engine_text (f->engine, 1, "Hi");
  vowel_session_end (f->session, VOWEL_END_SHUTDOWN);
  event_recorder_expect (f->recorder, "> cancel 1", "ended shutdown");
  expect_speculations (f, 1, 0, 2 + 4, 1);
}

static void
test_draining (Fixture *f, gconstpointer data)
{
  vowel_session_drain (f->session, NULL, NULL);
  fake_engine_speech_started (f->engine, 1, 0);
  fake_engine_turn_ending (f->engine, 1, "hello");
  event_recorder_expect (f->recorder, "speech-started i1 0");
}

/* One that runs is answered first. */
static void
test_while_answering (Fixture *f, gconstpointer data)
{
  f->config->turn_detection.interrupt_response = FALSE;
  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, NULL, NULL));
  fixture_say (f, "one");
  fixture_respond (f);
  fake_engine_speech_started (f->engine, 1, 0);
  event_recorder_forget (f->recorder);
  fake_engine_turn_ending (f->engine, 1, "two");
  event_recorder_expect (f->recorder, "");
}

/* The voice does not speak on and on to nobody. */
static void
test_hold (Fixture *f, gconstpointer data)
{
  foresee (f, "hello");
  fake_engine_text (f->engine, 1, "A long story.");
  fake_engine_audio (f->engine, 1, 3000, 0, 6);
  event_recorder_expect (f->recorder, "");
  fake_engine_audio (f->engine, 1, 1000, 6, 8);
  fake_engine_audio (f->engine, 1, 1000, 8, 13);
  event_recorder_expect (f->recorder, "> hold");
  fake_engine_turn_resumed (f->engine, 1);
  event_recorder_expect (f->recorder, "> cancel 1", "> go on");
}

static void
test_hold_used (Fixture *f, gconstpointer data)
{
  vowel_session_set_output_lead (f->session, 2000);
  foresee (f, "hello");
  fake_engine_text (f->engine, 1, "A long story.");
  fake_engine_audio (f->engine, 1, 9000, 0, 13);
  event_recorder_expect (f->recorder, "> hold");
  end_turn (f, "hello");
  event_recorder_forget (f->recorder);
  /* The pacer holds it now, and lets it go. */
  manual_clock_advance_ms (f->clock, 6000);
  g_assert_nonnull (event_recorder_id (f->recorder, "i2"));
  event_recorder_forget (f->recorder);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 1);
  manual_clock_advance_ms (f->clock, 6000);
  event_recorder_forget (f->recorder);
}

/* What was never given does not count. */
static void
test_rate_limits (Fixture *f, gconstpointer data)
{
  vowel_session_set_rate_limits (f->session, 1, 0);
  foresee (f, "hello");
  fake_engine_turn_resumed (f->engine, 1);
  fake_engine_turn_ending (f->engine, 1, "hello you");
  event_recorder_expect (
      f->recorder, "> cancel 1", "> generate 2 [user: hello you]");
  end_turn (f, "hello you");
  fake_engine_generated (f->engine, 2, VOWEL_FINISH_STOP);
  event_recorder_forget (f->recorder);
  /* The next one is not worth while. */
  fake_engine_speech_started (f->engine, 2, 2000);
  fake_engine_turn_ending (f->engine, 2, "again");
  event_recorder_expect (f->recorder, "speech-started i2 2000");
}

#define SEMANTIC GINT_TO_POINTER (VOWEL_TURN_SEMANTIC_VAD + 1)
#define ADD(name, data)                                                        \
  g_test_add ("/session-speculation/" #name, Fixture, data, fixture_set_up,    \
      test_##name, fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (confirmed, NULL);
  ADD (confirmed_whole, NULL);
  ADD (resumed, NULL);
  ADD (other_words, NULL);
  ADD (no_words, NULL);
  ADD (transcript_fails, NULL);
  ADD (barge_in, NULL);
  ADD (not_by_itself, NULL);
  ADD (off, NULL);
  ADD (configured_in_between, NULL);
  ADD (configured_alike, NULL);
  ADD (item_in_between, NULL);
  ADD (cancel, NULL);
  ADD (cleared, NULL);
  ADD (asked_by_the_client, NULL);
  ADD (beside_text, NULL);
  ADD (beside_speech, NULL);
  ADD (tool_call, NULL);
  ADD (tool_call_never_made, NULL);
  ADD (fails, NULL);
  g_test_add ("/session-speculation/voice_fails", Fixture, SEMANTIC,
      fixture_set_up, test_fails, fixture_tear_down);
  ADD (end, NULL);
  ADD (draining, NULL);
  ADD (while_answering, NULL);
  ADD (hold, NULL);
  ADD (hold_used, NULL);
  ADD (rate_limits, NULL);
  return g_test_run ();
}
