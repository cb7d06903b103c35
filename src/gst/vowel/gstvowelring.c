/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstvowelring-priv.h"

#include <string.h>

/* The samples in order, oldest first. */
static void
copy_out (const GstVowelRing *ring, gint16 *to)
{
  guint first = MIN (ring->length, ring->size - ring->begin);

  if (ring->length == 0)
    return;
  memcpy (to, ring->samples + ring->begin, first * sizeof (gint16));
  memcpy (to + first, ring->samples, (ring->length - first) * sizeof (gint16));
}

static void
grow (GstVowelRing *ring, guint size)
{
  gint16 *samples = g_new (gint16, size);

  copy_out (ring, samples);
  g_free (ring->samples);
  ring->samples = samples;
  ring->size = size;
  ring->begin = 0;
}

static void
append (GstVowelRing *ring, const gint16 *samples, guint n)
{
  guint at = (ring->begin + ring->length) % ring->size;
  guint first = MIN (n, ring->size - at);

  memcpy (ring->samples + at, samples, first * sizeof (gint16));
  memcpy (ring->samples, samples + first, (n - first) * sizeof (gint16));
  ring->length += n;
  if (ring->length > ring->size) {
    ring->begin = (ring->begin + ring->length - ring->size) % ring->size;
    ring->length = ring->size;
  }
}

void
gst_vowel_ring_add (GstVowelRing *ring, GstBuffer *buffer, guint keep)
{
  GstMapInfo map;
  const gint16 *samples;
  guint n;

  g_return_if_fail (keep > 0);

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ)) {
    gst_vowel_ring_clear (ring);
    return;
  }
  if (keep > ring->size)
    grow (ring, keep);
  samples = (const gint16 *) map.data;
  n = map.size / sizeof (gint16);
  if (n > ring->size) {
    samples += n - ring->size;
    n = ring->size;
  }
  append (ring, samples, n);
  ring->end = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
  gst_buffer_unmap (buffer, &map);
}

GstBuffer *
gst_vowel_ring_copy (const GstVowelRing *ring, gint rate)
{
  GstClockTime duration =
      gst_util_uint64_scale (ring->length, GST_SECOND, rate);
  GstBuffer *buffer;
  GstMapInfo map;

  if (ring->length == 0)
    return NULL;
  buffer = gst_buffer_new_allocate (NULL, ring->length * sizeof (gint16), NULL);
  gst_buffer_map (buffer, &map, GST_MAP_WRITE);
  copy_out (ring, (gint16 *) map.data);
  gst_buffer_unmap (buffer, &map);
  duration = MIN (duration, ring->end);
  GST_BUFFER_PTS (buffer) = ring->end - duration;
  GST_BUFFER_DURATION (buffer) = duration;
  return buffer;
}

void
gst_vowel_ring_clear (GstVowelRing *ring)
{
  g_clear_pointer (&ring->samples, g_free);
  ring->size = ring->begin = ring->length = 0;
}
