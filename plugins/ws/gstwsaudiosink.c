/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-wsaudiosink
 * @title: wsaudiosink
 * @short_description: audio to a WebSocket
 *
 * Sends audio through a WebSocket, one message per buffer. Nothing in it waits:
 * neither for the clock (put `identity sync=true` before it to send at the
 * pace of playback) nor for the peer. What the peer does not take is queued up
 * to #wsaudiosink:max-queued-bytes, then the oldest is dropped.
 *
 * With #wsaudiosink:uri it connects; with #wsaudiosink:port it listens, for one
 * peer at a time, and keeps what comes before the first peer. EOS closes the
 * WebSocket with code 1000 once everything has been sent; only then the element
 * posts it.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 audiotestsrc num-buffers=100 !
 * audio/x-raw,rate=24000,channels=1 ! wsaudiosink port=9000 gst-launch-1.0
 * wsaudiosrc uri=ws://127.0.0.1:9000/ ! audioconvert ! autoaudiosink
 * ]|
 * The first process plays a tone to whoever connects, here the second.
 * |[
 * gst-launch-1.0 autoaudiosrc ! audioconvert ! audioresample ! opusenc !
 * wsaudiosink uri=ws://127.0.0.1:9001/mic
 * ]|
 * Sends the microphone as Opus packets.
 *
 * Without #wsaudiosink:uri and #wsaudiosink:port it stands inside an
 * application, which takes each packet from #wsaudiosink::packet, and the end
 * of each response from #wsaudiosink::response-end, in the order of the stream
 * and on the thread that pushes it.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/vowel/vowel.h>

#include "gstwsaudiosink.h"
#include "gstwsendpoint.h"
#include "gstwsformat.h"
#include "gstwspacketizer.h"

GST_DEBUG_CATEGORY_STATIC (gst_ws_audio_sink_debug);
#define GST_CAT_DEFAULT gst_ws_audio_sink_debug

enum {
  PROP_PACKET_DURATION = GST_WS_N_PROPS,
  PROP_EVENT_TYPE,
  PROP_MAX_QUEUED_BYTES,
  PROP_DROPPED_BYTES,
};

enum { SIGNAL_PACKET, SIGNAL_RESPONSE_END, N_SIGNALS };

static guint signals[N_SIGNALS];

#define DEFAULT_PACKET_DURATION 0
#define DEFAULT_EVENT_TYPE GST_WS_EVENT_APPEND
#define DEFAULT_MAX_QUEUED_BYTES (8 * 1024 * 1024)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
    "sink", GST_PAD_SINK, GST_PAD_ALWAYS, GST_STATIC_CAPS (GST_WS_CAPS));

struct _GstWsAudioSink {
  GstElement parent;

  GstPad *sinkpad;

  GstVowelWorker *worker; /* READY to NULL; changed in state changes only */

  /* Protected by the object lock. */
  GstWsEndpoint endpoint;
  GstWsEventType event_type;
  guint64 max_queued_bytes;
  guint64 dropped_bytes;
  GstClockTime packet_duration;
  gboolean playing;
  gboolean eos_pending; /* EOS came before PLAYING */
  guint32 eos_seqnum;

  /* Protected by the stream lock. */
  GstWsFormat format;
  gboolean have_format;
  GstWsPacketizer *packetizer;
  guint64 generation; /* newest seen; older ones come too late */
  gboolean dropping;  /* the last packet pushed others out of the queue */
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GstWsAudioSink, gst_ws_audio_sink,
    GST_TYPE_ELEMENT,
    GST_DEBUG_CATEGORY_INIT (
        gst_ws_audio_sink_debug, "wsaudiosink", 0, "audio to a WebSocket"))
GST_ELEMENT_REGISTER_DEFINE (
    wsaudiosink, "wsaudiosink", GST_RANK_NONE, GST_TYPE_WS_AUDIO_SINK)

