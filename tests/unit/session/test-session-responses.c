/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How responses are counted, how they end, and what becomes of tool outputs
 * that come late, twice, or for a response that is no more. */

#include "session-fixture.h"

#include <string.h>

/* The response of the last RESPONSE_DONE. */
typedef struct {
  Fixture base;
  VowelParticipant *observer;
  VowelResponse *done;
  guint n_started;
  guint n_done;
  VowelRateLimit limits[VOWEL_N_RATE_LIMITS];
} ResponseFixture;

static void
on_event (const VowelEvent *event, gpointer user_data)
{
  ResponseFixture *f = user_data;

  if (event->type == VOWEL_EVENT_RESPONSE_STARTED)
    f->n_started++;
  if (event->type == VOWEL_EVENT_RATE_LIMITS)
    memcpy (f->limits, event->rate_limits, sizeof f->limits);
  if (event->type != VOWEL_EVENT_RESPONSE_DONE)
    return;
  f->n_done++;
  g_clear_pointer (&f->done, vowel_response_unref);
  f->done = vowel_response_ref (event->response);
}

static void
set_up (ResponseFixture *f, gconstpointer data)
{
  fixture_set_up (&f->base, data);
  f->observer = vowel_session_join (
      f->base.session, VOWEL_PARTICIPANT_OBSERVER, on_event, f);
}

static void
tear_down (ResponseFixture *f, gconstpointer data)
{
  event_recorder_forget (f->base.recorder);
  vowel_session_end (f->base.session, VOWEL_END_SHUTDOWN);
  g_assert_cmpuint (f->n_started, ==, f->n_done);
  event_recorder_forget (f->base.recorder);
  g_clear_pointer (&f->done, vowel_response_unref);
  fixture_tear_down (&f->base, data);
}

static void
begin (ResponseFixture *f)
{
  fixture_say (&f->base, "hello there");
  fixture_respond (&f->base);
  event_recorder_forget (f->base.recorder);
}

static void
test_counted (ResponseFixture *f, gconstpointer data)
{
  begin (f);
  fixture_speak (&f->base, 1);
  fake_engine_generated (f->base.engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->base.engine, 1);
  g_assert_true (f->done->has_usage);
  g_assert_false (f->done->usage.estimated);
  g_assert_cmpuint (f->done->usage.input_tokens, ==, 10);
  g_assert_cmpuint (f->done->usage.output_tokens, ==, 5);
  g_assert_cmpuint (f->done->usage.speech_tokens, ==, 2000 / 50);
}

static void
test_estimated (ResponseFixture *f, gconstpointer data)
{
  begin (f);
  fixture_speak (&f->base, 1);
  g_assert_true (
      vowel_session_cancel (f->base.session, f->base.client, NULL, NULL));
  g_assert_true (f->done->has_usage);
  g_assert_true (f->done->usage.estimated);
  /* "hello there" and its frame */
  g_assert_cmpuint (f->done->usage.input_tokens, ==, 3 + 4);
  g_assert_cmpuint (f->done->usage.output_tokens, ==, 5 + 4);
  g_assert_cmpuint (f->done->usage.speech_tokens, ==, 40);

  /* Nothing came of it: nothing was used that we know of. */
  fixture_respond (&f->base);
  fake_engine_failed (f->base.engine, VOWEL_STAGE_LLM, 2);
  g_assert_false (f->done->has_usage);
}

/* It neither answers nor fails. */
static void
test_stalled (ResponseFixture *f, gconstpointer data)
{
  begin (f);
  manual_clock_advance_ms (f->base.clock, 60000);
  fixture_speak (&f->base, 1);
  event_recorder_forget (f->base.recorder);
  manual_clock_advance_ms (f->base.clock, 89999);
  event_recorder_expect (f->base.recorder, "");
  manual_clock_advance_ms (f->base.clock, 1);
  event_recorder_expect (f->base.recorder, "> cancel 1", "audio-done i2",
      "text-done i2 'Hello there, friend.'",
      "part-done i2 'Hello there, friend.'",
      "item-done i2 message incomplete after i1",
      "output-done r1[0] i2 incomplete", "response-done r1 failed timeout");
  g_assert_cmpint (f->done->status, ==, VOWEL_RESPONSE_FAILED);
}

