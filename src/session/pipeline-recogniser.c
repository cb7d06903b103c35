/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a session tells its recogniser: how far back to listen, and what to
 * expect. A provider that has no such setting is not told. */

#include "pipeline-private.h"

/* What a detector hears of speech before it is sure. */
#define DECISION_MS 200

/* The recogniser must have what a start of speech reaches back to. */
static void
set_pre_roll (VowelPipeline *self, const VowelTurnDetection *detection)
{
  g_autoptr (GObject) owner =
      vowel_pipeline_find_property (self->stt, "pre-roll");

  if (owner != NULL)
    g_object_set (owner, "pre-roll",
        (detection->prefix_padding_ms + DECISION_MS) * GST_MSECOND, NULL);
}

/* @value: NULL: what the recipe says, which is kept with the element before it
 * is changed. */
static void
set_text (GObject *recogniser, const gchar *property, const gchar *value)
{
  g_autofree gchar *key = g_strconcat ("vowel-recipe-", property, NULL);
  const gchar *own = g_object_get_data (recogniser, key);

  if (own == NULL) {
    gchar *text = NULL;

    if (value == NULL)
      return;
    g_object_get (recogniser, property, &text, NULL);
    own = text = text != NULL ? text : g_strdup ("");
    g_object_set_data_full (recogniser, key, text, g_free);
  }
  g_object_set (recogniser, property,
      value != NULL  ? value
      : *own != '\0' ? own
                     : NULL,
      NULL);
}

/* The recogniser, and those that stand in for it. */
static void
set_texts (VowelPipeline *self, const gchar *property, const gchar *value)
{
  g_autoptr (GObject) owner =
      vowel_pipeline_find_property (self->stt, property);

  if (owner != NULL)
    set_text (owner, property, value);
  for (guint i = 1; GST_IS_CHILD_PROXY (self->stt); i++) {
    g_autofree gchar *name = g_strdup_printf ("provider-%u", i);
    g_autoptr (GObject) child =
        gst_child_proxy_get_child_by_name (GST_CHILD_PROXY (self->stt), name);

    if (child == NULL)
      break;
    if (g_object_class_find_property (G_OBJECT_GET_CLASS (child), property)
        != NULL)
      set_text (child, property, value);
  }
}

/* (transfer full) (nullable): some recognisers take words to expect as part of
 * the text that went before. */
static gchar *
make_prompt (const VowelSessionConfig *config, const gchar *words)
{
  if (words == NULL || config->transcription_prompt == NULL)
    return g_strdup (words != NULL ? words : config->transcription_prompt);
  return g_strconcat (config->transcription_prompt, " ", words, NULL);
}

void
vowel_pipeline_read_turns (VowelPipeline *self)
{
  g_autoptr (GObject) owner =
      vowel_pipeline_find_property (self->stt, "native-turns");

  self->native_turns = FALSE;
  if (owner != NULL)
    g_object_get (owner, "native-turns", &self->native_turns, NULL);
}

void
vowel_pipeline_configure_recogniser (
    VowelPipeline *self, const VowelSessionConfig *config)
{
  g_autofree gchar *keywords =
      config->transcription_keywords != NULL
          ? g_strjoinv (", ", config->transcription_keywords)
          : NULL;
  g_autofree gchar *prompt = make_prompt (config, keywords);
  const gchar *language = config->transcription_language;

  if (language == NULL && config->transcription_languages != NULL)
    language = config->transcription_languages[0];
  set_pre_roll (self, &config->turn_detection);
  set_texts (self, "language", language);
  set_texts (self, "keyterms", keywords);
  set_texts (self, "prompt", prompt);
}
