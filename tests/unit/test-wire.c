/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What goes over events, messages, metas and chat requests comes out again. */

#include "config.h"

#include <string.h>

#include <gst/check/gstharness.h>
#include <gst/vowel/vowel.h>

static void
test_speech_events (void)
{
  const GstVowelSpeechStart start = {7, 11, 13, TRUE};
  const GstVowelSpeechStop stop = {8, GST_CLOCK_TIME_NONE, 17, TRUE};
  g_autoptr (GstEvent) a = gst_vowel_event_new_speech_start (&start);
  g_autoptr (GstEvent) b = gst_vowel_event_new_speech_stop (&stop);
  g_autoptr (GstEvent) other = gst_event_new_eos ();
  GstVowelSpeechStart got_start;
  GstVowelSpeechStop got_stop;

  g_assert_true (GST_EVENT_IS_SERIALIZED (a) && GST_EVENT_IS_DOWNSTREAM (a));
  g_assert_true (gst_vowel_event_parse_speech_start (a, &got_start));
  g_assert_cmpuint (got_start.utterance, ==, 7);
  g_assert_cmpuint (got_start.start, ==, 11);
  g_assert_cmpuint (got_start.detected, ==, 13);
  g_assert_true (got_start.emulated);
  g_assert_false (gst_vowel_event_parse_speech_start (b, &got_start));
  g_assert_false (gst_vowel_event_parse_speech_start (other, &got_start));

  g_assert_true (gst_vowel_event_parse_speech_stop (b, &got_stop));
  g_assert_cmpuint (got_stop.utterance, ==, 8);
  g_assert_cmpuint (got_stop.end, ==, GST_CLOCK_TIME_NONE);
  g_assert_cmpuint (got_stop.detected, ==, 17);
  g_assert_true (got_stop.discard);
  g_assert_false (gst_vowel_event_parse_speech_stop (a, &got_stop));
}

static void
test_other_events (void)
{
  g_autoptr (GstEvent) detector = gst_vowel_event_new_detector (TRUE);
  g_autoptr (GstEvent) end = gst_vowel_event_new_response_end ("resp_1", 5);
  const gchar *id = NULL;
  guint64 generation = 0;
  gboolean active = FALSE;

  g_assert_true (GST_EVENT_IS_STICKY (detector));
  g_assert_true (gst_vowel_event_parse_detector (detector, &active));
  g_assert_true (active);
  g_assert_false (gst_vowel_event_parse_detector (end, &active));

  g_assert_true (gst_vowel_event_parse_response_end (end, &id, &generation));
  g_assert_cmpstr (id, ==, "resp_1");
  g_assert_cmpuint (generation, ==, 5);
  g_assert_true (gst_vowel_event_parse_response_end (end, NULL, NULL));
  g_assert_false (gst_vowel_event_parse_response_end (detector, &id, NULL));
}

