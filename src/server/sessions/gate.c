/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gate.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (vowel_gate_debug);
#define GST_CAT_DEFAULT vowel_gate_debug

/* What a visitor may say before its session is there. */
#define MAX_SAID 1000
#define MAX_SAID_BYTES (1024 * 1024)

#define CLOSE_POLICY 1008
#define CLOSE_TIMEOUT 4001

G_DEFINE_QUARK (vowel_gate_error_quark, vowel_gate_error)

typedef enum {
  GATE_LISTENS,
  GATE_SETTLES, /* the accepting thread decides */
  GATE_PASSED,  /* the connection is somebody else's, or closing */
} State;

struct _VowelGate {
  GObject parent;

  /* Constant after construction. */
  GstVowelWorker *worker;
  guint place;
  VowelMetrics *metrics;
  GMainContext *context;
  VowelGateFunc func;
  gpointer user_data;

  /* The worker; the accepting thread while it settles. */
  VowelVisitor *visitor;

  /* The worker. */
  VowelConnection *connection;
  VowelPeer *peer;
  GstVowelTimer *timer;
  GPtrArray *said; /* (element-type GBytes) */
  gsize said_bytes;
  State state;
  gboolean held; /* by its connection */
};

static void vowel_gate_face_init (VowelFaceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelGate, vowel_gate, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_FACE, vowel_gate_face_init)
        GST_DEBUG_CATEGORY_INIT (vowel_gate_debug, "vowel-gate", 0,
            "connections whose session is not known yet"))

static void
clear_timer (VowelGate *self)
{
  if (self->timer != NULL)
    gst_vowel_worker_cancel_timer (self->worker, self->timer);
  self->timer = NULL;
}

static void
turn_away (VowelGate *self, guint16 code, const gchar *reason)
{
  GST_INFO ("turned away: %u %s", code, reason);
  clear_timer (self);
  self->state = GATE_PASSED;
  vowel_transport_close (VOWEL_TRANSPORT (self->connection), code, reason);
}

static void
turn_away_with (VowelGate *self, const GError *error)
{
  turn_away (self,
      error->domain == VOWEL_GATE_ERROR ? (guint16) error->code : CLOSE_POLICY,
      error->message);
}

/* Settling. */

typedef struct {
  VowelGate *gate;
  GError *error;
} Settling;

static void
settling_free (gpointer data)
{
  Settling *settling = data;

  g_object_unref (settling->gate);
  g_clear_error (&settling->error);
  g_free (settling);
}

static void
on_refused (gpointer user_data)
{
  Settling *settling = user_data;

  turn_away_with (settling->gate, settling->error);
}

/* On the accepting thread. */
static gboolean
settle (gpointer user_data)
{
  Settling *settling = user_data;
  VowelGate *self = settling->gate;
  g_autoptr (VowelConfigSnapshot) snapshot = NULL;
  VowelSessionRequest *request =
      self->visitor->settle (self->visitor, &snapshot, &settling->error);

  if (request == NULL) {
    gst_vowel_worker_invoke (self->worker, on_refused, settling, settling_free);
    return G_SOURCE_REMOVE;
  }
  self->func (self, request, snapshot, self->user_data);
  settling_free (settling);
  return G_SOURCE_REMOVE;
}

static void
begin_settling (VowelGate *self)
{
  Settling *settling = g_new0 (Settling, 1);

  clear_timer (self);
  self->state = GATE_SETTLES;
  settling->gate = g_object_ref (self);
  g_main_context_invoke (self->context, settle, settling);
}

VowelConnection *
vowel_gate_pass (VowelGate *self, VowelPeer **ret_peer, GPtrArray **ret_said)
{
  g_autoptr (VowelGate) held = self->held ? self : NULL;

  self->held = FALSE;
  self->state = GATE_PASSED;
  *ret_peer = g_steal_pointer (&self->peer);
  *ret_said = g_steal_pointer (&self->said);
  return g_steal_pointer (&self->connection);
}

void
vowel_gate_send_back (VowelGate *self, guint16 code, const gchar *reason)
{
  Settling *settling = g_new0 (Settling, 1);

  settling->gate = g_object_ref (self);
  settling->error = g_error_new_literal (VOWEL_GATE_ERROR, code, reason);
  gst_vowel_worker_invoke (self->worker, on_refused, settling, settling_free);
}

/* As the face of a connection that has none yet. */

static void
vowel_gate_receive_text (VowelFace *face, const gchar *text, gsize length)
{
  VowelGate *self = VOWEL_GATE (face);
  g_autoptr (GError) error = NULL;

  if (self->state == GATE_PASSED)
    return;
  self->said_bytes += length;
  if (self->said->len >= MAX_SAID || self->said_bytes > MAX_SAID_BYTES) {
    turn_away (self, CLOSE_POLICY, "Too much before the session began");
    return;
  }
  g_ptr_array_add (self->said, g_bytes_new (text, length));
  if (self->state == GATE_LISTENS
      && self->visitor->read (self->visitor, text, length, &error))
    begin_settling (self);
  else if (error != NULL)
    turn_away_with (self, error);
}

static void
vowel_gate_receive_binary (VowelFace *face, const guint8 *data, gsize length)
{
}

static void
vowel_gate_closed (VowelFace *face, guint16 code)
{
  VowelGate *self = VOWEL_GATE (face);

  clear_timer (self);
  if (self->state == GATE_LISTENS)
    self->state = GATE_PASSED;
}

