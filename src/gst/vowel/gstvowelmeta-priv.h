/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelmeta.h"

G_BEGIN_DECLS

/* Like gst_buffer_add_vowel_response_meta(), sharing a #GRefString. */
G_GNUC_INTERNAL GstVowelResponseMeta *gst_vowel_response_meta_add_shared (
    GstBuffer *buffer, gchar *response_id, guint64 generation);

G_END_DECLS
