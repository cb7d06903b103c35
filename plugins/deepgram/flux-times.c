/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "flux-times.h"

/* Timestamps of samples that go on are rounded. */
#define MAX_ROUNDING (GST_MSECOND)

typedef struct {
  guint64 from; /* samples of the connection */
  guint64 length;
  GstClockTime pts;
  gboolean silent;
} Span;

struct _FluxTimes {
  guint rate;
  GArray *spans; /* of Span, without gaps */
  guint64 length;
};

FluxTimes *
flux_times_new (guint rate)
{
  FluxTimes *times = g_new0 (FluxTimes, 1);

  times->rate = rate;
  times->spans = g_array_new (FALSE, FALSE, sizeof (Span));
  return times;
}

void
flux_times_free (FluxTimes *times)
{
  g_array_unref (times->spans);
  g_free (times);
}

/* (nullable) */
static Span *
get_last (FluxTimes *times)
{
  return times->spans->len > 0
             ? &g_array_index (times->spans, Span, times->spans->len - 1)
             : NULL;
}

static GstClockTime
time_in (FluxTimes *times, const Span *span, guint64 samples)
{
  if (span->silent)
    return span->pts;
  return span->pts
         + gst_util_uint64_scale_int (samples, GST_SECOND, times->rate);
}

static void
add (FluxTimes *times, guint64 samples, GstClockTime pts, gboolean silent)
{
  Span *last = get_last (times);
  Span span = {times->length, samples, pts, silent};

  times->length += samples;
  if (last != NULL && last->silent == silent
      && ABS (GST_CLOCK_DIFF (pts, time_in (times, last, last->length)))
             <= (gint64) MAX_ROUNDING)
    last->length += samples;
  else
    g_array_append_val (times->spans, span);
}

void
flux_times_add (FluxTimes *times, guint64 samples, GstClockTime pts)
{
  add (times, samples, pts, FALSE);
}

void
flux_times_add_silence (FluxTimes *times, guint64 samples)
{
  Span *last = get_last (times);

  add (times, samples, last != NULL ? time_in (times, last, last->length) : 0,
      TRUE);
}

guint64
flux_times_get_length (FluxTimes *times)
{
  return times->length;
}

GstClockTime
flux_times_find (FluxTimes *times, gdouble seconds)
{
  guint64 at = seconds > 0 ? (guint64) (seconds * times->rate + 0.5) : 0;
  guint i = times->spans->len;
  const Span *span;

  if (i == 0)
    return 0;
  while (i > 1 && g_array_index (times->spans, Span, i - 1).from > at)
    i--;
  span = &g_array_index (times->spans, Span, i - 1);
  return time_in (
      times, span, at > span->from ? MIN (at - span->from, span->length) : 0);
}

void
flux_times_forget (FluxTimes *times, gdouble seconds)
{
  guint64 at = seconds > 0 ? (guint64) (seconds * times->rate) : 0;
  guint n = 0;

  while (n + 1 < times->spans->len
         && g_array_index (times->spans, Span, n + 1).from <= at)
    n++;
  if (n > 0)
    g_array_remove_range (times->spans, 0, n);
}
