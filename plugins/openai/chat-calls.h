/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "llm-stream.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/*
 * ChatCalls: the tool calls of a streamed chat completion, put together from
 * pieces that servers number as they like. Plain object.
 */
typedef struct _ChatCalls ChatCalls;

/* @server names who answers, in errors. */
ChatCalls *chat_calls_new (const gchar *server,
    const LlmStreamCallbacks *callbacks, gpointer user_data);
void chat_calls_free (ChatCalls *calls);
/* An element of "tool_calls". */
gboolean chat_calls_add (ChatCalls *calls, JsonObject *call, GError **error);
/* One that is complete. More than there may be are left out. */
void chat_calls_add_whole (
    ChatCalls *calls, const gchar *name, const gchar *arguments);
/* Any, with a name or not yet. */
guint chat_calls_get_n (ChatCalls *calls);
/* Those with a name are complete now, the last one only if it was not @cut_off.
 * Returns how many there are. */
guint chat_calls_end (ChatCalls *calls, gboolean cut_off);
/* Whether one has a name. */
gboolean chat_calls_has_begun (ChatCalls *calls);
/* A callback said that nobody wants the rest. */
gboolean chat_calls_is_unwanted (ChatCalls *calls);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ChatCalls, chat_calls_free)

G_END_DECLS
