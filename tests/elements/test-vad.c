/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the detectors find. For what comes from outside, and for streams that
 * are not plain: test-vad-stream.c. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "vad-fixture.h"

static void
test_exact (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *expected = NULL, *events = NULL, *messages = NULL;
  g_auto (GStrv) words = NULL;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  fixture = fixture_new ("vad", 16000);
  fixture_push_all (fixture, audio, 320);
  gst_harness_push_event (fixture->harness, gst_event_new_eos ());

  expected = expected_words (audio, 16000);
  words = g_strsplit (expected, " ", -1);
  g_assert_cmpuint (g_strv_length (words), ==, 4);
  events = fixture_speech_words (fixture);
  messages = fixture_message_words (fixture);
  g_assert_cmpstr (events, ==, expected);
  g_assert_cmpstr (messages, ==, expected);

  /* Through and through, and untouched. */
  g_assert_cmpmem (fixture->audio->data, fixture->audio->len, audio->data,
      audio->len * sizeof (gint16));
  g_assert_true (g_str_has_prefix (fixture->log->str, "D1 B S1:"));
  g_assert_true (g_str_has_suffix (fixture->log->str, " B X"));
}

/* An event stands behind exactly the samples that its decision needed, however
 * large the buffers are. */
static void
check_places (GArray *audio, guint size)
{
  g_autoptr (Fixture) fixture = fixture_new ("vad", 16000);
  guint i;

  fixture->check_places = TRUE;
  fixture_push_all (fixture, audio, size);
  g_assert_cmpuint (fixture->n_events, ==, 4);
  g_assert_cmpmem (fixture->audio->data, fixture->audio->len, audio->data,
      audio->len * sizeof (gint16));
  /* The pieces of a buffer join without seam. */
  g_assert_cmpuint (fixture->pieces->len, >=, 5);
  for (i = 0; i < fixture->pieces->len; i++) {
    const Piece *piece = &g_array_index (fixture->pieces, Piece, i);

    g_assert_cmpuint (piece->pts, ==, piece->expected_pts);
    g_assert_cmpint (piece->discont, ==, i == 0);
    if (i > 0)
      g_assert_cmpuint (
          (piece - 1)->pts + (piece - 1)->duration, ==, piece->pts);
  }
}

static void
test_event_places (void)
{
  g_autoptr (GArray) audio = NULL;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  check_places (audio, 100);
  check_places (audio, 4608);
  check_places (audio, audio->len);
}

/* What follows a buffer of which downstream took only the first piece begins
 * without its rest, and the decision is told. */
static GstPadProbeReturn
refuse_once (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  gboolean *refused = data;

  if (*refused)
    return GST_PAD_PROBE_OK;
  *refused = TRUE;
  gst_clear_buffer ((GstBuffer **) &info->data);
  GST_PAD_PROBE_INFO_FLOW_RETURN (info) = GST_FLOW_NOT_LINKED;
  return GST_PAD_PROBE_HANDLED;
}

static void
test_refused_piece (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autoptr (GstPad) pad = NULL;
  g_autofree gchar *events = NULL;
  gboolean refused = FALSE;
  GstBuffer *buffer;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  fixture = fixture_new ("vad", 16000);
  pad = gst_element_get_static_pad (fixture_vad (fixture), "src");
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER, refuse_once, &refused, NULL);
  buffer = gst_buffer_new_memdup (audio->data, audio->len * sizeof (gint16));
  GST_BUFFER_PTS (buffer) = FIRST_PTS;
  g_assert_cmpint (
      gst_harness_push (fixture->harness, buffer), ==, GST_FLOW_NOT_LINKED);
  g_assert_true (refused);
  g_assert_cmpuint (gst_harness_buffers_in_queue (fixture->harness), ==, 0);

  gst_harness_push_event (fixture->harness, gst_event_new_eos ());
  events = fixture_speech_words (fixture);
  g_assert_true (g_str_has_prefix (events, "S1:"));
  g_assert_nonnull (strstr (events, " E1:"));
  g_assert_null (strstr (events, "S2:"));
}