/* What the engine has delivered whole may be played out for long. */
static void
test_not_stalled (ResponseFixture *f, gconstpointer data)
{
  begin (f);
  fixture_speak (&f->base, 1);
  fake_engine_generated (f->base.engine, 1, VOWEL_FINISH_STOP);
  manual_clock_advance_ms (f->base.clock, 80000);
  fake_engine_audio (f->base.engine, 1, 100, 20, 20);
  manual_clock_advance_ms (f->base.clock, 80000);
  g_assert_cmpuint (f->n_done, ==, 0);
  fake_engine_audio_ended (f->base.engine, 1);
  g_assert_cmpint (f->done->status, ==, VOWEL_RESPONSE_COMPLETED);
}

/* Reports that contradict each other end a response once. */
static void
test_contradictions (ResponseFixture *f, gconstpointer data)
{
  begin (f);
  fake_engine_generated (f->base.engine, 1, VOWEL_FINISH_STOP);
  fake_engine_failed (f->base.engine, VOWEL_STAGE_LLM, 1);
  fake_engine_generated (f->base.engine, 1, VOWEL_FINISH_LENGTH);
  fake_engine_audio_ended (f->base.engine, 1);
  fake_engine_text (f->base.engine, 1, "late");
  fake_engine_call (f->base.engine, 1, "c1", "f", "{}");
  g_assert_cmpuint (f->n_done, ==, 1);
}

/* What the tool says itself replaces what was said for it. */
static void
test_late_output (ResponseFixture *f, gconstpointer data)
{
  g_autoptr (EventRecorder) other = event_recorder_new ();
  VowelParticipant *backend = vowel_session_join (
      f->base.session, VOWEL_PARTICIPANT_SERVER, event_recorder_event, other);
  g_autoptr (GPtrArray) tools =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);

  g_ptr_array_add (tools, vowel_tool_new ("lookup", NULL, NULL));
  g_assert_true (vowel_session_configure (
      f->base.session, backend, f->base.config, tools, NULL));
  begin (f);
  fake_engine_call (f->base.engine, 1, "c1", "lookup", "{}");
  fake_engine_generated (f->base.engine, 1, VOWEL_FINISH_TOOL_CALLS);
  manual_clock_advance_ms (f->base.clock, 30000);
  fake_engine_generated (f->base.engine, 2, VOWEL_FINISH_STOP);
  fixture_answer_call (&f->base, "c1", "found");
  fixture_answer_call (&f->base, "c1", "found again");
  event_recorder_forget (f->base.recorder);
  fixture_respond (&f->base);
  event_recorder_expect (f->base.recorder, "response-started r3",
      "> generate 3 [user: hello there; call lookup({}) c1; output c1: found]");
  vowel_session_leave (f->base.session, backend);
}

/* A call that was whole when its response was cancelled may be answered. */
static void
test_output_of_cancelled (ResponseFixture *f, gconstpointer data)
{
  fixture_register_tool (&f->base, "weather");
  begin (f);
  fake_engine_call (f->base.engine, 1, "c1", "weather", "{}");
  g_assert_true (
      vowel_session_cancel (f->base.session, f->base.client, NULL, NULL));
  fixture_answer_call (&f->base, "c1", "sunny");
  event_recorder_forget (f->base.recorder);
  fixture_respond (&f->base);
  event_recorder_expect (f->base.recorder, "response-started r2",
      "> generate 2 [user: hello there; call weather({}) c1; output c1: "
      "sunny]");
}

