/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * VowelPipelineRecipe:
 *
 * How a session's pipeline is put together: the text of a `.launch` file, in
 * the syntax of gst-launch-1.0. Lines that begin with # are comments;
 * ${NAME:-default} stands for a variable of the recipe or of the environment;
 * ${SESSION} is the id of the session that the pipeline is built for.
 * Reference counted; unchangeable once sessions use it, so that many threads
 * may build from one.
 */
typedef struct _VowelPipelineRecipe VowelPipelineRecipe;

/* @name: a path, or the name of a shipped recipe without ".launch". */
VowelPipelineRecipe *vowel_pipeline_recipe_load (
    const gchar *name, GError **error);
VowelPipelineRecipe *vowel_pipeline_recipe_new (const gchar *text);
VowelPipelineRecipe *vowel_pipeline_recipe_ref (VowelPipelineRecipe *recipe);
void vowel_pipeline_recipe_unref (VowelPipelineRecipe *recipe);

/* For ${NAME}; wins over the environment. */
void vowel_pipeline_recipe_set_variable (
    VowelPipelineRecipe *recipe, const gchar *name, const gchar *value);
/* A property that each pipeline gets, like "stt.provider" or
 * "tts.provider::voice". */
void vowel_pipeline_recipe_set_property (
    VowelPipelineRecipe *recipe, const gchar *property, const gchar *value);

/* What a voice that clients name is called by the provider. A voice that is not
 * named here is the recipe's own, because clients of hosted services name
 * theirs. */
void vowel_pipeline_recipe_set_voice (
    VowelPipelineRecipe *recipe, const gchar *name, const gchar *provider_name);
/* (nullable) */
const gchar *vowel_pipeline_recipe_get_voice (
    VowelPipelineRecipe *recipe, const gchar *name);

/* Another model beside the one that answers: a recipe with an element "llm". */
void vowel_pipeline_recipe_set_auxiliary (VowelPipelineRecipe *recipe,
    const gchar *name, VowelPipelineRecipe *auxiliary);
/* (nullable) */
VowelPipelineRecipe *vowel_pipeline_recipe_get_auxiliary (
    VowelPipelineRecipe *recipe, const gchar *name);

/* Another text for telephones: that of @telephone. All else is the same. */
void vowel_pipeline_recipe_set_telephone (
    VowelPipelineRecipe *recipe, VowelPipelineRecipe *telephone);

/* (transfer full): a #GstPipeline in NULL. */
GstElement *vowel_pipeline_recipe_build (
    VowelPipelineRecipe *recipe, const gchar *session, GError **error);
/* The same for a session that begins with the audio of a telephone. */
GstElement *vowel_pipeline_recipe_build_telephone (
    VowelPipelineRecipe *recipe, const gchar *session, GError **error);

/* Whether @pipeline has the elements that a session cannot do without. */
gboolean vowel_pipeline_recipe_check (GstElement *pipeline, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelPipelineRecipe, vowel_pipeline_recipe_unref)

G_END_DECLS
