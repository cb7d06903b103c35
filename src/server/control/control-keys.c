/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "control-private.h"

#include "server/store/key-text.h"

#include <string.h>

/* Keys are reached below their app, and alone: then the last parameter is
 * theirs, and the app is in the query or the body. */
static const gchar *
get_key_id (const VowelRequest *request)
{
  return request->params[1] != NULL ? request->params[1] : request->params[0];
}

static const gchar *
get_app_id (const VowelRequest *request)
{
  if (g_str_has_prefix (request->path, "/api/apps/"))
    return request->params[0];
  return vowel_request_get_query (request, "appId");
}

/* NULL: answered */
static VowelApiKey *
find (VowelControl *self, VowelRequest *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelApiKey) key = vowel_store_get_api_key (
      vowel_control_get_store (self), get_key_id (request), &error);
  const gchar *app_id = get_app_id (request);

  vowel_audit_note_target (request->message, app_id, get_key_id (request));
  if (key != NULL && (app_id == NULL || g_str_equal (key->app_id, app_id))) {
    vowel_audit_note_target (request->message, key->app_id, NULL);
    return g_steal_pointer (&key);
  }
  if (error == NULL)
    g_set_error (&error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND,
        "The app \"%s\" has no such key", app_id);
  vowel_control_reply_error (request->message, error);
  return NULL;
}

void
vowel_control_on_list_keys (VowelRequest *request, gpointer control)
{
  VowelControl *self = control;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = vowel_store_list_api_keys (
      vowel_control_get_store (self), get_app_id (request), &error);
  JsonArray *array;

  if (keys == NULL) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  array = json_array_new ();
  for (guint i = 0; i < keys->len; i++) {
    const VowelApiKey *key = g_ptr_array_index (keys, i);
    g_autofree gchar *text = vowel_keyring_reveal (self->keyring, key, NULL);

    json_array_add_object_element (
        array, vowel_control_key_to_json (key, text));
  }
  vowel_http_reply_array (request->message, array);
}

static VowelApiKey *
make (VowelControl *self, VowelRequest *request, JsonObject *body,
    gchar **ret_text, GError **error)
{
  const gchar *app_id = get_app_id (request);
  const gchar *label = NULL;
  g_auto (GStrv) scopes = NULL;
  g_auto (GStrv) providers = NULL;
  g_autoptr (VowelApp) app = NULL;

  if (!vowel_control_read_string (body, "label", &label, error)
      || !vowel_control_read_strings (body, "scopes", &scopes, error)
      || !vowel_control_read_strings (
          body, "allowedProviders", &providers, error)
      || (app_id == NULL
          && !vowel_control_read_string (body, "appId", &app_id, error)))
    return NULL;
  if (app_id == NULL) {
    g_set_error_literal (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
        "appId is required: whose key it is");
    return NULL;
  }
  app = vowel_store_get_app (vowel_control_get_store (self), app_id, error);
  if (app == NULL)
    return NULL;
  return vowel_keyring_make (self->keyring, app_id, label,
      (const gchar *const *) scopes, (const gchar *const *) providers, ret_text,
      error);
}

void
vowel_control_on_create_key (VowelRequest *request, gpointer control)
{
  VowelControl *self = control;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body =
      vowel_http_get_object (request->message, &error);
  g_autofree gchar *text = NULL;
  g_autoptr (VowelApiKey) key =
      body != NULL ? make (self, request, body, &text, &error) : NULL;
  JsonObject *answer;

  if (key == NULL) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  vowel_audit_note_target (request->message, key->app_id, key->id);
  answer = vowel_control_key_to_json (key, text);
  json_object_set_string_member (answer, "plaintext", text);
  json_object_set_string_member (answer, "key", text);
  vowel_store_put_api_key (vowel_control_get_store (self), key,
      vowel_later_answer_on_written,
      vowel_control_answer_later (request->message, answer));
}

void
vowel_control_on_reveal_key (VowelRequest *request, gpointer control)
{
  VowelControl *self = control;
  g_autoptr (VowelApiKey) key = find (self, request);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *text = NULL;
  JsonObject *answer;

  if (key == NULL)
    return;
  text = vowel_keyring_reveal (self->keyring, key, &error);
  if (text == NULL) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  answer = json_object_new ();
  json_object_set_string_member (answer, "plaintext", text);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, answer);
}

static gboolean
apply (JsonObject *body, VowelApiKey *key, GError **error)
{
  const gchar *label = NULL;
  g_auto (GStrv) scopes = NULL;
  g_auto (GStrv) providers = NULL;

  if (!vowel_control_read_string (body, "label", &label, error)
      || !vowel_control_read_strings (body, "scopes", &scopes, error)
      || !vowel_control_read_strings (
          body, "allowedProviders", &providers, error))
    return FALSE;
  if (scopes != NULL) {
    g_auto (GStrv) kept =
        vowel_key_filter_scopes ((const gchar *const *) scopes);

    if (kept[0] == NULL) {
      g_set_error (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
          "scopes must have at least one of: %s", vowel_key_list_scopes ());
      return FALSE;
    }
    g_strfreev (key->scopes);
    key->scopes = g_steal_pointer (&kept);
  }
  if (providers != NULL) {
    g_strfreev (key->allowed_providers);
    key->allowed_providers =
        vowel_key_filter_providers ((const gchar *const *) providers);
  }
  if (label != NULL) {
    g_free (key->label);
    key->label = g_strdup (label);
  }
  return TRUE;
}

