/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "log-line.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define SESSION_PREFIX "sess_"

/* Who is meant, and what is said beside that. A module that has no session at
 * hand begins its message with the id. (transfer full) (nullable) */
static gchar *
split_session (const VowelLogLine *line, const gchar **ret_message)
{
  const gchar *colon = strstr (line->message, ": ");
  g_autofree gchar *named =
      colon != NULL ? g_strndup (line->message, colon - line->message) : NULL;
  gboolean is_session =
      named != NULL
      && (line->session != NULL ? g_str_equal (named, line->session)
                                : g_str_has_prefix (named, SESSION_PREFIX)
                                      && strchr (named, ' ') == NULL);

  *ret_message = is_session ? colon + 2 : line->message;
  return is_session ? g_steal_pointer (&named) : g_strdup (line->session);
}

static gchar *
format_time (const VowelLogLine *line)
{
  g_autoptr (GDateTime) time =
      g_date_time_new_from_unix_utc (line->time_us / G_USEC_PER_SEC);
  g_autofree gchar *seconds = g_date_time_format (time, "%Y-%m-%dT%H:%M:%S");

  return g_strdup_printf (
      "%s.%03dZ", seconds, (gint) (line->time_us % G_USEC_PER_SEC / 1000));
}

gchar *
vowel_log_line_to_text (const VowelLogLine *line)
{
  const gchar *message;
  g_autofree gchar *session = split_session (line, &message);
  g_autofree gchar *time = format_time (line);
  GString *text = g_string_new (NULL);
  gsize start;

  g_string_append_printf (
      text, "%s %-7s %s: ", time, line->level, line->category);
  start = text->len;
  if (session != NULL)
    g_string_append_printf (text, "%s: ", session);
  if (line->element != NULL)
    g_string_append_printf (text, "%s: ", line->element);
  g_string_append (text, message);
  for (gchar *c = text->str + start; *c != '\0'; c++)
    if (g_ascii_iscntrl (*c))
      *c = ' ';
  return g_string_free (text, FALSE);
}

static void
add_string (JsonBuilder *builder, const gchar *name, const gchar *text)
{
  g_autofree gchar *valid = NULL;

  if (text == NULL)
    return;
  valid = g_utf8_make_valid (text, -1);
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, valid);
}

/* "VOWEL_AUDIT_ACTION" is "audit_action". */
static void
add_fields (JsonBuilder *builder, const VowelLogLine *line)
{
  for (gsize i = 0; i < line->n_fields; i++) {
    const gchar *key = line->fields[i].key;
    g_autofree gchar *name = NULL;

    if (!g_str_has_prefix (key, VOWEL_LOG_FIELD_PREFIX))
      continue;
    name = g_ascii_strdown (key + strlen (VOWEL_LOG_FIELD_PREFIX), -1);
    add_string (builder, name, line->fields[i].value);
  }
}

gchar *
vowel_log_line_to_json (const VowelLogLine *line)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;
  const gchar *message;
  g_autofree gchar *session = split_session (line, &message);
  g_autofree gchar *time = format_time (line);

  json_builder_begin_object (builder);
  add_string (builder, "time", time);
  add_string (builder, "level", line->level);
  add_string (builder, "category", line->category);
  add_string (builder, "session", session);
  add_string (builder, "message", message);
  add_string (builder, "element", line->element);
  add_fields (builder, line);
  if (line->file != NULL) {
    add_string (builder, "file", line->file);
    json_builder_set_member_name (builder, "line");
    json_builder_add_int_value (builder, line->line);
    add_string (builder, "function", line->function);
  }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

/* syslog's numbers. */
static const gchar *
get_priority (const gchar *level)
{
  switch (level[0]) {
    case 'e':
      return "3";
    case 'w':
      return "4";
    case 'i':
      return "6";
    default:
      return "7";
  }
}

static void
append_field (GArray *fields, const gchar *key, const gchar *value)
{
  GLogField field = {key, value, -1};

  if (value != NULL)
    g_array_append_val (fields, field);
}

GLogWriterOutput
vowel_log_line_to_journal (const VowelLogLine *line, VowelLogFieldsFunc func)
{
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (GLogField));
  const gchar *message;
  g_autofree gchar *session = split_session (line, &message);
  g_autofree gchar *number = g_strdup_printf ("%d", line->line);

  append_field (fields, "MESSAGE", message);
  append_field (fields, "PRIORITY", get_priority (line->level));
  append_field (fields, "SYSLOG_IDENTIFIER", "vowel-gst");
  append_field (fields, VOWEL_LOG_FIELD_PREFIX "CATEGORY", line->category);
  append_field (fields, VOWEL_LOG_FIELD_PREFIX "SESSION_ID", session);
  append_field (fields, VOWEL_LOG_FIELD_PREFIX "ELEMENT", line->element);
  if (line->file != NULL) {
    append_field (fields, "CODE_FILE", line->file);
    append_field (fields, "CODE_LINE", number);
    append_field (fields, "CODE_FUNC", line->function);
  }
  for (gsize i = 0; i < line->n_fields; i++)
    if (g_str_has_prefix (line->fields[i].key, VOWEL_LOG_FIELD_PREFIX))
      g_array_append_val (fields, line->fields[i]);
  return func ((const GLogField *) fields->data, fields->len);
}
