/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voice-provider.h"

#include "voicex-json.h"

#include "server/http/http.h"
#include "server/store/document-json.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define KIND "voice-provider"
#define MAX_MODELS 500

/* --- models --- */

VowelVoiceModel *
vowel_voice_model_new (
    const gchar *id, const gchar *label, const gchar *description)
{
  VowelVoiceModel *model = g_new0 (VowelVoiceModel, 1);

  model->id = g_strdup (id);
  model->label = g_strdup (label != NULL ? label : id);
  model->description = g_strdup (description != NULL ? description : "");
  return model;
}

void
vowel_voice_model_free (VowelVoiceModel *model)
{
  g_free (model->id);
  g_free (model->label);
  g_free (model->description);
  g_free (model);
}

static GPtrArray *
new_models (void)
{
  return g_ptr_array_new_with_free_func (
      (GDestroyNotify) vowel_voice_model_free);
}

JsonArray *
vowel_voice_models_to_json (GPtrArray *models)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < models->len; i++) {
    const VowelVoiceModel *model = g_ptr_array_index (models, i);
    JsonObject *object = json_object_new ();

    json_object_set_string_member (object, "modelId", model->id);
    json_object_set_string_member (object, "label", model->label);
    json_object_set_string_member (object, "description", model->description);
    json_array_add_object_element (array, object);
  }
  return array;
}

static gboolean
refuse (const gchar *member, const gchar *expected, GError **error)
{
  g_set_error (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
      "%s must be %s", member, expected);
  return FALSE;
}

static gboolean
read_models (JsonNode *node, GPtrArray *models, GError **error)
{
  JsonArray *array =
      JSON_NODE_HOLDS_ARRAY (node) ? json_node_get_array (node) : NULL;

  if (array == NULL || json_array_get_length (array) > MAX_MODELS)
    return refuse ("models", "a list of {modelId, label, description}", error);
  g_ptr_array_set_size (models, 0);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);
    JsonObject *object = JSON_NODE_HOLDS_OBJECT (element)
                             ? json_node_get_object (element)
                             : NULL;
    const gchar *id = gst_vowel_json_get_string (object, "modelId");

    if (id == NULL || *id == '\0')
      return refuse (
          "models", "a list of {modelId, label, description}", error);
    g_ptr_array_add (models,
        vowel_voice_model_new (id, gst_vowel_json_get_string (object, "label"),
            gst_vowel_json_get_string (object, "description")));
  }
  return TRUE;
}

/* --- a provider --- */

VowelVoiceProvider *
vowel_voice_provider_new (const gchar *app_id, VowelPlanStage stage,
    const gchar *key, const gchar *name)
{
  VowelVoiceProvider *provider = g_new0 (VowelVoiceProvider, 1);

  provider->id = g_uuid_string_random ();
  provider->app_id = g_strdup (app_id);
  provider->stage = stage;
  provider->key = g_strdup (key);
  provider->name = g_strdup (name);
  provider->models = new_models ();
  provider->settings = json_object_new ();
  provider->active = TRUE;
  provider->created_at = provider->updated_at = g_get_real_time () / 1000;
  return provider;
}

void
vowel_voice_provider_free (VowelVoiceProvider *provider)
{
  g_free (provider->id);
  g_free (provider->app_id);
  g_free (provider->key);
  g_free (provider->name);
  g_ptr_array_unref (provider->models);
  json_object_unref (provider->settings);
  g_free (provider->credentials);
  g_free (provider);
}

gboolean
vowel_voice_provider_apply (
    VowelVoiceProvider *provider, JsonObject *body, GError **error)
{
  const gchar *name = gst_vowel_json_get_string (body, "name");
  JsonNode *models = json_object_get_member (body, "models");
  JsonObject *settings = gst_vowel_json_get_object (body, "settings");
  JsonNode *active = json_object_get_member (body, "active");

  if (json_object_has_member (body, "name") && (name == NULL || *name == '\0'))
    return refuse ("name", "a text", error);
  if (active != NULL && json_node_get_value_type (active) != G_TYPE_BOOLEAN)
    return refuse ("active", "true or false", error);
  if (models != NULL && !JSON_NODE_HOLDS_NULL (models)
      && !read_models (models, provider->models, error))
    return FALSE;
  if (name != NULL) {
    g_free (provider->name);
    provider->name = g_strdup (name);
  }
  if (settings != NULL) {
    json_object_unref (provider->settings);
    provider->settings = json_object_ref (settings);
  }
  if (active != NULL)
    provider->active = json_node_get_boolean (active);
  return TRUE;
}

