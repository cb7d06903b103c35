/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fixture.h"

#include <string.h>

#define PATIENCE (20 * GST_SECOND)

/* Those of sttsink and ttssrc have names of their own. */
static const gchar *
sink_pad_of (GstElement *bin)
{
  return gst_element_class_get_pad_template (
             GST_ELEMENT_GET_CLASS (bin), "sink")
                 != NULL
             ? "sink"
             : "text";
}

static const gchar *
src_pad_of (GstElement *bin)
{
  return gst_element_class_get_pad_template (GST_ELEMENT_GET_CLASS (bin), "src")
                 != NULL
             ? "src"
             : "transcript";
}

/* @clock: (transfer full) (nullable) */
static void
init (Fixture *f, const gchar *factory, const gchar *caps, GstTestClock *clock)
{
  g_autoptr (GstContext) context = NULL;
  g_autoptr (GError) error = NULL;

  f->clock = clock;
  f->worker = gst_vowel_worker_new (
      "test", clock != NULL ? GST_CLOCK_CAST (clock) : NULL);
  f->bus = gst_bus_new ();
  f->element = gst_parse_launch_full (
      factory, NULL, GST_PARSE_FLAG_NO_SINGLE_ELEMENT_BINS, &error);
  g_assert_no_error (error);
  gst_object_ref_sink (f->element);
  context = gst_vowel_worker_context_new (f->worker);
  gst_element_set_context (f->element, context);
  f->harness = gst_harness_new_with_element (f->element,
      GST_IS_BIN (f->element) ? sink_pad_of (f->element) : "sink",
      GST_IS_BIN (f->element) ? src_pad_of (f->element) : "src");
  /* The harness has a bus of its own. */
  gst_element_set_bus (f->element, f->bus);
  if (caps != NULL)
    gst_harness_set_src_caps_str (f->harness, caps);
}

void
fixture_init (Fixture *f, const gchar *factory, const gchar *caps)
{
  init (f, factory, caps, GST_TEST_CLOCK (gst_test_clock_new ()));
}

void
fixture_init_live (Fixture *f, const gchar *factory, const gchar *caps)
{
  init (f, factory, caps, NULL);
}

void
fixture_clear (Fixture *f)
{
  gst_harness_teardown (f->harness);
  gst_element_set_bus (f->element, NULL);
  /* Messages hold who sent them. */
  gst_bus_set_flushing (f->bus, TRUE);
  fixture_sync (f);
  g_assert_cmpint (GST_OBJECT_REFCOUNT_VALUE (f->element), ==, 1);
  gst_object_unref (f->element);
  gst_object_unref (f->bus);
  gst_object_unref (f->worker);
  gst_clear_object (&f->clock);
}

typedef struct {
  GMutex lock;
  GCond cond;
  gboolean idle; /* protected by lock */
} Idle;

static gboolean
on_idle (gpointer user_data)
{
  Idle *idle = user_data;

  g_mutex_lock (&idle->lock);
  idle->idle = TRUE;
  g_cond_signal (&idle->cond);
  g_mutex_unlock (&idle->lock);
  return G_SOURCE_REMOVE;
}

/* What runs on the worker may post more of it: it is over when a source of the
 * lowest priority gets its turn. */
void
fixture_sync (Fixture *f)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Idle idle = {0};

  g_mutex_init (&idle.lock);
  g_cond_init (&idle.cond);
  g_source_set_priority (source, G_PRIORITY_LOW);
  g_source_set_callback (source, on_idle, &idle, NULL);
  g_source_attach (source, gst_vowel_worker_get_main_context (f->worker));
  g_mutex_lock (&idle.lock);
  while (!idle.idle)
    g_cond_wait (&idle.cond, &idle.lock);
  g_mutex_unlock (&idle.lock);
  g_cond_clear (&idle.cond);
  g_mutex_clear (&idle.lock);
}

void
fixture_advance (Fixture *f, GstClockTime time)
{
  gst_test_clock_advance_time (f->clock, time);
  gst_vowel_worker_kick (f->worker);
}

GstMessage *
fixture_expect (Fixture *f, GstVowelMessageKind kind)
{
  for (;;) {
    GstMessage *message = gst_bus_timed_pop_filtered (
        f->bus, PATIENCE, GST_MESSAGE_ELEMENT | GST_MESSAGE_ERROR);

    g_assert_nonnull (message);
    g_assert_cmpint (GST_MESSAGE_TYPE (message), !=, GST_MESSAGE_ERROR);
    if (gst_vowel_message_get_kind (message) == kind)
      return message;
    gst_message_unref (message);
  }
}

