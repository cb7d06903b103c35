/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "histogram.h"

#include "server/tokens/paradigm.h"
#include "session/turn-timeline.h"

G_BEGIN_DECLS

/**
 * VowelMetrics:
 *
 * What the server counts. Any thread, through g_atomic_int_*(); gauges go down
 * again, the rest only up. Reference counted, because the last that is known of
 * a connection may be known only when the server is gone.
 */
typedef struct {
  gint connections;         /* gauge: open TCP connections */
  gint pending;             /* gauge: of those, no WebSocket (yet) */
  gint connections_refused; /* over a limit */
  gint headers_late;        /* closed by the header or body deadline */
  gint unauthorized;
  gint sessions; /* gauge */
  gint sessions_started[VOWEL_N_PARADIGMS];
  gint sessions_joined[VOWEL_N_PARADIGMS]; /* connections that came later */
  gint sessions_refused;          /* over the limit, or did not start */
  gint speculations;              /* answers prepared before a turn was over */
  gint speculations_used;         /* those that were given */
  gint speculation_tokens_wasted; /* tokens of the others */
  gint cut_off_slow;              /* did not read what was sent */
  gint cut_off_dead;              /* did not answer a ping */
  gint protocol_errors;           /* broke the WebSocket protocol or a limit */
  gint tokens_minted;
  gint twilio_calls;         /* webhooks that were answered with a stream */
  gint twilio_placed;        /* calls that agents began */
  gint twilio_refused;       /* and those that were refused */
  gint twilio_stream_errors; /* that Twilio has reported */
  gint spans_sent;           /* of traces, to a collector */
  gint spans_dropped;        /* that it did not take */
  gint interruptions;        /* answers that a caller interrupted */
  gint responses[VOWEL_N_RESPONSE_STATUSES]; /* that are over */
  VowelHistogram stages[VOWEL_N_TURN_STAGES];
  /* Bytes of WebSockets, frames and all. */
  _Atomic guint64 received;
  _Atomic guint64 sent;
  _Atomic guint64 dropped; /* that waited when a slow client was cut off */
} VowelMetrics;

VowelMetrics *vowel_metrics_new (void);
VowelMetrics *vowel_metrics_ref (VowelMetrics *metrics);
void vowel_metrics_unref (VowelMetrics *metrics);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelMetrics, vowel_metrics_unref)

/**
 * VowelWorkerMetrics:
 *
 * What one worker is doing at the moment, and has done.
 */
typedef struct {
  guint sessions;
  gint64 busy_us;
  guint64 slow_turns;
} VowelWorkerMetrics;

G_END_DECLS
