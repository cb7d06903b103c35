/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:openai-face
 * @title: VowelOpenaiFace
 * @short_description: OpenAI Realtime over one connection
 *
 * Holds the connection's dialect and nothing of the conversation. A connection
 * that gave no sign of its dialect is provisional until its first
 * session.update or response.create shows a shape; session.created has both
 * shapes until then. When the server must first send something that is named
 * differently in the dialects, the choice falls on GA, or on beta or `vowel`
 * when the credential was minted by an endpoint of theirs. Once made it is
 * never changed. `vowel` is beta with the additions of #VowelOpenaiVowel.
 *
 * Transcripts of the caller's speech are always sent, whether or not the
 * client asked for them: the text exists anyway, and clients ignore what they
 * do not expect.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-face-private.h"
#include "audio-frames.h"
#include "openai-dialect.h"
#include "openai-fields.h"

#include <gst/vowel/gstvoweljson.h>

/* One append may carry 15 MiB of audio. */
#define MAX_EVENT_SIZE (24 * 1024 * 1024)
#define MAX_EARLY_SIZE (24 * 1024 * 1024)
#define MAX_EVENT_ID_LENGTH 512
#define GREETING_US (50 * 1000)

#define CLOSE_POLICY 1008
#define CLOSE_REFUSED 4000 /* OpenAI's own */

static void vowel_openai_face_iface_init (VowelFaceInterface *iface);

G_DEFINE_TYPE_WITH_CODE (VowelOpenaiFace, vowel_openai_face, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_FACE, vowel_openai_face_iface_init))

/* Vowel's client takes any error for the end of its session. It commits what
 * its own detector took for speech, however short, and programs send events of
 * the Vowel engine's through it that are not OpenAI's. */
static gboolean
is_harmless (const GError *error)
{
  return g_error_matches (error, VOWEL_ERROR, VOWEL_ERROR_BUFFER_TOO_SHORT)
         || g_error_matches (
             error, VOWEL_OPENAI_ERROR, VOWEL_OPENAI_ERROR_INVALID_EVENT);
}

/* Races that the agents SDK runs into by design and would report as failures
 * of the session. */
static gboolean
is_benign (VowelOpenaiFace *face, const GError *error, VowelOpenaiAbout about)
{
  if (!face->agents_sdk)
    return FALSE;

  if (face->vowel != NULL && is_harmless (error))
    return TRUE;
  if (about == VOWEL_OPENAI_ABOUT_CANCEL)
    return g_error_matches (
        error, VOWEL_ERROR, VOWEL_ERROR_RESPONSE_NOT_ACTIVE);

  return (about == VOWEL_OPENAI_ABOUT_RETRIEVE
             || about == VOWEL_OPENAI_ABOUT_TRUNCATE)
         && g_error_matches (error, VOWEL_ERROR, VOWEL_ERROR_ITEM_UNKNOWN);
}

static void
report (VowelOpenaiFace *face, const GError *error, VowelOpenaiAbout about,
    const gchar *event_id)
{
  if (is_benign (face, error, about))
    g_debug ("not told: %s", error->message);
  else
    vowel_openai_face_send_error (face, error, about, event_id);
}

static void run_early (VowelOpenaiFace *face);

static void
forget_greeting (VowelOpenaiFace *face)
{
  vowel_clock_clear_timer (
      vowel_session_get_clock (face->commands.session), &face->greeting_timer);
}

static void
greet (VowelOpenaiFace *face)
{
  forget_greeting (face);
  /* The first event has another name in each dialect. */
  if (face->commands.dialect == VOWEL_OPENAI_PROVISIONAL
      && vowel_openai_face_only_transcribes (face))
    vowel_openai_face_settle_dialect (face, face->fallback);
  vowel_openai_face_send_session (face, TRUE);
  vowel_openai_face_send_conversation (face);
  face->started = TRUE;
  vowel_openai_face_tell_history (face);
  run_early (face);
}

static void
on_greeting_due (gpointer user_data)
{
  g_autoptr (VowelOpenaiFace) face = g_object_ref (user_data);

  face->greeting_timer = 0;
  greet (face);
}

/* Vowel's client in Node.js misses what comes together with the end of the
 * handshake, and then waits for it. */
static void
start (VowelOpenaiFace *face)
{
  VowelClock *clock = vowel_session_get_clock (face->commands.session);

  if (!face->lets_client_begin || face->early->len > 0)
    greet (face);
  else
    face->greeting_timer = vowel_clock_add_timer (
        clock, vowel_clock_now (clock) + GREETING_US, on_greeting_due, face);
}

