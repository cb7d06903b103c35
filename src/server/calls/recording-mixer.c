/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "recording-mixer.h"

#include <string.h>

/* What is older cannot be taken back. */
#define HOLD_US (2 * G_USEC_PER_SEC)
/* A microphone that is that late was silent. */
#define SLACK_US (G_USEC_PER_SEC / 2)

typedef struct {
  gint16 left;
  gint16 right;
} Frame;

struct _VowelRecordingMixer {
  gint64 taken;   /* frames */
  GArray *caller; /* (element-type gint16): from there on */
  GArray *agent;
};

static gint64
to_frames (gint64 us)
{
  return MAX (us, 0) * VOWEL_RECORDING_RATE / G_USEC_PER_SEC;
}

VowelRecordingMixer *
vowel_recording_mixer_new (void)
{
  VowelRecordingMixer *mixer = g_new0 (VowelRecordingMixer, 1);

  mixer->caller = g_array_new (FALSE, TRUE, sizeof (gint16));
  mixer->agent = g_array_new (FALSE, TRUE, sizeof (gint16));
  return mixer;
}

void
vowel_recording_mixer_free (VowelRecordingMixer *mixer)
{
  g_array_unref (mixer->caller);
  g_array_unref (mixer->agent);
  g_free (mixer);
}

/* Silence up to frame @end. */
static void
fill (VowelRecordingMixer *mixer, GArray *side, gint64 end)
{
  if (end - mixer->taken > side->len)
    g_array_set_size (side, end - mixer->taken);
}

static void
append (GArray *side, GBytes *samples)
{
  gsize size;
  const gint16 *data = g_bytes_get_data (samples, &size);

  g_array_append_vals (side, data, size / sizeof (gint16));
}

void
vowel_recording_mixer_caller (
    VowelRecordingMixer *mixer, gint64 now_us, GBytes *samples)
{
  gint64 begin = to_frames (now_us)
                 - (gint64) (g_bytes_get_size (samples) / sizeof (gint16));

  if (mixer->taken + mixer->caller->len + to_frames (SLACK_US) < begin)
    fill (mixer, mixer->caller, begin);
  append (mixer->caller, samples);
}

void
vowel_recording_mixer_agent (
    VowelRecordingMixer *mixer, gint64 now_us, GBytes *samples)
{
  fill (mixer, mixer->agent, to_frames (now_us));
  append (mixer->agent, samples);
}

void
vowel_recording_mixer_interrupt (VowelRecordingMixer *mixer, gint64 now_us)
{
  gint64 heard = MAX (to_frames (now_us) - mixer->taken, 0);

  if (heard < mixer->agent->len)
    g_array_set_size (mixer->agent, heard);
}

/* The frames before @end, which become those that are taken. */
static GBytes *
take (VowelRecordingMixer *mixer, gint64 end)
{
  guint n = MAX (end - mixer->taken, 0);
  Frame *frames = g_new (Frame, n);

  fill (mixer, mixer->caller, end);
  fill (mixer, mixer->agent, end);
  for (guint i = 0; i < n; i++) {
    frames[i].left = g_array_index (mixer->caller, gint16, i);
    frames[i].right = g_array_index (mixer->agent, gint16, i);
  }
  if (n > 0) {
    g_array_remove_range (mixer->caller, 0, n);
    g_array_remove_range (mixer->agent, 0, n);
  }
  mixer->taken += n;
  return g_bytes_new_take (frames, n * sizeof (Frame));
}

GBytes *
vowel_recording_mixer_take (VowelRecordingMixer *mixer, gint64 now_us)
{
  return take (mixer, to_frames (now_us - HOLD_US));
}

GBytes *
vowel_recording_mixer_finish (VowelRecordingMixer *mixer, gint64 now_us)
{
  vowel_recording_mixer_interrupt (mixer, now_us);
  return take (
      mixer, MAX (to_frames (now_us), mixer->taken + mixer->caller->len));
}
