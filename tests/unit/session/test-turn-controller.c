/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "event-recorder.h"
#include "manual-clock.h"

#include "session/endpointing.h"
#include "session/error.h"
#include "session/turn-controller.h"

typedef struct {
  ManualClock *clock;
  EventRecorder *log;
  VowelTurnController *turns;
  VowelTurnDetection detection;
  gboolean takes_back;
} Fixture;

static const gchar *
name (Fixture *f, const gchar *item_id)
{
  return event_recorder_name (f->log, "i", item_id);
}

static void
on_speech_started (gpointer user_data, const gchar *item_id, gint64 at_us)
{
  Fixture *f = user_data;

  event_recorder_note (
      f->log, "started %s %d", name (f, item_id), (gint) (at_us / 1000));
}

static void
on_speech_stopped (gpointer user_data, const gchar *item_id, gint64 at_us)
{
  Fixture *f = user_data;

  event_recorder_note (
      f->log, "stopped %s %d", name (f, item_id), (gint) (at_us / 1000));
}

static gboolean
on_interrupt (gpointer user_data)
{
  Fixture *f = user_data;

  event_recorder_note (f->log, "interrupt");
  return f->takes_back;
}

static void
on_commit (
    gpointer user_data, const gchar *item_id, gint64 start_us, gint64 end_us)
{
  Fixture *f = user_data;

  event_recorder_note (f->log, "commit %s %d-%d", name (f, item_id),
      (gint) (start_us / 1000), (gint) (end_us / 1000));
}

static void
on_transcript (
    gpointer user_data, const gchar *item_id, const gchar *text, gboolean final)
{
  Fixture *f = user_data;

  event_recorder_note (f->log, "%s %s '%s'", final ? "final" : "interim",
      name (f, item_id), text);
}

static void
on_transcript_failed (gpointer user_data, const gchar *item_id,
    const gchar *code, const GError *error)
{
  Fixture *f = user_data;

  g_assert_nonnull (error);
  event_recorder_note (f->log, "failed %s %s", name (f, item_id), code);
}

static void
on_respond (gpointer user_data, const gchar *item_id)
{
  Fixture *f = user_data;

  event_recorder_note (f->log, "respond %s", name (f, item_id));
}

static void
on_idle (gpointer user_data)
{
  Fixture *f = user_data;

  event_recorder_note (f->log, "idle");
}

static const VowelTurnActions actions = {
    .speech_started = on_speech_started,
    .speech_stopped = on_speech_stopped,
    .interrupt = on_interrupt,
    .commit = on_commit,
    .transcript = on_transcript,
    .transcript_failed = on_transcript_failed,
    .respond = on_respond,
    .idle = on_idle,
};

static void
set_up (Fixture *f, gconstpointer data)
{
  f->clock = manual_clock_new ();
  f->log = event_recorder_new ();
  f->turns = vowel_turn_controller_new (VOWEL_CLOCK (f->clock), &actions, f);
  vowel_turn_detection_init (&f->detection, GPOINTER_TO_INT (data));
  vowel_turn_controller_configure (f->turns, &f->detection);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  event_recorder_expect (f->log, "");
  vowel_turn_controller_free (f->turns);
  g_assert_cmpuint (manual_clock_get_n_timers (f->clock), ==, 0);
  g_assert_finalize_object (f->clock);
  event_recorder_free (f->log);
}

static void
started (Fixture *f, guint64 utterance, guint ms)
{
  vowel_turn_controller_speech_started (
      f->turns, utterance, ms * (gint64) 1000, FALSE);
}

static void
begun (Fixture *f, guint64 utterance, guint ms)
{
  vowel_turn_controller_speech_started (
      f->turns, utterance, ms * (gint64) 1000, TRUE);
}

static void
stopped (Fixture *f, guint64 utterance, guint ms)
{
  vowel_turn_controller_speech_stopped (
      f->turns, utterance, ms * (gint64) 1000);
}

static void
interim (Fixture *f, guint64 utterance, const gchar *text)
{
  vowel_turn_controller_transcript (f->turns, utterance, text, FALSE);
}

