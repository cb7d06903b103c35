/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "listening.h"

typedef struct {
  const gchar *faults;
  gint code; /* -1: it ends well, if need be after a second try */
} Fault;

static const Fault matrix[] = {
    {"429-once", -1},
    {"500-once", -1},
    {"reset-once", -1},
    {"drop-once", -1},
    {"bye-once", -1},
    {"error-once", -1},
    {"error-first-once", -1},
    {"split", -1},
    {"big", -1},
    {"binary", -1},
    {"429", GST_VOWEL_ERROR_RATE_LIMIT},
    {"402", GST_VOWEL_ERROR_BILLING},
    {"403", GST_VOWEL_ERROR_AUTH},
    {"500", GST_VOWEL_ERROR_UPSTREAM},
    {"503", GST_VOWEL_ERROR_OVERLOADED},
    {"reset", GST_VOWEL_ERROR_UPSTREAM},
    {"not-http", GST_VOWEL_ERROR_UPSTREAM},
    {"drop", GST_VOWEL_ERROR_UPSTREAM},
    {"bye", GST_VOWEL_ERROR_UPSTREAM},
    {"error", GST_VOWEL_ERROR_UPSTREAM},
    {"error-first", GST_VOWEL_ERROR_UPSTREAM},
    {"garbage", GST_VOWEL_ERROR_PROTOCOL},
    {"garbage-first", GST_VOWEL_ERROR_PROTOCOL},
    {"nonsense", GST_VOWEL_ERROR_PROTOCOL},
    {"unready", GST_VOWEL_ERROR_TIMEOUT},
};

typedef struct {
  const ListeningSubject *subject;
  const Fault *fault;
} Case;

void
listening_init (
    Fixture *f, const ListeningSubject *subject, const gchar *faults)
{
  hearing_init (f, subject->factory);
  gst_element_set_state (f->element, GST_STATE_NULL);
  g_object_set (f->element, "api-key", REMOTE_KEY, NULL);
  remote_set_target (f->element, subject->vendor, faults);
}

static void
expect_ms (Fixture *f, guint64 number, guint ms)
{
  g_autofree gchar *text = g_strdup_printf ("%u milliseconds at 16000.", ms);

  if (number > 0)
    hearing_expect_number (f, number, text);
  else
    hearing_expect (f, text);
}

static void
test_hears (gconstpointer data)
{
  const ListeningSubject *subject = data;
  Fixture f;
  guint before = remote_count_requests ();

  listening_init (&f, subject, "ok");
  hearing_restart (&f);
  /* A connection is there before anybody speaks. */
  while (remote_count_requests () == before)
    g_thread_yield ();
  for (guint i = 1; i <= 3; i++) {
    hearing_say (&f, i * 400);
    expect_ms (&f, 0, i * 400);
  }
  /* One for all, or one for each, and one ahead. */
  while (remote_count_requests () < before + (subject->single_use ? 4 : 1))
    g_thread_yield ();
  gst_element_set_state (f.element, GST_STATE_NULL);
  g_assert_cmpuint (
      remote_count_requests (), ==, before + (subject->single_use ? 4 : 1));
  fixture_clear (&f);
}

/* The next utterance begins before the last one's words are there. */
static void
test_overlapping (gconstpointer data)
{
  static const gchar *const texts[] = {
      "400 milliseconds at 16000.", "600 milliseconds at 16000.", NULL};
  Fixture f;

  listening_init (&f, data, "ok");
  hearing_restart (&f);
  hearing_begin (&f, 400);
  hearing_end (&f);
  hearing_begin (&f, 600);
  hearing_end (&f);
  hearing_expect_all (&f, texts);
  fixture_clear (&f);
}

