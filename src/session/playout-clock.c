/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "playout-clock.h"

/* A client truncates what it has just played; older items are only estimated.
 */
#define MAX_TRACKS 16

/* A stretch of audio that plays without a pause at one pace of text. */
typedef struct {
  gint64 start;  /* clock time at which its first sample plays */
  gint64 offset; /* in the item's audio */
  gint64 duration;
  guint text_start;
  guint text_end;
} Segment;

typedef struct {
  gchar *item_id;
  GArray *segments; /* Segment */
  gint64 sent;
  gint64 heard;     /* once stopped */
  gboolean stopped; /* interrupted */
} Track;

struct _VowelPlayoutClock {
  VowelClock *clock;
  GQueue tracks; /* Track, oldest first */
  gint64 end;    /* when all is played */
};

void
vowel_playout_free (VowelPlayout *playout)
{
  g_free (playout->item_id);
  g_free (playout);
}

static void
track_free (Track *track)
{
  g_free (track->item_id);
  g_array_unref (track->segments);
  g_free (track);
}

VowelPlayoutClock *
vowel_playout_clock_new (VowelClock *clock)
{
  VowelPlayoutClock *playout = g_new0 (VowelPlayoutClock, 1);

  playout->clock = g_object_ref (clock);
  playout->end = vowel_clock_now (clock);
  return playout;
}

void
vowel_playout_clock_free (VowelPlayoutClock *playout)
{
  g_queue_clear_full (&playout->tracks, (GDestroyNotify) track_free);
  g_object_unref (playout->clock);
  g_free (playout);
}

static Track *
find_track (VowelPlayoutClock *playout, const gchar *item_id)
{
  GList *l;

  for (l = playout->tracks.tail; l != NULL; l = l->prev) {
    Track *track = l->data;

    if (g_str_equal (track->item_id, item_id))
      return track;
  }
  return NULL;
}

static Track *
ensure_track (VowelPlayoutClock *playout, const gchar *item_id)
{
  Track *track = find_track (playout, item_id);

  if (track != NULL)
    return track;

  track = g_new0 (Track, 1);
  track->item_id = g_strdup (item_id);
  track->segments = g_array_new (FALSE, FALSE, sizeof (Segment));
  g_queue_push_tail (&playout->tracks, track);
  if (playout->tracks.length > MAX_TRACKS)
    track_free (g_queue_pop_head (&playout->tracks));
  return track;
}

void
vowel_playout_clock_sent (VowelPlayoutClock *playout, const gchar *item_id,
    gint64 duration_us, guint text_start, guint text_end)
{
  gint64 now = vowel_clock_now (playout->clock);
  Track *track = ensure_track (playout, item_id);
  Segment segment = {
      .start = MAX (now, playout->end),
      .offset = track->sent,
      .duration = duration_us,
      .text_start = text_start,
      .text_end = MAX (text_start, text_end),
  };
  Segment *last = track->segments->len > 0 ? &g_array_index (
                      track->segments, Segment, track->segments->len - 1)
                                           : NULL;

  if (track->stopped || duration_us <= 0)
    return;

  /* Many short packets of one word or sentence are one stretch. */
  if (last != NULL && last->start + last->duration == segment.start
      && last->text_start == segment.text_start
      && last->text_end == segment.text_end)
    last->duration += duration_us;
  else
    g_array_append_val (track->segments, segment);
  track->sent += duration_us;
  playout->end = segment.start + duration_us;
}

static gint64
track_position (Track *track, gint64 now)
{
  gint64 position = 0;
  guint i;

  if (track->stopped)
    return track->heard;
  for (i = 0; i < track->segments->len; i++) {
    Segment *segment = &g_array_index (track->segments, Segment, i);

    position += CLAMP (now - segment->start, 0, segment->duration);
  }
  return position;
}

static guint
track_chars (Track *track, gint64 position)
{
  guint chars = 0;
  guint i;

  for (i = 0; i < track->segments->len; i++) {
    Segment *segment = &g_array_index (track->segments, Segment, i);
    gint64 inside = position - segment->offset;

    if (inside <= 0)
      break;
    if (inside >= segment->duration)
      chars = MAX (chars, segment->text_end);
    else
      chars =
          MAX (chars, segment->text_start
                          + (guint) ((segment->text_end - segment->text_start)
                                     * inside / segment->duration));
  }
  return chars;
}

