/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/config/server-config.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* GET /v1/models: what the server answers with. A session may name any model:
 * one that is not here means the configured one. @created: seconds since 1970.
 * (transfer full) */
JsonObject *vowel_models_list (const VowelServerConfig *config, gint64 created);
/* GET /v1/models/ID. (nullable) (transfer full) */
JsonObject *vowel_models_find (
    const VowelServerConfig *config, gint64 created, const gchar *id);

G_END_DECLS
