/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <gst/check/gstharness.h>
#include <gst/gst.h>
#include <gst/vowel/gstvowelevent.h>
#include <gst/vowel/gstvowelmessage.h>
#include <stdio.h>
#include <string.h>

#include "silero.h"
#include "test-audio.h"

#define CAPS_16K                                                               \
  "audio/x-raw,format=S16LE,layout=interleaved,rate=16000,channels=1"
#define CAPS_8K                                                                \
  "audio/x-raw,format=S16LE,layout=interleaved,rate=8000,channels=1"

/* No test stream begins at zero, so that nobody takes positions for times. */
#define FIRST_PTS (5 * GST_SECOND)

/* GstVowelVadDetector, which no public header has. */
enum {
  DETECTOR_AUTO,
  DETECTOR_SILERO,
  DETECTOR_WEBRTC,
  DETECTOR_ENERGY,
  DETECTOR_NONE,
};

/* A buffer that left the element. */
typedef struct {
  GstClockTime pts, duration;
  GstClockTime expected_pts; /* by the samples before it */
  gboolean discont;
} Piece;

/* One element under test, with a log of what left its source pad. */
typedef struct {
  GstHarness *harness;
  GstBus *bus;
  GString *log;
  GByteArray *audio;
  GArray *pieces;
  gboolean check_places; /* of speech events, which are counted */
  guint n_events;
  guint rate;
  guint64 position;
  GstClockTime first_pts;
} Fixture;

/* Log: "B" buffers (runs of them are one B), "D0" "D1" the detector event,
 * "S<utterance>:<start>@<detected>[e]" and "E<utterance>:<end>@<detected>[d]"
 * in samples since FIRST_PTS, "X" EOS, "F" flush stop. */
static void log_word (Fixture *fixture, const gchar *format, ...)
    G_GNUC_PRINTF (2, 3);

static void
log_word (Fixture *fixture, const gchar *format, ...)
{
  va_list args;

  if (fixture->log->len > 0)
    g_string_append_c (fixture->log, ' ');
  va_start (args, format);
  g_string_append_vprintf (fixture->log, format, args);
  va_end (args);
}

static gint64
samples_at (Fixture *fixture, GstClockTime pts)
{
  gint64 samples;

  g_assert_cmpuint (pts, >=, fixture->first_pts);
  samples = gst_util_uint64_scale_round (
      pts - fixture->first_pts, fixture->rate, GST_SECOND);
  /* Exact: it is the time of that very sample. */
  g_assert_cmpuint (pts - fixture->first_pts, ==,
      gst_util_uint64_scale_int (samples, GST_SECOND, fixture->rate));
  return samples;
}

static gchar *
start_word (Fixture *fixture, const GstVowelSpeechStart *start)
{
  return g_strdup_printf ("S%" G_GUINT64_FORMAT ":%" G_GINT64_FORMAT
                          "@%" G_GINT64_FORMAT "%s",
      start->utterance, samples_at (fixture, start->start),
      samples_at (fixture, start->detected), start->emulated ? "e" : "");
}

static gchar *
stop_word (Fixture *fixture, const GstVowelSpeechStop *stop)
{
  return g_strdup_printf ("E%" G_GUINT64_FORMAT ":%" G_GINT64_FORMAT
                          "@%" G_GINT64_FORMAT "%s",
      stop->utterance, samples_at (fixture, stop->end),
      samples_at (fixture, stop->detected), stop->discard ? "d" : "");
}

static void
note_event (Fixture *fixture, GstClockTime detected)
{
  fixture->n_events++;
  if (fixture->check_places)
    g_assert_cmpint (samples_at (fixture, detected), ==,
        fixture->audio->len / sizeof (gint16));
}

static void
note_piece (Fixture *fixture, GstBuffer *buffer)
{
  Piece piece = {
      .pts = GST_BUFFER_PTS (buffer),
      .duration = GST_BUFFER_DURATION (buffer),
      .expected_pts =
          fixture->first_pts
          + gst_util_uint64_scale_int (
              fixture->audio->len / sizeof (gint16), GST_SECOND, fixture->rate),
      .discont = GST_BUFFER_IS_DISCONT (buffer),
  };

  g_array_append_val (fixture->pieces, piece);
}

