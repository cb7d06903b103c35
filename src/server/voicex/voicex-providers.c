/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-private.h"

#include "model-catalogue.h"
#include "voicex-json.h"

#include <gst/vowel/gstvoweljson.h>

/* What an account with a service consists of. */
static const struct {
  const gchar *name;
  const gchar *label;
  const gchar *type;
  const gchar *placeholder;
} credentials[] = {
    {"apiKey", "API key", "password", NULL},
    {"baseUrl", "Address", "url", "https://api.example.com/v1"},
};

#define API_KEY 0
#define BASE_URL 1

/* --- what there could be --- */

static JsonArray *
make_settings (gboolean needs_key)
{
  JsonArray *settings = json_array_new ();

  for (guint i = 0; i < G_N_ELEMENTS (credentials); i++) {
    JsonObject *setting = json_object_new ();

    json_object_set_string_member (setting, "key", credentials[i].name);
    json_object_set_string_member (setting, "label", credentials[i].label);
    json_object_set_string_member (setting, "type", credentials[i].type);
    json_object_set_boolean_member (
        setting, "required", i == API_KEY && needs_key);
    if (credentials[i].placeholder != NULL)
      json_object_set_string_member (
          setting, "placeholder", credentials[i].placeholder);
    json_array_add_object_element (settings, setting);
  }
  return settings;
}

static JsonObject *
make_entry (VowelVoicex *self, VowelPlanStage stage, const gchar *key)
{
  gboolean needs_key = vowel_voice_providers_need_key (stage, key);
  g_autoptr (GPtrArray) models =
      vowel_voice_providers_list_models (self->providers, stage, key);
  g_autofree gchar *id = g_strdup_printf (
      "registry/%s/%s", vowel_plan_stage_get_name (stage), key);
  JsonObject *entry = json_object_new ();

  vowel_voicex_set_id (entry, "_id", id);
  json_object_set_string_member (
      entry, "category", vowel_plan_stage_get_name (stage));
  json_object_set_string_member (entry, "providerKey", key);
  json_object_set_string_member (
      entry, "displayName", vowel_model_catalogue_get_title (key));
  json_object_set_boolean_member (entry, "requiresKey", needs_key);
  json_object_set_array_member (
      entry, "models", vowel_voice_models_to_json (models));
  json_object_set_array_member (entry, "settings", make_settings (needs_key));
  return entry;
}

void
vowel_voicex_on_list_registry (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  JsonArray *registry;

  if (account == NULL)
    return;
  registry = json_array_new ();
  for (guint stage = 0; stage < VOWEL_N_PLAN_STAGES; stage++) {
    const gchar *const *installed =
        vowel_voice_providers_get_installed (self->providers, stage);

    for (guint i = 0; installed[i] != NULL; i++)
      json_array_add_object_element (
          registry, make_entry (self, stage, installed[i]));
  }
  vowel_http_reply_array (request->message, registry);
}

/* --- what there is --- */

/* FALSE: it has been answered. @ret_stage: -1 for all */
static gboolean
read_category (VowelRequest *request, gint *ret_stage)
{
  const gchar *category = vowel_request_get_query (request, "category");
  VowelPlanStage stage;

  *ret_stage = -1;
  if (category == NULL)
    return TRUE;
  if (!vowel_plan_stage_parse (category, &stage)) {
    vowel_voicex_reply_error (request->message, SOUP_STATUS_BAD_REQUEST,
        "category must be llm, tts or stt");
    return FALSE;
  }
  *ret_stage = stage;
  return TRUE;
}

void
vowel_voicex_on_list_providers (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) providers = NULL;
  JsonArray *array;
  gint stage;

  if (account == NULL || !read_category (request, &stage))
    return;
  providers = vowel_voice_providers_list (self->providers, account->app->id,
      g_strcmp0 (vowel_request_get_query (request, "client"), "true") == 0,
      &error);
  if (providers == NULL) {
    vowel_voicex_reply_gerror (request->message, error);
    return;
  }
  array = json_array_new ();
  for (guint i = 0; i < providers->len; i++) {
    const VowelVoiceProvider *provider = g_ptr_array_index (providers, i);

    if (stage < 0 || provider->stage == (VowelPlanStage) stage)
      json_array_add_object_element (
          array, vowel_voice_provider_to_json (provider));
  }
  vowel_http_reply_array (request->message, array);
}

