/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-private.h"

#include "voicex-json.h"

#include "server/store/object-id.h"

#include <gst/vowel/gstvoweljson.h>

/* --- the organization --- */

void
vowel_voicex_on_get_organization (VowelRequest *request, gpointer voicex)
{
  g_autoptr (VowelAccount) account = vowel_voicex_begin (voicex, request);

  if (account != NULL)
    vowel_http_reply_json (request->message, SOUP_STATUS_OK,
        vowel_voicex_organization_to_json (account));
}

void
vowel_voicex_on_update_organization (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (JsonObject) body =
      account != NULL ? vowel_voicex_get_body (request) : NULL;
  const gchar *name;

  if (body == NULL)
    return;
  name = vowel_voicex_get_text (body, "name");
  if (name == NULL) {
    vowel_voicex_reply_error (
        request->message, SOUP_STATUS_BAD_REQUEST, "name required");
    return;
  }
  g_free (account->app->name);
  account->app->name = g_strdup (name);
  account->app->updated_at = g_get_real_time () / 1000;
  vowel_store_put_app (vowel_accounts_get_store (self->accounts), account->app,
      vowel_later_answer_on_written,
      vowel_voicex_answer_later (
          request->message, SOUP_STATUS_OK, vowel_voicex_make_ok ()));
}

/* --- its keys --- */

void
vowel_voicex_on_list_keys (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  JsonArray *array;

  if (account == NULL)
    return;
  keys = vowel_store_list_api_keys (
      vowel_accounts_get_store (self->accounts), account->app->id, &error);
  if (keys == NULL) {
    vowel_voicex_reply_gerror (request->message, error);
    return;
  }
  array = json_array_new ();
  for (guint i = 0; i < keys->len; i++) {
    const VowelApiKey *key = g_ptr_array_index (keys, i);
    g_autofree gchar *text = vowel_keyring_reveal (
        vowel_accounts_get_keyring (self->accounts), key, NULL);

    json_array_add_object_element (array, vowel_voicex_key_to_json (key, text));
  }
  vowel_http_reply_array (request->message, array);
}

/* What a client calls its key's scopes: ["voice"] when it says nothing.
 * (transfer full) */
static GStrv
read_scopes (JsonObject *body)
{
  JsonArray *array = gst_vowel_json_get_array (body, "scopes");
  g_autoptr (GStrvBuilder) scopes = g_strv_builder_new ();
  guint n = array != NULL ? json_array_get_length (array) : 0;

  for (guint i = 0; i < n; i++)
    if (gst_vowel_json_get_string_at (array, i) != NULL)
      g_strv_builder_add (scopes, gst_vowel_json_get_string_at (array, i));
  if (n == 0)
    g_strv_builder_add (scopes, VOWEL_SCOPE_VOICE);
  return g_strv_builder_end (scopes);
}

void
vowel_voicex_on_create_key (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (JsonObject) body =
      account != NULL ? vowel_voicex_get_body (request) : NULL;
  g_auto (GStrv) scopes = NULL;
  g_autofree gchar *text = NULL;
  g_autoptr (VowelApiKey) key = NULL;
  JsonObject *answer;

  if (body == NULL)
    return;
  if (vowel_voicex_get_text (body, "name") == NULL) {
    vowel_voicex_reply_error (
        request->message, SOUP_STATUS_BAD_REQUEST, "name required");
    return;
  }
  scopes = read_scopes (body);
  key = vowel_keyring_make_voicex (vowel_accounts_get_keyring (self->accounts),
      account->app->id, vowel_voicex_get_text (body, "name"),
      (const gchar *const *) scopes, &text);
  vowel_audit_note_target (request->message, NULL, key->id);
  answer = vowel_voicex_key_to_json (key, text);
  json_object_set_string_member (answer, "key", text);
  json_object_set_string_member (answer, "rawKey", text);
  vowel_store_put_api_key (vowel_accounts_get_store (self->accounts), key,
      vowel_later_answer_on_written,
      vowel_voicex_answer_later (
          request->message, SOUP_STATUS_CREATED, answer));
}

/* (nullable): it has been answered */
static VowelApiKey *
find_key (VowelVoicex *self, VowelRequest *request, const gchar *app_id)
{
  g_autofree gchar *wanted = vowel_voicex_check_id (request);
  g_autoptr (GPtrArray) keys = NULL;

  if (wanted == NULL)
    return NULL;
  keys = vowel_store_list_api_keys (
      vowel_accounts_get_store (self->accounts), app_id, NULL);
  for (guint i = 0; keys != NULL && i < keys->len; i++) {
    const VowelApiKey *key = g_ptr_array_index (keys, i);
    g_autofree gchar *hex = vowel_object_hex (key->id);

    if (g_str_equal (hex, wanted))
      return vowel_api_key_copy (key);
  }
  vowel_voicex_reply_error (
      request->message, SOUP_STATUS_NOT_FOUND, "not found");
  return NULL;
}

void
vowel_voicex_on_revoke_key (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (VowelApiKey) key =
      account != NULL ? find_key (self, request, account->app->id) : NULL;

  if (key == NULL)
    return;
  vowel_audit_note_target (request->message, NULL, key->id);
  if (key->revoked_at != 0) {
    vowel_http_reply_json (
        request->message, SOUP_STATUS_OK, vowel_voicex_make_ok ());
    return;
  }
  vowel_store_revoke_api_key (vowel_accounts_get_store (self->accounts),
      key->id, g_get_real_time () / 1000, vowel_later_answer_on_written,
      vowel_voicex_answer_later (
          request->message, SOUP_STATUS_OK, vowel_voicex_make_ok ()));
}
