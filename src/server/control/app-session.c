/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "app-session.h"

#include "server/sessions/session-claims.h"

#include <gst/vowel/gstvoweljson.h>

static gboolean
says_nothing (JsonNode *node)
{
  return node == NULL || JSON_NODE_HOLDS_NULL (node)
         || (json_node_get_value_type (node) == G_TYPE_STRING
             && *json_node_get_string (node) == '\0');
}

static void
add_all (JsonObject *to, JsonObject *from)
{
  g_autoptr (GList) names = from ? json_object_get_members (from) : NULL;

  for (GList *l = names; l; l = l->next) {
    JsonNode *node = json_object_get_member (from, l->data);

    if (!says_nothing (node))
      json_object_set_member (to, l->data, json_node_copy (node));
  }
}

JsonObject *
vowel_app_session_merge_voice (
    JsonObject *settings, JsonObject *wishes, gboolean with_wishes)
{
  JsonObject *voice = json_object_new ();

  if (with_wishes) {
    add_all (voice, gst_vowel_json_get_object (wishes, "_voiceConfig"));
    add_all (voice, gst_vowel_json_get_object (wishes, "voiceConfig"));
  }
  add_all (voice, gst_vowel_json_get_object (settings, "voiceConfig"));
  return voice;
}

static void
add (JsonObject *session, const gchar *name, JsonObject *from)
{
  JsonNode *node = json_object_get_member (from, name);

  if (!says_nothing (node) && !json_object_has_member (session, name))
    json_object_set_member (session, name, json_node_copy (node));
}

gchar *
vowel_app_session_make (
    JsonObject *settings, JsonObject *voice, JsonObject *wishes)
{
  static const gchar *const fields[] = {
      "model", "voice", "stt", "tts", "llmProvider"};
  const gchar *const *claims = vowel_session_claims_list ();
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *session = json_object_new ();

  json_node_take_object (root, session);
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    add (session, fields[i], voice);
  for (guint i = 0; claims[i]; i++) {
    add (session, claims[i], voice);
    add (session, claims[i], settings);
  }
  add (session, "initialGreetingPrompt", wishes);
  add (session, "language", wishes);
  if (!json_object_has_member (session, "turnDetection"))
    add (session, "turnDetectionPreset", wishes);
  return json_to_string (root, FALSE);
}
