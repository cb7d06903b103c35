/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * ToolText: takes out of a model's text the tool calls that it writes as text,
 * in whatever pieces they come:
 *
 *   <|tool_call_start|>[name(arg="v", n=1)]<|tool_call_end|>
 *   <tool_call>{"name": …, "arguments": {…}}</tool_call>
 *   <function=name{…}>, <function=name>{…}</function>
 *   name:0<|tool_call_argument_begin|>{…}<|tool_call_end|>
 *
 * Nothing of them is left in the text, understood or not; neither are other
 * control tokens (<|…|>).  Plain object.
 */
typedef struct _ToolText ToolText;

/**
 * ToolTextCallbacks:
 * @text: more to say
 * @call: a call; @arguments is near to JSON
 */
typedef struct {
  void (*text) (const gchar *text, gpointer user_data);
  void (*call) (const gchar *name, const gchar *arguments, gpointer user_data);
} ToolTextCallbacks;

/* @names: the tools that there are; others cannot be called */
ToolText *tool_text_new (const gchar *const *names,
    const ToolTextCallbacks *callbacks, gpointer user_data);
void tool_text_free (ToolText *self);
void tool_text_feed (ToolText *self, const gchar *delta);
/* The text is over: what is open is closed. @cut_off: not by the model; then
 * half a call is none. */
void tool_text_end (ToolText *self, gboolean cut_off);
/* Text that may be calls without a token around them, as JSON. */
void tool_text_read_json (ToolText *self, const gchar *text);
/* Whether there was anything but text. */
gboolean tool_text_saw_token (ToolText *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ToolText, tool_text_free)

G_END_DECLS