static void
log_event (Fixture *fixture, GstEvent *event)
{
  GstVowelSpeechStart start;
  GstVowelSpeechStop stop;
  gboolean active;

  if (gst_vowel_event_parse_speech_start (event, &start)) {
    g_autofree gchar *word = start_word (fixture, &start);

    log_word (fixture, "%s", word);
    note_event (fixture, start.detected);
  } else if (gst_vowel_event_parse_speech_stop (event, &stop)) {
    g_autofree gchar *word = stop_word (fixture, &stop);

    log_word (fixture, "%s", word);
    note_event (fixture, stop.detected);
  } else if (gst_vowel_event_parse_detector (event, &active)) {
    log_word (fixture, "D%d", active);
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_EOS) {
    log_word (fixture, "X");
  } else if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP) {
    log_word (fixture, "F");
  }
}

static GstPadProbeReturn
on_data (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Fixture *fixture = data;
  GstBuffer *buffer;
  GstMapInfo map;

  if (!(info->type & GST_PAD_PROBE_TYPE_BUFFER)) {
    log_event (fixture, gst_pad_probe_info_get_event (info));
    return GST_PAD_PROBE_OK;
  }

  buffer = gst_pad_probe_info_get_buffer (info);
  if (!g_str_has_suffix (fixture->log->str, "B"))
    log_word (fixture, "B");
  note_piece (fixture, buffer);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  g_byte_array_append (fixture->audio, map.data, map.size);
  gst_buffer_unmap (buffer, &map);
  return GST_PAD_PROBE_OK;
}

static Fixture *
fixture_new (const gchar *launch, guint rate)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  g_autoptr (GstElement) element = NULL;
  g_autoptr (GstPad) pad = NULL;

  element = gst_object_ref_sink (gst_parse_launch (launch, NULL));
  fixture->harness = gst_harness_new_with_element (element, "sink", "src");
  fixture->bus = gst_bus_new ();
  gst_element_set_bus (fixture->harness->element, fixture->bus);
  fixture->log = g_string_new (NULL);
  fixture->audio = g_byte_array_new ();
  fixture->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  fixture->rate = rate;
  fixture->first_pts = FIRST_PTS;

  pad = gst_pad_get_peer (fixture->harness->sinkpad);
  gst_pad_add_probe (pad,
      GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM
          | GST_PAD_PROBE_TYPE_EVENT_FLUSH,
      on_data, fixture, NULL);
  gst_harness_set_drop_buffers (fixture->harness, TRUE);
  gst_harness_set_src_caps_str (
      fixture->harness, rate == 16000 ? CAPS_16K : CAPS_8K);
  return fixture;
}

