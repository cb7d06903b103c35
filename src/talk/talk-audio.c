/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "talk-audio.h"
#include "talk-client.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#define CAPS                                                                   \
  "audio/x-raw,format=S16LE,layout=interleaved,channels=1,rate=" G_STRINGIFY ( \
      VOWEL_TALK_RATE)
#define PACKET_BYTES 1920 /* 40 ms; a literal, for it becomes text */

G_STATIC_ASSERT (PACKET_BYTES == VOWEL_TALK_RATE / 25 * 2);

struct _VowelTalkDevice {
  GstElement *pipeline;
  GstElement *app; /* appsink or appsrc */
  guint packets;   /* source id */
  VowelTalkAudioFunc func;
  gpointer user_data;
};

/* Waits until the pipeline is through. */
static gboolean
run_to_end (GstElement *pipeline, GError **error)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (
      bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, error, NULL);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS;
}

static GstFlowReturn
on_decoded (GstAppSink *sink, gpointer user_data)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GByteArray *audio = user_data;
  GstMapInfo map;

  if (sample == NULL)
    return GST_FLOW_EOS;
  if (!gst_buffer_map (gst_sample_get_buffer (sample), &map, GST_MAP_READ))
    return GST_FLOW_ERROR;
  g_byte_array_append (audio, map.data, map.size);
  gst_buffer_unmap (gst_sample_get_buffer (sample), &map);
  return GST_FLOW_OK;
}

GBytes *
vowel_talk_read_file (const gchar *path, GError **error)
{
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GByteArray) audio = g_byte_array_new ();
  GstAppSinkCallbacks callbacks = {.new_sample = on_decoded};

  pipeline = gst_parse_launch (
      "filesrc name=file ! decodebin ! audioconvert "
      "! audioresample ! appsink name=sink sync=false caps=" CAPS,
      error);
  if (pipeline == NULL)
    return NULL;
  source = gst_bin_get_by_name (GST_BIN (pipeline), "file");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_object_set (source, "location", path, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, audio, NULL);
  if (!run_to_end (pipeline, error)) {
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  return g_byte_array_free_to_bytes (g_steal_pointer (&audio));
}

gboolean
vowel_talk_write_wav (const gchar *path, GByteArray *audio, GError **error)
{
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) source = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstCaps) caps = gst_caps_from_string (CAPS);

  pipeline = gst_parse_launch ("appsrc name=source format=time ! wavenc "
                               "! filesink name=file",
      error);
  if (pipeline == NULL)
    return FALSE;
  source = gst_bin_get_by_name (GST_BIN (pipeline), "source");
  sink = gst_bin_get_by_name (GST_BIN (pipeline), "file");
  g_object_set (sink, "location", path, NULL);
  g_object_set (source, "caps", caps, "max-bytes", (guint64) 0, NULL);
  gst_app_src_push_buffer (
      GST_APP_SRC (source), gst_buffer_new_memdup (audio->data, audio->len));
  gst_app_src_end_of_stream (GST_APP_SRC (source));
  if (!run_to_end (pipeline, error)) {
    g_prefix_error (error, "%s: ", path);
    return FALSE;
  }
  return TRUE;
}

static VowelTalkDevice *
device_new (const gchar *description, GError **error)
{
  g_autoptr (VowelTalkDevice) device = g_new0 (VowelTalkDevice, 1);

  device->pipeline = gst_parse_launch (description, error);
  if (device->pipeline == NULL)
    return NULL;
  device->app = gst_bin_get_by_name (GST_BIN (device->pipeline), "app");
  return g_steal_pointer (&device);
}

static gboolean
device_play (VowelTalkDevice *device, const gchar *what, GError **error)
{
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GstMessage) message = NULL;

  gboolean failed = gst_element_set_state (device->pipeline, GST_STATE_PLAYING)
                    == GST_STATE_CHANGE_FAILURE;

  /* Without a device, the auto elements warn and take a silent one. */
  bus = gst_element_get_bus (device->pipeline);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR | GST_MESSAGE_WARNING);
  if (message == NULL && !failed)
    return TRUE;
  if (message == NULL)
    g_set_error (
        error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND, "no device");
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    gst_message_parse_error (message, error, NULL);
  else
    gst_message_parse_warning (message, error, NULL);
  g_prefix_error (error, "cannot open the %s: ", what);
  return FALSE;
}

static gboolean
take_packets (gpointer user_data)
{
  VowelTalkDevice *device = user_data;
  g_autoptr (GstSample) sample = NULL;

  while ((sample = gst_app_sink_try_pull_sample (GST_APP_SINK (device->app), 0))
         != NULL) {
    GstBuffer *buffer = gst_sample_get_buffer (sample);
    gsize size = gst_buffer_get_size (buffer);
    g_autofree guint8 *data = g_malloc (size);
    g_autoptr (GBytes) bytes = NULL;

    gst_buffer_extract (buffer, 0, data, size);
    bytes = g_bytes_new_take (g_steal_pointer (&data), size);
    device->func (bytes, device->user_data);
    g_clear_pointer (&sample, gst_sample_unref);
  }
  return G_SOURCE_CONTINUE;
}

VowelTalkDevice *
vowel_talk_microphone_new (
    VowelTalkAudioFunc func, gpointer user_data, GError **error)
{
  g_autoptr (VowelTalkDevice) device = device_new (
      "autoaudiosrc "
      "! audioconvert ! audioresample ! " CAPS " ! audiobuffersplit "
      "output-buffer-size=" G_STRINGIFY (
          PACKET_BYTES) " ! appsink name=app sync=false max-buffers=50 "
                        "drop=true",
      error);

  if (device == NULL || !device_play (device, "microphone", error))
    return NULL;
  device->func = func;
  device->user_data = user_data;
  device->packets = g_timeout_add (20, take_packets, device);
  g_source_set_name_by_id (device->packets, "vowel-talk-microphone");
  return g_steal_pointer (&device);
}

VowelTalkDevice *
vowel_talk_loudspeaker_new (GError **error)
{
  g_autoptr (VowelTalkDevice) device = device_new (
      "appsrc name=app "
      "format=time is-live=true do-timestamp=true max-bytes=0 caps=" CAPS
      " ! audioconvert ! audioresample ! autoaudiosink sync=false",
      error);

  if (device == NULL || !device_play (device, "loudspeaker", error))
    return NULL;
  return g_steal_pointer (&device);
}

void
vowel_talk_loudspeaker_play (VowelTalkDevice *device, GBytes *audio)
{
  gst_app_src_push_buffer (
      GST_APP_SRC (device->app), gst_buffer_new_wrapped_bytes (audio));
}

void
vowel_talk_loudspeaker_stop (VowelTalkDevice *device)
{
  gst_element_send_event (device->app, gst_event_new_flush_start ());
  gst_element_send_event (device->app, gst_event_new_flush_stop (FALSE));
}

void
vowel_talk_device_free (VowelTalkDevice *device)
{
  g_clear_handle_id (&device->packets, g_source_remove);
  if (device->pipeline != NULL)
    gst_element_set_state (device->pipeline, GST_STATE_NULL);
  g_clear_object (&device->app);
  g_clear_object (&device->pipeline);
  g_free (device);
}
