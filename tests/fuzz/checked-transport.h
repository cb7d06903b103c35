/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "protocol/face.h"

G_BEGIN_DECLS

typedef enum {
  CHECKED_PROTOCOL_OPENAI,
  CHECKED_PROTOCOL_TWILIO,
  CHECKED_PROTOCOL_VATEL,
  CHECKED_PROTOCOL_VOICEX,
} CheckedProtocol;

/* What a face sends, checked message by message: JSON, nothing after the close;
 * of OpenAI's protocol an event_id of its own, every response.created with one
 * response.done, nothing of a response after its end; of Vatel's nothing but
 * its types and `data`, in between session_started and session_ended; of
 * Voicex's, connected first, files of whole frames, and ends of what was begun;
 * of Twilio's the three events that it takes, and each mark once.
 * What is wrong aborts.
 * The thorough checks, with the schema, are made in JavaScript, of what is
 * printed. */
#define CHECKED_TYPE_TRANSPORT (checked_transport_get_type ())
G_DECLARE_FINAL_TYPE (
    CheckedTransport, checked_transport, CHECKED, TRANSPORT, GObject)

/* @joined: the session has begun without it, so it does not know everything.
 * @print: write everything to standard output, as face-driver does. */
CheckedTransport *checked_transport_new (
    CheckedProtocol protocol, guint index, gboolean joined, gboolean print);
gboolean checked_transport_is_closed (CheckedTransport *transport);
/* Ids in the order of their appearance; the last one when there are not so
 * many; (nullable) (transfer none). */
const gchar *checked_transport_get_item (
    CheckedTransport *transport, guint index);
const gchar *checked_transport_get_response (
    CheckedTransport *transport, guint index);
const gchar *checked_transport_get_call (
    CheckedTransport *transport, guint index);
/* Nothing is open any more. */
void checked_transport_finish (CheckedTransport *transport);

G_END_DECLS
