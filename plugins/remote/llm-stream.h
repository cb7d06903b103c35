/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelchat.h>

G_BEGIN_DECLS

/**
 * LlmStreamCallbacks:
 * @text: more to say
 * @call_begin: call number @slot begins; @id: (nullable)
 * @call_arguments: more of its arguments
 * @call_end: its arguments are complete
 *
 * What the reader of a streamed answer finds in it. Slots count from 0. Each
 * returns %FALSE when nobody wants the rest; then none is called any more.
 */
typedef struct {
  gboolean (*text) (const gchar *delta, gpointer user_data);
  gboolean (*call_begin) (
      guint slot, const gchar *id, const gchar *name, gpointer user_data);
  gboolean (*call_arguments) (
      guint slot, const gchar *delta, gpointer user_data);
  gboolean (*call_end) (guint slot, gpointer user_data);
} LlmStreamCallbacks;

/**
 * LlmStreamClass:
 * @feed: one server-sent event, or the whole answer of a server that does not
 *   stream; @event: (nullable): its name
 * @end: the server has ended the answer
 * @is_complete: nothing more is to come
 * @is_finishing: nothing more than the token counts is to come
 * @get_reason: why the model stopped
 * @get_usage: the token counts, %NULL when there were none
 * @recover: (nullable): whether the answer can be taken from the error
 *   @body of an HTTP answer; then it is complete
 * @free: frees the reader
 *
 * A reader of one service's streamed answers. Plain object.
 */
typedef struct {
  gboolean (*feed) (gpointer stream, const gchar *event, const gchar *data,
      gsize size, GError **error);
  gboolean (*end) (gpointer stream, GError **error);
  gboolean (*is_complete) (gpointer stream);
  gboolean (*is_finishing) (gpointer stream);
  GstVowelFinishReason (*get_reason) (gpointer stream);
  const GstVowelUsage *(*get_usage) (gpointer stream);
  gboolean (*recover) (gpointer stream, const gchar *body);
  void (*free) (gpointer stream);
} LlmStreamClass;

G_END_DECLS
