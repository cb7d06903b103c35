/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * FliteText:
 * @ascii: what flite gets to read
 * @offsets: (array): for each byte of @ascii the character of the original
 *   text that it stands for, counted from 0
 * @speakable: whether there is a letter or digit in it
 *
 * Flite speaks English in ASCII: other text is transliterated, and the way
 * back to the original characters is kept for the position marks.
 */
typedef struct {
  gchar *ascii;
  guint *offsets;
  gboolean speakable;
} FliteText;

FliteText *flite_text_new (const gchar *text);
void flite_text_free (FliteText *text);
/* Finds the next occurrence of @token from byte *@cursor on, and moves the
 * cursor behind it. */
gboolean flite_text_find (const FliteText *text, const gchar *token,
    gsize *cursor, guint *ret_character);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (FliteText, flite_text_free)

G_END_DECLS
