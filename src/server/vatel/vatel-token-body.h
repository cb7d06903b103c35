/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "vatel-token.h"

G_BEGIN_DECLS

/* What a request for a session token asks for: @body and, where a client says
 * it there, `agentId` and `versionId` of @query (nullable). @ret_webrtc: it
 * wants the variant that this server does not have. Null counts as absent.
 * Fails with #VOWEL_ERROR, and the field. (transfer full) */
VowelVatelToken *vowel_vatel_token_from_body (
    JsonObject *body, GHashTable *query, gboolean *ret_webrtc, GError **error);

G_END_DECLS