/* (transfer full): of the next failure */
static GError *
take_failure (Fixture *f, const gchar *stage, guint64 id)
{
  g_autoptr (GstMessage) message =
      fixture_expect (f, GST_VOWEL_MESSAGE_FAILURE);
  GError *error = NULL;
  const GstStructure *details;
  const gchar *got_stage;
  guint64 got_id;

  g_assert_true (gst_vowel_message_parse_failure (
      message, &got_stage, &got_id, &error, &details));
  g_assert_cmpstr (got_stage, ==, stage);
  g_assert_cmpuint (got_id, ==, id);
  g_assert_cmpstr (gst_structure_get_string (details, "provider"), ==, "fake");
  return error;
}

void
fixture_expect_failure (
    Fixture *f, const gchar *stage, guint64 id, GstVowelError code)
{
  g_autoptr (GError) error = take_failure (f, stage, id);

  g_assert_error (error, GST_VOWEL_ERROR, (gint) code);
}

void
fixture_expect_refusal (Fixture *f, const gchar *stage, guint64 id)
{
  g_autoptr (GError) error = take_failure (f, stage, id);

  g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM);
  g_assert_nonnull (strstr (error->message, GST_OBJECT_NAME (f->element)));
}

void
fixture_expect_none (Fixture *f, GstVowelMessageKind kind)
{
  GstMessage *message;

  fixture_sync (f);
  while (
      (message = gst_bus_pop_filtered (f->bus, GST_MESSAGE_ELEMENT)) != NULL) {
    g_assert_cmpint (gst_vowel_message_get_kind (message), !=, kind);
    gst_message_unref (message);
  }
}

void
fixture_expect_eos (Fixture *f)
{
  g_autoptr (GstMessage) message =
      gst_bus_timed_pop_filtered (f->bus, PATIENCE, GST_MESSAGE_EOS);

  g_assert_nonnull (message);
}

gchar *
fixture_take_text (Fixture *f)
{
  GString *text = g_string_new (NULL);
  GstBuffer *buffer;
  GstEvent *event;

  fixture_sync (f);
  while ((buffer = gst_harness_try_pull (f->harness)) != NULL) {
    gsize size = gst_buffer_get_size (buffer);
    g_autofree gchar *bytes = g_malloc0 (size + 1);

    gst_buffer_extract (buffer, 0, bytes, size);
    g_string_append (text, bytes);
    gst_buffer_unref (buffer);
  }
  while ((event = gst_harness_try_pull_event (f->harness)) != NULL) {
    const gchar *id;

    if (gst_vowel_event_parse_response_end (event, &id, NULL))
      g_string_append_printf (text, "[%s]", id);
    else if (GST_EVENT_TYPE (event) == GST_EVENT_FLUSH_STOP)
      g_string_append (text, "[flush]");
    else if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
      g_string_append (text, "[eos]");
    gst_event_unref (event);
  }
  return g_string_free (text, FALSE);
}

void
fixture_push_text (Fixture *f, const gchar *text)
{
  g_assert_cmpint (
      gst_harness_push (f->harness, gst_vowel_text_buffer_new (text, NULL, 0)),
      ==, GST_FLOW_OK);
  fixture_sync (f);
}

void
fixture_push_delta (
    Fixture *f, const gchar *text, const gchar *id, guint64 generation)
{
  g_assert_cmpint (gst_harness_push (f->harness,
                       gst_vowel_text_buffer_new (text, id, generation)),
      ==, GST_FLOW_OK);
  fixture_sync (f);
}

void
fixture_expect_text (Fixture *f, const gchar *expected)
{
  g_autofree gchar *text = fixture_take_text (f);

  g_assert_cmpstr (text, ==, expected);
}

void
fixture_set_mode (Fixture *f, const gchar *mode)
{
  gst_util_set_object_arg (G_OBJECT (f->element), "mode", mode);
}

void
fixture_release (Fixture *f)
{
  g_signal_emit_by_name (f->element, "release");
}

void
fixture_flush (Fixture *f)
{
  gst_harness_push_event (f->harness, gst_event_new_flush_start ());
  gst_harness_push_event (f->harness, gst_event_new_flush_stop (FALSE));
}

void
fixture_restart (Fixture *f, guint n, const gchar *caps)
{
  g_assert_cmpint (gst_element_set_state (f->element, GST_STATE_NULL), ==,
      GST_STATE_CHANGE_SUCCESS);
  g_assert_cmpuint (fixture_get_uint (f, "cancelled"), ==, n);
  fixture_set_mode (f, "ok");
  g_assert_cmpint (gst_element_set_state (f->element, GST_STATE_PLAYING), ==,
      GST_STATE_CHANGE_SUCCESS);
  gst_harness_set_src_caps_str (f->harness, caps);
}

guint
fixture_get_uint (Fixture *f, const gchar *property)
{
  guint value;

  fixture_sync (f);
  g_object_get (f->element, property, &value, NULL);
  return value;
}
