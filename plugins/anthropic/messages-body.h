/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelchat.h>

G_BEGIN_DECLS

/**
 * MessagesBodyOptions:
 * @model: the service's name of it
 * @max_tokens: the limit of a request that has none: the service wants one
 * @reasoning_effort: (nullable): how much to think; `none` for not at all
 */
typedef struct {
  const gchar *model;
  guint max_tokens;
  const gchar *reasoning_effort;
} MessagesBodyOptions;

/* A request of the Messages API, for an answer in a stream. (transfer full) */
GBytes *messages_body_new (
    const GstVowelChatRequest *request, const MessagesBodyOptions *options);

G_END_DECLS
