/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "behaviours-config.h"

#include "session/error.h"
#include "session/voice-style.h"

#include <string.h>

#define VOICE_STYLE "/org/vowel/prompts/voice-style.txt"
#define VOICE_STYLE_EXPLICIT "/org/vowel/prompts/voice-style-explicit.txt"
#define MAX_VOICE_STYLE (64 * 1024)

static gboolean
is_on (const gchar *value)
{
  return g_str_equal (value, "on");
}

/* (nullable) */
static gchar *
read_voice_style (const gchar *name, gboolean explicit, GError **error)
{
  g_autoptr (GBytes) builtin = NULL;
  g_autofree gchar *text = NULL;
  gsize length;

  if (g_str_equal (name, "default")) {
    builtin =
        g_resources_lookup_data (explicit ? VOICE_STYLE_EXPLICIT : VOICE_STYLE,
            G_RESOURCE_LOOKUP_FLAGS_NONE, error);
    return builtin ? g_strndup (
               g_bytes_get_data (builtin, NULL), g_bytes_get_size (builtin))
                   : NULL;
  }
  if (!g_file_get_contents (name, &text, &length, error))
    return NULL;
  if (length > MAX_VOICE_STYLE || !g_utf8_validate (text, length, NULL)) {
    g_set_error (error, VOWEL_ERROR, VOWEL_ERROR_INVALID,
        "it is no text (UTF-8) of at most %d bytes", MAX_VOICE_STYLE);
    return NULL;
  }
  return g_steal_pointer (&text);
}

static gboolean
load_detector (VowelServerConfig *config, GError **error)
{
  g_autoptr (GError) cause = NULL;

  g_clear_pointer (&config->language_detector, vowel_language_detector_unref);
  if (!is_on (config->language_detection))
    return TRUE;
  config->language_detector = vowel_language_detector_new (
      vowel_language_detector_get_models (), &cause);
  if (config->language_detector)
    return TRUE;
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
      "LANGUAGE_DETECTION_ENABLED is on, but needs the package "
      "libexttextcat-data: %s",
      cause->message);
  return FALSE;
}

static gboolean
load_voice_style (VowelServerConfig *config, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree gchar *text = NULL;

  g_clear_pointer (&config->voice_style_text, g_free);
  if (config->voice_style == NULL || g_str_equal (config->voice_style, "none"))
    return TRUE;
  text = read_voice_style (config->voice_style,
      g_str_equal (config->speech_mode, "explicit"), &cause);
  if (text == NULL || !vowel_voice_style_check (text, &cause)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "VOWEL_VOICE_STYLE is \"%s\", but must be default, none, or a file "
        "with a template: %s",
        config->voice_style, vowel_error_get_text (cause));
    return FALSE;
  }
  config->voice_style_text = g_steal_pointer (&text);
  return TRUE;
}

/* (transfer full) (nullable) */
static gchar **
split_list (const gchar *text)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) parts = NULL;

  if (text == NULL)
    return NULL;
  parts = g_strsplit (text, strchr (text, '|') ? "|" : ",", -1);
  for (guint i = 0; parts[i]; i++)
    if (*g_strstrip (parts[i]))
      g_strv_builder_add (builder, parts[i]);
  return g_strv_builder_end (builder);
}

gboolean
vowel_behaviours_config_load (VowelServerConfig *config, GError **error)
{
  return load_voice_style (config, error) && load_detector (config, error);
}

VowelBehaviours *
vowel_behaviours_from_server (const VowelServerConfig *config)
{
  VowelBehaviours *behaviours = vowel_behaviours_new ();

  behaviours->greeting_wait_ms = config->greeting_wait_ms;
  behaviours->filler = (VowelFillerConfig){
      .acknowledge = is_on (config->acknowledgement),
      .delay_ms = config->acknowledgement_delay_ms,
      .phrases = split_list (config->acknowledgement_phrases),
      .typing = is_on (config->typing_sound),
      .typing_volume = config->typing_sound_volume,
      .typing_loop_ms = config->typing_sound_loop_ms,
  };
  behaviours->transcripts = (VowelTranscriptFilterConfig){
      .drop_noise = is_on (config->transcript_filter),
      .phrases = split_list (config->transcript_noise),
      .min_chars = config->transcript_min_chars,
      .dictation = is_on (config->dictation),
  };
  if (config->language_detector)
    behaviours->language.detector =
        vowel_language_detector_ref (config->language_detector);
  behaviours->judge = (VowelTurnJudgeConfig){
      .enabled = is_on (config->turn_model),
      .debounce_ms = config->turn_debounce_ms,
      .timeout_ms = config->turn_timeout_ms,
  };
  behaviours->subagent.enabled = is_on (config->subagent);
  behaviours->subagent.temperature = config->subagent_temperature;
  behaviours->subagent.max_tokens = config->subagent_max_tokens;
  behaviours->subagent.max_steps = config->subagent_max_steps;
  return behaviours;
}

void
vowel_behaviours_add_vowels (VowelBehaviours *behaviours,
    VowelSessionConfig *session, const VowelServerConfig *config)
{
  behaviours->marked_instructions = TRUE;
  g_free (behaviours->voice_style);
  behaviours->voice_style = g_strdup (config->voice_style_text);
  session->speed = config->speaking_rate;
}
