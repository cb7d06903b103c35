/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/telemetry/log-line.h"

#include <json-glib/json-glib.h>

static const GLogField fields[] = {
    {"MESSAGE", "not again", -1},
    {"VOWEL_AUDIT_ACTION", "key.create", -1},
    {"PRIORITY", "5", -1},
};

static const VowelLogLine whole = {
    .time_us = G_GINT64_CONSTANT (1700000000123456),
    .level = "warning",
    .category = "vowel-session",
    .session = "sess_1",
    .element = "llm0",
    .message = "sess_1: two\nlines \"quoted\" \xff",
    .file = "a.c",
    .line = 7,
    .function = "act",
    .fields = fields,
    .n_fields = G_N_ELEMENTS (fields),
};

static void
test_text (void)
{
  g_autofree gchar *text = vowel_log_line_to_text (&whole);
  const VowelLogLine bare = {
      .level = "info", .category = "vowel-http", .message = "here: there"};
  g_autofree gchar *bare_text = vowel_log_line_to_text (&bare);

  g_assert_cmpstr (text, ==,
      "2023-11-14T22:13:20.123Z warning vowel-session: sess_1: llm0: two lines "
      "\"quoted\" \xff");
  g_assert_cmpstr (bare_text, ==,
      "1970-01-01T00:00:00.000Z info    vowel-http: here: there");
}

static void
expect (JsonObject *object, const gchar *name, const gchar *text)
{
  g_assert_cmpstr (json_object_get_string_member (object, name), ==, text);
}

static void
test_json (void)
{
  g_autofree gchar *text = vowel_log_line_to_json (&whole);
  g_autoptr (JsonNode) node = json_from_string (text, NULL);
  JsonObject *object = json_node_get_object (node);

  g_assert_null (strchr (text, '\n'));
  expect (object, "time", "2023-11-14T22:13:20.123Z");
  expect (object, "level", "warning");
  expect (object, "category", "vowel-session");
  expect (object, "session", "sess_1");
  expect (object, "element", "llm0");
  expect (object, "message", "two\nlines \"quoted\" \xef\xbf\xbd");
  expect (object, "audit_action", "key.create");
  expect (object, "file", "a.c");
  expect (object, "function", "act");
  g_assert_cmpint (json_object_get_int_member (object, "line"), ==, 7);
  g_assert_cmpuint (json_object_get_size (object), ==, 10);
}

static gchar *journal;

static GLogWriterOutput
keep_fields (const GLogField *entries, gsize n)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < n; i++) {
    g_assert_cmpint (entries[i].length, ==, -1);
    g_string_append_printf (
        text, "%s=%s;", entries[i].key, (const gchar *) entries[i].value);
  }
  journal = g_string_free (text, FALSE);
  return G_LOG_WRITER_HANDLED;
}

static void
test_journal (void)
{
  VowelLogLine line = whole;

  line.message = "begun";
  g_assert_cmpint (
      vowel_log_line_to_journal (&line, keep_fields), ==, G_LOG_WRITER_HANDLED);
  g_assert_cmpstr (journal, ==,
      "MESSAGE=begun;PRIORITY=4;SYSLOG_IDENTIFIER=vowel-gst;"
      "VOWEL_CATEGORY=vowel-session;VOWEL_SESSION_ID=sess_1;VOWEL_ELEMENT=llm0;"
      "CODE_FILE=a.c;CODE_LINE=7;CODE_FUNC=act;VOWEL_AUDIT_ACTION=key.create;");
  g_clear_pointer (&journal, g_free);
}

/* The id that a message begins with is the session's. */
static void
test_session (void)
{
  VowelLogLine line = {
      .level = "info", .category = "c", .message = "sess_2: over"};
  g_autofree gchar *one = vowel_log_line_to_json (&line);
  g_autofree gchar *other = NULL;

  g_assert_nonnull (
      strstr (one, "\"session\":\"sess_2\",\"message\":\"over\""));
  line.session = "sess_1";
  other = vowel_log_line_to_json (&line);
  g_assert_nonnull (
      strstr (other, "\"session\":\"sess_1\",\"message\":\"sess_2: over\""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log-line/text", test_text);
  g_test_add_func ("/log-line/json", test_json);
  g_test_add_func ("/log-line/journal", test_journal);
  g_test_add_func ("/log-line/session", test_session);
  return g_test_run ();
}
