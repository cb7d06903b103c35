/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-client.h"
#include "twilio-private.h"
#include "twilio-visitor.h"
#include "twiml.h"

#include "server/http/http.h"

#include <gst/gst.h>
#include <string.h>

GST_DEBUG_CATEGORY (vowel_twilio_debug);
#define GST_CAT_DEFAULT vowel_twilio_debug

#define CLOSE_UNAUTHORIZED 4001

VowelServerConfig *
vowel_twilio_get_config (VowelTwilio *self)
{
  return vowel_doorway_get_snapshot (self->doorway)->config;
}

const gchar *
vowel_twilio_get_api_url (VowelTwilio *self)
{
  const gchar *set = vowel_twilio_get_config (self)->twilio_api_url;

  return set ? set : VOWEL_TWILIO_API_URL;
}

/* Answers. */

static void
reply_twiml (SoupServerMessage *message, guint status, gchar *xml)
{
  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_replace (
      soup_server_message_get_response_headers (message), "Cache-Control",
      "no-store");
  soup_server_message_set_response (
      message, VOWEL_TWIML_CONTENT_TYPE, SOUP_MEMORY_TAKE, xml, strlen (xml));
}

static void
refuse (VowelTwilio *self, SoupServerMessage *message, guint status,
    const gchar *reason, const gchar *why)
{
  GST_INFO ("call refused: %s", why);
  g_atomic_int_inc (&self->metrics->twilio_refused);
  reply_twiml (message, status, vowel_twiml_reject (reason));
}

/* The webhook. */

VowelTwilioWebhook *
vowel_twilio_read_webhook (VowelTwilio *self, SoupServerMessage *message,
    VowelTwilioSigner *ret_signer)
{
  g_autoptr (VowelTwilioWebhook) webhook =
      vowel_twilio_webhook_read (message, vowel_twilio_get_config (self));

  if (webhook == NULL)
    vowel_http_reply_error (message, SOUP_STATUS_BAD_REQUEST, NULL,
        "invalid_form",
        "The body is not a form (x-www-form-urlencoded, UTF-8)");
  else if (vowel_twilio_check_webhook (self, message, webhook, ret_signer))
    return g_steal_pointer (&webhook);
  return NULL;
}

static void
describe (VowelTwilioCall *call, const VowelTwilioWebhook *webhook)
{
  const gchar *direction = vowel_twilio_webhook_get (webhook, "Direction");

  call->inbound =
      direction == NULL || !g_str_has_prefix (direction, "outbound");
  call->call_sid = g_strdup (vowel_twilio_webhook_get (webhook, "CallSid"));
  call->party = g_strdup (
      vowel_twilio_webhook_get (webhook, call->inbound ? "From" : "To"));
}

VowelTwilioKnownCall *
vowel_twilio_expect_call (VowelTwilio *self, const VowelTwilioCall *call)
{
  return vowel_twilio_calls_add (self->calls, call, g_get_real_time () / 1000);
}

gchar *
vowel_twilio_make_twiml (
    const gchar *web, const gchar *socket, const gchar *ticket)
{
  g_autofree gchar *url = g_strconcat (socket, VOWEL_TWILIO_STREAM_PATH, NULL);
  g_autofree gchar *status = g_strconcat (web, VOWEL_TWILIO_STATUS_PATH, NULL);
  const gchar *const parameters[] = {"ticket", ticket, NULL};

  return vowel_twiml_connect (url, status, parameters);
}

static void
reply_stream (
    VowelTwilio *self, SoupServerMessage *message, VowelTwilioCall *call)
{
  const VowelServerConfig *config = vowel_twilio_get_config (self);
  g_autofree gchar *socket = vowel_twilio_dup_base_url (message, config, "ws");
  g_autofree gchar *web = vowel_twilio_dup_base_url (message, config, "http");
  const gchar *ticket;

  if (call->call_sid)
    vowel_twilio_expect_call (self, call);
  ticket = vowel_twilio_tickets_issue (
      self->tickets, call, VOWEL_TWILIO_TICKET_MS, g_get_monotonic_time ());
  g_atomic_int_inc (&self->metrics->twilio_calls);
  reply_twiml (
      message, SOUP_STATUS_OK, vowel_twilio_make_twiml (web, socket, ticket));
}

/* FALSE: it has been refused. */
static gboolean
can_take (
    VowelTwilio *self, SoupServerMessage *message, const VowelTwilioCall *call)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAgent) agent = NULL;
  const VowelPlan *plan;

  if (!vowel_twilio_find_agent (self, call, &agent, &plan, &error)) {
    refuse (self, message, SOUP_STATUS_OK, "rejected", error->message);
    return FALSE;
  }
  if ((guint) g_atomic_int_get (&self->metrics->sessions)
      < vowel_twilio_get_config (self)->max_sessions)
    return TRUE;
  refuse (
      self, message, SOUP_STATUS_OK, "busy", "the server has all its sessions");
  return FALSE;
}

