/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Transcription: the text in an answer to /audio/transcriptions, be that JSON,
 * bare text or a stream of events. Plain object.
 */
typedef struct _Transcription Transcription;

/* @text: all that is known so far, of an answer that is streamed. */
typedef void (*TranscriptionFunc) (const gchar *text, gpointer user_data);

Transcription *transcription_new (
    const gchar *server, TranscriptionFunc func, gpointer user_data);
void transcription_free (Transcription *transcription);
/* @type: (nullable): the answer's content type */
void transcription_set_type (Transcription *transcription, const gchar *type);
gboolean transcription_feed (Transcription *transcription, const guint8 *data,
    gsize size, GError **error);
/* The answer is whole. */
gboolean transcription_end (Transcription *transcription, GError **error);
/* (nullable): what the answer says that it is in: a code, or an English name */
const gchar *transcription_get_language (Transcription *transcription);
/* Trimmed; "" when it is nothing but punctuation. (transfer full) */
gchar *transcription_dup_text (Transcription *transcription);

/* Whether answers of @model say how sure it is of each segment, when they are
 * asked for in full (verbose_json): models by the name of Whisper do. What is
 * probably no speech is left out of the text then. */
gboolean transcription_is_verbose (const gchar *model);
/* What services know a language by: "en" for "en-US"; other names are left as
 * they are. (transfer full) (nullable): NULL for none */
gchar *transcription_make_language (const gchar *language);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Transcription, transcription_free)

G_END_DECLS
