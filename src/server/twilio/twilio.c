/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio.h"
#include "twilio-session.h"
#include "twilio-signature.h"
#include "twilio-tickets.h"
#include "twilio-visitor.h"
#include "twilio-webhook.h"
#include "twiml.h"

#include "server/http.h"

#include <gst/gst.h>
#include <string.h>

GST_DEBUG_CATEGORY_STATIC (vowel_twilio_debug);
#define GST_CAT_DEFAULT vowel_twilio_debug

#define STREAM_PATH "/ws/twilio/stream"
#define STATUS_PATH "/api/twilio/status"
#define SIGNATURE "X-Twilio-Signature"

#define CLOSE_UNAUTHORIZED 4001

struct _VowelTwilio {
  VowelDoorway *doorway;
  VowelKeyring *keyring;
  VowelMetrics *metrics;
  VowelTwilioTickets *tickets;
};

static VowelServerConfig *
get_config (VowelTwilio *self)
{
  return vowel_doorway_get_snapshot (self->doorway)->config;
}

static const gchar *
get_query (const VowelRequest *request, const gchar *name)
{
  const gchar *value =
      request->query ? g_hash_table_lookup (request->query, name) : NULL;

  return value && value[0] ? value : NULL;
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

static void
reply_unsigned (VowelTwilio *self, SoupServerMessage *message)
{
  GST_WARNING ("X-Twilio-Signature is missing or wrong: it is made with "
               "TWILIO_AUTH_TOKEN of the URL that Twilio asks for, which "
               "TWILIO_APP_URL must begin");
  g_atomic_int_inc (&self->metrics->unauthorized);
  soup_server_message_set_status (message, SOUP_STATUS_FORBIDDEN, NULL);
}

/* Who asks. */

/* (nullable): of the account that the call is of */
static const gchar *
find_auth_token (
    const VowelServerConfig *config, const VowelTwilioWebhook *webhook)
{
  const gchar *account = vowel_twilio_webhook_get (webhook, "AccountSid");

  if (config->twilio_account_sid && account
      && !g_str_equal (account, config->twilio_account_sid))
    return NULL;
  return config->twilio_auth_token;
}

/* FALSE: it has been answered. @ret_signed: Twilio's signature is under it */
static gboolean
check_webhook (VowelTwilio *self, SoupServerMessage *message,
    const VowelTwilioWebhook *webhook, gboolean *ret_signed)
{
  const VowelServerConfig *config = get_config (self);
  const gchar *auth_token = find_auth_token (config, webhook);
  gboolean required = g_str_equal (config->twilio_require_signature, "on");

  *ret_signed =
      auth_token && vowel_twilio_webhook_is_signed (webhook, auth_token);
  if (*ret_signed || (auth_token == NULL && !required))
    return TRUE;
  reply_unsigned (self, message);
  return FALSE;
}

/* Whose keys the server's own ones stand for. (transfer full) (nullable) */
static gchar *
dup_first_app (VowelTwilio *self)
{
  g_autoptr (GPtrArray) apps =
      vowel_store_list_apps (vowel_keyring_get_store (self->keyring), NULL);

  if (apps == NULL || apps->len == 0)
    return NULL;
  return g_strdup (((VowelApp *) g_ptr_array_index (apps, apps->len - 1))->id);
}

/* The call of whoever brings a key or a token in the query or in a header.
 * (transfer full) (nullable) */
static VowelTwilioCall *
identify (VowelTwilio *self, const VowelRequest *request, gboolean is_signed,
    GError **error)
{
  const gchar *api_key = get_query (request, "api_key");
  const gchar *credential = api_key ? api_key : request->credential;
  g_auto (VowelGrant) grant = {0};
  VowelTwilioCall *call;

  if (!(credential == NULL && is_signed)
      && !vowel_credential_check (get_config (self), self->keyring, credential,
          g_get_real_time () / G_USEC_PER_SEC, &grant, error))
    return NULL;
  if (grant.key && (grant.rights & VOWEL_RIGHT_CONNECT) == 0) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_SIGNATURE,
        "The key opens no sessions");
    return NULL;
  }
  call = g_new0 (VowelTwilioCall, 1);
  call->app_id = g_strdup (vowel_grant_get_app (&grant));
  if (call->app_id == NULL)
    call->app_id = dup_first_app (self);
  call->key_id = g_strdup (grant.key ? grant.key->id : NULL);
  call->agent_id = g_strdup (get_query (request, "agent_id"));
  return call;
}

