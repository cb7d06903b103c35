/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "resumable.h"

#include "session/item.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define MAX_KEPT_BYTES (4 * 1024 * 1024)
#define EVENT_ID_KEY "\"event_id\":\""

#define CLOSE_ABNORMAL 1006
#define CLOSE_REFUSED 4000

/* An event that was sent, or was to be. */
typedef struct {
  GBytes *text;
  gchar *event_id; /* (nullable) */
} Kept;

struct _VowelResumable {
  GObject parent;

  /* The worker. */
  GstVowelWorker *worker;
  gchar *token;
  guint window_ms;
  VowelFace *face;           /* (nullable) */
  VowelTransport *transport; /* (nullable): the connection, while there is */
  VowelResumableCallbacks callbacks;
  gpointer user_data;
  GQueue kept; /* Kept, oldest first */
  gsize kept_bytes;
  gboolean dropped; /* the oldest are not kept any more */
  gboolean closed;  /* by the face */
  gboolean over;
  GstVowelTimer *timer; /* (nullable): while somebody is waited for */
};

static void vowel_resumable_transport_init (VowelTransportInterface *iface);
static void vowel_resumable_face_init (VowelFaceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelResumable, vowel_resumable, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_TRANSPORT, vowel_resumable_transport_init)
        G_IMPLEMENT_INTERFACE (VOWEL_TYPE_FACE, vowel_resumable_face_init))

static void
kept_free (Kept *kept)
{
  g_bytes_unref (kept->text);
  g_free (kept->event_id);
  g_free (kept);
}

/* The event's own id comes last; whatever is quoted inside is escaped. */
static gchar *
find_event_id (const gchar *text, gsize length)
{
  const gchar *key = g_strrstr_len (text, length, EVENT_ID_KEY);
  const gchar *id, *end;

  if (key == NULL)
    return NULL;
  id = key + strlen (EVENT_ID_KEY);
  end = memchr (id, '"', text + length - id);
  return end != NULL ? g_strndup (id, end - id) : NULL;
}

static void
keep (VowelResumable *self, const gchar *text, gsize length)
{
  Kept *kept = g_new0 (Kept, 1);

  kept->text = g_bytes_new (text, length);
  kept->event_id = find_event_id (text, length);
  g_queue_push_tail (&self->kept, kept);
  self->kept_bytes += length;
  while (self->kept_bytes > MAX_KEPT_BYTES) {
    Kept *oldest = g_queue_pop_head (&self->kept);

    self->kept_bytes -= g_bytes_get_size (oldest->text);
    self->dropped = TRUE;
    kept_free (oldest);
  }
}

/* What the face calls. */

static void
vowel_resumable_send_text (
    VowelTransport *transport, const gchar *text, gsize length)
{
  VowelResumable *self = VOWEL_RESUMABLE (transport);

  if (self->closed)
    return;
  keep (self, text, length);
  if (self->transport)
    vowel_transport_send_text (self->transport, text, length);
}

static void
vowel_resumable_send_binary (VowelTransport *transport, GBytes *bytes)
{
  VowelResumable *self = VOWEL_RESUMABLE (transport);

  if (self->transport && !self->closed)
    vowel_transport_send_binary (self->transport, bytes);
}

static void
leave (VowelResumable *self, guint16 code)
{
  g_autoptr (VowelFace) face = g_steal_pointer (&self->face);

  if (face)
    vowel_face_closed (face, code);
}

static void
tell_over (gpointer user_data)
{
  VowelResumable *self = user_data;

  if (self->over)
    return;
  self->over = TRUE;
  leave (self, CLOSE_ABNORMAL);
  if (self->callbacks.over)
    self->callbacks.over (self, self->user_data);
}

static void
stop_waiting (VowelResumable *self)
{
  if (self->timer)
    gst_vowel_worker_cancel_timer (self->worker, self->timer);
  self->timer = NULL;
}

static void
vowel_resumable_close (
    VowelTransport *transport, guint16 code, const gchar *reason)
{
  VowelResumable *self = VOWEL_RESUMABLE (transport);

  if (self->closed)
    return;
  self->closed = TRUE;
  if (self->transport) {
    vowel_transport_close (self->transport, code, reason);
    return;
  }
  stop_waiting (self);
  gst_vowel_worker_post (
      self->worker, tell_over, g_object_ref (self), g_object_unref);
}

static void
vowel_resumable_transport_init (VowelTransportInterface *iface)
{
  iface->send_text = vowel_resumable_send_text;
  iface->send_binary = vowel_resumable_send_binary;
  iface->close = vowel_resumable_close;
}

/* What the connection calls. */

static void
vowel_resumable_receive_text (VowelFace *face, const gchar *text, gsize length)
{
  VowelResumable *self = VOWEL_RESUMABLE (face);

  if (self->face)
    vowel_face_receive_text (self->face, text, length);
}

static void
vowel_resumable_receive_binary (
    VowelFace *face, const guint8 *data, gsize length)
{
  VowelResumable *self = VOWEL_RESUMABLE (face);

  if (self->face)
    vowel_face_receive_binary (self->face, data, length);
}

static void
on_window_closed (gpointer user_data)
{
  g_autoptr (VowelResumable) self = g_object_ref (user_data);

  self->timer = NULL;
  tell_over (self);
}

static void
tell_changed (VowelResumable *self)
{
  if (self->callbacks.changed)
    self->callbacks.changed (self, self->user_data);
}

/* A closing handshake says that the client wanted to go. */
static void
vowel_resumable_closed (VowelFace *face, guint16 code)
{
  g_autoptr (VowelResumable) self = g_object_ref (VOWEL_RESUMABLE (face));

  g_clear_object (&self->transport);
  if (self->closed || code != CLOSE_ABNORMAL) {
    leave (self, code);
    return;
  }
  self->timer = gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker) + self->window_ms * GST_MSECOND,
      on_window_closed, self);
  tell_changed (self);
}

