/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "control-private.h"
#include "generate-token.h"
#include "remote-mint.h"

#include "server/http/websocket.h"

static void
reply_refused (SoupServerMessage *message, const GError *error)
{
  static const guint statuses[] = {
      [VOWEL_GENERATE_ERROR_INVALID] = SOUP_STATUS_BAD_REQUEST,
      [VOWEL_GENERATE_ERROR_UNKNOWN_KEY] = SOUP_STATUS_UNAUTHORIZED,
      [VOWEL_GENERATE_ERROR_FORBIDDEN] = SOUP_STATUS_FORBIDDEN,
      [VOWEL_GENERATE_ERROR_NOT_FOUND] = SOUP_STATUS_NOT_FOUND,
      [VOWEL_GENERATE_ERROR_FAILED] = SOUP_STATUS_INTERNAL_SERVER_ERROR,
  };
  guint status = error->domain == VOWEL_GENERATE_ERROR
                     ? statuses[error->code]
                     : SOUP_STATUS_BAD_REQUEST;

  vowel_http_reply_error (message, status, NULL, NULL, "%s", error->message);
}

/* A request whose token another service makes. */
typedef struct {
  SoupServerMessage *message;
  VowelGeneration *generation;
} Errand;

static void
on_remote_token (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Errand *errand = user_data;
  gint64 expires_at;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *token =
      vowel_remote_mint_finish (result, &expires_at, &error);

  if (token != NULL)
    vowel_http_reply_json (errand->message, SOUP_STATUS_OK,
        vowel_generation_answer_remote (errand->generation, token, expires_at));
  else
    vowel_http_reply_error (errand->message, SOUP_STATUS_BAD_GATEWAY, NULL,
        NULL, "%s", error->message);
  soup_server_message_unpause (errand->message);
  g_object_unref (errand->message);
  vowel_generation_free (errand->generation);
  g_free (errand);
}

static void
fetch_token (
    VowelControl *self, SoupServerMessage *message, VowelGeneration *generation)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *key = vowel_generation_dup_remote_key (generation, &error);
  Errand *errand;

  if (key == NULL) {
    vowel_generation_free (generation);
    reply_refused (message, error);
    return;
  }
  errand = g_new0 (Errand, 1);
  errand->message = g_object_ref (message);
  errand->generation = generation;
  soup_server_message_pause (message);
  vowel_remote_mint_async (self->soup, self->config,
      vowel_generation_get_remote (generation), key, on_remote_token, errand);
}

static void
generate (
    VowelControl *self, SoupServerMessage *message, VowelGeneration *generation)
{
  g_autoptr (VowelGeneration) owned = generation;
  g_autoptr (GError) error = NULL;
  JsonObject *answer;

  if (vowel_generation_get_remote (generation) != NULL) {
    fetch_token (self, message, g_steal_pointer (&owned));
    return;
  }
  answer = vowel_generation_mint (generation, &error);
  if (answer != NULL)
    vowel_http_reply_json (message, SOUP_STATUS_OK, answer);
  else
    reply_refused (message, error);
}

void
vowel_control_on_generate_token (VowelRequest *request, gpointer control)
{
  VowelControl *self = control;
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body =
      vowel_http_get_object (request->message, &error);
  g_autofree gchar *url =
      vowel_websocket_dup_url (self->config, request->message);
  const VowelGenerateRequest wanted = {
      .credential = request->credential,
      .body = body,
      .origin = vowel_http_get_header (request->message, "Origin"),
      .url = url,
      .now = g_get_real_time () / G_USEC_PER_SEC,
  };
  g_auto (VowelGrant) grant = {0};
  VowelGeneration *generation = NULL;

  if (body != NULL)
    grant.key = vowel_generate_token_find_key (self->keyring, &wanted, &error);
  if (grant.key != NULL) {
    vowel_audit_note_grant (request->message, &grant);
    if (!vowel_generate_token_check_scope (grant.key, &error))
      g_clear_pointer (&grant.key, vowel_api_key_free);
  }
  if (grant.key != NULL
      && !vowel_control_may_mint (self, request->message, &grant))
    return;
  if (grant.key != NULL)
    generation = vowel_generation_new (
        self->config, self->keyring, grant.key, &wanted, &error);
  if (generation != NULL)
    generate (self, request->message, generation);
  else
    reply_refused (request->message, error);
}
