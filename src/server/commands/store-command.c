/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"
#include "import-core.h"

#include "server/config/config-sources.h"
#include "server/control/control.h"
#include "server/http/audit.h"
#include "server/store/key-text.h"

#include <gst/gst.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

/* What the commands share: the store of the server, and what was said. */
typedef struct {
  VowelKeyring *keyring;
  gchar *app;       /* --app */
  gchar *label;     /* --label */
  gchar *scopes;    /* --scopes, separated by commas */
  gchar *providers; /* --providers, separated by commas */
  const gchar *argument;
  gchar *app_id; /* (nullable): what it has been about */
  gchar *target; /* (nullable) */
} Command;

static void
command_clear (Command *command)
{
  g_clear_pointer (&command->keyring, vowel_keyring_free);
  g_clear_pointer (&command->app, g_free);
  g_clear_pointer (&command->label, g_free);
  g_clear_pointer (&command->scopes, g_free);
  g_clear_pointer (&command->providers, g_free);
  g_clear_pointer (&command->app_id, g_free);
  g_clear_pointer (&command->target, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Command, command_clear)

typedef struct {
  const gchar *name;
  gboolean takes_argument;
  const gchar *usage;
  gboolean (*run) (Command *command, GError **error);
  const gchar *audit; /* (nullable): what the audit log calls it */
} Action;

/* --- apps --- */

static gboolean
create_app (Command *command, GError **error)
{
  gint64 now = g_get_real_time () / 1000;
  g_autofree gchar *id = g_uuid_string_random ();
  const VowelApp app = {
      .id = id,
      .name = (gchar *) command->argument,
      .created_at = now,
      .updated_at = now,
  };
  GAsyncResult *result = NULL;

  vowel_store_put_app (vowel_keyring_get_store (command->keyring), &app,
      vowel_store_note_result, &result);
  if (!vowel_store_wait (&result, error))
    return FALSE;
  command->app_id = g_strdup (id);
  command->target = g_strdup (id);
  printf ("%s\n", id);
  return TRUE;
}

static gboolean
list_apps (Command *command, GError **error)
{
  g_autoptr (GPtrArray) apps =
      vowel_store_list_apps (vowel_keyring_get_store (command->keyring), error);

  if (apps == NULL)
    return FALSE;
  for (guint i = 0; i < apps->len; i++) {
    const VowelApp *app = g_ptr_array_index (apps, i);

    printf ("%s  %s\n", app->id, app->name);
  }
  return TRUE;
}

static gboolean
delete_app (Command *command, GError **error)
{
  GAsyncResult *result = NULL;

  vowel_store_delete_app (vowel_keyring_get_store (command->keyring),
      command->argument, vowel_store_note_result, &result);
  return vowel_store_wait (&result, error);
}

/* --- keys --- */

/* The app that --app names; without it the only one there is. */
static VowelApp *
find_app (Command *command, GError **error)
{
  VowelStore *store = vowel_keyring_get_store (command->keyring);
  g_autoptr (GPtrArray) apps = NULL;

  if (command->app != NULL)
    return vowel_store_get_app (store, command->app, error);
  apps = vowel_store_list_apps (store, error);
  if (apps == NULL)
    return NULL;
  if (apps->len == 1)
    return vowel_app_copy (g_ptr_array_index (apps, 0));
  g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND,
      "There are %u apps: say whose key it is with --app ID (vowel-gst app "
      "list), or make one with vowel-gst app create NAME",
      apps->len);
  return NULL;
}

static GStrv
split (const gchar *list)
{
  GStrv names = list != NULL ? g_strsplit (list, ",", -1) : NULL;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    g_strstrip (names[i]);
  return names;
}

static gboolean
create_key (Command *command, GError **error)
{
  g_autoptr (VowelApp) app = find_app (command, error);
  g_auto (GStrv) scopes = split (command->scopes);
  g_auto (GStrv) providers = split (command->providers);
  g_autofree gchar *text = NULL;
  g_autoptr (VowelApiKey) key = NULL;
  GAsyncResult *result = NULL;

  if (app == NULL)
    return FALSE;
  key = vowel_keyring_make (command->keyring, app->id, command->label,
      (const gchar *const *) scopes, (const gchar *const *) providers, &text,
      error);
  if (key == NULL)
    return FALSE;
  vowel_store_put_api_key (vowel_keyring_get_store (command->keyring), key,
      vowel_store_note_result, &result);
  if (!vowel_store_wait (&result, error))
    return FALSE;
  command->app_id = g_strdup (app->id);
  command->target = g_strdup (key->id);
  printf ("%s\n", text);
  return TRUE;
}