static void
test_fault (gconstpointer data)
{
  const Case *a_case = data;
  const ListeningSubject *subject = a_case->subject;
  const Fault *fault = a_case->fault;
  Fixture f;

  listening_init (&f, subject, fault->faults);
  if (fault->code >= 0)
    g_object_set (f.element, "retries", 0, NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  if (fault->code >= 0)
    g_error_free (remote_expect_failure (&f, fault->code));
  else
    expect_ms (&f, 0, 500);
  remote_set_target (f.element, subject->vendor, "ok");
  /* A connection that was made ahead may still be a bad one. */
  g_object_set (f.element, "retries", 3, NULL);
  hearing_say (&f, 400);
  expect_ms (&f, 0, 400);
  fixture_clear (&f);
}

static void
test_refused (gconstpointer data)
{
  const ListeningSubject *subject = data;
  g_autofree gchar *variable = gst_vowel_secret_dup_variable (subject->vendor);
  Fixture f;

  listening_init (&f, subject, "ok");
  g_object_set (f.element, "api-key", REMOTE_KEY "x", NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  gst_element_set_state (f.element, GST_STATE_NULL);
  g_unsetenv (variable);
  g_object_set (f.element, "api-key", NULL, NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  g_object_set (f.element, "api-key", REMOTE_KEY, NULL);
  hearing_say (&f, 500);
  expect_ms (&f, 0, 500);
  fixture_clear (&f);
}

/* Nothing answers the end of an utterance, or nobody answers at all. */
static void
test_silence (gconstpointer data)
{
  const ListeningSubject *subject = data;
  Fixture f;

  listening_init (&f, subject, "silent");
  g_object_set (f.element, "retries", 0, "finalize-timeout",
      (guint64) (50 * GST_MSECOND), NULL);
  hearing_restart (&f);
  hearing_say (&f, 100);
  if (subject->timed)
    hearing_expect (&f, "");
  else
    g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_TIMEOUT));
  gst_element_set_state (f.element, GST_STATE_NULL);

  remote_set_target (f.element, subject->vendor, "mute");
  g_object_set (f.element, "result-timeout", (guint64) (50 * GST_MSECOND),
      "finalize-timeout", (guint64) (20 * GST_SECOND), NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_TIMEOUT));
  fixture_clear (&f);
}

/* The end is not late before it was sent: the connection takes its time. */
static void
test_slow (gconstpointer data)
{
  Fixture f;

  listening_init (&f, data, "slow");
  g_object_set (f.element, "finalize-timeout", (guint64) GST_SECOND, NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  expect_ms (&f, 0, 500);
  fixture_clear (&f);
}

/* What is not wanted any more does not come, and not in the next one's place.
 */
static void
test_discarded (gconstpointer data)
{
  Fixture f;

  listening_init (&f, data, "ok");
  hearing_restart (&f);
  hearing_begin (&f, 300);
  hearing_discard (&f);
  hearing_say (&f, 500);
  expect_ms (&f, 2, 500);
  fixture_clear (&f);
}

/* In the middle of an utterance. */
static void
test_stopped (gconstpointer data)
{
  Fixture f;

  listening_init (&f, data, "ok");
  hearing_restart (&f);
  hearing_begin (&f, 300);
  gst_element_set_state (f.element, GST_STATE_NULL);
  hearing_restart (&f);
  hearing_say (&f, 500);
  expect_ms (&f, 0, 500);
  fixture_clear (&f);
}

static void
add (const ListeningSubject *subject, const gchar *name, GTestDataFunc func,
    gconstpointer data)
{
  g_autofree gchar *path = g_strdup_printf ("/%s/%s", subject->factory, name);

  g_test_add_data_func (path, data, func);
}

void
listening_add_tests (const ListeningSubject *subject)
{
  add (subject, "hears", test_hears, subject);
  add (subject, "overlapping", test_overlapping, subject);
  for (guint i = 0; i < G_N_ELEMENTS (matrix); i++) {
    g_autofree gchar *path =
        g_strdup_printf ("/%s/fault/%s", subject->factory, matrix[i].faults);
    Case *a_case = g_new (Case, 1);

    *a_case = (Case){subject, &matrix[i]};
    g_test_add_data_func_full (path, a_case, test_fault, g_free);
  }
  add (subject, "refused", test_refused, subject);
  add (subject, "silence", test_silence, subject);
  add (subject, "slow", test_slow, subject);
  add (subject, "discarded", test_discarded, subject);
  add (subject, "stopped", test_stopped, subject);
}
