/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "output-pacer.h"

/* Longer audio is sent in pieces of at most this. */
#define PIECE_US (200 * 1000)
/* Room for so much more is awaited before the next piece: fewer wake-ups. */
#define BATCH_US (100 * 1000)
/* A voice holds when so much waits, and goes on in time for its next sentence.
 */
#define HOLD_US (4 * (gint64) G_USEC_PER_SEC)
#define RESUME_US (2 * (gint64) G_USEC_PER_SEC)
/* Characters by which the transcript may be ahead of its audio. */
#define TEXT_AHEAD 60
/* Characters that surely are spoken in a second, for a voice that does not say
 * which text its audio speaks. */
#define TEXT_PACE 20

typedef struct {
  gchar *delta;
  guint start; /* its first character's place in the response's text */
} Text;

typedef struct {
  GBytes *audio;
  gint64 duration_us;
  guint text_start;
  guint text_end;
  gboolean sentence_end;
} Piece;

typedef struct {
  VowelFinish finish;
  VowelUsage usage;
  gboolean has_usage;
} Generated;

typedef struct {
  gchar *code;
  GError *error;
} Failure;

struct _VowelOutputPacer {
  VowelClock *clock;
  VowelPlayoutClock *playout;
  VowelOutputActions actions;
  gpointer user_data;
  gint64 lead_us;
  gboolean paused;
  guint timer;
  gboolean holding; /* the voice */
  gboolean pumping;

  /* The response that goes through. */
  guint64 generation;
  GQueue texts;  /* Text */
  GQueue pieces; /* Piece */
  gint64 held_us;
  guint n_chars;       /* of all its text */
  guint spoken_chars;  /* of the text whose audio was sent */
  gint64 sent_us;      /* audio sent */
  gboolean muted;      /* its audio is of no use any more */
  gboolean over;       /* no audio follows */
  gboolean end_owed;   /* audio_ended is still to be told */
  Generated *finished; /* (nullable): still to be told */
  Failure *failure;    /* (nullable): still to be told */
};

static void
text_free (Text *text)
{
  g_free (text->delta);
  g_free (text);
}

static void
piece_free (Piece *piece)
{
  g_bytes_unref (piece->audio);
  g_free (piece);
}

static void
failure_free (Failure *failure)
{
  g_free (failure->code);
  g_error_free (failure->error);
  g_free (failure);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Text, text_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Piece, piece_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Failure, failure_free)

VowelOutputPacer *
vowel_output_pacer_new (VowelClock *clock, VowelPlayoutClock *playout,
    const VowelOutputActions *actions, gpointer user_data)
{
  VowelOutputPacer *pacer = g_new0 (VowelOutputPacer, 1);

  pacer->clock = g_object_ref (clock);
  pacer->playout = playout;
  pacer->actions = *actions;
  pacer->user_data = user_data;
  return pacer;
}

static void
clear_pieces (VowelOutputPacer *pacer)
{
  g_queue_clear_full (&pacer->pieces, (GDestroyNotify) piece_free);
  pacer->held_us = 0;
  vowel_clock_clear_timer (pacer->clock, &pacer->timer);
}

static void
clear (VowelOutputPacer *pacer)
{
  clear_pieces (pacer);
  g_queue_clear_full (&pacer->texts, (GDestroyNotify) text_free);
  pacer->n_chars = 0;
  pacer->spoken_chars = 0;
  pacer->sent_us = 0;
  pacer->muted = FALSE;
  pacer->over = FALSE;
  pacer->end_owed = FALSE;
  g_clear_pointer (&pacer->finished, g_free);
  g_clear_pointer (&pacer->failure, failure_free);
}

void
vowel_output_pacer_free (VowelOutputPacer *pacer)
{
  clear (pacer);
  g_object_unref (pacer->clock);
  g_free (pacer);
}

static void
update_hold (VowelOutputPacer *pacer)
{
  gboolean hold =
      pacer->held_us >= (pacer->holding ? RESUME_US : HOLD_US) && !pacer->muted;

  if (hold == pacer->holding)
    return;
  pacer->holding = hold;
  pacer->actions.hold (pacer->user_data, hold);
}

