/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Lists of providers, by way of the fakes: who takes over from whom, and when
 * nobody does. */

#include "config.h"

#include <string.h>

#include "fixture.h"

#define TEXT_CAPS "text/x-raw,format=utf8"
#define AUDIO_CAPS                                                             \
  "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved"

/* @more: settings, as in a launch line */
static void
setup (Fixture *f, const gchar *bin, const gchar *list, const gchar *more)
{
  g_autofree gchar *line =
      g_strdup_printf ("%s provider=%s %s", bin, list, more);

  fixture_init (f, line, g_str_equal (bin, "sttsink") ? AUDIO_CAPS : TEXT_CAPS);
}

/* (transfer full) */
static GstElement *
get_child (Fixture *f, const gchar *name)
{
  GstElement *child = gst_bin_get_by_name (GST_BIN (f->element), name);

  g_assert_nonnull (child);
  return child;
}

static guint
get_uint (Fixture *f, const gchar *name, const gchar *property)
{
  g_autoptr (GstElement) child = get_child (f, name);
  guint value;

  fixture_sync (f);
  g_object_get (child, property, &value, NULL);
  return value;
}

static void
set_mode (Fixture *f, const gchar *name, const gchar *mode)
{
  g_autoptr (GstElement) child = get_child (f, name);

  gst_util_set_object_arg (G_OBJECT (child), "mode", mode);
}

static void
release (Fixture *f, const gchar *name)
{
  g_autoptr (GstElement) child = get_child (f, name);

  g_signal_emit_by_name (child, "release");
}

static void
expect_take_over (Fixture *f, const gchar *stage, guint64 id,
    const gchar *failed, const gchar *provider, GstVowelError code)
{
  g_autoptr (GstMessage) message =
      fixture_expect (f, GST_VOWEL_MESSAGE_TAKE_OVER);
  GstVowelTakeOver t;

  g_assert_true (gst_vowel_message_parse_take_over (message, &t));
  g_assert_cmpstr (t.stage, ==, stage);
  g_assert_cmpuint (t.id, ==, id);
  g_assert_cmpstr (t.failed, ==, failed);
  g_assert_cmpstr (t.provider, ==, provider);
  g_assert_error (t.error, GST_VOWEL_ERROR, (gint) code);
}

static void
expect_usage (Fixture *f, const gchar *provider, guint requests, guint failures,
    guint retries, guint take_overs, GstVowelProviderUsage *ret_usage)
{
  g_autoptr (GstMessage) message = fixture_expect (f, GST_VOWEL_MESSAGE_USAGE);
  GstVowelProviderUsage u;

  g_assert_true (gst_vowel_message_parse_usage (message, &u));
  g_assert_cmpstr (u.provider, ==, provider);
  g_assert_cmpuint (u.requests, ==, requests);
  g_assert_cmpuint (u.failures, ==, failures);
  g_assert_cmpuint (u.retries, ==, retries);
  g_assert_cmpuint (u.take_overs, ==, take_overs);
  if (ret_usage != NULL)
    *ret_usage = u;
}

/* Whoever takes over does so from the loop: that is awaited. */
static void
await (Fixture *f, GstVowelMessageKind kind)
{
  gst_message_unref (fixture_expect (f, kind));
}

/* The failure of one who was in charge at last. */
static void
expect_failure (Fixture *f, const gchar *stage, guint64 id,
    const gchar *provider, GstVowelError code)
{
  g_autoptr (GstMessage) message =
      fixture_expect (f, GST_VOWEL_MESSAGE_FAILURE);
  g_autoptr (GError) error = NULL;
  const GstStructure *details;
  const gchar *got_stage;
  guint64 got_id;

  g_assert_true (gst_vowel_message_parse_failure (
      message, &got_stage, &got_id, &error, &details));
  g_assert_cmpstr (got_stage, ==, stage);
  g_assert_cmpuint (got_id, ==, id);
  g_assert_error (error, GST_VOWEL_ERROR, (gint) code);
  g_assert_cmpstr (
      gst_structure_get_string (details, "provider"), ==, provider);
}

/* --- language models --- */