static void
fixture_free (Fixture *fixture)
{
  gst_bus_set_flushing (fixture->bus, TRUE);
  gst_element_set_bus (fixture->harness->element, NULL);
  gst_harness_teardown (fixture->harness);
  gst_object_unref (fixture->bus);
  g_string_free (fixture->log, TRUE);
  g_byte_array_unref (fixture->audio);
  g_array_unref (fixture->pieces);
  g_free (fixture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

static GstElement *
vad (Fixture *fixture)
{
  return fixture->harness->element;
}

/* Pushes @n samples of @audio from @from in buffers of @size. */
static void
push (Fixture *fixture, GArray *audio, guint from, guint n, guint size)
{
  guint i;

  g_assert_cmpuint (from + n, <=, audio->len);
  for (i = 0; i < n; i += size) {
    guint length = MIN (size, n - i);
    GstBuffer *buffer = gst_buffer_new_memdup (
        &g_array_index (audio, gint16, from + i), length * sizeof (gint16));

    GST_BUFFER_PTS (buffer) = fixture->first_pts
                              + gst_util_uint64_scale_int (
                                  fixture->position, GST_SECOND, fixture->rate);
    GST_BUFFER_DURATION (buffer) =
        gst_util_uint64_scale_int (length, GST_SECOND, fixture->rate);
    if (fixture->position == 0)
      GST_BUFFER_FLAG_SET (buffer, GST_BUFFER_FLAG_DISCONT);
    fixture->position += length;
    g_assert_cmpint (
        gst_harness_push (fixture->harness, buffer), ==, GST_FLOW_OK);
  }
}

static void
push_all (Fixture *fixture, GArray *audio, guint size)
{
  push (fixture, audio, 0, audio->len, size);
}

/* Every speech word of the log, and only those. */
static gchar *
speech_words (Fixture *fixture)
{
  g_auto (GStrv) words = g_strsplit (fixture->log->str, " ", -1);
  g_autoptr (GString) ret = g_string_new (NULL);
  guint i;

  for (i = 0; words[i] != NULL; i++) {
    if (words[i][0] != 'S' && words[i][0] != 'E')
      continue;
    if (ret->len > 0)
      g_string_append_c (ret, ' ');
    g_string_append (ret, words[i]);
  }

  return g_string_free (g_steal_pointer (&ret), FALSE);
}

/* The messages on the bus, in the words of the log. */
static gchar *
message_words (Fixture *fixture)
{
  g_autoptr (GString) ret = g_string_new (NULL);

  for (;;) {
    g_autoptr (GstMessage) message =
        gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_ELEMENT);
    g_autofree gchar *word = NULL;
    GstVowelSpeechStart start;
    GstVowelSpeechStop stop;

    if (message == NULL)
      break;
    if (gst_vowel_message_parse_speech_start (message, &start))
      word = start_word (fixture, &start);
    else if (gst_vowel_message_parse_speech_stop (message, &stop))
      word = stop_word (fixture, &stop);
    else
      g_assert_not_reached ();
    if (ret->len > 0)
      g_string_append_c (ret, ' ');
    g_string_append (ret, word);
  }

  return g_string_free (g_steal_pointer (&ret), FALSE);
}

/* Two utterances in a little noise; NULL after having skipped the test. */
static GArray *
two_utterances (void)
{
  g_autoptr (GArray) audio = test_audio_new ();

  test_audio_silence (audio, 1003);
  if (!test_audio_say (audio, "Good morning, how are you today?"))
    return NULL;
  test_audio_silence (audio, 1200);
  test_audio_say (audio, "Please tell me what time it is.");
  test_audio_silence (audio, 1500);
  test_audio_add_noise (audio, -60, 11);

  return g_steal_pointer (&audio);
}

/* What the default settings must make of @audio: a second, plain account of
 * the rules, window by window. */
static gchar *
expected_words (GArray *audio, guint rate)
{
  g_autofree gchar *path = test_weights_path ();
  g_autoptr (VadSileroModel) model = vad_silero_model_get_shared (path, NULL);
  g_autoptr (GString) ret = g_string_new (NULL);
  VadSilero silero;
  guint window = rate / 1000 * 32, ms = rate / 1000;
  guint i, run = 0, utterance = 0, last_end = 0, silent_from = 0;
  gboolean speaking = FALSE;

  g_assert_nonnull (model);
  vad_silero_init (&silero, model, rate);
  for (i = 0; i + window <= audio->len; i += window) {
    gfloat p = vad_silero_process (&silero, &g_array_index (audio, gint16, i));
    guint now = i + window;

    if (!speaking) {
      run = p >= 0.5f ? run + 1 : 0;
      if (run == 2) {
        gint start = (gint) i - (gint) window - (gint) (300 * ms);

        speaking = TRUE;
        silent_from = 0;
        g_string_append_printf (ret, "%sS%u:%d@%u", ret->len > 0 ? " " : "",
            ++utterance, MAX (start, (gint) last_end), now);
      }
      continue;
    }
    if (p >= 0.5f)
      silent_from = 0;
    else if (p < 0.35f && silent_from == 0)
      silent_from = i;
    if (p < 0.35f && now - silent_from >= 550 * ms) {
      speaking = FALSE;
      run = 0;
      last_end = silent_from + 30 * ms;
      g_string_append_printf (ret, " E%u:%u@%u", utterance, last_end, now);
    }
  }
  vad_silero_clear (&silero);

  return g_string_free (g_steal_pointer (&ret), FALSE);
}

static gboolean
have_weights (void)
{
  g_autofree gchar *path = test_weights_path ();

  return path != NULL;
}

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
  push_all (fixture, audio, 320);
  gst_harness_push_event (fixture->harness, gst_event_new_eos ());

  expected = expected_words (audio, 16000);
  words = g_strsplit (expected, " ", -1);
  g_assert_cmpuint (g_strv_length (words), ==, 4);
  events = speech_words (fixture);
  messages = message_words (fixture);
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
  push_all (fixture, audio, size);
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
  pad = gst_element_get_static_pad (vad (fixture), "src");
  gst_pad_add_probe (
      pad, GST_PAD_PROBE_TYPE_BUFFER, refuse_once, &refused, NULL);
  buffer = gst_buffer_new_memdup (audio->data, audio->len * sizeof (gint16));
  GST_BUFFER_PTS (buffer) = FIRST_PTS;
  g_assert_cmpint (
      gst_harness_push (fixture->harness, buffer), ==, GST_FLOW_NOT_LINKED);
  g_assert_true (refused);
  g_assert_cmpuint (gst_harness_buffers_in_queue (fixture->harness), ==, 0);

  gst_harness_push_event (fixture->harness, gst_event_new_eos ());
  events = speech_words (fixture);
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

    push_all (fixture, audio, sizes[i]);
    words = speech_words (fixture);
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
  push_all (fixture, half, 160);
  expected = expected_words (half, 8000);
  events = speech_words (fixture);
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
  push_all (alone, audio, 320);
  for (i = 0; i + 320 <= other_audio->len; i += 320) {
    push (one, audio, i, 320, 320);
    push (other, other_audio, i, 320, 320);
  }
  push (one, audio, i, audio->len - i, 320);

  words_alone = speech_words (alone);
  words_one = speech_words (one);
  words_other = speech_words (other);
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
  push_all (fixture, audio, 320);
  g_object_get (vad (fixture), "active-detector", &active, NULL);
  g_assert_cmpint (active, ==, DETECTOR_SILERO);
  words = speech_words (fixture);
  g_assert_cmpstr (words, ==, "");

  /* While playing: hears again, then does not let go. */
  g_object_set (
      vad (fixture), "threshold", 0.5, "min-silence", 100 * GST_SECOND, NULL);
  push_all (fixture, audio, 320);
  g_free (words);
  words = speech_words (fixture);
  g_assert_true (g_str_has_prefix (words, "S1:"));
  g_assert_null (strchr (words, ' '));
  g_object_get (vad (fixture), "speaking", &speaking, NULL);
  g_assert_true (speaking);

  /* Silence has lasted long enough for the new setting. */
  g_object_set (vad (fixture), "min-silence", 500 * GST_MSECOND, NULL);
  push (fixture, audio, 0, 1024, 512);
  g_free (words);
  words = speech_words (fixture);
  g_assert_nonnull (strstr (words, " E1:"));
  g_object_get (vad (fixture), "speaking", &speaking, NULL);
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
  push_all (fixture, audio, 320);
  g_assert_cmpstr (fixture->log->str, ==, "D0 B");

  g_object_set (vad (fixture), "detector", DETECTOR_AUTO, "min-silence",
      100 * GST_SECOND, NULL);
  push_all (fixture, audio, 320);
  g_assert_true (g_str_has_prefix (fixture->log->str, "D0 B D1 B S1:"));

  /* Switched off while speaking: the utterance ends there and then. */
  g_string_truncate (fixture->log, 0);
  g_object_set (vad (fixture), "detector", DETECTOR_NONE, NULL);
  push (fixture, audio, 0, 512, 320);
  g_assert_true (g_str_has_prefix (fixture->log->str, "E1:"));
  expected = g_strdup_printf ("@%u D0 B", 2 * audio->len);
  g_assert_true (g_str_has_suffix (fixture->log->str, expected));
  g_object_get (vad (fixture), "active-detector", &active, NULL);
  g_assert_cmpint (active, ==, DETECTOR_NONE);

  /* From one detector to another nobody downstream needs to know. */
  g_object_set (vad (fixture), "detector", DETECTOR_SILERO, NULL);
  push (fixture, audio, 0, 512, 512);
  g_string_truncate (fixture->log, 0);
  g_object_set (vad (fixture), "detector", DETECTOR_ENERGY, NULL);
  push (fixture, audio, 0, 512, 512);
  g_assert_cmpstr (fixture->log->str, ==, "B");
  g_object_get (vad (fixture), "active-detector", &active, NULL);
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
  push_all (fixture, audio, 320);
  g_object_get (vad (fixture), "active-detector", &active, NULL);
#ifdef HAVE_WEBRTC_VAD
  g_assert_cmpint (active, ==, DETECTOR_WEBRTC);
#else
  g_assert_cmpint (active, ==, DETECTOR_ENERGY);
#endif
  words = speech_words (fixture);
  g_assert_true (g_str_has_prefix (words, "S1:"));
  g_assert_nonnull (strstr (words, " E1:"));

  warning = gst_bus_pop_filtered (fixture->bus, GST_MESSAGE_WARNING);
  g_assert_nonnull (warning);
  gst_message_parse_warning (warning, &error, &debug);
  g_assert_error (error, GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "scripts/fetch-silero"));
  g_assert_nonnull (strstr (debug, "/nowhere/silero.onnx"));

  /* Once is enough, whatever is asked for again. */
  g_object_set (vad (fixture), "detector", DETECTOR_SILERO, NULL);
  push (fixture, audio, 0, 512, 320);
  g_object_set (vad (fixture), "model", "/nowhere/else.onnx", NULL);
  push (fixture, audio, 0, 512, 320);
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
  push_all (fixture, audio, 320);
  words = speech_words (fixture);
  g_assert_true (g_str_has_prefix (words, "S1:"));
  g_assert_nonnull (strstr (words, " E2:"));
