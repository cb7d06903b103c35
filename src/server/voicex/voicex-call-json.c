/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-call-json.h"

#include "usage-days.h"
#include "voicex-json.h"

#include "server/http/http.h"
#include "server/store/object-id.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define NOT_SUMMED_UP "Call completed."
#define NOTHING_SAID "No conversation took place."

/* (transfer full) */
static JsonObject *
parse (const gchar *text)
{
  gsize size = text != NULL ? strlen (text) : 0;
  JsonObject *object =
      size > 0 ? gst_vowel_json_parse_object (text, size, size, NULL) : NULL;

  return object != NULL ? object : json_object_new ();
}

/* --- how fast it was --- */

/* Of a turn, in milliseconds; -1: it did not come to that. */
static gdouble
get_stage (const VowelCallTurn *turn, const gchar *stage)
{
  g_autoptr (JsonObject) times = parse (turn->times);

  return gst_vowel_json_get_double (times, stage, -1);
}

static void
set_duration (JsonObject *object, const gchar *name, gdouble ms)
{
  if (ms >= 0)
    json_object_set_int_member (object, name, (gint64) (ms + 0.5));
  else
    json_object_set_null_member (object, name);
}

static void
write_times (JsonObject *metrics, const VowelCall *call)
{
  gdouble last = -1, sum = 0;
  guint n = 0, interruptions = 0;

  for (guint i = 0; i < call->turns->len; i++) {
    const VowelCallTurn *turn = g_ptr_array_index (call->turns, i);
    gdouble first_text = get_stage (turn, "first_text");
    gdouble whole = get_stage (turn, "whole");

    if (first_text >= 0)
      last = first_text;
    if (whole >= 0) {
      sum += whole;
      n++;
    }
    if (g_strcmp0 (turn->status, "cancelled") == 0)
      interruptions++;
  }
  set_duration (metrics, "ttfbMs", last);
  set_duration (metrics, "avgLatencyMs", n > 0 ? sum / n : -1);
  json_object_set_int_member (metrics, "interruptions", interruptions);
}

static JsonObject *
make_metrics (const VowelCall *call)
{
  VowelUsageDay used = {NULL};
  JsonObject *metrics = json_object_new ();

  vowel_usage_day_add (&used, call);
  write_times (metrics, call);
  json_object_set_int_member (metrics, "totalTokens", used.llm_tokens);
  json_object_set_int_member (metrics, "ttsChars", used.tts_chars);
  json_object_set_int_member (
      metrics, "turnCount", g_atomic_int_get (&call->n_turns));
  return metrics;
}

/* --- what was said --- */

/* Tools and notes are not shown. */
static JsonArray *
make_transcript (const VowelCall *call)
{
  JsonArray *transcript = json_array_new ();

  for (guint i = 0; i < call->lines->len; i++) {
    const VowelCallLine *line = g_ptr_array_index (call->lines, i);
    JsonObject *entry;

    if (!g_str_equal (line->speaker, "user")
        && !g_str_equal (line->speaker, "assistant"))
      continue;
    entry = json_object_new ();
    json_object_set_string_member (entry, "role", line->speaker);
    json_object_set_string_member (entry, "content", line->text);
    vowel_voicex_set_time (entry, "timestamp", call->started_at + line->at_ms);
    json_array_add_object_element (transcript, entry);
  }
  return transcript;
}

/* What it was about, and how the caller felt: as a model has said, when it was
 * asked. */
static void
write_summary (gboolean is_over, JsonArray *transcript, JsonObject *details,
    JsonObject *object)
{
  const gchar *summary = gst_vowel_json_get_string (details, "summary");
  const gchar *sentiment = gst_vowel_json_get_string (details, "sentiment");

  if (summary == NULL && is_over)
    summary =
        json_array_get_length (transcript) > 0 ? NOT_SUMMED_UP : NOTHING_SAID;
  if (sentiment == NULL && is_over)
    sentiment = "neutral";
  vowel_http_set_string (object, "summary", summary);
  vowel_http_set_string (object, "sentiment", sentiment);
}

static void
copy_text (JsonObject *from, const gchar *name, JsonObject *to)
{
  const gchar *text = gst_vowel_json_get_string (from, name);

  if (text != NULL)
    json_object_set_string_member (to, name, text);
}

static JsonObject *
make_metadata (const VowelCall *call, JsonObject *details)
{
  JsonObject *metadata = json_object_new ();

  if (call->party != NULL)
    json_object_set_string_member (metadata, "callerPhone", call->party);
  copy_text (details, "userAgent", metadata);
  copy_text (details, "ip", metadata);
  return metadata;
}

/* --- a call --- */

static const gchar *
get_status (const VowelCall *call, gboolean is_over)
{
  if (!is_over)
    return "active";
  return g_strcmp0 (call->end_reason, "failed") == 0 ? "failed" : "completed";
}

JsonObject *
vowel_voicex_call_to_json (const VowelCall *call, gboolean is_over)
{
  g_autoptr (JsonObject) details = parse (call->details);
  JsonObject *object = json_object_new ();
  JsonArray *transcript;
  g_autofree gchar *session_id = NULL;

  vowel_voicex_set_id (object, "_id", call->id);
  vowel_voicex_set_id (object, "orgId", call->app_id);
  vowel_voicex_set_id (object, "agentId", call->agent_id);
  session_id = vowel_object_uuid (call->id);
  json_object_set_string_member (object, "sessionId", session_id);
  json_object_set_string_member (object, "channel",
      g_strcmp0 (call->source, "twilio") == 0 ? "phone" : "web");
  json_object_set_string_member (object, "status", get_status (call, is_over));
  vowel_voicex_set_time (object, "startedAt", call->started_at);
  vowel_voicex_set_time (object, "endedAt", is_over ? call->ended_at : 0);
  set_duration (object, "durationSec",
      is_over ? (call->ended_at - call->started_at) / 1000.0 : -1);
  json_object_set_object_member (object, "metrics", make_metrics (call));
  transcript = make_transcript (call);
  write_summary (is_over, transcript, details, object);
  json_object_set_array_member (object, "transcript", transcript);
  json_object_set_object_member (
      object, "metadata", make_metadata (call, details));
  vowel_voicex_set_time (object, "createdAt", call->started_at);
  return object;
}
