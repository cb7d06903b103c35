/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The text-to-speech base class, by way of faketts: 60 ms per character. */

#include "config.h"

#include "fixture.h"

#define RATE 8000
#define SAMPLES_PER_CHAR 480

typedef struct {
  guint64 samples;
  guint first; /* text range of what was taken */
  guint last;
  guint sentences; /* that have ended */
  guint buffers;
  gchar *id;
} Heard;

static void
setup (Fixture *f, const gchar *mode)
{
  fixture_init (f, "faketts", "text/x-raw,format=utf8");
  g_object_set (f->element, "rate", RATE, NULL);
  fixture_set_mode (f, mode);
}

/* Takes all audio; checks what holds for every buffer. */
static void
take_audio (Fixture *f, Heard *heard)
{
  GstBuffer *buffer;
  GstClockTime next = GST_CLOCK_TIME_NONE;

  *heard = (Heard){0};
  fixture_sync (f);
  while ((buffer = gst_harness_try_pull (f->harness)) != NULL) {
    GstVowelResponseMeta *meta = gst_buffer_get_vowel_response_meta (buffer);

    g_assert_nonnull (meta);
    g_assert_cmpuint (GST_BUFFER_DURATION (buffer), <=, 100 * GST_MSECOND);
    g_assert_cmpuint (gst_buffer_get_size (buffer), >, 0);
    if (!GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_DISCONT)
        && GST_CLOCK_TIME_IS_VALID (next))
      g_assert_cmpuint (GST_BUFFER_PTS (buffer), ==, next);
    next = GST_BUFFER_PTS (buffer) + GST_BUFFER_DURATION (buffer);
    if (heard->buffers == 0)
      heard->first = meta->text_start;
    else if (g_strcmp0 (heard->id, meta->response_id) == 0)
      g_assert_cmpuint (meta->text_start, >=, heard->last);
    g_assert_cmpuint (meta->text_end, >=, meta->text_start);
    heard->last = meta->text_end;
    heard->sentences += meta->sentence_end ? 1 : 0;
    heard->samples += gst_buffer_get_size (buffer) / 2;
    heard->buffers++;
    g_free (heard->id);
    heard->id = g_strdup (meta->response_id);
    gst_buffer_unref (buffer);
  }
}

static void
expect_audio (Fixture *f, guint first, guint last, guint chars, guint sentences,
    const gchar *id)
{
  Heard heard;

  take_audio (f, &heard);
  g_assert_cmpuint (heard.samples, ==, chars * SAMPLES_PER_CHAR);
  g_assert_cmpuint (heard.first, ==, first);
  g_assert_cmpuint (heard.last, ==, last);
  g_assert_cmpuint (heard.sentences, ==, sentences);
  g_assert_cmpstr (heard.id, ==, id);
  g_free (heard.id);
}

static void
expect_silence (Fixture *f)
{
  fixture_sync (f);
  g_assert_null (gst_harness_try_pull (f->harness));
}

static void
push_end (Fixture *f, const gchar *id, guint64 generation)
{
  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_response_end (id, generation)));
}

static void
test_plain (void)
{
  Fixture f;

  setup (&f, "ok");
  fixture_push_text (&f, "Just a text of its own");
  expect_audio (&f, 0, 22, 22, 1, NULL);
  g_signal_emit_by_name (f.element, "say", "Said by hand");
  expect_audio (&f, 0, 12, 12, 1, NULL);
  g_object_set (f.element, "text", "Set as property", NULL);
  expect_audio (&f, 0, 15, 15, 1, NULL);
  fixture_expect_text (&f, "");
  gst_harness_push_event (f.harness, gst_event_new_eos ());
  fixture_expect_text (&f, "[eos]");
  fixture_clear (&f);
}

/* A response that did not come on the pad. */
static void
test_speak (void)
{
  Fixture f;

  setup (&f, "ok");
  g_signal_emit_by_name (
      f.element, "speak", "resp_1", (guint64) 1, "First. A second one.");
  expect_audio (&f, 0, 20, 19, 2, "resp_1");
  fixture_expect_text (&f, "[resp_1]");
  /* It is over. */
  g_signal_emit_by_name (
      f.element, "speak", "resp_1", (guint64) 1, "Once more.");
  expect_silence (&f);
  fixture_clear (&f);
}

