/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "response-writer.h"

#include <string.h>

struct _VowelResponseWriter {
  VowelResponse *response;
  VowelResponseWriterCallbacks callbacks;
  gpointer user_data;

  GPtrArray *previous; /* (element-type utf8): what each output came after */
  VowelItem *message;  /* (nullable), owned by the output */
  gboolean part_open;  /* of the message */
  gboolean done;
  guint n_announced; /* outputs that the conversation's listeners know */
  gint64 audio_us;   /* of the message */
  gboolean generated;
  gboolean audio_ended;
  VowelResponseStatus status; /* what the model ended with */
  VowelResponseReason reason;
};

VowelResponseWriter *
vowel_response_writer_new (VowelResponse *response,
    const VowelResponseWriterCallbacks *callbacks, gpointer user_data)
{
  VowelResponseWriter *writer = g_rc_box_new0 (VowelResponseWriter);

  writer->response = vowel_response_ref (response);
  writer->callbacks = *callbacks;
  writer->previous = g_ptr_array_new_with_free_func (g_free);
  writer->user_data = user_data;
  return writer;
}

VowelResponseWriter *
vowel_response_writer_ref (VowelResponseWriter *writer)
{
  return g_rc_box_acquire (writer);
}

static void
clear (gpointer data)
{
  VowelResponseWriter *writer = data;

  g_ptr_array_unref (writer->previous);
  vowel_response_unref (writer->response);
}

void
vowel_response_writer_unref (VowelResponseWriter *writer)
{
  g_rc_box_release_full (writer, clear);
}

VowelResponse *
vowel_response_writer_get_response (VowelResponseWriter *writer)
{
  return writer->response;
}

VowelItem *
vowel_response_writer_get_message (VowelResponseWriter *writer)
{
  return writer->message;
}

static gboolean
is_over (VowelResponseWriter *writer)
{
  return writer->response->status != VOWEL_RESPONSE_IN_PROGRESS;
}

static VowelPartType
part_type (VowelResponseWriter *writer)
{
  return writer->response->modality == VOWEL_MODALITY_AUDIO ? VOWEL_PART_AUDIO
                                                            : VOWEL_PART_TEXT;
}

static guint
output_index (VowelResponseWriter *writer, VowelItem *item)
{
  guint index = 0;

  g_ptr_array_find (writer->response->output, item, &index);
  return index;
}

static void
emit (VowelResponseWriter *writer, VowelEvent *event)
{
  /* A handler may have ended the response between two events of a pair. */
  if (writer->done)
    return;
  event->response = writer->response;
  if (event->item != NULL) {
    event->item_id = event->item->id;
    event->output_index = output_index (writer, event->item);
  }
  writer->callbacks.emit (writer->user_data, event);
}

static void
emit_item (VowelResponseWriter *writer, VowelEventType type, VowelItem *item)
{
  VowelEvent event = {.type = type, .item = item};

  emit (writer, &event);
}

/* About the one part of the message. */
static void
emit_part (VowelResponseWriter *writer, VowelEventType type, const gchar *text)
{
  VowelEvent event = {.type = type,
      .item = writer->message,
      .part_type = part_type (writer),
      .text = text};

  emit (writer, &event);
}

/* What everybody sees of the conversation itself. */
static void
emit_conversation (
    VowelResponseWriter *writer, VowelEventType type, VowelItem *item)
{
  VowelEvent event = {.type = type, .item = item};

  event.previous_item_id =
      g_ptr_array_index (writer->previous, output_index (writer, item));
  emit (writer, &event);
}

/* A handler of OUTPUT_STARTED may have ended the response: then its end has
 * announced the item already. */
static void
announce_items (VowelResponseWriter *writer)
{
  while (!writer->response->out_of_band
         && writer->n_announced < writer->response->output->len)
    emit_conversation (writer, VOWEL_EVENT_ITEM_ADDED,
        g_ptr_array_index (writer->response->output, writer->n_announced++));
}

static void
open_item (VowelResponseWriter *writer, VowelItem *item)
{
  const gchar *previous_id = NULL;

  item->status = VOWEL_ITEM_IN_PROGRESS;
  if (!writer->response->out_of_band)
    previous_id = writer->callbacks.add_item (writer->user_data, item);
  g_ptr_array_add (writer->response->output, item);
  g_ptr_array_add (writer->previous, g_strdup (previous_id));
  emit_item (writer, VOWEL_EVENT_OUTPUT_STARTED, item);
  announce_items (writer);
}

