/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-elevenlabstts
 * @title: elevenlabstts
 * @short_description: ElevenLabs' voices
 *
 * Has each sentence spoken by ElevenLabs, over one connection that is kept
 * (`multi-stream-input`), or by a request for each (`transport=rest`). `voice`
 * is the id of a voice, or the name of one of those that everybody has
 * (`george`). The service says when it speaks which character.
 *
 * ## Example launch line
 * |[
 * ELEVENLABS_API_KEY=… gst-launch-1.0 elevenlabstts voice=sarah text="Good
 * morning." ! audioconvert ! audioresample ! autoaudiosink
 * ]|
 */

#include "config.h"

#include "elevenlabs-service.h"
#include "gstelevenlabstts.h"
#include "json-writer.h"
#include "speech-voice.h"

/* More is refused. */
#define MAX_CONTEXTS 5
/* In s, the longest; half of it is enough for a sign of life. */
#define INACTIVITY_TIMEOUT 180
#define DEFAULT_KEEPALIVE (INACTIVITY_TIMEOUT * GST_SECOND / 2)

#define DEFAULT_STABILITY 0.5
#define DEFAULT_SIMILARITY_BOOST 0.75
#define DEFAULT_STYLE 0.0

enum {
  PROP_STABILITY = SPEECH_N_PROPS,
  PROP_SIMILARITY_BOOST,
  PROP_STYLE,
  PROP_USE_SPEAKER_BOOST,
};

struct _GstElevenlabsTts {
  GstVowelTts parent;

  SpeechVoice voice;

  /* Protected by the object lock. */
  gdouble stability;
  gdouble similarity_boost;
  gdouble style;
  gboolean use_speaker_boost;
};

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) [ 8000, 48000 ], channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstElevenlabsTts, gst_elevenlabs_tts, GST_TYPE_VOWEL_TTS)
GST_ELEMENT_REGISTER_DEFINE (
    elevenlabstts, "elevenlabstts", GST_RANK_NONE, GST_TYPE_ELEVENLABS_TTS);

/* Voices that every account has, by the names that they go by. */
#define VOICES                                                                 \
  "george sarah laura charlie roger callum river liam alice matilda jessica"
static const struct {
  const gchar *name;
  const gchar *id;
} voices[] = {
    {"george", "JBFqnCBsd6RMkjVDRZzb"},
    {"sarah", "EXAVITQu4vr4xnSDxMaL"},
    {"laura", "FGY2WhTYpPnrIDTdsKH5"},
    {"charlie", "IKne3meq5aSn9XLyUdCD"},
    {"roger", "CwhRBWXzGAHq8TQ4Fs17"},
    {"callum", "N2lVS1w4EtoT3dr4eOWO"},
    {"river", "SAz9YHcvj6GT2YYXdXww"},
    {"liam", "TX3LPaxmHKxFdv7VOQHJ"},
    {"alice", "Xb7hH8MSUJpSbSDYk0k2"},
    {"matilda", "XrExE9yKIg1WjnnlVkGX"},
    {"jessica", "cgSgspJ2msm6clMCkdW9"},
};

static const gchar *
find_voice (const SpeechOrder *order)
{
  for (guint i = 0; i < G_N_ELEMENTS (voices); i++)
    if (g_ascii_strcasecmp (voices[i].name, order->voice) == 0)
      return voices[i].id;
  return order->voice;
}

/* Other models refuse to be told. */
static gboolean
takes_language (const SpeechOrder *order)
{
  return order->language != NULL && g_str_has_suffix (order->model, "_v2_5");
}

static void
add_settings (JsonBuilder *builder, GstVowelTts *tts, const SpeechOrder *order)
{
  GstElevenlabsTts *self = GST_ELEVENLABS_TTS (tts);
  gdouble stability, similarity_boost, style;
  gboolean use_speaker_boost;

  GST_OBJECT_LOCK (self);
  stability = self->stability;
  similarity_boost = self->similarity_boost;
  style = self->style;
  use_speaker_boost = self->use_speaker_boost;
  GST_OBJECT_UNLOCK (self);
  json_writer_begin_object (builder, "voice_settings");
  json_writer_add_double (builder, "stability", stability);
  json_writer_add_double (builder, "similarity_boost", similarity_boost);
  json_writer_add_double (builder, "style", style);
  json_writer_add_boolean (builder, "use_speaker_boost", use_speaker_boost);
  json_writer_add_double (builder, "speed", CLAMP (order->speed, 0.7, 1.2));
  json_builder_end_object (builder);
}

