/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-client.h"

#include "server/http/http.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MAX_ANSWER (64 * 1024)
#define MAX_COMPLAINT 200
/* Numbers in one answer: who asks for a whole one gets it alone. */
#define PAGE_SIZE "20"

gchar *
vowel_twilio_account_make_url (
    const VowelTwilioAccount *account, const gchar *resource)
{
  g_autofree gchar *sid =
      g_uri_escape_string (account->account_sid, NULL, FALSE);

  return g_strconcat (
      account->api_url, "/2010-04-01/Accounts/", sid, "/", resource, NULL);
}

gchar *
vowel_twilio_account_make_authorization (const VowelTwilioAccount *account)
{
  g_autofree gchar *pair =
      g_strconcat (account->account_sid, ":", account->auth_token, NULL);
  g_autofree gchar *base64 =
      g_base64_encode ((const guchar *) pair, strlen (pair));

  return g_strconcat ("Basic ", base64, NULL);
}

/* --- asking --- */

/* What is wanted of a good answer. (transfer full) (nullable): it has none, or
 * @error says why that is no use */
typedef gchar *(*ReadFunc) (
    JsonObject *answer, const gchar *subject, GError **error);

typedef struct {
  gchar *auth_token;
  SoupMessage *message;
  const gchar *failure; /* what an error of Twilio's begins with */
  gchar *subject;       /* (nullable): of @read */
  ReadFunc read;
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_free (question->auth_token);
  g_clear_object (&question->message);
  g_free (question->subject);
  g_free (question);
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
  Question *question = g_task_get_task_data (task);
  guint status = soup_message_get_status (question->message);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  g_autoptr (JsonObject) answer =
      bytes ? vowel_http_parse_answer (bytes, MAX_ANSWER) : NULL;
  g_autofree gchar *found = NULL;
  g_autofree gchar *complaint = NULL;

  if (bytes == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
        "Twilio cannot be reached: %s", error->message);
    return;
  }
  if (SOUP_STATUS_IS_SUCCESSFUL (status) && answer)
    found = question->read (answer, question->subject, &error);
  if (found) {
    g_task_return_pointer (task, g_steal_pointer (&found), g_free);
    return;
  }
  if (error) {
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  complaint = find_complaint (answer, status, question->auth_token);
  g_task_return_new_error (task, G_IO_ERROR, find_code (status), "%s: %s",
      question->failure, complaint);
}

/* @body: (nullable): of a POST. @question: (transfer full) */
static void
ask (SoupSession *soup, const VowelTwilioAccount *account, const gchar *url,
    GBytes *body, Question *question, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, user_data);
  g_autofree gchar *authorization =
      vowel_twilio_account_make_authorization (account);

  question->auth_token = g_strdup (account->auth_token);
  question->message =
      soup_message_new (body ? SOUP_METHOD_POST : SOUP_METHOD_GET, url);
  g_task_set_task_data (task, question, question_free);
  if (question->message == NULL) {
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED,
        "The address of Twilio's API is none: %s", account->api_url);
    return;
  }
  /* The token is for nobody else. */
  soup_message_add_flags (question->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_headers_replace (
      soup_message_get_request_headers (question->message), "Authorization",
      authorization);
  if (body)
    soup_message_set_request_body_from_bytes (
        question->message, SOUP_FORM_MIME_TYPE_URLENCODED, body);
  soup_session_send_and_read_async (soup, question->message, G_PRIORITY_DEFAULT,
      NULL, on_answer, g_steal_pointer (&task));
}

/* --- a call --- */

static gchar *
read_call (JsonObject *answer, const gchar *subject, GError **error)
{
  return g_strdup (gst_vowel_json_get_string (answer, "sid"));
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

void
vowel_twilio_client_call_async (SoupSession *soup,
    const VowelTwilioAccount *account, const VowelTwilioOrder *order,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree gchar *url = vowel_twilio_account_make_url (account, "Calls.json");
  g_autoptr (GBytes) body = make_body (order);
  Question *question = g_new0 (Question, 1);

  question->failure = "Twilio placed no call";
  question->read = read_call;
  ask (soup, account, url, body, question, callback, user_data);
}

gchar *
vowel_twilio_client_call_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- a number --- */

/* Twilio also finds numbers that have what is asked for in them. (nullable) */
static JsonObject *
find_number (JsonArray *numbers, const gchar *wanted)
{
  for (guint i = 0; i < json_array_get_length (numbers); i++) {
    JsonNode *node = json_array_get_element (numbers, i);
    JsonObject *number =
        JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;

    if (g_strcmp0 (gst_vowel_json_get_string (number, "phone_number"), wanted)
        == 0)
      return number;
  }
  return NULL;
}

static gchar *
read_number (JsonObject *answer, const gchar *wanted, GError **error)
{
  JsonArray *numbers =
      gst_vowel_json_get_array (answer, "incoming_phone_numbers");
  JsonObject *number = numbers ? find_number (numbers, wanted) : NULL;

  if (numbers == NULL)
    return NULL;
  if (number
      && gst_vowel_json_get_boolean (
          gst_vowel_json_get_object (number, "capabilities"), "voice"))
    return g_strdup (gst_vowel_json_get_string (number, "sid"));
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
      number ? "The number %s is not for voice"
             : "The account at Twilio has no number %s",
      wanted);
  return NULL;
}

void
vowel_twilio_client_find_number_async (SoupSession *soup,
    const VowelTwilioAccount *account, const gchar *number,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autofree gchar *query =
      soup_form_encode ("PhoneNumber", number, "PageSize", PAGE_SIZE, NULL);
  g_autofree gchar *resource =
      g_strconcat ("IncomingPhoneNumbers.json?", query, NULL);
  g_autofree gchar *url = vowel_twilio_account_make_url (account, resource);
  Question *question = g_new0 (Question, 1);

  question->failure = "Twilio does not tell of the number";
  question->subject = g_strdup (number);
  question->read = read_number;
  ask (soup, account, url, NULL, question, callback, user_data);
}

gchar *
vowel_twilio_client_find_number_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
