/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "remote.h"

#include <libsoup/soup.h>
#include <string.h>

static GSubprocess *process;
static gchar *origin;
static SoupSession *session;
static guint n_targets;
static guint n_aborts;

void
remote_start (void)
{
  g_autofree gchar *script = g_build_filename (g_getenv ("VOWEL_SRCDIR"),
      "tests", "fakes", "remote", "server.mjs", NULL);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *line = NULL;
  g_auto (GStrv) variables = g_listenv ();

  /* Nobody's own keys: an element would ask the real service. */
  for (guint i = 0; variables[i] != NULL; i++)
    if (g_str_has_suffix (variables[i], "_API_KEY"))
      g_unsetenv (variables[i]);
  g_unsetenv ("CREDENTIALS_DIRECTORY");
  /* It ends with our end of its stdin. */
  process = g_subprocess_new (
      G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error,
      "node", script, NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  line = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  g_assert_true (g_str_has_prefix (line, "listening on "));
  origin = g_strdup (line + strlen ("listening on "));
  session = soup_session_new ();
}

void
remote_stop (void)
{
  g_clear_object (&session);
  g_output_stream_close (g_subprocess_get_stdin_pipe (process), NULL, NULL);
  g_subprocess_wait (process, NULL, NULL);
  g_clear_object (&process);
  g_clear_pointer (&origin, g_free);
}

gchar *
remote_get (const gchar *path)
{
  g_autofree gchar *uri = g_strconcat (origin, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new ("GET", uri);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      soup_session_send_and_read (session, message, NULL, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (soup_message_get_status (message), ==, 200);
  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

void
remote_set_target (
    GstElement *element, const gchar *vendor, const gchar *faults)
{
  g_autofree gchar *question = g_strconcat ("/__base/", vendor, NULL);
  g_autofree gchar *path = remote_get (question);
  g_autofree gchar *base =
      g_strdup_printf ("%s/%s,%%23%u%s", origin, faults, n_targets++, path);

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), "profile"))
    g_object_set (element, "profile", vendor, NULL);
  g_object_set (element, "base-url", base, NULL);
}

void
remote_expect_abort (void)
{
  g_autofree gchar *path = g_strdup_printf ("/__aborts/%u", n_aborts + 1);
  g_autofree gchar *answer = remote_get (path);

  n_aborts = g_ascii_strtoull (answer, NULL, 10);
}

void
remote_forget_aborts (void)
{
  g_autofree gchar *answer = remote_get ("/__aborts/0");

  n_aborts = g_ascii_strtoull (answer, NULL, 10);
}

void
remote_expect_keepalives (guint n)
{
  static guint so_far;
  g_autofree gchar *path = g_strdup_printf ("/__keepalives/%u", so_far + n);
  g_autofree gchar *answer = remote_get (path);

  so_far = g_ascii_strtoull (answer, NULL, 10);
}

gboolean
remote_request_is (guint number, const gchar *what)
{
  g_autofree gchar *text = remote_get ("/__log");
  g_autoptr (JsonNode) root = json_from_string (text, NULL);
  JsonArray *log = json_node_get_array (root);
  JsonObject *entry = number < json_array_get_length (log)
                          ? json_array_get_object_element (log, number)
                          : NULL;

  return entry != NULL && json_object_has_member (entry, what)
         && json_object_get_boolean_member (entry, what);
}

guint
remote_count_requests (void)
{
  g_autofree gchar *text = remote_get ("/__log");
  g_autoptr (JsonNode) root = json_from_string (text, NULL);

  return json_array_get_length (json_node_get_array (root));
}

GError *
remote_expect_failure (Fixture *f, GstVowelError code)
{
  g_autoptr (GstMessage) message =
      fixture_expect (f, GST_VOWEL_MESSAGE_FAILURE);
  g_autofree gchar *all =
      gst_structure_to_string (gst_message_get_structure (message));
  GError *error = NULL;
  const GstStructure *details;
  g_autofree gchar *details_text = NULL;

  g_assert_true (
      gst_vowel_message_parse_failure (message, NULL, NULL, &error, &details));
  if (!g_error_matches (error, GST_VOWEL_ERROR, code))
    g_error ("expected error %d, but got: %s", code, error->message);
  details_text = gst_structure_to_string (details);
  g_assert_null (strstr (error->message, REMOTE_KEY));
  g_assert_null (strstr (all, REMOTE_KEY));
  g_assert_null (strstr (details_text, REMOTE_KEY));
  return error;
}

void
remote_show_image (Fixture *f, const gchar *response_id)
{
  static const GstVowelChatImage image = {"data:image/png;base64,AAAA", "low"};
  static guint64 generation = 1000;
  g_autoptr (GstVowelChatRequest) request =
      gst_vowel_chat_request_new (response_id, ++generation);

  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, "Look");
  gst_vowel_chat_request_add_images (request, &image, 1);
  g_signal_emit_by_name (f->element, "generate", request);
}
