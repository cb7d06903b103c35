/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Orders that clients depend on. Whatever comes, and in whatever order, each
 * response is started once and done once, and nothing follows. */

#include "event-recorder.h"

#include "session/response-writer.h"

typedef struct {
  EventRecorder *log;
  VowelResponse *response;
  VowelResponseWriter *writer;
  guint64 sequence;
  guint n_done;
  VowelEventType cancel_at;
} Fixture;

static void
on_emit (gpointer user_data, VowelEvent *event)
{
  Fixture *f = user_data;

  g_assert_cmpuint (f->n_done, ==, 0);
  g_assert_true (event->response == f->response);
  event->sequence = ++f->sequence;
  event_recorder_event (event, f->log);
  if (f->cancel_at == event->type && f->cancel_at != 0) {
    f->cancel_at = 0;
    vowel_response_writer_cancel (f->writer, VOWEL_REASON_CLIENT_CANCELLED);
  }
}

static const gchar *
on_add_item (gpointer user_data, VowelItem *item)
{
  Fixture *f = user_data;

  g_assert_false (f->response->out_of_band);
  return NULL;
}

static VowelParticipant *
on_tool_call (gpointer user_data, VowelResponse *response, VowelItem *call)
{
  return NULL;
}

static void
on_done (gpointer user_data, VowelResponse *response)
{
  ((Fixture *) user_data)->n_done++;
}

static const VowelResponseWriterCallbacks callbacks = {
    on_emit, on_add_item, on_tool_call, on_done};

static void
set_up (Fixture *f, gconstpointer data)
{
  f->log = event_recorder_new ();
  f->response = vowel_response_new ();
  f->response->modality =
      data != NULL ? VOWEL_MODALITY_TEXT : VOWEL_MODALITY_AUDIO;
  f->response->output_format = (VowelAudioFormat){VOWEL_ENCODING_PCM16, 24000};
  f->writer = vowel_response_writer_new (f->response, &callbacks, f);
  vowel_response_writer_begin (f->writer);
  event_recorder_expect (f->log, "response-started r1");
}

static void
audio (Fixture *f, guint ms)
{
  g_autoptr (GBytes) bytes = g_bytes_new_take (g_malloc0 (ms * 48), ms * 48);

  vowel_response_writer_audio (f->writer, bytes, 0, 1, TRUE);
}

/* Nothing has any effect on a response that is over. */
static void
tear_down (Fixture *f, gconstpointer data)
{
  event_recorder_forget (f->log);
  g_assert_cmpuint (f->n_done, ==, 1);
  vowel_response_writer_text (f->writer, "late");
  audio (f, 10);
  vowel_response_writer_tool_arguments (f->writer, "late", "f", "{");
  vowel_response_writer_tool_call (f->writer, "late", "f", "{}");
  vowel_response_writer_generated (
      f->writer, VOWEL_RESPONSE_COMPLETED, VOWEL_REASON_NONE, NULL);
  vowel_response_writer_audio_ended (f->writer);
  vowel_response_writer_cancel (f->writer, VOWEL_REASON_TURN_DETECTED);
  vowel_response_writer_fail (f->writer, "late", "late");
  event_recorder_expect (f->log, "");
  g_assert_cmpuint (f->n_done, ==, 1);
  vowel_response_writer_unref (f->writer);
  vowel_response_unref (f->response);
  event_recorder_free (f->log);
}

static void
generated (Fixture *f)
{
  vowel_response_writer_generated (
      f->writer, VOWEL_RESPONSE_COMPLETED, VOWEL_REASON_NONE, NULL);
}

static void
test_text (Fixture *f, gconstpointer data)
{
  vowel_response_writer_text (f->writer, "");
  vowel_response_writer_text (f->writer, "Hi ");
  audio (f, 10);
  vowel_response_writer_text (f->writer, "you");
  generated (f);
  event_recorder_expect (f->log, "output-started r1[0] i1 in-progress",
      "item-added i1 message in-progress after none", "part-started i1 text",
      "text i1 'Hi '", "text i1 'you'", "text-done i1 'Hi you'",
      "part-done i1 'Hi you'", "item-done i1 message completed after none",
      "output-done r1[0] i1 completed", "response-done r1 completed");
}

