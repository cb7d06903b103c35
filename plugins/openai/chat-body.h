/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-profile.h"

#include <gst/vowel/gstvowelchat.h>

G_BEGIN_DECLS

/**
 * ChatBodyOptions:
 * @profile: the kind of server
 * @model: the model
 * @reasoning_effort: (nullable): as the user has set it
 * @max_temperature: no more than that, whatever is asked; 2 for no limit
 * @frequency_penalty, @presence_penalty: -2 to 2; 0 for none
 * @repetition_penalty: OpenRouter's, up to 2; 0 for none
 * @service_tier, @prompt_cache_key, @verbosity: (nullable): as they are
 * @routing: (nullable): OpenRouter's, a JSON object
 * @routing_order: (nullable): its `order`, where it has none, separated by
 *   commas
 * @fallback_models: (nullable): OpenRouter's, separated by commas
 *
 * What goes into a request besides what is asked.
 */
typedef struct {
  const OpenaiProfile *profile;
  const gchar *model;
  const gchar *reasoning_effort;
  gdouble max_temperature;
  gdouble frequency_penalty;
  gdouble presence_penalty;
  gdouble repetition_penalty;
  const gchar *service_tier;
  const gchar *prompt_cache_key;
  const gchar *verbosity;
  const gchar *routing;
  const gchar *routing_order;
  const gchar *fallback_models;
} ChatBodyOptions;

/* Whether @routing is what it should be. */
gboolean chat_body_check_routing (const gchar *routing, GError **error);
/* @request as the JSON of a streamed chat completion. */
GBytes *chat_body_new (
    const GstVowelChatRequest *request, const ChatBodyOptions *options);

G_END_DECLS
