/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What Twilio reports of streams and calls, and how it gets into records. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-private.h"
#include "twilio-report.h"

#include "server/calls/call-json.h"

#include <gst/gst.h>
#include <gst/vowel/gstvoweljson.h>
#include <string.h>

GST_DEBUG_CATEGORY_EXTERN (vowel_twilio_debug);
#define GST_CAT_DEFAULT vowel_twilio_debug

/* As of a session that could not begin. */
#define REASON_FAILED "failed"

void
vowel_twilio_set_record_func (
    VowelTwilio *self, VowelSessionRecordFunc func, gpointer user_data)
{
  self->record_func = func;
  self->record_data = user_data;
}

/* (nullable): of a call of Twilio's */
static VowelTwilioKnownCall *
find_known (VowelTwilio *self, const VowelCall *record)
{
  gsize length = record->details ? strlen (record->details) : 0;
  g_autoptr (JsonObject) details = NULL;
  VowelTwilioKnownCall *known;

  if (length == 0 || g_strcmp0 (record->source, VOWEL_TWILIO_SOURCE) != 0)
    return NULL;
  details = gst_vowel_json_parse_object (record->details, length, length, NULL);
  known = vowel_twilio_calls_find (
      self->calls, gst_vowel_json_get_string (details, "callSid"));
  return known && g_strcmp0 (known->call->app_id, record->app_id) == 0 ? known
                                                                       : NULL;
}

void
vowel_twilio_note_record (VowelTwilio *self, VowelCall *record)
{
  VowelTwilioKnownCall *known = find_known (self, record);

  if (known == NULL)
    return;
  g_free (known->record_id);
  known->record_id = g_strdup (record->id);
  if (known->reported) {
    g_autofree gchar *details = g_steal_pointer (&record->details);

    record->details = vowel_call_details_add (details, known->reported);
  }
}

/* Nobody has answered, or the stream never came: there is no other record. */
static void
keep_unanswered (VowelTwilio *self, const VowelTwilioKnownCall *known)
{
  const VowelTwilioCall *call = known->call;
  g_autofree gchar *id = vowel_make_id ("sess");
  g_autoptr (VowelCall) record = vowel_call_new (id);

  g_free (record->source);
  record->source = g_strdup (VOWEL_TWILIO_SOURCE);
  record->app_id = g_strdup (call->app_id);
  record->key_id = g_strdup (call->key_id);
  record->agent_id = g_strdup (call->agent_id);
  record->party = g_strdup (call->party);
  record->details = vowel_twilio_describe_call (call);
  record->end_reason = g_strdup (REASON_FAILED);
  record->started_at = known->since;
  record->ended_at = g_get_real_time () / 1000;
  self->record_func (record, self->record_data);
}

/* Only what is signed counts, and only for calls of whose account that is. */
static gboolean
may_report (const VowelTwilioSigner *signer, const VowelTwilioKnownCall *known)
{
  return signer->is_known
         && (signer->number == NULL
             || g_strcmp0 (signer->number->app_id, known->call->app_id) == 0);
}

static void
take_report (VowelTwilio *self, const VowelTwilioWebhook *webhook,
    const VowelTwilioSigner *signer)
{
  VowelTwilioKnownCall *known = vowel_twilio_calls_find (
      self->calls, vowel_twilio_webhook_get (webhook, "CallSid"));
  g_autoptr (JsonObject) report = NULL;

  if (known == NULL || !may_report (signer, known))
    return;
  report = vowel_twilio_report_read (webhook->form);
  if (report == NULL)
    return;
  vowel_twilio_known_call_note (known, report);
  if (known->record_id) {
    g_autofree gchar *news = vowel_call_details_add (NULL, report);

    vowel_store_note_call_details (
        vowel_keyring_get_store (self->keyring), known->record_id, news);
  } else if (!known->has_session && vowel_twilio_report_is_final (report)) {
    keep_unanswered (self, known);
  }
}

static void
log_report (VowelTwilio *self, const VowelTwilioWebhook *webhook)
{
  const gchar *call_sid = vowel_twilio_webhook_get (webhook, "CallSid");
  const gchar *event = vowel_twilio_webhook_get (webhook, "StreamEvent");
  const gchar *status = vowel_twilio_webhook_get (webhook, "CallStatus");
  const gchar *problem = vowel_twilio_webhook_get (webhook, "StreamError");

  if (g_strcmp0 (event, "stream-error") == 0) {
    g_atomic_int_inc (&self->metrics->twilio_stream_errors);
    GST_WARNING ("call %s: Twilio ended the stream: %s",
        call_sid ? call_sid : "?", problem ? problem : "it does not say why");
  } else {
    GST_INFO ("call %s: %s", call_sid ? call_sid : "?",
        event    ? event
        : status ? status
                 : "nothing");
  }
}

void
vowel_twilio_on_status (VowelRequest *request, gpointer user_data)
{
  VowelTwilio *self = user_data;
  g_auto (VowelTwilioSigner) signer = {FALSE};
  g_autoptr (VowelTwilioWebhook) webhook =
      vowel_twilio_read_webhook (self, request->message, &signer);

  if (webhook == NULL)
    return;
  log_report (self, webhook);
  take_report (self, webhook, &signer);
  soup_server_message_set_status (
      request->message, SOUP_STATUS_NO_CONTENT, NULL);
}
