/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "live-utterance.h"

static void
take (LiveUtterance *utterance, const gchar *separator, LiveResult result,
    const gchar *fixed, const gchar *shown)
{
  g_autofree gchar *text = NULL;

  live_utterance_take (utterance, separator, &result);
  text = live_utterance_dup_text (utterance);
  g_assert_cmpstr (utterance->fixed->str, ==, fixed);
  g_assert_cmpstr (text, ==, shown);
}

/* What is not fixed gives way, what is fixed stays. */
static void
test_pieces (void)
{
  g_autoptr (LiveUtterance) u = live_utterance_new (NULL, LIVE_RATE / 2);
  g_autofree gchar *nothing = live_utterance_dup_text (u);

  g_assert_cmpstr (nothing, ==, "");
  g_assert_cmpfloat (u->from, ==, 0.5);
  take (u, " ", (LiveResult){.text = "he"}, "", "he");
  take (u, " ", (LiveResult){.text = "hello"}, "", "hello");
  take (u, " ", (LiveResult){.text = "Hello", .confidence = 7, .fixed = TRUE},
      "Hello", "Hello");
  g_assert_cmpfloat (u->confidence, ==, 1.0);
  take (u, " ", (LiveResult){.text = "the"}, "Hello", "Hello the");
  take (u, " ", (LiveResult){.text = NULL, .fixed = TRUE}, "Hello", "Hello");
  take (u, " ", (LiveResult){.text = "there.", .fixed = TRUE}, "Hello there.",
      "Hello there.");
  live_utterance_end (u, LIVE_RATE);
  g_assert_cmpfloat (u->to, ==, 1.0);
}

static void
test_deltas (void)
{
  g_autoptr (LiveUtterance) u = live_utterance_new (NULL, 0);

  take (u, "", (LiveResult){.text = " Hel", .fixed = TRUE}, " Hel", "Hel");
  take (u, "", (LiveResult){.text = "lo", .fixed = TRUE}, " Hello", "Hello");
  take (u, "",
      (LiveResult){.text = "Hello.", .fixed = TRUE, .extent = LIVE_UTTERANCE},
      "Hello.", "Hello.");
}

/* A turn may be said again; those before it stay. */
static void
test_turns (void)
{
  g_autoptr (LiveUtterance) u = live_utterance_new (NULL, 0);

  take (u, " ", (LiveResult){.text = "one", .turn = 4, .extent = LIVE_TURN}, "",
      "one");
  take (u, " ",
      (LiveResult){
          .text = "one two", .turn = 4, .fixed = TRUE, .extent = LIVE_TURN},
      "one two", "one two");
  take (u, " ",
      (LiveResult){
          .text = "One, two.", .turn = 4, .fixed = TRUE, .extent = LIVE_TURN},
      "One, two.", "One, two.");
  take (u, " ", (LiveResult){.text = "thr", .turn = 5, .extent = LIVE_TURN},
      "One, two.", "One, two. thr");
  take (u, " ",
      (LiveResult){
          .text = "Three.", .turn = 5, .fixed = TRUE, .extent = LIVE_TURN},
      "One, two. Three.", "One, two. Three.");
  take (u, " ",
      (LiveResult){.text = "3.", .turn = 5, .fixed = TRUE, .extent = LIVE_TURN},
      "One, two. 3.", "One, two. 3.");
  take (u, " ",
      (LiveResult){.text = "All.", .turn = 5, .extent = LIVE_UTTERANCE}, "",
      "All.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/live-utterance/pieces", test_pieces);
  g_test_add_func ("/live-utterance/deltas", test_deltas);
  g_test_add_func ("/live-utterance/turns", test_turns);
  return g_test_run ();
}
