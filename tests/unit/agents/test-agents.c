/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Agents in the store, and their versions. */

#include "json.h"

#include "server/agents/agents.h"
#include "server/store/object-id.h"

#include "../temporary-store.h"

#include <string.h>

#define SECRET "0123456789abcdef0123456789abcdef"

typedef struct {
  VowelTemporaryStore *temporary;
  VowelStore *store;
  VowelKeyring *keyring;
  VowelAgents *agents;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->temporary = vowel_temporary_store_new ();
  f->store = vowel_temporary_store_get (f->temporary);
  f->keyring = vowel_keyring_new (f->store, SECRET, NULL);
  f->agents = vowel_agents_new (f->keyring, NULL);
  vowel_temporary_store_put_app (f->temporary, "first");
  vowel_temporary_store_put_app (f->temporary, "second");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vowel_agents_free (f->agents);
  vowel_keyring_free (f->keyring);
  vowel_temporary_store_free (f->temporary);
}

static void
put (Fixture *f, VowelAgent *agent, gboolean publish)
{
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  vowel_agents_put (
      f->agents, agent, publish, vowel_store_note_result, &result);
  vowel_store_wait (&result, &error);
  g_assert_no_error (error);
}

static VowelAgent *
add (Fixture *f, const gchar *app_id, const gchar *name)
{
  VowelAgent *agent = vowel_agent_new (app_id);

  agent->name = g_strdup (name);
  agent->prompt = g_strdup ("one");
  put (f, agent, FALSE);
  return agent;
}

static VowelAgent *
get (Fixture *f, const gchar *id)
{
  g_autoptr (GError) error = NULL;
  VowelAgent *agent = vowel_agents_get (f->agents, "first", id, &error);

  g_assert_no_error (error);
  return agent;
}

static void
set_prompt (VowelAgent *agent, const gchar *prompt)
{
  g_free (agent->prompt);
  agent->prompt = g_strdup (prompt);
}

static void
assert_prompt (
    Fixture *f, const gchar *id, const gchar *version_id, const gchar *prompt)
{
  g_autoptr (VowelAgent) agent = get (f, id);
  g_autoptr (VowelAgent) used =
      vowel_agents_resolve (f->agents, agent, version_id, NULL);

  g_assert_nonnull (used);
  g_assert_cmpstr (used->prompt, ==, prompt);
}

static void
test_find (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent = add (f, "first", "Ann");
  g_autofree gchar *hex = vowel_object_hex (agent->id);
  g_autofree gchar *upper = g_ascii_strup (agent->id, -1);
  g_autoptr (VowelAgent) by_id = get (f, agent->id);
  g_autoptr (VowelAgent) by_hex = get (f, hex);
  g_autoptr (VowelAgent) by_upper = get (f, upper);
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (by_id->name, ==, "Ann");
  g_assert_cmpstr (by_hex->id, ==, agent->id);
  g_assert_cmpstr (by_upper->id, ==, agent->id);
  g_assert_cmpint (by_id->created_at, ==, agent->created_at);
  g_assert_cmpint (by_id->created_at, >, 0);
  g_assert_null (vowel_agents_get (f->agents, "second", agent->id, &error));
  g_assert_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_null (vowel_agents_get (f->agents, "first", "what?", &error));
  g_assert_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND);
}

static void
test_default (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) first = add (f, "first", "Ann");
  g_autoptr (VowelAgent) second = add (f, "first", "Bob");
  g_autoptr (VowelAgent) other = add (f, "second", "Cat");
  g_autoptr (VowelAgent) found = NULL;
  g_autoptr (VowelAgent) next = NULL;
  g_autoptr (GPtrArray) all = vowel_agents_list (f->agents, "first", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (all->len, ==, 2);
  found = vowel_agents_get_default (f->agents, "first", NULL);
  g_assert_cmpstr (found->name, ==, "Ann");
  first->active = FALSE;
  put (f, first, FALSE);
  next = vowel_agents_get_default (f->agents, "first", NULL);
  g_assert_cmpstr (next->name, ==, "Bob");
  g_assert_null (vowel_agents_get_default (f->agents, "third", &error));
  g_assert_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND);
}

