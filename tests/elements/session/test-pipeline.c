/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sessions on real pipelines, with the fake providers. */

#include "pipeline-fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Two recordings, each in its own format. */
static void
send_recordings (gpointer user_data)
{
  static const VowelAudioFormat formats[] = {
      {VOWEL_ENCODING_PCM16, 24000}, {VOWEL_ENCODING_PCMU, 8000}};
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (VowelItem) item = vowel_item_new_message (NULL, VOWEL_ROLE_USER);
    VowelPart *part = vowel_item_add_part (item, VOWEL_PART_AUDIO, NULL);

    part->audio = g_byte_array_new ();
    part->audio_encoding = formats[i].encoding;
    part->audio_rate = formats[i].rate;
    part->audio_ms = 500;
    for (k = 0; k < formats[i].rate / 2; k++) {
      gint16 sample = 5000 * sin (2 * G_PI * 400 * k / formats[i].rate);
      guint8 byte = k / 20 % 2 == 0 ? 0x8f : 0x0f;

      if (formats[i].encoding == VOWEL_ENCODING_PCM16)
        g_byte_array_append (part->audio, (guint8 *) &sample, sizeof sample);
      else
        g_byte_array_append (part->audio, &byte, 1);
    }
    vowel_session_add_item (f->session, f->client, item, NULL, &error);
    g_assert_no_error (error);
    if (i == 0)
      vowel_session_respond (f->session, f->client, NULL, &error);
    g_assert_no_error (error);
  }
}

static void
commit (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;

  vowel_session_commit_audio (f->session, f->client, &error);
  g_assert_no_error (error);
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
cancel (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;

  vowel_session_cancel (f->session, f->client, NULL, &error);
  g_assert_no_error (error);
}

static void
reconfigure (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;

  vowel_session_configure (f->session, f->client, f->config, NULL, &error);
  g_assert_no_error (error);
}

static void
nothing (gpointer user_data)
{
}

static void
test_text_turn (void)
{
  Fixture f;

  fixture_begin (&f, VOWEL_TURN_NONE);
  fixture_say (&f, "level 3");
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_COMPLETED);
  g_assert_cmpstr (f.text->str, ==, "I heard level 3. Bye.");
  /* Two sentences, 10 ms per character; the space between belongs to one. */
  g_assert_cmpuint (f.audio->len, >=, 20 * 480);
  g_assert_cmpuint (f.text_end, ==, strlen ("I heard level 3. Bye."));
  fixture_assert_level (&f, 3000);
  fixture_end (&f);
}

static void
test_volume (void)
{
  Fixture f;

  fixture_begin_with (&f, VOWEL_TURN_NONE, "out-volume.volume", "0.5", NULL);
  fixture_say (&f, "level 3");
  fixture_wait (&f, "response-done", 1);
  fixture_assert_level (&f, 1500);
  fixture_end (&f);
}

/* They are heard one after the other, while the caller speaks. */
static void
test_recordings (void)
{
  Fixture f;

  fixture_begin (&f, VOWEL_TURN_NONE);
  fixture_push_tone (&f, 300, 7000);
  gst_vowel_worker_call (f.worker, send_recordings, &f);
  fixture_wait (&f, "response-done", 1);
  fixture_wait (&f, "transcript-done", 2);
  /* A square wave at 16000, which a resampler overshoots. */
  g_assert_true (g_str_has_prefix (f.text->str, "I heard level "));
  g_assert_cmpint (atoi (f.text->str + strlen ("I heard level ")), >=, 15);
  g_assert_cmpint (atoi (f.transcript + strlen ("level ")), >=, 15);
  fixture_push_tone (&f, 300, 7000);
  gst_vowel_worker_call (f.worker, commit, &f);
  fixture_wait (&f, "response-done", 2);
  g_assert_cmpstr (f.transcript, ==, "level 7");
  fixture_end (&f);
}

/* One that the provider knows speaks, with any other the recipe's own. */
static void
test_voices (void)
{
  static const struct {
    const gchar *voice;
    gint level;
  } cases[] = {{"fake", 8000}, {"quiet", 4000}, {"marin", 8000}, {"", 8000}};
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    Fixture f;

    fixture_init (&f, VOWEL_TURN_NONE);
    g_free (f.config->voice);
    f.config->voice = g_strdup (cases[i].voice);
    fixture_start (&f, shared_worker);
    fixture_say (&f, "level 8");
    fixture_wait (&f, "response-done", 1);
    fixture_assert_level (&f, cases[i].level);
    fixture_end (&f);
  }
}

