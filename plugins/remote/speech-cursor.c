/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "speech-cursor.h"

#include <string.h>

/* How far ahead a word may be, in bytes: one that is further is another. */
#define WINDOW 80

static void
advance (SpeechCursor *cursor, gsize size)
{
  cursor->offset += g_utf8_strlen (cursor->at, size);
  cursor->at += size;
}

gint
speech_cursor_find_word (SpeechCursor *cursor, const gchar *word)
{
  const gchar *found = *word != '\0' ? strstr (cursor->at, word) : NULL;
  gint offset;

  if (found == NULL || found - cursor->at > WINDOW)
    return -1;
  advance (cursor, found - cursor->at);
  offset = cursor->offset;
  advance (cursor, strlen (word));
  return offset;
}

static gsize
count_spaces (const gchar *text)
{
  const gchar *at = text;

  while (*at != '\0' && g_unichar_isspace (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);
  return at - text;
}

gint
speech_cursor_match (SpeechCursor *cursor, const gchar *character)
{
  gsize spaces = count_spaces (cursor->at);
  gint offset;

  if (*character == '\0' || count_spaces (character) > 0
      || !g_str_has_prefix (cursor->at + spaces, character))
    return -1;
  advance (cursor, spaces);
  offset = cursor->offset;
  advance (cursor, strlen (character));
  return offset;
}

gboolean
speech_cursor_is_at_end (const SpeechCursor *cursor)
{
  return cursor->at[count_spaces (cursor->at)] == '\0';
}
