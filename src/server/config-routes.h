/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "config/runtime-config.h"
#include "http/routes.h"

G_BEGIN_DECLS

/* The server's configuration over HTTP, as the Vowel engine has it (/config,
 * /presets) and as Vowel Core passes it on (/api/engine/…). For administrators.
 * The user data of the routes is the #VowelRuntimeConfig. */
const VowelRoute *vowel_config_routes_get (void);

G_END_DECLS