/* When the next piece may go; 0: now. */
static gint64
next_time (VowelOutputPacer *pacer)
{
  const Piece *piece = g_queue_peek_head (&pacer->pieces);
  gint64 now = vowel_clock_now (pacer->clock);
  gint64 end = vowel_playout_clock_get_end (pacer->playout);
  gint64 due = end + piece->duration_us - pacer->lead_us;

  if (pacer->lead_us == 0 || pacer->sent_us == 0 || due <= now || end <= now)
    return 0;
  return MIN (due + MIN (BATCH_US, pacer->lead_us / 4), end);
}

static gboolean
may_send_text (VowelOutputPacer *pacer)
{
  const Text *text = g_queue_peek_head (&pacer->texts);
  guint reached = MAX (
      pacer->spoken_chars, (guint) (pacer->sent_us / 1000 * TEXT_PACE / 1000));

  if (text == NULL)
    return FALSE;
  return pacer->lead_us == 0 || text->start < reached + TEXT_AHEAD
         || (pacer->over && g_queue_is_empty (&pacer->pieces));
}

static void
send_text (VowelOutputPacer *pacer)
{
  g_autoptr (Text) text = g_queue_pop_head (&pacer->texts);

  pacer->actions.text (pacer->user_data, pacer->generation, text->delta);
}

static void
send_piece (VowelOutputPacer *pacer)
{
  g_autoptr (Piece) piece = g_queue_pop_head (&pacer->pieces);

  pacer->held_us -= piece->duration_us;
  pacer->sent_us += piece->duration_us;
  pacer->spoken_chars = MAX (pacer->spoken_chars, piece->text_end);
  pacer->actions.audio (pacer->user_data, pacer->generation, piece->audio,
      piece->text_start, piece->text_end, piece->sentence_end);
}

static void
send_generated (VowelOutputPacer *pacer)
{
  g_autofree Generated *finished = g_steal_pointer (&pacer->finished);

  pacer->actions.generated (pacer->user_data, pacer->generation,
      finished->finish, finished->has_usage ? &finished->usage : NULL);
}

static void
send_failed (VowelOutputPacer *pacer)
{
  g_autoptr (Failure) failure = g_steal_pointer (&pacer->failure);

  pacer->actions.failed (
      pacer->user_data, pacer->generation, failure->code, failure->error);
}

/* Text whose audio is due goes before it. */
static gboolean
must_send_text (VowelOutputPacer *pacer)
{
  const Text *text = g_queue_peek_head (&pacer->texts);
  const Piece *piece = g_queue_peek_head (&pacer->pieces);

  return text != NULL && piece != NULL && text->start < piece->text_end;
}

/* FALSE when nothing can go at the moment. */
static gboolean
send_next (VowelOutputPacer *pacer)
{
  gboolean due = !g_queue_is_empty (&pacer->pieces) && next_time (pacer) == 0;

  if (may_send_text (pacer) || (due && must_send_text (pacer))) {
    send_text (pacer);
  } else if (due) {
    send_piece (pacer);
  } else if (pacer->finished != NULL && g_queue_is_empty (&pacer->texts)) {
    send_generated (pacer);
  } else if (!g_queue_is_empty (&pacer->pieces)
             || !g_queue_is_empty (&pacer->texts)) {
    return FALSE;
  } else if (pacer->failure != NULL) {
    send_failed (pacer);
  } else if (pacer->end_owed) {
    pacer->end_owed = FALSE;
    pacer->actions.audio_ended (pacer->user_data, pacer->generation);
  } else {
    return FALSE;
  }
  return TRUE;
}

static void on_timer (gpointer user_data);

/* What an action calls back meanwhile is done in the same loop, not inside
 * itself: nothing overtakes. */
static void
pump (VowelOutputPacer *pacer)
{
  if (pacer->pumping)
    return;
  pacer->pumping = TRUE;
  while (!pacer->paused && send_next (pacer))
    ;
  update_hold (pacer);
  pacer->pumping = FALSE;

  vowel_clock_clear_timer (pacer->clock, &pacer->timer);
  if (!pacer->paused && !g_queue_is_empty (&pacer->pieces))
    pacer->timer = vowel_clock_add_timer (
        pacer->clock, next_time (pacer), on_timer, pacer);
}

static void
on_timer (gpointer user_data)
{
  VowelOutputPacer *pacer = user_data;

  pacer->timer = 0;
  pump (pacer);
}

void
vowel_output_pacer_set_lead (VowelOutputPacer *pacer, guint lead_ms)
{
  pacer->lead_us = lead_ms * (gint64) 1000;
  pump (pacer);
}

