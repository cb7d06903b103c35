/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a session says first, word for word. */

#include "session-fixture.h"

#include <string.h>

#define FIRST "Hello there, friend."
#define GUARD_MS 1500

static VowelBehaviours *
make_behaviours (guint guard_ms)
{
  VowelBehaviours *behaviours = vowel_behaviours_new ();

  behaviours->first_message = g_strdup (FIRST);
  behaviours->first_message_guard_ms = guard_ms;
  behaviours->silence_count = 2;
  return behaviours;
}

/* @data: a guard in milliseconds */
static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelBehaviours) behaviours =
      make_behaviours (GPOINTER_TO_UINT (data));

  fixture_prepare (f);
  f->config->turn_detection.idle_timeout_ms = 5000;
  fixture_connect (f, behaviours);
}

static void
start (Fixture *f)
{
  fixture_start (f);
  vowel_session_ready (f->session, f->client);
}

static void
test_said (Fixture *f, gconstpointer data)
{
  start (f);
  event_recorder_expect (f->recorder, "response-started r1",
      "> say 1 [" FIRST "]", "output-started r1[0] i1 in-progress",
      "item-added i1 message in-progress after none", "part-started i1 audio",
      "text i1 '" FIRST "'");
  fake_engine_audio (f->engine, 1, 200, 0, 20);
  event_recorder_expect (f->recorder, "audio i1 9600 0-20");
  fake_engine_audio_ended (f->engine, 1);
  event_recorder_expect (f->recorder, "audio-done i1",
      "text-done i1 '" FIRST "'", "part-done i1 '" FIRST "'",
      "item-done i1 message completed after none",
      "output-done r1[0] i1 completed", "response-done r1 completed");
  /* The model goes on from it. */
  manual_clock_advance_ms (f->clock, 1000);
  fixture_ask (f, 1, "Hello.");
  g_assert_true (fake_engine_was_given (f->engine, 2, FIRST));
}

static void
on_event_of_eager (const VowelEvent *event, gpointer user_data)
{
  Fixture *f = user_data;

  if (event->type == VOWEL_EVENT_SESSION_STARTED)
    vowel_session_ready (f->session, f->client);
}

/* A client that is ready when the session is: whoever else is there is told of
 * that before it hears anything. */
static void
test_others_know (Fixture *f, gconstpointer data)
{
  VowelParticipant *first = f->client;
  VowelParticipant *other;

  f->client = vowel_session_join (
      f->session, VOWEL_PARTICIPANT_CLIENT, on_event_of_eager, f);
  vowel_session_leave (f->session, first);
  other = vowel_session_join (f->session, VOWEL_PARTICIPANT_OBSERVER,
      event_recorder_event, f->recorder);
  g_assert_true (vowel_session_start (f->session, NULL));
  g_assert_true (g_str_has_prefix (event_recorder_get_log (f->recorder),
      "session-started\nresponse-started r1\n> say 1 [" FIRST "]\n"));
  vowel_session_leave (f->session, other);
}

static void
test_no_voice (Fixture *f, gconstpointer data)
{
  fake_engine_mute (f->engine);
  start (f);
  g_assert_nonnull (strstr (
      event_recorder_get_log (f->recorder), "text-done i1 '" FIRST "'"));
  g_assert_nonnull (strstr (
      event_recorder_get_log (f->recorder), "response-done r1 completed"));
}

static void
test_history (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  VowelItem *item = vowel_item_new_message (NULL, VOWEL_ROLE_USER);

  vowel_item_add_part (item, VOWEL_PART_TEXT, "We have met.");
  g_ptr_array_add (items, item);
  vowel_session_set_history (f->session, items);
  start (f);
  event_recorder_expect (f->recorder, "");
}

/* Begins to speak, and is heard. */
static void
interrupt_after (Fixture *f, guint ms)
{
  start (f);
  fake_engine_audio (f->engine, 1, 3000, 0, 20);
  manual_clock_advance_ms (f->clock, ms);
  event_recorder_forget (f->recorder);
  fake_engine_speech_started (f->engine, 1, ms);
}

static gboolean
was_interrupted (Fixture *f)
{
  return strstr (event_recorder_get_log (f->recorder), "interrupted r1")
         != NULL;
}

static void
test_interrupted (Fixture *f, gconstpointer data)
{
  interrupt_after (f, 10);
  g_assert_true (was_interrupted (f));
}

/* A cough before anybody has heard of it. */
static void
test_noise (Fixture *f, gconstpointer data)
{
  start (f);
  fake_engine_speech_started (f->engine, 1, 0);
  g_assert_nonnull (strstr (
      event_recorder_get_log (f->recorder), "response-done r1 cancelled"));
  fake_engine_speech_stopped (f->engine, 1, 200);
  event_recorder_forget (f->recorder);
  fake_engine_final (f->engine, 1, "");
  g_assert_nonnull (
      strstr (event_recorder_get_log (f->recorder), "> say 2 [" FIRST "]"));
}