/* Sealed in the store, and back when it is read. */
static void
test_secret (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent = add (f, "first", "Ann");
  g_autoptr (VowelDocument) document = NULL;
  g_autoptr (VowelAgent) again = NULL;
  g_autoptr (VowelAgent) used = NULL;

  change (agent, "{'tools': [{'name': 'a'}, {'name': 'b', 'webhook':"
                 "{'url': 'http://localhost/b', 'secret': 'hush-hush'}}]}");
  put (f, agent, TRUE);
  document = vowel_store_get_document (f->store, "agent", agent->id, NULL);
  g_assert_null (strstr (document->body, "hush-hush"));
  again = get (f, agent->id);
  g_assert_cmpstr (
      vowel_agent_find_tool (again, "b")->webhook_secret, ==, "hush-hush");
  used = vowel_agents_resolve (f->agents, again, NULL, NULL);
  g_assert_cmpstr (
      vowel_agent_find_tool (used, "b")->webhook_secret, ==, "hush-hush");
  g_assert_null (vowel_agent_find_tool (used, "a")->webhook_secret);
}

static void
assert_tool_secret (Fixture *f, const gchar *id, const gchar *secret)
{
  g_autoptr (VowelAgent) agent = get (f, id);
  g_autoptr (VowelAgent) used =
      vowel_agents_resolve (f->agents, agent, NULL, NULL);

  g_assert_nonnull (used);
  g_assert_cmpstr (
      vowel_agent_find_tool (used, "b")->webhook_secret, ==, secret);
}

static void
set_webhook (VowelAgent *agent, const gchar *webhook)
{
  g_autofree gchar *text =
      g_strdup_printf ("{'tools': [{'name': 'b', 'webhook': %s}]}", webhook);

  change (agent, text);
}

/* A new secret holds at once; but a draft takes none from the version that is
 * in use. */
static void
test_secret_of_version (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent = add (f, "first", "Ann");
  g_autoptr (GPtrArray) documents = NULL;

  set_webhook (agent, "{'url': 'http://localhost/b', 'secret': 'hush-one'}");
  put (f, agent, TRUE);
  set_webhook (agent, "{'url': 'http://localhost/b', 'secret': 'hush-two'}");
  put (f, agent, FALSE);
  assert_tool_secret (f, agent->id, "hush-two");
  set_webhook (agent, "{'url': 'http://localhost/c', 'secret': 'hush-three'}");
  put (f, agent, FALSE);
  assert_tool_secret (f, agent->id, "hush-two");
  set_webhook (agent, "null");
  put (f, agent, FALSE);
  assert_tool_secret (f, agent->id, "hush-two");
  documents =
      vowel_store_list_documents (f->store, "agent-version", NULL, NULL);
  for (guint i = 0; i < documents->len; i++)
    g_assert_null (strstr (
        ((VowelDocument *) g_ptr_array_index (documents, i))->body, "hush"));
}

static void
test_versions (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent = add (f, "first", "Ann");
  g_autoptr (GPtrArray) versions = NULL;
  g_autoptr (GPtrArray) same = NULL;
  VowelAgentVersion *draft;
  g_autofree gchar *tag = NULL;
  GAsyncResult *result = NULL;
  g_autoptr (GError) error = NULL;

  /* A change of the prompt waits; all else does not. */
  set_prompt (agent, "two");
  agent->temperature = 1;
  put (f, agent, FALSE);
  set_prompt (agent, "three");
  put (f, agent, FALSE);
  assert_prompt (f, agent->id, NULL, "one");
  g_assert_true (vowel_agents_has_draft (f->agents, agent));
  versions = vowel_agents_list_versions (f->agents, agent, NULL);
  g_assert_cmpuint (versions->len, ==, 2);
  draft = g_ptr_array_index (versions, 0);
  tag = vowel_agent_version_dup_tag (draft);
  g_assert_cmpstr (tag, ==, "v2");
  g_assert_cmpint (draft->published_at, ==, 0);
  assert_prompt (f, agent->id, draft->id, "three");

  vowel_agents_publish (
      f->agents, agent, draft, vowel_store_note_result, &result);
  g_assert_true (vowel_store_wait (&result, NULL));
  assert_prompt (f, agent->id, NULL, "three");
  g_assert_false (vowel_agents_has_draft (f->agents, agent));
  vowel_agents_publish (
      f->agents, agent, draft, vowel_store_note_result, &result);
  g_assert_false (vowel_store_wait (&result, &error));
  g_assert_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_CONFLICT);

  /* Nothing new, nothing written. */
  put (f, agent, FALSE);
  put (f, agent, TRUE);
  same = vowel_agents_list_versions (f->agents, agent, NULL);
  g_assert_cmpuint (same->len, ==, 2);
}

