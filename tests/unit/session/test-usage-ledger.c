/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session/usage-ledger.h"

static void
add (VowelUsageLedger *ledger, VowelStage stage, const gchar *provider,
    guint64 amount)
{
  /* The name need not outlive the call. */
  g_autofree gchar *name = g_strdup (provider);
  VowelProviderUsage usage = {.stage = stage,
      .provider = name,
      .requests = 1,
      .failures = amount,
      .retries = amount,
      .take_overs = amount,
      .input_tokens = 10 * amount,
      .output_tokens = amount,
      .cached_tokens = amount,
      .characters = amount,
      .audio_us = amount * G_USEC_PER_SEC / 2};

  vowel_usage_ledger_add (ledger, &usage);
}

static void
test_counts (void)
{
  g_autoptr (VowelUsageLedger) ledger = vowel_usage_ledger_new ();
  g_autofree gchar *nothing = vowel_usage_ledger_to_string (ledger);
  g_autofree gchar *text = NULL;

  g_assert_cmpstr (nothing, ==, "nothing");
  add (ledger, VOWEL_STAGE_LLM, "groq", 1);
  add (ledger, VOWEL_STAGE_TTS, "openai", 3);
  add (ledger, VOWEL_STAGE_LLM, "openai", 0);
  add (ledger, VOWEL_STAGE_LLM, "groq", 1);
  add (ledger, VOWEL_STAGE_STT, "groq", 5);
  text = vowel_usage_ledger_to_string (ledger);
  g_assert_cmpstr (text, ==,
      "stt groq: 1 requests, 5 failed, 5 retries, 5 taken over, 2.5 s; "
      "llm groq: 2 requests, 2 failed, 2 retries, 2 taken over, 20 tokens in "
      "(2 cached), 2 out; "
      "llm openai: 1 requests, 0 tokens in (0 cached), 0 out; "
      "tts openai: 1 requests, 3 failed, 3 retries, 3 taken over, 3 "
      "characters");
}

static void
test_sum (void)
{
  g_autoptr (VowelUsageLedger) one = vowel_usage_ledger_new ();
  g_autoptr (VowelUsageLedger) two = vowel_usage_ledger_new ();
  g_autoptr (GArray) list = NULL;

  add (one, VOWEL_STAGE_LLM, "groq", 1);
  add (two, VOWEL_STAGE_LLM, "groq", 2);
  add (two, VOWEL_STAGE_STT, "deepgram", 4);
  vowel_usage_ledger_add_all (one, two);
  list = vowel_usage_ledger_list (one);
  g_assert_cmpuint (list->len, ==, 2);
  g_assert_cmpint (
      g_array_index (list, VowelProviderUsage, 0).audio_us, ==, 2000000);
  g_assert_cmpuint (
      g_array_index (list, VowelProviderUsage, 1).input_tokens, ==, 30);
  g_assert_cmpuint (
      g_array_index (list, VowelProviderUsage, 1).requests, ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/usage-ledger/counts", test_counts);
  g_test_add_func ("/usage-ledger/sum", test_sum);
  return g_test_run ();
}
