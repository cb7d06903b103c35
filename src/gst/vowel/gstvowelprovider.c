/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelprovider
 * @title: Providers
 * @short_description: Finding the elements that recognise, think and speak
 *
 * A provider is an ordinary element whose class has been given a name with
 * gst_vowel_provider_class_set_name(). The registry remembers the name, so that
 * `sttsink`, `llmbin` and `ttssrc` find providers in anybody's plugin.
 */

#include "config.h"

#include "gstvowelprovider.h"
#include "gstvowelprovider-priv.h"
#include "gstvowelerror.h"
#include "gstvowelmessage.h"

/* Keys of the class metadata, by kind. */
static const gchar *const metadata_keys[] = {
    [GST_VOWEL_PROVIDER_STT] = "vowel-stt-provider",
    [GST_VOWEL_PROVIDER_LLM] = "vowel-llm-provider",
    [GST_VOWEL_PROVIDER_TTS] = "vowel-tts-provider",
};
static const gchar *const profile_keys[] = {
    [GST_VOWEL_PROVIDER_STT] = "vowel-stt-profiles",
    [GST_VOWEL_PROVIDER_LLM] = "vowel-llm-profiles",
    [GST_VOWEL_PROVIDER_TTS] = "vowel-tts-profiles",
};
static const gchar *const stages[] = {
    [GST_VOWEL_PROVIDER_STT] = "stt",
    [GST_VOWEL_PROVIDER_LLM] = "llm",
    [GST_VOWEL_PROVIDER_TTS] = "tts",
};
static const gchar *const kind_titles[] = {
    [GST_VOWEL_PROVIDER_STT] = "speech-to-text",
    [GST_VOWEL_PROVIDER_LLM] = "language model",
    [GST_VOWEL_PROVIDER_TTS] = "text-to-speech",
};

/**
 * gst_vowel_provider_class_set_name:
 * @klass: class of a provider element
 * @kind: the stage
 * @name: what users write in `provider=`
 */
void
gst_vowel_provider_class_set_name (
    GstElementClass *klass, GstVowelProviderKind kind, const gchar *name)
{
  g_return_if_fail (GST_IS_ELEMENT_CLASS (klass));
  g_return_if_fail (kind < G_N_ELEMENTS (metadata_keys));
  g_return_if_fail (name != NULL);

  gst_element_class_add_metadata (klass, metadata_keys[kind], name);
}

/**
 * gst_vowel_provider_class_set_profiles:
 * @klass: class of a provider element; a string property `profile` of it is set
 *   to the name by which it was asked for
 * @kind: the stage
 * @profiles: names, separated by spaces
 *
 * Lets users write any of these in `provider=` too: they get an element of
 * @klass whose `profile` it is.
 */
void
gst_vowel_provider_class_set_profiles (
    GstElementClass *klass, GstVowelProviderKind kind, const gchar *profiles)
{
  g_return_if_fail (GST_IS_ELEMENT_CLASS (klass));
  g_return_if_fail (kind < G_N_ELEMENTS (profile_keys));
  g_return_if_fail (profiles != NULL);

  gst_element_class_add_metadata (klass, profile_keys[kind], profiles);
}

/* Or its other names are nothing but names. */
static gboolean
keeps_profile (GstElement *element)
{
  return g_object_class_find_property (G_OBJECT_GET_CLASS (element), "profile")
         != NULL;
}

/* (nullable): the profile that @element has, when it is one of its class. */
static const gchar *
get_profile (GstElement *element, GstVowelProviderKind kind)
{
  const gchar *list = gst_element_class_get_metadata (
      GST_ELEMENT_GET_CLASS (element), profile_keys[kind]);
  g_auto (GStrv) profiles = NULL;
  g_autofree gchar *profile = NULL;

  if (list == NULL || !keeps_profile (element))
    return NULL;
  profiles = g_strsplit (list, " ", -1);
  g_object_get (element, "profile", &profile, NULL);
  return profile != NULL
                 && g_strv_contains ((const gchar *const *) profiles, profile)
             ? g_intern_string (profile)
             : NULL;
}

const gchar *
gst_vowel_provider_get_stage (GstVowelProviderKind kind)
{
  return stages[kind];
}

const gchar *
gst_vowel_provider_get_name (GstElement *element, GstVowelProviderKind kind)
{
  const gchar *profile = get_profile (element, kind);
  const gchar *name = gst_element_class_get_metadata (
      GST_ELEMENT_GET_CLASS (element), metadata_keys[kind]);
  GstElementFactory *factory = gst_element_get_factory (element);

  if (profile != NULL)
    return profile;
  if (name == NULL && factory != NULL)
    name = GST_OBJECT_NAME (factory);
  return name != NULL ? name : G_OBJECT_TYPE_NAME (element);
}

static const gchar *
factory_provider_name (GstElementFactory *factory, GstVowelProviderKind kind)
{
  return gst_element_factory_get_metadata (factory, metadata_keys[kind]);
}

/* (transfer full): none is an empty list */
static GStrv
factory_profiles (GstElementFactory *factory, GstVowelProviderKind kind)
{
  const gchar *profiles =
      gst_element_factory_get_metadata (factory, profile_keys[kind]);

  return g_strsplit (profiles != NULL ? profiles : "", " ", -1);
}

static gboolean
has_profile (
    GstElementFactory *factory, GstVowelProviderKind kind, const gchar *name)
{
  g_auto (GStrv) profiles = factory_profiles (factory, kind);

  return g_strv_contains ((const gchar *const *) profiles, name);
}