static void
test_llm_take_over (void)
{
  Fixture f;
  GstVowelProviderUsage usage;

  setup (&f, "llmbin", "fake,spare", "retries=1 provider::mode=fail");
  fixture_push_text (&f, "hello");
  g_assert_cmpuint (get_uint (&f, "provider-1", "tries"), ==, 0);
  fixture_advance (&f, 500 * GST_MSECOND);
  expect_usage (&f, "fake", 2, 2, 1, 0, NULL);
  expect_take_over (&f, "llm", 1, "fake", "spare", GST_VOWEL_ERROR_OVERLOADED);
  expect_usage (&f, "spare", 1, 0, 0, 1, &usage);
  g_assert_cmpuint (usage.input_tokens, >, 0);
  g_assert_cmpuint (usage.output_tokens, >, 0);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_expect_text (&f, "You said: hello.[resp_1]");

  /* The next one begins with the first again, and has the conversation. */
  set_mode (&f, "provider", "ok");
  fixture_push_text (&f, "again");
  fixture_expect_text (&f, "You said: again.[resp_2]");
  g_assert_cmpuint (get_uint (&f, "provider", "n-messages"), ==, 3);
  g_assert_cmpuint (get_uint (&f, "provider-1", "tries"), ==, 1);
  fixture_clear (&f);
}

/* What is never tried again goes to the next at once. */
static void
test_llm_forbidden (void)
{
  static const struct {
    const gchar *name;
    GstVowelError code;
  } errors[] = {
      {"auth", GST_VOWEL_ERROR_AUTH},
      {"bad-request", GST_VOWEL_ERROR_BAD_REQUEST},
      {"not-found", GST_VOWEL_ERROR_NOT_FOUND},
  };

  for (guint i = 0; i < G_N_ELEMENTS (errors); i++) {
    g_autofree gchar *more = g_strdup_printf (
        "provider::mode=fail provider::error=%s", errors[i].name);
    Fixture f;

    setup (&f, "llmbin", "fake,spare", more);
    fixture_push_text (&f, "hello");
    expect_take_over (&f, "llm", 1, "fake", "spare", errors[i].code);
    await (&f, GST_VOWEL_MESSAGE_GENERATED);
    fixture_expect_text (&f, "You said: hello.[resp_1]");
    g_assert_cmpuint (get_uint (&f, "provider", "tries"), ==, 1);
    fixture_clear (&f);
  }
}

static void
test_llm_refusal (void)
{
  Fixture f;

  setup (&f, "llmbin", "fake,spare", "retries=0 provider::mode=refuse");
  fixture_push_text (&f, "hello");
  expect_take_over (&f, "llm", 1, "fake", "spare", GST_VOWEL_ERROR_UPSTREAM);
  await (&f, GST_VOWEL_MESSAGE_GENERATED);
  fixture_expect_text (&f, "You said: hello.[resp_1]");
  fixture_clear (&f);
}

/* Each has its own time. */
static void
test_llm_timeout (void)
{
  Fixture f;

  setup (&f, "llmbin", "fake,spare,third",
      "retries=0 provider::mode=never provider-1::mode=never "
      "provider-1::first-token-timeout=3000000000");
  fixture_push_text (&f, "hello");
  fixture_advance (&f, 10 * GST_SECOND);
  expect_take_over (&f, "llm", 1, "fake", "spare", GST_VOWEL_ERROR_TIMEOUT);
  g_assert_cmpuint (get_uint (&f, "provider", "cancelled"), ==, 1);
  while (get_uint (&f, "provider-1", "tries") == 0)
    g_thread_yield ();
  fixture_expect_text (&f, "");
  fixture_advance (&f, 3 * GST_SECOND);
  expect_take_over (&f, "llm", 1, "spare", "third", GST_VOWEL_ERROR_TIMEOUT);
  await (&f, GST_VOWEL_MESSAGE_GENERATED);
  fixture_expect_text (&f, "You said: hello.[resp_1]");
  fixture_clear (&f);
}

static void
test_llm_all_fail (void)
{
  Fixture f;

  setup (&f, "llmbin", "fake,spare,third",
      "retries=0 provider::mode=fail provider-1::mode=fail "
      "provider-2::mode=fail provider-2::error=auth");
  fixture_push_text (&f, "hello");
  expect_usage (&f, "fake", 1, 1, 0, 0, NULL);
  expect_usage (&f, "spare", 1, 1, 0, 1, NULL);
  expect_usage (&f, "third", 1, 1, 0, 1, NULL);
  expect_failure (&f, "llm", 1, "third", GST_VOWEL_ERROR_AUTH);
  fixture_expect_text (&f, "[resp_1]");
  set_mode (&f, "provider-1", "ok");
  fixture_push_text (&f, "still there");
  await (&f, GST_VOWEL_MESSAGE_GENERATED);
  fixture_expect_text (&f, "You said: still there.[resp_2]");
  fixture_clear (&f);
}

