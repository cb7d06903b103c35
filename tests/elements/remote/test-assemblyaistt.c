/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* assemblyaistt against a strict fake, which says how long an utterance was. */

#include "config.h"

#include "listening.h"

static const ListeningSubject subject = {
    .factory = "assemblyaistt",
    .vendor = "assemblyai",
    .timed = TRUE,
};

static void
test_options (void)
{
  Fixture f;

  listening_init (&f, &subject, "ok");
  g_object_set (f.element, "language", "de,en", "keyterms", "Vowel, Oslo & co",
      "model", "universal-streaming-multilingual", NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  hearing_expect (
      &f, "500 milliseconds at 16000 with de+en with Vowel+Oslo & co.");
  gst_element_set_state (f.element, GST_STATE_NULL);
  g_object_set (f.element, "model", "nobody", NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  fixture_clear (&f);
}

/* Models that end a turn once, and turns that end within an utterance. */
static void
test_turns (void)
{
  static const gchar *const forms[][3] = {
      {"universal-streaming-english", "ok", "1600 milliseconds at 16000."},
      {"u3-rt-pro", "ok", "1600 milliseconds at 16000."},
      {"universal-streaming-english", "pauses",
          "After 200. 1600 milliseconds at 16000."},
      {"u3-rt-pro", "pauses", "After 200. 1600 milliseconds at 16000."},
  };

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    Fixture f;

    listening_init (&f, &subject, forms[i][1]);
    g_object_set (f.element, "model", forms[i][0], NULL);
    hearing_restart (&f);
    hearing_say (&f, 1600);
    hearing_expect (&f, forms[i][2]);
    fixture_clear (&f);
  }
}

/* The end of a turn is not answered: what there is counts. */
static void
test_no_mark (void)
{
  Fixture f;

  listening_init (&f, &subject, "no-mark");
  g_object_set (
      f.element, "finalize-timeout", (guint64) (300 * GST_MSECOND), NULL);
  hearing_restart (&f);
  hearing_say (&f, 400);
  hearing_expect (&f, "well");
  hearing_say (&f, 600);
  hearing_expect (&f, "well");
  fixture_clear (&f);
}

/* A message has at least 50 ms. */
static void
test_short (void)
{
  Fixture f;

  listening_init (&f, &subject, "ok");
  hearing_restart (&f);
  hearing_say (&f, 20);
  hearing_expect (&f, "50 milliseconds at 16000.");
  hearing_say (&f, 80);
  hearing_expect (&f, "80 milliseconds at 16000.");
  fixture_clear (&f);
}

/* The time of a connection costs: it goes, with a word, when nobody speaks, and
 * comes back when somebody does. */
static void
test_idle (void)
{
  Fixture f;
  guint before = remote_count_requests ();

  listening_init (&f, &subject, "ok");
  g_object_set (f.element, "idle-timeout", (guint64) (50 * GST_MSECOND), NULL);
  hearing_restart (&f);
  while (!remote_request_is (before, "closed"))
    g_thread_yield ();
  hearing_say (&f, 500);
  hearing_expect (&f, "500 milliseconds at 16000.");
  while (!remote_request_is (before + 1, "closed"))
    g_thread_yield ();
  /* So it does when the element is stopped. */
  g_object_set (f.element, "idle-timeout", (guint64) 0, NULL);
  hearing_say (&f, 500);
  hearing_expect (&f, "500 milliseconds at 16000.");
  gst_element_set_state (f.element, GST_STATE_NULL);
  while (!remote_request_is (before + 2, "closed"))
    g_thread_yield ();
  for (guint i = 0; i < 3; i++)
    g_assert_false (remote_request_is (before + i, "aborted"));
  fixture_clear (&f);
}

static void
test_closing (void)
{
  static const struct {
    const gchar *faults;
    GstVowelError code;
  } closings[] = {
      {"close-4002", GST_VOWEL_ERROR_BILLING},
      {"close-4029", GST_VOWEL_ERROR_RATE_LIMIT},
      {"close-3009", GST_VOWEL_ERROR_RATE_LIMIT},
      {"close-4031", GST_VOWEL_ERROR_UPSTREAM},
  };

  for (guint i = 0; i < G_N_ELEMENTS (closings); i++) {
    Fixture f;

    listening_init (&f, &subject, closings[i].faults);
    g_object_set (f.element, "retries", 0, NULL);
    hearing_restart (&f);
    hearing_say (&f, 500);
    g_error_free (remote_expect_failure (&f, closings[i].code));
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
  g_test_add_func ("/assemblyaistt/options", test_options);
  g_test_add_func ("/assemblyaistt/turns", test_turns);
  g_test_add_func ("/assemblyaistt/no-mark", test_no_mark);
  g_test_add_func ("/assemblyaistt/short", test_short);
  g_test_add_func ("/assemblyaistt/idle", test_idle);
  g_test_add_func ("/assemblyaistt/closing", test_closing);
  result = g_test_run ();
  remote_stop ();
  return result;
}