static void
check_sizes (const gchar *launch)
{
  static const guint sizes[] = {
      1, 7, 160, 320, 511, 512, 513, 960, 1021, 16000, 1000000};
  g_autoptr (GArray) audio = test_audio_new ();
  g_autofree gchar *first = NULL;
  guint i;

  test_audio_silence (audio, 701);
  if (!test_audio_say (audio, "Good morning."))
    return;
  test_audio_silence (audio, 1000);
  test_audio_add_noise (audio, -60, 13);

  for (i = 0; i < G_N_ELEMENTS (sizes); i++) {
    g_autoptr (Fixture) fixture = fixture_new (launch, 16000);
    g_autofree gchar *words = NULL;

    fixture_push_all (fixture, audio, sizes[i]);
    words = fixture_speech_words (fixture);
    if (first == NULL) {
      first = g_steal_pointer (&words);
      g_assert_true (g_str_has_prefix (first, "S1:"));
      g_assert_nonnull (strstr (first, " E1:"));
    } else {
      g_assert_cmpstr (words, ==, first);
    }
  }
}

static void
test_buffer_sizes (void)
{
  if (have_weights ())
    check_sizes ("vad");
}

static void
test_buffer_sizes_energy (void)
{
  check_sizes ("vad detector=energy");
}

static void
test_8k (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (GArray) half = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *expected = NULL, *events = NULL;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  half = test_audio_halve (audio);
  fixture = fixture_new ("vad", 8000);
  fixture_push_all (fixture, half, 160);
  expected = expected_words (half, 8000);
  events = fixture_speech_words (fixture);
  g_assert_cmpstr (events, ==, expected);
  g_assert_nonnull (strstr (events, " E2:"));
}

static void
test_two_instances (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (GArray) other_audio = test_audio_new ();
  g_autoptr (Fixture) alone = NULL;
  g_autoptr (Fixture) one = NULL;
  g_autoptr (Fixture) other = NULL;
  g_autofree gchar *words_alone = NULL, *words_one = NULL;
  g_autofree gchar *words_other = NULL;
  guint i;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;
  test_audio_silence (other_audio, audio->len / 16);
  test_audio_add_noise (other_audio, -20, 3);

  alone = fixture_new ("vad", 16000);
  one = fixture_new ("vad", 16000);
  other = fixture_new ("vad", 16000);
  fixture_push_all (alone, audio, 320);
  for (i = 0; i + 320 <= other_audio->len; i += 320) {
    fixture_push (one, audio, i, 320, 320);
    fixture_push (other, other_audio, i, 320, 320);
  }
  fixture_push (one, audio, i, audio->len - i, 320);

  words_alone = fixture_speech_words (alone);
  words_one = fixture_speech_words (one);
  words_other = fixture_speech_words (other);
  g_assert_cmpstr (words_one, ==, words_alone);
  g_assert_cmpstr (words_other, ==, "");
}

static void
test_properties_live (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *words = NULL;
  gboolean speaking;
  gint active;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  fixture = fixture_new ("vad threshold=1.0", 16000);
  fixture_push_all (fixture, audio, 320);
  g_object_get (fixture_vad (fixture), "active-detector", &active, NULL);
  g_assert_cmpint (active, ==, DETECTOR_SILERO);
  words = fixture_speech_words (fixture);
  g_assert_cmpstr (words, ==, "");

  /* While playing: hears again, then does not let go. */
  g_object_set (fixture_vad (fixture), "threshold", 0.5, "min-silence",
      100 * GST_SECOND, NULL);
  fixture_push_all (fixture, audio, 320);
  g_free (words);
  words = fixture_speech_words (fixture);
  g_assert_true (g_str_has_prefix (words, "S1:"));
  g_assert_null (strchr (words, ' '));
  g_object_get (fixture_vad (fixture), "speaking", &speaking, NULL);
  g_assert_true (speaking);

  /* Silence has lasted long enough for the new setting. */
  g_object_set (fixture_vad (fixture), "min-silence", 500 * GST_MSECOND, NULL);
  fixture_push (fixture, audio, 0, 1024, 512);
  g_free (words);
  words = fixture_speech_words (fixture);
  g_assert_nonnull (strstr (words, " E1:"));
  g_object_get (fixture_vad (fixture), "speaking", &speaking, NULL);
  g_assert_false (speaking);
}