static void
final (Fixture *f, guint64 utterance, const gchar *text)
{
  vowel_turn_controller_transcript (f->turns, utterance, text, TRUE);
}

static void
failed (Fixture *f, guint64 utterance)
{
  g_autoptr (GError) error =
      g_error_new_literal (VOWEL_ERROR, VOWEL_ERROR_PROVIDER, "down");

  vowel_turn_controller_failed (f->turns, utterance, "upstream", error);
}

static gboolean
commit (Fixture *f, guint start_ms, guint end_ms)
{
  return vowel_turn_controller_commit (
      f->turns, start_ms * (gint64) 1000, end_ms * (gint64) 1000);
}

static void
advance (Fixture *f, guint ms)
{
  manual_clock_advance_ms (f->clock, ms);
}

static void
test_turn (Fixture *f, gconstpointer data)
{
  g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
  started (f, 1, 100);
  g_assert_true (vowel_turn_controller_is_open (f->turns, NULL));
  interim (f, 1, "he");
  stopped (f, 1, 900);
  g_assert_true (vowel_turn_controller_awaits_transcript (f->turns));
  interim (f, 1, "hello wor");
  final (f, 1, " hello world ");
  final (f, 1, "again");
  event_recorder_expect (f->log, "started i1 100", "interrupt",
      "stopped i1 900", "commit i1 100-900", "interim i1 'hello wor'",
      "final i1 'hello world'", "respond i1");
  g_assert_false (vowel_turn_controller_awaits_transcript (f->turns));
}

/* The recogniser may be ready before the detector is. */
static void
test_transcript_before_stop (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  final (f, 1, "quick");
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  stopped (f, 1, 500);
  event_recorder_expect (f->log, "stopped i1 500", "commit i1 0-500",
      "final i1 'quick'", "respond i1");
}

static void
test_no_response_wanted (Fixture *f, gconstpointer data)
{
  f->detection.create_response = FALSE;
  f->detection.interrupt_response = FALSE;
  vowel_turn_controller_configure (f->turns, &f->detection);
  started (f, 1, 0);
  stopped (f, 1, 500);
  final (f, 1, "words");
  event_recorder_expect (f->log, "started i1 0", "stopped i1 500",
      "commit i1 0-500", "final i1 'words'");
}

static void
test_noise (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 500);
  final (f, 1, " \n");
  event_recorder_expect (f->log, "started i1 0", "interrupt", "stopped i1 500",
      "commit i1 0-500", "final i1 ''");
}

static void
test_noise_takes_back (Fixture *f, gconstpointer data)
{
  f->takes_back = TRUE;
  started (f, 1, 0);
  stopped (f, 1, 500);
  final (f, 1, "");
  event_recorder_expect (f->log, "started i1 0", "interrupt", "stopped i1 500",
      "commit i1 0-500", "final i1 ''", "respond none");
  /* Owed once. */
  f->takes_back = FALSE;
  started (f, 2, 1000);
  stopped (f, 2, 1500);
  final (f, 2, "");
  event_recorder_expect (f->log, "started i2 1000", "interrupt",
      "stopped i2 1500", "commit i2 1000-1500", "final i2 ''");
}

static void
test_failed_takes_back (Fixture *f, gconstpointer data)
{
  f->takes_back = TRUE;
  started (f, 1, 0);
  stopped (f, 1, 500);
  failed (f, 1);
  failed (f, 1);
  event_recorder_expect (f->log, "started i1 0", "interrupt", "stopped i1 500",
      "commit i1 0-500", "failed i1 upstream", "respond none");
}

static void
test_failed_while_speaking (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  interim (f, 1, "guess");
  failed (f, 1);
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  stopped (f, 1, 500);
  event_recorder_expect (
      f->log, "stopped i1 500", "commit i1 0-500", "failed i1 upstream");
}

