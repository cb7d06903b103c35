/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Telephone numbers of Twilio accounts, and calls from them. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-private.h"

#include "server/agents/phone-number.h"
#include "server/iso-time.h"

#include <gst/vowel/gstvoweljson.h>

static JsonObject *
number_to_json (const VowelPhoneNumber *number)
{
  JsonObject *object = json_object_new ();
  g_autofree gchar *created = vowel_iso_time (number->created_at);
  g_autofree gchar *updated = vowel_iso_time (number->updated_at);

  json_object_set_string_member (object, "id", number->id);
  json_object_set_string_member (object, "phone_number", number->number);
  json_object_set_string_member (
      object, "phone_sid", number->sid != NULL ? number->sid : "");
  json_object_set_string_member (
      object, "label", number->label != NULL ? number->label : "");
  json_object_set_string_member (object, "account_sid", number->account_sid);
  json_object_set_string_member (object, "created_at", created);
  json_object_set_string_member (object, "updated_at", updated);
  return object;
}

static VowelKeyring *
get_keyring (VowelVatel *self)
{
  return vowel_control_get_keyring (self->control);
}

void
vowel_vatel_on_list_numbers (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autofree gchar *app_id = vowel_vatel_dup_app_id (self, request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) numbers =
      vowel_phone_numbers_list (get_keyring (self), app_id, &error);
  JsonArray *array;

  if (numbers == NULL) {
    vowel_vatel_reply_error (request->message, error);
    return;
  }
  array = json_array_new ();
  for (guint i = 0; i < numbers->len; i++)
    json_array_add_object_element (
        array, number_to_json (g_ptr_array_index (numbers, i)));
  vowel_http_reply_array (request->message, array);
}

/* Those of @wanted (NULL-terminated) are strings with something in them; what
 * is not in @known is refused. */
static gboolean
check_body (JsonObject *body, const gchar *const *wanted,
    const gchar *const *known, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (body);

  for (guint i = 0; wanted[i] != NULL; i++) {
    const gchar *text = gst_vowel_json_get_string (body, wanted[i]);

    if (text != NULL && *text != '\0')
      continue;
    vowel_set_field_error (
        error, VOWEL_ERROR_MISSING, wanted[i], "expected a string");
    return FALSE;
  }
  for (GList *l = names; l != NULL; l = l->next) {
    JsonNode *node = json_object_get_member (body, l->data);

    if (!g_strv_contains (known, l->data)) {
      vowel_set_field_error (error, VOWEL_ERROR_UNKNOWN_FIELD, l->data,
          "there is no such property");
      return FALSE;
    }
    if (!JSON_NODE_HOLDS_NULL (node)
        && json_node_get_value_type (node) != G_TYPE_STRING) {
      vowel_set_field_error (
          error, VOWEL_ERROR_INVALID, l->data, "expected a string");
      return FALSE;
    }
  }
  return TRUE;
}

/* (transfer full) */
static VowelPhoneNumber *
number_from_json (JsonObject *body, const gchar *app_id, GError **error)
{
  static const gchar *const wanted[] = {
      "phone_number", "account_sid", "auth_token", NULL};
  static const gchar *const known[] = {
      "phone_number", "account_sid", "auth_token", "label", NULL};
  VowelPhoneNumber *number;

  if (!check_body (body, wanted, known, error))
    return NULL;
  if (!vowel_phone_number_is_valid (
          gst_vowel_json_get_string (body, "phone_number"))) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "phone_number",
        "expected a plus and digits, as in +15005550006");
    return NULL;
  }
  number = g_new0 (VowelPhoneNumber, 1);
  number->id = g_uuid_string_random ();
  number->app_id = g_strdup (app_id);
  number->number = g_strdup (gst_vowel_json_get_string (body, "phone_number"));
  number->account_sid =
      g_strdup (gst_vowel_json_get_string (body, "account_sid"));
  number->auth_token =
      g_strdup (gst_vowel_json_get_string (body, "auth_token"));
  number->label = g_strdup (gst_vowel_json_get_string (body, "label"));
  return number;
}

/* A number that is to be kept. */
typedef struct {
  VowelVatel *vatel;
  SoupServerMessage *message;
  VowelPhoneNumber *number;
  JsonObject *change; /* (nullable): of one that was there */
  guint status;       /* of the answer */
} Keeping;

/* @number: (transfer full). @change: (nullable) */
static Keeping *
keeping_new (VowelVatel *self, SoupServerMessage *message,
    VowelPhoneNumber *number, JsonObject *change, guint status)
{
  Keeping *keeping = g_new0 (Keeping, 1);

  keeping->vatel = self;
  keeping->message = g_object_ref (message);
  keeping->number = number;
  keeping->change = change != NULL ? json_object_ref (change) : NULL;
  keeping->status = status;
  vowel_audit_note_target (message, number->app_id, number->id);
  return keeping;
}

