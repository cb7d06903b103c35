/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The session recipes, each with the local engines: a question is asked aloud
 * and answered aloud. */

#include <string.h>

#include <glib/gstdio.h>
#include <gst/check/gstharness.h>
#include <gst/vowel/vowel.h>

#include "session/pipeline.h"
#include "session/session.h"
#include "session/pipeline-clock.h"

#include "../elements/engines/speaker.h"

#define QUESTION "what is seven times eight"
#define ANSWER "fifty six"
#define TIMEOUT (60 * G_TIME_SPAN_SECOND)
/* Of a second of speech in Opus, and the headers. */
#define MIN_RECORDING 4096
#define PACKET_MS 20
#define SILENCE_MS 1500

typedef struct {
  const gchar *name;
  const gchar *caps; /* of both directions */
  VowelAudioFormat format;
  guint8 silence;
} Recipe;

static const Recipe recipes[] = {
    {"session", "audio/x-raw, format=S16LE, rate=24000, channels=1",
        {VOWEL_ENCODING_PCM16, 24000}, 0x00},
    {"session-noise-suppressed",
        "audio/x-raw, format=S16LE, rate=24000, channels=1",
        {VOWEL_ENCODING_PCM16, 24000}, 0x00},
    {"session-recorded", "audio/x-raw, format=S16LE, rate=24000, channels=1",
        {VOWEL_ENCODING_PCM16, 24000}, 0x00},
    {"session-telephony", "audio/x-mulaw, rate=8000, channels=1",
        {VOWEL_ENCODING_PCMU, 8000}, 0xff},
};

static const gchar *const sides[] = {"caller", "answer"};
static gchar *recordings;

typedef struct {
  const Recipe *recipe;
  GstVowelWorker *worker;
  VowelPipelineRecipe *launch;

  /* Worker thread. */
  VowelSession *session;
  VowelParticipant *client;
  GBytes *packet;

  /* Protected by the lock. */
  GMutex lock;
  GCond cond;
  gchar *transcript;
  GString *text;
  gsize n_audio;
  gboolean done;
} Call;

static void
on_event (const VowelEvent *event, gpointer user_data)
{
  Call *call = user_data;

  g_mutex_lock (&call->lock);
  switch (event->type) {
    case VOWEL_EVENT_TRANSCRIPT_DONE:
      g_free (call->transcript);
      call->transcript = g_strdup (event->text);
      break;
    case VOWEL_EVENT_TEXT:
      g_string_append (call->text, event->text);
      break;
    case VOWEL_EVENT_AUDIO:
      call->n_audio += g_bytes_get_size (event->audio);
      break;
    case VOWEL_EVENT_RESPONSE_DONE:
      g_assert_cmpint (event->response->status, ==, VOWEL_RESPONSE_COMPLETED);
      call->done = TRUE;
      g_cond_broadcast (&call->cond);
      break;
    default:
      break;
  }
  g_mutex_unlock (&call->lock);
}

static void
begin (gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (VowelSessionConfig) config = vowel_session_config_new ();
  g_autoptr (VowelPipeline) pipeline =
      vowel_pipeline_new (call->recipe->name, call->worker, call->launch);
  g_autoptr (VowelClock) clock = vowel_pipeline_clock_new (call->worker);
  g_autoptr (GError) error = NULL;

  config->input_format = call->recipe->format;
  config->output_format = call->recipe->format;
  call->session =
      vowel_session_new (NULL, config, VOWEL_ENGINE (pipeline), clock);
  call->client = vowel_session_join (
      call->session, VOWEL_PARTICIPANT_CLIENT, on_event, call);
  vowel_session_start (call->session, &error);
  g_assert_no_error (error);
}

static void
push (gpointer user_data)
{
  Call *call = user_data;
  g_autoptr (GError) error = NULL;

  vowel_session_push_audio (call->session, call->client, call->packet, &error);
  g_assert_no_error (error);
}

static void
hang_up (gpointer user_data)
{
  Call *call = user_data;

  vowel_session_leave (call->session, call->client);
  g_clear_object (&call->session);
}

/* The question in the recipe's format, between silences. */
static GBytes *
make_question (const Recipe *recipe)
{
  g_autoptr (GBytes) speech = speaker_speak ("flitetts", QUESTION);
  g_autofree gchar *launch = g_strdup_printf (
      "audioconvert ! audioresample ! %s",
      recipe->format.encoding == VOWEL_ENCODING_PCMU ? "mulawenc" : "identity");
  GstHarness *harness = gst_harness_new_parse (launch);
  GByteArray *question = g_byte_array_new ();
  gsize silence = vowel_audio_format_bytes (&recipe->format, SILENCE_MS * 1000);
  g_autofree guint8 *quiet = g_malloc (silence);
  GstBuffer *buffer;

  memset (quiet, recipe->silence, silence);
  g_byte_array_append (question, quiet, silence);
  gst_harness_set_caps_str (harness,
      "audio/x-raw, format=S16LE, layout=interleaved, rate=16000, channels=1",
      recipe->caps);
  g_assert_cmpint (
      gst_harness_push (harness, gst_buffer_new_wrapped_bytes (speech)), ==,
      GST_FLOW_OK);
  gst_harness_push_event (harness, gst_event_new_eos ());
  while ((buffer = gst_harness_try_pull (harness)) != NULL) {
    GstMapInfo map;

    g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
    g_byte_array_append (question, map.data, map.size);
    gst_buffer_unmap (buffer, &map);
    gst_buffer_unref (buffer);
  }
  gst_harness_teardown (harness);
  g_byte_array_append (question, quiet, silence);

  return g_byte_array_free_to_bytes (question);
}