/* What has been said is not said anew by somebody else. */
static void
test_llm_after_output (void)
{
  Fixture f;
  GstVowelProviderUsage usage;

  setup (&f, "llmbin", "fake,spare", "provider::mode=hold");
  fixture_push_text (&f, "hello");
  fixture_advance (&f, 10 * GST_SECOND);
  expect_usage (&f, "fake", 1, 1, 0, 0, &usage);
  /* It is paid for. */
  g_assert_cmpuint (usage.output_tokens, >, 0);
  expect_failure (&f, "llm", 1, "fake", GST_VOWEL_ERROR_TIMEOUT);
  g_assert_cmpuint (get_uint (&f, "provider-1", "tries"), ==, 0);
  fixture_expect_text (&f, "You[resp_1]");
  fixture_clear (&f);
}

static void
test_llm_cancel (void)
{
  Fixture f;

  setup (&f, "llmbin", "fake,spare",
      "retries=0 provider::mode=fail "
      "provider-1::mode=hold");
  fixture_push_text (&f, "hello");
  await (&f, GST_VOWEL_MESSAGE_TEXT);
  fixture_expect_text (&f, "You");
  g_signal_emit_by_name (f.element, "cancel", (guint64) 1);
  fixture_expect_text (&f, "[flush]");
  g_assert_cmpuint (get_uint (&f, "provider", "cancelled"), ==, 0);
  g_assert_cmpuint (get_uint (&f, "provider-1", "cancelled"), ==, 1);
  release (&f, "provider-1");
  fixture_expect_text (&f, "");
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);

  /* Nor is anybody asked after it was cancelled. */
  set_mode (&f, "provider", "never");
  fixture_push_text (&f, "hello");
  g_signal_emit_by_name (f.element, "cancel", (guint64) 2);
  fixture_advance (&f, 20 * GST_SECOND);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_TAKE_OVER);
  fixture_clear (&f);
}

static void
test_llm_tool (void)
{
  Fixture f;
  g_autoptr (GstMessage) message = NULL;
  GstVowelToolCall call;

  setup (&f, "llmbin", "fake,spare",
      "retries=0 provider::mode=fail provider-1::tool=clock");
  fixture_push_text (&f, "time?");
  message = fixture_expect (&f, GST_VOWEL_MESSAGE_TOOL_CALL);
  g_assert_true (gst_vowel_message_parse_tool_call (message, &call));
  g_assert_cmpstr (call.name, ==, "clock");
  await (&f, GST_VOWEL_MESSAGE_GENERATED);
  g_signal_emit_by_name (f.element, "tool-result", call.call_id, "noon");
  await (&f, GST_VOWEL_MESSAGE_GENERATED);
  fixture_expect_text (&f, "The tool says: noon.[resp_1][resp_2]");
  gst_clear_message (&message);
  fixture_clear (&f);
}

/* Stopped while the stand-in works. */
static void
test_llm_stop (void)
{
  Fixture f;
  g_autoptr (GstElement) spare = NULL;
  guint cancelled;

  setup (&f, "llmbin", "fake,spare",
      "retries=0 provider::mode=fail "
      "provider-1::mode=hold");
  spare = get_child (&f, "provider-1");
  fixture_push_text (&f, "hello");
  await (&f, GST_VOWEL_MESSAGE_TEXT);
  fixture_expect_text (&f, "You");
  gst_element_set_state (f.element, GST_STATE_NULL);
  g_object_get (spare, "cancelled", &cancelled, NULL);
  g_assert_cmpuint (cancelled, ==, 1);
  gst_clear_object (&spare);
  fixture_clear (&f);
}

/* --- breakers --- */

static void
ask (Fixture *f)
{
  fixture_push_text (f, "hello");
  await (f, GST_VOWEL_MESSAGE_GENERATED);
}