#else
  g_test_skip ("built without webrtc-audio-processing");
#endif
}

static void
inject_start (Fixture *fixture, guint64 utterance, GstClockTime start)
{
  const GstVowelSpeechStart event = {.utterance = utterance,
      .start = start,
      .detected = GST_CLOCK_TIME_NONE,
      .emulated = TRUE};

  gst_harness_push_event (
      fixture->harness, gst_vowel_event_new_speech_start (&event));
}

static void
inject_stop (Fixture *fixture, guint64 utterance, gboolean discard)
{
  const GstVowelSpeechStop event = {.utterance = utterance,
      .end = GST_CLOCK_TIME_NONE,
      .detected = GST_CLOCK_TIME_NONE,
      .discard = discard};

  gst_harness_push_event (
      fixture->harness, gst_vowel_event_new_speech_stop (&event));
}

/* Push-to-talk with the detector off. */
static void
test_push_to_talk (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  g_autoptr (Fixture) fixture = fixture_new ("vad detector=none", 16000);
  g_autofree gchar *messages = NULL;

  test_audio_silence (audio, 1000);
  push (fixture, audio, 0, 1600, 320);
  inject_start (fixture, 0, FIRST_PTS + 50 * GST_MSECOND);
  push (fixture, audio, 0, 1600, 320);
  inject_stop (fixture, 0, FALSE);
  push (fixture, audio, 0, 160, 160);
  inject_start (fixture, 7, GST_CLOCK_TIME_NONE);
  push (fixture, audio, 0, 160, 160);
  inject_stop (fixture, 0, TRUE);
  inject_start (fixture, 0, GST_CLOCK_TIME_NONE);
  gst_harness_push_event (fixture->harness, gst_event_new_eos ());

  g_assert_cmpstr (fixture->log->str, ==,
      "D0 B S1:800@1600e B E1:3200@3200 B S7:3360@3360e B E7:3520@3520d "
      "S8:3520@3520e E8:3520@3520 X");
  messages = message_words (fixture);
  g_assert_cmpstr (messages, ==,
      "S1:800@1600e E1:3200@3200 S7:3360@3360e E7:3520@3520d S8:3520@3520e "
      "E8:3520@3520");
}