void
vowel_output_pacer_set_paused (VowelOutputPacer *pacer, gboolean paused)
{
  pacer->paused = paused;
  pump (pacer);
}

/* Reports. */

static void
select_generation (VowelOutputPacer *pacer, guint64 generation)
{
  if (generation == pacer->generation)
    return;
  clear (pacer);
  pacer->generation = generation;
}

void
vowel_output_pacer_text (
    VowelOutputPacer *pacer, guint64 generation, const gchar *delta)
{
  Text *text = g_new0 (Text, 1);

  select_generation (pacer, generation);
  text->delta = g_strdup (delta);
  text->start = pacer->n_chars;
  pacer->n_chars += g_utf8_strlen (delta, -1);
  g_queue_push_tail (&pacer->texts, text);
  pump (pacer);
}

static void
add_piece (VowelOutputPacer *pacer, const VowelAudioFormat *format,
    GBytes *audio, guint text_start, guint text_end, gboolean sentence_end)
{
  Piece *piece = g_new0 (Piece, 1);

  piece->audio = audio;
  piece->duration_us =
      vowel_audio_format_duration_us (format, g_bytes_get_size (audio));
  piece->text_start = text_start;
  piece->text_end = text_end;
  piece->sentence_end = sentence_end;
  pacer->held_us += piece->duration_us;
  g_queue_push_tail (&pacer->pieces, piece);
}

void
vowel_output_pacer_audio (VowelOutputPacer *pacer, guint64 generation,
    const VowelAudioFormat *format, GBytes *audio, guint text_start,
    guint text_end, gboolean sentence_end)
{
  gsize size = g_bytes_get_size (audio);
  gsize step = MAX (vowel_audio_format_bytes (format, PIECE_US),
      vowel_audio_format_sample_size (format));
  guint chars = text_end > text_start ? text_end - text_start : 0;
  gsize at;

  select_generation (pacer, generation);
  if (pacer->muted)
    return;
  for (at = 0; at < size; at += step) {
    gsize length = MIN (step, size - at);

    add_piece (pacer, format, g_bytes_new_from_bytes (audio, at, length),
        text_start + (guint) ((guint64) chars * at / size),
        text_start + (guint) ((guint64) chars * (at + length) / size),
        sentence_end && at + length == size);
  }
  pump (pacer);
}

void
vowel_output_pacer_generated (VowelOutputPacer *pacer, guint64 generation,
    VowelFinish finish, const VowelUsage *usage)
{
  select_generation (pacer, generation);
  g_free (pacer->finished);
  pacer->finished = g_new0 (Generated, 1);
  pacer->finished->finish = finish;
  pacer->finished->has_usage = usage != NULL;
  if (usage != NULL)
    pacer->finished->usage = *usage;
  pump (pacer);
}

void
vowel_output_pacer_audio_ended (VowelOutputPacer *pacer, guint64 generation)
{
  select_generation (pacer, generation);
  if (pacer->over)
    return;
  pacer->over = TRUE;
  pacer->end_owed = TRUE;
  pump (pacer);
}

void
vowel_output_pacer_failed (VowelOutputPacer *pacer, guint64 generation,
    const gchar *code, const GError *error)
{
  select_generation (pacer, generation);
  if (pacer->failure != NULL)
    return;
  pacer->failure = g_new0 (Failure, 1);
  pacer->failure->code = g_strdup (code);
  pacer->failure->error = g_error_copy (error);
  pacer->over = TRUE;
  pump (pacer);
}

/* Ends. */

void
vowel_output_pacer_drop (VowelOutputPacer *pacer, guint64 generation)
{
  if (generation != pacer->generation)
    return;
  clear (pacer);
  update_hold (pacer);
}

void
vowel_output_pacer_mute (VowelOutputPacer *pacer, guint64 generation)
{
  if (generation != pacer->generation || pacer->muted)
    return;
  clear_pieces (pacer);
  pacer->muted = TRUE;
  pacer->end_owed |= !pacer->over;
  pacer->over = TRUE;
  pump (pacer);
}

gboolean
vowel_output_pacer_is_muted (VowelOutputPacer *pacer, guint64 generation)
{
  return generation == pacer->generation && pacer->muted;
}

gboolean
vowel_output_pacer_has_all (VowelOutputPacer *pacer, guint64 generation)
{
  return generation == pacer->generation && pacer->over;
}

gint64
vowel_output_pacer_get_held_us (VowelOutputPacer *pacer)
{
  return pacer->held_us;
}
