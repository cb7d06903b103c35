/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "usage-report.h"

static JsonObject *
make_entry (const VowelProviderUsage *usage)
{
  static const gchar *const stages[] = {
      [VOWEL_STAGE_STT] = "stt",
      [VOWEL_STAGE_LLM] = "llm",
      [VOWEL_STAGE_TTS] = "tts",
  };
  JsonObject *entry = json_object_new ();

  json_object_set_string_member (entry, "stage", stages[usage->stage]);
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

static JsonArray *
make_list (VowelUsageLedger *ledger)
{
  g_autoptr (GArray) list = vowel_usage_ledger_list (ledger);
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < list->len; i++)
    json_array_add_object_element (
        array, make_entry (&g_array_index (list, VowelProviderUsage, i)));
  return array;
}

typedef struct {
  VowelUsageLedger *total;
  JsonArray *sessions;
} Report;

static void
add_session (
    const gchar *session_id, VowelUsageLedger *usage, gpointer user_data)
{
  Report *report = user_data;
  JsonObject *session = json_object_new ();

  vowel_usage_ledger_add_all (report->total, usage);
  json_object_set_string_member (session, "id", session_id);
  json_object_set_array_member (session, "providers", make_list (usage));
  json_array_add_object_element (report->sessions, session);
}

JsonObject *
vowel_usage_report_new (VowelSessionManager *manager, gint64 since)
{
  g_autoptr (VowelUsageLedger) total = vowel_usage_ledger_new ();
  Report report = {.total = total, .sessions = json_array_new ()};
  JsonObject *body = json_object_new ();

  vowel_usage_ledger_add_all (total, vowel_session_manager_get_usage (manager));
  vowel_session_manager_foreach_usage (manager, add_session, &report);
  json_object_set_string_member (body, "object", "usage");
  json_object_set_int_member (body, "since", since);
  json_object_set_array_member (body, "providers", make_list (total));
  json_object_set_array_member (body, "sessions", report.sessions);
  return body;
}
