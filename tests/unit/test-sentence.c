/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include <gst/vowel/vowel.h>

#define MIN_CHARS 12
#define MAX_CHARS 60

/* Sentences joined with "|", pushed in pieces of @step bytes. */
static gchar *
chunk (const gchar *text, gsize step, gboolean check_positions)
{
  g_autoptr (GstVowelSentenceChunker) chunker =
      gst_vowel_sentence_chunker_new (MIN_CHARS, MAX_CHARS);
  g_autoptr (GString) out = g_string_new (NULL);
  GstVowelSentence *sentence;
  gsize length = strlen (text);
  guint position = 0;

  for (gsize i = 0; i <= length; i += step) {
    g_autofree gchar *piece = g_strndup (text + i, MIN (step, length - i));

    gst_vowel_sentence_chunker_push (chunker, piece);
  }
  gst_vowel_sentence_chunker_finish (chunker);
  while ((sentence = gst_vowel_sentence_chunker_pop (chunker)) != NULL) {
    if (out->len > 0)
      g_string_append_c (out, '|');
    g_string_append (out, sentence->text);
    if (check_positions) {
      g_autofree gchar *expected =
          g_utf8_substring (text, sentence->start, sentence->end);

      g_assert_cmpstr (sentence->text, ==, expected);
      g_assert_cmpuint (sentence->start, >=, position);
      position = sentence->end;
    }
    gst_vowel_sentence_free (sentence);
  }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static const struct {
  const gchar *text;
  const gchar *sentences;
} cases[] = {
    {"", ""},
    {"   \n ", ""},
    {"Hello", "Hello"},
    {"One sentence here. And another one.",
        "One sentence here.|And another one."},
    /* the first may be short, later ones are joined */
    {"Hi. Yes. No. That is all of it.", "Hi.|Yes. No. That is all of it."},
    {"That is enough! Really? I do think so.",
        "That is enough!|Really? I do think so."},
    /* abbreviations, initials, decimals, addresses */
    {"We met Dr. Miller and Mrs. Smith. They were well.",
        "We met Dr. Miller and Mrs. Smith.|They were well."},
    {"It is by J. S. Bach, they say. He knew how.",
        "It is by J. S. Bach, they say.|He knew how."},
    {"It costs 3.50 euros today. That is fair.",
        "It costs 3.50 euros today.|That is fair."},
    {"Look at example.com or mail me. It works well.",
        "Look at example.com or mail me.|It works well."},
    {"Fruit, e.g. apples and pears. We like them.",
        "Fruit, e.g. apples and pears.|We like them."},
    {"Come at 5 p.m. today or later. We wait here.",
        "Come at 5 p.m. today or later.|We wait here."},
    {"It begins at 5 p.m. Then we eat a lot.",
        "It begins at 5 p.m.|Then we eat a lot."},
    {"See the page no. 5 of the book. It is good.",
        "See the page no. 5 of the book.|It is good."},
    {"I said no. You heard me well.", "I said no.|You heard me well."},
    {"And so do I. They came along too.", "And so do I.|They came along too."},
    {"That was in 2024. Now it is later.",
        "That was in 2024.|Now it is later."},
    /* ellipses and quotes */
    {"Well... maybe it is so. We will see it.",
        "Well... maybe it is so.|We will see it."},
    {"Well then\342\200\246 Now we begin with it.",
        "Well then\342\200\246|Now we begin with it."},
    {"\"Are you there?\" she asked me. I was not.",
        "\"Are you there?\" she asked me.|I was not."},
    {"He said \"I will come.\" Then he left us.",
        "He said \"I will come.\"|Then he left us."},
    {"What is that?! I do not know it.", "What is that?!|I do not know it."},
    /* lists and lines */
    {"1. Take the flour\n2. Add the water\n",
        "1. Take the flour|2. Add the water"},
    {"First paragraph here\n\nsecond one is here",
        "First paragraph here|second one is here"},
    {"A line that was only\nwrapped goes on.",
        "A line that was only\nwrapped goes on."},
    /* other scripts */
    {"\344\273\212\345\244\251\345\244\251\346\260\224\345\276\210\345\245\275"
     "\343\200\202\346\230\216\345\244\251\345\217\257\350\203\275\344\274\232"
     "\344\270\213\351\233\250\345\220\247\357\274\201\345\245\275\347\232\204"
     "\343\200\202",
        "\344\273\212\345\244\251\345\244\251\346\260\224\345\276\210\345\245"
        "\275\343\200\202|\346\230\216\345\244\251\345\217\257\350\203\275\344"
        "\274\232\344\270\213\351\233\250\345\220\247\357\274\201\345\245\275"
        "\347\232\204\343\200\202"},
    {"Das kostet z.B. drei Euro. \303\234brigens ist es gut.",
        "Das kostet z.B. drei Euro.|\303\234brigens ist es gut."},
    /* nothing to pronounce */
    {"Here it is at last. \342\200\224 *** \n", "Here it is at last."},
    /* too long: at a clause, then at a word, then anywhere */
    {"This sentence goes on and on without an end, and it has a comma "
     "somewhere in its middle.",
        "This sentence goes on and on without an end,|and it has a comma "
        "somewhere in its middle."},
    {"This sentence goes on and on without any end and without any comma "
     "in its middle.",
        "This sentence goes on and on without any end and without|any comma "
        "in its middle."},
    {"abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcde",
        "abcdefghijabcdefghijabcdefghijabcdefghijabcdefghijabcdefghij|abcde"},
};

static void
test_cases (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *whole = chunk (cases[i].text, G_MAXINT16, TRUE);

    g_assert_cmpstr (whole, ==, cases[i].sentences);
    /* However it was cut into deltas, even inside characters. */
    for (gsize step = 1; step <= 9; step++) {
      g_autofree gchar *pieces = chunk (cases[i].text, step, TRUE);

      g_assert_cmpstr (pieces, ==, cases[i].sentences);
    }
  }
}

