/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a face sends: the session's events as Vatel's clients are told them. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-face-private.h"
#include "vatel-messages.h"

#include <string.h>

/* Each brings all text so far. */
#define TEXT_INTERVAL_US (100 * 1000)
#define AUDIO_PIECE_US (100 * 1000)

void
vowel_vatel_face_send (
    VowelVatelFace *face, const gchar *type, JsonObject *data)
{
  g_autofree gchar *text = vowel_vatel_message (type, data);

  if (!face->finished)
    vowel_transport_send_text (face->transport, text, strlen (text));
}

void
vowel_vatel_face_finish (
    VowelVatelFace *face, guint16 code, const gchar *reason)
{
  if (face->finished)
    return;
  vowel_vatel_face_send (face, "session_ended", NULL);
  face->finished = TRUE;
  vowel_transport_close (face->transport, code, reason);
}

static void
send_speech_started (VowelVatelFace *face, const VowelEvent *event)
{
  JsonObject *data = json_object_new ();

  json_object_set_boolean_member (data, "emulated", event->emulated);
  vowel_vatel_face_send (face, "speech_started", data);
}

static void
send_transcript (VowelVatelFace *face, const VowelEvent *event, gboolean final)
{
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, "transcript", event->text);
  json_object_set_boolean_member (data, "is_final", final);
  json_object_set_string_member (data, "turn_id", event->item_id);
  vowel_vatel_face_send (face, "input_audio_transcript", data);
}

static void
tell_guess (VowelVatelFace *face, const VowelEvent *event)
{
  gboolean is_same = g_strcmp0 (face->guessed_item, event->item_id) == 0;

  if (face->no_interim_transcripts
      || (is_same && g_str_equal (face->guess, event->text)))
    return;
  if (!is_same) {
    g_free (face->guessed_item);
    face->guessed_item = g_strdup (event->item_id);
  }
  g_free (face->guess);
  face->guess = g_strdup (event->text);
  send_transcript (face, event, FALSE);
}

/* Noise has no words, and is no line in anybody's transcript. */
static void
tell_transcript (VowelVatelFace *face, const VowelEvent *event)
{
  gboolean is_guessed = g_strcmp0 (face->guessed_item, event->item_id) == 0;

  if (is_guessed)
    g_clear_pointer (&face->guessed_item, g_free);
  if (is_guessed || *event->text != '\0')
    send_transcript (face, event, TRUE);
}

static void
send_text (VowelVatelFace *face, const VowelVatelTurn *turn, const gchar *text,
    gboolean final)
{
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, "turn_id", turn->id);
  json_object_set_string_member (data, "text", text);
  json_object_set_boolean_member (data, "is_final", final);
  vowel_vatel_face_send (face, "response_text", data);
}

static void
tell_text (VowelVatelFace *face, const VowelEvent *event)
{
  VowelVatelTurn *turn = vowel_vatel_turns_ensure (face->turns, event);
  VowelPart *part = vowel_item_get_part (event->item, event->part_index);

  if (face->no_interim_text || turn->is_told
      || event->time_us < turn->next_text)
    return;
  turn->next_text = event->time_us + TEXT_INTERVAL_US;
  send_text (face, turn, part->text->str, FALSE);
}

static void
tell_final_text (VowelVatelFace *face, const VowelEvent *event)
{
  VowelVatelTurn *turn = vowel_vatel_turns_ensure (face->turns, event);
  g_autoptr (VowelItem) heard = NULL;
  g_autofree gchar *text = NULL;

  if (turn->is_told)
    return;
  turn->is_told = TRUE;
  heard = vowel_item_copy_heard (event->item);
  text = vowel_item_dup_text (heard);
  send_text (face, turn, text, TRUE);
}

static void
send_audio (VowelVatelFace *face, const VowelVatelTurn *turn,
    const guint8 *data, gsize length, gboolean final)
{
  if (face->finished)
    return;
  vowel_vatel_audio_write (face->message, turn->id, data, length, final);
  vowel_transport_send_text (
      face->transport, face->message->str, face->message->len);
}

/* @audio: (nullable) */
static void
send_pieces (VowelVatelFace *face, VowelVatelTurn *turn, GBytes *audio)
{
  gsize step = vowel_audio_format_bytes (&VOWEL_VATEL_FORMAT, AUDIO_PIECE_US);
  gsize length = 0;
  const guint8 *data = audio != NULL ? g_bytes_get_data (audio, &length) : NULL;

  turn->has_audio |= length > 0;
  while (length > 0) {
    gsize size = MIN (length, step);

    send_audio (face, turn, data, size, FALSE);
    data += size;
    length -= size;
  }
}

/* (nullable): as the client takes it, as far as it can be told now */
static GBytes *
convert (VowelVatelFace *face, const VowelVatelTurn *turn,
    const VowelAudioFormat *format, GBytes *audio)
{
  g_autoptr (GError) error = NULL;
  GBytes *told;

  if (g_strcmp0 (face->spoken_turn, turn->id) != 0) {
    vowel_audio_converter_reset (face->speaks);
    g_free (face->spoken_turn);
    face->spoken_turn = g_strdup (turn->id);
  }
  told = vowel_audio_converter_push (
      face->speaks, format, &VOWEL_VATEL_FORMAT, audio, &error);
  if (told == NULL)
    g_warning ("session %s: an answer cannot be told: %s",
        vowel_session_get_id (face->session), error->message);
  return told;
}

