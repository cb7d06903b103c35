/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* deepgramstt against a strict fake, which says how long an utterance was. */

#include "config.h"

#include "hearing.h"

/* Properties are read when the element connects, which is at its start. */
static void
setup (Fixture *f, const gchar *faults)
{
  hearing_init (f, "deepgramstt");
  gst_element_set_state (f->element, GST_STATE_NULL);
  g_object_set (f->element, "api-key", REMOTE_KEY, NULL);
  remote_set_target (f->element, "deepgram", faults);
}

static void
start (Fixture *f)
{
  hearing_restart (f);
}

static void
test_hears (void)
{
  Fixture f;
  guint before = remote_count_requests ();

  setup (&f, "ok");
  start (&f);
  /* One connection for all, which is there before anybody speaks. */
  while (remote_count_requests () == before)
    g_thread_yield ();
  for (guint i = 1; i <= 3; i++) {
    g_autofree gchar *expected =
        g_strdup_printf ("%u milliseconds at 16000.", i * 300);

    hearing_say (&f, i * 300);
    hearing_expect (&f, expected);
  }
  g_assert_cmpuint (remote_count_requests (), ==, before + 1);
  fixture_clear (&f);
}

static void
test_options (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "language", "multi", "keyterms", "Vowel, Oslo & co",
      "model", "nova-3-medical", NULL);
  start (&f);
  hearing_say (&f, 500);
  hearing_expect_language (&f, "500 milliseconds at 16000 in multi.", "en");
  fixture_clear (&f);
}

/* The next utterance begins before the last one's words are there. */
static void
test_overlapping (void)
{
  Fixture f;

  setup (&f, "ok");
  start (&f);
  hearing_begin (&f, 400);
  hearing_end (&f);
  hearing_begin (&f, 600);
  hearing_end (&f);
  hearing_expect_number (&f, 1, "400 milliseconds at 16000.");
  hearing_expect_number (&f, 2, "600 milliseconds at 16000.");
  fixture_clear (&f);
}

/* Finalize is not answered as such: what there is counts. */
static void
test_no_mark (void)
{
  Fixture f;

  setup (&f, "no-mark");
  g_object_set (
      f.element, "finalize-timeout", (guint64) (300 * GST_MSECOND), NULL);
  start (&f);
  hearing_say (&f, 400);
  hearing_expect (&f, "400 milliseconds at 16000.");
  hearing_say (&f, 600);
  hearing_expect (&f, "600 milliseconds at 16000.");
  fixture_clear (&f);
}

static void
test_keepalive (void)
{
  Fixture f;
  guint before = remote_count_requests ();

  setup (&f, "ok");
  g_object_set (f.element, "keepalive", (guint64) (20 * GST_MSECOND), NULL);
  start (&f);
  hearing_say (&f, 400);
  hearing_expect (&f, "400 milliseconds at 16000.");
  remote_expect_keepalives (3);
  hearing_say (&f, 400);
  hearing_expect (&f, "400 milliseconds at 16000.");
  g_assert_cmpuint (remote_count_requests (), ==, before + 1);
  fixture_clear (&f);
}

typedef struct {
  const gchar *faults;
  gint code; /* -1: it ends well, after a second try */
} Fault;

static const Fault matrix[] = {
    {"429-once", -1},
    {"500-once", -1},
    {"reset-once", -1},
    {"drop-once", -1},
    {"bye-once", -1},
    {"error-once", -1},
    {"429", GST_VOWEL_ERROR_RATE_LIMIT},
    {"402", GST_VOWEL_ERROR_BILLING},
    {"500", GST_VOWEL_ERROR_UPSTREAM},
    {"reset", GST_VOWEL_ERROR_UPSTREAM},
    {"not-http", GST_VOWEL_ERROR_UPSTREAM},
    {"drop", GST_VOWEL_ERROR_UPSTREAM},
    {"bye", GST_VOWEL_ERROR_UPSTREAM},
    {"error", GST_VOWEL_ERROR_UPSTREAM},
    {"garbage", GST_VOWEL_ERROR_PROTOCOL},
};

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  Fixture f;

  setup (&f, fault->faults);
  if (fault->code >= 0)
    g_object_set (f.element, "retries", 0, NULL);
  start (&f);
  hearing_say (&f, 500);
  if (fault->code >= 0)
    g_error_free (remote_expect_failure (&f, fault->code));
  else
    hearing_expect (&f, "500 milliseconds at 16000.");
  remote_set_target (f.element, "deepgram", "ok");
  hearing_say (&f, 400);
  hearing_expect (&f, "400 milliseconds at 16000.");
  fixture_clear (&f);
}

static void
test_refused (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "api-key", REMOTE_KEY "x", NULL);
  start (&f);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  g_object_set (f.element, "api-key", REMOTE_KEY, "model", "nobody", NULL);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  g_unsetenv ("DEEPGRAM_API_KEY");
  g_object_set (f.element, "api-key", NULL, "model", NULL, NULL);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  g_object_set (f.element, "api-key", REMOTE_KEY, NULL);
  hearing_say (&f, 500);
  hearing_expect (&f, "500 milliseconds at 16000.");
  fixture_clear (&f);
}

/* Nobody answers at all. */
static void
test_silence (void)
{
  Fixture f;

  setup (&f, "silent");
  g_object_set (
      f.element, "finalize-timeout", (guint64) (50 * GST_MSECOND), NULL);
  start (&f);
  hearing_say (&f, 100);
  hearing_expect (&f, "");
  gst_element_set_state (f.element, GST_STATE_NULL);

  remote_set_target (f.element, "deepgram", "mute");
  g_object_set (f.element, "retries", 0, "result-timeout",
      (guint64) (50 * GST_MSECOND), "finalize-timeout",
      (guint64) (20 * GST_SECOND), NULL);
  start (&f);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_TIMEOUT));
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  remote_start ();
  g_test_add_func ("/deepgramstt/hears", test_hears);
  g_test_add_func ("/deepgramstt/options", test_options);
  g_test_add_func ("/deepgramstt/overlapping", test_overlapping);
  g_test_add_func ("/deepgramstt/no-mark", test_no_mark);
  g_test_add_func ("/deepgramstt/keepalive", test_keepalive);
  for (guint i = 0; i < G_N_ELEMENTS (matrix); i++) {
    g_autofree gchar *path =
        g_strconcat ("/deepgramstt/fault/", matrix[i].faults, NULL);

    g_test_add_data_func (path, &matrix[i], test_fault);
  }
  g_test_add_func ("/deepgramstt/refused", test_refused);
  g_test_add_func ("/deepgramstt/silence", test_silence);
  result = g_test_run ();
  remote_stop ();
  return result;
}
