/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Samples per second. */
#define LIVE_RATE 16000
#define LIVE_UNKNOWN (-1.0)

/**
 * LiveExtent:
 * @LIVE_PIECE: what follows what is fixed
 * @LIVE_TURN: all of the turn, in place of what was fixed of it
 * @LIVE_UTTERANCE: all of the utterance
 *
 * What a result covers.
 */
typedef enum {
  LIVE_PIECE,
  LIVE_TURN,
  LIVE_UTTERANCE,
} LiveExtent;

/**
 * LiveResult:
 * @text: what was said
 * @language: (nullable): what the service has recognised it to be in
 * @confidence: 0 to 1; %LIVE_UNKNOWN
 * @end: up to which second of the connection's audio it goes; %LIVE_UNKNOWN
 *   for results of the oldest utterance
 * @turn: of the service's own count, when it has one: what it says of another
 *   turn goes behind what it said of the one before
 * @fixed: it stays, and the next result goes behind it; else that one takes its
 *   place
 * @extent: what it covers
 * @last: nothing more comes for an utterance that has ended
 *
 * What a service has understood.
 */
typedef struct {
  const gchar *text;
  const gchar *language;
  gdouble confidence;
  gdouble end;
  gint64 turn;
  gboolean fixed;
  LiveExtent extent;
  gboolean last;
} LiveResult;

/**
 * LiveUtterance:
 * @tag: whose it is; %NULL: nobody's any more
 * @ended: it is complete
 * @began: samples of the connection's audio that came before it
 * @from: the same in seconds
 * @to: where it ends, when it has ended
 * @fixed: what stays of the results so far
 * @shown: (nullable): with what may still change; %NULL: no results
 * @language: (nullable): the last that was recognised
 * @confidence: of what is fixed
 *
 * What was said in one go into a connection. Plain struct.
 */
typedef struct {
  gpointer tag;
  gboolean ended;
  guint64 began;
  gdouble from, to;
  GString *fixed;
  gchar *shown;
  gchar *language;
  gdouble confidence;

  /*< private >*/
  gint64 turn;
  gsize turn_at; /* where in @fixed it begins */
} LiveUtterance;

LiveUtterance *live_utterance_new (gpointer tag, guint64 began);
void live_utterance_free (LiveUtterance *utterance);
/* @at: samples of the connection's audio so far */
void live_utterance_end (LiveUtterance *utterance, guint64 at);
/* @separator: stands between what is fixed and what follows */
void live_utterance_take (
    LiveUtterance *utterance, const gchar *separator, const LiveResult *result);
/* What is known of it, trimmed. (transfer full) */
gchar *live_utterance_dup_text (LiveUtterance *utterance);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (LiveUtterance, live_utterance_free)

G_END_DECLS
