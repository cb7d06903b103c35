/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sessions on real pipelines: the daemon's recipe with the fake providers,
 * which answer at once and tell what went in: the user's level is in the
 * transcript, and with that in the answer, which is spoken at that level, 10 ms
 * for each character. Everything of a session runs on its worker; the test
 * waits. */

#include "session/pipeline.h"
#include "session/session.h"
#include "session/pipeline-clock.h"

#include <gst/vowel/vowel.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_S 20

typedef struct {
  VowelPipelineRecipe *recipe;
  VowelSessionConfig *config;
  GstVowelWorker *worker;
  VowelSession *session;
  VowelParticipant *client;

  /* Protected by the lock. */
  GMutex lock;
  GCond changed;
  GString *log;      /* names of events, one per line */
  GString *text;     /* of answers */
  GByteArray *audio; /* of answers */
  gchar *transcript;
  gchar *call_id;
  gchar *item_id; /* of the last answer */
  gchar *code;    /* of the last failed response */
  guint n_done;
  VowelResponseStatus status;
  guint text_end;

  /* Arguments of what runs on the worker. */
  GBytes *push;
  const gchar *say;
} Fixture;

static GstVowelWorker *shared_worker;

static const gchar *
event_name (VowelEventType type)
{
  switch (type) {
    case VOWEL_EVENT_SPEECH_STARTED:
      return "speech-started";
    case VOWEL_EVENT_SPEECH_STOPPED:
      return "speech-stopped";
    case VOWEL_EVENT_INPUT_COMMITTED:
      return "committed";
    case VOWEL_EVENT_TRANSCRIPT_DONE:
      return "transcript-done";
    case VOWEL_EVENT_RESPONSE_STARTED:
      return "response-started";
    case VOWEL_EVENT_INTERRUPTED:
      return "interrupted";
    case VOWEL_EVENT_RESPONSE_DONE:
      return "response-done";
    case VOWEL_EVENT_ENDED:
      return "ended";
    default:
      return NULL;
  }
}

static void
on_event (const VowelEvent *event, gpointer user_data)
{
  Fixture *f = user_data;
  const gchar *name = event_name (event->type);

  g_mutex_lock (&f->lock);
  if (name != NULL)
    g_string_append_printf (f->log, "%s\n", name);
  if (event->type == VOWEL_EVENT_TEXT) {
    g_string_append (f->text, event->text);
  } else if (event->type == VOWEL_EVENT_AUDIO) {
    g_byte_array_append (f->audio, g_bytes_get_data (event->audio, NULL),
        g_bytes_get_size (event->audio));
    g_assert_cmpuint (
        event->text_start, >=, f->text_end == 0 ? 0 : f->text_end - 1);
    f->text_end = event->text_end;
    g_free (f->item_id);
    f->item_id = g_strdup (event->item_id);
  } else if (event->type == VOWEL_EVENT_TRANSCRIPT_DONE) {
    g_free (f->transcript);
    f->transcript = g_strdup (event->text);
  } else if (event->type == VOWEL_EVENT_TOOL_CALL) {
    g_assert_cmpstr (event->item->arguments->str, ==, "{\"n\":1}");
    g_free (f->call_id);
    f->call_id = g_strdup (event->item->call_id);
  } else if (event->type == VOWEL_EVENT_RESPONSE_STARTED) {
    f->text_end = 0;
  } else if (event->type == VOWEL_EVENT_RESPONSE_DONE) {
    f->n_done++;
    f->status = event->response->status;
    g_free (f->code);
    f->code = g_strdup (event->response->error_code);
  }
  g_cond_broadcast (&f->changed);
  g_mutex_unlock (&f->lock);
}

static void
start_session (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (VowelPipeline) pipeline =
      vowel_pipeline_new ("test", f->worker, f->recipe);
  g_autoptr (VowelClock) clock = vowel_pipeline_clock_new (f->worker);
  g_autoptr (GError) error = NULL;

  f->session =
      vowel_session_new (NULL, f->config, VOWEL_ENGINE (pipeline), clock);
  f->client =
      vowel_session_join (f->session, VOWEL_PARTICIPANT_CLIENT, on_event, f);
  vowel_session_start (f->session, &error);
  g_assert_no_error (error);
}

