/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* sttsink, llmbin and ttssrc, with the fake providers. */

#include "config.h"

#include <string.h>

#include <glib/gstdio.h>

#include <gst/check/gsttestclock.h>
#include <gst/vowel/vowel.h>

#define PATIENCE (20 * GST_SECOND)
#define SPEECH                                                                 \
  "audiotestsrc num-buffers=20 samplesperbuffer=800 ! "                        \
  "audio/x-raw,format=S16LE,rate=16000,channels=1 ! "

static GstElement *
launch (const gchar *description)
{
  g_autoptr (GError) error = NULL;
  GstElement *pipeline = gst_parse_launch (description, &error);

  g_assert_no_error (error);
  return pipeline;
}

/* Plays to the end; returns what was recognised and answered. */
static gchar *
play (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  GString *said = g_string_new (NULL);
  gboolean done = FALSE;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!done) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, PATIENCE,
        GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    GstVowelTranscript t;
    const gchar *delta;

    g_assert_nonnull (message);
    g_assert_cmpint (GST_MESSAGE_TYPE (message), !=, GST_MESSAGE_ERROR);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
      done = TRUE;
    else if (gst_vowel_message_parse_transcript (message, &t))
      g_string_append_printf (said, "<%s>", t.text);
    else if (gst_vowel_message_parse_text (message, NULL, NULL, &delta))
      g_string_append (said, delta);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return g_string_free (said, FALSE);
}

static void
expect_play (const gchar *description, const gchar *expected)
{
  g_autoptr (GstElement) pipeline = launch (description);

  /* Twice: everything can be used again. */
  for (guint i = 0; i < 2; i++) {
    g_autofree gchar *said = play (pipeline);

    g_assert_cmpstr (said, ==, expected);
  }
}

static void
test_stt (void)
{
  expect_play (SPEECH "sttsink provider=fake", "<16000 samples>");
  expect_play (SPEECH "sttsink provider=fakestt", "<16000 samples>");
  /* before or behind the provider's name */
  expect_play (SPEECH "sttsink provider=fake provider::text=hello", "<hello>");
  expect_play (SPEECH "sttsink provider::text=hello provider=fake", "<hello>");
}

static void
test_transcript_pad (void)
{
  expect_play (SPEECH "sttsink name=stt provider=fake provider::text=hello "
                      "stt.transcript ! fakesink",
      "<hello>");
}

static void
test_tts (void)
{
  g_autofree gchar *path = NULL;
  g_autofree gchar *description = NULL;
  g_autofree gchar *contents = NULL;
  g_autoptr (GError) error = NULL;
  gsize length;
  gint fd = g_file_open_tmp ("vowel-XXXXXX.raw", &path, &error);

  g_assert_no_error (error);
  g_assert_true (g_close (fd, &error));
  description = g_strdup_printf (
      "ttssrc text=\"Ten chars.\" provider=fake provider::rate=8000 ! "
      "filesink location=%s",
      path);
  expect_play (description, "");
  g_assert_true (g_file_get_contents (path, &contents, &length, &error));
  g_assert_cmpuint (length, ==, 10 * 480 * 2);
  g_unlink (path);
}

/* The whole assistant, as the documentation shows it. */
static void
test_assistant (void)
{
  expect_play (SPEECH
      "sttsink name=stt provider=fake provider::text=hello "
      "stt.transcript ! llmbin name=llm provider=fake ! tts.text "
      "ttssrc name=tts provider=fake ! audioconvert ! fakesink",
      "<hello>You said: hello.");
}

static void
test_forwarded_properties (void)
{
  g_autoptr (GstElement) llm = launch (
      "llmbin model=big retries=7 provider=fake temperature=0.5 history=4");
  g_autofree gchar *model = NULL;
  GstElement *provider;
  guint retries, history;
  gdouble temperature;

  provider = gst_vowel_provider_bin_get_provider (GST_VOWEL_PROVIDER_BIN (llm));
  g_assert_nonnull (provider);
  g_object_get (provider, "model", &model, "retries", &retries, "history",
      &history, "temperature", &temperature, NULL);
  g_assert_cmpstr (model, ==, "big");
  g_assert_cmpuint (retries, ==, 7);
  g_assert_cmpuint (history, ==, 4);
  g_assert_cmpfloat (temperature, ==, 0.5);
  g_object_set (provider, "retries", 3, NULL);
  g_object_get (llm, "retries", &retries, NULL);
  g_assert_cmpuint (retries, ==, 3);
}

