/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "accounts.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What Voicex's dashboard reads. All (transfer full). */

/* {id, name, email, orgId, orgName, plan, role} of who has signed in. */
JsonObject *vowel_voicex_user_to_json (const VowelAccount *account);
/* {id, name, status} */
JsonObject *vowel_voicex_organization_to_brief (const VowelAccount *account);
/* {_id, name, planId, status, ownerEmail, createdAt, updatedAt, planSlug,
 * planName, limits} */
JsonObject *vowel_voicex_organization_to_json (const VowelAccount *account);
/* {_id, orgId, keyPrefix, name, scopes, lastUsedAt, createdAt, revokedAt}.
 * @text: (nullable): the key, of which the beginning is shown */
JsonObject *vowel_voicex_key_to_json (
    const VowelApiKey *key, const gchar *text);

/* The 24 digits of what has @id; @id: (nullable): null then */
void vowel_voicex_set_id (
    JsonObject *object, const gchar *name, const gchar *id);
/* @at: milliseconds since 1970; 0: null */
void vowel_voicex_set_time (JsonObject *object, const gchar *name, gint64 at);

G_END_DECLS