/* Who has no word for drafts wants what it says to hold. */
static void
test_publish_at_once (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent = add (f, "first", "Ann");
  g_autoptr (GPtrArray) versions = NULL;

  set_prompt (agent, "two");
  put (f, agent, FALSE);
  set_prompt (agent, "three");
  put (f, agent, TRUE);
  assert_prompt (f, agent->id, NULL, "three");
  set_prompt (agent, "four");
  put (f, agent, TRUE);
  assert_prompt (f, agent->id, NULL, "four");
  versions = vowel_agents_list_versions (f->agents, agent, NULL);
  g_assert_cmpuint (versions->len, ==, 3);
}

/* Old ones go, but not the one that is in use. */
static void
test_many_versions (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent = add (f, "first", "Ann");
  g_autoptr (GPtrArray) versions = NULL;

  for (guint i = 0; i < VOWEL_AGENT_MAX_VERSIONS; i++) {
    g_autofree gchar *prompt = g_strdup_printf ("prompt %u", i);

    set_prompt (agent, prompt);
    put (f, agent, TRUE);
  }
  versions = vowel_agents_list_versions (f->agents, agent, NULL);
  g_assert_cmpuint (versions->len, ==, VOWEL_AGENT_MAX_VERSIONS);
  g_assert_cmpuint (((VowelAgentVersion *) versions->pdata[0])->number, ==,
      VOWEL_AGENT_MAX_VERSIONS + 1);
  assert_prompt (f, agent->id, NULL, "prompt 49");
}

static void
test_delete (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent = add (f, "first", "Ann");
  g_autoptr (GPtrArray) documents = NULL;
  GAsyncResult *result = NULL;

  vowel_agents_delete (f->agents, agent, vowel_store_note_result, &result);
  g_assert_true (vowel_store_wait (&result, NULL));
  g_assert_null (vowel_agents_get (f->agents, NULL, agent->id, NULL));
  documents =
      vowel_store_list_documents (f->store, "agent-version", NULL, NULL);
  g_assert_cmpuint (documents->len, ==, 0);
}

/* With its newest version, and without the one that this has made go. */
static void
test_delete_changed (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelAgent) agent = add (f, "first", "Ann");
  g_autoptr (GPtrArray) documents = NULL;
  g_autoptr (GError) error = NULL;
  GAsyncResult *changed = NULL;
  GAsyncResult *deleted = NULL;

  for (guint i = 1; i < VOWEL_AGENT_MAX_VERSIONS; i++) {
    g_autofree gchar *prompt = g_strdup_printf ("prompt %u", i);

    set_prompt (agent, prompt);
    put (f, agent, TRUE);
  }
  set_prompt (agent, "the last");
  vowel_agents_put (f->agents, agent, TRUE, vowel_store_note_result, &changed);
  vowel_agents_delete (f->agents, agent, vowel_store_note_result, &deleted);
  g_assert_true (vowel_store_wait (&changed, NULL));
  vowel_store_wait (&deleted, &error);
  g_assert_no_error (error);
  documents =
      vowel_store_list_documents (f->store, "agent-version", NULL, NULL);
  g_assert_cmpuint (documents->len, ==, 0);
}

#define ADD(name)                                                              \
  g_test_add ("/agents/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD (find);
  g_test_add (
      "/agents/default", Fixture, NULL, set_up, test_default, tear_down);
  ADD (secret);
  ADD (secret_of_version);
  ADD (versions);
  ADD (publish_at_once);
  ADD (many_versions);
  ADD (delete);
  ADD (delete_changed);
  return g_test_run ();
}