static void
close_item (
    VowelResponseWriter *writer, VowelItem *item, VowelItemStatus status)
{
  item->status = status;
  if (!writer->response->out_of_band)
    emit_conversation (writer, VOWEL_EVENT_ITEM_DONE, item);
  emit_item (writer, VOWEL_EVENT_OUTPUT_DONE, item);
}

static void
open_message (VowelResponseWriter *writer)
{
  if (writer->message != NULL)
    return;

  writer->message = vowel_item_new_message (NULL, VOWEL_ROLE_ASSISTANT);
  open_item (writer, writer->message);
  if (is_over (writer))
    return;
  vowel_item_add_part (writer->message, part_type (writer), "");
  writer->part_open = TRUE;
  emit_part (writer, VOWEL_EVENT_PART_STARTED, NULL);
}

static void
close_part (VowelResponseWriter *writer)
{
  VowelPart *part;

  if (!writer->part_open)
    return;

  writer->part_open = FALSE;
  part = vowel_item_get_part (writer->message, 0);
  if (part->type == VOWEL_PART_AUDIO)
    emit_part (writer, VOWEL_EVENT_AUDIO_DONE, NULL);
  emit_part (writer, VOWEL_EVENT_TEXT_DONE, part->text->str);
  emit_part (writer, VOWEL_EVENT_PART_DONE, part->text->str);
}

/* The only way out. */
static void
finish (VowelResponseWriter *writer, VowelResponseStatus status,
    VowelResponseReason reason)
{
  g_autoptr (VowelResponse) response = vowel_response_ref (writer->response);
  VowelEvent event = {.type = VOWEL_EVENT_RESPONSE_DONE};
  guint i;

  /* First, so that nothing that an event handler does gets in between. */
  response->status = status;
  response->reason = reason;
  announce_items (writer);
  close_part (writer);
  for (i = 0; i < response->output->len; i++) {
    VowelItem *item = g_ptr_array_index (response->output, i);

    if (item->status == VOWEL_ITEM_IN_PROGRESS)
      /* A call that the model did not end is never whole. */
      close_item (writer, item,
          status == VOWEL_RESPONSE_COMPLETED && item == writer->message
              ? VOWEL_ITEM_COMPLETED
              : VOWEL_ITEM_INCOMPLETE);
  }
  if (writer->callbacks.count != NULL)
    writer->callbacks.count (writer->user_data, response);
  emit (writer, &event);
  writer->done = TRUE;
  writer->callbacks.done (writer->user_data, response);
}

static void
finish_when_complete (VowelResponseWriter *writer)
{
  gboolean silent =
      writer->message == NULL || part_type (writer) != VOWEL_PART_AUDIO;

  if (writer->generated && (silent || writer->audio_ended))
    finish (writer, writer->status, writer->reason);
}

void
vowel_response_writer_begin (VowelResponseWriter *writer)
{
  VowelEvent event = {.type = VOWEL_EVENT_RESPONSE_STARTED};

  emit (writer, &event);
}

void
vowel_response_writer_text (VowelResponseWriter *writer, const gchar *delta)
{
  if (is_over (writer) || writer->generated || *delta == '\0')
    return;

  open_message (writer);
  if (is_over (writer))
    return;
  g_string_append (vowel_item_get_part (writer->message, 0)->text, delta);
  emit_part (writer, VOWEL_EVENT_TEXT, delta);
}

gboolean
vowel_response_writer_audio (VowelResponseWriter *writer, GBytes *audio,
    guint text_start, guint text_end, gboolean sentence_end)
{
  VowelEvent event = {.type = VOWEL_EVENT_AUDIO, .part_type = VOWEL_PART_AUDIO};
  VowelResponse *response = writer->response;
  VowelPart *part;

  if (is_over (writer) || writer->audio_ended
      || part_type (writer) != VOWEL_PART_AUDIO
      || g_bytes_get_size (audio) == 0)
    return FALSE;

  open_message (writer);
  if (is_over (writer))
    return FALSE;
  writer->audio_us += vowel_audio_format_duration_us (
      &response->output_format, g_bytes_get_size (audio));
  part = vowel_item_get_part (writer->message, 0);
  part->audio_ms = writer->audio_us / 1000;
  event.item = writer->message;
  event.audio = audio;
  event.text_start = text_start;
  event.text_end = text_end;
  event.sentence_end = sentence_end;
  event.text_complete = writer->generated;
  emit (writer, &event);
  return TRUE;
}