/* Three in a row, and nobody asks any more until one may try. */
static void
test_breaker (void)
{
  Fixture f;

  setup (&f, "llmbin", "fake,spare",
      "retries=0 provider::mode=fail provider::base-url=http://breaker.test");
  for (guint i = 0; i < 5; i++) {
    fixture_push_text (&f, "hello");
    expect_take_over (
        &f, "llm", i + 1, "fake", "spare", GST_VOWEL_ERROR_OVERLOADED);
    await (&f, GST_VOWEL_MESSAGE_GENERATED);
  }
  g_assert_cmpuint (get_uint (&f, "provider", "tries"), ==, 3);
  fixture_advance (&f, 30 * GST_SECOND - 1);
  ask (&f);
  g_assert_cmpuint (get_uint (&f, "provider", "tries"), ==, 3);
  fixture_advance (&f, 1);
  ask (&f);
  g_assert_cmpuint (get_uint (&f, "provider", "tries"), ==, 4);
  fixture_advance (&f, 59 * GST_SECOND);
  ask (&f);
  g_assert_cmpuint (get_uint (&f, "provider", "tries"), ==, 4);
  fixture_advance (&f, GST_SECOND);
  set_mode (&f, "provider", "ok");
  ask (&f);
  ask (&f);
  g_assert_cmpuint (get_uint (&f, "provider", "tries"), ==, 6);
  g_assert_cmpuint (get_uint (&f, "provider-1", "tries"), ==, 8);
  fixture_clear (&f);
}

/* Without a list: an answer at once that says until when; and another element
 * that asks the same service knows of it. */
static void
test_breaker_alone (void)
{
  static const gchar *const bins[] = {"llmbin", "ttssrc", "sttsink"};

  for (guint i = 0; i < G_N_ELEMENTS (bins); i++) {
    g_autofree gchar *more = g_strdup_printf (
        "retries=0 failure-limit=1 cool-down=7000000000 provider::mode=fail "
        "provider::error=auth provider::base-url=http://alone-%s.test",
        bins[i]);

    for (guint n = 0; n < 2; n++) {
      g_autoptr (GstMessage) message = NULL;
      g_autoptr (GError) error = NULL;
      Fixture f;

      setup (&f, bins[i], "fake", more);
      if (g_str_equal (bins[i], "sttsink")) {
        gst_harness_push (f.harness, gst_buffer_new_allocate (NULL, 640, NULL));
        gst_harness_push_event (f.harness, gst_event_new_eos ());
      } else {
        fixture_push_text (&f, "hello");
      }
      message = fixture_expect (&f, GST_VOWEL_MESSAGE_FAILURE);
      gst_vowel_message_parse_failure (message, NULL, NULL, &error, NULL);
      g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH);
      g_assert_cmpint (
          strstr (error->message, "is not asked before") != NULL, ==, n == 1);
      g_assert_cmpuint (get_uint (&f, "provider", "tries"), ==, 1 - n);
      gst_clear_message (&message);
      fixture_clear (&f);
    }
  }
}

/* --- recognisers --- */

static void
push_audio (Fixture *f, guint ms)
{
  for (guint at = 0; at < ms; at += 20) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, 640, NULL);

    gst_buffer_memset (buffer, 0, 0, 640);
    g_assert_cmpint (gst_harness_push (f->harness, buffer), ==, GST_FLOW_OK);
  }
}

static void
setup_stt (Fixture *f, const gchar *list, const gchar *more)
{
  g_autofree gchar *settings =
      g_strconcat ("flush-on-speech=false ", more, NULL);

  setup (f, "sttsink", list, settings);
  g_assert_true (
      gst_harness_push_event (f->harness, gst_vowel_event_new_detector (TRUE)));
}

static void
begin_speech (Fixture *f, guint64 number)
{
  const GstVowelSpeechStart start = {number, 0, 0, FALSE};

  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_speech_start (&start)));
}

static void
end_speech (Fixture *f, guint64 number)
{
  const GstVowelSpeechStop stop = {
      number, GST_CLOCK_TIME_NONE, GST_CLOCK_TIME_NONE, FALSE};

  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_speech_stop (&stop)));
  fixture_sync (f);
}

static void
expect_transcript (
    Fixture *f, guint64 number, const gchar *text, const gchar *element)
{
  for (;;) {
    g_autoptr (GstMessage) message =
        fixture_expect (f, GST_VOWEL_MESSAGE_TRANSCRIPT);
    GstVowelTranscript t;

    g_assert_true (gst_vowel_message_parse_transcript (message, &t));
    if (!t.final)
      continue;
    g_assert_cmpuint (t.utterance, ==, number);
    g_assert_cmpstr (t.text, ==, text);
    g_assert_cmpstr (GST_MESSAGE_SRC_NAME (message), ==, element);
    return;
  }
}

