/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-private.h"

#include "voicex-json.h"

#define DEFAULT_NAME "Default Organization"
#define KEY_NAME "Admin Key"

void
vowel_voicex_on_health (VowelRequest *request, gpointer voicex)
{
  JsonObject *health;

  if (!vowel_voicex_admit (voicex, request))
    return;
  health = json_object_new ();
  json_object_set_string_member (health, "status", "ok");
  json_object_set_int_member (health, "timestamp", g_get_real_time () / 1000);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, health);
}

void
vowel_voicex_on_plans (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;

  if (vowel_voicex_admit (self, request))
    vowel_http_reply_array (request->message,
        vowel_plans_to_json (vowel_accounts_get_plans (self->accounts)));
}

/* --- the first organization --- */

void
vowel_voicex_on_setup_status (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  JsonObject *status;

  if (!vowel_voicex_admit (self, request))
    return;
  status = json_object_new ();
  json_object_set_boolean_member (
      status, "initialized", vowel_accounts_are_set_up (self->accounts));
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, status);
}

typedef struct {
  VowelVoicex *voicex;
  VowelLaterAnswer *later;
} Setup;

static void
on_set_up (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Setup *setup = user_data;

  setup->voicex->setting_up = FALSE;
  vowel_later_answer_on_written (source, result, setup->later);
  vowel_voicex_unref (setup->voicex);
  g_free (setup);
}

/* Whoever administers the server makes its first app the organization; anybody
 * else, where that is allowed, one of its own. (transfer full) */
static VowelApp *
make_app (VowelVoicex *self, gboolean admin, const gchar *name)
{
  g_autoptr (VowelAccount) first =
      admin ? vowel_accounts_find_first (self->accounts, NULL) : NULL;
  VowelApp *app =
      first != NULL ? vowel_app_copy (first->app) : g_new0 (VowelApp, 1);

  if (app->id == NULL)
    app->id = g_uuid_string_random ();
  g_free (app->name);
  app->name = g_strdup (name != NULL ? name : DEFAULT_NAME);
  app->updated_at = g_get_real_time () / 1000;
  if (app->created_at == 0)
    app->created_at = app->updated_at;
  return app;
}

static JsonObject *
make_answer (const VowelApp *app, const gchar *key)
{
  JsonObject *answer = vowel_voicex_make_ok ();

  vowel_voicex_set_id (answer, "orgId", app->id);
  json_object_set_string_member (answer, "orgName", app->name);
  json_object_set_string_member (answer, "apiKey", key);
  json_object_set_string_member (answer, "message",
      "The organization is set up. Keep its key: it is not shown again.");
  return answer;
}

static void
set_up (VowelVoicex *self, VowelRequest *request, const VowelApp *app)
{
  static const gchar *const scopes[] = {VOWEL_SCOPE_VOICE, NULL};
  VowelStore *store = vowel_accounts_get_store (self->accounts);
  g_autoptr (VowelOrganization) organization =
      vowel_organization_new (app->id, VOWEL_ORGANIZATION_ACTIVE);
  g_autofree gchar *text = NULL;
  g_autoptr (VowelApiKey) key =
      vowel_keyring_make_voicex (vowel_accounts_get_keyring (self->accounts),
          app->id, KEY_NAME, scopes, &text);
  Setup *setup = g_new0 (Setup, 1);

  organization->plan = g_strdup (
      vowel_plans_get_first (vowel_accounts_get_plans (self->accounts))->slug);
  vowel_audit_note_target (request->message, app->id, key->id);
  self->setting_up = TRUE;
  setup->voicex = vowel_voicex_ref (self);
  setup->later = vowel_voicex_answer_later (
      request->message, SOUP_STATUS_OK, make_answer (app, text));
  /* Writes happen in their order, so that the last tells of all. */
  vowel_store_put_app (store, app, NULL, NULL);
  vowel_organization_put (store, organization, NULL, NULL);
  vowel_store_put_api_key (store, key, on_set_up, setup);
}

void
vowel_voicex_on_setup (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (VowelApp) app = NULL;
  gboolean admin;

  if (!vowel_voicex_admit (self, request)
      || (body = vowel_voicex_get_body (request)) == NULL)
    return;
  if (self->setting_up || vowel_accounts_are_set_up (self->accounts)) {
    vowel_voicex_reply_error (
        request->message, SOUP_STATUS_CONFLICT, "Already set up");
    return;
  }
  admin = vowel_accounts_is_admin (self->accounts, request->credential);
  if (!admin
      && !g_str_equal (
          vowel_accounts_get_config (self->accounts)->voicex_setup, "open")) {
    vowel_voicex_reply_error (request->message, SOUP_STATUS_UNAUTHORIZED,
        "Setting up needs the admin key (VOWEL_ADMIN_KEY, else API_KEY) as "
        "x-api-key or Bearer token, unless VOICEX_SETUP is open");
    return;
  }
  app = make_app (self, admin, vowel_voicex_get_text (body, "orgName"));
  set_up (self, request, app);
}
