/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-wsaudiosrc
 * @title: wsaudiosrc
 * @short_description: audio from a WebSocket
 *
 * A live source of the audio that comes through a WebSocket. Timestamps count
 * samples; they know nothing of when a message came.
 *
 * With #wsaudiosrc:uri it connects; with #wsaudiosrc:port it listens, for one
 * peer; a second one is refused with status 503. When the peer closes the
 * WebSocket the stream ends (EOS). A connection that fails is an error on the
 * bus with a `vowel-error-details` structure.
 *
 * ## Example launch lines
 * |[
 * gst-launch-1.0 wsaudiosrc port=9001 path=/mic caps=audio/x-opus ! opusdec !
 * audioconvert ! autoaudiosink
 * ]|
 * Plays what somebody sends to ws://127.0.0.1:9001/mic as Opus packets.
 * |[
 * gst-launch-1.0 wsaudiosrc uri=ws://127.0.0.1:9000/ framing=openai !
 * audioconvert ! wavenc ! filesink location=heard.wav
 * ]|
 * Records audio events in the form of OpenAI Realtime.
 *
 * Without #wsaudiosrc:uri and #wsaudiosrc:port it stands inside an
 * application, which calls gst_vowel_push_src_push() with timestamps from
 * sample counts.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstwsaudiosrc.h"
#include "gstwsendpoint.h"
#include "gstwsformat.h"

GST_DEBUG_CATEGORY_STATIC (gst_ws_audio_src_debug);
#define GST_CAT_DEFAULT gst_ws_audio_src_debug

enum {
  PROP_CAPS = GST_WS_N_PROPS,
};

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (GST_WS_CAPS));

struct _GstWsAudioSrc {
  GstVowelPushSrc parent;

  /* Protected by the object lock. */
  GstWsEndpoint endpoint;
  gboolean playing;
  GstWsFormat format;

  /* Worker thread. */
  guint64 samples; /* pushed so far */
  gboolean have_odd;
  guint8 odd_byte; /* half a sample, until the next message */
  gboolean ended;
  gboolean warned; /* of the peer's framing */
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GstWsAudioSrc, gst_ws_audio_src,
    GST_TYPE_VOWEL_PUSH_SRC,
    GST_DEBUG_CATEGORY_INIT (
        gst_ws_audio_src_debug, "wsaudiosrc", 0, "audio from a WebSocket"))
GST_ELEMENT_REGISTER_DEFINE (
    wsaudiosrc, "wsaudiosrc", GST_RANK_NONE, GST_TYPE_WS_AUDIO_SRC)

/* Audio from the wire, on the worker */

/* S16LE may be cut in the middle of a sample: the odd byte waits for the next
 * message. */
static GstBuffer *
make_buffer (GstWsAudioSrc *self, const GstWsFormat *format, GBytes *audio)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (audio, &size);
  gsize carried = format->sample_size == 2 && self->have_odd ? 1 : 0;
  gsize whole = size + carried;
  GstBuffer *buffer;

  if (format->sample_size == 2)
    whole &= ~(gsize) 1;
  if (whole > 0) {
    buffer = gst_buffer_new_allocate (NULL, whole, NULL);
    gst_buffer_fill (buffer, 0, &self->odd_byte, carried);
    gst_buffer_fill (buffer, carried, data, whole - carried);
  } else {
    buffer = NULL;
  }
  if (format->sample_size == 2 && size > 0) {
    self->have_odd = whole < size + carried;
    if (self->have_odd)
      self->odd_byte = data[size - 1];
  }
  return buffer;
}

static void
stamp (GstWsAudioSrc *self, const GstWsFormat *format, GstBuffer *buffer)
{
  guint8 head[2] = {0};
  gsize size = gst_buffer_get_size (buffer);
  GstClockTime end;
  guint64 n;

  gst_buffer_extract (buffer, 0, head, sizeof (head));
  n = gst_ws_format_count_samples (format, head, size);
  GST_BUFFER_PTS (buffer) =
      gst_util_uint64_scale (self->samples, GST_SECOND, format->rate);
  GST_BUFFER_OFFSET (buffer) = self->samples;
  self->samples += n;
  end = gst_util_uint64_scale (self->samples, GST_SECOND, format->rate);
  GST_BUFFER_DURATION (buffer) = end - GST_BUFFER_PTS (buffer);
}

