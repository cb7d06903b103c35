/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * voice-assistant: a spoken assistant in one pipeline, with a tool.
 *
 *   voice-assistant                                   talk to it
 *   voice-assistant --wav question.wav --out answer.wav
 *
 * The elements do the work: vad hears speech begin and end, sttsink recognises
 * it, llmbin answers and keeps the conversation, ttssrc speaks the answer, and
 * speaking into the answer interrupts it.  The application registers a tool and
 * answers the calls that the model makes.
 */

#include <string.h>

#include <gst/vowel/vowel.h>
#include <json-glib/json-glib.h>

#define MAX_ARGUMENTS (64 * 1024)

typedef struct {
  GstElement *pipeline;
  GstElement *stt;
  GstElement *llm;
  GstElement *tts;
  GMainLoop *loop;
  gboolean failed;
} Assistant;

static gchar *opt_wav;
static gchar *opt_out;
static gchar *opt_stt;
static gchar *opt_llm;
static gchar *opt_tts;
static gchar **opt_set;

static const GOptionEntry options[] = {
    {"wav", 'w', 0, G_OPTION_ARG_FILENAME, &opt_wav,
        "Take the question from a WAV file (default: the microphone)", "FILE"},
    {"out", 'o', 0, G_OPTION_ARG_FILENAME, &opt_out,
        "Write the answer to a WAV file (default: the loudspeaker)", "FILE"},
    {"stt", 0, 0, G_OPTION_ARG_STRING, &opt_stt, "Speech-to-text provider",
        "NAME"},
    {"llm", 0, 0, G_OPTION_ARG_STRING, &opt_llm, "Language model provider",
        "NAME"},
    {"tts", 0, 0, G_OPTION_ARG_STRING, &opt_tts, "Text-to-speech provider",
        "NAME"},
    {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &opt_set,
        "Set a property of a provider (ELEMENT: stt, llm or tts)",
        "ELEMENT.PROPERTY=VALUE"},
    {NULL},
};

/* --- the tool --- */

static const gchar weather_parameters[] =
    "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\","
    "\"description\":\"Name of the city\"}},\"required\":[\"city\"]}";

/* An application would ask somebody who knows. */
static gchar *
get_weather (const gchar *arguments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = gst_vowel_json_parse (
      arguments, strlen (arguments), MAX_ARGUMENTS, &error);
  const gchar *city = NULL;

  if (node != NULL && JSON_NODE_HOLDS_OBJECT (node))
    city = json_object_get_string_member_with_default (
        json_node_get_object (node), "city", NULL);
  if (city == NULL)
    return g_strdup ("Please say which city you mean");
  return g_strdup_printf ("It is sunny in %s, at 21 degrees", city);
}

static void
answer_call (Assistant *self, const GstVowelToolCall *call)
{
  g_autofree gchar *output = NULL;

  if (g_str_equal (call->name, "get_weather"))
    output = get_weather (call->arguments);
  else
    output = g_strdup_printf ("There is no tool called %s", call->name);
  g_print ("[%s %s -> %s]\n", call->name, call->arguments, output);
  g_signal_emit_by_name (self->llm, "tool-result", call->call_id, output);
}

/* --- the pipeline --- */

static GstElement *
add (Assistant *self, const gchar *factory, const gchar *name)
{
  GstElement *element = gst_element_factory_make (factory, name);

  if (element == NULL) {
    g_printerr ("The element \"%s\" is not installed\n", factory);
    self->failed = TRUE;
    return NULL;
  }
  gst_bin_add (GST_BIN (self->pipeline), element);
  return element;
}

static gboolean
build_input (Assistant *self)
{
  GstElement *source =
      add (self, opt_wav != NULL ? "filesrc" : "autoaudiosrc", "source");
  GstElement *convert = add (self, "audioconvert", NULL);
  GstElement *resample = add (self, "audioresample", NULL);
  GstElement *filter = add (self, "capsfilter", NULL);
  GstElement *vad = add (self, "vad", NULL);
  GstElement *parse = opt_wav != NULL ? add (self, "wavparse", NULL) : NULL;
  g_autoptr (GstCaps) caps = gst_caps_from_string (
      "audio/x-raw, format=S16LE, rate=16000, channels=1");

  self->stt = add (self, "sttsink", "stt");
  if (self->failed)
    return FALSE;
  g_object_set (filter, "caps", caps, NULL);
  if (opt_wav != NULL) {
    g_object_set (source, "location", opt_wav, NULL);
    /* A file is read faster than it is spoken: nobody interrupts anybody. */
    g_object_set (self->stt, "flush-on-speech", FALSE, NULL);
    if (!gst_element_link (source, parse))
      return FALSE;
    source = parse;
  }
  return gst_element_link_many (
      source, convert, resample, filter, vad, self->stt, NULL);
}