static void
test_push_to_talk (void)
{
  Fixture f;

  fixture_begin (&f, VOWEL_TURN_NONE);
  fixture_push_tone (&f, 400, 6000);
  gst_vowel_worker_call (f.worker, clear, &f);
  fixture_push_tone (&f, 400, 4000);
  gst_vowel_worker_call (f.worker, commit, &f);
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpstr (f.log->str, ==,
      "committed\nresponse-started\ntranscript-done\nresponse-done\n");
  g_assert_cmpstr (f.transcript, ==, "level 4");
  g_assert_cmpstr (f.text->str, ==, "I heard level 4. Bye.");
  fixture_push_tone (&f, 200, 7000);
  gst_vowel_worker_call (f.worker, commit, &f);
  fixture_wait (&f, "response-done", 2);
  g_assert_cmpstr (f.transcript, ==, "level 7");
  fixture_end (&f);
}

static void
test_spoken_turn (void)
{
  Fixture f;

  fixture_begin (&f, VOWEL_TURN_SERVER_VAD);
  fixture_push_tone (&f, 1000, 0);
  fixture_push_tone (&f, 1000, 5000);
  fixture_push_tone (&f, 1000, 0);
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpstr (f.log->str, ==,
      "speech-started\nspeech-stopped\ncommitted\ntranscript-done\nresponse-"
      "started\nresponse-done\n");
  g_assert_cmpstr (f.text->str, ==, "I heard level 5. Bye.");
  fixture_assert_level (&f, 5000);
  fixture_end (&f);
}

static void
test_barge_in (void)
{
  Fixture f;
  guint before;

  fixture_begin_slow (&f, VOWEL_TURN_SERVER_VAD);
  fixture_push_tone (&f, 1000, 0);
  fixture_say (&f, "slow 2");
  fixture_wait_audio (&f, 100);
  fixture_push_tone (&f, 1000, 5000);
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_CANCELLED);
  g_mutex_lock (&f.lock);
  before = f.audio->len;
  g_byte_array_set_size (f.audio, 0);
  g_assert_nonnull (
      strstr (f.log->str, "speech-started\ninterrupted\nresponse-done\n"));
  g_mutex_unlock (&f.lock);
  g_assert_cmpuint (before, >, 0);
  fixture_push_tone (&f, 1000, 0);
  fixture_wait (&f, "response-done", 2);
  /* Nothing of the first answer in the second one. */
  fixture_assert_level (&f, 5000);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_COMPLETED);
  fixture_end (&f);
}

static void
test_cancel (void)
{
  Fixture f;

  fixture_begin_slow (&f, VOWEL_TURN_NONE);
  fixture_say (&f, "slow 2");
  fixture_wait_audio (&f, 100);
  gst_vowel_worker_call (f.worker, cancel, &f);
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_CANCELLED);
  g_byte_array_set_size (f.audio, 0);
  fixture_say (&f, "level 8");
  fixture_wait (&f, "response-done", 2);
  fixture_assert_level (&f, 8000);
  fixture_end (&f);
}

static void
test_failures (void)
{
  Fixture f;

  fixture_begin_with (&f, VOWEL_TURN_NONE, "llm.provider::mode", "fail",
      "llm.provider::when", "fail", "llm.provider::error", "auth",
      "tts.provider::mode", "fail", "tts.provider::when", "mute",
      "tts.provider::error", "not-found", NULL);
  fixture_say (&f, "fail");
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_FAILED);
  g_assert_cmpstr (f.code, ==, "auth");
  fixture_say (&f, "mute");
  fixture_wait (&f, "response-done", 2);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_FAILED);
  g_assert_cmpstr (f.code, ==, "not-found");
  fixture_say (&f, "level 3");
  fixture_wait (&f, "response-done", 3);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_COMPLETED);
  fixture_end (&f);
}

static void
register_lookup (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GPtrArray) tools =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);

  g_ptr_array_add (tools, vowel_tool_new ("lookup", "Looks up", NULL));
  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, tools, NULL));
}

static void
answer (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (VowelItem) output =
      vowel_item_new_function_call_output (NULL, f->call_id, "level 6");

  g_assert_true (
      vowel_session_add_item (f->session, f->client, output, NULL, NULL));
  g_assert_true (vowel_session_respond (f->session, f->client, NULL, NULL));
}

