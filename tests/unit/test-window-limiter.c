/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/access/window-limiter.h"

#define SECONDS(n) ((gint64) ((n) *G_USEC_PER_SEC))

static void
expect (VowelWindowLimiter *limiter, const gchar *who, gdouble at,
    gboolean allowed, guint left, guint reset_s)
{
  VowelWindow window;

  g_assert_cmpint (
      vowel_window_limiter_take (limiter, who, SECONDS (at), &window), ==,
      allowed);
  g_assert_cmpuint (window.left, ==, left);
  g_assert_cmpuint (window.reset_s, ==, reset_s);
}

static void
test_window (void)
{
  g_autoptr (VowelWindowLimiter) limiter =
      vowel_window_limiter_new (2, SECONDS (60));

  expect (limiter, "a", 5, TRUE, 1, 60);
  expect (limiter, "a", 35.5, TRUE, 0, 30);
  expect (limiter, "a", 36, FALSE, 0, 29);
  expect (limiter, "b", 36, TRUE, 1, 60);
  expect (limiter, "a", 64.999999, FALSE, 0, 1);
  expect (limiter, "a", 65, TRUE, 1, 60);
}

static void
test_none (void)
{
  g_autoptr (VowelWindowLimiter) limiter =
      vowel_window_limiter_new (0, SECONDS (60));

  for (guint i = 0; i < 1000; i++)
    expect (limiter, "a", 1, TRUE, 0, 0);
}

/* Of many, those whose window is over are forgotten; the others are not. */
static void
test_many (void)
{
  g_autoptr (VowelWindowLimiter) limiter =
      vowel_window_limiter_new (1, SECONDS (60));

  for (guint i = 0; i < 9999; i++) {
    g_autofree gchar *who = g_strdup_printf ("%u", i);

    expect (limiter, who, 0, TRUE, 0, 60);
  }
  expect (limiter, "late", 59, TRUE, 0, 60);
  expect (limiter, "later", 61, TRUE, 0, 60);
  expect (limiter, "late", 61, FALSE, 0, 58);
  expect (limiter, "7", 61, TRUE, 0, 60);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/window-limiter/window", test_window);
  g_test_add_func ("/window-limiter/none", test_none);
  g_test_add_func ("/window-limiter/many", test_many);
  return g_test_run ();
}
