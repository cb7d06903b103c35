/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "chat-body.h"
#include "json-writer.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

#define MAX_ARGUMENTS (256 * 1024)
#define NO_RESULT "The tool has not answered."

typedef struct {
  const GstVowelChatRequest *request;
  JsonBuilder *builder;
} Writer;

static void
add_message (JsonBuilder *builder, const gchar *role, const gchar *text)
{
  json_builder_begin_object (builder);
  json_writer_add_string (builder, "role", role);
  json_writer_add_string (builder, "content", text != NULL ? text : "");
  json_builder_end_object (builder);
}

static void
write_image (JsonBuilder *builder, const GstVowelChatImage *image)
{
  json_builder_begin_object (builder);
  json_writer_add_string (builder, "type", "image_url");
  json_writer_begin_object (builder, "image_url");
  json_writer_add_string (builder, "url", image->url);
  if (image->detail != NULL)
    json_writer_add_string (builder, "detail", image->detail);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

/* Not every server takes a list where a text will do. */
static void
write_user (JsonBuilder *builder, const GstVowelChatMessage *message)
{
  if (message->n_images == 0) {
    add_message (builder, "user", message->text);
    return;
  }
  json_builder_begin_object (builder);
  json_writer_add_string (builder, "role", "user");
  json_builder_set_member_name (builder, "content");
  json_builder_begin_array (builder);
  if (*message->text != '\0') {
    json_builder_begin_object (builder);
    json_writer_add_string (builder, "type", "text");
    json_writer_add_string (builder, "text", message->text);
    json_builder_end_object (builder);
  }
  for (guint i = 0; i < message->n_images; i++)
    write_image (builder, &message->images[i]);
  json_builder_end_array (builder);
  json_builder_end_object (builder);
}

/* --- calls: servers want each with its result, right behind it --- */

/* Servers parse the arguments of earlier calls: nonsense would spoil every
 * request from here on. */
static const gchar *
check_arguments (const gchar *arguments)
{
  g_autoptr (JsonNode) node = NULL;

  if (arguments != NULL)
    node = gst_vowel_json_parse (
        arguments, strlen (arguments), MAX_ARGUMENTS, NULL);
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node) ? arguments : "{}";
}

static void
write_call (Writer *w, const GstVowelChatMessage *call)
{
  json_builder_begin_object (w->builder);
  json_writer_add_string (w->builder, "id", call->call_id);
  json_writer_add_string (w->builder, "type", "function");
  json_writer_begin_object (w->builder, "function");
  json_writer_add_string (w->builder, "name", call->name);
  json_writer_add_string (
      w->builder, "arguments", check_arguments (call->arguments));
  json_builder_end_object (w->builder);
  json_builder_end_object (w->builder);
}

static const gchar *
find_result (Writer *w, guint from, const gchar *call_id)
{
  guint n = gst_vowel_chat_request_get_n_messages (w->request);

  for (guint i = from; i < n; i++) {
    const GstVowelChatMessage *message =
        gst_vowel_chat_request_get_message (w->request, i);

    if (message->role == GST_VOWEL_CHAT_TOOL_RESULT
        && g_strcmp0 (message->call_id, call_id) == 0)
      return message->text;
  }
  return NULL;
}

static void
write_result (Writer *w, const gchar *call_id, const gchar *text)
{
  json_builder_begin_object (w->builder);
  json_writer_add_string (w->builder, "role", "tool");
  json_writer_add_string (w->builder, "tool_call_id", call_id);
  json_writer_add_string (
      w->builder, "content", text != NULL ? text : NO_RESULT);
  json_builder_end_object (w->builder);
}

static guint
count_calls (Writer *w, guint from)
{
  guint n = gst_vowel_chat_request_get_n_messages (w->request);
  guint i = from;

  while (i < n
         && gst_vowel_chat_request_get_message (w->request, i)->role
                == GST_VOWEL_CHAT_TOOL_CALL)
    i++;
  return i - from;
}

