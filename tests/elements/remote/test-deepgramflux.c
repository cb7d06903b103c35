/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* deepgramstt with a model that decides about turns, against a strict fake: a
 * turn is what is loud, it may be over after 160 ms of quiet and is after 400;
 * its text is how long that was. */

#include "config.h"

#include "remote.h"

#include <string.h>

#define RATE 16000
#define CAPS "audio/x-raw,format=S16LE,rate=16000,channels=1,layout=interleaved"
#define MS(n) ((n) *GST_MSECOND)
#define PATIENCE (10 * GST_SECOND)

static guint now_ms;

static void
setup (Fixture *f, const gchar *faults)
{
  fixture_init_live (f, "deepgramstt", CAPS);
  gst_element_set_state (f->element, GST_STATE_NULL);
  g_object_set (f->element, "api-key", REMOTE_KEY, "model", "flux-general-en",
      "finalize-timeout", (guint64) MS (300), NULL);
  remote_set_target (f->element, "deepgram", faults);
  now_ms = 0;
}

static void
start (Fixture *f)
{
  g_assert_cmpint (gst_element_set_state (f->element, GST_STATE_PLAYING), ==,
      GST_STATE_CHANGE_SUCCESS);
  gst_harness_set_src_caps_str (f->harness, CAPS);
}

static void
push (Fixture *f, guint ms, gboolean loud)
{
  for (guint end = now_ms + ms; now_ms < end; now_ms += 20) {
    GstBuffer *buffer = gst_buffer_new_allocate (NULL, RATE / 50 * 2, NULL);

    gst_buffer_memset (buffer, 0, loud ? 1 : 0, RATE / 50 * 2);
    GST_BUFFER_PTS (buffer) = MS (now_ms);
    GST_BUFFER_DURATION (buffer) = MS (20);
    g_assert_cmpint (gst_harness_push (f->harness, buffer), ==, GST_FLOW_OK);
  }
}

static void
push_turn (Fixture *f, guint ms)
{
  push (f, ms, TRUE);
  push (f, 480, FALSE);
}

static void
mark_start (Fixture *f)
{
  const GstVowelSpeechStart s = {1, MS (now_ms), MS (now_ms), TRUE};

  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_speech_start (&s)));
}

static void
mark_stop (Fixture *f)
{
  const GstVowelSpeechStop s = {1, MS (now_ms), MS (now_ms), FALSE};

  g_assert_true (gst_harness_push_event (
      f->harness, gst_vowel_event_new_speech_stop (&s)));
}

/* "": of no interest */
static gchar *
describe (GstMessage *message)
{
  GstVowelSpeechStart start;
  GstVowelSpeechStop stop;
  GstVowelTranscript t;
  const gchar *text;
  guint64 id;

  if (gst_vowel_message_parse_speech_start (message, &start))
    return g_strdup_printf ("start %u at %u%s", (guint) start.utterance,
        (guint) (start.start / GST_MSECOND), start.emulated ? " emulated" : "");
  if (gst_vowel_message_parse_speech_stop (message, &stop))
    return g_strdup_printf ("stop %u at %u", (guint) stop.utterance,
        (guint) (stop.end / GST_MSECOND));
  if (gst_vowel_message_parse_transcript (message, &t) && t.final)
    return g_strdup_printf ("final %u '%s'%s%s", (guint) t.utterance, t.text,
        t.language != NULL ? " " : "", t.language != NULL ? t.language : "");
  if (gst_vowel_message_parse_turn_ending (message, &id, &text))
    return g_strdup_printf ("ending %u '%s'", (guint) id, text);
  if (gst_vowel_message_parse_turn_resumed (message, &id))
    return g_strdup_printf ("resumed %u", (guint) id);
  if (gst_vowel_message_get_kind (message) == GST_VOWEL_MESSAGE_FAILURE)
    return g_strdup ("failure");
  return g_strdup ("");
}

static void
expect (Fixture *f, const gchar *expected)
{
  for (;;) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop_filtered (f->bus, PATIENCE, GST_MESSAGE_ELEMENT);
    g_autofree gchar *line = NULL;

    if (message == NULL)
      g_error ("there was no \"%s\"", expected);
    line = describe (message);
    if (*line == '\0')
      continue;
    g_assert_cmpstr (line, ==, expected);
    return;
  }
}

/* (transfer full): what is said of the next turn that is over */
static gchar *
take_final (Fixture *f)
{
  for (;;) {
    g_autoptr (GstMessage) message =
        fixture_expect (f, GST_VOWEL_MESSAGE_TRANSCRIPT);
    GstVowelTranscript t;

    g_assert_true (gst_vowel_message_parse_transcript (message, &t));
    if (t.final)
      return g_strdup (t.text);
  }
}

static void
expect_final (Fixture *f, const gchar *text)
{
  g_autofree gchar *said = take_final (f);

  g_assert_cmpstr (said, ==, text);
}

