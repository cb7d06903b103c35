/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-wsaudiosrc
 * @title: wsaudiosrc
 * @short_description: audio from a WebSocket
 *
 * A live source of the audio that comes through a WebSocket.
 *
 * Without #wsaudiosrc:uri and #wsaudiosrc:port it stands inside an
 * application, which calls gst_vowel_push_src_push() with timestamps from
 * sample counts.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstwsaudiosrc.h"
#include "gstwsformat.h"

GST_DEBUG_CATEGORY_STATIC (gst_ws_audio_src_debug);
#define GST_CAT_DEFAULT gst_ws_audio_src_debug

enum {
  PROP_0,
  PROP_CAPS,
};

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
    "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (GST_WS_CAPS));

struct _GstWsAudioSrc {
  GstVowelPushSrc parent;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (GstWsAudioSrc, gst_ws_audio_src,
    GST_TYPE_VOWEL_PUSH_SRC,
    GST_DEBUG_CATEGORY_INIT (
        gst_ws_audio_src_debug, "wsaudiosrc", 0, "audio from a WebSocket"))
GST_ELEMENT_REGISTER_DEFINE (
    wsaudiosrc, "wsaudiosrc", GST_RANK_NONE, GST_TYPE_WS_AUDIO_SRC)

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
  gst_vowel_push_src_set_caps (GST_VOWEL_PUSH_SRC (self), caps);
}

static void
gst_ws_audio_src_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstWsAudioSrc *self = GST_WS_AUDIO_SRC (object);

  switch (id) {
    case PROP_CAPS:
      set_caps (self, gst_value_get_caps (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
gst_ws_audio_src_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch (id) {
    case PROP_CAPS:
      g_value_take_boxed (
          value, gst_vowel_src_pad_get_caps (
                     gst_vowel_push_src_get_pad (GST_VOWEL_PUSH_SRC (object))));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
}

static void
gst_ws_audio_src_constructed (GObject *object)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (GST_WS_DEFAULT_CAPS);

  G_OBJECT_CLASS (gst_ws_audio_src_parent_class)->constructed (object);
  gst_vowel_push_src_set_caps (GST_VOWEL_PUSH_SRC (object), caps);
}

static void
gst_ws_audio_src_class_init (GstWsAudioSrcClass *klass)
{
  GObjectClass *gobject_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  gobject_class->set_property = gst_ws_audio_src_set_property;
  gobject_class->get_property = gst_ws_audio_src_get_property;
  gobject_class->constructed = gst_ws_audio_src_constructed;

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
      "Receives audio through a WebSocket", "The vowel-gst developers");
}

static void
gst_ws_audio_src_init (GstWsAudioSrc *self)
{
}
