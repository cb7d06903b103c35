/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "trusted-proxies.h"

#include <json-glib/json-glib.h>
#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Answers of the HTTP API. */

/* Takes over @object. */
void vowel_http_reply_json (
    SoupServerMessage *message, guint status, JsonObject *object);
/* Takes over @array. */
void vowel_http_reply_array (SoupServerMessage *message, JsonArray *array);
/* OpenAI's error object, with the text once more as `message` for the clients
 * that read that; below /api and /vowel the text alone, as `message` and
 * `error`, as Vowel's clients read it; on Vatel's routes as `error` alone.
 * @param, @code: (nullable). */
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
