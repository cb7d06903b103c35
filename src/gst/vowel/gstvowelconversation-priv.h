/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelchat.h"

G_BEGIN_DECLS

/*
 * GstVowelConversation: what a language model element remembers when no
 * application keeps the conversation for it.  Plain logic with a lock of its
 * own, because tools and instructions are set by any thread.
 *
 * Tool calls and their results enter the history together, with the next
 * request after the last result: a history with a call that was never answered
 * is refused by most providers.
 */
typedef struct _GstVowelConversation GstVowelConversation;

G_GNUC_INTERNAL GstVowelConversation *gst_vowel_conversation_new (void);
G_GNUC_INTERNAL void gst_vowel_conversation_free (GstVowelConversation *self);
/* Forgets what was said; tools and instructions stay. */
G_GNUC_INTERNAL void gst_vowel_conversation_reset (GstVowelConversation *self);
G_GNUC_INTERNAL void gst_vowel_conversation_set_instructions (
    GstVowelConversation *self, const gchar *instructions);
G_GNUC_INTERNAL gchar *gst_vowel_conversation_dup_instructions (
    GstVowelConversation *self);
/* How many messages are kept; 0: all. */
G_GNUC_INTERNAL void gst_vowel_conversation_set_limit (
    GstVowelConversation *self, guint limit);
/* Replaces a tool of the same name. */
G_GNUC_INTERNAL void gst_vowel_conversation_add_tool (
    GstVowelConversation *self, const gchar *name, const gchar *description,
    const gchar *parameters);
/* Enters the history with the next request, behind what the model is still
 * saying. */
G_GNUC_INTERNAL void gst_vowel_conversation_add_user (
    GstVowelConversation *self, const gchar *text);
/* What the model has said; nothing when empty. */
G_GNUC_INTERNAL void gst_vowel_conversation_add_assistant (
    GstVowelConversation *self, const gchar *text);
/* The model waits for the result of this call. */
G_GNUC_INTERNAL void gst_vowel_conversation_expect_result (
    GstVowelConversation *self, const gchar *call_id, const gchar *name,
    const gchar *arguments);
/* FALSE when nobody waits for it. */
G_GNUC_INTERNAL gboolean gst_vowel_conversation_add_result (
    GstVowelConversation *self, const gchar *call_id, const gchar *output);
G_GNUC_INTERNAL gboolean gst_vowel_conversation_is_waiting (
    GstVowelConversation *self);
/* The calls were interrupted: the model never made them. */
G_GNUC_INTERNAL void gst_vowel_conversation_drop_calls (
    GstVowelConversation *self);
/* (transfer full): instructions, history and tools */
G_GNUC_INTERNAL GstVowelChatRequest *gst_vowel_conversation_make_request (
    GstVowelConversation *self, const gchar *response_id, guint64 generation);

G_END_DECLS
