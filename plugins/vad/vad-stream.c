/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vad-stream.h"

#include <string.h>

/* After so many seconds without speech the network starts afresh. */
#define RESET_SECONDS 5

void
vad_stream_init (VadStream *stream, guint rate)
{
  memset (stream, 0, sizeof (*stream));
  stream->rate = rate;
  vad_hysteresis_init (&stream->hysteresis, 0);
}

void
vad_stream_clear (VadStream *stream)
{
  switch (stream->kind) {
    case VAD_DETECTOR_SILERO:
      vad_silero_clear (&stream->detector.silero);
      break;
    case VAD_DETECTOR_WEBRTC:
#ifdef HAVE_WEBRTC_VAD
      vad_webrtc_free (stream->detector.webrtc);
#endif
      break;
    case VAD_DETECTOR_ENERGY:
    case VAD_DETECTOR_NONE:
      break;
  }
  stream->kind = VAD_DETECTOR_NONE;
  stream->window = 0;
  stream->n_pending = 0;
  stream->quiet = 0;
}

gboolean
vad_stream_set_detector (
    VadStream *stream, VadDetectorKind kind, VadSileroModel *model)
{
  vad_stream_clear (stream);

  switch (kind) {
    case VAD_DETECTOR_NONE:
      return TRUE;
    case VAD_DETECTOR_SILERO:
      vad_silero_init (&stream->detector.silero, model, stream->rate);
      stream->window = vad_silero_get_window (&stream->detector.silero);
      break;
    case VAD_DETECTOR_WEBRTC:
#ifdef HAVE_WEBRTC_VAD
      stream->detector.webrtc = vad_webrtc_new (stream->rate);
      if (stream->detector.webrtc == NULL)
        return FALSE;
      stream->window = stream->rate / 100;
      break;
#else
      return FALSE;
#endif
    case VAD_DETECTOR_ENERGY:
      vad_energy_init (&stream->detector.energy, stream->rate);
      stream->window = stream->detector.energy.window;
      break;
  }

  stream->kind = kind;
  return TRUE;
}

gboolean
vad_stream_fill (VadStream *stream, const gint16 **samples, guint64 *n_samples)
{
  guint n = *n_samples;
  gint16 *to = stream->pending + stream->n_pending;

  if (stream->kind != VAD_DETECTOR_NONE) {
    n = MIN (*n_samples, stream->window - stream->n_pending);
    if (*samples != NULL)
      memcpy (to, *samples, n * sizeof (gint16));
    else
      memset (to, 0, n * sizeof (gint16));
    stream->n_pending += n;
  }
  if (*samples != NULL)
    *samples += n;
  *n_samples -= n;
  stream->position += n;

  return stream->window > 0 && stream->n_pending == stream->window;
}

gfloat
vad_stream_detect (VadStream *stream)
{
  switch (stream->kind) {
    case VAD_DETECTOR_SILERO:
      return vad_silero_process (&stream->detector.silero, stream->pending);
    case VAD_DETECTOR_WEBRTC:
#ifdef HAVE_WEBRTC_VAD
      return vad_webrtc_process (stream->detector.webrtc, stream->pending);
#else
      break;
#endif
    case VAD_DETECTOR_ENERGY:
      return vad_energy_process (&stream->detector.energy, stream->pending);
    case VAD_DETECTOR_NONE:
      break;
  }

  g_assert_not_reached ();
}

gboolean
vad_stream_decide (VadStream *stream, gfloat probability, VadVerdict *verdict)
{
  guint64 begin = stream->position - stream->window;

  stream->n_pending = 0;

  stream->quiet += stream->window;
  if (stream->hysteresis.speaking
      || probability >= stream->config.neg_threshold)
    stream->quiet = 0;
  if (stream->kind == VAD_DETECTOR_SILERO
      && stream->quiet >= RESET_SECONDS * stream->rate) {
    vad_silero_reset (&stream->detector.silero);
    stream->quiet = 0;
  }

  if (stream->held)
    return FALSE;

  verdict->decision = vad_hysteresis_step (&stream->hysteresis, &stream->config,
      begin, stream->window, probability, &verdict->position);
  verdict->decided = stream->position;
  return verdict->decision != VAD_DECISION_NONE;
}

gboolean
vad_stream_push (VadStream *stream, const gint16 **samples, guint64 *n_samples,
    VadVerdict *verdict)
{
  while (vad_stream_fill (stream, samples, n_samples)) {
    if (vad_stream_decide (stream, vad_stream_detect (stream), verdict))
      return TRUE;
  }

  return FALSE;
}

gboolean
vad_stream_finish (VadStream *stream, VadVerdict *verdict)
{
  verdict->decision = vad_hysteresis_finish (&stream->hysteresis,
      &stream->config, stream->position, &verdict->position);
  verdict->decided = stream->position;
  return verdict->decision != VAD_DECISION_NONE;
}

void
vad_stream_discont (VadStream *stream)
{
  stream->n_pending = 0;
  stream->quiet = 0;
  vad_hysteresis_init (&stream->hysteresis, stream->position);
  if (stream->kind == VAD_DETECTOR_SILERO)
    vad_silero_reset (&stream->detector.silero);
}
