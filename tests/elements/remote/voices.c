/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "voices.h"

#include <string.h>

typedef struct {
  const Voice *voice;
  const Fault *fault;
} Case;

static gboolean
is_websocket (const Voice *voice)
{
  return g_strcmp0 (voice->transport, "websocket") == 0;
}

void
voice_setup (Fixture *f, const Voice *voice, const gchar *faults)
{
  speaking_init (f, voice->factory);
  g_object_set (f->element, "api-key", REMOTE_KEY, NULL);
  if (voice->transport != NULL)
    gst_util_set_object_arg (
        G_OBJECT (f->element), "transport", voice->transport);
  remote_set_target (f->element, voice->vendor, faults);
}

/* A new address; over a WebSocket the old connection is given up. */
static void
go_on (Fixture *f, const Voice *voice)
{
  remote_set_target (f->element, voice->vendor, "ok");
  speaking_expect (f, "Go on.", voice->rate);
}

static void
test_forms (gconstpointer data)
{
  static const gchar *const forms[] = {
      "ok", "odd", "huge", "split", "odd,split"};
  const Voice *voice = data;

  for (guint i = 0; i < G_N_ELEMENTS (forms); i++) {
    Fixture f;

    voice_setup (&f, voice, forms[i]);
    speaking_expect (&f, VOICE_TEXT, voice->rate);
    speaking_expect (&f, "Änderungen – später!", voice->rate);
    speaking_expect (&f, VOICE_LONG_TEXT, voice->rate);
    fixture_clear (&f);
  }
}

static void
test_fault (gconstpointer data)
{
  const Case *one = data;
  const Voice *voice = one->voice;
  Fixture f;

  voice_setup (&f, voice, one->fault->faults);
  if (one->fault->code < 0) {
    speaking_expect (&f, VOICE_TEXT, voice->rate);
    speaking_expect (&f, VOICE_TEXT, voice->rate);
  } else {
    g_object_set (f.element, "retries", 0, NULL);
    speaking_start (&f, VOICE_TEXT);
    g_error_free (remote_expect_failure (&f, one->fault->code));
    speaking_skip (&f);
  }
  go_on (&f, voice);
  fixture_clear (&f);
}

static void
test_key (gconstpointer data)
{
  const Voice *voice = data;
  Fixture f;

  voice_setup (&f, voice, "ok");
  g_object_set (f.element, "api-key", REMOTE_KEY "x", NULL);
  speaking_start (&f, VOICE_TEXT);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  speaking_skip (&f);
  g_object_set (f.element, "api-key", NULL, NULL);
  speaking_start (&f, VOICE_TEXT);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_AUTH));
  speaking_skip (&f);
  g_object_set (f.element, "api-key", REMOTE_KEY, NULL);
  speaking_expect (&f, VOICE_TEXT, voice->rate);
  fixture_clear (&f);
}

static void
interrupt (Fixture *f)
{
  remote_forget_aborts ();
  fixture_flush (f);
  remote_expect_abort ();
  fixture_expect_none (f, GST_VOWEL_MESSAGE_FAILURE);
  g_free (fixture_take_text (f));
  gst_harness_set_src_caps_str (f->harness, "text/x-raw,format=utf8");
}

static void
test_interruption (gconstpointer data)
{
  const Voice *voice = data;
  Fixture f;

  voice_setup (&f, voice, "stall");
  speaking_start (&f, VOICE_TEXT);
  gst_buffer_unref (gst_harness_pull (f.harness));
  interrupt (&f);
  /* Twice on the same connection. */
  speaking_start (&f, VOICE_TEXT);
  gst_buffer_unref (gst_harness_pull (f.harness));
  interrupt (&f);
  go_on (&f, voice);

  remote_set_target (f.element, voice->vendor, "stall");
  speaking_start (&f, VOICE_TEXT);
  gst_buffer_unref (gst_harness_pull (f.harness));
  remote_forget_aborts ();
  gst_element_set_state (f.element, GST_STATE_NULL);
  remote_expect_abort ();
  fixture_clear (&f);
}

/* A service that takes the connection and says nothing. */
static void
test_silence (gconstpointer data)
{
  const Voice *voice = data;
  Fixture f;

  voice_setup (&f, voice, "mute");
  g_object_set (f.element, "retries", 0, "first-audio-timeout",
      (guint64) (50 * GST_MSECOND), NULL);
  speaking_start (&f, VOICE_TEXT);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_TIMEOUT));
  speaking_skip (&f);
  g_object_set (
      f.element, "first-audio-timeout", (guint64) (20 * GST_SECOND), NULL);
  go_on (&f, voice);
  fixture_clear (&f);
}

/* Nobody waits for as long as it asks for. */
static void
test_patience (gconstpointer data)
{
  const Voice *voice = data;
  guint before;
  Fixture f;

  voice_setup (&f, voice, "429-long");
  before = remote_count_requests ();
  speaking_start (&f, VOICE_TEXT);
  g_error_free (remote_expect_failure (&f, GST_VOWEL_ERROR_RATE_LIMIT));
  speaking_skip (&f);
  g_assert_cmpuint (remote_count_requests (), ==, before + 1);
  go_on (&f, voice);
  fixture_clear (&f);
}

