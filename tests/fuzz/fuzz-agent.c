/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * For libFuzzer: what strangers say of agents. The first byte says over which
 * API:
 *
 *   O  our own
 *   V  Vatel's
 *   X  Voicex'
 *   W  what a model says to a tool
 *
 * What is taken is shown by all APIs, and comes back the same when it is sent
 * again as it was shown, or read from the store.
 */

#include "config.h"

#include "fuzz-log.h"

#include "server/agents/agent-session.h"
#include "server/agents/agent-tool-json.h"
#include "server/agents/agent-vatel-json.h"
#include "server/agents/agent-voicex-json.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MAX_SIZE (1024 * 1024)

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Any provider that looks like one. */
static gboolean
find (gpointer user_data, const gchar *category, const gchar *id,
    VowelAgentProviderRef *ret_ref)
{
  if (*id == 'f')
    return FALSE;
  ret_ref->provider = g_strdup ("provider");
  ret_ref->provider_id = *id == '1' ? g_strdup (id) : NULL;
  return TRUE;
}

static void
describe (gpointer user_data, const gchar *category,
    const VowelAgentService *service, const gchar *model, gchar **ret_id,
    gchar **ret_model)
{
  *ret_id = g_strdup ("0123456789abcdef01234567");
  *ret_model = model == NULL ? g_strdup ("model") : NULL;
}

static const VowelAgentProviders providers = {
    .find = find, .describe = describe};

static gchar *
to_text (JsonObject *object)
{
  g_autoptr (JsonNode) node =
      json_node_init_object (json_node_alloc (), object);

  return json_to_string (node, FALSE);
}

static VowelAgent *
read_agent (gchar api, JsonObject *object, GError **error)
{
  g_autoptr (VowelAgent) agent = NULL;

  if (api == 'V')
    return vowel_agent_vatel_new ("app", object, error);
  if (api == 'X')
    return vowel_agent_voicex_new ("app", object, &providers, error);
  agent = vowel_agent_new ("app");
  return vowel_agent_apply_json (agent, object, error)
                 && vowel_agent_validate (agent, error)
             ? g_steal_pointer (&agent)
             : NULL;
}

static void
assert_same (const VowelAgent *agent, VowelAgent *other)
{
  g_autoptr (JsonObject) first = vowel_agent_to_json (agent);
  g_autoptr (JsonObject) second = vowel_agent_to_json (other);
  g_autofree gchar *before = to_text (first);
  g_autofree gchar *after = to_text (second);

  g_assert_cmpstr (before, ==, after);
}

static void
show_and_read (const VowelAgent *agent)
{
  g_autoptr (VowelAgent) own = vowel_agent_copy (agent);
  g_autoptr (VowelAgent) stored = vowel_agent_new ("app");
  g_autoptr (VowelAgent) vatel = vowel_agent_copy (agent);
  g_autoptr (JsonObject) json = vowel_agent_to_json (agent);
  g_autoptr (JsonObject) vatel_json = vowel_agent_vatel_to_json (agent);
  g_autoptr (JsonObject) voicex_json =
      vowel_agent_voicex_to_json (agent, &providers);
  g_autoptr (JsonArray) nodes = vowel_agent_vatel_make_nodes (agent);
  g_autofree gchar *instructions = vowel_agent_make_instructions (agent, NULL);
  g_autoptr (GError) error = NULL;

  assert_same (agent, own);
  vowel_agent_apply_json (own, json, &error);
  g_assert_no_error (error);
  assert_same (agent, own);
  vowel_agent_restore_json (stored, json);
  for (guint i = 0; i < stored->tools->len; i++)
    vowel_agent_tool_take_secret (
        g_ptr_array_index (stored->tools, i), agent->tools);
  assert_same (agent, stored);
  /* What Vatel has no word for may not be said there. */
  if (vowel_agent_vatel_apply (vatel, vatel_json, NULL)) {
    g_autoptr (JsonObject) again = vowel_agent_vatel_to_json (vatel);
    g_autofree gchar *before = to_text (vatel_json);
    g_autofree gchar *after = to_text (again);

    g_assert_cmpstr (before, ==, after);
  }
}

static void
use (gchar api, JsonObject *object)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelAgent) agent = read_agent (api, object, &error);

  g_assert_true ((agent == NULL) == (error != NULL));
  if (agent != NULL)
    show_and_read (agent);
  else
    g_assert_true (g_utf8_validate (error->message, -1, NULL)
                   && error->message[0] != '\0');
}

static void
fill (const gchar *arguments)
{
  static const gchar tools[] =
      "[{\"name\":\"a\",\"parameters\":[{\"name\":\"x\"},{\"name\":\"y\","
      "\"type\":\"static\",\"value\":[1]}]},{\"name\":\"b\"}]";
  g_autoptr (JsonNode) node = json_from_string (tools, NULL);
  g_autoptr (GPtrArray) list = vowel_agent_tools_from_json (
      json_node_get_array (node), NULL, "tools", NULL);

  for (guint i = 0; i < list->len; i++) {
    VowelAgentTool *tool = g_ptr_array_index (list, i);
    g_autoptr (JsonObject) filled = vowel_agent_tool_fill (tool, arguments);
    g_autoptr (JsonArray) told =
        vowel_agent_vatel_make_arguments (tool, arguments);
    g_autofree gchar *text = to_text (filled);

    g_assert_cmpuint (
        json_array_get_length (told), ==, json_object_get_size (filled));
  }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree gchar *text = NULL;
  g_autoptr (JsonNode) node = NULL;

  fuzz_log_init ();
  if (size == 0)
    return 0;
  text = g_strndup ((const gchar *) data + 1, size - 1);
  if (data[0] == 'W') {
    fill (text);
    return 0;
  }
  node = gst_vowel_json_parse (text, strlen (text), MAX_SIZE, NULL);
  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    use ((gchar) data[0], json_node_get_object (node));
  return 0;
}