static void
push_audio (GstWsAudioSrc *self, GBytes *audio)
{
  GstWsFormat format;
  GstBuffer *buffer;
  GstFlowReturn ret;
  gboolean playing;

  GST_OBJECT_LOCK (self);
  format = self->format;
  playing = self->playing;
  GST_OBJECT_UNLOCK (self);
  /* As every live source: what comes in PAUSED is lost. */
  if (!playing || self->ended)
    return;

  buffer = make_buffer (self, &format, audio);
  if (buffer == NULL)
    return;
  stamp (self, &format, buffer);
  ret = gst_vowel_push_src_push (GST_VOWEL_PUSH_SRC (self), buffer);
  if (ret == GST_FLOW_NOT_LINKED || ret < GST_FLOW_EOS) {
    self->ended = TRUE;
    GST_ELEMENT_FLOW_ERROR (self, ret);
    gst_vowel_push_src_push_event (
        GST_VOWEL_PUSH_SRC (self), gst_event_new_eos ());
  } else if (ret == GST_FLOW_EOS) {
    self->ended = TRUE;
  }
}

static void
on_message (GObject *owner, gboolean text, GBytes *data)
{
  GstWsAudioSrc *self = GST_WS_AUDIO_SRC (owner);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) audio = NULL;
  GstWsFraming framing;
  gsize size;
  const gchar *bytes = g_bytes_get_data (data, &size);

  GST_OBJECT_LOCK (self);
  framing = self->endpoint.framing;
  GST_OBJECT_UNLOCK (self);

  if (text != (framing == GST_WS_FRAMING_OPENAI)) {
    /* Once: a peer sends some fifty messages a second. */
    if (self->warned)
      return;
    self->warned = TRUE;
    GST_ELEMENT_WARNING (self, STREAM, FORMAT,
        ("The peer sent a %s message, but framing=%s takes %s messages.",
            text ? "text" : "binary", text ? "binary" : "openai",
            text ? "binary" : "text"),
        ("set framing to what the peer speaks"));
    return;
  }
  if (!text) {
    push_audio (self, data);
    return;
  }
  audio = gst_ws_framing_decode (bytes, size, &error);
  if (audio != NULL)
    push_audio (self, audio);
  else if (error != NULL)
    GST_ELEMENT_WARNING (self, STREAM, DECODE,
        ("The peer sent a message that makes no sense: %s", error->message),
        ("%" G_GSIZE_FORMAT " bytes", size));
}

static void
on_closed (GObject *owner, guint http_status, const GError *error)
{
  GstWsAudioSrc *self = GST_WS_AUDIO_SRC (owner);

  if (self->ended)
    return;
  self->ended = TRUE;
  if (error != NULL)
    gst_ws_endpoint_post_error (GST_ELEMENT_CAST (self),
        GST_RESOURCE_ERROR_OPEN_READ, http_status, error);
  gst_vowel_push_src_push_event (
      GST_VOWEL_PUSH_SRC (self), gst_event_new_eos ());
}

static const GstWsTransportCallbacks transport_callbacks = {
    .message = on_message,
    .closed = on_closed,
};

/* Each run counts from zero; in order with what the transport does. */
static void
reset_on_worker (gpointer user_data)
{
  GstWsAudioSrc *self = user_data;

  self->samples = 0;
  self->have_odd = FALSE;
  self->ended = FALSE;
  self->warned = FALSE;
}

static gboolean
open_endpoint (GstWsAudioSrc *self)
{
  GstVowelPushSrc *src = GST_VOWEL_PUSH_SRC (self);

  gst_vowel_worker_post (gst_vowel_push_src_get_worker (src), reset_on_worker,
      gst_object_ref (self), gst_object_unref);
  return gst_ws_endpoint_open (&self->endpoint, GST_ELEMENT_CAST (self),
      gst_vowel_push_src_get_worker (src), &transport_callbacks, FALSE);
}

/* Not before PLAYING: a message that came in PAUSED could make a sink that
 * waits for PLAYING stop the worker. */
static void
set_playing (GstWsAudioSrc *self, gboolean playing)
{
  g_autoptr (GstWsTransport) transport = NULL;

  GST_OBJECT_LOCK (self);
  self->playing = playing;
  GST_OBJECT_UNLOCK (self);
  if (!playing)
    return;
  transport =
      gst_ws_endpoint_get_transport (&self->endpoint, GST_ELEMENT_CAST (self));
  if (transport != NULL)
    gst_ws_transport_start (transport);
}

