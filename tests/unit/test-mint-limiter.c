/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/control/mint-limiter.h"

#define SECONDS(n) ((gint64) ((n) *G_USEC_PER_SEC))

static void
test_limit (void)
{
  g_autoptr (VowelMintLimiter) limiter = vowel_mint_limiter_new (3);
  g_autoptr (VowelMintLimiter) none = vowel_mint_limiter_new (0);
  guint retry;

  for (guint i = 0; i < 3; i++)
    g_assert_true (vowel_mint_limiter_take (limiter, "a", SECONDS (1), &retry));
  g_assert_false (vowel_mint_limiter_take (limiter, "a", SECONDS (1), &retry));
  g_assert_cmpuint (retry, ==, 21);
  g_assert_true (vowel_mint_limiter_take (limiter, "b", SECONDS (1), &retry));
  g_assert_false (vowel_mint_limiter_take (limiter, "a", SECONDS (20), &retry));
  g_assert_cmpuint (retry, ==, 2);
  g_assert_true (
      vowel_mint_limiter_take (limiter, "a", SECONDS (21.5), &retry));
  g_assert_false (
      vowel_mint_limiter_take (limiter, "a", SECONDS (21.5), &retry));
  for (guint i = 0; i < 1000; i++)
    g_assert_true (vowel_mint_limiter_take (none, "a", 0, &retry));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mint-limiter/limit", test_limit);
  return g_test_run ();
}
