/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "provider-config.h"

#include "provider-settings.h"

#include <gst/vowel/gstvowelsecret.h>

#define STT GST_VOWEL_PROVIDER_STT
#define LLM GST_VOWEL_PROVIDER_LLM
#define TTS GST_VOWEL_PROVIDER_TTS
#define N_KINDS 3

/* Voices that clients may name as the service does. */
static const struct {
  const gchar *name;
  const gchar *voices;
} voices[] = {
    {"openai", "alloy ash ballad coral echo fable onyx nova sage shimmer verse "
               "marin cedar"},
    {"deepgram",
        "thalia andromeda helena apollo arcas aries amalthea asteria "
        "athena atlas aurora callista cora cordelia delia draco "
        "electra harmonia hera hermes hyperion iris janus juno jupiter "
        "luna mars minerva neptune odysseus ophelia orion orpheus "
        "pandora phoebe pluto saturn selene theia vesta zeus"},
};

/* What holds for all language models that have the property, where nothing else
 * is said of one. */
static const struct {
  const gchar *property;
  gsize offset; /* of a number; 0 for nothing */
} penalties[] = {
    {"frequency-penalty",
        G_STRUCT_OFFSET (VowelServerConfig, frequency_penalty)},
    {"presence-penalty", G_STRUCT_OFFSET (VowelServerConfig, presence_penalty)},
    {"repetition-penalty",
        G_STRUCT_OFFSET (VowelServerConfig, repetition_penalty)},
};

static const gchar *const choosers[N_KINDS] = {
    [STT] = "STT_PROVIDER",
    [LLM] = "LLM_PROVIDER",
    [TTS] = "TTS_PROVIDER",
};
static const gchar *const elements[N_KINDS] = {
    [STT] = "stt",
    [LLM] = "llm",
    [TTS] = "tts",
};

const gchar *
vowel_provider_get_variable (GstVowelProviderKind kind)
{
  return choosers[kind];
}

gchar *
vowel_provider_dup_prefix (GstVowelProviderKind kind, guint number)
{
  return number == 0
             ? g_strconcat (elements[kind], ".provider::", NULL)
             : g_strdup_printf ("%s.provider-%u::", elements[kind], number);
}

const gchar *
vowel_provider_get_title (
    const VowelServerConfig *config, GstVowelProviderKind kind)
{
  static const gchar *const names[N_KINDS] = {
      [STT] = "stt-provider",
      [LLM] = "llm-provider",
      [TTS] = "tts-provider",
  };

  return vowel_server_config_get_title (config, names[kind]);
}

static gchar **
name_field (VowelServerConfig *config, GstVowelProviderKind kind)
{
  switch (kind) {
    case STT:
      return &config->stt_provider;
    case LLM:
      return &config->llm_provider;
    default:
      return &config->tts_provider;
  }
}

const gchar *
vowel_provider_get_name (
    const VowelServerConfig *config, GstVowelProviderKind kind)
{
  return vowel_server_config_get_first (
      *name_field ((VowelServerConfig *) config, kind));
}

GStrv
vowel_provider_dup_names (
    const VowelServerConfig *config, GstVowelProviderKind kind)
{
  GStrv names =
      g_strsplit (*name_field ((VowelServerConfig *) config, kind), ",", -1);

  for (guint i = 0; names[i] != NULL; i++)
    g_strstrip (names[i]);
  return names;
}

/* --- which --- */

/* A key that stands where the stage is set up is for whatever serves it. */
static const gchar *
find_configured_key (const VowelServerConfig *config, GstVowelProviderKind kind,
    const VowelProviderSetup *setup)
{
  g_autofree gchar *path = vowel_provider_dup_key_path (setup->secret);
  const gchar *name = vowel_provider_get_name (config, kind);
  const gchar *key = g_str_equal (name, setup->name)
                         ? vowel_provider_find_setting (config, kind, "api-key")
                         : NULL;

  return key ? key : g_hash_table_lookup (config->provider_settings, path);
}