static void
count_dropped (GstWsAudioSink *self, gsize dropped)
{
  if (dropped > 0) {
    GST_OBJECT_LOCK (self);
    self->dropped_bytes += dropped;
    GST_OBJECT_UNLOCK (self);
    if (!self->dropping)
      GST_ELEMENT_WARNING (self, RESOURCE, WRITE,
          ("The peer takes audio too slowly: the oldest is dropped."),
          ("dropped-bytes counts them; max-queued-bytes sets the limit"));
  }
  self->dropping = dropped > 0;
}

static void
send_packet (GstBuffer *packet, gpointer user_data)
{
  GstWsAudioSink *self = user_data;
  g_autoptr (GstWsTransport) transport =
      gst_ws_endpoint_get_transport (&self->endpoint, GST_ELEMENT_CAST (self));
  GstWsFraming framing;
  GstWsEventType event_type;
  guint64 max_queued;
  gpointer data;
  gsize size;
  GBytes *message;

  if (transport == NULL) {
    g_signal_emit (self, signals[SIGNAL_PACKET], 0, packet);
    gst_buffer_unref (packet);
    return;
  }

  GST_OBJECT_LOCK (self);
  framing = self->endpoint.framing;
  event_type = self->event_type;
  max_queued = self->max_queued_bytes;
  GST_OBJECT_UNLOCK (self);

  gst_buffer_extract_dup (packet, 0, -1, &data, &size);
  gst_buffer_unref (packet);
  message = g_bytes_new_take (data, size);
  if (framing == GST_WS_FRAMING_OPENAI) {
    g_autoptr (GBytes) audio = message;

    message = gst_ws_framing_encode (event_type, data, size);
  }
  count_dropped (
      self, gst_ws_transport_send (transport, framing == GST_WS_FRAMING_OPENAI,
                message, max_queued));
}

/* Late: an interruption has already begun a newer generation. */
static gboolean
is_stale (GstWsAudioSink *self, guint64 generation)
{
  if (generation < self->generation)
    return TRUE;
  self->generation = generation;
  return FALSE;
}

static GstFlowReturn
gst_ws_audio_sink_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstWsAudioSink *self = GST_WS_AUDIO_SINK (parent);
  GstVowelResponseMeta *meta = gst_buffer_get_vowel_response_meta (buffer);

  if (!self->have_format) {
    gst_buffer_unref (buffer);
    return GST_FLOW_NOT_NEGOTIATED;
  }
  if ((meta != NULL && is_stale (self, meta->generation))
      || GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_HEADER)) {
    GST_LOG_OBJECT (self, "not for the wire: %" GST_PTR_FORMAT, buffer);
    gst_buffer_unref (buffer);
    return GST_FLOW_OK;
  }
  gst_ws_packetizer_push (self->packetizer, buffer);
  return GST_FLOW_OK;
}

static void
post_eos (GstWsAudioSink *self, guint32 seqnum)
{
  GstMessage *message = gst_message_new_eos (GST_OBJECT_CAST (self));

  gst_message_set_seqnum (message, seqnum);
  gst_element_post_message (GST_ELEMENT_CAST (self), message);
}

/* Bins take a sink's EOS in PLAYING only. */
static void
deliver_eos (GstWsAudioSink *self, guint32 seqnum)
{
  gboolean playing;

  GST_OBJECT_LOCK (self);
  playing = self->playing;
  self->eos_pending = !playing;
  self->eos_seqnum = seqnum;
  GST_OBJECT_UNLOCK (self);
  if (playing)
    post_eos (self, seqnum);
}

static void
finish (GstWsAudioSink *self, guint32 seqnum)
{
  g_autoptr (GstWsTransport) transport =
      gst_ws_endpoint_get_transport (&self->endpoint, GST_ELEMENT_CAST (self));

  if (transport == NULL) {
    deliver_eos (self, seqnum);
    return;
  }
  GST_OBJECT_LOCK (self);
  self->eos_seqnum = seqnum;
  GST_OBJECT_UNLOCK (self);
  gst_ws_transport_finish (transport);
}

