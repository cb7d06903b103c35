/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "pipeline-factory.h"

#include "provider-settings.h"

#include "session/error.h"

#include <gst/vowel/gstvowelprovider.h>
#include <string.h>

#define DEFAULT_RECIPE "session"
#define DEFAULT_TELEPHONE_RECIPE "session-telephony"
#define DEFAULT_GRAMMAR "assistant.gram"
#define AUXILIARY "llmbin name=llm provider=\"${LLM}\" ! fakesink async=false"
/* Clients want a name, whatever the provider calls its only voice. */
#define NAMELESS_VOICE "default"

/* @name as in the configuration, or as its element is called. */
static gboolean
check_installed (const VowelServerConfig *config, GstVowelProviderKind kind,
    const gchar *name, GError **error)
{
  const gchar *variable = vowel_provider_get_title (config, kind);
  g_auto (GStrv) installed = gst_vowel_provider_list (kind);
  g_autofree gchar *list = g_strjoinv (", ", installed);
  g_autoptr (GstElementFactory) factory = NULL;

  if (g_str_equal (name, "auto")) {
    if (installed[0])
      return TRUE;
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "No provider for %s is installed: build the plugins, or set "
        "GST_PLUGIN_PATH to where they are",
        variable);
    return FALSE;
  }
  if (g_strv_contains ((const gchar *const *) installed, name))
    return TRUE;
  factory = gst_element_factory_find (name);
  if (factory)
    return TRUE;
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
      "%s is \"%s\", but must be auto or one of those installed: %s", variable,
      name, list);
  return FALSE;
}

static gboolean
check_providers (VowelServerConfig *config, GError **error)
{
  static const GstVowelProviderKind kinds[] = {
      GST_VOWEL_PROVIDER_STT, GST_VOWEL_PROVIDER_LLM, GST_VOWEL_PROVIDER_TTS};

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++) {
    g_auto (GStrv) names = vowel_provider_dup_names (config, kinds[i]);

    for (guint n = 0; names[n] != NULL; n++)
      if (!check_installed (config, kinds[i], names[n], error))
        return FALSE;
    if (!vowel_provider_config_check (config, kinds[i], error)
        || !vowel_provider_check_settings (config, kinds[i], error))
      return FALSE;
  }
  return TRUE;
}

/* Its number in the list of a stage; -1: it is not there. */
static gint
find_provider (const VowelServerConfig *config, GstVowelProviderKind kind,
    const gchar *name)
{
  g_auto (GStrv) names = vowel_provider_dup_names (config, kind);

  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], name))
      return i;
  return -1;
}

/* (nullable): the grammar that pocketsphinx is given. */
static gchar *
find_grammar (const VowelServerConfig *config)
{
  const gchar *data_dir = g_getenv ("VOWEL_DATA_DIR");

  if (g_str_equal (config->stt_grammar, "none"))
    return NULL;
  if (!g_str_equal (config->stt_grammar, "auto"))
    return g_strdup (config->stt_grammar);
  /* Any other model wants to hear everything, however badly. */
  if (!g_str_equal (
          vowel_provider_get_name (config, GST_VOWEL_PROVIDER_LLM), "scripted"))
    return NULL;
  return g_build_filename (
      data_dir ? data_dir : VOWEL_PKGDATADIR, "grammar", DEFAULT_GRAMMAR, NULL);
}

/* Which voice speaks: the configured one, or the one that would anyway. */
static void
settle_voice (VowelServerConfig *config, VowelPipelineRecipe *recipe,
    GstElement *pipeline)
{
  g_autoptr (GstElement) tts = gst_bin_get_by_name (GST_BIN (pipeline), "tts");

  if (config->voice == NULL)
    config->voice = vowel_pipeline_dup_voice (pipeline);
  else if (tts
           && g_object_class_find_property (G_OBJECT_GET_CLASS (tts), "voice"))
    vowel_pipeline_recipe_set_property (recipe, "tts.voice", config->voice);
  if (config->voice == NULL)
    config->voice = g_strdup (NAMELESS_VOICE);
}

/* A voice that is none of ours says everything. */
static void
settle_repeats (const VowelServerConfig *config, VowelPipelineRecipe *recipe,
    GstElement *pipeline)
{
  g_autoptr (GstElement) tts = gst_bin_get_by_name (GST_BIN (pipeline), "tts");
  g_autofree gchar *window =
      g_strdup_printf ("%u", config->response_filter_window);

  if (g_str_equal (config->response_filter, "on") && tts
      && g_object_class_find_property (
          G_OBJECT_GET_CLASS (tts), "drop-repeats"))
    vowel_pipeline_recipe_set_property (recipe, "tts.drop-repeats", window);
}

