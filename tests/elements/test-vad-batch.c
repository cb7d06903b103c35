/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* vad on a worker that many streams share: windows are evaluated together, and
 * nothing that leaves an element shows it. */

#include <gst/check/gsttestclock.h>

#include "vad-fixture.h"

#define MANY 20
#define FEW 3
/* As in plugins/vad. */
#define BATCH 8
#define WAIT (4 * GST_MSECOND)
#define PACKET 640

typedef struct {
  GstClock *clock;
  GstVowelWorker *worker;
  Fixture *streams[MANY];
  guint n;
} Streams;

static void
nothing (gpointer user_data)
{
}

/* What the worker has been given, and what that led to in later turns, is
 * done. */
static void
settle (Streams *self)
{
  for (guint i = 0; i < 3; i++)
    gst_vowel_worker_call (self->worker, nothing, NULL);
}

static void
set_up (Streams *self, guint n, gboolean test_clock)
{
  self->clock = test_clock ? gst_test_clock_new () : NULL;
  self->worker = gst_vowel_worker_new ("test", self->clock);
  self->n = n;
  for (guint i = 0; i < n; i++)
    self->streams[i] = fixture_new_on_worker ("vad", 16000, self->worker);
}

static void
tear_down (Streams *self)
{
  for (guint i = 0; i < self->n; i++) {
    GstElement *vad = fixture_vad (self->streams[i]);

    g_object_add_weak_pointer (G_OBJECT (vad), (gpointer *) &vad);
    fixture_free (self->streams[i]);
    g_assert_null (vad);
  }
  settle (self);
  gst_object_unref (self->worker);
  g_clear_object (&self->clock);
}

typedef struct {
  Fixture *fixture;
  GArray *audio;
  guint from, n;
  GstEvent *event;
} Push;

static void
push_on_worker (gpointer user_data)
{
  Push *push = user_data;

  if (push->n > 0)
    fixture_push (push->fixture, push->audio, push->from, push->n, PACKET);
  if (push->event != NULL)
    gst_harness_push_event (push->fixture->harness, push->event);
}

static void
push (Streams *self, guint stream, GArray *audio, guint from, guint n,
    GstEvent *event)
{
  Push push = {self->streams[stream], audio, from, n, event};

  gst_vowel_worker_call (self->worker, push_on_worker, &push);
}

static guint
passed (Streams *self, guint stream)
{
  return self->streams[stream]->audio->len / sizeof (gint16);
}

/* Each stream hears something else, and says what it would say alone. */
static void
check_alike (guint n)
{
  g_autoptr (GArray) audio = NULL;
  Streams self;
  guint stride, length, from, i;

  if (!have_weights () || (audio = two_utterances ()) == NULL)
    return;

  set_up (&self, n, FALSE);
  stride = audio->len / 4 / n / 2 * 2;
  length = audio->len - stride * n;
  for (i = 0; i < n; i++)
    self.streams[i]->check_places = TRUE;
  for (from = 0; from < length; from += PACKET) {
    for (i = 0; i < n; i++)
      push (&self, i, audio, stride * i + from, MIN (PACKET, length - from),
          from + PACKET < length ? NULL : gst_event_new_eos ());
  }

  for (i = 0; i < n; i++) {
    g_autoptr (Fixture) alone = fixture_new ("vad", 16000);
    g_autofree gchar *messages = fixture_message_words (self.streams[i]);
    g_autofree gchar *expected = NULL;

    fixture_push (alone, audio, stride * i, length, PACKET);
    gst_harness_push_event (alone->harness, gst_event_new_eos ());
    g_assert_cmpstr (self.streams[i]->log->str, !=, "");
    g_assert_cmpuint (self.streams[i]->n_events, >=, 2);
    expected = fixture_message_words (alone);
    g_assert_cmpstr (messages, ==, expected);
    g_assert_cmpstr (self.streams[i]->log->str, ==, alone->log->str);
    g_assert_cmpmem (self.streams[i]->audio->data, self.streams[i]->audio->len,
        alone->audio->data, alone->audio->len);
  }
  tear_down (&self);
}

static void
test_many_alike (void)
{
  check_alike (MANY);
}

static void
test_few_alike (void)
{
  check_alike (FEW);
}

