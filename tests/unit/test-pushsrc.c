/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/check/gstharness.h>
#include <gst/vowel/vowel.h>

#define STRESS_FLUSHES 4000
#define STRESS_STATES 600
#define STRESS_PUSHES 20

/* The smallest subclass there can be. */
typedef struct {
  GstVowelPushSrc parent;
  gboolean refuse;
  guint starts, stops;
} TestSrc;

typedef GstVowelPushSrcClass TestSrcClass;

static GType test_src_get_type (void);
G_DEFINE_TYPE (TestSrc, test_src, GST_TYPE_VOWEL_PUSH_SRC)

static gboolean
test_src_start (GstVowelPushSrc *src)
{
  TestSrc *self = (TestSrc *) src;

  g_assert_nonnull (gst_vowel_push_src_get_worker (src));
  self->starts++;
  return !self->refuse;
}

static void
test_src_stop (GstVowelPushSrc *src)
{
  ((TestSrc *) src)->stops++;
}

static void
test_src_class_init (TestSrcClass *klass)
{
  static GstStaticPadTemplate templ = GST_STATIC_PAD_TEMPLATE (
      "src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS ("audio/x-raw"));

  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &templ);
  klass->start = test_src_start;
  klass->stop = test_src_stop;
}

static void
test_src_init (TestSrc *self)
{
}

static GstCaps *
make_caps (gint rate)
{
  return gst_caps_new_simple ("audio/x-raw", "format", G_TYPE_STRING, "S16LE",
      "layout", G_TYPE_STRING, "interleaved", "rate", G_TYPE_INT, rate,
      "channels", G_TYPE_INT, 1, NULL);
}

static GstBuffer *
make_buffer (guint64 index)
{
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, 960, NULL);

  gst_buffer_memset (buffer, 0, 0, 960);
  GST_BUFFER_PTS (buffer) = index * 20 * GST_MSECOND;
  GST_BUFFER_DURATION (buffer) = 20 * GST_MSECOND;
  return buffer;
}

typedef struct {
  GstVowelPushSrc *src;
  GstHarness *h;
} Fixture;

static void
fixture_set_up (Fixture *f, gconstpointer data)
{
  g_autoptr (GstCaps) caps = make_caps (24000);

  f->src = g_object_new (test_src_get_type (), NULL);
  gst_vowel_push_src_set_caps (f->src, caps);
  f->h = gst_harness_new_with_element (GST_ELEMENT (f->src), NULL, "src");
}

static void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  gst_harness_teardown (f->h);
  gst_object_unref (f->src);
}

static void
assert_event (Fixture *f, GstEventType type)
{
  g_autoptr (GstEvent) event = gst_harness_try_pull_event (f->h);

  g_assert_nonnull (event);
  g_assert_cmpstr (
      GST_EVENT_TYPE_NAME (event), ==, gst_event_type_get_name (type));
}

static void
assert_segment (Fixture *f, GstClockTime base)
{
  g_autoptr (GstEvent) event = gst_harness_try_pull_event (f->h);
  const GstSegment *segment;

  g_assert_nonnull (event);
  g_assert_cmpstr (GST_EVENT_TYPE_NAME (event), ==, "segment");
  gst_event_parse_segment (event, &segment);
  g_assert_cmpuint (segment->base, ==, base);
  g_assert_cmpuint (segment->start, ==, 0);
}

static void
assert_no_event (Fixture *f)
{
  g_assert_null (gst_harness_try_pull_event (f->h));
}

static void
push_ok (Fixture *f, guint64 index)
{
  g_assert_cmpint (
      gst_vowel_push_src_push (f->src, make_buffer (index)), ==, GST_FLOW_OK);
}

/* Until the harness pulls them, buffers count in its queue. */
static void
test_preface (Fixture *f, gconstpointer data)
{
  g_autoptr (GstCaps) other = make_caps (16000);

  gst_harness_play (f->h);
  assert_no_event (f);
  push_ok (f, 0);
  assert_event (f, GST_EVENT_STREAM_START);
  assert_event (f, GST_EVENT_CAPS);
  assert_segment (f, 0);
  push_ok (f, 1);
  assert_no_event (f);

  gst_vowel_push_src_set_caps (f->src, other);
  push_ok (f, 2);
  assert_event (f, GST_EVENT_CAPS);
  assert_no_event (f);
  g_assert_cmpuint (gst_harness_buffers_in_queue (f->h), ==, 3);
}

