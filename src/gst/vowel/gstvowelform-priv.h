/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <curl/curl.h>
#include <glib.h>

G_BEGIN_DECLS

/*
 * GstVowelForm: the parts of a multipart/form-data body, in their order.
 */
typedef struct _GstVowelForm GstVowelForm;

G_GNUC_INTERNAL GstVowelForm *gst_vowel_form_new (void);
G_GNUC_INTERNAL void gst_vowel_form_free (GstVowelForm *form);
/* @filename, @content_type: (nullable): for a part that is a file */
G_GNUC_INTERNAL void gst_vowel_form_add (GstVowelForm *form, const gchar *name,
    const gchar *filename, const gchar *content_type, GBytes *body);
/* (transfer full): to be freed after @easy */
G_GNUC_INTERNAL curl_mime *gst_vowel_form_make_mime (
    GstVowelForm *form, CURL *easy);

G_END_DECLS
