/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sessions on real pipelines whose recogniser decides about turns, and answers
 * that are prepared before a turn is over. */

#include "pipeline-fixture.h"

#include <string.h>

#define NATIVE "stt.provider::turns", "true"

static VowelSpeculations speculations;

static void
get_speculations (gpointer user_data)
{
  Fixture *f = user_data;

  vowel_session_get_speculations (f->session, &speculations);
}

static void
expect_speculations (Fixture *f, guint begun, guint used)
{
  gst_vowel_worker_call (f->worker, get_speculations, f);
  g_assert_cmpuint (speculations.begun, ==, begun);
  g_assert_cmpuint (speculations.used, ==, used);
}

static void
commit (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;

  vowel_session_commit_audio (f->session, f->client, &error);
  g_assert_no_error (error);
}

static void
respond (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;

  vowel_session_respond (f->session, f->client, NULL, &error);
  g_assert_no_error (error);
}

static void
clear (gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_true (vowel_session_clear_audio (f->session, f->client, NULL));
}

static void
add_recording (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (VowelItem) item = vowel_item_new_message (NULL, VOWEL_ROLE_USER);
  VowelPart *part = vowel_item_add_part (item, VOWEL_PART_AUDIO, NULL);
  guint i;

  part->audio = g_byte_array_new ();
  part->audio_rate = 16000;
  part->audio_ms = 500;
  for (i = 0; i < 8000; i++) {
    gint16 sample = 6000;

    g_byte_array_append (part->audio, (guint8 *) &sample, sizeof sample);
  }
  g_assert_true (
      vowel_session_add_item (f->session, f->client, item, NULL, NULL));
}

/* Whatever the type of detection. */
static void
test_spoken_turn (gconstpointer data)
{
  Fixture f;

  fixture_begin_with (&f, GPOINTER_TO_INT (data), NATIVE, NULL);
  fixture_push_tone (&f, 1000, 0);
  fixture_push_tone (&f, 1000, 5000);
  fixture_push_tone (&f, 400, 0);
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpstr (f.log->str, ==,
      "speech-started\nspeech-stopped\ncommitted\ntranscript-done\nresponse-"
      "started\nresponse-done\n");
  g_assert_cmpstr (f.text->str, ==, "I heard level 5. Bye.");
  fixture_assert_level (&f, 5000);
  expect_speculations (&f, 1, 1);
  fixture_end (&f);
}

static void
test_resumed (void)
{
  Fixture f;

  fixture_begin_with (&f, VOWEL_TURN_SERVER_VAD, NATIVE, NULL);
  fixture_push_tone (&f, 500, 3000);
  fixture_push_tone (&f, 200, 0);
  fixture_push_tone (&f, 500, 5000);
  fixture_push_tone (&f, 400, 0);
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpstr (f.text->str, ==, "I heard level 5. Bye.");
  fixture_assert_level (&f, 5000);
  expect_speculations (&f, 2, 1);
  fixture_end (&f);
}

static void
test_barge_in (void)
{
  Fixture f;

  fixture_begin_with (&f, VOWEL_TURN_SERVER_VAD, NATIVE, "llm.provider::mode",
      "hold", "llm.provider::when", "slow", "llm.provider::hold-words", "5",
      NULL);
  fixture_say (&f, "slow 2");
  fixture_wait_audio (&f, 100);
  fixture_push_tone (&f, 500, 5000);
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_CANCELLED);
  g_mutex_lock (&f.lock);
  g_byte_array_set_size (f.audio, 0);
  g_assert_nonnull (
      strstr (f.log->str, "speech-started\ninterrupted\nresponse-done\n"));
  g_mutex_unlock (&f.lock);
  fixture_push_tone (&f, 400, 0);
  fixture_wait (&f, "response-done", 2);
  fixture_assert_level (&f, 5000);
  fixture_end (&f);
}

