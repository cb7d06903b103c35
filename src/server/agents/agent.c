/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "agent.h"

#include "agent-fields.h"
#include "agent-tool-json.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MAX_INSTRUCTIONS (240 * 1024)

/* --- memory --- */

static VowelAgent *
new_blank (void)
{
  VowelAgent *agent = g_new0 (VowelAgent, 1);

  g_atomic_ref_count_init (&agent->ref_count);
  return agent;
}

VowelAgent *
vowel_agent_new (const gchar *app_id)
{
  VowelAgent *agent = new_blank ();
  guint n;
  const VowelAgentField *fields = vowel_agent_fields_list (&n);

  agent->id = g_uuid_string_random ();
  agent->app_id = g_strdup (app_id);
  agent->tools = vowel_agent_tools_new ();
  for (guint i = 0; i < n; i++)
    vowel_agent_field_reset (&fields[i], agent);
  return agent;
}

VowelAgent *
vowel_agent_ref (VowelAgent *agent)
{
  g_atomic_ref_count_inc (&agent->ref_count);
  return agent;
}

void
vowel_agent_unref (VowelAgent *agent)
{
  guint n;
  const VowelAgentField *fields = vowel_agent_fields_list (&n);

  if (!g_atomic_ref_count_dec (&agent->ref_count))
    return;
  for (guint i = 0; i < n; i++)
    vowel_agent_field_clear (&fields[i], agent);
  g_ptr_array_unref (agent->tools);
  g_free (agent->id);
  g_free (agent->app_id);
  g_free (agent->version_id);
  g_free (agent);
}

VowelAgent *
vowel_agent_copy (const VowelAgent *agent)
{
  VowelAgent *copy = new_blank ();
  guint n;
  const VowelAgentField *fields = vowel_agent_fields_list (&n);

  copy->id = g_strdup (agent->id);
  copy->app_id = g_strdup (agent->app_id);
  copy->created_at = agent->created_at;
  copy->updated_at = agent->updated_at;
  copy->version_id = g_strdup (agent->version_id);
  for (guint i = 0; i < n; i++)
    vowel_agent_field_copy (&fields[i], agent, copy);
  copy->tools = vowel_agent_tools_copy (agent->tools);
  return copy;
}

/* --- JSON --- */

JsonObject *
vowel_agent_to_json (const VowelAgent *agent)
{
  JsonObject *object = json_object_new ();
  guint n;
  const VowelAgentField *fields = vowel_agent_fields_list (&n);

  for (guint i = 0; i < n; i++) {
    const gchar *name;
    JsonObject *parent = vowel_agent_open_path (object, fields[i].path, &name);

    json_object_set_member (
        parent, name, vowel_agent_field_to_json (&fields[i], agent, 1));
  }
  json_object_set_array_member (
      object, "tools", vowel_agent_tools_to_json (agent->tools));
  return object;
}

gboolean
vowel_agent_read_tools (VowelAgent *agent, JsonNode *node, GError **error)
{
  GPtrArray *tools;

  if (JSON_NODE_HOLDS_NULL (node)) {
    g_ptr_array_set_size (agent->tools, 0);
    return TRUE;
  }
  if (!JSON_NODE_HOLDS_ARRAY (node)) {
    vowel_set_field_error (
        error, VOWEL_ERROR_INVALID, "tools", "expected a list");
    return FALSE;
  }
  tools = vowel_agent_tools_from_json (
      json_node_get_array (node), agent->tools, "tools", error);
  if (tools == NULL)
    return FALSE;
  g_ptr_array_unref (agent->tools);
  agent->tools = tools;
  return TRUE;
}

/* Whether there are fields below @name. @reset: they become what they are by
 * default. */
static gboolean
is_section (VowelAgent *agent, const gchar *name, gboolean reset)
{
  g_autofree gchar *prefix = g_strconcat (name, ".", NULL);
  guint n;
  const VowelAgentField *fields = vowel_agent_fields_list (&n);
  gboolean found = FALSE;

  for (guint i = 0; i < n; i++) {
    if (!g_str_has_prefix (fields[i].path, prefix))
      continue;
    found = TRUE;
    if (reset)
      vowel_agent_field_reset (&fields[i], agent);
  }
  return found;
}

static gboolean
apply_member (
    VowelAgent *agent, const gchar *path, JsonNode *node, GError **error)
{
  const VowelAgentField *field = vowel_agent_field_find (path);

  if (field != NULL)
    return vowel_agent_field_read (field, agent, node, path, 1, error);
  vowel_set_field_error (
      error, VOWEL_ERROR_UNKNOWN_FIELD, path, "agents have no such field");
  return FALSE;
}

typedef gboolean (*Member) (
    VowelAgent *agent, const gchar *path, JsonNode *node, GError **error);

static gboolean
apply_section (VowelAgent *agent, const gchar *name, JsonNode *node,
    Member apply, GError **error)
{
  g_autoptr (GList) names = NULL;
  JsonObject *section;

  if (is_section (agent, name, JSON_NODE_HOLDS_NULL (node))
      && JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    vowel_set_field_error (
        error, VOWEL_ERROR_INVALID, name, "expected an object");
    return FALSE;
  }
  section = json_node_get_object (node);
  names = json_object_get_members (section);
  for (GList *l = names; l; l = l->next) {
    g_autofree gchar *path = g_strdup_printf ("%s.%s", name, (gchar *) l->data);

    if (!apply (agent, path, json_object_get_member (section, l->data), error))
      return FALSE;
  }
  return TRUE;
}

