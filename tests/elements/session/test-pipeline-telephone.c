/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which recipe a session gets that begins with a telephone's audio, and what
 * its detector then listens to. */

#include "pipeline-fixture.h"

#include <stdio.h>

static gint listens_to; /* atomic: samples per second */

static void
on_log (GstDebugCategory *category, GstDebugLevel level, const gchar *file,
    const gchar *function, gint line, GObject *object, GstDebugMessage *message,
    gpointer user_data)
{
  const gchar *text = gst_debug_message_get (message);
  gint rate;

  if (text != NULL && sscanf (text, "listens to %d samples", &rate) == 1)
    g_atomic_int_set (&listens_to, rate);
}

static gint
hear (VowelAudioFormat format, const gchar *telephone)
{
  Fixture f;

  g_atomic_int_set (&listens_to, 0);
  fixture_init (&f, VOWEL_TURN_SERVER_VAD);
  f.config->input_format = f.config->output_format = format;
  if (telephone != NULL) {
    g_autoptr (VowelPipelineRecipe) other =
        vowel_pipeline_recipe_load (telephone, NULL);

    g_assert_nonnull (other);
    vowel_pipeline_recipe_set_telephone (f.recipe, other);
  }
  fixture_start (&f, shared_worker);
  fixture_push_tone (&f, 400, 0);
  fixture_push_tone (&f, 600, 8000);
  fixture_push_tone (&f, 1200, 0);
  fixture_wait (&f, "speech-started", 1);
  fixture_wait (&f, "response-done", 1);
  g_assert_true (g_str_has_prefix (f.transcript, "level "));
  g_assert_cmpuint (f.audio->len, >, 0);
  fixture_end (&f);
  return g_atomic_int_get (&listens_to);
}

static void
test_telephone (void)
{
  static const VowelAudioFormat formats[] = {
      {VOWEL_ENCODING_PCMU, 8000}, {VOWEL_ENCODING_PCM16, 8000}};

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    g_assert_cmpint (hear (formats[i], "session-telephony"), ==, 8000);
}

static void
test_others (void)
{
  static const VowelAudioFormat wide = {VOWEL_ENCODING_PCM16, 24000};
  static const VowelAudioFormat narrow = {VOWEL_ENCODING_PCMU, 8000};

  g_assert_cmpint (hear (wide, "session-telephony"), ==, 16000);
  g_assert_cmpint (hear (narrow, NULL), ==, 16000);
}

int
main (int argc, char *argv[])
{
  gint failures;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  gst_debug_set_active (TRUE);
  gst_debug_set_threshold_for_name ("vad", GST_LEVEL_INFO);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (on_log, NULL, NULL);
  shared_worker = gst_vowel_worker_new ("test", NULL);
  g_test_add_func ("/pipeline/telephone", test_telephone);
  g_test_add_func ("/pipeline/others", test_others);
  failures = g_test_run ();
  gst_object_unref (shared_worker);
  return failures;
}