static gboolean
list_keys (Command *command, GError **error)
{
  g_autoptr (GPtrArray) keys = vowel_store_list_api_keys (
      vowel_keyring_get_store (command->keyring), command->app, error);

  if (keys == NULL)
    return FALSE;
  for (guint i = 0; i < keys->len; i++) {
    const VowelApiKey *key = g_ptr_array_index (keys, i);
    g_autofree gchar *text = vowel_keyring_reveal (command->keyring, key, NULL);
    g_autofree gchar *mask = vowel_key_mask (text);
    g_autofree gchar *scopes = g_strjoinv (",", key->scopes);

    printf ("%s  %s  %-7s  %s  %s\n", key->id, mask,
        key->revoked_at != 0 ? "revoked" : "active", scopes,
        key->label != NULL ? key->label : "");
  }
  return TRUE;
}

static gboolean
show_key (Command *command, GError **error)
{
  g_autoptr (VowelApiKey) key = vowel_store_get_api_key (
      vowel_keyring_get_store (command->keyring), command->argument, error);
  g_autofree gchar *text = NULL;

  if (key == NULL)
    return FALSE;
  text = vowel_keyring_reveal (command->keyring, key, error);
  if (text == NULL)
    return FALSE;
  printf ("%s\n", text);
  return TRUE;
}

static gboolean
revoke_key (Command *command, GError **error)
{
  GAsyncResult *result = NULL;

  vowel_store_revoke_api_key (vowel_keyring_get_store (command->keyring),
      command->argument, g_get_real_time () / 1000, vowel_store_note_result,
      &result);
  return vowel_store_wait (&result, error);
}

static gboolean
import_core (Command *command, GError **error)
{
  VowelImportCount count = {0};

  if (!vowel_import_core (command->keyring, command->argument, &count, error))
    return FALSE;
  printf ("%u apps, %u keys and %u keys of providers were taken over\n",
      count.apps, count.api_keys, count.provider_keys);
  return TRUE;
}

/* --- the commands --- */

static const Action app_actions[] = {
    {"create", TRUE, "create NAME", create_app, "app.create"},
    {"list", FALSE, "list", list_apps},
    {"delete", TRUE, "delete ID", delete_app, "app.delete"},
    {NULL},
};

static const Action key_actions[] = {
    {"create", FALSE, "create [--app ID] [--label TEXT] [--scopes LIST]",
        create_key, "key.create"},
    {"list", FALSE, "list [--app ID]", list_keys},
    {"show", TRUE, "show ID", show_key, "key.reveal"},
    {"revoke", TRUE, "revoke ID", revoke_key, "key.revoke"},
    {NULL},
};