/* What the store keeps and clients see alike. */
static void
write_members (const VowelVoiceProvider *provider, JsonObject *object)
{
  json_object_set_string_member (
      object, "category", vowel_plan_stage_get_name (provider->stage));
  json_object_set_string_member (object, "providerKey", provider->key);
  json_object_set_string_member (object, "name", provider->name);
  json_object_set_array_member (
      object, "models", vowel_voice_models_to_json (provider->models));
  json_object_set_object_member (
      object, "settings", json_object_ref (provider->settings));
  json_object_set_boolean_member (object, "active", provider->active);
}

JsonObject *
vowel_voice_provider_to_json (const VowelVoiceProvider *provider)
{
  JsonObject *object = json_object_new ();

  vowel_voicex_set_id (object, "_id", provider->id);
  vowel_voicex_set_id (object, "orgId", provider->app_id);
  write_members (provider, object);
  vowel_voicex_set_time (object, "createdAt", provider->created_at);
  vowel_voicex_set_time (object, "updatedAt", provider->updated_at);
  return object;
}

/* --- the store --- */

static VowelVoiceProvider *
read_document (const VowelDocument *document)
{
  g_autoptr (JsonObject) body = vowel_document_parse (document);
  const gchar *key = gst_vowel_json_get_string (body, "providerKey");
  const gchar *category = gst_vowel_json_get_string (body, "category");
  VowelPlanStage stage = VOWEL_PLAN_LLM;
  VowelVoiceProvider *provider;

  if (category != NULL)
    vowel_plan_stage_parse (category, &stage);
  provider =
      vowel_voice_provider_new (document->app_id, stage, key ? key : "", "");
  g_free (provider->id);
  provider->id = g_strdup (document->id);
  vowel_voice_provider_apply (provider, body, NULL);
  provider->credentials =
      g_strdup (gst_vowel_json_get_string (body, "credentials"));
  provider->created_at = document->created_at;
  provider->updated_at = document->updated_at;
  return provider;
}

GPtrArray *
vowel_voice_provider_list (
    VowelStore *store, const gchar *app_id, GError **error)
{
  g_autoptr (GPtrArray) documents =
      vowel_store_list_documents (store, KIND, app_id, error);
  GPtrArray *providers;

  if (documents == NULL)
    return NULL;
  providers = g_ptr_array_new_with_free_func (
      (GDestroyNotify) vowel_voice_provider_free);
  for (guint i = 0; i < documents->len; i++)
    g_ptr_array_add (
        providers, read_document (g_ptr_array_index (documents, i)));
  return providers;
}

void
vowel_voice_provider_put (VowelStore *store, const VowelVoiceProvider *provider,
    GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (JsonObject) body = json_object_new ();
  g_autofree gchar *folded = g_utf8_casefold (provider->name, -1);
  g_autofree gchar *key = g_strconcat (provider->app_id, "/", folded, NULL);
  g_autoptr (VowelDocument) document = NULL;

  write_members (provider, body);
  vowel_http_set_string (body, "credentials", provider->credentials);
  document =
      vowel_document_new_json (KIND, provider->id, provider->app_id, key, body);
  document->created_at = provider->created_at;
  document->updated_at = provider->updated_at;
  vowel_store_put_document (store, document, callback, user_data);
}

void
vowel_voice_provider_delete (VowelStore *store,
    const VowelVoiceProvider *provider, GAsyncReadyCallback callback,
    gpointer user_data)
{
  vowel_store_delete_document (store, KIND, provider->id, callback, user_data);
}

void
vowel_voice_provider_seal (VowelVoiceProvider *provider, VowelKeyring *keyring,
    JsonObject *credentials)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree gchar *text = NULL;

  json_node_set_object (node, credentials);
  text = json_to_string (node, FALSE);
  g_free (provider->credentials);
  provider->credentials = vowel_keyring_seal_text (keyring, text);
}

gchar *
vowel_voice_provider_open (const VowelVoiceProvider *provider,
    VowelKeyring *keyring, const gchar *name)
{
  g_autofree gchar *text =
      provider->credentials != NULL
          ? vowel_keyring_open_text (keyring, provider->credentials, NULL)
          : NULL;
  g_autoptr (JsonObject) credentials =
      text != NULL ? gst_vowel_json_parse_object (
          text, strlen (text), strlen (text), NULL)
                   : NULL;

  return g_strdup (gst_vowel_json_get_string (credentials, name));
}
