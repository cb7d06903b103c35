/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "flitetext.h"

/* @character in ASCII: a blank when nothing comes close, nothing at all for
 * an accent that follows its letter. */
static void
append_character (GString *ascii, gunichar character)
{
  g_autofree gchar *close = NULL;
  gchar utf8[7] = {0};

  if (character < 0x80) {
    g_string_append_c (
        ascii, g_ascii_iscntrl (character) ? ' ' : (gchar) character);
    return;
  }
  if (g_unichar_ismark (character))
    return;

  g_unichar_to_utf8 (character, utf8);
  close = g_str_to_ascii (utf8, "C");
  g_string_append (ascii, g_str_equal (close, "?") ? " " : close);
}

FliteText *
flite_text_new (const gchar *text)
{
  g_autoptr (GString) ascii = g_string_new (NULL);
  g_autoptr (GArray) offsets = g_array_new (FALSE, FALSE, sizeof (guint));
  FliteText *self = g_new0 (FliteText, 1);
  guint character = 0;

  for (const gchar *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    append_character (ascii, g_utf8_get_char (p));
    while (offsets->len < ascii->len)
      g_array_append_val (offsets, character);
    character++;
  }

  for (gsize i = 0; i < ascii->len && !self->speakable; i++)
    self->speakable = g_ascii_isalnum (ascii->str[i]);
  self->ascii = g_string_free (g_steal_pointer (&ascii), FALSE);
  self->offsets = (guint *) g_array_free (g_steal_pointer (&offsets), FALSE);

  return self;
}

void
flite_text_free (FliteText *text)
{
  g_free (text->ascii);
  g_free (text->offsets);
  g_free (text);
}

gboolean
flite_text_find (const FliteText *text, const gchar *token, gsize *cursor,
    guint *ret_character)
{
  const gchar *found;

  if (*token == '\0')
    return FALSE;
  found = strstr (text->ascii + *cursor, token);
  if (found == NULL)
    return FALSE;

  *ret_character = text->offsets[found - text->ascii];
  *cursor = found - text->ascii + strlen (token);

  return TRUE;
}
