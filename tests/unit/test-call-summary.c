/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a model is asked about a call, and what becomes of its answer. */

#include "server/calls/call-summary.h"

#include <string.h>

static void
test_question (void)
{
  g_autoptr (VowelCall) call = vowel_call_new ("sess");
  g_autofree gchar *none = vowel_call_summary_make_question (call->lines);
  g_autofree gchar *question = NULL;
  g_autofree gchar *lengthy = g_strnfill (4000, 'x');
  g_autofree gchar *cut = NULL;

  g_assert_null (none);
  vowel_call_add_line (call, 0, "system", "i0", "Be Ann.");
  vowel_call_add_line (call, 1, "user", "i1", "Hello?");
  vowel_call_add_line (call, 2, "tool", "i2", "get_time {}");
  vowel_call_add_line (call, 3, "assistant", "i3", "It is noon.");
  question = vowel_call_summary_make_question (call->lines);
  g_assert_cmpstr (question, ==, "Caller: Hello?\nAgent: It is noon.\n");
  /* Of a long one the end. */
  vowel_call_add_line (call, 4, "user", "i4", lengthy);
  vowel_call_add_line (call, 5, "user", "i5", "Bye.");
  cut = vowel_call_summary_make_question (call->lines);
  g_assert_cmpint (g_utf8_strlen (cut, -1), ==, 3000);
  g_assert_true (g_str_has_suffix (cut, "xCaller: Bye.\n")
                 || g_str_has_suffix (cut, "x\nCaller: Bye.\n"));
}

static void
test_parse (void)
{
  static const struct {
    const gchar *answer;
    const gchar *summary; /* NULL: it is none */
    const gchar *sentiment;
  } table[] = {
      {"{\"summary\":\"All well.\",\"sentiment\":\"positive\"}", "All well.",
          "positive"},
      {"Sure:\n```json\n{\"summary\":\"So so.\"}\n```", "So so.", "neutral"},
      {"{\"summary\":\"So so.\",\"sentiment\":\"angry\"}", "So so.", "neutral"},
      {"{\"summary\":\"So so.\",\"sentiment\":7}", "So so.", "neutral"},
      {"{\"summary\":\"\"}", NULL},
      {"{\"summary\":7}", NULL},
      {"[]", NULL},
      {"} {", NULL},
      {"{", NULL},
      {"Seven times eight is fifty six.", NULL},
      {"", NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (table); i++) {
    g_autofree gchar *summary = NULL;
    g_autofree gchar *sentiment = NULL;

    g_assert_cmpint (
        vowel_call_summary_parse (table[i].answer, &summary, &sentiment), ==,
        table[i].summary != NULL);
    g_assert_cmpstr (summary, ==, table[i].summary);
    g_assert_cmpstr (sentiment, ==, table[i].sentiment);
  }
}

static void
test_add (void)
{
  g_autofree gchar *alone =
      vowel_call_summary_add (NULL, "All \"well\".", "neutral");
  g_autofree gchar *beside =
      vowel_call_summary_add ("{\"ip\":\"::1\"}", "Fine.", "positive");
  g_autofree gchar *broken = vowel_call_summary_add ("[", "Fine.", "positive");

  g_assert_cmpstr (alone, ==,
      "{\"summary\":\"All \\\"well\\\".\",\"sentiment\":\"neutral\"}");
  g_assert_cmpstr (beside, ==,
      "{\"ip\":\"::1\",\"summary\":\"Fine.\",\"sentiment\":\"positive\"}");
  g_assert_cmpstr (
      broken, ==, "{\"summary\":\"Fine.\",\"sentiment\":\"positive\"}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call-summary/question", test_question);
  g_test_add_func ("/call-summary/parse", test_parse);
  g_test_add_func ("/call-summary/add", test_add);
  return g_test_run ();
}
