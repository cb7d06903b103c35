/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-json.h"

#include "server/http/http.h"
#include "server/iso-time.h"
#include "server/store/object-id.h"

/* What is shown of a key. */
#define SHOWN 10

void
vowel_voicex_set_id (JsonObject *object, const gchar *name, const gchar *id)
{
  g_autofree gchar *hex = id != NULL ? vowel_object_hex (id) : NULL;

  vowel_http_set_string (object, name, hex);
}

void
vowel_voicex_set_time (JsonObject *object, const gchar *name, gint64 at)
{
  g_autofree gchar *text = at != 0 ? vowel_iso_time (at) : NULL;

  vowel_http_set_string (object, name, text);
}

JsonObject *
vowel_voicex_user_to_json (const VowelAccount *account)
{
  const VowelUser *user = account->user;
  JsonObject *object = json_object_new ();

  vowel_voicex_set_id (object, "id", user->id);
  vowel_http_set_string (object, "name", user->name);
  vowel_http_set_string (object, "email", user->email);
  vowel_voicex_set_id (object, "orgId", account->app->id);
  vowel_http_set_string (object, "orgName", account->app->name);
  vowel_http_set_string (object, "plan", account->plan->slug);
  vowel_http_set_string (object, "role", user->role);
  return object;
}

JsonObject *
vowel_voicex_organization_to_brief (const VowelAccount *account)
{
  JsonObject *object = json_object_new ();

  vowel_voicex_set_id (object, "id", account->app->id);
  vowel_http_set_string (object, "name", account->app->name);
  vowel_http_set_string (object, "status", account->organization->status);
  return object;
}

JsonObject *
vowel_voicex_organization_to_json (const VowelAccount *account)
{
  const VowelOrganization *organization = account->organization;
  JsonObject *object = json_object_new ();

  vowel_voicex_set_id (object, "_id", account->app->id);
  vowel_http_set_string (object, "name", account->app->name);
  vowel_voicex_set_id (object, "planId", account->plan->slug);
  vowel_http_set_string (object, "status", organization->status);
  vowel_http_set_string (
      object, "ownerEmail", organization->owner ? organization->owner : "");
  vowel_voicex_set_time (object, "createdAt", account->app->created_at);
  vowel_voicex_set_time (object, "updatedAt",
      MAX (account->app->updated_at, organization->updated_at));
  vowel_http_set_string (object, "planSlug", account->plan->slug);
  vowel_http_set_string (object, "planName", account->plan->name);
  json_object_set_object_member (
      object, "limits", vowel_plan_limits_to_json (account->plan));
  return object;
}

JsonObject *
vowel_voicex_key_to_json (const VowelApiKey *key, const gchar *text)
{
  JsonObject *object = json_object_new ();
  JsonArray *scopes = json_array_new ();
  g_autofree gchar *prefix = g_strndup (text != NULL ? text : "", SHOWN);

  for (guint i = 0; key->scopes[i] != NULL; i++)
    json_array_add_string_element (scopes, key->scopes[i]);
  vowel_voicex_set_id (object, "_id", key->id);
  vowel_voicex_set_id (object, "orgId", key->app_id);
  json_object_set_string_member (object, "keyPrefix", prefix);
  json_object_set_string_member (
      object, "name", key->label != NULL ? key->label : "");
  json_object_set_array_member (object, "scopes", scopes);
  vowel_voicex_set_time (object, "lastUsedAt", key->last_used_at);
  vowel_voicex_set_time (object, "createdAt", key->created_at);
  vowel_voicex_set_time (object, "revokedAt", key->revoked_at);
  return object;
}
