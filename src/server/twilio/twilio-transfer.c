/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-transfer.h"

#include "twiml.h"

#include "server/agents/phone-number.h"

#include <gst/vowel/gstvowelhttp.h>
#include <libsoup/soup.h>
#include <string.h>

GST_DEBUG_CATEGORY_EXTERN (vowel_twilio_debug);
#define GST_CAT_DEFAULT vowel_twilio_debug

/* Nobody waits for longer. */
#define CONNECT_MS 3000
#define ANSWER_MS 5000

typedef struct {
  VowelCompanion parent;
  VowelAgent *agent;
  gchar *url;
  gchar *authorization;

  /* The worker. */
  VowelSession *session; /* (nullable) borrowed: it ends before */
  GstVowelWorker *worker;
  GstVowelHttpRequest *http; /* (nullable): under way */
  VowelEndReason reason;
} Transfer;

/* (nullable) */
static const gchar *
find_number (const VowelAgent *agent, VowelEndReason reason)
{
  gboolean silent = reason == VOWEL_END_IDLE;
  guint action = silent ? agent->silence_action : agent->timeout_action;
  const gchar *number =
      silent ? agent->silence_transfer_number : agent->transfer_number;

  return action == VOWEL_AGENT_TRANSFER_CALL && number != NULL
                 && vowel_phone_number_is_valid (number)
             ? number
             : NULL;
}

/* The session is over then, and this is freed later. */
static void
on_done (GstVowelHttpRequest *http, const GError *error, gpointer user_data)
{
  Transfer *self = user_data;

  if (error != NULL)
    GST_WARNING ("%s: the call is not put through: %s",
        vowel_session_get_id (self->session), error->message);
  vowel_session_end (
      self->session, error == NULL ? VOWEL_END_TRANSFERRED : self->reason);
}

static GBytes *
make_body (const VowelAgent *agent, const gchar *number)
{
  g_autoptr (GHashTable) form = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree gchar *twiml = vowel_twiml_dial (number, agent->transfer_message);
  gchar *text;

  g_hash_table_insert (form, (gpointer) "Twiml", twiml);
  text = soup_form_encode_hash (form);
  return g_bytes_new_take (text, strlen (text));
}

static gboolean
on_parting (VowelEndReason reason, gpointer user_data)
{
  static const GstVowelHttpCallbacks callbacks = {.done = on_done};
  Transfer *self = user_data;
  const gchar *number = find_number (self->agent, reason);
  g_autoptr (GBytes) body = NULL;

  if (number == NULL)
    return FALSE;
  body = make_body (self->agent, number);
  self->reason = reason;
  self->http =
      gst_vowel_http_request_new (self->worker, "twilio", "POST", self->url);
  gst_vowel_http_request_set_deadlines (
      self->http, CONNECT_MS, ANSWER_MS, ANSWER_MS);
  gst_vowel_http_request_set_header (
      self->http, "Authorization", self->authorization);
  gst_vowel_http_request_set_body (
      self->http, SOUP_FORM_MIME_TYPE_URLENCODED, body);
  gst_vowel_http_request_start (self->http, &callbacks, self);
  return TRUE;
}

/* --- life --- */

static void
transfer_join (
    VowelCompanion *companion, VowelSession *session, GstVowelWorker *worker)
{
  Transfer *self = (Transfer *) companion;

  self->session = session;
  self->worker = gst_object_ref (worker);
  vowel_session_set_parting_func (session, on_parting, self);
}

static void
transfer_free (VowelCompanion *companion)
{
  Transfer *self = (Transfer *) companion;

  if (self->http != NULL)
    gst_vowel_http_request_cancel (self->http);
  g_clear_object (&self->http);
  gst_clear_object (&self->worker);
  vowel_agent_unref (self->agent);
  g_free (self->url);
  g_free (self->authorization);
  g_free (self);
}

static gchar *
make_url (const VowelTwilioAccount *account, const gchar *call_sid)
{
  g_autofree gchar *call = g_uri_escape_string (call_sid, NULL, FALSE);
  g_autofree gchar *resource = g_strconcat ("Calls/", call, ".json", NULL);

  return vowel_twilio_account_make_url (account, resource);
}

VowelCompanion *
vowel_twilio_transfer_new (
    const VowelTwilioAccount *account, const gchar *call_sid, VowelAgent *agent)
{
  Transfer *self;

  if (find_number (agent, VOWEL_END_EXPIRED) == NULL
      && find_number (agent, VOWEL_END_IDLE) == NULL)
    return NULL;
  self = g_new0 (Transfer, 1);
  self->parent.join = transfer_join;
  self->parent.free = transfer_free;
  self->agent = vowel_agent_ref (agent);
  self->url = make_url (account, call_sid);
  self->authorization = vowel_twilio_account_make_authorization (account);
  return &self->parent;
}