/* Stops that name an utterance of the past do not touch the open one, and a
 * clear with nothing open does not name the last one. */
static void
test_stop_of_the_past (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  g_autoptr (Fixture) fixture = fixture_new ("vad detector=none", 16000);
  g_autofree gchar *messages = NULL;
  gboolean speaking;

  test_audio_silence (audio, 10);
  push_all (fixture, audio, 160);
  inject_start (fixture, 0, GST_CLOCK_TIME_NONE);
  inject_stop (fixture, 0, FALSE);
  inject_stop (fixture, 0, TRUE);
  inject_start (fixture, 0, GST_CLOCK_TIME_NONE);
  inject_stop (fixture, 1, FALSE);
  inject_stop (fixture, 1, TRUE);
  g_object_get (vad (fixture), "speaking", &speaking, NULL);
  g_assert_true (speaking);
  inject_stop (fixture, 2, FALSE);
  inject_stop (fixture, 2, FALSE);

  g_assert_cmpstr (fixture->log->str, ==,
      "D0 B S1:160@160e E1:160@160 E0:160@160d S2:160@160e E1:160@160d "
      "E2:160@160");
  messages = message_words (fixture);
  g_assert_cmpstr (
      messages, ==, "S1:160@160e E1:160@160 S2:160@160e E2:160@160");
}

