/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:voicex-face
 * @title: VowelVoicexFace
 * @short_description: Voicex's protocol over one connection
 *
 * What is said goes out as one MP3 file per sentence. A reply is what the
 * assistant says until it is the caller's turn: one response, or several with
 * tools in between. It has one `audioEnd` at its end, or one `audioStop` where
 * it is cut off, after the words that did so. Its text is told once, as soon as
 * all of it is known; of a reply that is cut off before, what was heard.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-face.h"
#include "mp3-speech.h"
#include "voicex-messages.h"

#include "../audio-chain.h"

#include <string.h>

#define MAX_EARLY_US (2 * G_USEC_PER_SEC)

#define CLOSE_NONE 0
#define CLOSE_NORMAL 1000
#define CLOSE_GOING_AWAY 1001
#define CLOSE_TOO_BIG 1009
#define CLOSE_STARTUP 4500 /* Voicex's own */

struct _VowelVoicexFace {
  GObject parent;

  /* All on the session's thread. */
  VowelSession *session;
  VowelTransport *transport;
  VowelParticipant *participant; /* (nullable): while it takes part */
  gchar *session_id;
  gchar *history_key;
  gchar *agent_id;   /* (nullable) */
  gchar *agent_name; /* (nullable) */
  gboolean only_listens;
  gboolean started;
  gboolean finished;

  /* What the caller says. */
  GByteArray *early;        /* audio from before the start */
  VowelAudioChain *convert; /* (nullable): into what the session takes */
  VowelAudioFormat converted;
  gchar *heard_item; /* (nullable): whose words these are */
  gchar *heard;      /* what was told of them last */
  gboolean is_final; /* as final */

  /* What it is told. */
  VowelMp3Speech *speech; /* (nullable) only when it cannot begin */
  gchar *told_item;       /* (nullable): the last one whose words were told */
  gboolean is_speaking;   /* there may be something to stop */
  gboolean end_owed;      /* the reply was heard, and goes on */
  gint64 sentence_us;     /* of the one that is not sent yet */
  gint64 playing_until;   /* clock time: with all that was sent */
};

static const VowelAudioFormat wire_format = {VOWEL_ENCODING_PCM16, 16000};

static void vowel_voicex_face_iface_init (VowelFaceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelVoicexFace, vowel_voicex_face,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_FACE, vowel_voicex_face_iface_init))

static gint64
get_time_ms (void)
{
  return g_get_real_time () / 1000;
}

/* @text: (transfer full) */
static void
send (VowelVoicexFace *face, gchar *text)
{
  g_autofree gchar *message = text;

  if (!face->finished)
    vowel_transport_send_text (face->transport, message, strlen (message));
}

static void
finish (VowelVoicexFace *face, guint16 code, const gchar *reason)
{
  if (face->finished)
    return;
  face->finished = TRUE;
  vowel_transport_close (face->transport, code, reason);
}

static void
leave (VowelVoicexFace *face)
{
  VowelParticipant *participant = g_steal_pointer (&face->participant);

  face->finished = TRUE;
  if (participant != NULL)
    vowel_session_leave (face->session, participant);
}

/* What the caller says, in words. */

static void
tell_heard (VowelVoicexFace *face, const gchar *item_id, const gchar *text,
    gboolean final)
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
  send (face, vowel_voicex_transcript ("user", text, final, get_time_ms ()));
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
  send (face, vowel_voicex_transcript ("user", text, TRUE, get_time_ms ()));
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
  send (
      face, vowel_voicex_transcript ("assistant", text, TRUE, get_time_ms ()));
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
  send (face, vowel_voicex_notice ("audioStop"));
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
      send (face, vowel_voicex_error ("Assistant error"));
      break;
    default:
      if (goes_on (response))
        return;
      break;
  }
  if (face->end_owed)
    send (face, vowel_voicex_notice ("audioEnd"));
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

