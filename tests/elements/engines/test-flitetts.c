/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>

#include "flitetext.h"
#include "speaker.h"

#define LONG_TEXT                                                              \
  "This sentence goes on and on, because whoever wrote it did not know how "   \
  "to stop, and so it tells of the sea, of the mountains, of the towns "       \
  "along the river, of the people who live in them, of what they eat in the "  \
  "morning and what they drink at night, and of everything else as well"

static Speaker *
speaker_with (const gchar *property, const gchar *value)
{
  return speaker_new_with ("flitetts", property, value);
}

static void
test_speaks (void)
{
  speaker_test_speaks ("flitetts", 16000);
}

/* Every buffer is short, so that the first can leave early. */
static void
test_streams (void)
{
  g_autoptr (Speaker) speaker = speaker_with (NULL, NULL);
  g_autoptr (GArray) ranges = NULL;

  speaker_say (speaker, LONG_TEXT ".");
  speaker_finish (speaker);

  ranges = speaker_get_ranges (speaker);
  g_assert_cmpuint (ranges->len, >, 20);
  g_assert_cmpuint (g_array_index (ranges, SpeakerRange, 0).n_samples, <, 3200);
}

/* The voice's own timing: a number takes long to say, and few characters to
 * write. */
static void
test_marks (void)
{
  const gchar *text = "1234567 apples.";
  g_autoptr (Speaker) speaker = speaker_with (NULL, NULL);
  g_autoptr (GArray) ranges = NULL;
  const SpeakerRange *apples;

  speaker_say (speaker, text);
  speaker_finish (speaker);

  ranges = speaker_get_ranges (speaker);
  apples = speaker_find_range (ranges, strlen ("1234567 a"));
  g_assert_cmpuint (
      apples->first_sample, >, speaker_get_n_samples (speaker) * 7 / 10);
}

static void
test_voices (void)
{
  static const struct {
    const gchar *name;
    gint rate;
  } voices[] = {{"slt", 16000}, {"kal", 8000}, {"kal16", 16000}, {"rms", 16000},
      {"awb", 16000}};

  for (guint i = 0; i < G_N_ELEMENTS (voices); i++) {
    g_autoptr (Speaker) speaker = speaker_with ("voice", voices[i].name);

    speaker_say (speaker, "Hello there.");
    speaker_finish (speaker);
    g_assert_cmpint (speaker_get_rate (speaker), ==, voices[i].rate);
    g_assert_cmpfloat (speaker_get_seconds (speaker), >, 0.5);
    g_assert_cmpfloat (speaker_get_loudness (speaker), >, 0.01);
  }
}

static void
test_unknown_voice (void)
{
  speaker_test_unknown_voice (
      "flitetts", "Hello there.", "slt, kal, kal16, rms, awb");
}

static void
test_speed (void)
{
  g_autoptr (Speaker) normal = speaker_with ("voice", "kal16");
  g_autoptr (Speaker) fast = speaker_with ("speed", "2.0");
  gdouble ratio;

  g_object_set (speaker_get_element (fast), "voice", "kal16", NULL);
  speaker_say (normal, LONG_TEXT ".");
  speaker_finish (normal);
  speaker_say (fast, LONG_TEXT ".");
  speaker_finish (fast);

  ratio = speaker_get_seconds (normal) / speaker_get_seconds (fast);
  g_assert_cmpfloat (ratio, >, 1.7);
  g_assert_cmpfloat (ratio, <, 2.3);
}

static void
test_interrupt (void)
{
  speaker_test_interrupt ("flitetts", LONG_TEXT " and ", 5, 16000);
}

/* A voice object belongs to one thread at a time: all get the same audio. */
static void
test_parallel (void)
{
  g_autoptr (GPtrArray) speakers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) speaker_free);
  g_autoptr (GBytes) first = NULL;

  for (guint i = 0; i < 8; i++) {
    Speaker *speaker = speaker_with ("voice", "kal16");

    g_ptr_array_add (speakers, speaker);
    speaker_say (speaker, LONG_TEXT ".");
  }
  for (guint i = 0; i < speakers->len; i++) {
    g_autoptr (GBytes) samples = NULL;

    speaker_finish (g_ptr_array_index (speakers, i));
    samples = speaker_get_samples (g_ptr_array_index (speakers, i));
    if (first == NULL)
      first = g_bytes_ref (samples);
    g_assert_true (g_bytes_equal (samples, first));
  }
}

static void
test_nothing_to_speak (void)
{
  g_autoptr (Speaker) speaker = speaker_with (NULL, NULL);

  speaker_say (speaker, "\u6f22\u5b57 ...");
  speaker_finish (speaker);
  g_assert_cmpuint (speaker_get_n_samples (speaker), ==, 0);
}

static void
test_transliterates (void)
{
  g_autoptr (FliteText) text =
      flite_text_new ("na\u00efve cafe\u0301 \u2014 \u201cquoted\u201d "
                      "\U0001F600\n\u00e6on");
  gsize cursor = 0;
  guint character = 0;

  g_assert_cmpstr (text->ascii, ==, "naive cafe -- \"quoted\"   aeon");
  g_assert_true (text->speakable);
  g_assert_true (flite_text_find (text, "quoted", &cursor, &character));
  g_assert_cmpuint (character, ==, 15);
  g_assert_true (flite_text_find (text, "aeon", &cursor, &character));
  g_assert_cmpuint (character, ==, 25);
  g_assert_false (flite_text_find (text, "naive", &cursor, &character));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  g_test_add_func ("/flitetts/speaks", test_speaks);
  g_test_add_func ("/flitetts/streams", test_streams);
  g_test_add_func ("/flitetts/marks", test_marks);
  g_test_add_func ("/flitetts/voices", test_voices);
  g_test_add_func ("/flitetts/unknown-voice", test_unknown_voice);
  g_test_add_func ("/flitetts/speed", test_speed);
  g_test_add_func ("/flitetts/interrupt", test_interrupt);
  g_test_add_func ("/flitetts/parallel", test_parallel);
  g_test_add_func ("/flitetts/nothing-to-speak", test_nothing_to_speak);
  g_test_add_func ("/flitetts/transliterates", test_transliterates);

  return g_test_run ();
}
