/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-face.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* One internal session (VowelSessionConfig and tools), two ways to write it. */

/* Merges a client's session object. @path: (nullable): where it is in the
 * event. @pinned: the client has said which dialect it speaks, so the other
 * one's fields are errors; else they are understood. On failure @config may be
 * changed in part: hand in a copy. */
gboolean vowel_openai_session_patch (JsonObject *session, const gchar *path,
    VowelOpenaiDialect dialect, gboolean pinned, VowelSessionConfig *config,
    GPtrArray **ret_tools, GError **error);

/* The effective session. VOWEL_OPENAI_PROVISIONAL: both shapes in one. */
JsonObject *vowel_openai_session_render (const VowelSessionConfig *config,
    GPtrArray *tools, const gchar *session_id, gint64 expires_at,
    VowelOpenaiDialect dialect);

/* Fields that say how the session is kept and told rather than how it sounds:
 * include, truncation, tracing, prompt, reasoning. */
gboolean vowel_openai_read_upkeep (JsonObject *session, const gchar *path,
    VowelSessionConfig *config, GError **error);
void vowel_openai_render_upkeep (JsonObject *session,
    const VowelSessionConfig *config, VowelOpenaiDialect dialect);
void vowel_openai_render_include (
    JsonObject *session, const VowelSessionConfig *config);

/* Pieces that responses share with sessions. */
gboolean vowel_openai_read_format (JsonObject *object, const gchar *path,
    const gchar *key, VowelAudioFormat *format, gboolean *ret_set,
    GError **error);
/* A string, or an object with an id. NULL when absent or null. */
gboolean vowel_openai_read_voice (JsonObject *object, const gchar *path,
    const gchar *key, const gchar **ret_voice, GError **error);
/* NULL when absent. (transfer full): what VowelSessionConfig keeps. */
gboolean vowel_openai_read_tool_choice (
    JsonObject *object, const gchar *path, gchar **ret_choice, GError **error);
/* NULL when absent. (transfer full) (element-type VowelTool). */
gboolean vowel_openai_read_tools (JsonObject *object, const gchar *path,
    GPtrArray **ret_tools, GError **error);
/* An integer or "inf" (0); unchanged when absent. */
gboolean vowel_openai_read_max_tokens (JsonObject *object, const gchar *path,
    const gchar *key, guint *value, gboolean *ret_set, GError **error);
/* GA: one of both; unchanged when absent. */
gboolean vowel_openai_read_modalities (JsonObject *object, const gchar *path,
    const gchar *key, VowelOpenaiDialect names, VowelModality *value,
    gboolean *ret_set, GError **error);

JsonObject *vowel_openai_render_format (const VowelAudioFormat *format);
const gchar *vowel_openai_beta_format_name (const VowelAudioFormat *format);
void vowel_openai_render_max_tokens (
    JsonObject *object, const gchar *key, guint max_output_tokens);
void vowel_openai_render_modalities (JsonObject *object, const gchar *key,
    VowelModality modality, VowelOpenaiDialect dialect);

G_END_DECLS
