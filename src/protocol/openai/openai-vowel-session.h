/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/session.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What Vowel's clients set of a session beyond OpenAI's fields: the prompt of
 * the first words, the pace of the voice, the language. Understood in every
 * dialect, told to Vowel's clients only. */

gboolean vowel_openai_read_vowel_fields (JsonObject *session, const gchar *path,
    VowelSessionConfig *config, GError **error);
void vowel_openai_render_vowel_fields (
    JsonObject *session, const VowelSessionConfig *config);
/* Takes out what the agents SDK fills in although nobody has chosen it: it
 * would undo what the token says. */
void vowel_openai_drop_sdk_defaults (JsonObject *session);

G_END_DECLS
