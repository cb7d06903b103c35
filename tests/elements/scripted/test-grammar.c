/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The shipped grammar: all its words have a pronunciation, the script
 * understands what it lets through, and a recogniser hears it right. */

#include <gst/gst.h>
#include <gst/vowel/vowel.h>
#include <string.h>

#define DICTIONARY "/usr/share/pocketsphinx/model/en-us/cmudict-en-us.dict"
/* A test that waits longer than this has failed. */
#define PATIENCE (30 * GST_SECOND)
#define FALLBACK_1 "Sorry, I do not understand that."
#define FALLBACK_2 "I am only a script, and I have no answer to that."

static const gchar *const sentences[] = {
    "hello",
    "good morning",
    "how are you today",
    "what is seven times eight",
    "what is twelve divided by four",
    "what is twenty one plus thirty four",
    "how much is fifty two minus eleven",
    "calculate three plus four times five",
    "what is the square root of sixteen",
    "what is ten percent of two hundred",
    "what time is it",
    "what is the date today",
    "what day is it",
    "tell me the time",
    "my name is anna",
    "my name is bob",
    "what is my name",
    "what are you",
    "what is your name",
    "are you a robot",
    "what can you do",
    "tell me a story",
    "tell me a long story",
    "count to twenty",
    "repeat after me hello world",
    "can you repeat that please",
    "tell me a joke",
    "thank you",
    "goodbye",
    "what is the weather in london",
    "what is the weather in new york tomorrow",
    "turn on the kitchen light",
    "please switch off the lights in the living room",
    "set a timer for five minutes",
    "play some jazz music",
};

static gchar *
grammar_path (void)
{
  return g_build_filename (
      g_getenv ("VOWEL_DATA_DIR"), "grammar", "assistant.gram", NULL);
}

static GHashTable *
load_dictionary (void)
{
  GHashTable *words =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree gchar *text = NULL;
  g_auto (GStrv) lines = NULL;
  guint i;

  g_assert_true (g_file_get_contents (DICTIONARY, &text, NULL, NULL));
  lines = g_strsplit (text, "\n", -1);
  for (i = 0; lines[i] != NULL; i++)
    g_hash_table_add (words, g_strndup (lines[i], strcspn (lines[i], " (")));
  return words;
}

static void
test_words (void)
{
  g_autofree gchar *path = grammar_path ();
  g_autofree gchar *text = NULL;
  g_autoptr (GHashTable) dictionary = NULL;
  g_autoptr (GRegex) noise = g_regex_new (
      "/\\*.*?\\*/|<[^>]*>|^#JSGF[^;]*;|grammar [a-z]+;|\\bpublic\\b",
      G_REGEX_DOTALL, 0, NULL);
  g_autofree gchar *bare = NULL;
  g_auto (GStrv) words = NULL;
  guint i, n = 0;

  if (!g_file_test (DICTIONARY, G_FILE_TEST_EXISTS)) {
    g_test_skip ("the package pocketsphinx-en-us is not installed");
    return;
  }
  dictionary = load_dictionary ();
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  bare = g_regex_replace_literal (noise, text, -1, 0, " ", 0, NULL);
  words = g_strsplit_set (bare, " \t\n=|;[]()", -1);
  for (i = 0; words[i] != NULL; i++) {
    if (*words[i] == '\0')
      continue;
    n++;
    if (!g_hash_table_contains (dictionary, words[i]))
      g_error ("the dictionary has no \"%s\"", words[i]);
  }
  g_assert_cmpuint (n, >, 200);
}

static gchar *
answer_of (GstElement *llm, GstBus *bus, guint64 generation, const gchar *text)
{
  g_autoptr (GstVowelChatRequest) request =
      gst_vowel_chat_request_new ("resp", generation);
  g_autoptr (GString) answer = g_string_new (NULL);
  GstVowelMessageKind kind;

  gst_vowel_chat_request_add_tool (request, "get_weather", NULL, NULL);
  gst_vowel_chat_request_add_tool (request, "set_timer", NULL, NULL);
  gst_vowel_chat_request_add_tool (
      request, "switch_light", "Turn lights on or off", NULL);
  gst_vowel_chat_request_add_tool (request, "play_music", NULL, NULL);
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, text);
  g_signal_emit_by_name (llm, "generate", request);
  do {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (bus, PATIENCE, GST_MESSAGE_ELEMENT);
    const gchar *id, *delta;
    GstVowelToolCall call;
    guint64 of;

    g_assert_nonnull (message);
    kind = gst_vowel_message_get_kind (message);
    if (gst_vowel_message_parse_text (message, &id, &of, &delta))
      g_string_append (answer, delta);
    else if (kind == GST_VOWEL_MESSAGE_TOOL_CALL
             && gst_vowel_message_parse_tool_call (message, &call))
      g_string_append_printf (answer, "[%s]", call.name);
  } while (kind != GST_VOWEL_MESSAGE_GENERATED);
  return g_string_free (g_steal_pointer (&answer), FALSE);
}

