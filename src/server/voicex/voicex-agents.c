/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-private.h"

#include "agent-status.h"

#include "server/store/object-id.h"

#define DEFAULT_LIMIT 50
#define MAX_LIMIT 100

static JsonObject *
to_json (
    VowelVoicex *self, const VowelAccount *account, const VowelAgent *agent)
{
  VowelVoiceProvidersOfApp of_app;
  g_autofree gchar *reason = NULL;
  const gchar *status;
  JsonObject *object;

  vowel_voice_providers_init_of_app (
      &of_app, self->providers, account->app->id);
  object = vowel_agent_voicex_to_json (agent, &of_app.functions);
  status =
      vowel_agent_status_get (agent, account->plan, self->providers, &reason);
  json_object_set_string_member (object, "status", status);
  if (reason != NULL)
    json_object_set_string_member (object, "pauseReason", reason);
  return object;
}

static void
reply_refused (SoupServerMessage *message, const GError *error)
{
  if (error->domain == VOWEL_STORE_ERROR)
    vowel_voicex_reply_gerror (message, error);
  else
    vowel_voicex_reply_error (
        message, SOUP_STATUS_BAD_REQUEST, "%s", error->message);
}

void
vowel_voicex_on_list_agents (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) agents = NULL;
  VowelVoicexPage page;
  JsonArray *array;

  if (account == NULL)
    return;
  agents = vowel_agents_list (self->agents, account->app->id, &error);
  if (agents == NULL) {
    vowel_voicex_reply_gerror (request->message, error);
    return;
  }
  page = vowel_voicex_get_page (request, DEFAULT_LIMIT, MAX_LIMIT);
  array = json_array_new ();
  /* The newest first. */
  for (guint i = page.skip; i < agents->len && i - page.skip < page.limit; i++)
    json_array_add_object_element (
        array, to_json (self, account,
                   g_ptr_array_index (agents, agents->len - 1 - i)));
  vowel_http_reply_array (request->message, array);
}

/* (nullable): it has been answered */
static VowelAgent *
find (VowelVoicex *self, VowelRequest *request, const VowelAccount *account)
{
  g_autofree gchar *id = vowel_voicex_check_id (request);
  g_autoptr (GError) error = NULL;
  VowelAgent *agent;

  if (id == NULL)
    return NULL;
  agent = vowel_agents_get (self->agents, account->app->id, id, &error);
  if (agent == NULL)
    vowel_voicex_reply_gerror (request->message, error);
  return agent;
}

void
vowel_voicex_on_get_agent (VowelRequest *request, gpointer voicex)
{
  g_autoptr (VowelAccount) account = vowel_voicex_begin (voicex, request);
  g_autoptr (VowelAgent) agent =
      account != NULL ? find (voicex, request, account) : NULL;

  if (agent != NULL)
    vowel_http_reply_json (
        request->message, SOUP_STATUS_OK, to_json (voicex, account, agent));
}

/* FALSE: the plan does not have what the agent wants, which has been answered.
 */
static gboolean
check_models (VowelVoicex *self, VowelRequest *request,
    const VowelAccount *account, const VowelAgent *agent)
{
  g_autofree gchar *reason = NULL;

  if (vowel_agent_status_is_on_plan (
          agent, account->plan, self->providers, &reason))
    return TRUE;
  vowel_voicex_reply_error (
      request->message, SOUP_STATUS_FORBIDDEN, "%s", reason);
  return FALSE;
}

static void
put (VowelVoicex *self, VowelRequest *request, const VowelAccount *account,
    VowelAgent *agent, guint status)
{
  VowelLaterAnswer *later;

  vowel_audit_note_target (request->message, NULL, agent->id);
  /* Written before it is shown, with its times. */
  later = vowel_voicex_answer_later (request->message, status, NULL);
  vowel_agents_put (
      self->agents, agent, TRUE, vowel_later_answer_on_written, later);
  vowel_later_answer_set (later, to_json (self, account, agent));
}

static gboolean
check_number (
    VowelVoicex *self, VowelRequest *request, const VowelAccount *account)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) agents = NULL;

  /* Those that are about to be written count. */
  vowel_agents_catch_up (self->agents);
  agents = vowel_agents_list (self->agents, account->app->id, &error);
  if (agents == NULL)
    vowel_voicex_reply_gerror (request->message, error);
  else if (agents->len >= account->plan->max_agents)
    vowel_voicex_reply_error (request->message, SOUP_STATUS_FORBIDDEN,
        "Agent limit reached (%u)", account->plan->max_agents);
  else
    return TRUE;
  return FALSE;
}

void
vowel_voicex_on_create_agent (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (VowelAgent) agent = NULL;
  g_autoptr (GError) error = NULL;
  VowelVoiceProvidersOfApp of_app;

  if (account == NULL || !check_number (self, request, account)
      || (body = vowel_voicex_get_body (request)) == NULL)
    return;
  vowel_voice_providers_init_of_app (
      &of_app, self->providers, account->app->id);
  agent = vowel_agent_voicex_new (
      account->app->id, body, &of_app.functions, &error);
  if (agent == NULL)
    reply_refused (request->message, error);
  else if (check_models (self, request, account, agent))
    put (self, request, account, agent, SOUP_STATUS_CREATED);
}

void
vowel_voicex_on_update_agent (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (VowelAgent) known =
      account != NULL ? find (self, request, account) : NULL;
  g_autoptr (JsonObject) body =
      known != NULL ? vowel_voicex_get_body (request) : NULL;
  g_autoptr (VowelAgent) agent = NULL;
  g_autoptr (GError) error = NULL;
  VowelVoiceProvidersOfApp of_app;

  if (body == NULL)
    return;
  agent = vowel_agent_copy (known);
  vowel_voice_providers_init_of_app (
      &of_app, self->providers, account->app->id);
  if (!vowel_agent_voicex_apply (agent, body, &of_app.functions, &error))
    reply_refused (request->message, error);
  else if (check_models (self, request, account, agent))
    put (self, request, account, agent, SOUP_STATUS_OK);
}

void
vowel_voicex_on_delete_agent (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autofree gchar *id =
      account != NULL ? vowel_voicex_check_id (request) : NULL;
  g_autoptr (VowelAgent) agent =
      id != NULL ? vowel_agents_get (self->agents, account->app->id, id, NULL)
                 : NULL;

  if (id == NULL)
    return;
  /* That it is not there is as good. */
  if (agent == NULL) {
    vowel_http_reply_json (
        request->message, SOUP_STATUS_OK, vowel_voicex_make_ok ());
    return;
  }
  vowel_audit_note_target (request->message, NULL, agent->id);
  vowel_agents_delete (self->agents, agent, vowel_later_answer_on_written,
      vowel_voicex_answer_later (
          request->message, SOUP_STATUS_OK, vowel_voicex_make_ok ()));
}