static gboolean
is_provider (GstPluginFeature *feature, gpointer user_data)
{
  return GST_IS_ELEMENT_FACTORY (feature)
         && factory_provider_name (GST_ELEMENT_FACTORY_CAST (feature),
                GPOINTER_TO_UINT (user_data))
                != NULL;
}

static gint
compare_features (gconstpointer a, gconstpointer b)
{
  GstPluginFeature *fa = GST_PLUGIN_FEATURE_CAST (a);
  GstPluginFeature *fb = GST_PLUGIN_FEATURE_CAST (b);
  gint diff = (gint) gst_plugin_feature_get_rank (fb)
              - (gint) gst_plugin_feature_get_rank (fa);

  return diff != 0 ? diff
                   : g_strcmp0 (GST_OBJECT_NAME (fa), GST_OBJECT_NAME (fb));
}

/* Best rank first. (transfer full) */
static GList *
list_factories (GstVowelProviderKind kind)
{
  GList *features = gst_registry_feature_filter (
      gst_registry_get (), is_provider, FALSE, GUINT_TO_POINTER (kind));

  return g_list_sort (features, compare_features);
}

/**
 * gst_vowel_provider_list:
 * @kind: the stage
 *
 * Returns: (transfer full): names of the installed providers, best rank first
 */
GStrv
gst_vowel_provider_list (GstVowelProviderKind kind)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  GList *factories;

  g_return_val_if_fail (kind < G_N_ELEMENTS (metadata_keys), NULL);

  factories = list_factories (kind);
  for (GList *l = factories; l != NULL; l = l->next) {
    g_auto (GStrv) profiles = factory_profiles (l->data, kind);

    g_strv_builder_add (names, factory_provider_name (l->data, kind));
    g_strv_builder_addv (names, (const gchar **) profiles);
  }
  gst_plugin_feature_list_free (factories);
  return g_strv_builder_end (names);
}

static gboolean
is_auto (const gchar *name)
{
  return name == NULL || *name == '\0' || g_str_equal (name, "auto");
}

/* (transfer full) (nullable) */
static GstElementFactory *
find_factory (GstVowelProviderKind kind, const gchar *name)
{
  GList *factories = list_factories (kind);
  GstElementFactory *found = NULL;

  for (GList *l = factories; l != NULL && found == NULL; l = l->next) {
    GstPluginFeature *feature = l->data;

    if (is_auto (name)) {
      /* Rank none: only for those who ask by name. */
      if (gst_plugin_feature_get_rank (feature) > GST_RANK_NONE)
        found = l->data;
    } else if (g_str_equal (factory_provider_name (l->data, kind), name)
               || g_str_equal (GST_OBJECT_NAME (feature), name)
               || has_profile (l->data, kind, name)) {
      found = l->data;
    }
  }
  if (found != NULL)
    gst_object_ref (found);
  gst_plugin_feature_list_free (factories);
  return found;
}

/**
 * gst_vowel_provider_make:
 * @kind: the stage
 * @name: (nullable): a provider's or an element factory's name; %NULL or "auto"
 *   for the best ranked
 * @element_name: (nullable): name of the new element
 * @error: says which providers are installed when @name is not
 *
 * Returns: (transfer floating) (nullable): the provider
 */
GstElement *
gst_vowel_provider_make (GstVowelProviderKind kind, const gchar *name,
    const gchar *element_name, GError **error)
{
  g_autoptr (GstElementFactory) factory = NULL;
  GstElement *element = NULL;

  g_return_val_if_fail (kind < G_N_ELEMENTS (metadata_keys), NULL);

  factory = find_factory (kind, name);
  if (factory != NULL)
    element = gst_element_factory_create (factory, element_name);
  if (element != NULL && !is_auto (name) && has_profile (factory, kind, name)
      && keeps_profile (element))
    g_object_set (element, "profile", name, NULL);
  if (element == NULL) {
    g_auto (GStrv) names = gst_vowel_provider_list (kind);
    g_autofree gchar *list = g_strjoinv (", ", names);

    if (factory != NULL)
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND,
          "The %s provider \"%s\" is installed but does not load. Installed: "
          "%s",
          kind_titles[kind], GST_OBJECT_NAME (factory), list);
    else if (names[0] == NULL)
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND,
          "No %s provider is installed. Install a plugin that has one, or add "
          "its folder to GST_PLUGIN_PATH",
          kind_titles[kind]);
    else if (is_auto (name))
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND,
          "No %s provider may be chosen by itself. Name one of these with the "
          "property \"provider\": %s",
          kind_titles[kind], list);
    else
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND,
          "There is no %s provider \"%s\". Set the property \"provider\" to "
          "one of these: %s",
          kind_titles[kind], name, list);
  }
  return element;
}

void
gst_vowel_provider_post_failure (GstElement *element, GstVowelProviderKind kind,
    guint64 id, guint http_status, const GError *error)
{
  GST_WARNING_OBJECT (element, "%s %" G_GUINT64_FORMAT " failed: %s",
      stages[kind], id, error->message);
  gst_element_post_message (
      element, gst_vowel_message_new_failure (GST_OBJECT_CAST (element),
                   stages[kind], id, error,
                   gst_vowel_error_details_new (
                       gst_vowel_provider_get_name (element, kind), http_status,
                       error)));
}
