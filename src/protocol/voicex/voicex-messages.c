/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-messages.h"
#include "voicex-face.h"

#include "../base64.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

static JsonBuilder *
begin (const gchar *type)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, type);
  return builder;
}

static void
add_string (JsonBuilder *builder, const gchar *name, const gchar *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
add_time (JsonBuilder *builder, gint64 timestamp)
{
  json_builder_set_member_name (builder, "timestamp");
  json_builder_add_int_value (builder, timestamp);
}

static gchar *
end (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, /* pretty */ FALSE);
}

gchar *
vowel_voicex_connected (const gchar *session_id, const gchar *history_key,
    const gchar *agent_id, const gchar *agent_name, gint64 timestamp)
{
  g_autoptr (JsonBuilder) builder = begin ("connected");

  add_string (builder, "sessionId", session_id);
  add_string (builder, "historyKey", history_key);
  if (agent_id != NULL)
    add_string (builder, "agentId", agent_id);
  if (agent_name != NULL)
    add_string (builder, "agentName", agent_name);
  add_time (builder, timestamp);
  return end (builder);
}

gchar *
vowel_voicex_transcript (
    const gchar *role, const gchar *text, gboolean final, gint64 timestamp)
{
  g_autoptr (JsonBuilder) builder = begin ("transcript");

  json_builder_set_member_name (builder, "payload");
  json_builder_begin_object (builder);
  add_string (builder, "text", text);
  json_builder_set_member_name (builder, "isFinal");
  json_builder_add_boolean_value (builder, final);
  add_time (builder, timestamp);
  add_string (builder, "role", role);
  json_builder_end_object (builder);
  return end (builder);
}

gchar *
vowel_voicex_error (const gchar *message)
{
  g_autoptr (JsonBuilder) builder = begin ("error");

  json_builder_set_member_name (builder, "payload");
  json_builder_begin_object (builder);
  add_string (builder, "message", message);
  json_builder_end_object (builder);
  return end (builder);
}

gchar *
vowel_voicex_pong (gint64 timestamp)
{
  g_autoptr (JsonBuilder) builder = begin ("pong");

  add_time (builder, timestamp);
  return end (builder);
}

gchar *
vowel_voicex_notice (const gchar *type)
{
  g_autoptr (JsonBuilder) builder = begin (type);

  return end (builder);
}

VowelVoicexCommand
vowel_voicex_command_parse (const gchar *text, gsize length, GBytes **ret_audio)
{
  g_autoptr (JsonNode) root =
      gst_vowel_json_parse (text, length, VOWEL_VOICEX_MAX_MESSAGE, NULL);
  g_autoptr (GBytes) audio = NULL;
  JsonObject *message;
  const gchar *type, *payload;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return VOWEL_VOICEX_UNKNOWN;

  message = json_node_get_object (root);
  type = gst_vowel_json_get_string (message, "type");
  if (g_strcmp0 (type, "ping") == 0)
    return VOWEL_VOICEX_PING;
  payload = gst_vowel_json_get_string (message, "payload");
  if (g_strcmp0 (type, "audio") != 0 || payload == NULL)
    return VOWEL_VOICEX_UNKNOWN;

  audio = vowel_base64_decode (payload, strlen (payload));
  if (audio == NULL)
    return VOWEL_VOICEX_UNKNOWN;
  *ret_audio = g_steal_pointer (&audio);
  return VOWEL_VOICEX_AUDIO;
}