/* What the assistant said and the calls that it made with that. */
static void
write_assistant (Writer *w, const gchar *text, guint first, guint n_calls)
{
  json_builder_begin_object (w->builder);
  json_writer_add_string (w->builder, "role", "assistant");
  json_builder_set_member_name (w->builder, "content");
  if (text != NULL)
    json_builder_add_string_value (w->builder, text);
  else
    json_builder_add_null_value (w->builder);
  if (n_calls > 0) {
    json_builder_set_member_name (w->builder, "tool_calls");
    json_builder_begin_array (w->builder);
    for (guint i = 0; i < n_calls; i++)
      write_call (
          w, gst_vowel_chat_request_get_message (w->request, first + i));
    json_builder_end_array (w->builder);
  }
  json_builder_end_object (w->builder);
  for (guint i = 0; i < n_calls; i++) {
    const GstVowelChatMessage *call =
        gst_vowel_chat_request_get_message (w->request, first + i);

    write_result (
        w, call->call_id, find_result (w, first + n_calls, call->call_id));
  }
}

static void
write_messages (Writer *w)
{
  guint n = gst_vowel_chat_request_get_n_messages (w->request);

  json_builder_set_member_name (w->builder, "messages");
  json_builder_begin_array (w->builder);
  for (guint i = 0; i < n; i++) {
    const GstVowelChatMessage *message =
        gst_vowel_chat_request_get_message (w->request, i);
    guint n_calls;

    switch (message->role) {
      case GST_VOWEL_CHAT_SYSTEM:
        add_message (w->builder, "system", message->text);
        break;
      case GST_VOWEL_CHAT_USER:
        write_user (w->builder, message);
        break;
      case GST_VOWEL_CHAT_ASSISTANT:
        n_calls = count_calls (w, i + 1);
        write_assistant (
            w, message->text != NULL ? message->text : "", i + 1, n_calls);
        i += n_calls;
        break;
      case GST_VOWEL_CHAT_TOOL_CALL:
        n_calls = count_calls (w, i);
        write_assistant (w, NULL, i, n_calls);
        i += n_calls - 1;
        break;
      case GST_VOWEL_CHAT_TOOL_RESULT:
        /* Written with its call; one without a call is refused by servers. */
        break;
    }
  }
  json_builder_end_array (w->builder);
}

/* --- tools --- */

