/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What Twilio is asked for: calls that an agent places, and numbers. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-client.h"
#include "twilio-private.h"

/* Ringing included. */
#define TICKET_MS (5 * 60 * 1000)
#define TIMEOUT_S 10

/* A call that Twilio is asked for. */
typedef struct {
  VowelTwilio *twilio;
  VowelTwilioCall *call;
  gchar *ticket;
} Dialling;

static void
dialling_free (gpointer data)
{
  Dialling *dialling = data;

  vowel_twilio_call_free (dialling->call);
  g_free (dialling->ticket);
  g_free (dialling);
}

static VowelTwilioCall *
make_call (const VowelTwilioDial *dial)
{
  VowelTwilioCall *call = g_new0 (VowelTwilioCall, 1);

  call->app_id = g_strdup (dial->app_id);
  call->key_id = g_strdup (dial->key_id);
  call->agent_id = g_strdup (dial->agent_id);
  call->prompt = g_strdup (dial->prompt);
  call->first_message = g_strdup (dial->first_message);
  call->party = g_strdup (dial->to);
  call->number_id = g_strdup (dial->number_id);
  return call;
}

static VowelTwilioAccount
get_account (
    VowelTwilio *self, const gchar *account_sid, const gchar *auth_token)
{
  return (VowelTwilioAccount){
      .api_url = vowel_twilio_get_api_url (self),
      .account_sid = account_sid,
      .auth_token = auth_token,
  };
}

static SoupSession *
ensure_soup (VowelTwilio *self)
{
  if (self->soup == NULL)
    self->soup = soup_session_new_with_options ("timeout", TIMEOUT_S, NULL);
  return self->soup;
}

static void
on_placed (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  Dialling *dialling = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *sid = vowel_twilio_client_call_finish (result, &error);

  if (sid == NULL) {
    vowel_twilio_tickets_drop (dialling->twilio->tickets, dialling->ticket);
    g_task_return_error (task, g_steal_pointer (&error));
    return;
  }
  vowel_twilio_tickets_bind (dialling->twilio->tickets, dialling->ticket, sid);
  dialling->call->call_sid = g_strdup (sid);
  vowel_twilio_expect_call (dialling->twilio, dialling->call);
  g_atomic_int_inc (&dialling->twilio->metrics->twilio_placed);
  g_task_return_pointer (task, g_steal_pointer (&sid), g_free);
}

void
vowel_twilio_dial_async (VowelTwilio *self, SoupServerMessage *message,
    const VowelTwilioDial *dial, GAsyncReadyCallback callback,
    gpointer user_data)
{
  const VowelServerConfig *config = vowel_twilio_get_config (self);
  g_autofree gchar *web = vowel_twilio_dup_base_url (message, config, "http");
  g_autofree gchar *socket = vowel_twilio_dup_base_url (message, config, "ws");
  g_autofree gchar *status = g_strconcat (web, VOWEL_TWILIO_STATUS_PATH, NULL);
  g_autofree gchar *twiml = NULL;
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Dialling *dialling = g_new0 (Dialling, 1);
  const VowelTwilioAccount account =
      get_account (self, dial->account_sid, dial->auth_token);
  VowelTwilioOrder order = {
      .to = dial->to,
      .from = dial->from,
      .status_callback = status,
  };

  dialling->twilio = self;
  dialling->call = make_call (dial);
  dialling->ticket = g_strdup (vowel_twilio_tickets_issue (self->tickets,
      vowel_twilio_call_copy (dialling->call), TICKET_MS,
      g_get_monotonic_time ()));
  g_task_set_task_data (task, dialling, dialling_free);
  twiml = vowel_twilio_make_twiml (web, socket, dialling->ticket);
  order.twiml = twiml;
  vowel_twilio_client_call_async (
      ensure_soup (self), &account, &order, on_placed, task);
}

gchar *
vowel_twilio_dial_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- numbers --- */

void
vowel_twilio_find_number_async (VowelTwilio *self, const gchar *account_sid,
    const gchar *auth_token, const gchar *number, GAsyncReadyCallback callback,
    gpointer user_data)
{
  const VowelTwilioAccount account =
      get_account (self, account_sid, auth_token);

  vowel_twilio_client_find_number_async (
      ensure_soup (self), &account, number, callback, user_data);
}

gchar *
vowel_twilio_find_number_finish (GAsyncResult *result, GError **error)
{
  return vowel_twilio_client_find_number_finish (result, error);
}
