/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "checked-transport.h"

#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

struct _CheckedTransport {
  GObject parent;

  CheckedProtocol protocol;
  guint index;
  gboolean print;
  gboolean begun; /* Vatel's and Voicex's */
  gboolean ended;
  guint n_files; /* Voicex's: since the last end of a reply */
  gboolean joined;
  gboolean closed;

  GHashTable *event_ids;
  GPtrArray *items; /* ids */
  GPtrArray *calls;
  GPtrArray *responses;
  GHashTable *running; /* ids of responses that are not done */
};

static void checked_transport_iface_init (VowelTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (CheckedTransport, checked_transport,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_TRANSPORT, checked_transport_iface_init))

#define expect(condition, text)                                                \
  G_STMT_START                                                                 \
  {                                                                            \
    if (!(condition))                                                          \
      g_error ("%s: %s", #condition, text);                                    \
  }                                                                            \
  G_STMT_END

static const gchar *
get_string (JsonObject *object, const gchar *key)
{
  return json_object_get_string_member_with_default (object, key, NULL);
}

static void
check_response (CheckedTransport *self, const gchar *type, JsonObject *event,
    const gchar *text)
{
  JsonObject *response;
  const gchar *id;

  if (!g_str_equal (type, "response.created")
      && !g_str_equal (type, "response.done")) {
    id = get_string (event, "response_id");
    expect (id != NULL, text);
    expect (self->joined || g_hash_table_contains (self->running, id), text);
    return;
  }

  response = json_object_get_object_member (event, "response");
  id = get_string (response, "id");
  expect (id != NULL, text);
  if (g_str_equal (type, "response.done")) {
    expect (g_hash_table_remove (self->running, id) || self->joined, text);
    return;
  }
  expect (!g_ptr_array_find_with_equal_func (
              self->responses, id, g_str_equal, NULL),
      text);
  g_ptr_array_add (self->responses, g_strdup (id));
  g_hash_table_add (self->running, g_strdup (id));
}

static void
note_item (CheckedTransport *self, JsonObject *item, const gchar *text)
{
  const gchar *id = get_string (item, "id");
  const gchar *call_id = get_string (item, "call_id");

  expect (id != NULL, text);
  expect (
      !g_ptr_array_find_with_equal_func (self->items, id, g_str_equal, NULL),
      text);
  g_ptr_array_add (self->items, g_strdup (id));
  if (call_id != NULL)
    g_ptr_array_add (self->calls, g_strdup (call_id));
}

static void
check_openai (CheckedTransport *self, JsonObject *event, const gchar *text)
{
  const gchar *type = get_string (event, "type");
  const gchar *event_id = get_string (event, "event_id");

  expect (type != NULL && event_id != NULL, text);
  expect (g_hash_table_add (self->event_ids, g_strdup (event_id)), text);

  if (g_str_has_prefix (type, "response."))
    check_response (self, type, event, text);
  if (g_str_equal (type, "conversation.item.added")
      || g_str_equal (type, "conversation.item.created"))
    note_item (self, json_object_get_object_member (event, "item"), text);
}

static void
check_twilio (CheckedTransport *self, JsonObject *event, const gchar *text)
{
  static const gchar *const types[] = {"media", "mark", "clear", NULL};
  const gchar *type = get_string (event, "event");
  gboolean is_clear = g_strcmp0 (type, "clear") == 0;

  expect (type != NULL && g_strv_contains (types, type), text);
  expect (get_string (event, "streamSid") != NULL, text);
  expect (json_object_get_size (event) == (is_clear ? 2 : 3), text);
  expect (
      is_clear || json_object_get_object_member (event, type) != NULL, text);
  /* Names of marks. */
  if (g_str_equal (type, "mark"))
    expect (g_hash_table_add (self->event_ids,
                g_strdup (get_string (
                    json_object_get_object_member (event, type), "name"))),
        text);
}

static void
check_vatel (CheckedTransport *self, JsonObject *event, const gchar *text)
{
  static const gchar *const types[] = {"session_started", "response_audio",
      "response_text", "input_audio_transcript", "speech_started",
      "speech_stopped", "interruption", "tool_call", "session_ended", NULL};
  const gchar *type = get_string (event, "type");
  JsonObject *data = json_object_get_object_member (event, "data");

  expect (type != NULL && g_strv_contains (types, type), text);
  expect (data != NULL && json_object_get_size (event) == 2, text);
  expect (!self->ended, text);
  self->ended = g_str_equal (type, "session_ended");
  /* One that could not begin ends. */
  expect (self->ended || self->begun != g_str_equal (type, "session_started"),
      text);
  self->begun = TRUE;
  if (g_str_equal (type, "tool_call"))
    g_ptr_array_add (self->calls, g_strdup (get_string (data, "toolCallId")));
}

static void
check_voicex (CheckedTransport *self, JsonObject *event, const gchar *text)
{
  static const gchar *const types[] = {"connected", "transcript", "audioEnd",
      "audioStop", "error", "pong", NULL};
  const gchar *type = get_string (event, "type");

  expect (type != NULL && g_strv_contains (types, type), text);
  if (g_str_equal (type, "connected")) {
    expect (!self->begun, text);
    self->begun = TRUE;
  }
  /* Before the session has begun. */
  expect (
      self->begun || g_str_equal (type, "pong") || g_str_equal (type, "error"),
      text);
  expect (self->n_files > 0 || !g_str_equal (type, "audioEnd"), text);
  if (g_str_has_prefix (type, "audio"))
    self->n_files = 0;
}

static void
checked_transport_send_text (
    VowelTransport *transport, const gchar *text, gsize length)
{
  CheckedTransport *self = CHECKED_TRANSPORT (transport);
  g_autofree gchar *copy = g_strndup (text, length);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  expect (!self->closed, copy);
  expect (memchr (text, '\n', length) == NULL, copy);
  expect (g_utf8_validate_len (text, length, NULL), copy);
  if (self->print)
    printf ("{\"on\":%u,\"event\":%s}\n", self->index, copy);

  node = json_from_string (copy, &error);
  g_assert_no_error (error);
  expect (node != NULL && JSON_NODE_HOLDS_OBJECT (node), copy);
  if (self->protocol == CHECKED_PROTOCOL_VATEL)
    check_vatel (self, json_node_get_object (node), copy);
  else if (self->protocol == CHECKED_PROTOCOL_TWILIO)
    check_twilio (self, json_node_get_object (node), copy);
  else if (self->protocol == CHECKED_PROTOCOL_VOICEX)
    check_voicex (self, json_node_get_object (node), copy);
  else
    check_openai (self, json_node_get_object (node), copy);
}

static void
checked_transport_send_binary (VowelTransport *transport, GBytes *bytes)
{
  CheckedTransport *self = CHECKED_TRANSPORT (transport);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);

  expect (self->protocol == CHECKED_PROTOCOL_VOICEX,
      "the protocol has no binary messages");
  expect (!self->closed && self->begun, "audio of no session");
  expect (length > 192 && length % 192 == 0, "no MP3 file of ours");
  self->n_files++;
  if (self->print) {
    g_autofree gchar *base64 = g_base64_encode (data, length);

    printf ("{\"on\":%u,\"binary\":\"%s\"}\n", self->index, base64);
  }
}

