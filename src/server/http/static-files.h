/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* Answers with the file of the console at @path ("/" is its index.html), out
 * of the binary, or leads there from where Vowel Core's had it. FALSE when
 * there is none. */
gboolean vowel_static_files_reply (
    SoupServerMessage *message, const gchar *path);

G_END_DECLS
