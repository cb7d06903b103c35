/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../face.h"

#include "session/session.h"

G_BEGIN_DECLS

/**
 * VowelOpenaiDialect:
 *
 * @VOWEL_OPENAI_PROVISIONAL is none yet: the first client event that shows a
 * shape decides.
 */
typedef enum {
  VOWEL_OPENAI_PROVISIONAL,
  VOWEL_OPENAI_GA,
  VOWEL_OPENAI_BETA,
  VOWEL_OPENAI_VOWEL, /* beta's names and fields with Vowel's additions; the
                         renderers know it as beta */
} VowelOpenaiDialect;

/**
 * VowelOpenaiHandshake:
 *
 * What the upgrade request said, all (nullable).
 */
typedef struct {
  const gchar *beta_header;  /* OpenAI-Beta */
  const gchar *subprotocols; /* Sec-WebSocket-Protocol */
  const gchar *user_agent;
  const gchar *agents_sdk_header; /* X-OpenAI-Agents-SDK */
  const gchar *intent;            /* query */
  const gchar *call_id;           /* query */
  const gchar *token_endpoint;    /* which route minted the credential:
                                   * "client_secrets", "sessions", … */
  const gchar *dialect;           /* the credential's: "ga", "beta", "vowel" */
  gboolean vowel_key;             /* the credential is one of Vowel's keys */
  const gchar *default_dialect;   /* of those that give no sign; "auto" */
  gboolean no_beta;               /* the beta dialect is not spoken here */
  gboolean no_audio;              /* the connection wants none */
  VowelParticipantRole role;      /* what it joins the session as */
} VowelOpenaiHandshake;

/* From the evidence at the upgrade alone, strongest first. */
VowelOpenaiDialect vowel_openai_dialect_from_handshake (
    const VowelOpenaiHandshake *handshake);

/* Whether the session is one of Vowel's: its credential is, or the dialect, and
 * the client does not say that it speaks one of OpenAI's. The agents SDK with a
 * credential of Vowel's is Vowel's own client. */
gboolean vowel_openai_handshake_is_vowels (
    const VowelOpenaiHandshake *handshake);

/* Fails when the client speaks a dialect that is refused. */
gboolean vowel_openai_handshake_check (
    const VowelOpenaiHandshake *handshake, GError **error);

/**
 * VowelOpenaiFace:
 *
 * OpenAI Realtime, in one of its dialects, over one transport. Joins the
 * session when made.
 */
#define VOWEL_TYPE_OPENAI_FACE (vowel_openai_face_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelOpenaiFace, vowel_openai_face, VOWEL, OPENAI_FACE, GObject)

VowelOpenaiFace *vowel_openai_face_new (VowelSession *session,
    VowelTransport *transport, const VowelOpenaiHandshake *handshake);
/* The tools that the client's token brings (element-type VowelTool). */
gboolean vowel_openai_face_set_tools (
    VowelOpenaiFace *face, GPtrArray *tools, GError **error);

G_END_DECLS
