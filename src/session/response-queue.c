/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "response-queue.h"

#include "participant.h"

struct _VowelResponseQueue {
  VowelClock *clock;
  VowelResponseQueueActions actions;
  gpointer user_data;

  guint window;      /* timer */
  guint patience;    /* timer: tools may be missing until then */
  gboolean due;      /* to begin as soon as nothing is in the way */
  gboolean asked;    /* by somebody */
  gboolean expected; /* there may be more who ask */
  VowelParticipant *requester;
  VowelResponseRequest *request; /* (nullable) */
  gboolean beginning;
  gboolean by_itself; /* the running one was not asked for */
};

VowelResponseQueue *
vowel_response_queue_new (VowelClock *clock,
    const VowelResponseQueueActions *actions, gpointer user_data)
{
  VowelResponseQueue *queue = g_new0 (VowelResponseQueue, 1);

  queue->clock = g_object_ref (clock);
  queue->actions = *actions;
  queue->user_data = user_data;
  return queue;
}

static void
forget_request (VowelResponseQueue *queue)
{
  queue->asked = FALSE;
  g_clear_pointer (&queue->requester, vowel_participant_unref);
  g_clear_pointer (&queue->request, vowel_response_request_free);
}

gboolean
vowel_response_queue_clear (VowelResponseQueue *queue)
{
  gboolean waited = queue->due || queue->window != 0;

  vowel_clock_clear_timer (queue->clock, &queue->window);
  vowel_clock_clear_timer (queue->clock, &queue->patience);
  queue->due = FALSE;
  queue->expected = FALSE;
  forget_request (queue);
  return waited;
}

void
vowel_response_queue_free (VowelResponseQueue *queue)
{
  vowel_response_queue_clear (queue);
  g_object_unref (queue->clock);
  g_free (queue);
}

static void
begin (VowelResponseQueue *queue)
{
  VowelParticipant *requester = g_steal_pointer (&queue->requester);
  VowelResponseRequest *request = g_steal_pointer (&queue->request);
  gboolean lenient = !queue->asked || queue->expected;
  gboolean by_tools;

  vowel_response_queue_clear (queue);
  queue->beginning = TRUE;
  queue->actions.begin (queue->user_data, requester, request);
  queue->beginning = FALSE;
  queue->by_itself = lenient
                     && queue->actions.is_blocked (queue->user_data, &by_tools)
                     && !by_tools;
  g_clear_pointer (&requester, vowel_participant_unref);
  g_clear_pointer (&request, vowel_response_request_free);
}

static void
on_patience (gpointer user_data)
{
  VowelResponseQueue *queue = user_data;
  gboolean by_tools;

  queue->patience = 0;
  if (!queue->actions.is_blocked (queue->user_data, &by_tools) || by_tools)
    begin (queue);
}

static void
try (VowelResponseQueue *queue)
{
  gboolean by_tools = FALSE;

  if (!queue->due || queue->window != 0)
    return;
  if (!queue->actions.is_blocked (queue->user_data, &by_tools))
    begin (queue);
  else if (by_tools && queue->patience == 0)
    queue->patience = vowel_clock_add_timer (queue->clock,
        vowel_clock_now (queue->clock)
            + VOWEL_RESPONSE_PATIENCE_MS * (gint64) 1000,
        on_patience, queue);
}

static void
on_window (gpointer user_data)
{
  VowelResponseQueue *queue = user_data;

  queue->window = 0;
  queue->due = TRUE;
  try (queue);
}

static void
open_window (VowelResponseQueue *queue)
{
  vowel_clock_clear_timer (queue->clock, &queue->window);
  queue->window = vowel_clock_add_timer (queue->clock,
      vowel_clock_now (queue->clock) + VOWEL_RESPONSE_WINDOW_MS * (gint64) 1000,
      on_window, queue);
}

void
vowel_response_queue_expect (VowelResponseQueue *queue)
{
  /* What is asked from now on is not about the running response. */
  queue->by_itself = FALSE;
  if (!queue->asked)
    open_window (queue);
}

void
vowel_response_queue_answer (VowelResponseQueue *queue)
{
  vowel_clock_clear_timer (queue->clock, &queue->window);
  queue->due = TRUE;
  queue->expected = TRUE;
  try (queue);
}

gboolean
vowel_response_queue_is_expecting (VowelResponseQueue *queue)
{
  return queue->window != 0 || queue->due || queue->by_itself;
}

void
vowel_response_queue_ask (VowelResponseQueue *queue,
    VowelParticipant *requester, const VowelResponseRequest *request)
{
  gboolean special =
      request != NULL && vowel_response_request_has_wishes (request);

  vowel_clock_clear_timer (queue->clock, &queue->window);
  if (queue->by_itself && !special && !queue->due) {
    queue->by_itself = FALSE;
    return;
  }

  if (!queue->asked || special) {
    forget_request (queue);
    queue->asked = TRUE;
    queue->requester = vowel_participant_ref (requester);
    if (request != NULL)
      queue->request = vowel_response_request_ref (request);
  }
  queue->due = TRUE;
  try (queue);
}

void
vowel_response_queue_outputs_complete (VowelResponseQueue *queue)
{
  vowel_clock_clear_timer (queue->clock, &queue->patience);
  if (queue->due)
    open_window (queue);
}

void
vowel_response_queue_begun (VowelResponseQueue *queue)
{
  if (queue->beginning)
    return;
  vowel_response_queue_clear (queue);
  queue->by_itself = FALSE;
}

void
vowel_response_queue_ended (VowelResponseQueue *queue)
{
  queue->by_itself = FALSE;
  try (queue);
}
