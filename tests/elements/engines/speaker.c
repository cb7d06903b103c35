/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <math.h>
#include <string.h>

#include "speaker.h"

#define TIMEOUT (180 * G_TIME_SPAN_SECOND)

struct _Speaker {
  GstElement *element;
  GstHarness *harness;
  GstBus *bus;

  /* Protected by the lock. */
  GMutex lock;
  GCond cond;
  GByteArray *samples;
  GArray *ranges;
  gint rate;
  gboolean eos;
};

/* With the lock held. */
static void
take_buffer (Speaker *self, GstBuffer *buffer)
{
  GstVowelResponseMeta *meta = gst_buffer_get_vowel_response_meta (buffer);
  SpeakerRange range = {0};
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  range.first_sample = self->samples->len / 2;
  range.n_samples = map.size / 2;
  g_byte_array_append (self->samples, map.data, map.size);
  gst_buffer_unmap (buffer, &map);

  g_assert_nonnull (meta);
  range.text_start = meta->text_start;
  range.text_end = meta->text_end;
  range.sentence_end = meta->sentence_end;
  g_array_append_val (self->ranges, range);
}

static GstPadProbeReturn
on_data (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Speaker *self = user_data;
  GstEvent *event;
  GstCaps *caps;

  g_mutex_lock (&self->lock);
  if (info->type & GST_PAD_PROBE_TYPE_BUFFER) {
    take_buffer (self, GST_PAD_PROBE_INFO_BUFFER (info));
  } else {
    event = GST_PAD_PROBE_INFO_EVENT (info);
    if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
      self->eos = TRUE;
    } else if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS) {
      gst_event_parse_caps (event, &caps);
      gst_structure_get_int (
          gst_caps_get_structure (caps, 0), "rate", &self->rate);
    }
  }
  g_cond_broadcast (&self->cond);
  g_mutex_unlock (&self->lock);

  return GST_PAD_PROBE_OK;
}

Speaker *
speaker_new (GstElement *element)
{
  Speaker *self = g_new0 (Speaker, 1);
  g_autoptr (GstPad) pad = NULL;

  g_assert_nonnull (element);
  self->element = gst_object_ref_sink (element);
  self->samples = g_byte_array_new ();
  self->ranges = g_array_new (FALSE, FALSE, sizeof (SpeakerRange));
  g_mutex_init (&self->lock);
  g_cond_init (&self->cond);
  self->bus = gst_bus_new ();
  gst_element_set_bus (element, self->bus);

  pad = gst_element_get_static_pad (element, "src");
  gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_data,
      self, NULL);
  self->harness = gst_harness_new_with_element (element, "sink", "src");
  gst_harness_set_drop_buffers (self->harness, TRUE);
  gst_harness_set_src_caps_str (self->harness, "text/x-raw, format=utf8");

  return self;
}

Speaker *
speaker_new_with (
    const gchar *factory, const gchar *property, const gchar *value)
{
  GstElement *element = gst_element_factory_make (factory, NULL);

  if (property != NULL)
    gst_util_set_object_arg (G_OBJECT (element), property, value);
  return speaker_new (element);
}

void
speaker_free (Speaker *self)
{
  gst_harness_teardown (self->harness);
  gst_element_set_bus (self->element, NULL);
  gst_object_unref (self->element);
  gst_object_unref (self->bus);
  g_byte_array_unref (self->samples);
  g_array_unref (self->ranges);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->cond);
  g_free (self);
}

GstElement *
speaker_get_element (Speaker *self)
{
  return self->element;
}

void
speaker_say (Speaker *self, const gchar *text)
{
  GstBuffer *buffer = gst_vowel_text_buffer_new (text, NULL, 0);

  g_assert_cmpint (gst_harness_push (self->harness, buffer), ==, GST_FLOW_OK);
}

void
speaker_interrupt (Speaker *self)
{
  GstSegment segment;

  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (self->harness, gst_event_new_flush_start ());
  gst_harness_push_event (self->harness, gst_event_new_flush_stop (FALSE));
  gst_harness_push_event (self->harness, gst_event_new_segment (&segment));
}

void
speaker_finish (Speaker *self)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT;

  g_assert_true (gst_harness_push_event (self->harness, gst_event_new_eos ()));
  g_mutex_lock (&self->lock);
  while (!self->eos)
    g_assert_true (g_cond_wait_until (&self->cond, &self->lock, deadline));
  g_mutex_unlock (&self->lock);
}

void
speaker_wait_for_audio (Speaker *self)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT;

  g_mutex_lock (&self->lock);
  while (self->samples->len == 0)
    g_assert_true (g_cond_wait_until (&self->cond, &self->lock, deadline));
  g_mutex_unlock (&self->lock);
}

GError *
speaker_wait_for_failure (Speaker *self)
{
  GstClockTime deadline = TIMEOUT * GST_USECOND;
  GError *error = NULL;

  while (error == NULL) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (self->bus, deadline, GST_MESSAGE_ELEMENT);

    g_assert_nonnull (message);
    gst_vowel_message_parse_failure (message, NULL, NULL, &error, NULL);
  }
  return error;
}

gint
speaker_get_rate (Speaker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->rate;
}

