/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "event.h"

G_BEGIN_DECLS

/**
 * VowelResponseWriter:
 *
 * One answer on its way to the participants, and the only code that emits its
 * events. In progress until it is completed, cancelled, failed or incomplete;
 * everything that comes after that is ignored, so that each RESPONSE_STARTED
 * has exactly one RESPONSE_DONE. The spoken text is one message item; each
 * tool call is an item of its own. Owner thread only.
 */
typedef struct _VowelResponseWriter VowelResponseWriter;

/**
 * VowelResponseWriterCallbacks:
 * @emit: an event, complete but for sequence and time
 * @add_item: put the item into the conversation; returns the id of the item
 *   before it. Not called for out-of-band responses
 * @tool_call: a call is complete: who must answer it (nullable)?
 * @done: RESPONSE_DONE has been emitted; the last call made
 * @count: (nullable): the response has ended: complete its usage
 */
typedef struct {
  void (*emit) (gpointer user_data, VowelEvent *event);
  const gchar *(*add_item) (gpointer user_data, VowelItem *item);
  VowelParticipant *(*tool_call) (
      gpointer user_data, VowelResponse *response, VowelItem *call);
  void (*done) (gpointer user_data, VowelResponse *response);
  void (*count) (gpointer user_data, VowelResponse *response);
} VowelResponseWriterCallbacks;

/* Takes a reference to @response. */
VowelResponseWriter *vowel_response_writer_new (VowelResponse *response,
    const VowelResponseWriterCallbacks *callbacks, gpointer user_data);
/* Whoever calls a writer holds a reference: an event handler may drop it. */
VowelResponseWriter *vowel_response_writer_ref (VowelResponseWriter *writer);
void vowel_response_writer_unref (VowelResponseWriter *writer);

VowelResponse *vowel_response_writer_get_response (VowelResponseWriter *writer);
/* (nullable): the spoken or written item, once there is one */
VowelItem *vowel_response_writer_get_message (VowelResponseWriter *writer);

/* RESPONSE_STARTED */
void vowel_response_writer_begin (VowelResponseWriter *writer);
void vowel_response_writer_text (
    VowelResponseWriter *writer, const gchar *delta);
/* FALSE when it was ignored: over, or not a spoken response. */
gboolean vowel_response_writer_audio (VowelResponseWriter *writer,
    GBytes *audio, guint text_start, guint text_end, gboolean sentence_end);
void vowel_response_writer_tool_arguments (VowelResponseWriter *writer,
    const gchar *call_id, const gchar *name, const gchar *delta);
void vowel_response_writer_tool_call (VowelResponseWriter *writer,
    const gchar *call_id, const gchar *name, const gchar *arguments);
/* The model has finished. */
void vowel_response_writer_generated (VowelResponseWriter *writer,
    VowelResponseStatus status, VowelResponseReason reason,
    const VowelUsage *usage);
/* The voice has finished. */
void vowel_response_writer_audio_ended (VowelResponseWriter *writer);

void vowel_response_writer_cancel (
    VowelResponseWriter *writer, VowelResponseReason reason);
void vowel_response_writer_fail (
    VowelResponseWriter *writer, const gchar *code, const gchar *message);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelResponseWriter, vowel_response_writer_unref)

G_END_DECLS
