/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "call-recorder.h"

#include <json-glib/json-glib.h>
#include <string.h>

/* A call that goes on for days does not fill the memory. */
#define MAX_TEXT (4 * 1024 * 1024)
#define MAX_TURNS 10000

struct _VowelCallRecorder {
  VowelCall *call;
  VowelMetrics *metrics;
  VowelTurnTimeline *timeline;
  gboolean lines;
  gsize text_size;
  const VowelResponse *response; /* (nullable): that is over just now */

  VowelTurnTraceFunc trace; /* (nullable) */
  gpointer trace_data;
  gint64 began_us;
  gchar *provider;
};

static const gchar *
get_reason (VowelEndReason reason)
{
  static const gchar *const names[] = {
      [VOWEL_END_CLIENT_LEFT] = "client_left",
      [VOWEL_END_EXPIRED] = "expired",
      [VOWEL_END_IDLE] = "idle",
      [VOWEL_END_SHUTDOWN] = "shutdown",
      [VOWEL_END_FAILED] = "failed",
      [VOWEL_END_TRANSFERRED] = "transferred",
  };

  return names[reason];
}

static gchar *
stages_to_json (const VowelTurnTimes *times)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  for (guint i = 0; i < VOWEL_N_TURN_STAGES; i++) {
    gint64 duration = vowel_turn_times_get_stage (times, i);

    if (duration == VOWEL_TIME_NONE)
      continue;
    json_builder_set_member_name (builder, vowel_turn_stage_get_name (i));
    json_builder_add_double_value (builder, duration / 1000.0);
  }
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
tell_trace (VowelCallRecorder *self, const VowelTurnTimes *times)
{
  const VowelResponse *response = self->response;
  const VowelTurnTrace trace = {
      .began_us = self->began_us,
      .session_id = self->call->id,
      .agent_id = self->call->agent_id,
      .source = self->call->source,
      .provider = self->provider,
      .model = self->call->model,
      .error = response->error_code,
      .times = times,
      .usage = response->has_usage ? &response->usage : NULL,
  };

  self->trace (&trace, self->trace_data);
}

static void
on_turn (const VowelTurnTimes *times, gpointer user_data)
{
  VowelCallRecorder *self = user_data;
  g_autofree gchar *stages = NULL;

  if (self->trace != NULL)
    tell_trace (self, times);

  for (guint i = 0; i < VOWEL_N_TURN_STAGES; i++) {
    gint64 duration = vowel_turn_times_get_stage (times, i);

    if (duration != VOWEL_TIME_NONE)
      vowel_histogram_add (&self->metrics->stages[i], duration);
  }
  g_atomic_int_inc (&self->metrics->responses[times->status]);
  self->call->n_turns++;
  if (self->call->turns->len >= MAX_TURNS)
    return;
  stages = stages_to_json (times);
  vowel_call_add_turn (self->call,
      (times->turn_ended != VOWEL_TIME_NONE ? times->turn_ended
                                            : times->response_started)
          / 1000,
      times->item_id, times->response_id,
      vowel_response_status_get_name (times->status), stages);
}

/* Whether there is room for the text of another line. */
static gboolean
take_room (VowelCallRecorder *self, const gchar *text)
{
  gsize size = text != NULL ? strlen (text) : 0;

  if (!self->lines || size == 0 || self->text_size + size > MAX_TEXT)
    return FALSE;
  self->text_size += size;
  return TRUE;
}

static void
add_line (VowelCallRecorder *self, const VowelEvent *event,
    const gchar *speaker, const gchar *item_id, const gchar *text)
{
  if (take_room (self, text))
    vowel_call_add_line (
        self->call, event->time_us / 1000, speaker, item_id, text);
}

/* @tool: (nullable): what was asked; else that is an answer */
static void
add_tool_line (VowelCallRecorder *self, const VowelEvent *event,
    const VowelItem *item, const gchar *text, const gchar *tool)
{
  if (take_room (self, text))
    vowel_call_add_tool_line (
        self->call, event->time_us / 1000, item->id, text, item->call_id, tool);
}

/* Written messages, and results of tools; what is spoken comes with its words.
 */
static void
note_item (VowelCallRecorder *self, const VowelEvent *event)
{
  VowelItem *item = event->item;
  g_autofree gchar *text = NULL;

  if (item->type == VOWEL_ITEM_FUNCTION_CALL_OUTPUT) {
    add_tool_line (self, event, item, item->output, NULL);
    return;
  }
  if (item->type != VOWEL_ITEM_MESSAGE || item->role == VOWEL_ROLE_ASSISTANT)
    return;
  text = vowel_item_dup_text (item);
  add_line (self, event, item->role == VOWEL_ROLE_USER ? "user" : "system",
      item->id, text);
}

/* What an answer has become: its words as far as they were heard, and calls. */
static void
note_response (VowelCallRecorder *self, const VowelEvent *event)
{
  GPtrArray *output = event->response->output;

  for (guint i = 0; output != NULL && i < output->len; i++) {
    VowelItem *item = g_ptr_array_index (output, i);
    g_autofree gchar *text = NULL;

    if (item->type == VOWEL_ITEM_FUNCTION_CALL) {
      text = g_strdup_printf ("%s %s", item->name, item->arguments->str);
      add_tool_line (self, event, item, text, item->name);
    } else if (item->type == VOWEL_ITEM_MESSAGE) {
      g_autoptr (VowelItem) heard = vowel_item_copy_heard (item);

      text = vowel_item_dup_text (heard);
      add_line (self, event, "assistant", item->id, text);
    }
  }
}

void
vowel_call_recorder_note (VowelCallRecorder *self, const VowelEvent *event)
{
  self->response = event->response;
  vowel_turn_timeline_note (self->timeline, event);
  self->response = NULL;
  switch (event->type) {
    case VOWEL_EVENT_TRANSCRIPT_DONE:
      add_line (self, event, "user", event->item_id, event->text);
      break;
    case VOWEL_EVENT_ITEM_ADDED:
      note_item (self, event);
      break;
    case VOWEL_EVENT_RESPONSE_DONE:
      note_response (self, event);
      break;
    case VOWEL_EVENT_INTERRUPTED:
      g_atomic_int_inc (&self->metrics->interruptions);
      break;
    case VOWEL_EVENT_ENDED:
      g_free (self->call->end_reason);
      self->call->end_reason = g_strdup (get_reason (event->reason));
      break;
    default:
      break;
  }
}

void
vowel_call_recorder_finish (VowelCallRecorder *self, gint64 ended_at)
{
  self->call->ended_at = ended_at;
  if (self->call->end_reason == NULL)
    self->call->end_reason = g_strdup (get_reason (VOWEL_END_FAILED));
}

VowelCallRecorder *
vowel_call_recorder_new (VowelCall *call, VowelMetrics *metrics, gboolean lines)
{
  VowelCallRecorder *self = g_new0 (VowelCallRecorder, 1);

  self->call = call;
  self->metrics = metrics;
  self->timeline = vowel_turn_timeline_new (on_turn, self);
  self->lines = lines;
  return self;
}

void
vowel_call_recorder_set_trace_func (VowelCallRecorder *self, gint64 began_us,
    const gchar *provider, VowelTurnTraceFunc func, gpointer user_data)
{
  self->began_us = began_us;
  self->provider = g_strdup (provider);
  self->trace = func;
  self->trace_data = user_data;
}

void
vowel_call_recorder_free (VowelCallRecorder *self)
{
  g_free (self->provider);
  vowel_call_unref (self->call);
  vowel_turn_timeline_free (self->timeline);
  g_free (self);
}
