/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session-fixture.h"

void
fixture_prepare (Fixture *f)
{
  f->clock = manual_clock_new ();
  f->recorder = event_recorder_new ();
  f->engine = fake_engine_new (f->recorder);
  f->config = vowel_session_config_new ();
}

void
fixture_connect (Fixture *f, const VowelBehaviours *behaviours)
{
  f->session = vowel_session_new (
      NULL, f->config, VOWEL_ENGINE (f->engine), VOWEL_CLOCK (f->clock));
  if (behaviours != NULL)
    vowel_session_set_behaviours (f->session, behaviours);
  f->client = vowel_session_join (
      f->session, VOWEL_PARTICIPANT_CLIENT, event_recorder_event, f->recorder);
}

void
fixture_start (Fixture *f)
{
  g_assert_true (vowel_session_start (f->session, NULL));
  event_recorder_expect (f->recorder, "session-started");
}

void
fixture_set_up (Fixture *f, gconstpointer data)
{
  fixture_prepare (f);
  if (data != NULL)
    vowel_turn_detection_init (
        &f->config->turn_detection, GPOINTER_TO_INT (data) - 1);
  fixture_connect (f, NULL);
  fixture_start (f);
}

void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  event_recorder_expect (f->recorder, "");
  vowel_session_leave (f->session, f->client);
  g_assert_true (vowel_session_is_ended (f->session));
  fixture_drop (f, data);
}

void
fixture_drop (Fixture *f, gconstpointer data)
{
  event_recorder_forget (f->recorder);
  vowel_session_leave (f->session, f->client);
  g_assert_finalize_object (f->session);
  g_assert_cmpuint (manual_clock_get_n_timers (f->clock), ==, 0);
  g_object_unref (f->engine);
  g_object_unref (f->clock);
  vowel_session_config_free (f->config);
  event_recorder_free (f->recorder);
}

void
fixture_push_ms (Fixture *f, guint ms)
{
  g_autoptr (GBytes) audio = g_bytes_new_take (g_malloc0 (ms * 48), ms * 48);
  g_autoptr (GError) error = NULL;

  g_assert_true (
      vowel_session_push_audio (f->session, f->client, audio, &error));
  g_assert_no_error (error);
}

void
fixture_say (Fixture *f, const gchar *text)
{
  g_autoptr (VowelItem) item = vowel_item_new_message (NULL, VOWEL_ROLE_USER);

  vowel_item_add_part (item, VOWEL_PART_TEXT, text);
  g_assert_true (
      vowel_session_add_item (f->session, f->client, item, NULL, NULL));
}

void
fixture_respond (Fixture *f)
{
  g_autoptr (GError) error = NULL;

  vowel_session_respond (f->session, f->client, NULL, &error);
  g_assert_no_error (error);
}

void
fixture_register_tool (Fixture *f, const gchar *name)
{
  g_autoptr (GPtrArray) tools =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);

  g_ptr_array_add (tools, vowel_tool_new (name, NULL, NULL));
  g_assert_true (
      vowel_session_configure (f->session, f->client, f->config, tools, NULL));
  event_recorder_forget (f->recorder);
}

void
fixture_answer_call (Fixture *f, const gchar *call_id, const gchar *output)
{
  g_autoptr (VowelItem) item =
      vowel_item_new_function_call_output (NULL, call_id, output);

  g_assert_true (
      vowel_session_add_item (f->session, f->client, item, NULL, NULL));
}

void
fixture_ask (Fixture *f, guint64 utterance, const gchar *text)
{
  fake_engine_speech_started (f->engine, utterance, 0);
  fake_engine_speech_stopped (f->engine, utterance, 1000);
  fake_engine_final (f->engine, utterance, text);
}

void
fixture_speak (Fixture *f, guint64 generation)
{
  fake_engine_text (f->engine, generation, "Hello there, ");
  fake_engine_audio (f->engine, generation, 1000, 0, 12);
  fake_engine_text (f->engine, generation, "friend.");
  fake_engine_audio (f->engine, generation, 1000, 12, 20);
}
