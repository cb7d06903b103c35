/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/config/server-config.h"
#include "session/behaviours.h"
#include "session/session-config.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelSessionLimits:
 * @max_duration_ms: how long the session lasts, 0 for ever
 * @idle_timeout_ms: how long it goes on without its caller, 0 for ever
 */
typedef struct {
  guint max_duration_ms;
  guint idle_timeout_ms;
} VowelSessionLimits;

/* @max_s: seconds that it lasts at most; 0: nothing is said. */
void vowel_session_limits_shorten (VowelSessionLimits *limits, guint max_s);

/* The names of all that vowel_session_claims_apply() understands. */
const gchar *const *vowel_session_claims_list (void);
/* What a token says of a session by the names of Vowel's engine:
 * `initialGreetingPrompt`, `speakingRate`, `language`, … Those of @claims that
 * are there change @config, @behaviours and @limits, which they only make
 * shorter; one of the wrong type or range is an error that names it. */
gboolean vowel_session_claims_apply (JsonObject *claims,
    VowelSessionConfig *config, VowelBehaviours *behaviours,
    VowelSessionLimits *limits, GError **error);
/* Takes out what a token shall not carry: which services a session is to use
 * (`stt`, `tts`, `llmProvider`, `providerConfig` …), for which the server has
 * its own settings and keys. The language and the voice that they name become
 * claims; a service that the server does not use is an error. */
gboolean vowel_session_claims_settle_providers (
    JsonObject *claims, const VowelServerConfig *config, GError **error);

G_END_DECLS