static void
test_recogniser_late (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 500);
  event_recorder_forget (f->log);
  advance (f, VOWEL_TURN_TRANSCRIPT_TIMEOUT_MS - 1);
  event_recorder_expect (f->log, "");
  advance (f, 1);
  event_recorder_expect (f->log, "failed i1 timeout");
  final (f, 1, "too late");
  event_recorder_expect (f->log, "");
}

/* The next turn begins before the words of the last one are known. */
static void
test_overlap (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 500);
  started (f, 2, 800);
  event_recorder_forget (f->log);
  final (f, 1, "one");
  event_recorder_expect (f->log, "final i1 'one'");
  stopped (f, 2, 1200);
  event_recorder_expect (f->log, "stopped i2 1200", "commit i2 800-1200");
  final (f, 2, "two");
  event_recorder_expect (f->log, "final i2 'two'", "respond i2");
}

static void
test_overlap_with_noise (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 500);
  started (f, 2, 800);
  final (f, 1, "one");
  stopped (f, 2, 1200);
  event_recorder_forget (f->log);
  final (f, 2, "");
  event_recorder_expect (f->log, "final i2 ''", "respond i1");
}

static void
test_overlap_out_of_order (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 500);
  started (f, 2, 800);
  stopped (f, 2, 1200);
  event_recorder_forget (f->log);
  final (f, 2, "two");
  event_recorder_expect (f->log, "final i2 'two'");
  final (f, 1, "one");
  event_recorder_expect (f->log, "final i1 'one'", "respond i1");
}

static void
test_client_responds_first (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 500);
  vowel_turn_controller_response_requested (f->turns);
  event_recorder_forget (f->log);
  final (f, 1, "one");
  event_recorder_expect (f->log, "final i1 'one'");
}

static void
test_commit_while_speaking (Fixture *f, gconstpointer data)
{
  started (f, 1, 100);
  g_assert_true (commit (f, 0, 700));
  event_recorder_expect (
      f->log, "started i1 100", "interrupt", "commit i1 100-700");
  stopped (f, 1, 700);
  final (f, 1, "words");
  event_recorder_expect (f->log, "final i1 'words'");
}

static void
test_commit_without_speech (Fixture *f, gconstpointer data)
{
  g_assert_true (commit (f, 200, 700));
  event_recorder_expect (f->log, "commit i1 200-700");
  /* The engine begins an utterance for it. */
  begun (f, 1, 200);
  stopped (f, 1, 700);
  final (f, 1, "");
  event_recorder_expect (f->log, "final i1 ''");
}

/* Speech that was detected while the commit was on its way. */
static void
test_commit_races_detection (Fixture *f, gconstpointer data)
{
  g_assert_true (commit (f, 0, 700));
  started (f, 1, 300);
  stopped (f, 1, 700);
  final (f, 1, "words");
  event_recorder_expect (f->log, "commit i1 0-700", "final i1 'words'");
  started (f, 2, 900);
  event_recorder_expect (f->log, "started i2 900", "interrupt");
}

static void
test_clear_while_speaking (Fixture *f, gconstpointer data)
{
  started (f, 1, 100);
  vowel_turn_controller_clear (f->turns);
  stopped (f, 1, 700);
  final (f, 1, "words");
  event_recorder_expect (f->log, "started i1 100", "interrupt");
  g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
  vowel_turn_controller_clear (f->turns);
}

static void
test_clear_pays_what_is_owed (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 500);
  started (f, 2, 800);
  final (f, 1, "one");
  event_recorder_forget (f->log);
  vowel_turn_controller_clear (f->turns);
  event_recorder_expect (f->log, "respond i1");
}

static void
test_unknown_reports (Fixture *f, gconstpointer data)
{
  stopped (f, 7, 100);
  final (f, 7, "x");
  failed (f, 7);
  begun (f, 7, 0);
  final (f, 7, "x");
}

