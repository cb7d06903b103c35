/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a recogniser keeps of the past. */

#include "gst/vowel/gstvowelring-priv.h"

#define RATE 16000

/* Samples that tell their own place. */
static void
add (GstVowelRing *ring, guint *position, guint n, guint keep)
{
  g_autoptr (GstBuffer) buffer =
      gst_buffer_new_allocate (NULL, n * sizeof (gint16), NULL);
  GstMapInfo map;

  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_WRITE));
  for (guint i = 0; i < n; i++)
    ((gint16 *) map.data)[i] = *position + i;
  gst_buffer_unmap (buffer, &map);
  GST_BUFFER_PTS (buffer) = *position * GST_SECOND / RATE;
  *position += n;
  GST_BUFFER_DURATION (buffer) =
      *position * GST_SECOND / RATE - GST_BUFFER_PTS (buffer);
  gst_vowel_ring_add (ring, buffer, keep);
}

static void
check (const GstVowelRing *ring, guint position, guint length)
{
  g_autoptr (GstBuffer) buffer = gst_vowel_ring_copy (ring, RATE);
  GstMapInfo map;

  g_assert_nonnull (buffer);
  g_assert_cmpuint (gst_buffer_get_size (buffer), ==, length * sizeof (gint16));
  g_assert_cmpuint (GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer), ==,
      position * GST_SECOND / RATE);
  g_assert_cmpuint (
      GST_BUFFER_DURATION (buffer), ==, length * GST_SECOND / RATE);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (guint i = 0; i < length; i++)
    g_assert_cmpint (
        ((gint16 *) map.data)[i], ==, (gint16) (position - length + i));
  gst_buffer_unmap (buffer, &map);
}

static void
test_sizes (void)
{
  static const guint sizes[] = {1, 7, 160, 640, 999, 1000, 1001, 5000};

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++) {
    GstVowelRing ring = {0};
    guint position = 0;

    g_assert_null (gst_vowel_ring_copy (&ring, RATE));
    while (position < 12000) {
      add (&ring, &position, sizes[i], 1000);
      check (&ring, position, MIN (position, 1000));
    }
    gst_vowel_ring_clear (&ring);
    g_assert_null (gst_vowel_ring_copy (&ring, RATE));
  }
}

/* What is there survives when more is to be kept. */
static void
test_grows (void)
{
  GstVowelRing ring = {0};
  guint position = 0;

  for (guint i = 0; i < 9; i++)
    add (&ring, &position, 130, 1000);
  add (&ring, &position, 130, 2000);
  check (&ring, position, 1130);
  for (guint i = 0; i < 9; i++)
    add (&ring, &position, 130, 500);
  check (&ring, position, 2000);
  gst_vowel_ring_clear (&ring);
}

int
main (int argc, char **argv)
{
  gst_init (NULL, NULL);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ring/sizes", test_sizes);
  g_test_add_func ("/ring/grows", test_grows);
  return g_test_run ();
}
