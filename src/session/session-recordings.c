/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Sound in items that clients make: the engine writes down what is said, and
 * responses to it wait for that. */

#include "session-private.h"

/* What a recogniser may take, beside the length of the recording itself. */
#define PATIENCE_US (15 * (gint64) G_USEC_PER_SEC)

typedef struct {
  VowelSession *session;
  guint64 number;
  VowelItem *item;
  guint part_index;
  guint timer;
} Recording;

static void
recording_free (Recording *recording)
{
  vowel_clock_clear_timer (recording->session->clock, &recording->timer);
  vowel_item_unref (recording->item);
  g_free (recording);
}

void
vowel_session_init_recordings (VowelSession *session)
{
  session->recordings = g_hash_table_new_full (
      g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) recording_free);
}

/* (nullable) (transfer full): it is not awaited any more. */
static Recording *
steal (VowelSession *session, guint64 number)
{
  Recording *recording = g_hash_table_lookup (session->recordings, &number);

  if (recording != NULL)
    g_hash_table_steal (session->recordings, &number);
  return recording;
}

/* What is not in the conversation (any more) has no events. */
static gboolean
is_in_conversation (VowelSession *session, VowelItem *item)
{
  return vowel_conversation_get_item (session->conversation, item->id) == item;
}

static void
on_timeout (gpointer user_data)
{
  Recording *recording = user_data;
  g_autoptr (GError) error = g_error_new_literal (VOWEL_ERROR,
      VOWEL_ERROR_PROVIDER, "the recogniser did not answer in time");

  recording->timer = 0;
  vowel_session_recording_failed (
      recording->session, recording->number, "timeout", error);
}

static void
transcribe (VowelSession *session, VowelItem *item, guint part_index)
{
  VowelPart *part = vowel_item_get_part (item, part_index);
  VowelAudioFormat format = {part->audio_encoding, part->audio_rate};
  g_autoptr (GBytes) audio = g_bytes_new (part->audio->data, part->audio->len);
  Recording *recording = g_new0 (Recording, 1);
  gint64 length_us = vowel_audio_format_duration_us (&format, part->audio->len);

  recording->session = session;
  recording->number = ++session->n_recordings;
  recording->item = vowel_item_ref (item);
  recording->part_index = part_index;
  recording->timer = vowel_clock_add_timer (session->clock,
      vowel_clock_now (session->clock) + length_us + PATIENCE_US, on_timeout,
      recording);
  g_hash_table_insert (session->recordings, &recording->number, recording);
  vowel_engine_transcribe (session->engine, recording->number, audio, &format);
}

static gboolean
is_wordless (VowelItem *item, VowelPart *part)
{
  return part->type == VOWEL_PART_AUDIO && part->text == NULL
         && item->role == VOWEL_ROLE_USER;
}

static gboolean
is_recorded (VowelSession *session, VowelItem *item)
{
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, session->recordings);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (((Recording *) value)->item == item)
      return TRUE;
  }
  return FALSE;
}

void
vowel_session_transcribe_item (VowelSession *session, VowelItem *item)
{
  guint i;

  if (is_recorded (session, item))
    return;
  for (i = 0; item->parts != NULL && i < item->parts->len; i++) {
    VowelPart *part = vowel_item_get_part (item, i);

    if (is_wordless (item, part) && part->audio != NULL)
      transcribe (session, item, i);
  }
}

/* A turn's words come from the turn controller. */
static gboolean
awaits (VowelSession *session, VowelItem *item)
{
  guint i;

  for (i = 0; item->parts != NULL && i < item->parts->len; i++) {
    if (is_wordless (item, vowel_item_get_part (item, i)))
      return is_recorded (session, item)
             || (is_in_conversation (session, item)
                 && vowel_turn_controller_awaits_transcript (session->turns));
  }
  return FALSE;
}

gboolean
vowel_session_awaits_words (VowelSession *session, GPtrArray *items)
{
  GHashTableIter iter;
  gpointer value;
  guint i;

  for (i = 0; items != NULL && i < items->len; i++) {
    if (awaits (session, g_ptr_array_index (items, i)))
      return TRUE;
  }
  if (items != NULL)
    return FALSE;

  g_hash_table_iter_init (&iter, session->recordings);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (is_in_conversation (session, ((Recording *) value)->item))
      return TRUE;
  }
  return vowel_turn_controller_awaits_transcript (session->turns);
}

void
vowel_session_transcribed (
    VowelSession *session, guint64 number, const gchar *text)
{
  Recording *recording = steal (session, number);
  VowelEvent event = {.type = VOWEL_EVENT_TRANSCRIPT, .text = text};
  VowelPart *part;

  if (recording == NULL)
    return;
  part = vowel_item_get_part (recording->item, recording->part_index);
  part->text = g_string_new (text);
  if (is_in_conversation (session, recording->item)) {
    event.item_id = recording->item->id;
    event.part_index = recording->part_index;
    if (*text != '\0')
      vowel_session_emit (session, &event);
    event.type = VOWEL_EVENT_TRANSCRIPT_DONE;
    event.duration_ms = part->audio_ms;
    vowel_session_emit (session, &event);
  }
  recording_free (recording);
  vowel_session_start_waiting (session);
}

void
vowel_session_recording_failed (VowelSession *session, guint64 number,
    const gchar *code, const GError *error)
{
  Recording *recording = steal (session, number);

  if (recording == NULL)
    return;
  if (is_in_conversation (session, recording->item)) {
    VowelEvent event = {.type = VOWEL_EVENT_TRANSCRIPT_FAILED,
        .item_id = recording->item->id,
        .part_index = recording->part_index,
        .text = code,
        .error = error};

    vowel_session_emit (session, &event);
  }
  recording_free (recording);
  vowel_session_start_waiting (session);
}