static gboolean
build_output (Assistant *self)
{
  GstElement *convert = add (self, "audioconvert", NULL);
  GstElement *resample = add (self, "audioresample", NULL);
  GstElement *sink =
      add (self, opt_out != NULL ? "filesink" : "autoaudiosink", "sink");
  GstElement *encode = opt_out != NULL ? add (self, "wavenc", NULL) : NULL;

  self->llm = add (self, "llmbin", "llm");
  self->tts = add (self, "ttssrc", "tts");
  if (self->failed)
    return FALSE;
  if (opt_out != NULL) {
    g_object_set (sink, "location", opt_out, NULL);
    if (!gst_element_link (encode, sink))
      return FALSE;
    sink = encode;
  }
  return gst_element_link_pads (self->stt, "transcript", self->llm, "sink")
         && gst_element_link_pads (self->llm, "src", self->tts, "text")
         && gst_element_link_many (self->tts, convert, resample, sink, NULL);
}

static gboolean
configure (Assistant *self)
{
  if (opt_stt != NULL)
    g_object_set (self->stt, "provider", opt_stt, NULL);
  if (opt_llm != NULL)
    g_object_set (self->llm, "provider", opt_llm, NULL);
  if (opt_tts != NULL)
    g_object_set (self->tts, "provider", opt_tts, NULL);
  g_object_set (self->llm, "instructions",
      "You are a friendly assistant. Answer in one or two short sentences.",
      NULL);
  g_signal_emit_by_name (self->llm, "add-tool", "get_weather",
      "Tells the weather in a city", weather_parameters);

  for (guint i = 0; opt_set != NULL && opt_set[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (opt_set[i], "=", 2);
    g_auto (GStrv) path = g_strsplit (pair[0], ".", 2);
    g_autoptr (GstElement) bin = NULL;
    g_autoptr (GObject) target = NULL;
    g_autofree gchar *name = NULL;
    GParamSpec *pspec;

    if (pair[1] != NULL && path[1] != NULL) {
      bin = gst_bin_get_by_name (GST_BIN (self->pipeline), path[0]);
      name = g_strconcat ("provider::", path[1], NULL);
    }
    if (bin == NULL || !GST_IS_CHILD_PROXY (bin)
        || !gst_child_proxy_lookup (
            GST_CHILD_PROXY (bin), name, &target, &pspec)) {
      g_printerr ("There is no provider property for --set %s\n", opt_set[i]);
      return FALSE;
    }
    gst_util_set_object_arg (target, pspec->name, pair[1]);
  }
  return TRUE;
}

/* --- what happens --- */

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  Assistant *self = user_data;
  GstVowelTranscript transcript;
  GstVowelToolCall call;
  const gchar *text;
  g_autoptr (GError) error = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS) {
    g_main_loop_quit (self->loop);
    return G_SOURCE_CONTINUE;
  }
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    gst_message_parse_error (message, &error, NULL);
    g_printerr ("%s\n", error->message);
    self->failed = TRUE;
    g_main_loop_quit (self->loop);
    return G_SOURCE_CONTINUE;
  }

  switch (gst_vowel_message_get_kind (message)) {
    case GST_VOWEL_MESSAGE_TRANSCRIPT:
      if (gst_vowel_message_parse_transcript (message, &transcript)
          && transcript.final && *transcript.text != '\0')
        g_print ("You: %s\n", transcript.text);
      break;
    case GST_VOWEL_MESSAGE_TEXT:
      if (gst_vowel_message_parse_text (message, NULL, NULL, &text))
        g_print ("%s", text);
      break;
    case GST_VOWEL_MESSAGE_GENERATED:
      g_print ("\n");
      break;
    case GST_VOWEL_MESSAGE_TOOL_CALL:
      if (gst_vowel_message_parse_tool_call (message, &call))
        answer_call (self, &call);
      break;
    case GST_VOWEL_MESSAGE_FAILURE:
      if (gst_vowel_message_parse_failure (message, &text, NULL, &error, NULL))
        g_printerr ("%s: %s\n", text, error->message);
      break;
    default:
      break;
  }
  return G_SOURCE_CONTINUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstBus) bus = NULL;
  Assistant self = {0};

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }

  self.pipeline = gst_object_ref_sink (gst_pipeline_new ("assistant"));
  self.loop = g_main_loop_new (NULL, FALSE);
  if (!build_input (&self) || !build_output (&self) || !configure (&self))
    self.failed = TRUE;

  if (!self.failed) {
    bus = gst_element_get_bus (self.pipeline);
    gst_bus_add_watch (bus, on_message, &self);
    gst_element_set_state (self.pipeline, GST_STATE_PLAYING);
    g_main_loop_run (self.loop);
    gst_bus_remove_watch (bus);
  }
  gst_element_set_state (self.pipeline, GST_STATE_NULL);
  gst_object_unref (self.pipeline);
  g_main_loop_unref (self.loop);
  return self.failed ? 1 : 0;
}