static void
keeping_free (Keeping *keeping)
{
  g_object_unref (keeping->message);
  vowel_phone_number_free (keeping->number);
  g_clear_pointer (&keeping->change, json_object_unref);
  g_free (keeping);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Keeping, keeping_free)

static void
keep (const Keeping *keeping)
{
  VowelLaterAnswer *later =
      vowel_vatel_answer_later (keeping->message, keeping->status, NULL);

  vowel_phone_number_put (get_keyring (keeping->vatel), keeping->number,
      vowel_later_answer_on_written, later);
  vowel_later_answer_set (later, number_to_json (keeping->number));
}

/* What is not said stays. */
static void
take_text (JsonObject *body, const gchar *name, gchar **text)
{
  if (!json_object_has_member (body, name))
    return;
  g_free (*text);
  *text = g_strdup (gst_vowel_json_get_string (body, name));
}

static void
change_number (VowelPhoneNumber *number, JsonObject *body)
{
  take_text (body, "label", &number->label);
  take_text (body, "auth_token", &number->auth_token);
}

/* While Twilio was asked somebody else may have changed it. */
static void
change_again (Keeping *keeping)
{
  VowelKeyring *keyring = get_keyring (keeping->vatel);
  VowelPhoneNumber *number;

  vowel_store_catch_up (vowel_keyring_get_store (keyring));
  number = vowel_phone_number_get (keyring, NULL, keeping->number->id, NULL);
  if (number == NULL)
    return;
  change_number (number, keeping->change);
  vowel_phone_number_free (keeping->number);
  keeping->number = number;
}

static void
on_found (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (Keeping) keeping = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *sid = vowel_twilio_find_number_finish (result, &error);

  if (sid != NULL) {
    if (keeping->change != NULL)
      change_again (keeping);
    g_free (keeping->number->sid);
    keeping->number->sid = g_steal_pointer (&sid);
    keep (keeping);
    return;
  }
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    vowel_http_reply_error (keeping->message, SOUP_STATUS_BAD_REQUEST, NULL,
        NULL, "phone_number: %s", error->message);
  else
    vowel_http_reply_error (keeping->message, SOUP_STATUS_BAD_GATEWAY, NULL,
        NULL, "%s", error->message);
  soup_server_message_unpause (keeping->message);
}

/* Only the account that has a number says what becomes of it: nobody takes
 * another's. @keeping: (transfer full) */
static void
keep_when_known (Keeping *keeping)
{
  const VowelPhoneNumber *number = keeping->number;

  soup_server_message_pause (keeping->message);
  vowel_twilio_find_number_async (keeping->vatel->twilio, number->account_sid,
      number->auth_token, number->number, on_found, keeping);
}

void
vowel_vatel_on_import_number (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autoptr (JsonObject) body = vowel_vatel_read_body (request);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *app_id = NULL;
  g_autoptr (VowelPhoneNumber) number = NULL;
  g_autoptr (VowelPhoneNumber) there = NULL;

  if (body == NULL)
    return;
  app_id = vowel_vatel_ensure_app (self, request);
  number = number_from_json (body, app_id, &error);
  if (number == NULL) {
    vowel_vatel_reply_error (request->message, error);
    return;
  }
  there = vowel_phone_number_find (get_keyring (self), number->number, NULL);
  if (there != NULL) {
    vowel_http_reply_error (request->message, SOUP_STATUS_CONFLICT, NULL, NULL,
        "The number %s has been imported already", number->number);
    return;
  }
  keep_when_known (keeping_new (self, request->message,
      g_steal_pointer (&number), NULL, SOUP_STATUS_CREATED));
}

/* Twilio lets an account have another token. */
void
vowel_vatel_on_update_number (VowelRequest *request, gpointer user_data)
{
  static const gchar *const wanted[] = {NULL};
  static const gchar *const wanted_token[] = {"auth_token", NULL};
  static const gchar *const known[] = {"label", "auth_token", NULL};
  VowelVatel *self = user_data;
  g_autofree gchar *id = vowel_vatel_read_id (request, 0, "a number");
  g_autoptr (JsonObject) body =
      id != NULL ? vowel_vatel_read_body (request) : NULL;
  gboolean has_token =
      body != NULL && json_object_has_member (body, "auth_token");
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelPhoneNumber) number = NULL;
  g_autoptr (Keeping) keeping = NULL;

  if (body == NULL)
    return;
  number = vowel_phone_number_get (get_keyring (self), NULL, id, &error);
  if (number != NULL && !vowel_vatel_may_see (request, number->app_id))
    return;
  if (number == NULL
      || !check_body (body, has_token ? wanted_token : wanted, known, &error)) {
    vowel_vatel_reply_error (request->message, error);
    return;
  }
  change_number (number, body);
  keeping = keeping_new (
      self, request->message, g_steal_pointer (&number), body, SOUP_STATUS_OK);
  if (has_token)
    keep_when_known (g_steal_pointer (&keeping));
  else
    keep (keeping);
}
