/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* openaistt against strict fakes, which say how long an utterance was. */

#include "config.h"

#include "hearing.h"

static void
setup (Fixture *f, const gchar *vendor, const gchar *faults)
{
  hearing_init (f, "openaistt");
  g_object_set (f->element, "api-key", REMOTE_KEY, NULL);
  remote_set_target (f->element, vendor, faults);
}

static void
test_vendors (void)
{
  static const gchar *const vendors[] = {"openai", "openai-compatible"};

  for (guint i = 0; i < G_N_ELEMENTS (vendors); i++) {
    Fixture f;

    setup (&f, vendors[i], "ok");
    hearing_say (&f, 500);
    hearing_expect (&f, "500 milliseconds at 16000.");
    g_object_set (f.element, "language", "en", "prompt", "Vowel", NULL);
    hearing_say (&f, 1000);
    hearing_expect (&f, "1000 milliseconds at 16000 in en.");
    fixture_clear (&f);
  }
}

static void
test_forms (void)
{
  static const gchar *const forms[] = {
      "text", "bytes", "ok", "bytes,crlf", "segments", "no-stream"};
  Fixture f;

  setup (&f, "openai", "ok");
  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    remote_set_target (f.element, "openai", forms[i]);
    g_object_set (f.element, "stream", i >= 2, NULL);
    hearing_say (&f, 500);
    hearing_expect (&f, "500 milliseconds at 16000.");
  }
  /* What whisper makes of silence is nothing. */
  remote_set_target (f.element, "openai", "nothing");
  hearing_say (&f, 500);
  hearing_expect (&f, "");
  fixture_clear (&f);
}

typedef struct {
  const gchar *faults;
  gint code; /* -1: it ends well, after a second try */
  gboolean stream;
} Fault;

static const Fault matrix[] = {
    {"429-once", -1},
    {"500-once", -1},
    {"reset-once", -1},
    {"error-in-200-once", -1},
    {"quota", GST_VOWEL_ERROR_BILLING},
    {"429", GST_VOWEL_ERROR_RATE_LIMIT},
    {"402", GST_VOWEL_ERROR_BILLING},
    {"403", GST_VOWEL_ERROR_AUTH},
    {"503", GST_VOWEL_ERROR_OVERLOADED},
    {"redirect", GST_VOWEL_ERROR_PROTOCOL},
    {"error-in-200", GST_VOWEL_ERROR_UPSTREAM},
    {"404", GST_VOWEL_ERROR_NOT_FOUND},
    {"422", GST_VOWEL_ERROR_BAD_REQUEST},
    {"500", GST_VOWEL_ERROR_UPSTREAM},
    {"html", GST_VOWEL_ERROR_UPSTREAM},
    {"not-http", GST_VOWEL_ERROR_PROTOCOL},
    {"garbage", GST_VOWEL_ERROR_PROTOCOL},
    {"no-text", GST_VOWEL_ERROR_PROTOCOL},
    {"cut", GST_VOWEL_ERROR_UPSTREAM},
    {"close", GST_VOWEL_ERROR_PROTOCOL},
    {"close", GST_VOWEL_ERROR_PROTOCOL, TRUE},
    {"error-openai", GST_VOWEL_ERROR_UPSTREAM, TRUE},
};

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  Fixture f;

  setup (&f, "openai", fault->faults);
  g_object_set (f.element, "stream", fault->stream, NULL);
  if (fault->code >= 0)
    g_object_set (f.element, "retries", 0, NULL);
  hearing_say (&f, 500);
  if (fault->code >= 0)
    g_error_free (remote_expect_failure (&f, fault->code));
  else
    hearing_expect (&f, "500 milliseconds at 16000.");
  remote_set_target (f.element, "openai", "ok");
  hearing_say (&f, 400);
  hearing_expect (&f, "400 milliseconds at 16000.");
  fixture_clear (&f);
}

static void
test_refused (void)
{
  Fixture f;

  setup (&f, "openai", "ok");
  g_object_set (f.element, "model", "no-such-model", NULL);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_NOT_FOUND));
  g_object_set (
      f.element, "model", "whisper-1", "api-key", REMOTE_KEY "x", NULL);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  g_object_set (f.element, "api-key", REMOTE_KEY, "language", "english", NULL);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  g_object_set (f.element, "language", NULL, NULL);
  hearing_say (&f, 500);
  hearing_expect (&f, "500 milliseconds at 16000.");
  g_unsetenv ("OPENAI_API_KEY");
  g_object_set (f.element, "api-key", NULL, NULL);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  fixture_clear (&f);
}

/* What is so uncertain that nobody has said it is left out, of answers in one
 * and in pieces. */
