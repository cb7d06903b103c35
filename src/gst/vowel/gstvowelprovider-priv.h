/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelprovider.h"

G_BEGIN_DECLS

/* The name that the element's class has set, or the profile that it has been
 * given; the factory's name otherwise. It lives as long as the process. */
G_GNUC_INTERNAL const gchar *gst_vowel_provider_get_name (
    GstElement *element, GstVowelProviderKind kind);
/* "stt", "llm" or "tts" */
G_GNUC_INTERNAL const gchar *gst_vowel_provider_get_stage (
    GstVowelProviderKind kind);
/* Posts a failure message of the element's stage. */
G_GNUC_INTERNAL void gst_vowel_provider_post_failure (GstElement *element,
    GstVowelProviderKind kind, guint64 id, guint http_status,
    const GError *error);

G_END_DECLS
