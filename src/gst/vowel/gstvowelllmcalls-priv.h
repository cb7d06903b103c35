/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelchat.h"

G_BEGIN_DECLS

/**
 * GstVowelLlmCall:
 * @id: its id, kept by the request
 * @name: the tool
 * @arguments: their JSON text, as far as it has come; after the end in the form
 *   in which the tool gets them
 * @ended: the arguments are complete
 * @problem: (nullable): why nobody can be given the call
 *
 * A tool call on its way out of a model.
 */
typedef struct {
  const gchar *id;
  gchar *name;
  GString *arguments;
  gboolean ended;
  gchar *problem;
} GstVowelLlmCall;

/* The calls of one answer. (transfer full) */
G_GNUC_INTERNAL GPtrArray *gst_vowel_llm_calls_new (void);
/* Fails when there are too many. @call_id: (nullable): NULL to have one made.
 * (transfer none) */
G_GNUC_INTERNAL GstVowelLlmCall *gst_vowel_llm_calls_begin (GPtrArray *calls,
    GstVowelChatRequest *request, const gchar *call_id, const gchar *name,
    GError **error);
/* (nullable) (transfer none) */
G_GNUC_INTERNAL GstVowelLlmCall *gst_vowel_llm_calls_find (
    GPtrArray *calls, const gchar *call_id);
/* Fails when the arguments are too long. */
G_GNUC_INTERNAL gboolean gst_vowel_llm_call_add_arguments (
    GstVowelLlmCall *call, const gchar *delta, GError **error);
/* Repairs the arguments; FALSE with a problem when they are beyond that. */
G_GNUC_INTERNAL gboolean gst_vowel_llm_call_end (
    GstVowelLlmCall *call, const GstVowelChatRequest *request);
/* Whether the model called, and nothing of it can be given to anybody. The
 * first of those, else NULL. */
G_GNUC_INTERNAL GstVowelLlmCall *gst_vowel_llm_calls_find_problem (
    GPtrArray *calls);
/* Letters of all names and arguments. */
G_GNUC_INTERNAL gsize gst_vowel_llm_calls_count_characters (GPtrArray *calls);
/* @request once more, at the end what the model said and called, and what was
 * wrong with that. (transfer full) */
G_GNUC_INTERNAL GstVowelChatRequest *gst_vowel_llm_calls_make_correction (
    GPtrArray *calls, const GstVowelChatRequest *request, const gchar *text);

G_END_DECLS