/* Moves what plays after a point, so that nothing overlaps. */
static void
reschedule (
    VowelPlayoutClock *playout, Track *from, gint64 position, gint64 now)
{
  GList *l = g_queue_find (&playout->tracks, from);
  gint64 at = now;
  guint i;

  for (i = 0; i < from->segments->len; i++) {
    Segment *segment = &g_array_index (from->segments, Segment, i);

    if (segment->offset + segment->duration <= position) {
      segment->start = now - segment->duration;
    } else {
      segment->start =
          segment->offset <= position ? now - (position - segment->offset) : at;
      at = segment->start + segment->duration;
    }
  }
  for (l = l->next; l != NULL; l = l->next) {
    Track *track = l->data;

    for (i = 0; !track->stopped && i < track->segments->len; i++) {
      Segment *segment = &g_array_index (track->segments, Segment, i);

      segment->start = at;
      at += segment->duration;
    }
  }
  playout->end = at;
}

gboolean
vowel_playout_clock_heard (
    VowelPlayoutClock *playout, const gchar *item_id, guint heard_ms)
{
  Track *track = find_track (playout, item_id);
  GList *l;

  if (track == NULL || track->stopped)
    return FALSE;

  /* Whoever plays this item has played those before it. */
  for (l = g_queue_find (&playout->tracks, track)->prev; l != NULL;
       l = l->prev) {
    Track *earlier = l->data;

    if (!earlier->stopped) {
      earlier->stopped = TRUE;
      earlier->heard = earlier->sent;
    }
  }
  reschedule (playout, track, MIN ((gint64) heard_ms * 1000, track->sent),
      vowel_clock_now (playout->clock));
  return TRUE;
}

GPtrArray *
vowel_playout_clock_interrupt (VowelPlayoutClock *playout)
{
  GPtrArray *cut =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_playout_free);
  gint64 now = vowel_clock_now (playout->clock);
  GList *l;

  for (l = playout->tracks.head; l != NULL; l = l->next) {
    Track *track = l->data;
    VowelPlayout *entry;

    if (track->stopped)
      continue;
    track->heard = track_position (track, now);
    track->stopped = TRUE;
    if (track->heard >= track->sent)
      continue;
    entry = g_new0 (VowelPlayout, 1);
    entry->item_id = g_strdup (track->item_id);
    entry->sent_ms = track->sent / 1000;
    entry->heard_ms = track->heard / 1000;
    entry->heard_chars = track_chars (track, track->heard);
    g_ptr_array_add (cut, entry);
  }
  playout->end = MIN (playout->end, now);
  return cut;
}

void
vowel_playout_clock_forget (VowelPlayoutClock *playout, const gchar *item_id)
{
  Track *track = find_track (playout, item_id);

  if (track != NULL && g_queue_remove (&playout->tracks, track))
    track_free (track);
}

gint64
vowel_playout_clock_get_end (VowelPlayoutClock *playout)
{
  return playout->end;
}

gboolean
vowel_playout_clock_is_playing (VowelPlayoutClock *playout)
{
  return playout->end > vowel_clock_now (playout->clock);
}

guint
vowel_playout_clock_get_sent_ms (
    VowelPlayoutClock *playout, const gchar *item_id)
{
  Track *track = find_track (playout, item_id);

  return track != NULL ? track->sent / 1000 : 0;
}

guint
vowel_playout_clock_get_heard_ms (
    VowelPlayoutClock *playout, const gchar *item_id)
{
  Track *track = find_track (playout, item_id);

  return track != NULL
             ? track_position (track, vowel_clock_now (playout->clock)) / 1000
             : 0;
}

gboolean
vowel_playout_clock_get_chars (VowelPlayoutClock *playout, const gchar *item_id,
    guint ms, guint *ret_chars)
{
  Track *track = find_track (playout, item_id);

  if (track == NULL)
    return FALSE;

  *ret_chars = track_chars (track, (gint64) ms * 1000);
  return TRUE;
}
