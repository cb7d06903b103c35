/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-deepgramstt
 * @title: deepgramstt
 * @short_description: Deepgram's live speech recognition
 *
 * Recognises utterances by Deepgram while they are spoken (`/v1/listen`). The
 * connection is made when the element starts and is kept; only speech is sent,
 * nothing of the pauses in between. An utterance ends where the detector
 * upstream says so.
 *
 * ## Example launch line
 * |[
 * DEEPGRAM_API_KEY=… gst-launch-1.0 -m autoaudiosrc ! audioconvert !
 * audioresample ! vad ! deepgramstt ! fdsink
 * ]|
 */

#include "config.h"

#include "deepgram-service.h"
#include "gstdeepgramstt.h"
#include "listen-protocol.h"
#include "live-stt.h"

struct _GstDeepgramStt {
  GstVowelStt parent;
  LiveStt live;
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) 16000, channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstDeepgramStt, gst_deepgram_stt, GST_TYPE_VOWEL_STT)
GST_ELEMENT_REGISTER_DEFINE (
    deepgramstt, "deepgramstt", GST_RANK_NONE, GST_TYPE_DEEPGRAM_STT);

static gchar *
make_path (LiveStt *live)
{
  GString *path = g_string_new ("/v1/listen");

  live_query_append (path, "model", live_stt_get_model (live));
  live_query_append (path, "language", live_stt_get_language (live));
  live_query_append_list (path, "keyterm", live->keyterms);
  live_query_append (path, "encoding", "linear16");
  live_query_append (path, "sample_rate", G_STRINGIFY (LIVE_RATE));
  live_query_append (path, "channels", "1");
  live_query_append (path, "interim_results", "true");
  live_query_append (path, "punctuate", "true");
  live_query_append (path, "smart_format", "true");
  /* Or smart_format holds back what may become a number or a date. */
  live_query_append (path, "no_delay", "true");
  live_query_append (path, "endpointing", "300");
  return g_string_free (path, FALSE);
}

static const LiveProtocol protocol = {
    .read = listen_protocol_read,
    .end = {"{\"type\":\"Finalize\"}"},
    .keepalive = "{\"type\":\"KeepAlive\"}",
    .separator = " ",
    .timed = TRUE,
};

static const LiveVendor vendor = {
    .service = &deepgram_service,
    .protocol = &protocol,
    .make_path = make_path,
    /* Deepgram closes a connection that is silent for 10 s. */
    .options = {.finalize_timeout = 800 * GST_MSECOND,
        .keepalive = 4 * GST_SECOND},
    .model = "nova-3",
    .language = "en-US",
    .about_language =
        "What is spoken, as in en-US or de; multi = several languages in turn",
    .keyterms = TRUE,
};

static void
gst_deepgram_stt_finalize (GObject *object)
{
  live_stt_clear (&GST_DEEPGRAM_STT (object)->live);
  G_OBJECT_CLASS (gst_deepgram_stt_parent_class)->finalize (object);
}

static void
gst_deepgram_stt_class_init (GstDeepgramSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->finalize = gst_deepgram_stt_finalize;
  live_stt_class_init (GST_VOWEL_STT_CLASS (klass),
      G_STRUCT_OFFSET (GstDeepgramStt, live), &vendor);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class,
      "Deepgram speech recognition", "Filter/Speech",
      "Recognises speech while it is spoken, by Deepgram",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_STT, "deepgram");
}

static void
gst_deepgram_stt_init (GstDeepgramStt *self)
{
  live_stt_init (&self->live, GST_VOWEL_STT (self), &vendor);
}
