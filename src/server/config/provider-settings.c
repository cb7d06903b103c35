/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "provider-settings.h"

#include <string.h>

#define STT GST_VOWEL_PROVIDER_STT
#define LLM GST_VOWEL_PROVIDER_LLM
#define TTS GST_VOWEL_PROVIDER_TTS
#define VENDORS "vendors."

static const gchar *const sections[] = {
    [STT] = "providers.stt.config.",
    [LLM] = "llm.",
    [TTS] = "providers.tts.config.",
};

/* The engine's names for properties. */
static const struct {
  GstVowelProviderKind kind;
  const gchar *key;
  const gchar *property;
} aliases[] = {
    {STT, "whisperModel", "model"},
    {LLM, "openrouterSiteUrl", "site-url"},
    {LLM, "openrouterAppName", "app-name"},
    {LLM, "openrouterProvider", "routing-order"},
    {TTS, "responseFormat", "format"},
};

/* In every configuration of the engine; done without where a provider has no
 * such property. */
static const gchar *const dispensable[] = {
    "sample-rate", "encoding", "audio-format", "num-channels", NULL};

/* Names. */

/* "baseUrl" for "BASE_URL" and for "base-url" */
static gchar *
to_camel_case (const gchar *name)
{
  GString *text = g_string_new (NULL);
  gboolean raise = FALSE;

  for (; *name != '\0'; name++) {
    if (*name == '_' || *name == '-') {
      raise = TRUE;
      continue;
    }
    g_string_append_c (
        text, raise ? g_ascii_toupper (*name) : g_ascii_tolower (*name));
    raise = FALSE;
  }
  return g_string_free (text, FALSE);
}

static gchar *
to_property (const gchar *key)
{
  GString *text = g_string_new (NULL);

  for (; *key != '\0'; key++) {
    if (g_ascii_isupper (*key) && text->len > 0)
      g_string_append_c (text, '-');
    g_string_append_c (text, g_ascii_tolower (*key));
  }
  return g_string_free (text, FALSE);
}

static gchar *
find_property (GstVowelProviderKind kind, const gchar *key)
{
  for (guint i = 0; i < G_N_ELEMENTS (aliases); i++)
    if (aliases[i].kind == kind && g_str_equal (aliases[i].key, key))
      return g_strdup (aliases[i].property);
  return to_property (key);
}

/* The key of a stage's section, NULL when @path is elsewhere. */
static const gchar *
find_key (const gchar *path, GstVowelProviderKind *ret_kind)
{
  for (guint kind = 0; kind < G_N_ELEMENTS (sections); kind++) {
    const gchar *key = path + strlen (sections[kind]);

    if (!g_str_has_prefix (path, sections[kind]) || *key == '\0'
        || strchr (key, '.') != NULL)
      continue;
    *ret_kind = kind;
    return key;
  }
  return NULL;
}

/* Vendors. */

/* "llama-cpp" for llama.cpp: dots separate names. */
static gchar *
to_vendor (const gchar *name)
{
  return g_strdelimit (g_strdup (name), ".", '-');
}

static gchar *
to_variable_prefix (const gchar *name)
{
  g_autofree gchar *upper = g_ascii_strup (name, -1);

  return g_strconcat (g_strdelimit (upper, "-.", '_'), "_", NULL);
}

static void
try_vendor (
    const gchar *name, const gchar *variable, gchar **vendor, gsize *longest)
{
  g_autofree gchar *prefix = name ? to_variable_prefix (name) : NULL;

  if (prefix == NULL || strlen (prefix) <= *longest
      || !g_str_has_prefix (variable, prefix))
    return;
  g_free (*vendor);
  *vendor = to_vendor (name);
  *longest = strlen (prefix);
}

gchar *
vowel_provider_dup_vendor_path (const gchar *variable)
{
  g_autofree gchar *vendor = NULL;
  g_autofree gchar *key = NULL;
  gsize length = 0;
  guint n;
  const VowelProviderSetup *setups = vowel_provider_setups_list (&n);

  for (guint i = 0; i < n; i++)
    try_vendor (setups[i].secret ? setups[i].secret : setups[i].name, variable,
        &vendor, &length);
  /* One that is not called after whose key it takes. */
  for (guint i = 0; i < n && vendor == NULL; i++)
    try_vendor (setups[i].name, variable, &vendor, &length);
  key = to_camel_case (variable + length);
  return g_strconcat (VENDORS, vendor ? vendor : "other", ".", key, NULL);
}

