/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "control-private.h"

#include "server/store/object-id.h"

/* --- showing --- */

static JsonObject *
agent_to_json (VowelControl *self, const VowelAgent *agent)
{
  JsonObject *object = vowel_agent_to_json (agent);
  g_autofree gchar *hex = vowel_object_hex (agent->id);

  json_object_set_string_member (object, "id", agent->id);
  json_object_set_string_member (object, "hexId", hex);
  json_object_set_string_member (object, "appId", agent->app_id);
  vowel_http_set_string (object, "versionId", agent->version_id);
  json_object_set_boolean_member (
      object, "hasDraft", vowel_agents_has_draft (self->agents, agent));
  json_object_set_int_member (object, "createdAt", agent->created_at);
  json_object_set_int_member (object, "updatedAt", agent->updated_at);
  return object;
}

/* The default is the oldest that is active. */
void
vowel_control_on_list_agents (VowelRequest *request, gpointer control)
{
  VowelControl *self = control;
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) agents =
      vowel_agents_list (self->agents, request->params[0], &error);
  JsonArray *array;
  gboolean found = FALSE;

  if (agents == NULL) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  array = json_array_new ();
  for (guint i = 0; i < agents->len; i++) {
    VowelAgent *agent = g_ptr_array_index (agents, i);
    JsonObject *object = agent_to_json (self, agent);

    json_object_set_boolean_member (
        object, "isDefault", agent->active && !found);
    found |= agent->active;
    json_array_add_object_element (array, object);
  }
  vowel_http_reply_array (request->message, array);
}

/* NULL: answered */
static VowelAgent *
find (VowelControl *self, VowelRequest *request)
{
  g_autoptr (GError) error = NULL;
  VowelAgent *agent = vowel_agents_get (
      self->agents, request->params[0], request->params[1], &error);

  if (agent == NULL)
    vowel_control_reply_error (request->message, error);
  return agent;
}

void
vowel_control_on_get_agent (VowelRequest *request, gpointer control)
{
  g_autoptr (VowelAgent) agent = find (control, request);

  if (agent != NULL)
    vowel_http_reply_json (
        request->message, SOUP_STATUS_OK, agent_to_json (control, agent));
}

/* --- changing --- */

static void
put (VowelControl *self, VowelRequest *request, VowelAgent *agent)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body =
      vowel_http_get_object (request->message, &error);
  g_autoptr (GPtrArray) documents = NULL;

  if (body == NULL || !vowel_agent_apply_json (agent, body, &error)
      || !vowel_agent_validate (agent, &error)
      || !vowel_agents_check (self->agents, agent, &error)) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  vowel_audit_note_target (request->message, agent->app_id, agent->id);
  /* Its times are those of the store. */
  documents = vowel_agents_prepare (self->agents, agent, TRUE);
  vowel_agents_write (self->agents, documents, vowel_later_answer_on_written,
      vowel_control_answer_later (
          request->message, agent_to_json (self, agent)));
}

void
vowel_control_on_create_agent (VowelRequest *request, gpointer control)
{
  VowelControl *self = control;
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelApp) app = vowel_store_get_app (
      vowel_control_get_store (self), request->params[0], &error);
  g_autoptr (VowelAgent) agent = NULL;

  if (app == NULL) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  agent = vowel_agent_new (app->id);
  put (self, request, agent);
}

void
vowel_control_on_update_agent (VowelRequest *request, gpointer control)
{
  g_autoptr (VowelAgent) agent = find (control, request);

  if (agent != NULL)
    put (control, request, agent);
}

void
vowel_control_on_delete_agent (VowelRequest *request, gpointer control)
{
  VowelControl *self = control;
  g_autoptr (VowelAgent) agent = find (self, request);

  if (agent == NULL)
    return;
  vowel_audit_note_target (request->message, agent->app_id, agent->id);
  vowel_agents_delete (self->agents, agent, vowel_later_answer_on_written,
      vowel_control_answer_later (request->message, vowel_control_make_ok ()));
}
