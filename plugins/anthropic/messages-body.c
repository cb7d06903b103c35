/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "messages-body.h"
#include "json-writer.h"

#include <string.h>

#include <gst/vowel/gstvoweljson.h>

#define MAX_JSON (256 * 1024)
#define NO_RESULT "The tool has not answered."
/* The conversation begins and ends with the user. */
#define BEFORE_ALL "(The user has not said anything yet.)"
#define AFTER_ALL "(The user waits for you to go on.)"
#define UNREADABLE "(The user has shown an image of a kind that is not taken.)"

typedef struct {
  const GstVowelChatRequest *request;
  JsonBuilder *builder;
  const gchar *role; /* whose message is open; NULL for none */
} Writer;

/* (transfer full): never NULL: an object */
static JsonNode *
parse_object (const gchar *text)
{
  JsonNode *node = NULL;

  if (text != NULL)
    node = gst_vowel_json_parse (text, strlen (text), MAX_JSON, NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return node;
  g_clear_pointer (&node, json_node_unref);
  node = json_node_new (JSON_NODE_OBJECT);
  json_node_take_object (node, json_object_new ());
  return node;
}

static gboolean
is_blank (const gchar *text)
{
  return text == NULL || text[strspn (text, " \t\r\n")] == '\0';
}

static const GstVowelChatMessage *
get_message (Writer *w, guint index)
{
  return gst_vowel_chat_request_get_message (w->request, index);
}

/* --- messages: neighbours of one role are one message --- */

static void
end_message (Writer *w)
{
  if (w->role == NULL)
    return;
  json_builder_end_array (w->builder);
  json_builder_end_object (w->builder);
  w->role = NULL;
}

static void
speak_as (Writer *w, const gchar *role)
{
  if (g_strcmp0 (w->role, role) == 0)
    return;
  end_message (w);
  w->role = role;
  json_builder_begin_object (w->builder);
  json_writer_add_string (w->builder, "role", role);
  json_builder_set_member_name (w->builder, "content");
  json_builder_begin_array (w->builder);
}

/* Empty text is refused. */
static void
write_text (Writer *w, const gchar *role, const gchar *text)
{
  if (is_blank (text))
    return;
  speak_as (w, role);
  json_builder_begin_object (w->builder);
  json_writer_add_string (w->builder, "type", "text");
  json_writer_add_string (w->builder, "text", text);
  json_builder_end_object (w->builder);
}

/* "data:image/png;base64,…": what is behind the comma, and its type. */
static const gchar *
parse_data_uri (const gchar *url, const gchar **ret_type)
{
  static const gchar *const types[] = {
      "image/jpeg", "image/png", "image/gif", "image/webp"};

  for (guint i = 0; i < G_N_ELEMENTS (types); i++) {
    g_autofree gchar *start = g_strdup_printf ("data:%s;base64,", types[i]);

    if (g_ascii_strncasecmp (url, start, strlen (start)) != 0)
      continue;
    *ret_type = types[i];
    return url + strlen (start);
  }
  return NULL;
}

static void
write_image (Writer *w, const gchar *url)
{
  const gchar *type = NULL;
  const gchar *data = parse_data_uri (url, &type);

  if (data == NULL && !g_str_has_prefix (url, "https:")
      && !g_str_has_prefix (url, "http:")) {
    write_text (w, "user", UNREADABLE);
    return;
  }
  speak_as (w, "user");
  json_builder_begin_object (w->builder);
  json_writer_add_string (w->builder, "type", "image");
  json_writer_begin_object (w->builder, "source");
  json_writer_add_string (w->builder, "type", data != NULL ? "base64" : "url");
  if (data != NULL) {
    json_writer_add_string (w->builder, "media_type", type);
    json_writer_add_string (w->builder, "data", data);
  } else {
    json_writer_add_string (w->builder, "url", url);
  }
  json_builder_end_object (w->builder);
  json_builder_end_object (w->builder);
}

/* The service recommends images before what is said of them. */
static void
write_user (Writer *w, const GstVowelChatMessage *message)
{
  for (guint i = 0; i < message->n_images; i++)
    write_image (w, message->images[i].url);
  write_text (w, "user", message->text);
}

/* Ids of other services' making may have letters that this one refuses. */
static void
add_id (JsonBuilder *builder, const gchar *name, const gchar *call_id)
{
  g_autofree gchar *id = g_strdup (call_id);

  g_strcanon (id, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-", '_');
  json_writer_add_string (builder, name, *id != '\0' ? id : "_");
}

static void
write_call (Writer *w, const GstVowelChatMessage *call)
{
  json_builder_begin_object (w->builder);
  json_writer_add_string (w->builder, "type", "tool_use");
  add_id (w->builder, "id", call->call_id);
  json_writer_add_string (w->builder, "name", call->name);
  json_builder_set_member_name (w->builder, "input");
  json_builder_add_value (w->builder, parse_object (call->arguments));
  json_builder_end_object (w->builder);
}

static void
write_result (Writer *w, const gchar *call_id, const gchar *text)
{
  json_builder_begin_object (w->builder);
  json_writer_add_string (w->builder, "type", "tool_result");
  add_id (w->builder, "tool_use_id", call_id);
  json_writer_add_string (
      w->builder, "content", text != NULL ? text : NO_RESULT);
  json_builder_end_object (w->builder);
}

static const gchar *
find_result (Writer *w, guint from, const gchar *call_id)
{
  guint n = gst_vowel_chat_request_get_n_messages (w->request);

  for (guint i = from; i < n; i++) {
    const GstVowelChatMessage *message = get_message (w, i);

    if (message->role == GST_VOWEL_CHAT_TOOL_RESULT
        && g_strcmp0 (message->call_id, call_id) == 0)
      return message->text;
  }
  return NULL;
}

/* All calls that stand together, then all their results: both are wanted in
 * one message each. Returns how many calls there were. */
static guint
write_calls (Writer *w, guint first)
{
  guint n = gst_vowel_chat_request_get_n_messages (w->request);
  guint end = first;

  speak_as (w, "assistant");
  while (end < n && get_message (w, end)->role == GST_VOWEL_CHAT_TOOL_CALL)
    write_call (w, get_message (w, end++));
  speak_as (w, "user");
  for (guint i = first; i < end; i++) {
    const gchar *call_id = get_message (w, i)->call_id;

    write_result (w, call_id, find_result (w, end, call_id));
  }
  return end - first;
}

static void
write_messages (Writer *w)
{
  guint n = gst_vowel_chat_request_get_n_messages (w->request);

  json_builder_set_member_name (w->builder, "messages");
  json_builder_begin_array (w->builder);
  for (guint i = 0; i < n; i++) {
    const GstVowelChatMessage *message = get_message (w, i);

    if (w->role == NULL
        && ((message->role == GST_VOWEL_CHAT_ASSISTANT
                && !is_blank (message->text))
            || message->role == GST_VOWEL_CHAT_TOOL_CALL))
      write_text (w, "user", BEFORE_ALL);
    switch (message->role) {
      case GST_VOWEL_CHAT_USER:
        write_user (w, message);
        break;
      case GST_VOWEL_CHAT_ASSISTANT:
        write_text (w, "assistant", message->text);
        break;
      case GST_VOWEL_CHAT_TOOL_CALL:
        i += write_calls (w, i) - 1;
        break;
      case GST_VOWEL_CHAT_SYSTEM:
      case GST_VOWEL_CHAT_TOOL_RESULT:
        /* Instructions stand elsewhere; a result stands with its call. */
        break;
    }
  }
  if (w->role == NULL)
    write_text (w, "user", BEFORE_ALL);
  else if (g_str_equal (w->role, "assistant"))
    write_text (w, "user", AFTER_ALL);
  end_message (w);
  json_builder_end_array (w->builder);
}

static void
write_system (Writer *w)
{
  guint n = gst_vowel_chat_request_get_n_messages (w->request);
  g_autoptr (GString) system = g_string_new (NULL);

  for (guint i = 0; i < n; i++) {
    const GstVowelChatMessage *message = get_message (w, i);

    if (message->role != GST_VOWEL_CHAT_SYSTEM || is_blank (message->text))
      continue;
    if (system->len > 0)
      g_string_append (system, "\n\n");
    g_string_append (system, message->text);
  }
  if (system->len > 0)
    json_writer_add_string (w->builder, "system", system->str);
}

/* --- tools --- */

static void
write_tool (JsonBuilder *builder, const gchar *name, const gchar *description,
    const gchar *parameters)
{
  JsonNode *schema = parse_object (parameters);

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "name", name);
  if (description != NULL && *description != '\0')
    json_writer_add_string (builder, "description", description);
  json_builder_set_member_name (builder, "input_schema");
  if (g_strcmp0 (
          gst_vowel_json_get_string (json_node_get_object (schema), "type"),
          "object")
      == 0) {
    json_builder_add_value (builder, schema);
  } else {
    json_node_unref (schema);
    json_builder_begin_object (builder);
    json_writer_add_string (builder, "type", "object");
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
}

/* Who has called tools must have some: those of the calls, when there are no
 * others. FALSE: there were none either. */
static gboolean
write_former_tools (Writer *w)
{
  guint n = gst_vowel_chat_request_get_n_messages (w->request);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < n; i++) {
    const GstVowelChatMessage *message = get_message (w, i);

    if (message->role != GST_VOWEL_CHAT_TOOL_CALL
        || !g_hash_table_add (names, (gpointer) message->name))
      continue;
    if (g_hash_table_size (names) == 1) {
      json_builder_set_member_name (w->builder, "tools");
      json_builder_begin_array (w->builder);
    }
    write_tool (w->builder, message->name, NULL, NULL);
  }
  if (g_hash_table_size (names) == 0)
    return FALSE;
  json_builder_end_array (w->builder);
  return TRUE;
}

static void
write_tool_choice (Writer *w, const gchar *choice)
{
  const gchar *type = choice;
  const gchar *name = NULL;

  if (g_str_has_prefix (choice, "function:")) {
    type = "tool";
    name = choice + strlen ("function:");
  } else if (g_str_equal (choice, "required")) {
    type = "any";
  }
  json_writer_begin_object (w->builder, "tool_choice");
  json_writer_add_string (w->builder, "type", type);
  if (name != NULL)
    json_writer_add_string (w->builder, "name", name);
  if (!g_str_equal (type, "none")
      && !gst_vowel_chat_request_get_parallel_tool_calls (w->request))
    json_writer_add_boolean (w->builder, "disable_parallel_tool_use", TRUE);
  json_builder_end_object (w->builder);
}

static void
write_tools (Writer *w)
{
  guint n = gst_vowel_chat_request_get_n_tools (w->request);

  if (n == 0) {
    if (write_former_tools (w))
      write_tool_choice (w, "none");
    return;
  }
  json_builder_set_member_name (w->builder, "tools");
  json_builder_begin_array (w->builder);
  for (guint i = 0; i < n; i++) {
    const GstVowelChatTool *tool =
        gst_vowel_chat_request_get_tool (w->request, i);

    write_tool (w->builder, tool->name, tool->description, tool->parameters);
  }
  json_builder_end_array (w->builder);
  write_tool_choice (w, gst_vowel_chat_request_get_tool_choice (w->request));
}

/* --- limits --- */

/* Newer models refuse a temperature. */
static gboolean
takes_temperature (const gchar *model)
{
  static const gchar *const prefixes[] = {"claude-3", "claude-haiku-4",
      "claude-sonnet-4", "claude-opus-4-0", "claude-opus-4-1",
      "claude-opus-4-2", "claude-opus-4-5", "claude-opus-4-6"};

  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (model, prefixes[i]))
      return TRUE;
  return FALSE;
}

