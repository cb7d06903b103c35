/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-face.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* (transfer none) (nullable): the item behind a reference. */
typedef VowelItem *(*VowelOpenaiItemLookup) (
    const gchar *item_id, gpointer user_data);

/* @conversation_id: the session's; shown unless the response is out of band. */
JsonObject *vowel_openai_response_render (VowelResponse *response,
    const gchar *conversation_id, VowelOpenaiDialect dialect);

/* The "response" of response.create. @config: what overrides merge with.
 * @pinned: see vowel_openai_session_patch(). */
VowelResponseRequest *vowel_openai_response_request_parse (JsonObject *object,
    VowelOpenaiDialect dialect, gboolean pinned,
    const VowelSessionConfig *config, VowelOpenaiItemLookup lookup,
    gpointer user_data, GError **error);

G_END_DECLS
