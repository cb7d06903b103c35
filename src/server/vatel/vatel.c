/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-private.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

/* Of a server whose operator has made none. */
#define FIRST_APP_ID "default"
#define FIRST_APP_NAME "Default App"

VowelVatel *
vowel_vatel_new (VowelControl *control, VowelAgents *agents,
    VowelDoorway *doorway, VowelSessionManager *manager, VowelTwilio *twilio,
    VowelMetrics *metrics)
{
  VowelVatel *self = g_new0 (VowelVatel, 1);

  self->control = control;
  self->agents = agents;
  self->doorway = doorway;
  self->manager = manager;
  self->twilio = twilio;
  self->metrics = metrics;
  self->spent = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
vowel_vatel_free (VowelVatel *self)
{
  g_hash_table_unref (self->spent);
  g_free (self);
}

/* --- who asks --- */

/* (transfer full) (nullable): the oldest */
static gchar *
find_first_app (VowelVatel *self)
{
  g_autoptr (GPtrArray) apps =
      vowel_store_list_apps (vowel_vatel_get_store (self), NULL);
  VowelApp *app;

  if (apps == NULL || apps->len == 0)
    return NULL;
  app = g_ptr_array_index (apps, apps->len - 1);
  return g_strdup (app->id);
}

gchar *
vowel_vatel_dup_app_id (VowelVatel *self, const VowelRequest *request)
{
  gchar *first;

  if (request->grant.key != NULL)
    return g_strdup (request->grant.key->app_id);
  first = find_first_app (self);
  return first != NULL ? first : g_strdup (FIRST_APP_ID);
}

gchar *
vowel_vatel_ensure_app (VowelVatel *self, const VowelRequest *request)
{
  gint64 now = g_get_real_time () / 1000;
  const VowelApp app = {
      .id = (gchar *) FIRST_APP_ID,
      .name = (gchar *) FIRST_APP_NAME,
      .created_at = now,
      .updated_at = now,
  };
  g_autofree gchar *first =
      request->grant.key == NULL ? find_first_app (self) : NULL;

  /* Writes happen in their order: what follows finds it. */
  if (request->grant.key == NULL && first == NULL)
    vowel_store_put_app (vowel_vatel_get_store (self), &app, NULL, NULL);
  return vowel_vatel_dup_app_id (self, request);
}

gboolean
vowel_vatel_may_see (const VowelRequest *request, const gchar *app_id)
{
  if (request->grant.key == NULL
      || g_strcmp0 (request->grant.key->app_id, app_id) == 0)
    return TRUE;
  vowel_http_reply_error (request->message, SOUP_STATUS_FORBIDDEN, NULL, NULL,
      "This belongs to another organization");
  return FALSE;
}

/* --- what it says --- */

void
vowel_vatel_reply_error (SoupServerMessage *message, const GError *error)
{
  guint status = SOUP_STATUS_BAD_REQUEST;

  if (error->domain == VOWEL_STORE_ERROR)
    status = error->code == VOWEL_STORE_ERROR_NOT_FOUND ? SOUP_STATUS_NOT_FOUND
             : error->code == VOWEL_STORE_ERROR_CONFLICT
                 ? SOUP_STATUS_CONFLICT
                 : SOUP_STATUS_INTERNAL_SERVER_ERROR;
  vowel_http_reply_error (message, status, NULL, NULL, "%s", error->message);
}

gchar *
vowel_vatel_read_id (
    const VowelRequest *request, guint index, const gchar *what)
{
  const gchar *text = request->params[index];

  if (g_uuid_string_is_valid (text))
    return g_ascii_strdown (text, -1);
  vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL, NULL,
      "\"%s\" is not the id of %s: expected a UUID", text, what);
  return NULL;
}

JsonObject *
vowel_vatel_read_body (const VowelRequest *request)
{
  g_autoptr (GError) error = NULL;
  JsonObject *body = vowel_http_get_object (request->message, &error);

  if (body == NULL)
    vowel_vatel_reply_error (request->message, error);
  return body;
}

VowelAgent *
vowel_vatel_find_agent (VowelVatel *self, const VowelRequest *request)
{
  g_autofree gchar *id = vowel_vatel_read_id (request, 0, "an agent");
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAgent) agent = NULL;

  if (id == NULL)
    return NULL;
  agent = vowel_agents_get (self->agents, NULL, id, &error);
  if (agent == NULL) {
    vowel_vatel_reply_error (request->message, error);
    return NULL;
  }
  return vowel_vatel_may_see (request, agent->app_id) ? g_steal_pointer (&agent)
                                                      : NULL;
}

