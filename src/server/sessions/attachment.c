/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "attachment.h"

#include "resumable.h"

#include "server/http/connection.h"
#include "server/tokens/token.h"

#include <gnutls/gnutls.h>
#include <string.h>

#define CLOSE_INTERNAL 1011
#define CLOSE_REPLACED 4001

struct _VowelAttachment {
  GObject parent;

  /* The worker. */
  VowelPeer *peer;
  GstVowelWorker *worker;
  const VowelServerConfig *config;
  VowelMetrics *metrics;
  gchar *name;
  VowelConnection *connection; /* (nullable): while a client is waited for */
  VowelResumable *resumable;   /* (nullable) */
  VowelSession *session;       /* (nullable) */
  VowelFace *face;             /* (nullable) */
  GPtrArray *said;     /* (nullable) (element-type GBytes): at the gate */
  guint64 max_message; /* 0: the server's */
  VowelAttachmentFunc gone;
  gpointer gone_data;
};

G_DEFINE_FINAL_TYPE (VowelAttachment, vowel_attachment, G_TYPE_OBJECT)

static void
connect_stream (VowelAttachment *self, GIOStream *stream, VowelPeer *peer)
{
  VowelConnectionLimits limits;

  vowel_connection_limits_init (&limits, self->config);
  if (self->max_message > 0)
    limits.max_message = MIN (limits.max_message, self->max_message);
  self->peer = vowel_peer_ref (peer);
  self->connection =
      vowel_connection_new (self->worker, stream, vowel_peer_get_socket (peer),
          vowel_peer_is_encrypted (peer), &limits, self->metrics);
  vowel_connection_set_name (self->connection, self->name);
}

static VowelFace *
make_openai_face (VowelSession *session, VowelTransport *transport,
    const VowelSessionRequest *request, GError **error)
{
  const VowelOpenaiHandshake *handshake = &request->handshake;
  VowelOpenaiFace *face = vowel_openai_face_new (session, transport, handshake);

  if (vowel_openai_handshake_check (handshake, error) && request->tools)
    vowel_openai_face_set_tools (face, request->tools, error);
  return VOWEL_FACE (face);
}

gboolean
vowel_attachment_join (VowelAttachment *self, VowelSession *session,
    const VowelSessionRequest *request, GError **error)
{
  VowelTransport *transport = self->resumable
                                  ? VOWEL_TRANSPORT (self->resumable)
                                  : VOWEL_TRANSPORT (self->connection);
  g_autoptr (GError) face_error = NULL;

  self->session = g_object_ref (session);
  if (request->maker)
    self->face = request->maker->make (
        request->maker, session, transport, request->tools, &face_error);
  else
    self->face = make_openai_face (session, transport, request, &face_error);
  if (self->resumable)
    vowel_resumable_set_face (self->resumable, self->face);
  if (face_error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&face_error));
  return FALSE;
}

static void
finish (VowelAttachment *self)
{
  if (self->resumable)
    vowel_resumable_forget (self->resumable);
  g_clear_object (&self->resumable);
  g_clear_object (&self->face);
  g_clear_object (&self->session);
  self->gone (self, self->gone_data);
}

static void
on_gone (VowelConnection *connection, gpointer user_data)
{
  g_autoptr (VowelAttachment) self = user_data;

  /* Another has taken its place. */
  if (connection != self->connection) {
    g_object_unref (connection);
    return;
  }
  g_clear_object (&self->connection);
  g_clear_pointer (&self->peer, vowel_peer_unref);
  if (self->resumable == NULL || !vowel_resumable_is_waiting (self->resumable))
    finish (self);
}

static void
start_connection (VowelAttachment *self)
{
  VowelFace *face = self->face;
  g_autoptr (GPtrArray) said = g_steal_pointer (&self->said);

  if (face && self->resumable)
    face = VOWEL_FACE (self->resumable);
  if (said == NULL) {
    vowel_connection_start (
        self->connection, face, on_gone, g_object_ref (self));
    return;
  }
  vowel_connection_hand_over (
      self->connection, face, on_gone, g_object_ref (self));
  for (guint i = 0; i < said->len && self->face; i++) {
    gsize length;
    const gchar *text = g_bytes_get_data (g_ptr_array_index (said, i), &length);

    vowel_face_receive_text (self->face, text, length);
  }
}

void
vowel_attachment_start (
    VowelAttachment *self, VowelAttachmentFunc gone, gpointer user_data)
{
  self->gone = gone;
  self->gone_data = user_data;
  start_connection (self);
}

/* Coming back. */

/* Nobody hears what is said meanwhile. */
static void
on_resumable_changed (VowelResumable *resumable, gpointer user_data)
{
  VowelAttachment *self = user_data;

  vowel_session_pause_output (
      self->session, vowel_resumable_is_waiting (resumable));
}

