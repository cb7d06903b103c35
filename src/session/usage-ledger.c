/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "usage-ledger.h"

struct _VowelUsageLedger {
  GMutex lock;

  /* Protected by the lock. */
  GArray *entries; /* VowelProviderUsage; names are interned */
};

VowelUsageLedger *
vowel_usage_ledger_new (void)
{
  VowelUsageLedger *ledger = g_atomic_rc_box_new0 (VowelUsageLedger);

  g_mutex_init (&ledger->lock);
  ledger->entries = g_array_new (FALSE, TRUE, sizeof (VowelProviderUsage));
  return ledger;
}

VowelUsageLedger *
vowel_usage_ledger_ref (VowelUsageLedger *ledger)
{
  return g_atomic_rc_box_acquire (ledger);
}

static void
clear (gpointer data)
{
  VowelUsageLedger *ledger = data;

  g_array_unref (ledger->entries);
  g_mutex_clear (&ledger->lock);
}

void
vowel_usage_ledger_unref (VowelUsageLedger *ledger)
{
  g_atomic_rc_box_release_full (ledger, clear);
}

/* With the lock.  Stages stay together. */
static VowelProviderUsage *
find_entry (VowelUsageLedger *ledger, VowelStage stage, const gchar *provider)
{
  VowelProviderUsage entry = {
      .stage = stage, .provider = g_intern_string (provider)};
  guint at;

  for (at = 0; at < ledger->entries->len; at++) {
    VowelProviderUsage *found =
        &g_array_index (ledger->entries, VowelProviderUsage, at);

    if (found->stage == stage && found->provider == entry.provider)
      return found;
    if (found->stage > stage)
      break;
  }
  g_array_insert_val (ledger->entries, at, entry);
  return &g_array_index (ledger->entries, VowelProviderUsage, at);
}

void
vowel_usage_ledger_add (
    VowelUsageLedger *ledger, const VowelProviderUsage *usage)
{
  VowelProviderUsage *entry;

  g_mutex_lock (&ledger->lock);
  entry = find_entry (ledger, usage->stage, usage->provider);
  entry->requests += usage->requests;
  entry->failures += usage->failures;
  entry->retries += usage->retries;
  entry->take_overs += usage->take_overs;
  entry->input_tokens += usage->input_tokens;
  entry->output_tokens += usage->output_tokens;
  entry->cached_tokens += usage->cached_tokens;
  entry->characters += usage->characters;
  entry->audio_us += usage->audio_us;
  g_mutex_unlock (&ledger->lock);
}

GArray *
vowel_usage_ledger_list (VowelUsageLedger *ledger)
{
  GArray *list;

  g_mutex_lock (&ledger->lock);
  list = g_array_copy (ledger->entries);
  g_mutex_unlock (&ledger->lock);
  return list;
}

void
vowel_usage_ledger_add_all (VowelUsageLedger *ledger, VowelUsageLedger *other)
{
  g_autoptr (GArray) list = vowel_usage_ledger_list (other);
  guint i;

  for (i = 0; i < list->len; i++)
    vowel_usage_ledger_add (
        ledger, &g_array_index (list, VowelProviderUsage, i));
}

const gchar *
vowel_usage_get_stage_name (const VowelProviderUsage *usage)
{
  static const gchar *const stages[] = {
      [VOWEL_STAGE_STT] = "stt",
      [VOWEL_STAGE_LLM] = "llm",
      [VOWEL_STAGE_TTS] = "tts",
  };

  return stages[usage->stage];
}

static void
append_entry (GString *text, const VowelProviderUsage *usage)
{
  g_string_append_printf (text, "%s%s %s: %" G_GUINT64_FORMAT " requests",
      text->len > 0 ? "; " : "", vowel_usage_get_stage_name (usage),
      usage->provider, usage->requests);
  if (usage->failures > 0)
    g_string_append_printf (
        text, ", %" G_GUINT64_FORMAT " failed", usage->failures);
  if (usage->retries > 0)
    g_string_append_printf (
        text, ", %" G_GUINT64_FORMAT " retries", usage->retries);
  if (usage->take_overs > 0)
    g_string_append_printf (
        text, ", %" G_GUINT64_FORMAT " taken over", usage->take_overs);
  if (usage->stage == VOWEL_STAGE_LLM)
    g_string_append_printf (text,
        ", %" G_GUINT64_FORMAT " tokens in (%" G_GUINT64_FORMAT
        " cached), %" G_GUINT64_FORMAT " out",
        usage->input_tokens, usage->cached_tokens, usage->output_tokens);
  else if (usage->stage == VOWEL_STAGE_TTS)
    g_string_append_printf (
        text, ", %" G_GUINT64_FORMAT " characters", usage->characters);
  else
    g_string_append_printf (
        text, ", %.1f s", usage->audio_us / (gdouble) G_USEC_PER_SEC);
}

gchar *
vowel_usage_ledger_to_string (VowelUsageLedger *ledger)
{
  g_autoptr (GArray) list = vowel_usage_ledger_list (ledger);
  GString *text = g_string_new (NULL);
  guint i;

  for (i = 0; i < list->len; i++)
    append_entry (text, &g_array_index (list, VowelProviderUsage, i));
  if (text->len == 0)
    g_string_append (text, "nothing");
  return g_string_free (text, FALSE);
}