static void
test_hears (void)
{
  Fixture f;
  guint before = remote_count_requests ();

  setup (&f, "ok");
  start (&f);
  /* The connection is there before anybody speaks. */
  while (remote_count_requests () == before)
    g_thread_yield ();
  push (&f, 100, FALSE);
  push (&f, 320, TRUE);
  push (&f, 480, FALSE);
  expect (&f, "start 1 at 100");
  expect (&f, "ending 1 '320 milliseconds'");
  expect (&f, "stop 1 at 820");
  expect (&f, "final 1 '320 milliseconds'");
  push (&f, 200, TRUE);
  push (&f, 240, FALSE);
  push (&f, 200, TRUE);
  push (&f, 480, FALSE);
  expect (&f, "start 2 at 900");
  expect (&f, "ending 2 '200 milliseconds'");
  expect (&f, "resumed 2");
  expect (&f, "ending 2 '400 milliseconds'");
  expect (&f, "stop 2 at 1940");
  expect (&f, "final 2 '400 milliseconds'");
  g_assert_cmpuint (remote_count_requests (), ==, before + 1);
  fixture_clear (&f);
}

/* Nothing is foreseen when nobody wants that. */
static void
test_options (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "model", "flux-general-multi", "language",
      "de-CH, fr", "keyterms", "Vowel, Oslo & co", "eot-threshold", 0.9,
      "eager-eot-threshold", 0.0, "eot-timeout", (guint64) (6 * GST_SECOND),
      NULL);
  start (&f);
  push_turn (&f, 400);
  expect (&f, "start 1 at 0");
  expect (&f, "stop 1 at 800");
  expect (&f, "final 1 '400 milliseconds in de or fr' en");
  fixture_clear (&f);
}

static void
test_push_to_talk (void)
{
  Fixture f;

  setup (&f, "ok");
  start (&f);
  mark_start (&f);
  push_turn (&f, 320);
  push (&f, 210, TRUE);
  mark_stop (&f);
  expect (&f, "start 1 at 0 emulated");
  expect (&f, "stop 1 at 1020");
  expect (&f, "final 1 '320 milliseconds 220 milliseconds'");
  /* Nothing was said: nothing is answered. */
  mark_start (&f);
  push (&f, 200, FALSE);
  mark_stop (&f);
  expect (&f, "start 2 at 1020 emulated");
  expect (&f, "stop 2 at 1220");
  expect (&f, "final 2 ''");
  fixture_clear (&f);
}

/* The microphone is closed in the middle of a turn. */
static void
test_audio_pauses (void)
{
  Fixture f;

  setup (&f, "ok");
  start (&f);
  push (&f, 300, TRUE);
  expect (&f, "start 1 at 0");
  expect (&f, "ending 1 '300 milliseconds'");
  /* Silence that was not in the stream has no time in it. */
  expect (&f, "stop 1 at 300");
  expect (&f, "final 1 '300 milliseconds'");
  push_turn (&f, 200);
  expect (&f, "start 2 at 300");
  expect (&f, "ending 2 '200 milliseconds'");
  expect (&f, "stop 2 at 900");
  expect (&f, "final 2 '200 milliseconds'");
  fixture_clear (&f);
}

static void
test_keepalive (void)
{
  Fixture f;
  guint before = remote_count_requests ();

  setup (&f, "ok");
  g_object_set (f.element, "keepalive", (guint64) MS (20), NULL);
  start (&f);
  push_turn (&f, 200);
  expect_final (&f, "200 milliseconds");
  push_turn (&f, 320);
  expect_final (&f, "320 milliseconds");
  g_assert_cmpuint (remote_count_requests (), ==, before + 1);
  fixture_clear (&f);
}

static guint
count (const gchar *text, const gchar *what)
{
  guint n = 0;

  for (const gchar *at = text; (at = strstr (at, what)) != NULL; at++)
    n++;
  return n;
}

/* Settings that change while it listens; the service takes one message at a
 * time. */
static void
test_settings (void)
{
  Fixture f;
  g_autofree gchar *log = NULL;
  g_autofree gchar *said = NULL;
  guint before;

  setup (&f, "ok");
  g_object_set (f.element, "model", "flux-general-multi", NULL);
  start (&f);
  push_turn (&f, 200);
  expect_final (&f, "200 milliseconds");
  log = remote_get ("/__log");
  before = count (log, "Configure");
  for (guint i = 0; i < 20; i++) {
    g_object_set (f.element, "eot-threshold", 0.6 + i / 100.0, "language", "es",
        "eager-eot-threshold", 0.0, NULL);
    push (&f, 20, FALSE);
  }
  do {
    g_free (log);
    g_free (said);
    push_turn (&f, 200);
    said = take_final (&f);
    log = remote_get ("/__log");
  } while (strstr (log, "0.79") == NULL
           || !g_str_equal (said, "200 milliseconds in es"));
  g_assert_cmpuint (count (log, "Configure"), <, before + 20);
  g_assert_null (strstr (log, "UNEXPECTED"));
  fixture_clear (&f);
}

/* Ending a turn is not served: silence does it, too. */
static void
test_no_force (void)
{
  Fixture f;

  setup (&f, "no-force");
  start (&f);
  for (guint i = 1; i <= 2; i++) {
    mark_start (&f);
    push (&f, i * 200, TRUE);
    mark_stop (&f);
    expect_final (&f, i == 1 ? "200 milliseconds" : "400 milliseconds");
  }
  fixture_clear (&f);
}

