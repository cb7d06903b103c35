/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Several participants: who is heard, whose tools there are, and when the
 * session ends. */

#include "session-fixture.h"

static void
ignore (const VowelEvent *event, gpointer user_data)
{
}

static VowelParticipant *
join (Fixture *f, VowelParticipantRole role)
{
  return vowel_session_join (f->session, role, ignore, NULL);
}

/* 100 ms of audio; how much the engine has heard since the last call. */
static guint
push (Fixture *f, VowelParticipant *participant)
{
  static gsize before;
  g_autoptr (GBytes) audio = g_bytes_new_take (g_malloc0 (4800), 4800);
  gsize after;

  before = fake_engine_get_n_bytes (f->engine);
  g_assert_true (
      vowel_session_push_audio (f->session, participant, audio, NULL));
  after = fake_engine_get_n_bytes (f->engine);
  return (after - before) / 48;
}

static void
test_floor (Fixture *f, gconstpointer data)
{
  VowelParticipant *other = join (f, VOWEL_PARTICIPANT_CLIENT);
  VowelParticipant *backend = join (f, VOWEL_PARTICIPANT_SERVER);

  g_assert_cmpuint (push (f, other), ==, 100);
  g_assert_cmpuint (push (f, f->client), ==, 0);
  g_assert_cmpuint (push (f, backend), ==, 0);
  manual_clock_advance_ms (f->clock, 9999);
  g_assert_cmpuint (push (f, f->client), ==, 0);
  g_assert_cmpuint (push (f, other), ==, 100);
  manual_clock_advance_ms (f->clock, 10000);
  g_assert_cmpuint (push (f, f->client), ==, 100);
  g_assert_cmpuint (push (f, other), ==, 0);
  vowel_session_leave (f->session, f->client);
  g_assert_cmpuint (push (f, backend), ==, 100);
  f->client = other;
}

static void
test_client_left (Fixture *f, gconstpointer data)
{
  join (f, VOWEL_PARTICIPANT_SERVER);
  join (f, VOWEL_PARTICIPANT_OBSERVER);
  vowel_session_leave (f->session, f->client);
  g_assert_true (vowel_session_is_ended (f->session));
}

/* The house executes tools, but is no reason to go on. */
static void
test_house (Fixture *f, gconstpointer data)
{
  VowelParticipant *house = join (f, VOWEL_PARTICIPANT_HOUSE);

  vowel_session_set_linger (f->session, 30000);
  vowel_session_leave (f->session, f->client);
  manual_clock_advance_ms (f->clock, 29999);
  g_assert_false (vowel_session_is_ended (f->session));
  manual_clock_advance_ms (f->clock, 1);
  g_assert_true (vowel_session_is_ended (f->session));
  vowel_session_leave (f->session, house);
}

static void
test_house_left (Fixture *f, gconstpointer data)
{
  vowel_session_leave (f->session, join (f, VOWEL_PARTICIPANT_HOUSE));
  g_assert_false (vowel_session_is_ended (f->session));
}

static void
test_servers_only (void)
{
  g_autoptr (ManualClock) clock = manual_clock_new ();
  g_autoptr (EventRecorder) recorder = event_recorder_new ();
  g_autoptr (FakeEngine) engine = fake_engine_new (recorder);
  g_autoptr (VowelSessionConfig) config = vowel_session_config_new ();
  g_autoptr (VowelSession) session = vowel_session_new (
      NULL, config, VOWEL_ENGINE (engine), VOWEL_CLOCK (clock));
  VowelParticipant *first, *second;

  first = vowel_session_join (session, VOWEL_PARTICIPANT_SERVER, ignore, NULL);
  second = vowel_session_join (session, VOWEL_PARTICIPANT_SERVER, ignore, NULL);
  g_assert_true (vowel_session_start (session, NULL));
  vowel_session_leave (session, first);
  g_assert_false (vowel_session_is_ended (session));
  vowel_session_leave (session, second);
  g_assert_true (vowel_session_is_ended (session));
}

static void
test_linger (Fixture *f, gconstpointer data)
{
  VowelParticipant *backend = join (f, VOWEL_PARTICIPANT_SERVER);

  vowel_session_set_linger (f->session, 30000);
  vowel_session_leave (f->session, f->client);
  manual_clock_advance_ms (f->clock, 60000);
  g_assert_false (vowel_session_is_ended (f->session));
  vowel_session_leave (f->session, backend);
  manual_clock_advance_ms (f->clock, 29999);
  g_assert_false (vowel_session_is_ended (f->session));
  /* Whoever comes back goes on. */
  f->client = vowel_session_join (
      f->session, VOWEL_PARTICIPANT_CLIENT, event_recorder_event, f->recorder);
  manual_clock_advance_ms (f->clock, 60000);
  g_assert_false (vowel_session_is_ended (f->session));
  vowel_session_leave (f->session, f->client);
  manual_clock_advance_ms (f->clock, 30000);
  g_assert_true (vowel_session_is_ended (f->session));
}

