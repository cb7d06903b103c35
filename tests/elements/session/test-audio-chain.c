/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/audio-chain.h"

#include <gst/gst.h>
#include <math.h>
#include <string.h>

static const VowelAudioFormat pcm24 = {VOWEL_ENCODING_PCM16, 24000};
static const VowelAudioFormat pcm16 = {VOWEL_ENCODING_PCM16, 16000};
static const VowelAudioFormat mu_law = {VOWEL_ENCODING_PCMU, 8000};
static const VowelAudioFormat a_law = {VOWEL_ENCODING_PCMA, 8000};

static GBytes *
make_tone (const VowelAudioFormat *format, guint hz, guint ms)
{
  gsize n = (gsize) format->rate * ms / 1000;
  g_autofree gint16 *samples = g_new (gint16, n);

  for (gsize i = 0; i < n; i++)
    samples[i] = (gint16) (8000 * sin (2 * G_PI * hz * i / format->rate));
  return vowel_audio_format_encode (format, samples, n);
}

static void
append (GByteArray *all, GBytes *bytes)
{
  g_byte_array_append (
      all, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
}

/* A whole stream, in pieces of @step bytes. */
static GByteArray *
run (VowelAudioChain *chain, GBytes *audio, gsize step)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  g_autoptr (GBytes) rest = NULL;
  g_autoptr (GError) error = NULL;
  gsize size = g_bytes_get_size (audio);

  for (gsize at = 0; at < size; at += step) {
    g_autoptr (GBytes) piece =
        g_bytes_new_from_bytes (audio, at, MIN (step, size - at));
    g_autoptr (GBytes) out = vowel_audio_chain_push (chain, piece, &error);

    g_assert_no_error (error);
    append (all, out);
  }
  rest = vowel_audio_chain_finish (chain, &error);
  g_assert_no_error (error);
  append (all, rest);
  return g_steal_pointer (&all);
}

/* How much of PCM is a tone of @hz, 0 to 1. */
static gdouble
purity (const GByteArray *pcm, guint rate, guint hz)
{
  const gint16 *samples = (const gint16 *) pcm->data;
  guint n = pcm->len / 2;
  gdouble re = 0, im = 0, all = 0;

  for (guint i = 0; i < n; i++) {
    re += samples[i] * cos (2 * G_PI * hz * i / rate);
    im += samples[i] * sin (2 * G_PI * hz * i / rate);
    all += (gdouble) samples[i] * samples[i];
  }
  return all > 0 ? 2 * (re * re + im * im) / n / all : 0;
}

static void
check_converter (const VowelAudioFormat *input, const VowelAudioFormat *output)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAudioChain) there =
      vowel_audio_chain_new_converter (input, output, &error);
  g_autoptr (VowelAudioChain) to_pcm =
      vowel_audio_chain_new_converter (output, &pcm24, NULL);
  g_autoptr (GBytes) tone = make_tone (input, 440, 600);
  g_autoptr (GByteArray) converted = run (there, tone, 160);
  g_autoptr (GBytes) bytes =
      g_bytes_new_static (converted->data, converted->len);
  g_autoptr (GByteArray) heard = run (to_pcm, bytes, 320);

  g_assert_cmpint (
      ABS (vowel_audio_format_duration_us (output, converted->len) - 600000), <,
      1000);
  g_assert_cmpfloat (purity (heard, 24000, 440), >, 0.97);
}

static void
test_converts (void)
{
  const VowelAudioFormat *formats[] = {&pcm24, &pcm16, &mu_law, &a_law};

  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    for (guint j = 0; j < G_N_ELEMENTS (formats); j++)
      check_converter (formats[i], formats[j]);
}

static void
test_passes_equal_formats (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAudioChain) chain =
      vowel_audio_chain_new_converter (&mu_law, &mu_law, &error);
  g_autoptr (GBytes) tone = make_tone (&mu_law, 440, 60);
  g_autoptr (GByteArray) out = run (chain, tone, 7);

  g_assert_cmpmem (out->data, out->len, g_bytes_get_data (tone, NULL), 8 * 60);
}

