/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* POST /v1/agents/{id}/dial: an agent calls somebody. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-private.h"

#include "server/agents/phone-number.h"

/* Who is called, by either of its names; NULL: the answer has been given. */
static const gchar *
read_callee (VowelRequest *request)
{
  const gchar *number = vowel_request_get_query (request, "number");
  const gchar *destination = vowel_request_get_query (request, "destination");
  const gchar *callee = number != NULL ? number : destination;
  const gchar *problem = NULL;

  if (callee == NULL)
    problem = "number: expected whom to call, as in +15005550006";
  else if (destination != NULL && !g_str_equal (callee, destination))
    problem = "number and destination are different";
  else if (!vowel_phone_number_is_valid (callee))
    problem = "number: expected a plus (%2B) and digits, as in %2B15005550006";
  if (problem == NULL)
    return callee;
  vowel_http_reply_error (
      request->message, SOUP_STATUS_BAD_REQUEST, NULL, NULL, "%s", problem);
  return NULL;
}

/* FALSE: the answer has been given. */
static gboolean
check_trunk (VowelRequest *request)
{
  const gchar *trunk = vowel_request_get_query (request, "sipTrunkId");

  if (trunk == NULL)
    return TRUE;
  if (g_uuid_string_is_valid (trunk))
    vowel_http_reply_error (request->message, SOUP_STATUS_SERVICE_UNAVAILABLE,
        NULL, NULL, "SIP is not available on this server");
  else
    vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL,
        NULL, "sipTrunkId: expected a UUID");
  return FALSE;
}

/* The number that the agent calls from; NULL: the answer has been given.
 * (transfer full) */
static VowelPhoneNumber *
find_number (VowelVatel *self, VowelRequest *request, const VowelAgent *agent)
{
  VowelPhoneNumber *number =
      agent->phone_number_id != NULL
          ? vowel_phone_number_get (vowel_control_get_keyring (self->control),
              agent->app_id, agent->phone_number_id, NULL)
          : NULL;

  if (number == NULL)
    vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL,
        NULL, "The agent has no phone number: set phone_number_id");
  return number;
}

static void
on_dialled (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (SoupServerMessage) message = user_data;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *sid = vowel_twilio_dial_finish (result, &error);
  JsonObject *answer;

  if (sid == NULL) {
    vowel_http_reply_error (
        message, SOUP_STATUS_BAD_GATEWAY, NULL, NULL, "%s", error->message);
  } else {
    answer = json_object_new ();
    json_object_set_boolean_member (answer, "success", TRUE);
    vowel_http_reply_json (message, SOUP_STATUS_OK, answer);
  }
  soup_server_message_unpause (message);
}

static void
dial (VowelVatel *self, VowelRequest *request, const VowelAgent *agent,
    const VowelPhoneNumber *number, const gchar *callee)
{
  const VowelTwilioDial order = {
      .app_id = agent->app_id,
      .key_id = request->grant.key != NULL ? request->grant.key->id : NULL,
      .agent_id = agent->id,
      .prompt = vowel_request_get_query (request, "prompt"),
      .first_message = vowel_request_get_query (request, "firstMessage"),
      .number_id = number->id,
      .account_sid = number->account_sid,
      .auth_token = number->auth_token,
      .from = number->number,
      .to = callee,
  };

  if (order.auth_token == NULL) {
    vowel_http_reply_error (request->message, SOUP_STATUS_SERVICE_UNAVAILABLE,
        NULL, NULL,
        "The auth token of the number's account cannot be opened with the "
        "server's secret: set auth_token of the number again");
    return;
  }
  soup_server_message_pause (request->message);
  vowel_twilio_dial_async (self->twilio, request->message, &order, on_dialled,
      g_object_ref (request->message));
}

void
vowel_vatel_on_dial (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autoptr (VowelAgent) agent = vowel_vatel_find_agent (self, request);
  g_autoptr (VowelPhoneNumber) number = NULL;
  const gchar *callee;

  if (agent == NULL)
    return;
  callee = read_callee (request);
  if (callee == NULL || !check_trunk (request))
    return;
  if (!agent->active) {
    vowel_http_reply_error (request->message, SOUP_STATUS_NOT_FOUND, NULL, NULL,
        "The agent is inactive");
    return;
  }
  number = find_number (self, request, agent);
  if (number == NULL)
    return;
  dial (self, request, agent, number, callee);
}