static VowelItem *
find_call (VowelResponseWriter *writer, const gchar *call_id)
{
  guint i;

  for (i = 0; i < writer->response->output->len; i++) {
    VowelItem *item = g_ptr_array_index (writer->response->output, i);

    if (item->type == VOWEL_ITEM_FUNCTION_CALL
        && g_str_equal (item->call_id, call_id))
      return item;
  }
  return NULL;
}

static VowelItem *
ensure_call (
    VowelResponseWriter *writer, const gchar *call_id, const gchar *name)
{
  VowelItem *call = find_call (writer, call_id);

  if (call == NULL) {
    call = vowel_item_new_function_call (NULL, call_id, name);
    open_item (writer, call);
  }
  return call->status == VOWEL_ITEM_IN_PROGRESS ? call : NULL;
}

static void
add_arguments (VowelResponseWriter *writer, VowelItem *call, const gchar *delta)
{
  VowelEvent event = {
      .type = VOWEL_EVENT_TOOL_ARGUMENTS, .item = call, .text = delta};

  g_string_append (call->arguments, delta);
  emit (writer, &event);
}

void
vowel_response_writer_tool_arguments (VowelResponseWriter *writer,
    const gchar *call_id, const gchar *name, const gchar *delta)
{
  VowelItem *call;

  if (is_over (writer) || writer->generated)
    return;

  call = ensure_call (writer, call_id, name);
  if (call != NULL && delta != NULL && *delta != '\0' && !is_over (writer))
    add_arguments (writer, call, delta);
}

void
vowel_response_writer_tool_call (VowelResponseWriter *writer,
    const gchar *call_id, const gchar *name, const gchar *arguments)
{
  VowelEvent event = {.type = VOWEL_EVENT_TOOL_CALL};
  VowelItem *call;

  if (is_over (writer) || writer->generated)
    return;

  call = ensure_call (writer, call_id, name);
  if (call == NULL || is_over (writer))
    return;
  if (arguments == NULL || *arguments == '\0')
    arguments = "{}";
  /* Clients build the arguments from the deltas alone: there is at least one,
   * and they add up to what is said in the end, whatever the provider did. */
  if (g_str_has_prefix (arguments, call->arguments->str)
      && strlen (arguments) > call->arguments->len)
    add_arguments (writer, call, arguments + call->arguments->len);
  if (is_over (writer))
    return;

  event.item = call;
  event.owner =
      writer->callbacks.tool_call (writer->user_data, writer->response, call);
  emit (writer, &event);
  if (!is_over (writer))
    close_item (writer, call, VOWEL_ITEM_COMPLETED);
}

void
vowel_response_writer_generated (VowelResponseWriter *writer,
    VowelResponseStatus status, VowelResponseReason reason,
    const VowelUsage *usage)
{
  if (is_over (writer) || writer->generated)
    return;

  writer->generated = TRUE;
  writer->status = status;
  writer->reason = reason;
  if (usage != NULL) {
    writer->response->has_usage = TRUE;
    writer->response->usage = *usage;
  }
  finish_when_complete (writer);
}

void
vowel_response_writer_audio_ended (VowelResponseWriter *writer)
{
  if (is_over (writer) || writer->audio_ended)
    return;

  writer->audio_ended = TRUE;
  finish_when_complete (writer);
}

void
vowel_response_writer_cancel (
    VowelResponseWriter *writer, VowelResponseReason reason)
{
  if (!is_over (writer))
    finish (writer, VOWEL_RESPONSE_CANCELLED, reason);
}

void
vowel_response_writer_fail (
    VowelResponseWriter *writer, const gchar *code, const gchar *message)
{
  if (is_over (writer))
    return;

  writer->response->error_code = g_strdup (code);
  writer->response->error_message = g_strdup (message);
  finish (writer, VOWEL_RESPONSE_FAILED, VOWEL_REASON_NONE);
}
