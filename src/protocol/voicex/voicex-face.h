/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../face.h"

G_BEGIN_DECLS

/* Bytes of a client's message. */
#define VOWEL_VOICEX_MAX_MESSAGE (256 * 1024)

/**
 * VowelVoicexOptions:
 * @session_id: what the client is told of the session
 * @history_key: with which it may come back
 * @agent_id: (nullable): who answers, as Voicex writes it
 * @agent_name: (nullable)
 * @only_listens: what it says is not heard, and it may be gone without a trace
 *
 * What the face of one connection must know.
 */
typedef struct {
  const gchar *session_id;
  const gchar *history_key;
  const gchar *agent_id;
  const gchar *agent_name;
  gboolean only_listens;
} VowelVoicexOptions;

/**
 * VowelVoicexFace:
 *
 * Voicex's protocol over one connection.
 */
#define VOWEL_TYPE_VOICEX_FACE (vowel_voicex_face_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelVoicexFace, vowel_voicex_face, VOWEL, VOICEX_FACE, GObject)

/* Joins @session, which others may have begun. When @error is set the face is
 * there to refuse. */
VowelVoicexFace *vowel_voicex_face_new (VowelSession *session,
    VowelTransport *transport, const VowelVoicexOptions *options,
    GError **error);

/* (transfer full): makes such a face; copies @options. */
VowelFaceMaker *vowel_voicex_face_maker_new (const VowelVoicexOptions *options);

G_END_DECLS
