/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-client.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MAX_ANSWER (64 * 1024)
#define MAX_COMPLAINT 200

typedef struct {
  gchar *auth_token;
  SoupMessage *message;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  g_free (call->auth_token);
  g_clear_object (&call->message);
  g_free (call);
}

/* (nullable) */
static JsonObject *
parse_answer (GBytes *bytes)
{
  gsize length;
  const gchar *text = g_bytes_get_data (bytes, &length);

  return gst_vowel_json_parse_object (text, length, MAX_ANSWER, NULL);
}

static gint
find_code (guint status)
{
  switch (status) {
    case SOUP_STATUS_UNAUTHORIZED:
    case SOUP_STATUS_FORBIDDEN:
      return G_IO_ERROR_PERMISSION_DENIED;
    case 429:
      return G_IO_ERROR_BUSY;
    default:
      return status >= 400 && status < 500 ? G_IO_ERROR_INVALID_ARGUMENT
                                           : G_IO_ERROR_FAILED;
  }
}

/* What Twilio says, short, on one line, and without the token. */
static gchar *
find_complaint (JsonObject *answer, guint status, const gchar *auth_token)
{
  const gchar *text = gst_vowel_json_get_string (answer, "message");
  gint64 code = gst_vowel_json_get_int (answer, "code", 0);
  g_autofree gchar *cut = NULL;
  g_auto (GStrv) parts = NULL;
  g_autofree gchar *clean = NULL;

  if (text == NULL)
    return g_strdup_printf ("status %u", status);
  cut =
      g_utf8_substring (text, 0, MIN (g_utf8_strlen (text, -1), MAX_COMPLAINT));
  g_strdelimit (cut, "\r\n", ' ');
  parts = g_strsplit (cut, auth_token, -1);
  clean = g_strjoinv ("***", parts);
  return code > 0 ? g_strdup_printf ("%s (%" G_GINT64_FORMAT ")", clean, code)
                  : g_steal_pointer (&clean);
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Call *call = g_task_get_task_data (task);
  guint status = soup_message_get_status (call->message);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (JsonObject) answer = bytes ? parse_answer (bytes) : NULL;
  const gchar *sid = gst_vowel_json_get_string (answer, "sid");
  g_autofree gchar *complaint = NULL;

  if (bytes == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
        "Twilio cannot be reached: %s", error->message);
    return;
  }
  if (status == SOUP_STATUS_CREATED && sid) {
    g_task_return_pointer (task, g_strdup (sid), g_free);
    return;
  }
  complaint = find_complaint (answer, status, call->auth_token);
  g_task_return_new_error (task, G_IO_ERROR, find_code (status),
      "Twilio placed no call: %s", complaint);
}

static GBytes *
make_body (const VowelTwilioOrder *order)
{
  g_autoptr (GHashTable) form = g_hash_table_new (g_str_hash, g_str_equal);
  gchar *text;

  g_hash_table_insert (form, (gpointer) "To", (gpointer) order->to);
  g_hash_table_insert (form, (gpointer) "From", (gpointer) order->from);
  g_hash_table_insert (form, (gpointer) "Twiml", (gpointer) order->twiml);
  if (order->status_callback)
    g_hash_table_insert (
        form, (gpointer) "StatusCallback", (gpointer) order->status_callback);
  text = soup_form_encode_hash (form);
  return g_bytes_new_take (text, strlen (text));
}

static gchar *
make_authorization (const VowelTwilioOrder *order)
{
  g_autofree gchar *pair =
      g_strconcat (order->account_sid, ":", order->auth_token, NULL);
  g_autofree gchar *base64 =
      g_base64_encode ((const guchar *) pair, strlen (pair));

  return g_strconcat ("Basic ", base64, NULL);
}

void
vowel_twilio_client_call_async (SoupSession *soup, const gchar *api_url,
    const VowelTwilioOrder *order, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autofree gchar *account =
      g_uri_escape_string (order->account_sid, NULL, FALSE);
  g_autofree gchar *url = g_strconcat (
      api_url, "/2010-04-01/Accounts/", account, "/Calls.json", NULL);
  g_autofree gchar *authorization = make_authorization (order);
  g_autoptr (GBytes) body = make_body (order);
  Call *call = g_new0 (Call, 1);

  call->auth_token = g_strdup (order->auth_token);
  call->message = soup_message_new (SOUP_METHOD_POST, url);
  g_task_set_task_data (task, call, call_free);
  if (call->message == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
        "The address of Twilio's API is none: %s", api_url);
    return;
  }
  /* The token is for nobody else. */
  soup_message_add_flags (call->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (
      soup_message_get_request_headers (call->message), "Authorization",
      authorization);
  soup_message_set_request_body_from_bytes (
      call->message, SOUP_FORM_MIME_TYPE_URLENCODED, body);
  soup_session_send_and_read_async (soup, call->message, G_PRIORITY_DEFAULT,
      NULL, on_answer, g_steal_pointer (&task));
}

gchar *
vowel_twilio_client_call_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
