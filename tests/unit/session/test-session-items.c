/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Items that clients make of sound: written down, waited for, told. */

#include "session-fixture.h"

static VowelItem *
recording_new (const gchar *id, guint ms)
{
  VowelItem *item = vowel_item_new_message (id, VOWEL_ROLE_USER);
  VowelPart *part = vowel_item_add_part (item, VOWEL_PART_AUDIO, NULL);

  part->audio = g_byte_array_new ();
  g_byte_array_set_size (part->audio, ms * 48);
  part->audio_rate = 24000;
  part->audio_ms = ms;
  return item;
}

static void
send (Fixture *f, VowelItem *item)
{
  g_autoptr (GError) error = NULL;

  vowel_session_add_item (f->session, f->client, item, NULL, &error);
  g_assert_no_error (error);
}

static void
test_transcribed (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelItem) item = recording_new (NULL, 500);

  vowel_item_add_part (item, VOWEL_PART_TEXT, "(from my phone)");
  send (f, item);
  event_recorder_expect (f->recorder,
      "item-added i1 message completed after none",
      "item-done i1 message completed after none", "> transcribe 1 (500 ms)");
  /* The answer waits for the words. */
  fixture_respond (f);
  event_recorder_expect (f->recorder, "response-started r1");
  fake_engine_transcribed (f->engine, 1, "hello");
  event_recorder_expect (f->recorder, "transcript i1 'hello'",
      "transcript-done i1 'hello' 500",
      "> generate 1 [user: hello (from my phone)]");
  /* Nothing is told twice. */
  fake_engine_transcribed (f->engine, 1, "again");
  event_recorder_expect (f->recorder, "");
}

static void
test_failed (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelItem) first = recording_new (NULL, 500);
  g_autoptr (VowelItem) second = recording_new (NULL, 3000);

  fixture_say (f, "hear this");
  send (f, first);
  send (f, second);
  fixture_respond (f);
  event_recorder_forget (f->recorder);
  fake_engine_failed (f->engine, VOWEL_STAGE_RECORDING, 1);
  event_recorder_expect (f->recorder, "transcript-failed i2 upstream");
  /* A recogniser that says nothing is not waited for beyond its time. */
  manual_clock_advance_ms (f->clock, 17999);
  event_recorder_expect (f->recorder, "");
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (f->recorder, "transcript-failed i3 timeout",
      "> generate 1 [user: hear this]");
}

static void
test_deleted (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelItem) item = recording_new ("mine", 500);

  send (f, item);
  fixture_say (f, "hello");
  g_assert_true (
      vowel_session_delete_item (f->session, f->client, "mine", NULL));
  event_recorder_forget (f->recorder);
  fixture_respond (f);
  event_recorder_expect (
      f->recorder, "response-started r1", "> generate 1 [user: hello]");
  fake_engine_transcribed (f->engine, 1, "gone");
  event_recorder_expect (f->recorder, "");
}

/* A response's own input is heard as well, and nobody is told. */
static void
test_input (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelResponseRequest) request = vowel_response_request_new ();
  g_autoptr (GError) error = NULL;

  request->out_of_band = TRUE;
  request->modality = VOWEL_MODALITY_TEXT;
  request->input =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  g_ptr_array_add (request->input, recording_new (NULL, 500));
  vowel_session_respond (f->session, f->client, request, &error);
  g_assert_no_error (error);
  event_recorder_expect (
      f->recorder, "> transcribe 1 (500 ms)", "response-started r1");
  fixture_respond (f);
  event_recorder_expect (f->recorder, "response-started r2", "> generate 2 []");
  fake_engine_transcribed (f->engine, 1, "hello");
  /* It comes after the other one, and its number says so. */
  event_recorder_expect (f->recorder, "> generate 3 [user: hello]");
}

static void
test_ended (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelItem) item = recording_new (NULL, 500);

  send (f, item);
  event_recorder_forget (f->recorder);
  vowel_session_end (f->session, VOWEL_END_SHUTDOWN);
  event_recorder_expect (f->recorder, "ended shutdown");
  g_assert_cmpuint (manual_clock_get_n_timers (f->clock), ==, 0);
}

static void
test_refused (Fixture *f, gconstpointer data)
{
  g_autoptr (VowelItem) item = vowel_item_new_message (NULL, VOWEL_ROLE_USER);
  g_autoptr (GError) error = NULL;

  vowel_item_add_part (item, VOWEL_PART_AUDIO, NULL);
  g_assert_false (
      vowel_session_add_item (f->session, f->client, item, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_MISSING);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func)                                                        \
  g_test_add (name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)
  ADD ("/session-items/transcribed", test_transcribed);
  ADD ("/session-items/failed", test_failed);
  ADD ("/session-items/deleted", test_deleted);
  ADD ("/session-items/input", test_input);
  ADD ("/session-items/ended", test_ended);
  ADD ("/session-items/refused", test_refused);
#undef ADD
  return g_test_run ();
}