static GString *
begin_path (const SpeechOrder *order, const gchar *route)
{
  GString *path = g_string_new ("/v1/text-to-speech/");

  g_string_append_uri_escaped (path, find_voice (order), NULL, FALSE);
  g_string_append_printf (path, "/%s?output_format=pcm_%d", route, order->rate);
  return path;
}

static GstVowelHttpRequest *
make_request (GstVowelTts *tts, const SpeechOrder *order)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autofree gchar *path = g_string_free (begin_path (order, "stream"), FALSE);

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "text", order->text);
  json_writer_add_string (builder, "model_id", order->model);
  if (takes_language (order))
    json_writer_add_string (builder, "language_code", order->language);
  add_settings (builder, tts, order);
  return speech_order_post (order, tts, path, json_writer_end_bytes (builder));
}

/* --- over a WebSocket --- */

static gchar *
make_path (GstVowelTts *tts, const SpeechOrder *order)
{
  GString *path = begin_path (order, "multi-stream-input");

  g_string_append (path, "&model_id=");
  g_string_append_uri_escaped (path, order->model, NULL, FALSE);
  if (takes_language (order)) {
    g_string_append (path, "&language_code=");
    g_string_append_uri_escaped (path, order->language, NULL, FALSE);
  }
  /* Whole sentences: nothing is to be waited for. */
  g_string_append (path,
      "&auto_mode=true&sync_alignment=true"
      "&inactivity_timeout=" G_STRINGIFY (INACTIVITY_TIMEOUT));
  return g_string_free (path, FALSE);
}

/* (nullable) @context */
static JsonBuilder *
begin_message (const gchar *context)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  if (context != NULL)
    json_writer_add_string (builder, "context_id", context);
  return builder;
}

static void
add_messages (GstVowelTts *tts, const SpeechOrder *order, const gchar *context,
    GPtrArray *messages)
{
  g_autoptr (JsonBuilder) opening = begin_message (context);
  g_autoptr (JsonBuilder) text = begin_message (context);
  g_autofree gchar *spaced = g_strconcat (order->text, " ", NULL);

  json_writer_add_string (opening, "text", " ");
  add_settings (opening, tts, order);
  g_ptr_array_add (messages, json_writer_end (opening));
  json_writer_add_string (text, "text", spaced);
  json_writer_add_boolean (text, "flush", TRUE);
  g_ptr_array_add (messages, json_writer_end (text));
}

static const struct {
  const gchar *name;
  guint status;
} failures[] = {
    {"quota_exceeded", 402},
    {"invalid_api_key", 401},
    {"authentication_required", 401},
    {"unauthorized", 401},
    {"missing_permissions", 403},
    {"voice_not_found", 404},
    {"voice_id_does_not_exist", 404},
    {"model_not_found", 404},
    {"too_many_concurrent_requests", 429},
    {"rate_limit_exceeded", 429},
    {"system_busy", 503},
    {"internal_error", 500},
};

static guint
get_status (JsonObject *message, const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (failures); i++)
    if (g_strcmp0 (failures[i].name, name) == 0)
      return failures[i].status;
  /* What we sent is not what was agreed on. */
  return gst_vowel_json_get_int (message, "code", 0) == 1008 ? 400 : 500;
}

/* What they send is spelled otherwise than what they take. */
static void
read_message (JsonObject *message, SpeechReply *reply)
{
  JsonObject *alignment = gst_vowel_json_get_object (message, "alignment");
  const gchar *error = gst_vowel_json_get_string (message, "error");
  const gchar *reason = gst_vowel_json_get_string (message, "message");

  reply->context = gst_vowel_json_get_string (message, "contextId");
  if (error != NULL) {
    reply->status = get_status (message, error);
    reply->reason = reason != NULL ? reason : error;
    return;
  }
  reply->audio = gst_vowel_json_get_string (message, "audio");
  reply->symbols = gst_vowel_json_get_array (alignment, "chars");
  reply->starts = gst_vowel_json_get_array (alignment, "charStartTimesMs");
  reply->unit = 0.001;
  reply->by_chunk = TRUE;
  reply->by_character = TRUE;
  reply->end = reply->stopped = gst_vowel_json_get_boolean (message, "isFinal");
}