static void
speak (Call *call)
{
  g_autoptr (GBytes) question = make_question (call->recipe);
  gsize size =
      vowel_audio_format_bytes (&call->recipe->format, PACKET_MS * 1000);

  for (gsize at = 0; at + size <= g_bytes_get_size (question); at += size) {
    g_autoptr (GBytes) packet = g_bytes_new_from_bytes (question, at, size);

    call->packet = packet;
    gst_vowel_worker_call (call->worker, push, call);
  }
}

static void
wait_for_answer (Call *call)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT;

  g_mutex_lock (&call->lock);
  while (!call->done)
    g_assert_true (g_cond_wait_until (&call->cond, &call->lock, deadline));
  g_mutex_unlock (&call->lock);
}

static gchar *
recording_path (const gchar *side)
{
  g_autofree gchar *name = g_strdup_printf ("session-recorded-%s-0.ogg", side);

  return g_build_filename (recordings, name, NULL);
}

/* A session that ends takes with it what its recorders have not written. */
static void
wait_for_recordings (void)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT;

  for (guint i = 0; i < G_N_ELEMENTS (sides); i++) {
    g_autofree gchar *path = recording_path (sides[i]);
    GStatBuf info;

    while (g_stat (path, &info) != 0 || info.st_size < MIN_RECORDING) {
      g_assert_cmpint (g_get_monotonic_time (), <, deadline);
      g_thread_yield ();
    }
  }
}

static void
test_recipe (gconstpointer data)
{
  Call call = {.recipe = data};
  g_autofree gchar *grammar = g_build_filename (
      g_getenv ("VOWEL_DATA_DIR"), "grammar", "assistant.gram", NULL);
  g_autoptr (GError) error = NULL;

  g_mutex_init (&call.lock);
  g_cond_init (&call.cond);
  call.text = g_string_new (NULL);
  call.worker = gst_vowel_worker_new ("test", NULL);
  call.launch = vowel_pipeline_recipe_load (call.recipe->name, &error);
  g_assert_no_error (error);
  vowel_pipeline_recipe_set_variable (call.launch, "STT", "pocketsphinx");
  vowel_pipeline_recipe_set_variable (call.launch, "LLM", "scripted");
  vowel_pipeline_recipe_set_variable (call.launch, "TTS", "flite");
  vowel_pipeline_recipe_set_variable (call.launch, "RECORDINGS", recordings);
  vowel_pipeline_recipe_set_property (
      call.launch, "stt.provider::grammar", grammar);

  gst_vowel_worker_call (call.worker, begin, &call);
  speak (&call);
  wait_for_answer (&call);
  if (g_str_equal (call.recipe->name, "session-recorded"))
    wait_for_recordings ();
  gst_vowel_worker_call (call.worker, hang_up, &call);

  g_assert_cmpstr (call.transcript, ==, QUESTION);
  g_assert_nonnull (strstr (call.text->str, ANSWER));
  /* Half a second at least. */
  g_assert_cmpuint (
      call.n_audio, >, vowel_audio_format_bytes (&call.recipe->format, 500000));

  vowel_pipeline_recipe_unref (call.launch);
  gst_object_unref (call.worker);
  g_free (call.transcript);
  g_string_free (call.text, TRUE);
  g_mutex_clear (&call.lock);
  g_cond_clear (&call.cond);
}

/* Plays a file; how long it is. */
static GstClockTime
play (const gchar *path)
{
  g_autofree gchar *launch =
      g_strdup_printf ("filesrc location=%s ! oggdemux ! opusdec ! fakesink "
                       "name=sink sync=false",
          path);
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (launch, &error);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstElement) sink =
      gst_bin_get_by_name (GST_BIN (pipeline), "sink");
  g_autoptr (GstSample) last = NULL;
  GstBuffer *buffer;

  g_assert_no_error (error);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  message = gst_bus_timed_pop_filtered (
      bus, TIMEOUT * GST_USECOND, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  g_object_get (sink, "last-sample", &last, NULL);
  g_assert_nonnull (last);
  buffer = gst_sample_get_buffer (last);
  gst_element_set_state (pipeline, GST_STATE_NULL);

  return GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
}

/* After the recipe ran. */
static void
test_recordings (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++) {
    g_autofree gchar *path = recording_path (sides[i]);

    g_assert_cmpuint (play (path), >, GST_SECOND / 2);
    g_assert_cmpint (g_unlink (path), ==, 0);
  }
}

int
main (int argc, char **argv)
{
  gint result;

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  recordings = g_dir_make_tmp ("vowel-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (recipes); i++) {
    g_autofree gchar *path = g_strconcat ("/recipes/", recipes[i].name, NULL);

    g_test_add_data_func (path, &recipes[i], test_recipe);
  }
  g_test_add_func ("/recipes/recordings", test_recordings);
  result = g_test_run ();
  g_rmdir (recordings);
  g_free (recordings);

  return result;
}
