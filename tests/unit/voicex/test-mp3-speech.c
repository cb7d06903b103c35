/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/voicex/mp3-speech.h"

#include <glib/gstdio.h>
#include <gst/gst.h>
#include <math.h>
#include <string.h>

#define FRAME_SAMPLES 576
#define FRAME_SIZE 192

static const VowelAudioFormat pcm24 = {VOWEL_ENCODING_PCM16, 24000};
static const VowelAudioFormat pcm16 = {VOWEL_ENCODING_PCM16, 16000};
static const VowelAudioFormat mu_law = {VOWEL_ENCODING_PCMU, 8000};

static VowelMp3Speech *
make_speech (void)
{
  g_autoptr (GError) error = NULL;
  VowelMp3Speech *speech = vowel_mp3_speech_new (&error);

  g_assert_no_error (error);
  return speech;
}

static GBytes *
make_tone (const VowelAudioFormat *format, guint hz, gsize n)
{
  g_autofree gint16 *samples = g_new (gint16, n);

  for (gsize i = 0; i < n; i++)
    samples[i] = (gint16) (8000 * sin (2 * G_PI * hz * i / format->rate));
  return vowel_audio_format_encode (format, samples, n);
}

static void
add (VowelMp3Speech *speech, const VowelAudioFormat *format, GBytes *audio)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vowel_mp3_speech_add (speech, format, audio, &error));
  g_assert_no_error (error);
}

static GBytes *
finish (VowelMp3Speech *speech)
{
  g_autoptr (GError) error = NULL;
  GBytes *file = vowel_mp3_speech_finish (speech, &error);

  g_assert_no_error (error);
  return file;
}

/* In pieces of 20 ms. */
static GBytes *
make_file (
    VowelMp3Speech *speech, const VowelAudioFormat *format, guint hz, gsize n)
{
  g_autoptr (GBytes) tone = make_tone (format, hz, n);
  gsize size = g_bytes_get_size (tone);
  gsize step = vowel_audio_format_bytes (format, 20000);

  for (gsize at = 0; at < size; at += step) {
    g_autoptr (GBytes) piece =
        g_bytes_new_from_bytes (tone, at, MIN (step, size - at));

    add (speech, format, piece);
  }
  return finish (speech);
}

static guint32
read_be32 (const guint8 *at)
{
  guint32 value;

  memcpy (&value, at, sizeof value);
  return GUINT32_FROM_BE (value);
}

/* Every frame begins where the last one ends; the first says how many samples
 * the sentence has. */
static guint
check_frames (GBytes *file)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);
  guint n_frames = (guint) (size / FRAME_SIZE) - 1;
  const guint8 *tag = data + 13;
  guint delay = tag[37] << 4 | tag[38] >> 4;
  guint padding = (tag[38] & 0x0f) << 8 | tag[39];

  g_assert_cmpuint (size % FRAME_SIZE, ==, 0);
  for (gsize at = 0; at < size; at += FRAME_SIZE) {
    g_assert_cmphex (data[at], ==, 0xff);
    g_assert_cmphex (data[at + 1] & 0xfe, ==, 0xf2); /* MPEG 2, layer III */
    g_assert_cmphex (data[at + 2], ==, 0x84); /* 64 kbit/s, 24 kHz, unpadded */
    g_assert_cmphex (data[at + 3] & 0xc0, ==, 0xc0); /* mono */
  }
  g_assert_cmpmem (tag, 4, "Info", 4);
  g_assert_cmpuint (read_be32 (tag + 8), ==, n_frames);
  g_assert_cmpuint (read_be32 (tag + 12), ==, size);
  /* What decoders are late by must be there at the end, too. */
  g_assert_cmpuint (padding, >=, 529);
  return n_frames * FRAME_SAMPLES - delay - padding;
}

