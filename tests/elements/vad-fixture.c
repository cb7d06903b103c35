/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "vad-fixture.h"

#include <gst/vowel/gstvowelmessage.h>
#include <string.h>

#include "silero.h"

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

Fixture *
fixture_new (const gchar *launch, guint rate)
{
  return fixture_new_on_worker (launch, rate, NULL);
}

Fixture *
fixture_new_on_worker (const gchar *launch, guint rate, GstVowelWorker *worker)
{
  Fixture *fixture = g_new0 (Fixture, 1);
  g_autoptr (GstElement) element = NULL;
  g_autoptr (GstPad) pad = NULL;

  element = gst_object_ref_sink (gst_parse_launch (launch, NULL));
  if (worker != NULL) {
    g_autoptr (GstContext) context = gst_vowel_worker_context_new (worker);

    gst_element_set_context (element, context);
  }
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

void
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

GstElement *
fixture_vad (Fixture *fixture)
{
  return fixture->harness->element;
}

void
fixture_push (Fixture *fixture, GArray *audio, guint from, guint n, guint size)
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

void
fixture_push_all (Fixture *fixture, GArray *audio, guint size)
{
  fixture_push (fixture, audio, 0, audio->len, size);
}

gchar *
fixture_speech_words (Fixture *fixture)
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

gchar *
fixture_message_words (Fixture *fixture)
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

GArray *
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

gchar *
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

gboolean
have_weights (void)
{
  g_autofree gchar *path = test_weights_path ();

  return path != NULL;
}

guint
first_detected (GArray *audio)
{
  g_autofree gchar *expected = expected_words (audio, 16000);
  const gchar *at = strchr (expected, '@');

  g_assert_nonnull (at);
  return (guint) g_ascii_strtoull (at + 1, NULL, 10);
}
