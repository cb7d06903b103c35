/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include <glib/gstdio.h>

#include "speaker.h"

#define RATE 16000
/* Of a machine that has other things to do, too. */
#define TIMEOUT (180 * GST_SECOND)

#define GRAMMAR                                                                \
  "#JSGF V1.0;\n"                                                              \
  "grammar test;\n"                                                            \
  "public <command> = what time is it | what is the date today\n"              \
  "  | (turn | switch) (on | off) the (kitchen | bedroom) light\n"             \
  "  | my name is (john | mary)\n"                                             \
  "  | what is <number> (plus | minus | times) <number> | hello;\n"            \
  "<number> = one | two | three | four | five | six | seven | eight | nine;\n"

static gchar *folder;

/* An element that listens, and what its bus says. */
typedef struct {
  GstHarness *harness;
  GstElement *element;
  GstBus *bus;
  GstClockTime now;
  guint64 utterance;
  guint n_interim;
} Listener;

static gchar *
write_grammar (const gchar *name, const gchar *text)
{
  gchar *path = g_build_filename (folder, name, NULL);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
  return path;
}

static Listener *
listener_new (const gchar *grammar, guint decoders)
{
  Listener *self = g_new0 (Listener, 1);

  self->element =
      gst_object_ref_sink (gst_element_factory_make ("pocketsphinxstt", NULL));
  self->bus = gst_bus_new ();
  gst_element_set_bus (self->element, self->bus);
  g_object_set (self->element, "grammar", grammar, "decoders", decoders, NULL);
  g_object_set (self->element, "result-timeout", (guint64) TIMEOUT, NULL);
  self->harness = gst_harness_new_with_element (self->element, "sink", "src");
  gst_harness_set_drop_buffers (self->harness, TRUE);
  gst_harness_set_src_caps_str (self->harness,
      "audio/x-raw, format=S16LE, layout=interleaved, rate=16000, channels=1");
  gst_harness_push_event (self->harness, gst_vowel_event_new_detector (TRUE));

  return self;
}

static void
listener_free (Listener *self)
{
  gst_harness_teardown (self->harness);
  gst_element_set_bus (self->element, NULL);
  gst_object_unref (self->element);
  gst_object_unref (self->bus);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Listener, listener_free)

static void
listener_begin (Listener *self)
{
  GstVowelSpeechStart start = {.utterance = ++self->utterance,
      .start = self->now,
      .detected = self->now};

  gst_harness_push_event (
      self->harness, gst_vowel_event_new_speech_start (&start));
}

/* In buffers of 20 ms, from sample @from up to @to (at most all). */
static void
listener_feed (Listener *self, GBytes *speech, gsize from, gsize to)
{
  const gsize step = RATE / 50;

  to = MIN (to, g_bytes_get_size (speech) / 2);
  for (gsize at = from; at < to; at += step) {
    gsize n = MIN (step, to - at);
    g_autoptr (GBytes) part = g_bytes_new_from_bytes (speech, at * 2, n * 2);
    GstBuffer *buffer = gst_buffer_new_wrapped_bytes (part);

    GST_BUFFER_PTS (buffer) = self->now;
    GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (n, GST_SECOND, RATE);
    self->now += GST_BUFFER_DURATION (buffer);
    g_assert_cmpint (gst_harness_push (self->harness, buffer), ==, GST_FLOW_OK);
  }
}

static void
listener_end (Listener *self, gboolean discard)
{
  GstVowelSpeechStop stop = {.utterance = self->utterance,
      .end = self->now,
      .detected = self->now,
      .discard = discard};

  gst_harness_push_event (
      self->harness, gst_vowel_event_new_speech_stop (&stop));
}

static void
listener_hear (Listener *self, GBytes *speech)
{
  listener_begin (self);
  listener_feed (self, speech, 0, G_MAXSIZE);
  listener_end (self, FALSE);
}

/* The next final transcript. (transfer full) */
static gchar *
listener_wait (Listener *self)
{
  for (;;) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (
        self->bus, TIMEOUT, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);
    GstVowelTranscript transcript;

    g_assert_nonnull (message);
    g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_ELEMENT);
    if (gst_vowel_message_get_kind (message) == GST_VOWEL_MESSAGE_USAGE)
      continue;
    g_assert_cmpint (
        gst_vowel_message_get_kind (message), ==, GST_VOWEL_MESSAGE_TRANSCRIPT);
    g_assert_true (gst_vowel_message_parse_transcript (message, &transcript));
    g_assert_cmpuint (transcript.utterance, ==, self->utterance);
    if (transcript.final)
      return g_strdup (transcript.text);
    self->n_interim++;
  }
}

static void
assert_understands (
    Listener *listener, const gchar *said, const gchar *expected)
{
  g_autoptr (GBytes) speech = speaker_speak ("flitetts", said);
  g_autofree gchar *text = NULL;

  listener_hear (listener, speech);
  text = listener_wait (listener);
  g_assert_cmpstr (text, ==, expected);
}

