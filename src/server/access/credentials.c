/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "credentials.h"

#include "server/store/key-text.h"

#include <gnutls/gnutls.h>
#include <string.h>

#define KEY_PROTOCOL "openai-insecure-api-key"
#define BETA_PROTOCOL_PREFIX "openai-beta."

static gchar *
clean (const gchar *value)
{
  g_autofree gchar *text = value ? g_strstrip (g_strdup (value)) : NULL;

  if (text == NULL || text[0] == '\0' || g_str_equal (text, "null")
      || g_str_equal (text, "undefined"))
    return NULL;
  return g_steal_pointer (&text);
}

static gchar *
from_authorization (const gchar *header)
{
  const gchar *rest = header;

  while (g_ascii_isspace (*rest))
    rest++;
  if (g_ascii_strncasecmp (rest, "Bearer", strlen ("Bearer")) == 0
      && (rest[strlen ("Bearer")] == '\0'
          || g_ascii_isspace (rest[strlen ("Bearer")])))
    return clean (rest + strlen ("Bearer"));
  return clean (rest);
}

GStrv
vowel_credential_split_subprotocols (const gchar *header)
{
  GStrv list = g_strsplit (header, ",", -1);

  for (guint i = 0; list[i]; i++)
    g_strstrip (list[i]);
  return list;
}

static gchar *
from_subprotocols (const gchar *header)
{
  g_auto (GStrv) list = vowel_credential_split_subprotocols (header);

  for (guint i = 0; list[i]; i++)
    if (g_str_has_prefix (list[i], KEY_PROTOCOL "."))
      return clean (list[i] + strlen (KEY_PROTOCOL "."));
  for (guint i = 0; list[i]; i++)
    if (g_str_equal (list[i], KEY_PROTOCOL) && list[i + 1]
        && !g_str_equal (list[i + 1], "realtime")
        && !g_str_has_prefix (list[i + 1], BETA_PROTOCOL_PREFIX))
      return clean (list[i + 1]);
  for (guint i = 0; list[i]; i++)
    if (g_str_has_prefix (list[i], VOWEL_TOKEN_PREFIX))
      return clean (list[i]);
  return NULL;
}

gchar *
vowel_credential_find (
    const VowelCredentialRequest *request, VowelCredentialSource *ret_source)
{
  VowelCredentialSource source = VOWEL_CREDENTIAL_BEARER;
  gchar *found = NULL;

  if (request->authorization)
    found = from_authorization (request->authorization);
  if (found == NULL && request->api_key) {
    source = VOWEL_CREDENTIAL_API_KEY_HEADER;
    found = clean (request->api_key);
  }
  if (found == NULL && request->subprotocols) {
    source = VOWEL_CREDENTIAL_SUBPROTOCOL;
    found = from_subprotocols (request->subprotocols);
  }
  if (found == NULL && request->query_token) {
    source = VOWEL_CREDENTIAL_QUERY;
    found = clean (request->query_token);
  }
  if (ret_source)
    *ret_source = found ? source : VOWEL_CREDENTIAL_NONE;
  return found;
}

const gchar *
vowel_grant_get_app (const VowelGrant *grant)
{
  if (grant->key)
    return grant->key->app_id;
  return grant->token ? grant->token->app_id : NULL;
}

void
vowel_grant_clear (VowelGrant *grant)
{
  grant->rights = VOWEL_RIGHT_NONE;
  g_clear_pointer (&grant->token, vowel_token_free);
  g_clear_pointer (&grant->key, vowel_api_key_free);
}

/* Digests are compared, so that neither content nor length shows in the time
 * that it takes. */
static gboolean
is_same_key (const gchar *a, const gchar *b)
{
  g_autoptr (GChecksum) of_a = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GChecksum) of_b = g_checksum_new (G_CHECKSUM_SHA256);
  guint8 digest_a[32], digest_b[32];
  gsize length = sizeof (digest_a);

  g_checksum_update (of_a, (const guchar *) a, strlen (a));
  g_checksum_update (of_b, (const guchar *) b, strlen (b));
  g_checksum_get_digest (of_a, digest_a, &length);
  g_checksum_get_digest (of_b, digest_b, &length);
  return gnutls_memcmp (digest_a, digest_b, sizeof (digest_a)) == 0;
}

static gboolean
looks_like_token (const gchar *credential)
{
  const gchar *dot = strchr (credential, '.');

  return g_str_has_prefix (credential, VOWEL_TOKEN_PREFIX)
         || (dot && strchr (dot + 1, '.'));
}

static gboolean
looks_like_app_key (const gchar *credential)
{
  return vowel_key_has_prefix (credential)
         || vowel_key_has_voicex_prefix (credential);
}

#define ALL_RIGHTS                                                             \
  (VOWEL_RIGHT_CONNECT | VOWEL_RIGHT_MINT | VOWEL_RIGHT_TRUSTED                \
      | VOWEL_RIGHT_ADMIN | VOWEL_RIGHT_AGENTS)