static GstStateChangeReturn
gst_ws_audio_src_change_state (GstElement *element, GstStateChange transition)
{
  GstWsAudioSrc *self = GST_WS_AUDIO_SRC (element);
  GstStateChangeReturn ret;

  if (transition == GST_STATE_CHANGE_READY_TO_PAUSED && !open_endpoint (self))
    return GST_STATE_CHANGE_FAILURE;
  if (transition == GST_STATE_CHANGE_PLAYING_TO_PAUSED)
    set_playing (self, FALSE);

  ret = GST_ELEMENT_CLASS (gst_ws_audio_src_parent_class)
            ->change_state (element, transition);

  if (transition == GST_STATE_CHANGE_PAUSED_TO_PLAYING
      && ret != GST_STATE_CHANGE_FAILURE)
    set_playing (self, TRUE);
  /* Only now: the pad is inactive and holds up nothing on the worker. */
  if (transition == GST_STATE_CHANGE_PAUSED_TO_READY
      || (transition == GST_STATE_CHANGE_READY_TO_PAUSED
          && ret == GST_STATE_CHANGE_FAILURE))
    gst_ws_endpoint_close (&self->endpoint, element);
  return ret;
}

static void
set_caps (GstWsAudioSrc *self, const GstCaps *value)
{
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstCaps) allowed =
      gst_static_pad_template_get_caps (&src_template);
  GstWsFormat format;

  if (value != NULL && gst_caps_is_fixed (value))
    caps = gst_ws_complete_caps ((GstCaps *) value);
  if (caps == NULL || !gst_caps_is_subset (caps, allowed)
      || !gst_ws_format_from_caps (&format, caps)) {
    g_warning ("wsaudiosrc: the caps %" GST_PTR_FORMAT
               " are not fixed or cannot travel; possible are %" GST_PTR_FORMAT,
        value, allowed);
    return;
  }
  GST_OBJECT_LOCK (self);
  self->format = format;
  GST_OBJECT_UNLOCK (self);
  gst_vowel_push_src_set_caps (GST_VOWEL_PUSH_SRC (self), caps);
}

static void
gst_ws_audio_src_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstWsAudioSrc *self = GST_WS_AUDIO_SRC (object);
  gboolean done;

  switch (id) {
    case PROP_CAPS:
      set_caps (self, gst_value_get_caps (value));
      break;
    default:
      GST_OBJECT_LOCK (self);
      done = gst_ws_endpoint_set_property (&self->endpoint, id, value);
      GST_OBJECT_UNLOCK (self);
      if (done)
        break;
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
gst_ws_audio_src_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GstWsAudioSrc *self = GST_WS_AUDIO_SRC (object);
  gboolean done;

  switch (id) {
    case PROP_CAPS:
      g_value_take_boxed (
          value, gst_vowel_src_pad_get_caps (
                     gst_vowel_push_src_get_pad (GST_VOWEL_PUSH_SRC (object))));
      break;
    default:
      GST_OBJECT_LOCK (self);
      done = gst_ws_endpoint_get_property (&self->endpoint, id, value);
      GST_OBJECT_UNLOCK (self);
      if (done)
        break;
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
gst_ws_audio_src_constructed (GObject *object)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (GST_WS_DEFAULT_CAPS);

  G_OBJECT_CLASS (gst_ws_audio_src_parent_class)->constructed (object);
  set_caps (GST_WS_AUDIO_SRC (object), caps);
}

static void
gst_ws_audio_src_finalize (GObject *object)
{
  gst_ws_endpoint_clear (&GST_WS_AUDIO_SRC (object)->endpoint);
  G_OBJECT_CLASS (gst_ws_audio_src_parent_class)->finalize (object);
}

static void
gst_ws_audio_src_class_init (GstWsAudioSrcClass *klass)
{
  GObjectClass *gobject_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gobject_class->set_property = gst_ws_audio_src_set_property;
  gobject_class->get_property = gst_ws_audio_src_get_property;
  gobject_class->constructed = gst_ws_audio_src_constructed;
  gobject_class->finalize = gst_ws_audio_src_finalize;
  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_ws_audio_src_change_state);

  gst_ws_endpoint_install_properties (gobject_class);

  /**
   * wsaudiosrc:caps:
   *
   * What the wire carries: `audio/x-raw` (S16LE, mono, any rate),
   * `audio/x-mulaw` or `audio/x-alaw` (8000 Hz, mono), or `audio/x-opus`.
   * Default: S16LE at 24000 Hz.
   */
  g_object_class_install_property (gobject_class, PROP_CAPS,
      g_param_spec_boxed ("caps", "Caps",
          "What the wire carries (default: S16LE, mono, 24000 Hz)",
          GST_TYPE_CAPS,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING
              | GST_PARAM_DOC_SHOW_DEFAULT));

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "WebSocket audio source", "Source/Audio/Network",
      "Receives audio through a WebSocket", "The vowel-gst authors");
}

static void
gst_ws_audio_src_init (GstWsAudioSrc *self)
{
  gst_ws_endpoint_init (&self->endpoint);
}