static void
test_push_to_talk (Fixture *f, gconstpointer data)
{
  gint64 start = 0;

  vowel_turn_controller_begin (f->turns, 300 * 1000);
  g_assert_true (vowel_turn_controller_is_open (f->turns, &start));
  g_assert_cmpint (start, ==, 300 * 1000);
  begun (f, 1, 300);
  event_recorder_expect (f->log, "");
  g_assert_true (commit (f, 0, 800));
  stopped (f, 1, 800);
  final (f, 1, "words");
  event_recorder_expect (f->log, "commit i1 300-800", "final i1 'words'");
}

static void
test_push_to_talk_unnamed (Fixture *f, gconstpointer data)
{
  vowel_turn_controller_begin (f->turns, 0);
  g_assert_true (commit (f, 0, 200));
  vowel_turn_controller_begin (f->turns, 200 * 1000);
  vowel_turn_controller_clear (f->turns);
  g_assert_true (vowel_turn_controller_awaits_transcript (f->turns));
  vowel_turn_controller_begin (f->turns, 400 * 1000);
  g_assert_true (commit (f, 0, 600));
  event_recorder_expect (f->log, "commit i1 0-200", "commit i2 400-600");
  begun (f, 1, 0);
  begun (f, 2, 200);
  begun (f, 3, 400);
  final (f, 2, "cleared");
  final (f, 3, "three");
  final (f, 1, "one");
  event_recorder_expect (f->log, "final i2 'three'", "final i1 'one'");
}

static void
test_push_to_talk_never_named (Fixture *f, gconstpointer data)
{
  vowel_turn_controller_begin (f->turns, 0);
  g_assert_true (commit (f, 0, 200));
  event_recorder_forget (f->log);
  advance (f, VOWEL_TURN_TRANSCRIPT_TIMEOUT_MS);
  event_recorder_expect (f->log, "failed i1 timeout");
}

static void
test_detected_without_detector (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 100);
  g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
}

static void
test_detector_switched_off (Fixture *f, gconstpointer data)
{
  started (f, 1, 100);
  vowel_turn_detection_init (&f->detection, VOWEL_TURN_NONE);
  g_assert_true (vowel_turn_controller_configure (f->turns, &f->detection));
  stopped (f, 1, 500);
  event_recorder_expect (f->log, "started i1 100", "interrupt");
  g_assert_true (vowel_turn_controller_is_open (f->turns, NULL));
  final (f, 1, "words");
  g_assert_false (commit (f, 0, 900));
  event_recorder_expect (f->log, "commit i1 100-500", "final i1 'words'");
}

static void
test_detector_switched_on (Fixture *f, gconstpointer data)
{
  vowel_turn_controller_begin (f->turns, 0);
  begun (f, 1, 0);
  vowel_turn_detection_init (&f->detection, VOWEL_TURN_SERVER_VAD);
  g_assert_false (vowel_turn_controller_configure (f->turns, &f->detection));
  g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
  final (f, 1, "words");
}

static void
idle_after (Fixture *f, guint ms)
{
  f->detection.idle_timeout_ms = ms;
  vowel_turn_controller_configure (f->turns, &f->detection);
}

static void
test_idle (Fixture *f, gconstpointer data)
{
  gint64 now = vowel_clock_now (VOWEL_CLOCK (f->clock));

  idle_after (f, 6000);
  vowel_turn_controller_response_ended (f->turns, now + 2000 * 1000);
  advance (f, 7999);
  event_recorder_expect (f->log, "");
  advance (f, 1);
  event_recorder_expect (f->log, "idle");
  /* Again only after the next answer. */
  advance (f, 60000);
  vowel_turn_controller_response_started (f->turns);
  vowel_turn_controller_response_ended (f->turns, now);
  advance (f, 6000);
  event_recorder_expect (f->log, "idle");
}

static void
test_idle_ends (Fixture *f, gconstpointer data)
{
  idle_after (f, 6000);
  vowel_turn_controller_response_ended (f->turns, 0);
  advance (f, 3000);
  started (f, 1, 0);
  event_recorder_forget (f->log);
  advance (f, 6000);
  event_recorder_expect (f->log, "");
  vowel_turn_controller_response_ended (f->turns, 0);
  advance (f, 6000);
  event_recorder_expect (f->log, "");
  vowel_turn_controller_clear (f->turns);
  vowel_turn_controller_response_ended (f->turns, 0);
  vowel_turn_controller_response_started (f->turns);
  advance (f, 6000);
  event_recorder_expect (f->log, "");
  vowel_turn_controller_response_ended (f->turns, 0);
  idle_after (f, 0);
  advance (f, 6000);
  event_recorder_expect (f->log, "");
}

