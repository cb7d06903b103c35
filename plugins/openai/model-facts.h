/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-endpoint.h"

G_BEGIN_DECLS

/*
 * ModelFacts: what a server says about one of its models that speak
 * (`GET /models/MODEL`): the rate of bare samples, and the voices. It is asked
 * once for a worker, and again for a later element when it did not answer.
 * Worker thread; they live as long as the worker.
 */
typedef struct _ModelFacts ModelFacts;

typedef void (*ModelFactsFunc) (gpointer user_data);

ModelFacts *model_facts_get (
    GstVowelWorker *worker, const OpenaiTarget *target, const gchar *model);
/* Whether it is of use to wait for them. */
gboolean model_facts_are_coming (ModelFacts *facts);
/* 0: the server does not say. */
gint model_facts_get_rate (ModelFacts *facts);
/* (nullable): the server does not say */
const gchar *const *model_facts_get_voices (ModelFacts *facts);
/* Calls @func once they are not coming any more. */
void model_facts_watch (
    ModelFacts *facts, ModelFactsFunc func, gpointer user_data);
void model_facts_unwatch (ModelFacts *facts, gpointer user_data);

G_END_DECLS