/* The webhook. */

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

static void
reply_stream (
    VowelTwilio *self, SoupServerMessage *message, VowelTwilioCall *call)
{
  const VowelServerConfig *config = get_config (self);
  g_autofree gchar *socket = vowel_twilio_dup_base_url (message, config, "ws");
  g_autofree gchar *web = vowel_twilio_dup_base_url (message, config, "http");
  g_autofree gchar *url = g_strconcat (socket, STREAM_PATH, NULL);
  g_autofree gchar *status = g_strconcat (web, STATUS_PATH, NULL);
  const gchar *ticket = vowel_twilio_tickets_issue (
      self->tickets, call, VOWEL_TWILIO_TICKET_MS, g_get_monotonic_time ());
  const gchar *const parameters[] = {"ticket", ticket, NULL};

  g_atomic_int_inc (&self->metrics->twilio_calls);
  reply_twiml (
      message, SOUP_STATUS_OK, vowel_twiml_connect (url, status, parameters));
}

static void
on_voice (VowelRequest *request, gpointer user_data)
{
  VowelTwilio *self = user_data;
  const VowelServerConfig *config = get_config (self);
  g_autoptr (VowelTwilioWebhook) webhook =
      vowel_twilio_webhook_read (request->message, config);
  g_autoptr (VowelTwilioCall) call = NULL;
  g_autoptr (GError) error = NULL;
  gboolean is_signed;

  if (webhook == NULL) {
    vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL,
        "invalid_form",
        "The body is not a form (x-www-form-urlencoded, UTF-8)");
    return;
  }
  if (!check_webhook (self, request->message, webhook, &is_signed))
    return;
  call = identify (self, request, is_signed, &error);
  if (call == NULL) {
    g_atomic_int_inc (&self->metrics->unauthorized);
    refuse (self, request->message, SOUP_STATUS_UNAUTHORIZED, "rejected",
        error->message);
    return;
  }
  describe (call, webhook);
  if ((guint) g_atomic_int_get (&self->metrics->sessions)
      >= config->max_sessions) {
    refuse (self, request->message, SOUP_STATUS_OK, "busy",
        "the server has all its sessions");
    return;
  }
  GST_INFO ("call %s", call->call_sid ? call->call_sid : "without a name");
  reply_stream (self, request->message, g_steal_pointer (&call));
}

/* What became of a stream, or of a call that was placed. */
static void
on_status (VowelRequest *request, gpointer user_data)
{
  VowelTwilio *self = user_data;
  g_autoptr (VowelTwilioWebhook) webhook =
      vowel_twilio_webhook_read (request->message, get_config (self));
  const gchar *call_sid, *event, *problem;
  gboolean is_signed;

  if (webhook == NULL) {
    vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL,
        "invalid_form",
        "The body is not a form (x-www-form-urlencoded, UTF-8)");
    return;
  }
  if (!check_webhook (self, request->message, webhook, &is_signed))
    return;
  call_sid = vowel_twilio_webhook_get (webhook, "CallSid");
  event = vowel_twilio_webhook_get (webhook, "StreamEvent");
  problem = vowel_twilio_webhook_get (webhook, "StreamError");
  if (g_strcmp0 (event, "stream-error") == 0) {
    g_atomic_int_inc (&self->metrics->twilio_stream_errors);
    GST_WARNING ("call %s: Twilio ended the stream: %s",
        call_sid ? call_sid : "?", problem ? problem : "it does not say why");
  } else {
    GST_INFO ("call %s: %s", call_sid ? call_sid : "?",
        event ? event : vowel_twilio_webhook_get (webhook, "CallStatus"));
  }
  soup_server_message_set_status (
      request->message, SOUP_STATUS_NO_CONTENT, NULL);
}