static VowelRights
rights_of_key (const VowelApiKey *key)
{
  static const struct {
    const gchar *scope;
    VowelRights right;
  } table[] = {
      {VOWEL_SCOPE_MINT, VOWEL_RIGHT_MINT},
      {VOWEL_SCOPE_CONNECT, VOWEL_RIGHT_CONNECT},
      {VOWEL_SCOPE_TRUSTED, VOWEL_RIGHT_TRUSTED},
      {VOWEL_SCOPE_VOICE, VOWEL_RIGHT_AGENTS},
  };
  VowelRights rights = VOWEL_RIGHT_NONE;

  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    if (vowel_api_key_has_scope (key, table[i].scope))
      rights |= table[i].right;
  return rights;
}

/* @list: (nullable): with commas. All of them are compared. */
static gboolean
is_in_list (const gchar *credential, const gchar *list)
{
  g_auto (GStrv) keys = g_strsplit (list != NULL ? list : "", ",", -1);
  gboolean found = FALSE;

  for (guint i = 0; keys[i] != NULL; i++)
    if (*g_strstrip (keys[i]) != '\0' && is_same_key (credential, keys[i]))
      found = TRUE;
  return found;
}

/* FALSE: it is none of the server's own keys. */
static gboolean
check_own_keys (const VowelServerConfig *config, const gchar *credential,
    VowelGrant *ret_grant)
{
  const gchar *admin = config->admin_key ? config->admin_key : config->api_key;

  if (is_same_key (credential, admin))
    ret_grant->rights = ALL_RIGHTS;
  else if (is_same_key (credential, config->api_key))
    ret_grant->rights = ALL_RIGHTS & ~VOWEL_RIGHT_ADMIN;
  else if (is_in_list (credential, config->voicex_keys))
    ret_grant->rights = VOWEL_RIGHT_AGENTS;
  return ret_grant->rights != VOWEL_RIGHT_NONE;
}

static gboolean
check_app_key (VowelKeyring *keyring, const gchar *credential,
    VowelGrant *ret_grant, GError **error)
{
  ret_grant->key = vowel_keyring_check (keyring, credential, error);
  if (ret_grant->key == NULL)
    return FALSE;
  /* Scopes of a key of Voicex are its client's own words. */
  ret_grant->rights = vowel_key_has_voicex_prefix (credential)
                          ? VOWEL_RIGHT_AGENTS
                          : rights_of_key (ret_grant->key);
  return TRUE;
}

/* A token of the secret before is good until it expires. */
static VowelToken *
verify (const VowelServerConfig *config, const gchar *credential, gint64 now,
    GError **error)
{
  g_autoptr (GError) first_error = NULL;
  VowelToken *token =
      vowel_token_verify (credential, config->jwt_secret, now, &first_error);

  if (token == NULL && config->jwt_secret_previous)
    token =
        vowel_token_verify (credential, config->jwt_secret_previous, now, NULL);
  if (token == NULL)
    g_propagate_error (error, g_steal_pointer (&first_error));
  return token;
}

gboolean
vowel_credential_check (const VowelServerConfig *config, VowelKeyring *keyring,
    const gchar *credential, gint64 now, VowelGrant *ret_grant, GError **error)
{
  gboolean token_like = credential && looks_like_token (credential);

  memset (ret_grant, 0, sizeof (*ret_grant));
  if (keyring && credential && looks_like_app_key (credential)
      && (config->api_key || vowel_keyring_knows (keyring, credential)))
    return check_app_key (keyring, credential, ret_grant, error);
  if (config->api_key == NULL) {
    ret_grant->rights = ALL_RIGHTS;
    if (token_like)
      ret_grant->token = verify (config, credential, now, NULL);
    return TRUE;
  }
  if (credential == NULL) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_MALFORMED,
        "An API key or a token is needed: send it as Authorization: Bearer, "
        "or as WebSocket subprotocol openai-insecure-api-key.KEY");
    return FALSE;
  }
  if (check_own_keys (config, credential, ret_grant))
    return TRUE;
  if (!token_like) {
    g_set_error_literal (error, VOWEL_TOKEN_ERROR, VOWEL_TOKEN_ERROR_SIGNATURE,
        "The API key is wrong");
    return FALSE;
  }
  ret_grant->token = verify (config, credential, now, error);
  if (ret_grant->token == NULL)
    return FALSE;
  ret_grant->rights = VOWEL_RIGHT_CONNECT;
  return TRUE;
}

gboolean
vowel_origin_is_allowed (const VowelServerConfig *config, const gchar *origin)
{
  g_autoptr (GUri) uri = NULL;
  g_autoptr (GInetAddress) address = NULL;
  const gchar *host;

  if (config->api_key || origin == NULL)
    return TRUE;
  if (config->allow_origins) {
    g_auto (GStrv) list = g_strsplit (config->allow_origins, ",", -1);

    for (guint i = 0; list[i]; i++)
      if (g_str_equal (g_strstrip (list[i]), "*")
          || g_ascii_strcasecmp (list[i], origin) == 0)
        return TRUE;
  }
  uri = g_uri_parse (origin, G_URI_FLAGS_NONE, NULL);
  host = uri ? g_uri_get_host (uri) : NULL;
  if (host == NULL)
    return FALSE;
  address = g_inet_address_new_from_string (host);
  return address ? g_inet_address_get_is_loopback (address)
                 : (g_ascii_strcasecmp (host, "localhost") == 0
                     || g_str_has_suffix (host, ".localhost"));
}