static void
test_semantic_waits (Fixture *f, gconstpointer data)
{
  static const struct {
    VowelEagerness eagerness;
    const gchar *text;
    guint wait_ms;
  } cases[] = {
      {VOWEL_EAGERNESS_LOW, "I am done.", 600},
      {VOWEL_EAGERNESS_AUTO, "I am done.", 250},
      {VOWEL_EAGERNESS_HIGH, "I am done.", 0},
      {VOWEL_EAGERNESS_LOW, "perhaps", 2000},
      {VOWEL_EAGERNESS_MEDIUM, "perhaps", 900},
      {VOWEL_EAGERNESS_HIGH, "perhaps", 400},
      {VOWEL_EAGERNESS_LOW, "I would like um", 8000},
      {VOWEL_EAGERNESS_MEDIUM, "I would like um", 4000},
      {VOWEL_EAGERNESS_HIGH, "I would like um", 2000},
      {VOWEL_EAGERNESS_MEDIUM, "my number is four five", 2000},
      {VOWEL_EAGERNESS_MEDIUM, "", 0},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    f->detection.eagerness = cases[i].eagerness;
    vowel_turn_controller_configure (f->turns, &f->detection);
    started (f, i + 1, 0);
    stopped (f, i + 1, 500);
    event_recorder_forget (f->log);
    final (f, i + 1, cases[i].text);
    if (cases[i].wait_ms > 0) {
      advance (f, cases[i].wait_ms - 1);
      event_recorder_expect (f->log, "");
      advance (f, 1);
    }
    g_assert_false (vowel_turn_controller_is_open (f->turns, NULL));
    event_recorder_forget (f->log);
  }
}

/* Time that passed while the recogniser worked counts. */
static void
test_semantic_slow_recogniser (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 500);
  advance (f, 800);
  final (f, 1, "Done.");
  event_recorder_expect (f->log, "started i1 0", "interrupt", "stopped i1 500",
      "commit i1 0-500", "final i1 'Done.'", "respond i1");
}

static void
test_semantic_no_transcript (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 500);
  advance (f, 3999);
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  advance (f, 1);
  event_recorder_expect (f->log, "stopped i1 500", "commit i1 0-500");
  final (f, 1, "late");
  event_recorder_expect (f->log, "final i1 'late'", "respond i1");
}

static void
test_semantic_goes_on (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 500);
  final (f, 1, "my name is");
  advance (f, 3000);
  started (f, 2, 3500);
  advance (f, 10000);
  event_recorder_expect (f->log, "started i1 0", "interrupt");
  final (f, 2, "Ann.");
  stopped (f, 2, 14000);
  advance (f, 250);
  event_recorder_expect (f->log, "stopped i1 14000", "commit i1 0-14000",
      "final i1 'my name is Ann.'", "respond i1");
}

static void
test_semantic_commit (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 500);
  final (f, 1, "and");
  event_recorder_forget (f->log);
  g_assert_false (commit (f, 0, 900));
  event_recorder_expect (f->log, "commit i1 0-500", "final i1 'and'");
  advance (f, 20000);
}

static void
test_semantic_part_failed (Fixture *f, gconstpointer data)
{
  started (f, 1, 0);
  stopped (f, 1, 500);
  failed (f, 1);
  event_recorder_expect (f->log, "started i1 0", "interrupt", "stopped i1 500",
      "commit i1 0-500", "failed i1 upstream");
}

