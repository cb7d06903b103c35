/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include <gst/vowel/vowel.h>

#define MINUTE (60 * GST_SECOND)

/* Its clock is a number. */
typedef struct {
  GstVowelBreaker *breaker;
  GstVowelBreakerPolicy policy;
  GstClockTime now;
} Fixture;

static void
setup (Fixture *f)
{
  f->breaker = gst_vowel_breaker_new ("acme");
  f->policy = *gst_vowel_breaker_policy_default ();
  f->now = 1000 * GST_SECOND;
}

static void
leave (Fixture *f, guint64 ticket, GstVowelError code)
{
  g_autoptr (GError) error =
      g_error_new_literal (GST_VOWEL_ERROR, code, "It broke");

  gst_vowel_breaker_leave (f->breaker, ticket, &f->policy, f->now, error);
}

static guint64
enter (Fixture *f)
{
  guint64 ticket = gst_vowel_breaker_enter (f->breaker, f->now, NULL);

  g_assert_cmpuint (ticket, !=, 0);
  return ticket;
}

static void
fail (Fixture *f, GstVowelError code)
{
  leave (f, enter (f), code);
}

static void
succeed (Fixture *f)
{
  gst_vowel_breaker_leave (f->breaker, enter (f), &f->policy, f->now, NULL);
}

static void
expect_open (Fixture *f, GstClockTime duration)
{
  g_assert_cmpuint (gst_vowel_breaker_enter (f->breaker, f->now, NULL), ==, 0);
  f->now += duration - 1;
  g_assert_cmpuint (gst_vowel_breaker_enter (f->breaker, f->now, NULL), ==, 0);
  f->now++;
}

static void
test_opens (void)
{
  Fixture f;
  g_autoptr (GError) error = NULL;

  setup (&f);
  fail (&f, GST_VOWEL_ERROR_TIMEOUT);
  fail (&f, GST_VOWEL_ERROR_RATE_LIMIT);
  succeed (&f);
  fail (&f, GST_VOWEL_ERROR_TIMEOUT);
  fail (&f, GST_VOWEL_ERROR_UPSTREAM);
  fail (&f, GST_VOWEL_ERROR_OVERLOADED);
  g_assert_cmpuint (gst_vowel_breaker_enter (f.breaker, f.now, &error), ==, 0);
  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_OVERLOADED);
  g_assert_nonnull (strstr (error->message,
      "acme has failed 3 times in a row and is not asked before "));
  g_assert_nonnull (
      strstr (error->message, " UTC (in 30 s); at last: It broke"));
  gst_vowel_breaker_free (f.breaker);
}

static void
test_trial (void)
{
  Fixture f;
  guint64 trial;

  setup (&f);
  for (guint i = 0; i < 3; i++)
    fail (&f, GST_VOWEL_ERROR_UPSTREAM);
  expect_open (&f, 30 * GST_SECOND);
  /* One, and nobody else meanwhile. */
  trial = enter (&f);
  g_assert_cmpuint (gst_vowel_breaker_enter (f.breaker, f.now, NULL), ==, 0);
  gst_vowel_breaker_leave (f.breaker, trial, &f.policy, f.now, NULL);
  /* Closed, and counted from the beginning. */
  fail (&f, GST_VOWEL_ERROR_UPSTREAM);
  fail (&f, GST_VOWEL_ERROR_UPSTREAM);
  succeed (&f);
  gst_vowel_breaker_free (f.breaker);
}

static void
test_doubles (void)
{
  static const guint seconds[] = {30, 60, 120, 240, 300, 300};
  Fixture f;

  setup (&f);
  fail (&f, GST_VOWEL_ERROR_UPSTREAM);
  fail (&f, GST_VOWEL_ERROR_UPSTREAM);
  for (guint i = 0; i < G_N_ELEMENTS (seconds); i++) {
    fail (&f, GST_VOWEL_ERROR_UPSTREAM);
    expect_open (&f, seconds[i] * GST_SECOND);
  }
  succeed (&f);
  for (guint i = 0; i < 3; i++)
    fail (&f, GST_VOWEL_ERROR_UPSTREAM);
  expect_open (&f, 30 * GST_SECOND);
  gst_vowel_breaker_free (f.breaker);
}

static void
test_lasting (void)
{
  static const GstVowelError codes[] = {
      GST_VOWEL_ERROR_AUTH, GST_VOWEL_ERROR_BILLING};

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++) {
    Fixture f;

    setup (&f);
    for (guint n = 0; n < 3; n++)
      fail (&f, codes[i]);
    expect_open (&f, 5 * MINUTE);
    gst_vowel_breaker_free (f.breaker);
  }
}

