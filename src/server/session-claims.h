/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/behaviours.h"
#include "session/session-config.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What a token says of a session by the names of Vowel's engine:
 * `initialGreetingPrompt`, `speakingRate`, `language`, … Those of @claims that
 * are there change @config and @behaviours; one of the wrong type or range is
 * an error that names it. */
gboolean vowel_session_claims_apply (JsonObject *claims,
    VowelSessionConfig *config, VowelBehaviours *behaviours, GError **error);

G_END_DECLS
