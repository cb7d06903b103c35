/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "speech-hysteresis.h"

void
vad_hysteresis_init (VadHysteresis *hysteresis, guint64 position)
{
  hysteresis->speaking = FALSE;
  hysteresis->start = 0;
  hysteresis->candidate = VAD_POSITION_NONE;
  hysteresis->silence = VAD_POSITION_NONE;
  hysteresis->earliest = position;
}

static VadDecision
start (VadHysteresis *hysteresis, const VadHysteresisConfig *config,
    guint64 *ret_position)
{
  guint64 begin = hysteresis->candidate;

  begin -= MIN (config->prefix_padding, begin - hysteresis->earliest);

  hysteresis->speaking = TRUE;
  hysteresis->start = begin;
  hysteresis->candidate = VAD_POSITION_NONE;
  hysteresis->silence = VAD_POSITION_NONE;
  *ret_position = begin;
  return VAD_DECISION_START;
}

static VadDecision
stop (VadHysteresis *hysteresis, guint64 end, guint64 *ret_position)
{
  vad_hysteresis_init (hysteresis, end);
  *ret_position = end;
  return VAD_DECISION_STOP;
}

/* Where an utterance ends that is decided to be over at @position. */
static guint64
padded_end (const VadHysteresis *hysteresis, const VadHysteresisConfig *config,
    guint64 position)
{
  if (hysteresis->silence == VAD_POSITION_NONE)
    return position;
  return hysteresis->silence
         + MIN (config->suffix_padding, position - hysteresis->silence);
}

VadDecision
vad_hysteresis_step (VadHysteresis *hysteresis,
    const VadHysteresisConfig *config, guint64 position, guint64 window,
    gfloat probability, guint64 *ret_position)
{
  guint64 decided = position + window;

  if (!hysteresis->speaking) {
    if (probability < config->threshold) {
      hysteresis->candidate = VAD_POSITION_NONE;
      return VAD_DECISION_NONE;
    }
    if (hysteresis->candidate == VAD_POSITION_NONE)
      hysteresis->candidate = MAX (position, hysteresis->earliest);
    if (decided - hysteresis->candidate < config->min_speech)
      return VAD_DECISION_NONE;
    return start (hysteresis, config, ret_position);
  }

  if (probability >= config->threshold)
    hysteresis->silence = VAD_POSITION_NONE;
  else if (probability < config->neg_threshold
           && hysteresis->silence == VAD_POSITION_NONE)
    hysteresis->silence = position;

  /* Between the thresholds silence runs on but does not end anything. */
  if (probability < config->neg_threshold
      && decided - hysteresis->silence >= config->min_silence)
    return stop (
        hysteresis, padded_end (hysteresis, config, decided), ret_position);

  if (config->max_utterance > 0
      && decided - hysteresis->start >= config->max_utterance)
    return stop (hysteresis, decided, ret_position);

  return VAD_DECISION_NONE;
}

VadDecision
vad_hysteresis_finish (VadHysteresis *hysteresis,
    const VadHysteresisConfig *config, guint64 position, guint64 *ret_position)
{
  gboolean speaking = hysteresis->speaking;
  guint64 end = padded_end (hysteresis, config, position);

  vad_hysteresis_init (hysteresis, position);
  if (!speaking)
    return VAD_DECISION_NONE;

  *ret_position = end;
  return VAD_DECISION_STOP;
}
