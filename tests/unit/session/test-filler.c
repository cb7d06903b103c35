/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is heard while an answer makes the caller wait, without a session. */

#include "manual-clock.h"

#include "session/filler.h"
#include "session/typing-sound.h"

#include <string.h>

#define DELAY_MS 300

static const VowelAudioFormat pcm = {VOWEL_ENCODING_PCM16, 24000};

typedef struct {
  ManualClock *clock;
  VowelPlayoutClock *playout;
  VowelFiller *filler;
  VowelFillerConfig config;
  GString *log;
  guint spoken_ms; /* 0: not at once */
  gboolean stop_in_audio;
  gboolean deaf; /* the playout clock learns nothing */
} Fixture;

static void
speak (Fixture *f, const gchar *phrase, guint ms)
{
  g_autoptr (GBytes) audio = g_bytes_new_take (g_malloc0 (ms * 48), ms * 48);

  vowel_filler_spoken (f->filler, phrase, audio);
}

static void
on_prepare (gpointer user_data, const gchar *phrase)
{
  Fixture *f = user_data;
  g_autofree gchar *copy = g_strdup (phrase);

  g_string_append_printf (f->log, "prepare %s; ", phrase);
  if (f->spoken_ms > 0)
    speak (f, copy, f->spoken_ms);
}

static void
on_begin (gpointer user_data, const gchar *phrase)
{
  Fixture *f = user_data;

  g_string_append_printf (
      f->log, "begin %s; ", phrase != NULL ? phrase : "typing");
}

static void
on_audio (gpointer user_data, GBytes *audio)
{
  Fixture *f = user_data;
  gint64 us = vowel_audio_format_duration_us (&pcm, g_bytes_get_size (audio));

  g_string_append_printf (f->log, "%u ", (guint) (us / 1000));
  if (!f->deaf)
    vowel_playout_clock_sent (f->playout, "filler", us, 0, 0);
  if (f->stop_in_audio)
    vowel_filler_stop (f->filler);
}

static void
on_end (gpointer user_data)
{
  Fixture *f = user_data;

  g_string_append (f->log, "end; ");
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const VowelFillerActions actions = {.prepare = on_prepare,
      .begin = on_begin,
      .audio = on_audio,
      .end = on_end};
  static const gchar *const phrases[] = {"Okay.", "One second.", NULL};

  f->clock = manual_clock_new ();
  f->playout = vowel_playout_clock_new (VOWEL_CLOCK (f->clock));
  f->log = g_string_new (NULL);
  f->filler = vowel_filler_new (VOWEL_CLOCK (f->clock), f->playout,
      g_rand_new_with_seed (1), &actions, f);
  f->config = (VowelFillerConfig){.acknowledge = strchr (data, 'a') != NULL,
      .typing = strchr (data, 't') != NULL,
      .delay_ms = DELAY_MS,
      .phrases = (gchar **) phrases,
      .typing_volume = 0.5,
      .typing_loop_ms = 250};
  vowel_filler_configure (f->filler, &f->config);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vowel_filler_free (f->filler);
  vowel_playout_clock_free (f->playout);
  g_assert_cmpuint (manual_clock_get_n_timers (f->clock), ==, 0);
  g_assert_finalize_object (f->clock);
  g_string_free (f->log, TRUE);
}

static void
expect (Fixture *f, const gchar *expected)
{
  g_assert_cmpstr (f->log->str, ==, expected);
  g_string_truncate (f->log, 0);
}

static void
test_phrase (Fixture *f, gconstpointer data)
{
  f->spoken_ms = 450;
  vowel_filler_wait (f->filler, &pcm, TRUE);
  expect (f, "prepare One second.; ");
  manual_clock_advance_ms (f->clock, DELAY_MS - 1);
  expect (f, "");
  /* Just ahead of the ear, and not further. */
  manual_clock_advance_ms (f->clock, 1);
  expect (f, "begin One second.; 100 100 100 ");
  manual_clock_advance_ms (f->clock, 99);
  expect (f, "");
  manual_clock_advance_ms (f->clock, 1);
  expect (f, "100 ");
  manual_clock_advance_ms (f->clock, 100);
  expect (f, "50 end; ");
  manual_clock_advance_ms (f->clock, 10000);
  vowel_filler_stop (f->filler);
  expect (f, "");
}

static void
test_cut (Fixture *f, gconstpointer data)
{
  f->spoken_ms = 1000;
  vowel_filler_wait (f->filler, &pcm, TRUE);
  manual_clock_advance_ms (f->clock, DELAY_MS);
  g_string_truncate (f->log, 0);
  vowel_filler_stop (f->filler);
  expect (f, "end; ");
  manual_clock_advance_ms (f->clock, 10000);
  expect (f, "");
}

