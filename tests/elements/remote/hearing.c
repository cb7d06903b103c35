/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "hearing.h"

#define RATE 16000
#define CAPS "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved"
#define MS(n) ((n) *GST_MSECOND)

static guint64 number;
static guint now_ms;

void
hearing_init (Fixture *f, const gchar *factory)
{
  fixture_init_live (f, factory, CAPS);
  g_object_set (f->element, "pre-roll", (guint64) 0, NULL);
  g_assert_true (
      gst_harness_push_event (f->harness, gst_vowel_event_new_detector (TRUE)));
  number = 0;
  now_ms = 0;
}

void
hearing_restart (Fixture *f)
{
  g_assert_cmpint (gst_element_set_state (f->element, GST_STATE_PLAYING), ==,
      GST_STATE_CHANGE_SUCCESS);
  gst_harness_set_src_caps_str (f->harness, CAPS);
  g_assert_true (
      gst_harness_push_event (f->harness, gst_vowel_event_new_detector (TRUE)));
  number = 0;
  now_ms = 0;
}

static void
push_audio (Fixture *f, guint ms)
{
  for (guint end = now_ms + ms; now_ms < end; now_ms += 20) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, RATE / 50 * 2, NULL);

    gst_buffer_memset (buffer, 0, 1, RATE / 50 * 2);
    GST_BUFFER_PTS (buffer) = MS (now_ms);
    GST_BUFFER_DURATION (buffer) = MS (20);
    g_assert_cmpint (gst_harness_push (f->harness, buffer), ==, GST_FLOW_OK);
  }
}

void
hearing_begin (Fixture *f, guint ms)
{
  const GstVowelSpeechStart start = {++number, MS (now_ms), MS (now_ms), FALSE};

  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_speech_start (&start)));
  push_audio (f, ms);
}

static void
stop (Fixture *f, gboolean discard)
{
  const GstVowelSpeechStop stop = {number, MS (now_ms), MS (now_ms), discard};

  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_speech_stop (&stop)));
  /* A stop is known once the audio has gone past it. */
  push_audio (f, 20);
}

void
hearing_end (Fixture *f)
{
  stop (f, FALSE);
}

void
hearing_discard (Fixture *f)
{
  stop (f, TRUE);
}

void
hearing_say (Fixture *f, guint ms)
{
  hearing_begin (f, ms);
  hearing_end (f);
}

void
hearing_expect (Fixture *f, const gchar *text)
{
  hearing_expect_number (f, number, text);
}

void
hearing_expect_all (Fixture *f, const gchar *const *texts)
{
  guint n = g_strv_length ((gchar **) texts);
  g_autofree gboolean *seen = g_new0 (gboolean, n);

  for (guint i = 0; i < n;) {
    g_autoptr (GstMessage) message =
        fixture_expect (f, GST_VOWEL_MESSAGE_TRANSCRIPT);
    GstVowelTranscript t;

    g_assert_true (gst_vowel_message_parse_transcript (message, &t));
    if (!t.final)
      continue;
    g_assert_cmpuint (t.utterance, >=, 1);
    g_assert_cmpuint (t.utterance, <=, n);
    g_assert_false (seen[t.utterance - 1]);
    g_assert_cmpstr (t.text, ==, texts[t.utterance - 1]);
    seen[t.utterance - 1] = TRUE;
    i++;
  }
}

/* @language: NULL: whatever; "": none */
static void
expect (Fixture *f, guint64 utterance, const gchar *text, const gchar *language)
{
  for (;;) {
    g_autoptr (GstMessage) message =
        fixture_expect (f, GST_VOWEL_MESSAGE_TRANSCRIPT);
    GstVowelTranscript t;

    g_assert_true (gst_vowel_message_parse_transcript (message, &t));
    if (!t.final)
      continue;
    g_assert_cmpuint (t.utterance, ==, utterance);
    g_assert_cmpstr (t.text, ==, text);
    if (language != NULL)
      g_assert_cmpstr (t.language != NULL ? t.language : "", ==, language);
    return;
  }
}

void
hearing_expect_number (Fixture *f, guint64 utterance, const gchar *text)
{
  expect (f, utterance, text, NULL);
}

void
hearing_expect_language (Fixture *f, const gchar *text, const gchar *language)
{
  expect (f, number, text, language);
}
