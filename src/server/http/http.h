/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/config/trusted-proxies.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Answers of the HTTP API. */

/**
 * VowelErrorForm:
 * @VOWEL_ERROR_FORM_OPENAI: an object `error` with `message`, `type`, `param`
 *   and `code`; and the text once more as `message`, for clients that read that
 * @VOWEL_ERROR_FORM_VOWEL: the text, as `error` and as `message`
 * @VOWEL_ERROR_FORM_TEXT: the text, as `error`
 *
 * How the clients of an API read what went wrong.
 */
typedef enum {
  VOWEL_ERROR_FORM_OPENAI,
  VOWEL_ERROR_FORM_VOWEL,
  VOWEL_ERROR_FORM_TEXT,
} VowelErrorForm;

/* Of errors that @message is answered from now on; OpenAI's until then. */
void vowel_http_set_error_form (
    SoupServerMessage *message, VowelErrorForm form);

/* Takes over @object. */
void vowel_http_reply_json (
    SoupServerMessage *message, guint status, JsonObject *object);
/* Takes over @array. */
void vowel_http_reply_array (SoupServerMessage *message, JsonArray *array);
/* An error in the message's form. @param, @code: (nullable): which field is
 * wrong, and OpenAI's word for what is. */
void vowel_http_reply_error (SoupServerMessage *message, guint status,
    const gchar *param, const gchar *code, const gchar *format, ...)
    G_GNUC_PRINTF (5, 6);
/* The headers that let a web page of @origin (nullable) read the answer. */
void vowel_http_allow_origin (SoupServerMessage *message, const gchar *origin);
/* @value: (nullable): null then */
void vowel_http_set_string (
    JsonObject *object, const gchar *name, const gchar *value);
/* The JSON object in the request's body; an empty one for no body at all. The
 * error says what is wrong with it. (transfer full) */
JsonObject *vowel_http_get_object (SoupServerMessage *message, GError **error);
/* The JSON object that another server has answered with. (transfer full)
 * (nullable): NULL when it is none, or larger than @max_size bytes */
JsonObject *vowel_http_parse_answer (GBytes *body, gsize max_size);
/* A value of a request's query, which is (nullable); NULL when it is empty,
 * too. (nullable) */
const gchar *vowel_http_get_query (GHashTable *query, const gchar *name);
/* The value of a request header. (nullable) */
const gchar *vowel_http_get_header (
    SoupServerMessage *message, const gchar *name);
/* Where a request comes from: the address of whoever has made the connection,
 * or whom a proxy that is trusted names. (nullable) */
const gchar *vowel_http_get_caller (SoupServerMessage *message);
/* Finds that out, once, before anybody wants to know. */
void vowel_http_find_caller (
    SoupServerMessage *message, const VowelTrustedProxies *proxies);

G_END_DECLS
