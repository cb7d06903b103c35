/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "llm-stream.h"

G_BEGIN_DECLS

/*
 * ChatStream: what the chunks of a streamed chat completion mean, with the
 * deviations of all the servers that claim to send them. Plain object.
 */
typedef struct _ChatStream ChatStream;

/* @server names who answers, in errors. */
ChatStream *chat_stream_new (const gchar *server,
    const LlmStreamCallbacks *callbacks, gpointer user_data);
void chat_stream_free (ChatStream *stream);
/* Should nothing but reasoning come, say that: some servers put the answer
 * there although reasoning was switched off. */
void chat_stream_set_speak_reasoning (ChatStream *stream, gboolean speak);
/* The tools that there are. @read_text: the model writes its calls as text. */
void chat_stream_set_tools (
    ChatStream *stream, const gchar *const *names, gboolean read_text);
/* Whether the answer can be taken from an error's @body; then it is complete.
 */
gboolean chat_stream_recover (ChatStream *stream, const gchar *body);
/* The server has refused what the model called. */
gboolean chat_stream_has_failed_call (ChatStream *stream);
/* One server-sent event.  Also a whole answer of a server that does not
 * stream. */
gboolean chat_stream_feed (ChatStream *stream, const gchar *event,
    const gchar *data, gsize size, GError **error);
/* The server has ended the answer. */
gboolean chat_stream_end (ChatStream *stream, GError **error);
/* Nothing more is to come. */
gboolean chat_stream_is_complete (ChatStream *stream);
/* Nothing more than the token counts is to come. */
gboolean chat_stream_is_finishing (ChatStream *stream);
GstVowelFinishReason chat_stream_get_reason (ChatStream *stream);
/* (nullable) */
const GstVowelUsage *chat_stream_get_usage (ChatStream *stream);

/* The same for an LlmAnswer. */
extern const LlmStreamClass chat_stream_class;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatStream, chat_stream_free)

G_END_DECLS
