/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "speech-events.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

#include "remote-error.h"
#include "sse-parser.h"

#define MAX_EVENT (1024 * 1024)

typedef struct {
  gchar *provider;
  SseParser *parser;
  GPtrArray *audio; /* borrowed, while it parses */
  GError *error;
} Events;

static gboolean
on_event (const gchar *event, const gchar *data, gsize size, gpointer user_data)
{
  Events *self = user_data;
  g_autoptr (JsonNode) root = NULL;
  const gchar *content;
  guchar *bytes;
  gsize n;

  if (g_str_has_prefix (data, "[DONE]"))
    return FALSE;
  root = gst_vowel_json_parse (data, size, MAX_EVENT, &self->error);
  if (root == NULL) {
    g_prefix_error (&self->error, "%s: ", self->provider);
    return FALSE;
  }
  self->error = remote_error_find (self->provider, event, 200, root, data);
  if (self->error != NULL)
    return FALSE;
  content = JSON_NODE_HOLDS_OBJECT (root) ? gst_vowel_json_get_string (
                json_node_get_object (root), "audio")
                                          : NULL;
  if (content != NULL) {
    bytes = g_base64_decode (content, &n);
    g_ptr_array_add (self->audio, g_bytes_new_take (bytes, n));
  }
  return TRUE;
}

static gpointer
events_new (const gchar *provider)
{
  Events *self = g_new0 (Events, 1);

  self->provider = g_strdup (provider);
  self->parser = sse_parser_new (on_event, self);
  return self;
}

static void
events_free (gpointer envelope)
{
  Events *self = envelope;

  sse_parser_free (self->parser);
  g_clear_error (&self->error);
  g_free (self->provider);
  g_free (self);
}

static gboolean
events_feed (gpointer envelope, const guint8 *data, gsize size,
    GPtrArray *audio, GError **error)
{
  Events *self = envelope;

  self->audio = audio;
  if (!sse_parser_feed (self->parser, data, size, error)) {
    g_prefix_error (error, "%s: ", self->provider);
    return FALSE;
  }
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

static gboolean
events_end (gpointer envelope, GPtrArray *audio, GError **error)
{
  Events *self = envelope;

  self->audio = audio;
  sse_parser_end (self->parser);
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

const SpeechEnvelope speech_events = {
    .new = events_new,
    .free = events_free,
    .feed = events_feed,
    .end = events_end,
};