static void
write_tool (JsonBuilder *builder, const GstVowelChatTool *tool)
{
  g_autoptr (JsonNode) parameters = NULL;

  if (tool->parameters != NULL)
    parameters = gst_vowel_json_parse (
        tool->parameters, strlen (tool->parameters), MAX_ARGUMENTS, NULL);
  json_builder_begin_object (builder);
  json_writer_add_string (builder, "type", "function");
  json_writer_begin_object (builder, "function");
  json_writer_add_string (builder, "name", tool->name);
  if (tool->description != NULL)
    json_writer_add_string (builder, "description", tool->description);
  json_builder_set_member_name (builder, "parameters");
  if (parameters != NULL && JSON_NODE_HOLDS_OBJECT (parameters)) {
    json_builder_add_value (builder, g_steal_pointer (&parameters));
  } else {
    json_builder_begin_object (builder);
    json_writer_add_string (builder, "type", "object");
    json_writer_begin_object (builder, "properties");
    json_builder_end_object (builder);
    json_builder_end_object (builder);
  }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

static void
write_tool_choice (JsonBuilder *builder, const gchar *choice)
{
  const gchar *name = choice != NULL && g_str_has_prefix (choice, "function:")
                          ? choice + strlen ("function:")
                          : NULL;

  if (name == NULL) {
    json_writer_add_string (
        builder, "tool_choice", choice != NULL ? choice : "auto");
    return;
  }
  json_writer_begin_object (builder, "tool_choice");
  json_writer_add_string (builder, "type", "function");
  json_writer_begin_object (builder, "function");
  json_writer_add_string (builder, "name", name);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
}

/* Several servers refuse an empty list. */
static void
write_tools (Writer *w)
{
  guint n = gst_vowel_chat_request_get_n_tools (w->request);

  if (n == 0)
    return;
  json_builder_set_member_name (w->builder, "tools");
  json_builder_begin_array (w->builder);
  for (guint i = 0; i < n; i++)
    write_tool (w->builder, gst_vowel_chat_request_get_tool (w->request, i));
  json_builder_end_array (w->builder);
  write_tool_choice (
      w->builder, gst_vowel_chat_request_get_tool_choice (w->request));
  /* Not every server knows the word, and most need not be told. */
  if (!gst_vowel_chat_request_get_parallel_tool_calls (w->request))
    json_writer_add_boolean (w->builder, "parallel_tool_calls", FALSE);
}

/* --- reasoning --- */

static void
write_reasoning_groq (
    JsonBuilder *builder, const gchar *model, const gchar *effort)
{
  if (strstr (model, "gpt-oss") != NULL) {
    if (effort == NULL || g_str_equal (effort, "none")
        || g_str_equal (effort, "minimal"))
      effort = "low";
    json_writer_add_string (builder, "reasoning_effort", effort);
    json_writer_add_boolean (builder, "include_reasoning", FALSE);
  } else if (strstr (model, "qwen3") != NULL) {
    json_writer_add_string (builder, "reasoning_effort",
        effort == NULL || g_str_equal (effort, "none") ? "none" : "default");
  }
}

static void
write_reasoning (JsonBuilder *builder, const ChatBodyOptions *options)
{
  const gchar *effort = options->reasoning_effort;

  if (options->profile->reasoning == OPENAI_REASONING_GROQ) {
    write_reasoning_groq (builder, options->model, effort);
    return;
  }
  if (effort == NULL)
    return;
  switch (options->profile->reasoning) {
    case OPENAI_REASONING_OBJECT:
      json_writer_begin_object (builder, "reasoning");
      if (g_str_equal (effort, "none"))
        json_writer_add_boolean (builder, "enabled", FALSE);
      else
        json_writer_add_string (builder, "effort", effort);
      json_builder_end_object (builder);
      break;
    case OPENAI_REASONING_TEMPLATE:
      json_writer_begin_object (builder, "chat_template_kwargs");
      json_writer_add_boolean (
          builder, "enable_thinking", !g_str_equal (effort, "none"));
      json_builder_end_object (builder);
      break;
    default:
      json_writer_add_string (builder, "reasoning_effort", effort);
      break;
  }
}

/* OpenAI's reasoning models refuse a temperature and penalties. */
static gboolean
takes_sampling (const ChatBodyOptions *options)
{
  static const gchar *const prefixes[] = {"o1", "o3", "o4", "gpt-5"};

  if (!g_str_equal (options->profile->name, "openai"))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (prefixes); i++)
    if (g_str_has_prefix (options->model, prefixes[i]))
      return FALSE;
  return TRUE;
}

static void
write_limits (Writer *w, const ChatBodyOptions *options)
{
  guint max_tokens = gst_vowel_chat_request_get_max_tokens (w->request);
  gdouble temperature = gst_vowel_chat_request_get_temperature (w->request);

  if (options->max_temperature < 2
      && (temperature < 0 || temperature > options->max_temperature))
    temperature = options->max_temperature;
  if (max_tokens > 0) {
    json_writer_add_int (w->builder, options->profile->max_tokens, max_tokens);
  }
  if (temperature >= 0 && takes_sampling (options)) {
    json_writer_add_double (w->builder, "temperature", temperature);
  }
}

static void
add_optional (JsonBuilder *builder, const gchar *name, const gchar *value)
{
  if (value != NULL && *value != '\0')
    json_writer_add_string (builder, name, value);
}

static void
add_penalty (JsonBuilder *builder, const gchar *name, gdouble value)
{
  if (value == 0)
    return;
  json_writer_add_double (builder, name, value);
}

static void
write_extras (JsonBuilder *builder, const ChatBodyOptions *options)
{
  if (takes_sampling (options)) {
    add_penalty (builder, "frequency_penalty", options->frequency_penalty);
    add_penalty (builder, "presence_penalty", options->presence_penalty);
  }
  add_optional (builder, "service_tier", options->service_tier);
  add_optional (builder, "prompt_cache_key", options->prompt_cache_key);
  add_optional (builder, "verbosity", options->verbosity);
}

