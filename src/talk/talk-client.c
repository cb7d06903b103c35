/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "talk-client.h"

#include <gst/vowel/gstvoweljson.h>
#include <libsoup/soup.h>

#include <string.h>

/* A server may send a whole sentence of audio in one message. */
#define MAX_MESSAGE_SIZE (16 * 1024 * 1024)
#define KEEPALIVE_SECONDS 20

struct _VowelTalkClient {
  GObject parent_instance;

  gchar *uri;
  gboolean unpaced;
  gchar *key;
  gchar *model;
  gchar *voice;
  gchar *instructions;
  VowelTalkCallbacks callbacks;
  gpointer user_data;

  SoupSession *soup;
  SoupWebsocketConnection *socket;
  GCancellable *cancellable;
  gboolean configured;
  gboolean refused; /* asked while the server spoke of its own accord */
  gboolean closed;
};

G_DEFINE_FINAL_TYPE (VowelTalkClient, vowel_talk_client, G_TYPE_OBJECT)

static void
vowel_talk_client_dispose (GObject *object)
{
  VowelTalkClient *self = VOWEL_TALK_CLIENT (object);

  g_cancellable_cancel (self->cancellable);
  if (self->socket != NULL)
    g_signal_handlers_disconnect_by_data (self->socket, self);
  g_clear_object (&self->socket);
  g_clear_object (&self->soup);

  G_OBJECT_CLASS (vowel_talk_client_parent_class)->dispose (object);
}

static void
vowel_talk_client_finalize (GObject *object)
{
  VowelTalkClient *self = VOWEL_TALK_CLIENT (object);

  g_free (self->uri);
  g_free (self->key);
  g_free (self->model);
  g_free (self->voice);
  g_free (self->instructions);
  g_clear_object (&self->cancellable);

  G_OBJECT_CLASS (vowel_talk_client_parent_class)->finalize (object);
}

static void
vowel_talk_client_class_init (VowelTalkClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vowel_talk_client_dispose;
  object_class->finalize = vowel_talk_client_finalize;
}

static void
vowel_talk_client_init (VowelTalkClient *self)
{
  self->cancellable = g_cancellable_new ();
}

VowelTalkClient *
vowel_talk_client_new (const gchar *uri, const gchar *key,
    const VowelTalkCallbacks *callbacks, gpointer user_data)
{
  VowelTalkClient *self = g_object_new (VOWEL_TYPE_TALK_CLIENT, NULL);

  self->uri = g_strdup (uri);
  self->key = g_strdup (key);
  self->callbacks = *callbacks;
  self->user_data = user_data;
  return self;
}

void
vowel_talk_client_set_session (VowelTalkClient *self, const gchar *model,
    const gchar *voice, const gchar *instructions)
{
  self->model = g_strdup (model);
  self->voice = g_strdup (voice);
  self->instructions = g_strdup (instructions);
}

void
vowel_talk_client_set_unpaced (VowelTalkClient *self)
{
  self->unpaced = TRUE;
}

static void
report_closed (VowelTalkClient *self, const GError *error)
{
  if (self->closed)
    return;
  self->closed = TRUE;
  self->callbacks.closed (error, self->user_data);
}

static void
send_event (VowelTalkClient *self, JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree gchar *text = json_to_string (root, FALSE);

  if (self->socket != NULL
      && soup_websocket_connection_get_state (self->socket)
             == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_text (self->socket, text);
}

static JsonBuilder *
begin_event (const gchar *type)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "type");
  json_builder_add_string_value (builder, type);
  return builder;
}

static void
add_string (JsonBuilder *builder, const gchar *name, const gchar *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
begin_member (JsonBuilder *builder, const gchar *name)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_object (builder);
}

static void
add_format (JsonBuilder *builder)
{
  begin_member (builder, "format");
  add_string (builder, "type", "audio/pcm");
  json_builder_set_member_name (builder, "rate");
  json_builder_add_int_value (builder, VOWEL_TALK_RATE);
  json_builder_end_object (builder);
}

static void
send_session_update (VowelTalkClient *self)
{
  g_autoptr (JsonBuilder) builder = begin_event ("session.update");

  begin_member (builder, "session");
  add_string (builder, "type", "realtime");
  if (self->model != NULL)
    add_string (builder, "model", self->model);
  if (self->instructions != NULL)
    add_string (builder, "instructions", self->instructions);
  begin_member (builder, "audio");
  begin_member (builder, "input");
  add_format (builder);
  begin_member (builder, "transcription");
  json_builder_end_object (builder);
  begin_member (builder, "turn_detection");
  add_string (builder, "type", "server_vad");
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  begin_member (builder, "output");
  add_format (builder);
  if (self->voice != NULL)
    add_string (builder, "voice", self->voice);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  send_event (self, builder);
}

