/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-event-json.h"
#include "openai-errors.h"
#include "openai-item-json.h"
#include "openai-response-json.h"

#include <math.h>
#include <string.h>

/* JSON knows no infinity. */
#define MIN_PROBABILITY 1e-9
#define TRANSCRIPTION "conversation.item.input_audio_transcription."

/* What is said of one part depends on whether it is spoken or written. */
#define WRITTEN 0
#define SPOKEN 1

static const struct {
  const gchar *ga[2];
  const gchar *beta[2];
} names[] = {
    [VOWEL_EVENT_SPEECH_STARTED] = {{"input_audio_buffer.speech_started"},
        {"="}},
    [VOWEL_EVENT_SPEECH_STOPPED] = {{"input_audio_buffer.speech_stopped"},
        {"="}},
    [VOWEL_EVENT_INPUT_COMMITTED] = {{"input_audio_buffer.committed"}, {"="}},
    [VOWEL_EVENT_INPUT_CLEARED] = {{"input_audio_buffer.cleared"}, {"="}},
    [VOWEL_EVENT_INPUT_TIMEOUT] = {{"input_audio_buffer.timeout_triggered"},
        {NULL}},
    [VOWEL_EVENT_TRANSCRIPT] = {{TRANSCRIPTION "delta"}, {"="}},
    [VOWEL_EVENT_TRANSCRIPT_DONE] = {{TRANSCRIPTION "completed"}, {"="}},
    [VOWEL_EVENT_TRANSCRIPT_FAILED] = {{TRANSCRIPTION "failed"}, {"="}},
    [VOWEL_EVENT_ITEM_ADDED] = {{"conversation.item.added"},
        {"conversation.item.created"}},
    [VOWEL_EVENT_ITEM_DONE] = {{"conversation.item.done"}, {NULL}},
    [VOWEL_EVENT_ITEM_RETRIEVED] = {{"conversation.item.retrieved"}, {"="}},
    [VOWEL_EVENT_ITEM_TRUNCATED] = {{"conversation.item.truncated"}, {"="}},
    [VOWEL_EVENT_ITEM_DELETED] = {{"conversation.item.deleted"}, {"="}},
    [VOWEL_EVENT_RESPONSE_STARTED] = {{"response.created"}, {"="}},
    [VOWEL_EVENT_OUTPUT_STARTED] = {{"response.output_item.added"}, {"="}},
    [VOWEL_EVENT_PART_STARTED] = {{"response.content_part.added"}, {"="}},
    [VOWEL_EVENT_TEXT] = {{"response.output_text.delta",
                              "response.output_audio_transcript.delta"},
        {"response.text.delta", "response.audio_transcript.delta"}},
    [VOWEL_EVENT_AUDIO] = {{"response.output_audio.delta"},
        {"response.audio.delta"}},
    [VOWEL_EVENT_AUDIO_DONE] = {{"response.output_audio.done"},
        {"response.audio.done"}},
    [VOWEL_EVENT_TEXT_DONE] = {{"response.output_text.done",
                                   "response.output_audio_transcript.done"},
        {"response.text.done", "response.audio_transcript.done"}},
    [VOWEL_EVENT_PART_DONE] = {{"response.content_part.done"}, {"="}},
    [VOWEL_EVENT_TOOL_ARGUMENTS] = {{"response.function_call_arguments.delta"},
        {"="}},
    [VOWEL_EVENT_TOOL_CALL] = {{"response.function_call_arguments.done"},
        {"="}},
    [VOWEL_EVENT_OUTPUT_DONE] = {{"response.output_item.done"}, {"="}},
    [VOWEL_EVENT_RESPONSE_DONE] = {{"response.done"}, {"="}},
    [VOWEL_EVENT_RATE_LIMITS] = {{"rate_limits.updated"}, {"="}},
};

gboolean
vowel_openai_event_is_neutral (const VowelEvent *event)
{
  switch (event->type) {
    case VOWEL_EVENT_ITEM_ADDED:
    case VOWEL_EVENT_ITEM_DONE:
    case VOWEL_EVENT_ITEM_RETRIEVED:
    case VOWEL_EVENT_RESPONSE_STARTED:
    case VOWEL_EVENT_OUTPUT_STARTED:
    case VOWEL_EVENT_PART_STARTED:
    case VOWEL_EVENT_TEXT:
    case VOWEL_EVENT_AUDIO:
    case VOWEL_EVENT_AUDIO_DONE:
    case VOWEL_EVENT_TEXT_DONE:
    case VOWEL_EVENT_PART_DONE:
    case VOWEL_EVENT_TOOL_ARGUMENTS:
    case VOWEL_EVENT_TOOL_CALL:
    case VOWEL_EVENT_OUTPUT_DONE:
    case VOWEL_EVENT_RESPONSE_DONE:
    case VOWEL_EVENT_INPUT_TIMEOUT:
      return FALSE;
    default:
      return TRUE;
  }
}