static void
end_session (gpointer user_data)
{
  Fixture *f = user_data;

  vowel_session_leave (f->session, f->client);
  g_clear_object (&f->session);
}

static VowelPipelineRecipe *
recipe_new (void)
{
  static const gchar *const variables[] = {"STT", "LLM", "TTS"};
  static const gchar *const properties[][2] = {
      {"vad.detector", "energy"},
      {"stt.provider::level", "true"},
      {"llm.provider::reply", "I heard %s. Bye."},
      {"tts.provider::level", "true"},
      {"tts.provider::ms-per-character", "10"},
  };
  VowelPipelineRecipe *recipe = vowel_pipeline_recipe_load ("session", NULL);
  guint i;

  g_assert_nonnull (recipe);
  for (i = 0; i < G_N_ELEMENTS (variables); i++)
    vowel_pipeline_recipe_set_variable (recipe, variables[i], "fake");
  for (i = 0; i < G_N_ELEMENTS (properties); i++)
    vowel_pipeline_recipe_set_property (
        recipe, properties[i][0], properties[i][1]);
  return recipe;
}

static void
fixture_init (Fixture *f, VowelTurnDetectionType detection)
{
  memset (f, 0, sizeof *f);
  g_mutex_init (&f->lock);
  g_cond_init (&f->changed);
  f->log = g_string_new (NULL);
  f->text = g_string_new (NULL);
  f->audio = g_byte_array_new ();
  f->recipe = recipe_new ();
  f->config = vowel_session_config_new ();
  vowel_turn_detection_init (&f->config->turn_detection, detection);
  f->worker = shared_worker;
}

/* "stage.property", "value", ..., NULL: of the fakes */
static void
fixture_begin_with (Fixture *f, VowelTurnDetectionType detection, ...)
{
  const gchar *property;
  va_list args;

  fixture_init (f, detection);
  va_start (args, detection);
  while ((property = va_arg (args, const gchar *)) != NULL)
    vowel_pipeline_recipe_set_property (
        f->recipe, property, va_arg (args, const gchar *));
  va_end (args);
  gst_vowel_worker_call (f->worker, start_session, f);
}

static void
fixture_begin (Fixture *f, VowelTurnDetectionType detection)
{
  fixture_begin_with (f, detection, NULL);
}

/* The model goes no further than its first sentence when it is told "slow". */
static void
fixture_begin_slow (Fixture *f, VowelTurnDetectionType detection)
{
  fixture_begin_with (f, detection, "llm.provider::mode", "hold",
      "llm.provider::when", "slow", "llm.provider::hold-words", "5", NULL);
}

static void
fixture_end (Fixture *f)
{
  gst_vowel_worker_call (f->worker, end_session, f);
  vowel_session_config_free (f->config);
  vowel_pipeline_recipe_unref (f->recipe);
  g_string_free (f->log, TRUE);
  g_string_free (f->text, TRUE);
  g_byte_array_unref (f->audio);
  g_free (f->transcript);
  g_free (f->call_id);
  g_free (f->item_id);
  g_free (f->code);
  g_mutex_clear (&f->lock);
  g_cond_clear (&f->changed);
}

/* Waits until the names in @events have come, in that order among others. */
static void
wait_for (Fixture *f, const gchar *event, guint times)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_S * G_USEC_PER_SEC;
  g_autofree gchar *line = g_strconcat (event, "\n", NULL);

  g_mutex_lock (&f->lock);
  while (TRUE) {
    const gchar *at = f->log->str;
    guint n = 0;

    for (; (at = strstr (at, line)) != NULL; at++)
      n++;
    if (n >= times)
      break;
    if (!g_cond_wait_until (&f->changed, &f->lock, deadline))
      g_error (
          "no %s (%u of %u); there was:\n%s", event, n, times, f->log->str);
  }
  g_mutex_unlock (&f->lock);
}

