/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Semantic detection of real speech: a voice speaks, the detector and the
 * recogniser of the session's recipe hear it, and the turn controller waits as
 * long as the words ask for. Only the clock is the test's: nothing depends on
 * how fast this machine recognises. */

#include <gst/vowel/vowel.h>
#include <glib/gstdio.h>
#include <string.h>

#include "manual-clock.h"
#include "session/pipeline.h"
#include "session/turn-controller.h"

#include "../elements/engines/speaker.h"

#define TIMEOUT (60 * G_TIME_SPAN_SECOND)
#define RATE 16000
#define SILENCE_MS 600

#define GRAMMAR                                                                \
  "#JSGF V1.0;\n"                                                              \
  "grammar test;\n"                                                            \
  "public <utterance> = i would like to | a cup of coffee | what time is it"   \
  " | my number is five five five | one two three four five six seven;\n"

typedef struct {
  GstVowelWorker *worker;
  VowelPipelineRecipe *recipe;
  VowelEagerness eagerness;
  gchar *grammar;

  /* Worker thread. */
  ManualClock *clock;
  VowelTurnController *turns;
  VowelEngine *engine;
  GBytes *packet;
  guint advance_ms;

  /* Protected by the lock. */
  GMutex lock;
  GCond cond;
  guint n_final;
  GString *log;
} Listener;

static void note (Listener *self, const gchar *format, ...)
    G_GNUC_PRINTF (2, 3);

static void
note (Listener *self, const gchar *format, ...)
{
  va_list args;

  g_mutex_lock (&self->lock);
  if (self->log->len > 0)
    g_string_append (self->log, ", ");
  va_start (args, format);
  g_string_append_vprintf (self->log, format, args);
  va_end (args);
  g_mutex_unlock (&self->lock);
}

/* The turn controller's decisions. */

static void
on_started (
    gpointer user_data, const gchar *item_id, gint64 at_us, gboolean emulated)
{
  note (user_data, "started");
}

static void
on_stopped (gpointer user_data, const gchar *item_id, gint64 at_us)
{
  note (user_data, "stopped");
}

static gboolean
on_interrupt (gpointer user_data)
{
  return FALSE;
}

static void
on_commit (
    gpointer user_data, const gchar *item_id, gint64 start_us, gint64 end_us)
{
  note (user_data, "committed");
}

static void
on_transcript (
    gpointer user_data, const gchar *item_id, const gchar *text, gboolean final)
{
  if (final)
    note (user_data, "'%s'", text);
}

static void
on_transcript_failed (gpointer user_data, const gchar *item_id,
    const gchar *code, const GError *error)
{
  g_error ("no transcript: %s", error->message);
}

static void
on_respond (gpointer user_data, const gchar *item_id)
{
  note (user_data, "respond");
}

static const VowelTurnActions actions = {
    .speech_started = on_started,
    .speech_stopped = on_stopped,
    .interrupt = on_interrupt,
    .commit = on_commit,
    .transcript = on_transcript,
    .transcript_failed = on_transcript_failed,
    .respond = on_respond,
};

/* The engine's reports. */

static void
on_speech_started (
    gpointer user_data, guint64 utterance, gint64 start_us, gboolean emulated)
{
  vowel_turn_controller_speech_started (
      ((Listener *) user_data)->turns, utterance, start_us, emulated);
}

static void
on_speech_stopped (gpointer user_data, guint64 utterance, gint64 end_us)
{
  vowel_turn_controller_speech_stopped (
      ((Listener *) user_data)->turns, utterance, end_us);
}

static void
on_recognised (
    gpointer user_data, guint64 utterance, const gchar *text, gboolean final)
{
  Listener *self = user_data;

  vowel_turn_controller_transcript (self->turns, utterance, text, final);
  if (!final)
    return;
  g_mutex_lock (&self->lock);
  self->n_final++;
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);
}

static void
on_failed (gpointer user_data, VowelStage stage, guint64 id, const gchar *code,
    const GError *error)
{
  g_error ("%s", error->message);
}

static void
on_fatal (gpointer user_data, const GError *error)
{
  g_error ("%s", error->message);
}

static const VowelEngineListener engine_listener = {
    .speech_started = on_speech_started,
    .speech_stopped = on_speech_stopped,
    .transcript = on_recognised,
    .failed = on_failed,
    .fatal = on_fatal,
};

/* On the worker. */

static void
begin (gpointer user_data)
{
  Listener *self = user_data;
  g_autoptr (VowelSessionConfig) config = vowel_session_config_new ();
  g_autoptr (GError) error = NULL;

  vowel_turn_detection_init (&config->turn_detection, VOWEL_TURN_SEMANTIC_VAD);
  config->turn_detection.eagerness = self->eagerness;
  config->input_format.rate = RATE;
  self->clock = manual_clock_new ();
  self->turns =
      vowel_turn_controller_new (VOWEL_CLOCK (self->clock), &actions, self);
  vowel_turn_controller_configure (self->turns, &config->turn_detection);
  self->engine = VOWEL_ENGINE (
      vowel_pipeline_new ("semantic", self->worker, self->recipe));
  vowel_engine_configure (self->engine, config, &error);
  g_assert_no_error (error);
  vowel_engine_start (self->engine, &engine_listener, self, &error);
  g_assert_no_error (error);
}

static void
push (gpointer user_data)
{
  Listener *self = user_data;

  vowel_engine_push_audio (self->engine, self->packet);
}

static void
advance (gpointer user_data)
{
  Listener *self = user_data;

  manual_clock_advance_ms (self->clock, self->advance_ms);
}

