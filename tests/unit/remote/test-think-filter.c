/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "think-filter.h"

static void
feed (ThinkFilter *filter, GString *got, const gchar *text, gsize size)
{
  g_autofree gchar *piece = g_strndup (text, size);
  g_autofree gchar *spoken = think_filter_feed (filter, piece);

  g_string_append (got, spoken);
}

static void
expect (const gchar *text, const gchar *expected)
{
  gsize size = strlen (text);

  for (gsize split = 0; split <= size + 1; split++) {
    g_autoptr (ThinkFilter) filter = think_filter_new ();
    g_autoptr (GString) got = g_string_new (NULL);
    g_autofree gchar *rest = NULL;

    if (split <= size) {
      feed (filter, got, text, split);
      feed (filter, got, text + split, size - split);
    } else {
      for (gsize i = 0; i < size; i++)
        feed (filter, got, text + i, 1);
    }
    rest = think_filter_end (filter);
    g_string_append (got, rest);
    g_assert_cmpstr (got->str, ==, expected);
  }
}

static void
test_filter (void)
{
  expect ("Hello.", "Hello.");
  expect ("<think>Hm.</think>\n\nHello.", "Hello.");
  expect ("So <think>a</think>b<think>c < d</think> e", "So be");
  expect ("Hm.</think> Hello.", "Hm.Hello.");
  expect ("<think>never ends", "");
  expect ("<think></think>", "");
  expect ("1 < 2 and <b>", "1 < 2 and <b>");
  expect ("ends with <thin", "ends with <thin");
  expect ("<<think>x</think>>", "<>");
}

static void
test_nothing_held (void)
{
  g_autoptr (ThinkFilter) filter = think_filter_new ();
  g_autofree gchar *first = think_filter_feed (filter, "Hello there");

  g_assert_cmpstr (first, ==, "Hello there");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/think-filter/filter", test_filter);
  g_test_add_func ("/think-filter/nothing-held", test_nothing_held);
  return g_test_run ();
}
