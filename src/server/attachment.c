/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "attachment.h"

#include "connection.h"

#define MAX_FRAGMENTS 65536
#define CLOSE_INTERNAL 1011

struct _VowelAttachment {
  GObject parent;

  /* The worker. */
  VowelPeer *peer;
  VowelConnection *connection;
  VowelOpenaiFace *face; /* (nullable) */
  VowelAttachmentFunc gone;
  gpointer gone_data;
};

G_DEFINE_FINAL_TYPE (VowelAttachment, vowel_attachment, G_TYPE_OBJECT)

gboolean
vowel_attachment_join (VowelAttachment *self, VowelSession *session,
    const VowelOpenaiHandshake *handshake, GPtrArray *tools, GError **error)
{
  self->face = vowel_openai_face_new (
      session, VOWEL_TRANSPORT (self->connection), handshake);
  return tools == NULL
         || vowel_openai_face_set_tools (self->face, tools, error);
}

static void
on_gone (VowelConnection *connection, gpointer user_data)
{
  g_autoptr (VowelAttachment) self = user_data;

  g_clear_object (&self->face);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->peer, vowel_peer_unref);
  self->gone (self, self->gone_data);
}

void
vowel_attachment_start (
    VowelAttachment *self, VowelAttachmentFunc gone, gpointer user_data)
{
  self->gone = gone;
  self->gone_data = user_data;
  vowel_connection_start (self->connection,
      self->face ? VOWEL_FACE (self->face) : NULL, on_gone,
      g_object_ref (self));
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
vowel_attachment_close (
    VowelAttachment *self, guint16 code, const gchar *reason)
{
  if (self->connection)
    vowel_transport_close (VOWEL_TRANSPORT (self->connection), code, reason);
}

static void
vowel_attachment_finalize (GObject *object)
{
  VowelAttachment *self = VOWEL_ATTACHMENT (object);

  g_clear_object (&self->face);
  g_clear_object (&self->connection);
  g_clear_pointer (&self->peer, vowel_peer_unref);
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
      vowel_connection_new (worker, stream, vowel_peer_get_socket (peer),
          vowel_peer_is_encrypted (peer), &limits, metrics);
  vowel_connection_set_name (self->connection, name);
  return self;
}