static void
end (gpointer user_data)
{
  Listener *self = user_data;

  vowel_engine_stop (self->engine);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->turns, vowel_turn_controller_free);
  g_clear_object (&self->clock);
}

/* On the test's thread. */

static void
set_up (Listener *self, gconstpointer data)
{
  static const gchar *const variables[][2] = {
      {"STT", "pocketsphinx"}, {"LLM", "scripted"}, {"TTS", "flite"}};
  g_autoptr (GError) error = NULL;
  gint fd = g_file_open_tmp ("vowel-XXXXXX.gram", &self->grammar, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (self->grammar, GRAMMAR, -1, NULL));
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->log = g_string_new (NULL);
  self->eagerness = GPOINTER_TO_INT (data);
  self->worker = gst_vowel_worker_new ("test", NULL);
  self->recipe = vowel_pipeline_recipe_load ("session", &error);
  g_assert_no_error (error);
  for (guint i = 0; i < G_N_ELEMENTS (variables); i++)
    vowel_pipeline_recipe_set_variable (
        self->recipe, variables[i][0], variables[i][1]);
  vowel_pipeline_recipe_set_property (
      self->recipe, "stt.provider::grammar", self->grammar);
  gst_vowel_worker_call (self->worker, begin, self);
}

static void
tear_down (Listener *self, gconstpointer data)
{
  gst_vowel_worker_call (self->worker, end, self);
  vowel_pipeline_recipe_unref (self->recipe);
  gst_object_unref (self->worker);
  g_string_free (self->log, TRUE);
  g_unlink (self->grammar);
  g_free (self->grammar);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
}

/* Speaks, with silence around it, until it is recognised. */
static void
say (Listener *self, const gchar *text)
{
  g_autoptr (GBytes) speech = speaker_speak ("flitetts", text);
  gsize silence = RATE * 2 * SILENCE_MS / 1000;
  gsize size = RATE * 2 / 50;
  g_autoptr (GByteArray) audio = g_byte_array_new ();
  gint64 deadline = g_get_monotonic_time () + TIMEOUT;
  guint n_final = self->n_final;

  g_byte_array_set_size (audio, silence);
  memset (audio->data, 0, silence);
  g_byte_array_append (
      audio, g_bytes_get_data (speech, NULL), g_bytes_get_size (speech));
  g_byte_array_set_size (audio, audio->len + silence);
  memset (audio->data + audio->len - silence, 0, silence);
  for (gsize at = 0; at + size <= audio->len; at += size) {
    g_autoptr (GBytes) packet = g_bytes_new (audio->data + at, size);

    self->packet = packet;
    gst_vowel_worker_call (self->worker, push, self);
  }
  g_mutex_lock (&self->lock);
  while (self->n_final == n_final)
    g_assert_true (g_cond_wait_until (&self->cond, &self->lock, deadline));
  g_mutex_unlock (&self->lock);
}

static void
wait_ms (Listener *self, guint ms)
{
  self->advance_ms = ms;
  gst_vowel_worker_call (self->worker, advance, self);
}

static void
expect (Listener *self, const gchar *log)
{
  g_assert_cmpstr (self->log->str, ==, log);
  g_string_truncate (self->log, 0);
}

/* The wait for what was said, to the millisecond. */
static void
test_waits (Listener *self, gconstpointer data)
{
  static const struct {
    const gchar *text;
    guint wait_ms[4]; /* by eagerness: auto, low, medium, high */
  } cases[] = {
      {"what time is it", {900, 2000, 900, 400}},
      {"i would like to", {4000, 8000, 4000, 2000}},
      {"my number is five five five", {2000, 4000, 2000, 1000}},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *log =
        g_strdup_printf ("stopped, committed, '%s', respond", cases[i].text);

    say (self, cases[i].text);
    expect (self, "started");
    wait_ms (self, cases[i].wait_ms[self->eagerness] - 1);
    expect (self, "");
    wait_ms (self, 1);
    expect (self, log);
  }
}

/* Who hesitates is not interrupted: it is one turn. */
static void
test_goes_on (Listener *self, gconstpointer data)
{
  say (self, "i would like to");
  wait_ms (self, 3999);
  say (self, "a cup of coffee");
  expect (self, "started");
  wait_ms (self, 899);
  expect (self, "");
  wait_ms (self, 1);
  expect (
      self, "stopped, committed, 'i would like to a cup of coffee', respond");
}

/* A pause in a number is part of it. */
static void
test_number (Listener *self, gconstpointer data)
{
  say (self, "my number is five five five");
  wait_ms (self, 1999);
  say (self, "one two three four five six seven");
  expect (self, "started");
  /* It has all digits now, and is waited for no longer than a sentence. */
  wait_ms (self, 900);
  expect (self,
      "stopped, committed, 'my number is five five five one two three "
      "four five six seven', respond");
}

#define ADD(name, func, eagerness)                                             \
  g_test_add ("/semantic/" name, Listener, GINT_TO_POINTER (eagerness),        \
      set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);
  ADD ("waits/low", test_waits, VOWEL_EAGERNESS_LOW);
  ADD ("waits/medium", test_waits, VOWEL_EAGERNESS_MEDIUM);
  ADD ("waits/high", test_waits, VOWEL_EAGERNESS_HIGH);
  ADD ("goes-on", test_goes_on, VOWEL_EAGERNESS_MEDIUM);
  ADD ("number", test_number, VOWEL_EAGERNESS_AUTO);
  return g_test_run ();
}
