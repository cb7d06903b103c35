/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Voicex's messages as text. Times are milliseconds since 1970. All
 * (transfer full). */

/* @agent_id, @agent_name: (nullable), then they are left out. */
gchar *vowel_voicex_connected (const gchar *session_id,
    const gchar *history_key, const gchar *agent_id, const gchar *agent_name,
    gint64 timestamp);
/* @role: "user" or "assistant" */
gchar *vowel_voicex_transcript (
    const gchar *role, const gchar *text, gboolean final, gint64 timestamp);
gchar *vowel_voicex_error (const gchar *message);
gchar *vowel_voicex_pong (gint64 timestamp);
/* One that has nothing but its type. */
gchar *vowel_voicex_notice (const gchar *type);

typedef enum {
  VOWEL_VOICEX_UNKNOWN,
  VOWEL_VOICEX_PING,
  VOWEL_VOICEX_AUDIO,
} VowelVoicexCommand;

/* What a client's message says. @ret_audio: (transfer full), for
 * %VOWEL_VOICEX_AUDIO. */
VowelVoicexCommand vowel_voicex_command_parse (
    const gchar *text, gsize length, GBytes **ret_audio);

G_END_DECLS
