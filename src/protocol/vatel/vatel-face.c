/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:vatel-face
 * @title: VowelVatelFace
 * @short_description: Vatel's protocol over one connection
 *
 * A turn's text comes as all of it so far, and once more, final, before the
 * last of its audio. The last audio is an empty chunk: whether a piece is the
 * last is known only when nothing follows. A turn that was interrupted has
 * neither; its final text is what was heard of it. Where texts are told once
 * only, they are told as soon as they are known.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-face.h"
#include "vatel-messages.h"
#include "vatel-turns.h"
#include "vatel-voice.h"

#include <string.h>

#define MAX_BAD 20
#define TOOL_TIMEOUT_MS 30000
/* Each brings all text so far. */
#define TEXT_INTERVAL_US (100 * 1000)
#define AUDIO_PIECE_US (100 * 1000)
#define MAX_EARLY_US (2 * G_USEC_PER_SEC)

#define CLOSE_NORMAL 1000
#define CLOSE_GOING_AWAY 1001
#define CLOSE_POLICY 1008
#define CLOSE_TOO_BIG 1009
#define CLOSE_INTERNAL 1011

struct _VowelVatelFace {
  GObject parent;

  /* All on the session's thread. */
  VowelSession *session;
  VowelTransport *transport;
  VowelParticipant *participant; /* (nullable): while it takes part */
  gchar *call_id;
  gboolean only_listens;
  gboolean no_interim_text;
  gboolean no_interim_transcripts;
  gboolean started;
  gboolean finished;

  GByteArray *early; /* audio from before the start */
  guint n_bad;       /* messages in a row that were not understood */
  GHashTable *calls; /* (element-type utf8): ids of those without an output */
  VowelVatelDescribeFunc describe; /* (nullable): without tools */
  gpointer describe_data;
  GDestroyNotify describe_notify;
  VowelVatelTurns *turns;
  VowelVatelVoice *voice;
  gchar *guessed_item; /* (nullable): whose guesses were told last */
  gchar *guess;
  GString *message; /* reused for every piece of audio */
};

static void vowel_vatel_face_iface_init (VowelFaceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelVatelFace, vowel_vatel_face, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_FACE, vowel_vatel_face_iface_init))

/* @data: (nullable) (transfer full) */
static void
send (VowelVatelFace *face, const gchar *type, JsonObject *data)
{
  g_autofree gchar *text = vowel_vatel_message (type, data);

  if (!face->finished)
    vowel_transport_send_text (face->transport, text, strlen (text));
}

static void
finish (VowelVatelFace *face, guint16 code, const gchar *reason)
{
  if (face->finished)
    return;
  send (face, "session_ended", NULL);
  face->finished = TRUE;
  vowel_transport_close (face->transport, code, reason);
}

static void
leave (VowelVatelFace *face)
{
  VowelParticipant *participant = g_steal_pointer (&face->participant);

  face->finished = TRUE;
  if (participant != NULL)
    vowel_session_leave (face->session, participant);
}

/* What the session tells. */

static void
send_speech_started (VowelVatelFace *face, const VowelEvent *event)
{
  JsonObject *data = json_object_new ();

  json_object_set_boolean_member (data, "emulated", event->emulated);
  send (face, "speech_started", data);
}

static void
send_transcript (VowelVatelFace *face, const VowelEvent *event, gboolean final)
{
  JsonObject *data = json_object_new ();

  json_object_set_string_member (data, "transcript", event->text);
  json_object_set_boolean_member (data, "is_final", final);
  json_object_set_string_member (data, "turn_id", event->item_id);
  send (face, "input_audio_transcript", data);
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
  send (face, "response_text", data);
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
  gsize step = vowel_audio_format_bytes (&vowel_vatel_format, AUDIO_PIECE_US);
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
  audio = vowel_vatel_voice_push (
      face->voice, turn->id, &event->response->output_format, event->audio);
  send_pieces (face, turn, audio);
}

static void
tell_audio_end (VowelVatelFace *face, const VowelEvent *event)
{
  VowelVatelTurn *turn = vowel_vatel_turns_ensure (face->turns, event);
  g_autoptr (GBytes) rest = NULL;

  if (event->response->status == VOWEL_RESPONSE_CANCELLED
      || turn->is_interrupted)
    return;
  rest = vowel_vatel_voice_finish (face->voice, turn->id);
  send_pieces (face, turn, rest);
  if (!turn->has_audio)
    return;
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
  send (face, "interruption", NULL);
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
  send (face, "tool_call", data);
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
  finish (face, ends[event->reason].code, ends[event->reason].reason);
}

