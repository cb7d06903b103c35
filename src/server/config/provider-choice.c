/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "provider-choice.h"

#include "provider-settings.h"

#include <gst/gst.h>
#include <string.h>

/* Of VowelServerConfig, by GstVowelProviderKind; the setting that @provider is,
 * and what an agent calls it. */
static const struct {
  gsize provider;
  gsize model;
  const gchar *setting;
  const gchar *title;
} fields[VOWEL_N_STAGES] = {
    [GST_VOWEL_PROVIDER_STT] = {G_STRUCT_OFFSET (
                                    VowelServerConfig, stt_provider),
        G_STRUCT_OFFSET (VowelServerConfig, stt_model), "stt-provider",
        "stt.provider"},
    [GST_VOWEL_PROVIDER_LLM] = {G_STRUCT_OFFSET (
                                    VowelServerConfig, llm_provider),
        G_STRUCT_OFFSET (VowelServerConfig, llm_model), "llm-provider",
        "llm.provider"},
    [GST_VOWEL_PROVIDER_TTS] = {G_STRUCT_OFFSET (
                                    VowelServerConfig, tts_provider),
        G_STRUCT_OFFSET (VowelServerConfig, tts_model), "tts-provider",
        "voice.provider"},
};

gboolean
vowel_provider_choice_is_empty (const VowelProviderChoice *choice)
{
  for (guint kind = 0; kind < VOWEL_N_STAGES; kind++) {
    const VowelStageChoice *stage = &choice->stages[kind];

    if (stage->provider || stage->model || stage->api_key || stage->base_url
        || stage->stand_in)
      return FALSE;
  }
  return choice->voice == NULL
         && (choice->properties == NULL || choice->properties[0] == NULL);
}

/* No two different lists give the same text. */
static void
append (GString *text, const gchar *part)
{
  if (part != NULL)
    g_string_append_printf (
        text, "%" G_GSIZE_FORMAT ":%s", strlen (part), part);
  g_string_append_c (text, ',');
}

gchar *
vowel_provider_choice_dup_key (const VowelProviderChoice *choice)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint kind = 0; kind < VOWEL_N_STAGES; kind++) {
    const VowelStageChoice *stage = &choice->stages[kind];

    append (text, stage->provider);
    append (text, stage->model);
    append (text, stage->api_key);
    append (text, stage->base_url);
    append (text, stage->stand_in);
    append (text, stage->stand_in_model);
  }
  append (text, choice->voice);
  for (guint i = 0; choice->properties && choice->properties[i]; i++)
    append (text, choice->properties[i]);
  return g_compute_checksum_for_string (
      G_CHECKSUM_SHA256, text->str, text->len);
}

static void
replace (gchar **field, gchar *text)
{
  g_free (*field);
  *field = text;
}

static gboolean
is_named (const gchar *provider)
{
  return provider != NULL && !g_str_equal (provider, "auto");
}

static void
apply_stage (const VowelStageChoice *stage, VowelServerConfig *config,
    GstVowelProviderKind kind)
{
  gchar **provider = G_STRUCT_MEMBER_P (config, fields[kind].provider);
  gchar **model = G_STRUCT_MEMBER_P (config, fields[kind].model);
  const gchar *before = vowel_provider_get_name (config, kind);
  const gchar *name = is_named (stage->provider) ? stage->provider : before;

  /* What was said about one provider is not meant for another. */
  if (!g_str_equal (name, before)) {
    replace (model, NULL);
    vowel_provider_clear_settings (config, kind);
  }
  /* What is wrong is told to whoever chose it. */
  if (is_named (stage->provider) || stage->stand_in != NULL)
    g_hash_table_replace (config->origins, (gpointer) fields[kind].setting,
        g_strdup (fields[kind].title));
  if (stage->stand_in != NULL)
    replace (provider, g_strdup_printf ("%s,%s", name, stage->stand_in));
  else if (!g_str_equal (name, before))
    replace (provider, g_strdup (name));
  if (stage->model != NULL)
    replace (model, g_strdup (stage->model));
  if (stage->api_key != NULL)
    vowel_provider_set_setting (config, kind, "api-key", stage->api_key);
  if (stage->base_url != NULL)
    vowel_provider_set_setting (config, kind, "base-url", stage->base_url);
}

void
vowel_provider_choice_apply (
    const VowelProviderChoice *choice, VowelServerConfig *config)
{
  const VowelStageChoice *tts = &choice->stages[GST_VOWEL_PROVIDER_TTS];

  if (choice->voice != NULL)
    replace (&config->voice, g_strdup (choice->voice));
  else if (is_named (tts->provider)
           && !g_str_equal (tts->provider,
               vowel_provider_get_name (config, GST_VOWEL_PROVIDER_TTS)))
    replace (&config->voice, NULL);
  for (guint kind = 0; kind < VOWEL_N_STAGES; kind++)
    apply_stage (&choice->stages[kind], config, kind);
}

/* Whether the element that @path names has the property, and takes @value. */
static gboolean
takes (GstElement *pipeline, const gchar *path, const gchar *value)
{
  const gchar *dot = strchr (path, '.');
  g_autofree gchar *name = g_strndup (path, dot - path);
  g_autoptr (GstElement) element =
      gst_bin_get_by_name (GST_BIN (pipeline), name);
  g_autoptr (GObject) owner = NULL;
  GParamSpec *pspec = NULL;
  g_auto (GValue) parsed = G_VALUE_INIT;

  if (element == NULL)
    return FALSE;
  if (GST_IS_CHILD_PROXY (element)) {
    if (!gst_child_proxy_lookup (
            GST_CHILD_PROXY (element), dot + 1, &owner, &pspec))
      return FALSE;
  } else {
    pspec =
        g_object_class_find_property (G_OBJECT_GET_CLASS (element), dot + 1);
  }
  if (pspec == NULL)
    return FALSE;
  g_value_init (&parsed, pspec->value_type);
  return pspec->value_type == G_TYPE_STRING
         || (gst_value_deserialize_with_pspec (&parsed, value, pspec)
             && !g_param_value_validate (pspec, &parsed));
}

void
vowel_provider_choice_apply_recipe (
    const VowelProviderChoice *choice, VowelPipelineRecipe *recipe)
{
  const VowelStageChoice *llm = &choice->stages[GST_VOWEL_PROVIDER_LLM];
  g_autoptr (GstElement) trial = NULL;

  if (llm->stand_in != NULL && llm->stand_in_model != NULL) {
    g_autofree gchar *prefix =
        vowel_provider_dup_prefix (GST_VOWEL_PROVIDER_LLM, 1);
    g_autofree gchar *path = g_strconcat (prefix, "model", NULL);

    vowel_pipeline_recipe_set_property (recipe, path, llm->stand_in_model);
  }
  if (choice->properties == NULL || choice->properties[0] == NULL)
    return;
  trial = vowel_pipeline_recipe_build (recipe, "trial", NULL);
  for (guint i = 0; trial != NULL && choice->properties[i] != NULL; i += 2)
    if (takes (trial, choice->properties[i], choice->properties[i + 1]))
      vowel_pipeline_recipe_set_property (
          recipe, choice->properties[i], choice->properties[i + 1]);
}
