/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lists of voices: who takes over from whom, and when nobody does. */

#include "failover.h"

/* How much can be heard at which rate. */
static void
expect_speech (Fixture *f, guint first_samples, gint first_rate,
    guint second_samples, gint second_rate)
{
  guint samples[2] = {0, 0};
  gint rate = 0;
  GstBuffer *buffer;

  fixture_sync (f);
  while ((buffer = gst_harness_try_pull (f->harness)) != NULL) {
    gint duration_rate =
        (gint) gst_util_uint64_scale_round (gst_buffer_get_size (buffer) / 2,
            GST_SECOND, GST_BUFFER_DURATION (buffer));

    rate = ABS (duration_rate - first_rate) < 10 ? first_rate : second_rate;
    samples[rate == first_rate ? 0 : 1] += gst_buffer_get_size (buffer) / 2;
    gst_buffer_unref (buffer);
  }
  g_assert_cmpuint (samples[0], ==, first_samples);
  g_assert_cmpuint (samples[1], ==, second_samples);
}

/* The second sentence fails: it and the third have another voice. */
static void
test_tts_take_over (void)
{
  const gchar *const sentences[] = {
      "This is number one. ", "This is number two. ", "This is number six. "};
  Fixture f;
  GstVowelProviderUsage usage;

  failover_init (&f, "ttssrc", "fake,spare",
      "retries=0 in-flight=1 provider::rate=8000 provider-1::rate=16000 "
      "provider::mode=fail provider::when=two");
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    fixture_push_delta (&f, sentences[i], "resp_1", 1);
  g_assert_true (gst_harness_push_event (
      f.harness, gst_vowel_event_new_response_end ("resp_1", 1)));
  fixture_sync (&f);
  failover_expect_usage (&f, "fake", 1, 0, 0, 0, &usage);
  g_assert_cmpuint (usage.characters, ==, 19);
  failover_expect_usage (&f, "fake", 1, 1, 0, 0, &usage);
  g_assert_cmpuint (usage.characters, ==, 0);
  failover_expect_take_over (
      &f, "tts", 1, "fake", "spare", GST_VOWEL_ERROR_OVERLOADED);
  failover_expect_usage (&f, "spare", 1, 0, 0, 1, &usage);
  g_assert_cmpuint (usage.characters, ==, 19);
  failover_expect_usage (&f, "spare", 1, 0, 0, 0, NULL);
  expect_speech (&f, 19 * 480, 8000, 38 * 960, 16000);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_expect_text (&f, "[resp_1]");

  /* The next answer has the first voice. */
  fixture_push_text (&f, "All is well");
  expect_speech (&f, 11 * 480, 8000, 0, 16000);
  fixture_clear (&f);
}

static void
test_tts_timeout (void)
{
  Fixture f;

  failover_init (&f, "ttssrc", "fake,spare",
      "retries=0 provider::mode=hold provider::rate=8000 "
      "provider-1::rate=16000");
  fixture_push_text (&f, "Hello there");
  fixture_advance (&f, 10 * GST_SECOND);
  failover_expect_take_over (
      &f, "tts", 0, "fake", "spare", GST_VOWEL_ERROR_TIMEOUT);
  failover_expect_usage (&f, "spare", 1, 0, 0, 1, NULL);
  expect_speech (&f, 0, 8000, 11 * 960, 16000);
  failover_release (&f, "provider");
  expect_speech (&f, 0, 8000, 0, 16000);
  fixture_clear (&f);
}

static void
test_tts_all_fail (void)
{
  Fixture f;

  failover_init (&f, "ttssrc", "fake,spare",
      "retries=0 provider::mode=fail provider-1::mode=fail");
  fixture_push_delta (&f, "Never heard of it. ", "resp_1", 1);
  failover_expect_failure (&f, "tts", 1, "spare", GST_VOWEL_ERROR_OVERLOADED);
  fixture_expect_text (&f, "[resp_1]");
  fixture_clear (&f);
}

static gint
speak_level (Fixture *f)
{
  GstBuffer *buffer;
  GstMapInfo map;
  gint peak = 0;

  fixture_push_text (f, "Level 2 please");
  failover_expect_usage (f, "fake", 1, 1, 0, 0, NULL);
  failover_expect_usage (f, "spare", 1, 0, 0, 1, NULL);
  fixture_sync (f);
  buffer = gst_harness_pull (f->harness);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i + 1 < map.size; i += 2)
    peak = MAX (peak, (gint16) GST_READ_UINT16_LE (map.data + i));
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  while ((buffer = gst_harness_try_pull (f->harness)) != NULL)
    gst_buffer_unref (buffer);
  return peak;
}

/* A stand-in speaks with the voice that is wanted if it knows it, else with its
 * own. */
static void
test_tts_voice (void)
{
  Fixture f;

  failover_init (&f, "ttssrc", "fake,spare",
      "voice=quiet retries=0 provider::mode=fail provider-1::level=true");
  g_assert_cmpint (speak_level (&f), ==, 1000);
  g_object_set (f.element, "voice", "nobody's", NULL);
  g_assert_cmpint (speak_level (&f), ==, 2000);
  gst_child_proxy_set (
      GST_CHILD_PROXY (f.element), "provider-1::voice", "quiet", NULL);
  g_assert_cmpint (speak_level (&f), ==, 1000);
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/failover/tts/take-over", test_tts_take_over);
  g_test_add_func ("/failover/tts/timeout", test_tts_timeout);
  g_test_add_func ("/failover/tts/all-fail", test_tts_all_fail);
  g_test_add_func ("/failover/tts/voice", test_tts_voice);
  return g_test_run ();
}