/* --- OpenRouter, which passes requests on --- */

gboolean
chat_body_check_routing (const gchar *routing, GError **error)
{
  g_autoptr (JsonNode) node =
      gst_vowel_json_parse (routing, strlen (routing), MAX_ARGUMENTS, NULL);

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    return TRUE;
  g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
      "routing must be a JSON object, as in {\"order\":[\"groq\"]}");
  return FALSE;
}

static void
copy_members (JsonBuilder *builder, JsonObject *object)
{
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &value)) {
    json_builder_set_member_name (builder, name);
    json_builder_add_value (builder, json_node_ref (value));
  }
}

static GStrv
split_names (const gchar *names)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();
  g_auto (GStrv) parts = g_strsplit (names != NULL ? names : "", ",", -1);

  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (list, parts[i]);
  return g_strv_builder_end (list);
}

static void
add_names (JsonBuilder *builder, const gchar *const *names)
{
  for (guint i = 0; names[i] != NULL; i++)
    json_builder_add_string_value (builder, names[i]);
}

/* Unless the user has said so: who answers soonest, and only who understands
 * tools when there are some. */
static void
write_routing (Writer *w, const ChatBodyOptions *options)
{
  g_autoptr (JsonNode) node =
      options->routing != NULL && *options->routing != '\0'
          ? gst_vowel_json_parse (
              options->routing, strlen (options->routing), MAX_ARGUMENTS, NULL)
          : NULL;
  g_autoptr (JsonObject) routing =
      node != NULL && JSON_NODE_HOLDS_OBJECT (node)
          ? json_object_ref (json_node_get_object (node))
          : json_object_new ();
  g_auto (GStrv) order = json_object_has_member (routing, "order")
                             ? NULL
                             : split_names (options->routing_order);

  json_writer_begin_object (w->builder, "provider");
  copy_members (w->builder, routing);
  if (order != NULL && order[0] != NULL) {
    json_builder_set_member_name (w->builder, "order");
    json_builder_begin_array (w->builder);
    add_names (w->builder, (const gchar *const *) order);
    json_builder_end_array (w->builder);
  }
  /* Such a name chooses by speed or by price. */
  if (!json_object_has_member (routing, "sort") && order != NULL
      && order[0] == NULL && strchr (options->model, ':') == NULL)
    json_writer_add_string (w->builder, "sort", "latency");
  if (!json_object_has_member (routing, "require_parameters")
      && gst_vowel_chat_request_get_n_tools (w->request) > 0)
    json_writer_add_boolean (w->builder, "require_parameters", TRUE);
  json_builder_end_object (w->builder);
}

static void
write_fallback_models (JsonBuilder *builder, const ChatBodyOptions *options)
{
  g_auto (GStrv) models = split_names (options->fallback_models);

  if (models[0] == NULL)
    return;
  json_builder_set_member_name (builder, "models");
  json_builder_begin_array (builder);
  json_builder_add_string_value (builder, options->model);
  add_names (builder, (const gchar *const *) models);
  json_builder_end_array (builder);
}

GBytes *
chat_body_new (
    const GstVowelChatRequest *request, const ChatBodyOptions *options)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  Writer w = {request, builder};

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "model", options->model);
  json_writer_add_boolean (builder, "stream", TRUE);
  json_writer_begin_object (builder, "stream_options");
  json_writer_add_boolean (builder, "include_usage", TRUE);
  json_builder_end_object (builder);
  write_messages (&w);
  write_tools (&w);
  write_limits (&w, options);
  write_reasoning (builder, options);
  write_extras (builder, options);
  if (g_str_equal (options->profile->name, "openrouter")) {
    add_penalty (builder, "repetition_penalty", options->repetition_penalty);
    write_routing (&w, options);
    write_fallback_models (builder, options);
  }
  return json_writer_end_bytes (builder);
}
