/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-assemblyaistt
 * @title: assemblyaistt
 * @short_description: AssemblyAI's live speech recognition
 *
 * Recognises utterances by AssemblyAI while they are spoken (`/v3/ws`). Only
 * speech is sent; the detector upstream says where an utterance ends.
 * AssemblyAI bills by the time that a connection is open: it is closed when
 * nobody speaks for a while (property `idle-timeout`) and made anew at the
 * first sound of the next utterance, of which nothing is lost.
 *
 * ## Example launch line
 * |[
 * ASSEMBLYAI_API_KEY=… gst-launch-1.0 -m autoaudiosrc ! audioconvert !
 * audioresample ! vad ! assemblyaistt ! fdsink
 * ]|
 */

#include "config.h"

#include <gst/vowel/gstvoweljson.h>

#include "assemblyai-service.h"
#include "gstassemblyaistt.h"
#include "live-stt.h"

/* At the end of an utterance, in seconds. */
#define MAX_SILENCE 1.0

/* What a connection remembers. */
typedef struct {
  gint64 turn; /* the newest */
} State;

struct _GstAssemblyaiStt {
  GstVowelStt parent;
  LiveStt live;
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) 16000, channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstAssemblyaiStt, gst_assemblyai_stt, GST_TYPE_VOWEL_STT)
GST_ELEMENT_REGISTER_DEFINE (
    assemblyaistt, "assemblyaistt", GST_RANK_NONE, GST_TYPE_ASSEMBLYAI_STT);

