/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "failover.h"

#define TEXT_CAPS "text/x-raw,format=utf8"
#define AUDIO_CAPS                                                             \
  "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved"

void
failover_init (
    Fixture *f, const gchar *bin, const gchar *list, const gchar *more)
{
  g_autofree gchar *line =
      g_strdup_printf ("%s provider=%s %s", bin, list, more);

  fixture_init (f, line, g_str_equal (bin, "sttsink") ? AUDIO_CAPS : TEXT_CAPS);
}

GstElement *
failover_get_child (Fixture *f, const gchar *name)
{
  GstElement *child = gst_bin_get_by_name (GST_BIN (f->element), name);

  g_assert_nonnull (child);
  return child;
}

guint
failover_get_uint (Fixture *f, const gchar *name, const gchar *property)
{
  g_autoptr (GstElement) child = failover_get_child (f, name);
  guint value;

  fixture_sync (f);
  g_object_get (child, property, &value, NULL);
  return value;
}

void
failover_set_mode (Fixture *f, const gchar *name, const gchar *mode)
{
  g_autoptr (GstElement) child = failover_get_child (f, name);

  gst_util_set_object_arg (G_OBJECT (child), "mode", mode);
}

void
failover_release (Fixture *f, const gchar *name)
{
  g_autoptr (GstElement) child = failover_get_child (f, name);

  g_signal_emit_by_name (child, "release");
}

void
failover_expect_take_over (Fixture *f, const gchar *stage, guint64 id,
    const gchar *failed, const gchar *provider, GstVowelError code)
{
  g_autoptr (GstMessage) message =
      fixture_expect (f, GST_VOWEL_MESSAGE_TAKE_OVER);
  GstVowelTakeOver t;

  g_assert_true (gst_vowel_message_parse_take_over (message, &t));
  g_assert_cmpstr (t.stage, ==, stage);
  g_assert_cmpuint (t.id, ==, id);
  g_assert_cmpstr (t.failed, ==, failed);
  g_assert_cmpstr (t.provider, ==, provider);
  g_assert_error (t.error, GST_VOWEL_ERROR, (gint) code);
}

void
failover_expect_usage (Fixture *f, const gchar *provider, guint requests,
    guint failures, guint retries, guint take_overs,
    GstVowelProviderUsage *ret_usage)
{
  g_autoptr (GstMessage) message = fixture_expect (f, GST_VOWEL_MESSAGE_USAGE);
  GstVowelProviderUsage u;

  g_assert_true (gst_vowel_message_parse_usage (message, &u));
  g_assert_cmpstr (u.provider, ==, provider);
  g_assert_cmpuint (u.requests, ==, requests);
  g_assert_cmpuint (u.failures, ==, failures);
  g_assert_cmpuint (u.retries, ==, retries);
  g_assert_cmpuint (u.take_overs, ==, take_overs);
  if (ret_usage != NULL)
    *ret_usage = u;
}

void
failover_await (Fixture *f, GstVowelMessageKind kind)
{
  gst_message_unref (fixture_expect (f, kind));
}

void
failover_expect_failure (Fixture *f, const gchar *stage, guint64 id,
    const gchar *provider, GstVowelError code)
{
  g_autoptr (GstMessage) message =
      fixture_expect (f, GST_VOWEL_MESSAGE_FAILURE);
  g_autoptr (GError) error = NULL;
  const GstStructure *details;
  const gchar *got_stage;
  guint64 got_id;

  g_assert_true (gst_vowel_message_parse_failure (
      message, &got_stage, &got_id, &error, &details));
  g_assert_cmpstr (got_stage, ==, stage);
  g_assert_cmpuint (got_id, ==, id);
  g_assert_error (error, GST_VOWEL_ERROR, (gint) code);
  g_assert_cmpstr (
      gst_structure_get_string (details, "provider"), ==, provider);
}