static void
vowel_gate_refuse (VowelFace *face, const GError *error)
{
  turn_away_with (VOWEL_GATE (face), error);
}

static void
vowel_gate_face_init (VowelFaceInterface *iface)
{
  iface->receive_text = vowel_gate_receive_text;
  iface->receive_binary = vowel_gate_receive_binary;
  iface->closed = vowel_gate_closed;
  iface->refuse = vowel_gate_refuse;
}

/* Admission. */

typedef struct {
  VowelGate *gate; /* (nullable) */
  GstVowelWorker *worker;
  GIOStream *stream;
  VowelPeer *peer;
  VowelConnectionLimits limits;
  VowelMetrics *metrics;
  gchar *text;
  guint16 code;
  gchar *reason;
} Arrival;

static Arrival *
arrival_new (GstVowelWorker *worker, GIOStream *stream, VowelPeer *peer,
    const VowelServerConfig *config, VowelMetrics *metrics)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->worker = g_object_ref (worker);
  arrival->stream = g_object_ref (stream);
  arrival->peer = vowel_peer_ref (peer);
  arrival->metrics = metrics;
  vowel_connection_limits_init (&arrival->limits, config);
  return arrival;
}

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;

  g_clear_object (&arrival->gate);
  g_object_unref (arrival->worker);
  g_object_unref (arrival->stream);
  vowel_peer_unref (arrival->peer);
  g_free (arrival->text);
  g_free (arrival->reason);
  g_free (arrival);
}

static VowelConnection *
connect_arrival (const Arrival *arrival)
{
  return vowel_connection_new (arrival->worker, arrival->stream,
      vowel_peer_get_socket (arrival->peer),
      vowel_peer_is_encrypted (arrival->peer), &arrival->limits,
      arrival->metrics);
}

static void
on_timeout (gpointer user_data)
{
  VowelGate *self = user_data;

  self->timer = NULL;
  turn_away (self, CLOSE_TIMEOUT, "Nothing was said in time");
}

/* It keeps the connection: its session may be on the way. */
static void
on_gone (VowelConnection *connection, gpointer user_data)
{
  g_autoptr (VowelGate) self = user_data;

  self->held = FALSE;
}

static void
admit (gpointer user_data)
{
  Arrival *arrival = user_data;
  VowelGate *self = arrival->gate;

  self->connection = connect_arrival (arrival);
  self->peer = vowel_peer_ref (arrival->peer);
  vowel_connection_set_name (self->connection, "visitor");
  self->timer = gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker)
          + self->visitor->timeout_ms * GST_MSECOND,
      on_timeout, self);
  self->held = TRUE;
  vowel_connection_start (
      self->connection, VOWEL_FACE (self), on_gone, g_object_ref (self));
}

void
vowel_gate_admit (VowelGate *self, GIOStream *stream, VowelPeer *peer,
    const VowelServerConfig *config)
{
  Arrival *arrival =
      arrival_new (self->worker, stream, peer, config, self->metrics);

  arrival->gate = g_object_ref (self);
  gst_vowel_worker_invoke (self->worker, admit, arrival, arrival_free);
}

static void
on_turned_away (VowelConnection *connection, gpointer user_data)
{
  VowelPeer *peer = user_data;

  vowel_peer_unref (peer);
  g_object_unref (connection);
}

static void
turn_arrival_away (gpointer user_data)
{
  Arrival *arrival = user_data;
  VowelConnection *connection = connect_arrival (arrival);
  VowelTransport *transport = VOWEL_TRANSPORT (connection);

  if (arrival->text != NULL)
    vowel_transport_send_text (
        transport, arrival->text, strlen (arrival->text));
  vowel_transport_close (transport, arrival->code, arrival->reason);
  vowel_connection_start (
      connection, NULL, on_turned_away, vowel_peer_ref (arrival->peer));
}

void
vowel_gate_turn_away (GstVowelWorker *worker, GIOStream *stream,
    VowelPeer *peer, const VowelServerConfig *config, VowelMetrics *metrics,
    const gchar *text, guint16 code, const gchar *reason)
{
  Arrival *arrival = arrival_new (worker, stream, peer, config, metrics);

  arrival->text = g_strdup (text);
  arrival->code = code;
  arrival->reason = g_strdup (reason);
  gst_vowel_worker_invoke (worker, turn_arrival_away, arrival, arrival_free);
}

/* Life. */

static void
vowel_gate_finalize (GObject *object)
{
  VowelGate *self = VOWEL_GATE (object);

  g_clear_object (&self->connection);
  g_clear_pointer (&self->peer, vowel_peer_unref);
  g_clear_pointer (&self->said, g_ptr_array_unref);
  self->visitor->free (self->visitor);
  g_main_context_unref (self->context);
  g_object_unref (self->worker);
  G_OBJECT_CLASS (vowel_gate_parent_class)->finalize (object);
}

static void
vowel_gate_class_init (VowelGateClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vowel_gate_finalize;
}

static void
vowel_gate_init (VowelGate *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->said = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
}

VowelGate *
vowel_gate_new (GstVowelWorker *worker, guint place, VowelVisitor *visitor,
    VowelMetrics *metrics, VowelGateFunc func, gpointer user_data)
{
  VowelGate *self = g_object_new (VOWEL_TYPE_GATE, NULL);

  self->worker = g_object_ref (worker);
  self->place = place;
  self->visitor = visitor;
  self->metrics = metrics;
  self->func = func;
  self->user_data = user_data;
  return self;
}

guint
vowel_gate_get_place (VowelGate *self)
{
  return self->place;
}
