/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Noise reduction of the caller's audio, put into the pipeline when a client
 * asks for it and taken out when it does not any more. */

#include "pipeline-private.h"

#include "error.h"

#include <string.h>

#define PLACE "in-noise"

/* WebRTC's processing knows four rates only: what comes otherwise is resampled
 * before it, and what follows wants after it. */
#define LAUNCH                                                                 \
  "audioconvert ! audioresample quality=4 ! audio/x-raw,format=S16LE,"         \
  "layout=interleaved,channels=1,rate={8000,16000,32000,48000} ! "             \
  "webrtcdsp echo-cancel=false high-pass-filter=true %s ! "                    \
  "audioresample quality=4"

/* A headset's microphone hears little but the voice; one on a table hears the
 * room, and the voice from afar. */
static const struct {
  const gchar *name;
  const gchar *settings;
} kinds[] = {
    {"near_field", "noise-suppression-level=moderate gain-control=false"},
    {"far_field", "noise-suppression-level=very-high gain-control=true "
                  "gain-control-mode=adaptive-digital"},
};

static GstElement *
make (const gchar *kind, GError **error)
{
  g_autoptr (GError) cause = NULL;
  g_autofree gchar *launch = NULL;
  GstElement *element;
  guint i;

  for (i = 0; !g_str_equal (kinds[i].name, kind); i++)
    g_return_val_if_fail (i + 1 < G_N_ELEMENTS (kinds), NULL);
  launch = g_strdup_printf (LAUNCH, kinds[i].settings);
  element = gst_parse_bin_from_description_full (
      launch, TRUE, NULL, GST_PARSE_FLAG_FATAL_ERRORS, &cause);
  if (element == NULL)
    vowel_set_field_error (error, VOWEL_ERROR_NOT_SUPPORTED, "noise_reduction",
        "noise reduction needs the GStreamer element webrtcdsp "
        "(gstreamer1.0-plugins-bad): %s",
        cause->message);
  return element;
}

/* A recipe may have its own way there, which then is always in use. */
static gboolean
is_ours (VowelPipeline *self)
{
  return self->noise_reduction != NULL
         || g_strcmp0 (
                vowel_pipeline_place_get_factory (&self->in_noise), "identity")
                == 0;
}

gboolean
vowel_pipeline_set_noise_reduction (
    VowelPipeline *self, const gchar *kind, GError **error)
{
  GstElement *element = NULL;

  if (g_strcmp0 (self->noise_reduction, kind) == 0)
    return TRUE;
  if (!vowel_pipeline_place_exists (&self->in_noise)) {
    vowel_set_field_error (error, VOWEL_ERROR_NOT_SUPPORTED, "noise_reduction",
        "the recipe has no element \"" PLACE "\" and so reduces no noise");
    return FALSE;
  }
  if (!is_ours (self))
    return TRUE;

  if (kind != NULL) {
    element = make (kind, error);
    if (element == NULL)
      return FALSE;
  }
  vowel_pipeline_place_put (&self->in_noise, element);
  g_free (self->noise_reduction);
  self->noise_reduction = g_strdup (kind);
  return TRUE;
}
