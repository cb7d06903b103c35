/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A second model that uses the tools. */

#include "session-fixture.h"

#include <string.h>

#define TIMED_OUT "{\"error\":\"The tool did not answer in time.\"}"
#define UNKNOWN "{\"error\":\"There is no such tool.\"}"
#define FAILED "{\"error\":\"The sub-agent failed or did not answer in time.\"}"
#define NOTHING "{\"error\":\"The sub-agent has reported nothing.\"}"
#define INTERRUPTED "{\"error\":\"The sub-agent was interrupted.\"}"
#define TASK "{\"task\":\"weather\"}"
#define TOLD "user: weather?; call askSubagent(" TASK ") c1; output c1: "
#define GIVEN "user: weather?; user: Your task: " TASK

static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelBehaviours) behaviours = vowel_behaviours_new ();

  behaviours->subagent.enabled = TRUE;
  behaviours->marked_instructions = TRUE;
  if (data != NULL)
    behaviours->subagent.max_steps = GPOINTER_TO_UINT (data);
  fixture_prepare (f);
  f->config->output_modality = VOWEL_MODALITY_TEXT;
  g_free (f->config->instructions);
  f->config->instructions = g_strdup ("Be kind.<<tool_instructions>Ask for "
                                      "Celsius.</tool_instructions>");
  fixture_connect (f, behaviours);
  fixture_start (f);
  fixture_register_tool (f, "weather");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  event_recorder_forget (f->recorder);
  fixture_tear_down (f, NULL);
}

static void
respond (Fixture *f, guint64 generation, const gchar *text)
{
  fake_engine_text (f->engine, generation, text);
  fake_engine_generated (f->engine, generation, VOWEL_FINISH_STOP);
}

/* Up to the sub-agent's first step, which is generation 2. */
static void
delegate (Fixture *f)
{
  fixture_say (f, "weather?");
  fixture_respond (f);
  fake_engine_call (f->engine, 1, "c1", "askSubagent", TASK);
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_forget (f->recorder);
}