static void
test_messages (void)
{
  const GstVowelSpeechStart start = {1, 2, 3, FALSE};
  const GstVowelSpeechStop stop = {1, 4, 5, FALSE};
  const GstVowelTranscript transcript = {1, "hallo", TRUE, 2, 4, 0.5};
  const GstVowelToolCall call = {"resp_1", 9, "call_1", "time", "{\"a\":1}"};
  const GstVowelUsage usage = {10, 20, 5, TRUE};
  g_autoptr (GstMessage) m1 = gst_vowel_message_new_speech_start (NULL, &start);
  g_autoptr (GstMessage) m2 = gst_vowel_message_new_speech_stop (NULL, &stop);
  g_autoptr (GstMessage) m3 =
      gst_vowel_message_new_transcript (NULL, &transcript);
  g_autoptr (GstMessage) m4 =
      gst_vowel_message_new_text (NULL, "resp_1", 9, "Guten");
  g_autoptr (GstMessage) m5 =
      gst_vowel_message_new_tool_call (NULL, &call, TRUE);
  g_autoptr (GstMessage) m6 =
      gst_vowel_message_new_tool_call (NULL, &call, FALSE);
  g_autoptr (GstMessage) m7 = gst_vowel_message_new_generated (
      NULL, "resp_1", 9, GST_VOWEL_FINISH_TOOL_CALLS, &usage);
  g_autoptr (GstMessage) eos = gst_message_new_eos (NULL);
  GstMessage *all[] = {m1, m2, m3, m4, m5, m6, m7};
  const GstVowelMessageKind kinds[] = {GST_VOWEL_MESSAGE_SPEECH_START,
      GST_VOWEL_MESSAGE_SPEECH_STOP, GST_VOWEL_MESSAGE_TRANSCRIPT,
      GST_VOWEL_MESSAGE_TEXT, GST_VOWEL_MESSAGE_TOOL_CALL_DELTA,
      GST_VOWEL_MESSAGE_TOOL_CALL, GST_VOWEL_MESSAGE_GENERATED};
  GstVowelSpeechStart got_start;
  GstVowelSpeechStop got_stop;
  GstVowelTranscript got;
  GstVowelToolCall got_call;
  GstVowelFinishReason reason;
  GstVowelUsage got_usage;
  const gchar *id, *delta;
  guint64 generation;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    g_assert_cmpint (gst_vowel_message_get_kind (all[i]), ==, kinds[i]);
  g_assert_cmpint (
      gst_vowel_message_get_kind (eos), ==, GST_VOWEL_MESSAGE_NONE);

  g_assert_true (gst_vowel_message_parse_speech_start (m1, &got_start));
  g_assert_cmpuint (got_start.detected, ==, 3);
  g_assert_false (gst_vowel_message_parse_speech_start (m2, &got_start));
  g_assert_true (gst_vowel_message_parse_speech_stop (m2, &got_stop));
  g_assert_cmpuint (got_stop.end, ==, 4);
  g_assert_true (gst_vowel_message_parse_transcript (m3, &got));
  g_assert_cmpstr (got.text, ==, "hallo");
  g_assert_true (got.final);
  g_assert_cmpuint (got.start, ==, 2);
  g_assert_cmpuint (got.end, ==, 4);
  g_assert_cmpfloat (got.confidence, ==, 0.5);
  g_assert_true (gst_vowel_message_parse_text (m4, &id, &generation, &delta));
  g_assert_cmpstr (id, ==, "resp_1");
  g_assert_cmpuint (generation, ==, 9);
  g_assert_cmpstr (delta, ==, "Guten");
  g_assert_true (gst_vowel_message_parse_tool_call (m5, &got_call));
  g_assert_true (gst_vowel_message_parse_tool_call (m6, &got_call));
  g_assert_cmpstr (got_call.call_id, ==, "call_1");
  g_assert_cmpstr (got_call.name, ==, "time");
  g_assert_cmpstr (got_call.arguments, ==, "{\"a\":1}");
  g_assert_false (gst_vowel_message_parse_tool_call (m4, &got_call));
  g_assert_true (gst_vowel_message_parse_generated (
      m7, &id, &generation, &reason, &got_usage));
  g_assert_cmpint (reason, ==, GST_VOWEL_FINISH_TOOL_CALLS);
  g_assert_cmpuint (got_usage.input_tokens, ==, 10);
  g_assert_cmpuint (got_usage.output_tokens, ==, 20);
  g_assert_cmpuint (got_usage.cached_tokens, ==, 5);
  g_assert_true (got_usage.estimated);
  g_assert_true (
      gst_vowel_message_parse_generated (m7, NULL, NULL, NULL, NULL));
}

static void
test_failure_message (void)
{
  g_autoptr (GError) error =
      g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_RATE_LIMIT, "Slow down");
  g_autoptr (GstMessage) message = gst_vowel_message_new_failure (
      NULL, "tts", 12, error, gst_vowel_error_details_new ("acme", 429, error));
  g_autoptr (GError) got = NULL;
  const GstStructure *details = NULL;
  const gchar *stage = NULL;
  guint64 id = 0;
  guint status = 0;
  gboolean retryable = FALSE;

  g_assert_cmpint (
      gst_vowel_message_get_kind (message), ==, GST_VOWEL_MESSAGE_FAILURE);
  g_assert_true (
      gst_vowel_message_parse_failure (message, &stage, &id, &got, &details));
  g_assert_cmpstr (stage, ==, "tts");
  g_assert_cmpuint (id, ==, 12);
  g_assert_error (got, GST_VOWEL_ERROR, GST_VOWEL_ERROR_RATE_LIMIT);
  g_assert_cmpstr (got->message, ==, "Slow down");
  g_assert_cmpstr (
      gst_structure_get_string (gst_message_get_structure (message), "message"),
      ==, "Slow down");
  g_assert_cmpstr (gst_structure_get_string (details, "provider"), ==, "acme");
  g_assert_true (gst_structure_get_uint (details, "http-status", &status));
  g_assert_cmpuint (status, ==, 429);
  g_assert_true (gst_structure_get_boolean (details, "retryable", &retryable));
  g_assert_true (retryable);
}