/* @lenient: what fails is left out */
static gboolean
apply_all (VowelAgent *agent, JsonObject *object, Member apply,
    gboolean lenient, GError **error)
{
  g_autoptr (GList) names = json_object_get_members (object);

  for (GList *l = names; l; l = l->next) {
    const gchar *name = l->data;
    JsonNode *node = json_object_get_member (object, name);
    gboolean taken;

    if (g_str_equal (name, "tools"))
      taken = vowel_agent_read_tools (agent, node, error);
    else if (is_section (agent, name, FALSE))
      taken = apply_section (agent, name, node, apply, error);
    else
      taken = apply (agent, name, node, error);
    if (!taken && !lenient)
      return FALSE;
  }
  return TRUE;
}

/* By where they stand in JSON. */
static const struct {
  const gchar *section;
  gsize offset;
} services[] = {
    {"llm", G_STRUCT_OFFSET (VowelAgent, llm)},
    {"fallbackLlm", G_STRUCT_OFFSET (VowelAgent, fallback_llm)},
    {"voice", G_STRUCT_OFFSET (VowelAgent, tts)},
    {"stt", G_STRUCT_OFFSET (VowelAgent, stt)},
};

/* An account, and a model, are with one provider: they are not meant for the
 * next one, unless @section (nullable) says so. */
static void
forget_other_provider (
    VowelAgentService *service, const gchar *before, JsonObject *section)
{
  if (section == NULL || g_strcmp0 (service->provider, before) == 0)
    return;
  if (!json_object_has_member (section, "providerId"))
    g_clear_pointer (&service->provider_id, g_free);
  if (!json_object_has_member (section, "model"))
    g_clear_pointer (&service->model, g_free);
}

gboolean
vowel_agent_apply_json (VowelAgent *agent, JsonObject *object, GError **error)
{
  g_autoptr (VowelAgent) before = vowel_agent_copy (agent);

  if (!apply_all (agent, object, apply_member, FALSE, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (services); i++) {
    const VowelAgentService *service =
        G_STRUCT_MEMBER_P (before, services[i].offset);

    forget_other_provider (G_STRUCT_MEMBER_P (agent, services[i].offset),
        service->provider,
        gst_vowel_json_get_object (object, services[i].section));
  }
  return TRUE;
}

static gboolean
restore_member (
    VowelAgent *agent, const gchar *path, JsonNode *node, GError **error)
{
  apply_member (agent, path, node, NULL);
  return TRUE;
}

void
vowel_agent_restore_json (VowelAgent *agent, JsonObject *object)
{
  apply_all (agent, object, restore_member, TRUE, NULL);
}

/* --- rules --- */

static gboolean
missing (const gchar *field, const gchar *text, GError **error)
{
  vowel_set_field_error (error, VOWEL_ERROR_MISSING, field, "%s", text);
  return FALSE;
}

static gboolean
is_language (const gchar *tag)
{
  return g_str_equal (tag, "multi")
         || g_regex_match_simple (
             "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", tag, 0, 0);
}

/* A session takes no more. */
static gboolean
check_length (const VowelAgent *agent, GError **error)
{
  gsize length = agent->prompt != NULL ? strlen (agent->prompt) : 0;

  for (guint i = 0; agent->guardrails[i] != NULL; i++)
    length += strlen (agent->guardrails[i]);
  if (length <= MAX_INSTRUCTIONS)
    return TRUE;
  vowel_set_field_error (error, VOWEL_ERROR_TOO_LONG, "prompt",
      "is longer than %d bytes with all rules", MAX_INSTRUCTIONS);
  return FALSE;
}

static gboolean
check_services (const VowelAgent *agent, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (services); i++) {
    const VowelAgentService *service =
        G_STRUCT_MEMBER_P (agent, services[i].offset);
    g_autofree gchar *path =
        g_strconcat (services[i].section, ".provider", NULL);

    if (service->provider == NULL
        && (service->provider_id != NULL || service->model != NULL))
      return missing (
          path, "is required: whose model, or account, it is", error);
  }
  return TRUE;
}

gboolean
vowel_agent_validate (const VowelAgent *agent, GError **error)
{
  g_autofree gchar *name =
      g_strstrip (g_strdup (agent->name != NULL ? agent->name : ""));

  if (*name == '\0')
    return missing ("name", "is required: what the agent is called", error);
  if (!is_language (agent->language)) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "language",
        "\"%s\" is neither \"multi\" nor a tag such as \"en\" or \"de-AT\"",
        agent->language);
    return FALSE;
  }
  return check_length (agent, error) && check_services (agent, error);
}

VowelAgentTool *
vowel_agent_find_tool (const VowelAgent *agent, const gchar *name)
{
  return vowel_agent_tools_find (agent->tools, name);
}

guint
vowel_agent_get_interruption_chars (const VowelAgent *agent)
{
  switch (agent->sensitivity) {
    case VOWEL_AGENT_INTERRUPTED_BY_LOW:
      return 5;
    case VOWEL_AGENT_INTERRUPTED_BY_MEDIUM:
      return 2;
    case VOWEL_AGENT_INTERRUPTED_BY_HIGH:
      return 1;
    default:
      return 0;
  }
}
