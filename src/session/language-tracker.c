/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "language-tracker.h"

#include "language-names.h"

struct _VowelLanguageTracker {
  VowelLanguageConfig config; /* detector and voices: references */
  GHashTable *spoken;         /* code to the voice that spoke it last */
  gchar *candidate;           /* (nullable): heard last, and not current */
  guint n_heard;              /* in a row */
};

VowelLanguageTracker *
vowel_language_tracker_new (const VowelLanguageConfig *config)
{
  VowelLanguageTracker *tracker = g_new0 (VowelLanguageTracker, 1);

  tracker->config = *config;
  if (config->detector != NULL)
    vowel_language_detector_ref (config->detector);
  if (config->voices != NULL)
    g_hash_table_ref (config->voices);
  tracker->spoken =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return tracker;
}

void
vowel_language_tracker_free (VowelLanguageTracker *tracker)
{
  g_clear_pointer (&tracker->config.detector, vowel_language_detector_unref);
  g_clear_pointer (&tracker->config.voices, g_hash_table_unref);
  g_hash_table_unref (tracker->spoken);
  g_free (tracker->candidate);
  g_free (tracker);
}

static void
forget (VowelLanguageTracker *tracker)
{
  g_clear_pointer (&tracker->candidate, g_free);
  tracker->n_heard = 0;
}

gchar *
vowel_language_tracker_heard (VowelLanguageTracker *tracker,
    const gchar *current, const gchar *text, const gchar *reported)
{
  g_autofree gchar *code = NULL;
  gdouble confidence = 0;

  if (tracker->config.detector == NULL)
    return NULL;
  if (reported != NULL)
    code = vowel_language_normalize (reported);
  if (code != NULL)
    confidence = 1;
  else
    code = vowel_language_detector_detect (
        tracker->config.detector, text, &confidence);
  /* "Okay" says nothing about the language, for or against. */
  if (code == NULL || confidence < tracker->config.threshold)
    return NULL;
  if (g_strcmp0 (code, current) == 0) {
    forget (tracker);
    return NULL;
  }
  if (g_strcmp0 (code, tracker->candidate) != 0) {
    forget (tracker);
    tracker->candidate = g_strdup (code);
  }
  if (++tracker->n_heard < tracker->config.min_consecutive)
    return NULL;
  forget (tracker);
  return g_steal_pointer (&code);
}

void
vowel_language_tracker_spoken (
    VowelLanguageTracker *tracker, const gchar *code, const gchar *voice)
{
  g_hash_table_replace (tracker->spoken, g_strdup (code), g_strdup (voice));
}

const gchar *
vowel_language_tracker_get_voice (
    VowelLanguageTracker *tracker, const gchar *code, const gchar *fallback)
{
  const gchar *voice = g_hash_table_lookup (tracker->spoken, code);

  if (voice == NULL && tracker->config.voices != NULL)
    voice = g_hash_table_lookup (tracker->config.voices, code);
  return voice != NULL ? voice : fallback;
}
