/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A small model says whether a caller who pauses has finished. */

#include "session-fixture.h"

#define DEBOUNCE_MS 150
#define TIMEOUT_MS 3000

/* @data: the type of turn detection + 1 */
static void
set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelBehaviours) behaviours = vowel_behaviours_new ();

  behaviours->judge.enabled = TRUE;
  f->clock = manual_clock_new ();
  f->recorder = event_recorder_new ();
  f->engine = fake_engine_new (f->recorder);
  f->config = vowel_session_config_new ();
  vowel_turn_detection_init (
      &f->config->turn_detection, GPOINTER_TO_INT (data) - 1);
  f->session = vowel_session_new (
      NULL, f->config, VOWEL_ENGINE (f->engine), VOWEL_CLOCK (f->clock));
  vowel_session_set_behaviours (f->session, behaviours);
  f->client = vowel_session_join (
      f->session, VOWEL_PARTICIPANT_CLIENT, event_recorder_event, f->recorder);
  g_assert_true (vowel_session_start (f->session, NULL));
  fixture_push_ms (f, 20000);
  event_recorder_forget (f->recorder);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  event_recorder_forget (f->recorder);
  fixture_tear_down (f, NULL);
}

static void
hear (Fixture *f, guint64 utterance, const gchar *text)
{
  fake_engine_speech_started (f->engine, utterance, 2000 * (utterance - 1));
  fake_engine_speech_stopped (
      f->engine, utterance, 2000 * (utterance - 1) + 500);
  fake_engine_final (f->engine, utterance, text);
}

static void
answer (Fixture *f, guint64 generation, const gchar *text)
{
  fake_engine_text (f->engine, generation, text);
  fake_engine_generated (f->engine, generation, VOWEL_FINISH_STOP);
  manual_clock_advance_ms (f->clock, 0);
}

static gboolean
has_ended (Fixture *f)
{
  gboolean ended =
      strstr (event_recorder_get_log (f->recorder), "committed i1") != NULL;

  event_recorder_forget (f->recorder);
  return ended;
}

static void
test_complete (Fixture *f, gconstpointer data)
{
  hear (f, 1, "Book a table for two");
  event_recorder_expect (f->recorder, "speech-started i1 0");
  manual_clock_advance_ms (f->clock, DEBOUNCE_MS - 1);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (
      f->recorder, "> generate 1 [user: Book a table for two]");
  g_assert_nonnull (
      strstr (fake_engine_get_asked (f->engine), "true or false"));
  answer (f, 1, " True.\n");
  event_recorder_expect (f->recorder, "speech-stopped i1 500",
      "committed i1 after none", "item-added i1 message completed after none",
      "item-done i1 message completed after none",
      "transcript i1 'Book a table for two'",
      "transcript-done i1 'Book a table for two' 500", "response-started r1",
      "> generate 2 [user: Book a table for two]");
}

static void
test_incomplete (Fixture *f, gconstpointer data)
{
  static const gchar *const answers[] = {"false", "maybe", "true or false", ""};

  for (guint i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autofree gchar *item = g_strdup_printf ("committed i%u", i + 1);

    hear (f, i + 1, "Book a table for");
    manual_clock_advance_ms (f->clock, DEBOUNCE_MS);
    answer (f, 2 * i + 1, answers[i]);
    manual_clock_advance_ms (f->clock, TIMEOUT_MS - DEBOUNCE_MS - 1);
    g_assert_null (strstr (event_recorder_get_log (f->recorder), item));
    manual_clock_advance_ms (f->clock, 1);
    g_assert_nonnull (strstr (event_recorder_get_log (f->recorder), item));
    fake_engine_generated (f->engine, 2 * i + 2, VOWEL_FINISH_STOP);
    fake_engine_audio_ended (f->engine, 2 * i + 2);
    event_recorder_forget (f->recorder);
  }
}

static void
test_no_answer (Fixture *f, gconstpointer data)
{
  hear (f, 1, "Book a table");
  manual_clock_advance_ms (f->clock, DEBOUNCE_MS);
  fake_engine_failed (f->engine, VOWEL_STAGE_LLM, 1);
  g_assert_false (has_ended (f));
  manual_clock_advance_ms (f->clock, TIMEOUT_MS - DEBOUNCE_MS - 1);
  g_assert_false (has_ended (f));
  manual_clock_advance_ms (f->clock, 1);
  g_assert_true (has_ended (f));
}