static void
on_event (const VowelEvent *event, gpointer user_data)
{
  g_autoptr (VowelOpenaiFace) face = g_object_ref (user_data);

  if (face->greeting_timer != 0)
    greet (face);

  switch (event->type) {
    case VOWEL_EVENT_SESSION_STARTED:
      start (face);
      break;
    case VOWEL_EVENT_SESSION_CHANGED:
      if (face->started)
        vowel_openai_face_send_session (face, FALSE);
      break;
    case VOWEL_EVENT_ERROR:
      if (g_error_matches (event->error, VOWEL_ERROR, VOWEL_ERROR_EXPIRED)
          && vowel_openai_face_times_out (face))
        break;
      g_free (face->farewell);
      face->farewell = g_strdup (event->error->message);
      vowel_openai_face_send_error (
          face, event->error, VOWEL_OPENAI_ABOUT_OTHER, event->about);
      break;
    case VOWEL_EVENT_ENDED:
      face->commands.participant = NULL;
      vowel_openai_face_send_end (face, event->reason);
      break;
    default:
      vowel_openai_face_send_event (face, event);
      break;
  }
}

/* The client's id of an event, which errors carry back. */
static gboolean
read_event_id (JsonObject *event, const gchar **ret_event_id, GError **error)
{
  const gchar *event_id = NULL;

  if (!vowel_openai_read_string (event, NULL, "event_id", &event_id, error))
    return FALSE;

  if (event_id != NULL && g_utf8_strlen (event_id, -1) > MAX_EVENT_ID_LENGTH) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_STRING_TOO_LONG,
        "event_id", "Invalid 'event_id': expected at most %d characters.",
        MAX_EVENT_ID_LENGTH);
    return FALSE;
  }

  *ret_event_id = event_id;
  return TRUE;
}

static gboolean
read_type (JsonObject *event, const gchar **ret_type, GError **error)
{
  JsonNode *node = json_object_get_member (event, "type");

  if (node != NULL && JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING) {
    *ret_type = json_node_get_string (node);
    return TRUE;
  }

  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_EVENT, "type",
      "Invalid event: expected an object with a string 'type'.");
  return FALSE;
}

static void
run_event (VowelOpenaiFace *face, JsonObject *event)
{
  g_autoptr (GError) error = NULL;
  VowelOpenaiAbout about = VOWEL_OPENAI_ABOUT_OTHER;
  const gchar *event_id = NULL;
  const gchar *type = NULL;

  if (!read_event_id (event, &event_id, &error)
      || !read_type (event, &type, &error)) {
    report (face, error, about, event_id);
    return;
  }

  if (face->commands.dialect == VOWEL_OPENAI_PROVISIONAL) {
    VowelOpenaiDialect dialect = vowel_openai_dialect_from_event (type, event);

    /* Fields of beta from a client of Vowel's are those of `vowel`. */
    if (dialect == VOWEL_OPENAI_BETA
        && (face->no_beta || face->fallback == VOWEL_OPENAI_VOWEL))
      dialect = face->fallback;
    if (dialect != VOWEL_OPENAI_PROVISIONAL)
      vowel_openai_face_settle_dialect (face, dialect);
  }

  if (face->vowel != NULL && g_str_equal (type, VOWEL_OPENAI_GET_LATENCY)
          ? !vowel_openai_vowel_tell_latency (face->vowel, event, &error)
          : !vowel_openai_commands_run (
              &face->commands, type, event, &about, &error))
    report (face, error, about, event_id);
}

static void
run_text (VowelOpenaiFace *face, const gchar *text, gsize length)
{
  g_autoptr (JsonNode) root = NULL;
  g_autoptr (GError) parse_error = NULL;
  g_autoptr (GError) error = NULL;

  root = gst_vowel_json_parse (text, length, MAX_EVENT_SIZE, &parse_error);
  if (root == NULL)
    vowel_openai_set_error (&error, VOWEL_OPENAI_ERROR_INVALID_JSON, NULL,
        "Invalid event: %s.", parse_error->message);
  else if (!JSON_NODE_HOLDS_OBJECT (root))
    vowel_openai_set_error (&error, VOWEL_OPENAI_ERROR_INVALID_EVENT, "type",
        "Invalid event: expected a JSON object.");

  if (error != NULL)
    report (face, error, VOWEL_OPENAI_ABOUT_OTHER, NULL);
  else
    run_event (face, json_node_get_object (root));
}