/* Before the first buffer: after the detector event, at the segment's begin. */
static void
test_upstream_first (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  g_autoptr (Fixture) fixture = fixture_new ("vad detector=energy", 16000);

  fixture->first_pts = 0;
  test_audio_silence (audio, 1000);
  gst_harness_play (fixture->harness);
  inject_start (fixture, 0, GST_CLOCK_TIME_NONE);
  push_all (fixture, audio, 320);
  inject_stop (fixture, 0, FALSE);
  g_assert_cmpstr (fixture->log->str, ==, "D1 S1:0@0e B E1:16000@16000");
}

/* Where the first utterance of @audio is decided to start. */
static guint
first_detected (GArray *audio)
{
  g_autofree gchar *expected = expected_words (audio, 16000);
  const gchar *at = strchr (expected, '@');

  g_assert_nonnull (at);
  return (guint) g_ascii_strtoull (at + 1, NULL, 10);
}

/* A client commits in the middle of an utterance: one stop, and what goes on
 * is a new utterance that does not reach back. */
static void
test_commit_while_speaking (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *messages = NULL, *stop = NULL, *again = NULL;
  g_autofree gchar *events = NULL;
  gboolean speaking;
  guint cut;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  cut = first_detected (audio) + 4800;
  fixture = fixture_new ("vad", 16000);
  push (fixture, audio, 0, cut, 320);
  inject_stop (fixture, 0, FALSE);
  g_object_get (vad (fixture), "speaking", &speaking, NULL);
  g_assert_false (speaking);
  /* The same again, too late or twice. */
  inject_stop (fixture, 1, FALSE);
  inject_stop (fixture, 0, FALSE);
  push (fixture, audio, cut, audio->len - cut, 320);

  stop = g_strdup_printf ("E1:%u@%u S2:%u@", cut, cut, cut);
  messages = message_words (fixture);
  events = speech_words (fixture);
  g_assert_cmpstr (events, ==, messages);
  g_assert_nonnull (strstr (events, stop));
  g_assert_null (strstr (strstr (events, "E1:") + 1, "E1:"));
  g_assert_nonnull (strstr (events, " S3:"));
  g_assert_nonnull (strstr (events, " E3:"));
}

/* A client clears: while speaking the utterance is thrown away; with nothing
 * open the recogniser still learns that its pre-roll is void. */
static void
test_clear (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *idle = NULL, *next = NULL, *messages = NULL;
  guint detected, cut;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  detected = first_detected (audio);
  cut = detected - 1600;
  fixture = fixture_new ("vad", 16000);
  push (fixture, audio, 0, cut, 320);
  inject_stop (fixture, 0, TRUE);
  idle = g_strdup_printf ("D1 B E0:%u@%ud", cut, cut);
  g_assert_cmpstr (fixture->log->str, ==, idle);
  messages = message_words (fixture);
  g_assert_cmpstr (messages, ==, "");

  push (fixture, audio, cut, detected + 3200 - cut, 320);
  next = g_strdup_printf (" S1:%u@", cut);
  g_assert_nonnull (strstr (fixture->log->str, next));
  g_string_truncate (fixture->log, 0);
  inject_stop (fixture, 0, TRUE);
  g_free (next);
  next = g_strdup_printf ("E1:%u@%ud", detected + 3200, detected + 3200);
  g_assert_cmpstr (fixture->log->str, ==, next);
}

/* A start inside an utterance takes it over: silence no longer ends it. */
static void
test_takeover (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *events = NULL, *stop = NULL;
  guint cut;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  cut = first_detected (audio) + 1600;
  fixture = fixture_new ("vad", 16000);
  push (fixture, audio, 0, cut, 320);
  inject_start (fixture, 0, GST_CLOCK_TIME_NONE);
  push (fixture, audio, cut, audio->len - cut, 320);
  inject_stop (fixture, 0, FALSE);
  push_all (fixture, audio, 320);

  events = speech_words (fixture);
  stop = g_strdup_printf (" E1:%u@%u S2:", audio->len, audio->len);
  g_assert_true (g_str_has_prefix (events, "S1:"));
  g_assert_true (strstr (events, stop) == strchr (events, ' '));
  g_assert_nonnull (strstr (events, " E3:"));
}