static void
test_grammar (void)
{
  g_autofree gchar *grammar = write_grammar ("grammar.gram", GRAMMAR);
  g_autoptr (Listener) listener = listener_new (grammar, 0);
  static const gchar *const sentences[] = {"what time is it",
      "what is the date today", "turn on the kitchen light",
      "switch off the bedroom light", "my name is mary",
      "what is three plus four", "what is nine times seven", "hello"};

  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    assert_understands (listener, sentences[i], sentences[i]);
  g_assert_cmpuint (listener->n_interim, >, 0);
}

static void
test_no_interim (void)
{
  g_autofree gchar *grammar = write_grammar ("grammar.gram", GRAMMAR);
  g_autoptr (Listener) listener = listener_new (grammar, 0);

  g_object_set (listener->element, "interim-results", FALSE, NULL);
  assert_understands (listener, "what time is it", "what time is it");
  g_assert_cmpuint (listener->n_interim, ==, 0);
}

static void
assert_hears_nothing (Listener *listener, gsize n_samples)
{
  g_autofree guint8 *zeros = g_malloc0 (2 * n_samples + 1);
  g_autoptr (GBytes) silence = g_bytes_new (zeros, 2 * n_samples);
  g_autofree gchar *text = NULL;

  listener_hear (listener, silence);
  text = listener_wait (listener);
  g_assert_cmpstr (text, ==, "");
}

static void
test_outside_grammar (void)
{
  g_autofree gchar *grammar = write_grammar ("grammar.gram", GRAMMAR);
  g_autoptr (Listener) listener = listener_new (grammar, 0);

  assert_hears_nothing (listener, RATE);
  assert_hears_nothing (listener, 0);
  assert_hears_nothing (listener, RATE / 50);
  assert_understands (listener, "The weather is very nice this morning.", "");
  assert_understands (listener, "I would like to book a flight.", "");
  assert_understands (listener, "hello", "hello");
}

/* The cost decides how much is taken for something else. */
static void
test_outside_cost (void)
{
  g_autofree gchar *grammar = write_grammar ("grammar.gram", GRAMMAR);
  g_autoptr (GBytes) speech =
      speaker_speak ("flitetts", "The weather is very nice this morning.");
  g_autoptr (Listener) listener = listener_new (grammar, 0);
  g_autofree gchar *text = NULL;

  gst_element_set_state (listener->element, GST_STATE_NULL);
  g_object_set (listener->element, "outside-cost", 20.0, NULL);
  gst_element_set_state (listener->element, GST_STATE_PLAYING);
  gst_harness_push_event (
      listener->harness, gst_vowel_event_new_detector (TRUE));
  listener_hear (listener, speech);
  text = listener_wait (listener);
  g_assert_cmpstr (text, !=, "");
}

/* One decoder for all: whoever is complete goes first, those that still speak
 * give it up and lose nothing. */
static void
test_one_decoder (void)
{
  static const gchar *const sentences[] = {"what time is it",
      "turn on the kitchen light", "my name is john", "what is two minus one"};
  g_autofree gchar *grammar = write_grammar ("one.gram", GRAMMAR);
  Listener *listeners[G_N_ELEMENTS (sentences)];
  GBytes *speech[G_N_ELEMENTS (sentences)];

  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++) {
    speech[i] = speaker_speak ("flitetts", sentences[i]);
    listeners[i] = listener_new (grammar, 1);
    listener_begin (listeners[i]);
    listener_feed (listeners[i], speech[i], 0, RATE / 2);
  }
  for (guint i = G_N_ELEMENTS (sentences); i-- > 0;) {
    g_autofree gchar *text = NULL;

    listener_feed (listeners[i], speech[i], RATE / 2, G_MAXSIZE);
    listener_end (listeners[i], FALSE);
    text = listener_wait (listeners[i]);
    g_assert_cmpstr (text, ==, sentences[i]);
  }
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++) {
    g_bytes_unref (speech[i]);
    listener_free (listeners[i]);
  }
}

/* A cancelled utterance gives nothing, and its decoder back. */
static void
test_cancel (void)
{
  g_autofree gchar *grammar = write_grammar ("cancel.gram", GRAMMAR);
  g_autoptr (GBytes) speech =
      speaker_speak ("flitetts", "turn on the kitchen light");
  g_autoptr (Listener) other = listener_new (grammar, 1);
  g_autoptr (Listener) listener = listener_new (grammar, 1);

  g_object_set (listener->element, "interim-results", FALSE, NULL);
  listener_begin (other);
  listener_feed (other, speech, 0, RATE);
  listener_begin (listener);
  listener_feed (listener, speech, 0, RATE);
  listener_end (listener, TRUE);
  assert_understands (listener, "hello", "hello");
}

