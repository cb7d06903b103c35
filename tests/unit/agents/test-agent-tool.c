/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "json.h"

#include "server/agents/agent-tool-json.h"

#define WEATHER                                                                \
  "[{'name': 'weather', 'description': 'What it is like outside',"             \
  "'parameters': [{'name': 'city', 'description': 'Where', 'required': true}," \
  "{'name': 'days', 'dataType': 'number'},"                                    \
  "{'name': 'unit', 'type': 'static', 'value': 'C'}],"                         \
  "'webhook': {'url': 'https://example.org/weather', 'secret': 's3'}}]"

static GPtrArray *
read_tools (const gchar *text, GPtrArray *known, GError **error)
{
  g_autoptr (JsonNode) node = parse (text);

  return vowel_agent_tools_from_json (
      json_node_get_array (node), known, "tools", error);
}

static GPtrArray *
read_weather (void)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *tools = read_tools (WEATHER, NULL, &error);

  g_assert_no_error (error);
  return tools;
}

static void
test_schema (void)
{
  g_autoptr (GPtrArray) tools = read_weather ();
  g_autoptr (VowelTool) tool =
      vowel_agent_tool_to_tool (g_ptr_array_index (tools, 0));
  g_autoptr (JsonObject) schema = parse_object (tool->parameters);

  g_assert_cmpstr (tool->name, ==, "weather");
  g_assert_cmpstr (tool->description, ==, "What it is like outside");
  assert_has (schema, "{'type': 'object', 'properties':"
                      "{'city': {'type': 'string', 'description': 'Where'},"
                      "'days': {'type': 'number'}}, 'required': ['city']}");
}

static void
test_fill (void)
{
  g_autoptr (GPtrArray) tools = read_weather ();
  VowelAgentTool *tool = g_ptr_array_index (tools, 0);
  g_autoptr (JsonObject) said = vowel_agent_tool_fill (
      tool, "{\"city\":\"Wien\",\"unit\":\"F\",\"more\":1}");
  g_autoptr (JsonObject) broken = vowel_agent_tool_fill (tool, "{\"city\":");

  assert_has (said, "{'city': 'Wien', 'days': null, 'unit': 'C'}");
  g_assert_cmpuint (json_object_get_size (said), ==, 3);
  assert_has (broken, "{'city': null, 'days': null, 'unit': 'C'}");
}

static void
test_fill_freely (void)
{
  g_autoptr (GPtrArray) tools = read_tools ("[{'name': 'any'}]", NULL, NULL);
  VowelAgentTool *tool = g_ptr_array_index (tools, 0);
  g_autoptr (JsonObject) said = vowel_agent_tool_fill (tool, "{\"a\":[1]}");
  g_autoptr (JsonObject) none = vowel_agent_tool_fill (tool, "");

  assert_has (said, "{'a': [1]}");
  g_assert_cmpuint (json_object_get_size (none), ==, 0);
}

static void
assert_secret (GPtrArray *known, const gchar *webhook, const gchar *secret)
{
  g_autofree gchar *text =
      g_strdup_printf ("[{'name': 'weather', 'webhook': %s}]", webhook);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) tools = read_tools (text, known, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (
      ((VowelAgentTool *) tools->pdata[0])->webhook_secret, ==, secret);
}

static void
test_secret (void)
{
  g_autoptr (GPtrArray) tools = read_weather ();
  g_autoptr (JsonObject) shown =
      vowel_agent_tool_to_json (g_ptr_array_index (tools, 0));

  assert_has (shown,
      "{'webhook': {'url': 'https://example.org/weather', 'hasSecret': true}}");
  assert_secret (tools, "{'url': 'https://example.org/weather'}", "s3");
  assert_secret (
      tools, "{'url': 'https://example.org/weather', 'secret': null}", NULL);
  assert_secret (
      tools, "{'url': 'https://example.org/weather', 'secret': ''}", NULL);
  assert_secret (tools, "{'url': 'https://example.net/weather'}", NULL);
  assert_secret (
      tools, "{'url': 'https://example.net/weather', 'secret': 'n'}", "n");
}

static gboolean
read_unknown (const gchar *json, GError **error)
{
  g_autoptr (GPtrArray) tools = read_tools (json, NULL, error);

  return tools != NULL;
}

static void
test_errors (void)
{
  static const Mistake mistakes[] = {
      {"[1]", "tools[0]"},
      {"[{}]", "tools[0].name"},
      {"[{'name': 'a b'}]", "tools[0].name"},
      {"[{'name': 'a'}, {'name': 'a'}]", "tools[1].name"},
      {"[{'name': 'a', 'description': 1}]", "tools[0].description"},
      {"[{'name': 'a', 'parameters': {}}]", "tools[0].parameters"},
      {"[{'name': 'a', 'parameters': [{}]}]", "tools[0].parameters[0].name"},
      {"[{'name': 'a', 'parameters': [{'name': 'b'}, {'name': 'b'}]}]",
          "tools[0].parameters[1].name"},
      {"[{'name': 'a', 'parameters': [{'name': 'b', 'type': 'c'}]}]",
          "tools[0].parameters[0].type"},
      {"[{'name': 'a', 'parameters': [{'name': 'b', 'dataType': 'int'}]}]",
          "tools[0].parameters[0].dataType"},
      {"[{'name': 'a', 'parameters': [{'name': 'b', 'required': 1}]}]",
          "tools[0].parameters[0].required"},
      {"[{'name': 'a', 'webhook': 'x'}]", "tools[0].webhook"},
      {"[{'name': 'a', 'webhook': {}}]", "tools[0].webhook.url"},
      {"[{'name': 'a', 'webhook': {'url': 'file:///etc/passwd'}}]",
          "tools[0].webhook.url"},
      {"[{'name': 'a', 'webhook': {'url': 'http://x', 'secret': 's\\nX: y'}}]",
          "tools[0].webhook.secret"},
  };

  assert_refused (mistakes, G_N_ELEMENTS (mistakes), read_unknown);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent-tool/schema", test_schema);
  g_test_add_func ("/agent-tool/fill", test_fill);
  g_test_add_func ("/agent-tool/fill-freely", test_fill_freely);
  g_test_add_func ("/agent-tool/secret", test_secret);
  g_test_add_func ("/agent-tool/errors", test_errors);
  return g_test_run ();
}
