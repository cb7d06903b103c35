/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"
#include "prompt.h"

#include "server/config/provider-config.h"

#include <gst/gst.h>
#include <gst/vowel/gstvowelsecret.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* Once each, in the order of the table. (transfer full) */
static GStrv
list_names (void)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n;
  const VowelProviderSetup *setups = vowel_provider_setups_list (&n);
  g_auto (GStrv) keyring = gst_vowel_secret_list_keyring ();

  for (guint i = 0; i < n; i++)
    if (setups[i].secret
        && g_hash_table_add (seen, (gpointer) setups[i].secret))
      g_strv_builder_add (names, setups[i].secret);
  for (guint i = 0; keyring[i] != NULL; i++)
    if (g_hash_table_add (seen, keyring[i]))
      g_strv_builder_add (names, keyring[i]);
  return g_strv_builder_end (names);
}

static void
list (void)
{
  g_auto (GStrv) names = NULL;

  gst_vowel_secret_prepare ();
  names = list_names ();
  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree gchar *source = gst_vowel_secret_dup_source (names[i]);

    printf ("%-18s %s\n", names[i], source ? source : "-");
  }
}

/* Others may have providers of their own, whose names nobody knows here. */
static gboolean
check_name (const gchar *name, GError **error)
{
  g_auto (GStrv) names = list_names ();
  g_autofree gchar *known = g_strjoinv (", ", names);

  if (*name == '\0' || !g_str_is_ascii (name)
      || name[strspn (name, "abcdefghijklmnopqrstuvwxyz0123456789-._")]) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "\"%s\" is no name of a provider: take one of %s", name, known);
    return FALSE;
  }
  if (!g_strv_contains ((const gchar *const *) names, name))
    fprintf (stderr,
        "note: no provider here asks for the key of %s; known: %s\n", name,
        known);
  return TRUE;
}

static gboolean
set (const gchar *name, GError **error)
{
  g_autofree gchar *question = g_strdup_printf ("Key of %s", name);
  gchar *secret;
  gboolean good;

  if (!check_name (name, error))
    return FALSE;
  secret = vowel_prompt_secret (question, error);
  good = secret != NULL && gst_vowel_secret_store (name, secret, error);
  gst_vowel_secret_free (secret);
  return good;
}

static gboolean
clear (const gchar *name, GError **error)
{
  g_autoptr (GError) clear_error = NULL;

  if (!check_name (name, error))
    return FALSE;
  if (gst_vowel_secret_clear (name, &clear_error))
    return TRUE;
  if (clear_error)
    g_propagate_error (error, g_steal_pointer (&clear_error));
  else
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
        "The keyring has no key of %s", name);
  return FALSE;
}

static gboolean
run (gint argc, gchar **argv, GError **error)
{
  if (argc == 2 && g_str_equal (argv[1], "list")) {
    list ();
    return TRUE;
  }
  if (argc == 3 && g_str_equal (argv[1], "set"))
    return set (argv[2], error);
  if (argc == 3 && g_str_equal (argv[1], "clear"))
    return clear (argv[2], error);
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
      "Usage: vowel-gst secret set NAME | list | clear NAME. The key itself is "
      "asked for, or read from standard input.");
  return FALSE;
}

gint
vowel_secret_main (gint argc, gchar **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("ACTION [NAME]");
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context,
      "Keeps keys of providers in the keyring of the desktop.\n\n"
      "  set NAME    asks for the key of a provider, or reads it from standard "
      "input\n"
      "  list        where the key of each provider comes from\n"
      "  clear NAME  takes a key out of the keyring\n\n"
      "A key in the environment or in a systemd credential goes before one in "
      "the keyring.\nA server that runs reads the keyring again at SIGHUP.");
  if (g_option_context_parse (context, &argc, &argv, &error)) {
    gst_init (NULL, NULL);
    if (run (argc, argv, &error))
      return EX_OK;
  }
  fprintf (stderr, "vowel-gst: %s\n", error->message);
  return error->domain == G_OPTION_ERROR ? EX_USAGE : EX_UNAVAILABLE;
}