static void
test_in_time (Fixture *f, gconstpointer data)
{
  f->spoken_ms = 1000;
  vowel_filler_wait (f->filler, &pcm, TRUE);
  manual_clock_advance_ms (f->clock, DELAY_MS - 1);
  vowel_filler_stop (f->filler);
  manual_clock_advance_ms (f->clock, 10000);
  expect (f, "prepare One second.; ");
}

/* The delay begins when what is being said has been heard. */
static void
test_after_speech (Fixture *f, gconstpointer data)
{
  vowel_playout_clock_sent (f->playout, "answer", 2000 * 1000, 0, 0);
  vowel_filler_wait (f->filler, &pcm, FALSE);
  manual_clock_advance_ms (f->clock, 2000 + DELAY_MS - 1);
  expect (f, "");
  manual_clock_advance_ms (f->clock, 1);
  expect (f, "begin typing; 100 100 50 100 ");
}

static void
test_late_phrase (Fixture *f, gconstpointer data)
{
  vowel_filler_wait (f->filler, &pcm, TRUE);
  manual_clock_advance_ms (f->clock, DELAY_MS + 500);
  expect (f, "prepare One second.; ");
  speak (f, "Another.", 100);
  expect (f, "");
  speak (f, "One second.", 100);
  expect (f, "begin One second.; 100 end; ");
}

static void
test_mute_phrase (Fixture *f, gconstpointer data)
{
  vowel_filler_wait (f->filler, &pcm, TRUE);
  manual_clock_advance_ms (f->clock, DELAY_MS);
  vowel_filler_spoken (f->filler, "One second.", NULL);
  if (f->config.typing)
    expect (f, "prepare One second.; begin typing; 100 100 50 100 ");
  else
    expect (f, "prepare One second.; ");
  vowel_filler_stop (f->filler);
  g_string_truncate (f->log, 0);

  /* Before it is due. */
  vowel_filler_wait (f->filler, &pcm, TRUE);
  g_string_truncate (f->log, 0);
  vowel_filler_spoken (f->filler, "One second.", NULL);
  vowel_filler_spoken (f->filler, "Okay.", NULL);
  manual_clock_advance_ms (f->clock, 1000 + DELAY_MS);
  if (f->config.typing)
    g_assert_nonnull (strstr (f->log->str, "begin typing; "));
  else
    expect (f, "");
}

static void
test_phrase_and_typing (Fixture *f, gconstpointer data)
{
  f->spoken_ms = 150;
  vowel_filler_wait (f->filler, &pcm, TRUE);
  manual_clock_advance_ms (f->clock, DELAY_MS);
  expect (f, "prepare One second.; begin One second.; 100 50 100 100 ");
  vowel_filler_wait (f->filler, &pcm, TRUE);
  manual_clock_advance_ms (f->clock, 300);
  expect (f, "50 100 100 ");
}

static void
test_not_for_ever (Fixture *f, gconstpointer data)
{
  gchar *last;

  vowel_filler_wait (f->filler, &pcm, TRUE);
  manual_clock_advance_ms (f->clock, 59000);
  g_string_truncate (f->log, 0);
  manual_clock_advance_ms (f->clock, 10000);
  last = strstr (f->log->str, "end; ");
  g_assert_cmpstr (last, ==, "end; ");
  /* The next answer is another matter. */
  g_string_truncate (f->log, 0);
  vowel_filler_wait (f->filler, &pcm, TRUE);
  manual_clock_advance_ms (f->clock, 1000 + DELAY_MS);
  g_assert_nonnull (strstr (f->log->str, "begin typing; "));
}

/* Nothing counts what is sent: that must not make it send for ever. */
static void
test_unplayed (Fixture *f, gconstpointer data)
{
  f->deaf = TRUE;
  vowel_filler_wait (f->filler, &pcm, TRUE);
  manual_clock_advance_ms (f->clock, DELAY_MS);
  expect (f, "begin typing; 100 end; ");
}

static void
test_stopped_inside (Fixture *f, gconstpointer data)
{
  f->stop_in_audio = TRUE;
  vowel_filler_wait (f->filler, &pcm, TRUE);
  manual_clock_advance_ms (f->clock, DELAY_MS);
  expect (f, "begin typing; 100 end; ");
}

static void
test_off (Fixture *f, gconstpointer data)
{
  vowel_filler_wait (f->filler, &pcm, TRUE);
  manual_clock_advance_ms (f->clock, 10000);
  expect (f, "");
}

