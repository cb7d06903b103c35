/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The hot messages of wire APIs without a JSON tree: a microphone sends tens of
 * them in a second. Whatever does not have exactly the plain form that is
 * looked for is left to json-glib. */

/**
 * VowelFlatScanner:
 * @cursor: what comes next
 * @end: of the text
 */
typedef struct {
  const gchar *cursor;
  const gchar *end;
} VowelFlatScanner;

/**
 * VowelFlatText:
 * @start: (nullable): in the text that was scanned
 * @length: bytes
 *
 * What is between two quotes.
 */
typedef struct {
  const gchar *start;
  gsize length;
} VowelFlatText;

/* @c, after any space. */
gboolean vowel_flat_take (VowelFlatScanner *scanner, gchar c);
/* A string up to the next quote: its value only when it is plain, which is not
 * looked at here. */
gboolean vowel_flat_take_text (
    VowelFlatScanner *scanner, VowelFlatText *ret_text);
/* Nothing but space is left. */
gboolean vowel_flat_is_at_end (VowelFlatScanner *scanner);
/* No escapes, control characters or anything beyond ASCII: its bytes are its
 * value, and the other way round. */
gboolean vowel_flat_is_plain (const VowelFlatText *text);
gboolean vowel_flat_equals (const VowelFlatText *text, const gchar *literal);

G_END_DECLS