/* What is left out has its place in the text all the same. */
static void
test_repeats (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "drop-repeats", 10, NULL);
  fixture_push_delta (&f, "How can I help you? ", "resp_1", 1);
  expect_audio (&f, 0, 19, 19, 1, "resp_1");
  fixture_push_delta (&f, "How can I help you? ", "resp_1", 1);
  expect_silence (&f);
  fixture_push_delta (&f, "I am listening to you. ", "resp_1", 1);
  expect_audio (&f, 40, 62, 22, 1, "resp_1");
  push_end (&f, "resp_1", 1);
  /* Another response may say it again. */
  fixture_push_delta (&f, "How can I help you? ", "resp_2", 2);
  expect_audio (&f, 0, 19, 19, 1, "resp_2");
  fixture_clear (&f);
}

/* Deltas become sentences; the end comes behind the last audio. */
static void
test_response (void)
{
  Fixture f;

  setup (&f, "ok");
  fixture_push_delta (&f, "First sen", "resp_1", 1);
  expect_silence (&f);
  fixture_push_delta (&f, "tence. Second", "resp_1", 1);
  expect_audio (&f, 0, 15, 15, 1, "resp_1");
  fixture_push_delta (&f, " sentence", "resp_1", 1);
  expect_silence (&f);
  push_end (&f, "resp_1", 1);
  expect_audio (&f, 16, 31, 15, 1, "resp_1");
  fixture_expect_text (&f, "[resp_1]");
  fixture_clear (&f);
}

/* Sentences wait while it holds, and so does the end behind them. */
static void
test_hold (void)
{
  Fixture f;

  setup (&f, "ok");
  fixture_push_delta (&f, "First sentence. ", "resp_1", 1);
  expect_audio (&f, 0, 15, 15, 1, "resp_1");
  g_object_set (f.element, "hold", TRUE, NULL);
  fixture_push_delta (&f, "Second sentence. And the third.", "resp_1", 1);
  push_end (&f, "resp_1", 1);
  expect_silence (&f);
  fixture_expect_text (&f, "");
  g_object_set (f.element, "hold", FALSE, NULL);
  expect_audio (&f, 16, 47, 31 - 1, 2, "resp_1");
  fixture_expect_text (&f, "[resp_1]");
  /* What is thrown away does not come when it goes on. */
  g_object_set (f.element, "hold", TRUE, NULL);
  fixture_push_delta (&f, "Never heard. ", "resp_2", 2);
  g_signal_emit_by_name (f.element, "cancel", (guint64) 2);
  g_object_set (f.element, "hold", FALSE, NULL);
  expect_silence (&f);
  fixture_clear (&f);
}

/* A response without a word ends, too, even as the first of all. */
static void
test_empty_response (void)
{
  Fixture f;

  setup (&f, "ok");
  push_end (&f, "resp_1", 1);
  fixture_expect_text (&f, "[resp_1]");
  expect_silence (&f);
  fixture_push_delta (&f, "Words after it. ", "resp_2", 2);
  expect_audio (&f, 0, 15, 15, 1, "resp_2");
  fixture_clear (&f);
}

static void
test_marks (void)
{
  Fixture f;
  GstBuffer *buffer;
  guint64 samples = 0;

  setup (&f, "ok");
  g_object_set (f.element, "marks", TRUE, NULL);
  fixture_push_text (&f, "Every character is marked here.");
  while ((buffer = gst_harness_try_pull (f.harness)) != NULL) {
    GstVowelResponseMeta *meta = gst_buffer_get_vowel_response_meta (buffer);

    samples += gst_buffer_get_size (buffer) / 2;
    /* Rounding inside a character may go either way. */
    g_assert_cmpuint (meta->text_end, >=, samples / SAMPLES_PER_CHAR);
    g_assert_cmpuint (meta->text_end, <=, samples / SAMPLES_PER_CHAR + 1);
    gst_buffer_unref (buffer);
  }
  g_assert_cmpuint (samples, ==, 31 * SAMPLES_PER_CHAR);
  fixture_clear (&f);
}