/* --- what it is answered --- */

VowelLaterAnswer *
vowel_vatel_answer_later (
    SoupServerMessage *message, guint status, JsonObject *answer)
{
  return vowel_later_answer_new (
      message, status, answer, vowel_vatel_reply_error);
}

/* --- routes --- */

static const VowelRoute routes[] = {
    {"POST", "/v1/session-token", VOWEL_RIGHT_AGENTS | VOWEL_RIGHT_MINT,
        vowel_vatel_on_session_token, "token.mint", VOWEL_AUDIT_REFUSED},
    {"GET", "/v1/connection", VOWEL_RIGHT_NONE, vowel_vatel_on_connection},
    {"GET", "/v1/organization", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_organization},
    {"GET", "/v1/llms", VOWEL_RIGHT_AGENTS, vowel_vatel_on_llms},
    {"GET", "/v1/voices", VOWEL_RIGHT_AGENTS, vowel_vatel_on_voices},
    {"GET", "/v1/agents", VOWEL_RIGHT_AGENTS, vowel_vatel_on_list_agents},
    {"POST", "/v1/agents", VOWEL_RIGHT_AGENTS, vowel_vatel_on_create_agent,
        "agent.create", VOWEL_AUDIT_ALL},
    {"GET", "/v1/agents/:id", VOWEL_RIGHT_AGENTS, vowel_vatel_on_get_agent},
    {"PATCH", "/v1/agents/:id", VOWEL_RIGHT_AGENTS, vowel_vatel_on_update_agent,
        "agent.update", VOWEL_AUDIT_ALL},
    {"DELETE", "/v1/agents/:id", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_delete_agent, "agent.delete", VOWEL_AUDIT_ALL},
    {"GET", "/v1/agents/:id/versions", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_list_versions},
    {"GET", "/v1/agents/:id/versions/:version", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_get_version},
    {"POST", "/v1/agents/:id/versions/:version/publish", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_publish_version, "agent.publish", VOWEL_AUDIT_ALL},
    {"POST", "/v1/agents/:id/dial", VOWEL_RIGHT_AGENTS, vowel_vatel_on_dial,
        "agent.dial", VOWEL_AUDIT_ALL},
    {"GET", "/v1/calls", VOWEL_RIGHT_AGENTS, vowel_vatel_on_list_calls},
    {"GET", "/v1/calls/:id", VOWEL_RIGHT_AGENTS, vowel_vatel_on_get_call},
    {"GET", "/v1/calls/:id/recording", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_get_recording},
    {"GET", "/v1/twilio/numbers", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_list_numbers},
    {"POST", "/v1/twilio/numbers", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_import_number, "number.import", VOWEL_AUDIT_ALL},
    {"PATCH", "/v1/twilio/numbers/:id", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_update_number, "number.update", VOWEL_AUDIT_ALL},
    {"GET", "/v1/sip-trunks", VOWEL_RIGHT_AGENTS, vowel_vatel_on_list_trunks},
    {"POST", "/v1/sip-trunks", VOWEL_RIGHT_AGENTS, vowel_vatel_on_create_trunk},
    {"GET", "/v1/sip-trunks/assignments/:id", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_no_assignment},
    {"PATCH", "/v1/sip-trunks/assignments/:id", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_no_assignment},
    {"DELETE", "/v1/sip-trunks/assignments/:id", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_no_assignment},
    {"GET", "/v1/sip-trunks/:id", VOWEL_RIGHT_AGENTS, vowel_vatel_on_no_trunk},
    {"PATCH", "/v1/sip-trunks/:id", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_no_trunk},
    {"DELETE", "/v1/sip-trunks/:id", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_no_trunk},
    {"GET", "/v1/sip-trunks/:id/assignments", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_no_trunk},
    {"POST", "/v1/sip-trunks/:id/assignments", VOWEL_RIGHT_AGENTS,
        vowel_vatel_on_no_trunk},
    {NULL},
};

/* "/v1/agents" of "/v1/agents/:id/dial". (transfer full) */
static gchar *
dup_root (const gchar *path)
{
  const gchar *name = strchr (path + 1, '/') + 1;

  return g_strndup (path, name + strcspn (name, "/") - path);
}

void
vowel_vatel_add_routes (VowelVatel *self, VowelRoutes *table)
{
  vowel_routes_add (table, routes, self);
  for (const VowelRoute *route = routes; route->path; route++) {
    g_autofree gchar *root = dup_root (route->path);

    vowel_routes_set_error_form (table, root, VOWEL_ERROR_FORM_TEXT);
  }
}