/* Among many a window waits until there are enough of them, or for so long. */
static void
test_waiting (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  Streams self;
  guint i;

  if (!have_weights ())
    return;
  test_audio_silence (audio, 1000);
  set_up (&self, MANY, TRUE);

  for (i = 0; i < BATCH - 1; i++)
    push (&self, i, audio, 0, PACKET, NULL);
  settle (&self);
  for (i = 0; i < BATCH - 1; i++)
    g_assert_cmpuint (passed (&self, i), ==, 0);
  push (&self, BATCH - 1, audio, 0, PACKET, NULL);
  settle (&self);
  for (i = 0; i < BATCH; i++)
    g_assert_cmpuint (passed (&self, i), ==, PACKET);

  push (&self, 0, audio, 0, PACKET, NULL);
  gst_test_clock_advance_time (GST_TEST_CLOCK (self.clock), WAIT - 1);
  gst_vowel_worker_kick (self.worker);
  settle (&self);
  g_assert_cmpuint (passed (&self, 0), ==, PACKET);
  gst_test_clock_advance_time (GST_TEST_CLOCK (self.clock), 1);
  gst_vowel_worker_kick (self.worker);
  settle (&self);
  g_assert_cmpuint (passed (&self, 0), ==, 2 * PACKET);

  /* The second packet here ends no window, but must not overtake. */
  push (&self, 1, audio, 0, 512, NULL);
  push (&self, 1, audio, 0, 100, NULL);
  settle (&self);
  g_assert_cmpuint (passed (&self, 1), ==, PACKET);
  gst_test_clock_advance_time (GST_TEST_CLOCK (self.clock), WAIT);
  gst_vowel_worker_kick (self.worker);
  settle (&self);
  g_assert_cmpuint (passed (&self, 1), ==, PACKET + 612);
  tear_down (&self);
}

/* Among few it passes at the end of the turn. */
static void
test_not_waiting (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  Streams self;

  if (!have_weights ())
    return;
  test_audio_silence (audio, 1000);
  set_up (&self, FEW, TRUE);
  push (&self, 0, audio, 0, PACKET, NULL);
  settle (&self);
  g_assert_cmpuint (passed (&self, 0), ==, PACKET);
  tear_down (&self);
}

/* What stands behind the audio finds it passed on, and a client that sends
 * without end does not fill the memory. */
static void
test_not_overtaken (void)
{
  const GstVowelSpeechStop discard = {.end = GST_CLOCK_TIME_NONE,
      .detected = GST_CLOCK_TIME_NONE,
      .discard = TRUE};
  g_autoptr (GArray) audio = test_audio_new ();
  Streams self;

  if (!have_weights ())
    return;
  test_audio_silence (audio, 2000);
  set_up (&self, MANY, TRUE);

  push (&self, 0, audio, 0, 3 * PACKET,
      gst_vowel_event_new_speech_stop (&discard));
  g_assert_cmpstr (self.streams[0]->log->str, ==, "D1 B E0:1920@1920d");
  push (&self, 1, audio, 0, 2 * PACKET, gst_event_new_eos ());
  g_assert_cmpstr (self.streams[1]->log->str, ==, "D1 B X");
  g_assert_cmpuint (passed (&self, 1), ==, 2 * PACKET);

  push (&self, 2, audio, 0, 40 * PACKET, NULL);
  g_assert_cmpuint (passed (&self, 2), >=, 30 * PACKET);
  tear_down (&self);
}

static void
flush_on_worker (gpointer user_data)
{
  Fixture *fixture = user_data;
  GstSegment segment;

  gst_harness_push_event (fixture->harness, gst_event_new_flush_start ());
  gst_harness_push_event (fixture->harness, gst_event_new_flush_stop (TRUE));
  gst_segment_init (&segment, GST_FORMAT_TIME);
  gst_harness_push_event (fixture->harness, gst_event_new_segment (&segment));
}

/* A flush and the end of the element throw away what waits. */
static void
test_thrown_away (void)
{
  g_autoptr (GArray) audio = test_audio_new ();
  Streams self;

  if (!have_weights ())
    return;
  test_audio_silence (audio, 1000);
  set_up (&self, MANY, TRUE);

  push (&self, 0, audio, 0, PACKET, NULL);
  gst_vowel_worker_call (self.worker, flush_on_worker, self.streams[0]);
  gst_test_clock_advance_time (GST_TEST_CLOCK (self.clock), WAIT);
  gst_vowel_worker_kick (self.worker);
  settle (&self);
  g_assert_cmpuint (passed (&self, 0), ==, 0);
  push (&self, 0, audio, 0, PACKET, gst_event_new_eos ());
  g_assert_cmpuint (passed (&self, 0), ==, PACKET);

  push (&self, 1, audio, 0, PACKET, NULL);
  g_assert_cmpuint (passed (&self, 1), ==, 0);
  tear_down (&self);
}

int
main (int argc, char **argv)
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/vad/batch/many-alike", test_many_alike);
  g_test_add_func ("/vad/batch/few-alike", test_few_alike);
  g_test_add_func ("/vad/batch/waiting", test_waiting);
  g_test_add_func ("/vad/batch/not-waiting", test_not_waiting);
  g_test_add_func ("/vad/batch/not-overtaken", test_not_overtaken);
  g_test_add_func ("/vad/batch/thrown-away", test_thrown_away);

  return g_test_run ();
}
