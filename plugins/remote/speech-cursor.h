/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * SpeechCursor:
 * @at: (not owned): the rest of the text
 * @offset: characters before it
 *
 * How far a service has got in a text: it says which words or characters it
 * speaks, as it likes to write them. Begins as {text, 0}.
 */
typedef struct {
  const gchar *at;
  guint offset;
} SpeechCursor;

/* Where the word is in the text, in characters; goes on behind it. -1: it is
 * not among the next ones, and nothing has changed. */
gint speech_cursor_find_word (SpeechCursor *cursor, const gchar *word);
/* The same for a character, which must be the next one that is no space. */
gint speech_cursor_match (SpeechCursor *cursor, const gchar *character);
/* Nothing but spaces is left. */
gboolean speech_cursor_is_at_end (const SpeechCursor *cursor);

G_END_DECLS
