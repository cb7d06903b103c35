/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "phone-number.h"

#include "server/store/document-json.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define KIND "phone-number"
#define MIN_DIGITS 7
#define MAX_DIGITS 15

void
vowel_phone_number_free (VowelPhoneNumber *number)
{
  g_free (number->id);
  g_free (number->app_id);
  g_free (number->number);
  g_free (number->sid);
  g_free (number->label);
  g_free (number->account_sid);
  g_free (number->auth_token);
  g_free (number);
}

gboolean
vowel_phone_number_is_valid (const gchar *text)
{
  gsize digits = strlen (text);

  if (text[0] != '+' || text[1] == '0')
    return FALSE;
  digits = strspn (text + 1, "0123456789");
  return text[1 + digits] == '\0' && digits >= MIN_DIGITS
         && digits <= MAX_DIGITS;
}

/* --- documents --- */

/* Members that are a text. */
static const struct {
  const gchar *name;
  gsize offset;
} texts[] = {
    {"number", G_STRUCT_OFFSET (VowelPhoneNumber, number)},
    {"sid", G_STRUCT_OFFSET (VowelPhoneNumber, sid)},
    {"label", G_STRUCT_OFFSET (VowelPhoneNumber, label)},
    {"accountSid", G_STRUCT_OFFSET (VowelPhoneNumber, account_sid)},
};

static VowelPhoneNumber *
read_number (VowelKeyring *keyring, const VowelDocument *document)
{
  VowelPhoneNumber *number = g_new0 (VowelPhoneNumber, 1);
  g_autoptr (JsonObject) object = vowel_document_parse (document);
  const gchar *sealed = gst_vowel_json_get_string (object, "sealedToken");

  number->id = g_strdup (document->id);
  number->app_id = g_strdup (document->app_id);
  number->created_at = document->created_at;
  number->updated_at = document->updated_at;
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    G_STRUCT_MEMBER (gchar *, number, texts[i].offset) =
        g_strdup (gst_vowel_json_get_string (object, texts[i].name));
  if (sealed != NULL)
    number->auth_token = vowel_keyring_open_text (keyring, sealed, NULL);
  return number;
}

/* (transfer full) */
static JsonObject *
make_body (VowelKeyring *keyring, const VowelPhoneNumber *number)
{
  JsonObject *object = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    const gchar *text = G_STRUCT_MEMBER (gchar *, number, texts[i].offset);

    if (text != NULL)
      json_object_set_string_member (object, texts[i].name, text);
  }
  if (number->auth_token != NULL) {
    g_autofree gchar *sealed =
        vowel_keyring_seal_text (keyring, number->auth_token);

    json_object_set_string_member (object, "sealedToken", sealed);
  }
  return object;
}

GPtrArray *
vowel_phone_numbers_list (
    VowelKeyring *keyring, const gchar *app_id, GError **error)
{
  g_autoptr (GPtrArray) documents = vowel_store_list_documents (
      vowel_keyring_get_store (keyring), KIND, app_id, error);
  GPtrArray *numbers;

  if (documents == NULL)
    return NULL;
  numbers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_phone_number_free);
  for (guint i = 0; i < documents->len; i++)
    g_ptr_array_add (
        numbers, read_number (keyring, g_ptr_array_index (documents, i)));
  return numbers;
}

VowelPhoneNumber *
vowel_phone_number_get (
    VowelKeyring *keyring, const gchar *app_id, const gchar *id, GError **error)
{
  g_autoptr (VowelDocument) document = vowel_store_get_document (
      vowel_keyring_get_store (keyring), KIND, id, error);

  if (document == NULL)
    return NULL;
  if (app_id == NULL || g_strcmp0 (document->app_id, app_id) == 0)
    return read_number (keyring, document);
  g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND,
      "There is no " KIND " %s", id);
  return NULL;
}

VowelPhoneNumber *
vowel_phone_number_find (
    VowelKeyring *keyring, const gchar *number, GError **error)
{
  g_autoptr (VowelDocument) document = vowel_store_find_document (
      vowel_keyring_get_store (keyring), KIND, number, error);

  return document != NULL ? read_number (keyring, document) : NULL;
}

void
vowel_phone_number_put (VowelKeyring *keyring, VowelPhoneNumber *number,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (JsonObject) body = make_body (keyring, number);
  g_autoptr (VowelDocument) document = vowel_document_new_json (
      KIND, number->id, number->app_id, number->number, body);

  number->updated_at = document->updated_at;
  if (number->created_at == 0)
    number->created_at = document->created_at;
  document->created_at = number->created_at;
  vowel_store_put_document (
      vowel_keyring_get_store (keyring), document, callback, user_data);
}