static void
wait_for_audio (Fixture *f, gsize bytes)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_S * G_USEC_PER_SEC;

  g_mutex_lock (&f->lock);
  while (f->audio->len < bytes) {
    if (!g_cond_wait_until (&f->changed, &f->lock, deadline))
      g_error (
          "only %u bytes of audio; there was:\n%s", f->audio->len, f->log->str);
  }
  g_mutex_unlock (&f->lock);
}

static void
push (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;

  vowel_session_push_audio (f->session, f->client, f->push, &error);
  g_assert_no_error (error);
}

/* A tone in the session's input format, in pieces of 20 ms. */
static void
push_tone (Fixture *f, guint ms, gint16 level)
{
  guint rate = f->config->input_format.rate;
  guint i, at;

  for (at = 0; at < ms; at += 20) {
    guint n = rate / 50;
    g_autoptr (GBytes) bytes = NULL;

    if (f->config->input_format.encoding == VOWEL_ENCODING_PCM16) {
      gint16 *samples = g_new (gint16, n);

      for (i = 0; i < n; i++)
        samples[i] = level * sin (2 * G_PI * 400 * i / rate);
      bytes = g_bytes_new_take (samples, n * sizeof (gint16));
    } else {
      /* mu-law: 0x0f and 0x8f are about +-16000, 0xff is silence */
      guint8 *samples = g_new (guint8, n);

      for (i = 0; i < n; i++)
        samples[i] = level == 0                    ? 0xff
                     : (i / (rate / 400)) % 2 == 0 ? 0x8f
                                                   : 0x0f;
      bytes = g_bytes_new_take (samples, n);
    }
    f->push = bytes;
    gst_vowel_worker_call (f->worker, push, f);
  }
}

static void
say_it (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (VowelItem) item = vowel_item_new_message (NULL, VOWEL_ROLE_USER);
  g_autoptr (GError) error = NULL;

  vowel_item_add_part (item, VOWEL_PART_TEXT, f->say);
  vowel_session_add_item (f->session, f->client, item, NULL, &error);
  g_assert_no_error (error);
  vowel_session_respond (f->session, f->client, NULL, &error);
  g_assert_no_error (error);
}

static void
say (Fixture *f, const gchar *text)
{
  f->say = text;
  gst_vowel_worker_call (f->worker, say_it, f);
}

/* Two recordings, each in its own format. */
static void
send_recordings (gpointer user_data)
{
  static const VowelAudioFormat formats[] = {
      {VOWEL_ENCODING_PCM16, 24000}, {VOWEL_ENCODING_PCMU, 8000}};
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (formats); i++) {
    g_autoptr (VowelItem) item = vowel_item_new_message (NULL, VOWEL_ROLE_USER);
    VowelPart *part = vowel_item_add_part (item, VOWEL_PART_AUDIO, NULL);

    part->audio = g_byte_array_new ();
    part->audio_encoding = formats[i].encoding;
    part->audio_rate = formats[i].rate;
    part->audio_ms = 500;
    for (k = 0; k < formats[i].rate / 2; k++) {
      gint16 sample = 5000 * sin (2 * G_PI * 400 * k / formats[i].rate);
      guint8 byte = k / 20 % 2 == 0 ? 0x8f : 0x0f;

      if (formats[i].encoding == VOWEL_ENCODING_PCM16)
        g_byte_array_append (part->audio, (guint8 *) &sample, sizeof sample);
      else
        g_byte_array_append (part->audio, &byte, 1);
    }
    vowel_session_add_item (f->session, f->client, item, NULL, &error);
    g_assert_no_error (error);
    if (i == 0)
      vowel_session_respond (f->session, f->client, NULL, &error);
    g_assert_no_error (error);
  }
}

static void
commit (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;

  vowel_session_commit_audio (f->session, f->client, &error);
  g_assert_no_error (error);
  vowel_session_respond (f->session, f->client, NULL, &error);
  g_assert_no_error (error);
}

