/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "stand-ins.h"

#include <gst/base/gstbasesink.h>
#include <gst/vowel/vowel.h>

#define TEST_TYPE_SRC (test_src_get_type ())
G_DECLARE_FINAL_TYPE (TestSrc, test_src, TEST, SRC, GstVowelPushSrc)

struct _TestSrc {
  GstVowelPushSrc parent;
};

G_DEFINE_FINAL_TYPE (TestSrc, test_src, GST_TYPE_VOWEL_PUSH_SRC)

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);
static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS_ANY);

static void
test_src_class_init (TestSrcClass *klass)
{
  gst_element_class_add_static_pad_template (
      GST_ELEMENT_CLASS (klass), &src_template);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass),
      "Test source", "Source/Audio", "Is pushed", "tests");
}

static void
test_src_init (TestSrc *src)
{
}

#define TEST_TYPE_SINK (test_sink_get_type ())
G_DECLARE_FINAL_TYPE (TestSink, test_sink, TEST, SINK, GstBaseSink)

struct _TestSink {
  GstBaseSink parent;
};

G_DEFINE_FINAL_TYPE (TestSink, test_sink, GST_TYPE_BASE_SINK)

static guint packet_signal, response_end_signal;

static GstFlowReturn
test_sink_render (GstBaseSink *sink, GstBuffer *buffer)
{
  g_signal_emit (sink, packet_signal, 0, buffer);
  return GST_FLOW_OK;
}

static gboolean
test_sink_event (GstBaseSink *sink, GstEvent *event)
{
  const gchar *id = NULL;
  guint64 generation = 0;

  if (gst_vowel_event_parse_response_end (event, &id, &generation))
    g_signal_emit (sink, response_end_signal, 0, id, generation);
  return GST_BASE_SINK_CLASS (test_sink_parent_class)->event (sink, event);
}

static void
test_sink_class_init (TestSinkClass *klass)
{
  GST_BASE_SINK_CLASS (klass)->render = test_sink_render;
  GST_BASE_SINK_CLASS (klass)->event = test_sink_event;
  packet_signal =
      g_signal_new ("packet", TEST_TYPE_SINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
          NULL, G_TYPE_NONE, 1, GST_TYPE_BUFFER | G_SIGNAL_TYPE_STATIC_SCOPE);
  response_end_signal =
      g_signal_new ("response-end", TEST_TYPE_SINK, G_SIGNAL_RUN_LAST, 0, NULL,
          NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT64);
  gst_element_class_add_static_pad_template (
      GST_ELEMENT_CLASS (klass), &sink_template);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Test sink",
      "Sink/Audio", "Hands out", "tests");
}

static void
test_sink_init (TestSink *sink)
{
  gst_base_sink_set_sync (GST_BASE_SINK (sink), FALSE);
  gst_base_sink_set_async_enabled (GST_BASE_SINK (sink), FALSE);
}

void
stand_ins_register (void)
{
  gst_element_register (NULL, "wsaudiosrc", GST_RANK_NONE, TEST_TYPE_SRC);
  gst_element_register (NULL, "wsaudiosink", GST_RANK_NONE, TEST_TYPE_SINK);
}
