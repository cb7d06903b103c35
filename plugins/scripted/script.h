/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-matcher.h"
#include "script-template.h"

#include <gst/vowel/gstvowelchat.h>
#include <gst/vowel/gstvowelerror.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * GstVowelScriptError:
 * @GST_VOWEL_SCRIPT_ERROR_INVALID: the script says something that cannot be
 *   understood; the message names the rule and the field
 */
typedef enum {
  GST_VOWEL_SCRIPT_ERROR_INVALID,
} GstVowelScriptError;

#define GST_VOWEL_SCRIPT_ERROR (gst_vowel_script_error_quark ())
GQuark gst_vowel_script_error_quark (void);

/* "when": @value NULL asks whether the variable is set, as @set says. */
typedef struct {
  gchar *variable;
  gchar *value;
  gboolean set;
} GstVowelScriptCondition;

/* "set": @value NULL forgets the variable. */
typedef struct {
  gchar *variable;
  GstVowelTemplate *value;
} GstVowelScriptAssignment;

/* One of "calls".  Strings in @arguments are templates. */
typedef struct {
  gchar *tool;
  gchar *id;
  JsonNode *arguments;
} GstVowelScriptCall;

/**
 * GstVowelScriptFailure:
 * @code: the kind of error
 * @message: its text
 * @http_status: 0 when there was none
 * @retry_after_ms: -1 when unknown
 * @after_tokens: so much of the reply comes first
 * @times: fail at the first so many attempts; 0 for always
 *
 * A failure on request.
 */
typedef struct {
  GstVowelError code;
  gchar *message;
  guint http_status;
  gint retry_after_ms;
  guint after_tokens;
  guint times;
} GstVowelScriptFailure;

/**
 * GstVowelScriptRule:
 * @name: for people and errors
 * @before_tools: goes before the session's tools
 * @patterns: (element-type GstVowelPattern)
 * @conditions: (element-type GstVowelScriptCondition)
 * @assignments: (element-type GstVowelScriptAssignment)
 * @replies: (element-type GstVowelTemplate): taken in turn
 * @otherwise: (nullable): when no reply can be filled in
 * @result: (nullable): what is said when the tools have answered
 * @calls: (element-type GstVowelScriptCall)
 * @failure: (nullable)
 * @stall_after: tokens after which nothing more comes; -1 for never
 * @usage: (nullable)
 * @finish: the finish reason, when the reply ends by itself
 * @delay_ms: -1 for the element's
 * @tokens_per_second: negative for the element's
 *
 * What to do when the user says something.
 */
typedef struct {
  gchar *name;
  gboolean before_tools;
  GPtrArray *patterns;
  GPtrArray *conditions;
  GPtrArray *assignments;
  GPtrArray *replies;
  GstVowelTemplate *otherwise;
  GstVowelTemplate *result;
  GPtrArray *calls;
  GstVowelScriptFailure *failure;
  gint stall_after;
  GstVowelUsage *usage;
  GstVowelFinishReason finish;
  gint delay_ms;
  gdouble tokens_per_second;
} GstVowelScriptRule;

/**
 * GstVowelScript:
 * @name: the script's name
 * @match_tools: call the session's tools when an utterance matches them
 * @variables: (element-type utf8 utf8): their values at the start
 * @ignore: words that are dropped at both ends of an utterance
 * @rules: (element-type GstVowelScriptRule): the first that matches wins
 * @fallback: (element-type GstVowelTemplate): replies when nothing matches
 * @empty: (element-type GstVowelTemplate): replies when the user said nothing
 *
 * A script, checked and ready. Immutable and reference counted.
 */
typedef struct {
  gatomicrefcount ref_count;
  gchar *name;
  gboolean match_tools;
  GHashTable *variables;
  gchar **ignore;
  GPtrArray *rules;
  GPtrArray *fallback;
  GPtrArray *empty;
} GstVowelScript;

GstVowelScript *gst_vowel_script_new_from_json (JsonNode *root, GError **error);
GstVowelScript *gst_vowel_script_ref (GstVowelScript *script);
void gst_vowel_script_unref (GstVowelScript *script);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelScript, gst_vowel_script_unref)

G_END_DECLS