static void
vowel_resumable_face_init (VowelFaceInterface *iface)
{
  iface->receive_text = vowel_resumable_receive_text;
  iface->receive_binary = vowel_resumable_receive_binary;
  iface->closed = vowel_resumable_closed;
}

/* Coming back. */

static JsonObject *
new_event (const gchar *type)
{
  JsonObject *event = json_object_new ();

  json_object_set_string_member (event, "type", type);
  return event;
}

/* Takes @event. */
static void
send_event (VowelTransport *transport, JsonObject *event)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree gchar *event_id = vowel_make_id ("event");
  g_autofree gchar *text = NULL;

  json_object_set_string_member (event, "event_id", event_id);
  json_node_take_object (node, event);
  text = json_to_string (node, FALSE);
  vowel_transport_send_text (transport, text, strlen (text));
}

void
vowel_resumable_announce (VowelResumable *self, const gchar *session_id)
{
  JsonObject *event = new_event ("session.resumable");

  json_object_set_string_member (event, "session_id", session_id);
  json_object_set_string_member (event, "resume_token", self->token);
  json_object_set_int_member (event, "window_ms", self->window_ms);
  send_event (VOWEL_TRANSPORT (self), event);
}

/* (nullable): the last event that the client has. */
static GList *
find_last (VowelResumable *self, const gchar *event_id)
{
  for (GList *l = self->kept.tail; l; l = l->prev)
    if (g_strcmp0 (((Kept *) l->data)->event_id, event_id) == 0)
      return l;
  return NULL;
}

gboolean
vowel_resumable_check (
    VowelResumable *self, const gchar *last_event_id, GError **error)
{
  if (self->face == NULL || self->closed || self->over) {
    g_set_error_literal (
        error, G_IO_ERROR, G_IO_ERROR_CLOSED, "The session is over.");
    return FALSE;
  }
  if (last_event_id ? find_last (self, last_event_id) == NULL : self->dropped) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
        "What came after %s%s is not kept any more.",
        last_event_id ? "event " : "the beginning",
        last_event_id ? last_event_id : "");
    return FALSE;
  }
  return TRUE;
}

void
vowel_resumable_resume (
    VowelResumable *self, VowelTransport *transport, const gchar *last_event_id)
{
  GList *l =
      last_event_id ? find_last (self, last_event_id)->next : self->kept.head;
  JsonObject *event = new_event ("session.reconnected");
  guint n = 0;

  stop_waiting (self);
  g_set_object (&self->transport, transport);
  for (; l; l = l->next, n++) {
    gsize length;
    const gchar *text = g_bytes_get_data (((Kept *) l->data)->text, &length);

    vowel_transport_send_text (transport, text, length);
  }
  json_object_set_int_member (event, "replayed", n);
  send_event (VOWEL_TRANSPORT (self), event);
  tell_changed (self);
}

void
vowel_resumable_refuse (VowelTransport *transport, const GError *error)
{
  JsonObject *event = new_event ("error");
  JsonObject *details = json_object_new ();

  json_object_set_string_member (details, "type", "invalid_request_error");
  json_object_set_string_member (details, "code", "session_not_resumable");
  json_object_set_string_member (details, "message", error->message);
  json_object_set_null_member (details, "param");
  json_object_set_null_member (details, "event_id");
  json_object_set_object_member (event, "error", details);
  send_event (transport, event);
  vowel_transport_close (
      transport, CLOSE_REFUSED, "invalid_request_error.session_not_resumable");
}

/* GObject */

void
vowel_resumable_set_face (VowelResumable *self, VowelFace *face)
{
  g_set_object (&self->face, face);
}

void
vowel_resumable_forget (VowelResumable *self)
{
  self->callbacks = (VowelResumableCallbacks){0};
}

const gchar *
vowel_resumable_get_token (VowelResumable *self)
{
  return self->token;
}

gboolean
vowel_resumable_is_waiting (VowelResumable *self)
{
  return self->transport == NULL && self->face != NULL && !self->over;
}

static void
vowel_resumable_dispose (GObject *object)
{
  VowelResumable *self = VOWEL_RESUMABLE (object);

  stop_waiting (self);
  g_clear_object (&self->face);
  g_clear_object (&self->transport);
  G_OBJECT_CLASS (vowel_resumable_parent_class)->dispose (object);
}

static void
vowel_resumable_finalize (GObject *object)
{
  VowelResumable *self = VOWEL_RESUMABLE (object);

  g_queue_clear_full (&self->kept, (GDestroyNotify) kept_free);
  g_clear_object (&self->worker);
  g_free (self->token);
  G_OBJECT_CLASS (vowel_resumable_parent_class)->finalize (object);
}

static void
vowel_resumable_class_init (VowelResumableClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vowel_resumable_dispose;
  object_class->finalize = vowel_resumable_finalize;
}

static void
vowel_resumable_init (VowelResumable *self)
{
  g_queue_init (&self->kept);
}

VowelResumable *
vowel_resumable_new (GstVowelWorker *worker, const gchar *token,
    guint window_ms, VowelTransport *transport,
    const VowelResumableCallbacks *callbacks, gpointer user_data)
{
  VowelResumable *self = g_object_new (VOWEL_TYPE_RESUMABLE, NULL);

  self->worker = g_object_ref (worker);
  self->token = g_strdup (token);
  self->window_ms = window_ms;
  self->transport = g_object_ref (transport);
  self->callbacks = *callbacks;
  self->user_data = user_data;
  return self;
}
