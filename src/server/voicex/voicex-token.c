/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-token.h"

#include <gst/vowel/gstvoweljson.h>

/* So that it opens nothing else that the same secret protects. */
#define AUDIENCE "voicex"

static const struct {
  const gchar *claim;
  gsize offset;
} texts[] = {
    {"userId", G_STRUCT_OFFSET (VowelVoicexToken, user_id)},
    {"email", G_STRUCT_OFFSET (VowelVoicexToken, email)},
    {"orgId", G_STRUCT_OFFSET (VowelVoicexToken, org_id)},
    {"clientId", G_STRUCT_OFFSET (VowelVoicexToken, client_id)},
};

void
vowel_voicex_token_free (VowelVoicexToken *token)
{
  g_free (token->user_id);
  g_free (token->email);
  g_free (token->org_id);
  g_free (token->client_id);
  g_free (token);
}

gchar *
vowel_voicex_token_make (
    const VowelVoicexToken *token, const gchar *secret, GError **error)
{
  g_autoptr (JsonObject) claims = json_object_new ();

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    const gchar *text = G_STRUCT_MEMBER (gchar *, token, texts[i].offset);

    if (text != NULL)
      json_object_set_string_member (claims, texts[i].claim, text);
  }
  json_object_set_string_member (claims, "aud", AUDIENCE);
  json_object_set_int_member (claims, "iat", token->issued_at);
  json_object_set_int_member (claims, "exp", token->expires_at);
  return vowel_web_token_sign (claims, secret, error);
}

VowelVoicexToken *
vowel_voicex_token_verify (
    const gchar *text, const gchar *secret, gint64 now, GError **error)
{
  g_autoptr (JsonObject) claims =
      vowel_web_token_verify (text, secret, now, error);
  g_autoptr (VowelVoicexToken) token = NULL;

  if (claims == NULL)
    return NULL;
  token = g_new0 (VowelVoicexToken, 1);
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    G_STRUCT_MEMBER (gchar *, token, texts[i].offset) =
        g_strdup (gst_vowel_json_get_string (claims, texts[i].claim));
  token->issued_at = vowel_web_token_get_time (claims, "iat");
  token->expires_at = vowel_web_token_get_time (claims, "exp");
  /* Those that a Voicex has made for its users have no audience. */
  if (vowel_web_token_is_for (claims, AUDIENCE)
      && ((token->user_id != NULL && token->email != NULL)
          || (token->client_id != NULL
              && json_object_has_member (claims, "aud"))))
    return g_steal_pointer (&token);
  g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_AUDIENCE,
      "The token was made by or for another service");
  return NULL;
}
