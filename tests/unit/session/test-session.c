/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whole sequences of events and of what the engine is told ("> …"): tools,
 * rules, failures, life and end of a session. Turns: see test-session-turns.c.
 */

#include "session-fixture.h"

static void
test_tool (Fixture *f, gconstpointer data)
{
  fixture_register_tool (f, "weather");
  fixture_say (f, "weather?");
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  fake_engine_text (f->engine, 1, "One moment.");
  fake_engine_arguments (f->engine, 1, "c1", "weather", "");
  fake_engine_arguments (f->engine, 1, "c1", "weather", "{\"city\":");
  fake_engine_call (f->engine, 1, "c1", "weather", "{\"city\":\"Rome\"}");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_expect (f->recorder, "output-started r1[0] i2 in-progress",
      "item-added i2 message in-progress after i1", "part-started i2 audio",
      "text i2 'One moment.'", "output-started r1[1] i3 in-progress",
      "item-added i3 call in-progress after i2",
      "tool-arguments i3 '{\"city\":'", "tool-arguments i3 '\"Rome\"}'",
      "tool-call i3 c1 weather({\"city\":\"Rome\"})",
      "item-done i3 call completed after i2", "output-done r1[1] i3 completed",
      "audio-done i2", "text-done i2 'One moment.'",
      "part-done i2 'One moment.'", "item-done i2 message completed after i1",
      "output-done r1[0] i2 completed", "response-done r1 completed");
  fixture_answer_call (f, "c1", "sunny");
  fixture_answer_call (f, "c1", "rain");
  fixture_respond (f);
  event_recorder_expect (f->recorder, "item-added i4 output completed after i3",
      "item-done i4 output completed after i3",
      "item-added i5 output completed after i4",
      "item-done i5 output completed after i4", "response-started r2",
      "> generate 2 [user: weather?; assistant: One moment.; call "
      "weather({\"city\":\"Rome\"}) c1; output c1: sunny]");
}

static void
test_speech_during_tool_call (Fixture *f, gconstpointer data)
{
  fixture_register_tool (f, "weather");
  fixture_ask (f, 1, "weather?");
  fake_engine_call (f->engine, 1, "c1", "weather", NULL);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_forget (f->recorder);
  fixture_ask (f, 2, "never mind");
  event_recorder_expect (f->recorder, "speech-started i3 0",
      "speech-stopped i3 1000", "committed i3 after i2",
      "item-added i3 message completed after i2",
      "item-done i3 message completed after i2", "transcript i3 'never mind'",
      "transcript-done i3 'never mind' 1000", "response-started r2",
      "> generate 2 [user: weather?; call weather({}) c1; output c1: "
      "{\"status\":\"pending\",\"message\":\"The tool has not answered "
      "yet.\"}; user: never mind]");
  /* Late, while another response runs: an item, and no error. */
  fixture_answer_call (f, "c1", "sunny");
  event_recorder_expect (f->recorder, "item-added i4 output completed after i3",
      "item-done i4 output completed after i3");
}

static void
test_unknown_tool (Fixture *f, gconstpointer data)
{
  guint i;

  fixture_say (f, "do it");
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  fake_engine_call (f->engine, 1, "c1", "nothing", "{}");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_expect (f->recorder, "output-started r1[0] i2 in-progress",
      "item-added i2 call in-progress after i1", "tool-arguments i2 '{}'",
      "tool-call i2 c1 nothing({}) nobody",
      "item-done i2 call completed after i1", "output-done r1[0] i2 completed",
      "item-added i3 output completed after i2",
      "item-done i3 output completed after i2", "response-done r1 completed",
      "response-started r2",
      "> generate 2 [user: do it; call nothing({}) c1; output c1: "
      "{\"error\":\"There is no such tool.\"}]");
  /* A model that does not learn is not asked for ever. */
  for (i = 2; i <= 5; i++) {
    g_autofree gchar *call_id = g_strdup_printf ("c%u", i);

    fake_engine_call (f->engine, i, call_id, "nothing", "{}");
    event_recorder_forget (f->recorder);
    fake_engine_generated (f->engine, i, VOWEL_FINISH_TOOL_CALLS);
  }
  event_recorder_expect (f->recorder, "response-done r5 completed");
}

static void
test_cancelled_call (Fixture *f, gconstpointer data)
{
  fixture_register_tool (f, "weather");
  fixture_say (f, "weather?");
  fixture_respond (f);
  fake_engine_arguments (f->engine, 1, "c1", "weather", "{\"ci");
  event_recorder_forget (f->recorder);
  g_assert_true (vowel_session_cancel (f->session, f->client, NULL, NULL));
  event_recorder_expect (f->recorder, "> cancel 1",
      "item-done i2 call incomplete after i1",
      "output-done r1[0] i2 incomplete",
      "response-done r1 cancelled client-cancelled");
  /* An answer to a call that was never made whole is kept and not shown. */
  fixture_answer_call (f, "c1", "x");
  fixture_respond (f);
  event_recorder_expect (f->recorder, "item-added i3 output completed after i2",
      "item-done i3 output completed after i2", "response-started r2",
      "> generate 2 [user: weather?]");
}