/* The end that was asked for does not come: what there is counts. */
static void
test_endless (void)
{
  Fixture f;

  setup (&f, "endless");
  start (&f);
  mark_start (&f);
  push (&f, 240, TRUE);
  mark_stop (&f);
  expect_final (&f, "20 milliseconds");
  fixture_clear (&f);
}

static void
test_eos (void)
{
  Fixture f;

  setup (&f, "ok");
  start (&f);
  push (&f, 200, TRUE);
  g_assert_true (gst_harness_push_event (f.harness, gst_event_new_eos ()));
  expect_final (&f, "200 milliseconds");
  fixture_clear (&f);
}

/* It breaks off in a turn, which is heard again: one turn all the same. */
static void
test_lost_in_turn (void)
{
  Fixture f;

  setup (&f, "drop-in-turn-once");
  start (&f);
  push (&f, 200, FALSE);
  push (&f, 320, TRUE);
  expect (&f, "start 1 at 200");
  push (&f, 480, FALSE);
  expect (&f, "ending 1 '320 milliseconds'");
  expect (&f, "stop 1 at 920");
  expect (&f, "final 1 '320 milliseconds'");
  fixture_clear (&f);
}

typedef struct {
  const gchar *faults;
  gint code; /* -1: it ends well, after a second try */
} Fault;

static const Fault matrix[] = {
    {"429-once", -1},
    {"500-once", -1},
    {"reset-once", -1},
    {"drop-once", -1},
    {"bye-once", -1},
    {"error-once", -1},
    {"configure-failure", -1},
    {"429", GST_VOWEL_ERROR_RATE_LIMIT},
    {"402", GST_VOWEL_ERROR_BILLING},
    {"500", GST_VOWEL_ERROR_UPSTREAM},
    {"reset", GST_VOWEL_ERROR_UPSTREAM},
    {"not-http", GST_VOWEL_ERROR_UPSTREAM},
    {"drop", GST_VOWEL_ERROR_UPSTREAM},
    {"bye", GST_VOWEL_ERROR_UPSTREAM},
    {"error", GST_VOWEL_ERROR_UPSTREAM},
    {"garbage", GST_VOWEL_ERROR_PROTOCOL},
    {"nonsense", GST_VOWEL_ERROR_PROTOCOL},
};

/* It is left alone for a second of audio, then the next turn is heard. */
static void
recover (Fixture *f)
{
  remote_set_target (f->element, "deepgram", "ok");
  push (f, 3000, FALSE);
  push_turn (f, 400);
  expect_final (f, "400 milliseconds");
}

static void
test_fault (gconstpointer data)
{
  const Fault *fault = data;
  Fixture f;

  setup (&f, fault->faults);
  if (fault->code >= 0)
    g_object_set (f.element, "retries", 0, NULL);
  start (&f);
  push_turn (&f, 320);
  if (fault->code >= 0)
    g_error_free (remote_expect_failure (&f, fault->code));
  else
    expect_final (&f, "320 milliseconds");
  recover (&f);
  fixture_clear (&f);
}

static void
test_refused (void)
{
  Fixture f;

  setup (&f, "ok");
  g_object_set (f.element, "api-key", REMOTE_KEY "x", NULL);
  start (&f);
  push_turn (&f, 200);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  g_object_set (
      f.element, "api-key", REMOTE_KEY, "model", "flux-general-xx", NULL);
  push (&f, 1000, FALSE);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_BAD_REQUEST));
  g_object_set (f.element, "api-key", NULL, "model", "flux-general-en", NULL);
  push (&f, 2000, FALSE);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  g_object_set (f.element, "api-key", REMOTE_KEY, NULL);
  push (&f, 4000, FALSE);
  push_turn (&f, 200);
  expect_final (&f, "200 milliseconds");
  fixture_clear (&f);
}

int
main (int argc, char **argv)
{
  int result;

  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);
  remote_start ();
  g_test_add_func ("/deepgramflux/hears", test_hears);
  g_test_add_func ("/deepgramflux/options", test_options);
  g_test_add_func ("/deepgramflux/push-to-talk", test_push_to_talk);
  g_test_add_func ("/deepgramflux/audio-pauses", test_audio_pauses);
  g_test_add_func ("/deepgramflux/keepalive", test_keepalive);
  g_test_add_func ("/deepgramflux/settings", test_settings);
  g_test_add_func ("/deepgramflux/no-force", test_no_force);
  g_test_add_func ("/deepgramflux/endless", test_endless);
  g_test_add_func ("/deepgramflux/eos", test_eos);
  g_test_add_func ("/deepgramflux/lost-in-turn", test_lost_in_turn);
  for (guint i = 0; i < G_N_ELEMENTS (matrix); i++) {
    g_autofree gchar *path =
        g_strconcat ("/deepgramflux/fault/", matrix[i].faults, NULL);

    g_test_add_data_func (path, &matrix[i], test_fault);
  }
  g_test_add_func ("/deepgramflux/refused", test_refused);
  result = g_test_run ();
  remote_stop ();
  return result;
}
