/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "bootstrap.h"

#include "server/store/key-text.h"

#include <stdio.h>

#define PREFIX "CORE_BOOTSTRAP_"

static const gchar *
get (gchar **environ_, const gchar *name, const gchar *otherwise)
{
  const gchar *value = g_environ_getenv (environ_, name);

  return value != NULL && *value != '\0' ? value : otherwise;
}

static GStrv
get_list (gchar **environ_, const gchar *name)
{
  GStrv list = g_strsplit (get (environ_, name, ""), ",", -1);

  for (guint i = 0; list[i] != NULL; i++)
    g_strstrip (list[i]);
  return list;
}

static gboolean
make_app (VowelStore *store, gchar **environ_, const gchar *id, GError **error)
{
  g_autoptr (VowelApp) there = vowel_store_get_app (store, id, NULL);
  gint64 now = g_get_real_time () / 1000;
  const VowelApp app = {
      .id = (gchar *) id,
      .name = (gchar *) get (environ_, PREFIX "APP_NAME", "Default App"),
      .description = (gchar *) get (environ_, PREFIX "APP_DESCRIPTION", NULL),
      .created_at = now,
      .updated_at = now,
  };
  GAsyncResult *result = NULL;

  if (there != NULL)
    return TRUE;
  vowel_store_put_app (store, &app, vowel_store_note_result, &result);
  return vowel_store_wait (&result, error);
}

static gboolean
make_key (VowelKeyring *keyring, gchar **environ_, const gchar *app_id,
    const gchar *text, GError **error)
{
  g_auto (GStrv) scopes = get_list (environ_, PREFIX "SCOPES");
  g_auto (GStrv) providers = get_list (environ_, PREFIX "ALLOWED_PROVIDERS");
  g_auto (GStrv) known =
      vowel_key_filter_scopes ((const gchar *const *) scopes);
  g_autoptr (VowelApiKey) key = NULL;
  GAsyncResult *result = NULL;

  key = vowel_keyring_adopt (keyring, app_id, text,
      get (environ_, PREFIX "API_KEY_LABEL", "Bootstrap key"),
      known[0] != NULL ? (const gchar *const *) known : NULL,
      (const gchar *const *) providers, error);
  if (key == NULL)
    return FALSE;
  vowel_store_put_api_key (
      vowel_keyring_get_store (keyring), key, vowel_store_note_result, &result);
  return vowel_store_wait (&result, error);
}

gboolean
vowel_control_bootstrap (
    VowelKeyring *keyring, gchar **environ_, GError **error)
{
  g_auto (GStrv) own = environ_ != NULL ? NULL : g_get_environ ();
  gchar **variables = environ_ != NULL ? environ_ : own;
  const gchar *text = get (variables, PREFIX "PUBLISHABLE_KEY", NULL);
  const gchar *app_id = get (variables, PREFIX "APP_ID", "default");
  gboolean there;

  if (text == NULL)
    return TRUE;
  if (!vowel_key_has_prefix (text)) {
    g_set_error_literal (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_CONFLICT,
        PREFIX "PUBLISHABLE_KEY must begin with " VOWEL_KEY_PREFIX
               ": take " VOWEL_KEY_PREFIX
               " and the output of openssl rand -hex 32");
    return FALSE;
  }
  there = vowel_keyring_knows (keyring, text);
  if (!there
      && (!make_app (
              vowel_keyring_get_store (keyring), variables, app_id, error)
          || !make_key (keyring, variables, app_id, text, error)))
    return FALSE;
  /* Operators look for this line. */
  fprintf (stderr, "[core] bootstrap publishable key %s for app=%s\n",
      there ? "already exists" : "created", app_id);
  return TRUE;
}
