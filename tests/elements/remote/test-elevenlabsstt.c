/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* elevenlabsstt against a strict fake, which says how long an utterance was. */

#include "config.h"

#include "listening.h"

static const ListeningSubject subject = {
    .factory = "elevenlabsstt",
    .vendor = "elevenlabs",
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
  gst_element_set_state (f.element, GST_STATE_NULL);
  g_object_set (f.element, "model", "nobody", NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  fixture_clear (&f);
}

/* Each is told once, whichever forms it comes in. */
static void
test_twice (void)
{
  Fixture f;

  listening_init (&f, &subject, "twice");
  hearing_restart (&f);
  hearing_begin (&f, 400);
  hearing_end (&f);
  hearing_begin (&f, 600);
  hearing_end (&f);
  hearing_expect_number (&f, 1, "400 milliseconds at 16000.");
  hearing_expect_number (&f, 2, "600 milliseconds at 16000.");
  fixture_clear (&f);
}

/* Only when asked for, and not told; a server that does not say that it will
 * tell is not waited for. */
static void
test_language (void)
{
  static const struct {
    const gchar *faults;
    gboolean detect;
    const gchar *language;
    const gchar *text;
    const gchar *expected;
  } cases[] = {
      {"ok", TRUE, NULL, "500 milliseconds at 16000.", "deu"},
      {"ok", FALSE, NULL, "500 milliseconds at 16000.", ""},
      {"ok", TRUE, "fr", "500 milliseconds at 16000 in fr.", ""},
      {"no-detection", TRUE, NULL, "500 milliseconds at 16000.", ""},
      {"twice", TRUE, NULL, "500 milliseconds at 16000.", "deu"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Fixture f;

    listening_init (&f, &subject, cases[i].faults);
    g_object_set (f.element, "detect-language", cases[i].detect, "language",
        cases[i].language, NULL);
    hearing_restart (&f);
    for (guint n = 0; n < 2; n++) {
      hearing_say (&f, 500);
      hearing_expect_language (&f, cases[i].text, cases[i].expected);
    }
    fixture_clear (&f);
  }
}

/* What is too short to be committed is filled up. */
static void
test_short (void)
{
  Fixture f;

  listening_init (&f, &subject, "ok");
  hearing_restart (&f);
  hearing_say (&f, 100);
  hearing_expect (&f, "320 milliseconds at 16000.");
  hearing_say (&f, 500);
  hearing_expect (&f, "500 milliseconds at 16000.");
  fixture_clear (&f);
}

/* No commit: what there is counts, and the session goes on. */
static void
test_throttled (void)
{
  Fixture f;
  guint before = remote_count_requests ();

  listening_init (&f, &subject, "throttled");
  hearing_restart (&f);
  hearing_say (&f, 500);
  hearing_expect (&f, "well");
  hearing_say (&f, 400);
  hearing_expect (&f, "well");
  g_assert_cmpuint (remote_count_requests (), ==, before + 1);
  fixture_clear (&f);
}

/* An end that is not answered leaves nobody knowing whose words come next. */
static void
test_unanswered (void)
{
  Fixture f;
  guint before = remote_count_requests ();

  listening_init (&f, &subject, "silent-once");
  g_object_set (
      f.element, "finalize-timeout", (guint64) (50 * GST_MSECOND), NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  hearing_expect (&f, "500 milliseconds at 16000.");
  g_assert_cmpuint (remote_count_requests (), ==, before + 2);
  fixture_clear (&f);
}

static void
test_errors (void)
{
  static const struct {
    const gchar *faults;
    GstVowelError code;
  } errors[] = {
      {"error,quota_exceeded", GST_VOWEL_ERROR_BILLING},
      {"error,rate_limited", GST_VOWEL_ERROR_RATE_LIMIT},
      {"error,queue_overflow", GST_VOWEL_ERROR_OVERLOADED},
      {"error,unaccepted_terms", GST_VOWEL_ERROR_AUTH},
      {"error,session_time_limit_exceeded", GST_VOWEL_ERROR_UPSTREAM},
  };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    Fixture f;

    listening_init (&f, &subject, errors[i].faults);
    g_object_set (f.element, "retries", 0, NULL);
    hearing_restart (&f);
    hearing_say (&f, 500);
    g_error_free (remote_expect_failure (&f, errors[i].code));
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
  g_test_add_func ("/elevenlabsstt/options", test_options);
  g_test_add_func ("/elevenlabsstt/twice", test_twice);
  g_test_add_func ("/elevenlabsstt/language", test_language);
  g_test_add_func ("/elevenlabsstt/short", test_short);
  g_test_add_func ("/elevenlabsstt/throttled", test_throttled);
  g_test_add_func ("/elevenlabsstt/unanswered", test_unanswered);
  g_test_add_func ("/elevenlabsstt/errors", test_errors);
  result = g_test_run ();
  remote_stop ();
  return result;
}
