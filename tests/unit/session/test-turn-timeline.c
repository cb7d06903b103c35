/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Where the time of a turn goes, read off events. */

#include "session/turn-timeline.h"

typedef struct {
  VowelTurnTimeline *timeline;
  VowelResponse *response;
  VowelTurnTimes times;
  gchar *item_id;
  guint n;
} Fixture;

static void
on_turn (const VowelTurnTimes *times, gpointer user_data)
{
  Fixture *f = user_data;

  f->times = *times;
  g_free (f->item_id);
  f->item_id = g_strdup (times->item_id);
  f->n++;
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->timeline = vowel_turn_timeline_new (on_turn, f);
  f->response = vowel_response_new ();
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vowel_turn_timeline_free (f->timeline);
  vowel_response_unref (f->response);
  g_free (f->item_id);
}

static void
note (Fixture *f, VowelEventType type, gint64 at, const gchar *item_id)
{
  const VowelEvent event = {
      .type = type,
      .time_us = at,
      .item_id = item_id,
      .response = f->response,
  };

  vowel_turn_timeline_note (f->timeline, &event);
}

static void
note_message (Fixture *f, gint64 at, VowelRole role)
{
  g_autoptr (VowelItem) item = vowel_item_new_message ("item_m", role);
  const VowelEvent event = {
      .type = VOWEL_EVENT_ITEM_ADDED,
      .time_us = at,
      .item = item,
  };

  vowel_turn_timeline_note (f->timeline, &event);
}

static void
answer (Fixture *f, gint64 at)
{
  note (f, VOWEL_EVENT_RESPONSE_STARTED, at, NULL);
  note (f, VOWEL_EVENT_TEXT, at + 10, NULL);
  note (f, VOWEL_EVENT_TEXT, at + 20, NULL);
  note (f, VOWEL_EVENT_AUDIO, at + 40, NULL);
  note (f, VOWEL_EVENT_AUDIO, at + 50, NULL);
  note (f, VOWEL_EVENT_RESPONSE_DONE, at + 90, NULL);
}