static void
settle_speech_mode (const VowelServerConfig *config,
    VowelPipelineRecipe *recipe, GstElement *pipeline)
{
  g_autoptr (GstElement) llm = gst_bin_get_by_name (GST_BIN (pipeline), "llm");

  if (g_str_equal (config->speech_mode, "explicit") && llm
      && g_object_class_find_property (G_OBJECT_GET_CLASS (llm), "speak-tool"))
    vowel_pipeline_recipe_set_property (recipe, "llm.speak-tool", "true");
}

static gboolean
is_llm (const gchar *name)
{
  g_auto (GStrv) installed = gst_vowel_provider_list (GST_VOWEL_PROVIDER_LLM);

  return g_str_equal (name, "auto")
         || g_strv_contains ((const gchar *const *) installed, name);
}

/* What is asked beside the model that answers. @variable: what names its
 * provider */
static gboolean
add_auxiliary (const VowelServerConfig *config, VowelPipelineRecipe *recipe,
    const gchar *name, const gchar *variable, const gchar *provider,
    const gchar *model, const gchar *key, GError **error)
{
  g_autoptr (VowelPipelineRecipe) auxiliary = NULL;
  g_autoptr (GstElement) trial = NULL;

  if (provider == NULL && model == NULL && key == NULL)
    return TRUE;
  if (provider && !is_llm (provider)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "%s is \"%s\", which is not installed: vowel-gst providers lists those "
        "that are",
        variable, provider);
    return FALSE;
  }
  auxiliary = vowel_pipeline_recipe_new (AUXILIARY);
  vowel_pipeline_recipe_set_variable (
      auxiliary, "LLM", provider ? provider : config->llm_provider);
  vowel_provider_config_apply_llm (config, NULL, provider, auxiliary);
  if (model)
    vowel_pipeline_recipe_set_property (
        auxiliary, "llm.provider::model", model);
  if (key)
    vowel_pipeline_recipe_set_property (
        auxiliary, "llm.provider::api-key", key);
  trial = vowel_pipeline_recipe_build (auxiliary, "trial", error);
  if (trial == NULL) {
    g_prefix_error (error, "%s: ", variable);
    return FALSE;
  }
  vowel_pipeline_recipe_set_auxiliary (recipe, name, auxiliary);
  return TRUE;
}

/* What may not fit together is tried before the first caller does. */
static gboolean
try_recipe (
    VowelServerConfig *config, VowelPipelineRecipe *recipe, GError **error)
{
  g_autoptr (GError) build_error = NULL;
  g_autoptr (GstElement) pipeline = NULL;

  pipeline = vowel_pipeline_recipe_build (recipe, "trial", &build_error);
  if (pipeline && vowel_pipeline_recipe_check (pipeline, &build_error)) {
    settle_voice (config, recipe, pipeline);
    settle_repeats (config, recipe, pipeline);
    settle_speech_mode (config, recipe, pipeline);
    return TRUE;
  }
  if (config->recipe == NULL
      && (config->stt_model || config->llm_model || config->tts_model))
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_CONFLICT,
        "STT_MODEL, LLM_MODEL or TTS_MODEL does not go with its provider: %s",
        vowel_error_get_text (build_error));
  else
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "VOWEL_RECIPE is \"%s\", which cannot be built: %s",
        config->recipe ? config->recipe : DEFAULT_RECIPE,
        vowel_error_get_text (build_error));
  return FALSE;
}

static VowelPipelineRecipe *
load_recipe (const gchar *variable, const gchar *name, GError **error)
{
  g_autoptr (GError) load_error = NULL;
  VowelPipelineRecipe *recipe = vowel_pipeline_recipe_load (name, &load_error);

  if (recipe == NULL)
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "%s is \"%s\", which cannot be read: %s", variable, name,
        load_error->message);
  return recipe;
}

/* An operator's own recipe is for telephones, too, unless there is another. */
static gboolean
add_telephone (const VowelServerConfig *config, VowelPipelineRecipe *recipe,
    GError **error)
{
  const gchar *name = config->telephone_recipe ? config->telephone_recipe
                      : config->recipe         ? NULL
                                               : DEFAULT_TELEPHONE_RECIPE;
  g_autoptr (VowelPipelineRecipe) telephone =
      name ? load_recipe ("VOWEL_TELEPHONE_RECIPE", name, error) : NULL;
  g_autoptr (GstElement) trial = NULL;

  if (name == NULL)
    return TRUE;
  if (telephone == NULL)
    return FALSE;
  vowel_pipeline_recipe_set_telephone (recipe, telephone);
  if (config->telephone_recipe == NULL)
    return TRUE;
  trial = vowel_pipeline_recipe_build_telephone (recipe, "trial", error);
  if (trial && vowel_pipeline_recipe_check (trial, error))
    return TRUE;
  g_prefix_error (
      error, "VOWEL_TELEPHONE_RECIPE is \"%s\", which cannot be built: ", name);
  return FALSE;
}