/* @own: those of the server are not there. (nullable): it has been answered */
static VowelVoiceProvider *
find (VowelVoicex *self, VowelRequest *request, const VowelAccount *account,
    gboolean own)
{
  g_autofree gchar *id = vowel_voicex_check_id (request);
  g_autoptr (VowelVoiceProvider) provider =
      id != NULL ? vowel_voice_providers_find (
          self->providers, account->app->id, id, NULL)
                 : NULL;

  if (id == NULL)
    return NULL;
  if (provider != NULL && (!own || provider->app_id != NULL))
    return g_steal_pointer (&provider);
  vowel_voicex_reply_error (
      request->message, SOUP_STATUS_NOT_FOUND, "not found");
  return NULL;
}

void
vowel_voicex_on_get_provider (VowelRequest *request, gpointer voicex)
{
  g_autoptr (VowelAccount) account = vowel_voicex_begin (voicex, request);
  g_autoptr (VowelVoiceProvider) provider =
      account != NULL ? find (voicex, request, account, FALSE) : NULL;

  if (provider != NULL)
    vowel_http_reply_json (request->message, SOUP_STATUS_OK,
        vowel_voice_provider_to_json (provider));
}

/* --- an account of one's own --- */

static gboolean
refuse (SoupServerMessage *message, guint status, const gchar *text)
{
  vowel_voicex_reply_error (message, status, "%s", text);
  return FALSE;
}

/* Whoever may name addresses can have the server ask any of its neighbours:
 * that is for those who run it, not for those who sign up. Nor is a key that is
 * known already, here or to the server, for another address: whoever may change
 * that may not read it.
 * @known: (nullable): the address until now. @has_key: one comes with it */
static gboolean
check_address (VowelRequest *request, const VowelAccount *account,
    const gchar *address, const gchar *known, gboolean has_key)
{
  g_autoptr (GUri) uri = g_uri_parse (address, G_URI_FLAGS_NONE, NULL);
  const gchar *scheme = uri != NULL ? g_uri_get_scheme (uri) : NULL;

  if (account->organization->owner != NULL)
    return refuse (request->message, SOUP_STATUS_BAD_REQUEST,
        "baseUrl is for organizations of whoever runs this server");
  if (g_strcmp0 (scheme, "https") != 0 && g_strcmp0 (scheme, "http") != 0
      && g_strcmp0 (scheme, "wss") != 0 && g_strcmp0 (scheme, "ws") != 0)
    return refuse (request->message, SOUP_STATUS_BAD_REQUEST,
        "baseUrl must be an address like https://api.example.com/v1");
  if (!has_key && g_strcmp0 (address, known) != 0)
    return refuse (request->message, SOUP_STATUS_BAD_REQUEST,
        "credentials.apiKey required with a new baseUrl (any text, where the "
        "service needs none)");
  return TRUE;
}

/* What @body says of them over what is known already; NULL: it has been
 * answered. (transfer full) */
static JsonObject *
read_credentials (VowelVoicex *self, VowelRequest *request,
    const VowelAccount *account, const VowelVoiceProvider *provider,
    JsonObject *body)
{
  JsonObject *said = gst_vowel_json_get_object (body, "credentials");
  const gboolean has_key =
      vowel_voicex_get_text (said, credentials[API_KEY].name) != NULL;
  g_autoptr (JsonObject) kept = json_object_new ();
  VowelKeyring *keyring = vowel_accounts_get_keyring (self->accounts);

  for (guint i = 0; i < G_N_ELEMENTS (credentials); i++) {
    const gchar *name = credentials[i].name;
    g_autofree gchar *known =
        vowel_voice_provider_open (provider, keyring, name);
    const gchar *text = vowel_voicex_get_text (said, name);

    if (i == BASE_URL && text != NULL
        && !check_address (request, account, text, known, has_key))
      return NULL;
    if (text != NULL || known != NULL)
      json_object_set_string_member (kept, name, text ? text : known);
  }
  if (!json_object_has_member (kept, credentials[API_KEY].name)
      && (vowel_voice_providers_need_key (provider->stage, provider->key)
          || account->organization->owner != NULL)) {
    refuse (request->message, SOUP_STATUS_BAD_REQUEST,
        "credentials.apiKey required");
    return NULL;
  }
  return g_steal_pointer (&kept);
}

