/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session-host.h"

#include "connection.h"
#include "logging.h"

#include "session/session.h"
#include "session/pipeline-clock.h"

GST_DEBUG_CATEGORY_STATIC (vowel_session_host_debug);
#define GST_CAT_DEFAULT vowel_session_host_debug

#define MAX_FRAGMENTS 65536
#define CLOSE_NORMAL 1000
#define CLOSE_GOING_AWAY 1001
#define CLOSE_INTERNAL 1011

struct _VowelSessionHost {
  GObject parent;

  /* Constant after construction. */
  GstVowelWorker *worker;
  const VowelServerConfig *config;
  VowelMetrics *metrics;
  VowelSessionHostFunc gone;
  gpointer gone_data;

  /* The worker. */
  VowelPeer *peer;
  VowelSession *session;
  VowelConnection *connection;
  VowelFace *face;
  GstVowelTimer *drain_timer;
  gboolean drained;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelSessionHost, vowel_session_host,
    G_TYPE_OBJECT,
    GST_DEBUG_CATEGORY_INIT (
        vowel_session_host_debug, "vowel-session", 0, "sessions of the server"))

typedef struct {
  VowelSessionHost *host;
  GIOStream *stream;
  VowelSessionRequest *request;
  VowelEngineFactory factory;
  gpointer factory_data;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->host);
  g_object_unref (opening->stream);
  vowel_session_request_free (opening->request);
  g_free (opening);
}

/* The end: the connection is gone, and so is the session with its last client.
 */
static void
on_connection_gone (VowelConnection *connection, gpointer user_data)
{
  g_autoptr (VowelSessionHost) self = user_data;

  if (self->session) {
    vowel_session_end (self->session, VOWEL_END_CLIENT_LEFT);
    GST_INFO ("%s: over", vowel_session_get_id (self->session));
  }
  if (self->drain_timer)
    gst_vowel_worker_cancel_timer (self->worker, self->drain_timer);
  self->drain_timer = NULL;
  g_clear_object (&self->face);
  g_clear_object (&self->session);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->peer, vowel_peer_unref);
  g_atomic_int_add (&self->metrics->sessions, -1);
  self->gone (self, self->gone_data);
}

/* The face has said why; this is for one that does not close by itself. */
static void
on_session_event (const VowelEvent *event, gpointer user_data)
{
  VowelSessionHost *self = user_data;

  if (event->type != VOWEL_EVENT_ENDED)
    return;
  GST_DEBUG ("%s: ended, reason %d", vowel_session_get_id (self->session),
      event->reason);
  vowel_transport_close (VOWEL_TRANSPORT (self->connection),
      event->reason == VOWEL_END_FAILED     ? CLOSE_INTERNAL
      : event->reason == VOWEL_END_SHUTDOWN ? CLOSE_GOING_AWAY
                                            : CLOSE_NORMAL,
      "session ended");
}

static void
refuse (VowelSessionHost *self, const GError *error)
{
  GST_ERROR ("%s: cannot begin: %s",
      self->session ? vowel_session_get_id (self->session) : "session",
      error->message);
  g_atomic_int_inc (&self->metrics->sessions_refused);
  if (self->face)
    vowel_openai_face_refuse (VOWEL_OPENAI_FACE (self->face), error);
  else
    vowel_transport_close (
        VOWEL_TRANSPORT (self->connection), CLOSE_INTERNAL, error->message);
}

static gboolean
begin_session (VowelSessionHost *self, const Opening *opening, GError **error)
{
  VowelSessionRequest *request = opening->request;
  g_autoptr (VowelClock) clock = vowel_pipeline_clock_new (self->worker);
  g_autofree gchar *id =
      request->id ? g_strdup (request->id) : vowel_make_id ("sess");
  g_autoptr (VowelEngine) engine =
      opening->factory (self->worker, id, opening->factory_data, error);
  VowelOpenaiFace *face;

  vowel_connection_set_name (self->connection, id);
  if (engine == NULL)
    return FALSE;
  vowel_logging_set_session (id);
  self->session = vowel_session_new (id, request->config, engine, clock);
  face = vowel_openai_face_new (
      self->session, VOWEL_TRANSPORT (self->connection), &request->handshake);
  self->face = VOWEL_FACE (face);
  if (request->tools
      && !vowel_openai_face_set_tools (face, request->tools, error))
    return FALSE;
  vowel_session_join (
      self->session, VOWEL_PARTICIPANT_OBSERVER, on_session_event, self);
  if (!vowel_session_start (self->session, error))
    return FALSE;
  GST_INFO ("%s: begun", id);
  return TRUE;
}

