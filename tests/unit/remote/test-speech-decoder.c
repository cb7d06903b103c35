/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>

#include "speech-decoder.h"

static gboolean
feed (SpeechDecoder *decoder, GByteArray *got, const guint8 *data, gsize size,
    GError **error)
{
  /* Always whole samples. */
  gboolean ok = speech_decoder_feed (decoder, data, size, got, error);

  g_assert_cmpuint (got->len % 2, ==, 0);
  return ok;
}

/* In two pieces at every place, and byte by byte. */
static void
expect (const void *stream, gsize size, const gchar *expected, gint rate)
{
  const guint8 *bytes = stream;

  for (gsize split = 0; split <= size + 1; split++) {
    g_autoptr (SpeechDecoder) decoder = speech_decoder_new (24000);
    g_autoptr (GByteArray) got = g_byte_array_new ();
    g_autoptr (GError) error = NULL;

    if (split <= size) {
      feed (decoder, got, bytes, split, &error);
      feed (decoder, got, bytes + split, size - split, &error);
    } else {
      for (gsize i = 0; i < size; i++)
        feed (decoder, got, bytes + i, 1, &error);
    }
    g_assert_no_error (error);
    g_assert_cmpmem (got->data, got->len, expected, strlen (expected));
    g_assert_cmpint (speech_decoder_get_rate (decoder), ==, rate);
  }
}

static void
expect_refused (const void *stream, gsize size)
{
  g_autoptr (SpeechDecoder) decoder = speech_decoder_new (24000);
  g_autoptr (GByteArray) got = g_byte_array_new ();
  g_autoptr (GError) error = NULL;

  g_assert_false (feed (decoder, got, stream, size, &error));
  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL);
  g_assert_cmpuint (got->len, ==, 0);
}

#define FMT(format, channels, rate, bits)                                      \
  "fmt \x10\0\0\0" format channels rate "\0\0\0\0\2\0" bits
#define GOOD FMT ("\1\0", "\1\0", "\x40\x1f\0\0", "\x10\0")
#define WAV(size, chunks) "RIFF" size "WAVE" chunks
#define S(text) text, sizeof (text) - 1

static void
test_bare (void)
{
  expect (S ("abcdef"), "abcdef", 24000);
  expect (S ("abcde"), "abcd", 24000);
  expect (S ("RIFX1234"), "RIFX1234", 24000);
  expect (S ("RIFF1234WAVX"), "RIFF1234WAVX", 24000);
}

static void
test_wav (void)
{
  expect (S (WAV ("\x28\0\0\0", GOOD "data\4\0\0\0"
                                     "abcd")),
      "abcd", 8000);
  /* Still being written. */
  expect (S (WAV ("\xff\xff\xff\xff", GOOD "data\xff\xff\xff\xff"
                                           "abcde")),
      "abcd", 8000);
  expect (S (WAV ("\0\0\0\0", GOOD "data\0\0\0\0"
                                   "abcd")),
      "abcd", 8000);
  expect (S (WAV ("\0\0\0\0", "JUNK\3\0\0\0xyz\0" GOOD "LIST\2\0\0\0zz"
                              "data\0\0\0\0"
                              "abcd")),
      "abcd", 8000);
}

static void
test_refused (void)
{
  expect_refused (
      S (WAV ("\0\0\0\0", FMT ("\1\0", "\2\0", "\x40\x1f\0\0", "\x10\0"))));
  expect_refused (
      S (WAV ("\0\0\0\0", FMT ("\3\0", "\1\0", "\x40\x1f\0\0", "\x20\0"))));
  expect_refused (
      S (WAV ("\0\0\0\0", FMT ("\1\0", "\1\0", "\1\0\0\0", "\x10\0"))));
  expect_refused (S (WAV ("\0\0\0\0", "data\4\0\0\0"
                                      "abcd")));
  expect_refused (S (WAV ("\0\0\0\0", "fmt \2\0\0\0"
                                      "ab")));
  expect_refused (S (WAV ("\0\0\0\0", "JUNK\xff\xff\xff\x7f"
                                      "ab")));
}

static void
test_encode (void)
{
  g_autoptr (GBytes) wav = speech_encode_wav ((const guint8 *) "abcd", 4, 8000);
  gsize size;
  const guint8 *data = g_bytes_get_data (wav, &size);

  g_assert_cmpuint (size, ==, 48);
  expect (data, size, "abcd", 8000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speech-decoder/bare", test_bare);
  g_test_add_func ("/speech-decoder/wav", test_wav);
  g_test_add_func ("/speech-decoder/refused", test_refused);
  g_test_add_func ("/speech-decoder/encode", test_encode);
  return g_test_run ();
}