static void
test_tool (void)
{
  Fixture f;

  fixture_begin_with (&f, VOWEL_TURN_NONE, "llm.provider::tool", "lookup",
      "llm.provider::tool-arguments", "{\"n\":1}", NULL);
  gst_vowel_worker_call (f.worker, register_lookup, &f);
  fixture_say (&f, "call it");
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_COMPLETED);
  gst_vowel_worker_call (f.worker, answer, &f);
  fixture_wait (&f, "response-done", 2);
  g_assert_cmpstr (f.text->str, ==, "The tool says: level 6.");
  fixture_end (&f);
}

/* White noise in the session's input format, in pieces of 20 ms. */
static void
push_noise (Fixture *f, guint ms, gint16 level)
{
  guint n = f->config->input_format.rate / 50;
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  guint i, at;

  for (at = 0; at < ms; at += 20) {
    gint16 *samples = g_new (gint16, n);
    g_autoptr (GBytes) bytes = NULL;

    for (i = 0; i < n; i++)
      samples[i] = g_rand_int_range (random, -level, level);
    bytes = g_bytes_new_take (samples, n * sizeof (gint16));
    fixture_push (f, bytes);
  }
}

/* How loud noise is that has lasted for some time. */
static gint
measure_noise (Fixture *f, const gchar *noise_reduction, guint nth)
{
  g_free (f->config->noise_reduction);
  f->config->noise_reduction = g_strdup (noise_reduction);
  gst_vowel_worker_call (f->worker, reconfigure, f);
  push_noise (f, 4000, 9000);
  gst_vowel_worker_call (f->worker, clear, f);
  push_noise (f, 1000, 9000);
  gst_vowel_worker_call (f->worker, commit, f);
  fixture_wait (f, "response-done", nth);
  return *f->transcript != '\0' ? atoi (f->transcript + strlen ("level ")) : 0;
}

/* At every rate that a client may have, and taken out again. */
static void
test_noise_reduction (gconstpointer data)
{
  Fixture f;
  gint loud;

  fixture_init (&f, VOWEL_TURN_NONE);
  f.config->input_format.rate = GPOINTER_TO_UINT (data);
  fixture_start (&f, shared_worker);
  loud = measure_noise (&f, NULL, 1);
  g_assert_cmpint (loud, >=, 7);
  g_assert_cmpint (measure_noise (&f, "near_field", 2), <, loud / 2);
  g_assert_cmpint (measure_noise (&f, "far_field", 3), <, loud / 3);
  g_assert_cmpint (measure_noise (&f, NULL, 4), >=, 7);
  fixture_end (&f);
}

/* What is refused changes nothing, not even what it named before. */
static void
reconfigure_in_vain (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (VowelSessionConfig) config = vowel_session_config_copy (f->config);
  g_autoptr (GError) error = NULL;

  config->input_format = (VowelAudioFormat){VOWEL_ENCODING_PCM16, 48000};
  config->noise_reduction = g_strdup ("near_field");
  g_assert_false (
      vowel_session_configure (f->session, f->client, config, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "in-noise"));
}

static void
test_no_place_for_noise_reduction (void)
{
  Fixture f;

  fixture_init (&f, VOWEL_TURN_NONE);
  g_clear_pointer (&f.recipe, vowel_pipeline_recipe_unref);
  f.recipe = vowel_pipeline_recipe_new (
      "wsaudiosrc name=in ! audioresample ! "
      "audio/x-raw,format=S16LE,rate=16000,channels=1 ! "
      "vad name=vad detector=energy ! "
      "sttsink name=stt provider=fake provider::level=true "
      "llmbin name=llm provider=fake ! fakesink");
  fixture_start (&f, shared_worker);
  gst_vowel_worker_call (f.worker, reconfigure_in_vain, &f);
  fixture_push_tone (&f, 400, 6000);
  gst_vowel_worker_call (f.worker, commit, &f);
  fixture_wait (&f, "response-done", 1);
  g_assert_cmpstr (f.transcript, ==, "level 6");
  fixture_end (&f);
}

