/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-call-json.h"

#include "server/iso-time.h"
#include "server/store/object-id.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

static void
set_time (JsonObject *object, const gchar *name, gint64 ms)
{
  g_autofree gchar *text = vowel_iso_time (ms);

  json_object_set_string_member (object, name, text);
}

static void
set_text (JsonObject *object, const gchar *name, const gchar *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
}

/* --- what was said --- */

/* (nullable): what the tool of that call answered */
static const VowelCallLine *
find_output (const VowelCall *call, const VowelCallLine *asked)
{
  for (guint i = 0; i < call->lines->len; i++) {
    const VowelCallLine *line = g_ptr_array_index (call->lines, i);

    if (line->tool == NULL && line->call_id != NULL
        && g_strcmp0 (line->call_id, asked->call_id) == 0)
      return line;
  }
  return NULL;
}

static JsonObject *
tool_call_to_json (const VowelCall *call, const VowelCallLine *line)
{
  const VowelCallLine *output = find_output (call, line);
  JsonObject *object = json_object_new ();
  const gchar *arguments = line->text + strlen (line->tool);

  set_text (object, "itemId", line->item_id);
  set_text (object, "callId", line->call_id);
  set_text (object, "toolName", line->tool);
  set_text (object, "arguments", *arguments == ' ' ? arguments + 1 : "{}");
  set_time (object, "startedAt", call->started_at + line->at_ms);
  if (output != NULL) {
    set_text (object, "output", output->text);
    set_time (object, "endedAt", call->started_at + output->at_ms);
  }
  return object;
}

static JsonObject *
line_to_json (const VowelCall *call, guint index)
{
  const VowelCallLine *line = g_ptr_array_index (call->lines, index);
  gboolean is_tool = g_str_equal (line->speaker, "tool");
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "index", index);
  set_text (object, "role", is_tool ? "" : line->speaker);
  set_text (object, "message", is_tool ? "" : line->text);
  set_text (object, "type",
      !is_tool             ? "message"
      : line->tool != NULL ? "tool_call"
                           : "tool_call_output");
  if (line->tool != NULL)
    json_object_set_object_member (
        object, "toolCall", tool_call_to_json (call, line));
  else if (is_tool)
    set_text (object, "toolCallOutput", line->text);
  set_time (object, "createdAt", call->started_at + line->at_ms);
  set_text (object, "turnId", line->item_id);
  return object;
}

static JsonObject *
transcript_to_json (const VowelCall *call)
{
  JsonObject *object = json_object_new ();
  JsonArray *entries = json_array_new ();

  for (guint i = 0; i < call->lines->len; i++)
    json_array_add_object_element (entries, line_to_json (call, i));
  json_object_set_array_member (object, "entries", entries);
  return object;
}

/* --- a call --- */

/* Why nobody has answered, as Twilio says; %NULL: somebody has. */
static const gchar *
find_unanswered (const VowelCall *call, JsonObject *details)
{
  static const gchar *const names[][2] = {
      {"busy", "busy"},
      {"no-answer", "no_answer"},
      {"canceled", "canceled"},
      {"failed", "failed"},
  };
  const gchar *status = gst_vowel_json_get_string (details, "callStatus");

  if (g_strcmp0 (call->end_reason, "failed") != 0)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (status, names[i][0]) == 0)
      return names[i][1];
  return NULL;
}

/* Why it is over, in Vatel's words where they have some. */
static const gchar *
get_termination_reason (const gchar *end_reason)
{
  static const gchar *const names[][2] = {
      {"client_left", "ended_by_user"},
      {"expired", "max_duration"},
      {"idle", "silence_timeout"},
      {"shutdown", "server_shutdown"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (end_reason, names[i][0]) == 0)
      return names[i][1];
  return end_reason;
}

/* (transfer full) (nullable) */
static JsonObject *
parse_details (const VowelCall *call)
{
  gsize length = call->details != NULL ? strlen (call->details) : 0;

  return length > 0
             ? gst_vowel_json_parse_object (call->details, length, length, NULL)
             : NULL;
}

static gboolean
is_outbound (JsonObject *details)
{
  return g_strcmp0 (
             gst_vowel_json_get_string (details, "direction"), "outbound")
         == 0;
}

static void
set_id (JsonObject *object, const gchar *name, const gchar *id)
{
  g_autofree gchar *uuid = id != NULL ? vowel_object_uuid (id) : NULL;

  set_text (object, name, uuid);
}

JsonObject *
vowel_vatel_call_to_json (const VowelCall *call, gboolean is_over)
{
  JsonObject *object = json_object_new ();
  g_autoptr (JsonObject) details = is_over ? parse_details (call) : NULL;
  const gchar *unanswered = find_unanswered (call, details);

  set_id (object, "id", call->id);
  set_id (object, "agent_id", call->agent_id);
  set_id (object, "organization_id", call->app_id);
  set_text (object, "graph_version_id",
      gst_vowel_json_get_string (details, "versionId"));
  set_text (object, "party_number", call->party);
  set_text (object, "status", is_over ? "ended" : "in_progress");
  set_text (object, "source",
      g_strcmp0 (call->source, "twilio") == 0 ? "twilio" : "api");
  json_object_set_boolean_member (object, "outbound", is_outbound (details));
  set_time (object, "created_at", call->started_at);
  if (unanswered == NULL) {
    set_time (object, "connected_at", call->started_at);
    set_time (object, "started_at", call->started_at);
  }
  if (!is_over)
    return object;
  set_time (object, "ended_at", call->ended_at);
  set_text (object, "termination_reason",
      unanswered ? unanswered : get_termination_reason (call->end_reason));
  set_text (object, "summary", gst_vowel_json_get_string (details, "summary"));
  json_object_set_double_member (object, "duration_seconds",
      unanswered ? 0 : (call->ended_at - call->started_at) / 1000.0);
  if (call->lines->len > 0)
    json_object_set_object_member (
        object, "transcript", transcript_to_json (call));
  return object;
}
