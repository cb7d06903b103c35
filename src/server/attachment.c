/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "attachment.h"

#include "connection.h"
#include "resumable.h"
#include "token.h"

#include <gnutls/gnutls.h>
#include <string.h>

#define MAX_FRAGMENTS 65536
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
  VowelOpenaiFace *face;       /* (nullable) */
  VowelAttachmentFunc gone;
  gpointer gone_data;
};

G_DEFINE_FINAL_TYPE (VowelAttachment, vowel_attachment, G_TYPE_OBJECT)

static void
connect_stream (VowelAttachment *self, GIOStream *stream, VowelPeer *peer)
{
  const VowelServerConfig *config = self->config;
  VowelConnectionLimits limits = {
      .max_message = config->max_message,
      .max_fragments = MAX_FRAGMENTS,
      .max_queue = config->max_queue,
      .ping_interval_ms = config->ping_interval_ms,
      .pong_timeout_ms = config->pong_timeout_ms,
      .close_timeout_ms = config->close_timeout_ms,
  };

  self->peer = vowel_peer_ref (peer);
  self->connection =
      vowel_connection_new (self->worker, stream, vowel_peer_get_socket (peer),
          vowel_peer_is_encrypted (peer), &limits, self->metrics);
  vowel_connection_set_name (self->connection, self->name);
}

gboolean
vowel_attachment_join (VowelAttachment *self, VowelSession *session,
    const VowelOpenaiHandshake *handshake, GPtrArray *tools, GError **error)
{
  self->session = g_object_ref (session);
  self->face = vowel_openai_face_new (session,
      self->resumable ? VOWEL_TRANSPORT (self->resumable)
                      : VOWEL_TRANSPORT (self->connection),
      handshake);
  if (self->resumable)
    vowel_resumable_set_face (self->resumable, VOWEL_FACE (self->face));
  return vowel_openai_handshake_check (handshake, error)
         && (tools == NULL
             || vowel_openai_face_set_tools (self->face, tools, error));
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
  VowelFace *face = self->face ? VOWEL_FACE (self->face) : NULL;

  if (face && self->resumable)
    face = VOWEL_FACE (self->resumable);
  vowel_connection_start (self->connection, face, on_gone, g_object_ref (self));
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
    vowel_openai_face_refuse (self->face, error);
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

VowelAttachment *
vowel_attachment_new (GstVowelWorker *worker, const VowelServerConfig *config,
    VowelMetrics *metrics, GIOStream *stream, VowelPeer *peer,
    const gchar *name)
{
  VowelAttachment *self = g_object_new (VOWEL_TYPE_ATTACHMENT, NULL);

  self->worker = g_object_ref (worker);
  self->config = config;
  self->metrics = metrics;
  self->name = g_strdup (name);
  connect_stream (self, stream, peer);
  return self;
}