/* Two are synthesized at once; the later one, ready first, waits. */
static void
test_order (void)
{
  Fixture f;

  setup (&f, "hold");
  fixture_push_delta (
      &f, "The first one. And the second. And the third one.", "resp_1", 1);
  push_end (&f, "resp_1", 1);
  g_assert_cmpuint (fixture_get_uint (&f, "held"), ==, 2);
  expect_silence (&f);
  fixture_release (&f);
  expect_audio (&f, 0, 30, 29, 2, "resp_1");
  fixture_expect_text (&f, "");
  g_assert_cmpuint (fixture_get_uint (&f, "held"), ==, 1);
  fixture_release (&f);
  expect_audio (&f, 31, 49, 18, 1, "resp_1");
  fixture_expect_text (&f, "[resp_1]");
  fixture_clear (&f);
}

/* What is ready and waits for an earlier one is not heard either: no more are
 * begun behind it. */
static void
test_slow_sentence (void)
{
  Fixture f;

  setup (&f, "hold");
  g_object_set (f.element, "when", "first", NULL);
  fixture_push_delta (&f,
      "The first one. And the second. And the third one. And the fourth.",
      "resp_1", 1);
  push_end (&f, "resp_1", 1);
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 2);
  expect_silence (&f);
  fixture_release (&f);
  expect_audio (&f, 0, 65, 62, 4, "resp_1");
  fixture_expect_text (&f, "[resp_1]");
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 4);
  fixture_clear (&f);
}

static void
hold (gpointer user_data)
{
  g_object_set (user_data, "hold", TRUE, NULL);
}

static GstPadProbeReturn
hear (GstPad *pad, GstPadProbeInfo *info, gpointer user_data)
{
  Fixture *f = user_data;

  gst_vowel_worker_post (
      f->worker, hold, gst_object_ref (f->element), gst_object_unref);
  return GST_PAD_PROBE_REMOVE;
}

/* Who hears one sentence in its own turn of the loop can still keep the next
 * from being begun, though both could be made in one turn. */
static void
test_hold_after_hearing (void)
{
  Fixture f;
  g_autoptr (GstPad) pad = NULL;

  setup (&f, "ok");
  pad = gst_element_get_static_pad (f.element, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, hear, &f, NULL);
  fixture_push_delta (
      &f, "The first one. And the second. And the third one. ", "resp_1", 1);
  expect_audio (&f, 0, 14, 14, 1, "resp_1");
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 1);
  g_object_set (f.element, "hold", FALSE, NULL);
  expect_audio (&f, 15, 49, 33, 2, "resp_1");
  g_assert_cmpuint (fixture_get_uint (&f, "tries"), ==, 3);
  fixture_clear (&f);
}

static void
test_cancel_and_late (void)
{
  Fixture f;

  setup (&f, "hold");
  fixture_push_delta (&f, "This is cancelled. ", "resp_1", 1);
  fixture_push_delta (&f, "This one is not. ", "resp_2", 2);
  g_assert_cmpuint (fixture_get_uint (&f, "held"), ==, 2);
  g_signal_emit_by_name (f.element, "cancel", (guint64) 1);
  g_assert_cmpuint (fixture_get_uint (&f, "cancelled"), ==, 1);
  fixture_release (&f);
  expect_audio (&f, 0, 16, 16, 1, "resp_2");
  /* Nothing of it had been heard: no flush. */
  fixture_expect_text (&f, "");

  fixture_set_mode (&f, "ok");
  fixture_push_delta (&f, "Late words of it. ", "resp_1", 1);
  push_end (&f, "resp_1", 1);
  expect_silence (&f);
  fixture_expect_text (&f, "");
  g_signal_emit_by_name (f.element, "cancel", (guint64) 0);
  fixture_expect_text (&f, "[flush]");
  fixture_push_delta (&f, "Late words of it. ", "resp_2", 2);
  expect_silence (&f);
  fixture_push_delta (&f, "New words come. ", "resp_3", 3);
  expect_audio (&f, 0, 15, 15, 1, "resp_3");
  fixture_clear (&f);
}