static void
request_response (VowelTalkClient *self)
{
  g_autoptr (JsonBuilder) builder = begin_event ("response.create");

  json_builder_end_object (builder);
  send_event (self, builder);
}

static const gchar *
get_string (JsonObject *object, const gchar *name)
{
  return json_object_get_string_member_with_default (object, name, "");
}

static JsonObject *
get_object (JsonObject *object, const gchar *name)
{
  JsonNode *node = json_object_get_member (object, name);

  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_node_get_object (node)
             : NULL;
}

/* (nullable): why a finished response is no answer */
static const gchar *
get_failure (JsonObject *event)
{
  JsonObject *response = get_object (event, "response");
  JsonObject *details, *error;

  if (response == NULL
      || g_strcmp0 (get_string (response, "status"), "failed") != 0)
    return NULL;
  details = get_object (response, "status_details");
  error = details != NULL ? get_object (details, "error") : NULL;
  return error != NULL ? get_string (error, "message") : "no reason given";
}

/* Who speaks into an answer gets another one. */
static gboolean
is_interrupted (JsonObject *event)
{
  JsonObject *response = get_object (event, "response");
  JsonObject *details =
      response != NULL ? get_object (response, "status_details") : NULL;

  return details != NULL
         && g_strcmp0 (get_string (details, "reason"), "turn_detected") == 0;
}

/* A server that greets may be at it when it is asked. */
static gboolean
is_too_early (JsonObject *error)
{
  return error != NULL
         && g_str_equal (get_string (error, "code"),
             "conversation_already_has_active_response");
}

static void
handle_end_of_response (VowelTalkClient *self, JsonObject *event)
{
  if (self->refused) {
    self->refused = FALSE;
    self->callbacks.greeted (self->user_data);
    request_response (self);
  } else if (!is_interrupted (event)) {
    self->callbacks.done (get_failure (event), self->user_data);
  }
}

static void
handle_event (VowelTalkClient *self, const gchar *type, JsonObject *event)
{
  const VowelTalkCallbacks *callbacks = &self->callbacks;

  if (g_str_equal (type, "session.created")) {
    send_session_update (self);
  } else if (g_str_equal (type, "session.updated")) {
    if (!self->configured) {
      self->configured = TRUE;
      callbacks->ready (self->user_data);
    }
  } else if (g_str_equal (type, "input_audio_buffer.speech_started")) {
    callbacks->speech_started (self->user_data);
  } else if (g_str_equal (type, "input_audio_buffer.speech_stopped")) {
    callbacks->speech_stopped (self->user_data);
  } else if (g_str_equal (type,
                 "conversation.item.input_audio_transcription.completed")) {
    callbacks->user_text (get_string (event, "transcript"), self->user_data);
  } else if (g_str_equal (type, "response.output_audio_transcript.delta")
             || g_str_equal (type, "response.output_text.delta")) {
    callbacks->assistant_text (get_string (event, "delta"), self->user_data);
  } else if (g_str_equal (type, "response.output_audio.delta")) {
    gsize size;
    guchar *data = g_base64_decode (get_string (event, "delta"), &size);
    g_autoptr (GBytes) audio = g_bytes_new_take (data, size);

    callbacks->assistant_audio (audio, self->user_data);
  } else if (g_str_equal (type, "response.done")) {
    handle_end_of_response (self, event);
  } else if (g_str_equal (type, "error")) {
    JsonObject *error = get_object (event, "error");

    if (is_too_early (error))
      self->refused = TRUE;
    else
      callbacks->done (error != NULL ? get_string (error, "message") : type,
          self->user_data);
  }
}

static void
on_message (SoupWebsocketConnection *socket, gint data_type, GBytes *message,
    VowelTalkClient *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = NULL;
  const gchar *text;
  gsize size;

  text = g_bytes_get_data (message, &size);
  root = gst_vowel_json_parse (text, size, MAX_MESSAGE_SIZE, &error);
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_autoptr (GError) bad = g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
        "the server sent something that is not an event: %s",
        error != NULL ? error->message : "not an object");

    report_closed (self, bad);
    return;
  }
  handle_event (self, get_string (json_node_get_object (root), "type"),
      json_node_get_object (root));
}

static void
on_closed (SoupWebsocketConnection *socket, VowelTalkClient *self)
{
  const gchar *reason = soup_websocket_connection_get_close_data (socket);
  gushort code = soup_websocket_connection_get_close_code (socket);
  g_autoptr (GError) error = NULL;

  if (code == 0)
    error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CONNECTION_CLOSED,
        "the connection to the server broke off");
  else
    error = g_error_new (G_IO_ERROR, G_IO_ERROR_CLOSED,
        "the server closed the connection (code %u%s%s)", code,
        reason != NULL && *reason != '\0' ? ": " : "",
        reason != NULL ? reason : "");
  report_closed (self, error);
}