gchar *
vowel_provider_dup_key_path (const gchar *secret)
{
  g_autofree gchar *vendor = to_vendor (secret);

  return g_strconcat (VENDORS, vendor, ".apiKey", NULL);
}

/* All that may stand below `vendors`. */
static GStrv
list_vendor_paths (void)
{
  g_autoptr (GStrvBuilder) paths = g_strv_builder_new ();
  guint n, n_variables;
  const VowelProviderSetup *setups = vowel_provider_setups_list (&n);
  const VowelProviderVariable *variables =
      vowel_provider_variables_list (&n_variables);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *path =
        setups[i].secret ? vowel_provider_dup_key_path (setups[i].secret)
                         : NULL;

    if (path)
      g_strv_builder_add (paths, path);
  }
  for (guint i = 0; i < n_variables; i++) {
    g_autofree gchar *path =
        vowel_provider_dup_vendor_path (variables[i].variable);

    g_strv_builder_add (paths, path);
  }
  return g_strv_builder_end (paths);
}

gboolean
vowel_provider_is_setting_path (const gchar *path)
{
  GstVowelProviderKind kind;
  g_auto (GStrv) paths = NULL;

  if (find_key (path, &kind))
    return TRUE;
  if (!g_str_has_prefix (path, VENDORS))
    return FALSE;
  paths = list_vendor_paths ();
  return g_strv_contains ((const gchar *const *) paths, path);
}

gboolean
vowel_provider_is_section (const gchar *path)
{
  g_autofree gchar *start = g_strconcat (path, ".", NULL);
  g_auto (GStrv) paths = NULL;

  if (g_str_equal (start, VENDORS))
    return TRUE;
  for (guint kind = 0; kind < G_N_ELEMENTS (sections); kind++)
    if (g_str_has_prefix (sections[kind], start))
      return TRUE;
  if (!g_str_has_prefix (path, VENDORS))
    return FALSE;
  paths = list_vendor_paths ();
  for (guint i = 0; paths[i] != NULL; i++)
    if (g_str_has_prefix (paths[i], start))
      return TRUE;
  return FALSE;
}

gchar *
vowel_provider_guess_vendor_path (const gchar *path)
{
  g_auto (GStrv) paths = NULL;
  guint best = 0;
  guint best_distance = G_MAXUINT;

  if (!g_str_has_prefix (path, VENDORS))
    return NULL;
  paths = list_vendor_paths ();
  /* A vendor alone is compared with vendors. */
  for (guint i = 0; paths[i] && !strchr (path + strlen (VENDORS), '.'); i++)
    *strrchr (paths[i], '.') = '\0';
  for (guint i = 0; paths[i] != NULL; i++) {
    guint distance = vowel_setting_get_distance (path, paths[i]);

    if (distance < best_distance) {
      best = i;
      best_distance = distance;
    }
  }
  return g_strdup (paths[best]);
}

gboolean
vowel_provider_key_is_sane (const gchar *key)
{
  for (; *key != '\0'; key++)
    if (!g_ascii_isgraph (*key))
      return FALSE;
  return TRUE;
}

/* The stage's provider. */

static const gchar *
find_path (const VowelServerConfig *config, GstVowelProviderKind kind,
    const gchar *property)
{
  GHashTableIter iter;
  gpointer path;

  g_hash_table_iter_init (&iter, config->provider_settings);
  while (g_hash_table_iter_next (&iter, &path, NULL)) {
    GstVowelProviderKind found;
    const gchar *key = find_key (path, &found);
    g_autofree gchar *name =
        key && found == kind ? find_property (kind, key) : NULL;

    if (g_strcmp0 (name, property) == 0)
      return path;
  }
  return NULL;
}

const gchar *
vowel_provider_find_setting (const VowelServerConfig *config,
    GstVowelProviderKind kind, const gchar *property)
{
  const gchar *path = find_path (config, kind, property);

  return path ? g_hash_table_lookup (config->provider_settings, path) : NULL;
}

void
vowel_provider_set_setting (VowelServerConfig *config,
    GstVowelProviderKind kind, const gchar *property, const gchar *value)
{
  const gchar *known = find_path (config, kind, property);
  g_autofree gchar *key = to_camel_case (property);

  g_hash_table_replace (config->provider_settings,
      known ? g_strdup (known) : g_strconcat (sections[kind], key, NULL),
      g_strdup (value));
}

static gboolean
is_about (gpointer path, gpointer value, gpointer kind)
{
  GstVowelProviderKind found;

  return find_key (path, &found) != NULL && found == GPOINTER_TO_UINT (kind);
}

