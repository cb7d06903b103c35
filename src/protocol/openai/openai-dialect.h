/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-face.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What the first shaped event of a provisional connection says;
 * VOWEL_OPENAI_PROVISIONAL when it has the same shape in both. @type: the
 * event's type; @event: all of it. */
VowelOpenaiDialect vowel_openai_dialect_from_event (
    const gchar *type, JsonObject *event);
/* The choice when the server must speak first: the credential's hint, or GA. */
VowelOpenaiDialect vowel_openai_dialect_fallback (
    const VowelOpenaiHandshake *handshake);
/* By the name that tokens and settings use. */
gboolean vowel_openai_dialect_parse (
    const gchar *name, VowelOpenaiDialect *ret_dialect);
/* Whether the credential is one of Vowel's: what is not GA then is `vowel`. */
gboolean vowel_openai_handshake_is_vowel (
    const VowelOpenaiHandshake *handshake);
/* Whether the client is the agents SDK, which treats benign errors as real. */
gboolean vowel_openai_handshake_is_agents_sdk (
    const VowelOpenaiHandshake *handshake);

G_END_DECLS