static void
on_response_event (VowelVoicexFace *face, const VowelEvent *event)
{
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

static void
tell_error (VowelVoicexFace *face, const GError *error)
{
  if (g_error_matches (error, VOWEL_ERROR, VOWEL_ERROR_EXPIRED))
    send (face, vowel_voicex_error ("Maximum call duration reached"));
  else
    send (face, vowel_voicex_error (error->message));
}

static void
tell_end (VowelVoicexFace *face, VowelEndReason reason)
{
  static const struct {
    guint16 code;
    const gchar *reason;
  } ends[] = {
      [VOWEL_END_CLIENT_LEFT] = {CLOSE_NORMAL, ""},
      [VOWEL_END_EXPIRED] = {CLOSE_NONE, ""},
      [VOWEL_END_IDLE] = {CLOSE_NORMAL, "Nothing was said for too long"},
      [VOWEL_END_SHUTDOWN] = {CLOSE_GOING_AWAY, "The server is shutting down"},
      [VOWEL_END_FAILED] = {CLOSE_NONE, ""},
      [VOWEL_END_TRANSFERRED] = {CLOSE_NORMAL, "The call was put through"},
  };

  face->participant = NULL;
  finish (face, ends[reason].code, ends[reason].reason);
}

static void start (VowelVoicexFace *face);

static void
on_event (const VowelEvent *event, gpointer user_data)
{
  g_autoptr (VowelVoicexFace) face = g_object_ref (user_data);

  if (event->response != NULL && event->response->out_of_band) {
    on_aside (face, event);
    return;
  }
  switch (event->type) {
    case VOWEL_EVENT_SESSION_STARTED:
      start (face);
      break;
    case VOWEL_EVENT_TRANSCRIPT_GUESS:
      tell_heard (face, event->item_id, event->text, FALSE);
      break;
    case VOWEL_EVENT_TRANSCRIPT_DONE:
      tell_heard (face, event->item_id, event->text, TRUE);
      break;
    case VOWEL_EVENT_TRANSCRIPT_FAILED:
      send (face, vowel_voicex_error ("Speech recognition failed"));
      break;
    case VOWEL_EVENT_ERROR:
      tell_error (face, event->error);
      break;
    case VOWEL_EVENT_ENDED:
      tell_end (face, event->reason);
      break;
    default:
      on_response_event (face, event);
      break;
  }
}

/* What the client says. */

/* (transfer full) (nullable): in the session's format */
static GBytes *
convert (VowelVoicexFace *face, GBytes *audio, GError **error)
{
  const VowelAudioFormat *format =
      &vowel_session_get_config (face->session)->input_format;

  if (vowel_audio_format_equal (format, &wire_format))
    return g_bytes_ref (audio);

  if (face->convert == NULL
      || !vowel_audio_format_equal (format, &face->converted)) {
    g_clear_pointer (&face->convert, vowel_audio_chain_free);
    face->convert =
        vowel_audio_chain_new_converter (&wire_format, format, error);
    face->converted = *format;
  }
  return face->convert != NULL
             ? vowel_audio_chain_push (face->convert, audio, error)
             : NULL;
}

static void
push_audio (VowelVoicexFace *face, GBytes *audio)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) samples = NULL;

  if (face->only_listens || g_bytes_get_size (audio) == 0)
    return;
  samples = convert (face, audio, &error);
  if (samples == NULL
      || !vowel_session_push_audio (
          face->session, face->participant, samples, &error))
    g_info ("session %s: audio is not heard: %s",
        vowel_session_get_id (face->session), error->message);
}

/* The newest of it, in whole samples. */
static void
keep_early (VowelVoicexFace *face, GBytes *audio)
{
  gsize max = vowel_audio_format_bytes (&wire_format, MAX_EARLY_US);
  gsize length;
  const guint8 *data = g_bytes_get_data (audio, &length);

  if (length > 0)
    g_byte_array_append (face->early, data, (guint) length);
  if (face->early->len > max)
    g_byte_array_remove_range (
        face->early, 0, (guint) (face->early->len - max + 1) / 2 * 2);
}

static void
take_audio (VowelVoicexFace *face, GBytes *audio)
{
  if (face->started)
    push_audio (face, audio);
  else
    keep_early (face, audio);
}

static void
start (VowelVoicexFace *face)
{
  g_autoptr (GByteArray) early = g_steal_pointer (&face->early);
  g_autoptr (GBytes) audio = NULL;

  face->started = TRUE;
  send (face, vowel_voicex_connected (face->session_id, face->history_key,
                  face->agent_id, face->agent_name, get_time_ms ()));
  /* All that it could set was set before. */
  if (face->participant != NULL && !face->only_listens)
    vowel_session_ready (face->session, face->participant);
  audio = g_byte_array_free_to_bytes (g_steal_pointer (&early));
  if (face->participant != NULL)
    push_audio (face, audio);
}

/* FALSE: there is nobody to take a message. */
static gboolean
check_message (VowelVoicexFace *face, gsize length)
{
  if (face->finished || face->participant == NULL)
    return FALSE;
  if (length <= VOWEL_VOICEX_MAX_MESSAGE)
    return TRUE;
  finish (face, CLOSE_TOO_BIG, "A message may have 256 KiB");
  leave (face);
  return FALSE;
}

static void
vowel_voicex_face_receive_text (
    VowelFace *base, const gchar *text, gsize length)
{
  g_autoptr (VowelVoicexFace) face = g_object_ref (VOWEL_VOICEX_FACE (base));
  g_autoptr (GBytes) audio = NULL;

  if (!check_message (face, length))
    return;
  switch (vowel_voicex_command_parse (text, length, &audio)) {
    case VOWEL_VOICEX_PING:
      send (face, vowel_voicex_pong (get_time_ms ()));
      break;
    case VOWEL_VOICEX_AUDIO:
      take_audio (face, audio);
      break;
    case VOWEL_VOICEX_UNKNOWN:
      send (face, vowel_voicex_error ("Invalid message"));
      break;
  }
}

