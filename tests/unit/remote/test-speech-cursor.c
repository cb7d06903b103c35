/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <glib.h>

#include "speech-cursor.h"

static void
test_words (void)
{
  SpeechCursor cursor = {"Ein Löwe, ein „Löwe“ und 3 Katzen.", 0};

  g_assert_cmpint (speech_cursor_find_word (&cursor, "Ein"), ==, 0);
  g_assert_cmpint (speech_cursor_find_word (&cursor, "Löwe,"), ==, 4);
  g_assert_cmpint (speech_cursor_find_word (&cursor, "ein"), ==, 10);
  g_assert_cmpint (speech_cursor_find_word (&cursor, "Löwe"), ==, 15);
  /* As the service says it, not as it is written. */
  g_assert_cmpint (speech_cursor_find_word (&cursor, "drei"), ==, -1);
  g_assert_cmpint (speech_cursor_find_word (&cursor, ""), ==, -1);
  g_assert_false (speech_cursor_is_at_end (&cursor));
  g_assert_cmpint (speech_cursor_find_word (&cursor, "Katzen."), ==, 27);
  g_assert_cmpint (speech_cursor_find_word (&cursor, "Katzen."), ==, -1);
  g_assert_true (speech_cursor_is_at_end (&cursor));
}

static void
test_far (void)
{
  SpeechCursor cursor = {
      "One aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaa two.",
      0};

  g_assert_cmpint (speech_cursor_find_word (&cursor, "two."), ==, -1);
  g_assert_cmpint (speech_cursor_find_word (&cursor, "One"), ==, 0);
}

static void
test_characters (void)
{
  static const gchar *const spoken[] = {" ", "Ä", "h", " ", "x", "j", "a", "."};
  static const gint offsets[] = {-1, 0, 1, -1, -1, 4, 5, 6};
  SpeechCursor cursor = {"Äh  ja. ", 0};

  for (guint i = 0; i < G_N_ELEMENTS (spoken); i++) {
    g_assert_false (speech_cursor_is_at_end (&cursor));
    g_assert_cmpint (speech_cursor_match (&cursor, spoken[i]), ==, offsets[i]);
  }
  g_assert_true (speech_cursor_is_at_end (&cursor));
  g_assert_cmpint (speech_cursor_match (&cursor, "a"), ==, -1);
  g_assert_cmpint (speech_cursor_match (&cursor, ""), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/speech-cursor/words", test_words);
  g_test_add_func ("/speech-cursor/far", test_far);
  g_test_add_func ("/speech-cursor/characters", test_characters);
  return g_test_run ();
}
