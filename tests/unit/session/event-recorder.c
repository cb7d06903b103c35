/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "event-recorder.h"

#include <string.h>

struct _EventRecorder {
  GString *log;
  GHashTable *names;  /* id to short name */
  GHashTable *counts; /* kind to number */
  guint64 sequence;
};

static const gchar *const type_names[] = {
    [VOWEL_EVENT_SESSION_STARTED] = "session-started",
    [VOWEL_EVENT_SESSION_CHANGED] = "session-changed",
    [VOWEL_EVENT_SPEECH_STARTED] = "speech-started",
    [VOWEL_EVENT_SPEECH_STOPPED] = "speech-stopped",
    [VOWEL_EVENT_INPUT_COMMITTED] = "committed",
    [VOWEL_EVENT_INPUT_CLEARED] = "cleared",
    [VOWEL_EVENT_TRANSCRIPT_GUESS] = "guess",
    [VOWEL_EVENT_TRANSCRIPT] = "transcript",
    [VOWEL_EVENT_TRANSCRIPT_DONE] = "transcript-done",
    [VOWEL_EVENT_TRANSCRIPT_FAILED] = "transcript-failed",
    [VOWEL_EVENT_ITEM_ADDED] = "item-added",
    [VOWEL_EVENT_ITEM_DONE] = "item-done",
    [VOWEL_EVENT_ITEM_RETRIEVED] = "item-retrieved",
    [VOWEL_EVENT_ITEM_TRUNCATED] = "item-truncated",
    [VOWEL_EVENT_ITEM_DELETED] = "item-deleted",
    [VOWEL_EVENT_RESPONSE_STARTED] = "response-started",
    [VOWEL_EVENT_OUTPUT_STARTED] = "output-started",
    [VOWEL_EVENT_PART_STARTED] = "part-started",
    [VOWEL_EVENT_TEXT] = "text",
    [VOWEL_EVENT_AUDIO] = "audio",
    [VOWEL_EVENT_AUDIO_DONE] = "audio-done",
    [VOWEL_EVENT_TEXT_DONE] = "text-done",
    [VOWEL_EVENT_PART_DONE] = "part-done",
    [VOWEL_EVENT_TOOL_ARGUMENTS] = "tool-arguments",
    [VOWEL_EVENT_TOOL_CALL] = "tool-call",
    [VOWEL_EVENT_OUTPUT_DONE] = "output-done",
    [VOWEL_EVENT_INTERRUPTED] = "interrupted",
    [VOWEL_EVENT_RESPONSE_DONE] = "response-done",
    [VOWEL_EVENT_ERROR] = "error",
    [VOWEL_EVENT_ENDED] = "ended",
    [VOWEL_EVENT_INPUT_TIMEOUT] = "input-timeout",
    [VOWEL_EVENT_RATE_LIMITS] = "rate-limits",
    [VOWEL_EVENT_HIBERNATED] = "hibernated",
    [VOWEL_EVENT_AWAKENED] = "awakened",
};

static const gchar *const statuses[] = {
    "in-progress", "completed", "cancelled", "failed", "incomplete"};
static const gchar *const reasons[] = {"", " turn-detected",
    " client-cancelled", " max-output-tokens", " content-filter",
    " session-ended"};
static const gchar *const item_statuses[] = {
    "in-progress", "completed", "incomplete"};
static const gchar *const item_types[] = {"message", "call", "output"};
static const gchar *const ends[] = {
    "client-left", "expired", "idle", "shutdown", "failed", "transferred"};

EventRecorder *
event_recorder_new (void)
{
  EventRecorder *recorder = g_new0 (EventRecorder, 1);

  recorder->log = g_string_new (NULL);
  recorder->names =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  recorder->counts = g_hash_table_new (g_str_hash, g_str_equal);
  return recorder;
}

void
event_recorder_free (EventRecorder *recorder)
{
  g_string_free (recorder->log, TRUE);
  g_hash_table_unref (recorder->names);
  g_hash_table_unref (recorder->counts);
  g_free (recorder);
}