/* It fails at once; the stand-in hears all. */
static void
test_stt_take_over (void)
{
  Fixture f;
  GstVowelProviderUsage usage;

  setup_stt (&f, "fake,spare", "retries=0 provider::mode=fail");
  begin_speech (&f, 1);
  push_audio (&f, 1000);
  end_speech (&f, 1);
  expect_usage (&f, "fake", 1, 1, 0, 0, &usage);
  g_assert_cmpuint (usage.audio, ==, 0);
  expect_take_over (&f, "stt", 1, "fake", "spare", GST_VOWEL_ERROR_OVERLOADED);
  expect_usage (&f, "spare", 1, 0, 0, 1, &usage);
  g_assert_cmpuint (usage.audio, ==, GST_SECOND);
  expect_transcript (&f, 1, "16000 samples", "provider-1");
  fixture_expect_text (&f, "16000 samples");
  fixture_clear (&f);
}

/* It never answers, though it has shown what it heard. What it says when
 * another has taken over is too late. */
static void
test_stt_timeout (void)
{
  Fixture f;

  setup_stt (&f, "fake,spare", "provider::mode=hold provider::interim=true");
  begin_speech (&f, 1);
  push_audio (&f, 500);
  end_speech (&f, 1);
  fixture_advance (&f, 15 * GST_SECOND);
  expect_take_over (&f, "stt", 1, "fake", "spare", GST_VOWEL_ERROR_TIMEOUT);
  expect_transcript (&f, 1, "8000 samples", "provider-1");
  g_assert_cmpuint (get_uint (&f, "provider", "cancelled"), ==, 1);
  release (&f, "provider");
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_TRANSCRIPT);
  fixture_expect_text (&f, "8000 samples");
  fixture_clear (&f);
}

/* The stand-in has as long as the first had. */
static void
test_stt_all_fail (void)
{
  Fixture f;

  setup_stt (&f, "fake,spare", "provider::mode=never provider-1::mode=never");
  begin_speech (&f, 7);
  push_audio (&f, 500);
  end_speech (&f, 7);
  fixture_advance (&f, 15 * GST_SECOND);
  expect_take_over (&f, "stt", 7, "fake", "spare", GST_VOWEL_ERROR_TIMEOUT);
  while (get_uint (&f, "provider-1", "tries") == 0)
    g_thread_yield ();
  fixture_advance (&f, 15 * GST_SECOND - 1);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_advance (&f, 1);
  expect_failure (&f, "stt", 7, "spare", GST_VOWEL_ERROR_TIMEOUT);
  set_mode (&f, "provider", "ok");
  begin_speech (&f, 8);
  push_audio (&f, 100);
  end_speech (&f, 8);
  expect_transcript (&f, 8, "9600 samples", "provider");
  fixture_clear (&f);
}

/* Who decides about turns hears no utterances: the one behind it does. */
static void
test_stt_turns (void)
{
  Fixture f;

  setup_stt (&f, "fake,spare,third",
      "retries=0 provider::mode=fail provider-1::turns=true");
  begin_speech (&f, 1);
  push_audio (&f, 500);
  end_speech (&f, 1);
  expect_take_over (&f, "stt", 1, "fake", "third", GST_VOWEL_ERROR_OVERLOADED);
  expect_transcript (&f, 1, "8000 samples", "provider-2");
  fixture_clear (&f);
}

/* What comes of a stream with a list ends as any stream does. */
static void
test_stt_eos (void)
{
  Fixture f;

  setup (&f, "sttsink", "fake,spare", "retries=0 provider::mode=fail");
  push_audio (&f, 100);
  gst_harness_push_event (f.harness, gst_event_new_eos ());
  expect_transcript (&f, 0, "1600 samples", "provider-1");
  fixture_expect_eos (&f);
  fixture_clear (&f);
}

/* --- voices --- */

/* How much can be heard at which rate. */
static void
expect_speech (Fixture *f, guint first_samples, gint first_rate,
    guint second_samples, gint second_rate)
{
  guint samples[2] = {0, 0};
  gint rate = 0;
  GstBuffer *buffer;

  fixture_sync (f);
  while ((buffer = gst_harness_try_pull (f->harness)) != NULL) {
    gint duration_rate =
        (gint) gst_util_uint64_scale_round (gst_buffer_get_size (buffer) / 2,
            GST_SECOND, GST_BUFFER_DURATION (buffer));

    rate = ABS (duration_rate - first_rate) < 10 ? first_rate : second_rate;
    samples[rate == first_rate ? 0 : 1] += gst_buffer_get_size (buffer) / 2;
    gst_buffer_unref (buffer);
  }
  g_assert_cmpuint (samples[0], ==, first_samples);
  g_assert_cmpuint (samples[1], ==, second_samples);
}

