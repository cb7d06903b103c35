/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "usage-json.h"

static JsonObject *
make_entry (const VowelProviderUsage *usage)
{
  JsonObject *entry = json_object_new ();

  json_object_set_string_member (
      entry, "stage", vowel_usage_get_stage_name (usage));
  json_object_set_string_member (entry, "provider", usage->provider);
  json_object_set_int_member (entry, "requests", usage->requests);
  json_object_set_int_member (entry, "failures", usage->failures);
  json_object_set_int_member (entry, "retries", usage->retries);
  json_object_set_int_member (entry, "take_overs", usage->take_overs);
  if (usage->stage == VOWEL_STAGE_LLM) {
    json_object_set_int_member (entry, "input_tokens", usage->input_tokens);
    json_object_set_int_member (entry, "cached_tokens", usage->cached_tokens);
    json_object_set_int_member (entry, "output_tokens", usage->output_tokens);
  } else if (usage->stage == VOWEL_STAGE_TTS) {
    json_object_set_int_member (entry, "characters", usage->characters);
  } else {
    json_object_set_double_member (
        entry, "audio_seconds", usage->audio_us / (gdouble) G_USEC_PER_SEC);
  }
  return entry;
}

JsonArray *
vowel_usage_to_json (VowelUsageLedger *ledger)
{
  g_autoptr (GArray) list = vowel_usage_ledger_list (ledger);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < list->len; i++)
    json_array_add_object_element (
        array, make_entry (&g_array_index (list, VowelProviderUsage, i)));
  return array;
}

gchar *
vowel_usage_to_json_text (VowelUsageLedger *ledger)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_ARRAY);

  json_node_take_array (node, vowel_usage_to_json (ledger));
  return json_to_string (node, FALSE);
}