/* And on to where the tool works. */
static void
call (Fixture *f)
{
  delegate (f);
  fake_engine_call (f->engine, 2, "c2", "weather", "{\"city\":\"Rome\"}");
  fake_engine_generated (f->engine, 2, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_forget (f->recorder);
}

static gboolean
has (Fixture *f, const gchar *line)
{
  return strstr (event_recorder_get_log (f->recorder), line) != NULL;
}

static gboolean
was_asked (Fixture *f, const gchar *words)
{
  return strstr (fake_engine_get_asked (f->engine), words) != NULL;
}

static void
test_whole (Fixture *f, gconstpointer data)
{
  fixture_say (f, "weather?");
  event_recorder_forget (f->recorder);
  fixture_respond (f);
  event_recorder_expect (
      f->recorder, "response-started r1", "> generate 1 [user: weather?]");
  g_assert_true (was_asked (f, "askSubagent ("));
  g_assert_true (was_asked (f, "\nweather)"));
  g_assert_true (was_asked (f, "instructions Be kind.,"));
  fake_engine_call (f->engine, 1, "c1", "askSubagent", TASK);
  event_recorder_expect (f->recorder, "output-started r1[0] i2 in-progress",
      "item-added i2 call in-progress after i1", "tool-arguments i2 '" TASK "'",
      "> generate 2 [" GIVEN "]",
      "tool-call i2 c1 askSubagent(" TASK ") nobody",
      "item-done i2 call completed after i1", "output-done r1[0] i2 completed");
  g_assert_true (was_asked (f, "Ask for Celsius."));
  g_assert_false (was_asked (f, "Be kind."));
  g_assert_true (was_asked (f, "tools weather ("));
  g_assert_true (was_asked (f, "choice auto"));
  g_assert_true (was_asked (f, "tokens 2000, temperature 0.3"));
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_expect (f->recorder, "response-done r1 completed");
  g_assert_false (vowel_session_is_shown (f->session, f->client,
      vowel_session_get_item (
          f->session, event_recorder_id (f->recorder, "i2"))));

  fake_engine_call (f->engine, 2, "c2", "weather", "{}");
  event_recorder_expect (f->recorder, "");
  fake_engine_generated (f->engine, 2, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_expect (f->recorder, "response-started r2",
      "output-started r2[0] i3 in-progress", "tool-arguments i3 '{}'",
      "tool-call i3 c2 weather({})", "output-done r2[0] i3 completed",
      "response-done r2 completed");
  fixture_answer_call (f, "c2", "sunny");
  event_recorder_expect (f->recorder, "item-added i4 output completed after i2",
      "item-done i4 output completed after i2",
      "> generate 3 [" GIVEN "; call weather({}) c2; output c2: sunny]");
  g_assert_true (was_asked (f, "choice none"));

  fixture_respond (f);
  event_recorder_expect (f->recorder, "");
  respond (f, 3, "It is sunny.");
  event_recorder_expect (f->recorder, "item-added i5 output completed after i4",
      "item-done i5 output completed after i4", "response-started r3",
      "> generate 4 [" TOLD "It is sunny.]");
  g_assert_cmpuint (vowel_session_get_n_items (f->session), ==, 4);
}

/* Whoever asks after the answer has begun gets that one. */
static void
test_late_request (Fixture *f, gconstpointer data)
{
  call (f);
  fixture_answer_call (f, "c2", "sunny");
  respond (f, 3, "It is sunny.");
  g_assert_true (has (f, "> generate 4"));
  event_recorder_forget (f->recorder);
  fixture_respond (f);
  event_recorder_expect (f->recorder, "");
  respond (f, 4, "Sunny!");
  g_assert_true (has (f, "response-done r3 completed"));
  g_assert_false (has (f, "response-started r4"));
  /* What is asked for then is another one. */
  fixture_respond (f);
  g_assert_true (has (f, "response-started r4"));
}

static void
test_no_tools_used (Fixture *f, gconstpointer data)
{
  delegate (f);
  respond (f, 2, "Rome is in Italy.");
  g_assert_true (has (f, "> generate 3 [" TOLD "Rome is in Italy.]"));
}

/* The end of the task does not overtake the response that gave it. */
static void
test_early_end (Fixture *f, gconstpointer data)
{
  fixture_say (f, "weather?");
  fixture_respond (f);
  fake_engine_call (f->engine, 1, "c1", "askSubagent", TASK);
  respond (f, 2, "Sunny.");
  g_assert_false (has (f, "> generate 3"));
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  g_assert_true (has (f, "> generate 3 [" TOLD "Sunny.]"));
}

static void
test_parallel_calls (Fixture *f, gconstpointer data)
{
  delegate (f);
  fake_engine_call (f->engine, 2, "c2", "weather", "{}");
  fake_engine_call (f->engine, 2, "c3", "nothing", "{}");
  fake_engine_call (f->engine, 2, "c4", "weather", "{}");
  fake_engine_generated (f->engine, 2, VOWEL_FINISH_TOOL_CALLS);
  g_assert_false (has (f, "c3"));
  fixture_answer_call (f, "c4", "b");
  fixture_respond (f);
  g_assert_false (has (f, "> generate"));
  fixture_answer_call (f, "c2", "a");
  g_assert_true (has (f,
      "> generate 3 [" GIVEN "; call weather({}) c2; call nothing({}) c3; "
      "call weather({}) c4; output c2: a; output c3: " UNKNOWN
      "; output c4: b]"));
}

static void
test_two_tasks (Fixture *f, gconstpointer data)
{
  fixture_say (f, "weather?");
  fixture_respond (f);
  fake_engine_call (f->engine, 1, "c1", "askSubagent", TASK);
  fake_engine_call (f->engine, 1, "c2", "askSubagent", "{}");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  respond (f, 3, "b");
  g_assert_false (has (f, "> generate 4"));
  respond (f, 2, "a");
  g_assert_true (has (f, "output c1: a; output c2: b]"));
}

static void
test_tool_timeout (Fixture *f, gconstpointer data)
{
  call (f);
  manual_clock_advance_ms (f->clock, 29999);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 1);
  g_assert_true (has (f, "output c2: " TIMED_OUT "]"));
  event_recorder_forget (f->recorder);
  /* Late: confirmed, and it changes nothing. */
  fixture_answer_call (f, "c2", "sunny");
  fixture_respond (f);
  event_recorder_expect (f->recorder, "item-added i4 output completed after i2",
      "item-done i4 output completed after i2");
  respond (f, 3, "No idea.");
  g_assert_true (has (f, "> generate 4 [" TOLD "No idea.]"));
  g_assert_cmpuint (vowel_session_get_n_items (f->session), ==, 4);
}

/* Services may count the calls of each task from one. */
static void
test_same_call_id (Fixture *f, gconstpointer data)
{
  call (f);
  fixture_answer_call (f, "c2", "sunny");
  respond (f, 3, "Sunny.");
  fake_engine_call (f->engine, 4, "c3", "askSubagent", TASK);
  fake_engine_generated (f->engine, 4, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_forget (f->recorder);
  fake_engine_call (f->engine, 5, "c2", "weather", "{}");
  fake_engine_generated (f->engine, 5, VOWEL_FINISH_TOOL_CALLS);
  g_assert_true (has (f, " call_"));
  g_assert_false (has (f, " c2 "));
}

static void
test_failure (Fixture *f, gconstpointer data)
{
  delegate (f);
  fake_engine_failed (f->engine, VOWEL_STAGE_LLM, 2);
  g_assert_true (has (f, "> generate 3 [" TOLD FAILED "]"));
}

static void
test_timeout (Fixture *f, gconstpointer data)
{
  delegate (f);
  manual_clock_advance_ms (f->clock, 30000);
  g_assert_true (has (f, "> generate 3 [" TOLD FAILED "]"));
}

static void
test_nothing_reported (Fixture *f, gconstpointer data)
{
  call (f);
  fixture_answer_call (f, "c2", "sunny");
  /* Its last step: no calls any more. */
  fake_engine_call (f->engine, 3, "c3", "weather", "{}");
  fake_engine_generated (f->engine, 3, VOWEL_FINISH_TOOL_CALLS);
  g_assert_false (has (f, "c3"));
  g_assert_true (has (f, "> generate 4 [" TOLD NOTHING "]"));
}

static void
test_more_steps (Fixture *f, gconstpointer data)
{
  call (f);
  fixture_answer_call (f, "c2", "sunny");
  g_assert_true (was_asked (f, "choice auto"));
  fake_engine_call (f->engine, 3, "c3", "weather", "{}");
  fake_engine_generated (f->engine, 3, VOWEL_FINISH_TOOL_CALLS);
  fixture_answer_call (f, "c3", "windy");
  g_assert_true (was_asked (f, "choice none"));
  respond (f, 4, "Both.");
  g_assert_true (has (f, "> generate 5 [" TOLD "Both.]"));
}

static void
ignore (const VowelEvent *event, gpointer user_data)
{
}

static void
test_owner_leaves (Fixture *f, gconstpointer data)
{
  VowelParticipant *other =
      vowel_session_join (f->session, VOWEL_PARTICIPANT_CLIENT, ignore, NULL);

  call (f);
  vowel_session_leave (f->session, f->client);
  f->client = other;
  g_assert_true (
      has (f, "output c2: {\"error\":\"The tool is no longer available.\"}]"));
}

static void
test_barge_in (Fixture *f, gconstpointer data)
{
  call (f);
  fake_engine_speech_started (f->engine, 1, 0);
  g_assert_true (has (f, "item-done i5 output completed after i2"));
  event_recorder_forget (f->recorder);
  /* Its tool answers all the same, and asks for what is not due. */
  fixture_answer_call (f, "c2", "sunny");
  fixture_respond (f);
  event_recorder_expect (f->recorder, "item-added i6 output completed after i5",
      "item-done i6 output completed after i5");
  fake_engine_speech_stopped (f->engine, 1, 1000);
  fake_engine_final (f->engine, 1, "never mind");
  g_assert_true (
      has (f, "> generate 3 [" TOLD INTERRUPTED "; user: never mind]"));
}

static void
test_barge_in_while_it_thinks (Fixture *f, gconstpointer data)
{
  delegate (f);
  fake_engine_speech_started (f->engine, 1, 0);
  g_assert_true (has (f, "> cancel 2"));
  /* It was a noise: what was taken away begins again. */
  fake_engine_speech_stopped (f->engine, 1, 1000);
  fake_engine_final (f->engine, 1, "");
  g_assert_true (has (f, "> generate 3 ["));
}

static void
test_cancel (Fixture *f, gconstpointer data)
{
  call (f);
  fixture_respond (f);
  g_assert_true (vowel_session_cancel (f->session, f->client, NULL, NULL));
  g_assert_false (has (f, "> generate"));
  g_assert_false (vowel_session_cancel (f->session, f->client, NULL, NULL));
}

static void
test_cancelled_response (Fixture *f, gconstpointer data)
{
  fixture_say (f, "weather?");
  fixture_respond (f);
  fake_engine_call (f->engine, 1, "c1", "askSubagent", TASK);
  g_assert_true (vowel_session_cancel (f->session, f->client, NULL, NULL));
  g_assert_true (has (f, "> cancel 2"));
}

/* A model must not be told for ever. */
static void
test_rounds (Fixture *f, gconstpointer data)
{
  guint64 generation = 1;

  fixture_say (f, "weather?");
  fixture_respond (f);
  for (guint i = 0; i < 4; i++) {
    g_autofree gchar *call_id = g_strdup_printf ("c%u", i);

    g_assert_true (was_asked (f, "tools askSubagent"));
    fake_engine_call (f->engine, generation, call_id, "askSubagent", "{}");
    fake_engine_generated (f->engine, generation, VOWEL_FINISH_TOOL_CALLS);
    respond (f, generation + 1, "Ask again.");
    generation += 2;
  }
  g_assert_true (was_asked (f, "tools , choice auto"));
  /* One that calls it all the same is not begun anew with. */
  for (guint i = 0; i < 4; i++) {
    g_autofree gchar *call_id = g_strdup_printf ("d%u", i);

    fake_engine_call (f->engine, generation, call_id, "askSubagent", "{}");
    fake_engine_generated (f->engine, generation, VOWEL_FINISH_TOOL_CALLS);
    generation++;
    g_assert_true (was_asked (f, "tools , choice auto"));
  }
  respond (f, generation, "I give up.");
  fixture_respond (f);
  g_assert_true (was_asked (f, "tools askSubagent"));
}

/* A tool that the model was not told of is none. */
static void
test_direct_call (Fixture *f, gconstpointer data)
{
  fixture_say (f, "weather?");
  fixture_respond (f);
  fake_engine_call (f->engine, 1, "c1", "weather", "{}");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  g_assert_true (has (f, "weather({}) nobody"));
  g_assert_true (has (f, "> generate 2 [user: weather?; call weather({}) c1; "
                         "output c1: " UNKNOWN "]"));
}

/* Without tools there is nothing to ask for. */
static void
test_without_tools (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();

  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, none, NULL));
  fixture_say (f, "hello");
  fixture_respond (f);
  g_assert_true (was_asked (f, "tools , choice auto"));
}

