/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "agents.h"

#include "agent-choice.h"

#include "server/store/document-json.h"
#include "server/store/object-id.h"

#include <gst/vowel/gstvoweljson.h>

#define AGENT_KIND "agent"
#define VERSION_KIND "agent-version"

struct _VowelAgents {
  VowelKeyring *keyring;
  VowelRuntimeConfig *runtime;
  VowelAgentAccountFunc account;
  gpointer account_data;
};

VowelAgents *
vowel_agents_new (VowelKeyring *keyring, VowelRuntimeConfig *runtime)
{
  VowelAgents *self = g_new0 (VowelAgents, 1);

  self->keyring = keyring;
  self->runtime = runtime;
  return self;
}

void
vowel_agents_free (VowelAgents *self)
{
  g_free (self);
}

void
vowel_agents_set_account_func (
    VowelAgents *self, VowelAgentAccountFunc func, gpointer user_data)
{
  self->account = func;
  self->account_data = user_data;
}

gboolean
vowel_agents_find_account (VowelAgents *self, const gchar *app_id,
    const VowelAgentService *service, VowelAgentAccount *ret_account)
{
  return self->account != NULL
         && self->account (app_id, service, ret_account, self->account_data);
}

VowelRuntimeConfig *
vowel_agents_get_runtime (VowelAgents *self)
{
  return self->runtime;
}

static VowelStore *
get_store (VowelAgents *self)
{
  return vowel_keyring_get_store (self->keyring);
}

static gint64
get_now_ms (void)
{
  return g_get_real_time () / 1000;
}

/* --- documents --- */

/* (nullable): of tool number @index */
static JsonObject *
get_webhook (JsonObject *agent, guint index)
{
  JsonArray *tools = gst_vowel_json_get_array (agent, "tools");
  JsonNode *node = tools != NULL && index < json_array_get_length (tools)
                       ? json_array_get_element (tools, index)
                       : NULL;

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? gst_vowel_json_get_object (
                 json_node_get_object (node), "webhook")
             : NULL;
}

static void
seal_secrets (VowelAgents *self, GPtrArray *tools, JsonObject *object)
{
  for (guint i = 0; i < tools->len; i++) {
    VowelAgentTool *tool = g_ptr_array_index (tools, i);
    g_autofree gchar *sealed =
        tool->webhook_secret != NULL
            ? vowel_keyring_seal_text (self->keyring, tool->webhook_secret)
            : NULL;

    if (sealed != NULL)
      json_object_set_string_member (get_webhook (object, i), "sealed", sealed);
  }
}

static void
open_secrets (VowelAgents *self, JsonObject *object)
{
  JsonArray *tools = gst_vowel_json_get_array (object, "tools");

  for (guint i = 0; tools != NULL && i < json_array_get_length (tools); i++) {
    JsonObject *webhook = get_webhook (object, i);
    const gchar *sealed =
        webhook != NULL ? gst_vowel_json_get_string (webhook, "sealed") : NULL;
    g_autofree gchar *secret =
        sealed != NULL ? vowel_keyring_open_text (self->keyring, sealed, NULL)
                       : NULL;

    if (secret != NULL)
      json_object_set_string_member (webhook, "secret", secret);
  }
}

static VowelAgent *
read_agent (VowelAgents *self, const VowelDocument *document)
{
  VowelAgent *agent = vowel_agent_new (document->app_id);
  g_autoptr (JsonObject) object = vowel_document_parse (document);

  g_free (agent->id);
  agent->id = g_strdup (document->id);
  agent->created_at = document->created_at;
  agent->updated_at = document->updated_at;
  open_secrets (self, object);
  agent->version_id =
      g_strdup (gst_vowel_json_get_string (object, "versionId"));
  vowel_agent_restore_json (agent, object);
  return agent;
}

static void
add_agent (VowelAgents *self, VowelAgent *agent, GPtrArray *documents)
{
  g_autoptr (JsonObject) object = vowel_agent_to_json (agent);
  g_autofree gchar *hex = vowel_object_hex (agent->id);
  VowelDocument *document;

  seal_secrets (self, agent->tools, object);
  if (agent->version_id != NULL)
    json_object_set_string_member (object, "versionId", agent->version_id);
  document = vowel_document_new_json (
      AGENT_KIND, agent->id, agent->app_id, hex, object);
  document->created_at = agent->created_at;
  document->updated_at = agent->updated_at;
  g_ptr_array_add (documents, document);
}

/* NULL: it is one of another agent. */
static VowelAgentVersion *
read_version (
    VowelAgents *self, const VowelAgent *agent, const VowelDocument *document)
{
  g_autoptr (JsonObject) object = vowel_document_parse (document);
  VowelAgentVersion *version;

  if (g_strcmp0 (gst_vowel_json_get_string (object, "agentId"), agent->id) != 0)
    return NULL;
  open_secrets (self, object);
  version = vowel_agent_version_new (agent, 1);
  g_free (version->id);
  version->id = g_strdup (document->id);
  version->created_at = document->created_at;
  vowel_agent_version_restore_json (version, object);
  return version;
}