gchar *
vowel_provider_config_dup_key (const VowelServerConfig *config,
    GstVowelProviderKind kind, const gchar *name, GError **error)
{
  const VowelProviderSetup *setup = vowel_provider_setup_find (kind, name);
  const gchar *configured;
  g_autoptr (GError) lookup_error = NULL;
  g_autofree gchar *key = NULL;

  if (setup == NULL || setup->secret == NULL)
    return NULL;
  configured = find_configured_key (config, kind, setup);
  if (configured)
    return g_strdup (configured);
  key = gst_vowel_secret_lookup (setup->secret, &lookup_error);
  if (lookup_error != NULL)
    g_set_error_literal (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        lookup_error->message);
  return g_steal_pointer (&key);
}

/* Replaces *@name when it is "auto". */
static gboolean
choose_one (VowelServerConfig *config, GstVowelProviderKind kind, gchar **name,
    GError **error)
{
  g_auto (GStrv) installed = gst_vowel_provider_list (kind);
  guint n;
  const VowelProviderSetup *setups = vowel_provider_setups_list (&n);

  if (!g_str_equal (*name, "auto"))
    return TRUE;
  for (guint i = 0; i < n; i++) {
    g_autofree gchar *key = NULL;
    g_autoptr (GError) lookup_error = NULL;

    if (setups[i].kind != kind || !setups[i].by_key
        || !g_strv_contains ((const gchar *const *) installed, setups[i].name))
      continue;
    key = vowel_provider_config_dup_key (
        config, kind, setups[i].name, &lookup_error);
    if (lookup_error != NULL) {
      g_propagate_error (error, g_steal_pointer (&lookup_error));
      return FALSE;
    }
    if (key != NULL) {
      g_free (*name);
      *name = g_strdup (setups[i].name);
      return TRUE;
    }
  }
  if (installed[0] != NULL) {
    g_free (*name);
    *name = g_strdup (installed[0]);
  }
  return TRUE;
}

gboolean
vowel_provider_config_choose (VowelServerConfig *config, GError **error)
{
  gst_vowel_secret_prepare ();
  for (guint kind = 0; kind < N_KINDS; kind++) {
    gchar **field = name_field (config, kind);
    g_auto (GStrv) names = vowel_provider_dup_names (config, kind);

    for (guint i = 0; names[i] != NULL; i++)
      if (!choose_one (config, kind, &names[i], error))
        return FALSE;
    g_free (*field);
    *field = g_strjoinv (",", names);
  }
  return TRUE;
}

static gboolean
check_one (const VowelServerConfig *config, GstVowelProviderKind kind,
    const gchar *name, GError **error)
{
  const VowelProviderSetup *setup = vowel_provider_setup_find (kind, name);
  g_autofree gchar *key = NULL;
  g_autofree gchar *variable = NULL;
  g_autoptr (GError) lookup_error = NULL;

  if (setup == NULL || setup->secret == NULL)
    return TRUE;
  key = vowel_provider_config_dup_key (config, kind, name, &lookup_error);
  if (lookup_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&lookup_error));
    return FALSE;
  }
  if (key != NULL || !setup->needs_key)
    return TRUE;
  variable = gst_vowel_secret_dup_variable (setup->secret);
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_CONFLICT,
      "%s is %s, which needs a key: set %s, pass the systemd credential "
      "%s-api-key, or run vowel-gst secret set %s",
      vowel_provider_get_title (config, kind), name, variable, setup->secret,
      setup->secret);
  return FALSE;
}

gboolean
vowel_provider_config_check (
    const VowelServerConfig *config, GstVowelProviderKind kind, GError **error)
{
  g_auto (GStrv) names = vowel_provider_dup_names (config, kind);

  for (guint i = 0; names[i] != NULL; i++)
    if (!check_one (config, kind, names[i], error))
      return FALSE;
  return TRUE;
}

/* --- how --- */

