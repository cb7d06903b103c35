/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "llm-stream.h"

G_BEGIN_DECLS

/*
 * MessagesStream: what the events of a streamed message mean. Plain object.
 */
typedef struct _MessagesStream MessagesStream;

MessagesStream *messages_stream_new (
    const LlmStreamCallbacks *callbacks, gpointer user_data);
extern const LlmStreamClass messages_stream_class;

G_END_DECLS