static void
test_audio_ends_first (Fixture *f, gconstpointer data)
{
  VowelUsage usage = {3, 2, 1};

  vowel_response_writer_text (f->writer, "Hi");
  audio (f, 10);
  vowel_response_writer_audio_ended (f->writer);
  audio (f, 10);
  event_recorder_expect (f->log, "output-started r1[0] i1 in-progress",
      "item-added i1 message in-progress after none", "part-started i1 audio",
      "text i1 'Hi'", "audio i1 480 0-1");
  vowel_response_writer_generated (
      f->writer, VOWEL_RESPONSE_COMPLETED, VOWEL_REASON_NONE, &usage);
  event_recorder_expect (f->log, "audio-done i1", "text-done i1 'Hi'",
      "part-done i1 'Hi'", "item-done i1 message completed after none",
      "output-done r1[0] i1 completed", "response-done r1 completed");
  g_assert_true (f->response->has_usage);
  g_assert_cmpuint (f->response->usage.input_tokens, ==, 3);
  g_assert_cmpuint (
      vowel_item_get_part (g_ptr_array_index (f->response->output, 0), 0)
          ->audio_ms,
      ==, 10);
}

static void
test_nothing (Fixture *f, gconstpointer data)
{
  generated (f);
  event_recorder_expect (f->log, "response-done r1 completed");
}

static void
test_nothing_failed (Fixture *f, gconstpointer data)
{
  vowel_response_writer_fail (f->writer, "timeout", "took too long");
  event_recorder_expect (f->log, "response-done r1 failed timeout");
  g_assert_cmpstr (f->response->error_message, ==, "took too long");
}

static void
test_calls (Fixture *f, gconstpointer data)
{
  vowel_response_writer_tool_arguments (f->writer, "a", "f", NULL);
  vowel_response_writer_tool_arguments (f->writer, "b", "g", "{\"x\"");
  vowel_response_writer_tool_call (f->writer, "a", "f", NULL);
  vowel_response_writer_tool_call (f->writer, "b", "g", "{\"x\":1}");
  vowel_response_writer_tool_call (f->writer, "b", "g", "{\"x\":1}");
  vowel_response_writer_tool_arguments (f->writer, "b", "g", "more");
  generated (f);
  event_recorder_expect (f->log, "output-started r1[0] i1 in-progress",
      "item-added i1 call in-progress after none",
      "output-started r1[1] i2 in-progress",
      "item-added i2 call in-progress after none", "tool-arguments i2 '{\"x\"'",
      "tool-arguments i1 '{}'", "tool-call i1 a f({}) nobody",
      "item-done i1 call completed after none",
      "output-done r1[0] i1 completed", "tool-arguments i2 ':1}'",
      "tool-call i2 b g({\"x\":1}) nobody",
      "item-done i2 call completed after none",
      "output-done r1[1] i2 completed", "response-done r1 completed");
}

/* What was streamed is what was said, even if the provider says otherwise. */
static void
test_contradiction (Fixture *f, gconstpointer data)
{
  vowel_response_writer_tool_arguments (f->writer, "a", "f", "{\"x\":1}");
  vowel_response_writer_tool_call (f->writer, "a", "f", "{ \"x\": 1 }");
  generated (f);
  event_recorder_expect (f->log, "output-started r1[0] i1 in-progress",
      "item-added i1 call in-progress after none",
      "tool-arguments i1 '{\"x\":1}'", "tool-call i1 a f({\"x\":1}) nobody",
      "item-done i1 call completed after none",
      "output-done r1[0] i1 completed", "response-done r1 completed");
}

