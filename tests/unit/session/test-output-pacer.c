/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "manual-clock.h"

#include "session/error.h"
#include "session/output-pacer.h"

#define LEAD_MS 1500

static const VowelAudioFormat pcm = {VOWEL_ENCODING_PCM16, 24000};

typedef struct {
  ManualClock *clock;
  VowelPlayoutClock *playout;
  VowelOutputPacer *pacer;
  GString *log;  /* what left, since it was last looked at */
  guint sent_ms; /* audio, in all */
  guint last_end;
  guint n_sentences;
  guint64 drop_on_audio;
} Fixture;

static void
note (Fixture *f, const gchar *format, ...)
{
  va_list args;

  if (f->log->len > 0)
    g_string_append_c (f->log, ' ');
  va_start (args, format);
  g_string_append_vprintf (f->log, format, args);
  va_end (args);
}

static void
on_text (gpointer user_data, guint64 generation, const gchar *delta)
{
  note (user_data, "'%s'", delta);
}

static void
on_audio (gpointer user_data, guint64 generation, GBytes *audio,
    guint text_start, guint text_end, gboolean sentence_end)
{
  Fixture *f = user_data;
  gint64 us = vowel_audio_format_duration_us (&pcm, g_bytes_get_size (audio));

  g_assert_cmpint (us, <=, 200000);
  g_assert_cmpuint (text_start, ==, f->last_end);
  f->last_end = text_end;
  f->n_sentences += sentence_end;
  f->sent_ms += us / 1000;
  note (f, "%u", (guint) (us / 1000));
  vowel_playout_clock_sent (f->playout, "item", us, text_start, text_end);
  if (f->drop_on_audio == generation)
    vowel_output_pacer_drop (f->pacer, generation);
}

static void
on_generated (gpointer user_data, guint64 generation, VowelFinish finish,
    const VowelUsage *usage)
{
  note (user_data, "generated%u:%u", (guint) generation,
      usage != NULL ? usage->output_tokens : 0);
}

static void
on_audio_ended (gpointer user_data, guint64 generation)
{
  note (user_data, "ended%u", (guint) generation);
}

static void
on_failed (gpointer user_data, guint64 generation, const gchar *code,
    const GError *error)
{
  note (user_data, "failed%u:%s:%s", (guint) generation, code, error->message);
}

static void
on_hold (gpointer user_data, gboolean hold)
{
  note (user_data, hold ? "hold" : "go-on");
}

static const VowelOutputActions actions = {
    .text = on_text,
    .audio = on_audio,
    .generated = on_generated,
    .audio_ended = on_audio_ended,
    .failed = on_failed,
    .hold = on_hold,
};

static void
set_up (Fixture *f, gconstpointer data)
{
  f->clock = manual_clock_new ();
  f->playout = vowel_playout_clock_new (VOWEL_CLOCK (f->clock));
  f->pacer =
      vowel_output_pacer_new (VOWEL_CLOCK (f->clock), f->playout, &actions, f);
  f->log = g_string_new (NULL);
  vowel_output_pacer_set_lead (f->pacer, LEAD_MS);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_assert_cmpstr (f->log->str, ==, "");
  vowel_output_pacer_free (f->pacer);
  g_assert_cmpuint (manual_clock_get_n_timers (f->clock), ==, 0);
  vowel_playout_clock_free (f->playout);
  g_assert_finalize_object (f->clock);
  g_string_free (f->log, TRUE);
}

#define expect(f, expected)                                                    \
  G_STMT_START                                                                 \
  {                                                                            \
    g_assert_cmpstr ((f)->log->str, ==, expected);                             \
    g_string_truncate ((f)->log, 0);                                           \
  }                                                                            \
  G_STMT_END

static void
push_text (Fixture *f, guint64 generation, const gchar *delta)
{
  vowel_output_pacer_text (f->pacer, generation, delta);
}

/* Audio that speaks @chars more. */
static void
push (Fixture *f, guint64 generation, guint ms, guint from, guint to)
{
  g_autoptr (GBytes) audio = g_bytes_new_take (g_malloc0 (ms * 48), ms * 48);

  vowel_output_pacer_audio (f->pacer, generation, &pcm, audio, from, to, TRUE);
}

static void
finish (Fixture *f, guint64 generation)
{
  VowelUsage usage = {.output_tokens = 7};

  vowel_output_pacer_generated (
      f->pacer, generation, VOWEL_FINISH_STOP, &usage);
}

