/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstvadsettings.h"

#define DEFAULT_THRESHOLD 0.5
#define DEFAULT_NEG_THRESHOLD -1.0
#define DEFAULT_PREFIX_PADDING (300 * GST_MSECOND)
#define DEFAULT_MIN_SPEECH (64 * GST_MSECOND)
#define DEFAULT_MIN_SILENCE (550 * GST_MSECOND)
#define DEFAULT_MAX_UTTERANCE (60 * GST_SECOND)
#define DEFAULT_DETECTOR GST_VOWEL_VAD_DETECTOR_AUTO

/* How far below threshold neg-threshold lies when it is automatic, and the
 * least that it may be. */
#define NEG_THRESHOLD_DISTANCE 0.15
#define NEG_THRESHOLD_LEAST 0.01

/* Kept behind the last window of speech: a word's last consonant often lies
 * below the threshold. */
#define SUFFIX_PADDING (30 * GST_MSECOND)

#define VALUE(value, text, nick)                                               \
  {                                                                            \
    value, text, nick                                                          \
  }

/* What is written here as names, gst-inspect-1.0 shows as explanations. */
G_DEFINE_ENUM_TYPE (GstVowelVadDetector, gst_vowel_vad_detector,
    VALUE (GST_VOWEL_VAD_DETECTOR_AUTO,
        "Silero, or the best that can be had without its weights", "auto"),
    VALUE (GST_VOWEL_VAD_DETECTOR_SILERO, "Silero neural network", "silero"),
    VALUE (GST_VOWEL_VAD_DETECTOR_WEBRTC,
        "WebRTC's voice detection (much weaker)", "webrtc"),
    VALUE (GST_VOWEL_VAD_DETECTOR_ENERGY,
        "Loudness against an adaptive floor (weakest)", "energy"),
    VALUE (GST_VOWEL_VAD_DETECTOR_NONE, "None: only events from upstream count",
        "none"))

void
gst_vowel_vad_settings_init (GstVowelVadSettings *settings)
{
  settings->threshold = DEFAULT_THRESHOLD;
  settings->neg_threshold = DEFAULT_NEG_THRESHOLD;
  settings->prefix_padding = DEFAULT_PREFIX_PADDING;
  settings->min_speech = DEFAULT_MIN_SPEECH;
  settings->min_silence = DEFAULT_MIN_SILENCE;
  settings->max_utterance = DEFAULT_MAX_UTTERANCE;
  settings->detector = DEFAULT_DETECTOR;
  settings->model = NULL;
  settings->changed = TRUE;
  settings->detector_changed = TRUE;
}

void
gst_vowel_vad_settings_clear (GstVowelVadSettings *settings)
{
  g_clear_pointer (&settings->model, g_free);
}

void
gst_vowel_vad_settings_add_specs (GParamSpec **properties)
{
  const GParamFlags playing =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  /**
   * GstVowelVad:threshold:
   *
   * Probability from which on a window counts as speech.
   */
  properties[GST_VOWEL_VAD_PROP_THRESHOLD] =
      g_param_spec_double ("threshold", "Threshold",
          "Probability from which on a window of audio counts as speech", 0.0,
          1.0, DEFAULT_THRESHOLD, playing);

  /**
   * GstVowelVad:neg-threshold:
   *
   * Probability below which a window counts as silence once somebody speaks.
   */
  properties[GST_VOWEL_VAD_PROP_NEG_THRESHOLD] = g_param_spec_double (
      "neg-threshold", "Negative threshold",
      "Probability below which a window counts as silence once somebody speaks "
      "(negative: threshold - 0.15)",
      -1.0, 1.0, DEFAULT_NEG_THRESHOLD, playing);

  /**
   * GstVowelVad:prefix-padding:
   *
   * How much before the first window of speech an utterance begins; never
   * reaches into the utterance before.
   */
  properties[GST_VOWEL_VAD_PROP_PREFIX_PADDING] =
      g_param_spec_uint64 ("prefix-padding", "Prefix padding",
          "How much before the first window of speech an utterance begins, in "
          "nanoseconds",
          0, G_MAXINT64, DEFAULT_PREFIX_PADDING, playing);

  /**
   * GstVowelVad:min-speech:
   *
   * How long speech must last without a break before an utterance starts, so
   * that a click does not interrupt anybody.
   */
  properties[GST_VOWEL_VAD_PROP_MIN_SPEECH] = g_param_spec_uint64 ("min-speech",
      "Minimum speech",
      "How long speech must last before an utterance starts, in nanoseconds", 0,
      G_MAXINT64, DEFAULT_MIN_SPEECH, playing);

  /**
   * GstVowelVad:min-silence:
   *
   * How long silence must last before an utterance is over.
   */
  properties[GST_VOWEL_VAD_PROP_MIN_SILENCE] = g_param_spec_uint64 (
      "min-silence", "Minimum silence",
      "How long silence must last before an utterance is over, in nanoseconds",
      0, G_MAXINT64, DEFAULT_MIN_SILENCE, playing);

  /**
   * GstVowelVad:max-utterance:
   *
   * Length after which an utterance is cut; when speech goes on, the next one
   * follows without a hole.
   */
  properties[GST_VOWEL_VAD_PROP_MAX_UTTERANCE] =
      g_param_spec_uint64 ("max-utterance", "Maximum utterance",
          "Length after which an utterance is cut, in nanoseconds (0: never)",
          0, G_MAXINT64, DEFAULT_MAX_UTTERANCE, playing);

  /**
   * GstVowelVad:detector:
   *
   * Which detector is wanted; see #GstVowelVad:active-detector for the one
   * that listens.
   */
  properties[GST_VOWEL_VAD_PROP_DETECTOR] = g_param_spec_enum ("detector",
      "Detector",
      "Which detector is wanted (auto: silero, or what can be had without its "
      "weights; none: only events from upstream)",
      GST_TYPE_VOWEL_VAD_DETECTOR, DEFAULT_DETECTOR, playing);

  /**
   * GstVowelVad:model:
   *
   * The Silero weights, an ONNX file of version 6 (or 5).
   */
  properties[GST_VOWEL_VAD_PROP_MODEL] = g_param_spec_string ("model", "Model",
      "File with the Silero weights, ONNX (unset: VOWEL_SILERO_MODEL, then "
      "models/silero_vad.onnx in VOWEL_DATA_DIR or the installed data folder)",
      NULL, playing);
}

