/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "agent-version.h"

#include "agent-tool-json.h"

#include <gst/vowel/gstvoweljson.h>

VowelAgentVersion *
vowel_agent_version_new (const VowelAgent *agent, guint number)
{
  VowelAgentVersion *version = g_new0 (VowelAgentVersion, 1);

  version->id = g_uuid_string_random ();
  version->agent_id = g_strdup (agent->id);
  version->app_id = g_strdup (agent->app_id);
  version->created_at = g_get_real_time () / 1000;
  version->number = number;
  vowel_agent_version_take (version, agent);
  return version;
}

void
vowel_agent_version_free (VowelAgentVersion *version)
{
  g_free (version->id);
  g_free (version->agent_id);
  g_free (version->app_id);
  g_free (version->prompt);
  g_clear_pointer (&version->tools, g_ptr_array_unref);
  g_free (version);
}

void
vowel_agent_version_take (VowelAgentVersion *version, const VowelAgent *agent)
{
  g_free (version->prompt);
  version->prompt = g_strdup (agent->prompt);
  g_clear_pointer (&version->tools, g_ptr_array_unref);
  version->tools = vowel_agent_tools_copy (agent->tools);
}

gboolean
vowel_agent_version_equals (
    const VowelAgentVersion *version, const VowelAgent *agent)
{
  if (g_strcmp0 (version->prompt, agent->prompt) != 0
      || version->tools->len != agent->tools->len)
    return FALSE;
  for (guint i = 0; i < agent->tools->len; i++)
    if (!vowel_agent_tool_equal (
            version->tools->pdata[i], agent->tools->pdata[i]))
      return FALSE;
  return TRUE;
}

/* Whether any was different. */
static gboolean
take_secrets (GPtrArray *tools, const VowelAgent *agent)
{
  gboolean changed = FALSE;

  for (guint i = 0; i < tools->len; i++) {
    VowelAgentTool *tool = g_ptr_array_index (tools, i);
    g_autofree gchar *before = g_strdup (tool->webhook_secret);

    vowel_agent_tool_take_secret (tool, agent->tools);
    changed |= g_strcmp0 (before, tool->webhook_secret) != 0;
  }
  return changed;
}

gboolean
vowel_agent_version_take_secrets (
    VowelAgentVersion *version, const VowelAgent *agent)
{
  return take_secrets (version->tools, agent);
}

VowelAgent *
vowel_agent_version_apply (
    const VowelAgentVersion *version, const VowelAgent *agent)
{
  VowelAgent *copy = vowel_agent_copy (agent);

  g_free (copy->version_id);
  copy->version_id = g_strdup (version->id);
  g_free (copy->prompt);
  copy->prompt = g_strdup (version->prompt);
  g_ptr_array_unref (copy->tools);
  copy->tools = vowel_agent_tools_copy (version->tools);
  take_secrets (copy->tools, agent);
  return copy;
}

gchar *
vowel_agent_version_dup_tag (const VowelAgentVersion *version)
{
  return g_strdup_printf ("v%u", version->number);
}

JsonObject *
vowel_agent_version_to_json (const VowelAgentVersion *version)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "publishedAt", version->published_at);
  json_object_set_int_member (object, "number", version->number);
  if (version->prompt != NULL)
    json_object_set_string_member (object, "prompt", version->prompt);
  json_object_set_array_member (
      object, "tools", vowel_agent_tools_to_json (version->tools));
  return object;
}

void
vowel_agent_version_restore_json (
    VowelAgentVersion *version, JsonObject *object)
{
  JsonArray *array = gst_vowel_json_get_array (object, "tools");
  g_autoptr (GPtrArray) tools =
      array != NULL ? vowel_agent_tools_from_json (array, NULL, "tools", NULL)
                    : NULL;

  version->published_at = gst_vowel_json_get_int (object, "publishedAt", 0);
  version->number = (guint) gst_vowel_json_get_int (object, "number", 1);
  g_free (version->prompt);
  version->prompt = g_strdup (gst_vowel_json_get_string (object, "prompt"));
  if (tools == NULL)
    return;
  g_ptr_array_unref (version->tools);
  version->tools = g_steal_pointer (&tools);
}