static void
clear (gpointer user_data)
{
  Fixture *f = user_data;

  g_assert_true (vowel_session_clear_audio (f->session, f->client, NULL));
}

static void
cancel (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;

  vowel_session_cancel (f->session, f->client, NULL, &error);
  g_assert_no_error (error);
}

static void
reconfigure (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GError) error = NULL;

  vowel_session_configure (f->session, f->client, f->config, NULL, &error);
  g_assert_no_error (error);
}

static void
nothing (gpointer user_data)
{
}

/* All of one level, but for what a resampler makes of the edges. */
static void
assert_level (Fixture *f, gint level)
{
  const gint16 *samples = (const gint16 *) f->audio->data;
  guint n = f->audio->len / 2;
  guint i, other = 0;

  g_assert_cmpuint (n, >, 0);
  for (i = 0; i < n; i++)
    other += ABS (samples[i] - level) > 20 && samples[i] != 0;
  g_assert_cmpuint (other, ==, 0);
}

static void
test_text_turn (void)
{
  Fixture f;

  fixture_begin (&f, VOWEL_TURN_NONE);
  say (&f, "level 3");
  wait_for (&f, "response-done", 1);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_COMPLETED);
  g_assert_cmpstr (f.text->str, ==, "I heard level 3. Bye.");
  /* Two sentences, 10 ms per character; the space between belongs to one. */
  g_assert_cmpuint (f.audio->len, >=, 20 * 480);
  g_assert_cmpuint (f.text_end, ==, strlen ("I heard level 3. Bye."));
  assert_level (&f, 3000);
  fixture_end (&f);
}

/* They are heard one after the other, while the caller speaks. */
static void
test_recordings (void)
{
  Fixture f;

  fixture_begin (&f, VOWEL_TURN_NONE);
  push_tone (&f, 300, 7000);
  gst_vowel_worker_call (f.worker, send_recordings, &f);
  wait_for (&f, "response-done", 1);
  wait_for (&f, "transcript-done", 2);
  /* A square wave at 16000, which a resampler overshoots. */
  g_assert_true (g_str_has_prefix (f.text->str, "I heard level "));
  g_assert_cmpint (atoi (f.text->str + strlen ("I heard level ")), >=, 15);
  g_assert_cmpint (atoi (f.transcript + strlen ("level ")), >=, 15);
  push_tone (&f, 300, 7000);
  gst_vowel_worker_call (f.worker, commit, &f);
  wait_for (&f, "response-done", 2);
  g_assert_cmpstr (f.transcript, ==, "level 7");
  fixture_end (&f);
}

static void
test_push_to_talk (void)
{
  Fixture f;

  fixture_begin (&f, VOWEL_TURN_NONE);
  push_tone (&f, 400, 6000);
  gst_vowel_worker_call (f.worker, clear, &f);
  push_tone (&f, 400, 4000);
  gst_vowel_worker_call (f.worker, commit, &f);
  wait_for (&f, "response-done", 1);
  g_assert_cmpstr (f.log->str, ==,
      "committed\nresponse-started\ntranscript-done\nresponse-done\n");
  g_assert_cmpstr (f.transcript, ==, "level 4");
  g_assert_cmpstr (f.text->str, ==, "I heard level 4. Bye.");
  push_tone (&f, 200, 7000);
  gst_vowel_worker_call (f.worker, commit, &f);
  wait_for (&f, "response-done", 2);
  g_assert_cmpstr (f.transcript, ==, "level 7");
  fixture_end (&f);
}

static void
test_spoken_turn (void)
{
  Fixture f;

  fixture_begin (&f, VOWEL_TURN_SERVER_VAD);
  push_tone (&f, 1000, 0);
  push_tone (&f, 1000, 5000);
  push_tone (&f, 1000, 0);
  wait_for (&f, "response-done", 1);
  g_assert_cmpstr (f.log->str, ==,
      "speech-started\nspeech-stopped\ncommitted\ntranscript-done\nresponse-"
      "started\nresponse-done\n");
  g_assert_cmpstr (f.text->str, ==, "I heard level 5. Bye.");
  assert_level (&f, 5000);
  fixture_end (&f);
}

