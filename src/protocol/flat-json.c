/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "flat-json.h"

#include <string.h>

static void
skip_space (VowelFlatScanner *scanner)
{
  while (scanner->cursor < scanner->end
         && (*scanner->cursor == ' ' || *scanner->cursor == '\t'
             || *scanner->cursor == '\n' || *scanner->cursor == '\r'))
    scanner->cursor++;
}

gboolean
vowel_flat_take (VowelFlatScanner *scanner, gchar c)
{
  skip_space (scanner);
  if (scanner->cursor == scanner->end || *scanner->cursor != c)
    return FALSE;

  scanner->cursor++;
  return TRUE;
}

gboolean
vowel_flat_take_text (VowelFlatScanner *scanner, VowelFlatText *ret_text)
{
  const gchar *quote;

  if (!vowel_flat_take (scanner, '"'))
    return FALSE;

  quote = memchr (scanner->cursor, '"', scanner->end - scanner->cursor);
  if (quote == NULL)
    return FALSE;

  ret_text->start = scanner->cursor;
  ret_text->length = quote - scanner->cursor;
  scanner->cursor = quote + 1;
  return TRUE;
}

gboolean
vowel_flat_is_at_end (VowelFlatScanner *scanner)
{
  skip_space (scanner);
  return scanner->cursor == scanner->end;
}

gboolean
vowel_flat_is_plain (const VowelFlatText *text)
{
  for (gsize i = 0; i < text->length; i++)
    if (text->start[i] < ' ' || text->start[i] > '~' || text->start[i] == '\\'
        || text->start[i] == '"')
      return FALSE;

  return TRUE;
}

gboolean
vowel_flat_equals (const VowelFlatText *text, const gchar *literal)
{
  return text->length == strlen (literal)
         && memcmp (text->start, literal, text->length) == 0;
}