static void
test_session_ends (Fixture *f, gconstpointer data)
{
  call (f);
  vowel_session_end (f->session, VOWEL_END_SHUTDOWN);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func)                                                        \
  g_test_add ("/session-subagent/" name, Fixture, NULL, set_up, func, tear_down)

  ADD ("whole", test_whole);
  ADD ("late-request", test_late_request);
  ADD ("no-tools-used", test_no_tools_used);
  ADD ("early-end", test_early_end);
  ADD ("parallel-calls", test_parallel_calls);
  ADD ("two-tasks", test_two_tasks);
  ADD ("tool-timeout", test_tool_timeout);
  ADD ("same-call-id", test_same_call_id);
  ADD ("failure", test_failure);
  ADD ("timeout", test_timeout);
  ADD ("nothing-reported", test_nothing_reported);
  g_test_add ("/session-subagent/more-steps", Fixture, GUINT_TO_POINTER (3),
      set_up, test_more_steps, tear_down);
  ADD ("owner-leaves", test_owner_leaves);
  ADD ("barge-in", test_barge_in);
  ADD ("barge-in-while-it-thinks", test_barge_in_while_it_thinks);
  ADD ("cancel", test_cancel);
  ADD ("cancelled-response", test_cancelled_response);
  ADD ("rounds", test_rounds);
  ADD ("direct-call", test_direct_call);
  ADD ("without-tools", test_without_tools);
  ADD ("session-ends", test_session_ends);
  return g_test_run ();
}