static gboolean
check_plan (
    VowelVoicex *self, VowelRequest *request, const VowelAccount *account)
{
  g_autoptr (GPtrArray) own = NULL;

  if (account->plan->max_providers == 0)
    return refuse (request->message, SOUP_STATUS_FORBIDDEN,
        "Custom providers are not available on your plan");
  own = vowel_voice_providers_list (
      self->providers, account->app->id, TRUE, NULL);
  if (own == NULL || own->len < account->plan->max_providers)
    return TRUE;
  vowel_voicex_reply_error (request->message, SOUP_STATUS_FORBIDDEN,
      "Custom provider limit reached (%u)", account->plan->max_providers);
  return FALSE;
}

/* NULL: it has been answered */
static VowelVoiceProvider *
read_provider (VowelVoicex *self, VowelRequest *request,
    const VowelAccount *account, JsonObject *body)
{
  const gchar *category = vowel_voicex_get_text (body, "category");
  const gchar *key = vowel_voicex_get_text (body, "providerKey");
  const gchar *name = vowel_voicex_get_text (body, "name");
  g_autoptr (VowelVoiceProvider) provider = NULL;
  g_autoptr (GError) error = NULL;
  VowelPlanStage stage;

  if (category == NULL || key == NULL || name == NULL) {
    refuse (request->message, SOUP_STATUS_BAD_REQUEST,
        "category, providerKey and name required");
    return NULL;
  }
  if (!vowel_plan_stage_parse (category, &stage)
      || !g_strv_contains (
          vowel_voice_providers_get_installed (self->providers, stage), key)) {
    vowel_voicex_reply_error (request->message, SOUP_STATUS_BAD_REQUEST,
        "There is no provider %s for %s: see /api/dashboard/providers/registry",
        key, category);
    return NULL;
  }
  provider = vowel_voice_provider_new (account->app->id, stage, key, name);
  if (!vowel_voice_provider_apply (provider, body, &error)) {
    refuse (request->message, SOUP_STATUS_BAD_REQUEST, error->message);
    return NULL;
  }
  if (provider->models->len == 0) {
    g_ptr_array_unref (provider->models);
    provider->models =
        vowel_voice_providers_list_models (self->providers, stage, key);
  }
  return g_steal_pointer (&provider);
}

/* Names are compared without case, as the store does. */
static gboolean
check_name (VowelVoicex *self, VowelRequest *request,
    const VowelVoiceProvider *provider)
{
  g_autoptr (GPtrArray) own = vowel_voice_providers_list (
      self->providers, provider->app_id, TRUE, NULL);
  g_autofree gchar *name = g_utf8_casefold (provider->name, -1);

  for (guint i = 0; own != NULL && i < own->len; i++) {
    const VowelVoiceProvider *other = g_ptr_array_index (own, i);
    g_autofree gchar *taken = g_utf8_casefold (other->name, -1);

    if (g_str_equal (taken, name) && !g_str_equal (other->id, provider->id))
      return refuse (request->message, SOUP_STATUS_CONFLICT,
          "A provider with this name already exists");
  }
  return TRUE;
}