/* ["one","another"] */
static gchar *
make_list (const gchar *text)
{
  g_auto (GStrv) values = g_strsplit (text, ",", -1);
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_array (builder);
  for (guint i = 0; values[i] != NULL; i++)
    if (*g_strstrip (values[i]) != '\0')
      json_builder_add_string_value (builder, values[i]);
  json_builder_end_array (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
append_list (GString *path, const gchar *name, const gchar *text)
{
  g_autofree gchar *list = NULL;

  if (text == NULL || *text == '\0')
    return;
  list = make_list (text);
  live_query_append (path, name, list);
}

static gchar *
make_path (LiveStt *live)
{
  GString *path = g_string_new ("/v3/ws");

  live_query_append (path, "sample_rate", G_STRINGIFY (LIVE_RATE));
  live_query_append (path, "encoding", "pcm_s16le");
  live_query_append (path, "speech_model", live_stt_get_model (live));
  live_query_append (path, "format_turns", "true");
  /* A pause that the detector lets pass ends no turn. */
  live_query_append (path, "end_of_turn_confidence_threshold", "1.0");
  live_query_append (path, "max_turn_silence", "2000");
  append_list (path, "language_codes", live_stt_get_language (live));
  append_list (path, "keyterms_prompt", live->keyterms);
  return g_string_free (path, FALSE);
}

/* (nullable) */
static JsonObject *
get_word (JsonArray *words, guint i)
{
  JsonNode *node = json_array_get_element (words, i);

  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

/* Where the last word ends, and how sure the service is of all. */
static void
read_words (JsonArray *words, LiveResult *result)
{
  guint n = words != NULL ? json_array_get_length (words) : 0;
  gdouble sum = 0;

  for (guint i = 0; i < n; i++) {
    JsonObject *word = get_word (words, i);
    gdouble end = gst_vowel_json_get_double (word, "end", LIVE_UNKNOWN);
    gdouble confidence =
        gst_vowel_json_get_double (word, "confidence", LIVE_UNKNOWN);

    if (end >= 0)
      result->end = end / 1000;
    sum += MAX (confidence, 0.0);
  }
  if (n > 0)
    result->confidence = sum / n;
}

/* A turn may have ended by itself just before it was ended: then there is more
 * behind it than the silence that a detector waits for. */
static gboolean
is_answer (LiveSession *session, const LiveResult *result)
{
  return result->end < 0
         || result->end + MAX_SILENCE >= live_session_get_end (session);
}

/* A turn ends twice: what is said the second time, with punctuation, goes in
 * place of the first. */
static void
read_turn (LiveSession *session, JsonObject *message)
{
  State *state = live_session_get_state (session);
  gboolean ended = gst_vowel_json_get_boolean (message, "end_of_turn");
  LiveResult result = {
      .text = gst_vowel_json_get_string (message, "transcript"),
      .confidence = LIVE_UNKNOWN,
      .end = LIVE_UNKNOWN,
      .turn = gst_vowel_json_get_int (message, "turn_order", 0),
      .fixed = ended,
      .extent = LIVE_TURN,
  };

  /* The next one has begun already. */
  if (result.turn < state->turn)
    return;
  state->turn = result.turn;
  read_words (gst_vowel_json_get_array (message, "words"), &result);
  result.last = ended
                && gst_vowel_json_get_boolean (message, "turn_is_formatted")
                && is_answer (session, &result);
  live_session_result (session, &result);
}
/* Of errors and of closing. */
static GstVowelError
explain_code (guint code)
{
  switch (code) {
    case 1008: /* unauthorized connection */
    case 4001:
      return GST_VOWEL_ERROR_AUTH;
    case 4002:
    case 4003: /* needs a credit card */
      return GST_VOWEL_ERROR_BILLING;
    case 3009: /* too many sessions at once */
    case 4029:
    case 4102:
      return GST_VOWEL_ERROR_RATE_LIMIT;
    case 3006: /* a message that it does not know */
    case 3007: /* an audio message of less than 50 or more than 1000 ms */
    case 4000:
    case 4032:
    case 4033:
    case 4101:
      return GST_VOWEL_ERROR_BAD_REQUEST;
    default:
      return GST_VOWEL_ERROR_UPSTREAM;
  }
}

static gboolean
read_message (LiveSession *session, JsonObject *message, GError **error)
{
  const gchar *type = gst_vowel_json_get_string (message, "type");
  const gchar *reason = gst_vowel_json_get_string (message, "error");
  guint code = gst_vowel_json_get_int (message, "error_code", 0);

  if (reason != NULL)
    return live_session_refuse (session, explain_code (code), reason, error);
  if (g_strcmp0 (type, "Begin") == 0)
    live_session_set_ready (session);
  else if (g_strcmp0 (type, "Turn") == 0)
    read_turn (session, message);
  return TRUE;
}

static const LiveProtocol protocol = {
    .read = read_message,
    .end = {"{\"type\":\"ForceEndpoint\"}"},
    .goodbye = "{\"type\":\"Terminate\"}",
    .explain_close = explain_code,
    .separator = " ",
    .says_ready = TRUE,
    .timed = TRUE,
    .chunk_ms = 50,
    .least_ms = 50,
    .state_size = sizeof (State),
};

static const LiveVendor vendor = {
    .service = &assemblyai_service,
    .protocol = &protocol,
    .make_path = make_path,
    .options = {.finalize_timeout = GST_SECOND,
        .idle_timeout = 15 * GST_SECOND},
    .model = "universal-streaming-english",
    .about_language =
        "What is spoken, as in en, separated by commas, for models "
        "that can be told; unset = by the model",
    .keyterms = TRUE,
};

static void
gst_assemblyai_stt_finalize (GObject *object)
{
  live_stt_clear (&GST_ASSEMBLYAI_STT (object)->live);
  G_OBJECT_CLASS (gst_assemblyai_stt_parent_class)->finalize (object);
}

static void
gst_assemblyai_stt_class_init (GstAssemblyaiSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->finalize = gst_assemblyai_stt_finalize;
  live_stt_class_init (GST_VOWEL_STT_CLASS (klass),
      G_STRUCT_OFFSET (GstAssemblyaiStt, live), &vendor);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class,
      "AssemblyAI speech recognition", "Filter/Speech",
      "Recognises speech while it is spoken, by AssemblyAI",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_STT, "assemblyai");
}

static void
gst_assemblyai_stt_init (GstAssemblyaiStt *self)
{
  live_stt_init (&self->live, GST_VOWEL_STT (self), &vendor);
}