/* The second sentence fails: it and the third have another voice. */
static void
test_tts_take_over (void)
{
  const gchar *const sentences[] = {
      "This is number one. ", "This is number two. ", "This is number six. "};
  Fixture f;
  GstVowelProviderUsage usage;

  setup (&f, "ttssrc", "fake,spare",
      "retries=0 in-flight=1 provider::rate=8000 provider-1::rate=16000 "
      "provider::mode=fail provider::when=two");
  for (guint i = 0; i < G_N_ELEMENTS (sentences); i++)
    fixture_push_delta (&f, sentences[i], "resp_1", 1);
  g_assert_true (gst_harness_push_event (
      f.harness, gst_vowel_event_new_response_end ("resp_1", 1)));
  fixture_sync (&f);
  expect_usage (&f, "fake", 1, 0, 0, 0, &usage);
  g_assert_cmpuint (usage.characters, ==, 19);
  expect_usage (&f, "fake", 1, 1, 0, 0, &usage);
  g_assert_cmpuint (usage.characters, ==, 0);
  expect_take_over (&f, "tts", 1, "fake", "spare", GST_VOWEL_ERROR_OVERLOADED);
  expect_usage (&f, "spare", 1, 0, 0, 1, &usage);
  g_assert_cmpuint (usage.characters, ==, 19);
  expect_usage (&f, "spare", 1, 0, 0, 0, NULL);
  expect_speech (&f, 19 * 480, 8000, 38 * 960, 16000);
  fixture_expect_none (&f, GST_VOWEL_MESSAGE_FAILURE);
  fixture_expect_text (&f, "[resp_1]");

  /* The next answer has the first voice. */
  fixture_push_text (&f, "All is well");
  expect_speech (&f, 11 * 480, 8000, 0, 16000);
  fixture_clear (&f);
}

static void
test_tts_timeout (void)
{
  Fixture f;

  setup (&f, "ttssrc", "fake,spare",
      "retries=0 provider::mode=hold provider::rate=8000 "
      "provider-1::rate=16000");
  fixture_push_text (&f, "Hello there");
  fixture_advance (&f, 10 * GST_SECOND);
  expect_take_over (&f, "tts", 0, "fake", "spare", GST_VOWEL_ERROR_TIMEOUT);
  expect_usage (&f, "spare", 1, 0, 0, 1, NULL);
  expect_speech (&f, 0, 8000, 11 * 960, 16000);
  release (&f, "provider");
  expect_speech (&f, 0, 8000, 0, 16000);
  fixture_clear (&f);
}

static void
test_tts_all_fail (void)
{
  Fixture f;

  setup (&f, "ttssrc", "fake,spare",
      "retries=0 provider::mode=fail provider-1::mode=fail");
  fixture_push_delta (&f, "Never heard of it. ", "resp_1", 1);
  expect_failure (&f, "tts", 1, "spare", GST_VOWEL_ERROR_OVERLOADED);
  fixture_expect_text (&f, "[resp_1]");
  fixture_clear (&f);
}

static gint
speak_level (Fixture *f)
{
  GstBuffer *buffer;
  GstMapInfo map;
  gint peak = 0;

  fixture_push_text (f, "Level 2 please");
  expect_usage (f, "fake", 1, 1, 0, 0, NULL);
  expect_usage (f, "spare", 1, 0, 0, 1, NULL);
  fixture_sync (f);
  buffer = gst_harness_pull (f->harness);
  g_assert_true (gst_buffer_map (buffer, &map, GST_MAP_READ));
  for (gsize i = 0; i + 1 < map.size; i += 2)
    peak = MAX (peak, (gint16) GST_READ_UINT16_LE (map.data + i));
  gst_buffer_unmap (buffer, &map);
  gst_buffer_unref (buffer);
  while ((buffer = gst_harness_try_pull (f->harness)) != NULL)
    gst_buffer_unref (buffer);
  return peak;
}

/* A stand-in speaks with the voice that is wanted if it knows it, else with its
 * own. */