static void
test_cancel_with_open_call (Fixture *f, gconstpointer data)
{
  vowel_response_writer_text (f->writer, "Hm");
  vowel_response_writer_tool_arguments (f->writer, "a", "f", "{");
  event_recorder_forget (f->log);
  vowel_response_writer_cancel (f->writer, VOWEL_REASON_TURN_DETECTED);
  event_recorder_expect (f->log, "audio-done i1", "text-done i1 'Hm'",
      "part-done i1 'Hm'", "item-done i1 message incomplete after none",
      "output-done r1[0] i1 incomplete",
      "item-done i2 call incomplete after none",
      "output-done r1[1] i2 incomplete",
      "response-done r1 cancelled turn-detected");
}

static void
test_content_filter (Fixture *f, gconstpointer data)
{
  vowel_response_writer_text (f->writer, "Hm");
  vowel_response_writer_generated (
      f->writer, VOWEL_RESPONSE_INCOMPLETE, VOWEL_REASON_CONTENT_FILTER, NULL);
  event_recorder_forget (f->log);
  vowel_response_writer_audio_ended (f->writer);
  event_recorder_expect (f->log, "audio-done i1", "text-done i1 'Hm'",
      "part-done i1 'Hm'", "item-done i1 message incomplete after none",
      "output-done r1[0] i1 incomplete",
      "response-done r1 incomplete content-filter");
}

static void
test_out_of_band (Fixture *f, gconstpointer data)
{
  f->response->out_of_band = TRUE;
  vowel_response_writer_text (f->writer, "x");
  generated (f);
  event_recorder_expect (f->log, "output-started r1[0] i1 in-progress",
      "part-started i1 text", "text i1 'x'", "text-done i1 'x'",
      "part-done i1 'x'", "output-done r1[0] i1 completed",
      "response-done r1 completed");
}

/* A handler may cancel at any event. */
static void
test_cancel_in_handler (Fixture *f, gconstpointer data)
{
  f->cancel_at = GPOINTER_TO_INT (data);
  vowel_response_writer_text (f->writer, "Hm");
  audio (f, 10);
  vowel_response_writer_tool_arguments (f->writer, "a", "f", "{");
  vowel_response_writer_tool_call (f->writer, "a", "f", "{}");
  generated (f);
  vowel_response_writer_audio_ended (f->writer);
  g_assert_cmpuint (f->n_done, ==, 1);
  g_assert_cmpint (f->response->status, ==, VOWEL_RESPONSE_CANCELLED);
}

static void
set_up_audio (Fixture *f, gconstpointer data)
{
  set_up (f, NULL);
}

#define ADD(name, text)                                                        \
  g_test_add ("/response-writer/" #name, Fixture, text, set_up, test_##name,   \
      tear_down)

int
main (int argc, char *argv[])
{
  static const VowelEventType cancel_at[] = {VOWEL_EVENT_OUTPUT_STARTED,
      VOWEL_EVENT_ITEM_ADDED, VOWEL_EVENT_PART_STARTED, VOWEL_EVENT_TEXT,
      VOWEL_EVENT_AUDIO, VOWEL_EVENT_TOOL_ARGUMENTS, VOWEL_EVENT_TOOL_CALL,
      VOWEL_EVENT_ITEM_DONE};
  guint i;

  g_test_init (&argc, &argv, NULL);
  ADD (text, "text");
  ADD (audio_ends_first, NULL);
  ADD (nothing, NULL);
  ADD (nothing_failed, NULL);
  ADD (calls, NULL);
  ADD (contradiction, NULL);
  ADD (cancel_with_open_call, NULL);
  ADD (content_filter, NULL);
  ADD (out_of_band, "text");
  for (i = 0; i < G_N_ELEMENTS (cancel_at); i++) {
    g_autofree gchar *path =
        g_strdup_printf ("/response-writer/cancel_in_handler/%u", cancel_at[i]);

    g_test_add (path, Fixture, GINT_TO_POINTER (cancel_at[i]), set_up_audio,
        test_cancel_in_handler, tear_down);
  }
  return g_test_run ();
}
