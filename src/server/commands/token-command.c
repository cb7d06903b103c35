/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"

#include "server/config/config-sources.h"
#include "server/sessions/mint.h"

#include <stdio.h>
#include <string.h>
#include <sysexits.h>

typedef struct {
  gint ttl;
  gchar *session;
  gboolean json;
} Options;

static gboolean
parse_options (Options *options, gint argc, gchar **argv, GError **error)
{
  const GOptionEntry entries[] = {
      {"ttl", 0, 0, G_OPTION_ARG_INT, &options->ttl,
          "How long the token opens connections; none: as --token-ttl of the "
          "server says",
          "SECONDS"},
      {"session", 0, 0, G_OPTION_ARG_STRING, &options->session,
          "Session settings, as for POST /v1/realtime/sessions", "JSON"},
      {"json", 0, 0, G_OPTION_ARG_NONE, &options->json,
          "Print the whole answer of the server's route", NULL},
      {NULL},
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("mint");

  g_option_context_set_summary (context,
      "Mints an ephemeral token that opens sessions on a server with the same "
      "JWT_SECRET,\nfrom the environment or the configuration file.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (argc != 2 || !g_str_equal (argv[1], "mint")) {
    g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "Usage: vowel-gst token mint [--ttl SECONDS] [--session JSON]");
    return FALSE;
  }
  return TRUE;
}

static gboolean
mint (const Options *options, GError **error)
{
  g_autoptr (VowelConfigSources) sources = vowel_config_sources_new (NULL);
  g_autoptr (VowelServerConfig) config = NULL;
  g_autofree gchar *ttl = g_strdup_printf ("%d", options->ttl);
  g_autofree gchar *text = NULL;
  g_autoptr (JsonObject) answer = NULL;
  g_autoptr (JsonNode) node = NULL;
  const gchar *session = options->session ? options->session : "";

  if (options->ttl) {
    g_ptr_array_add (sources->options, g_strdup ("token-ttl"));
    g_ptr_array_add (sources->options, g_steal_pointer (&ttl));
  }
  config = vowel_config_sources_load (sources, NULL, error);
  if (config == NULL)
    return FALSE;
  if (config->jwt_secret_made_up) {
    g_set_error_literal (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_CONFLICT,
        "JWT_SECRET is not set: give this command and the server the same one, "
        "of 32 characters or more");
    return FALSE;
  }
  answer = vowel_mint (config, VOWEL_MINT_SESSION, NULL, session,
      strlen (session), g_get_real_time () / G_USEC_PER_SEC, NULL, error);
  if (answer == NULL)
    return FALSE;
  if (!options->json) {
    printf ("%s\n", json_object_get_string_member (answer, "value"));
    return TRUE;
  }
  node = json_node_init_object (json_node_alloc (), answer);
  text = json_to_string (node, TRUE);
  printf ("%s\n", text);
  return TRUE;
}

gint
vowel_token_main (gint argc, gchar **argv)
{
  Options options = {0};
  g_autoptr (GError) error = NULL;
  gint status = EX_OK;

  if (!parse_options (&options, argc, argv, &error)
      || !mint (&options, &error)) {
    fprintf (stderr, "vowel-gst: %s\n", error->message);
    status = error->domain == G_OPTION_ERROR       ? EX_USAGE
             : error->domain == VOWEL_CONFIG_ERROR ? EX_CONFIG
                                                   : EX_DATAERR;
  }
  g_free (options.session);
  return status;
}