VowelPipelineRecipe *
vowel_pipeline_factory_load (VowelServerConfig *config, GError **error)
{
  const gchar *name = config->recipe ? config->recipe : DEFAULT_RECIPE;
  gint sphinx = find_provider (config, GST_VOWEL_PROVIDER_STT, "pocketsphinx");
  g_autofree gchar *grammar = sphinx >= 0 ? find_grammar (config) : NULL;
  VowelPipelineRecipe *recipe;

  if (!check_providers (config, error))
    return NULL;
  if (grammar != NULL && !g_file_test (grammar, G_FILE_TEST_EXISTS)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "STT_GRAMMAR is \"%s\": there is no file %s; give a JSGF file, or "
        "none",
        config->stt_grammar, grammar);
    return NULL;
  }
  recipe = load_recipe ("VOWEL_RECIPE", name, error);
  if (recipe == NULL)
    return NULL;
  vowel_pipeline_recipe_set_variable (recipe, "STT", config->stt_provider);
  vowel_pipeline_recipe_set_variable (recipe, "LLM", config->llm_provider);
  vowel_pipeline_recipe_set_variable (recipe, "TTS", config->tts_provider);
  if (grammar != NULL) {
    g_autofree gchar *prefix =
        vowel_provider_dup_prefix (GST_VOWEL_PROVIDER_STT, sphinx);
    g_autofree gchar *path = g_strconcat (prefix, "grammar", NULL);

    vowel_pipeline_recipe_set_property (recipe, path, grammar);
  }
  if (!g_str_equal (config->vad_provider, "auto")
      && !g_str_equal (config->vad_provider, "none"))
    vowel_pipeline_recipe_set_property (
        recipe, "vad.detector", config->vad_provider);
  if (config->vad_model)
    vowel_pipeline_recipe_set_property (recipe, "vad.model", config->vad_model);
  vowel_provider_config_apply (config, NULL, recipe);
  if (!try_recipe (config, recipe, error)
      || !add_telephone (config, recipe, error)
      || !add_auxiliary (config, recipe, "turns", "TURN_DETECTION_LLM_PROVIDER",
          config->turn_model_provider, config->turn_model_name,
          config->turn_model_key, error)
      || !add_auxiliary (config, recipe, "subagent", "SUBAGENT_PROVIDER",
          config->subagent_provider, config->subagent_model, NULL, error))
    g_clear_pointer (&recipe, vowel_pipeline_recipe_unref);
  return recipe;
}

/* Number @number of the list decides itself about turns. */
static gboolean
has_turns (GstElement *pipeline, guint number)
{
  g_autofree gchar *prefix =
      vowel_provider_dup_prefix (GST_VOWEL_PROVIDER_STT, number);
  g_autofree gchar *property =
      g_strconcat (strchr (prefix, '.') + 1, "native-turns", NULL);
  g_autoptr (GstElement) stt = gst_bin_get_by_name (GST_BIN (pipeline), "stt");
  g_autoptr (GObject) provider = NULL;
  GParamSpec *pspec = NULL;
  gboolean value = FALSE;

  if (GST_IS_CHILD_PROXY (stt)
      && gst_child_proxy_lookup (
          GST_CHILD_PROXY (stt), property, &provider, &pspec))
    g_object_get (provider, pspec->name, &value, NULL);
  return value;
}

gchar *
vowel_pipeline_factory_dup_note (
    const VowelServerConfig *config, VowelPipelineRecipe *recipe)
{
  g_auto (GStrv) names =
      vowel_provider_dup_names (config, GST_VOWEL_PROVIDER_STT);
  g_autoptr (GstElement) pipeline = NULL;

  if (g_strv_length (names) < 2)
    return NULL;
  pipeline = vowel_pipeline_recipe_build (recipe, "trial", NULL);
  for (guint i = 0; pipeline != NULL && names[i] != NULL; i++)
    if (has_turns (pipeline, i))
      return g_strdup_printf (
          "%s is a list with %s, which with its model decides itself about "
          "turns: it stands in for nobody, and nobody for it",
          vowel_provider_get_title (config, GST_VOWEL_PROVIDER_STT), names[i]);
  return NULL;
}

VowelEngine *
vowel_pipeline_factory_make (GstVowelWorker *worker, const gchar *session_id,
    VowelConfigSnapshot *snapshot, GError **error)
{
  return VOWEL_ENGINE (
      vowel_pipeline_new (session_id, worker, snapshot->recipe));
}