static void start (VowelVatelFace *face);

/* Texts that a backend asks for beside the conversation are its own. */
static gboolean
is_aside (const VowelEvent *event)
{
  return event->response != NULL && event->response->out_of_band
         && event->response->modality != VOWEL_MODALITY_AUDIO;
}

static void
on_event (const VowelEvent *event, gpointer user_data)
{
  g_autoptr (VowelVatelFace) face = g_object_ref (user_data);

  if (is_aside (event))
    return;
  switch (event->type) {
    case VOWEL_EVENT_SESSION_STARTED:
      start (face);
      break;
    case VOWEL_EVENT_SPEECH_STARTED:
      send_speech_started (face, event);
      break;
    case VOWEL_EVENT_SPEECH_STOPPED:
      send (face, "speech_stopped", NULL);
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

/* What the client says. */

static void
push_audio (VowelVatelFace *face, GBytes *audio)
{
  g_autoptr (GError) error = NULL;

  if (face->only_listens || g_bytes_get_size (audio) == 0)
    return;
  if (!vowel_session_push_audio (
          face->session, face->participant, audio, &error))
    g_info ("session %s: audio is not heard: %s",
        vowel_session_get_id (face->session), error->message);
}

/* The newest of it, in whole samples. */
static void
keep_early (VowelVatelFace *face, GBytes *audio)
{
  guint max = vowel_audio_format_bytes (&vowel_vatel_format, MAX_EARLY_US);
  gsize length;
  const guint8 *data = g_bytes_get_data (audio, &length);

  g_byte_array_append (face->early, data, length);
  if (face->early->len > max)
    g_byte_array_remove_range (
        face->early, 0, (face->early->len - max + 1) / 2 * 2);
}

static void
give_output (VowelVatelFace *face, const VowelVatelCommand *command)
{
  g_autoptr (VowelItem) item = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_hash_table_remove (face->calls, command->call_id)) {
    g_info ("session %s: an output for no open call is ignored",
        vowel_session_get_id (face->session));
    return;
  }
  item = vowel_item_new_function_call_output (
      NULL, command->call_id, command->output);
  if (!vowel_session_add_item (
          face->session, face->participant, item, NULL, &error))
    g_info ("session %s: an output is ignored: %s",
        vowel_session_get_id (face->session), error->message);
}

static void
start (VowelVatelFace *face)
{
  g_autoptr (GByteArray) early = g_steal_pointer (&face->early);
  g_autoptr (GBytes) audio = NULL;
  JsonObject *data = json_object_new ();

  face->started = TRUE;
  json_object_set_string_member (data, "id", face->call_id);
  send (face, "session_started", data);
  /* All that it could set was set before. */
  if (face->participant != NULL)
    vowel_session_ready (face->session, face->participant);
  audio = g_byte_array_free_to_bytes (g_steal_pointer (&early));
  if (face->participant != NULL)
    push_audio (face, audio);
}

static void
note_bad (VowelVatelFace *face, const gchar *message)
{
  g_info ("session %s: a message is ignored: %s",
      vowel_session_get_id (face->session), message);
  if (++face->n_bad < MAX_BAD)
    return;
  finish (face, CLOSE_POLICY, "Too many messages that make no sense");
  leave (face);
}

static void
vowel_vatel_face_receive_text (VowelFace *base, const gchar *text, gsize length)
{
  g_autoptr (VowelVatelFace) face = g_object_ref (VOWEL_VATEL_FACE (base));
  g_auto (VowelVatelCommand) command = {NULL};
  g_autoptr (GError) error = NULL;

  if (face->finished || face->participant == NULL)
    return;
  if (length > VOWEL_VATEL_MAX_MESSAGE) {
    finish (face, CLOSE_TOO_BIG, "A message may have 1 MiB");
    leave (face);
    return;
  }
  if (!vowel_vatel_command_parse (text, length, &command, &error)) {
    note_bad (face, error->message);
    return;
  }

  face->n_bad = 0;
  if (command.audio == NULL)
    give_output (face, &command);
  else if (face->started)
    push_audio (face, command.audio);
  else
    keep_early (face, command.audio);
}

static void
vowel_vatel_face_receive_binary (
    VowelFace *base, const guint8 *data, gsize length)
{
  g_autoptr (VowelVatelFace) face = g_object_ref (VOWEL_VATEL_FACE (base));

  if (!face->finished && face->participant != NULL)
    note_bad (face, "it is binary");
}

static void
vowel_vatel_face_closed (VowelFace *base, guint16 code)
{
  g_autoptr (VowelVatelFace) face = g_object_ref (VOWEL_VATEL_FACE (base));

  leave (face);
}

static void
vowel_vatel_face_refuse (VowelFace *base, const GError *error)
{
  VowelVatelFace *face = VOWEL_VATEL_FACE (base);

  g_info ("session %s: it cannot begin: %s",
      vowel_session_get_id (face->session), error->message);
  finish (face, CLOSE_INTERNAL, "The session could not begin");
}

static void
vowel_vatel_face_iface_init (VowelFaceInterface *iface)
{
  iface->receive_text = vowel_vatel_face_receive_text;
  iface->receive_binary = vowel_vatel_face_receive_binary;
  iface->closed = vowel_vatel_face_closed;
  iface->refuse = vowel_vatel_face_refuse;
}

static void
vowel_vatel_face_init (VowelVatelFace *face)
{
  face->early = g_byte_array_new ();
  face->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  face->turns = vowel_vatel_turns_new ();
  face->voice = vowel_vatel_voice_new ();
  face->message = g_string_new (NULL);
}

static void
vowel_vatel_face_dispose (GObject *object)
{
  VowelVatelFace *face = VOWEL_VATEL_FACE (object);

  leave (face);
  g_clear_object (&face->session);
  g_clear_object (&face->transport);

  G_OBJECT_CLASS (vowel_vatel_face_parent_class)->dispose (object);
}

static void
forget_tools (VowelVatelFace *face)
{
  if (face->describe_notify != NULL)
    face->describe_notify (face->describe_data);
  face->describe_notify = NULL;
}

static void
vowel_vatel_face_finalize (GObject *object)
{
  VowelVatelFace *face = VOWEL_VATEL_FACE (object);

  g_clear_pointer (&face->early, g_byte_array_unref);
  g_hash_table_unref (face->calls);
  forget_tools (face);
  vowel_vatel_turns_free (face->turns);
  vowel_vatel_voice_free (face->voice);
  g_string_free (face->message, TRUE);
  g_free (face->guessed_item);
  g_free (face->guess);
  g_free (face->call_id);

  G_OBJECT_CLASS (vowel_vatel_face_parent_class)->finalize (object);
}

static void
vowel_vatel_face_class_init (VowelVatelFaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vowel_vatel_face_dispose;
  object_class->finalize = vowel_vatel_face_finalize;
}

VowelVatelFace *
vowel_vatel_face_new (VowelSession *session, VowelTransport *transport,
    const VowelVatelOptions *options)
{
  VowelVatelFace *face = g_object_new (VOWEL_TYPE_VATEL_FACE, NULL);

  face->session = g_object_ref (session);
  face->transport = g_object_ref (transport);
  face->call_id =
      g_strdup (options->call_id != NULL ? options->call_id
                                         : vowel_session_get_id (session));
  face->only_listens = options->only_listens;
  face->no_interim_text = options->no_interim_text;
  face->no_interim_transcripts = options->no_interim_transcripts;
  face->participant = vowel_session_join (session,
      face->only_listens ? VOWEL_PARTICIPANT_OBSERVER
                         : VOWEL_PARTICIPANT_CLIENT,
      on_event, face);
  vowel_session_set_manners (
      session, face->participant, VOWEL_MANNERS_ANSWER_OUTPUTS);
  vowel_session_set_tool_timeout (session, face->participant, TOOL_TIMEOUT_MS);
  if (vowel_session_is_started (session))
    start (face);
  return face;
}

gboolean
vowel_vatel_face_set_tools (VowelVatelFace *face, GPtrArray *tools,
    VowelVatelDescribeFunc describe, gpointer user_data, GDestroyNotify notify,
    GError **error)
{
  const VowelSessionConfig *config = vowel_session_get_config (face->session);
  g_autoptr (VowelSessionConfig) unchanged = vowel_session_config_copy (config);

  forget_tools (face);
  face->describe = describe;
  face->describe_data = user_data;
  face->describe_notify = notify;
  return vowel_session_configure (
      face->session, face->participant, unchanged, tools, error);
}