static void
on_resumable_over (VowelResumable *resumable, gpointer user_data)
{
  g_autoptr (VowelAttachment) self = g_object_ref (user_data);

  /* Others may be there. */
  vowel_session_pause_output (self->session, FALSE);
  finish (self);
}

void
vowel_attachment_make_resumable (VowelAttachment *self, const gchar *session_id)
{
  static const VowelResumableCallbacks callbacks = {
      .changed = on_resumable_changed,
      .over = on_resumable_over,
  };
  g_autofree gchar *secret = vowel_token_make_secret ();
  g_autofree gchar *token = g_strconcat (session_id, ".", secret, NULL);

  self->resumable =
      vowel_resumable_new (self->worker, token, self->config->resume_window_ms,
          VOWEL_TRANSPORT (self->connection), &callbacks, self);
}

void
vowel_attachment_announce (VowelAttachment *self)
{
  if (self->resumable)
    vowel_resumable_announce (
        self->resumable, vowel_session_get_id (self->session));
}

gboolean
vowel_attachment_has_token (VowelAttachment *self, const gchar *token)
{
  const gchar *own =
      self->resumable ? vowel_resumable_get_token (self->resumable) : NULL;

  return own && strlen (own) == strlen (token)
         && gnutls_memcmp (own, token, strlen (own)) == 0;
}

gboolean
vowel_attachment_resume (VowelAttachment *self, GIOStream *stream,
    VowelPeer *peer, const gchar *last_event_id, GError **error)
{
  VowelConnection *replaced = self->connection;

  if (!vowel_resumable_check (self->resumable, last_event_id, error))
    return FALSE;
  g_clear_pointer (&self->peer, vowel_peer_unref);
  connect_stream (self, stream, peer);
  /* It holds itself until it is gone. */
  if (replaced)
    vowel_connection_disown (
        replaced, CLOSE_REPLACED, "Resumed by another connection");
  vowel_resumable_resume (
      self->resumable, VOWEL_TRANSPORT (self->connection), last_event_id);
  start_connection (self);
  return TRUE;
}

void
vowel_attachment_refuse (VowelAttachment *self, const GError *error)
{
  if (self->face)
    vowel_face_refuse (self->face, error);
  else
    vowel_attachment_close (self, CLOSE_INTERNAL, error->message);
}

void
vowel_attachment_refuse_resume (VowelAttachment *self, const GError *error)
{
  vowel_resumable_refuse (VOWEL_TRANSPORT (self->connection), error);
}

void
vowel_attachment_close (
    VowelAttachment *self, guint16 code, const gchar *reason)
{
  if (self->resumable)
    vowel_transport_close (VOWEL_TRANSPORT (self->resumable), code, reason);
  else if (self->connection)
    vowel_transport_close (VOWEL_TRANSPORT (self->connection), code, reason);
}

static void
vowel_attachment_finalize (GObject *object)
{
  VowelAttachment *self = VOWEL_ATTACHMENT (object);

  g_clear_object (&self->resumable);
  g_clear_object (&self->face);
  g_clear_object (&self->session);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->said, g_ptr_array_unref);
  g_clear_pointer (&self->peer, vowel_peer_unref);
  g_clear_object (&self->worker);
  g_free (self->name);
  G_OBJECT_CLASS (vowel_attachment_parent_class)->finalize (object);
}

static void
vowel_attachment_class_init (VowelAttachmentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vowel_attachment_finalize;
}

static void
vowel_attachment_init (VowelAttachment *self)
{
}

static VowelAttachment *
new_attachment (GstVowelWorker *worker, const VowelServerConfig *config,
    VowelMetrics *metrics, const VowelSessionRequest *request)
{
  VowelAttachment *self = g_object_new (VOWEL_TYPE_ATTACHMENT, NULL);

  self->worker = g_object_ref (worker);
  self->config = config;
  self->metrics = metrics;
  self->name = g_strdup (request->id);
  self->max_message = request->max_message;
  return self;
}

VowelAttachment *
vowel_attachment_new (GstVowelWorker *worker, const VowelServerConfig *config,
    VowelMetrics *metrics, const VowelSessionRequest *request,
    GIOStream *stream, VowelPeer *peer)
{
  VowelAttachment *self = new_attachment (worker, config, metrics, request);

  connect_stream (self, stream, peer);
  return self;
}

VowelAttachment *
vowel_attachment_new_at_gate (GstVowelWorker *worker,
    const VowelServerConfig *config, VowelMetrics *metrics,
    const VowelSessionRequest *request, VowelGate *gate)
{
  VowelAttachment *self = new_attachment (worker, config, metrics, request);

  self->connection = vowel_gate_pass (gate, &self->peer, &self->said);
  vowel_connection_set_name (self->connection, self->name);
  return self;
}