static void
test_endpoints (void)
{
  static const struct {
    const gchar *text;
    VowelEndpoint endpoint;
  } cases[] = {
      {"", VOWEL_ENDPOINT_OPEN},
      {"Is it raining?", VOWEL_ENDPOINT_COMPLETE},
      {"Stop! ", VOWEL_ENDPOINT_COMPLETE},
      {"好的。", VOWEL_ENDPOINT_COMPLETE},
      {"is it raining", VOWEL_ENDPOINT_OPEN},
      {"well,", VOWEL_ENDPOINT_INCOMPLETE},
      {"well...", VOWEL_ENDPOINT_INCOMPLETE},
      {"so I went to the", VOWEL_ENDPOINT_INCOMPLETE},
      {"ich möchte ähm", VOWEL_ENDPOINT_INCOMPLETE},
      {"Because", VOWEL_ENDPOINT_INCOMPLETE},
      {"four five six", VOWEL_ENDPOINT_NUMBER},
      {"it is 555 1234", VOWEL_ENDPOINT_NUMBER},
      {"I am five", VOWEL_ENDPOINT_NUMBER},
      {"at 5", VOWEL_ENDPOINT_OPEN},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (
        vowel_endpoint_classify (cases[i].text), ==, cases[i].endpoint);
}

#define ADD(name, type)                                                        \
  g_test_add ("/turn-controller/" #name, Fixture, GINT_TO_POINTER (type),      \
      set_up, test_##name, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (turn, VOWEL_TURN_SERVER_VAD);
  ADD (transcript_before_stop, VOWEL_TURN_SERVER_VAD);
  ADD (no_response_wanted, VOWEL_TURN_SERVER_VAD);
  ADD (noise, VOWEL_TURN_SERVER_VAD);
  ADD (noise_takes_back, VOWEL_TURN_SERVER_VAD);
  ADD (failed_takes_back, VOWEL_TURN_SERVER_VAD);
  ADD (failed_while_speaking, VOWEL_TURN_SERVER_VAD);
  ADD (recogniser_late, VOWEL_TURN_SERVER_VAD);
  ADD (overlap, VOWEL_TURN_SERVER_VAD);
  ADD (overlap_with_noise, VOWEL_TURN_SERVER_VAD);
  ADD (overlap_out_of_order, VOWEL_TURN_SERVER_VAD);
  ADD (client_responds_first, VOWEL_TURN_SERVER_VAD);
  ADD (commit_while_speaking, VOWEL_TURN_SERVER_VAD);
  ADD (commit_without_speech, VOWEL_TURN_SERVER_VAD);
  ADD (commit_races_detection, VOWEL_TURN_SERVER_VAD);
  ADD (clear_while_speaking, VOWEL_TURN_SERVER_VAD);
  ADD (clear_pays_what_is_owed, VOWEL_TURN_SERVER_VAD);
  ADD (unknown_reports, VOWEL_TURN_SERVER_VAD);
  ADD (push_to_talk, VOWEL_TURN_NONE);
  ADD (push_to_talk_unnamed, VOWEL_TURN_NONE);
  ADD (push_to_talk_never_named, VOWEL_TURN_NONE);
  ADD (detected_without_detector, VOWEL_TURN_NONE);
  ADD (detector_switched_off, VOWEL_TURN_SERVER_VAD);
  ADD (detector_switched_on, VOWEL_TURN_NONE);
  ADD (idle, VOWEL_TURN_SERVER_VAD);
  ADD (idle_ends, VOWEL_TURN_SERVER_VAD);
  ADD (semantic_waits, VOWEL_TURN_SEMANTIC_VAD);
  ADD (semantic_slow_recogniser, VOWEL_TURN_SEMANTIC_VAD);
  ADD (semantic_no_transcript, VOWEL_TURN_SEMANTIC_VAD);
  ADD (semantic_goes_on, VOWEL_TURN_SEMANTIC_VAD);
  ADD (semantic_commit, VOWEL_TURN_SEMANTIC_VAD);
  ADD (semantic_part_failed, VOWEL_TURN_SEMANTIC_VAD);
  g_test_add_func ("/turn-controller/endpoints", test_endpoints);
  return g_test_run ();
}
