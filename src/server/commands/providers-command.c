/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"

#include "server/config/config-sources.h"
#include "server/config/provider-probe.h"
#include "server/telemetry/logging.h"

#include <gst/gst.h>
#include <stdio.h>
#include <sysexits.h>

static const gchar *const titles[] = {
    [GST_VOWEL_PROVIDER_STT] = "Speech to text",
    [GST_VOWEL_PROVIDER_LLM] = "Language model",
    [GST_VOWEL_PROVIDER_TTS] = "Text to speech",
};

static void
print_provider (const VowelServerConfig *config, GstVowelProviderKind kind,
    const gchar *name, gchar mark, gboolean ask)
{
  g_auto (VowelProviderProbe) probe = {0};
  g_autofree gchar *what = NULL;

  vowel_provider_probe (config, kind, name, ask, &probe);
  switch (probe.state) {
    case VOWEL_PROVIDER_LOCAL:
      what = g_strdup ("local");
      break;
    case VOWEL_PROVIDER_NOT_SET_UP:
      what = g_strdup (probe.error->message);
      break;
    case VOWEL_PROVIDER_NOT_ASKED:
      what = g_strdup_printf ("%s", probe.base_url);
      break;
    case VOWEL_PROVIDER_REACHABLE:
      what = g_strdup_printf ("%s: reachable, %u ms", probe.base_url, probe.ms);
      break;
    case VOWEL_PROVIDER_UNREACHABLE:
      what = g_strdup_printf (
          "%s: not reachable: %s", probe.base_url, probe.error->message);
      break;
  }
  printf ("%c %-24s %s\n", mark, name, what);
}

static gchar
find_mark (const VowelServerConfig *config, GstVowelProviderKind kind,
    const gchar *name)
{
  g_auto (GStrv) chosen = vowel_provider_dup_names (config, kind);

  if (g_str_equal (name, vowel_provider_get_name (config, kind)))
    return '*';
  return g_strv_contains ((const gchar *const *) chosen, name) ? '+' : ' ';
}

gint
vowel_providers_main (gint argc, gchar **argv)
{
  gboolean offline = FALSE;
  const GOptionEntry entries[] = {
      {"offline", 0, 0, G_OPTION_ARG_NONE, &offline,
          "Do not ask the services whether they answer", NULL},
      {NULL},
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelConfigSources) sources = vowel_config_sources_read_command (
      &argc, argv, NULL,
      "Lists the installed providers of each stage: where services are, "
      "whether they\nanswer and take the key. The server would use those with "
      "a star;\nthose with a plus stand in for them.",
      entries, &error);
  g_autoptr (VowelServerConfig) config =
      sources ? vowel_config_sources_load (sources, NULL, &error) : NULL;

  if (config) {
    gst_init (NULL, NULL);
    vowel_logging_init ("error", "text");
    vowel_provider_config_choose (config, &error);
  }
  if (error) {
    fprintf (stderr, "vowel-gst: %s\n", error->message);
    return error->domain == G_OPTION_ERROR ? EX_USAGE : EX_CONFIG;
  }
  for (guint kind = 0; kind < G_N_ELEMENTS (titles); kind++) {
    g_auto (GStrv) names = gst_vowel_provider_list (kind);

    printf ("%s%s (%s)\n", kind > 0 ? "\n" : "", titles[kind],
        vowel_provider_get_variable (kind));
    for (guint i = 0; names[i] != NULL; i++)
      print_provider (
          config, kind, names[i], find_mark (config, kind, names[i]), !offline);
  }
  return EX_OK;
}
