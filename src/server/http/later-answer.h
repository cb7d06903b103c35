/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * VowelLaterAnswer:
 *
 * The answer to a request that is given when the store has written something:
 * the user data of vowel_later_answer_on_written().
 */
typedef struct _VowelLaterAnswer VowelLaterAnswer;

/* How an API says that something went wrong. */
typedef void (*VowelReplyErrorFunc) (
    SoupServerMessage *message, const GError *error);

/* Pauses @message. @answer: (nullable) (transfer full): none, with @status
 * alone */
VowelLaterAnswer *vowel_later_answer_new (SoupServerMessage *message,
    guint status, JsonObject *answer, VowelReplyErrorFunc reply_error);
/* Instead of what it had. @answer: (transfer full) */
void vowel_later_answer_set (VowelLaterAnswer *later, JsonObject *answer);
/* A GAsyncReadyCallback: gives the answer, or says why nothing was written. */
void vowel_later_answer_on_written (
    GObject *source, GAsyncResult *result, gpointer later);

G_END_DECLS