static void
test_push_to_talk (void)
{
  Fixture f;

  fixture_begin_with (&f, VOWEL_TURN_NONE, NATIVE, NULL);
  /* Two turns of the recogniser, one of the client's. */
  fixture_push_tone (&f, 300, 5000);
  fixture_push_tone (&f, 500, 0);
  fixture_push_tone (&f, 300, 7000);
  gst_vowel_worker_call (f.worker, commit, &f);
  gst_vowel_worker_call (f.worker, respond, &f);
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpstr (f.log->str, ==,
      "committed\ntranscript-done\nresponse-started\nresponse-done\n");
  g_assert_cmpstr (f.transcript, ==, "level 5 level 7");
  /* Cleared. */
  fixture_push_tone (&f, 300, 3000);
  gst_vowel_worker_call (f.worker, clear, &f);
  fixture_push_tone (&f, 300, 4000);
  gst_vowel_worker_call (f.worker, commit, &f);
  gst_vowel_worker_call (f.worker, respond, &f);
  fixture_wait (&f, "response-done", 2);
  g_assert_cmpstr (f.transcript, ==, "level 4");
  expect_speculations (&f, 0, 0);
  fixture_end (&f);
}

/* The client ends a turn that the recogniser has begun. */
static void
test_commit (void)
{
  Fixture f;

  fixture_begin_with (&f, VOWEL_TURN_SERVER_VAD, NATIVE, NULL);
  fixture_push_tone (&f, 500, 5000);
  fixture_wait (&f, "speech-started", 1);
  gst_vowel_worker_call (f.worker, commit, &f);
  fixture_wait (&f, "transcript-done", 1);
  g_assert_cmpstr (f.transcript, ==, "level 5");
  g_assert_cmpstr (
      f.log->str, ==, "speech-started\ncommitted\ntranscript-done\n");
  fixture_end (&f);
}

static void
test_recording (void)
{
  Fixture f;

  fixture_begin_with (&f, VOWEL_TURN_SERVER_VAD, NATIVE, NULL);
  gst_vowel_worker_call (f.worker, add_recording, &f);
  fixture_wait (&f, "transcript-done", 1);
  g_assert_cmpstr (f.transcript, ==, "level 6");
  fixture_end (&f);
}

static void
test_unheard (void)
{
  Fixture f;

  fixture_begin_with (&f, VOWEL_TURN_SERVER_VAD, NATIVE, "stt.provider::mode",
      "refuse", "stt.provider::failures", "1", "stt.provider::retries", "0",
      NULL);
  fixture_push_tone (&f, 100, 0);
  fixture_wait (&f, "error", 1);
  fixture_push_tone (&f, 1000, 0);
  fixture_push_tone (&f, 500, 5000);
  fixture_push_tone (&f, 400, 0);
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpstr (f.transcript, ==, "level 5");
  fixture_end (&f);
}

/* Our own detector reports half of the silence, and foresees the rest. */
static void
test_foresight (void)
{
  Fixture f;

  fixture_init (&f, VOWEL_TURN_SERVER_VAD);
  f.config->speculation = VOWEL_SPECULATION_ON;
  fixture_start (&f, shared_worker);
  fixture_push_tone (&f, 1000, 0);
  fixture_push_tone (&f, 1000, 5000);
  fixture_push_tone (&f, 400, 0);
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpstr (f.log->str, ==,
      "speech-started\nspeech-stopped\ncommitted\ntranscript-done\nresponse-"
      "started\nresponse-done\n");
  g_assert_cmpstr (f.text->str, ==, "I heard level 5. Bye.");
  expect_speculations (&f, 1, 1);
  fixture_end (&f);
}

int
main (int argc, char *argv[])
{
  gint ret;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  shared_worker = gst_vowel_worker_new ("test", NULL);
  g_test_add_data_func ("/pipeline-turns/spoken_turn/server_vad",
      GINT_TO_POINTER (VOWEL_TURN_SERVER_VAD), test_spoken_turn);
  g_test_add_data_func ("/pipeline-turns/spoken_turn/semantic_vad",
      GINT_TO_POINTER (VOWEL_TURN_SEMANTIC_VAD), test_spoken_turn);
  g_test_add_func ("/pipeline-turns/resumed", test_resumed);
  g_test_add_func ("/pipeline-turns/barge_in", test_barge_in);
  g_test_add_func ("/pipeline-turns/push_to_talk", test_push_to_talk);
  g_test_add_func ("/pipeline-turns/commit", test_commit);
  g_test_add_func ("/pipeline-turns/recording", test_recording);
  g_test_add_func ("/pipeline-turns/unheard", test_unheard);
  g_test_add_func ("/pipeline-turns/foresight", test_foresight);
  ret = g_test_run ();
  gst_object_unref (shared_worker);
  return ret;
}
