/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "app-instructions.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define OVERRIDE "systemInstructionOverride"

static const gchar *
get_text (JsonObject *object, const gchar *name, const gchar *otherwise)
{
  const gchar *text = gst_vowel_json_get_string (object, name);

  return text != NULL ? text : otherwise;
}

/* (transfer full) (nullable) */
static gchar *
get_override (JsonObject *object)
{
  g_autofree gchar *text =
      g_strstrip (g_strdup (get_text (object, OVERRIDE, "")));

  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

/* What clients put between marks into their instructions, because the model
 * cannot know it otherwise. */
static void
append_block (GString *to, const gchar *text, const gchar *mark)
{
  g_autofree gchar *begin = g_strdup_printf ("<%s>", mark);
  g_autofree gchar *end = g_strdup_printf ("</%s>", mark);
  const gchar *from = strstr (text, begin);
  const gchar *until = from != NULL ? strstr (from, end) : NULL;

  if (until == NULL)
    return;
  g_string_append (to, "\n\n");
  g_string_append_len (to, from, until + strlen (end) - from);
}

static void
append_query (GString *line, JsonObject *route)
{
  JsonArray *names = gst_vowel_json_get_array (route, "queryParams");
  guint n = names != NULL ? json_array_get_length (names) : 0;

  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (names, i);

    if (json_node_get_value_type (node) != G_TYPE_STRING)
      continue;
    g_string_append_printf (line, "%s%s",
        line->len == 0 ? " (query params: " : ", ",
        json_node_get_string (node));
  }
  if (line->len > 0)
    g_string_append_c (line, ')');
}

static void
append_routes (GString *text, JsonObject *wishes)
{
  JsonArray *routes = gst_vowel_json_get_array (wishes, "routes");
  guint n = routes != NULL ? json_array_get_length (routes) : 0;

  if (n > 0)
    g_string_append (text, "\n\nAVAILABLE ROUTES:");
  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (routes, i);
    JsonObject *route =
        JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
    g_autoptr (GString) query = g_string_new (NULL);

    if (route == NULL)
      continue;
    append_query (query, route);
    g_string_append_printf (text, "\n- %s%s: %s", get_text (route, "path", ""),
        query->str, get_text (route, "description", ""));
  }
}

static void
append_actions (GString *text, JsonObject *wishes)
{
  JsonObject *actions = gst_vowel_json_get_object (wishes, "actions");
  g_autoptr (GList) names =
      actions != NULL ? json_object_get_members (actions) : NULL;

  if (names != NULL)
    g_string_append (text, "\n\nAVAILABLE ACTIONS:");
  for (GList *l = names; l != NULL; l = l->next) {
    JsonObject *action = gst_vowel_json_get_object (actions, l->data);

    g_string_append_printf (text, "\n- %s: %s", (const gchar *) l->data,
        action != NULL ? get_text (action, "description", "") : "");
  }
}

static gchar *
generate (const VowelApp *app, JsonObject *wishes)
{
  GString *text = g_string_new (NULL);

  g_string_append_printf (
      text, "You are the voice of the application %s.", app->id);
  append_routes (text, wishes);
  append_actions (text, wishes);
  g_string_append (text,
      "\n\nRULES:"
      "\n- Go nowhere but to the routes, and do nothing but the actions, that "
      "are named here."
      "\n- Answer briefly, the way people talk."
      "\n- When you use an action, say what it is doing.");
  return g_string_free (text, FALSE);
}

gchar *
vowel_app_instructions_make (
    const VowelApp *app, JsonObject *settings, JsonObject *wishes)
{
  g_autofree gchar *own = get_override (settings);
  g_autofree gchar *client = get_override (wishes);
  GString *text;

  if (own == NULL)
    return client != NULL ? g_steal_pointer (&client) : generate (app, wishes);
  text = g_string_new (own);
  if (client != NULL) {
    append_block (text, client, "PREVIOUS_CONVERSATION");
    append_block (text, client, "context");
  }
  return g_string_free (text, FALSE);
}
