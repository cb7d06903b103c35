/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "commands.h"

#include "server/config/config-preset.h"
#include "server/config/config-sources.h"

#include <stdio.h>
#include <sysexits.h>

gint
vowel_presets_main (gint argc, gchar **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelConfigSources) sources = vowel_config_sources_read_command (
      &argc, argv, NULL,
      "Lists configurations to begin with, for --preset: those that come with "
      "the\nprogram, and those of the configuration file.",
      NULL, &error);
  g_autoptr (JsonNode) file =
      sources ? vowel_config_sources_read_file (sources, &error) : NULL;
  g_autoptr (JsonNode) presets =
      file ? vowel_presets_list (file, &error) : NULL;
  JsonArray *list;

  if (presets == NULL) {
    fprintf (stderr, "vowel-gst: %s\n", error->message);
    return error->domain == G_OPTION_ERROR ? EX_USAGE : EX_CONFIG;
  }
  list = json_node_get_array (presets);
  for (guint i = 0; i < json_array_get_length (list); i++) {
    JsonObject *preset = json_array_get_object_element (list, i);

    printf ("%-15s %s: %s\n", json_object_get_string_member (preset, "id"),
        json_object_get_string_member (preset, "name"),
        json_object_get_string_member (preset, "description"));
  }
  return EX_OK;
}