static void
on_voice (VowelRequest *request, gpointer user_data)
{
  VowelTwilio *self = user_data;
  g_auto (VowelTwilioSigner) signer = {FALSE};
  g_autoptr (VowelTwilioWebhook) webhook =
      vowel_twilio_read_webhook (self, request->message, &signer);
  g_autoptr (VowelTwilioCall) call = NULL;
  g_autoptr (GError) error = NULL;

  if (webhook == NULL)
    return;
  call = vowel_twilio_identify (self, request, &signer, &error);
  if (call == NULL) {
    g_atomic_int_inc (&self->metrics->unauthorized);
    refuse (self, request->message, SOUP_STATUS_UNAUTHORIZED, "rejected",
        error->message);
    return;
  }
  describe (call, webhook);
  if (!can_take (self, request->message, call))
    return;
  GST_INFO ("call %s", call->call_sid ? call->call_sid : "without a name");
  reply_stream (self, request->message, g_steal_pointer (&call));
}

/* The stream. */

/* What its request has said of a call. */
typedef struct {
  VowelTwilio *twilio;
  VowelTwilioCall *call; /* (nullable): it needs a ticket */
  VowelTwilioClaim claim;
} Pass;

static void
pass_free (gpointer data)
{
  Pass *pass = data;

  g_clear_pointer (&pass->call, vowel_twilio_call_free);
  vowel_twilio_claim_clear (&pass->claim);
  g_free (pass);
}

static VowelSessionRequest *
settle (const VowelTwilioMessage *start, const gchar *ticket, gpointer data,
    VowelConfigSnapshot **ret_snapshot, GError **error)
{
  Pass *pass = data;
  VowelTwilio *self = pass->twilio;
  g_autoptr (VowelTwilioCall) call =
      ticket ? vowel_twilio_tickets_take (
          self->tickets, ticket, start->call_sid, g_get_monotonic_time ())
             : g_steal_pointer (&pass->call);

  if (call == NULL || !vowel_twilio_check_claim (self, &pass->claim, call)) {
    g_atomic_int_inc (&self->metrics->unauthorized);
    g_set_error_literal (
        error, VOWEL_GATE_ERROR, CLOSE_UNAUTHORIZED, "Unauthorized");
    return NULL;
  }
  if (call->call_sid == NULL)
    call->call_sid = g_strdup (start->call_sid);
  return vowel_twilio_session_request (self, call, ret_snapshot, error);
}

static void
on_stream (VowelRequest *request, gpointer user_data)
{
  VowelTwilio *self = user_data;
  SoupServerMessage *message = request->message;
  gboolean has_credential = vowel_request_get_query (request, "api_key") != NULL
                            || request->credential != NULL;
  g_autoptr (VowelTwilioCall) call = NULL;
  VowelTwilioClaim claim = {NULL};
  Pass *pass;

  if (!vowel_doorway_check (message, request->path))
    return;
  if (!vowel_twilio_check_stream (self, message, has_credential, &claim))
    return;
  call = vowel_twilio_identify (self, request, NULL, NULL);
  if (call == NULL && has_credential) {
    g_atomic_int_inc (&self->metrics->unauthorized);
    vowel_doorway_refuse (
        self->doorway, message, NULL, CLOSE_UNAUTHORIZED, "Unauthorized");
    return;
  }
  pass = g_new0 (Pass, 1);
  pass->twilio = self;
  pass->call = g_steal_pointer (&call);
  pass->claim = claim;
  vowel_doorway_wait (self->doorway, message,
      vowel_twilio_visitor_new (request->params[0], settle, pass, pass_free));
}

static const VowelRoute routes[] = {
    {"POST", "/api/twilio/voice", VOWEL_RIGHT_NONE, on_voice},
    {"GET", "/api/twilio/voice", VOWEL_RIGHT_NONE, on_voice},
    {"POST", VOWEL_TWILIO_STATUS_PATH, VOWEL_RIGHT_NONE,
        vowel_twilio_on_status},
    {"GET", VOWEL_TWILIO_STATUS_PATH, VOWEL_RIGHT_NONE, vowel_twilio_on_status},
    {"GET", VOWEL_TWILIO_STREAM_PATH, VOWEL_RIGHT_NONE, on_stream},
    {"GET", VOWEL_TWILIO_STREAM_PATH "/:ticket", VOWEL_RIGHT_NONE, on_stream},
    {NULL},
};

const VowelRoute *
vowel_twilio_get_routes (void)
{
  return routes;
}

VowelTwilio *
vowel_twilio_new (VowelDoorway *doorway, VowelAccounts *accounts,
    VowelAgents *agents, VowelVoiceProviders *providers, VowelMetrics *metrics)
{
  VowelTwilio *self = g_new0 (VowelTwilio, 1);

  GST_DEBUG_CATEGORY_INIT (
      vowel_twilio_debug, "vowel-twilio", 0, "telephone calls of Twilio");
  self->doorway = doorway;
  self->keyring = vowel_accounts_get_keyring (accounts);
  self->accounts = accounts;
  self->agents = agents;
  self->providers = providers;
  self->metrics = metrics;
  self->tickets = vowel_twilio_tickets_new ();
  self->calls = vowel_twilio_calls_new ();
  self->history =
      vowel_voicex_history_new (vowel_accounts_get_store (accounts));
  return self;
}

void
vowel_twilio_free (VowelTwilio *self)
{
  vowel_twilio_tickets_free (self->tickets);
  vowel_twilio_calls_free (self->calls);
  vowel_voicex_history_free (self->history);
  g_clear_object (&self->soup);
  g_free (self);
}