/* How far what was sent is ahead of what can have been heard. */
static gint
ahead_ms (Fixture *f)
{
  return (vowel_playout_clock_get_end (f->playout)
             - vowel_clock_now (VOWEL_CLOCK (f->clock)))
         / 1000;
}

static void
test_lead (Fixture *f, gconstpointer data)
{
  guint ms;

  push (f, 1, 3000, 0, 30);
  vowel_output_pacer_audio_ended (f->pacer, 1);
  g_assert_cmpuint (f->sent_ms, ==, 1400);
  g_assert_cmpuint (f->n_sentences, ==, 0);
  expect (f, "200 200 200 200 200 200 200");
  g_assert_cmpint (vowel_output_pacer_get_held_us (f->pacer), ==, 1600 * 1000);
  for (ms = 0; ms < 1600; ms += 10) {
    g_assert_cmpuint (manual_clock_get_n_timers (f->clock), <=, 1);
    manual_clock_advance_ms (f->clock, 10);
    g_assert_cmpint (ahead_ms (f), <=, LEAD_MS);
    /* Never so little that a late packet would be heard. */
    g_assert_cmpint (ahead_ms (f), >=, LEAD_MS - 310);
  }
  expect (f, "200 200 200 200 200 200 200 200 ended1");
  g_assert_cmpuint (f->sent_ms, ==, 3000);
  g_assert_cmpuint (f->n_sentences, ==, 1);
  g_assert_cmpuint (manual_clock_get_n_timers (f->clock), ==, 0);
}

static void
test_no_lead (Fixture *f, gconstpointer data)
{
  vowel_output_pacer_set_lead (f->pacer, 0);
  push_text (f, 1, "A text that is a good deal longer than what is usually");
  push_text (f, 1, " ahead of the sound.");
  push (f, 1, 1000, 0, 30);
  finish (f, 1);
  vowel_output_pacer_audio_ended (f->pacer, 1);
  expect (f, "'A text that is a good deal longer than what is usually' "
             "' ahead of the sound.' 200 200 200 200 200 generated1:7 ended1");
}

static void
test_short_lead (Fixture *f, gconstpointer data)
{
  guint i;

  vowel_output_pacer_set_lead (f->pacer, 50);
  push (f, 1, 1000, 0, 30);
  expect (f, "200");
  for (i = 0; i < 4; i++) {
    manual_clock_advance_ms (f->clock, 200);
    expect (f, "200");
  }
}

/* However much of the last answer is still playing. */
static void
test_first_audio (Fixture *f, gconstpointer data)
{
  push (f, 1, 1500, 0, 15);
  vowel_output_pacer_audio_ended (f->pacer, 1);
  expect (f, "200 200 200 200 200 200 200 100 ended1");
  f->last_end = 0;
  push (f, 2, 400, 0, 4);
  expect (f, "200");
  manual_clock_advance_ms (f->clock, 600);
  expect (f, "200");
}

static void
test_text (Fixture *f, gconstpointer data)
{
  guint i;

  /* 26 characters each. */
  for (i = 0; i < 5; i++)
    push_text (f, 1, "abcdefghijklmnopqrstuvwxyz");
  expect (f, "'abcdefghijklmnopqrstuvwxyz' 'abcdefghijklmnopqrstuvwxyz' "
             "'abcdefghijklmnopqrstuvwxyz'");
  finish (f, 1);
  push (f, 1, 200, 0, 18);
  expect (f, "200");
  push (f, 1, 200, 18, 19);
  expect (f, "200 'abcdefghijklmnopqrstuvwxyz'");
  /* Never behind its sound. */
  push (f, 1, 200, 19, 105);
  expect (f, "'abcdefghijklmnopqrstuvwxyz' 200 generated1:7");
}

