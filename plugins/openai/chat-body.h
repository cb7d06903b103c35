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
 *
 * What goes into a request besides what is asked.
 */
typedef struct {
  const OpenaiProfile *profile;
  const gchar *model;
  const gchar *reasoning_effort;
  gdouble max_temperature;
} ChatBodyOptions;

/* @request as the JSON of a streamed chat completion. */
GBytes *chat_body_new (
    const GstVowelChatRequest *request, const ChatBodyOptions *options);

G_END_DECLS