static const gchar *
get_general_model (const VowelServerConfig *config, GstVowelProviderKind kind)
{
  switch (kind) {
    case STT:
      return config->stt_model;
    case LLM:
      return config->llm_model;
    default:
      return config->tts_model;
  }
}

/* What "model" means to a service that knows its voices by that name. */
static const gchar *
find_model_property (GstVowelProviderKind kind, const gchar *name)
{
  guint n;
  const VowelProviderVariable *variables = vowel_provider_variables_list (&n);

  for (guint i = 0; i < n; i++)
    if (variables[i].kind == kind && g_str_equal (variables[i].name, name)
        && g_str_has_suffix (variables[i].variable, "_MODEL"))
      return variables[i].property;
  return "model";
}

/* (nullable): what the stage's own settings say. */
static const gchar *
find_stage_value (const VowelServerConfig *config, GstVowelProviderKind kind,
    const gchar *name, const gchar *property)
{
  const gchar *model = get_general_model (config, kind);

  if (!g_str_equal (name, vowel_provider_get_name (config, kind)))
    return NULL;
  if (model != NULL && g_str_equal (property, find_model_property (kind, name)))
    return model;
  return vowel_provider_find_setting (config, kind, property);
}

/* (nullable) */
static gchar *
find_vendor_value (
    const VowelServerConfig *config, gchar **environment, const gchar *variable)
{
  g_autofree gchar *path = vowel_provider_dup_vendor_path (variable);
  const gchar *value = g_hash_table_lookup (config->provider_settings, path);

  return value ? g_strdup (value)
               : vowel_server_config_dup_variable (variable, environment);
}

/* (nullable) */
static gchar *
find_penalty (const VowelServerConfig *config, const gchar *property)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (penalties); i++) {
    gdouble value = G_STRUCT_MEMBER (gdouble, config, penalties[i].offset);

    if (g_str_equal (penalties[i].property, property) && value != 0)
      return g_strdup (g_ascii_dtostr (text, sizeof text, value));
  }
  return NULL;
}

static gchar *
find_value (const VowelServerConfig *config, gchar **environment,
    GstVowelProviderKind kind, const gchar *name, const gchar *property)
{
  const VowelProviderSetup *setup = vowel_provider_setup_find (kind, name);
  const gchar *own = find_stage_value (config, kind, name, property);
  guint n;
  const VowelProviderVariable *variables = vowel_provider_variables_list (&n);

  if (own != NULL)
    return g_strdup (own);
  /* Not one of the environment: the element finds that by itself. */
  if (g_str_equal (property, "api-key") && setup && setup->secret)
    return g_strdup (find_configured_key (config, kind, setup));
  for (guint i = 0; i < n; i++) {
    g_autofree gchar *value = NULL;

    if (variables[i].kind != kind || !g_str_equal (variables[i].name, name)
        || !g_str_equal (variables[i].property, property))
      continue;
    value = find_vendor_value (config, environment, variables[i].variable);
    if (value != NULL)
      return g_steal_pointer (&value);
  }
  return kind == LLM ? find_penalty (config, property) : NULL;
}

gchar *
vowel_provider_config_dup_value (const VowelServerConfig *config,
    gchar **environ_, GstVowelProviderKind kind, const gchar *name,
    const gchar *property)
{
  g_auto (GStrv) own = environ_ ? NULL : g_get_environ ();

  return find_value (config, environ_ ? environ_ : own, kind, name, property);
}

static void
name_voices (const VowelServerConfig *config, VowelPipelineRecipe *recipe)
{
  for (guint i = 0; i < G_N_ELEMENTS (voices); i++) {
    g_auto (GStrv) names = g_strsplit (voices[i].voices, " ", -1);

    if (!g_str_equal (vowel_provider_get_name (config, TTS), voices[i].name))
      continue;
    for (guint v = 0; names[v] != NULL; v++)
      vowel_pipeline_recipe_set_voice (recipe, names[v], names[v]);
  }
}

/* What stands for a provider of any kind, whatever variables it has. */
static const gchar *const common_properties[] = {
    "api-key", "base-url", "model", "language", "voice", NULL};