/* Transport callbacks, on the worker */

static void
on_finished (GObject *owner)
{
  GstWsAudioSink *self = GST_WS_AUDIO_SINK (owner);
  guint32 seqnum;

  GST_OBJECT_LOCK (self);
  seqnum = self->eos_seqnum;
  GST_OBJECT_UNLOCK (self);
  deliver_eos (self, seqnum);
}

static void
on_closed (GObject *owner, guint http_status, const GError *error)
{
  GstWsAudioSink *self = GST_WS_AUDIO_SINK (owner);
  g_autoptr (GError) gone = NULL;
  gboolean client;

  GST_OBJECT_LOCK (self);
  client = self->endpoint.uri != NULL;
  GST_OBJECT_UNLOCK (self);
  if (!client) {
    GST_INFO_OBJECT (self, "the peer has gone, waiting for the next");
    return;
  }
  if (error == NULL)
    error = gone = g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM,
        "The peer closed the WebSocket before the end of the audio");
  gst_ws_endpoint_post_error (GST_ELEMENT_CAST (self),
      GST_RESOURCE_ERROR_OPEN_WRITE, http_status, error);
}

static const GstWsTransportCallbacks transport_callbacks = {
    .closed = on_closed,
    .finished = on_finished,
};

static gboolean
set_caps (GstWsAudioSink *self, GstCaps *caps)
{
  GstClockTime duration;

  self->have_format = gst_ws_format_from_caps (&self->format, caps);
  if (!self->have_format)
    return FALSE;

  GST_OBJECT_LOCK (self);
  duration = self->packet_duration;
  GST_OBJECT_UNLOCK (self);
  gst_ws_packetizer_configure (self->packetizer, &self->format, duration);
  return TRUE;
}

/* An interruption: what the peer has not got yet, it shall not get. */
static void
flush_transport (GstWsAudioSink *self)
{
  g_autoptr (GstWsTransport) transport =
      gst_ws_endpoint_get_transport (&self->endpoint, GST_ELEMENT_CAST (self));

  if (transport != NULL)
    gst_ws_transport_flush (transport);
}

static gboolean
gst_ws_audio_sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstWsAudioSink *self = GST_WS_AUDIO_SINK (parent);
  const gchar *response_id;
  guint64 generation;
  gboolean ret = TRUE;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_CAPS: {
      GstCaps *caps;

      gst_event_parse_caps (event, &caps);
      ret = set_caps (self, caps);
      break;
    }
    case GST_EVENT_FLUSH_STOP:
      gst_ws_packetizer_clear (self->packetizer);
      flush_transport (self);
      GST_OBJECT_LOCK (self);
      self->eos_pending = FALSE;
      GST_OBJECT_UNLOCK (self);
      break;
    case GST_EVENT_EOS:
      gst_ws_packetizer_drain (self->packetizer);
      finish (self, gst_event_get_seqnum (event));
      break;
    default:
      if (gst_vowel_event_parse_response_end (event, &response_id, &generation)
          && !is_stale (self, generation)) {
        gst_ws_packetizer_drain (self->packetizer);
        g_signal_emit (
            self, signals[SIGNAL_RESPONSE_END], 0, response_id, generation);
      }
      break;
  }
  gst_event_unref (event);
  return ret;
}

static gboolean
open_endpoint (GstWsAudioSink *self)
{
  g_autoptr (GstWsTransport) transport = NULL;

  GST_OBJECT_LOCK (self);
  self->dropped_bytes = 0;
  GST_OBJECT_UNLOCK (self);
  if (!gst_ws_endpoint_open (&self->endpoint, GST_ELEMENT_CAST (self),
          self->worker, &transport_callbacks, TRUE))
    return FALSE;
  transport =
      gst_ws_endpoint_get_transport (&self->endpoint, GST_ELEMENT_CAST (self));
  if (transport != NULL)
    gst_ws_transport_start (transport);
  return TRUE;
}