static void
test_unknown_provider (void)
{
  g_autoptr (GstElement) tts = launch ("ttssrc provider=nonsense ! fakesink");
  g_autoptr (GstBus) bus = gst_element_get_bus (tts);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (gst_element_set_state (tts, GST_STATE_PLAYING), ==,
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  gst_message_parse_error (message, &error, NULL);
  g_assert_nonnull (strstr (error->message, "nonsense"));
  g_assert_nonnull (strstr (error->message, "fake"));
  gst_element_set_state (tts, GST_STATE_NULL);
}

/* A provider that is none: it has no pads. */
typedef GstElement Padless;
typedef GstElementClass PadlessClass;
static GType padless_get_type (void);
G_DEFINE_TYPE (Padless, padless, GST_TYPE_ELEMENT)

static void
padless_class_init (PadlessClass *klass)
{
  gst_element_class_set_static_metadata (
      klass, "Padless", "Test", "Has no pads", "The vowel-gst authors");
  gst_vowel_provider_class_set_name (klass, GST_VOWEL_PROVIDER_STT, "padless");
}

static void
padless_init (Padless *self)
{
}

static void
test_no_pads (void)
{
  g_autoptr (GstElement) stt = NULL;
  g_autoptr (GstBus) bus = gst_bus_new ();

  g_assert_true (gst_element_register (
      NULL, "padlessstt", GST_RANK_NONE, padless_get_type ()));
  stt = gst_object_ref_sink (launch ("sttsink provider=padless"));
  gst_element_set_bus (stt, bus);
  /* Each time anew: it does not stay in the bin. */
  for (guint i = 0; i < 2; i++) {
    g_autoptr (GstMessage) message = NULL;
    g_autoptr (GError) error = NULL;

    g_assert_cmpint (gst_element_set_state (stt, GST_STATE_READY), ==,
        GST_STATE_CHANGE_FAILURE);
    message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
    g_assert_nonnull (message);
    gst_message_parse_error (message, &error, NULL);
    g_assert_error (error, GST_CORE_ERROR, GST_CORE_ERROR_PAD);
    g_assert_nonnull (strstr (error->message, "padless"));
    g_assert_cmpint (GST_BIN_NUMCHILDREN (stt), ==, 0);
    gst_element_set_state (stt, GST_STATE_NULL);
  }
  g_object_set (stt, "provider", "fake", NULL);
  g_assert_cmpint (gst_element_set_state (stt, GST_STATE_READY), ==,
      GST_STATE_CHANGE_SUCCESS);
  gst_element_set_state (stt, GST_STATE_NULL);
  gst_element_set_bus (stt, NULL);
}

static void
test_list (void)
{
  g_auto (GStrv) names = gst_vowel_provider_list (GST_VOWEL_PROVIDER_LLM);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_strv_contains ((const gchar *const *) names, "fake"));
  g_assert_null (gst_vowel_provider_make (
      GST_VOWEL_PROVIDER_STT, "nonsense", NULL, &error));
  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND);
}

/* Tools are kept for a provider that is made later; the bus gets the call and
 * the action brings the answer. */
static void
test_tool (void)
{
  g_autoptr (GstElement) pipeline =
      launch (SPEECH "sttsink name=stt provider=fake provider::text=time "
                     "stt.transcript ! llmbin name=llm ! fakesink");
  g_autoptr (GstElement) llm = gst_bin_get_by_name (GST_BIN (pipeline), "llm");
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GString) said = g_string_new (NULL);
  gboolean done = FALSE;

  g_signal_emit_by_name (llm, "add-tool", "clock", "Tells the time", NULL);
  g_object_set (llm, "provider", "fake", NULL);
  gst_child_proxy_set (GST_CHILD_PROXY (llm), "provider::tool", "clock", NULL);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  while (!done) {
    g_autoptr (GstMessage) message = gst_bus_timed_pop_filtered (bus, PATIENCE,
        GST_MESSAGE_ELEMENT | GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    GstVowelToolCall call;
    const gchar *delta;

    g_assert_nonnull (message);
    g_assert_cmpint (GST_MESSAGE_TYPE (message), !=, GST_MESSAGE_ERROR);
    if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
      done = TRUE;
    else if (gst_vowel_message_get_kind (message) == GST_VOWEL_MESSAGE_TOOL_CALL
             && gst_vowel_message_parse_tool_call (message, &call))
      g_signal_emit_by_name (llm, "tool-result", call.call_id, "noon");
    else if (gst_vowel_message_parse_text (message, NULL, NULL, &delta))
      g_string_append (said, delta);
  }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_assert_cmpstr (said->str, ==, "The tool says: noon.");
}

typedef struct {
  GMutex lock;
  GCond cond;
  guint buffers; /* played */
  guint flushes;
  GstClockTime position; /* running time of the last one */
} Played;

static void
on_handoff (GstElement *sink, GstBuffer *buffer, GstPad *pad, gpointer data)
{
  Played *played = data;
  g_autoptr (GstEvent) event =
      gst_pad_get_sticky_event (pad, GST_EVENT_SEGMENT, 0);
  const GstSegment *segment;

  gst_event_parse_segment (event, &segment);
  g_mutex_lock (&played->lock);
  played->buffers++;
  played->position = gst_segment_to_running_time (
      segment, GST_FORMAT_TIME, GST_BUFFER_PTS (buffer));
  g_cond_signal (&played->cond);
  g_mutex_unlock (&played->lock);
}