static void
checked_transport_close (
    VowelTransport *transport, guint16 code, const gchar *reason)
{
  CheckedTransport *self = CHECKED_TRANSPORT (transport);

  expect (!self->closed, "closed twice");
  expect (g_utf8_validate (reason, -1, NULL), "the reason is not UTF-8");
  expect (self->protocol != CHECKED_PROTOCOL_VATEL || self->ended,
      "closed without session_ended");
  self->closed = TRUE;
  if (self->print)
    printf ("{\"on\":%u,\"close\":{\"code\":%u}}\n", self->index, code);
}

static void
checked_transport_iface_init (VowelTransportInterface *iface)
{
  iface->send_text = checked_transport_send_text;
  iface->send_binary = checked_transport_send_binary;
  iface->close = checked_transport_close;
}

static void
checked_transport_init (CheckedTransport *self)
{
  self->event_ids =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->running = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->items = g_ptr_array_new_with_free_func (g_free);
  self->calls = g_ptr_array_new_with_free_func (g_free);
  self->responses = g_ptr_array_new_with_free_func (g_free);
}

static void
checked_transport_finalize (GObject *object)
{
  CheckedTransport *self = CHECKED_TRANSPORT (object);

  g_hash_table_unref (self->event_ids);
  g_hash_table_unref (self->running);
  g_ptr_array_unref (self->items);
  g_ptr_array_unref (self->calls);
  g_ptr_array_unref (self->responses);
  G_OBJECT_CLASS (checked_transport_parent_class)->finalize (object);
}

static void
checked_transport_class_init (CheckedTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = checked_transport_finalize;
}

CheckedTransport *
checked_transport_new (
    CheckedProtocol protocol, guint index, gboolean joined, gboolean print)
{
  CheckedTransport *self = g_object_new (CHECKED_TYPE_TRANSPORT, NULL);

  self->protocol = protocol;
  self->joined = joined;
  self->index = index;
  self->print = print;
  return self;
}

gboolean
checked_transport_is_closed (CheckedTransport *self)
{
  return self->closed;
}

static const gchar *
get_id (GPtrArray *ids, guint index)
{
  return ids->len > 0 ? g_ptr_array_index (ids, MIN (index, ids->len - 1))
                      : NULL;
}

const gchar *
checked_transport_get_item (CheckedTransport *self, guint index)
{
  return get_id (self->items, index);
}

const gchar *
checked_transport_get_response (CheckedTransport *self, guint index)
{
  return get_id (self->responses, index);
}

const gchar *
checked_transport_get_call (CheckedTransport *self, guint index)
{
  return get_id (self->calls, index);
}

void
checked_transport_finish (CheckedTransport *self)
{
  GHashTableIter iter;
  gpointer id;

  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    g_error ("response %s was never done", (const gchar *) id);
}
