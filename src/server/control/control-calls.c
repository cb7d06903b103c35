/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "control-private.h"

#include "server/calls/call-json.h"
#include "server/calls/call-recording.h"

#define HOUR_MS (60 * 60 * G_GINT64_CONSTANT (1000))
#define DAY_MS (24 * HOUR_MS)

/* --- keeping --- */

void
vowel_control_forget_old (VowelControl *self, gint64 now)
{
  guint days = self->config->call_history_days;

  if (days == 0 || now - self->forgot_at < HOUR_MS)
    return;
  self->forgot_at = now;
  vowel_store_forget_calls (
      vowel_control_get_store (self), now - days * DAY_MS);
  vowel_store_forget_audit (
      vowel_control_get_store (self), now - days * DAY_MS);
  if (self->config->recordings != NULL)
    vowel_call_recordings_forget (
        self->config->recordings, now - days * DAY_MS);
}

void
vowel_control_keep_call (VowelControl *self, VowelCall *call)
{
  vowel_control_forget_old (self, call->ended_at);
  if (g_str_equal (self->config->call_history, "off"))
    return;
  vowel_store_put_call (vowel_control_get_store (self), call, NULL, NULL);
}

/* --- showing --- */

static JsonObject *
call_to_json (const VowelCall *call)
{
  JsonObject *object = vowel_call_to_json (call);

  json_object_set_int_member (object, "endedAt", call->ended_at);
  json_object_set_int_member (
      object, "durationMs", call->ended_at - call->started_at);
  vowel_http_set_string (object, "endReason", call->end_reason);
  return object;
}

void
vowel_control_on_list_calls (VowelRequest *request, gpointer control)
{
  VowelCallFilter filter = {
      .app_id = vowel_request_get_query (request, "appId"),
      .text = vowel_request_get_query (request, "q"),
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) calls = NULL;
  JsonArray *array;

  if (vowel_control_read_page (request, &filter.limit, &filter.before, &error))
    calls = vowel_store_list_calls (
        vowel_control_get_store (control), &filter, &error);
  if (calls == NULL) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  array = json_array_new ();
  for (guint i = 0; i < calls->len; i++)
    json_array_add_object_element (
        array, call_to_json (g_ptr_array_index (calls, i)));
  vowel_http_reply_array (request->message, array);
}

void
vowel_control_on_get_call (VowelRequest *request, gpointer control)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelCall) call = vowel_store_get_call (
      vowel_control_get_store (control), request->params[0], &error);
  JsonObject *object;

  if (call == NULL) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  object = call_to_json (call);
  vowel_call_add_record (object, call);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, object);
}

void
vowel_control_on_delete_call (VowelRequest *request, gpointer user_data)
{
  VowelControl *control = user_data;

  vowel_audit_note_target (request->message, NULL, request->params[0]);
  if (control->config->recordings != NULL)
    vowel_call_recording_delete (
        control->config->recordings, request->params[0]);
  vowel_store_delete_call (vowel_control_get_store (control),
      request->params[0], vowel_later_answer_on_written,
      vowel_control_answer_later (request->message, vowel_control_make_ok ()));
}
