/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script.h"

G_BEGIN_DECLS

/* The script @name: a path when it has a slash or ends in ".json", otherwise
 * the name of a script in the folder scripts/ of VOWEL_DATA_DIR or of the
 * installed data.  Scripts are read once and shared while their file stays the
 * same.  Any thread. */
GstVowelScript *gst_vowel_script_load (const gchar *name, GError **error);
/* A script given as text.  @where: what to call it in an error. */
GstVowelScript *gst_vowel_script_parse (
    const gchar *text, gsize length, const gchar *where, GError **error);

G_END_DECLS