static void
test_begins_anew (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAudioChain) chain =
      vowel_audio_chain_new ("lamemp3enc target=bitrate bitrate=48 cbr=true "
                             "mono=true",
          &pcm24, &error);
  g_autoptr (GBytes) tone = make_tone (&pcm24, 440, 500);
  g_autoptr (GBytes) other = make_tone (&pcm24, 1000, 700);
  g_autoptr (GBytes) lost = NULL;
  g_autoptr (GByteArray) first = NULL, second = NULL, third = NULL;

  g_assert_no_error (error);
  first = run (chain, tone, 960);
  second = run (chain, other, 4800);
  lost = vowel_audio_chain_push (chain, other, &error);
  g_assert_no_error (error);
  vowel_audio_chain_reset (chain);
  third = run (chain, tone, 960);

  /* A file of frames, the first of which begins at once. */
  g_assert_cmpuint (first->len, >, 48 / 8 * 500);
  g_assert_cmphex (first->data[0], ==, 0xff);
  g_assert_cmphex (first->data[1] & 0xfe, ==, 0xf2); /* MPEG 2, layer III */
  g_assert_cmpuint (second->len, >, first->len);
  g_assert_cmpmem (first->data, first->len, third->data, third->len);
}

static void
test_nothing_makes_nothing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAudioChain) chain =
      vowel_audio_chain_new_converter (&mu_law, &pcm24, &error);
  g_autoptr (GBytes) nothing = g_bytes_new (NULL, 0);
  g_autoptr (GBytes) pushed = vowel_audio_chain_push (chain, nothing, &error);
  g_autoptr (GBytes) rest = vowel_audio_chain_finish (chain, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (pushed), ==, 0);
  g_assert_cmpuint (g_bytes_get_size (rest), ==, 0);
}

static void
test_says_what_is_missing (void)
{
  g_autoptr (GError) error = NULL;
  VowelAudioChain *chain =
      vowel_audio_chain_new ("mulawdec ! nosuchenc", &mu_law, &error);

  g_assert_null (chain);
  g_assert_error (error, GST_PARSE_ERROR, GST_PARSE_ERROR_NO_SUCH_ELEMENT);
  g_assert_nonnull (strstr (error->message, "nosuchenc"));
}

static void
test_goes_on_after_a_failure (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAudioChain) chain =
      vowel_audio_chain_new ("identity error-after=2", &pcm16, &error);
  g_autoptr (GBytes) tone = make_tone (&pcm16, 440, 20);
  g_autoptr (GBytes) first = vowel_audio_chain_push (chain, tone, &error);
  g_autoptr (GBytes) none = NULL;
  g_autoptr (GBytes) rest = NULL;
  g_autoptr (GBytes) next = NULL;

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (first), ==, g_bytes_get_size (tone));
  none = vowel_audio_chain_push (chain, tone, &error);
  g_assert_null (none);
  g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_FAILED);
  g_clear_error (&error);

  rest = vowel_audio_chain_finish (chain, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (rest), ==, 0);
  next = vowel_audio_chain_push (chain, tone, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (next), ==, g_bytes_get_size (tone));
}

static void
test_refuses_what_elements_cannot_take (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAudioChain) chain = vowel_audio_chain_new (
      "capsfilter caps=audio/x-raw,rate=8000", &pcm24, &error);
  g_autoptr (GBytes) tone = make_tone (&pcm24, 440, 20);
  GBytes *out;

  g_assert_no_error (error);
  out = vowel_audio_chain_push (chain, tone, &error);
  g_assert_null (out);
  g_assert_error (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/audio-chain/converts", test_converts);
  g_test_add_func (
      "/audio-chain/passes-equal-formats", test_passes_equal_formats);
  g_test_add_func ("/audio-chain/begins-anew", test_begins_anew);
  g_test_add_func (
      "/audio-chain/nothing-makes-nothing", test_nothing_makes_nothing);
  g_test_add_func (
      "/audio-chain/says-what-is-missing", test_says_what_is_missing);
  g_test_add_func (
      "/audio-chain/goes-on-after-a-failure", test_goes_on_after_a_failure);
  g_test_add_func ("/audio-chain/refuses-what-elements-cannot-take",
      test_refuses_what_elements_cannot_take);
  return g_test_run ();
}
