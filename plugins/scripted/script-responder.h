/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script.h"

G_BEGIN_DECLS

/* A tool call of a reply. @id may be NULL: then anybody may make one. */
typedef struct {
  gchar *id;
  gchar *tool;
  gchar *arguments;
} GstVowelScriptReplyCall;

/**
 * GstVowelScriptReply:
 * @text: what is said, perhaps nothing
 * @calls: (element-type GstVowelScriptReplyCall)
 * @failure: (nullable): fail like this; the script's
 * @stall_after: stop for good after so many tokens; -1 for never
 * @usage: (nullable): what to report; the script's
 * @finish: why it ends, when nothing else ends it
 * @delay_ms: before the first token; -1 for the element's
 * @tokens_per_second: negative for the element's
 *
 * What the script does about a request.
 */
typedef struct {
  gchar *text;
  GPtrArray *calls;
  const GstVowelScriptFailure *failure;
  gint stall_after;
  const GstVowelUsage *usage;
  GstVowelFinishReason finish;
  gint delay_ms;
  gdouble tokens_per_second;
} GstVowelScriptReply;

void gst_vowel_script_reply_free (GstVowelScriptReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelScriptReply, gst_vowel_script_reply_free)

/**
 * GstVowelResponder:
 *
 * Answers requests by a script. It holds nothing of a conversation: what
 * earlier turns have set is found by going through the user's messages of the
 * request again, so that parallel, cancelled and foreign requests never mix.
 * States are cached by the messages that led to them.
 */
typedef struct _GstVowelResponder GstVowelResponder;

GstVowelResponder *gst_vowel_responder_new (GstVowelScript *script);
void gst_vowel_responder_free (GstVowelResponder *responder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelResponder, gst_vowel_responder_free)

/* The reply depends on @request and @now alone.  Fails when the request asks
 * for a tool that it does not bring. */
GstVowelScriptReply *gst_vowel_responder_reply (GstVowelResponder *responder,
    const GstVowelChatRequest *request, GDateTime *now, GError **error);

G_END_DECLS
