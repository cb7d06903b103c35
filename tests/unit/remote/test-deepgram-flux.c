/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What Flux is told, and what its times are in the stream. */

#include "config.h"

#include "flux-settings.h"
#include "flux-times.h"

#define RATE 16000
#define MS(n) ((n) *GST_MSECOND)
#define expect_time(times, seconds, ms)                                        \
  g_assert_cmpuint (flux_times_find (times, seconds), ==, MS (ms))

static FluxSettings
settings (const gchar *model)
{
  return (FluxSettings){
      .model = model, .eot_threshold = 0.7, .eot_timeout_ms = 5000};
}

static void
test_path (void)
{
  FluxSettings s = settings ("flux-general-en");
  g_autofree gchar *plain = flux_settings_make_path (&s);
  g_autofree gchar *all = NULL;

  g_assert_cmpstr (plain, ==,
      "/v2/listen?model=flux-general-en&encoding=linear16&sample_rate=16000"
      "&eot_threshold=0.7&eot_timeout_ms=5000");
  s.model = "flux-general-multi";
  s.hint = " de-CH,multi, pt_BR ,";
  s.keyterms = "Vowel, Oslo & co,";
  s.eager_eot_threshold = 0.1;
  all = flux_settings_make_path (&s);
  g_assert_cmpstr (all, ==,
      "/v2/listen?model=flux-general-multi&encoding=linear16&sample_rate=16000"
      "&eot_threshold=0.7&eager_eot_threshold=0.3&eot_timeout_ms=5000"
      "&keyterm=Vowel&keyterm=Oslo%20%26%20co&language_hint=de&language_hint="
      "pt");
}

/* The eager end is not later than the end, and only one model takes hints. */
static void
test_configure (void)
{
  FluxSettings s = settings ("flux-general-en");
  g_autofree gchar *one = NULL;
  g_autofree gchar *many = NULL;

  s.hint = "de";
  s.eot_threshold = 0.5;
  s.eager_eot_threshold = 0.75;
  one = flux_settings_make_configure (&s);
  g_assert_cmpstr (one, ==,
      "{\"type\":\"Configure\",\"thresholds\":{\"eot_threshold\":0.5,"
      "\"eager_eot_threshold\":0.5,\"eot_timeout_ms\":5000},\"keyterms\":[]}");
  s.model = "flux-general-multi";
  s.keyterms = "a b, c";
  s.eager_eot_threshold = 0;
  many = flux_settings_make_configure (&s);
  g_assert_cmpstr (many, ==,
      "{\"type\":\"Configure\",\"thresholds\":{\"eot_threshold\":0.5,"
      "\"eot_timeout_ms\":5000},\"keyterms\":[\"a b\",\"c\"],"
      "\"language_hints\":[\"de\"]}");
}

static void
test_model (void)
{
  g_assert_true (flux_is_model ("flux-general-en"));
  g_assert_false (flux_is_model ("nova-3"));
  g_assert_false (flux_is_model (NULL));
}

static void
test_times (void)
{
  g_autoptr (FluxTimes) times = flux_times_new (RATE);

  expect_time (times, 1, 0);
  for (guint i = 0; i < 10; i++)
    flux_times_add (times, RATE / 50, MS (1000 + i * 20));
  g_assert_cmpuint (flux_times_get_length (times), ==, RATE / 5);
  expect_time (times, -1, 1000);
  expect_time (times, 0, 1000);
  expect_time (times, 0.1, 1100);
  /* Silence has no time. */
  flux_times_add_silence (times, RATE / 2);
  flux_times_add_silence (times, RATE / 2);
  expect_time (times, 0.2, 1200);
  expect_time (times, 1, 1200);
  flux_times_add (times, RATE / 10, MS (1200));
  expect_time (times, 1.2, 1200);
  expect_time (times, 1.25, 1250);
  /* The stream jumps. */
  flux_times_add (times, RATE / 10, MS (9000));
  expect_time (times, 1.35, 9050);
  expect_time (times, 99, 9100);
  flux_times_forget (times, 1.25);
  expect_time (times, 1.25, 1250);
  expect_time (times, 1.35, 9050);
  /* As early as it still knows. */
  expect_time (times, 0.1, 1200);
  flux_times_forget (times, 99);
  expect_time (times, 99, 9100);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/flux/path", test_path);
  g_test_add_func ("/flux/configure", test_configure);
  g_test_add_func ("/flux/model", test_model);
  g_test_add_func ("/flux/times", test_times);
  return g_test_run ();
}