/* Whoever has said something is answered. */
static void
test_words (Fixture *f, gconstpointer data)
{
  start (f);
  fake_engine_speech_started (f->engine, 1, 0);
  fake_engine_speech_stopped (f->engine, 1, 200);
  event_recorder_forget (f->recorder);
  fake_engine_final (f->engine, 1, "Hello?");
  g_assert_null (strstr (event_recorder_get_log (f->recorder), "> say"));
  g_assert_true (fake_engine_was_given (f->engine, 2, "Hello?"));
}

static void
test_interrupted_later (Fixture *f, gconstpointer data)
{
  interrupt_after (f, GUARD_MS);
  g_assert_true (was_interrupted (f));
}

/* Whoever goes on talking interrupts as soon as that is possible. */
static void
test_guarded (Fixture *f, gconstpointer data)
{
  interrupt_after (f, 100);
  manual_clock_advance_ms (f->clock, GUARD_MS - 100 - 1);
  g_assert_false (was_interrupted (f));
  manual_clock_advance_ms (f->clock, 1);
  g_assert_true (was_interrupted (f));
}

/* Who has said too little to interrupt does not when that is possible. */
static void
test_guarded_twice (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelBehaviours) behaviours = make_behaviours (GUARD_MS);

  behaviours->barge_in.min_chars = 5;
  vowel_session_set_behaviours (f->session, behaviours);
  interrupt_after (f, 100);
  fake_engine_interim (f->engine, 1, "Let me speak");
  fake_engine_speech_stopped (f->engine, 1, 600);
  fake_engine_speech_started (f->engine, 2, 700);
  manual_clock_advance_ms (f->clock, GUARD_MS);
  g_assert_false (was_interrupted (f));
  fake_engine_interim (f->engine, 2, "Stop it");
  g_assert_true (was_interrupted (f));
}

static void
test_guarded_in_vain (Fixture *f, gconstpointer data)
{
  interrupt_after (f, 100);
  fake_engine_speech_stopped (f->engine, 1, 600);
  fake_engine_final (f->engine, 1, "Yes.");
  manual_clock_advance_ms (f->clock, GUARD_MS);
  g_assert_false (was_interrupted (f));
  /* It is answered when the message is over. */
  fake_engine_audio_ended (f->engine, 1);
  g_assert_true (fake_engine_was_given (f->engine, 2, "Yes."));
}

static void
finish_answer (Fixture *f, guint64 generation)
{
  fake_engine_text (f->engine, generation, "Hm?");
  fake_engine_generated (f->engine, generation, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, generation);
  event_recorder_forget (f->recorder);
}

static void
test_silence (Fixture *f, gconstpointer data)
{
  start (f);
  fake_engine_audio (f->engine, 1, 1000, 0, 20);
  fake_engine_audio_ended (f->engine, 1);
  manual_clock_advance_ms (f->clock, 6000);
  g_assert_false (vowel_session_is_ended (f->session));
  finish_answer (f, 2);
  /* A word, and it begins anew. */
  fixture_ask (f, 1, "Hello.");
  finish_answer (f, 3);
  manual_clock_advance_ms (f->clock, 5000);
  g_assert_false (vowel_session_is_ended (f->session));
  finish_answer (f, 4);
  manual_clock_advance_ms (f->clock, 4999);
  g_assert_false (vowel_session_is_ended (f->session));
  event_recorder_forget (f->recorder);
  manual_clock_advance_ms (f->clock, 1);
  g_assert_true (vowel_session_is_ended (f->session));
  g_assert_nonnull (
      strstr (event_recorder_get_log (f->recorder), "ended idle"));
}

static gboolean
part (VowelEndReason reason, gpointer user_data)
{
  EventRecorder *recorder = user_data;

  g_assert_cmpint (reason, ==, VOWEL_END_IDLE);
  event_recorder_note (recorder, "part");
  return TRUE;
}

/* Somebody else ends it; and whoever is gone by then talks to him. */
static void
test_parting (Fixture *f, gconstpointer data)
{
  vowel_session_set_parting_func (f->session, part, f->recorder);
  start (f);
  fake_engine_audio (f->engine, 1, 1000, 0, 20);
  fake_engine_audio_ended (f->engine, 1);
  manual_clock_advance_ms (f->clock, 6000);
  finish_answer (f, 2);
  manual_clock_advance_ms (f->clock, 5000);
  g_assert_nonnull (strstr (event_recorder_get_log (f->recorder), "part\n"));
  g_assert_false (vowel_session_is_ended (f->session));
  event_recorder_forget (f->recorder);
  vowel_session_end (f->session, VOWEL_END_CLIENT_LEFT);
  event_recorder_expect (f->recorder, "ended transferred");
}

#define ADD(name, guard)                                                       \
  g_test_add ("/session-first-message/" #name, Fixture,                        \
      GUINT_TO_POINTER (guard), set_up, test_##name, fixture_drop)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (said, 0);
  ADD (others_know, 0);
  ADD (no_voice, 0);
  ADD (history, 0);
  ADD (noise, 0);
  ADD (words, 0);
  ADD (interrupted, 0);
  ADD (interrupted_later, GUARD_MS);
  ADD (guarded, GUARD_MS);
  ADD (guarded_twice, GUARD_MS);
  ADD (guarded_in_vain, GUARD_MS);
  ADD (silence, 0);
  ADD (parting, 0);
  return g_test_run ();
}