/* FALSE when it is not the plain append that it takes, or carries something
 * that only the JSON parser can tell from an error. */
static gboolean
run_append (VowelOpenaiFace *face, const gchar *text, gsize length)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *event_id = NULL;
  const gchar *audio, *id;
  gsize audio_length, id_length;

  if (!vowel_append_scan (text, length, &audio, &audio_length, &id, &id_length))
    return FALSE;

  if (vowel_openai_commands_append (
          &face->commands, audio, audio_length, &error))
    return TRUE;

  if (g_error_matches (
          error, VOWEL_OPENAI_ERROR, VOWEL_OPENAI_ERROR_INVALID_VALUE)
      || id_length > MAX_EVENT_ID_LENGTH)
    return FALSE;

  if (id != NULL)
    event_id = g_strndup (id, id_length);
  report (face, error, VOWEL_OPENAI_ABOUT_OTHER, event_id);
  return TRUE;
}

static void
run (VowelOpenaiFace *face, const gchar *text, gsize length)
{
  if (!run_append (face, text, length))
    run_text (face, text, length);
}

static void
refuse_binary (VowelOpenaiFace *face)
{
  g_autoptr (GError) error = NULL;

  vowel_openai_set_error (&error, VOWEL_OPENAI_ERROR_INVALID_EVENT, NULL,
      "Invalid event: expected a text message with a JSON object, but got a "
      "binary one. Send audio as base64 in input_audio_buffer.append.");
  report (face, error, VOWEL_OPENAI_ABOUT_OTHER, NULL);
}

static void
run_early (VowelOpenaiFace *face)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&face->early);

  for (guint i = 0; i < early->len && face->commands.participant != NULL; i++) {
    GBytes *message = g_ptr_array_index (early, i);
    gsize length = 0;
    const gchar *text = NULL;

    if (message == NULL) {
      refuse_binary (face);
      continue;
    }
    text = g_bytes_get_data (message, &length);
    /* Empty bytes have no data. */
    run (face, length > 0 ? text : "", length);
  }
}

static void
keep_early (VowelOpenaiFace *face, GBytes *message, gsize length)
{
  face->early_size += length + sizeof (gpointer);
  if (face->early_size > MAX_EARLY_SIZE) {
    g_clear_pointer (&message, g_bytes_unref);
    vowel_openai_face_finish (
        face, CLOSE_POLICY, "Too much before the session started");
    return;
  }
  g_ptr_array_add (face->early, message);
  if (face->greeting_timer != 0)
    greet (face);
}

static void
vowel_openai_face_receive_text (
    VowelFace *base, const gchar *text, gsize length)
{
  g_autoptr (VowelOpenaiFace) face = g_object_ref (VOWEL_OPENAI_FACE (base));

  if (face->finished || face->commands.participant == NULL)
    return;

  if (face->started) {
    run (face, text, length);
    return;
  }

  keep_early (face, g_bytes_new (text, length), length);
}

static void
vowel_openai_face_receive_binary (
    VowelFace *base, const guint8 *data, gsize length)
{
  g_autoptr (VowelOpenaiFace) face = g_object_ref (VOWEL_OPENAI_FACE (base));

  if (face->finished || face->commands.participant == NULL)
    return;

  if (face->started)
    refuse_binary (face);
  else
    keep_early (face, NULL, 0);
}

static void
leave (VowelOpenaiFace *face)
{
  VowelParticipant *participant = g_steal_pointer (&face->commands.participant);

  face->finished = TRUE;
  forget_greeting (face);
  if (participant != NULL)
    vowel_session_leave (face->commands.session, participant);
}

static void
vowel_openai_face_closed (VowelFace *base, guint16 code)
{
  g_autoptr (VowelOpenaiFace) face = g_object_ref (VOWEL_OPENAI_FACE (base));

  leave (face);
}

/* The session cannot begin. */
static void
vowel_openai_face_refuse (VowelFace *iface, const GError *error)
{
  VowelOpenaiFace *face = VOWEL_OPENAI_FACE (iface);

  vowel_openai_face_send_error (face, error, VOWEL_OPENAI_ABOUT_OTHER, NULL);
  if (g_error_matches (
          error, VOWEL_OPENAI_ERROR, VOWEL_OPENAI_ERROR_BETA_DISABLED))
    vowel_openai_face_finish (
        face, CLOSE_REFUSED, "invalid_request_error.beta_api_shape_disabled");
  else
    vowel_openai_face_finish (
        face, CLOSE_INTERNAL, "The session could not begin.");
}