static void
add_penalties (
    const VowelServerConfig *config, const gchar *name, GPtrArray *list)
{
  g_autoptr (GstElement) model = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (penalties); i++) {
    g_autofree gchar *value = find_penalty (config, penalties[i].property);

    if (value == NULL)
      continue;
    if (model == NULL) {
      model = gst_vowel_provider_make (LLM, name, NULL, NULL);
      if (model == NULL)
        return;
      gst_object_ref_sink (model);
    }
    if (g_object_class_find_property (
            G_OBJECT_GET_CLASS (model), penalties[i].property))
      g_ptr_array_add (list, (gpointer) penalties[i].property);
  }
}

/* (transfer container): those that something may be said about */
static GPtrArray *
list_properties (const VowelServerConfig *config, GstVowelProviderKind kind,
    const gchar *name)
{
  GPtrArray *list = g_ptr_array_new ();
  guint n;
  const VowelProviderVariable *variables = vowel_provider_variables_list (&n);

  for (guint i = 0; common_properties[i] != NULL; i++)
    g_ptr_array_add (list, (gpointer) common_properties[i]);
  for (guint i = 0; i < n; i++)
    if (variables[i].kind == kind && g_str_equal (variables[i].name, name)
        && !g_ptr_array_find_with_equal_func (
            list, variables[i].property, g_str_equal, NULL))
      g_ptr_array_add (list, (gpointer) variables[i].property);
  if (kind == LLM)
    add_penalties (config, name, list);
  return list;
}

/* @number: of the provider @name in its list */
static void
apply_property (const VowelServerConfig *config, gchar **environment,
    GstVowelProviderKind kind, guint number, const gchar *name,
    const gchar *property, VowelPipelineRecipe *recipe)
{
  g_autofree gchar *prefix = vowel_provider_dup_prefix (kind, number);
  g_autofree gchar *value =
      find_value (config, environment, kind, name, property);
  g_autofree gchar *path = g_strconcat (prefix, property, NULL);

  if (value != NULL)
    vowel_pipeline_recipe_set_property (recipe, path, value);
}

static void
apply_provider (const VowelServerConfig *config, gchar **environment,
    GstVowelProviderKind kind, guint number, const gchar *name,
    VowelPipelineRecipe *recipe)
{
  g_autoptr (GPtrArray) properties = list_properties (config, kind, name);

  for (guint i = 0; i < properties->len; i++)
    apply_property (config, environment, kind, number, name,
        g_ptr_array_index (properties, i), recipe);
}

void
vowel_provider_config_apply (const VowelServerConfig *config, gchar **environ_,
    VowelPipelineRecipe *recipe)
{
  g_auto (GStrv) own = environ_ ? NULL : g_get_environ ();

  name_voices (config, recipe);
  for (guint kind = 0; kind < N_KINDS; kind++) {
    g_auto (GStrv) more = vowel_provider_list_properties (config, kind);
    g_auto (GStrv) names = vowel_provider_dup_names (config, kind);

    for (guint i = 0; names[i] != NULL; i++)
      apply_provider (
          config, environ_ ? environ_ : own, kind, i, names[i], recipe);
    /* The file may name any property of the first. */
    for (guint i = 0; more[i] != NULL; i++)
      apply_property (config, environ_ ? environ_ : own, kind, 0, names[0],
          more[i], recipe);
  }
}

void
vowel_provider_config_apply_llm (const VowelServerConfig *config,
    gchar **environ_, const gchar *name, VowelPipelineRecipe *recipe)
{
  g_auto (GStrv) own = environ_ ? NULL : g_get_environ ();
  g_auto (GStrv) names = name ? g_strsplit (name, ",", -1)
                              : vowel_provider_dup_names (config, LLM);

  for (guint i = 0; names[i] != NULL; i++)
    apply_provider (
        config, environ_ ? environ_ : own, LLM, i, names[i], recipe);
}
