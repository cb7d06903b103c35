/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "server/commands/commands.h"
#include "talk/talk.h"

#include <locale.h>
#include <stdio.h>
#include <string.h>
#include <sysexits.h>

typedef struct {
  const gchar *name;
  const gchar *summary;
  gint (*run) (gint argc, gchar **argv);
} Command;

static const Command commands[] = {
    {"serve", "Run the server", vowel_serve_main},
    {"talk", "Hold a conversation with a server from the terminal",
        vowel_talk_main},
    {"providers", "List what recognises, answers and speaks",
        vowel_providers_main},
    {"check", "Tell what is wrong with a configuration", vowel_check_main},
    {"config", "Show and change the configuration", vowel_config_main},
    {"presets", "List configurations to begin with", vowel_presets_main},
    {"secret", "Keep keys of providers in the keyring", vowel_secret_main},
    {"token", "Mint an ephemeral token for a client", vowel_token_main},
    {"app", "Make, list and delete apps", vowel_app_main},
    {"key", "Make, list, show and revoke keys of apps", vowel_key_main},
    {"import-core", "Take over the database of a Vowel Core",
        vowel_import_core_main},
};

static void
print_help (FILE *out)
{
  fprintf (out,
      "Usage: vowel-gst COMMAND [OPTION…]\n\n"
      "A self-hosted real-time voice server on GStreamer.\n\nCommands:\n");
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    fprintf (out, "  %-11s %s\n", commands[i].name, commands[i].summary);
  fprintf (out, "\n  vowel-gst COMMAND --help   explains one\n"
                "  vowel-gst --version        prints the version\n");
}

/* GStreamer looks where the distribution has its plugins: not where this
 * program's are when it was installed below another prefix. Those that the
 * user names come first. To be called before there are threads. */
static void
add_plugins (void)
{
  const gchar *variable = g_getenv ("GST_PLUGIN_PATH_1_0") != NULL
                              ? "GST_PLUGIN_PATH_1_0"
                              : "GST_PLUGIN_PATH";
  const gchar *named = g_getenv (variable);
  g_autofree gchar *path =
      named != NULL && *named != '\0'
          ? g_strdup_printf ("%s:%s", named, VOWEL_PLUGINSDIR)
          : g_strdup (VOWEL_PLUGINSDIR);

  g_setenv (variable, path, TRUE);
}

int
main (int argc, char **argv)
{
  g_autofree gchar *name = NULL;

  setlocale (LC_ALL, "");
  /* Numbers are read and written for programs, and in recipes. */
  setlocale (LC_NUMERIC, "C");
  if (argc < 2) {
    print_help (stderr);
    return EX_USAGE;
  }
  if (g_str_equal (argv[1], "--help") || g_str_equal (argv[1], "-h")) {
    print_help (stdout);
    return EX_OK;
  }
  if (g_str_equal (argv[1], "--version")) {
    printf ("vowel-gst %s\n", VERSION);
    return EX_OK;
  }
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++) {
    if (!g_str_equal (argv[1], commands[i].name))
      continue;
    name = g_strdup_printf ("vowel-gst %s", commands[i].name);
    /* What --help of the command begins with. */
    g_set_prgname (name);
    add_plugins ();
    /* A command finds the program as it was called where programs do. */
    argv[1] = argv[0];
    return commands[i].run (argc - 1, argv + 1);
  }
  fprintf (stderr, "vowel-gst: there is no command \"%s\"\n\n", argv[1]);
  print_help (stderr);
  return EX_USAGE;
}
