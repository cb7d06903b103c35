/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-latency.h"

#include "session/turn-timeline.h"

#define MAX_KEPT 10
#define MAX_CHUNK_TEXT 30

struct _VowelOpenaiLatency {
  VowelTurnTimeline *timeline;
  GQueue kept;                   /* (element-type JsonObject): oldest first */
  const VowelResponse *response; /* (nullable): that is over just now */
};

/* Clients reckon with the numbers: what did not happen took no time. */
static void
set_ms (JsonObject *object, const gchar *name, gint64 duration_us)
{
  json_object_set_double_member (
      object, name, MAX (duration_us, 0) / (gdouble) 1000);
}

static void
set_stage (JsonObject *object, const gchar *name, const VowelTurnTimes *times,
    VowelTurnStage stage)
{
  set_ms (object, name, vowel_turn_times_get_stage (times, stage));
}

/* The first words of the answer. (transfer full) */
static gchar *
dup_beginning (const VowelResponse *response)
{
  for (guint i = 0; response->output && i < response->output->len; i++) {
    VowelItem *item = g_ptr_array_index (response->output, i);
    g_autofree gchar *text =
        item->type == VOWEL_ITEM_MESSAGE ? vowel_item_dup_text (item) : NULL;

    if (text != NULL)
      return g_utf8_substring (
          text, 0, MIN (g_utf8_strlen (text, -1), MAX_CHUNK_TEXT));
  }
  return g_strdup ("");
}

/* The voice is followed to its first audio only: what comes later waits for the
 * caller to have heard what was before. */
static JsonArray *
make_chunks (const VowelTurnTimes *times, const VowelResponse *response)
{
  JsonArray *chunks = json_array_new ();
  JsonObject *chunk;
  g_autofree gchar *text = NULL;

  if (times->first_audio == VOWEL_TIME_NONE)
    return chunks;
  chunk = json_object_new ();
  text = dup_beginning (response);
  set_stage (chunk, "duration", times, VOWEL_TURN_STAGE_FIRST_AUDIO);
  json_object_set_string_member (chunk, "text", text);
  json_array_add_object_element (chunks, chunk);
  return chunks;
}

static void
on_turn (const VowelTurnTimes *times, gpointer user_data)
{
  VowelOpenaiLatency *latency = user_data;
  const VowelResponse *response = latency->response;
  gint64 from =
      times->asked != VOWEL_TIME_NONE ? times->asked : times->response_started;
  JsonObject *object;

  if (times->status != VOWEL_RESPONSE_COMPLETED)
    return;
  object = json_object_new ();
  json_object_set_string_member (object, "responseId", times->response_id);
  json_object_set_int_member (object, "timestamp", g_get_real_time () / 1000);
  set_stage (object, "asrDuration", times, VOWEL_TURN_STAGE_TRANSCRIPT);
  set_stage (object, "llmFirstToken", times, VOWEL_TURN_STAGE_FIRST_TEXT);
  json_object_set_int_member (object, "llmTokenCount",
      response->has_usage ? response->usage.output_tokens : 0);
  set_stage (object, "ttfs", times, VOWEL_TURN_STAGE_WHOLE);
  json_object_set_array_member (
      object, "ttsChunks", make_chunks (times, response));
  set_ms (object, "totalDuration", times->response_ended - from);
  g_queue_push_tail (&latency->kept, object);
  if (g_queue_get_length (&latency->kept) > MAX_KEPT)
    json_object_unref (g_queue_pop_head (&latency->kept));
}

void
vowel_openai_latency_note (VowelOpenaiLatency *latency, const VowelEvent *event)
{
  latency->response = event->response;
  vowel_turn_timeline_note (latency->timeline, event);
  latency->response = NULL;
}

JsonObject *
vowel_openai_latency_render (VowelOpenaiLatency *latency, gboolean with_history)
{
  JsonObject *metrics = json_object_new ();
  JsonArray *history;

  json_object_set_null_member (metrics, "current");
  if (!with_history)
    return metrics;
  history = json_array_new ();
  for (GList *l = latency->kept.head; l != NULL; l = l->next)
    json_array_add_object_element (history, json_object_ref (l->data));
  json_object_set_array_member (metrics, "historical", history);
  return metrics;
}

VowelOpenaiLatency *
vowel_openai_latency_new (void)
{
  VowelOpenaiLatency *latency = g_new0 (VowelOpenaiLatency, 1);

  latency->timeline = vowel_turn_timeline_new (on_turn, latency);
  g_queue_init (&latency->kept);
  return latency;
}

void
vowel_openai_latency_free (VowelOpenaiLatency *latency)
{
  vowel_turn_timeline_free (latency->timeline);
  g_queue_clear_full (&latency->kept, (GDestroyNotify) json_object_unref);
  g_free (latency);
}
