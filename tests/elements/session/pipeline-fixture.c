/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pipeline-fixture.h"

#include <math.h>
#include <string.h>

#include "session/pipeline-clock.h"

#define WAIT_S 20

GstVowelWorker *shared_worker;

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
    case VOWEL_EVENT_ERROR:
      return "error";
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

void
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
}

void
fixture_start (Fixture *f, GstVowelWorker *worker)
{
  f->worker = worker;
  gst_vowel_worker_call (worker, start_session, f);
}

void
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
  fixture_start (f, shared_worker);
}

void
fixture_begin (Fixture *f, VowelTurnDetectionType detection)
{
  fixture_begin_with (f, detection, NULL);
}

void
fixture_begin_slow (Fixture *f, VowelTurnDetectionType detection)
{
  fixture_begin_with (f, detection, "llm.provider::mode", "hold",
      "llm.provider::when", "slow", "llm.provider::hold-words", "5", NULL);
}

void
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

void
fixture_wait (Fixture *f, const gchar *event, guint times)
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

void
fixture_wait_audio (Fixture *f, gsize bytes)
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

void
fixture_push (Fixture *f, GBytes *audio)
{
  f->push = audio;
  gst_vowel_worker_call (f->worker, push, f);
}

void
fixture_push_tone (Fixture *f, guint ms, gint16 level)
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
    fixture_push (f, bytes);
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

void
fixture_say (Fixture *f, const gchar *text)
{
  f->say = text;
  gst_vowel_worker_call (f->worker, say_it, f);
}

void
fixture_assert_level (Fixture *f, gint level)
{
  const gint16 *samples = (const gint16 *) f->audio->data;
  guint n = f->audio->len / 2;
  guint i, other = 0;

  g_assert_cmpuint (n, >, 0);
  for (i = 0; i < n; i++)
    other += ABS (samples[i] - level) > 20 && samples[i] != 0;
  g_assert_cmpuint (other, ==, 0);
}
