/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/keyring.h"

G_BEGIN_DECLS

/* Makes the app and the key that the environment (NULL: the process' own) names
 * (CORE_BOOTSTRAP_PUBLISHABLE_KEY and its like), unless they are there. A key
 * that was revoked stays so. Before anything else uses the store. */
gboolean vowel_control_bootstrap (
    VowelKeyring *keyring, gchar **environ_, GError **error);

G_END_DECLS
