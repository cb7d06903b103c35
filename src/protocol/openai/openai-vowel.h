/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/session.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelOpenaiVowel:
 *
 * What Vowel's clients are told beyond OpenAI's events. In the dialect `vowel`,
 * which has the beta names, a call is announced when its arguments are
 * complete, and with them, because programs run it from there;
 * response.function_call_arguments.done has them once more as an object. Every
 * client of Vowel gets the text of a spoken answer as response.text.done, and
 * is told when its session sleeps, and where the time of answers went, when it
 * asks.
 */
typedef struct _VowelOpenaiVowel VowelOpenaiVowel;

/* Takes @object, an event without its id. */
typedef void (*VowelOpenaiSendFunc) (JsonObject *object, gpointer user_data);

/* @calls: the dialect `vowel`; else without what is different about calls. */
VowelOpenaiVowel *vowel_openai_vowel_new (const gchar *session_id,
    gboolean calls, VowelOpenaiSendFunc send, gpointer user_data);
void vowel_openai_vowel_free (VowelOpenaiVowel *vowel);

#define VOWEL_OPENAI_GET_LATENCY "debug.get_latency"

/* What the client is shown of the session, before it is. */
void vowel_openai_vowel_note (VowelOpenaiVowel *vowel, const VowelEvent *event);
/* Answers #VOWEL_OPENAI_GET_LATENCY; fails when @event is not as it must be. */
gboolean vowel_openai_vowel_tell_latency (
    VowelOpenaiVowel *vowel, JsonObject *event, GError **error);
/* TRUE: all is said of this event, or it is kept for later. */
gboolean vowel_openai_vowel_take (
    VowelOpenaiVowel *vowel, const VowelEvent *event);
/* Takes calls that were not told of out of a rendered event. */
void vowel_openai_vowel_trim (
    VowelOpenaiVowel *vowel, const VowelEvent *event, JsonObject *object);
/* After an event was sent. */
void vowel_openai_vowel_follow (
    VowelOpenaiVowel *vowel, const VowelEvent *event);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelOpenaiVowel, vowel_openai_vowel_free)

G_END_DECLS
