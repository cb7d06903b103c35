/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a service says over the WebSocket on which it speaks. */

#include "config.h"

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

#include "speech-socket-priv.h"

#define GST_CAT_DEFAULT speech_voice_debug

#define MAX_MESSAGE (16 * 1024 * 1024)
#define MAX_REASON_CHARS 300

static void
take_samples (
    SpeechSocket *self, SpeechContext *context, const guint8 *data, gsize size)
{
  g_autoptr (GByteArray) samples = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;
  gint rate;

  if (context->job == NULL)
    return;
  if (!speech_decoder_feed (context->decoder, data, size, samples, &error)) {
    g_prefix_error (&error, "%s: ", self->address.provider);
    speech_context_stop (self, context);
    speech_context_fail (self, context, 0, -1, error);
    speech_socket_pump (self);
    return;
  }
  if (samples->len == 0)
    return;
  context->received += samples->len / sizeof (gint16);
  speech_context_watch_end (self, context);
  rate = speech_decoder_get_rate (context->decoder);
  gst_vowel_tts_set_rate (self->tts, rate);
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&samples));
  gst_vowel_tts_push_audio (
      self->tts, context->job, gst_buffer_new_wrapped_bytes (bytes));
}

/* (nullable): NULL for an element that is no string */
static const gchar *
get_symbol (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

static gdouble
get_start (JsonArray *array, guint i)
{
  JsonNode *node = json_array_get_element (array, i);

  return JSON_NODE_HOLDS_VALUE (node) ? json_node_get_double (node) : 0;
}

/* A time that nobody can mean tells nothing. */
#define MAX_START 3600.0

static void
take_marks (
    SpeechSocket *self, SpeechContext *context, const SpeechReply *reply)
{
  guint64 base = reply->by_chunk ? context->received : 0;
  guint n;

  if (context->job == NULL || reply->symbols == NULL || reply->starts == NULL)
    return;
  n = MIN (json_array_get_length (reply->symbols),
      json_array_get_length (reply->starts));
  for (guint i = 0; i < n; i++) {
    const gchar *symbol = get_symbol (reply->symbols, i);
    gdouble start = get_start (reply->starts, i) * reply->unit;
    gint offset;

    if (symbol == NULL || !(start >= 0 && start < MAX_START))
      continue;
    offset = reply->by_character
                 ? speech_cursor_match (&context->cursor, symbol)
                 : speech_cursor_find_word (&context->cursor, symbol);
    if (offset >= 0)
      gst_vowel_tts_mark (self->tts, context->job, offset,
          base + (guint64) (start * context->rate));
  }
}

static GError *
make_error (SpeechSocket *self, guint status, const gchar *reason)
{
  GError *error =
      gst_vowel_error_from_http (self->address.provider, status, NULL);
  g_autofree gchar *clean =
      g_utf8_make_valid (reason != NULL ? reason : "gave no reason", -1);

  if (g_utf8_strlen (clean, -1) > MAX_REASON_CHARS)
    *g_utf8_offset_to_pointer (clean, MAX_REASON_CHARS) = '\0';
  g_free (error->message);
  error->message =
      g_strdup_printf ("%s: %s", self->address.provider, g_strstrip (clean));
  return error;
}

static void
take_failure (
    SpeechSocket *self, SpeechContext *context, const SpeechReply *reply)
{
  g_autoptr (GError) error = make_error (self, reply->status, reply->reason);

  if (reply->status == 429)
    speech_socket_exhaust (self);
  /* Of a connection without names nobody knows what it would say next. */
  if (context == NULL || !speech_socket_has_names (self)) {
    speech_socket_fail (self, reply->status, -1, error);
    return;
  }
  speech_context_forget (context);
  speech_context_fail (self, context, reply->status, -1, error);
  speech_socket_pump (self);
}

static void
take_end (SpeechSocket *self, SpeechContext *context, const SpeechReply *reply)
{
  g_autoptr (GError) error = NULL;

  if (context->state == SPEECH_CONTEXT_STOPPING) {
    if (reply->stopped)
      speech_context_forget (context);
  } else {
    speech_context_forget (context);
  }
  if (reply->end || context->received > 0) {
    speech_context_finish (self, context);
  } else {
    error = make_error (self, 500, "ended the text before it was spoken");
    speech_context_fail (self, context, 0, -1, error);
  }
  speech_socket_pump (self);
}

static void
handle (SpeechSocket *self, const SpeechReply *reply)
{
  g_autoptr (SpeechContext) context = speech_socket_find (self, reply->context);

  if (context != NULL)
    g_rc_box_acquire (context);
  if (reply->status != 0) {
    /* Of one that is forgotten there is nothing to fail. */
    if (reply->context == NULL || !speech_socket_has_names (self)
        || context != NULL)
      take_failure (self, context, reply);
    return;
  }
  if (context == NULL)
    return;
  take_marks (self, context, reply);
  if (reply->audio != NULL) {
    gsize size;
    g_autofree guchar *data = g_base64_decode (reply->audio, &size);

    speech_decoder_begin_message (context->decoder);
    take_samples (self, context, data, size);
  }
  if (context->socket == NULL)
    return;
  if (reply->end || reply->stopped)
    take_end (self, context, reply);
  else if (context->state == SPEECH_CONTEXT_SPEAKING
           && (reply->spoken
               || (reply->by_character
                   && speech_cursor_is_at_end (&context->cursor))))
    speech_context_close (self, context);
}

void
speech_socket_take_text (
    WsClient *client, const gchar *text, gsize size, gpointer user_data)
{
  SpeechSocket *self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root =
      gst_vowel_json_parse (text, size, MAX_MESSAGE, &error);
  SpeechReply reply = {0};

  self->heard = gst_vowel_worker_get_time (self->worker);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    if (error == NULL)
      error = g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
          "the message is no object");
    g_prefix_error (&error, "%s: ", self->address.provider);
    speech_socket_fail (self, 0, -1, error);
    return;
  }
  self->protocol->read (json_node_get_object (root), &reply);
  handle (self, &reply);
}

void
speech_socket_take_audio (
    WsClient *client, const guint8 *data, gsize size, gpointer user_data)
{
  SpeechSocket *self = user_data;
  g_autoptr (SpeechContext) context = NULL;

  self->heard = gst_vowel_worker_get_time (self->worker);
  /* Without a name it can only be of the one. */
  if (speech_socket_has_names (self)
      || (context = speech_socket_find (self, NULL)) == NULL)
    return;
  g_rc_box_acquire (context);
  take_samples (self, context, data, size);
}
