/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "manual-clock.h"

#include "session/participant.h"
#include "session/response-queue.h"

typedef struct {
  ManualClock *clock;
  VowelResponseQueue *queue;
  VowelParticipant *client;
  gboolean running;
  gboolean tools_missing;
  guint n_by_itself;
  guint n_asked;
  const gchar *instructions; /* of the last one */
} Fixture;

static gboolean
is_blocked (gpointer user_data, gboolean *ret_by_tools)
{
  Fixture *f = user_data;

  *ret_by_tools = !f->running && f->tools_missing;
  return f->running || f->tools_missing;
}

static void
begin (gpointer user_data, VowelParticipant *requester,
    const VowelResponseRequest *request)
{
  Fixture *f = user_data;

  g_assert_false (f->running);
  f->running = TRUE;
  f->instructions =
      request != NULL ? g_intern_string (request->instructions) : NULL;
  if (requester != NULL)
    f->n_asked++;
  else
    f->n_by_itself++;
  vowel_response_queue_begun (f->queue);
}

static void
end (Fixture *f)
{
  f->running = FALSE;
  vowel_response_queue_ended (f->queue);
}

static void
expect (Fixture *f, guint n_by_itself, guint n_asked)
{
  g_assert_cmpuint (f->n_by_itself, ==, n_by_itself);
  g_assert_cmpuint (f->n_asked, ==, n_asked);
}

static void
ask (Fixture *f, const gchar *instructions)
{
  g_autoptr (VowelResponseRequest) request = vowel_response_request_new ();

  request->instructions = g_strdup (instructions);
  vowel_response_queue_ask (f->queue, f->client, request);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  static const VowelResponseQueueActions actions = {
      .is_blocked = is_blocked, .begin = begin};

  f->clock = manual_clock_new ();
  f->queue = vowel_response_queue_new (VOWEL_CLOCK (f->clock), &actions, f);
  f->client = vowel_participant_new (VOWEL_PARTICIPANT_CLIENT, NULL, NULL);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vowel_response_queue_free (f->queue);
  vowel_participant_unref (f->client);
  g_assert_cmpuint (manual_clock_get_n_timers (f->clock), ==, 0);
  g_object_unref (f->clock);
}

static void
test_window (Fixture *f, gconstpointer data)
{
  vowel_response_queue_expect (f->queue);
  manual_clock_advance_ms (f->clock, 99);
  expect (f, 0, 0);
  manual_clock_advance_ms (f->clock, 1);
  expect (f, 1, 0);
  /* Who asks too late is answered already. */
  ask (f, NULL);
  end (f);
  expect (f, 1, 0);
  /* But once only. */
  ask (f, NULL);
  expect (f, 1, 1);
}

static void
test_asked_in_window (Fixture *f, gconstpointer data)
{
  vowel_response_queue_expect (f->queue);
  manual_clock_advance_ms (f->clock, 50);
  ask (f, NULL);
  expect (f, 0, 1);
  end (f);
  manual_clock_advance_ms (f->clock, 1000);
  expect (f, 0, 1);
}

static void
test_window_starts_again (Fixture *f, gconstpointer data)
{
  vowel_response_queue_expect (f->queue);
  manual_clock_advance_ms (f->clock, 60);
  vowel_response_queue_expect (f->queue);
  manual_clock_advance_ms (f->clock, 60);
  expect (f, 0, 0);
  manual_clock_advance_ms (f->clock, 40);
  expect (f, 1, 0);
}

static void
test_waits_for_the_running_one (Fixture *f, gconstpointer data)
{
  f->running = TRUE;
  ask (f, NULL);
  ask (f, "whisper");
  ask (f, NULL);
  expect (f, 0, 0);
  end (f);
  expect (f, 0, 1);
  /* What was special about one of them is not lost. */
  g_assert_cmpstr (f->instructions, ==, "whisper");
  end (f);
  expect (f, 0, 1);

  f->running = TRUE;
  vowel_response_queue_expect (f->queue);
  manual_clock_advance_ms (f->clock, 100);
  end (f);
  expect (f, 1, 1);
}

static void
test_special_request_is_not_swallowed (Fixture *f, gconstpointer data)
{
  vowel_response_queue_expect (f->queue);
  manual_clock_advance_ms (f->clock, 100);
  ask (f, "whisper");
  expect (f, 1, 0);
  end (f);
  expect (f, 1, 1);
}

static void
test_answered_by_another (Fixture *f, gconstpointer data)
{
  vowel_response_queue_expect (f->queue);
  f->running = TRUE;
  vowel_response_queue_begun (f->queue);
  end (f);
  manual_clock_advance_ms (f->clock, 1000);
  expect (f, 0, 0);
  g_assert_false (vowel_response_queue_clear (f->queue));
}

/* Two outputs, each with a request of its own. */
static void
test_waits_for_all_outputs (Fixture *f, gconstpointer data)
{
  f->tools_missing = TRUE;
  ask (f, NULL);
  manual_clock_advance_ms (f->clock, 5000);
  f->tools_missing = FALSE;
  vowel_response_queue_outputs_complete (f->queue);
  expect (f, 0, 0);
  ask (f, NULL);
  expect (f, 0, 1);
  end (f);
  expect (f, 0, 1);

  /* The second request never comes. */
  f->tools_missing = TRUE;
  ask (f, NULL);
  f->tools_missing = FALSE;
  vowel_response_queue_outputs_complete (f->queue);
  manual_clock_advance_ms (f->clock, 100);
  expect (f, 0, 2);
}

static void
test_does_not_wait_for_ever (Fixture *f, gconstpointer data)
{
  f->tools_missing = TRUE;
  ask (f, NULL);
  manual_clock_advance_ms (f->clock, 29999);
  expect (f, 0, 0);
  manual_clock_advance_ms (f->clock, 1);
  expect (f, 0, 1);
}

static void
test_clear (Fixture *f, gconstpointer data)
{
  f->running = TRUE;
  ask (f, NULL);
  g_assert_true (vowel_response_queue_clear (f->queue));
  end (f);
  vowel_response_queue_expect (f->queue);
  g_assert_true (vowel_response_queue_clear (f->queue));
  manual_clock_advance_ms (f->clock, 1000);
  expect (f, 0, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

#define ADD(name, func)                                                        \
  g_test_add ("/response-queue/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("window", test_window);
  ADD ("asked-in-window", test_asked_in_window);
  ADD ("window-starts-again", test_window_starts_again);
  ADD ("waits-for-the-running-one", test_waits_for_the_running_one);
  ADD ("special-request", test_special_request_is_not_swallowed);
  ADD ("answered-by-another", test_answered_by_another);
  ADD ("waits-for-all-outputs", test_waits_for_all_outputs);
  ADD ("does-not-wait-for-ever", test_does_not_wait_for_ever);
  ADD ("clear", test_clear);
#undef ADD

  return g_test_run ();
}