static void
add_version (
    VowelAgents *self, const VowelAgentVersion *version, GPtrArray *documents)
{
  g_autoptr (JsonObject) object = vowel_agent_version_to_json (version);
  VowelDocument *document;

  seal_secrets (self, version->tools, object);
  json_object_set_string_member (object, "agentId", version->agent_id);
  document = vowel_document_new_json (
      VERSION_KIND, version->id, version->app_id, NULL, object);
  document->created_at = version->created_at;
  g_ptr_array_add (documents, document);
}

/* --- agents --- */

static GPtrArray *
new_agents (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_agent_unref);
}

GPtrArray *
vowel_agents_list (VowelAgents *self, const gchar *app_id, GError **error)
{
  g_autoptr (GPtrArray) documents =
      vowel_store_list_documents (get_store (self), AGENT_KIND, app_id, error);
  GPtrArray *agents;

  if (documents == NULL)
    return NULL;
  agents = new_agents ();
  for (guint i = 0; i < documents->len; i++)
    g_ptr_array_add (
        agents, read_agent (self, g_ptr_array_index (documents, i)));
  return agents;
}

static void
set_not_found (GError **error, const gchar *id)
{
  g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND,
      "There is no agent %s", id);
}

VowelAgent *
vowel_agents_get (
    VowelAgents *self, const gchar *app_id, const gchar *id, GError **error)
{
  g_autofree gchar *hex = vowel_object_hex_check (id);
  g_autofree gchar *uuid = g_ascii_strdown (id, -1);
  g_autoptr (VowelDocument) document =
      hex != NULL
          ? vowel_store_find_document (get_store (self), AGENT_KIND, hex, error)
          : vowel_store_get_document (
              get_store (self), AGENT_KIND, uuid, error);

  if (document == NULL)
    return NULL;
  if (app_id == NULL || g_str_equal (document->app_id, app_id))
    return read_agent (self, document);
  set_not_found (error, id);
  return NULL;
}

VowelAgent *
vowel_agents_get_default (
    VowelAgents *self, const gchar *app_id, GError **error)
{
  g_autoptr (GPtrArray) agents = vowel_agents_list (self, app_id, error);

  if (agents == NULL)
    return NULL;
  for (guint i = 0; i < agents->len; i++) {
    VowelAgent *agent = g_ptr_array_index (agents, i);

    if (agent->active)
      return vowel_agent_ref (agent);
  }
  g_set_error_literal (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND,
      "There is no active agent");
  return NULL;
}

gboolean
vowel_agents_check (VowelAgents *self, const VowelAgent *agent, GError **error)
{
  g_autoptr (VowelConfigSnapshot) snapshot =
      vowel_agent_choice_derive (self, agent, error);

  return snapshot != NULL;
}

/* --- versions --- */

static gint
compare_versions (gconstpointer a, gconstpointer b)
{
  const VowelAgentVersion *first = *(VowelAgentVersion *const *) a;
  const VowelAgentVersion *second = *(VowelAgentVersion *const *) b;

  return first->number < second->number ? 1 : -1;
}

GPtrArray *
vowel_agents_list_versions (
    VowelAgents *self, const VowelAgent *agent, GError **error)
{
  g_autoptr (GPtrArray) documents = vowel_store_list_documents (
      get_store (self), VERSION_KIND, agent->app_id, error);
  GPtrArray *versions;

  if (documents == NULL)
    return NULL;
  versions = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vowel_agent_version_free);
  for (guint i = 0; i < documents->len; i++) {
    VowelAgentVersion *version =
        read_version (self, agent, g_ptr_array_index (documents, i));

    if (version != NULL)
      g_ptr_array_add (versions, version);
  }
  g_ptr_array_sort (versions, compare_versions);
  return versions;
}

VowelAgentVersion *
vowel_agents_get_version (VowelAgents *self, const VowelAgent *agent,
    const gchar *version_id, GError **error)
{
  g_autofree gchar *id = g_ascii_strdown (version_id, -1);
  g_autoptr (VowelDocument) document =
      vowel_store_get_document (get_store (self), VERSION_KIND, id, error);
  VowelAgentVersion *version;

  if (document == NULL)
    return NULL;
  version = read_version (self, agent, document);
  if (version != NULL)
    return version;
  g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND,
      "There is no version %s of this agent", version_id);
  return NULL;
}

static void
make_current (VowelAgents *self, VowelAgent *agent, VowelAgentVersion *version,
    GPtrArray *documents)
{
  if (version->published_at == 0)
    version->published_at = get_now_ms ();
  g_free (agent->version_id);
  agent->version_id = g_strdup (version->id);
  add_version (self, version, documents);
}

/* @versions: the newest first */
static void
forget_old (const VowelAgent *agent, GPtrArray *versions, GPtrArray *documents)
{
  for (guint i = VOWEL_AGENT_MAX_VERSIONS - 1; i < versions->len; i++) {
    VowelAgentVersion *version = g_ptr_array_index (versions, i);

    if (g_strcmp0 (version->id, agent->version_id) != 0)
      g_ptr_array_add (documents,
          vowel_document_new (VERSION_KIND, version->id, NULL, NULL, NULL));
  }
}

