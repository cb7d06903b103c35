/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server-config.h"

#include "session/behaviours.h"
#include "session/session-config.h"

G_BEGIN_DECLS

/* What of the settings is about how sessions behave around their model. */

/* Reads the files that these settings name. */
gboolean vowel_behaviours_config_load (
    VowelServerConfig *config, GError **error);
/* What every session begins with. */
VowelBehaviours *vowel_behaviours_from_server (const VowelServerConfig *config);
/* What only Vowel's sessions do. */
void vowel_behaviours_add_vowels (VowelBehaviours *behaviours,
    VowelSessionConfig *session, const VowelServerConfig *config);

G_END_DECLS
