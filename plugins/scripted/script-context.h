/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-responder.h"

G_BEGIN_DECLS

/* Private to the responder. */
struct _GstVowelResponder {
  GstVowelScript *script;
  /* digest of the messages -> variables (utf8 -> utf8, never changed) */
  GHashTable *states;
  GQueue *order; /* of the digests, oldest first; owned by the table */
};

/**
 * GstVowelContext:
 *
 * What is known while one utterance is looked at: variables as the turns
 * before it have left them, captures, and what is built in.
 */
typedef struct {
  GstVowelResponder *self;
  const GstVowelChatRequest *request;
  GDateTime *now;
  GHashTable *variables;
  GHashTable *captures;  /* of the rule at hand */
  GHashTable *built_ins; /* made when they are asked for */
  GPtrArray *outputs;    /* of the tools, in a follow-up; else NULL */
  guint message;         /* index of the utterance */
  guint turn;            /* how many of the user's came before it */
} GstVowelContext;

typedef enum {
  GST_VOWEL_RULES_ALL,
  GST_VOWEL_RULES_BEFORE_TOOLS,
  GST_VOWEL_RULES_AFTER_TOOLS,
} GstVowelRules;

void gst_vowel_context_init (GstVowelContext *context, GstVowelResponder *self,
    const GstVowelChatRequest *request, GDateTime *now, guint message);
void gst_vowel_context_clear (GstVowelContext *context);

/* The first rule that understands these words: as they are, then without what
 * the script ignores at both ends.  Fills the captures. */
const GstVowelScriptRule *gst_vowel_context_find_rule (GstVowelContext *context,
    const GstVowelWords *words, guint from, guint to, GstVowelRules which);
/* Narrows the range to what is left without the ignored words. */
void gst_vowel_context_strip_ignored (const GstVowelScript *script,
    const GstVowelWords *words, guint *from, guint *to);
/* Sets in @variables what @rule sets. */
void gst_vowel_context_assign (GstVowelContext *context,
    const GstVowelScriptRule *rule, GHashTable *variables);
/* A #GstVowelTemplateLookup; the data is the context. */
const gchar *gst_vowel_context_look_up (const gchar *name, gpointer user_data);
/* "result", "error" or "result.PATH" of the tools' outputs; NULL when there is
 * none. */
gchar *gst_vowel_context_make_output (GPtrArray *outputs, const gchar *name);
GHashTable *gst_vowel_context_copy_table (GHashTable *table);

GstVowelChatRole gst_vowel_context_role_of (
    const GstVowelChatRequest *request, guint index);
const gchar *gst_vowel_context_text_of (
    const GstVowelChatRequest *request, guint index);
/* The last message of @role before @end; FALSE when there is none. */
gboolean gst_vowel_context_find_last (const GstVowelChatRequest *request,
    GstVowelChatRole role, guint end, guint *ret_index);

G_END_DECLS