static void
write_limits (Writer *w, const MessagesBodyOptions *options)
{
  guint max_tokens = gst_vowel_chat_request_get_max_tokens (w->request);
  gdouble temperature = gst_vowel_chat_request_get_temperature (w->request);

  json_writer_add_int (w->builder, "max_tokens",
      max_tokens > 0 ? max_tokens : options->max_tokens);
  if (temperature >= 0 && takes_temperature (options->model)) {
    /* Others go up to 2. */
    json_writer_add_double (w->builder, "temperature", MIN (temperature, 1.0));
  }
}

static void
write_reasoning (JsonBuilder *builder, const gchar *effort)
{
  if (effort == NULL || *effort == '\0')
    return;
  if (g_str_equal (effort, "none")) {
    json_writer_begin_object (builder, "thinking");
    json_writer_add_string (builder, "type", "disabled");
  } else {
    json_writer_begin_object (builder, "output_config");
    json_writer_add_string (builder, "effort", effort);
  }
  json_builder_end_object (builder);
}

GBytes *
messages_body_new (
    const GstVowelChatRequest *request, const MessagesBodyOptions *options)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  Writer w = {request, builder, NULL};

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "model", options->model);
  json_writer_add_boolean (builder, "stream", TRUE);
  write_limits (&w, options);
  write_reasoning (builder, options->reasoning_effort);
  write_system (&w);
  write_tools (&w);
  write_messages (&w);
  return json_writer_end_bytes (builder);
}
