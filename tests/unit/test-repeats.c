/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "gst/vowel/gstvowelrepeats-priv.h"

static void
expect (GstVowelRepeats *repeats, const gchar *sentence, const gchar *spoken)
{
  g_autofree gchar *result = gst_vowel_repeats_apply (repeats, sentence);

  g_assert_cmpstr (result, ==, spoken);
}

static void
test_same (void)
{
  g_autoptr (GstVowelRepeats) repeats = gst_vowel_repeats_new (10);

  expect (repeats, "How can I help you today?", "How can I help you today?");
  expect (repeats, "How can I help you today?", NULL);
  expect (repeats, "how can i help you, today", NULL);
  expect (repeats, "Today, how can I help you?", NULL);
  /* 5 of 7 words: enough for the next sentence only. */
  expect (repeats, "How can I help you now?", NULL);
  expect (repeats, "The weather is fine in Paris.",
      "The weather is fine in Paris.");
  expect (repeats, "How can I help you now?", "How can I help you now?");
  expect (repeats, "How can I help you today?", NULL);
}

static void
test_short (void)
{
  g_autoptr (GstVowelRepeats) repeats = gst_vowel_repeats_new (10);

  for (guint i = 0; i < 3; i++) {
    expect (repeats, "Yes.", "Yes.");
    expect (repeats, "?!?!?!?!?!?!", "?!?!?!?!?!?!");
  }
}

static void
test_window (void)
{
  g_autoptr (GstVowelRepeats) repeats = gst_vowel_repeats_new (2);

  expect (repeats, "One is the first number.", "One is the first number.");
  expect (repeats, "Green apples taste sour.", "Green apples taste sour.");
  expect (repeats, "One is the first number.", NULL);
  expect (repeats, "Trains leave at midnight.", "Trains leave at midnight.");
  expect (repeats, "One is the first number.", "One is the first number.");
}

static void
test_runs (void)
{
  g_autoptr (GstVowelRepeats) repeats = gst_vowel_repeats_new (10);

  expect (repeats, "Wait..........", "Wait.....");
  expect (repeats, "Nooooooooooooo!", "Nooooo!");
  expect (repeats, "A \t \t \t \t B", "A \t \t B");
  expect (repeats, "It costs 10000000 yen.", "It costs 10000000 yen.");
  expect (repeats, " \n ", NULL);
  expect (repeats, "ÄÄÄÄÄÄÄÄÄÄ", "ÄÄÄÄÄ");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/repeats/same", test_same);
  g_test_add_func ("/repeats/short", test_short);
  g_test_add_func ("/repeats/window", test_window);
  g_test_add_func ("/repeats/runs", test_runs);
  return g_test_run ();
}
