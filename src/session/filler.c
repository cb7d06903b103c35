/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "filler.h"

#include "typing-sound.h"

/* What is sent at once, and how far ahead of the caller's ear. */
#define PIECE_US (100 * 1000)
#define LEAD_US (300 * 1000)
/* A tool that never answers is not waited for with typing for ever. */
#define MAX_US (60 * (gint64) G_USEC_PER_SEC)

typedef enum {
  STATE_IDLE,
  STATE_WAITING, /* until the delay has passed */
  STATE_DUE,     /* the phrase is being spoken */
  STATE_FILLING,
  STATE_OVER, /* all was heard that there is */
} State;

struct _VowelFiller {
  VowelClock *clock;
  VowelPlayoutClock *playout;
  GRand *random;
  VowelFillerActions actions;
  gpointer user_data;
  VowelFillerConfig config; /* phrases: owned */

  State state;
  guint timer;
  gboolean pumping;
  VowelAudioFormat format;
  gchar *phrase;      /* (nullable): to be said */
  gchar *last_phrase; /* (nullable): said before */
  GBytes *spoken;     /* (nullable): the phrase's sound */
  gsize n_spoken;     /* bytes of it that were sent */
  GBytes *typing;     /* (nullable): in typing_format */
  VowelAudioFormat typing_format;
  gsize n_typing; /* bytes of it that were sent */
  gint64 sent_us; /* of all */
};

static const gchar *const default_phrases[] = {"Okay.", "Give me a moment.",
    "I'm working on that.", "Let me check.", "One second.", NULL};

const gchar *const *
vowel_filler_get_default_phrases (void)
{
  return default_phrases;
}

VowelFiller *
vowel_filler_new (VowelClock *clock, VowelPlayoutClock *playout, GRand *random,
    const VowelFillerActions *actions, gpointer user_data)
{
  VowelFiller *filler = g_new0 (VowelFiller, 1);

  filler->clock = g_object_ref (clock);
  filler->playout = playout;
  filler->random = random;
  filler->actions = *actions;
  filler->user_data = user_data;
  return filler;
}

void
vowel_filler_free (VowelFiller *filler)
{
  vowel_filler_forget (filler);
  g_clear_pointer (&filler->typing, g_bytes_unref);
  g_strfreev (filler->config.phrases);
  g_free (filler->last_phrase);
  g_rand_free (filler->random);
  g_object_unref (filler->clock);
  g_free (filler);
}

void
vowel_filler_configure (VowelFiller *filler, const VowelFillerConfig *config)
{
  g_strfreev (filler->config.phrases);
  filler->config = *config;
  filler->config.phrases = g_strdupv (config->phrases);
  g_clear_pointer (&filler->typing, g_bytes_unref);
}

/* Any but the last one. */
static const gchar *
choose_phrase (VowelFiller *filler)
{
  const gchar *const *phrases = (const gchar *const *) filler->config.phrases;
  guint n = phrases != NULL ? g_strv_length (filler->config.phrases) : 0;
  guint index;

  if (n == 0) {
    phrases = default_phrases;
    n = G_N_ELEMENTS (default_phrases) - 1;
  }
  index = (guint) g_rand_int_range (filler->random, 0, (gint32) n);
  if (n > 1 && g_strcmp0 (phrases[index], filler->last_phrase) == 0)
    index = (index + 1
                + (guint) g_rand_int_range (filler->random, 0, (gint32) n - 1))
            % n;
  return phrases[index];
}

/* The next piece that is heard; (nullable): there is none. */
static GBytes *
next_piece (VowelFiller *filler)
{
  gsize step = vowel_audio_format_bytes (&filler->format, PIECE_US);
  gsize size = filler->spoken != NULL ? g_bytes_get_size (filler->spoken) : 0;
  gsize at = filler->n_spoken;

  if (at < size) {
    filler->n_spoken += MIN (step, size - at);
    return g_bytes_new_from_bytes (filler->spoken, at, filler->n_spoken - at);
  }
  if (!filler->config.typing)
    return NULL;
  if (filler->typing == NULL
      || !vowel_audio_format_equal (&filler->typing_format, &filler->format)) {
    g_clear_pointer (&filler->typing, g_bytes_unref);
    filler->typing = vowel_typing_sound_make (filler->random, &filler->format,
        filler->config.typing_loop_ms, filler->config.typing_volume);
    filler->typing_format = filler->format;
    filler->n_typing = 0;
  }
  size = g_bytes_get_size (filler->typing);
  at = filler->n_typing;
  step = MIN (step, size - at);
  filler->n_typing = at + step < size ? at + step : 0;
  return g_bytes_new_from_bytes (filler->typing, at, step);
}

