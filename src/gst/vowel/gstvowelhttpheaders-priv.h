/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * GstVowelHttpHeaders: the headers of an answer, as they come, line by line.
 * Those of an interim answer make room for those of the next one.
 */
typedef struct _GstVowelHttpHeaders GstVowelHttpHeaders;

G_GNUC_INTERNAL GstVowelHttpHeaders *gst_vowel_http_headers_new (void);
G_GNUC_INTERNAL void gst_vowel_http_headers_free (GstVowelHttpHeaders *headers);
/* One line, the status line and the empty one included. TRUE: it was the empty
 * one, and the headers are complete. */
G_GNUC_INTERNAL gboolean gst_vowel_http_headers_take (
    GstVowelHttpHeaders *headers, const gchar *line, gsize length);
/* (nullable); @name in any case */
G_GNUC_INTERNAL const gchar *gst_vowel_http_headers_get (
    GstVowelHttpHeaders *headers, const gchar *name);

G_END_DECLS
