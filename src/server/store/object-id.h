/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* One thing has an id here, and others in the APIs that it is shown by. */

#define VOWEL_OBJECT_HEX_LENGTH 24

/* The UUID of what has @id: that itself when it is one, else one made of it
 * (RFC 9562, version 8, of its SHA-256). (transfer full) */
gchar *vowel_object_uuid (const gchar *id);
/* The first 24 hexadecimal digits of that, by which what has @id is found.
 * (transfer full) */
gchar *vowel_object_hex (const gchar *id);
/* The same of a UUID that a client has named, or such digits themselves; %NULL
 * when @text is neither. (transfer full) (nullable) */
gchar *vowel_object_hex_from_uuid (const gchar *text);
gchar *vowel_object_hex_check (const gchar *text);

G_END_DECLS