static void
test_server_tool_times_out (Fixture *f, gconstpointer data)
{
  g_autoptr (EventRecorder) other = event_recorder_new ();
  VowelParticipant *backend = vowel_session_join (
      f->session, VOWEL_PARTICIPANT_SERVER, event_recorder_event, other);
  g_autoptr (GPtrArray) tools =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);

  g_ptr_array_add (tools, vowel_tool_new ("lookup", NULL, NULL));
  g_assert_true (
      vowel_session_configure (f->session, backend, f->config, tools, NULL));
  fixture_say (f, "look");
  fixture_respond (f);
  fake_engine_call (f->engine, 1, "c1", "lookup", "{}");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 29999);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (f->recorder, "item-added i3 output completed after i2",
      "item-done i3 output completed after i2", "response-started r2",
      "> generate 2 [user: look; call lookup({}) c1; output c1: "
      "{\"error\":\"The tool did not answer in time.\"}]");
  fake_engine_call (f->engine, 2, "c2", "lookup", "{}");
  fake_engine_generated (f->engine, 2, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_forget (f->recorder);
  vowel_session_leave (f->session, backend);
  event_recorder_expect (f->recorder, "item-added i5 output completed after i4",
      "item-done i5 output completed after i4", "response-started r3",
      "> generate 3 [user: look; call lookup({}) c1; output c1: "
      "{\"error\":\"The tool did not answer in time.\"}; call lookup({}) c2; "
      "output c2: {\"error\":\"The tool is no longer available.\"}]");
}

static void
test_response_rules (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelResponseRequest) request = vowel_response_request_new ();
  g_autoptr (GError) error = NULL;

  fixture_say (f, "hello");
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  g_assert_false (vowel_session_respond (f->session, f->client, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_RESPONSE_ACTIVE);
  request->out_of_band = TRUE;
  request->modality = VOWEL_MODALITY_TEXT;
  request->input = g_ptr_array_new ();
  g_assert_true (vowel_session_respond (f->session, f->client, request, NULL));
  fake_engine_text (f->engine, 2, "aside");
  fake_engine_generated (f->engine, 2, VOWEL_FINISH_STOP);
  event_recorder_expect (f->recorder, "response-started r2", "> generate 2 []",
      "output-started r2[0] i2 in-progress", "part-started i2 text",
      "text i2 'aside'", "text-done i2 'aside'", "part-done i2 'aside'",
      "output-done r2[0] i2 completed", "response-done r2 completed");
  g_assert_null (vowel_session_get_item (
      f->session, event_recorder_id (f->recorder, "i2")));
  /* Two voices do not speak at once. */
  request->modality = VOWEL_MODALITY_AUDIO;
  g_assert_true (vowel_session_respond (f->session, f->client, request, NULL));
  event_recorder_expect (f->recorder, "response-started r3");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  event_recorder_expect (
      f->recorder, "response-done r1 completed", "> generate 3 []");
}

static void
test_failures (Fixture *f, gconstpointer data)
{
  fixture_say (f, "hello");
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  fake_engine_failed (f->engine, VOWEL_STAGE_LLM, 1);
  event_recorder_expect (
      f->recorder, "> cancel 1", "response-done r1 failed upstream");
  fixture_respond (f);
  fixture_speak (f, 2);
  event_recorder_forget (f->recorder);
  fake_engine_failed (f->engine, VOWEL_STAGE_TTS, 2);
  fake_engine_audio_ended (f->engine, 2);
  event_recorder_expect (f->recorder, "> cancel 2", "audio-done i2",
      "text-done i2 'Hello there, friend.'",
      "part-done i2 'Hello there, friend.'",
      "item-done i2 message incomplete after i1",
      "output-done r2[0] i2 incomplete", "response-done r2 failed upstream");
  fake_engine_speech_started (f->engine, 1, 0);
  fake_engine_speech_stopped (f->engine, 1, 1000);
  event_recorder_forget (f->recorder);
  fake_engine_failed (f->engine, VOWEL_STAGE_STT, 1);
  event_recorder_expect (f->recorder, "transcript-failed i3 upstream");
  g_assert_false (vowel_session_is_ended (f->session));
}

static void
test_length (Fixture *f, gconstpointer data)
{
  fixture_say (f, "hello");
  fixture_respond (f);
  fixture_speak (f, 1);
  event_recorder_forget (f->recorder);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_LENGTH);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_expect (f->recorder, "audio-done i2",
      "text-done i2 'Hello there, friend.'",
      "part-done i2 'Hello there, friend.'",
      "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete",
      "response-done r1 incomplete max-output-tokens");
}