static void
test_detector_switch (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *expected = NULL;
  gint active;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  fixture = fixture_new ("vad detector=none", 16000);
  fixture_push_all (fixture, audio, 320);
  g_assert_cmpstr (fixture->log->str, ==, "D0 B");

  g_object_set (fixture_vad (fixture), "detector", DETECTOR_AUTO, "min-silence",
      100 * GST_SECOND, NULL);
  fixture_push_all (fixture, audio, 320);
  g_assert_true (g_str_has_prefix (fixture->log->str, "D0 B D1 B S1:"));

  /* Switched off while speaking: the utterance ends there and then. */
  g_string_truncate (fixture->log, 0);
  g_object_set (fixture_vad (fixture), "detector", DETECTOR_NONE, NULL);
  fixture_push (fixture, audio, 0, 512, 320);
  g_assert_true (g_str_has_prefix (fixture->log->str, "E1:"));
  expected = g_strdup_printf ("@%u D0 B", 2 * audio->len);
  g_assert_true (g_str_has_suffix (fixture->log->str, expected));
  g_object_get (fixture_vad (fixture), "active-detector", &active, NULL);
  g_assert_cmpint (active, ==, DETECTOR_NONE);

  /* From one detector to another nobody downstream needs to know. */
  g_object_set (fixture_vad (fixture), "detector", DETECTOR_SILERO, NULL);
  fixture_push (fixture, audio, 0, 512, 512);
  g_string_truncate (fixture->log, 0);
  g_object_set (fixture_vad (fixture), "detector", DETECTOR_ENERGY, NULL);
  fixture_push (fixture, audio, 0, 512, 512);
  g_assert_cmpstr (fixture->log->str, ==, "B");
  g_object_get (fixture_vad (fixture), "active-detector", &active, NULL);
  g_assert_cmpint (active, ==, DETECTOR_ENERGY);
}

static void
test_fallback (void)
{
  g_autoptr (GArray) audio = two_utterances ();
  g_autoptr (Fixture) fixture = NULL;
  g_autoptr (GstMessage) warning = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree gchar *words = NULL, *debug = NULL;
  gint active;

  if (audio == NULL)
    return;

  fixture = fixture_new ("vad model=/nowhere/silero.onnx", 16000);
  fixture_push_all (fixture, audio, 320);
  g_object_get (fixture_vad (fixture), "active-detector", &active, NULL);
#ifdef HAVE_WEBRTC_VAD
  g_assert_cmpint (active, ==, DETECTOR_WEBRTC);
#else
  g_assert_cmpint (active, ==, DETECTOR_ENERGY);
#endif
  words = fixture_speech_words (fixture);
  g_assert_true (g_str_has_prefix (words, "S1:"));
  g_assert_nonnull (strstr (words, " E1:"));

  warning = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_WARNING);
  g_assert_nonnull (warning);
  gst_message_parse_warning (warning, &error, &debug);
  g_assert_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "scripts/fetch-silero"));
  g_assert_nonnull (strstr (debug, "/nowhere/silero.onnx"));

  /* Once is enough, whatever is asked for again. */
  g_object_set (fixture_vad (fixture), "detector", DETECTOR_SILERO, NULL);
  fixture_push (fixture, audio, 0, 512, 320);
  g_object_set (fixture_vad (fixture), "model", "/nowhere/else.onnx", NULL);
  fixture_push (fixture, audio, 0, 512, 320);
  g_assert_null (gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_WARNING));
}

static void
test_webrtc (void)
{
#ifdef HAVE_WEBRTC_VAD
  g_autoptr (GArray) audio = two_utterances ();
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *words = NULL;

  if (audio == NULL)
    return;

  fixture = fixture_new ("vad detector=webrtc", 16000);
  fixture_push_all (fixture, audio, 320);
  words = fixture_speech_words (fixture);
  g_assert_true (g_str_has_prefix (words, "S1:"));
  g_assert_nonnull (strstr (words, " E2:"));
#else
  g_test_skip ("built without webrtc-audio-processing");
#endif
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/vad/exact", test_exact);
  g_test_add_func ("/vad/event-places", test_event_places);
  g_test_add_func ("/vad/refused-piece", test_refused_piece);
  g_test_add_func ("/vad/buffer-sizes", test_buffer_sizes);
  g_test_add_func ("/vad/buffer-sizes-energy", test_buffer_sizes_energy);
  g_test_add_func ("/vad/8k", test_8k);
  g_test_add_func ("/vad/two-instances", test_two_instances);
  g_test_add_func ("/vad/properties-live", test_properties_live);
  g_test_add_func ("/vad/detector-switch", test_detector_switch);
  g_test_add_func ("/vad/fallback", test_fallback);
  g_test_add_func ("/vad/webrtc", test_webrtc);

  return g_test_run ();
}
