/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "pipeline-recipe.h"

#include "error.h"

#include <gst/vowel/vowel.h>
#include <string.h>

typedef struct {
  gchar *element;
  gchar *property;
  gchar *value;
} Setting;

struct _VowelPipelineRecipe {
  gchar *text;
  gchar *telephone; /* (nullable): text for a telephone */
  GHashTable *variables;
  GHashTable *voices;
  GHashTable *auxiliaries; /* name to recipe */
  GPtrArray *settings; /* (element-type Setting), in the order they were set */
};

static void
setting_free (Setting *setting)
{
  g_free (setting->element);
  g_free (setting->property);
  g_free (setting->value);
  g_free (setting);
}

static gchar *
strip_comments (const gchar *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GString *kept = g_string_new (NULL);
  guint i;

  for (i = 0; lines[i] != NULL; i++) {
    if (*g_strchug (lines[i]) == '#')
      continue;
    g_string_append (kept, lines[i]);
    g_string_append_c (kept, '\n');
  }
  return g_string_free (kept, FALSE);
}

VowelPipelineRecipe *
vowel_pipeline_recipe_new (const gchar *text)
{
  VowelPipelineRecipe *recipe = g_atomic_rc_box_new0 (VowelPipelineRecipe);

  recipe->text = strip_comments (text);
  recipe->variables =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  recipe->voices =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  recipe->auxiliaries = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
      (GDestroyNotify) vowel_pipeline_recipe_unref);
  recipe->settings =
      g_ptr_array_new_with_free_func ((GDestroyNotify) setting_free);
  return recipe;
}

/* The source tree keeps data/ beside pipelines/; installed, one lies in the
 * other. */
static gchar *
find_file (const gchar *name)
{
  const gchar *data_dir = g_getenv ("VOWEL_DATA_DIR");
  g_autofree gchar *base = g_strconcat (name, ".launch", NULL);
  g_autofree gchar *path = NULL;

  if (strchr (name, G_DIR_SEPARATOR) != NULL)
    return g_strdup (name);
  if (data_dir != NULL) {
    path = g_build_filename (data_dir, "pipelines", base, NULL);
    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&path);
    g_free (path);
    path = g_build_filename (data_dir, "..", "pipelines", base, NULL);
    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&path);
  }
  return g_build_filename (VOWEL_PKGDATADIR, "pipelines", base, NULL);
}

VowelPipelineRecipe *
vowel_pipeline_recipe_load (const gchar *name, GError **error)
{
  g_autofree gchar *path = find_file (name);
  g_autofree gchar *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, error)) {
    g_prefix_error (error, "pipeline: no recipe \"%s\": ", name);
    return NULL;
  }
  return vowel_pipeline_recipe_new (text);
}

VowelPipelineRecipe *
vowel_pipeline_recipe_ref (VowelPipelineRecipe *recipe)
{
  return g_atomic_rc_box_acquire (recipe);
}

static void
recipe_clear (gpointer data)
{
  VowelPipelineRecipe *recipe = data;

  g_free (recipe->text);
  g_free (recipe->telephone);
  g_hash_table_unref (recipe->variables);
  g_hash_table_unref (recipe->voices);
  g_hash_table_unref (recipe->auxiliaries);
  g_ptr_array_unref (recipe->settings);
}

void
vowel_pipeline_recipe_unref (VowelPipelineRecipe *recipe)
{
  g_atomic_rc_box_release_full (recipe, recipe_clear);
}

void
vowel_pipeline_recipe_set_variable (
    VowelPipelineRecipe *recipe, const gchar *name, const gchar *value)
{
  g_hash_table_replace (recipe->variables, g_strdup (name), g_strdup (value));
}

void
vowel_pipeline_recipe_set_property (
    VowelPipelineRecipe *recipe, const gchar *property, const gchar *value)
{
  const gchar *dot = strchr (property, '.');
  Setting *setting;

  g_return_if_fail (dot != NULL);

  setting = g_new0 (Setting, 1);
  setting->element = g_strndup (property, dot - property);
  setting->property = g_strdup (dot + 1);
  setting->value = g_strdup (value);
  g_ptr_array_add (recipe->settings, setting);
}

void
vowel_pipeline_recipe_set_auxiliary (VowelPipelineRecipe *recipe,
    const gchar *name, VowelPipelineRecipe *auxiliary)
{
  g_hash_table_replace (recipe->auxiliaries, g_strdup (name),
      vowel_pipeline_recipe_ref (auxiliary));
}

VowelPipelineRecipe *
vowel_pipeline_recipe_get_auxiliary (
    VowelPipelineRecipe *recipe, const gchar *name)
{
  return g_hash_table_lookup (recipe->auxiliaries, name);
}

void
vowel_pipeline_recipe_set_voice (
    VowelPipelineRecipe *recipe, const gchar *name, const gchar *provider_name)
{
  g_hash_table_replace (
      recipe->voices, g_strdup (name), g_strdup (provider_name));
}

const gchar *
vowel_pipeline_recipe_get_voice (VowelPipelineRecipe *recipe, const gchar *name)
{
  return g_hash_table_lookup (recipe->voices, name);
}