/* --- over a WebSocket --- */

/* One connection for all, made before there is anything to say. */
static void
test_connection (gconstpointer data)
{
  const Voice *voice = data;
  guint before = remote_count_requests ();
  Fixture f;

  voice_setup (&f, voice, "ok");
  /* It was pointed elsewhere when it started. */
  gst_element_set_state (f.element, GST_STATE_NULL);
  gst_element_set_state (f.element, GST_STATE_PLAYING);
  gst_harness_set_src_caps_str (f.harness, "text/x-raw,format=utf8");
  while (remote_count_requests () == before)
    g_thread_yield ();
  for (guint i = 0; i < 3; i++)
    speaking_expect (&f, VOICE_TEXT, voice->rate);
  /* What is interrupted is not heard in what comes next. */
  speaking_start (&f, VOICE_TEXT VOICE_TEXT VOICE_TEXT);
  gst_buffer_unref (gst_harness_pull (f.harness));
  fixture_flush (&f);
  g_free (fixture_take_text (&f));
  gst_harness_set_src_caps_str (f.harness, "text/x-raw,format=utf8");
  speaking_expect (&f, VOICE_TEXT, voice->rate);
  g_assert_cmpuint (remote_count_requests (), ==, before + 1);
  fixture_clear (&f);
}

/* The end of a text is not told: it has ended when nothing comes for a while.
 */
static void
test_no_end (gconstpointer data)
{
  const Voice *voice = data;
  Fixture f;

  voice_setup (&f, voice, "no-mark");
  g_object_set (f.element, "end-timeout", (guint64) (80 * GST_MSECOND), NULL);
  speaking_expect (&f, VOICE_TEXT, voice->rate);
  speaking_expect (&f, "Go on.", voice->rate);
  fixture_clear (&f);
}

/* The other side is not there any more, and nothing says so: it is asked anew,
 * over another connection. */
static void
test_dead (gconstpointer data)
{
  const Voice *voice = data;
  Fixture f;

  voice_setup (&f, voice, "deaf-once");
  g_object_set (f.element, "end-timeout", (guint64) (20 * GST_MSECOND),
      "first-audio-timeout", (guint64) (200 * GST_MSECOND), NULL);
  speaking_expect (&f, VOICE_TEXT, voice->rate);
  fixture_clear (&f);
}

/* Where the words are is what the service says, not what the element guesses:
 * it is told a pace that is wrong. */
static void
test_marks (gconstpointer data)
{
  const Voice *voice = data;
  const gdouble per_character = 0.06 * voice->rate;
  gdouble heard = 0;
  guint end = 0;
  GstBuffer *buffer;
  Fixture f;

  voice_setup (&f, voice, "ok");
  g_object_set (f.element, "speed", 0.7, NULL);
  speaking_start (&f, VOICE_TEXT);
  while (end < strlen (VOICE_TEXT)) {
    GstVowelResponseMeta *meta;

    buffer = gst_harness_pull (f.harness);
    meta = gst_buffer_get_vowel_response_meta (buffer);
    heard += gst_buffer_get_size (buffer) / 2;
    end = meta->text_end;
    g_assert_cmpfloat (ABS (end - heard / per_character), <=, 3);
    gst_buffer_unref (buffer);
  }
  speaking_skip (&f);
  fixture_clear (&f);
}

/* --- all --- */

static void
add (const Voice *voice, const gchar *name, gconstpointer data,
    GTestDataFunc func)
{
  g_autofree gchar *path = g_strdup_printf ("/%s/%s/%s", voice->factory,
      voice->transport != NULL ? voice->transport : "rest", name);

  g_test_add_data_func (path, data, func);
}

void
voice_add_tests (const Voice *voice)
{
  add (voice, "forms", voice, test_forms);
  for (const Fault *fault = voice->faults; fault->faults != NULL; fault++) {
    g_autofree gchar *name = g_strconcat ("fault/", fault->faults, NULL);
    g_autofree gchar *path = g_strdup_printf ("/%s/%s/%s", voice->factory,
        voice->transport != NULL ? voice->transport : "rest", name);
    Case *one = g_new0 (Case, 1);

    one->voice = voice;
    one->fault = fault;
    g_test_add_data_func_full (path, one, test_fault, g_free);
  }
  add (voice, "key", voice, test_key);
  add (voice, "interruption", voice, test_interruption);
  add (voice, "silence", voice, test_silence);
  add (voice, "patience", voice, test_patience);
  if (voice->marks)
    add (voice, "marks", voice, test_marks);
  if (!is_websocket (voice))
    return;
  add (voice, "connection", voice, test_connection);
  add (voice, "no-end", voice, test_no_end);
  add (voice, "dead", voice, test_dead);
}