static void
test_eos_and_flush (void)
{
  g_autoptr (GArray) audio = NULL;
  guint cut;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  cut = first_detected (audio) + 1600;
  {
    g_autoptr (Fixture) fixture = fixture_new ("vad", 16000);
    g_autofree gchar *end = g_strdup_printf (" E1:%u@%u X", cut, cut);

    push (fixture, audio, 0, cut, 320);
    gst_harness_push_event (fixture->harness, gst_event_new_eos ());
    g_assert_true (g_str_has_suffix (fixture->log->str, end));
  }
  {
    g_autoptr (Fixture) fixture = fixture_new ("vad", 16000);
    g_autofree gchar *end = g_strdup_printf (" F E1:%u@%ud", cut, cut);
    GstSegment segment;

    push (fixture, audio, 0, cut, 320);
    gst_harness_push_event (fixture->harness, gst_event_new_flush_start ());
    gst_harness_push_event (fixture->harness, gst_event_new_flush_stop (TRUE));
    g_assert_true (g_str_has_suffix (fixture->log->str, end));

    /* Then like new, but counting on. */
    g_string_truncate (fixture->log, 0);
    gst_segment_init (&segment, GST_FORMAT_TIME);
    gst_harness_push_event (fixture->harness, gst_event_new_segment (&segment));
    fixture->position = 0;
    push_all (fixture, audio, 320);
    {
      g_autofree gchar *expected = expected_words (audio, 16000);
      g_autofree gchar *events = speech_words (fixture);

      g_assert_true (g_str_has_prefix (events, "S2:"));
      g_assert_cmpstr (strchr (events, ':'), !=, NULL);
      /* The same times: only the numbers are others. */
      g_assert_cmpint (strlen (events), ==, strlen (expected));
      g_assert_true (memcmp (events + 2, expected + 2,
                         strchr (expected, ' ') - expected - 2)
                     == 0);
    }
  }
}

static void
test_max_utterance (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *events = NULL;
  g_auto (GStrv) words = NULL;
  guint64 start, end, next;

  if (!have_weights ()
      || !test_audio_say (audio,
          "This is one long sentence without any pause that goes on and on "
          "until somebody interrupts it for having been far too long."))
    return;

  fixture = fixture_new ("vad max-utterance=1000000000", 16000);
  push_all (fixture, audio, 320);
  events = speech_words (fixture);
  words = g_strsplit (events, " ", -1);
  g_assert_cmpuint (g_strv_length (words), >=, 3);
  g_assert_cmpint (sscanf (words[0], "S1:%" G_GUINT64_FORMAT, &start), ==, 1);
  g_assert_cmpint (sscanf (words[1], "E1:%" G_GUINT64_FORMAT, &end), ==, 1);
  g_assert_cmpint (sscanf (words[2], "S2:%" G_GUINT64_FORMAT, &next), ==, 1);
  /* Cut at the first window's end that makes it full; nothing is lost. */
  g_assert_cmpuint (end - start, >=, 16000);
  g_assert_cmpuint (end - start, <, 16000 + 512);
  g_assert_cmpuint (next, ==, end);
}

/* Holes in the timestamps: short ones are silence, in which an utterance can
 * end; long ones and leaps back end it. */
