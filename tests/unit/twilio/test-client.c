/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How Twilio is asked for a call, and what its answers mean; the other side is
 * here. */

#include "server/twilio/twilio-client.h"

#include <string.h>

#define ACCOUNT "AC1"
#define TOKEN "canary-token"
#define TWIML "<Response>caf\xc3\xa9 &amp; more</Response>"

typedef struct {
  SoupServer *server;
  GSocketService *service;
  gchar *url;
  guint status; /* with which it answers */
  const gchar *answer;
  gchar *method; /* of the last request */
  gchar *path;
  gchar *query;
  gchar *authorization;
  GHashTable *form;
} Twilio;

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path,
    GHashTable *query, gpointer user_data)
{
  Twilio *twilio = user_data;
  g_autoptr (GBytes) body = soup_message_body_flatten (
      soup_server_message_get_request_body (message));
  g_autofree gchar *text =
      g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body));
  SoupMessageHeaders *headers =
      soup_server_message_get_request_headers (message);

  g_free (twilio->method);
  twilio->method = g_strdup (soup_server_message_get_method (message));
  if (g_str_equal (twilio->method, "POST"))
    g_assert_cmpstr (soup_message_headers_get_content_type (headers, NULL), ==,
        "application/x-www-form-urlencoded");
  g_free (twilio->query);
  twilio->query =
      g_strdup (g_uri_get_query (soup_server_message_get_uri (message)));
  g_free (twilio->path);
  twilio->path = g_strdup (path);
  g_free (twilio->authorization);
  twilio->authorization =
      g_strdup (soup_message_headers_get_one (headers, "Authorization"));
  g_clear_pointer (&twilio->form, g_hash_table_unref);
  twilio->form = soup_form_decode (text);
  soup_server_message_set_status (message, twilio->status, NULL);
  soup_server_message_set_response (message, "application/json",
      SOUP_MEMORY_STATIC, twilio->answer, strlen (twilio->answer));
}

/* libsoup's own listening sockets leak (3.2.3). */
static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection,
    GObject *source, gpointer user_data)
{
  Twilio *twilio = user_data;
  g_autoptr (GSocketAddress) local =
      g_socket_connection_get_local_address (connection, NULL);
  g_autoptr (GSocketAddress) remote =
      g_socket_connection_get_remote_address (connection, NULL);

  return soup_server_accept_iostream (
      twilio->server, G_IO_STREAM (connection), local, remote, NULL);
}

static void
twilio_init (Twilio *twilio)
{
  guint16 port;

  memset (twilio, 0, sizeof *twilio);
  twilio->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (twilio->server, NULL, on_request, twilio, NULL);
  twilio->service = g_socket_service_new ();
  port = g_socket_listener_add_any_inet_port (
      G_SOCKET_LISTENER (twilio->service), NULL, NULL);
  g_assert_cmpuint (port, >, 0);
  g_signal_connect (
      twilio->service, "incoming", G_CALLBACK (on_incoming), twilio);
  twilio->url = g_strdup_printf ("http://127.0.0.1:%u", port);
}

static void
twilio_clear (Twilio *twilio)
{
  g_socket_service_stop (twilio->service);
  g_socket_listener_close (G_SOCKET_LISTENER (twilio->service));
  g_object_unref (twilio->service);
  soup_server_disconnect (twilio->server);
  g_object_unref (twilio->server);
  /* Its connections end in the main loop. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_free (twilio->url);
  g_free (twilio->method);
  g_free (twilio->query);
  g_free (twilio->path);
  g_free (twilio->authorization);
  g_clear_pointer (&twilio->form, g_hash_table_unref);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static gchar *
call (const gchar *url, const gchar *status_callback, GError **error)
{
  g_autoptr (SoupSession) soup = soup_session_new ();
  const VowelTwilioAccount account = {url, ACCOUNT, TOKEN};
  const VowelTwilioOrder order = {
      .to = "+15005550006",
      .from = "+15005550001",
      .twiml = TWIML,
      .status_callback = status_callback,
  };
  g_autoptr (GAsyncResult) result = NULL;

  vowel_twilio_client_call_async (soup, &account, &order, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  soup_session_abort (soup);
  return vowel_twilio_client_call_finish (result, error);
}

static void
test_placed (void)
{
  Twilio twilio;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *sid = NULL;

  twilio_init (&twilio);
  twilio.status = 201;
  twilio.answer = "{\"sid\":\"CA1\",\"status\":\"queued\"}";
  sid = call (twilio.url, "https://h.test/status?a=1&b=2", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sid, ==, "CA1");
  g_assert_cmpstr (twilio.method, ==, "POST");
  g_assert_cmpstr (
      twilio.path, ==, "/2010-04-01/Accounts/" ACCOUNT "/Calls.json");
  /* AC1:canary-token */
  g_assert_cmpstr (twilio.authorization, ==, "Basic QUMxOmNhbmFyeS10b2tlbg==");
  g_assert_cmpuint (g_hash_table_size (twilio.form), ==, 4);
  g_assert_cmpstr (g_hash_table_lookup (twilio.form, "To"), ==, "+15005550006");
  g_assert_cmpstr (
      g_hash_table_lookup (twilio.form, "From"), ==, "+15005550001");
  g_assert_cmpstr (g_hash_table_lookup (twilio.form, "Twiml"), ==, TWIML);
  g_assert_cmpstr (g_hash_table_lookup (twilio.form, "StatusCallback"), ==,
      "https://h.test/status?a=1&b=2");
  twilio_clear (&twilio);
}

