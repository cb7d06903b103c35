/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "turn-fixture.h"

static const gchar *
name (Fixture *f, const gchar *item_id)
{
  return event_recorder_name (f->log, "i", item_id);
}

static void
on_speech_started (
    gpointer user_data, const gchar *item_id, gint64 at_us, gboolean emulated)
{
  Fixture *f = user_data;

  event_recorder_note (f->log, "started %s %d%s", name (f, item_id),
      (gint) (at_us / 1000), emulated ? " emulated" : "");
  if (f->clears)
    vowel_turn_controller_clear (f->turns);
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

static gint64
get_heard_until (gpointer user_data)
{
  Fixture *f = user_data;

  return f->heard_until;
}

static void
on_guess (gpointer user_data, const gchar *item_id, const gchar *text)
{
  Fixture *f = user_data;

  if (f->guesses)
    event_recorder_note (f->log, "guess %s '%s'", name (f, item_id), text);
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
on_ending (gpointer user_data, const gchar *item_id, const gchar *text)
{
  Fixture *f = user_data;

  event_recorder_note (f->log, "ending %s '%s'", name (f, item_id), text);
}

static void
on_not_ending (gpointer user_data, const gchar *item_id)
{
  Fixture *f = user_data;

  event_recorder_note (f->log, "not ending %s", name (f, item_id));
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
    .heard_until = get_heard_until,
    .guess = on_guess,
    .commit = on_commit,
    .transcript = on_transcript,
    .transcript_failed = on_transcript_failed,
    .respond = on_respond,
    .ending = on_ending,
    .not_ending = on_not_ending,
    .idle = on_idle,
};

void
fixture_set_up (Fixture *f, gconstpointer data)
{
  f->clock = manual_clock_new ();
  f->log = event_recorder_new ();
  f->turns = vowel_turn_controller_new (VOWEL_CLOCK (f->clock), &actions, f);
  vowel_turn_detection_init (&f->detection, GPOINTER_TO_INT (data));
  vowel_turn_controller_configure (f->turns, &f->detection);
}

void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  event_recorder_expect (f->log, "");
  vowel_turn_controller_free (f->turns);
  g_assert_cmpuint (manual_clock_get_n_timers (f->clock), ==, 0);
  g_assert_finalize_object (f->clock);
  event_recorder_free (f->log);
}

void
fixture_started (Fixture *f, guint64 utterance, guint ms)
{
  vowel_turn_controller_speech_started (
      f->turns, utterance, ms * (gint64) 1000, FALSE);
}

void
fixture_begun (Fixture *f, guint64 utterance, guint ms)
{
  vowel_turn_controller_speech_started (
      f->turns, utterance, ms * (gint64) 1000, TRUE);
}

void
fixture_stopped (Fixture *f, guint64 utterance, guint ms)
{
  vowel_turn_controller_speech_stopped (
      f->turns, utterance, ms * (gint64) 1000);
}

void
fixture_interim (Fixture *f, guint64 utterance, const gchar *text)
{
  vowel_turn_controller_transcript (f->turns, utterance, text, FALSE);
}

void
fixture_final (Fixture *f, guint64 utterance, const gchar *text)
{
  vowel_turn_controller_transcript (f->turns, utterance, text, TRUE);
}

void
fixture_said (Fixture *f, guint64 utterance, guint from_ms, guint to_ms,
    const gchar *text)
{
  fixture_started (f, utterance, from_ms);
  fixture_stopped (f, utterance, to_ms);
  fixture_final (f, utterance, text);
}

void
fixture_ending (Fixture *f, guint64 utterance, const gchar *text)
{
  vowel_turn_controller_turn_ending (f->turns, utterance, text);
}

void
fixture_ended (Fixture *f, guint64 utterance, guint ms)
{
  vowel_turn_controller_turn_ended (f->turns, utterance, ms * (gint64) 1000);
}

void
fixture_failed (Fixture *f, guint64 utterance)
{
  g_autoptr (GError) error =
      g_error_new_literal (VOWEL_ERROR, VOWEL_ERROR_PROVIDER, "down");

  vowel_turn_controller_failed (f->turns, utterance, "upstream", error);
}

gboolean
fixture_commit (Fixture *f, guint start_ms, guint end_ms)
{
  return vowel_turn_controller_commit (
      f->turns, start_ms * (gint64) 1000, end_ms * (gint64) 1000);
}

void
fixture_advance (Fixture *f, guint ms)
{
  manual_clock_advance_ms (f->clock, ms);
}
