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

#include "voicex-face-private.h"
#include "voicex-messages.h"

#include <string.h>

#define MAX_EARLY_US (2 * G_USEC_PER_SEC)

#define CLOSE_NONE 0
#define CLOSE_NORMAL 1000
#define CLOSE_GOING_AWAY 1001
#define CLOSE_TOO_BIG 1009
#define CLOSE_STARTUP 4500 /* Voicex's own */

static const VowelAudioFormat wire_format = {VOWEL_ENCODING_PCM16, 16000};

static void vowel_voicex_face_iface_init (VowelFaceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelVoicexFace, vowel_voicex_face,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_FACE, vowel_voicex_face_iface_init))

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

static void
tell_error (VowelVoicexFace *face, const GError *error)
{
  if (g_error_matches (error, VOWEL_ERROR, VOWEL_ERROR_EXPIRED))
    vowel_voicex_face_send (
        face, vowel_voicex_error ("Maximum call duration reached"));
  else
    vowel_voicex_face_send (face, vowel_voicex_error (error->message));
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

  switch (event->type) {
    case VOWEL_EVENT_SESSION_STARTED:
      start (face);
      break;
    case VOWEL_EVENT_TRANSCRIPT_GUESS:
      vowel_voicex_face_tell_heard (face, event->item_id, event->text, FALSE);
      break;
    case VOWEL_EVENT_TRANSCRIPT_DONE:
      vowel_voicex_face_tell_heard (face, event->item_id, event->text, TRUE);
      break;
    case VOWEL_EVENT_TRANSCRIPT_FAILED:
      vowel_voicex_face_send (
          face, vowel_voicex_error ("Speech recognition failed"));
      break;
    case VOWEL_EVENT_ERROR:
      tell_error (face, event->error);
      break;
    case VOWEL_EVENT_ENDED:
      tell_end (face, event->reason);
      break;
    default:
      vowel_voicex_face_tell_response (face, event);
      break;
  }
}

/* What the client says. */

static void
push_audio (VowelVoicexFace *face, GBytes *audio)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) samples = NULL;

  if (face->only_listens || g_bytes_get_size (audio) == 0)
    return;
  samples = vowel_audio_converter_push (face->convert, &wire_format,
      &vowel_session_get_config (face->session)->input_format, audio, &error);
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
  vowel_voicex_face_send (face,
      vowel_voicex_connected (face->session_id, face->history_key,
          face->agent_id, face->agent_name, vowel_voicex_face_get_time ()));
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
      vowel_voicex_face_send (
          face, vowel_voicex_pong (vowel_voicex_face_get_time ()));
      break;
    case VOWEL_VOICEX_AUDIO:
      take_audio (face, audio);
      break;
    case VOWEL_VOICEX_UNKNOWN:
      vowel_voicex_face_send (face, vowel_voicex_error ("Invalid message"));
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

  vowel_voicex_face_send (
      face, vowel_voicex_error ("Failed to start voice session"));
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
  face->convert = vowel_audio_converter_new ();
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
  vowel_audio_converter_free (face->convert);
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
