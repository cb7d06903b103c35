/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * FluxTimes: what a second of a connection's audio is in the stream that it was
 * taken from: silence is put in between, and timestamps may jump.
 */
typedef struct _FluxTimes FluxTimes;

FluxTimes *flux_times_new (guint rate);
void flux_times_free (FluxTimes *times);
/* The next @samples are those from @pts on. */
void flux_times_add (FluxTimes *times, guint64 samples, GstClockTime pts);
/* The next @samples are of no time: they stand at the end of what was before.
 */
void flux_times_add_silence (FluxTimes *times, guint64 samples);
/* In samples. */
guint64 flux_times_get_length (FluxTimes *times);
/* PTS of @seconds of the connection's audio. */
GstClockTime flux_times_find (FluxTimes *times, gdouble seconds);
/* Nobody will ask for anything before @seconds. */
void flux_times_forget (FluxTimes *times, gdouble seconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FluxTimes, flux_times_free)

G_END_DECLS
