/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/store.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* What the model of an app is told: what the operator wrote, with what the
 * client remembers of the conversation; else what the client wrote; else what
 * follows from the routes and actions that the client has. @settings: of the
 * app; @wishes: of the client. (transfer full) */
gchar *vowel_app_instructions_make (
    const VowelApp *app, JsonObject *settings, JsonObject *wishes);

G_END_DECLS