static void
test_fatal (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture_say (f, "hello");
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  fake_engine_fatal (f->engine);
  event_recorder_expect (f->recorder, "error 19", "> cancel 1",
      "response-done r1 cancelled session-ended", "ended failed");
  g_assert_true (vowel_session_is_ended (f->session));
  g_assert_false (vowel_session_respond (f->session, f->client, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_ENDED);
}

static void
test_expiry (Fixture *f, gconstpointer data)
{
  gint64 expected = g_get_real_time () / G_USEC_PER_SEC + 3600;

  g_assert_cmpint (
      ABS (vowel_session_get_expires_at (f->session) - expected), <=, 60);
  manual_clock_advance_ms (f->clock, 3600 * 1000 - 1);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (f->recorder, "error 17", "ended expired");
}

static void
count (gpointer user_data)
{
  ++*(guint *) user_data;
}

static void
test_drain (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint drained = 0;

  fixture_say (f, "hello");
  fixture_respond (f);
  vowel_session_drain (f->session, count, &drained);
  g_assert_cmpuint (drained, ==, 0);
  event_recorder_forget (f->recorder);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  event_recorder_expect (f->recorder, "response-done r1 completed");
  g_assert_cmpuint (drained, ==, 1);
  g_assert_false (vowel_session_respond (f->session, f->client, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_NOT_ALLOWED);
  fixture_ask (f, 1, "are you there");
  event_recorder_forget (f->recorder);
  vowel_session_end (f->session, VOWEL_END_SHUTDOWN);
  vowel_session_end (f->session, VOWEL_END_SHUTDOWN);
  event_recorder_expect (f->recorder, "ended shutdown");
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  f->config->turn_detection.idle_timeout_ms = 6000;
  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, NULL, NULL));
  fixture_say (f, "hello");
  fixture_respond (f);
  fixture_speak (f, 1);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_forget (f->recorder);
  fixture_push_ms (f, 8000);
  manual_clock_advance_ms (f->clock, 7999);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (f->recorder, "input-timeout i3 2000+6000",
      "committed i3 after i2", "item-added i3 message completed after i2",
      "item-done i3 message completed after i2", "transcript-done i3 '' 6000",
      "response-started r2",
      "> generate 2 [user: hello; assistant: Hello there, friend.; system: The "
      "caller has said nothing for 6 seconds. "
      "Ask briefly whether they are still there.]");
}

/* What is answered aside is no sign of life of the caller. */
static void
test_idle_out_of_band (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelResponseRequest) request = vowel_response_request_new ();

  f->config->turn_detection.idle_timeout_ms = 6000;
  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, NULL, NULL));
  fixture_say (f, "hello");
  fixture_respond (f);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_STOP);
  request->out_of_band = TRUE;
  request->modality = VOWEL_MODALITY_TEXT;
  g_assert_true (vowel_session_respond (f->session, f->client, request, NULL));
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 6000);
  event_recorder_expect (f->recorder, "input-timeout i2 0+0",
      "committed i2 after i1", "item-added i2 message completed after i1",
      "item-done i2 message completed after i1", "transcript-done i2 '' 0",
      "response-started r3",
      "> generate 3 [user: hello; system: The caller has said nothing for 6 "
      "seconds. Ask briefly whether they are still there.]");
}