static void
vowel_openai_face_iface_init (VowelFaceInterface *iface)
{
  iface->receive_text = vowel_openai_face_receive_text;
  iface->receive_binary = vowel_openai_face_receive_binary;
  iface->closed = vowel_openai_face_closed;
  iface->refuse = vowel_openai_face_refuse;
}

static void
vowel_openai_face_init (VowelOpenaiFace *face)
{
  g_autofree gchar *random = vowel_make_id ("event");

  face->event_id_prefix = g_strconcat (random, "_", NULL);
  face->early = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  face->delta = g_string_new (NULL);
}

static void
vowel_openai_face_dispose (GObject *object)
{
  VowelOpenaiFace *face = VOWEL_OPENAI_FACE (object);

  if (face->commands.participant != NULL)
    leave (face);
  g_clear_object (&face->commands.session);
  g_clear_object (&face->transport);

  G_OBJECT_CLASS (vowel_openai_face_parent_class)->dispose (object);
}

static void
vowel_openai_face_finalize (GObject *object)
{
  VowelOpenaiFace *face = VOWEL_OPENAI_FACE (object);

  g_clear_pointer (&face->early, g_ptr_array_unref);
  g_string_free (face->delta, TRUE);
  g_clear_pointer (&face->vowel, vowel_openai_vowel_free);
  g_clear_pointer (&face->audience, vowel_openai_audience_free);
  g_clear_pointer (&face->history, g_ptr_array_unref);
  g_free (face->event_id_prefix);
  g_free (face->farewell);

  G_OBJECT_CLASS (vowel_openai_face_parent_class)->finalize (object);
}

static void
vowel_openai_face_class_init (VowelOpenaiFaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vowel_openai_face_dispose;
  object_class->finalize = vowel_openai_face_finalize;
}

/* What is known of the client before it says anything. */
static void
meet (VowelOpenaiFace *face, const VowelOpenaiHandshake *handshake)
{
  VowelOpenaiDialect dialect = vowel_openai_dialect_from_handshake (handshake);

  face->agents_sdk = vowel_openai_handshake_is_agents_sdk (handshake);
  face->no_beta = handshake->no_beta;
  vowel_openai_audience_set_no_audio (face->audience, handshake->no_audio);
  /* `vowel` is a mixture: what belongs to the other dialect is understood. */
  face->commands.pinned =
      dialect == VOWEL_OPENAI_GA || dialect == VOWEL_OPENAI_BETA;
  /* It asks for an answer before it has taken note of the last one's end. */
  if (face->agents_sdk)
    vowel_session_set_manners (face->commands.session,
        face->commands.participant, VOWEL_MANNERS_QUEUE);
  vowel_openai_face_settle_dialect (face, dialect);
  if (face->agents_sdk && !face->is_vowel
      && vowel_openai_handshake_is_vowel (handshake)) {
    face->commands.quirks = TRUE;
    face->vowel =
        vowel_openai_vowel_new (vowel_session_get_id (face->commands.session),
            FALSE, vowel_openai_face_send_extension, face);
    face->lets_client_begin = handshake->subprotocols == NULL;
  }
}

VowelOpenaiFace *
vowel_openai_face_new (VowelSession *session, VowelTransport *transport,
    const VowelOpenaiHandshake *handshake)
{
  VowelOpenaiFace *face = g_object_new (VOWEL_TYPE_OPENAI_FACE, NULL);

  face->transport = g_object_ref (transport);
  face->commands.session = g_object_ref (session);
  face->fallback = vowel_openai_dialect_fallback (handshake);
  face->audience = vowel_openai_audience_new (session);
  face->commands.participant =
      vowel_session_join (session, handshake->role, on_event, face);
  if (vowel_session_is_started (session))
    face->history = vowel_openai_audience_dup_items (
        face->audience, face->commands.participant);
  meet (face, handshake);
  if (vowel_session_is_started (session))
    start (face);

  return face;
}

gboolean
vowel_openai_face_set_tools (
    VowelOpenaiFace *face, GPtrArray *tools, GError **error)
{
  VowelSession *session = face->commands.session;
  g_autoptr (VowelSessionConfig) config =
      vowel_session_config_copy (vowel_session_get_config (session));

  return vowel_session_configure (
      session, face->commands.participant, config, tools, error);
}