/* Never the one that was said last, whatever the dice say. */
static void
test_choice (Fixture *f, gconstpointer data)
{
  static const gchar *const only[] = {"Hm.", NULL};
  g_autofree gchar *last = NULL;

  f->config.phrases = NULL;
  vowel_filler_configure (f->filler, &f->config);
  f->spoken_ms = 100;
  for (guint i = 0; i < 200; i++) {
    const gchar *begin;
    gchar *phrase;

    g_string_truncate (f->log, 0);
    vowel_filler_wait (f->filler, &pcm, TRUE);
    manual_clock_advance_ms (f->clock, 10000);
    begin = strstr (f->log->str, "begin ");
    g_assert_nonnull (begin);
    phrase = g_strndup (begin, strcspn (begin, ";"));
    g_assert_cmpstr (phrase, !=, last);
    g_free (last);
    last = phrase;
  }

  f->config.phrases = (gchar **) only;
  vowel_filler_configure (f->filler, &f->config);
  for (guint i = 0; i < 3; i++) {
    g_string_truncate (f->log, 0);
    vowel_filler_wait (f->filler, &pcm, TRUE);
    manual_clock_advance_ms (f->clock, 10000);
    expect (f, "prepare Hm.; begin Hm.; 100 end; ");
  }
  f->config.phrases = NULL;
}

/* The sound. */

static gdouble
loudest (GBytes *sound, gsize from, gsize to)
{
  const gint16 *samples = g_bytes_get_data (sound, NULL);
  gint peak = 0;

  for (gsize i = from; i < to; i++)
    peak = MAX (peak, ABS (samples[i]));
  return peak / 32768.0;
}

static void
test_sound (void)
{
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  g_autoptr (GBytes) loud = vowel_typing_sound_make (random, &pcm, 2000, 1.0);
  g_autoptr (GBytes) low = vowel_typing_sound_make (random, &pcm, 2000, 0.3);
  gsize n = g_bytes_get_size (loud) / 2;

  g_assert_cmpuint (n, ==, 48000);
  g_assert_cmpfloat_with_epsilon (loudest (loud, 0, n), 0.6, 0.001);
  g_assert_cmpfloat_with_epsilon (loudest (low, 0, n), 0.18, 0.001);
  g_assert_false (g_bytes_equal (loud, low));
  /* It can be repeated. */
  g_assert_cmpfloat (loudest (loud, 0, 1200), ==, 0.0);
  g_assert_cmpfloat (loudest (loud, n - 48, n), <, 0.01);
}

static gint
decode_mu_law (guint8 byte)
{
  gint value = ~byte & 0xff;
  gint magnitude = ((((value & 0x0f) << 3) + 132) << ((value >> 4) & 7)) - 132;

  return value & 0x80 ? -magnitude : magnitude;
}

static gint
decode_a_law (guint8 byte)
{
  gint value = byte ^ 0x55;
  gint exponent = (value >> 4) & 7;
  gint magnitude = ((value & 0x0f) << 4) + 8;

  if (exponent > 0)
    magnitude = (magnitude + 256) << (exponent - 1);
  return value & 0x80 ? magnitude : -magnitude;
}

/* G.711 keeps five bits of each sample. */
static void
test_g711 (void)
{
  for (gint sample = -32768; sample <= 32767; sample += 7) {
    gint16 one = (gint16) sample;
    gint allowed = MAX (ABS (sample) / 16, 16);

    for (guint i = 0; i < 2; i++) {
      VowelAudioFormat format = {
          i == 0 ? VOWEL_ENCODING_PCMU : VOWEL_ENCODING_PCMA, 8000};
      g_autoptr (GBytes) bytes = vowel_audio_format_encode (&format, &one, 1);
      const guint8 *byte = g_bytes_get_data (bytes, NULL);
      gint back = i == 0 ? decode_mu_law (*byte) : decode_a_law (*byte);

      g_assert_cmpint (ABS (back - sample), <=, allowed);
    }
  }
  {
    gint16 silence = 0;
    g_autoptr (GBytes) mu = vowel_audio_format_encode (
        &(VowelAudioFormat){VOWEL_ENCODING_PCMU, 8000}, &silence, 1);
    g_autoptr (GBytes) a = vowel_audio_format_encode (
        &(VowelAudioFormat){VOWEL_ENCODING_PCMA, 8000}, &silence, 1);

    g_assert_cmphex (*(const guint8 *) g_bytes_get_data (mu, NULL), ==, 0xff);
    g_assert_cmphex (*(const guint8 *) g_bytes_get_data (a, NULL), ==, 0xd5);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func, what)                                                  \
  g_test_add ("/filler/" name, Fixture, what, set_up, func, tear_down)

  ADD ("phrase", test_phrase, "a");
  ADD ("cut", test_cut, "a");
  ADD ("in-time", test_in_time, "a");
  ADD ("after-speech", test_after_speech, "at");
  ADD ("late-phrase", test_late_phrase, "a");
  ADD ("mute-phrase", test_mute_phrase, "a");
  ADD ("mute-phrase-typing", test_mute_phrase, "at");
  ADD ("phrase-and-typing", test_phrase_and_typing, "at");
  ADD ("not-for-ever", test_not_for_ever, "t");
  ADD ("unplayed", test_unplayed, "t");
  ADD ("stopped-inside", test_stopped_inside, "t");
  ADD ("off", test_off, "");
  ADD ("choice", test_choice, "a");
  g_test_add_func ("/filler/sound", test_sound);
  g_test_add_func ("/filler/g711", test_g711);
  return g_test_run ();
}
