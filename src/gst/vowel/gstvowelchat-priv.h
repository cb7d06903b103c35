/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelchat.h"

G_BEGIN_DECLS

/* A copy of @text that lives as long as the request.  Worker thread only. */
G_GNUC_INTERNAL const gchar *gst_vowel_chat_request_keep (
    GstVowelChatRequest *request, const gchar *text);
G_GNUC_INTERNAL void gst_vowel_chat_request_append (
    GstVowelChatRequest *request, const GstVowelChatMessage *message);
/* The same question under the same name, open for more. (transfer full) */
G_GNUC_INTERNAL GstVowelChatRequest *gst_vowel_chat_request_copy (
    const GstVowelChatRequest *request);
G_GNUC_INTERNAL GstVowelChatRequest *
gst_vowel_chat_request_copy_without_messages (
    const GstVowelChatRequest *request);
G_GNUC_INTERNAL gboolean gst_vowel_chat_request_has_images (
    const GstVowelChatRequest *request);
/* The same with words in place of images. It lives as long as @request, whose
 * worker alone may ask. (transfer none) */
G_GNUC_INTERNAL GstVowelChatRequest *gst_vowel_chat_request_get_without_images (
    GstVowelChatRequest *request);
/* About how many tokens its messages and tools are. */
G_GNUC_INTERNAL guint gst_vowel_chat_request_estimate_tokens (
    const GstVowelChatRequest *request);
G_GNUC_INTERNAL guint gst_vowel_chat_estimate_tokens (gsize characters);

G_END_DECLS