static void
test_barge_in (void)
{
  Fixture f;
  guint before;

  fixture_begin_slow (&f, VOWEL_TURN_SERVER_VAD);
  push_tone (&f, 1000, 0);
  say (&f, "slow 2");
  wait_for_audio (&f, 100);
  push_tone (&f, 1000, 5000);
  wait_for (&f, "response-done", 1);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_CANCELLED);
  g_mutex_lock (&f.lock);
  before = f.audio->len;
  g_byte_array_set_size (f.audio, 0);
  g_assert_nonnull (
      strstr (f.log->str, "speech-started\ninterrupted\nresponse-done\n"));
  g_mutex_unlock (&f.lock);
  g_assert_cmpuint (before, >, 0);
  push_tone (&f, 1000, 0);
  wait_for (&f, "response-done", 2);
  /* Nothing of the first answer in the second one. */
  assert_level (&f, 5000);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_COMPLETED);
  fixture_end (&f);
}

static void
test_cancel (void)
{
  Fixture f;

  fixture_begin_slow (&f, VOWEL_TURN_NONE);
  say (&f, "slow 2");
  wait_for_audio (&f, 100);
  gst_vowel_worker_call (f.worker, cancel, &f);
  wait_for (&f, "response-done", 1);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_CANCELLED);
  g_byte_array_set_size (f.audio, 0);
  say (&f, "level 8");
  wait_for (&f, "response-done", 2);
  assert_level (&f, 8000);
  fixture_end (&f);
}

static void
test_failures (void)
{
  Fixture f;

  fixture_begin_with (&f, VOWEL_TURN_NONE, "llm.provider::mode", "fail",
      "llm.provider::when", "fail", "llm.provider::error", "auth",
      "tts.provider::mode", "fail", "tts.provider::when", "mute",
      "tts.provider::error", "not-found", NULL);
  say (&f, "fail");
  wait_for (&f, "response-done", 1);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_FAILED);
  g_assert_cmpstr (f.code, ==, "auth");
  say (&f, "mute");
  wait_for (&f, "response-done", 2);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_FAILED);
  g_assert_cmpstr (f.code, ==, "not-found");
  say (&f, "level 3");
  wait_for (&f, "response-done", 3);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_COMPLETED);
  fixture_end (&f);
}

static void
register_lookup (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (GPtrArray) tools =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);

  g_ptr_array_add (tools, vowel_tool_new ("lookup", "Looks up", NULL));
  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, tools, NULL));
}

static void
answer (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (VowelItem) output =
      vowel_item_new_function_call_output (NULL, f->call_id, "level 6");

  g_assert_true (
      vowel_session_add_item (f->session, f->client, output, NULL, NULL));
  g_assert_true (vowel_session_respond (f->session, f->client, NULL, NULL));
}

static void
test_tool (void)
{
  Fixture f;

  fixture_begin_with (&f, VOWEL_TURN_NONE, "llm.provider::tool", "lookup",
      "llm.provider::tool-arguments", "{\"n\":1}", NULL);
  gst_vowel_worker_call (f.worker, register_lookup, &f);
  say (&f, "call it");
  wait_for (&f, "response-done", 1);
  g_assert_cmpint (f.status, ==, VOWEL_RESPONSE_COMPLETED);
  gst_vowel_worker_call (f.worker, answer, &f);
  wait_for (&f, "response-done", 2);
  g_assert_cmpstr (f.text->str, ==, "The tool says: level 6.");
  fixture_end (&f);
}

/* White noise in the session's input format, in pieces of 20 ms. */
static void
push_noise (Fixture *f, guint ms, gint16 level)
{
  guint n = f->config->input_format.rate / 50;
  g_autoptr (GRand) random = g_rand_new_with_seed (1);
  guint i, at;

  for (at = 0; at < ms; at += 20) {
    gint16 *samples = g_new (gint16, n);
    g_autoptr (GBytes) bytes = NULL;

    for (i = 0; i < n; i++)
      samples[i] = g_rand_int_range (random, -level, level);
    bytes = g_bytes_new_take (samples, n * sizeof (gint16));
    f->push = bytes;
    gst_vowel_worker_call (f->worker, push, f);
  }
}

