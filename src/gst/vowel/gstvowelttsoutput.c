/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The audio that leaves: its timing, and which characters each buffer speaks.
 * All on the worker. */

#include "config.h"

#include "gstvowelmeta-priv.h"
#include "gstvoweltts-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_tts_debug);
#define GST_CAT_DEFAULT gst_vowel_tts_debug

/* Longest buffer, and how much is held back because it may be the last of its
 * sentence. */
#define MAX_BUFFER_MS 100
#define HOLD_BACK_MS 10
/* How late audio may be before it is moved to the present. */
#define MAX_LATENESS (40 * GST_MSECOND)

#define PRIV(self) gst_vowel_tts_get_private (self)

static gboolean
get_running_time (GstVowelTts *self, GstClockTime *ret_time)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (GST_ELEMENT_CAST (self));
  GstClockTime base = gst_element_get_base_time (GST_ELEMENT_CAST (self));
  GstClockTime now;

  if (clock == NULL || GST_STATE (self) != GST_STATE_PLAYING
      || !GST_CLOCK_TIME_IS_VALID (base))
    return FALSE;
  now = gst_clock_get_time (clock);
  *ret_time = now > base ? now - base : 0;
  return TRUE;
}

static GstClockTime
stream_position (GstVowelTtsPrivate *priv)
{
  return priv->position_base
         + (priv->rate > 0 ? gst_util_uint64_scale (
                priv->position, GST_SECOND, priv->rate)
                           : 0);
}

static void
prepare_stream (GstVowelTts *self, gint rate)
{
  GstVowelSrcPad *srcpad = ELEMENT_PRIV (self)->srcpad;
  GstVowelTtsPrivate *priv = PRIV (self);
  GstClockTime now;

  if (rate != priv->rate) {
    g_autoptr (GstCaps) caps = gst_caps_new_simple ("audio/x-raw", "format",
        G_TYPE_STRING, "S16LE", "rate", G_TYPE_INT, rate, "channels",
        G_TYPE_INT, 1, "layout", G_TYPE_STRING, "interleaved", NULL);

    priv->position_base = stream_position (priv);
    priv->position = 0;
    priv->rate = rate;
    gst_vowel_src_pad_set_caps (srcpad, caps);
  }
  if (get_running_time (self, &now)
      && (priv->resync
          || priv->base + stream_position (priv) + MAX_LATENESS < now)) {
    GST_LOG_OBJECT (self, "speech begins at running time %" GST_TIME_FORMAT,
        GST_TIME_ARGS (now));
    gst_vowel_src_pad_new_segment (srcpad, now);
    priv->base = now;
    priv->position = 0;
    priv->position_base = 0;
    priv->discont = TRUE;
  }
  priv->resync = FALSE;
}

static void
go_on_after_audio (gpointer user_data)
{
  GstVowelTts *self = user_data;

  if (!PRIV (self)->unheard)
    return;
  PRIV (self)->unheard = FALSE;
  gst_vowel_tts_advance (self);
}

/* Who hears the audio may say in its own turn of the loop that the voice is to
 * hold: until that turn is over no other sentence begins. */
static void
await_hearer (GstVowelTts *self)
{
  if (PRIV (self)->unheard)
    return;
  PRIV (self)->unheard = TRUE;
  gst_vowel_worker_post (gst_vowel_tts_get_worker (self), go_on_after_audio,
      gst_object_ref (self), gst_object_unref);
}

/* Takes @size bytes of the job's audio and pushes them. */
static void
emit (GstVowelTts *self, GstVowelTtsResponse *response, GstVowelTtsJob *job,
    gsize size)
{
  GstVowelTtsPrivate *priv = PRIV (self);
  GstBuffer *buffer;
  GstVowelResponseMeta *meta;
  guint text_end;
  gboolean last = job->state == GST_VOWEL_TTS_JOB_DONE
                  && size == gst_adapter_available (job->adapter);

  prepare_stream (self, job->rate);
  buffer =
      gst_buffer_make_writable (gst_adapter_take_buffer (job->adapter, size));
  GST_BUFFER_PTS (buffer) = stream_position (priv);
  priv->position += size / sizeof (gint16);
  GST_BUFFER_DURATION (buffer) =
      stream_position (priv) - GST_BUFFER_PTS (buffer);
  GST_BUFFER_DTS (buffer) = GST_CLOCK_TIME_NONE;
  GST_BUFFER_FLAG_UNSET (buffer, GST_BUFFER_FLAG_DISCONT);
  if (priv->discont)
    GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
  priv->discont = FALSE;

  job->emitted += size / sizeof (gint16);
  text_end = last ? job->n_chars
                  : gst_vowel_tts_job_text_at (job, job->emitted, priv->pace);
  text_end = MAX (text_end, job->text_pos);
  meta = gst_vowel_response_meta_add_shared (
      buffer, response->id, response->generation);
  meta->text_start = job->text_start + job->text_pos;
  meta->text_end = job->text_start + text_end;
  meta->sentence_end = last;
  job->text_pos = text_end;

  priv->said = TRUE;
  priv->audible = MAX (priv->audible, response->generation);
  gst_vowel_provider_element_push (GST_VOWEL_PROVIDER_ELEMENT (self), buffer);
  await_hearer (self);
}

void
gst_vowel_tts_emit_job (
    GstVowelTts *self, GstVowelTtsResponse *response, GstVowelTtsJob *job)
{
  GstVowelProviderElement *element = GST_VOWEL_PROVIDER_ELEMENT (self);
  gsize most = job->rate * MAX_BUFFER_MS / 1000 * sizeof (gint16);
  gsize hold_back = job->rate * HOLD_BACK_MS / 1000 * sizeof (gint16);
  gsize available;

  while (!job->dropped && !gst_vowel_provider_element_is_flushing (element)
         && (available = gst_adapter_available (job->adapter)) > 0) {
    gboolean done = job->state == GST_VOWEL_TTS_JOB_DONE;

    if (!done && available <= hold_back)
      return;
    if (!done)
      available -= hold_back;
    emit (self, response, job, MIN (available, most));
  }
}