gboolean
gst_vowel_vad_settings_set (
    GstVowelVadSettings *settings, guint id, const GValue *value)
{
  GstVowelVadDetector detector;

  switch (id) {
    case GST_VOWEL_VAD_PROP_THRESHOLD:
      settings->threshold = g_value_get_double (value);
      break;
    case GST_VOWEL_VAD_PROP_NEG_THRESHOLD:
      settings->neg_threshold = g_value_get_double (value);
      break;
    case GST_VOWEL_VAD_PROP_PREFIX_PADDING:
      settings->prefix_padding = g_value_get_uint64 (value);
      break;
    case GST_VOWEL_VAD_PROP_MIN_SPEECH:
      settings->min_speech = g_value_get_uint64 (value);
      break;
    case GST_VOWEL_VAD_PROP_MIN_SILENCE:
      settings->min_silence = g_value_get_uint64 (value);
      break;
    case GST_VOWEL_VAD_PROP_MAX_UTTERANCE:
      settings->max_utterance = g_value_get_uint64 (value);
      break;
    case GST_VOWEL_VAD_PROP_DETECTOR:
      detector = g_value_get_enum (value);
      if (settings->detector != detector)
        settings->detector_changed = TRUE;
      settings->detector = detector;
      break;
    case GST_VOWEL_VAD_PROP_MODEL:
      g_free (settings->model);
      settings->model = g_value_dup_string (value);
      settings->detector_changed = TRUE;
      break;
    default:
      return FALSE;
  }

  settings->changed = TRUE;
  return TRUE;
}

gboolean
gst_vowel_vad_settings_get (
    const GstVowelVadSettings *settings, guint id, GValue *value)
{
  switch (id) {
    case GST_VOWEL_VAD_PROP_THRESHOLD:
      g_value_set_double (value, settings->threshold);
      break;
    case GST_VOWEL_VAD_PROP_NEG_THRESHOLD:
      g_value_set_double (value, settings->neg_threshold);
      break;
    case GST_VOWEL_VAD_PROP_PREFIX_PADDING:
      g_value_set_uint64 (value, settings->prefix_padding);
      break;
    case GST_VOWEL_VAD_PROP_MIN_SPEECH:
      g_value_set_uint64 (value, settings->min_speech);
      break;
    case GST_VOWEL_VAD_PROP_MIN_SILENCE:
      g_value_set_uint64 (value, settings->min_silence);
      break;
    case GST_VOWEL_VAD_PROP_MAX_UTTERANCE:
      g_value_set_uint64 (value, settings->max_utterance);
      break;
    case GST_VOWEL_VAD_PROP_DETECTOR:
      g_value_set_enum (value, settings->detector);
      break;
    case GST_VOWEL_VAD_PROP_MODEL:
      g_value_set_string (value, settings->model);
      break;
    default:
      return FALSE;
  }

  return TRUE;
}

void
gst_vowel_vad_settings_get_config (const GstVowelVadSettings *settings,
    guint rate, VadHysteresisConfig *config)
{
  gdouble neg_threshold =
      settings->neg_threshold >= 0
          ? MIN (settings->neg_threshold, settings->threshold)
          : settings->threshold - NEG_THRESHOLD_DISTANCE;

#define SAMPLES(time) gst_util_uint64_scale_round ((time), rate, GST_SECOND)
  config->threshold = settings->threshold;
  config->neg_threshold = MAX (neg_threshold, NEG_THRESHOLD_LEAST);
  config->prefix_padding = SAMPLES (settings->prefix_padding);
  config->min_speech = SAMPLES (settings->min_speech);
  config->min_silence = SAMPLES (settings->min_silence);
  config->suffix_padding = SAMPLES (SUFFIX_PADDING);
  config->max_utterance = SAMPLES (settings->max_utterance);
#undef SAMPLES
}
