/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Agents and their versions. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-private.h"

#include "server/agents/agent-vatel-json.h"
#include "server/agents/phone-number.h"
#include "server/iso-time.h"
#include "server/voicex/organization.h"

void
vowel_vatel_on_list_agents (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autofree gchar *app_id = vowel_vatel_dup_app_id (self, request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) agents =
      vowel_agents_list (self->agents, app_id, &error);
  JsonArray *array;

  if (agents == NULL) {
    vowel_vatel_reply_error (request->message, error);
    return;
  }
  array = json_array_new ();
  for (guint i = 0; i < agents->len; i++)
    json_array_add_object_element (
        array, vowel_agent_vatel_to_json (g_ptr_array_index (agents, i)));
  vowel_http_reply_array (request->message, array);
}

/* Whoever may name addresses can have the server ask any of its neighbours:
 * that is for those who run it, not for those who sign up. They keep what is
 * there already. @before: (nullable) */
static gboolean
check_webhooks (VowelVatel *self, const VowelRequest *request,
    const VowelAgent *agent, const VowelAgent *before, GError **error)
{
  g_autoptr (VowelOrganization) organization = NULL;

  if (request->grant.key == NULL)
    return TRUE;
  organization = vowel_organization_get (
      vowel_vatel_get_store (self), agent->app_id, error);
  if (organization == NULL || organization->owner == NULL)
    return organization != NULL;
  for (guint i = 0; i < agent->tools->len; i++) {
    const VowelAgentTool *tool = g_ptr_array_index (agent->tools, i);
    const VowelAgentTool *known =
        before != NULL ? vowel_agent_find_tool (before, tool->name) : NULL;
    g_autofree gchar *field = g_strdup_printf ("tools[%u].webhook", i);

    if (tool->webhook_url == NULL
        || (known != NULL
            && g_strcmp0 (known->webhook_url, tool->webhook_url) == 0))
      continue;
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, field,
        "webhooks are for organizations of whoever runs this server");
    return FALSE;
  }
  return TRUE;
}

/* A number that is not the organization's is as good as none. */
static gboolean
check_number (VowelVatel *self, const VowelAgent *agent, GError **error)
{
  g_autoptr (VowelPhoneNumber) number = NULL;

  if (agent->phone_number_id == NULL)
    return TRUE;
  number = vowel_phone_number_get (vowel_control_get_keyring (self->control),
      agent->app_id, agent->phone_number_id, NULL);
  if (number == NULL)
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "phone_number_id",
        "there is no such number: POST /v1/twilio/numbers imports one");
  return number != NULL;
}

/* Writes what the client wants, if that is possible here. @before: (nullable)
 */
static void
put (VowelVatel *self, VowelRequest *request, VowelAgent *agent,
    const VowelAgent *before)
{
  g_autoptr (GError) error = NULL;
  gboolean is_new = before == NULL;
  VowelLaterAnswer *later;

  if (!check_webhooks (self, request, agent, before, &error)
      || !vowel_agents_check (self->agents, agent, &error)
      || !check_number (self, agent, &error)) {
    vowel_vatel_reply_error (request->message, error);
    return;
  }
  vowel_audit_note_target (request->message, agent->app_id, agent->id);
  later = vowel_vatel_answer_later (
      request->message, is_new ? SOUP_STATUS_CREATED : SOUP_STATUS_OK, NULL);
  vowel_agents_put (
      self->agents, agent, is_new, vowel_later_answer_on_written, later);
  /* Its times are known now. */
  vowel_later_answer_set (later, vowel_agent_vatel_to_json (agent));
}

void
vowel_vatel_on_create_agent (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autoptr (JsonObject) body = vowel_vatel_read_body (request);
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAgent) agent = NULL;
  g_autofree gchar *app_id = NULL;

  if (body == NULL)
    return;
  app_id = vowel_vatel_ensure_app (self, request);
  agent = vowel_agent_vatel_new (app_id, body, &error);
  if (agent != NULL)
    put (self, request, agent, NULL);
  else
    vowel_vatel_reply_error (request->message, error);
}

void
vowel_vatel_on_get_agent (VowelRequest *request, gpointer user_data)
{
  g_autoptr (VowelAgent) agent = vowel_vatel_find_agent (user_data, request);

  if (agent != NULL)
    vowel_http_reply_json (
        request->message, SOUP_STATUS_OK, vowel_agent_vatel_to_json (agent));
}