/* Nobody listens any more. */
static void
test_linger_stops_speech (Fixture *f, gconstpointer data)
{
  vowel_session_set_linger (f->session, 30000);
  fixture_say (f, "Hello");
  fixture_respond (f);
  fixture_speak (f, 1);
  event_recorder_forget (f->recorder);
  vowel_session_leave (f->session, f->client);
  event_recorder_expect (f->recorder, "> cancel 1");
  manual_clock_advance_ms (f->clock, 30000);
  g_assert_true (vowel_session_is_ended (f->session));
}

static GPtrArray *
make_tools (const gchar *name)
{
  GPtrArray *tools =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);

  g_ptr_array_add (tools, vowel_tool_new (name, NULL, NULL));
  return tools;
}

typedef struct {
  VowelSession *session;
  VowelParticipant *participant;
  guint n_shown;
} Witness;

static void
note_call (const VowelEvent *event, gpointer user_data)
{
  Witness *witness = user_data;

  if (event->type == VOWEL_EVENT_TOOL_CALL
      && vowel_session_is_shown (
          witness->session, witness->participant, event->item))
    witness->n_shown++;
}

static void
witness (Fixture *f, Witness *w, VowelParticipantRole role)
{
  w->session = f->session;
  w->participant = vowel_session_join (f->session, role, note_call, w);
}

static void
test_server_tools (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) pay = make_tools ("pay");
  g_autoptr (GPtrArray) nameless = make_tools ("");
  g_autoptr (GError) error = NULL;
  Witness client = {0}, server = {0};

  g_assert_true (vowel_session_set_server_tools (f->session, pay, NULL));
  g_assert_false (
      vowel_session_set_server_tools (f->session, nameless, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_MISSING);
  witness (f, &client, VOWEL_PARTICIPANT_CLIENT);
  witness (f, &server, VOWEL_PARTICIPANT_SERVER);
  fixture_respond (f);
  fake_engine_call (f->engine, 1, "c1", "pay", "{}");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  g_assert_cmpuint (client.n_shown, ==, 0);
  g_assert_cmpuint (server.n_shown, ==, 1);
  /* Whoever has registered it comes first. */
  g_assert_true (vowel_session_configure (
      f->session, client.participant, f->config, pay, NULL));
  fixture_answer_call (f, "c1", "paid");
  fixture_respond (f);
  fake_engine_call (f->engine, 2, "c2", "pay", "{}");
  fake_engine_generated (f->engine, 2, VOWEL_FINISH_TOOL_CALLS);
  g_assert_cmpuint (client.n_shown, ==, 1);
  g_assert_cmpuint (server.n_shown, ==, 1);
  vowel_session_leave (f->session, client.participant);
  vowel_session_leave (f->session, server.participant);
  event_recorder_forget (f->recorder);
  fake_engine_generated (f->engine, 3, VOWEL_FINISH_STOP);
  event_recorder_forget (f->recorder);
}

/* Nobody who executes it ever comes. */
static void
test_server_tool_times_out (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) pay = make_tools ("pay");

  g_assert_true (vowel_session_set_server_tools (f->session, pay, NULL));
  fixture_respond (f);
  fake_engine_call (f->engine, 1, "c1", "pay", "{}");
  fake_engine_generated (f->engine, 1, VOWEL_FINISH_TOOL_CALLS);
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 29999);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (f->recorder, "item-added i2 output completed after i1",
      "item-done i2 output completed after i1", "response-started r2",
      "> generate 2 [call pay({}) c1; output c1: "
      "{\"error\":\"The tool did not answer in time.\"}]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func, tear_down)                                             \
  g_test_add ("/session/participants/" name, Fixture, NULL, fixture_set_up,    \
      func, tear_down)
  ADD ("floor", test_floor, fixture_tear_down);
  ADD ("client-left", test_client_left, fixture_drop);
  ADD ("house", test_house, fixture_drop);
  ADD ("house-left", test_house_left, fixture_tear_down);
  g_test_add_func ("/session/participants/servers-only", test_servers_only);
  ADD ("linger", test_linger, fixture_drop);
  ADD ("linger-stops-speech", test_linger_stops_speech, fixture_drop);
  ADD ("server-tools", test_server_tools, fixture_tear_down);
  ADD ("server-tool-times-out", test_server_tool_times_out, fixture_tear_down);
#undef ADD

  return g_test_run ();
}
