/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What there is to choose from: the organization, models, voices. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-private.h"

#include "server/config/provider-probe.h"
#include "server/iso-time.h"
#include "server/store/object-id.h"

void
vowel_vatel_on_organization (VowelRequest *request, gpointer user_data)
{
  VowelVatel *self = user_data;
  g_autofree gchar *app_id = vowel_vatel_dup_app_id (self, request);
  g_autofree gchar *uuid = vowel_object_uuid (app_id);
  g_autoptr (VowelApp) app =
      vowel_store_get_app (vowel_vatel_get_store (self), app_id, NULL);
  g_autofree gchar *created = vowel_iso_time (
      app != NULL ? app->created_at : g_get_real_time () / 1000);
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", uuid);
  json_object_set_string_member (
      object, "name", app != NULL ? app->name : app_id);
  json_object_set_string_member (object, "created_at", created);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, object);
}

/* Whether it needs no key, or has one. */
static gboolean
is_set_up (const VowelServerConfig *config, GstVowelProviderKind kind,
    const gchar *name)
{
  g_auto (VowelProviderProbe) probe = {0};

  vowel_provider_probe (config, kind, name, FALSE, &probe);
  return probe.state != VOWEL_PROVIDER_NOT_SET_UP;
}

/* (transfer full) (nullable): what the provider's property is by itself */
static gpointer
get_default (GstVowelProviderKind kind, const gchar *name,
    const gchar *property, GType type)
{
  g_autoptr (GstElement) element =
      gst_vowel_provider_make (kind, name, NULL, NULL);
  GParamSpec *pspec;
  gpointer value = NULL;

  if (element == NULL)
    return NULL;
  gst_object_ref_sink (element);
  pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (element), property);
  if (pspec != NULL && pspec->value_type == type)
    g_object_get (element, property, &value, NULL);
  return value;
}

/* The model that a provider answers with. (transfer full) */
static gchar *
find_model (const VowelServerConfig *config, const gchar *name)
{
  gboolean is_own = g_str_equal (
      name, vowel_provider_get_name (config, GST_VOWEL_PROVIDER_LLM));
  gchar *model = is_own ? g_strdup (config->llm_model) : NULL;

  if (model == NULL)
    model = vowel_provider_config_dup_value (
        config, NULL, GST_VOWEL_PROVIDER_LLM, name, "model");
  if (model == NULL)
    model = get_default (GST_VOWEL_PROVIDER_LLM, name, "model", G_TYPE_STRING);
  if (model == NULL || *model == '\0') {
    g_free (model);
    model = g_strdup ("default");
  }
  return model;
}

static gint
compare_texts (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const gchar *const *) a, *(const gchar *const *) b);
}

void
vowel_vatel_on_llms (VowelRequest *request, gpointer user_data)
{
  const VowelServerConfig *config = vowel_vatel_get_config (user_data);
  g_auto (GStrv) names = gst_vowel_provider_list (GST_VOWEL_PROVIDER_LLM);
  g_autoptr (GPtrArray) models = g_ptr_array_new_with_free_func (g_free);
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; names[i] != NULL; i++) {
    g_autofree gchar *model = NULL;

    if (!is_set_up (config, GST_VOWEL_PROVIDER_LLM, names[i]))
      continue;
    model = find_model (config, names[i]);
    g_ptr_array_add (models, g_strconcat (names[i], "/", model, NULL));
  }
  g_ptr_array_sort (models, compare_texts);
  for (guint i = 0; i < models->len; i++)
    json_array_add_string_element (array, g_ptr_array_index (models, i));
  json_object_set_array_member (object, "llms", array);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, object);
}

/* Voices that are called like a language tag speak it. */
static JsonArray *
find_languages (const gchar *voice)
{
  gsize length = strcspn (voice, "-_+");
  JsonArray *array = json_array_new ();
  g_autofree gchar *language = NULL;

  if (length != 2 && (length != 3 || voice[length] == '\0'))
    return array;
  language = g_ascii_strdown (voice, length);
  json_array_add_string_element (array, language);
  return array;
}

static void
add_voices (JsonArray *array, const gchar *provider)
{
  g_auto (GStrv) voices =
      get_default (GST_VOWEL_PROVIDER_TTS, provider, "voices", G_TYPE_STRV);

  for (guint i = 0; voices != NULL && voices[i] != NULL; i++) {
    JsonObject *voice = json_object_new ();

    json_object_set_string_member (voice, "id", voices[i]);
    json_object_set_string_member (voice, "name", voices[i]);
    json_object_set_string_member (voice, "provider", provider);
    json_object_set_array_member (
        voice, "languages", find_languages (voices[i]));
    json_array_add_object_element (array, voice);
  }
}

void
vowel_vatel_on_voices (VowelRequest *request, gpointer user_data)
{
  const VowelServerConfig *config = vowel_vatel_get_config (user_data);
  g_auto (GStrv) names = gst_vowel_provider_list (GST_VOWEL_PROVIDER_TTS);
  JsonObject *object = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; names[i] != NULL; i++)
    if (is_set_up (config, GST_VOWEL_PROVIDER_TTS, names[i]))
      add_voices (array, names[i]);
  json_object_set_array_member (object, "voices", array);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, object);
}