/* How loud noise is that has lasted for some time. */
static gint
measure_noise (Fixture *f, const gchar *noise_reduction, guint nth)
{
  g_free (f->config->noise_reduction);
  f->config->noise_reduction = g_strdup (noise_reduction);
  gst_vowel_worker_call (f->worker, reconfigure, f);
  push_noise (f, 4000, 9000);
  gst_vowel_worker_call (f->worker, clear, f);
  push_noise (f, 1000, 9000);
  gst_vowel_worker_call (f->worker, commit, f);
  wait_for (f, "response-done", nth);
  return *f->transcript != '\0' ? atoi (f->transcript + strlen ("level ")) : 0;
}

/* At every rate that a client may have, and taken out again. */
static void
test_noise_reduction (gconstpointer data)
{
  Fixture f;
  gint loud;

  fixture_init (&f, VOWEL_TURN_NONE);
  f.config->input_format.rate = GPOINTER_TO_UINT (data);
  gst_vowel_worker_call (f.worker, start_session, &f);
  loud = measure_noise (&f, NULL, 1);
  g_assert_cmpint (loud, >=, 7);
  g_assert_cmpint (measure_noise (&f, "near_field", 2), <, loud / 2);
  g_assert_cmpint (measure_noise (&f, "far_field", 3), <, loud / 3);
  g_assert_cmpint (measure_noise (&f, NULL, 4), >=, 7);
  fixture_end (&f);
}

/* What is refused changes nothing, not even what it named before. */
static void
reconfigure_in_vain (gpointer user_data)
{
  Fixture *f = user_data;
  g_autoptr (VowelSessionConfig) config = vowel_session_config_copy (f->config);
  g_autoptr (GError) error = NULL;

  config->input_format = (VowelAudioFormat){VOWEL_ENCODING_PCM16, 48000};
  config->noise_reduction = g_strdup ("near_field");
  g_assert_false (
      vowel_session_configure (f->session, f->client, config, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, "in-noise"));
}

static void
test_no_place_for_noise_reduction (void)
{
  Fixture f;

  fixture_init (&f, VOWEL_TURN_NONE);
  g_clear_pointer (&f.recipe, vowel_pipeline_recipe_unref);
  f.recipe = vowel_pipeline_recipe_new (
      "wsaudiosrc name=in ! audioresample ! "
      "audio/x-raw,format=S16LE,rate=16000,channels=1 ! "
      "vad name=vad detector=energy ! "
      "sttsink name=stt provider=fake provider::level=true "
      "llmbin name=llm provider=fake ! fakesink");
  gst_vowel_worker_call (f.worker, start_session, &f);
  gst_vowel_worker_call (f.worker, reconfigure_in_vain, &f);
  push_tone (&f, 400, 6000);
  gst_vowel_worker_call (f.worker, commit, &f);
  wait_for (&f, "response-done", 1);
  g_assert_cmpstr (f.transcript, ==, "level 6");
  fixture_end (&f);
}

