/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Audio as wire APIs with JSON send it, by tables: a call is nothing else. */

/* RFC 4648 with padding, nothing else; NULL when it is not that. */
GBytes *vowel_base64_decode (const gchar *text, gsize length);
void vowel_base64_append (GString *out, const guint8 *data, gsize length);

G_END_DECLS