const gchar *
vowel_openai_event_name (const VowelEvent *event, VowelOpenaiDialect dialect)
{
  gboolean by_part =
      event->type == VOWEL_EVENT_TEXT || event->type == VOWEL_EVENT_TEXT_DONE;
  guint form =
      by_part && event->part_type == VOWEL_PART_AUDIO ? SPOKEN : WRITTEN;
  const gchar *beta;

  if (event->type >= G_N_ELEMENTS (names))
    return NULL;

  beta = names[event->type].beta[form];
  if (dialect == VOWEL_OPENAI_BETA && g_strcmp0 (beta, "=") != 0)
    return beta;

  return names[event->type].ga[form];
}

static void
set_previous (JsonObject *object, const VowelEvent *event)
{
  if (event->previous_item_id != NULL)
    json_object_set_string_member (
        object, "previous_item_id", event->previous_item_id);
  else
    json_object_set_null_member (object, "previous_item_id");
}

static void
set_item (JsonObject *object, const VowelEvent *event,
    VowelOpenaiDialect dialect, VowelOpenaiItemView view)
{
  json_object_set_object_member (
      object, "item", vowel_openai_item_render (event->item, dialect, view));
}

static void
set_output (JsonObject *object, const VowelEvent *event)
{
  json_object_set_string_member (object, "response_id", event->response->id);
  json_object_set_int_member (object, "output_index", event->output_index);
}

static void
set_part_path (JsonObject *object, const VowelEvent *event)
{
  set_output (object, event);
  json_object_set_string_member (object, "item_id", event->item->id);
  json_object_set_int_member (object, "content_index", event->part_index);
}

static void
set_call_path (JsonObject *object, const VowelEvent *event)
{
  set_output (object, event);
  json_object_set_string_member (object, "item_id", event->item->id);
  json_object_set_string_member (object, "call_id", event->item->call_id);
}

static void
set_input_path (JsonObject *object, const VowelEvent *event)
{
  json_object_set_string_member (object, "item_id", event->item_id);
  json_object_set_int_member (object, "content_index", event->part_index);
}

/* The same names in both dialects, unlike those of an item's content. */
static void
set_part (JsonObject *object, const VowelEvent *event)
{
  gboolean spoken = event->part_type == VOWEL_PART_AUDIO;
  JsonObject *part = json_object_new ();

  json_object_set_string_member (part, "type", spoken ? "audio" : "text");
  json_object_set_string_member (part, spoken ? "transcript" : "text",
      event->text != NULL ? event->text : "");
  json_object_set_object_member (object, "part", part);
}

static void
set_duration_usage (JsonObject *object, const VowelEvent *event)
{
  JsonObject *usage = json_object_new ();

  json_object_set_string_member (usage, "type", "duration");
  json_object_set_double_member (usage, "seconds", event->duration_ms / 1000.0);
  json_object_set_object_member (object, "usage", usage);
}

static void
set_rate_limits (JsonObject *object, const VowelEvent *event)
{
  JsonArray *limits = json_array_new ();

  for (guint i = 0; i < VOWEL_N_RATE_LIMITS; i++) {
    const VowelRateLimit *limit = &event->rate_limits[i];
    JsonObject *element = json_object_new ();

    json_object_set_string_member (element, "name", limit->name);
    json_object_set_int_member (element, "limit", limit->limit);
    json_object_set_int_member (element, "remaining", limit->remaining);
    json_object_set_double_member (element, "reset_seconds", limit->reset_s);
    json_array_add_object_element (limits, element);
  }
  json_object_set_array_member (object, "rate_limits", limits);
}

/* Recognisers tell how sure they are of the whole: so sure of each word. */
static void
set_logprobs (JsonObject *object, const VowelEvent *event)
{
  gdouble logprob = log (MAX (event->confidence, MIN_PROBABILITY));
  JsonArray *array = json_array_new ();
  const gchar *at = event->text;

  while (*at != '\0') {
    gsize length = strspn (at, " ");
    g_autofree gchar *token = NULL;
    JsonObject *entry = json_object_new ();
    JsonArray *bytes = json_array_new ();

    length += strcspn (at + length, " ");
    token = g_strndup (at, length);
    for (gsize i = 0; i < length; i++)
      json_array_add_int_element (bytes, (guchar) at[i]);
    json_object_set_string_member (entry, "token", token);
    json_object_set_double_member (entry, "logprob", logprob);
    json_object_set_array_member (entry, "bytes", bytes);
    json_array_add_object_element (array, entry);
    at += length;
  }

  json_object_set_array_member (object, "logprobs", array);
}