/* No sentence may end in the fallback. */
static void
test_script_understands (void)
{
  GstElement *llm = gst_element_factory_make ("scriptedllm", NULL);
  g_autoptr (GstBus) bus = gst_bus_new ();
  guint i;

  gst_object_ref_sink (llm);
  gst_element_set_bus (llm, bus);
  g_assert_cmpint (gst_element_set_state (llm, GST_STATE_READY), ==,
      GST_STATE_CHANGE_SUCCESS);
  for (i = 0; i < G_N_ELEMENTS (sentences); i++) {
    g_autofree gchar *answer = answer_of (llm, bus, i + 1, sentences[i]);

    g_test_message ("%s -> %s", sentences[i], answer);
    g_assert_cmpstr (answer, !=, "");
    g_assert_false (g_str_has_prefix (answer, FALLBACK_1));
    g_assert_false (g_str_has_prefix (answer, FALLBACK_2));
  }
  gst_element_set_state (llm, GST_STATE_NULL);
  gst_element_set_bus (llm, NULL);
  gst_object_unref (llm);
}

static gboolean
have_engines (void)
{
  g_autoptr (GstElementFactory) flite = gst_element_factory_find ("flitetts");
  g_autoptr (GstElementFactory) sphinx =
      gst_element_factory_find ("pocketsphinxstt");

  if (flite != NULL && sphinx != NULL)
    return TRUE;
  g_test_skip ("flitetts or pocketsphinxstt is not built");
  return FALSE;
}

/* Speaks @text and recognises it by @grammar. */
static gchar *
hear (const gchar *text, const gchar *grammar)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (
      "flitetts name=tts voice=slt ! audioconvert ! audioresample ! "
      "audio/x-raw,format=S16LE,rate=16000,channels=1 ! "
      "pocketsphinxstt name=stt interim-results=false decoders=1 ! fakesink",
      &error);
  g_autoptr (GstElement) tts = NULL;
  g_autoptr (GstElement) stt = NULL;
  g_autoptr (GstBus) bus = NULL;
  gchar *heard = NULL;

  g_assert_no_error (error);
  tts = gst_bin_get_by_name (GST_BIN (pipeline), "tts");
  stt = gst_bin_get_by_name (GST_BIN (pipeline), "stt");
  g_object_set (tts, "text", text, NULL);
  g_object_set (stt, "grammar", grammar, NULL);
  bus = gst_element_get_bus (pipeline);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (heard == NULL) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, PATIENCE,
        GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR | GST_MESSAGE_EOS);
    GstVowelTranscript transcript;

    g_assert_nonnull (message);
    g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_ELEMENT);
    g_assert_cmpint (
        gst_vowel_message_get_kind (message), !=, GST_VOWEL_MESSAGE_FAILURE);
    if (gst_vowel_message_parse_transcript (message, &transcript)
        && transcript.final)
      heard = g_strdup (transcript.text);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return heard;
}

static void
test_recognised (void)
{
  g_autofree gchar *path = grammar_path ();
  guint i, wrong = 0;

  if (!have_engines ())
    return;
  for (i = 0; i < G_N_ELEMENTS (sentences); i++) {
    g_autofree gchar *heard = hear (sentences[i], path);

    if (g_strcmp0 (heard, sentences[i]) != 0) {
      g_test_message ("\"%s\" was heard as \"%s\"", sentences[i], heard);
      wrong++;
    }
  }
  g_assert_cmpuint (wrong, ==, 0);
}

/* What the script answers can be understood again. */
static void
test_answers_recognised (void)
{
  static const gchar *const answers[][2] = {
      {"Hello. How can I help you?", "hello how can i help you"},
      {"Seven times eight is fifty six.", "seven times eight is fifty six"},
      {"I am a script. I am not an AI model.",
          "i am a script i am not an a i model"},
      {"Nice to meet you, Anna.", "nice to meet you anna"},
      {"Your name is Anna.", "your name is anna"},
      {"It is ten thirty five in the morning.",
          "it is ten thirty five in the morning"},
      {"Goodbye. Have a nice day.", "goodbye have a nice day"},
  };
  g_autofree gchar *path = g_build_filename (g_getenv ("VOWEL_TEST_SRCDIR"),
      "elements", "scripted", "answers.gram", NULL);
  guint i, wrong = 0;

  if (!have_engines ())
    return;
  for (i = 0; i < G_N_ELEMENTS (answers); i++) {
    g_autofree gchar *heard = hear (answers[i][0], path);

    if (g_strcmp0 (heard, answers[i][1]) != 0) {
      g_test_message ("\"%s\" was heard as \"%s\"", answers[i][0], heard);
      wrong++;
    }
  }
  g_assert_cmpuint (wrong, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  g_test_add_func ("/grammar/words", test_words);
  g_test_add_func ("/grammar/script-understands", test_script_understands);
  g_test_add_func ("/grammar/recognised", test_recognised);
  g_test_add_func ("/grammar/answers-recognised", test_answers_recognised);
  return g_test_run ();
}