static void
vowel_voicex_face_receive_binary (
    VowelFace *base, const guint8 *data, gsize length)
{
  g_autoptr (VowelVoicexFace) face = g_object_ref (VOWEL_VOICEX_FACE (base));
  g_autoptr (GBytes) audio = NULL;

  if (!check_message (face, length))
    return;
  audio = g_bytes_new (data, length);
  take_audio (face, audio);
}

static void
vowel_voicex_face_closed (VowelFace *base, guint16 code)
{
  g_autoptr (VowelVoicexFace) face = g_object_ref (VOWEL_VOICEX_FACE (base));

  leave (face);
}

static void
vowel_voicex_face_refuse (VowelFace *base, const GError *error)
{
  VowelVoicexFace *face = VOWEL_VOICEX_FACE (base);

  send (face, vowel_voicex_error ("Failed to start voice session"));
  finish (face, CLOSE_STARTUP, "Session startup error");
}

static void
vowel_voicex_face_iface_init (VowelFaceInterface *iface)
{
  iface->receive_text = vowel_voicex_face_receive_text;
  iface->receive_binary = vowel_voicex_face_receive_binary;
  iface->closed = vowel_voicex_face_closed;
  iface->refuse = vowel_voicex_face_refuse;
}

static void
vowel_voicex_face_init (VowelVoicexFace *face)
{
  face->early = g_byte_array_new ();
}

static void
vowel_voicex_face_dispose (GObject *object)
{
  VowelVoicexFace *face = VOWEL_VOICEX_FACE (object);

  leave (face);
  g_clear_object (&face->session);
  g_clear_object (&face->transport);

  G_OBJECT_CLASS (vowel_voicex_face_parent_class)->dispose (object);
}

static void
vowel_voicex_face_finalize (GObject *object)
{
  VowelVoicexFace *face = VOWEL_VOICEX_FACE (object);

  g_clear_pointer (&face->early, g_byte_array_unref);
  g_clear_pointer (&face->convert, vowel_audio_chain_free);
  g_clear_pointer (&face->speech, vowel_mp3_speech_free);
  g_free (face->heard_item);
  g_free (face->heard);
  g_free (face->told_item);
  g_free (face->session_id);
  g_free (face->history_key);
  g_free (face->agent_id);
  g_free (face->agent_name);

  G_OBJECT_CLASS (vowel_voicex_face_parent_class)->finalize (object);
}

static void
vowel_voicex_face_class_init (VowelVoicexFaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vowel_voicex_face_dispose;
  object_class->finalize = vowel_voicex_face_finalize;
}

VowelVoicexFace *
vowel_voicex_face_new (VowelSession *session, VowelTransport *transport,
    const VowelVoicexOptions *options, GError **error)
{
  VowelVoicexFace *face = g_object_new (VOWEL_TYPE_VOICEX_FACE, NULL);

  face->session = g_object_ref (session);
  face->transport = g_object_ref (transport);
  face->session_id = g_strdup (options->session_id);
  face->history_key = g_strdup (options->history_key);
  face->agent_id = g_strdup (options->agent_id);
  face->agent_name = g_strdup (options->agent_name);
  face->only_listens = options->only_listens;
  face->speech = vowel_mp3_speech_new (error);
  if (face->speech == NULL)
    return face;

  face->participant = vowel_session_join (session,
      options->only_listens ? VOWEL_PARTICIPANT_OBSERVER
                            : VOWEL_PARTICIPANT_CLIENT,
      on_event, face);
  if (vowel_session_is_started (session))
    start (face);
  return face;
}

typedef struct {
  VowelFaceMaker base;
  VowelVoicexOptions options;
} Maker;

static VowelFace *
make_face (VowelFaceMaker *base, VowelSession *session,
    VowelTransport *transport, GPtrArray *tools, GError **error)
{
  Maker *maker = (Maker *) base;

  return VOWEL_FACE (
      vowel_voicex_face_new (session, transport, &maker->options, error));
}

static void
free_maker (VowelFaceMaker *base)
{
  Maker *maker = (Maker *) base;

  g_free ((gchar *) maker->options.session_id);
  g_free ((gchar *) maker->options.history_key);
  g_free ((gchar *) maker->options.agent_id);
  g_free ((gchar *) maker->options.agent_name);
  g_free (maker);
}

VowelFaceMaker *
vowel_voicex_face_maker_new (const VowelVoicexOptions *options)
{
  Maker *maker = g_new0 (Maker, 1);

  maker->base.make = make_face;
  maker->base.free = free_maker;
  maker->options = (VowelVoicexOptions){
      .session_id = g_strdup (options->session_id),
      .history_key = g_strdup (options->history_key),
      .agent_id = g_strdup (options->agent_id),
      .agent_name = g_strdup (options->agent_name),
      .only_listens = options->only_listens,
  };
  return &maker->base;
}