static void
test_flush (void)
{
  Fixture f;

  setup (&f, "hold");
  fixture_push_delta (&f, "This is flushed. ", "resp_1", 1);
  fixture_flush (&f);
  g_assert_cmpuint (fixture_get_uint (&f, "cancelled"), ==, 1);
  fixture_release (&f);
  expect_silence (&f);
  fixture_expect_text (&f, "[flush]");
  fixture_set_mode (&f, "ok");
  gst_harness_set_src_caps_str (f.harness, "text/x-raw,format=utf8");
  fixture_push_delta (&f, "Late words of it. ", "resp_1", 1);
  expect_silence (&f);
  fixture_push_delta (&f, "New words come. ", "resp_2", 2);
  expect_audio (&f, 0, 15, 15, 1, "resp_2");
  fixture_clear (&f);
}

static void
test_retry (void)
{
  Fixture f;

  setup (&f, "fail");
  g_object_set (f.element, "failures", 1, NULL);
  fixture_push_delta (&f, "Try this again", "resp_1", 1);
  push_end (&f, "resp_1", 1);
  expect_silence (&f);
  fixture_advance (&f, 500 * GST_MSECOND);
  while (fixture_get_uint (&f, "tries") < 2)
    g_thread_yield ();
  expect_audio (&f, 0, 14, 14, 1, "resp_1");
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_clear (&f);
}

/* One sentence fails: what was said before it is heard, and the end follows. */
static void
test_failure (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "retries", 0, NULL);
  fixture_push_delta (&f, "That is heard. ", "resp_1", 1);
  fixture_set_mode (&f, "fail");
  fixture_push_delta (&f, "This one is not. ", "resp_1", 1);
  fixture_expect_failure (&f, "tts", 1, GST_VOWEL_ERROR_OVERLOADED);
  expect_audio (&f, 0, 14, 14, 1, "resp_1");
  fixture_expect_text (&f, "[resp_1]");
  fixture_set_mode (&f, "ok");
  fixture_push_delta (&f, "Nor is the rest of it. ", "resp_1", 1);
  push_end (&f, "resp_1", 1);
  expect_silence (&f);
  fixture_expect_text (&f, "");
  fixture_push_delta (&f, "But this one is. ", "resp_2", 2);
  expect_audio (&f, 0, 16, 16, 1, "resp_2");
  fixture_clear (&f);
}

static void
expect_warning (Fixture *f)
{
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (f->bus, 10 * GST_SECOND, GST_MESSAGE_WARNING);

  g_assert_nonnull (message);
}

/* One sentence fails and is left out. */
static void
test_skip_failed (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "retries", 0, "skip-failed", TRUE, NULL);
  fixture_push_delta (&f, "That is heard. ", "resp_1", 1);
  fixture_set_mode (&f, "fail");
  fixture_push_delta (&f, "This one is not. ", "resp_1", 1);
  expect_warning (&f);
  fixture_set_mode (&f, "ok");
  fixture_push_delta (&f, "But the rest of it is. ", "resp_1", 1);
  push_end (&f, "resp_1", 1);
  expect_audio (&f, 0, 54, 36, 2, "resp_1");
  fixture_expect_text (&f, "[resp_1]");
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_clear (&f);
}

/* Nothing of a response can be spoken: that is no answer. */
static void
test_skip_all (void)
{
  Fixture f;

  setup (&f, "fail");
  g_object_set (f.element, "retries", 0, "skip-failed", TRUE, NULL);
  fixture_push_delta (&f, "This one is not heard. ", "resp_1", 1);
  fixture_push_delta (&f, "Nor is this one. ", "resp_1", 1);
  expect_warning (&f);
  expect_warning (&f);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  push_end (&f, "resp_1", 1);
  fixture_expect_failure (&f, "tts", 1, GST_VOWEL_ERROR_OVERLOADED);
  fixture_expect_text (&f, "[resp_1]");
  fixture_set_mode (&f, "ok");
  fixture_push_delta (&f, "The next answer is heard. ", "resp_2", 2);
  expect_audio (&f, 0, 25, 25, 1, "resp_2");
  fixture_clear (&f);
}

