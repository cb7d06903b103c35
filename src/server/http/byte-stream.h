/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VowelByteStream:
 *
 * What comes from a socket and what waits to go to it, without blocking, with
 * or without TLS. The worker only.
 */
typedef struct _VowelByteStream VowelByteStream;

/* @stream: what the handshake left, with pollable streams; bytes that it has
 * already read from the socket are taken from it. @socket: under it.
 * @encrypted: the stream is TLS's, which may hold bytes that the socket does
 * not show. */
VowelByteStream *vowel_byte_stream_new (
    GIOStream *stream, GSocket *socket, gboolean encrypted);
void vowel_byte_stream_free (VowelByteStream *stream);

gint vowel_byte_stream_get_fd (VowelByteStream *stream);
/* No more is sent. */
void vowel_byte_stream_shut_output (VowelByteStream *stream);
/* What waits is dropped. */
void vowel_byte_stream_close (VowelByteStream *stream);

/* 0 at the end; -1 with %G_IO_ERROR_WOULD_BLOCK when nothing has come. */
gssize vowel_byte_stream_read (
    VowelByteStream *stream, guint8 *buffer, gsize size, GError **error);
/* Whether there may be bytes that epoll does not show. */
gboolean vowel_byte_stream_reads_ahead (VowelByteStream *stream);

/* Takes @bytes. */
void vowel_byte_stream_push (VowelByteStream *stream, GBytes *bytes);
gsize vowel_byte_stream_get_queued (VowelByteStream *stream);
/* Everything that waits, but for bytes of which a part has gone. */
void vowel_byte_stream_drop_unbegun (VowelByteStream *stream);
/* Writes once. %G_POLLABLE_RETURN_OK: more may be written. */
GPollableReturn vowel_byte_stream_write (
    VowelByteStream *stream, gsize *ret_written, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelByteStream, vowel_byte_stream_free)

G_END_DECLS
