/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/agents/agent.h"

#include <json-glib/json-glib.h>

/* JSON in tests, with ' for ". (transfer full) */
static inline JsonNode *
parse (const gchar *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) json = g_string_new (text);
  JsonNode *node;

  g_string_replace (json, "'", "\"", 0);
  node = json_from_string (json->str, &error);
  g_assert_no_error (error);
  return node;
}

/* (transfer full) */
static inline JsonObject *
parse_object (const gchar *text)
{
  g_autoptr (JsonNode) node = parse (text);

  return json_node_dup_object (node);
}

/* Whether @object has all that @expected says, and maybe more. */
static inline void
assert_has (JsonObject *object, const gchar *expected)
{
  g_autoptr (JsonObject) wanted = parse_object (expected);
  g_autoptr (GList) names = json_object_get_members (wanted);

  for (GList *l = names; l; l = l->next) {
    JsonNode *want = json_object_get_member (wanted, l->data);
    JsonNode *got = json_object_get_member (object, l->data);
    g_autofree gchar *want_text = json_to_string (want, FALSE);
    g_autofree gchar *got_text =
        got != NULL ? json_to_string (got, FALSE) : g_strdup ("nothing");

    if (!g_str_equal (want_text, got_text))
      g_error (
          "%s is %s instead of %s", (gchar *) l->data, got_text, want_text);
  }
}

static inline void
assert_field (const GError *error, const gchar *field)
{
  g_autofree gchar *got = NULL;

  g_assert_nonnull (error);
  g_assert_cmpint (error->domain, ==, VOWEL_ERROR);
  got = vowel_error_dup_field (error);
  g_assert_cmpstr (got, ==, field);
}

/* Something that somebody may say, and the field that is wrong with it. */
typedef struct {
  const gchar *json;
  const gchar *field;
} Mistake;

/* Whether @read refuses all of @mistakes. */
static inline void
assert_refused (const Mistake *mistakes, guint n,
    gboolean (*read) (const gchar *json, GError **error))
{
  for (guint i = 0; i < n; i++) {
    g_autoptr (GError) error = NULL;

    if (read (mistakes[i].json, &error))
      g_error ("%s was taken", mistakes[i].json);
    assert_field (error, mistakes[i].field);
  }
}

/* Our own API says so, and may. */
static inline void
change (VowelAgent *agent, const gchar *json)
{
  g_autoptr (JsonObject) object = parse_object (json);
  g_autoptr (GError) error = NULL;

  vowel_agent_apply_json (agent, object, &error);
  g_assert_no_error (error);
}
