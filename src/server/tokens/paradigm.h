/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "token.h"

G_BEGIN_DECLS

/**
 * VowelParadigm:
 * @VOWEL_PARADIGM_DIRECT: with the server's own key, or with none
 * @VOWEL_PARADIGM_DEVELOPER_MANAGED: with a token that a backend, or Vowel
 *   Core's route, has made
 * @VOWEL_PARADIGM_SIDECAR: to a session that several connections share by its
 *   key
 * @VOWEL_PARADIGM_FIXED_API_KEY: with the key of an app
 * @VOWEL_PARADIGM_OPENAI_COMPATIBLE: to a session that `call_id` names
 * @VOWEL_PARADIGM_TRUSTED_SERVER: a backend, with a token of its own
 *
 * How a client has come to its session, as Vowel calls that.
 */
typedef enum {
  VOWEL_PARADIGM_DIRECT,
  VOWEL_PARADIGM_DEVELOPER_MANAGED,
  VOWEL_PARADIGM_SIDECAR,
  VOWEL_PARADIGM_FIXED_API_KEY,
  VOWEL_PARADIGM_OPENAI_COMPATIBLE,
  VOWEL_PARADIGM_TRUSTED_SERVER,
  VOWEL_N_PARADIGMS,
} VowelParadigm;

/* @token: (nullable): the credential, if it is one. @vowel_key: the credential
 * is the key of an app. @call_id, @session_key: (nullable): of the query. */
VowelParadigm vowel_paradigm_find (const VowelToken *token, gboolean vowel_key,
    const gchar *call_id, const gchar *session_key);
/* As in "trusted_server"; for metrics and logs. */
const gchar *vowel_paradigm_get_name (VowelParadigm paradigm);

G_END_DECLS
