/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/store.h"
#include "session/engine.h"
#include "session/usage-ledger.h"

#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/**
 * VowelCallSummary:
 *
 * Asks a model what a call that is over was about, and how the caller felt. On
 * one worker.
 */
typedef struct _VowelCallSummary VowelCallSummary;

/* @summary, @sentiment ("positive", "neutral" or "negative"): what is to be
 * written down, also when the model could not tell. May free it. */
typedef void (*VowelCallSummaryFunc) (
    const gchar *summary, const gchar *sentiment, gpointer user_data);

/* What is asked about @lines (element-type VowelCallLine). (transfer full)
 * (nullable): NULL when nobody has said anything */
gchar *vowel_call_summary_make_question (GPtrArray *lines);
/* What the model has made of it: FALSE when that is nothing. (transfer full) of
 * both */
gboolean vowel_call_summary_parse (
    const gchar *answer, gchar **ret_summary, gchar **ret_sentiment);
/* @details: (nullable): a JSON object, with both added. (transfer full) */
gchar *vowel_call_summary_add (
    const gchar *details, const gchar *summary, const gchar *sentiment);

/* @engine: made for this, and not started yet. @usage: where its work is
 * counted. @func: called once, later, from the worker, after a while at the
 * latest. */
VowelCallSummary *vowel_call_summary_begin (GstVowelWorker *worker,
    VowelEngine *engine, GPtrArray *lines, VowelUsageLedger *usage,
    VowelCallSummaryFunc func, gpointer user_data);
/* What is known is told at once. */
void vowel_call_summary_hurry (VowelCallSummary *summary);
void vowel_call_summary_free (VowelCallSummary *summary);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelCallSummary, vowel_call_summary_free)

G_END_DECLS