gsize
speaker_get_n_samples (Speaker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->samples->len / 2;
}

gdouble
speaker_get_seconds (Speaker *self)
{
  gint rate = speaker_get_rate (self);

  g_assert_cmpint (rate, >, 0);
  return (gdouble) speaker_get_n_samples (self) / rate;
}

gdouble
speaker_get_loudness (Speaker *self)
{
  g_autoptr (GBytes) bytes = speaker_get_samples (self);
  gsize size;
  const gint16 *samples = g_bytes_get_data (bytes, &size);
  gdouble sum = 0.0;

  g_assert_cmpuint (size, >, 0);
  for (gsize i = 0; i < size / 2; i++)
    sum += (samples[i] / 32768.0) * (samples[i] / 32768.0);
  return sqrt (sum / (size / 2));
}

GArray *
speaker_get_ranges (Speaker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_array_copy (self->ranges);
}

GBytes *
speaker_get_samples (Speaker *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_bytes_new (self->samples->data, self->samples->len);
}

void
speaker_assert_ranges (Speaker *self, guint length)
{
  g_autoptr (GArray) ranges = speaker_get_ranges (self);
  guint at = 0;

  g_assert_cmpuint (ranges->len, >, 0);
  for (guint i = 0; i < ranges->len; i++) {
    SpeakerRange *range = &g_array_index (ranges, SpeakerRange, i);

    g_assert_cmpuint (range->text_start, <=, range->text_end);
    g_assert_cmpuint (range->text_start, >=, i > 0 ? at : 0);
    at = range->text_start;
    if (i == 0)
      g_assert_cmpuint (range->text_start, ==, 0);
    if (i + 1 == ranges->len) {
      g_assert_cmpuint (range->text_end, ==, length);
      g_assert_true (range->sentence_end);
    }
  }
}

GBytes *
speaker_speak (const gchar *factory, const gchar *text)
{
  g_autoptr (Speaker) speaker =
      speaker_new (gst_element_factory_make (factory, NULL));

  speaker_say (speaker, text);
  speaker_finish (speaker);

  return speaker_get_samples (speaker);
}

void
speaker_test_speaks (const gchar *factory, gint rate)
{
  const gchar *text = "Hello there, my friend.";
  g_autoptr (Speaker) self = speaker_new_with (factory, NULL, NULL);

  speaker_say (self, text);
  speaker_finish (self);

  g_assert_cmpint (speaker_get_rate (self), ==, rate);
  g_assert_cmpfloat (speaker_get_seconds (self), >, 1.0);
  g_assert_cmpfloat (speaker_get_seconds (self), <, 3.0);
  g_assert_cmpfloat (speaker_get_loudness (self), >, 0.01);
  speaker_assert_ranges (self, strlen (text));
}

const SpeakerRange *
speaker_find_range (GArray *ranges, guint character)
{
  for (guint i = 0; i < ranges->len; i++) {
    const SpeakerRange *range = &g_array_index (ranges, SpeakerRange, i);

    if (range->text_end > character)
      return range;
  }
  g_assert_not_reached ();
}

void
speaker_test_voices (const gchar *factory)
{
  g_autoptr (GstElement) element =
      gst_object_ref_sink (gst_element_factory_make (factory, NULL));
  g_auto (GStrv) voices = NULL;

  g_object_get (element, "voices", &voices, NULL);
  g_assert_nonnull (voices);
  g_assert_cmpuint (g_strv_length (voices), >, 1);
  for (guint i = 0; voices[i] != NULL; i++) {
    g_autoptr (Speaker) speaker =
        speaker_new_with (factory, "voice", voices[i]);

    g_test_message ("%s", voices[i]);
    speaker_say (speaker, "1 2 3.");
    speaker_finish (speaker);
    g_assert_cmpfloat (speaker_get_loudness (speaker), >, 0.001);
  }
}

void
speaker_test_unknown_voice (
    const gchar *factory, const gchar *text, const gchar *hint)
{
  g_autoptr (Speaker) self = speaker_new_with (factory, "voice", "nobody");
  g_autoptr (GError) error = NULL;

  speaker_say (self, text);
  error = speaker_wait_for_failure (self);
  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "nobody"));
  g_assert_nonnull (strstr (error->message, hint));
  speaker_finish (self);
  g_assert_cmpuint (speaker_get_n_samples (self), ==, 0);
}

void
speaker_test_interrupt (
    const gchar *factory, const gchar *part, guint n_parts, gint rate)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (Speaker) self = speaker_new_with (factory, NULL, NULL);
  gsize at_interrupt;

  for (guint i = 0; i < n_parts; i++)
    g_string_append (text, part);
  speaker_say (self, text->str);
  speaker_wait_for_audio (self);
  speaker_interrupt (self);
  at_interrupt = speaker_get_n_samples (self);
  speaker_say (self, "Yes.");
  speaker_finish (self);

  /* Only the short answer came after it. */
  g_assert_cmpuint (speaker_get_n_samples (self), >, at_interrupt);
  g_assert_cmpuint (
      speaker_get_n_samples (self) - at_interrupt, <, (gsize) 2 * rate);
}