static void
test_no_tools_allowed (ResponseFixture *f, gconstpointer data)
{
  fixture_register_tool (&f->base, "weather");
  g_free (f->base.config->tool_choice);
  f->base.config->tool_choice = g_strdup ("none");
  g_assert_true (vowel_session_configure (
      f->base.session, f->base.client, f->base.config, NULL, NULL));
  begin (f);
  fake_engine_call (f->base.engine, 1, "c1", "weather", "{}");
  event_recorder_forget (f->base.recorder);
  fake_engine_generated (f->base.engine, 1, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_expect (f->base.recorder, "response-done r1 completed",
      "response-started r2",
      "> generate 2 [user: hello there; call weather({}) c1; output c1: "
      "{\"error\":\"There is no such tool.\"}]");
}

/* Several beside the conversation's own, each with its own end. */
static void
test_parallel (ResponseFixture *f, gconstpointer data)
{
  g_autoptr (VowelResponseRequest) request = vowel_response_request_new ();
  g_autofree gchar *second = NULL;
  g_autoptr (GError) error = NULL;
  guint i;

  begin (f);
  request->out_of_band = TRUE;
  request->modality = VOWEL_MODALITY_TEXT;
  request->input = g_ptr_array_new ();
  for (i = 0; i < 3; i++)
    g_assert_true (
        vowel_session_respond (f->base.session, f->base.client, request, NULL));
  event_recorder_expect (f->base.recorder, "response-started r2",
      "> generate 2 []", "response-started r3", "> generate 3 []",
      "response-started r4", "> generate 4 []");
  fake_engine_text (f->base.engine, 3, "three");
  fake_engine_text (f->base.engine, 2, "two");
  fake_engine_generated (f->base.engine, 3, VOWEL_FINISH_STOP);
  g_assert_cmpuint (f->n_done, ==, 1);
  second = g_strdup (event_recorder_id (f->base.recorder, "r2"));
  g_assert_true (
      vowel_session_cancel (f->base.session, f->base.client, second, NULL));
  g_assert_cmpuint (f->n_done, ==, 2);
  g_assert_cmpstr (f->done->id, ==, second);
  g_assert_false (
      vowel_session_cancel (f->base.session, f->base.client, second, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_RESPONSE_NOT_ACTIVE);
  /* Without an id: the conversation's. */
  g_assert_true (
      vowel_session_cancel (f->base.session, f->base.client, NULL, NULL));
  g_assert_false (f->done->out_of_band);
}

/* A response too many fails, whoever asks for it; a minute later there may be
 * more. */
static void
test_rate_limits (void)
{
  g_autoptr (EventRecorder) recorder = event_recorder_new ();
  g_autoptr (FakeEngine) engine = fake_engine_new (recorder);
  g_autoptr (ManualClock) clock = manual_clock_new ();
  g_autoptr (VowelSessionConfig) config = vowel_session_config_new ();
  g_autoptr (VowelSession) session = vowel_session_new (
      NULL, config, VOWEL_ENGINE (engine), VOWEL_CLOCK (clock));
  ResponseFixture f = {.n_done = 0};
  guint i;

  vowel_session_set_rate_limits (session, 2, 100);
  f.base.client =
      vowel_session_join (session, VOWEL_PARTICIPANT_CLIENT, on_event, &f);
  g_assert_true (vowel_session_start (session, NULL));
  manual_clock_advance_ms (clock, 1000);
  for (i = 1; i <= 3; i++) {
    g_assert_true (vowel_session_respond (session, f.base.client, NULL, NULL));
    if (f.n_done < i)
      fake_engine_generated (engine, i, VOWEL_FINISH_STOP);
    g_assert_cmpuint (f.n_done, ==, i);
    g_assert_cmpint (f.done->status, ==,
        i < 3 ? VOWEL_RESPONSE_COMPLETED : VOWEL_RESPONSE_FAILED);
    g_assert_cmpstr (f.limits[0].name, ==, "requests");
    g_assert_cmpuint (f.limits[0].limit, ==, 2);
    g_assert_cmpuint (f.limits[0].remaining, ==, i < 3 ? 2 - i : 0);
    g_assert_cmpuint (f.limits[1].remaining, ==, 100 - 15 * MIN (i, 2));
    g_assert_cmpfloat (f.limits[0].reset_s, >, 0);
  }
  g_assert_cmpstr (f.done->error_code, ==, "rate-limit");
  manual_clock_advance_ms (clock, 60000);
  g_assert_true (vowel_session_respond (session, f.base.client, NULL, NULL));
  fake_engine_generated (engine, 4, VOWEL_FINISH_STOP);
  g_assert_cmpint (f.done->status, ==, VOWEL_RESPONSE_COMPLETED);
  g_assert_cmpuint (f.limits[0].remaining, ==, 1);
  vowel_session_leave (session, f.base.client);
  vowel_response_unref (f.done);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func)                                                        \
  g_test_add (name, ResponseFixture, NULL, set_up, func, tear_down)
  ADD ("/session-responses/counted", test_counted);
  ADD ("/session-responses/estimated", test_estimated);
  ADD ("/session-responses/stalled", test_stalled);
  ADD ("/session-responses/not_stalled", test_not_stalled);
  ADD ("/session-responses/contradictions", test_contradictions);
  ADD ("/session-responses/late_output", test_late_output);
  ADD ("/session-responses/output_of_cancelled", test_output_of_cancelled);
  ADD ("/session-responses/no_tools_allowed", test_no_tools_allowed);
  ADD ("/session-responses/parallel", test_parallel);
#undef ADD
  g_test_add_func ("/session-responses/rate_limits", test_rate_limits);
  return g_test_run ();
}
