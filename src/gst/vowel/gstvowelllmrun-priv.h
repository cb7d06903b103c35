/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelcharge-priv.h"
#include "gstvowelllm-priv.h"

G_BEGIN_DECLS

/* What the functions that providers call need of a run.  Worker thread only. */
struct _GstVowelLlmRun {
  grefcount ref_count;

  GstVowelLlm *llm; /* borrowed: it outlives its live runs */
  GstVowelCharge charge;
  GstVowelChatRequest *question; /* what is asked */
  GstVowelChatRequest *request;  /* as the model in charge takes it; borrowed */
  gboolean standalone;
  gboolean live;
  gboolean active; /* the provider works on it */
  gboolean output; /* something has come */
  gboolean told;   /* some of it has gone out */
  guint corrections;
  gboolean by_tool; /* only what the model says by the tool is said */
  guint n_spoken;   /* how often it has gone on after that */
  gsize unsaid;     /* letters that it has written besides, in the newest try */

  GstVowelTimer *deadline;
  GstVowelTimer *retry;
  GstClockTime last_output;

  GString *text;       /* all of it */
  gsize told_text;     /* the part before the newest correction */
  GPtrArray *calls;    /* of GstVowelLlmCall, in the newest try */
  GstVowelUsage spent; /* by the provider in charge, in earlier tries */
};

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelLlmRun, gst_vowel_llm_run_unref)

/* The run of @request that @self works on: what a model says that another has
 * taken over from comes too late. (transfer full) (nullable) */
G_GNUC_INTERNAL GstVowelLlmRun *gst_vowel_llm_find_run (
    GstVowelLlm *self, GstVowelChatRequest *request);
/* The element that is in charge. */
G_GNUC_INTERNAL GstVowelLlm *gst_vowel_llm_run_get_model (GstVowelLlmRun *run);
/* Something has come from the provider. */
G_GNUC_INTERNAL void gst_vowel_llm_run_note_output (GstVowelLlmRun *run);
/* It says @words by the tool.  FALSE when the run is no longer live. */
G_GNUC_INTERNAL gboolean gst_vowel_llm_run_speak (
    GstVowelLlmRun *run, const gchar *words);
/* What has come is a reason to stop the provider. */
G_GNUC_INTERNAL void gst_vowel_llm_run_break_off (
    GstVowelLlmRun *run, const GError *error);

G_END_DECLS
