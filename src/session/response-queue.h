/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "clock.h"
#include "event.h"

G_BEGIN_DECLS

/* How long a client that is expected to ask for an answer may take. */
#define VOWEL_RESPONSE_WINDOW_MS 100
/* How long a request waits for the outputs of tools that are still missing. */
#define VOWEL_RESPONSE_PATIENCE_MS 30000

/**
 * VowelResponseQueue:
 *
 * The one answer that is due but has not begun: because somebody asked for it
 * while another one was running, or because something was said that is answered
 * even if nobody asks. Whoever asks within the window, or while the answer that
 * began by itself is running, gets that one and no second. Owner thread only.
 */
typedef struct _VowelResponseQueue VowelResponseQueue;

/**
 * VowelResponseQueueActions:
 * @is_blocked: whether a response runs; @ret_by_tools: or only outputs of tools
 *   are missing
 * @begin: @request (nullable) of @requester; NULL when nobody asked
 *
 * What a queue needs from its session. None may free the queue.
 */
typedef struct {
  gboolean (*is_blocked) (gpointer user_data, gboolean *ret_by_tools);
  void (*begin) (gpointer user_data, VowelParticipant *requester,
      const VowelResponseRequest *request);
} VowelResponseQueueActions;

VowelResponseQueue *vowel_response_queue_new (VowelClock *clock,
    const VowelResponseQueueActions *actions, gpointer user_data);
void vowel_response_queue_free (VowelResponseQueue *queue);

/* Something wants an answer: it begins after the window unless asked for. */
void vowel_response_queue_expect (VowelResponseQueue *queue);
/* An answer is due now, and what is asked for while it runs is about it. */
void vowel_response_queue_answer (VowelResponseQueue *queue);
/* Somebody asks. @request: (nullable). */
void vowel_response_queue_ask (VowelResponseQueue *queue,
    VowelParticipant *requester, const VowelResponseRequest *request);
/* Whether a request would be answered by what comes or runs anyway. */
gboolean vowel_response_queue_is_expecting (VowelResponseQueue *queue);
/* All outputs of a response's tools are there: each comes with a request of its
 * own from some clients, so one that waits gives the last one its window. */
void vowel_response_queue_outputs_complete (VowelResponseQueue *queue);

/* A response to the conversation has begun, for whatever reason: what waited
 * is answered by it. */
void vowel_response_queue_begun (VowelResponseQueue *queue);
/* A response is over. */
void vowel_response_queue_ended (VowelResponseQueue *queue);
/* TRUE: something was waiting. */
gboolean vowel_response_queue_clear (VowelResponseQueue *queue);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelResponseQueue, vowel_response_queue_free)

G_END_DECLS