/* G.711 both ways, switched while the session runs. */
static void
test_formats (void)
{
  Fixture f;
  guint i, loud = 0;

  fixture_begin (&f, VOWEL_TURN_NONE);
  push_tone (&f, 200, 3000);
  gst_vowel_worker_call (f.worker, commit, &f);
  wait_for (&f, "response-done", 1);
  f.config->input_format = f.config->output_format =
      (VowelAudioFormat){VOWEL_ENCODING_PCMU, 8000};
  gst_vowel_worker_call (f.worker, reconfigure, &f);
  g_byte_array_set_size (f.audio, 0);
  push_tone (&f, 400, 1);
  gst_vowel_worker_call (f.worker, commit, &f);
  wait_for (&f, "response-done", 2);
  /* A square wave overshoots. */
  g_assert_cmpint (atoi (f.transcript + strlen ("level ")), >=, 15);
  /* 80 bytes per 10 ms and character */
  g_assert_cmpuint (f.audio->len, >, 15 * 80);
  g_assert_cmpuint (f.audio->len, <, 30 * 80);
  for (i = 0; i < f.audio->len; i++)
    loud += f.audio->data[i] != 0xff && f.audio->data[i] != 0x7f;
  g_assert_cmpuint (loud, >, f.audio->len / 2);

  f.config->input_format = f.config->output_format =
      (VowelAudioFormat){VOWEL_ENCODING_PCM16, 16000};
  gst_vowel_worker_call (f.worker, reconfigure, &f);
  g_byte_array_set_size (f.audio, 0);
  push_tone (&f, 400, 9000);
  gst_vowel_worker_call (f.worker, commit, &f);
  wait_for (&f, "response-done", 3);
  g_assert_cmpstr (f.transcript, ==, "level 9");
  fixture_end (&f);
}

static void
test_detection_changes (void)
{
  Fixture f;

  fixture_begin (&f, VOWEL_TURN_NONE);
  push_tone (&f, 400, 3000);
  gst_vowel_worker_call (f.worker, commit, &f);
  wait_for (&f, "response-done", 1);
  vowel_turn_detection_init (&f.config->turn_detection, VOWEL_TURN_SERVER_VAD);
  gst_vowel_worker_call (f.worker, reconfigure, &f);
  push_tone (&f, 1000, 0);
  push_tone (&f, 1000, 5000);
  push_tone (&f, 1000, 0);
  wait_for (&f, "response-done", 2);
  g_assert_cmpstr (f.transcript, ==, "level 5");
  vowel_turn_detection_init (&f.config->turn_detection, VOWEL_TURN_NONE);
  gst_vowel_worker_call (f.worker, reconfigure, &f);
  push_tone (&f, 400, 7000);
  gst_vowel_worker_call (f.worker, commit, &f);
  wait_for (&f, "response-done", 3);
  g_assert_cmpstr (f.transcript, ==, "level 7");
  fixture_end (&f);
}

static void
test_two_sessions (void)
{
  g_autoptr (GstVowelWorker) other = gst_vowel_worker_new ("other", NULL);
  Fixture a, b;
  guint i;

  fixture_begin (&a, VOWEL_TURN_SERVER_VAD);
  fixture_init (&b, VOWEL_TURN_SERVER_VAD);
  b.worker = other;
  gst_vowel_worker_call (b.worker, start_session, &b);
  for (i = 0; i < 30; i++) {
    push_tone (&a, 100, i % 30 >= 10 && i % 30 < 20 ? 4000 : 0);
    push_tone (&b, 100, i % 30 >= 10 && i % 30 < 20 ? 8000 : 0);
  }
  wait_for (&a, "response-done", 1);
  wait_for (&b, "response-done", 1);
  g_assert_cmpstr (a.text->str, ==, "I heard level 4. Bye.");
  g_assert_cmpstr (b.text->str, ==, "I heard level 8. Bye.");
  assert_level (&a, 4000);
  assert_level (&b, 8000);
  fixture_end (&a);
  fixture_end (&b);
}

static void
test_bad_recipe (void)
{
  g_autoptr (VowelPipelineRecipe) bad =
      vowel_pipeline_recipe_new ("# nothing\nfakesrc ! fakesink");
  g_autoptr (VowelPipelineRecipe) typo =
      vowel_pipeline_recipe_load ("session", NULL);
  g_autoptr (VowelPipelineRecipe) none = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GError) error = NULL;

  none = vowel_pipeline_recipe_load ("no-such-recipe", &error);
  g_assert_null (none);
  g_assert_nonnull (strstr (error->message, "no-such-recipe"));
  g_clear_error (&error);
  vowel_pipeline_recipe_set_property (bad, "stt.provider", "x");
  pipeline = vowel_pipeline_recipe_build (bad, "test", &error);
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "\"stt\""));
  g_clear_error (&error);
  vowel_pipeline_recipe_set_property (typo, "vad.treshold", "0.5");
  pipeline = vowel_pipeline_recipe_build (typo, "test", &error);
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_UNKNOWN_FIELD);
}