void
vowel_pipeline_recipe_set_telephone (
    VowelPipelineRecipe *recipe, VowelPipelineRecipe *telephone)
{
  g_free (recipe->telephone);
  recipe->telephone = g_strdup (telephone->text);
}

/* "NAME" or "NAME:-default" */
static void
append_variable (VowelPipelineRecipe *recipe, const gchar *session,
    GString *text, const gchar *reference)
{
  const gchar *separator = strstr (reference, ":-");
  g_autofree gchar *name = separator != NULL
                               ? g_strndup (reference, separator - reference)
                               : g_strdup (reference);
  const gchar *value = g_str_equal (name, "SESSION")
                           ? session
                           : g_hash_table_lookup (recipe->variables, name);

  if (value == NULL)
    value = g_getenv (name);
  if ((value == NULL || *value == '\0') && separator != NULL)
    value = separator + 2;
  if (value != NULL)
    g_string_append (text, value);
}

static gchar *
expand (VowelPipelineRecipe *recipe, const gchar *session, const gchar *source)
{
  GString *text = g_string_new (NULL);
  const gchar *at = source;
  const gchar *open;

  while ((open = strstr (at, "${")) != NULL) {
    const gchar *close = strchr (open, '}');
    g_autofree gchar *reference = NULL;

    if (close == NULL)
      break;
    g_string_append_len (text, at, open - at);
    reference = g_strndup (open + 2, close - open - 2);
    append_variable (recipe, session, text, reference);
    at = close + 1;
  }
  g_string_append (text, at);
  return g_string_free (text, FALSE);
}

static gboolean
apply (GstElement *pipeline, Setting *setting, GError **error)
{
  g_autoptr (GstElement) element =
      gst_bin_get_by_name (GST_BIN (pipeline), setting->element);
  g_autoptr (GObject) target = NULL;
  GParamSpec *pspec = NULL;

  if (element == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "pipeline",
        "the recipe has no element named \"%s\"", setting->element);
    return FALSE;
  }
  if (GST_IS_CHILD_PROXY (element)) {
    if (!gst_child_proxy_lookup (
            GST_CHILD_PROXY (element), setting->property, &target, &pspec))
      pspec = NULL;
  } else {
    pspec = g_object_class_find_property (
        G_OBJECT_GET_CLASS (element), setting->property);
    target = g_object_ref (G_OBJECT (element));
  }
  if (pspec == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_UNKNOWN_FIELD, "pipeline",
        "\"%s\" has no property \"%s\"", setting->element, setting->property);
    return FALSE;
  }
  gst_util_set_object_arg (target, pspec->name, setting->value);
  return TRUE;
}

static GstElement *
build (VowelPipelineRecipe *recipe, const gchar *session, const gchar *source,
    GError **error)
{
  g_autofree gchar *text = expand (recipe, session, source);
  g_autoptr (GstElement) pipeline = NULL;
  guint i;

  pipeline =
      gst_parse_launch_full (text, NULL, GST_PARSE_FLAG_FATAL_ERRORS, error);
  if (pipeline == NULL) {
    g_prefix_error (error, "pipeline: ");
    return NULL;
  }
  gst_object_ref_sink (pipeline);
  if (!GST_IS_PIPELINE (pipeline)) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "pipeline",
        "the recipe is not a pipeline of several elements");
    return NULL;
  }
  for (i = 0; i < recipe->settings->len; i++) {
    if (!apply (pipeline, g_ptr_array_index (recipe->settings, i), error))
      return NULL;
  }
  return g_steal_pointer (&pipeline);
}

GstElement *
vowel_pipeline_recipe_build (
    VowelPipelineRecipe *recipe, const gchar *session, GError **error)
{
  return build (recipe, session, recipe->text, error);
}

GstElement *
vowel_pipeline_recipe_build_telephone (
    VowelPipelineRecipe *recipe, const gchar *session, GError **error)
{
  return build (recipe, session,
      recipe->telephone != NULL ? recipe->telephone : recipe->text, error);
}

gboolean
vowel_pipeline_recipe_check (GstElement *pipeline, GError **error)
{
  GstBin *bin = GST_BIN (pipeline);
  g_autoptr (GstElement) in = gst_bin_get_by_name (bin, "in");
  g_autoptr (GstElement) stt = gst_bin_get_by_name (bin, "stt");
  g_autoptr (GstElement) llm = gst_bin_get_by_name (bin, "llm");
  g_autoptr (GstElement) tts = gst_bin_get_by_name (bin, "tts");
  g_autoptr (GstElement) out = gst_bin_get_by_name (bin, "out");

  if (in == NULL || !GST_VOWEL_IS_PUSH_SRC (in)) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "pipeline",
        "the recipe needs a wsaudiosrc named \"in\"");
    return FALSE;
  }
  if (stt == NULL || llm == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "pipeline",
        "the recipe needs an element named \"%s\"",
        stt == NULL ? "stt" : "llm");
    return FALSE;
  }
  if (tts != NULL
      && (out == NULL
          || g_signal_lookup ("packet", G_OBJECT_TYPE (out)) == 0)) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "pipeline",
        "the recipe has \"tts\" and so needs a wsaudiosink named \"out\"");
    return FALSE;
  }
  return TRUE;
}