/* G.711 both ways, switched while the session runs. */
static void
test_formats (void)
{
  Fixture f;
  guint i, loud = 0;

  fixture_begin (&f, VOWEL_TURN_NONE);
  fixture_push_tone (&f, 200, 3000);
  gst_vowel_worker_call (f.worker, commit, &f);
  fixture_wait (&f, "response-done", 1);
  f.config->input_format = f.config->output_format =
      (VowelAudioFormat){VOWEL_ENCODING_PCMU, 8000};
  gst_vowel_worker_call (f.worker, reconfigure, &f);
  g_byte_array_set_size (f.audio, 0);
  fixture_push_tone (&f, 400, 1);
  gst_vowel_worker_call (f.worker, commit, &f);
  fixture_wait (&f, "response-done", 2);
  /* A square wave overshoots. */
  g_assert_cmpint (atoi (f.transcript + strlen ("level ")), >=, 15);
  /* 80 bytes per 10 ms and character */
  g_assert_cmpuint (f.audio->len, >, 15 * 80);
  g_assert_cmpuint (f.audio->len, <, 30 * 80);
  for (i = 0; i < f.audio->len; i++)
    loud += f.audio->data[i] != 0xff && f.audio->data[i] != 0x7f;
  g_assert_cmpuint (loud, >, f.audio->len / 2);

  f.config->input_format = f.config->output_format =
      (VowelAudioFormat){VOWEL_ENCODING_PCM16, 16000};
  gst_vowel_worker_call (f.worker, reconfigure, &f);
  g_byte_array_set_size (f.audio, 0);
  fixture_push_tone (&f, 400, 9000);
  gst_vowel_worker_call (f.worker, commit, &f);
  fixture_wait (&f, "response-done", 3);
  g_assert_cmpstr (f.transcript, ==, "level 9");
  fixture_end (&f);
}

static void
test_detection_changes (void)
{
  Fixture f;

  fixture_begin (&f, VOWEL_TURN_NONE);
  fixture_push_tone (&f, 400, 3000);
  gst_vowel_worker_call (f.worker, commit, &f);
  fixture_wait (&f, "response-done", 1);
  vowel_turn_detection_init (&f.config->turn_detection, VOWEL_TURN_SERVER_VAD);
  gst_vowel_worker_call (f.worker, reconfigure, &f);
  fixture_push_tone (&f, 1000, 0);
  fixture_push_tone (&f, 1000, 5000);
  fixture_push_tone (&f, 1000, 0);
  fixture_wait (&f, "response-done", 2);
  g_assert_cmpstr (f.transcript, ==, "level 5");
  vowel_turn_detection_init (&f.config->turn_detection, VOWEL_TURN_NONE);
  gst_vowel_worker_call (f.worker, reconfigure, &f);
  fixture_push_tone (&f, 400, 7000);
  gst_vowel_worker_call (f.worker, commit, &f);
  fixture_wait (&f, "response-done", 3);
  g_assert_cmpstr (f.transcript, ==, "level 7");
  fixture_end (&f);
}

static void
test_two_sessions (void)
{
  g_autoptr (GstVowelWorker) other = gst_vowel_worker_new ("other", NULL);
  Fixture a, b;
  guint i;

  fixture_begin (&a, VOWEL_TURN_SERVER_VAD);
  fixture_init (&b, VOWEL_TURN_SERVER_VAD);
  fixture_start (&b, other);
  for (i = 0; i < 30; i++) {
    fixture_push_tone (&a, 100, i % 30 >= 10 && i % 30 < 20 ? 4000 : 0);
    fixture_push_tone (&b, 100, i % 30 >= 10 && i % 30 < 20 ? 8000 : 0);
  }
  fixture_wait (&a, "response-done", 1);
  fixture_wait (&b, "response-done", 1);
  g_assert_cmpstr (a.text->str, ==, "I heard level 4. Bye.");
  g_assert_cmpstr (b.text->str, ==, "I heard level 8. Bye.");
  fixture_assert_level (&a, 4000);
  fixture_assert_level (&b, 8000);
  fixture_end (&a);
  fixture_end (&b);
}