static void
open_on_worker (gpointer user_data)
{
  Opening *opening = user_data;
  VowelSessionHost *self = opening->host;
  g_autoptr (GError) error = NULL;
  VowelConnectionLimits limits = {
      .max_message = self->config->max_message,
      .max_fragments = MAX_FRAGMENTS,
      .max_queue = self->config->max_queue,
      .ping_interval_ms = self->config->ping_interval_ms,
      .pong_timeout_ms = self->config->pong_timeout_ms,
      .close_timeout_ms = self->config->close_timeout_ms,
  };

  self->connection = vowel_connection_new (self->worker, opening->stream,
      vowel_peer_get_socket (self->peer), vowel_peer_is_encrypted (self->peer),
      &limits, self->metrics);
  if (!begin_session (self, opening, &error))
    refuse (self, error);
  vowel_logging_set_session (NULL);
  vowel_connection_start (
      self->connection, self->face, on_connection_gone, g_object_ref (self));
}

void
vowel_session_host_open (VowelSessionHost *self, GIOStream *stream,
    VowelPeer *peer, VowelSessionRequest *request, VowelEngineFactory factory,
    gpointer factory_data)
{
  Opening *opening = g_new0 (Opening, 1);

  self->peer = vowel_peer_ref (peer);
  opening->host = g_object_ref (self);
  opening->stream = g_object_ref (stream);
  opening->request = request;
  opening->factory = factory;
  opening->factory_data = factory_data;
  gst_vowel_worker_invoke (self->worker, open_on_worker, opening, opening_free);
}

static void
shut_down (gpointer user_data)
{
  VowelSessionHost *self = user_data;

  if (self->session)
    vowel_session_end (self->session, VOWEL_END_SHUTDOWN);
}

static void
on_drain_deadline (gpointer user_data)
{
  VowelSessionHost *self = user_data;

  self->drain_timer = NULL;
  shut_down (self);
}

/* Comes from inside the session, which is not to be ended there. */
static void
on_drained (gpointer user_data)
{
  VowelSessionHost *self = user_data;

  gst_vowel_worker_post (
      self->worker, shut_down, g_object_ref (self), g_object_unref);
}

typedef struct {
  VowelSessionHost *host;
  guint timeout_ms;
} Draining;

static void
draining_free (gpointer data)
{
  Draining *draining = data;

  g_object_unref (draining->host);
  g_free (draining);
}

static void
drain_on_worker (gpointer user_data)
{
  Draining *draining = user_data;
  VowelSessionHost *self = draining->host;

  if (self->session == NULL)
    return;
  if (draining->timeout_ms == 0) {
    shut_down (self);
    return;
  }
  if (self->drained)
    return;
  self->drained = TRUE;
  self->drain_timer = gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker)
          + draining->timeout_ms * GST_MSECOND,
      on_drain_deadline, self);
  vowel_session_drain (self->session, on_drained, self);
}

void
vowel_session_host_drain (VowelSessionHost *self, guint timeout_ms)
{
  Draining *draining = g_new0 (Draining, 1);

  draining->host = g_object_ref (self);
  draining->timeout_ms = timeout_ms;
  gst_vowel_worker_invoke (
      self->worker, drain_on_worker, draining, draining_free);
}

static void
vowel_session_host_finalize (GObject *object)
{
  VowelSessionHost *self = VOWEL_SESSION_HOST (object);

  g_clear_pointer (&self->peer, vowel_peer_unref);
  g_clear_object (&self->worker);
  G_OBJECT_CLASS (vowel_session_host_parent_class)->finalize (object);
}

static void
vowel_session_host_class_init (VowelSessionHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vowel_session_host_finalize;
}

static void
vowel_session_host_init (VowelSessionHost *self)
{
}

VowelSessionHost *
vowel_session_host_new (GstVowelWorker *worker, const VowelServerConfig *config,
    VowelMetrics *metrics, VowelSessionHostFunc gone, gpointer user_data)
{
  VowelSessionHost *self = g_object_new (VOWEL_TYPE_SESSION_HOST, NULL);

  self->worker = g_object_ref (worker);
  self->config = config;
  self->metrics = metrics;
  self->gone = gone;
  self->gone_data = user_data;
  g_atomic_int_inc (&metrics->sessions);
  g_atomic_int_inc (&metrics->sessions_started);
  return self;
}