/* Random texts: the same sentences whatever the deltas, nothing audible lost,
 * nothing too long. */
static void
test_random (void)
{
  static const gchar *const parts[] = {"a", "Bc", "word", "Dr", "etc", "5",
      "12", ".", ".", "!", "?", ",", ";", "\"", ")", " ", " ", " ", "\n",
      "\342\200\246", "\303\244", "\343\200\202", "e.g", "I", "-"};

  for (guint round = 0; round < 3000; round++) {
    g_autoptr (GString) text = g_string_new (NULL);
    guint n = g_test_rand_int_range (0, 80);
    g_autofree gchar *whole = NULL;
    g_autofree gchar *pieces = NULL;
    g_autoptr (GString) audible_in = g_string_new (NULL);
    g_autoptr (GString) audible_out = g_string_new (NULL);
    glong run = 0;

    for (guint i = 0; i < n; i++)
      g_string_append (
          text, parts[g_test_rand_int_range (0, G_N_ELEMENTS (parts))]);
    whole = chunk (text->str, G_MAXINT16, TRUE);
    pieces = chunk (text->str, g_test_rand_int_range (1, 8), TRUE);
    g_assert_cmpstr (pieces, ==, whole);

    for (const gchar *p = text->str; *p != '\0'; p = g_utf8_next_char (p)) {
      if (g_unichar_isalnum (g_utf8_get_char (p)))
        g_string_append_unichar (audible_in, g_utf8_get_char (p));
    }
    for (const gchar *p = whole; *p != '\0'; p = g_utf8_next_char (p)) {
      run = *p == '|' ? 0 : run + 1;
      g_assert_cmpint (run, <=, MAX_CHARS);
      if (g_unichar_isalnum (g_utf8_get_char (p)))
        g_string_append_unichar (audible_out, g_utf8_get_char (p));
    }
    g_assert_cmpstr (audible_out->str, ==, audible_in->str);
  }
}

/* A sentence is given away as soon as its end is certain. */
static void
test_prompt (void)
{
  g_autoptr (GstVowelSentenceChunker) chunker =
      gst_vowel_sentence_chunker_new (MIN_CHARS, MAX_CHARS);
  g_autoptr (GstVowelSentence) sentence = NULL;

  gst_vowel_sentence_chunker_push (chunker, "Hello there.");
  g_assert_null (gst_vowel_sentence_chunker_pop (chunker));
  gst_vowel_sentence_chunker_push (chunker, " ");
  sentence = gst_vowel_sentence_chunker_pop (chunker);
  g_assert_nonnull (sentence);
  g_assert_cmpstr (sentence->text, ==, "Hello there.");

  gst_vowel_sentence_chunker_push (chunker, "More");
  gst_vowel_sentence_chunker_reset (chunker);
  gst_vowel_sentence_chunker_push (chunker, "Fresh start. ");
  g_clear_pointer (&sentence, gst_vowel_sentence_free);
  sentence = gst_vowel_sentence_chunker_pop (chunker);
  g_assert_cmpstr (sentence->text, ==, "Fresh start.");
  g_assert_cmpuint (sentence->start, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sentence/cases", test_cases);
  g_test_add_func ("/sentence/random", test_random);
  g_test_add_func ("/sentence/prompt", test_prompt);
  return g_test_run ();
}