JsonObject *
vowel_openai_event_render (const VowelEvent *event,
    const gchar *conversation_id, VowelOpenaiDialect dialect)
{
  const gchar *name = vowel_openai_event_name (event, dialect);
  gboolean spoken = event->part_type == VOWEL_PART_AUDIO;
  JsonObject *object;

  if (name == NULL)
    return NULL;

  object = json_object_new ();
  json_object_set_string_member (object, "type", name);

  switch (event->type) {
    case VOWEL_EVENT_SPEECH_STARTED:
      json_object_set_int_member (object, "audio_start_ms", event->at_ms);
      json_object_set_string_member (object, "item_id", event->item_id);
      break;
    case VOWEL_EVENT_SPEECH_STOPPED:
      json_object_set_int_member (object, "audio_end_ms", event->at_ms);
      json_object_set_string_member (object, "item_id", event->item_id);
      break;
    case VOWEL_EVENT_INPUT_COMMITTED:
      set_previous (object, event);
      json_object_set_string_member (object, "item_id", event->item_id);
      break;
    case VOWEL_EVENT_INPUT_TIMEOUT:
      json_object_set_int_member (object, "audio_start_ms", event->at_ms);
      json_object_set_int_member (
          object, "audio_end_ms", (gint64) event->at_ms + event->duration_ms);
      json_object_set_string_member (object, "item_id", event->item_id);
      break;
    case VOWEL_EVENT_TRANSCRIPT:
      set_input_path (object, event);
      json_object_set_string_member (object, "delta", event->text);
      break;
    case VOWEL_EVENT_TRANSCRIPT_DONE:
      set_input_path (object, event);
      json_object_set_string_member (object, "transcript", event->text);
      set_duration_usage (object, event);
      if (event->has_confidence)
        set_logprobs (object, event);
      break;
    case VOWEL_EVENT_TRANSCRIPT_FAILED:
      set_input_path (object, event);
      json_object_set_object_member (object, "error",
          vowel_openai_provider_error_to_object (
              event->text, event->error->message));
      break;
    case VOWEL_EVENT_ITEM_ADDED:
      set_previous (object, event);
      set_item (object, event, dialect,
          event->item->status == VOWEL_ITEM_IN_PROGRESS
              ? VOWEL_OPENAI_ITEM_ANNOUNCED
              : VOWEL_OPENAI_ITEM_WHOLE);
      break;
    case VOWEL_EVENT_ITEM_DONE:
      set_previous (object, event);
      set_item (object, event, dialect, VOWEL_OPENAI_ITEM_WHOLE);
      break;
    case VOWEL_EVENT_ITEM_RETRIEVED:
      set_item (object, event, dialect, VOWEL_OPENAI_ITEM_RETRIEVED);
      break;
    case VOWEL_EVENT_ITEM_TRUNCATED:
      set_input_path (object, event);
      json_object_set_int_member (object, "audio_end_ms", event->at_ms);
      break;
    case VOWEL_EVENT_ITEM_DELETED:
      json_object_set_string_member (object, "item_id", event->item_id);
      break;
    case VOWEL_EVENT_RESPONSE_STARTED:
    case VOWEL_EVENT_RESPONSE_DONE:
      json_object_set_object_member (object, "response",
          vowel_openai_response_render (
              event->response, conversation_id, dialect));
      break;
    case VOWEL_EVENT_OUTPUT_STARTED:
      set_output (object, event);
      set_item (object, event, dialect, VOWEL_OPENAI_ITEM_ANNOUNCED);
      break;
    case VOWEL_EVENT_OUTPUT_DONE:
      set_output (object, event);
      set_item (object, event, dialect, VOWEL_OPENAI_ITEM_WHOLE);
      break;
    case VOWEL_EVENT_PART_STARTED:
    case VOWEL_EVENT_PART_DONE:
      set_part_path (object, event);
      set_part (object, event);
      break;
    case VOWEL_EVENT_TEXT:
      set_part_path (object, event);
      json_object_set_string_member (object, "delta", event->text);
      break;
    case VOWEL_EVENT_TEXT_DONE:
      set_part_path (object, event);
      json_object_set_string_member (
          object, spoken ? "transcript" : "text", event->text);
      break;
    case VOWEL_EVENT_AUDIO_DONE:
      set_part_path (object, event);
      break;
    case VOWEL_EVENT_TOOL_ARGUMENTS:
      set_call_path (object, event);
      json_object_set_string_member (object, "delta", event->text);
      break;
    case VOWEL_EVENT_TOOL_CALL:
      set_call_path (object, event);
      json_object_set_string_member (
          object, "arguments", event->item->arguments->str);
      if (dialect != VOWEL_OPENAI_BETA)
        json_object_set_string_member (object, "name", event->item->name);
      break;
    case VOWEL_EVENT_RATE_LIMITS:
      set_rate_limits (object, event);
      break;
    default:
      break;
  }

  return object;
}