/* Whoever goes on is not asked about any more. */
static void
test_goes_on (Fixture *f, gconstpointer data)
{
  hear (f, 1, "Book a table");
  manual_clock_advance_ms (f->clock, DEBOUNCE_MS);
  event_recorder_forget (f->recorder);
  fake_engine_speech_started (f->engine, 2, 2000);
  event_recorder_expect (f->recorder, "> cancel 1");
  fake_engine_speech_stopped (f->engine, 2, 2500);
  fake_engine_final (f->engine, 2, "for two.");
  manual_clock_advance_ms (f->clock, DEBOUNCE_MS);
  event_recorder_expect (
      f->recorder, "> generate 2 [user: Book a table for two.]");
  answer (f, 2, "true");
  g_assert_true (has_ended (f));
}

/* Before it was asked at all. */
static void
test_goes_on_at_once (Fixture *f, gconstpointer data)
{
  hear (f, 1, "Book a table");
  manual_clock_advance_ms (f->clock, DEBOUNCE_MS - 1);
  event_recorder_forget (f->recorder);
  fake_engine_speech_started (f->engine, 2, 2000);
  manual_clock_advance_ms (f->clock, 10000);
  event_recorder_expect (f->recorder, "");
}

static void
test_noise (Fixture *f, gconstpointer data)
{
  hear (f, 1, "");
  manual_clock_advance_ms (f->clock, 0);
  g_assert_true (has_ended (f));
}

static void
test_late_transcript (Fixture *f, gconstpointer data)
{
  fake_engine_speech_started (f->engine, 1, 0);
  fake_engine_speech_stopped (f->engine, 1, 500);
  manual_clock_advance_ms (f->clock, 1000);
  g_assert_false (has_ended (f));
  fake_engine_final (f->engine, 1, "Hello.");
  manual_clock_advance_ms (f->clock, DEBOUNCE_MS);
  answer (f, 1, "true");
  g_assert_true (has_ended (f));
}

/* Who only has it written down pays for no other model. */
static void
test_only_written_down (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelSessionConfig) config =
      vowel_session_config_copy (vowel_session_get_config (f->session));

  config->kind = VOWEL_SESSION_TRANSCRIPTION;
  g_assert_true (
      vowel_session_configure (f->session, f->client, config, NULL, NULL));
  hear (f, 1, "Book a table");
  manual_clock_advance_ms (f->clock, DEBOUNCE_MS);
  g_assert_null (strstr (event_recorder_get_log (f->recorder), "> generate"));
  g_assert_true (has_ended (f));
}

static void
test_session_ends (Fixture *f, gconstpointer data)
{
  hear (f, 1, "Book a table");
  manual_clock_advance_ms (f->clock, DEBOUNCE_MS);
  event_recorder_forget (f->recorder);
  vowel_session_end (f->session, VOWEL_END_SHUTDOWN);
  g_assert_nonnull (
      strstr (event_recorder_get_log (f->recorder), "> cancel 1"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func, type)                                                  \
  g_test_add ("/turn-judge/" name, Fixture,                                    \
      GINT_TO_POINTER (VOWEL_TURN_##type + 1), set_up, func, tear_down)

  ADD ("complete", test_complete, SERVER_VAD);
  ADD ("complete-semantic", test_complete, SEMANTIC_VAD);
  ADD ("incomplete", test_incomplete, SERVER_VAD);
  ADD ("no-answer", test_no_answer, SEMANTIC_VAD);
  ADD ("goes-on", test_goes_on, SERVER_VAD);
  ADD ("goes-on-semantic", test_goes_on, SEMANTIC_VAD);
  ADD ("goes-on-at-once", test_goes_on_at_once, SERVER_VAD);
  ADD ("noise", test_noise, SERVER_VAD);
  ADD ("late-transcript", test_late_transcript, SERVER_VAD);
  ADD ("only-written-down", test_only_written_down, SERVER_VAD);
  ADD ("session-ends", test_session_ends, SERVER_VAD);
  return g_test_run ();
}