static GstBusSyncReply
cancel_first_on_failure (GstBus *bus, GstMessage *message, gpointer element)
{
  if (gst_vowel_message_get_kind (message) == GST_VOWEL_MESSAGE_FAILURE)
    g_signal_emit_by_name (element, "cancel", (guint64) 1);
  return GST_BUS_PASS;
}

/* Whoever is told that nothing of a response can be spoken cancels it at once;
 * the next is none of its business. */
static void
test_skip_all_cancelled (void)
{
  Fixture f;

  setup (&f, "fail");
  gst_bus_set_sync_handler (f.bus, cancel_first_on_failure, f.element, NULL);
  g_object_set (f.element, "retries", 0, "skip-failed", TRUE, NULL);
  fixture_push_delta (&f, "This one is not heard. ", "resp_1", 1);
  expect_warning (&f);
  fixture_set_mode (&f, "ok");
  fixture_push_delta (&f, "The next answer is heard. ", "resp_2", 2);
  push_end (&f, "resp_2", 2);
  push_end (&f, "resp_1", 1);
  fixture_expect_failure (&f, "tts", 1, GST_VOWEL_ERROR_OVERLOADED);
  expect_audio (&f, 0, 25, 25, 1, "resp_2");
  gst_bus_set_sync_handler (f.bus, NULL, NULL, NULL);
  fixture_clear (&f);
}

static void
test_refusal (void)
{
  Fixture f;

  setup (&f, "refuse");
  g_object_set (f.element, "retries", 1, NULL);
  fixture_push_delta (&f, "Nobody says this. ", "resp_1", 1);
  fixture_advance (&f, 500 * GST_MSECOND);
  fixture_expect_refusal (&f, "tts", 1);
  fixture_expect_text (&f, "[resp_1]");
  fixture_clear (&f);
}

static void
test_timeout (void)
{
  Fixture f;

  setup (&f, "never");
  g_object_set (f.element, "retries", 0, NULL);
  fixture_push_delta (&f, "Nobody says this. ", "resp_1", 1);
  fixture_advance (&f, 10 * GST_SECOND);
  fixture_expect_failure (&f, "tts", 1, GST_VOWEL_ERROR_TIMEOUT);
  g_assert_cmpuint (fixture_get_uint (&f, "cancelled"), ==, 1);
  fixture_expect_text (&f, "[resp_1]");
  fixture_clear (&f);
}

static void
test_restart (void)
{
  Fixture f;

  setup (&f, "hold");
  fixture_push_delta (&f, "This is stopped. ", "resp_1", 1);
  fixture_restart (&f, 1, "text/x-raw,format=utf8");
  fixture_push_delta (&f, "And this is not. ", "resp_1", 1);
  expect_audio (&f, 0, 16, 16, 1, "resp_1");
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tts/plain", test_plain);
  g_test_add_func ("/tts/speak", test_speak);
  g_test_add_func ("/tts/repeats", test_repeats);
  g_test_add_func ("/tts/response", test_response);
  g_test_add_func ("/tts/hold", test_hold);
  g_test_add_func ("/tts/empty-response", test_empty_response);
  g_test_add_func ("/tts/marks", test_marks);
  g_test_add_func ("/tts/order", test_order);
  g_test_add_func ("/tts/slow-sentence", test_slow_sentence);
  g_test_add_func ("/tts/hold-after-hearing", test_hold_after_hearing);
  g_test_add_func ("/tts/cancel", test_cancel_and_late);
  g_test_add_func ("/tts/flush", test_flush);
  g_test_add_func ("/tts/retry", test_retry);
  g_test_add_func ("/tts/failure", test_failure);
  g_test_add_func ("/tts/skip-failed", test_skip_failed);
  g_test_add_func ("/tts/skip-all", test_skip_all);
  g_test_add_func ("/tts/skip-all-cancelled", test_skip_all_cancelled);
  g_test_add_func ("/tts/refusal", test_refusal);
  g_test_add_func ("/tts/timeout", test_timeout);
  g_test_add_func ("/tts/restart", test_restart);
  return g_test_run ();
}