/* A serialized event before the first buffer needs the same preface. */
static void
test_event_first (Fixture *f, gconstpointer data)
{
  GstEvent *event = gst_event_new_custom (
      GST_EVENT_CUSTOM_DOWNSTREAM, gst_structure_new_empty ("something"));

  gst_harness_play (f->h);
  g_assert_true (gst_vowel_push_src_push_event (f->src, event));
  assert_event (f, GST_EVENT_STREAM_START);
  assert_event (f, GST_EVENT_CAPS);
  assert_segment (f, 0);
  assert_event (f, GST_EVENT_CUSTOM_DOWNSTREAM);
}

static void
test_flush (Fixture *f, gconstpointer data)
{
  g_autoptr (GstEvent) stop = NULL;
  gboolean reset_time = TRUE;

  gst_harness_play (f->h);
  gst_vowel_src_pad_new_segment (
      gst_vowel_push_src_get_pad (f->src), 5 * GST_SECOND);
  push_ok (f, 0);
  for (guint i = 0; i < 3; i++)
    gst_event_unref (gst_harness_pull_event (f->h));

  gst_vowel_push_src_flush (f->src);
  assert_event (f, GST_EVENT_FLUSH_START);
  stop = gst_harness_try_pull_event (f->h);
  g_assert_nonnull (stop);
  g_assert_cmpstr (GST_EVENT_TYPE_NAME (stop), ==, "flush-stop");
  gst_event_parse_flush_stop (stop, &reset_time);
  g_assert_false (reset_time);

  /* Only the segment was lost, and it goes on where it was. */
  push_ok (f, 1);
  assert_segment (f, 5 * GST_SECOND);
  assert_no_event (f);

  gst_vowel_push_src_flush (f->src);
  gst_vowel_src_pad_new_segment (
      gst_vowel_push_src_get_pad (f->src), 9 * GST_SECOND);
  assert_event (f, GST_EVENT_FLUSH_START);
  assert_event (f, GST_EVENT_FLUSH_STOP);
  push_ok (f, 0);
  assert_segment (f, 9 * GST_SECOND);
}

static void
test_not_flowing (Fixture *f, gconstpointer data)
{
  GstPad *pad = GST_PAD (gst_vowel_push_src_get_pad (f->src));
  g_autoptr (GstPad) peer = gst_pad_get_peer (pad);

  gst_element_set_state (GST_ELEMENT (f->src), GST_STATE_NULL);
  g_assert_cmpint (
      gst_vowel_push_src_push (f->src, make_buffer (0)), ==, GST_FLOW_FLUSHING);
  g_assert_false (gst_vowel_push_src_push_event (f->src, gst_event_new_eos ()));
  gst_vowel_push_src_flush (f->src);

  gst_harness_play (f->h);
  gst_pad_unlink (pad, peer);
  g_assert_cmpint (gst_vowel_push_src_push (f->src, make_buffer (0)), ==,
      GST_FLOW_NOT_LINKED);
  g_assert_cmpint (gst_pad_link (pad, peer), ==, GST_PAD_LINK_OK);
  push_ok (f, 1);
  assert_event (f, GST_EVENT_STREAM_START);
  assert_event (f, GST_EVENT_CAPS);
  assert_segment (f, 0);

  g_assert_true (gst_vowel_push_src_push_event (f->src, gst_event_new_eos ()));
  g_assert_cmpint (
      gst_vowel_push_src_push (f->src, make_buffer (2)), ==, GST_FLOW_EOS);
  gst_vowel_push_src_flush (f->src);
  push_ok (f, 3);
}