static void
test_innocent (void)
{
  Fixture f;

  setup (&f);
  for (guint i = 0; i < 10; i++) {
    fail (&f, GST_VOWEL_ERROR_BAD_REQUEST);
    fail (&f, GST_VOWEL_ERROR_CANCELLED);
    fail (&f, GST_VOWEL_ERROR_NOT_FOUND);
    fail (&f, GST_VOWEL_ERROR_LIMIT);
  }
  /* They do not excuse anything either. */
  fail (&f, GST_VOWEL_ERROR_PROTOCOL);
  fail (&f, GST_VOWEL_ERROR_CANCELLED);
  fail (&f, GST_VOWEL_ERROR_PROTOCOL);
  fail (&f, GST_VOWEL_ERROR_BAD_REQUEST);
  fail (&f, GST_VOWEL_ERROR_PROTOCOL);
  expect_open (&f, 30 * GST_SECOND);
  /* A trial that is broken off leaves the next one its place. */
  fail (&f, GST_VOWEL_ERROR_CANCELLED);
  fail (&f, GST_VOWEL_ERROR_UPSTREAM);
  expect_open (&f, MINUTE);
  gst_vowel_breaker_free (f.breaker);
}

/* Many at once: what began before it opened says nothing new. */
static void
test_late (void)
{
  Fixture f;
  guint64 tickets[20];

  setup (&f);
  for (guint i = 0; i < G_N_ELEMENTS (tickets); i++)
    tickets[i] = enter (&f);
  for (guint i = 0; i + 1 < G_N_ELEMENTS (tickets); i++)
    leave (&f, tickets[i], GST_VOWEL_ERROR_UPSTREAM);
  gst_vowel_breaker_leave (
      f.breaker, tickets[G_N_ELEMENTS (tickets) - 1], &f.policy, f.now, NULL);
  expect_open (&f, 30 * GST_SECOND);
  gst_vowel_breaker_free (f.breaker);
}

/* Whoever was on trial never came back. */
static void
test_lost_trial (void)
{
  Fixture f;

  setup (&f);
  for (guint i = 0; i < 3; i++)
    fail (&f, GST_VOWEL_ERROR_UPSTREAM);
  expect_open (&f, 30 * GST_SECOND);
  enter (&f);
  expect_open (&f, 30 * GST_SECOND);
  succeed (&f);
  gst_vowel_breaker_free (f.breaker);
}

static void
test_policy (void)
{
  Fixture f;

  setup (&f);
  f.policy.failures = 0;
  for (guint i = 0; i < 20; i++)
    fail (&f, GST_VOWEL_ERROR_AUTH);
  f.policy = (GstVowelBreakerPolicy){21, 20 * MINUTE};
  fail (&f, GST_VOWEL_ERROR_UPSTREAM);
  expect_open (&f, 20 * MINUTE);
  fail (&f, GST_VOWEL_ERROR_UPSTREAM);
  expect_open (&f, 20 * MINUTE);
  gst_vowel_breaker_free (f.breaker);
}

static void
test_shared (void)
{
  GstVowelBreaker *one =
      gst_vowel_breaker_for_service ("acme", "http://a", "key");

  g_assert_true (
      gst_vowel_breaker_for_service ("acme", "http://a", "key") == one);
  g_assert_false (
      gst_vowel_breaker_for_service ("acme", "http://a", "other") == one);
  g_assert_false (
      gst_vowel_breaker_for_service ("acme", "http://a", NULL) == one);
  g_assert_false (
      gst_vowel_breaker_for_service ("acme", "http://b", "key") == one);
  g_assert_false (
      gst_vowel_breaker_for_service ("other", "http://a", "key") == one);
}

static void
count_open (GstVowelBreaker *breaker, gpointer user_data)
{
  guint *counts = user_data;

  if (g_str_equal (gst_vowel_breaker_get_name (breaker), "listed"))
    counts[gst_vowel_breaker_is_open (breaker)]++;
}

static void
test_listed (void)
{
  GstVowelBreakerPolicy policy = {1, GST_SECOND};
  GstVowelBreaker *one =
      gst_vowel_breaker_for_service ("listed", "http://a", NULL);
  g_autoptr (GError) error = g_error_new_literal (
      GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM, "it is down");
  guint counts[2] = {0};
  guint64 ticket = gst_vowel_breaker_enter (one, 0, NULL);

  gst_vowel_breaker_for_service ("listed", "http://b", NULL);
  gst_vowel_breaker_leave (one, ticket, &policy, 0, error);
  gst_vowel_breaker_foreach_service (count_open, counts);
  g_assert_cmpuint (counts[FALSE], ==, 1);
  g_assert_cmpuint (counts[TRUE], ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/breaker/opens", test_opens);
  g_test_add_func ("/breaker/trial", test_trial);
  g_test_add_func ("/breaker/doubles", test_doubles);
  g_test_add_func ("/breaker/lasting", test_lasting);
  g_test_add_func ("/breaker/innocent", test_innocent);
  g_test_add_func ("/breaker/late", test_late);
  g_test_add_func ("/breaker/lost-trial", test_lost_trial);
  g_test_add_func ("/breaker/policy", test_policy);
  g_test_add_func ("/breaker/shared", test_shared);
  g_test_add_func ("/breaker/listed", test_listed);
  return g_test_run ();
}
