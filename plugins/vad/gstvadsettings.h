/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvad.h"
#include "speech-hysteresis.h"

G_BEGIN_DECLS

/* The writable properties of the element, by id.  The element's own ids
 * follow. */
enum {
  GST_VOWEL_VAD_PROP_0,
  GST_VOWEL_VAD_PROP_THRESHOLD,
  GST_VOWEL_VAD_PROP_NEG_THRESHOLD,
  GST_VOWEL_VAD_PROP_PREFIX_PADDING,
  GST_VOWEL_VAD_PROP_MIN_SPEECH,
  GST_VOWEL_VAD_PROP_MIN_SILENCE,
  GST_VOWEL_VAD_PROP_MAX_UTTERANCE,
  GST_VOWEL_VAD_PROP_DETECTOR,
  GST_VOWEL_VAD_PROP_MODEL,
  GST_VOWEL_VAD_N_SETTINGS
};

/* Their values; whoever owns the struct owns the lock. */
typedef struct {
  gdouble threshold;
  gdouble neg_threshold;
  GstClockTime prefix_padding;
  GstClockTime min_speech;
  GstClockTime min_silence;
  GstClockTime max_utterance;
  GstVowelVadDetector detector;
  gchar *model;
  gboolean changed;          /* anything, since the owner last looked */
  gboolean detector_changed; /* detector or model */
} GstVowelVadSettings;

void gst_vowel_vad_settings_init (GstVowelVadSettings *settings);
void gst_vowel_vad_settings_clear (GstVowelVadSettings *settings);

/* Adds the param specs of GST_VOWEL_VAD_PROP_THRESHOLD and so on. */
void gst_vowel_vad_settings_add_specs (GParamSpec **properties);

/* %FALSE when @id is none of ours. */
gboolean gst_vowel_vad_settings_set (
    GstVowelVadSettings *settings, guint id, const GValue *value);
gboolean gst_vowel_vad_settings_get (
    const GstVowelVadSettings *settings, guint id, GValue *value);

/* What they mean in samples. */
void gst_vowel_vad_settings_get_config (const GstVowelVadSettings *settings,
    guint rate, VadHysteresisConfig *config);

G_END_DECLS
