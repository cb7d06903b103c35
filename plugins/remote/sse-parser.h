/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * SseParser: server-sent events out of bytes that come in any pieces. Plain
 * object, no thread of its own.
 */
typedef struct _SseParser SseParser;

/* @event: NULL when the server gave no name; @data: at least one data line.
 * Returns FALSE to hear of no more events. The parser must live until the
 * function has returned. */
typedef gboolean (*SseEventFunc) (
    const gchar *event, const gchar *data, gsize size, gpointer user_data);

SseParser *sse_parser_new (SseEventFunc func, gpointer user_data);
void sse_parser_free (SseParser *parser);
/* Fails when an event is larger than anybody would send. */
gboolean sse_parser_feed (
    SseParser *parser, const guint8 *data, gsize size, GError **error);
/* The stream has ended: servers leave out the last empty line. */
void sse_parser_end (SseParser *parser);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (SseParser, sse_parser_free)

G_END_DECLS