/* An element that stops in the middle leaves its decoder to the others. */
static void
test_stop (void)
{
  g_autofree gchar *grammar = write_grammar ("stop.gram", GRAMMAR);
  g_autoptr (GBytes) speech =
      speaker_speak ("flitetts", "turn on the kitchen light");
  Listener *other = listener_new (grammar, 1);
  g_autoptr (Listener) listener = NULL;

  listener_begin (other);
  listener_feed (other, speech, 0, RATE);
  listener_free (other);
  listener = listener_new (grammar, 1);
  assert_understands (listener, "hello", "hello");
}

static void
test_general (void)
{
  g_autoptr (Listener) listener = listener_new (NULL, 1);
  g_autoptr (GBytes) speech = speaker_speak ("flitetts", "what time is it");
  g_autofree gchar *text = NULL;

  listener_hear (listener, speech);
  text = listener_wait (listener);
  g_assert_nonnull (strstr (text, "time"));
}

typedef struct {
  const gchar *name;
  const gchar *property;
  const gchar *grammar;
  const gchar *complaint;
} BadSetting;

static const BadSetting bad_settings[] = {
    {"syntax", "grammar",
        "#JSGF V1.0;\ngrammar bad;\npublic <a> = what | ;;(\n",
        "not valid JSGF"},
    {"missing-word", "grammar",
        "#JSGF V1.0;\ngrammar bad;\npublic <a> = hello frobnicatorix;\n",
        "\"frobnicatorix\""},
    {"no-public-rule", "grammar", "#JSGF V1.0;\ngrammar bad;\n<a> = hello;\n",
        "no public rule"},
    {"no-file", "grammar", NULL, "no grammar file"},
    {"no-hmm", "hmm", NULL, "no acoustic model"},
    {"no-dictionary", "dictionary", NULL, "no dictionary"},
    {"no-language-model", "language-model", NULL, "no language-model"},
};

static void
test_bad_setting (gconstpointer data)
{
  const BadSetting *bad = data;
  g_autofree gchar *path = g_build_filename (folder, bad->name, NULL);
  GstElement *element =
      gst_object_ref_sink (gst_element_factory_make ("pocketsphinxstt", NULL));
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  if (bad->grammar != NULL)
    g_assert_true (g_file_set_contents (path, bad->grammar, -1, NULL));
  g_object_set (element, bad->property, path, NULL);
  gst_element_set_bus (element, bus);
  gst_element_set_state (element, GST_STATE_READY);
  message = gst_bus_timed_pop_filtered (bus, TIMEOUT, GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  gst_message_parse_error (message, &error, NULL);
  g_assert_nonnull (strstr (error->message, bad->complaint));
  g_assert_nonnull (strstr (error->message, path));

  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (element);
}

/* The library writes to stderr where it can. */
static void
test_quiet (void)
{
  if (g_test_subprocess ()) {
    g_autofree gchar *grammar = write_grammar ("quiet.gram", GRAMMAR);
    g_autoptr (Listener) listener = listener_new (grammar, 1);

    assert_understands (listener, "hello", "hello");
    assert_understands (listener, "I would like to book a flight.", "");
    return;
  }
  g_test_trap_subprocess (NULL, 0, 0);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr ("");
}

static void
remove_folder (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const gchar *name;

  while ((name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (folder, name, NULL);

    g_unlink (path);
  }
  g_rmdir (folder);
  g_free (folder);
}

int
main (int argc, char **argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  /* Its stderr is looked at. */
  if (g_test_subprocess ())
    g_unsetenv ("GST_DEBUG");
  gst_init (&argc, &argv);
  folder = g_dir_make_tmp ("vowel-XXXXXX", NULL);

  g_test_add_func ("/pocketsphinxstt/grammar", test_grammar);
  g_test_add_func ("/pocketsphinxstt/no-interim", test_no_interim);
  g_test_add_func ("/pocketsphinxstt/outside-grammar", test_outside_grammar);
  g_test_add_func ("/pocketsphinxstt/outside-cost", test_outside_cost);
  g_test_add_func ("/pocketsphinxstt/one-decoder", test_one_decoder);
  g_test_add_func ("/pocketsphinxstt/cancel", test_cancel);
  g_test_add_func ("/pocketsphinxstt/stop", test_stop);
  g_test_add_func ("/pocketsphinxstt/general", test_general);
  for (guint i = 0; i < G_N_ELEMENTS (bad_settings); i++) {
    g_autofree gchar *path = g_strconcat (
        "/pocketsphinxstt/bad-setting/", bad_settings[i].name, NULL);

    g_test_add_data_func (path, &bad_settings[i], test_bad_setting);
  }
  g_test_add_func ("/pocketsphinxstt/quiet", test_quiet);

  result = g_test_run ();
  remove_folder ();

  return result;
}