/* A voice that does not say what it speaks. */
static void
test_text_without_ranges (Fixture *f, gconstpointer data)
{
  push_text (f, 1, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
  push_text (f, 1, "abcdefghijklmnopqrstuvwxyz");
  push_text (f, 1, "abcdefghijklmnopqrstuvwxyz");
  expect (f, "'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz' "
             "'abcdefghijklmnopqrstuvwxyz'");
  push (f, 1, 1000, 0, 0);
  expect (f, "200 200 200 200 200 'abcdefghijklmnopqrstuvwxyz'");
}

/* Nobody speaks: nothing to wait for. */
static void
test_text_without_voice (Fixture *f, gconstpointer data)
{
  vowel_output_pacer_audio_ended (f->pacer, 1);
  expect (f, "ended1");
  push_text (f, 1, "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz");
  push_text (f, 1, "abcdefghijklmnopqrstuvwxyz");
  push_text (f, 1, "abcdefghijklmnopqrstuvwxyz");
  finish (f, 1);
  expect (f, "'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz' "
             "'abcdefghijklmnopqrstuvwxyz' 'abcdefghijklmnopqrstuvwxyz' "
             "generated1:7");
}

static void
test_hold (Fixture *f, gconstpointer data)
{
  push (f, 1, 5400, 0, 54);
  expect (f, "200 200 200 200 200 200 200 hold");
  push (f, 1, 400, 54, 58);
  expect (f, "");
  manual_clock_advance_ms (f->clock, 2000);
  g_string_truncate (f->log, 0);
  manual_clock_advance_ms (f->clock, 700);
  g_assert_nonnull (strstr (f->log->str, "go-on"));
  g_assert_cmpint (vowel_output_pacer_get_held_us (f->pacer), <, 2000 * 1000);
  push (f, 1, 5000, 58, 99);
  g_string_truncate (f->log, 0);
  vowel_output_pacer_drop (f->pacer, 1);
  expect (f, "go-on");
}

static void
test_interruption (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) cut = NULL;

  push (f, 1, 3000, 0, 30);
  finish (f, 1);
  g_string_truncate (f->log, 0);
  manual_clock_advance_ms (f->clock, 100);
  vowel_output_pacer_drop (f->pacer, 1);
  cut = vowel_playout_clock_interrupt (f->playout);
  g_assert_cmpuint (manual_clock_get_n_timers (f->clock), ==, 0);
  f->last_end = 0;
  push (f, 2, 1400, 0, 14);
  expect (f, "200 200 200 200 200 200 200");
  /* An end of the old one changes nothing. */
  vowel_output_pacer_drop (f->pacer, 1);
  vowel_output_pacer_audio_ended (f->pacer, 2);
  expect (f, "ended2");
}

/* Whoever is told of the audio may end the response. */
static void
test_drop_while_sending (Fixture *f, gconstpointer data)
{
  f->drop_on_audio = 1;
  push (f, 1, 1000, 0, 10);
  expect (f, "200");
  g_assert_cmpint (vowel_output_pacer_get_held_us (f->pacer), ==, 0);
}

static void
test_failure (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error =
      g_error_new_literal (VOWEL_ERROR, VOWEL_ERROR_PROVIDER, "gone");

  push (f, 1, 2000, 0, 20);
  vowel_output_pacer_failed (f->pacer, 1, "upstream", error);
  expect (f, "200 200 200 200 200 200 200");
  manual_clock_advance_ms (f->clock, 600);
  expect (f, "200 200 200 failed1:upstream:gone");
}

static void
test_mute (Fixture *f, gconstpointer data)
{
  push_text (f, 1, "Hello. ");
  push (f, 1, 3000, 0, 5);
  g_string_truncate (f->log, 0);
  vowel_output_pacer_mute (f->pacer, 1);
  g_assert_true (vowel_output_pacer_is_muted (f->pacer, 1));
  expect (f, "ended1");
  push (f, 1, 3000, 5, 10);
  push_text (f, 1, "And so on");
  finish (f, 1);
  vowel_output_pacer_audio_ended (f->pacer, 1);
  expect (f, "'And so on' generated1:7");
}

static void
test_pause (Fixture *f, gconstpointer data)
{
  push_text (f, 1, "Hello ");
  push (f, 1, 2000, 0, 5);
  g_string_truncate (f->log, 0);
  vowel_output_pacer_set_paused (f->pacer, TRUE);
  push_text (f, 1, "there");
  manual_clock_advance_ms (f->clock, 10000);
  push (f, 1, 4000, 5, 10);
  vowel_output_pacer_audio_ended (f->pacer, 1);
  expect (f, "hold");
  vowel_output_pacer_set_paused (f->pacer, FALSE);
  expect (f, "'there' 200 200 200 200 200 200 200");
  vowel_output_pacer_drop (f->pacer, 1);
  expect (f, "go-on");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name)                                                              \
  g_test_add (                                                                 \
      "/output-pacer/" #name, Fixture, NULL, set_up, test_##name, tear_down)
  ADD (lead);
  ADD (no_lead);
  ADD (short_lead);
  ADD (first_audio);
  ADD (text);
  ADD (text_without_ranges);
  ADD (text_without_voice);
  ADD (hold);
  ADD (interruption);
  ADD (drop_while_sending);
  ADD (failure);
  ADD (mute);
  ADD (pause);
#undef ADD
  return g_test_run ();
}