static void
test_phantoms (void)
{
  static const struct {
    const gchar *vendor;
    const gchar *profile;
    const gchar *faults;
    const gchar *expected;
  } cases[] = {
      {"groq", "groq-whisper", "phantom", "500 milliseconds at 16000."},
      {"groq", "groq-whisper", "phantom,unsure",
          "500 milliseconds at 16000. Perhaps. Indeed."},
      {"openai-compatible", "openai-compatible", "phantom",
          "500 milliseconds at 16000."},
      {"openai-compatible", "openai-compatible", "phantom,unsure",
          "500 milliseconds at 16000. Perhaps. Indeed."},
      {"openai-compatible", "openai-compatible", "phantom,no-stream",
          "500 milliseconds at 16000."},
      {"whisper.cpp", "whisper.cpp", "phantom",
          "500 milliseconds at 16000 in auto."},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    Fixture f;

    setup (&f, cases[i].vendor, cases[i].faults);
    g_object_set (f.element, "profile", cases[i].profile, NULL);
    hearing_say (&f, 500);
    hearing_expect (&f, cases[i].expected);
    fixture_clear (&f);
  }
}

/* The words are shown while they come, from services that can send them so. */
static void
test_interim (void)
{
  static const gchar *const expected[] = {
      "500", "500 milliseconds", "500 milliseconds at"};
  Fixture f;

  setup (&f, "openai", "ok");
  hearing_say (&f, 500);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++) {
    g_autoptr (GstMessage) message =
        fixture_expect (&f, GST_VOWEL_MESSAGE_TRANSCRIPT);
    GstVowelTranscript t;

    g_assert_true (gst_vowel_message_parse_transcript (message, &t));
    g_assert_false (t.final);
    g_assert_cmpstr (t.text, ==, expected[i]);
  }
  hearing_expect (&f, "500 milliseconds at 16000.");
  fixture_clear (&f);
}

/* Nobody is asked about what is too short for a word. */
static void
test_short (void)
{
  Fixture f;
  guint before = remote_count_requests ();

  setup (&f, "openai", "ok");
  hearing_say (&f, 240);
  hearing_expect (&f, "");
  g_assert_cmpuint (remote_count_requests (), ==, before);
  hearing_say (&f, 260);
  hearing_expect (&f, "260 milliseconds at 16000.");
  fixture_clear (&f);
}

/* What is in an answer in full, unless it was told. */
static void
test_recognised_language (void)
{
  Fixture f;

  setup (&f, "groq", "ok");
  g_object_set (f.element, "profile", "groq-whisper", NULL);
  hearing_say (&f, 500);
  hearing_expect_language (&f, "500 milliseconds at 16000.", "english");
  g_object_set (f.element, "language", "en", NULL);
  hearing_say (&f, 500);
  hearing_expect_language (&f, "500 milliseconds at 16000 in en.", "");
  fixture_clear (&f);
}

/* A region is not for these services. The server of whisper.cpp would take
 * everything for English. */
static void
test_languages (void)
{
  Fixture f;

  setup (&f, "openai", "ok");
  g_object_set (f.element, "language", "de-AT", NULL);
  hearing_say (&f, 500);
  hearing_expect (&f, "500 milliseconds at 16000 in de.");
  remote_set_target (f.element, "whisper.cpp", "ok");
  hearing_say (&f, 500);
  hearing_expect (&f, "500 milliseconds at 16000 in de.");
  g_object_set (f.element, "language", NULL, NULL);
  hearing_say (&f, 500);
  hearing_expect (&f, "500 milliseconds at 16000 in auto.");
  fixture_clear (&f);
}

static void
test_silence (void)
{
  Fixture f;

  setup (&f, "openai", "mute");
  g_object_set (f.element, "retries", 0, "result-timeout",
      (guint64) (50 * GST_MSECOND), NULL);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_TIMEOUT));
  remote_expect_abort ();
  g_object_set (f.element, "result-timeout", (guint64) (20 * GST_SECOND), NULL);
  remote_set_target (f.element, "openai", "ok");
  hearing_say (&f, 500);
  hearing_expect (&f, "500 milliseconds at 16000.");

  /* Stopped while it waits. */
  remote_set_target (f.element, "openai", "mute");
  {
    guint before = remote_count_requests ();

    hearing_say (&f, 500);
    while (remote_count_requests () == before)
      g_thread_yield ();
  }
  gst_element_set_state (f.element, GST_STATE_NULL);
  remote_expect_abort ();
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  remote_start ();
  g_test_add_func ("/openaistt/vendors", test_vendors);
  g_test_add_func ("/openaistt/forms", test_forms);
  for (guint i = 0; i < G_N_ELEMENTS (matrix); i++) {
    g_autofree gchar *path = g_strdup_printf ("/openaistt/fault/%s%s",
        matrix[i].faults, matrix[i].stream ? "-in-stream" : "");

    g_test_add_data_func (path, &matrix[i], test_fault);
  }
  g_test_add_func ("/openaistt/refused", test_refused);
  g_test_add_func ("/openaistt/phantoms", test_phantoms);
  g_test_add_func ("/openaistt/interim", test_interim);
  g_test_add_func ("/openaistt/short", test_short);
  g_test_add_func ("/openaistt/languages", test_languages);
  g_test_add_func ("/openaistt/recognised-language", test_recognised_language);
  g_test_add_func ("/openaistt/silence", test_silence);
  result = g_test_run ();
  remote_stop ();
  return result;
}
