/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"

#include "server/config/pipeline-factory.h"
#include "server/server.h"
#include "server/telemetry/logging.h"

#include <glib-unix.h>
#include <gst/gst.h>
#include <gst/vowel/gstvowelworker.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sysexits.h>

#define JOIN_TIMEOUT (2 * GST_SECOND)

GST_DEBUG_CATEGORY_STATIC (vowel_serve_debug);
#define GST_CAT_DEFAULT vowel_serve_debug

/* After the second signal: for the sessions' last words. */
#define FORCED_EXIT_MS 1000

typedef struct {
  VowelServer *server;
  VowelRuntimeConfig *runtime;
  GMainLoop *loop;
  guint signals; /* received so far */
  guint forced_exit;
} Serve;

/* A connection is a descriptor; the usual limit of 1024 is for select(). */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0)
    return;
  limit.rlim_cur = limit.rlim_max;
  if (setrlimit (RLIMIT_NOFILE, &limit) != 0)
    GST_WARNING ("cannot raise the limit of open files");
}

static void
print_welcome (VowelServer *server, const gchar *program)
{
  const VowelServerConfig *config = vowel_server_get_config (server);
  g_autofree gchar *url = vowel_server_dup_url (server);
  g_autofree gchar *control = vowel_server_dup_control_url (server);

  /* The first line is for programs. */
  printf ("listening on %s\n\n", url);
  printf ("Console: %s/\n", control);
  printf ("Speech to text: %s; model: %s; text to speech: %s\n\n",
      config->stt_provider, config->llm_provider, config->tts_provider);
  printf ("Try:\n"
          "  say \"Hello\" or \"What can you do?\" in its Test Lab\n"
          "  %s talk --url ws%s/v1/realtime --text \"What time is it?\"\n"
          "  curl -X POST %s/v1/realtime/sessions%s\n",
      program, url + 4, url,
      config->api_key ? " -H \"Authorization: Bearer $API_KEY\"" : "");
  if (config->api_key == NULL)
    printf ("\nNo API_KEY is set: everybody on this machine may connect, and "
            "nobody else can.\n");
  else if (config->jwt_secret_made_up)
    printf ("\nNo JWT_SECRET is set: tokens end with this process, and no "
            "other server takes them.\n");
  fflush (stdout);
}

static gboolean
on_forced_exit (gpointer user_data)
{
  Serve *serve = user_data;

  serve->forced_exit = 0;
  g_main_loop_quit (serve->loop);
  return G_SOURCE_REMOVE;
}

static void
on_stopped (gpointer user_data)
{
  Serve *serve = user_data;

  g_main_loop_quit (serve->loop);
}

static gboolean
on_signal (gpointer user_data)
{
  Serve *serve = user_data;

  serve->signals++;
  if (serve->signals == 1) {
    vowel_server_stop (serve->server, on_stopped, serve);
  } else if (serve->signals == 2) {
    serve->forced_exit = g_timeout_add (FORCED_EXIT_MS, on_forced_exit, serve);
    vowel_server_hurry (serve->server);
  }
  return G_SOURCE_CONTINUE;
}

static gboolean
on_hangup (gpointer user_data)
{
  Serve *serve = user_data;
  g_autoptr (GError) error = NULL;

  if (!vowel_server_reload (serve->server, &error))
    GST_ERROR ("the configuration stays as it is: %s", error->message);
  return G_SOURCE_CONTINUE;
}

static gint
run (VowelServer *server, VowelRuntimeConfig *runtime, const gchar *program)
{
  Serve serve = {server, runtime, g_main_loop_new (NULL, FALSE)};
  guint hangup = g_unix_signal_add (SIGHUP, on_hangup, &serve);
  guint term = g_unix_signal_add (SIGTERM, on_signal, &serve);
  guint interrupt = g_unix_signal_add (SIGINT, on_signal, &serve);

  print_welcome (server, program);
  g_main_loop_run (serve.loop);
  g_source_remove (hangup);
  g_source_remove (term);
  g_source_remove (interrupt);
  if (serve.forced_exit)
    g_source_remove (serve.forced_exit);
  g_main_loop_unref (serve.loop);
  return serve.signals > 1 ? EXIT_FAILURE : EX_OK;
}

/* Before anything else needs it: how much to log, and what was given in vain.
 */
static gboolean
prepare (const VowelConfigSources *sources, GError **error)
{
  g_autoptr (VowelServerConfig) config =
      vowel_config_sources_load (sources, NULL, error);

  if (config == NULL)
    return FALSE;
  gst_init (NULL, NULL);
  vowel_logging_init (config->log_level, config->log_format);
  GST_DEBUG_CATEGORY_INIT (
      vowel_serve_debug, "vowel-serve", 0, "the program's life");
  raise_descriptor_limit ();
  return TRUE;
}

static gint
serve (gint argc, gchar **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelConfigSources) sources =
      vowel_config_sources_read_command (&argc, argv, NULL,
          "Serves OpenAI Realtime over WebSocket, and a console at /. SIGHUP "
          "makes it read\nits configuration file again.",
          NULL, &error);
  VowelRuntimeConfig *runtime = NULL;
  g_autoptr (VowelServer) server = NULL;

  if (sources && prepare (sources, &error))
    runtime = vowel_runtime_config_new (g_steal_pointer (&sources), &error);
  if (runtime) {
    server = vowel_server_new (runtime, vowel_pipeline_factory_make);
    if (vowel_server_start (server, &error))
      return run (server, runtime, argv[0]);
  }
  fprintf (stderr, "vowel-gst: %s\n", error->message);
  if (error->domain == G_OPTION_ERROR)
    return EX_USAGE;
  return error->domain == VOWEL_CONFIG_ERROR ? EX_CONFIG : EX_UNAVAILABLE;
}

gint
vowel_serve_main (gint argc, gchar **argv)
{
  gint status = serve (argc, argv);

  /* A session that has just ended may still be in its worker's hands. */
  gst_vowel_worker_join_all (JOIN_TIMEOUT);
  return status;
}
