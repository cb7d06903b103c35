/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The conversation's items, as clients change them. */

#include "session-private.h"

#include <string.h>

void
vowel_session_append_item (VowelSession *session, VowelItem *item)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelItem) keep = vowel_item_ref (item);

  if (!vowel_conversation_insert (session->conversation, item, NULL, &error)) {
    VowelEvent event = {.type = VOWEL_EVENT_ERROR, .error = error};

    vowel_session_emit (session, &event);
    return;
  }
  vowel_session_emit_item (session, VOWEL_EVENT_ITEM_ADDED, item);
  vowel_session_emit_item (session, VOWEL_EVENT_ITEM_DONE, item);
}

void
vowel_session_set_history (VowelSession *session, GPtrArray *items)
{
  g_return_if_fail (!session->started);

  for (guint i = 0; i < items->len; i++) {
    g_autoptr (GError) error = NULL;

    if (!vowel_conversation_insert (
            session->conversation, g_ptr_array_index (items, i), NULL, &error))
      g_warning ("%s: not remembered: %s", session->id, error->message);
  }
  if (items->len > 0)
    vowel_greeting_cancel (session->greeting);
}

static gboolean
check_parts (VowelItem *item, GError **error)
{
  guint i;

  for (i = 0; i < item->parts->len; i++) {
    VowelPart *part = g_ptr_array_index (item->parts, i);
    g_autofree gchar *field = g_strdup_printf ("item.content[%u]", i);
    g_autofree gchar *text_field = g_strconcat (field, ".text", NULL);

    if (part->type != VOWEL_PART_TEXT && item->role == VOWEL_ROLE_SYSTEM) {
      vowel_set_field_error (error, VOWEL_ERROR_INVALID, field,
          "a system message holds text only");
      return FALSE;
    }
    if (part->type == VOWEL_PART_TEXT && part->text == NULL) {
      vowel_set_field_error (
          error, VOWEL_ERROR_MISSING, text_field, "a text part needs its text");
      return FALSE;
    }
    if (part->type == VOWEL_PART_AUDIO && part->text == NULL
        && item->role == VOWEL_ROLE_ASSISTANT) {
      vowel_set_field_error (error, VOWEL_ERROR_MISSING, text_field,
          "speech of the assistant needs its text");
      return FALSE;
    }
    if (part->type == VOWEL_PART_AUDIO && part->text == NULL
        && part->audio == NULL) {
      vowel_set_field_error (error, VOWEL_ERROR_MISSING, field,
          "an audio part needs its audio or its transcript");
      return FALSE;
    }
    if (part->type == VOWEL_PART_IMAGE
        && (item->role != VOWEL_ROLE_USER || part->image_url == NULL)) {
      vowel_set_field_error (error, VOWEL_ERROR_INVALID, field,
          "an image needs an image_url and belongs to a user message");
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
check_item (VowelItem *item, GError **error)
{
  if (*item->id == '\0' || strlen (item->id) > 128) {
    vowel_set_field_error (
        error, VOWEL_ERROR_INVALID, "item.id", "an id has 1 to 128 bytes");
    return FALSE;
  }
  switch (item->type) {
    case VOWEL_ITEM_MESSAGE:
      return check_parts (item, error);
    case VOWEL_ITEM_FUNCTION_CALL:
      if (item->name == NULL || *item->name == '\0') {
        vowel_set_field_error (error, VOWEL_ERROR_MISSING, "item.name",
            "a function call needs the function's name");
        return FALSE;
      }
      return TRUE;
    case VOWEL_ITEM_FUNCTION_CALL_OUTPUT:
      if (item->call_id == NULL || *item->call_id == '\0') {
        vowel_set_field_error (error, VOWEL_ERROR_MISSING, "item.call_id",
            "an output names the call that it answers");
        return FALSE;
      }
      if (item->output == NULL) {
        vowel_set_field_error (error, VOWEL_ERROR_MISSING, "item.output",
            "an output needs its text");
        return FALSE;
      }
      return TRUE;
  }
  return FALSE;
}

gboolean
vowel_session_add_item (VowelSession *session, VowelParticipant *participant,
    VowelItem *item, const gchar *previous_item_id, GError **error)
{
  g_autofree gchar *response_id = NULL;
  gboolean aside = FALSE;

  if (!vowel_session_check (session, participant, VOWEL_RIGHT_CONVERSE, error)
      || !check_item (item, error))
    return FALSE;
  participant->pardoned_until = 0;
  if (item->type == VOWEL_ITEM_FUNCTION_CALL_OUTPUT)
    aside = vowel_session_claim_output (session, participant, item);
  if (!vowel_conversation_check_room (
          session->conversation, vowel_conversation_item_size (item), error)
      || !vowel_conversation_insert (
          session->conversation, item, previous_item_id, error))
    return FALSE;

  /* Outputs may come late, twice, or for a call that nobody made: all of them
   * become items, and the model is given the first. */
  if (item->type == VOWEL_ITEM_FUNCTION_CALL_OUTPUT) {
    response_id = g_strdup (
        vowel_tool_router_get_response (session->router, item->call_id));
    vowel_tool_router_answer (session->router, item->call_id);
  }
  item->status = VOWEL_ITEM_COMPLETED;
  vowel_session_emit_item (session, VOWEL_EVENT_ITEM_ADDED, item);
  vowel_session_emit_item (session, VOWEL_EVENT_ITEM_DONE, item);
  if (!session->ended)
    vowel_session_transcribe_item (session, item);
  if (aside && !session->ended)
    vowel_session_give_output (session, participant, item);
  else if (response_id != NULL)
    vowel_session_output_given (session, participant, response_id);
  else if (item->type == VOWEL_ITEM_MESSAGE && item->role == VOWEL_ROLE_USER)
    vowel_session_input_given (session, participant);
  return TRUE;
}

static VowelItem *
find_item (VowelSession *session, const gchar *item_id, GError **error)
{
  VowelItem *item =
      vowel_conversation_get_item (session->conversation, item_id);

  if (item == NULL)
    vowel_set_field_error (error, VOWEL_ERROR_ITEM_UNKNOWN, "item_id",
        "no item \"%s\" in the conversation", item_id);
  return item;
}

gboolean
vowel_session_retrieve_item (VowelSession *session,
    VowelParticipant *participant, const gchar *item_id, GError **error)
{
  VowelEvent event = {.type = VOWEL_EVENT_ITEM_RETRIEVED};
  g_autoptr (VowelItem) heard = NULL;
  VowelItem *item;

  if (!vowel_session_check (session, participant, VOWEL_RIGHT_READ, error))
    return FALSE;
  item = find_item (session, item_id, error);
  if (item == NULL)
    return FALSE;

  heard = vowel_item_copy_heard (item);
  event.item = heard;
  event.item_id = heard->id;
  vowel_session_emit_to (session, participant, &event);
  return TRUE;
}

gboolean
vowel_session_remove_item (
    VowelSession *session, const gchar *item_id, GError **error)
{
  g_autofree gchar *id = g_strdup (item_id);
  VowelEvent event = {.type = VOWEL_EVENT_ITEM_DELETED, .item_id = id};

  vowel_session_unsummarise (session, id);
  if (!vowel_conversation_delete (session->conversation, id, error))
    return FALSE;
  vowel_playout_clock_forget (session->playout, id);
  vowel_session_emit (session, &event);
  return TRUE;
}

gboolean
vowel_session_delete_item (VowelSession *session, VowelParticipant *participant,
    const gchar *item_id, GError **error)
{
  return vowel_session_check (session, participant, VOWEL_RIGHT_CONVERSE, error)
         && vowel_session_remove_item (session, item_id, error);
}

/* Without marks, text is assumed to run evenly through the audio. */
static guint
estimate_chars (VowelPart *part, guint ms)
{
  guint length = part->text != NULL ? g_utf8_strlen (part->text->str, -1) : 0;

  return part->audio_ms > 0
             ? (guint) ((guint64) length * MIN (ms, part->audio_ms)
                        / part->audio_ms)
             : 0;
}

gboolean
vowel_session_truncate_item (VowelSession *session,
    VowelParticipant *participant, const gchar *item_id, guint part_index,
    guint audio_end_ms, GError **error)
{
  VowelEvent event = {
      .type = VOWEL_EVENT_ITEM_TRUNCATED, .part_index = part_index};
  g_autoptr (VowelItem) item = NULL;
  VowelPart *part;
  guint chars;

  if (!vowel_session_check (session, participant, VOWEL_RIGHT_CONVERSE, error))
    return FALSE;
  if (vowel_session_truncate_filler (session, item_id, audio_end_ms))
    return TRUE;
  item = find_item (session, item_id, error);
  if (item == NULL)
    return FALSE;
  vowel_item_ref (item);
  part = vowel_item_get_part (item, part_index);
  if (item->type != VOWEL_ITEM_MESSAGE || item->role != VOWEL_ROLE_ASSISTANT
      || (part != NULL && part->type != VOWEL_PART_AUDIO)) {
    vowel_set_field_error (error, VOWEL_ERROR_NOT_AUDIO, "item_id",
        "only speech of the assistant can be truncated");
    return FALSE;
  }
  if (part == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_OUT_OF_RANGE, "content_index",
        "the item has no part %u", part_index);
    return FALSE;
  }

  /* Clients measure by their own clock and overshoot a little. */
  event.at_ms = MIN (audio_end_ms, part->audio_ms);
  if (!vowel_playout_clock_get_chars (
          session->playout, item->id, event.at_ms, &chars))
    chars = estimate_chars (part, event.at_ms);
  /* All of the sound is all of the text, but for what is still to come. */
  item->heard_chars =
      event.at_ms == part->audio_ms && item->status == VOWEL_ITEM_COMPLETED
          ? G_MAXUINT
          : chars;
  if (vowel_playout_clock_get_heard_ms (session->playout, item->id)
      < vowel_playout_clock_get_sent_ms (session->playout, item->id)) {
    g_autoptr (GPtrArray) cut =
        vowel_playout_clock_interrupt (session->playout);

    g_ptr_array_set_size (cut, 0);
  }
  event.item_id = item->id;
  vowel_session_emit (session, &event);
  if (item->status == VOWEL_ITEM_IN_PROGRESS)
    vowel_session_stop_item (session, item->id);
  return TRUE;
}

guint
vowel_session_get_n_items (VowelSession *session)
{
  return vowel_conversation_get_n_items (session->conversation);
}

VowelItem *
vowel_session_get_item (VowelSession *session, const gchar *item_id)
{
  return vowel_conversation_get_item (session->conversation, item_id);
}

GPtrArray *
vowel_session_dup_items (VowelSession *session)
{
  GPtrArray *items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  guint n = vowel_conversation_get_n_items (session->conversation);

  for (guint i = 0; i < n; i++)
    g_ptr_array_add (items,
        vowel_item_ref (vowel_conversation_get_nth (session->conversation, i)));
  return items;
}

gboolean
vowel_session_heard (VowelSession *session, VowelParticipant *participant,
    const gchar *item_id, guint audio_ms, GError **error)
{
  if (!vowel_session_check (session, participant, VOWEL_RIGHT_SPEAK, error)
      || find_item (session, item_id, error) == NULL)
    return FALSE;

  /* A report about audio that was cut off meanwhile is late and says nothing.
   */
  vowel_playout_clock_heard (session->playout, item_id, audio_ms);
  return TRUE;
}
