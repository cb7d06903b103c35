/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-errors.h"
#include "openai-face.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelOpenaiCommands:
 * @session: the session
 * @participant: this connection's
 * @dialect: what the client speaks, as far as it is known; beta for `vowel`
 * @pinned: the client said so itself: the other dialect's fields are errors
 * @quirks: it is Vowel's client, whose library sends settings that nobody chose
 *
 * What a client's event is carried out with.
 */
typedef struct {
  VowelSession *session;
  VowelParticipant *participant;
  VowelOpenaiDialect dialect;
  gboolean pinned;
  gboolean quirks;
} VowelOpenaiCommands;

/* Carries out one client event. @ret_about: what it was about, also when it
 * fails. */
gboolean vowel_openai_commands_run (VowelOpenaiCommands *commands,
    const gchar *type, JsonObject *event, VowelOpenaiAbout *ret_about,
    GError **error);

/* The one command that has a fast path. @base64 need not be terminated. */
gboolean vowel_openai_commands_append (VowelOpenaiCommands *commands,
    const gchar *base64, gsize length, GError **error);

G_END_DECLS