/* (nullable): one of @versions */
static VowelAgentVersion *
find_current (GPtrArray *versions, const VowelAgent *agent)
{
  for (guint i = 0; versions != NULL && i < versions->len; i++) {
    VowelAgentVersion *version = g_ptr_array_index (versions, i);

    if (g_strcmp0 (version->id, agent->version_id) == 0)
      return version;
  }
  return NULL;
}

/* What @agent says becomes its newest version, or stays that. */
static void
note_version (VowelAgents *self, VowelAgent *agent, gboolean publish,
    GPtrArray *documents)
{
  g_autoptr (GPtrArray) versions =
      vowel_agents_list_versions (self, agent, NULL);
  VowelAgentVersion *newest = versions != NULL && versions->len > 0
                                  ? g_ptr_array_index (versions, 0)
                                  : NULL;
  VowelAgentVersion *current = find_current (versions, agent);
  g_autoptr (VowelAgentVersion) next = NULL;
  gboolean changed =
      newest == NULL || !vowel_agent_version_equals (newest, agent);

  /* A later draft may not have the webhook any more. */
  if (current != NULL && vowel_agent_version_take_secrets (current, agent))
    add_version (self, current, documents);
  if (newest == NULL || (changed && newest->published_at != 0)) {
    next = vowel_agent_version_new (agent, newest ? newest->number + 1 : 1);
    publish |= newest == NULL;
    newest = next;
  } else if (changed) {
    vowel_agent_version_take (newest, agent);
  }
  if (publish && g_strcmp0 (agent->version_id, newest->id) != 0)
    make_current (self, agent, newest, documents);
  else if (changed)
    add_version (self, newest, documents);
  if (next != NULL && versions != NULL)
    forget_old (agent, versions, documents);
}

gboolean
vowel_agents_has_draft (VowelAgents *self, const VowelAgent *agent)
{
  g_autoptr (VowelAgentVersion) version =
      agent->version_id != NULL
          ? vowel_agents_get_version (self, agent, agent->version_id, NULL)
          : NULL;

  return version != NULL && !vowel_agent_version_equals (version, agent);
}

static void
touch (VowelAgent *agent)
{
  agent->updated_at = get_now_ms ();
  if (agent->created_at == 0)
    agent->created_at = agent->updated_at;
}

static GPtrArray *
new_documents (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_document_free);
}

GPtrArray *
vowel_agents_prepare (VowelAgents *self, VowelAgent *agent, gboolean publish)
{
  GPtrArray *documents = new_documents ();

  touch (agent);
  note_version (self, agent, publish, documents);
  add_agent (self, agent, documents);
  return documents;
}

void
vowel_agents_write (VowelAgents *self, GPtrArray *documents,
    GAsyncReadyCallback callback, gpointer user_data)
{
  vowel_store_put_documents (get_store (self), documents, callback, user_data);
}

void
vowel_agents_put (VowelAgents *self, VowelAgent *agent, gboolean publish,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GPtrArray) documents = vowel_agents_prepare (self, agent, publish);

  vowel_agents_write (self, documents, callback, user_data);
}

void
vowel_agents_delete (VowelAgents *self, const VowelAgent *agent,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GPtrArray) versions = NULL;
  g_autoptr (GPtrArray) documents = new_documents ();

  /* A change that is still to be written makes versions, and deletes some. */
  vowel_agents_catch_up (self);
  versions = vowel_agents_list_versions (self, agent, NULL);
  g_ptr_array_add (
      documents, vowel_document_new (AGENT_KIND, agent->id, NULL, NULL, NULL));
  for (guint i = 0; versions != NULL && i < versions->len; i++) {
    VowelAgentVersion *version = g_ptr_array_index (versions, i);

    g_ptr_array_add (documents,
        vowel_document_new (VERSION_KIND, version->id, NULL, NULL, NULL));
  }
  vowel_agents_write (self, documents, callback, user_data);
}

void
vowel_agents_catch_up (VowelAgents *self)
{
  vowel_store_catch_up (get_store (self));
}

void
vowel_agents_publish (VowelAgents *self, VowelAgent *agent,
    VowelAgentVersion *version, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  if (version->published_at == 0) {
    g_autoptr (GPtrArray) documents = new_documents ();

    touch (agent);
    make_current (self, agent, version, documents);
    add_agent (self, agent, documents);
    vowel_agents_write (self, documents, callback, user_data);
    return;
  }
  task = g_task_new (NULL, NULL, callback, user_data);
  g_task_return_new_error (task, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_CONFLICT,
      "This version is published already");
}

VowelAgent *
vowel_agents_resolve (VowelAgents *self, VowelAgent *agent,
    const gchar *version_id, GError **error)
{
  g_autoptr (VowelAgentVersion) version = NULL;

  if (version_id == NULL)
    version_id = agent->version_id;
  if (version_id == NULL)
    return vowel_agent_ref (agent);
  version = vowel_agents_get_version (self, agent, version_id, error);
  return version != NULL ? vowel_agent_version_apply (version, agent) : NULL;
}