static GstStateChangeReturn
gst_ws_audio_sink_change_state (GstElement *element, GstStateChange transition)
{
  GstWsAudioSink *self = GST_WS_AUDIO_SINK (element);
  GstStateChangeReturn ret;
  gboolean eos = FALSE;

  if (transition == GST_STATE_CHANGE_NULL_TO_READY)
    self->worker = gst_vowel_worker_for_element (element);
  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !open_endpoint (self))
    return GST_STATE_CHANGE_FAILURE;

  ret = GST_ELEMENT_CLASS (gst_ws_audio_sink_parent_class)
            ->change_state (element, transition);
  if (ret == GST_STATE_CHANGE_FAILURE) {
    if (transition == GST_STATE_CHANGE_READY_TO_PAUSED)
      gst_ws_endpoint_close (&self->endpoint, element);
    return ret;
  }

  GST_OBJECT_LOCK (self);
  switch (transition) {
    case GST_STATE_CHANGE_PAUSED_TO_PLAYING:
      self->playing = TRUE;
      eos = self->eos_pending;
      self->eos_pending = FALSE;
      break;
    case GST_STATE_CHANGE_PLAYING_TO_PAUSED:
      self->playing = FALSE;
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      /* The pad is inactive: nobody holds the stream lock any more. */
      gst_ws_packetizer_clear (self->packetizer);
      self->have_format = FALSE;
      self->dropping = FALSE;
      self->generation = 0;
      self->eos_pending = FALSE;
      break;
    default:
      break;
  }
  GST_OBJECT_UNLOCK (self);

  if (eos)
    post_eos (self, self->eos_seqnum);
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY)
    gst_ws_endpoint_close (&self->endpoint, element);
  if (transition == GST_STATE_CHANGE_READY_TO_NULL)
    gst_clear_object (&self->worker);
  return ret;
}