/* FALSE: nobody plays it. */
static gboolean
send_piece (VowelFiller *filler, GBytes *piece)
{
  gint64 before = vowel_playout_clock_get_end (filler->playout);

  filler->sent_us += vowel_audio_format_duration_us (
      &filler->format, g_bytes_get_size (piece));
  filler->actions.audio (filler->user_data, piece);
  return vowel_playout_clock_get_end (filler->playout) > before;
}

static void
set_timer (VowelFiller *filler, gint64 when, VowelTimerFunc func)
{
  vowel_clock_clear_timer (filler->clock, &filler->timer);
  filler->timer = vowel_clock_add_timer (filler->clock, when, func, filler);
}

static void
end (VowelFiller *filler)
{
  filler->state = STATE_OVER;
  filler->actions.end (filler->user_data);
}

/* An action may stop it. */
static void
pump (gpointer user_data)
{
  VowelFiller *filler = user_data;

  filler->timer = 0;
  while (filler->state == STATE_FILLING
         && vowel_playout_clock_get_end (filler->playout)
                < vowel_clock_now (filler->clock) + LEAD_US) {
    g_autoptr (GBytes) piece =
        filler->sent_us < MAX_US ? next_piece (filler) : NULL;

    if ((piece == NULL || !send_piece (filler, piece))
        && filler->state == STATE_FILLING)
      end (filler);
  }
  if (filler->state == STATE_FILLING)
    set_timer (filler,
        vowel_playout_clock_get_end (filler->playout) - LEAD_US + PIECE_US,
        pump);
}

static void
begin (VowelFiller *filler)
{
  filler->state = STATE_FILLING;
  filler->sent_us = 0;
  if (filler->phrase != NULL) {
    g_free (filler->last_phrase);
    filler->last_phrase = g_strdup (filler->phrase);
  }
  filler->actions.begin (filler->user_data, filler->phrase);
  pump (filler);
}

static void
on_delay_over (gpointer user_data)
{
  VowelFiller *filler = user_data;

  filler->timer = 0;
  if (filler->phrase == NULL && !filler->config.typing)
    filler->state = STATE_OVER;
  else if (filler->phrase != NULL && filler->spoken == NULL)
    filler->state = STATE_DUE;
  else
    begin (filler);
}

void
vowel_filler_wait (
    VowelFiller *filler, const VowelAudioFormat *format, gboolean may_speak)
{
  const VowelFillerConfig *config = &filler->config;

  may_speak = may_speak && config->acknowledge;
  if (filler->state == STATE_OVER)
    vowel_filler_forget (filler);
  if (filler->state != STATE_IDLE || (!may_speak && !config->typing))
    return;
  filler->state = STATE_WAITING;
  filler->format = *format;
  set_timer (filler,
      MAX (vowel_clock_now (filler->clock),
          vowel_playout_clock_get_end (filler->playout))
          + config->delay_ms * (gint64) 1000,
      on_delay_over);
  if (!may_speak)
    return;
  filler->phrase = g_strdup (choose_phrase (filler));
  filler->actions.prepare (filler->user_data, filler->phrase);
}

void
vowel_filler_spoken (VowelFiller *filler, const gchar *phrase, GBytes *audio)
{
  if ((filler->state != STATE_WAITING && filler->state != STATE_DUE)
      || g_strcmp0 (phrase, filler->phrase) != 0)
    return;
  if (audio != NULL && g_bytes_get_size (audio) > 0)
    filler->spoken = g_bytes_ref (audio);
  else
    g_clear_pointer (&filler->phrase, g_free);
  if (filler->state != STATE_DUE)
    return;
  if (filler->phrase != NULL || filler->config.typing)
    begin (filler);
  else
    filler->state = STATE_OVER;
}

void
vowel_filler_forget (VowelFiller *filler)
{
  filler->state = STATE_IDLE;
  vowel_clock_clear_timer (filler->clock, &filler->timer);
  g_clear_pointer (&filler->phrase, g_free);
  g_clear_pointer (&filler->spoken, g_bytes_unref);
  filler->n_spoken = 0;
  filler->n_typing = 0;
}

void
vowel_filler_stop (VowelFiller *filler)
{
  gboolean filling = filler->state == STATE_FILLING;

  vowel_filler_forget (filler);
  if (filling)
    filler->actions.end (filler->user_data);
}
