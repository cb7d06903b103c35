/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Whose voice speaks, and how fast. Clients name voices as their vendor does;
 * a recipe may say which of its own that is, and a name that the provider
 * knows is taken as it is. With any other the recipe's own voice speaks. */

#include "pipeline-private.h"

#include <gst/vowel/vowel.h>

GST_DEBUG_CATEGORY_EXTERN (vowel_pipeline_debug);
#define GST_CAT_DEFAULT vowel_pipeline_debug

GObject *
vowel_pipeline_find_property (GstElement *element, const gchar *property)
{
  g_autoptr (GObject) provider = NULL;

  if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), property)
      != NULL)
    return g_object_ref (G_OBJECT (element));
  if (!GST_IS_CHILD_PROXY (element))
    return NULL;
  provider =
      gst_child_proxy_get_child_by_name (GST_CHILD_PROXY (element), "provider");
  if (provider != NULL
      && g_object_class_find_property (G_OBJECT_GET_CLASS (provider), property)
             != NULL)
    return g_steal_pointer (&provider);
  return NULL;
}

/* (nullable): the default one first */
static gchar **
list_voices (GstElement *tts)
{
  g_autoptr (GObject) owner = vowel_pipeline_find_property (tts, "voices");
  gchar **voices = NULL;

  if (owner != NULL)
    g_object_get (owner, "voices", &voices, NULL);
  return voices;
}

gchar *
vowel_pipeline_dup_voice (GstElement *pipeline)
{
  g_autoptr (GstElement) tts = gst_bin_get_by_name (GST_BIN (pipeline), "tts");
  g_autoptr (GObject) owner = NULL;
  g_autofree gchar *voice = NULL;
  g_auto (GStrv) voices = NULL;

  if (tts == NULL)
    return NULL;
  owner = vowel_pipeline_find_property (tts, "voice");
  if (owner != NULL)
    g_object_get (owner, "voice", &voice, NULL);
  if (voice != NULL && *voice != '\0')
    return g_steal_pointer (&voice);
  voices = list_voices (tts);
  return voices != NULL ? g_strdup (voices[0]) : NULL;
}

/* A client's voice and speed are relative to what the recipe says. */
void
vowel_pipeline_read_voice (VowelPipeline *self)
{
  g_autoptr (GObject) voice_owner = NULL;
  g_autoptr (GObject) speed_owner = NULL;

  if (self->tts == NULL)
    return;
  voice_owner = vowel_pipeline_find_property (self->tts, "voice");
  speed_owner = vowel_pipeline_find_property (self->tts, "speed");
  g_clear_pointer (&self->own_voice, g_free);
  if (voice_owner != NULL)
    g_object_get (voice_owner, "voice", &self->own_voice, NULL);
  if (speed_owner != NULL)
    g_object_get (speed_owner, "speed", &self->own_speed, NULL);
}

/* (nullable): what the provider calls it */
static const gchar *
choose_voice (VowelPipeline *self, const gchar *name)
{
  const gchar *mapped =
      name != NULL ? vowel_pipeline_recipe_get_voice (self->recipe, name)
                   : NULL;
  g_auto (GStrv) voices = NULL;

  if (mapped != NULL || name == NULL)
    return mapped != NULL ? mapped : self->own_voice;
  voices = list_voices (self->tts);
  return voices != NULL && g_strv_contains ((const gchar *const *) voices, name)
             ? name
             : self->own_voice;
}

void
vowel_pipeline_set_voice (
    VowelPipeline *self, const VowelGeneration *generation)
{
  g_autoptr (GObject) voice_owner = NULL;
  g_autoptr (GObject) speed_owner = NULL;
  g_autoptr (GObject) skip_owner = NULL;
  g_autoptr (GError) error = NULL;

  if (self->tts == NULL || !generation->spoken)
    return;
  if (!vowel_pipeline_set_output_format (
          self, &generation->output_format, &error))
    GST_ERROR ("%s: %s", self->name, error->message);

  voice_owner = vowel_pipeline_find_property (self->tts, "voice");
  if (voice_owner != NULL)
    g_object_set (
        voice_owner, "voice", choose_voice (self, generation->voice), NULL);
  speed_owner = vowel_pipeline_find_property (self->tts, "speed");
  if (speed_owner != NULL)
    g_object_set (
        speed_owner, "speed", self->own_speed * generation->speed, NULL);
  /* Otherwise it does as the recipe says. */
  skip_owner = generation->skip_failed
                   ? vowel_pipeline_find_property (self->tts, "skip-failed")
                   : NULL;
  if (skip_owner != NULL)
    g_object_set (skip_owner, "skip-failed", TRUE, NULL);
}