void
vowel_vatel_on_update_agent (VowelRequest *request, gpointer user_data)
{
  g_autoptr (VowelAgent) agent = vowel_vatel_find_agent (user_data, request);
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (VowelAgent) changed = NULL;
  g_autoptr (GError) error = NULL;

  if (agent == NULL)
    return;
  body = vowel_vatel_read_body (request);
  if (body == NULL)
    return;
  changed = vowel_agent_copy (agent);
  if (vowel_agent_vatel_apply (changed, body, &error))
    put (user_data, request, changed, agent);
  else
    vowel_vatel_reply_error (request->message, error);
}

void
vowel_vatel_on_delete_agent (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autoptr (VowelAgent) agent = vowel_vatel_find_agent (self, request);

  if (agent == NULL)
    return;
  vowel_audit_note_target (request->message, agent->app_id, agent->id);
  vowel_agents_delete (self->agents, agent, vowel_later_answer_on_written,
      vowel_vatel_answer_later (
          request->message, SOUP_STATUS_NO_CONTENT, NULL));
}

/* --- versions --- */

static JsonObject *
version_to_json (const VowelAgentVersion *version)
{
  JsonObject *object = json_object_new ();
  g_autofree gchar *created = vowel_iso_time (version->created_at);
  g_autofree gchar *published = version->published_at != 0
                                    ? vowel_iso_time (version->published_at)
                                    : NULL;
  g_autofree gchar *tag = vowel_agent_version_dup_tag (version);

  json_object_set_string_member (object, "id", version->id);
  json_object_set_string_member (object, "agent_id", version->agent_id);
  json_object_set_string_member (object, "created_at", created);
  vowel_http_set_string (object, "published_at", published);
  json_object_set_string_member (object, "tag", tag);
  return object;
}

void
vowel_vatel_on_list_versions (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autoptr (VowelAgent) agent = vowel_vatel_find_agent (self, request);
  g_autoptr (GPtrArray) versions = NULL;
  g_autoptr (GError) error = NULL;
  JsonArray *array;

  if (agent == NULL)
    return;
  versions = vowel_agents_list_versions (self->agents, agent, &error);
  if (versions == NULL) {
    vowel_vatel_reply_error (request->message, error);
    return;
  }
  array = json_array_new ();
  for (guint i = 0; i < versions->len; i++)
    json_array_add_object_element (
        array, version_to_json (g_ptr_array_index (versions, i)));
  vowel_http_reply_array (request->message, array);
}

/* That of a path, and its agent; NULL: the answer has been given. */
static VowelAgentVersion *
find_version (VowelVatel *self, VowelRequest *request, VowelAgent **ret_agent)
{
  g_autoptr (VowelAgent) agent = vowel_vatel_find_agent (self, request);
  g_autofree gchar *id = NULL;
  g_autoptr (GError) error = NULL;
  VowelAgentVersion *version;

  if (agent == NULL)
    return NULL;
  id = vowel_vatel_read_id (request, 1, "a version");
  if (id == NULL)
    return NULL;
  version = vowel_agents_get_version (self->agents, agent, id, &error);
  if (version == NULL)
    vowel_vatel_reply_error (request->message, error);
  else
    *ret_agent = g_steal_pointer (&agent);
  return version;
}

void
vowel_vatel_on_get_version (VowelRequest *request, gpointer user_data)
{
  g_autoptr (VowelAgent) agent = NULL;
  g_autoptr (VowelAgentVersion) version =
      find_version (user_data, request, &agent);
  g_autoptr (VowelAgent) then = NULL;
  JsonObject *object;

  if (version == NULL)
    return;
  then = vowel_agent_version_apply (version, agent);
  object = json_object_new ();
  json_object_set_object_member (object, "version", version_to_json (version));
  json_object_set_array_member (
      object, "nodes", vowel_agent_vatel_make_nodes (then));
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, object);
}

void
vowel_vatel_on_publish_version (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autoptr (VowelAgent) agent = NULL;
  g_autoptr (VowelAgentVersion) version = NULL;
  g_autoptr (VowelAgent) changed = NULL;
  VowelLaterAnswer *later;

  vowel_agents_catch_up (self->agents);
  version = find_version (self, request, &agent);
  if (version == NULL)
    return;
  vowel_audit_note_target (request->message, agent->app_id, agent->id);
  changed = vowel_agent_copy (agent);
  later = vowel_vatel_answer_later (request->message, SOUP_STATUS_OK, NULL);
  vowel_agents_publish (
      self->agents, changed, version, vowel_later_answer_on_written, later);
  vowel_later_answer_set (later, version_to_json (version));
}
