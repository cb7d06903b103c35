/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelconversation-priv.h"
#include "gstvowelllm.h"
#include "gstvowelproviderelement-priv.h"

G_BEGIN_DECLS

typedef struct {
  /* Constant after construction. */
  GstVowelConversation *conversation; /* has a lock of its own */

  /* Protected by the object lock. */
  gchar *model;
  gdouble temperature;
  guint max_tokens;
  GstClockTime first_token_timeout;
  GstClockTime stall_timeout;
  guint history;
  GstVowelLlmImages images;
  gboolean speak_tool;

  /* Worker thread only. */
  GPtrArray *runs;           /* of GstVowelLlmRun that are live */
  guint64 generation;        /* newest of those that the element made */
  guint64 spoken_generation; /* newest that was spoken; 0: none yet */
  gboolean turn_pending;     /* somebody spoke while a response was running */
  gboolean images_unseen;    /* it has been said that the model takes none */
} GstVowelLlmPrivate;

/*
 * GstVowelLlmRun: one request on its way through the provider, from the first
 * try to its end.  Worker thread only.
 */
typedef struct _GstVowelLlmRun GstVowelLlmRun;

G_GNUC_INTERNAL GstVowelLlmPrivate *gst_vowel_llm_get_private (
    GstVowelLlm *self);
/* @standalone: the element keeps the conversation. */
G_GNUC_INTERNAL void gst_vowel_llm_run_start (
    GstVowelLlm *self, GstVowelChatRequest *request, gboolean standalone);
G_GNUC_INTERNAL void gst_vowel_llm_run_unref (GstVowelLlmRun *run);
/* Nothing comes out of it any more. */
G_GNUC_INTERNAL void gst_vowel_llm_run_cancel (GstVowelLlmRun *run);
G_GNUC_INTERNAL GstVowelChatRequest *gst_vowel_llm_run_get_request (
    GstVowelLlmRun *run);
G_GNUC_INTERNAL gboolean gst_vowel_llm_run_is_standalone (GstVowelLlmRun *run);

/* How the element goes on when a run of its own conversation has ended, or any
 * run has. */
G_GNUC_INTERNAL void gst_vowel_llm_run_ended (GstVowelLlm *self);

/* The conversation; all on the worker.  Answers what was said, now or after
 * what is going on. */
G_GNUC_INTERNAL void gst_vowel_llm_respond (GstVowelLlm *self);
/* @generation: 0 for all */
G_GNUC_INTERNAL void gst_vowel_llm_cancel_runs (
    GstVowelLlm *self, guint64 generation, gboolean spoken_only);
/* What is being said is over, and so is what it waited for. */
G_GNUC_INTERNAL void gst_vowel_llm_flush (GstVowelProviderElement *element);

G_GNUC_INTERNAL void gst_vowel_llm_install_actions (GType type);

G_END_DECLS
