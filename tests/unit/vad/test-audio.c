/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "test-audio.h"

#include <math.h>

#ifdef HAVE_FLITE
#include <flite/flite.h>

cst_voice *register_cmu_us_slt (const char *voxdir);
#endif

GArray *
test_audio_new (void)
{
  return g_array_new (FALSE, FALSE, sizeof (gint16));
}

gboolean
test_audio_say (GArray *audio, const gchar *text)
{
#ifdef HAVE_FLITE
  static cst_voice *voice;
  cst_wave *wave;

  if (voice == NULL) {
    flite_init ();
    voice = register_cmu_us_slt (NULL);
  }
  wave = flite_text_to_wave (text, voice);
  g_assert_nonnull (wave);
  g_assert_cmpint (wave->sample_rate, ==, TEST_AUDIO_RATE);
  g_assert_cmpint (wave->num_channels, ==, 1);
  g_array_append_vals (audio, wave->samples, wave->num_samples);
  delete_wave (wave);
  return TRUE;
#else
  g_test_skip ("flite is not installed: nobody to speak");
  return FALSE;
#endif
}

void
test_audio_silence (GArray *audio, guint milliseconds)
{
  guint n = audio->len;

  g_array_set_size (audio, n + milliseconds * (TEST_AUDIO_RATE / 1000));
  for (; n < audio->len; n++)
    g_array_index (audio, gint16, n) = 0;
}

static void
add (GArray *audio, guint index, gdouble value)
{
  gint16 *sample = &g_array_index (audio, gint16, index);

  *sample = CLAMP (lrint (*sample + value), G_MININT16, G_MAXINT16);
}

void
test_audio_add_noise (GArray *audio, gdouble dbfs, guint32 seed)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  /* A uniform distribution of this width has the power asked for. */
  gdouble width = 32768.0 * pow (10.0, dbfs / 20.0) * sqrt (3.0);
  guint i;

  for (i = 0; i < audio->len; i++)
    add (audio, i, g_rand_double_range (rand, -width, width));
}

GArray *
test_audio_halve (const GArray *audio)
{
  /* A half-band filter of 31 taps, Hamming window. */
  gdouble taps[31];
  GArray *ret = test_audio_new ();
  guint i;
  gint k;

  for (k = -15; k <= 15; k++) {
    gdouble sinc = k == 0 ? 0.5 : sin (G_PI * k / 2.0) / (G_PI * k);

    taps[k + 15] = sinc * (0.54 + 0.46 * cos (G_PI * k / 15.0));
  }
  for (i = 0; i < audio->len; i += 2) {
    gdouble sum = 0.0;
    gint16 sample;

    for (k = -15; k <= 15; k++) {
      if ((gint) i + k >= 0 && i + k < audio->len)
        sum += taps[k + 15] * g_array_index (audio, gint16, i + k);
    }
    sample = CLAMP (lrint (sum), G_MININT16, G_MAXINT16);
    g_array_append_val (ret, sample);
  }

  return ret;
}

gchar *
test_weights_path (void)
{
  const gchar *path = g_getenv ("VOWEL_SILERO_MODEL");
  g_autofree gchar *in_data = NULL;

  if (path != NULL)
    return g_strdup (path);

  in_data = g_build_filename (
      g_getenv ("VOWEL_DATA_DIR"), "models", "silero_vad.onnx", NULL);
  if (g_file_test (in_data, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&in_data);

  g_test_skip ("no Silero weights: run scripts/fetch-silero");
  return NULL;
}

GBytes *
test_weights (void)
{
  g_autofree gchar *path = test_weights_path ();
  g_autoptr (GError) error = NULL;
  gchar *data;
  gsize size;

  if (path == NULL)
    return NULL;

  g_file_get_contents (path, &data, &size, &error);
  g_assert_no_error (error);
  return g_bytes_new_take (data, size);
}
