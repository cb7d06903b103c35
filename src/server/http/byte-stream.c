/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "byte-stream.h"

#include <errno.h>
#include <sys/socket.h>

#define VECTORS_PER_WRITE 32

struct _VowelByteStream {
  GIOStream *stream;
  GPollableInputStream *input;
  GPollableOutputStream *output;
  GSocket *socket;
  gboolean encrypted;
  gboolean direct; /* there is nothing in input that is not in the socket */

  GQueue waiting; /* (element-type GBytes) */
  gsize written;  /* of the first */
  gsize queued;
};

VowelByteStream *
vowel_byte_stream_new (GIOStream *stream, GSocket *socket, gboolean encrypted)
{
  VowelByteStream *self = g_new0 (VowelByteStream, 1);

  self->stream = g_object_ref (stream);
  self->socket = g_object_ref (socket);
  self->input = G_POLLABLE_INPUT_STREAM (g_io_stream_get_input_stream (stream));
  self->output =
      G_POLLABLE_OUTPUT_STREAM (g_io_stream_get_output_stream (stream));
  self->encrypted = encrypted;
  g_queue_init (&self->waiting);
  return self;
}

static void
drop (VowelByteStream *self)
{
  g_queue_clear_full (&self->waiting, (GDestroyNotify) g_bytes_unref);
  self->queued = self->written = 0;
}

void
vowel_byte_stream_free (VowelByteStream *self)
{
  drop (self);
  g_object_unref (self->stream);
  g_object_unref (self->socket);
  g_free (self);
}

gint
vowel_byte_stream_get_fd (VowelByteStream *self)
{
  return g_socket_get_fd (self->socket);
}

void
vowel_byte_stream_shut_output (VowelByteStream *self)
{
  g_socket_shutdown (self->socket, FALSE, TRUE, NULL);
}

void
vowel_byte_stream_close (VowelByteStream *self)
{
  drop (self);
  g_socket_shutdown (self->socket, TRUE, TRUE, NULL);
  g_socket_close (self->socket, NULL);
}

/* Input. */

static gssize
receive (VowelByteStream *self, guint8 *buffer, gsize size, GError **error)
{
  gssize n;

  do
    n = recv (g_socket_get_fd (self->socket), buffer, size, MSG_DONTWAIT);
  while (n < 0 && errno == EINTR);
  if (n < 0)
    g_set_error_literal (
        error, G_IO_ERROR, g_io_error_from_errno (errno), g_strerror (errno));
  return n;
}

gssize
vowel_byte_stream_read (
    VowelByteStream *self, guint8 *buffer, gsize size, GError **error)
{
  g_autoptr (GError) read_error = NULL;
  gssize n;

  if (self->direct)
    return receive (self, buffer, size, error);
  n = g_pollable_input_stream_read_nonblocking (
      self->input, buffer, size, NULL, &read_error);
  if (n < 0 && g_error_matches (read_error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK))
    self->direct = !self->encrypted;
  if (n < 0)
    g_propagate_error (error, g_steal_pointer (&read_error));
  return n;
}

gboolean
vowel_byte_stream_reads_ahead (VowelByteStream *self)
{
  return !self->direct;
}

/* Output. */

void
vowel_byte_stream_push (VowelByteStream *self, GBytes *bytes)
{
  self->queued += g_bytes_get_size (bytes);
  g_queue_push_tail (&self->waiting, bytes);
}

gsize
vowel_byte_stream_get_queued (VowelByteStream *self)
{
  return self->queued;
}

void
vowel_byte_stream_drop_unbegun (VowelByteStream *self)
{
  gsize written = self->written;
  GBytes *begun = written > 0 ? g_queue_pop_head (&self->waiting) : NULL;

  drop (self);
  if (begun == NULL)
    return;
  g_queue_push_tail (&self->waiting, begun);
  self->queued = g_bytes_get_size (begun) - written;
  self->written = written;
}

static void
advance (VowelByteStream *self, gsize bytes)
{
  self->queued -= bytes;
  self->written += bytes;
  while (!g_queue_is_empty (&self->waiting)) {
    GBytes *first = g_queue_peek_head (&self->waiting);
    gsize size = g_bytes_get_size (first);

    if (self->written < size)
      break;
    self->written -= size;
    g_bytes_unref (g_queue_pop_head (&self->waiting));
  }
}

GPollableReturn
vowel_byte_stream_write (
    VowelByteStream *self, gsize *ret_written, GError **error)
{
  GOutputVector vectors[VECTORS_PER_WRITE];
  GPollableReturn result;
  gsize n = 0;

  *ret_written = 0;
  for (GList *l = self->waiting.head; l && n < VECTORS_PER_WRITE; l = l->next) {
    gsize skip = n == 0 ? self->written : 0;
    gsize size;
    const guint8 *data = g_bytes_get_data (l->data, &size);

    vectors[n].buffer = data + skip;
    vectors[n].size = size - skip;
    n++;
  }
  result = g_pollable_output_stream_writev_nonblocking (
      self->output, vectors, n, ret_written, NULL, error);
  if (result != G_POLLABLE_RETURN_FAILED)
    advance (self, *ret_written);
  return result;
}
