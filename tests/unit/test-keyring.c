/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Keys of apps as a whole: made, kept, found, and what they are worth. */

#include "server/access/credentials.h"
#include "server/store/key-text.h"
#include "server/store/sqlite-store.h"

#include "temporary-store.h"

#define SECRET "0123456789abcdef0123456789abcdef"

typedef struct {
  VowelTemporaryStore *temporary;
  VowelStore *store;
  VowelKeyring *keyring;
  VowelServerConfig *config;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->temporary = vowel_temporary_store_new ();
  f->store = vowel_temporary_store_get (f->temporary);
  f->keyring = vowel_keyring_new (f->store, SECRET, NULL);
  f->config = vowel_server_config_new ();
  f->config->api_key = g_strdup ("the key of the house");
  f->config->jwt_secret = g_strdup (SECRET);
  vowel_temporary_store_put_app (f->temporary, "a");
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vowel_server_config_unref (f->config);
  vowel_keyring_free (f->keyring);
  vowel_temporary_store_free (f->temporary);
}

static void
put (Fixture *f, VowelApiKey *key)
{
  GAsyncResult *result = NULL;

  vowel_store_put_api_key (f->store, key, vowel_store_note_result, &result);
  g_assert_true (vowel_store_wait (&result, NULL));
}

static VowelRights
get_rights (Fixture *f, const gchar *text)
{
  g_auto (VowelGrant) grant = {0};

  vowel_credential_check (f->config, f->keyring, text, 0, &grant, NULL);
  return grant.rights;
}

/* Its scopes are its client's words: they are kept, and give no rights. */
static void
test_voicex (Fixture *f, gconstpointer data)
{
  const gchar *const scopes[] = {"voice", "direct_ws", "whatever", NULL};
  g_autofree gchar *text = NULL;
  g_autofree gchar *shown = NULL;
  g_autoptr (VowelApiKey) key =
      vowel_keyring_make_voicex (f->keyring, "a", "Web", scopes, &text);
  g_autoptr (VowelApiKey) found = NULL;

  g_assert_cmpuint (strlen (text), ==, strlen ("vx_") + 48);
  g_assert_true (vowel_key_has_voicex_prefix (text));
  g_assert_false (vowel_key_has_prefix (text));
  put (f, key);
  found = vowel_keyring_check (f->keyring, text, NULL);
  g_assert_cmpstr (found->label, ==, "Web");
  g_assert_true (g_strv_equal ((const gchar *const *) found->scopes, scopes));
  shown = vowel_keyring_reveal (f->keyring, found, NULL);
  g_assert_cmpstr (shown, ==, text);
  g_assert_cmpint (get_rights (f, text), ==, VOWEL_RIGHT_AGENTS);
  text[5] = text[5] == 'a' ? 'b' : 'a';
  g_assert_cmpint (get_rights (f, text), ==, VOWEL_RIGHT_NONE);
}

static void
test_scopes (Fixture *f, gconstpointer data)
{
  static const struct {
    const gchar *scope;
    VowelRights rights;
  } table[] = {
      {"direct_ws", VOWEL_RIGHT_CONNECT},
      {"mint_ephemeral", VOWEL_RIGHT_MINT},
      {"mint_trusted_session", VOWEL_RIGHT_TRUSTED},
      {"voice", VOWEL_RIGHT_AGENTS},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    const gchar *const scopes[] = {table[i].scope, "root", NULL};
    g_autofree gchar *text = NULL;
    g_autoptr (VowelApiKey) key =
        vowel_keyring_make (f->keyring, "a", NULL, scopes, NULL, &text, NULL);

    put (f, key);
    g_assert_cmpint (get_rights (f, text), ==, table[i].rights);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/keyring/voicex", Fixture, NULL, set_up, test_voicex, tear_down);
  g_test_add ("/keyring/scopes", Fixture, NULL, set_up, test_scopes, tear_down);
  return g_test_run ();
}