static void
test_states (Fixture *f, gconstpointer data)
{
  GstElement *element = GST_ELEMENT (f->src);
  TestSrc *src = (TestSrc *) f->src;

  gst_element_set_state (element, GST_STATE_NULL);
  src->starts = src->stops = 0;
  src->refuse = TRUE;
  g_assert_cmpint (gst_element_set_state (element, GST_STATE_READY), ==,
      GST_STATE_CHANGE_FAILURE);
  g_assert_null (gst_vowel_push_src_get_worker (f->src));
  gst_element_set_state (element, GST_STATE_NULL);
  src->refuse = FALSE;
  src->starts = src->stops = 0;

  g_assert_cmpint (gst_element_set_state (element, GST_STATE_PAUSED), ==,
      GST_STATE_CHANGE_NO_PREROLL);
  g_assert_cmpint (gst_element_set_state (element, GST_STATE_PLAYING), ==,
      GST_STATE_CHANGE_SUCCESS);
  g_assert_cmpint (gst_element_set_state (element, GST_STATE_PAUSED), ==,
      GST_STATE_CHANGE_NO_PREROLL);
  g_assert_cmpint (gst_element_set_state (element, GST_STATE_NULL), ==,
      GST_STATE_CHANGE_SUCCESS);
  g_assert_cmpuint (src->starts, ==, 1);
  g_assert_cmpuint (src->stops, ==, 1);
}

static void
test_queries (Fixture *f, gconstpointer data)
{
  GstPad *pad = GST_PAD (gst_vowel_push_src_get_pad (f->src));
  g_autoptr (GstQuery) latency = gst_query_new_latency ();
  g_autoptr (GstQuery) scheduling = gst_query_new_scheduling ();
  g_autoptr (GstQuery) context =
      gst_query_new_context (GST_VOWEL_WORKER_CONTEXT_TYPE);
  g_autoptr (GstCaps) caps = gst_pad_query_caps (pad, NULL);
  g_autoptr (GstCaps) expected = make_caps (24000);
  g_autoptr (GstVowelWorker) worker = NULL;
  GstContext *answer = NULL;
  gboolean live = FALSE;

  gst_harness_play (f->h);
  g_assert_true (gst_pad_query (pad, latency));
  gst_query_parse_latency (latency, &live, NULL, NULL);
  g_assert_true (live);
  g_assert_true (gst_pad_query (pad, scheduling));
  g_assert_false (
      gst_query_has_scheduling_mode (scheduling, GST_PAD_MODE_PULL));
  g_assert_true (gst_query_has_scheduling_mode (scheduling, GST_PAD_MODE_PUSH));
  g_assert_true (gst_caps_is_equal (caps, expected));
  g_assert_true (gst_pad_query (pad, context));
  gst_query_parse_context (context, &answer);
  worker = gst_vowel_worker_context_get (answer);
  g_assert_true (worker == gst_vowel_push_src_get_worker (f->src));
}

/* What `gst-launch-1.0 -e` does: EOS takes its place in the stream. */
static void
test_send_eos (Fixture *f, gconstpointer data)
{
  gst_harness_play (f->h);
  g_assert_true (
      gst_element_send_event (GST_ELEMENT (f->src), gst_event_new_eos ()));
  for (guint i = 0; i < 3; i++)
    gst_event_unref (gst_harness_pull_event (f->h));
  {
    g_autoptr (GstEvent) event = gst_harness_pull_event (f->h);
    g_assert_cmpstr (GST_EVENT_TYPE_NAME (event), ==, "eos");
  }
}

/* One thread pushes, one flushes, one changes state: nothing may warn (warnings
 * are fatal in tests), hang or come out of order. */
typedef struct {
  GstVowelPushSrc *src;
  GstElement *pipeline;
  gint running; /* atomic */
  gint pushed;  /* atomic */
} Stress;

/* Until enough has happened and enough has got through in between. */
static gboolean
stress_goes_on (Stress *s, guint i, guint n)
{
  return i < n || g_atomic_int_get (&s->pushed) < STRESS_PUSHES;
}

static gpointer
stress_push (gpointer data)
{
  Stress *s = data;

  for (guint64 i = 0; g_atomic_int_get (&s->running); i++) {
    GstFlowReturn ret = gst_vowel_push_src_push (s->src, make_buffer (0));

    /* Anything else is a push that ran into a flush or a state change; what
     * would be wrong posts an error or warns. */
    if (ret == GST_FLOW_OK)
      g_atomic_int_inc (&s->pushed);
    else
      g_thread_yield ();
  }
  return NULL;
}