void
vowel_voicex_on_create_provider (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (JsonObject) body = NULL;
  g_autoptr (JsonObject) secrets = NULL;
  g_autoptr (VowelVoiceProvider) provider = NULL;

  if (account == NULL || !check_plan (self, request, account)
      || (body = vowel_voicex_get_body (request)) == NULL
      || (provider = read_provider (self, request, account, body)) == NULL
      || (secrets = read_credentials (self, request, account, provider, body))
             == NULL
      || !check_name (self, request, provider))
    return;
  vowel_voice_provider_seal (
      provider, vowel_accounts_get_keyring (self->accounts), secrets);
  vowel_audit_note_target (request->message, NULL, provider->id);
  vowel_voice_provider_put (vowel_accounts_get_store (self->accounts), provider,
      vowel_later_answer_on_written,
      vowel_voicex_answer_later (request->message, SOUP_STATUS_CREATED,
          vowel_voice_provider_to_json (provider)));
}

void
vowel_voicex_on_update_provider (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (VowelVoiceProvider) provider =
      account != NULL ? find (self, request, account, TRUE) : NULL;
  g_autoptr (JsonObject) body =
      provider != NULL ? vowel_voicex_get_body (request) : NULL;
  g_autoptr (JsonObject) secrets = NULL;
  g_autoptr (GError) error = NULL;

  if (body == NULL)
    return;
  if (!vowel_voice_provider_apply (provider, body, &error)) {
    refuse (request->message, SOUP_STATUS_BAD_REQUEST, error->message);
    return;
  }
  if (!check_name (self, request, provider)
      || (secrets = read_credentials (self, request, account, provider, body))
             == NULL)
    return;
  vowel_voice_provider_seal (
      provider, vowel_accounts_get_keyring (self->accounts), secrets);
  provider->updated_at = g_get_real_time () / 1000;
  vowel_audit_note_target (request->message, NULL, provider->id);
  vowel_voice_provider_put (vowel_accounts_get_store (self->accounts), provider,
      vowel_later_answer_on_written,
      vowel_voicex_answer_later (
          request->message, SOUP_STATUS_OK, vowel_voicex_make_ok ()));
}

static gboolean
uses (const VowelAgent *agent, const VowelVoiceProvider *provider)
{
  return g_strcmp0 (agent->llm.provider_id, provider->id) == 0
         || g_strcmp0 (agent->fallback_llm.provider_id, provider->id) == 0
         || g_strcmp0 (agent->tts.provider_id, provider->id) == 0
         || g_strcmp0 (agent->stt.provider_id, provider->id) == 0;
}

/* FALSE: somebody uses it, which has been answered */
static gboolean
check_unused (VowelVoicex *self, VowelRequest *request,
    const VowelVoiceProvider *provider)
{
  g_autoptr (GPtrArray) agents =
      vowel_agents_list (self->agents, provider->app_id, NULL);
  g_autoptr (JsonArray) users = json_array_new ();
  JsonObject *answer;

  for (guint i = 0; agents != NULL && i < agents->len; i++) {
    const VowelAgent *agent = g_ptr_array_index (agents, i);
    JsonObject *user;

    if (!uses (agent, provider))
      continue;
    user = json_object_new ();
    vowel_voicex_set_id (user, "id", agent->id);
    json_object_set_string_member (user, "name", agent->name);
    json_array_add_object_element (users, user);
  }
  if (json_array_get_length (users) == 0)
    return TRUE;
  answer = json_object_new ();
  json_object_set_string_member (
      answer, "error", "The provider is used by agents");
  json_object_set_array_member (answer, "agents", g_steal_pointer (&users));
  vowel_http_reply_json (request->message, SOUP_STATUS_CONFLICT, answer);
  return FALSE;
}

void
vowel_voicex_on_delete_provider (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (VowelVoiceProvider) provider =
      account != NULL ? find (self, request, account, TRUE) : NULL;

  if (provider == NULL || !check_unused (self, request, provider))
    return;
  vowel_audit_note_target (request->message, NULL, provider->id);
  vowel_voice_provider_delete (vowel_accounts_get_store (self->accounts),
      provider, vowel_later_answer_on_written,
      vowel_voicex_answer_later (
          request->message, SOUP_STATUS_OK, vowel_voicex_make_ok ()));
}