void
vowel_control_on_update_key (VowelRequest *request, gpointer control)
{
  VowelControl *self = control;
  g_autoptr (VowelApiKey) key = find (self, request);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body = NULL;

  if (key == NULL)
    return;
  body = vowel_http_get_object (request->message, &error);
  if (body == NULL || !apply (body, key, &error)) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  vowel_store_put_api_key (vowel_control_get_store (self), key,
      vowel_later_answer_on_written,
      vowel_control_answer_later (
          request->message, vowel_control_key_to_json (key, NULL)));
}

void
vowel_control_on_revoke_key (VowelRequest *request, gpointer control)
{
  g_autoptr (VowelApiKey) key = find (control, request);

  if (key != NULL)
    vowel_store_revoke_api_key (vowel_control_get_store (control), key->id,
        g_get_real_time () / 1000, vowel_later_answer_on_written,
        vowel_control_answer_later (
            request->message, vowel_control_make_ok ()));
}

void
vowel_control_on_delete_key (VowelRequest *request, gpointer control)
{
  g_autoptr (VowelApiKey) key = find (control, request);

  if (key != NULL)
    vowel_store_delete_api_key (vowel_control_get_store (control), key->id,
        vowel_later_answer_on_written,
        vowel_control_answer_later (
            request->message, vowel_control_make_ok ()));
}

/* --- keys of providers --- */

#define HIDDEN "••••••••"

void
vowel_control_on_list_provider_keys (VowelRequest *request, gpointer control)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) keys = vowel_store_list_provider_keys (
      vowel_control_get_store (control), get_app_id (request), &error);
  JsonArray *array;

  if (keys == NULL) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  array = json_array_new ();
  for (guint i = 0; i < keys->len; i++)
    json_array_add_object_element (
        array, vowel_control_provider_key_to_json (
                   g_ptr_array_index (keys, i), HIDDEN));
  vowel_http_reply_array (request->message, array);
}

static gchar *
mask_provider_key (const gchar *text)
{
  gsize length = strlen (text);

  return length <= 8 ? g_strdup (HIDDEN)
                     : g_strdup_printf ("%.4s...%s", text, text + length - 4);
}

static gboolean
is_blank (const gchar *text)
{
  return text == NULL || text[strspn (text, " \t\r\n")] == '\0';
}

static VowelProviderKey *
make_provider_key (VowelControl *self, VowelRequest *request, JsonObject *body,
    gchar **ret_masked, GError **error)
{
  const gchar *app_id = get_app_id (request);
  const gchar *provider = NULL, *text = NULL, *label = NULL, *known = NULL;
  g_autoptr (VowelApp) app = NULL;

  if (!vowel_control_read_string (body, "provider", &provider, error)
      || !vowel_control_read_string (body, "apiKey", &text, error)
      || !vowel_control_read_string (body, "label", &label, error)
      || (app_id == NULL
          && !vowel_control_read_string (body, "appId", &app_id, error)))
    return NULL;
  if (provider != NULL)
    known = vowel_key_normalize_provider (provider);
  if (known == NULL || is_blank (text) || app_id == NULL) {
    g_set_error (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
        known == NULL    ? "provider must be one of: engine, openai, grok"
        : app_id == NULL ? "appId is required: whose key it is"
                         : "apiKey is required: the provider's key");
    return NULL;
  }
  app = vowel_store_get_app (vowel_control_get_store (self), app_id, error);
  if (app == NULL)
    return NULL;
  *ret_masked = mask_provider_key (text);
  return vowel_keyring_seal_provider_key (
      self->keyring, app_id, known, label, text);
}

void
vowel_control_on_create_provider_key (VowelRequest *request, gpointer control)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body =
      vowel_http_get_object (request->message, &error);
  g_autofree gchar *masked = NULL;
  g_autoptr (VowelProviderKey) key =
      body != NULL ? make_provider_key (control, request, body, &masked, &error)
                   : NULL;

  if (key == NULL) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  vowel_audit_note_target (request->message, key->app_id, key->id);
  vowel_store_put_provider_key (vowel_control_get_store (control), key,
      vowel_later_answer_on_written,
      vowel_control_answer_later (
          request->message, vowel_control_provider_key_to_json (key, masked)));
}

void
vowel_control_on_delete_provider_key (VowelRequest *request, gpointer control)
{
  const gchar *app_id = get_app_id (request);

  if (app_id == NULL) {
    vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL,
        NULL, "appId is required in the query: whose key it is");
    return;
  }
  vowel_audit_note_target (request->message, app_id, request->params[0]);
  vowel_store_delete_provider_key (vowel_control_get_store (control), app_id,
      request->params[0], vowel_later_answer_on_written,
      vowel_control_answer_later (request->message, vowel_control_make_ok ()));
}
