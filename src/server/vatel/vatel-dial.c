/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* POST /v1/agents/{id}/dial: an agent calls somebody. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-private.h"

#include "server/twilio/phone-number.h"

/* Who is called, by either of its names; NULL: the answer has been given. */
static const gchar *
read_callee (VowelRequest *request)
{
  const gchar *number = vowel_vatel_get_query (request, "number");
  const gchar *destination = vowel_vatel_get_query (request, "destination");
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
  const gchar *trunk = vowel_vatel_get_query (request, "sipTrunkId");

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
              agent->phone_number_id, NULL)
          : NULL;

  if (number == NULL)
    vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL,
        NULL, "The agent has no phone number: set phone_number_id");
  return number;
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
  vowel_http_reply_error (request->message, SOUP_STATUS_SERVICE_UNAVAILABLE,
      NULL, NULL, "Calls to telephones are not available on this server");
}
