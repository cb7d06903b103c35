/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a face sends of what is said on both sides. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-face-private.h"
#include "voicex-messages.h"

#include <string.h>

gint64
vowel_voicex_face_get_time (void)
{
  return g_get_real_time () / 1000;
}

void
vowel_voicex_face_send (VowelVoicexFace *face, gchar *text)
{
  g_autofree gchar *message = text;

  if (!face->finished)
    vowel_transport_send_text (face->transport, message, strlen (message));
}

/* What the caller says, in words. */

void
vowel_voicex_face_tell_heard (VowelVoicexFace *face, const gchar *item_id,
    const gchar *text, gboolean final)
{
  gboolean is_same = g_strcmp0 (face->heard_item, item_id) == 0;

  if (*text == '\0'
      || (is_same && g_str_equal (face->heard, text)
          && (face->is_final || !final)))
    return;
  if (!is_same) {
    g_free (face->heard_item);
    face->heard_item = g_strdup (item_id);
  }
  g_free (face->heard);
  face->heard = g_strdup (text);
  face->is_final = final;
  vowel_voicex_face_send (face, vowel_voicex_transcript ("user", text, final,
                                    vowel_voicex_face_get_time ()));
}

/* What interrupts is told before it does, as far as it is known. */
static void
tell_interrupting_words (VowelVoicexFace *face)
{
  g_autofree gchar *text = NULL;

  if (face->heard_item == NULL || face->is_final)
    return;
  text = g_strdup (face->heard);
  face->is_final = TRUE;
  vowel_voicex_face_send (face, vowel_voicex_transcript ("user", text, TRUE,
                                    vowel_voicex_face_get_time ()));
}

/* What the assistant says. */

/* A sentence is played from when all of it was sent, which the session does
 * not know. */
static void
note_playing (VowelVoicexFace *face, VowelItem *item)
{
  gint64 now = vowel_clock_now (vowel_session_get_clock (face->session));
  gint64 sentence_us = face->sentence_us;
  const VowelPart *part = vowel_item_get_part (item, 0);

  face->sentence_us = 0;
  if (now >= face->playing_until && !face->only_listens)
    vowel_session_heard (face->session, face->participant, item->id,
        part->audio_ms - MIN (part->audio_ms, sentence_us / 1000), NULL);
  face->playing_until = MAX (now, face->playing_until) + sentence_us;
}

static void
drop_sentence (VowelVoicexFace *face)
{
  vowel_mp3_speech_drop (face->speech);
  face->sentence_us = 0;
}

static void
send_sentence (VowelVoicexFace *face, VowelItem *item)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) file = vowel_mp3_speech_finish (face->speech, &error);

  if (error != NULL)
    g_warning ("session %s: a sentence is not heard: %s",
        vowel_session_get_id (face->session), error->message);
  if (file == NULL || face->finished)
    return;
  face->is_speaking = TRUE;
  face->end_owed = TRUE;
  note_playing (face, item);
  vowel_transport_send_binary (face->transport, file);
}

static void
add_audio (VowelVoicexFace *face, const VowelEvent *event)
{
  g_autoptr (GError) error = NULL;

  if (!vowel_mp3_speech_add (
          face->speech, &event->response->output_format, event->audio, &error))
    g_warning ("session %s: a part of a sentence is not heard: %s",
        vowel_session_get_id (face->session), error->message);
  face->sentence_us += vowel_audio_format_duration_us (
      &event->response->output_format, g_bytes_get_size (event->audio));
  if (event->sentence_end)
    send_sentence (face, event->item);
}

static void
end_audio (VowelVoicexFace *face, const VowelEvent *event)
{
  if (event->response->status == VOWEL_RESPONSE_CANCELLED)
    drop_sentence (face);
  else
    send_sentence (face, event->item);
}

/* As far as it was heard, once. */
static void
tell_words (VowelVoicexFace *face, VowelItem *item)
{
  g_autoptr (VowelItem) heard = NULL;
  g_autofree gchar *text = NULL;

  if (g_strcmp0 (face->told_item, item->id) == 0)
    return;
  heard = vowel_item_copy_heard (item);
  text = vowel_item_dup_text (heard);
  if (*text == '\0')
    return;
  g_free (face->told_item);
  face->told_item = g_strdup (item->id);
  vowel_voicex_face_send (face, vowel_voicex_transcript ("assistant", text,
                                    TRUE, vowel_voicex_face_get_time ()));
}

static void
stop_audio (VowelVoicexFace *face)
{
  drop_sentence (face);
  face->playing_until = 0;
  face->end_owed = FALSE;
  if (!face->is_speaking)
    return;
  face->is_speaking = FALSE;
  tell_interrupting_words (face);
  vowel_voicex_face_send (face, vowel_voicex_notice ("audioStop"));
}

static void
tell_interruption (VowelVoicexFace *face, const VowelEvent *event)
{
  VowelItem *item = vowel_session_get_item (face->session, event->item_id);

  if (item != NULL)
    tell_words (face, item);
  stop_audio (face);
}

/* Tools are used, and then it goes on. */
static gboolean
goes_on (VowelResponse *response)
{
  for (guint i = 0; i < response->output->len; i++) {
    VowelItem *item = g_ptr_array_index (response->output, i);

    if (item->type == VOWEL_ITEM_FUNCTION_CALL)
      return TRUE;
  }
  return FALSE;
}

static void
tell_response_end (VowelVoicexFace *face, VowelResponse *response)
{
  switch (response->status) {
    case VOWEL_RESPONSE_CANCELLED:
      if (response->reason != VOWEL_REASON_SESSION_ENDED)
        stop_audio (face);
      return;
    case VOWEL_RESPONSE_FAILED:
      vowel_voicex_face_send (face, vowel_voicex_error ("Assistant error"));
      break;
    default:
      if (goes_on (response))
        return;
      break;
  }
  if (face->end_owed)
    vowel_voicex_face_send (face, vowel_voicex_notice ("audioEnd"));
  face->end_owed = FALSE;
}

/* Fillers are heard and no reply; what backends ask for beside the conversation
 * is no business of the caller's. */
static void
on_aside (VowelVoicexFace *face, const VowelEvent *event)
{
  gboolean end_owed = face->end_owed;

  if (event->response->modality != VOWEL_MODALITY_AUDIO)
    return;
  if (event->type == VOWEL_EVENT_AUDIO)
    add_audio (face, event);
  else if (event->type == VOWEL_EVENT_AUDIO_DONE)
    end_audio (face, event);
  face->end_owed = end_owed;
}

void
vowel_voicex_face_tell_response (VowelVoicexFace *face, const VowelEvent *event)
{
  if (event->response != NULL && event->response->out_of_band) {
    on_aside (face, event);
    return;
  }
  switch (event->type) {
    case VOWEL_EVENT_RESPONSE_STARTED:
      face->is_speaking = TRUE;
      break;
    case VOWEL_EVENT_AUDIO:
      add_audio (face, event);
      if (event->text_complete)
        tell_words (face, event->item);
      break;
    case VOWEL_EVENT_AUDIO_DONE:
      end_audio (face, event);
      break;
    case VOWEL_EVENT_TEXT_DONE:
      tell_words (face, event->item);
      break;
    case VOWEL_EVENT_INTERRUPTED:
      tell_interruption (face, event);
      break;
    case VOWEL_EVENT_RESPONSE_DONE:
      tell_response_end (face, event->response);
      break;
    default:
      break;
  }
}
