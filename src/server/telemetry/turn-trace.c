/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "turn-trace.h"

#define KIND_INTERNAL 1
#define KIND_SERVER 2
#define KIND_CLIENT 3
#define STATUS_ERROR 2
#define TRACE_ID_BYTES 16
#define SPAN_ID_BYTES 8

/* Bytes that are not all zero, in hexadecimal digits. */
static gchar *
make_id (guint n)
{
  GString *id = g_string_sized_new (2 * n);

  for (guint i = 0; i < n; i += 4)
    g_string_append_printf (id, "%08x", g_random_int () | (i == 0));
  return g_string_free (id, FALSE);
}

static JsonObject *
make_attribute (JsonArray *attributes, const gchar *name)
{
  JsonObject *attribute = json_object_new ();
  JsonObject *value = json_object_new ();

  json_object_set_string_member (attribute, "key", name);
  json_object_set_object_member (attribute, "value", value);
  json_array_add_object_element (attributes, attribute);
  return value;
}

/* @text: (nullable): not added then */
static void
add_text (JsonArray *attributes, const gchar *name, const gchar *text)
{
  if (text != NULL)
    json_object_set_string_member (
        make_attribute (attributes, name), "stringValue", text);
}

/* Numbers of 64 bits are strings in OTLP's JSON. */
static void
add_number (JsonArray *attributes, const gchar *name, guint number)
{
  g_autofree gchar *text = g_strdup_printf ("%u", number);

  json_object_set_string_member (
      make_attribute (attributes, name), "intValue", text);
}

static void
set_time (JsonObject *span, const gchar *name, gint64 time_us)
{
  g_autofree gchar *text = g_strdup_printf ("%" G_GINT64_FORMAT "000", time_us);

  json_object_set_string_member (span, name, text);
}

/* @parent_id: (nullable). Returns the span's attributes. */
static JsonArray *
add_span (const VowelTurnTrace *trace, JsonArray *spans, const gchar *trace_id,
    const gchar *parent_id, const gchar *name, gint kind, gint64 from,
    gint64 until)
{
  JsonObject *span = json_object_new ();
  JsonArray *attributes = json_array_new ();
  g_autofree gchar *id = make_id (SPAN_ID_BYTES);

  json_object_set_string_member (span, "traceId", trace_id);
  json_object_set_string_member (span, "spanId", id);
  if (parent_id != NULL)
    json_object_set_string_member (span, "parentSpanId", parent_id);
  json_object_set_string_member (span, "name", name);
  json_object_set_int_member (span, "kind", kind);
  set_time (span, "startTimeUnixNano", trace->began_us + from);
  set_time (span, "endTimeUnixNano", trace->began_us + MAX (from, until));
  json_object_set_array_member (span, "attributes", attributes);
  json_array_add_object_element (spans, span);
  return attributes;
}

static void
set_error (JsonObject *span, const gchar *error)
{
  JsonObject *status = json_object_new ();

  json_object_set_int_member (status, "code", STATUS_ERROR);
  json_object_set_string_member (status, "message", error);
  json_object_set_object_member (span, "status", status);
}

static void
add_chat (const VowelTurnTrace *trace, JsonArray *spans, const gchar *trace_id,
    const gchar *parent_id)
{
  const VowelTurnTimes *times = trace->times;
  g_autofree gchar *name = g_strjoin (" ", "chat", trace->model, NULL);
  JsonArray *attributes = add_span (trace, spans, trace_id, parent_id, name,
      KIND_CLIENT, times->response_started,
      times->first_text != VOWEL_TIME_NONE ? times->first_text
                                           : times->response_ended);

  add_text (attributes, "gen_ai.operation.name", "chat");
  add_text (attributes, "gen_ai.provider.name", trace->provider);
  add_text (attributes, "gen_ai.request.model", trace->model);
  add_text (attributes, "gen_ai.response.id", times->response_id);
  if (trace->usage != NULL) {
    add_number (
        attributes, "gen_ai.usage.input_tokens", trace->usage->input_tokens);
    add_number (
        attributes, "gen_ai.usage.output_tokens", trace->usage->output_tokens);
  }
}

void
vowel_turn_trace_add_spans (const VowelTurnTrace *trace, JsonArray *spans)
{
  const VowelTurnTimes *times = trace->times;
  g_autofree gchar *trace_id = make_id (TRACE_ID_BYTES);
  gint64 from =
      times->asked != VOWEL_TIME_NONE ? times->asked : times->response_started;
  JsonArray *attributes = add_span (trace, spans, trace_id, NULL, "turn",
      KIND_SERVER, from, times->response_ended);
  JsonObject *turn =
      json_array_get_object_element (spans, json_array_get_length (spans) - 1);
  const gchar *turn_id = json_object_get_string_member (turn, "spanId");

  add_text (attributes, "gen_ai.conversation.id", trace->session_id);
  add_text (attributes, "gen_ai.agent.id", trace->agent_id);
  add_text (attributes, "vowel.api", trace->source);
  add_text (attributes, "vowel.turn.item_id", times->item_id);
  add_text (attributes, "vowel.turn.status",
      vowel_response_status_get_name (times->status));
  if (trace->error != NULL) {
    add_text (attributes, "error.type", trace->error);
    set_error (turn, trace->error);
  }
  if (times->spoken && times->turn_ended != VOWEL_TIME_NONE
      && times->transcribed != VOWEL_TIME_NONE)
    add_span (trace, spans, trace_id, turn_id, "transcription", KIND_INTERNAL,
        times->turn_ended, times->transcribed);
  add_chat (trace, spans, trace_id, turn_id);
  if (times->first_text != VOWEL_TIME_NONE
      && times->first_audio != VOWEL_TIME_NONE)
    add_span (trace, spans, trace_id, turn_id, "speech", KIND_INTERNAL,
        times->first_text, times->first_audio);
}