static void
test_items (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelItem) first = vowel_item_new_message ("a", VOWEL_ROLE_USER);
  g_autoptr (VowelItem) again = vowel_item_new_message ("a", VOWEL_ROLE_USER);
  g_autoptr (VowelItem) front = vowel_item_new_message ("b", VOWEL_ROLE_SYSTEM);
  g_autoptr (VowelItem) middle =
      vowel_item_new_message ("c", VOWEL_ROLE_ASSISTANT);
  g_autoptr (VowelItem) silent =
      vowel_item_new_message ("d", VOWEL_ROLE_ASSISTANT);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *field = NULL;

  vowel_item_add_part (first, VOWEL_PART_TEXT, "one");
  vowel_item_add_part (front, VOWEL_PART_TEXT, "zero");
  vowel_item_add_part (middle, VOWEL_PART_TEXT, "half");
  vowel_item_add_part (silent, VOWEL_PART_AUDIO, NULL);
  g_assert_true (
      vowel_session_add_item (f->session, f->client, first, NULL, NULL));
  g_assert_false (
      vowel_session_add_item (f->session, f->client, again, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_ITEM_EXISTS);
  g_clear_error (&error);
  g_assert_false (
      vowel_session_add_item (f->session, f->client, front, "x", &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_PREVIOUS_ITEM_UNKNOWN);
  g_clear_error (&error);
  g_assert_false (
      vowel_session_add_item (f->session, f->client, silent, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_MISSING);
  field = vowel_error_dup_field (error);
  g_assert_cmpstr (field, ==, "item.content[0].text");
  g_assert_true (
      vowel_session_add_item (f->session, f->client, front, "root", NULL));
  g_assert_true (
      vowel_session_add_item (f->session, f->client, middle, "b", NULL));
  fixture_respond (f);
  g_assert_true (vowel_session_delete_item (f->session, f->client, "c", NULL));
  g_clear_error (&error);
  g_assert_false (
      vowel_session_delete_item (f->session, f->client, "c", &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_ITEM_UNKNOWN);
  event_recorder_expect (f->recorder,
      "item-added i1 message completed after none",
      "item-done i1 message completed after none",
      "item-added i2 message completed after none",
      "item-done i2 message completed after none",
      "item-added i3 message completed after i2",
      "item-done i3 message completed after i2", "response-started r1",
      "> generate 1 [system: zero; assistant: half; user: one]",
      "item-deleted i3");
}

static void
test_rights (Fixture *f, gconstpointer data)
{
  g_autoptr (EventRecorder) other = event_recorder_new ();
  VowelParticipant *observer = vowel_session_join (
      f->session, VOWEL_PARTICIPANT_OBSERVER, event_recorder_event, other);
  g_autoptr (GBytes) audio = g_bytes_new_static ("\0\0", 2);
  g_autoptr (GError) error = NULL;

  g_assert_false (vowel_session_respond (f->session, observer, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_NOT_ALLOWED);
  g_clear_error (&error);
  g_assert_false (
      vowel_session_push_audio (f->session, observer, audio, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_NOT_ALLOWED);
  fixture_ask (f, 1, "");
  event_recorder_expect (other, "speech-started i1 0", "speech-stopped i1 1000",
      "committed i1 after none", "item-added i1 message completed after none",
      "item-done i1 message completed after none",
      "transcript-done i1 '' 1000");
  event_recorder_forget (f->recorder);
  vowel_session_leave (f->session, f->client);
  event_recorder_expect (f->recorder, "");
  event_recorder_expect (other, "ended client-left");
}

static void
test_odd_bytes (Fixture *f, gconstpointer data)
{
  g_autoptr (GBytes) three = g_bytes_new_static ("abc", 3);
  g_autoptr (GBytes) one = g_bytes_new_static ("d", 1);

  g_assert_true (vowel_session_push_audio (f->session, f->client, one, NULL));
  g_assert_cmpuint (fake_engine_get_n_bytes (f->engine), ==, 0);
  g_assert_true (vowel_session_push_audio (f->session, f->client, three, NULL));
  g_assert_cmpuint (fake_engine_get_n_bytes (f->engine), ==, 4);
}

static void
test_locks (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture_say (f, "hello");
  fixture_respond (f);
  fixture_speak (f, 1);
  event_recorder_forget (f->recorder);
  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, NULL, NULL));
  event_recorder_expect (f->recorder, "session-changed");
  g_free (f->config->voice);
  f->config->voice = g_strdup ("other");
  g_assert_false (
      vowel_session_configure (f->session, f->client, f->config, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_VOICE_LOCKED);
}

static void
test_start_fails (void)
{
  g_autoptr (ManualClock) clock = manual_clock_new ();
  g_autoptr (EventRecorder) recorder = event_recorder_new ();
  g_autoptr (FakeEngine) engine = fake_engine_new (recorder);
  g_autoptr (VowelSessionConfig) config = vowel_session_config_new ();
  g_autoptr (VowelSession) session = vowel_session_new (
      "s", config, VOWEL_ENGINE (engine), VOWEL_CLOCK (clock));
  g_autoptr (GError) error = NULL;

  fake_engine_fail_start (engine);
  g_assert_false (vowel_session_start (session, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_PROVIDER);
}

#define ADD(name, data)                                                        \
  g_test_add ("/session/" #name, Fixture, data, fixture_set_up, test_##name,   \
      fixture_tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (tool, NULL);
  ADD (speech_during_tool_call, NULL);
  ADD (unknown_tool, NULL);
  ADD (cancelled_call, NULL);
  ADD (server_tool_times_out, NULL);
  ADD (response_rules, NULL);
  ADD (failures, NULL);
  ADD (length, NULL);
  ADD (fatal, NULL);
  ADD (expiry, NULL);
  ADD (drain, NULL);
  ADD (idle, NULL);
  ADD (idle_out_of_band, NULL);
  ADD (items, NULL);
  ADD (rights, NULL);
  ADD (odd_bytes, NULL);
  ADD (locks, NULL);
  g_test_add_func ("/session/start_fails", test_start_fails);
  return g_test_run ();
}
