/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-grokstt
 * @title: grokstt
 * @short_description: xAI's live speech recognition
 *
 * Recognises utterances by xAI's Grok while they are spoken (`/v1/stt`). Only
 * speech is sent, each utterance over a connection of its own, which is made
 * ahead; the detector upstream says where an utterance ends.
 *
 * ## Example launch line
 * |[
 * GROK_API_KEY=… gst-launch-1.0 -m autoaudiosrc ! audioconvert ! audioresample
 * ! vad ! grokstt ! fdsink
 * ]|
 */

#include "config.h"

#include <string.h>

#include <gst/vowel/gstvoweljson.h>

#include "gstgrokstt.h"
#include "live-stt.h"
#include "xai-service.h"

struct _GstGrokStt {
  GstVowelStt parent;
  LiveStt live;
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) 16000, channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstGrokStt, gst_grok_stt, GST_TYPE_VOWEL_STT)
GST_ELEMENT_REGISTER_DEFINE (
    grokstt, "grokstt", GST_RANK_NONE, GST_TYPE_GROK_STT);

/* What a connection remembers. */
typedef struct {
  gint64 turn;
  gboolean open; /* the turn has begun */
} State;

static gchar *
make_path (LiveStt *live)
{
  GString *path = g_string_new ("/v1/stt");

  live_query_append (path, "sample_rate", G_STRINGIFY (LIVE_RATE));
  live_query_append (path, "encoding", "pcm");
  live_query_append (path, "interim_results", "true");
  /* Longer than the pauses that a detector lets pass. */
  live_query_append (path, "endpointing", "1000");
  live_query_append (path, "language", live_stt_get_language (live));
  live_query_append_list (path, "keyterm", live->keyterms);
  return g_string_free (path, FALSE);
}

static void
read_partial (LiveSession *session, JsonObject *message)
{
  State *state = live_session_get_state (session);
  gboolean speech_final = gst_vowel_json_get_boolean (message, "speech_final");
  const LiveResult result = {
      .text = gst_vowel_json_get_string (message, "text"),
      .confidence = LIVE_UNKNOWN,
      .end = LIVE_UNKNOWN,
      .turn = state->turn,
      .fixed = speech_final || gst_vowel_json_get_boolean (message, "is_final"),
      .extent = speech_final ? LIVE_TURN : LIVE_PIECE,
  };

  if (speech_final)
    state->turn++;
  state->open = !speech_final;
  live_session_result (session, &result);
}

/* The end has the whole text, or what came last once more, or what had not come
 * yet. */
static void
read_done (LiveSession *session, JsonObject *message)
{
  const State *state = live_session_get_state (session);
  const gchar *text = gst_vowel_json_get_string (message, "text");
  const gchar *before = live_session_get_fixed (session);
  LiveResult result = {
      .text = text,
      .confidence = LIVE_UNKNOWN,
      .end = LIVE_UNKNOWN,
      .turn = G_MAXINT64,
      .fixed = TRUE,
      .last = TRUE,
  };

  if (text != NULL && *text != '\0' && strlen (text) >= strlen (before))
    result.extent = LIVE_UTTERANCE;
  else if (text == NULL || !state->open || g_str_has_suffix (before, text))
    result.text = "";
  live_session_result (session, &result);
}

static gboolean
read_message (LiveSession *session, JsonObject *message, GError **error)
{
  const gchar *type = gst_vowel_json_get_string (message, "type");

  if (g_strcmp0 (type, "transcript.created") == 0)
    live_session_set_ready (session);
  else if (g_strcmp0 (type, "transcript.partial") == 0)
    read_partial (session, message);
  else if (g_strcmp0 (type, "transcript.done") == 0)
    read_done (session, message);
  else if (g_strcmp0 (type, "error") == 0)
    return live_session_refuse (session, GST_VOWEL_ERROR_UPSTREAM,
        gst_vowel_json_get_string (message, "message"), error);
  return TRUE;
}

static const LiveProtocol protocol = {
    .read = read_message,
    .end = {"{\"type\":\"audio.done\"}"},
    .separator = " ",
    .says_ready = TRUE,
    .single_use = TRUE,
    .chunk_ms = 40,
    .state_size = sizeof (State),
};

static const LiveVendor vendor = {
    .service = &xai_service,
    .protocol = &protocol,
    .make_path = make_path,
    .options = {.finalize_timeout = 3 * GST_SECOND,
        .idle_timeout = 60 * GST_SECOND},
    .language = "en",
    .about_language = "What is spoken, as in en or de",
    .keyterms = TRUE,
};

static void
gst_grok_stt_finalize (GObject *object)
{
  live_stt_clear (&GST_GROK_STT (object)->live);
  G_OBJECT_CLASS (gst_grok_stt_parent_class)->finalize (object);
}

static void
gst_grok_stt_class_init (GstGrokSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->finalize = gst_grok_stt_finalize;
  live_stt_class_init (
      GST_VOWEL_STT_CLASS (klass), G_STRUCT_OFFSET (GstGrokStt, live), &vendor);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class,
      "xAI speech recognition", "Filter/Speech",
      "Recognises speech while it is spoken, by xAI's Grok",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_STT, "grok");
}

static void
gst_grok_stt_init (GstGrokStt *self)
{
  live_stt_init (&self->live, GST_VOWEL_STT (self), &vendor);
}