static gchar *
make_close (const gchar *context)
{
  g_autoptr (JsonBuilder) builder = begin_message (context);

  json_writer_add_boolean (builder, "close_context", TRUE);
  return json_writer_end (builder);
}

/* In this protocol an empty text does not end anything. */
static gchar *
make_keep_alive (const gchar *context)
{
  g_autoptr (JsonBuilder) builder = begin_message (context);

  json_writer_add_string (builder, "text", "");
  return json_writer_end (builder);
}

static const SpeechProtocol protocol = {
    .max_contexts = MAX_CONTEXTS,
    .read = read_message,
    .stop = make_close,
    .close = make_close,
    .keep_alive = make_keep_alive,
};

static const SpeechVendor vendor = {
    .service = &elevenlabs_service,
    .transport = SPEECH_TRANSPORT_WEBSOCKET,
    .voice = "george",
    .model = "eleven_flash_v2_5",
    .takes_language = TRUE,
    .keepalive = DEFAULT_KEEPALIVE,
    .voices = VOICES,
    .make_request = make_request,
    .protocol = &protocol,
    .make_path = make_path,
    .add_messages = add_messages,
};

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  /**
   * GstElevenlabsTts:stability:
   *
   * How even the voice is; little makes it lively.
   */
  gst_vowel_field_install (object_class, PROP_STABILITY,
      g_param_spec_double ("stability", "Stability",
          "How even the voice is; little makes it lively", 0, 1,
          DEFAULT_STABILITY, flags),
      G_STRUCT_OFFSET (GstElevenlabsTts, stability));
  /**
   * GstElevenlabsTts:similarity-boost:
   *
   * How closely the voice keeps to the one that it was made from.
   */
  gst_vowel_field_install (object_class, PROP_SIMILARITY_BOOST,
      g_param_spec_double ("similarity-boost", "Similarity boost",
          "How closely the voice keeps to the one that it was made from", 0, 1,
          DEFAULT_SIMILARITY_BOOST, flags),
      G_STRUCT_OFFSET (GstElevenlabsTts, similarity_boost));
  /**
   * GstElevenlabsTts:style:
   *
   * How much the voice's manner is overdone; costs time.
   */
  gst_vowel_field_install (object_class, PROP_STYLE,
      g_param_spec_double ("style", "Style",
          "How much the voice's manner is overdone; more than 0 costs time", 0,
          1, DEFAULT_STYLE, flags),
      G_STRUCT_OFFSET (GstElevenlabsTts, style));
  /**
   * GstElevenlabsTts:use-speaker-boost:
   *
   * Whether to be still closer to the original speaker; costs time.
   */
  gst_vowel_field_install (object_class, PROP_USE_SPEAKER_BOOST,
      g_param_spec_boolean ("use-speaker-boost", "Use speaker boost",
          "Whether to be still closer to the original speaker; costs time",
          TRUE, flags),
      G_STRUCT_OFFSET (GstElevenlabsTts, use_speaker_boost));
}

static void
gst_elevenlabs_tts_class_init (GstElevenlabsTtsClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  speech_voice_setup_class (GST_VOWEL_TTS_CLASS (klass), &vendor,
      G_STRUCT_OFFSET (GstElevenlabsTts, voice), "GstElevenlabsTts");
  install_properties (G_OBJECT_CLASS (klass));
  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class,
      "ElevenLabs speech synthesis", "Source/Speech",
      "Speaks by ElevenLabs' voices, each named by its id",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_TTS, "elevenlabs");
}

static void
gst_elevenlabs_tts_init (GstElevenlabsTts *self)
{
  speech_voice_init (&self->voice, &vendor);
  self->stability = DEFAULT_STABILITY;
  self->similarity_boost = DEFAULT_SIMILARITY_BOOST;
  self->style = DEFAULT_STYLE;
  self->use_speaker_boost = TRUE;
}