/* libsoup says of any refusal only that it was one. */
static void
explain_refusal (VowelTalkClient *self, SoupMessage *message, GError **error)
{
  guint status = message != NULL ? soup_message_get_status (message) : 0;

  if (status == SOUP_STATUS_UNAUTHORIZED || status == SOUP_STATUS_FORBIDDEN) {
    g_clear_error (error);
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED,
        "the server refuses %s: give the right one with --key, or in API_KEY",
        self->key != NULL ? "this key" : "to talk without a key");
  } else if (status >= SOUP_STATUS_BAD_REQUEST) {
    g_clear_error (error);
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
        "the server answered %u %s", status,
        soup_message_get_reason_phrase (message));
  }
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VowelTalkClient) self = user_data;
  g_autoptr (GError) error = NULL;
  SoupWebsocketConnection *socket;

  socket = soup_session_websocket_connect_finish (
      SOUP_SESSION (source), result, &error);
  if (socket == NULL) {
    if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED)) {
      explain_refusal (self,
          soup_session_get_async_result_message (SOUP_SESSION (source), result),
          &error);
      g_prefix_error (&error, "cannot connect to %s: ", self->uri);
      report_closed (self, error);
    }
    return;
  }

  self->socket = socket;
  soup_websocket_connection_set_max_incoming_payload_size (
      socket, MAX_MESSAGE_SIZE);
  soup_websocket_connection_set_keepalive_interval (socket, KEEPALIVE_SECONDS);
  g_signal_connect (socket, "message", G_CALLBACK (on_message), self);
  g_signal_connect (socket, "closed", G_CALLBACK (on_closed), self);
}

/* An extension of vowel-gst; other servers pay no heed to it. */
static void
ask_for_all_speech_at_once (SoupMessage *message)
{
  GUri *uri = soup_message_get_uri (message);
  const gchar *query = g_uri_get_query (uri);
  g_autofree gchar *extended = NULL;
  g_autoptr (GUri) changed = NULL;

  if (query != NULL && strstr (query, "output_lead_ms=") != NULL)
    return;
  extended = g_strconcat (query != NULL ? query : "",
      query != NULL && *query != '\0' ? "&" : "", "output_lead_ms=0", NULL);
  changed = soup_uri_copy (uri, SOUP_URI_QUERY, extended, SOUP_URI_NONE);
  soup_message_set_uri (message, changed);
}

void
vowel_talk_client_connect (VowelTalkClient *self)
{
  g_autoptr (SoupMessage) message = soup_message_new ("GET", self->uri);

  if (message == NULL) {
    g_autoptr (GError) error =
        g_error_new (G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT,
            "\"%s\" is not an address like ws://127.0.0.1:8787/v1/realtime",
            self->uri);

    report_closed (self, error);
    return;
  }
  if (self->unpaced)
    ask_for_all_speech_at_once (message);
  if (self->key != NULL) {
    g_autofree gchar *bearer = g_strconcat ("Bearer ", self->key, NULL);

    soup_message_headers_append (
        soup_message_get_request_headers (message), "Authorization", bearer);
  }
  self->soup = soup_session_new ();
  soup_session_websocket_connect_async (self->soup, message, NULL, NULL,
      G_PRIORITY_DEFAULT, self->cancellable, on_connected, g_object_ref (self));
}

void
vowel_talk_client_send_text (VowelTalkClient *self, const gchar *text)
{
  g_autoptr (JsonBuilder) item = begin_event ("conversation.item.create");

  begin_member (item, "item");
  add_string (item, "type", "message");
  add_string (item, "role", "user");
  json_builder_set_member_name (item, "content");
  json_builder_begin_array (item);
  json_builder_begin_object (item);
  add_string (item, "type", "input_text");
  add_string (item, "text", text);
  json_builder_end_object (item);
  json_builder_end_array (item);
  json_builder_end_object (item);
  json_builder_end_object (item);
  send_event (self, item);
  request_response (self);
}

void
vowel_talk_client_send_audio (VowelTalkClient *self, GBytes *audio)
{
  g_autoptr (JsonBuilder) builder = begin_event ("input_audio_buffer.append");
  gsize size;
  const guchar *data = g_bytes_get_data (audio, &size);
  g_autofree gchar *base64 = g_base64_encode (data, size);

  add_string (builder, "audio", base64);
  json_builder_end_object (builder);
  send_event (self, builder);
}

void
vowel_talk_client_close (VowelTalkClient *self)
{
  self->closed = TRUE;
  g_cancellable_cancel (self->cancellable);
  if (self->socket != NULL
      && soup_websocket_connection_get_state (self->socket)
             == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (
        self->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
}