static gpointer
stress_flush (gpointer data)
{
  Stress *s = data;

  for (guint i = 0; stress_goes_on (s, i, STRESS_FLUSHES); i++) {
    gst_vowel_push_src_flush (s->src);
    if (i % 16 == 0)
      g_thread_yield ();
  }
  return NULL;
}

static gpointer
stress_states (gpointer data)
{
  static const GstState states[] = {GST_STATE_PLAYING, GST_STATE_PAUSED,
      GST_STATE_PLAYING, GST_STATE_READY, GST_STATE_PAUSED, GST_STATE_READY,
      GST_STATE_PLAYING, GST_STATE_NULL};
  Stress *s = data;

  for (guint i = 0; stress_goes_on (s, i, STRESS_STATES); i++)
    g_assert_cmpint (
        gst_element_set_state (s->pipeline, states[i % G_N_ELEMENTS (states)]),
        !=, GST_STATE_CHANGE_FAILURE);
  return NULL;
}

static GstBusSyncReply
no_error (GstBus *bus, GstMessage *message, gpointer data)
{
  g_assert_cmpstr (GST_MESSAGE_TYPE_NAME (message), !=, "error");
  return GST_BUS_PASS;
}

static void
test_stress (gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) bin = NULL;
  g_autoptr (GstCaps) caps = make_caps (24000);
  g_autoptr (GstVowelWorker) worker = gst_vowel_worker_new ("stress", NULL);
  g_autoptr (GstContext) context = gst_vowel_worker_context_new (worker);
  g_autoptr (GstBus) bus = NULL;
  Stress s = {.running = TRUE};
  GThread *threads[3];

  s.pipeline = gst_pipeline_new (NULL);
  bus = gst_element_get_bus (s.pipeline);
  gst_bus_set_sync_handler (bus, no_error, NULL, NULL);
  s.src = g_object_new (test_src_get_type (), NULL);
  gst_element_set_context (s.pipeline, context);
  gst_vowel_push_src_set_caps (s.src, caps);
  bin = gst_parse_bin_from_description (data, TRUE, &error);
  g_assert_no_error (error);
  gst_bin_add_many (
      GST_BIN (s.pipeline), GST_ELEMENT (s.src), gst_object_ref (bin), NULL);
  g_assert_true (gst_element_link (GST_ELEMENT (s.src), bin));

  threads[0] = g_thread_new ("push", stress_push, &s);
  threads[1] = g_thread_new ("flush", stress_flush, &s);
  threads[2] = g_thread_new ("states", stress_states, &s);
  g_thread_join (threads[1]);
  g_thread_join (threads[2]);
  gst_element_set_state (s.pipeline, GST_STATE_PLAYING);
  g_atomic_int_set (&s.running, FALSE);
  g_thread_join (threads[0]);
  g_assert_cmpint (
      gst_vowel_push_src_push (s.src, make_buffer (0)), ==, GST_FLOW_OK);
  gst_element_set_state (s.pipeline, GST_STATE_NULL);
  gst_object_unref (s.pipeline);
}

#define ADD(name, func)                                                        \
  g_test_add ("/pushsrc/" name, Fixture, NULL, fixture_set_up, func,           \
      fixture_tear_down)

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  ADD ("preface", test_preface);
  ADD ("event-first", test_event_first);
  ADD ("flush", test_flush);
  ADD ("not-flowing", test_not_flowing);
  ADD ("states", test_states);
  ADD ("queries", test_queries);
  ADD ("send-eos", test_send_eos);
  g_test_add_data_func (
      "/pushsrc/stress/sink", "identity ! fakesink sync=false", test_stress);
  g_test_add_data_func ("/pushsrc/stress/sync-sink",
      "audioconvert ! audioresample ! fakesink sync=true qos=false",
      test_stress);
  g_test_add_data_func ("/pushsrc/stress/tee",
      "tee name=t ! queue ! fakesink sync=false  t. ! queue leaky=downstream ! "
      "fakesink sync=false",
      test_stress);
  return g_test_run ();
}
