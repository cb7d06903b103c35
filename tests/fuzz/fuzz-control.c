/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * For libFuzzer: what strangers send to the control plane. The first byte says
 * what the rest is:
 *
 *   T  a token, as it comes
 *   J  the claims of a token that is signed
 *   S, C, R  the body of a request for a token: sessions, client_secrets,
 *            transcription_sessions
 *   A  {"settings": …, "wishes": …}: an app's and a client's, for generateToken
 *   Y  a file of settings (YAML)
 *
 * Whatever it is, it is refused with an error, or it means the same when it is
 * read again.
 */

#include "config.h"

#include "fuzz-log.h"

#include "server/config/config-yaml.h"
#include "server/control/app-session.h"
#include "server/sessions/mint.h"
#include "server/sessions/session-request.h"

#include <gnutls/crypto.h>
#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define SECRET "0123456789abcdef0123456789abcdef"
#define NOW 1700000000
#define MAX_SIZE (1024 * 1024)

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static VowelServerConfig *
get_config (void)
{
  static VowelServerConfig *config;

  if (config == NULL) {
    fuzz_log_init ();
    config = vowel_server_config_new ();
    config->jwt_secret = g_strdup (SECRET);
  }
  return config;
}

static void
assert_error (gconstpointer result, const GError *error)
{
  g_assert_true ((result == NULL) == (error != NULL));
  if (error != NULL)
    g_assert_true (g_utf8_validate (error->message, -1, NULL)
                   && error->message[0] != '\0');
}

static void
use_token (const gchar *text, gboolean expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) apply_error = NULL;
  g_autoptr (VowelToken) token = vowel_token_verify (text, SECRET, NOW, &error);
  g_autoptr (VowelSessionRequest) request =
      vowel_session_request_new_default (get_config ());
  gboolean applied;

  assert_error (token, error);
  if (expected)
    g_assert_no_error (error);
  if (token == NULL)
    return;
  applied = vowel_session_request_apply_token (request, token, &apply_error);
  g_assert_true (applied == (apply_error == NULL));
  if (expected)
    g_assert_no_error (apply_error);
}

static gchar *
encode (gconstpointer data, gsize size)
{
  gchar *text = g_base64_encode (data, size);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

static void
sign_and_use (const gchar *claims, gsize size)
{
  static const gchar header[] = "{\"alg\":\"HS256\"}";
  g_autofree gchar *first = encode (header, strlen (header));
  g_autofree gchar *second = encode (claims, size);
  g_autofree gchar *payload = g_strconcat (first, ".", second, NULL);
  g_autofree gchar *third = NULL;
  g_autofree gchar *token = NULL;
  guint8 mac[32];

  gnutls_hmac_fast (GNUTLS_MAC_SHA256, SECRET, strlen (SECRET), payload,
      strlen (payload), mac);
  third = encode (mac, sizeof (mac));
  token = g_strconcat (VOWEL_TOKEN_PREFIX, payload, ".", third, NULL);
  use_token (token, FALSE);
}

static void
mint (VowelMintRoute route, const gchar *body, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelToken) token = NULL;
  g_autoptr (JsonObject) answer =
      vowel_mint (get_config (), route, NULL, body, size, NOW, &token, &error);
  JsonObject *secret;

  assert_error (answer, error);
  if (answer == NULL)
    return;
  secret = gst_vowel_json_get_object (answer, "client_secret");
  /* What the route has given opens a session. */
  use_token (
      gst_vowel_json_get_string (secret ? secret : answer, "value"), TRUE);
}

static void
generate (const gchar *text, gsize size)
{
  g_autoptr (JsonNode) node = gst_vowel_json_parse (text, size, MAX_SIZE, NULL);
  JsonObject *object = node && JSON_NODE_HOLDS_OBJECT (node)
                           ? json_node_get_object (node)
                           : NULL;
  JsonObject *settings =
      object ? gst_vowel_json_get_object (object, "settings") : NULL;
  JsonObject *wishes =
      object ? gst_vowel_json_get_object (object, "wishes") : NULL;

  if (settings == NULL || wishes == NULL)
    return;
  for (guint i = 0; i < 2; i++) {
    g_autoptr (JsonObject) voice =
        vowel_app_session_merge_voice (settings, wishes, i == 1);
    g_autofree gchar *session =
        vowel_app_session_make (settings, voice, wishes);

    mint (VOWEL_MINT_APP, session, strlen (session));
  }
}

static void
read_yaml (const gchar *text, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = vowel_yaml_parse (text, size, &error);
  g_autoptr (JsonNode) again = NULL;
  g_autofree gchar *written = NULL;

  assert_error (node, error);
  if (node == NULL)
    return;
  written = vowel_yaml_write (node);
  again = vowel_yaml_parse (written, -1, &error);
  g_assert_no_error (error);
  g_assert_true (json_node_equal (node, again));
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  /* With an end, and as large as it is. */
  g_autofree gchar *text =
      size > 0 ? g_strndup ((const gchar *) data + 1, size - 1) : NULL;

  if (text == NULL)
    return 0;
  get_config ();
  switch (data[0]) {
    case 'T':
      use_token (text, FALSE);
      break;
    case 'J':
      sign_and_use ((const gchar *) data + 1, size - 1);
      break;
    case 'S':
      mint (VOWEL_MINT_SESSION, (const gchar *) data + 1, size - 1);
      break;
    case 'C':
      mint (VOWEL_MINT_CLIENT_SECRET, (const gchar *) data + 1, size - 1);
      break;
    case 'R':
      mint (VOWEL_MINT_TRANSCRIPTION, (const gchar *) data + 1, size - 1);
      break;
    case 'A':
      generate ((const gchar *) data + 1, size - 1);
      break;
    case 'Y':
      read_yaml ((const gchar *) data + 1, size - 1);
      break;
    default:
      break;
  }
  return 0;
}