static GstPadProbeReturn
on_flush (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Played *played = data;

  if (GST_EVENT_TYPE (info->data) == GST_EVENT_FLUSH_STOP) {
    g_mutex_lock (&played->lock);
    played->flushes++;
    g_cond_signal (&played->cond);
    g_mutex_unlock (&played->lock);
  }
  return GST_PAD_PROBE_OK;
}

static void
wait_for (Played *played, guint buffers, guint flushes)
{
  gint64 end = g_get_monotonic_time () + PATIENCE / 1000;

  g_mutex_lock (&played->lock);
  while (played->buffers < buffers || played->flushes < flushes)
    g_assert_true (g_cond_wait_until (&played->cond, &played->lock, end));
  g_assert_cmpuint (played->buffers, ==, buffers);
  g_mutex_unlock (&played->lock);
}

/* A sink that plays in time blocks whoever pushes.  The worker stays free: it
 * takes the interruption, and what is said next is heard at once. */
static void
test_interruption (void)
{
  g_autoptr (GstElement) pipeline = launch (
      "ttssrc name=tts provider=fake provider::rate=8000 ! fakesink name=sink "
      "sync=true signal-handoffs=true");
  g_autoptr (GstElement) tts = gst_bin_get_by_name (GST_BIN (pipeline), "tts");
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstClock) clock = gst_test_clock_new ();
  g_autoptr (GstPad) pad = gst_element_get_static_pad (sink, "sink");
  Played played = {.buffers = 0};

  g_mutex_init (&played.lock);
  g_cond_init (&played.cond);
  g_signal_connect (sink, "handoff", G_CALLBACK (on_handoff), &played);
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_EVENT_FLUSH, on_flush, &played, NULL);
  gst_pipeline_use_clock (GST_PIPELINE (pipeline), clock);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_PLAYING), ==,
      GST_STATE_CHANGE_ASYNC);
  g_signal_emit_by_name (
      tts, "say", "This is a long sentence that nobody wants to hear.");
  g_assert_cmpint (gst_element_get_state (pipeline, NULL, NULL, PATIENCE), ==,
      GST_STATE_CHANGE_SUCCESS);
  gst_test_clock_wait_for_next_pending_id (GST_TEST_CLOCK (clock), NULL);
  g_assert_true (gst_test_clock_crank (GST_TEST_CLOCK (clock)));
  wait_for (&played, 1, 0);

  /* The second buffer waits for its time. */
  gst_test_clock_wait_for_next_pending_id (GST_TEST_CLOCK (clock), NULL);
  g_signal_emit_by_name (tts, "cancel", (guint64) 0);
  wait_for (&played, 1, 1);
  gst_test_clock_set_time (GST_TEST_CLOCK (clock), 5 * GST_SECOND);
  g_signal_emit_by_name (tts, "say", "Yes");
  gst_test_clock_wait_for_next_pending_id (GST_TEST_CLOCK (clock), NULL);
  g_assert_true (gst_test_clock_crank (GST_TEST_CLOCK (clock)));
  wait_for (&played, 2, 1);
  g_mutex_lock (&played.lock);
  g_assert_cmpuint (played.position, ==, 5 * GST_SECOND);
  g_mutex_unlock (&played.lock);

  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_mutex_clear (&played.lock);
  g_cond_clear (&played.cond);
}

/* autoaudiosrc and autoaudiosink take any ranked source or sink of audio: a
 * provider must not look like a sound card. */
static void
test_no_devices (void)
{
  GList *factories = gst_element_factory_list_get_elements (
      GST_ELEMENT_FACTORY_TYPE_ANY, GST_RANK_MARGINAL);
  guint ours = 0;

  for (GList *l = factories; l != NULL; l = l->next) {
    g_autoptr (GstPlugin) plugin = gst_plugin_feature_get_plugin (l->data);
    const gchar *file = plugin != NULL ? gst_plugin_get_filename (plugin) : "";
    const gchar *klass =
        gst_element_factory_get_metadata (l->data, GST_ELEMENT_METADATA_KLASS);

    if (file == NULL || !g_str_has_prefix (file, g_getenv ("VOWEL_BUILDDIR")))
      continue;
    ours++;
    g_test_message ("%s: %s", GST_OBJECT_NAME (l->data), klass);
    g_assert_true (strstr (klass, "Audio") == NULL
                   || (strstr (klass, "Source") == NULL
                       && strstr (klass, "Sink") == NULL));
  }
  g_assert_cmpuint (ours, >, 0);
  gst_plugin_feature_list_free (factories);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/stt", test_stt);
  g_test_add_func ("/core/transcript-pad", test_transcript_pad);
  g_test_add_func ("/core/tts", test_tts);
  g_test_add_func ("/core/assistant", test_assistant);
  g_test_add_func ("/core/forwarded-properties", test_forwarded_properties);
  g_test_add_func ("/core/unknown-provider", test_unknown_provider);
  g_test_add_func ("/core/list", test_list);
  g_test_add_func ("/core/no-pads", test_no_pads);
  g_test_add_func ("/core/no-devices", test_no_devices);
  g_test_add_func ("/core/tool", test_tool);
  g_test_add_func ("/core/interruption", test_interruption);
  return g_test_run ();
}