const gchar *
event_recorder_name (
    EventRecorder *recorder, const gchar *kind, const gchar *id)
{
  const gchar *name;
  guint n;

  if (id == NULL)
    return "none";
  name = g_hash_table_lookup (recorder->names, id);
  if (name != NULL)
    return name;
  n = GPOINTER_TO_UINT (g_hash_table_lookup (recorder->counts, kind)) + 1;
  g_hash_table_insert (recorder->counts, (gpointer) g_intern_string (kind),
      GUINT_TO_POINTER (n));
  g_hash_table_insert (
      recorder->names, g_strdup (id), g_strdup_printf ("%s%u", kind, n));
  return g_hash_table_lookup (recorder->names, id);
}

const gchar *
event_recorder_id (EventRecorder *recorder, const gchar *name)
{
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, recorder->names);
  while (g_hash_table_iter_next (&iter, &key, &value)) {
    if (g_str_equal (value, name))
      return key;
  }
  return NULL;
}

void
event_recorder_note (EventRecorder *recorder, const gchar *format, ...)
{
  va_list args;

  va_start (args, format);
  g_string_append_vprintf (recorder->log, format, args);
  va_end (args);
  g_string_append_c (recorder->log, '\n');
}

void
event_recorder_event (const VowelEvent *event, gpointer user_data)
{
  EventRecorder *recorder = user_data;
  GString *line = g_string_new (type_names[event->type]);
  const gchar *item = event_recorder_name (recorder, "i", event->item_id);

  g_assert_cmpuint (event->sequence, >, recorder->sequence);
  g_assert_cmpint (event->time_us, >=, 0);
  recorder->sequence = event->sequence;
  if (event->item != NULL)
    g_assert_cmpstr (event->item->id, ==, event->item_id);

  switch (event->type) {
    case VOWEL_EVENT_HIBERNATED:
    case VOWEL_EVENT_AWAKENED:
    case VOWEL_EVENT_SESSION_STARTED:
    case VOWEL_EVENT_SESSION_CHANGED:
    case VOWEL_EVENT_INPUT_CLEARED:
      break;
    case VOWEL_EVENT_SPEECH_STARTED:
    case VOWEL_EVENT_SPEECH_STOPPED:
    case VOWEL_EVENT_ITEM_TRUNCATED:
      g_string_append_printf (line, " %s %u", item, event->at_ms);
      break;
    case VOWEL_EVENT_INPUT_TIMEOUT:
      g_string_append_printf (
          line, " %s %u+%u", item, event->at_ms, event->duration_ms);
      break;
    case VOWEL_EVENT_INPUT_COMMITTED:
      g_string_append_printf (line, " %s after %s", item,
          event_recorder_name (recorder, "i", event->previous_item_id));
      break;
    case VOWEL_EVENT_TRANSCRIPT_GUESS:
    case VOWEL_EVENT_TRANSCRIPT:
      g_string_append_printf (line, " %s '%s'", item, event->text);
      break;
    case VOWEL_EVENT_TRANSCRIPT_DONE:
      g_string_append_printf (
          line, " %s '%s' %u", item, event->text, event->duration_ms);
      break;
    case VOWEL_EVENT_TRANSCRIPT_FAILED:
      g_assert_nonnull (event->error);
      g_string_append_printf (line, " %s %s", item, event->text);
      break;
    case VOWEL_EVENT_ITEM_ADDED:
    case VOWEL_EVENT_ITEM_DONE:
      g_string_append_printf (line, " %s %s %s after %s", item,
          item_types[event->item->type], item_statuses[event->item->status],
          event_recorder_name (recorder, "i", event->previous_item_id));
      break;
    case VOWEL_EVENT_ITEM_RETRIEVED: {
      g_autofree gchar *text = event->item->type == VOWEL_ITEM_MESSAGE
                                   ? vowel_item_dup_text (event->item)
                                   : g_strdup ("");

      g_string_append_printf (line, " %s '%s'", item, text);
      break;
    }
    case VOWEL_EVENT_ITEM_DELETED:
      g_string_append_printf (line, " %s", item);
      break;
    case VOWEL_EVENT_RESPONSE_STARTED:
      g_string_append_printf (line, " %s",
          event_recorder_name (recorder, "r", event->response->id));
      break;
    case VOWEL_EVENT_OUTPUT_STARTED:
    case VOWEL_EVENT_OUTPUT_DONE:
      g_string_append_printf (line, " %s[%u] %s %s",
          event_recorder_name (recorder, "r", event->response->id),
          event->output_index, item, item_statuses[event->item->status]);
      break;
    case VOWEL_EVENT_PART_STARTED:
      g_string_append_printf (line, " %s %s", item,
          event->part_type == VOWEL_PART_AUDIO ? "audio" : "text");
      break;
    case VOWEL_EVENT_TEXT:
    case VOWEL_EVENT_TEXT_DONE:
    case VOWEL_EVENT_PART_DONE:
    case VOWEL_EVENT_TOOL_ARGUMENTS:
      g_string_append_printf (line, " %s '%s'", item, event->text);
      break;
    case VOWEL_EVENT_AUDIO:
      g_string_append_printf (line, " %s %" G_GSIZE_FORMAT " %u-%u", item,
          g_bytes_get_size (event->audio), event->text_start, event->text_end);
      break;
    case VOWEL_EVENT_AUDIO_DONE:
      g_string_append_printf (line, " %s", item);
      break;
    case VOWEL_EVENT_TOOL_CALL:
      g_string_append_printf (line, " %s %s %s(%s)%s", item,
          event->item->call_id, event->item->name, event->item->arguments->str,
          event->owner == NULL ? " nobody" : "");
      break;
    case VOWEL_EVENT_INTERRUPTED:
      g_string_append_printf (line, " %s %s %u",
          event->response != NULL
              ? event_recorder_name (recorder, "r", event->response->id)
              : "-",
          item, event->at_ms);
      break;
    case VOWEL_EVENT_RESPONSE_DONE:
      g_string_append_printf (line, " %s %s%s%s%s",
          event_recorder_name (recorder, "r", event->response->id),
          statuses[event->response->status], reasons[event->response->reason],
          event->response->error_code != NULL ? " " : "",
          event->response->error_code != NULL ? event->response->error_code
                                              : "");
      break;
    case VOWEL_EVENT_ERROR:
      g_string_append_printf (line, " %d", event->error->code);
      break;
    case VOWEL_EVENT_ENDED:
      g_string_append_printf (line, " %s", ends[event->reason]);
      break;
    case VOWEL_EVENT_RATE_LIMITS:
      /* After every response: who cares looks itself. */
      g_string_free (line, TRUE);
      return;
  }
  event_recorder_note (recorder, "%s", line->str);
  g_string_free (line, TRUE);
}

/* Lives until the next call. */
const gchar *
event_recorder_join (const gchar *first, ...)
{
  static GString *joined = NULL;
  const gchar *line;
  va_list args;

  if (joined == NULL)
    joined = g_string_new (NULL);
  g_string_truncate (joined, 0);
  va_start (args, first);
  for (line = first; line != NULL; line = va_arg (args, const gchar *)) {
    g_string_append (joined, line);
    if (*line != '\0')
      g_string_append_c (joined, '\n');
  }
  va_end (args);
  return joined->str;
}

void
event_recorder_expect_at (EventRecorder *recorder, const gchar *file, gint line,
    const gchar *expected)
{
  if (!g_str_equal (recorder->log->str, expected)) {
    g_printerr ("%s:%d: expected\n%s--- but got\n%s---\n", file, line, expected,
        recorder->log->str);
    g_test_fail_printf ("%s:%d: another sequence", file, line);
    abort ();
  }
  g_string_truncate (recorder->log, 0);
}

void
event_recorder_forget (EventRecorder *recorder)
{
  g_string_truncate (recorder->log, 0);
}

const gchar *
event_recorder_get_log (EventRecorder *recorder)
{
  return recorder->log->str;
}