#define STAGE(f, name)                                                         \
  vowel_turn_times_get_stage (&(f)->times, VOWEL_TURN_STAGE_##name)

static void
test_spoken (Fixture *f, gconstpointer data)
{
  note (f, VOWEL_EVENT_SPEECH_STARTED, 50, "item_a");
  note (f, VOWEL_EVENT_SPEECH_STOPPED, 100, "item_a");
  note (f, VOWEL_EVENT_INPUT_COMMITTED, 110, "item_a");
  note (f, VOWEL_EVENT_TRANSCRIPT_DONE, 130, "item_a");
  answer (f, 135);
  g_assert_cmpuint (f->n, ==, 1);
  g_assert_cmpstr (f->item_id, ==, "item_a");
  g_assert_cmpint (STAGE (f, TRANSCRIPT), ==, 30);
  g_assert_cmpint (STAGE (f, DECISION), ==, 5);
  g_assert_cmpint (STAGE (f, FIRST_TEXT), ==, 10);
  g_assert_cmpint (STAGE (f, FIRST_AUDIO), ==, 30);
  g_assert_cmpint (STAGE (f, WHOLE), ==, 75);
  g_assert_cmpint (f->times.response_ended, ==, 225);
}

static void
test_written (Fixture *f, gconstpointer data)
{
  note_message (f, 100, VOWEL_ROLE_USER);
  note (f, VOWEL_EVENT_RESPONSE_STARTED, 101, NULL);
  note (f, VOWEL_EVENT_TEXT, 111, NULL);
  note_message (f, 112, VOWEL_ROLE_ASSISTANT);
  f->response->status = VOWEL_RESPONSE_CANCELLED;
  note (f, VOWEL_EVENT_RESPONSE_DONE, 120, NULL);
  g_assert_cmpstr (f->item_id, ==, "item_m");
  g_assert_cmpint (STAGE (f, TRANSCRIPT), ==, VOWEL_TIME_NONE);
  g_assert_cmpint (STAGE (f, DECISION), ==, 1);
  g_assert_cmpint (STAGE (f, FIRST_AUDIO), ==, VOWEL_TIME_NONE);
  /* Nothing is spoken: the words count. */
  g_assert_cmpint (STAGE (f, WHOLE), ==, 11);
  g_assert_cmpint (f->times.status, ==, VOWEL_RESPONSE_CANCELLED);
}

/* Push-to-talk, whose words come after the answer was begun. */
static void
test_committed (Fixture *f, gconstpointer data)
{
  note (f, VOWEL_EVENT_INPUT_COMMITTED, 100, "item_b");
  answer (f, 105);
  note (f, VOWEL_EVENT_TRANSCRIPT_DONE, 300, "item_b");
  g_assert_cmpint (STAGE (f, DECISION), ==, 5);
  g_assert_cmpint (STAGE (f, TRANSCRIPT), ==, VOWEL_TIME_NONE);
  g_assert_cmpint (STAGE (f, WHOLE), ==, 45);
}

/* What a caller waits for is the answer, whatever tools are used for it. */
static void
test_tools (Fixture *f, gconstpointer data)
{
  note_message (f, 100, VOWEL_ROLE_USER);
  f->response->status = VOWEL_RESPONSE_COMPLETED;
  note (f, VOWEL_EVENT_RESPONSE_STARTED, 110, NULL);
  note (f, VOWEL_EVENT_RESPONSE_DONE, 150, NULL);
  g_assert_cmpstr (f->item_id, ==, "item_m");
  g_assert_cmpint (STAGE (f, DECISION), ==, 10);
  g_assert_cmpint (STAGE (f, WHOLE), ==, VOWEL_TIME_NONE);
  answer (f, 300);
  g_assert_cmpstr (f->item_id, ==, "item_m");
  g_assert_cmpint (STAGE (f, DECISION), ==, VOWEL_TIME_NONE);
  g_assert_cmpint (STAGE (f, FIRST_TEXT), ==, 10);
  g_assert_cmpint (STAGE (f, WHOLE), ==, 240);
  answer (f, 500);
  g_assert_null (f->item_id);

  /* Whoever says something meanwhile has asked something else. */
  note_message (f, 600, VOWEL_ROLE_USER);
  note (f, VOWEL_EVENT_RESPONSE_STARTED, 610, NULL);
  note (f, VOWEL_EVENT_RESPONSE_DONE, 650, NULL);
  note (f, VOWEL_EVENT_INPUT_COMMITTED, 700, "item_b");
  answer (f, 705);
  g_assert_cmpstr (f->item_id, ==, "item_b");
  g_assert_cmpint (STAGE (f, WHOLE), ==, 45);
  answer (f, 900);
  g_assert_null (f->item_id);
}

/* An answer that nobody has asked for, and one beside the conversation. */
static void
test_unasked (Fixture *f, gconstpointer data)
{
  note_message (f, 100, VOWEL_ROLE_USER);
  answer (f, 110);
  answer (f, 300);
  g_assert_cmpuint (f->n, ==, 2);
  g_assert_null (f->item_id);
  g_assert_cmpint (STAGE (f, WHOLE), ==, VOWEL_TIME_NONE);
  g_assert_cmpint (STAGE (f, FIRST_TEXT), ==, 10);

  note_message (f, 400, VOWEL_ROLE_USER);
  f->response->out_of_band = TRUE;
  answer (f, 410);
  g_assert_null (f->item_id);
  f->response->out_of_band = FALSE;
  answer (f, 600);
  g_assert_cmpstr (f->item_id, ==, "item_m");
  g_assert_cmpint (STAGE (f, DECISION), ==, 200);
}

/* One that began before anybody looked. */
static void
test_unknown (Fixture *f, gconstpointer data)
{
  note (f, VOWEL_EVENT_TEXT, 10, NULL);
  note (f, VOWEL_EVENT_RESPONSE_DONE, 20, NULL);
  g_assert_cmpuint (f->n, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func)                                                        \
  g_test_add ("/turn-timeline/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("spoken", test_spoken);
  ADD ("written", test_written);
  ADD ("committed", test_committed);
  ADD ("tools", test_tools);
  ADD ("unasked", test_unasked);
  ADD ("unknown", test_unknown);
  return g_test_run ();
}