void
vowel_provider_clear_settings (
    VowelServerConfig *config, GstVowelProviderKind kind)
{
  g_hash_table_foreach_remove (
      config->provider_settings, is_about, GUINT_TO_POINTER (kind));
}

static gint
compare (gconstpointer a, gconstpointer b, gpointer user_data)
{
  return strcmp (*(gchar *const *) a, *(gchar *const *) b);
}

GStrv
vowel_provider_list_properties (
    const VowelServerConfig *config, GstVowelProviderKind kind)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer path;
  GStrv list;

  g_hash_table_iter_init (&iter, config->provider_settings);
  while (g_hash_table_iter_next (&iter, &path, NULL)) {
    GstVowelProviderKind found;
    const gchar *key = find_key (path, &found);
    g_autofree gchar *name =
        key && found == kind ? find_property (kind, key) : NULL;

    if (name)
      g_strv_builder_add (names, name);
  }
  list = g_strv_builder_end (names);
  g_qsort_with_data (
      list, g_strv_length (list), sizeof (gchar *), compare, NULL);
  return list;
}

/* What a session says anew with each request is not for the configuration. */
static gboolean
is_for_users (const GParamSpec *pspec)
{
  static const gchar *const internal[] = {"name", "parent", "profile", "text",
      "hold", "history", "instructions", "max-tokens", "temperature", NULL};

  return (pspec->flags & G_PARAM_WRITABLE) != 0
         && !g_strv_contains (internal, pspec->name);
}

/* What may stand in the section, as it is written there. */
static gchar *
list_keys (GObjectClass *klass)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;
  guint n;
  g_autofree GParamSpec **pspecs = g_object_class_list_properties (klass, &n);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *key = to_camel_case (pspecs[i]->name);

    if (is_for_users (pspecs[i]))
      g_strv_builder_add (names, key);
  }
  list = g_strv_builder_end (names);
  g_qsort_with_data (
      list, g_strv_length (list), sizeof (gchar *), compare, NULL);
  return g_strjoinv (", ", list);
}

static gboolean
check_value (
    GParamSpec *pspec, const gchar *path, const gchar *text, GError **error)
{
  g_auto (GValue) value = G_VALUE_INIT;

  g_value_init (&value, pspec->value_type);
  if (pspec->value_type == G_TYPE_STRING
      || (gst_value_deserialize_with_pspec (&value, text, pspec)
          && !g_param_value_validate (pspec, &value)))
    return TRUE;
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
      "%s is \"%s\", which %s does not take: %s", path, text, pspec->name,
      g_param_spec_get_blurb (pspec));
  return FALSE;
}

static gboolean
check_one (VowelServerConfig *config, GstVowelProviderKind kind,
    GstElement *element, const gchar *property, GError **error)
{
  GObjectClass *klass = G_OBJECT_GET_CLASS (element);
  const gchar *path = find_path (config, kind, property);
  GParamSpec *pspec = g_object_class_find_property (klass, property);
  g_autofree gchar *list = NULL;
  const gchar *guess;

  if (pspec != NULL && is_for_users (pspec))
    return check_value (pspec, path,
        g_hash_table_lookup (config->provider_settings, path), error);
  if (g_strv_contains (dispensable, property)) {
    g_ptr_array_add (config->idle, g_strdup (path));
    g_hash_table_remove (config->provider_settings, path);
    return TRUE;
  }
  list = list_keys (klass);
  guess = vowel_setting_guess_path (path);
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_UNKNOWN,
      "There is no setting %s%s%s%s; the provider %s has: %s", path,
      guess ? " (do you mean " : "", guess ? guess : "", guess ? "?)" : "",
      vowel_provider_get_name (config, kind), list);
  return FALSE;
}

gboolean
vowel_provider_check_settings (
    VowelServerConfig *config, GstVowelProviderKind kind, GError **error)
{
  g_auto (GStrv) properties = vowel_provider_list_properties (config, kind);
  g_autoptr (GstElement) element = NULL;

  if (properties[0] == NULL)
    return TRUE;
  element = gst_vowel_provider_make (
      kind, vowel_provider_get_name (config, kind), NULL, error);
  if (element == NULL)
    return FALSE;
  gst_object_ref_sink (element);
  for (guint i = 0; properties[i] != NULL; i++)
    if (!check_one (config, kind, element, properties[i], error))
      return FALSE;
  return TRUE;
}