static void
test_provider_messages (void)
{
  g_autoptr (GError) error = g_error_new_literal (
      GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT, "It was too slow");
  const GstVowelTakeOver take_over = {"llm", 7, "groq", "openrouter", error};
  const GstVowelProviderUsage usage = {.stage = "tts",
      .provider = "openai",
      .requests = 1,
      .failures = 2,
      .retries = 3,
      .take_overs = 4,
      .input_tokens = 5,
      .output_tokens = 6,
      .cached_tokens = 7,
      .characters = 8,
      .audio = 9};
  g_autoptr (GstMessage) first =
      gst_vowel_message_new_take_over (NULL, &take_over);
  g_autoptr (GstMessage) second = gst_vowel_message_new_usage (NULL, &usage);
  GstVowelTakeOver got_take_over;
  GstVowelProviderUsage got;

  g_assert_cmpint (
      gst_vowel_message_get_kind (first), ==, GST_VOWEL_MESSAGE_TAKE_OVER);
  g_assert_true (gst_vowel_message_parse_take_over (first, &got_take_over));
  g_assert_cmpstr (got_take_over.stage, ==, "llm");
  g_assert_cmpuint (got_take_over.id, ==, 7);
  g_assert_cmpstr (got_take_over.failed, ==, "groq");
  g_assert_cmpstr (got_take_over.provider, ==, "openrouter");
  g_assert_error (
      got_take_over.error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT);
  g_assert_false (gst_vowel_message_parse_take_over (second, &got_take_over));

  g_assert_cmpint (
      gst_vowel_message_get_kind (second), ==, GST_VOWEL_MESSAGE_USAGE);
  g_assert_true (gst_vowel_message_parse_usage (second, &got));
  g_assert_cmpstr (got.stage, ==, "tts");
  g_assert_cmpstr (got.provider, ==, "openai");
  g_assert_cmpuint (got.requests, ==, 1);
  g_assert_cmpuint (got.failures, ==, 2);
  g_assert_cmpuint (got.retries, ==, 3);
  g_assert_cmpuint (got.take_overs, ==, 4);
  g_assert_cmpuint (got.input_tokens, ==, 5);
  g_assert_cmpuint (got.output_tokens, ==, 6);
  g_assert_cmpuint (got.cached_tokens, ==, 7);
  g_assert_cmpuint (got.characters, ==, 8);
  g_assert_cmpuint (got.audio, ==, 9);
  g_assert_false (gst_vowel_message_parse_usage (first, &got));
}

static void
test_meta (void)
{
  g_autoptr (GstBuffer) text = gst_vowel_text_buffer_new ("süß", "resp_2", 4);
  g_autoptr (GstBuffer) plain = gst_vowel_text_buffer_new ("x", NULL, 0);
  g_autoptr (GstBuffer) copy = NULL;
  g_autoptr (GstBuffer) part = NULL;
  GstVowelResponseMeta *meta;

  g_assert_cmpuint (gst_buffer_get_size (text), ==, strlen ("süß"));
  g_assert_null (gst_buffer_get_vowel_response_meta (plain));
  meta = gst_buffer_get_vowel_response_meta (text);
  g_assert_nonnull (meta);
  g_assert_cmpstr (meta->response_id, ==, "resp_2");
  meta->text_start = 3;
  meta->text_end = 9;
  meta->sentence_end = TRUE;

  copy = gst_buffer_copy (text);
  part = gst_buffer_copy_region (text, GST_BUFFER_COPY_ALL, 1, 2);
  g_clear_pointer (&text, gst_buffer_unref);
  for (guint i = 0; i < 2; i++) {
    meta = gst_buffer_get_vowel_response_meta (i == 0 ? copy : part);
    g_assert_nonnull (meta);
    g_assert_cmpstr (meta->response_id, ==, "resp_2");
    g_assert_cmpuint (meta->generation, ==, 4);
    g_assert_cmpuint (meta->text_start, ==, 3);
    g_assert_cmpuint (meta->text_end, ==, 9);
    g_assert_true (meta->sentence_end);
  }
}

/* Converters keep it, because it has no tags. */
static void
test_meta_survives_conversion (void)
{
  GstHarness *h = gst_harness_new_parse (
      "audioconvert ! audioresample ! "
      "capsfilter caps=audio/x-raw,rate=16000,format=F32LE");
  GstBuffer *buffer;
  GstVowelResponseMeta *meta;

  gst_harness_set_src_caps_str (
      h, "audio/x-raw,format=S16LE,rate=24000,channels=1,layout=interleaved");
  buffer = gst_harness_create_buffer (h, 4800);
  gst_buffer_memset (buffer, 0, 0, 4800);
  GST_BUFFER_PTS (buffer) = 0;
  GST_BUFFER_DURATION (buffer) = 100 * GST_MSECOND;
  gst_buffer_add_vowel_response_meta (buffer, "resp_2", 4)->text_end = 5;
  g_assert_cmpint (gst_harness_push (h, buffer), ==, GST_FLOW_OK);
  buffer = gst_harness_pull (h);
  meta = gst_buffer_get_vowel_response_meta (buffer);
  g_assert_nonnull (meta);
  g_assert_cmpstr (meta->response_id, ==, "resp_2");
  g_assert_cmpuint (meta->text_end, ==, 5);
  gst_buffer_unref (buffer);
  gst_harness_teardown (h);
}