static void
test_tts_voice (void)
{
  Fixture f;

  setup (&f, "ttssrc", "fake,spare",
      "voice=quiet retries=0 provider::mode=fail provider-1::level=true");
  g_assert_cmpint (speak_level (&f), ==, 1000);
  g_object_set (f.element, "voice", "nobody's", NULL);
  g_assert_cmpint (speak_level (&f), ==, 2000);
  gst_child_proxy_set (
      GST_CHILD_PROXY (f.element), "provider-1::voice", "quiet", NULL);
  g_assert_cmpint (speak_level (&f), ==, 1000);
  fixture_clear (&f);
}

/* --- lists --- */

static void
test_list (void)
{
  g_autoptr (GstElement) bin = gst_element_factory_make ("llmbin", NULL);
  g_autoptr (GstElement) second = NULL;
  g_autoptr (GstElement) third = NULL;
  g_autofree gchar *model = NULL;
  gdouble temperature;

  gst_object_ref_sink (bin);
  g_object_set (
      bin, "provider", "fake", "model", "m1", "temperature", 0.5, NULL);
  gst_child_proxy_set (GST_CHILD_PROXY (bin), "provider::reply", "x", NULL);
  g_object_set (bin, "provider", "fake , spare,third", NULL);
  second = gst_bin_get_by_name (GST_BIN (bin), "provider-1");
  third = gst_bin_get_by_name (GST_BIN (bin), "provider-2");
  g_assert_nonnull (third);
  g_object_get (second, "model", &model, "temperature", &temperature, NULL);
  g_assert_null (model);
  g_assert_cmpfloat (temperature, ==, 0.5);
  g_object_set (bin, "temperature", 0.25, NULL);
  g_object_get (third, "temperature", &temperature, NULL);
  g_assert_cmpfloat (temperature, ==, 0.25);

  g_object_set (bin, "provider", "spare", NULL);
  g_assert_null (gst_bin_get_by_name (GST_BIN (bin), "provider-1"));
  g_assert_cmpuint (GST_BIN_NUMCHILDREN (bin), ==, 1);
}

static void
expect_refused (const gchar *line, const gchar *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = gst_parse_launch (line, &error);
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) why = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (gst_element_set_state (pipeline, GST_STATE_READY), ==,
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  gst_message_parse_error (message, &why, NULL);
  g_assert_nonnull (strstr (why->message, text));
  gst_element_set_state (pipeline, GST_STATE_NULL);
}

static void
test_refused (void)
{
  expect_refused ("fakesrc ! sttsink provider=fake,nobody",
      "There is no speech-to-text provider \"nobody\"");
  expect_refused ("fakesrc ! sttsink provider=fake,",
      "nothing between two commas or at an end: \"fake,\"");
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/failover/llm/take-over", test_llm_take_over);
  g_test_add_func ("/failover/llm/forbidden", test_llm_forbidden);
  g_test_add_func ("/failover/llm/refusal", test_llm_refusal);
  g_test_add_func ("/failover/llm/timeout", test_llm_timeout);
  g_test_add_func ("/failover/llm/all-fail", test_llm_all_fail);
  g_test_add_func ("/failover/llm/after-output", test_llm_after_output);
  g_test_add_func ("/failover/llm/cancel", test_llm_cancel);
  g_test_add_func ("/failover/llm/tool", test_llm_tool);
  g_test_add_func ("/failover/llm/stop", test_llm_stop);
  g_test_add_func ("/failover/breaker", test_breaker);
  g_test_add_func ("/failover/breaker-alone", test_breaker_alone);
  g_test_add_func ("/failover/stt/take-over", test_stt_take_over);
  g_test_add_func ("/failover/stt/timeout", test_stt_timeout);
  g_test_add_func ("/failover/stt/all-fail", test_stt_all_fail);
  g_test_add_func ("/failover/stt/turns", test_stt_turns);
  g_test_add_func ("/failover/stt/eos", test_stt_eos);
  g_test_add_func ("/failover/tts/take-over", test_tts_take_over);
  g_test_add_func ("/failover/tts/timeout", test_tts_timeout);
  g_test_add_func ("/failover/tts/all-fail", test_tts_all_fail);
  g_test_add_func ("/failover/tts/voice", test_tts_voice);
  g_test_add_func ("/failover/list", test_list);
  g_test_add_func ("/failover/refused", test_refused);
  return g_test_run ();
}
