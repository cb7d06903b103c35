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

#include "vatel-face-private.h"
#include "vatel-messages.h"

#define MAX_BAD 20
#define TOOL_TIMEOUT_MS 30000
#define MAX_EARLY_US (2 * G_USEC_PER_SEC)

static void vowel_vatel_face_iface_init (VowelFaceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelVatelFace, vowel_vatel_face, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_FACE, vowel_vatel_face_iface_init))

static void
leave (VowelVatelFace *face)
{
  VowelParticipant *participant = g_steal_pointer (&face->participant);

  face->finished = TRUE;
  if (participant != NULL)
    vowel_session_leave (face->session, participant);
}

static void start (VowelVatelFace *face);

static void
on_event (const VowelEvent *event, gpointer user_data)
{
  g_autoptr (VowelVatelFace) face = g_object_ref (user_data);

  if (event->type == VOWEL_EVENT_SESSION_STARTED)
    start (face);
  else
    vowel_vatel_face_tell (face, event);
}

/* What the client says. */

static void
push_audio (VowelVatelFace *face, GBytes *audio)
{
  const VowelSessionConfig *config = vowel_session_get_config (face->session);
  g_autoptr (GBytes) heard = NULL;
  g_autoptr (GError) error = NULL;

  if (face->only_listens || g_bytes_get_size (audio) == 0)
    return;
  heard = vowel_audio_converter_push (
      face->hears, &VOWEL_VATEL_FORMAT, &config->input_format, audio, &error);
  if (heard == NULL
      || !vowel_session_push_audio (
          face->session, face->participant, heard, &error))
    g_info ("session %s: audio is not heard: %s",
        vowel_session_get_id (face->session), error->message);
}

/* The newest of it, in whole samples. */
static void
keep_early (VowelVatelFace *face, GBytes *audio)
{
  guint max = vowel_audio_format_bytes (&VOWEL_VATEL_FORMAT, MAX_EARLY_US);
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
  vowel_vatel_face_send (face, "session_started", data);
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
  g_debug ("session %s: a message is ignored: %s",
      vowel_session_get_id (face->session), message);
  if (++face->n_bad < MAX_BAD)
    return;
  vowel_vatel_face_finish (
      face, CLOSE_POLICY, "Too many messages that make no sense");
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
    vowel_vatel_face_finish (face, CLOSE_TOO_BIG, "A message may have 1 MiB");
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
  vowel_vatel_face_finish (face, CLOSE_INTERNAL, "The session could not begin");
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
  face->hears = vowel_audio_converter_new ();
  face->speaks = vowel_audio_converter_new ();
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
  vowel_audio_converter_free (face->hears);
  vowel_audio_converter_free (face->speaks);
  g_free (face->spoken_turn);
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