static void
test_gaps (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autofree gchar *expected = NULL;
  guint cut;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  expected = expected_words (audio, 16000);
  cut = first_detected (audio) + 1600;

  {
    /* Digital silence that is skipped in the stream is heard all the same. */
    g_autoptr (GArray) padded = test_audio_new ();
    g_autoptr (Fixture) fixture = fixture_new ("vad", 16000);
    g_autoptr (Fixture) with_event = fixture_new ("vad", 16000);
    g_autofree gchar *events = NULL, *by_event = NULL, *all = NULL;

    g_array_append_vals (padded, audio->data, cut);
    test_audio_silence (padded, 1000);
    g_array_append_vals (padded, audio->data, audio->len);
    all = expected_words (padded, 16000);

    push (fixture, padded, 0, cut, 320);
    fixture->position += 16000;
    push (fixture, padded, cut + 16000, padded->len - cut - 16000, 320);
    events = speech_words (fixture);
    g_assert_cmpstr (events, ==, all);

    push (with_event, padded, 0, cut, 320);
    gst_harness_push_event (with_event->harness,
        gst_event_new_gap (
            FIRST_PTS + gst_util_uint64_scale_int (cut, GST_SECOND, 16000),
            GST_SECOND));
    g_assert_nonnull (strstr (with_event->log->str, " E1:"));
    with_event->position += 16000;
    push (with_event, padded, cut + 16000, padded->len - cut - 16000, 320);
    by_event = speech_words (with_event);
    g_assert_cmpstr (by_event, ==, all);
  }
  {
    g_autoptr (Fixture) fixture = fixture_new ("vad", 16000);
    g_autofree gchar *stop = g_strdup_printf ("E1:%u@%u", cut, cut);

    push (fixture, audio, 0, cut, 320);
    g_string_truncate (fixture->log, 0);
    fixture->position = 0;
    push (fixture, audio, 0, 320, 320);
    g_assert_true (g_str_has_prefix (fixture->log->str, stop));
    push (fixture, audio, 320, audio->len - 320, 320);
    g_assert_nonnull (strstr (fixture->log->str, " S2:"));
    g_assert_nonnull (strstr (fixture->log->str, " E3:"));
  }
  {
    /* An hour later: no hour of silence is computed, times are the new ones. */
    g_autoptr (Fixture) fixture = fixture_new ("vad", 16000);
    g_autofree gchar *events = NULL;
    const guint64 hour = 3600 * 16000;

    push (fixture, audio, 0, cut, 320);
    fixture->position = hour;
    push_all (fixture, audio, 320);
    events = speech_words (fixture);
    {
      g_autofree gchar *second = g_strdup_printf (
          "@%" G_GUINT64_FORMAT, hour + first_detected (audio));

      g_assert_nonnull (strstr (strstr (events, " S2:"), second));
    }
  }
}

/* Jitter in the timestamps that is smaller than a window does not move the
 * count of samples. */
static void
test_jitter (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *expected = NULL, *events = NULL;
  guint i;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  fixture = fixture_new ("vad", 16000);
  for (i = 0; i + 320 <= audio->len; i += 320) {
    GstBuffer *buffer = gst_buffer_new_memdup (
        &g_array_index (audio, gint16, i), 320 * sizeof (gint16));
    gint64 jitter =
        i > 0 ? g_test_rand_int_range (-20, 21) * (gint64) GST_MSECOND : 0;

    GST_BUFFER_PTS (buffer) =
        FIRST_PTS + jitter + gst_util_uint64_scale_int (i, GST_SECOND, 16000);
    g_assert_cmpint (
        gst_harness_push (fixture->harness, buffer), ==, GST_FLOW_OK);
  }
  g_array_set_size (audio, i);
  expected = expected_words (audio, 16000);
  events = speech_words (fixture);
  g_assert_cmpstr (events, ==, expected);
}

static void
test_rate_change (void)
{
  g_autoptr (GArray) audio = NULL;
  g_autoptr (GArray) half = NULL;
  g_autoptr (Fixture) fixture = NULL;
  g_autofree gchar *events = NULL;
  guint cut;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  cut = (first_detected (audio) + 1600) / 2 * 2;
  half = test_audio_halve (audio);
  fixture = fixture_new ("vad", 16000);
  push (fixture, audio, 0, cut, 320);
  g_string_truncate (fixture->log, 0);
  gst_harness_set_src_caps_str (fixture->harness, CAPS_8K);
  g_assert_true (g_str_has_prefix (fixture->log->str, "E1:"));

  g_string_truncate (fixture->log, 0);
  fixture->rate = 8000;
  fixture->position = cut / 2;
  push_all (fixture, half, 160);
  events = speech_words (fixture);
  g_assert_true (g_str_has_prefix (events, "S2:"));
  g_assert_nonnull (strstr (events, " E3:"));
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
  g_test_add_func ("/vad/push-to-talk", test_push_to_talk);
  g_test_add_func ("/vad/stop-of-the-past", test_stop_of_the_past);
  g_test_add_func ("/vad/upstream-first", test_upstream_first);
  g_test_add_func ("/vad/commit-while-speaking", test_commit_while_speaking);
  g_test_add_func ("/vad/clear", test_clear);
  g_test_add_func ("/vad/takeover", test_takeover);
  g_test_add_func ("/vad/eos-and-flush", test_eos_and_flush);
  g_test_add_func ("/vad/max-utterance", test_max_utterance);
  g_test_add_func ("/vad/gaps", test_gaps);
  g_test_add_func ("/vad/jitter", test_jitter);
  g_test_add_func ("/vad/rate-change", test_rate_change);

  return g_test_run ();
}