/* The stream. */

/* What its request has said of a call. */
typedef struct {
  VowelTwilio *twilio;
  VowelTwilioCall *call; /* (nullable): it needs a ticket */
} Pass;

static void
pass_free (gpointer data)
{
  Pass *pass = data;

  g_clear_pointer (&pass->call, vowel_twilio_call_free);
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

  if (call == NULL) {
    g_atomic_int_inc (&self->metrics->unauthorized);
    g_set_error_literal (
        error, VOWEL_GATE_ERROR, CLOSE_UNAUTHORIZED, "Unauthorized");
    return NULL;
  }
  if (call->call_sid == NULL)
    call->call_sid = g_strdup (start->call_sid);
  return vowel_twilio_session_request (
      self->doorway, call, ret_snapshot, error);
}

static gboolean
is_stream_signed (VowelTwilio *self, SoupServerMessage *message)
{
  const VowelServerConfig *config = get_config (self);
  g_autofree gchar *url = vowel_twilio_dup_url (message, config, "ws");

  return config->twilio_auth_token
         && vowel_twilio_check_stream_signature (config->twilio_auth_token,
             vowel_http_get_header (message, SIGNATURE), url);
}

static void
on_stream (VowelRequest *request, gpointer user_data)
{
  VowelTwilio *self = user_data;
  SoupServerMessage *message = request->message;
  gboolean has_credential =
      get_query (request, "api_key") != NULL || request->credential != NULL;
  g_autoptr (VowelTwilioCall) call = NULL;
  Pass *pass;

  if (!vowel_doorway_check (message, request->path))
    return;
  if (g_str_equal (get_config (self)->twilio_require_signature, "on")
      && !is_stream_signed (self, message)) {
    reply_unsigned (self, message);
    return;
  }
  call = identify (self, request, FALSE, NULL);
  if (call == NULL && has_credential) {
    g_atomic_int_inc (&self->metrics->unauthorized);
    vowel_doorway_refuse (
        self->doorway, message, NULL, CLOSE_UNAUTHORIZED, "Unauthorized");
    return;
  }
  pass = g_new0 (Pass, 1);
  pass->twilio = self;
  pass->call = g_steal_pointer (&call);
  vowel_doorway_wait (self->doorway, message,
      vowel_twilio_visitor_new (request->params[0], settle, pass, pass_free));
}

static const VowelRoute routes[] = {
    {"POST", "/api/twilio/voice", VOWEL_RIGHT_NONE, on_voice},
    {"GET", "/api/twilio/voice", VOWEL_RIGHT_NONE, on_voice},
    {"POST", STATUS_PATH, VOWEL_RIGHT_NONE, on_status},
    {"GET", STATUS_PATH, VOWEL_RIGHT_NONE, on_status},
    {"GET", STREAM_PATH, VOWEL_RIGHT_NONE, on_stream},
    {"GET", STREAM_PATH "/:ticket", VOWEL_RIGHT_NONE, on_stream},
    {NULL},
};

const VowelRoute *
vowel_twilio_get_routes (void)
{
  return routes;
}

VowelTwilio *
vowel_twilio_new (
    VowelDoorway *doorway, VowelKeyring *keyring, VowelMetrics *metrics)
{
  VowelTwilio *self = g_new0 (VowelTwilio, 1);

  GST_DEBUG_CATEGORY_INIT (
      vowel_twilio_debug, "vowel-twilio", 0, "telephone calls of Twilio");
  self->doorway = doorway;
  self->keyring = keyring;
  self->metrics = metrics;
  self->tickets = vowel_twilio_tickets_new ();
  return self;
}

void
vowel_twilio_free (VowelTwilio *self)
{
  vowel_twilio_tickets_free (self->tickets);
  g_free (self);
}
