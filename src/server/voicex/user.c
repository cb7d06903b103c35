/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "user.h"

#include "server/store/document-json.h"

#include <gst/vowel/gstvoweljson.h>

#define KIND "user"

VowelUser *
vowel_user_new (const gchar *app_id, const gchar *email, const gchar *name,
    const gchar *password)
{
  VowelUser *user = g_new0 (VowelUser, 1);

  user->id = g_uuid_string_random ();
  user->app_id = g_strdup (app_id);
  user->email = g_strdup (email);
  user->name = g_strdup (name);
  user->password = g_strdup (password);
  user->role = g_strdup (VOWEL_USER_ADMIN);
  return user;
}

void
vowel_user_free (VowelUser *user)
{
  g_free (user->id);
  g_free (user->app_id);
  g_free (user->email);
  g_free (user->name);
  g_free (user->password);
  g_free (user->role);
  g_free (user);
}

gchar *
vowel_user_normalize_email (const gchar *email)
{
  return g_strstrip (g_utf8_strdown (email, -1));
}

VowelUser *
vowel_user_find (VowelStore *store, const gchar *email, GError **error)
{
  g_autoptr (VowelDocument) document =
      vowel_store_find_document (store, KIND, email, error);
  g_autoptr (JsonObject) body = NULL;
  VowelUser *user;

  if (document == NULL)
    return NULL;
  body = vowel_document_parse (document);
  user = g_new0 (VowelUser, 1);
  user->id = g_strdup (document->id);
  user->app_id = g_strdup (document->app_id);
  user->email = g_strdup (document->key);
  user->name = g_strdup (gst_vowel_json_get_string (body, "name"));
  user->password = g_strdup (gst_vowel_json_get_string (body, "password"));
  user->role = g_strdup (gst_vowel_json_get_string (body, "role"));
  return user;
}

void
vowel_user_put (VowelStore *store, const VowelUser *user,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (VowelDocument) document = NULL;

  json_object_set_string_member (body, "name", user->name);
  json_object_set_string_member (body, "password", user->password);
  json_object_set_string_member (body, "role", user->role);
  document =
      vowel_document_new_json (KIND, user->id, user->app_id, user->email, body);
  vowel_store_put_document (store, document, callback, user_data);
}
