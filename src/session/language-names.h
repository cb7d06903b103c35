/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A language as everything here writes it: the part of a tag before the region,
 * in lower case, of two letters where ISO 639-1 has them ("en" of "en-US" and
 * "eng"). (transfer full) (nullable): @tag is none. */
gchar *vowel_language_normalize (const gchar *tag);
/* What people call it; (transfer full): for one that is not known its code in
 * capitals. */
gchar *vowel_language_dup_name (const gchar *code);

G_END_DECLS