/* @arguments: what stands behind the command; @is_key: with options of keys */
static gboolean
parse (Command *command, gint *argc, gchar ***argv, const gchar *arguments,
    const gchar *summary, gboolean is_key, GError **error)
{
  const GOptionEntry key_entries[] = {
      {"app", 0, 0, G_OPTION_ARG_STRING, &command->app,
          "Whose keys; none: of the only app there is, in a list of all", "ID"},
      {"label", 0, 0, G_OPTION_ARG_STRING, &command->label,
          "What a new key is for", "TEXT"},
      {"scopes", 0, 0, G_OPTION_ARG_STRING, &command->scopes,
          "What a new key may do: mint_ephemeral (the default), direct_ws, "
          "mint_trusted_session, voice",
          "LIST"},
      {"providers", 0, 0, G_OPTION_ARG_STRING, &command->providers,
          "What its tokens may use: engine (the default), openai, grok",
          "LIST"},
      {NULL},
  };
  g_autoptr (GOptionContext) context = g_option_context_new (arguments);

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context,
      "The store is the server's: DB_PATH and ENCRYPTION_KEY say which. A "
      "server that runs sees\nwhat is changed at once.");
  if (is_key)
    g_option_context_add_main_entries (context, key_entries, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
open_keyring (Command *command, GError **error)
{
  g_autoptr (VowelConfigSources) sources = vowel_config_sources_new (NULL);
  g_autoptr (VowelServerConfig) config =
      vowel_config_sources_load (sources, NULL, error);

  if (config == NULL)
    return FALSE;
  command->keyring = vowel_control_open_keyring (config, error);
  return command->keyring != NULL;
}

/* Everybody who may write the store's file may use these commands: that they
 * did is written down beside what came over HTTP. */
static void
write_down (Command *command, const gchar *what, const gchar *audit,
    const GError *error)
{
  g_autoptr (VowelAuditEntry) entry =
      vowel_audit_entry_new_local (audit, what, command->app_id,
          command->target ? command->target : command->argument, error);

  vowel_store_add_audit (vowel_keyring_get_store (command->keyring), entry);
}

static const Action *
find_action (const Action *actions, gint argc, gchar **argv)
{
  for (const Action *action = actions; argc >= 2 && action->name != NULL;
       action++)
    if (g_str_equal (action->name, argv[1])
        && argc == (action->takes_argument ? 3 : 2))
      return action;
  return NULL;
}

static void
set_usage (const gchar *command, const Action *actions, GError **error)
{
  g_autoptr (GString) usage = g_string_new ("Usage:");

  for (const Action *action = actions; action->name != NULL; action++)
    g_string_append_printf (
        usage, "\n  vowel-gst %s %s", command, action->usage);
  g_set_error_literal (
      error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, usage->str);
}

static gint
finish (const GError *error)
{
  if (error == NULL)
    return EX_OK;
  fprintf (stderr, "vowel-gst: %s\n", error->message);
  if (error->domain == G_OPTION_ERROR)
    return EX_USAGE;
  return error->domain == VOWEL_CONFIG_ERROR ? EX_CONFIG : EX_DATAERR;
}

static gint
run (const gchar *name, const Action *actions, const gchar *arguments,
    const gchar *summary, gint argc, gchar **argv)
{
  g_auto (Command) command = {0};
  g_autoptr (GError) error = NULL;
  const Action *action;

  gst_init (NULL, NULL);
  if (!parse (&command, &argc, &argv, arguments, summary,
          actions == key_actions, &error))
    return finish (error);
  action = find_action (actions, argc, argv);
  command.argument = action != NULL && action->takes_argument ? argv[2] : NULL;
  if (action == NULL)
    set_usage (name, actions, &error);
  else if (open_keyring (&command, &error)) {
    g_autofree gchar *what =
        g_strdup_printf ("vowel-gst %s %s", name, action->name);

    action->run (&command, &error);
    if (action->audit != NULL)
      write_down (&command, what, action->audit, error);
  }
  return finish (error);
}

gint
vowel_app_main (gint argc, gchar **argv)
{
  return run ("app", app_actions, "ACTION",
      "Actions:\n"
      "  create NAME  makes an app and prints its id\n"
      "  list         the apps, id and name\n"
      "  delete ID    deletes one with its keys and agents",
      argc, argv);
}

gint
vowel_key_main (gint argc, gchar **argv)
{
  return run ("key", key_actions, "ACTION",
      "Actions:\n"
      "  create     makes a key of an app and prints it\n"
      "  list       the keys: id, mask, state, scopes, label\n"
      "  show ID    prints a key\n"
      "  revoke ID  no server takes it any more",
      argc, argv);
}

gint
vowel_import_core_main (gint argc, gchar **argv)
{
  g_auto (Command) command = {0};
  g_autoptr (GError) error = NULL;

  gst_init (NULL, NULL);
  if (!parse (&command, &argc, &argv, "FILE",
          "Takes over apps and keys from the database (core.db) of a Vowel "
          "Core. ENCRYPTION_KEY must be\nthe one that it was run with.",
          FALSE, &error))
    return finish (error);
  command.argument = argc == 2 ? argv[1] : NULL;
  if (command.argument == NULL)
    g_set_error_literal (&error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "Usage: vowel-gst import-core FILE");
  else if (open_keyring (&command, &error)) {
    import_core (&command, &error);
    write_down (&command, "vowel-gst import-core", "store.import", error);
  }
  return finish (error);
}
