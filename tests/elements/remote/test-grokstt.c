/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* grokstt against a strict fake, which says how long an utterance was. */

#include "config.h"

#include "listening.h"

static const ListeningSubject subject = {
    .factory = "grokstt",
    .vendor = "grok",
    .single_use = TRUE,
};

static void
test_options (void)
{
  Fixture f;

  listening_init (&f, &subject, "ok");
  g_object_set (
      f.element, "language", "de", "keyterms", "Vowel, Oslo & co", NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  hearing_expect (&f, "500 milliseconds at 16000 in de with Vowel+Oslo & co.");
  g_object_set (f.element, "retries", 0, "language", "Klingon", NULL);
  /* The next connection was made before, but not for that. */
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  fixture_clear (&f);
}

/* The end repeats what came before, has it all, or has the rest. */
static void
test_ends (void)
{
  static const gchar *const forms[][2] = {
      {"ok", "500 milliseconds at 16000."},
      {"again", "500 milliseconds at 16000."},
      {"other", "500 milliseconds at 16000."},
      {"only-done", "500 milliseconds at 16000."},
      {"rest", "500 milliseconds at 16000."},
      {"pauses", "After 200. 500 milliseconds at 16000."},
      {"pauses,again", "After 200. 500 milliseconds at 16000."},
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    Fixture f;

    listening_init (&f, &subject, forms[i][0]);
    hearing_restart (&f);
    hearing_say (&f, 500);
    hearing_expect (&f, forms[i][1]);
    fixture_clear (&f);
  }
}

int
main (int argc, char **argv)
{
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  remote_start ();
  listening_add_tests (&subject);
  g_test_add_func ("/grokstt/options", test_options);
  g_test_add_func ("/grokstt/ends", test_ends);
  result = g_test_run ();
  remote_stop ();
  return result;
}
