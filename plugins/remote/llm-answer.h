/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "llm-stream.h"

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

/*
 * LlmAnswer: one request to a service that streams a language model's answer
 * as server-sent events, from the question to its end. Worker thread.
 *
 * It belongs to the LlmAnswers of its element, which drop it when it is over.
 */
typedef struct _LlmAnswer LlmAnswer;
typedef struct _LlmAnswers LlmAnswers;

/* The answers that an element, which outlives them, waits for. */
LlmAnswers *llm_answers_new (GstVowelLlm *llm);
void llm_answers_free (LlmAnswers *answers);
/* Breaks off the one to @request, if there is one; all of them. */
void llm_answers_cancel (LlmAnswers *answers, GstVowelChatRequest *request);
void llm_answers_stop (LlmAnswers *answers);

/* An answer has failed.  TRUE: it is worth to be asked for again at once. */
typedef gboolean (*LlmAnswerFailedFunc) (
    GstVowelLlm *llm, GstVowelChatRequest *request, gpointer stream);

/* @server names who answers, in errors; @api_key: (nullable): is taken out of
 * them; @http: (transfer full): the request, still without a body.
 * (transfer none): until it is over */
LlmAnswer *llm_answer_new (LlmAnswers *answers, GstVowelChatRequest *request,
    const gchar *server, const gchar *api_key, GstVowelHttpRequest *http);
void llm_answer_set_failed_func (LlmAnswer *answer, LlmAnswerFailedFunc func);
/* For the reader of the answer, whose user data is the answer. */
extern const LlmStreamCallbacks llm_answer_callbacks;
/* Sends @body.  @stream: (transfer full): reads what comes. */
void llm_answer_start (LlmAnswer *answer, const LlmStreamClass *klass,
    gpointer stream, GBytes *body);

G_END_DECLS
