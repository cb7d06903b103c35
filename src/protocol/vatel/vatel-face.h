/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../face.h"

#include "session/session.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelVatelOptions:
 * @call_id: (nullable): what session_started names the call; default: the
 *   session's id
 * @only_listens: it hears and reads along, and what it sends is not heard
 * @no_interim_text: each answer's text is sent once, when it is complete
 * @no_interim_transcripts: so is what the caller said
 *
 * How one connection is served.
 */
typedef struct {
  const gchar *call_id;
  gboolean only_listens;
  gboolean no_interim_text;
  gboolean no_interim_transcripts;
} VowelVatelOptions;

/**
 * VowelVatelFace:
 *
 * Vatel's WebSocket protocol over one transport. Joins the session when made.
 *
 * Its clients refuse types and members that they do not know, so nothing is
 * ever sent but what the protocol has: errors are told by the close code alone.
 */
#define VOWEL_TYPE_VATEL_FACE (vowel_vatel_face_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelVatelFace, vowel_vatel_face, VOWEL, VATEL_FACE, GObject)

/* What a client is told of a call of the tool @name, instead of the object that
 * the model wrote: an array of descriptors {name, type, dataType, description,
 * required, value}, one for each parameter. (transfer full) */
typedef JsonArray *(*VowelVatelDescribeFunc) (
    const gchar *name, const gchar *arguments, gpointer user_data);

VowelVatelFace *vowel_vatel_face_new (VowelSession *session,
    VowelTransport *transport, const VowelVatelOptions *options);
/* The tools that the client executes (element-type VowelTool). Each answer is
 * awaited for 30 s. @user_data: of @describe, freed with @notify (nullable). */
gboolean vowel_vatel_face_set_tools (VowelVatelFace *face, GPtrArray *tools,
    VowelVatelDescribeFunc describe, gpointer user_data, GDestroyNotify notify,
    GError **error);

G_END_DECLS
