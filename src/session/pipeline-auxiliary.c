/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Other models than the one that answers: each in a pipeline of its own, made
 * when it is asked for the first time. Their trouble is nobody else's. */

#include "pipeline-private.h"

#include "error.h"

#include <gst/vowel/vowel.h>

GST_DEBUG_CATEGORY_EXTERN (vowel_pipeline_debug);
#define GST_CAT_DEFAULT vowel_pipeline_debug

typedef struct {
  GstElement *pipeline;
  GstElement *llm;
} Model;

static void
model_free (Model *model)
{
  gst_element_set_state (model->pipeline, GST_STATE_NULL);
  gst_object_unref (model->llm);
  gst_object_unref (model->pipeline);
  g_free (model);
}

/* Any thread of the pipeline. */
static GstBusSyncReply
on_bus_message (GstBus *bus, GstMessage *message, gpointer user_data)
{
  VowelPipeline *self = user_data;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ELEMENT) {
    vowel_pipeline_report (self, VOWEL_REPORT_MESSAGE, message, 0);
    return GST_BUS_DROP;
  }
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR) {
    g_autoptr (GError) error = NULL;

    gst_message_parse_error (message, &error, NULL);
    GST_WARNING ("%s: an auxiliary model: %s", self->name, error->message);
  }
  gst_message_unref (message);
  return GST_BUS_DROP;
}

static Model *
make_model (VowelPipeline *self, VowelPipelineRecipe *recipe, GError **error)
{
  g_autoptr (GstBus) bus =
      g_object_new (GST_TYPE_BUS, "enable-async", FALSE, NULL);
  g_autoptr (GstContext) context = gst_vowel_worker_context_new (self->worker);
  Model *model;
  GstElement *pipeline =
      vowel_pipeline_recipe_build (recipe, self->name, error);

  if (pipeline == NULL)
    return NULL;
  model = g_new0 (Model, 1);
  model->pipeline = pipeline;
  model->llm = gst_bin_get_by_name (GST_BIN (pipeline), "llm");
  g_assert (model->llm != NULL);
  gst_bus_set_sync_handler (bus, on_bus_message, self, NULL);
  gst_element_set_bus (pipeline, bus);
  gst_element_set_context (pipeline, context);
  if (gst_element_set_state (pipeline, GST_STATE_PLAYING)
      != GST_STATE_CHANGE_FAILURE)
    return model;
  g_set_error_literal (error, VOWEL_ERROR, VOWEL_ERROR_PROVIDER,
      "an auxiliary model does not start");
  model_free (model);
  return NULL;
}

/* (nullable) */
static Model *
get_model (VowelPipeline *self, const gchar *name, VowelPipelineRecipe *recipe,
    GError **error)
{
  Model *model;

  if (self->models == NULL)
    self->models = g_hash_table_new_full (
        g_str_hash, g_str_equal, g_free, (GDestroyNotify) model_free);
  model = g_hash_table_lookup (self->models, name);
  if (model != NULL)
    return model;
  model = make_model (self, recipe, error);
  if (model != NULL)
    g_hash_table_insert (self->models, g_strdup (name), model);
  return model;
}

GstElement *
vowel_pipeline_find_llm (
    VowelPipeline *self, const gchar *auxiliary, GError **error)
{
  VowelPipelineRecipe *recipe =
      auxiliary != NULL
          ? vowel_pipeline_recipe_get_auxiliary (self->recipe, auxiliary)
          : NULL;
  Model *model;

  if (recipe == NULL)
    return self->llm;
  model = get_model (self, auxiliary, recipe, error);
  return model != NULL ? model->llm : NULL;
}

void
vowel_pipeline_drop_models (VowelPipeline *self)
{
  g_clear_pointer (&self->models, g_hash_table_unref);
}
