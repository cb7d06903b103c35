/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VOWEL_FRAME_MAX_HEAD 14

/**
 * VowelFrames:
 *
 * Where frames of WebSocket (RFC 6455) begin and end in what a client sends.
 * wslay looks at every byte several times; most of what a server of speech is
 * sent are whole text messages of plain ASCII, which need no more than to be
 * unmasked. This takes those out of the stream and leaves everything else, and
 * with it every judgement of what is allowed, to wslay.
 *
 * All zeros at the start.
 */
typedef struct {
  guint8 head[VOWEL_FRAME_MAX_HEAD];
  guint n_head;        /* of a frame whose head is not whole yet */
  guint64 left;        /* of the payload of the frame */
  gboolean in_message; /* between the fragments of one */
} VowelFrames;

/**
 * vowel_frames_take_text:
 * @data: (inout): what has come; the message is unmasked in its place
 * @max: the longest message that is let through
 * @ret_text: (out): the message, without a NUL behind it
 *
 * Returns: how many bytes of @data the message took; 0 when @data does not
 *   begin with a whole plain one, and is as it was
 */
gsize vowel_frames_take_text (VowelFrames *frames, guint8 *data, gsize length,
    guint64 max, const gchar **ret_text, gsize *ret_length);

/**
 * vowel_frames_pass:
 *
 * Returns: how many bytes of @data belong to the frame that it begins with or
 *   goes on with; at least 1
 */
gsize vowel_frames_pass (VowelFrames *frames, const guint8 *data, gsize length);

G_END_DECLS