static void
test_chat_request (void)
{
  g_autoptr (GstVowelChatRequest) r = gst_vowel_chat_request_new ("resp_3", 6);
  const GstVowelChatMessage *m;
  const GstVowelChatTool *t;

  g_assert_cmpstr (gst_vowel_chat_request_get_response_id (r), ==, "resp_3");
  g_assert_cmpuint (gst_vowel_chat_request_get_generation (r), ==, 6);
  g_assert_cmpstr (gst_vowel_chat_request_get_tool_choice (r), ==, "auto");
  g_assert_cmpuint (gst_vowel_chat_request_get_max_tokens (r), ==, 0);
  g_assert_cmpfloat (gst_vowel_chat_request_get_temperature (r), <, 0);
  g_assert_true (gst_vowel_chat_request_get_spoken (r));

  gst_vowel_chat_request_add_message (r, GST_VOWEL_CHAT_SYSTEM, "Be brief.");
  gst_vowel_chat_request_add_message (r, GST_VOWEL_CHAT_USER, "Time?");
  gst_vowel_chat_request_add_tool_call (r, "c1", "clock", "{}");
  gst_vowel_chat_request_add_tool_result (r, "c1", "noon");
  gst_vowel_chat_request_add_tool (r, "clock", "Tells the time", NULL);
  gst_vowel_chat_request_set_tool_choice (r, "function:clock");
  gst_vowel_chat_request_set_max_tokens (r, 99);
  gst_vowel_chat_request_set_temperature (r, 0.25);
  gst_vowel_chat_request_set_spoken (r, FALSE);

  g_assert_cmpuint (gst_vowel_chat_request_get_n_messages (r), ==, 4);
  m = gst_vowel_chat_request_get_message (r, 2);
  g_assert_cmpint (m->role, ==, GST_VOWEL_CHAT_TOOL_CALL);
  g_assert_null (m->text);
  g_assert_cmpstr (m->arguments, ==, "{}");
  m = gst_vowel_chat_request_get_message (r, 3);
  g_assert_cmpint (m->role, ==, GST_VOWEL_CHAT_TOOL_RESULT);
  g_assert_cmpstr (m->text, ==, "noon");
  g_assert_cmpstr (m->name, ==, "clock");
  g_assert_cmpuint (gst_vowel_chat_request_get_n_tools (r), ==, 1);
  t = gst_vowel_chat_request_get_tool (r, 0);
  g_assert_cmpstr (t->name, ==, "clock");
  g_assert_null (t->parameters);
  g_assert_cmpstr (
      gst_vowel_chat_request_get_tool_choice (r), ==, "function:clock");
  g_assert_cmpuint (gst_vowel_chat_request_get_max_tokens (r), ==, 99);
  g_assert_cmpfloat (gst_vowel_chat_request_get_temperature (r), ==, 0.25);
  g_assert_false (gst_vowel_chat_request_get_spoken (r));
}

static void
test_chat_images (void)
{
  static const GstVowelChatImage images[] = {
      {"data:image/png;base64,AAAA", "low"}, {"https://example.org/x.jpg"}};
  g_autoptr (GstVowelChatRequest) r = gst_vowel_chat_request_new ("resp_3", 6);
  const GstVowelChatMessage *m;

  gst_vowel_chat_request_add_message (r, GST_VOWEL_CHAT_USER, "Look");
  m = gst_vowel_chat_request_get_message (r, 0);
  g_assert_cmpuint (m->n_images, ==, 0);
  gst_vowel_chat_request_add_images (r, images, G_N_ELEMENTS (images));
  m = gst_vowel_chat_request_get_message (r, 0);
  g_assert_cmpuint (m->n_images, ==, 2);
  g_assert_cmpstr (m->images[0].url, ==, images[0].url);
  g_assert_cmpstr (m->images[0].detail, ==, "low");
  g_assert_cmpstr (m->images[1].url, ==, images[1].url);
  g_assert_null (m->images[1].detail);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/speech-events", test_speech_events);
  g_test_add_func ("/wire/other-events", test_other_events);
  g_test_add_func ("/wire/messages", test_messages);
  g_test_add_func ("/wire/failure-message", test_failure_message);
  g_test_add_func ("/wire/provider-messages", test_provider_messages);
  g_test_add_func ("/wire/meta", test_meta);
  g_test_add_func (
      "/wire/meta-survives-conversion", test_meta_survives_conversion);
  g_test_add_func ("/wire/chat-request", test_chat_request);
  g_test_add_func ("/wire/chat-images", test_chat_images);
  return g_test_run ();
}