static void
tell_audio (VowelVatelFace *face, const VowelEvent *event)
{
  VowelVatelTurn *turn = vowel_vatel_turns_ensure (face->turns, event);
  g_autoptr (GBytes) audio = NULL;

  if (turn->is_interrupted)
    return;
  /* Who has seen nothing of it yet need not wait for the end of the audio. */
  if (face->no_interim_text && event->text_complete)
    tell_final_text (face, event);
  audio = convert (face, turn, &event->response->output_format, event->audio);
  send_pieces (face, turn, audio);
}

static void
tell_audio_end (VowelVatelFace *face, const VowelEvent *event)
{
  VowelVatelTurn *turn = vowel_vatel_turns_ensure (face->turns, event);
  g_autoptr (GBytes) rest = NULL;

  if (event->response->status == VOWEL_RESPONSE_CANCELLED
      || turn->is_interrupted || !turn->has_audio)
    return;
  if (g_strcmp0 (face->spoken_turn, turn->id) == 0)
    rest = vowel_audio_converter_finish (face->speaks, NULL);
  send_pieces (face, turn, rest);
  tell_final_text (face, event);
  send_audio (face, turn, NULL, 0, TRUE);
}

static void
tell_interruption (VowelVatelFace *face, const VowelEvent *event)
{
  VowelVatelTurn *turn = vowel_vatel_turns_find (face->turns, event->item_id);

  if (turn == NULL || !turn->has_audio || turn->is_interrupted)
    return;
  turn->is_interrupted = TRUE;
  vowel_vatel_face_send (face, "interruption", NULL);
}

static void
tell_tool_call (VowelVatelFace *face, const VowelEvent *event)
{
  VowelItem *call = event->item;
  JsonObject *data;

  if (event->owner != face->participant || face->describe == NULL)
    return;
  g_hash_table_add (face->calls, g_strdup (call->call_id));
  data = json_object_new ();
  json_object_set_string_member (data, "toolCallId", call->call_id);
  json_object_set_string_member (data, "toolName", call->name);
  json_object_set_array_member (data, "arguments",
      face->describe (call->name, call->arguments->str, face->describe_data));
  vowel_vatel_face_send (face, "tool_call", data);
}

/* A call whose time is over is answered for the client. */
static void
note_item (VowelVatelFace *face, const VowelEvent *event)
{
  if (event->item->type == VOWEL_ITEM_FUNCTION_CALL_OUTPUT)
    g_hash_table_remove (face->calls, event->item->call_id);
}

static void
tell_end (VowelVatelFace *face, const VowelEvent *event)
{
  static const struct {
    guint16 code;
    const gchar *reason;
  } ends[] = {
      [VOWEL_END_CLIENT_LEFT] = {CLOSE_NORMAL, ""},
      [VOWEL_END_EXPIRED] = {CLOSE_NORMAL, "The call has its maximum duration"},
      [VOWEL_END_IDLE] = {CLOSE_NORMAL, "Nothing was said for too long"},
      [VOWEL_END_SHUTDOWN] = {CLOSE_GOING_AWAY, "The server is shutting down"},
      [VOWEL_END_FAILED] = {CLOSE_INTERNAL, "The session failed"},
      [VOWEL_END_TRANSFERRED] = {CLOSE_NORMAL, "The call was put through"},
  };

  face->participant = NULL;
  vowel_vatel_face_finish (
      face, ends[event->reason].code, ends[event->reason].reason);
}

/* Texts that a backend asks for beside the conversation are its own. */
static gboolean
is_aside (const VowelEvent *event)
{
  return event->response != NULL && event->response->out_of_band
         && event->response->modality != VOWEL_MODALITY_AUDIO;
}

void
vowel_vatel_face_tell (VowelVatelFace *face, const VowelEvent *event)
{
  if (is_aside (event))
    return;
  switch (event->type) {
    case VOWEL_EVENT_SPEECH_STARTED:
      send_speech_started (face, event);
      break;
    case VOWEL_EVENT_SPEECH_STOPPED:
      vowel_vatel_face_send (face, "speech_stopped", NULL);
      break;
    case VOWEL_EVENT_TRANSCRIPT_GUESS:
      tell_guess (face, event);
      break;
    case VOWEL_EVENT_TRANSCRIPT_DONE:
      tell_transcript (face, event);
      break;
    case VOWEL_EVENT_ITEM_ADDED:
      note_item (face, event);
      break;
    case VOWEL_EVENT_TEXT:
      tell_text (face, event);
      break;
    case VOWEL_EVENT_TEXT_DONE:
      tell_final_text (face, event);
      break;
    case VOWEL_EVENT_AUDIO:
      tell_audio (face, event);
      break;
    case VOWEL_EVENT_AUDIO_DONE:
      tell_audio_end (face, event);
      break;
    case VOWEL_EVENT_INTERRUPTED:
      tell_interruption (face, event);
      break;
    case VOWEL_EVENT_TOOL_CALL:
      tell_tool_call (face, event);
      break;
    case VOWEL_EVENT_ERROR:
      g_info ("session %s: %s", vowel_session_get_id (face->session),
          event->error->message);
      break;
    case VOWEL_EVENT_ENDED:
      tell_end (face, event);
      break;
    default:
      break;
  }
}
