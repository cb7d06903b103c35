/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lists of providers as such, and who is not asked for a while. */

#include "failover.h"

#include <string.h>

static void
test_list (void)
{
  g_autoptr (GstElement) bin = gst_element_factory_make ("llmbin", NULL);
  g_autoptr (GstElement) second = NULL;
  g_autoptr (GstElement) third = NULL;
  g_autofree gchar *model = NULL;
  gdouble temperature;

  gst_object_ref_sink (bin);
  g_object_set (
      bin, "provider", "fake", "model", "m1", "temperature", 0.5, NULL);
  gst_child_proxy_set (GST_CHILD_PROXY (bin), "provider::reply", "x", NULL);
  g_object_set (bin, "provider", "fake , spare,third", NULL);
  second = gst_bin_get_by_name (GST_BIN (bin), "provider-1");
  third = gst_bin_get_by_name (GST_BIN (bin), "provider-2");
  g_assert_nonnull (third);
  g_object_get (second, "model", &model, "temperature", &temperature, NULL);
  g_assert_null (model);
  g_assert_cmpfloat (temperature, ==, 0.5);
  g_object_set (bin, "temperature", 0.25, NULL);
  g_object_get (third, "temperature", &temperature, NULL);
  g_assert_cmpfloat (temperature, ==, 0.25);

  g_object_set (bin, "provider", "spare", NULL);
  g_assert_null (gst_bin_get_by_name (GST_BIN (bin), "provider-1"));
  g_assert_cmpuint (GST_BIN_NUMCHILDREN (bin), ==, 1);
}

static void
expect_refused (const gchar *line, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) why = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==,
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  gst_message_parse_error (message, &why, NULL);
  g_assert_nonnull (strstr (why->message, text));
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
test_refused (void)
{
  expect_refused ("fakesrc ! sttsink provider=fake,nobody",
      "There is no speech-to-text provider \"nobody\"");
  expect_refused ("fakesrc ! sttsink provider=fake,",
      "nothing between two commas or at an end: \"fake,\"");
}

/* --- breakers --- */

static void
ask (Fixture *f)
{
  fixture_push_text (f, "hello");
  failover_await (f, GST_VOWEL_MESSAGE_GENERATED);
}

/* Three in a row, and nobody asks any more until one may try. */
static void
test_breaker (void)
{
  Fixture f;

  failover_init (&f, "llmbin", "fake,spare",
      "retries=0 provider::mode=fail provider::base-url=http://breaker.test");
  for (guint i = 0; i < 5; i++) {
    fixture_push_text (&f, "hello");
    failover_expect_take_over (
        &f, "llm", i + 1, "fake", "spare", GST_VOWEL_ERROR_OVERLOADED);
    failover_await (&f, GST_VOWEL_MESSAGE_GENERATED);
  }
  g_assert_cmpuint (failover_get_uint (&f, "provider", "tries"), ==, 3);
  fixture_advance (&f, 30 * GST_SECOND - 1);
  ask (&f);
  g_assert_cmpuint (failover_get_uint (&f, "provider", "tries"), ==, 3);
  fixture_advance (&f, 1);
  ask (&f);
  g_assert_cmpuint (failover_get_uint (&f, "provider", "tries"), ==, 4);
  fixture_advance (&f, 59 * GST_SECOND);
  ask (&f);
  g_assert_cmpuint (failover_get_uint (&f, "provider", "tries"), ==, 4);
  fixture_advance (&f, GST_SECOND);
  failover_set_mode (&f, "provider", "ok");
  ask (&f);
  ask (&f);
  g_assert_cmpuint (failover_get_uint (&f, "provider", "tries"), ==, 6);
  g_assert_cmpuint (failover_get_uint (&f, "provider-1", "tries"), ==, 8);
  fixture_clear (&f);
}

/* Without a list: an answer at once that says until when; and another element
 * that asks the same service knows of it. */
static void
test_breaker_alone (void)
{
  static const gchar *const bins[] = {"llmbin", "ttssrc", "sttsink"};

  for (guint i = 0; i < G_N_ELEMENTS (bins); i++) {
    g_autofree gchar *more = g_strdup_printf (
        "retries=0 failure-limit=1 cool-down=7000000000 provider::mode=fail "
        "provider::error=auth provider::base-url=http://alone-%s.test",
        bins[i]);

    for (guint n = 0; n < 2; n++) {
      g_autoptr (GstMessage) message = NULL;
      g_autoptr (GError) error = NULL;
      Fixture f;

      failover_init (&f, bins[i], "fake", more);
      if (g_str_equal (bins[i], "sttsink")) {
        gst_harness_push (f.harness, gst_buffer_new_allocate (NULL, 640, NULL));
        gst_harness_push_event (f.harness, gst_event_new_eos ());
      } else {
        fixture_push_text (&f, "hello");
      }
      message = fixture_expect (&f, GST_VOWEL_MESSAGE_FAILURE);
      gst_vowel_message_parse_failure (message, NULL, NULL, &error, NULL);
      g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH);
      g_assert_cmpint (
          strstr (error->message, "is not asked before") != NULL, ==, n == 1);
      g_assert_cmpuint (failover_get_uint (&f, "provider", "tries"), ==, 1 - n);
      gst_clear_message (&message);
      fixture_clear (&f);
    }
  }
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/failover/breaker", test_breaker);
  g_test_add_func ("/failover/breaker-alone", test_breaker_alone);
  g_test_add_func ("/failover/list", test_list);
  g_test_add_func ("/failover/refused", test_refused);
  return g_test_run ();
}
