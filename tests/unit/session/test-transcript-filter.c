/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session/transcript-filter.h"

static void
expect (const VowelTranscriptFilterConfig *config, const gchar *text,
    const gchar *expected)
{
  g_autoptr (VowelTranscriptFilter) filter =
      vowel_transcript_filter_new (config);
  g_autofree gchar *result = vowel_transcript_filter_apply (filter, text);

  g_assert_cmpstr (result, ==, expected);
}

static void
test_noise (void)
{
  static const VowelTranscriptFilterConfig config = {.drop_noise = TRUE};
  static const gchar *const texts[] = {"", ".", " ... ", "?!", "Uhm.", "Hmm…",
      "Uh, um.", "Thanks for watching!", "THANK YOU FOR WATCHING",
      "Thanks for watching. Thanks for watching!",
      "Thanks for watching! Please subscribe.", "[Music]", "(applause)",
      "*coughs*", "♪ la la ♪", "[BLANK_AUDIO] .", "Music", "- Um -",
      "Don’t forget to subscribe!", "Ähm…",
      "Sous-titrage Société Radio-Canada"};

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    expect (&config, texts[i], "");
}

static void
test_speech (void)
{
  static const VowelTranscriptFilterConfig config = {.drop_noise = TRUE};
  static const gchar *const texts[] = {"Yes.", "No", "5", "I", "是", "Mhm.",
      "Uh-huh.", "Okay", "Um, what time is it?", "Thank you.",
      "Thanks for watching my dog.", "Play some music", "You (the other one)",
      "I said: thanks for watching!", "Umbrella", "Hm, three."};

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    expect (&config, texts[i], texts[i]);
}

static void
test_own_phrases (void)
{
  static const gchar *const more[] = {"beep boop", NULL};
  static const gchar *const instead[] = {"-", "beep boop", NULL};
  VowelTranscriptFilterConfig config = {.drop_noise = TRUE};

  config.phrases = (gchar **) more;
  expect (&config, "Beep, boop!", "");
  expect (&config, "Um. Beep boop.", "");
  expect (&config, "Beep.", "Beep.");
  config.phrases = (gchar **) instead;
  expect (&config, "Beep, boop!", "");
  expect (&config, "Um.", "Um.");
  expect (&config, "-", "");
}

static void
test_length (void)
{
  VowelTranscriptFilterConfig config = {.drop_noise = TRUE, .min_chars = 3};

  expect (&config, "No.", "");
  expect (&config, "N o t", "N o t");
  expect (&config, "Yes", "Yes");
}

static void
test_many_words (void)
{
  static const VowelTranscriptFilterConfig config = {.drop_noise = TRUE};
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < 64; i++)
    g_string_append (text, "um ");
  expect (&config, text->str, "");
  g_string_append (text, "um");
  expect (&config, text->str, text->str);
}

static void
test_dictation (void)
{
  static const VowelTranscriptFilterConfig config = {.dictation = TRUE};
  static const gchar *const texts[][2] = {
      {"hello comma how are you question mark", "Hello, how are you?"},
      {"dear sir full stop new line", "Dear sir. New line"},
      {"one  semicolon two colon three exclamation point four",
          "One; two: three! Four"},
      /* Words that only look like it. */
      {"a periodic colony of commas", "A periodic colony of commas"},
      {"comma is a word", "Comma is a word"},
      {"a question marked", "A question marked"},
      {"Well, period.", "Well."},
      {"", ""},
      {"über period élan", "Über. Élan"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (texts); i++)
    expect (&config, texts[i][0], texts[i][1]);
  /* Noise stays when it is not to be dropped. */
  expect (&config, "um", "Um");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/transcript-filter/noise", test_noise);
  g_test_add_func ("/transcript-filter/speech", test_speech);
  g_test_add_func ("/transcript-filter/own-phrases", test_own_phrases);
  g_test_add_func ("/transcript-filter/length", test_length);
  g_test_add_func ("/transcript-filter/many-words", test_many_words);
  g_test_add_func ("/transcript-filter/dictation", test_dictation);
  return g_test_run ();
}