/* Objects made minus objects gone since the last call. */
static gint
take_balance (GstTracer *leaks)
{
  GstStructure *info = NULL;
  gint balance;

  g_signal_emit_by_name (leaks, "activity-get-checkpoint", &info);
  balance = (gint) gst_value_list_get_size (
                gst_structure_get_value (info, "objects-created-list"))
            - (gint) gst_value_list_get_size (
                gst_structure_get_value (info, "objects-removed-list"));
  gst_structure_free (info);
  return balance;
}

static void
one_session (void)
{
  Fixture f;

  fixture_begin (&f, VOWEL_TURN_NONE);
  push_tone (&f, 200, 4000);
  gst_vowel_worker_call (f.worker, commit, &f);
  wait_for (&f, "response-done", 1);
  fixture_end (&f);
  gst_vowel_worker_call (f.worker, nothing, NULL);
}

static void
test_leaks (void)
{
  GList *tracers = gst_tracing_get_active_tracers ();
  GstTracer *leaks = NULL;
  GList *l;
  Fixture f;
  gint live;
  guint i;

  for (l = tracers; l != NULL; l = l->next) {
    if (g_str_equal (G_OBJECT_TYPE_NAME (l->data), "GstLeaksTracer"))
      leaks = l->data;
  }
  g_assert_nonnull (leaks);
  one_session ();
  g_signal_emit_by_name (leaks, "activity-start-tracking");
  fixture_begin (&f, VOWEL_TURN_NONE);
  live = take_balance (leaks);
  g_assert_cmpint (live, >, 10);
  fixture_end (&f);
  gst_vowel_worker_call (shared_worker, nothing, NULL);
  live += take_balance (leaks);
  for (i = 0; i < 200; i++)
    one_session ();
  live += take_balance (leaks);
  g_assert_cmpint (live, ==, 0);
  g_signal_emit_by_name (leaks, "activity-stop-tracking");
  g_list_free_full (tracers, gst_object_unref);
}

int
main (int argc, char *argv[])
{
  gint ret;

  g_setenv ("GST_TRACERS",
      "leaks(filters=\"GstElement,GstPad,GstBuffer,GstEvent,GstMessage,"
      "GstBus\")",
      TRUE);
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  shared_worker = gst_vowel_worker_new ("test", NULL);

  g_test_add_func ("/pipeline/text_turn", test_text_turn);
  g_test_add_func ("/pipeline/recordings", test_recordings);
  g_test_add_func ("/pipeline/push_to_talk", test_push_to_talk);
  g_test_add_func ("/pipeline/spoken_turn", test_spoken_turn);
  g_test_add_func ("/pipeline/barge_in", test_barge_in);
  g_test_add_func ("/pipeline/cancel", test_cancel);
  g_test_add_func ("/pipeline/failures", test_failures);
  g_test_add_func ("/pipeline/tool", test_tool);
  g_test_add_func ("/pipeline/formats", test_formats);
  g_test_add_data_func ("/pipeline/noise_reduction/24000",
      GUINT_TO_POINTER (24000), test_noise_reduction);
  g_test_add_data_func ("/pipeline/noise_reduction/11025",
      GUINT_TO_POINTER (11025), test_noise_reduction);
  g_test_add_func ("/pipeline/no_place_for_noise_reduction",
      test_no_place_for_noise_reduction);
  g_test_add_func ("/pipeline/detection_changes", test_detection_changes);
  g_test_add_func ("/pipeline/two_sessions", test_two_sessions);
  g_test_add_func ("/pipeline/bad_recipe", test_bad_recipe);
  g_test_add_func ("/pipeline/leaks", test_leaks);
  ret = g_test_run ();
  gst_object_unref (shared_worker);
  return ret;
}