static void
test_refused (void)
{
  static const struct {
    guint status;
    const gchar *answer;
    gint code;
    const gchar *text;
  } cases[] = {
      {401, "{\"code\":20003,\"message\":\"Authenticate\"}",
          G_IO_ERROR_PERMISSION_DENIED, "Authenticate (20003)"},
      {400, "{\"code\":21211,\"message\":\"Invalid\\n'To' canary-token\"}",
          G_IO_ERROR_INVALID_ARGUMENT, "Invalid 'To' *** (21211)"},
      {429, "{}", G_IO_ERROR_BUSY, "status 429"},
      {500, "<html>", G_IO_ERROR_FAILED, "status 500"},
      {201, "[[[[", G_IO_ERROR_FAILED, "status 201"},
      {201, "{\"sid\":1}", G_IO_ERROR_FAILED, "status 201"},
      {302, "", G_IO_ERROR_FAILED, "status 302"},
  };
  Twilio twilio;

  twilio_init (&twilio);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    twilio.status = cases[i].status;
    twilio.answer = cases[i].answer;
    g_assert_null (call (twilio.url, NULL, &error));
    g_assert_error (error, G_IO_ERROR, cases[i].code);
    g_assert_nonnull (strstr (error->message, cases[i].text));
    g_assert_null (g_hash_table_lookup (twilio.form, "StatusCallback"));
  }
  twilio_clear (&twilio);
}

static gchar *
find_number (const gchar *url, GError **error)
{
  g_autoptr (SoupSession) soup = soup_session_new ();
  const VowelTwilioAccount account = {url, ACCOUNT, TOKEN};
  g_autoptr (GAsyncResult) result = NULL;

  vowel_twilio_client_find_number_async (
      soup, &account, "+15005550006", on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  soup_session_abort (soup);
  return vowel_twilio_client_find_number_finish (result, error);
}

#define NUMBERS(numbers) "{\"incoming_phone_numbers\":[" numbers "]}"
#define ENTRY(number, voice)                                                   \
  "{\"sid\":\"PN1\",\"phone_number\":\"" number                                \
  "\",\"capabilities\":{\"voice\":" voice "}}"

static void
test_number_found (void)
{
  Twilio twilio;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *sid = NULL;

  twilio_init (&twilio);
  twilio.status = 200;
  twilio.answer = NUMBERS (
      ENTRY ("+150055500061", "false") ",7," ENTRY ("+15005550006", "true"));
  sid = find_number (twilio.url, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (sid, ==, "PN1");
  g_assert_cmpstr (twilio.method, ==, "GET");
  g_assert_cmpstr (twilio.path, ==,
      "/2010-04-01/Accounts/" ACCOUNT "/IncomingPhoneNumbers.json");
  g_assert_cmpstr (twilio.query, ==, "PhoneNumber=%2B15005550006&PageSize=20");
  g_assert_cmpstr (twilio.authorization, ==, "Basic QUMxOmNhbmFyeS10b2tlbg==");
  twilio_clear (&twilio);
}

static void
test_number_missing (void)
{
  static const struct {
    guint status;
    const gchar *answer;
    gint code;
    const gchar *text;
  } cases[] = {
      {200, NUMBERS (""), G_IO_ERROR_NOT_FOUND, "no number +15005550006"},
      {200, NUMBERS (ENTRY ("+150055500061", "true")), G_IO_ERROR_NOT_FOUND,
          "no number +15005550006"},
      {200, NUMBERS (ENTRY ("+15005550006", "false")), G_IO_ERROR_NOT_FOUND,
          "not for voice"},
      {200, "{\"incoming_phone_numbers\":{}}", G_IO_ERROR_FAILED, "status 200"},
      {200, "[]", G_IO_ERROR_FAILED, "status 200"},
      {401, "{\"code\":20003,\"message\":\"Authenticate canary-token\"}",
          G_IO_ERROR_PERMISSION_DENIED, "Authenticate *** (20003)"},
      {404, "{}", G_IO_ERROR_INVALID_ARGUMENT, "status 404"},
  };
  Twilio twilio;

  twilio_init (&twilio);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;

    twilio.status = cases[i].status;
    twilio.answer = cases[i].answer;
    g_assert_null (find_number (twilio.url, &error));
    g_assert_error (error, G_IO_ERROR, cases[i].code);
    g_assert_nonnull (strstr (error->message, cases[i].text));
  }
  twilio_clear (&twilio);
}

static void
test_unreachable (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (call ("http://127.0.0.1:1", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_null (call ("nowhere", NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/twilio/client/placed", test_placed);
  g_test_add_func ("/twilio/client/refused", test_refused);
  g_test_add_func ("/twilio/client/number-found", test_number_found);
  g_test_add_func ("/twilio/client/number-missing", test_number_missing);
  g_test_add_func ("/twilio/client/unreachable", test_unreachable);
  return g_test_run ();
}