static void
test_bad_recipe (void)
{
  g_autoptr (VowelPipelineRecipe) bad =
      vowel_pipeline_recipe_new ("# nothing\nfakesrc ! fakesink");
  g_autoptr (VowelPipelineRecipe) typo =
      vowel_pipeline_recipe_load ("session", NULL);
  g_autoptr (VowelPipelineRecipe) none = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GError) error = NULL;

  none = vowel_pipeline_recipe_load ("no-such-recipe", &error);
  g_assert_null (none);
  g_assert_nonnull (strstr (error->message, "no-such-recipe"));
  g_clear_error (&error);
  vowel_pipeline_recipe_set_property (bad, "stt.provider", "x");
  pipeline = vowel_pipeline_recipe_build (bad, "test", &error);
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "\"stt\""));
  g_clear_error (&error);
  vowel_pipeline_recipe_set_property (typo, "vad.treshold", "0.5");
  pipeline = vowel_pipeline_recipe_build (typo, "test", &error);
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_UNKNOWN_FIELD);
}

/* Objects made minus objects gone since the last call. */
static gint
take_balance (GstTracer *leaks)
{
  GstStructure *info = NULL;
  gint balance;

  g_signal_emit_by_name (leaks, "activity-get-checkpoint", &info);
  balance = (gint) gst_value_list_get_size (
                gst_structure_get_value (info, "objects-created-list"))
            - (gint) gst_value_list_get_size (
                gst_structure_get_value (info, "objects-removed-list"));
  gst_structure_free (info);
  return balance;
}

static void
one_session (void)
{
  Fixture f;

  fixture_begin (&f, VOWEL_TURN_NONE);
  fixture_push_tone (&f, 200, 4000);
  gst_vowel_worker_call (f.worker, commit, &f);
  fixture_wait (&f, "response-done", 1);
  fixture_end (&f);
  gst_vowel_worker_call (f.worker, nothing, NULL);
}

static void
test_leaks (void)
{
  GList *tracers = gst_tracing_get_active_tracers ();
  GstTracer *leaks = NULL;
  GList *l;
  Fixture f;
  gint live;
  guint i;

  for (l = tracers; l != NULL; l = l->next) {
    if (g_str_equal (G_OBJECT_TYPE_NAME (l->data), "GstLeaksTracer"))
      leaks = l->data;
  }
  g_assert_nonnull (leaks);
  one_session ();
  g_signal_emit_by_name (leaks, "activity-start-tracking");
  fixture_begin (&f, VOWEL_TURN_NONE);
  live = take_balance (leaks);
  g_assert_cmpint (live, >, 10);
  fixture_end (&f);
  gst_vowel_worker_call (shared_worker, nothing, NULL);
  live += take_balance (leaks);
  for (i = 0; i < 200; i++)
    one_session ();
  live += take_balance (leaks);
  g_assert_cmpint (live, ==, 0);
  g_signal_emit_by_name (leaks, "activity-stop-tracking");
  g_list_free_full (tracers, gst_object_unref);
}

int
main (int argc, char *argv[])
{
  gint ret;

  g_setenv ("GST_TRACERS",
      "leaks(filters=\"GstElement,GstPad,GstBuffer,GstEvent,GstMessage,"
      "GstBus\")",
      TRUE);
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  shared_worker = gst_vowel_worker_new ("test", NULL);

  g_test_add_func ("/pipeline/text_turn", test_text_turn);
  g_test_add_func ("/pipeline/volume", test_volume);
  g_test_add_func ("/pipeline/recordings", test_recordings);
  g_test_add_func ("/pipeline/push_to_talk", test_push_to_talk);
  g_test_add_func ("/pipeline/spoken_turn", test_spoken_turn);
  g_test_add_func ("/pipeline/barge_in", test_barge_in);
  g_test_add_func ("/pipeline/cancel", test_cancel);
  g_test_add_func ("/pipeline/voices", test_voices);
  g_test_add_func ("/pipeline/failures", test_failures);
  g_test_add_func ("/pipeline/tool", test_tool);
  g_test_add_func ("/pipeline/formats", test_formats);
  g_test_add_data_func ("/pipeline/noise_reduction/24000",
      GUINT_TO_POINTER (24000), test_noise_reduction);
  g_test_add_data_func ("/pipeline/noise_reduction/11025",
      GUINT_TO_POINTER (11025), test_noise_reduction);
  g_test_add_func ("/pipeline/no_place_for_noise_reduction",
      test_no_place_for_noise_reduction);
  g_test_add_func ("/pipeline/detection_changes", test_detection_changes);
  g_test_add_func ("/pipeline/two_sessions", test_two_sessions);
  g_test_add_func ("/pipeline/bad_recipe", test_bad_recipe);
  g_test_add_func ("/pipeline/leaks", test_leaks);
  ret = g_test_run ();
  gst_object_unref (shared_worker);
  return ret;
}
