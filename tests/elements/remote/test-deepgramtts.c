/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* deepgramtts against a strict fake, which speaks 60 ms per character. */

#include "config.h"

#include "speaking.h"

static void
setup (Fixture *f, const gchar *faults)
{
  speaking_init (f, "deepgramtts");
  g_object_set (f->element, "api-key", REMOTE_KEY, NULL);
  remote_set_target (f->element, "deepgram", faults);
}

static void
test_speaks (void)
{
  Fixture f;

  setup (&f, "odd");
  speaking_expect (&f, "Hello there, all of you.", 24000);
  g_object_set (f.element, "voice", "orion", "speed", 1.2, NULL);
  speaking_expect (&f, "Hello there, all of you.", 24000);
  g_object_set (
      f.element, "voice", "aura-2-luna-es", "sample-rate", 16000, NULL);
  speaking_expect (&f, "Hello there, all of you.", 16000);
  fixture_clear (&f);
}

static const Fault matrix[] = {
    {"429-once", -1},
    {"503-once", -1},
    {"reset-once", -1},
    {"402", GST_VOWEL_ERROR_BILLING},
    {"500", GST_VOWEL_ERROR_UPSTREAM},
    {"html", GST_VOWEL_ERROR_UPSTREAM},
    {"not-http", GST_VOWEL_ERROR_PROTOCOL},
    {"cut", GST_VOWEL_ERROR_UPSTREAM},
};

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  Fixture f;

  setup (&f, fault->faults);
  if (fault->code < 0) {
    speaking_expect (&f, "Hello there, all of you.", 24000);
  } else {
    g_object_set (f.element, "retries", 0, NULL);
    speaking_start (&f, "Hello there, all of you.");
    g_error_free (remote_expect_failure (&f, fault->code));
    speaking_skip (&f);
  }
  remote_set_target (f.element, "deepgram", "ok");
  speaking_expect (&f, "Go on.", 24000);
  fixture_clear (&f);
}

static void
test_refused (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "voice", "nobody", NULL);
  speaking_start (&f, "Hello there.");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  speaking_skip (&f);
  g_object_set (f.element, "voice", NULL, "api-key", REMOTE_KEY "x", NULL);
  speaking_start (&f, "Hello there.");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  speaking_skip (&f);
  g_unsetenv ("DEEPGRAM_API_KEY");
  g_object_set (f.element, "api-key", NULL, NULL);
  speaking_start (&f, "Hello there.");
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  speaking_skip (&f);
  g_object_set (f.element, "api-key", REMOTE_KEY, NULL);
  speaking_expect (&f, "Go on.", 24000);
  fixture_clear (&f);
}

static void
test_cancel (void)
{
  Fixture f;

  setup (&f, "stall");
  speaking_start (&f, "Hello there, all of you.");
  gst_buffer_unref (gst_harness_pull (f.harness));
  fixture_flush (&f);
  remote_expect_abort ();
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  remote_start ();
  g_test_add_func ("/deepgramtts/speaks", test_speaks);
  for (guint i = 0; i < G_N_ELEMENTS (matrix); i++) {
    g_autofree gchar *path =
        g_strconcat ("/deepgramtts/fault/", matrix[i].faults, NULL);

    g_test_add_data_func (path, &matrix[i], test_fault);
  }
  g_test_add_func ("/deepgramtts/refused", test_refused);
  g_test_add_func ("/deepgramtts/cancel", test_cancel);
  result = g_test_run ();
  remote_stop ();
  return result;
}