static void
gst_ws_audio_sink_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstWsAudioSink *self = GST_WS_AUDIO_SINK (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_PACKET_DURATION:
      self->packet_duration = g_value_get_uint64 (value);
      break;
    case PROP_EVENT_TYPE:
      self->event_type = g_value_get_enum (value);
      break;
    case PROP_MAX_QUEUED_BYTES:
      self->max_queued_bytes = g_value_get_uint64 (value);
      break;
    default:
      if (gst_ws_endpoint_set_property (&self->endpoint, id, value))
        break;
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_ws_audio_sink_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstWsAudioSink *self = GST_WS_AUDIO_SINK (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_PACKET_DURATION:
      g_value_set_uint64 (value, self->packet_duration);
      break;
    case PROP_EVENT_TYPE:
      g_value_set_enum (value, self->event_type);
      break;
    case PROP_MAX_QUEUED_BYTES:
      g_value_set_uint64 (value, self->max_queued_bytes);
      break;
    case PROP_DROPPED_BYTES:
      g_value_set_uint64 (value, self->dropped_bytes);
      break;
    default:
      if (gst_ws_endpoint_get_property (&self->endpoint, id, value))
        break;
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
gst_ws_audio_sink_finalize (GObject *object)
{
  GstWsAudioSink *self = GST_WS_AUDIO_SINK (object);

  gst_ws_packetizer_free (self->packetizer);
  gst_ws_endpoint_clear (&self->endpoint);
  G_OBJECT_CLASS (gst_ws_audio_sink_parent_class)->finalize (object);
}

static void
gst_ws_audio_sink_class_init (GstWsAudioSinkClass *klass)
{
  GObjectClass *gobject_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gobject_class->set_property = gst_ws_audio_sink_set_property;
  gobject_class->get_property = gst_ws_audio_sink_get_property;
  gobject_class->finalize = gst_ws_audio_sink_finalize;
  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_ws_audio_sink_change_state);

  gst_ws_endpoint_install_properties (gobject_class);

  /**
   * wsaudiosink:event-type:
   *
   * Which event carries the audio when #wsaudiosink:framing is `openai`: the
   * one that clients send, or one of those that servers send.
   */
  g_object_class_install_property (gobject_class, PROP_EVENT_TYPE,
      g_param_spec_enum ("event-type", "Event type",
          "Event that carries the audio with framing=openai",
          GST_TYPE_WS_EVENT_TYPE, DEFAULT_EVENT_TYPE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));

  /**
   * wsaudiosink:max-queued-bytes:
   *
   * How many bytes may wait for the peer. When there are more the oldest are
   * dropped, with a warning message.
   */
  g_object_class_install_property (gobject_class, PROP_MAX_QUEUED_BYTES,
      g_param_spec_uint64 ("max-queued-bytes", "Maximum of queued bytes",
          "How many bytes may wait for the peer before the oldest are dropped",
          1, G_MAXUINT32, DEFAULT_MAX_QUEUED_BYTES,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));

  /**
   * wsaudiosink:dropped-bytes:
   *
   * Bytes that the peer did not take in time, since PAUSED.
   */
  g_object_class_install_property (gobject_class, PROP_DROPPED_BYTES,
      g_param_spec_uint64 ("dropped-bytes", "Dropped bytes",
          "Bytes that the peer did not take in time, since PAUSED", 0,
          G_MAXUINT64, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));

  /**
   * wsaudiosink:packet-duration:
   *
   * Length in nanoseconds that raw, mu-law and A-law audio is cut into; only
   * the last packet of a sentence or of the stream is shorter. 0 sends each
   * buffer as it comes. Opus packets are never touched. Takes effect with the
   * next caps.
   */
  g_object_class_install_property (gobject_class, PROP_PACKET_DURATION,
      g_param_spec_uint64 ("packet-duration", "Packet duration",
          "Length of each packet in nanoseconds (0 = buffers as they come)", 0,
          10 * GST_SECOND, DEFAULT_PACKET_DURATION,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_READY));

  /**
   * wsaudiosink::packet:
   * @sink: the element
   * @packet: (transfer none): a packet, with its #GstVowelResponseMeta
   *
   * A packet, on the thread that pushes.
   */
  signals[SIGNAL_PACKET] = g_signal_new ("packet", G_TYPE_FROM_CLASS (klass),
      G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
      GST_TYPE_BUFFER | G_SIGNAL_TYPE_STATIC_SCOPE);

  /**
   * wsaudiosink::response-end:
   * @sink: the element
   * @response_id: the response
   * @generation: its generation
   *
   * The last packet of a response has been handed out.
   */
  signals[SIGNAL_RESPONSE_END] = g_signal_new ("response-end",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
      G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_UINT64);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "WebSocket audio sink",
      "Sink/Audio/Network", "Sends audio through a WebSocket",
      "The vowel-gst authors");
}

static void
gst_ws_audio_sink_init (GstWsAudioSink *self)
{
  gst_ws_endpoint_init (&self->endpoint);
  self->event_type = DEFAULT_EVENT_TYPE;
  self->max_queued_bytes = DEFAULT_MAX_QUEUED_BYTES;
  self->packet_duration = DEFAULT_PACKET_DURATION;
  self->packetizer = gst_ws_packetizer_new (send_packet, self);
  self->sinkpad = gst_pad_new_from_static_template (&sink_template, "sink");
  gst_pad_set_chain_function (
      self->sinkpad, GST_DEBUG_FUNCPTR (gst_ws_audio_sink_chain));
  gst_pad_set_event_function (
      self->sinkpad, GST_DEBUG_FUNCPTR (gst_ws_audio_sink_event));
  gst_element_add_pad (GST_ELEMENT_CAST (self), self->sinkpad);
  GST_OBJECT_FLAG_SET (self, GST_ELEMENT_FLAG_SINK);
}
