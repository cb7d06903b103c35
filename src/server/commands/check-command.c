/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"
#include "trial.h"

#include "server/config/config-sources.h"
#include "server/config/provider-probe.h"

#include <stdio.h>
#include <sysexits.h>

#define MAX_NAMED_MODELS 12

/* What the server would not say before the first caller. */
static gboolean
check_service (const VowelServerConfig *config, GstVowelProviderKind kind,
    const gchar *name)
{
  const gchar *variable = vowel_provider_get_title (config, kind);
  g_auto (VowelProviderProbe) probe = {0};
  g_autofree gchar *model =
      vowel_provider_config_dup_value (config, NULL, kind, name, "model");
  g_autofree gchar *list = NULL;

  vowel_provider_probe (config, kind, name, TRUE, &probe);
  if (probe.state == VOWEL_PROVIDER_NOT_SET_UP) {
    printf (
        "wrong  %s is %s, which %s\n", variable, name, probe.error->message);
    return FALSE;
  }
  if (probe.state == VOWEL_PROVIDER_UNREACHABLE) {
    printf ("wrong  %s is %s, which does not answer at %s: %s\n", variable,
        name, probe.base_url, probe.error->message);
    return FALSE;
  }
  if (model != NULL && probe.models != NULL && probe.models[0] != NULL
      && !g_strv_contains ((const gchar *const *) probe.models, model)) {
    if (g_strv_length (probe.models) > MAX_NAMED_MODELS)
      g_clear_pointer (&probe.models[MAX_NAMED_MODELS], g_free);
    list = g_strjoinv (", ", probe.models);
    printf ("wrong  %s is %s, which has no model \"%s\"; it has: %s …\n",
        variable, name, model, list);
    return FALSE;
  }
  printf ("good   %s is %s%s%s\n", variable, name,
      probe.base_url != NULL ? " at " : "",
      probe.base_url != NULL ? probe.base_url : "");
  return TRUE;
}

static gboolean
check_services (const VowelServerConfig *config)
{
  static const GstVowelProviderKind kinds[] = {
      GST_VOWEL_PROVIDER_STT, GST_VOWEL_PROVIDER_LLM, GST_VOWEL_PROVIDER_TTS};
  gboolean good = TRUE;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_auto (GStrv) names = vowel_provider_dup_names (config, kinds[i]);

    for (guint n = 0; names[n] != NULL; n++)
      good &= check_service (config, kinds[i], names[n]);
  }
  return good;
}

gint
vowel_check_main (gint argc, gchar **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelPipelineRecipe) recipe = NULL;
  g_autofree gchar *idle = NULL;
  g_autofree gchar *note = NULL;
  g_autoptr (VowelConfigSources) sources = vowel_config_sources_read_command (
      &argc, argv, NULL,
      "Tells what is wrong with the settings that the server would have, and "
      "how to\nmend it. The services are asked whether they answer.",
      NULL, &error);
  g_autoptr (VowelServerConfig) config =
      sources ? vowel_config_sources_load (sources, NULL, &error) : NULL;

  if (config)
    recipe = vowel_trial_load (config, &error);
  if (error) {
    fprintf (stderr, "wrong  %s\n", error->message);
    return error->domain == G_OPTION_ERROR ? EX_USAGE : EX_CONFIG;
  }
  printf ("good   the settings fit together\n");
  idle = vowel_server_config_dup_idle (config);
  if (idle)
    printf ("note   known, but without an effect in this server: %s\n", idle);
  note = vowel_pipeline_factory_dup_note (config, recipe);
  if (note)
    printf ("note   %s\n", note);
  return check_services (config) ? EX_OK : EX_UNAVAILABLE;
}