/* What somebody else's decoder makes of it. */
static GBytes *
decode (GBytes *file)
{
  g_autofree gchar *folder = g_dir_make_tmp ("vowel-mp3-XXXXXX", NULL);
  g_autofree gchar *mp3 = g_build_filename (folder, "speech.mp3", NULL);
  g_autofree gchar *raw = g_build_filename (folder, "speech.raw", NULL);
  g_autofree gchar *description =
      g_strdup_printf ("filesrc location=%s ! mpegaudioparse ! mpg123audiodec "
                       "! audioconvert ! audio/x-raw,format=S16LE,rate=24000,"
                       "channels=1 ! filesink location=%s",
          mp3, raw);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (description, &error);
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;
  gchar *samples;
  gsize length;

  g_assert_no_error (error);
  g_file_set_contents (mp3, g_bytes_get_data (file, NULL),
      (gssize) g_bytes_get_size (file), &error);
  g_assert_no_error (error);
  /* GStreamer 1.22 of a frame of which nothing is to be heard. */
  g_test_expect_message (
      "GStreamer-Audio", G_LOG_LEVEL_CRITICAL, "*'size > 0' failed");
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  bus = gst_element_get_bus (pipeline);
  message = gst_bus_timed_pop_filtered (
      bus, 10 * GST_SECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_test_assert_expected_messages ();

  g_file_get_contents (raw, &samples, &length, &error);
  g_assert_no_error (error);
  g_unlink (mp3);
  g_unlink (raw);
  g_rmdir (folder);
  return g_bytes_new_take (samples, length);
}

/* Whether @ms of a tone are to be heard, and little else. */
static void
check_sound (GBytes *file, guint hz, guint ms)
{
  g_autoptr (GBytes) pcm = decode (file);
  gsize size;
  const gint16 *samples = g_bytes_get_data (pcm, &size);
  guint n = (guint) (size / sizeof (gint16));
  gdouble re = 0, im = 0, all = 0;
  /* LAME leaves itself some room. */
  gdouble level = 0.95 * 8000;
  gdouble expected = level * level / 2 * ms * 24;

  for (guint i = 0; i < n; i++) {
    re += samples[i] * cos (2 * G_PI * hz * i / 24000);
    im += samples[i] * sin (2 * G_PI * hz * i / 24000);
    all += (gdouble) samples[i] * samples[i];
  }
  g_assert_cmpfloat_with_epsilon (all, expected, 0.03 * expected);
  g_assert_cmpfloat (2 * (re * re + im * im) / (ms * 24) / all, >, 0.97);
  g_assert_cmpuint (n, ==, check_frames (file));
}

static void
test_each_sentence_is_a_file (void)
{
  static const struct {
    guint hz;
    guint ms;
  } sentences[] = {{440, 900}, {1000, 300}, {300, 2500}};
  g_autoptr (VowelMp3Speech) speech = make_speech ();

  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++) {
    gsize n = sentences[i].ms * 24;
    g_autoptr (GBytes) file = make_file (speech, &pcm24, sentences[i].hz, n);

    g_assert_cmpuint (check_frames (file), ==, n);
    check_sound (file, sentences[i].hz, sentences[i].ms);
  }
}

static void
test_says_how_long_it_is (void)
{
  static const gsize lengths[] = {1, 575, 576, 577, 1151, 1152, 1153, 24000};
  g_autoptr (VowelMp3Speech) speech = make_speech ();

  for (guint i = 0; i < G_N_ELEMENTS (lengths); i++) {
    g_autoptr (GBytes) file = make_file (speech, &pcm24, 440, lengths[i]);

    g_assert_cmpuint (check_frames (file), ==, lengths[i]);
  }
}

static void
test_remembers_nothing (void)
{
  g_autoptr (VowelMp3Speech) speech = make_speech ();
  g_autoptr (GBytes) first = make_file (speech, &pcm24, 440, 12000);
  g_autoptr (GBytes) other = make_file (speech, &mu_law, 1000, 4000);
  g_autoptr (GBytes) dropped = make_tone (&mu_law, 700, 3000);
  g_autoptr (GBytes) again = NULL;

  add (speech, &mu_law, dropped);
  vowel_mp3_speech_drop (speech);
  again = make_file (speech, &pcm24, 440, 12000);
  g_assert_true (g_bytes_equal (first, again));
  g_assert_false (g_bytes_equal (first, other));
}

static void
test_converts (void)
{
  static const struct {
    const VowelAudioFormat *format;
    gsize n;
  } inputs[] = {{&mu_law, 4800}, {&pcm16, 9600}, {&pcm24, 14400}};
  g_autoptr (VowelMp3Speech) speech = make_speech ();

  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++) {
    g_autoptr (GBytes) file =
        make_file (speech, inputs[i].format, 440, inputs[i].n);

    g_assert_cmpint (ABS ((gint) check_frames (file) - 600 * 24), <=, 24);
    check_sound (file, 440, 600);
  }
}

static void
test_nothing_is_no_file (void)
{
  g_autoptr (VowelMp3Speech) speech = make_speech ();
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);

  g_assert_null (finish (speech));
  add (speech, &pcm24, nothing);
  g_assert_null (finish (speech));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func (
      "/mp3-speech/each-sentence-is-a-file", test_each_sentence_is_a_file);
  g_test_add_func ("/mp3-speech/says-how-long-it-is", test_says_how_long_it_is);
  g_test_add_func ("/mp3-speech/remembers-nothing", test_remembers_nothing);
  g_test_add_func ("/mp3-speech/converts", test_converts);
  g_test_add_func ("/mp3-speech/nothing-is-no-file", test_nothing_is_no_file);
  return g_test_run ();
}
