/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "speaking.h"

#include <string.h>

static guint64 generation;

void
speaking_init (Fixture *f, const gchar *factory)
{
  fixture_init_live (f, factory, "text/x-raw,format=utf8");
}

void
speaking_start (Fixture *f, const gchar *text)
{
  g_autofree gchar *id =
      g_strdup_printf ("resp_%" G_GUINT64_FORMAT, ++generation);

  fixture_push_delta (f, text, id, generation);
  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_response_end (id, generation)));
}

/* Until the end of the response that was started last; its rate. */
static gint
wait_for_end (Fixture *f)
{
  gint rate = 0;

  for (;;) {
    g_autoptr (GstEvent) event = gst_harness_pull_event (f->harness);
    guint64 number;

    g_assert_nonnull (event);
    if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
      GstCaps *caps;

      gst_event_parse_caps (event, &caps);
      gst_structure_get_int (gst_caps_get_structure (caps, 0), "rate", &rate);
    }
    if (gst_vowel_event_parse_response_end (event, NULL, &number)
        && number == generation)
      return rate;
  }
}

void
speaking_skip (Fixture *f)
{
  GstBuffer *buffer;

  wait_for_end (f);
  while ((buffer = gst_harness_try_pull (f->harness)) != NULL)
    gst_buffer_unref (buffer);
}

static gint
current_rate (Fixture *f)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (f->element, "src");
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  gint rate = 0;

  g_assert_nonnull (caps);
  gst_structure_get_int (gst_caps_get_structure (caps, 0), "rate", &rate);
  return rate;
}

void
speaking_expect (Fixture *f, const gchar *text, gint rate)
{
  guint expected = (guint) (g_utf8_strlen (text, -1) * 0.06 * rate + 0.5);
  guint n = 0;
  GstBuffer *buffer;

  speaking_start (f, text);
  wait_for_end (f);
  g_assert_cmpint (current_rate (f), ==, rate);
  while ((buffer = gst_harness_try_pull (f->harness)) != NULL) {
    GstMapInfo map;

    g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
    for (gsize i = 0; i < map.size / 2; i++)
      g_assert_cmpint (GINT16_FROM_LE (((const gint16 *) map.data)[i]), ==,
          (gint) (n++ % 30000));
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
  g_assert_cmpuint (n, ==, expected);
  fixture_expect_none (f, GST_VOWEL_MESSAGE_FAILURE);
}
