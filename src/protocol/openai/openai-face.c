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

#include "openai-face.h"
#include "audio-frames.h"
#include "openai-audience.h"
#include "openai-commands.h"
#include "openai-dialect.h"
#include "openai-event-json.h"
#include "openai-fields.h"
#include "openai-session-json.h"
#include "openai-vowel.h"

#include <gst/vowel/gstvoweljson.h>

/* One append may carry 15 MiB of audio. */
#define MAX_EVENT_SIZE (24 * 1024 * 1024)
#define MAX_EARLY_SIZE (24 * 1024 * 1024)
#define MAX_EVENT_ID_LENGTH 512
#define DELTA_MS 200
#define GREETING_US (50 * 1000)

#define CLOSE_NORMAL 1000
#define CLOSE_GOING_AWAY 1001
#define CLOSE_POLICY 1008
#define CLOSE_INTERNAL 1011
#define CLOSE_REFUSED 4000 /* OpenAI's own */

struct _VowelOpenaiFace {
  GObject parent;

  /* All on the session's thread. */
  VowelTransport *transport;
  VowelOpenaiCommands commands; /* holds a reference to the session */
  VowelOpenaiDialect fallback;
  VowelOpenaiVowel *vowel; /* (nullable): for Vowel's clients */
  VowelOpenaiAudience *audience;
  gboolean no_beta;
  gboolean lets_client_begin;
  guint greeting_timer;
  gboolean is_vowel;  /* speaks the dialect `vowel` */
  GPtrArray *history; /* (nullable): what was there when it came late */
  gboolean agents_sdk;
  gboolean started;
  gboolean finished; /* closed by the peer or by us */

  /* (element-type GBytes): received before the start; NULL: a binary one */
  GPtrArray *early;
  gsize early_size;

  gchar *farewell; /* (nullable): why the session ends, as it was said */

  gchar *event_id_prefix;
  guint64 n_events;
  GString *delta; /* reused for every audio delta */
};

static void vowel_openai_face_iface_init (VowelFaceInterface *iface);

G_DEFINE_TYPE_WITH_CODE (VowelOpenaiFace, vowel_openai_face, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_FACE, vowel_openai_face_iface_init))

static gchar *
make_event_id (VowelOpenaiFace *face)
{
  return g_strdup_printf (
      "%s%" G_GINT64_MODIFIER "x", face->event_id_prefix, ++face->n_events);
}

/* Takes @object. */
static void
send_object (VowelOpenaiFace *face, JsonObject *object)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree gchar *event_id = make_event_id (face);
  g_autofree gchar *text = NULL;

  json_object_set_string_member (object, "event_id", event_id);
  json_node_take_object (node, object);
  if (face->finished)
    return;

  text = json_to_string (node, FALSE);
  vowel_transport_send_text (face->transport, text, strlen (text));
}

static void
send_error (VowelOpenaiFace *face, const GError *error, VowelOpenaiAbout about,
    const gchar *event_id)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", "error");
  json_object_set_object_member (object, "error",
      vowel_openai_error_to_full_object (error, about, event_id));
  send_object (face, object);
}

/* Races that the agents SDK runs into by design and would report as failures
 * of the session. */
static gboolean
is_benign (VowelOpenaiFace *face, const GError *error, VowelOpenaiAbout about)
{
  if (!face->agents_sdk)
    return FALSE;

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
  if (!is_benign (face, error, about))
    send_error (face, error, about, event_id);
}

static void
finish (VowelOpenaiFace *face, guint16 code, const gchar *reason)
{
  if (face->finished)
    return;

  face->finished = TRUE;
  vowel_transport_close (face->transport, code, reason);
}

static gboolean
only_transcribes (VowelOpenaiFace *face)
{
  return vowel_session_get_config (face->commands.session)->kind
         == VOWEL_SESSION_TRANSCRIPTION;
}

static void
send_session (VowelOpenaiFace *face, gboolean created)
{
  VowelSession *session = face->commands.session;
  JsonObject *object = json_object_new ();
  GPtrArray *tools = NULL;
  const gchar *type = created ? "session.created" : "session.updated";

  if (only_transcribes (face) && face->commands.dialect == VOWEL_OPENAI_BETA)
    type = created ? "transcription_session.created"
                   : "transcription_session.updated";

  if (face->commands.participant != NULL)
    tools = vowel_session_get_tools (session, face->commands.participant);

  json_object_set_string_member (object, "type", type);
  json_object_set_object_member (object, "session",
      vowel_openai_session_render (vowel_session_get_config (session), tools,
          vowel_session_get_id (session),
          vowel_session_get_expires_at (session), face->commands.dialect));
  send_object (face, object);
}

static void
send_conversation (VowelOpenaiFace *face)
{
  JsonObject *object = json_object_new ();
  JsonObject *conversation = json_object_new ();

  json_object_set_string_member (conversation, "id",
      vowel_session_get_conversation_id (face->commands.session));
  json_object_set_string_member (
      conversation, "object", "realtime.conversation");
  json_object_set_string_member (object, "type", "conversation.created");
  json_object_set_object_member (object, "conversation", conversation);
  send_object (face, object);
}

static void
send_extension (JsonObject *object, gpointer user_data)
{
  send_object (user_data, object);
}

static void
send_audio (VowelOpenaiFace *face, const VowelEvent *event)
{
  const gchar *name = vowel_openai_event_name (event, face->commands.dialect);
  const VowelAudioFormat *format = &event->response->output_format;
  gsize step = vowel_audio_format_bytes (format, DELTA_MS * 1000);
  gsize length;
  const guint8 *data = g_bytes_get_data (event->audio, &length);

  while (length > 0 && !face->finished) {
    gsize size = MIN (length, step);
    g_autofree gchar *event_id = make_event_id (face);

    vowel_audio_delta_write (face->delta, name, event_id, event->response->id,
        event->item->id, event->output_index, event->part_index, data, size);
    vowel_transport_send_text (
        face->transport, face->delta->str, face->delta->len);
    data += size;
    length -= size;
  }
}

/* The session says itself what went wrong when it expired or failed. */
static void
send_end (VowelOpenaiFace *face, VowelEndReason reason)
{
  static const struct {
    guint16 code;
    const gchar *message;
    gboolean tell; /* with an error event first */
  } ends[] = {
      [VOWEL_END_CLIENT_LEFT] = {CLOSE_NORMAL, "", FALSE},
      [VOWEL_END_EXPIRED] = {CLOSE_GOING_AWAY,
          "Your session hit the maximum duration.", FALSE},
      [VOWEL_END_IDLE] = {CLOSE_NORMAL,
          "The session ended because nothing happened for too long.", TRUE},
      [VOWEL_END_SHUTDOWN] = {CLOSE_GOING_AWAY,
          "The server is shutting down: connect again.", TRUE},
      [VOWEL_END_FAILED] = {CLOSE_INTERNAL, "The session failed.", FALSE},
  };

  if (ends[reason].tell) {
    g_autoptr (GError) error = g_error_new_literal (
        VOWEL_ERROR, VOWEL_ERROR_ENDED, ends[reason].message);

    send_error (face, error, VOWEL_OPENAI_ABOUT_OTHER, NULL);
  }
  finish (face, ends[reason].code,
      reason == VOWEL_END_EXPIRED && face->farewell != NULL
          ? face->farewell
          : ends[reason].message);
}

static void
render_event (VowelOpenaiFace *face, const VowelEvent *event)
{
  JsonObject *object;

  if (event->type == VOWEL_EVENT_AUDIO) {
    send_audio (face, event);
    return;
  }
  if (face->vowel != NULL && vowel_openai_vowel_take (face->vowel, event))
    return;

  object = vowel_openai_event_render (event,
      vowel_session_get_conversation_id (face->commands.session),
      face->commands.dialect);
  if (object != NULL) {
    vowel_openai_audience_trim (
        face->audience, face->commands.participant, event, object);
    if (face->vowel != NULL)
      vowel_openai_vowel_trim (face->vowel, event, object);
    send_object (face, object);
  }
  if (face->vowel != NULL)
    vowel_openai_vowel_follow (face->vowel, event);
}

static void
send_item (VowelOpenaiFace *face, VowelItem *item, const gchar *previous_id)
{
  VowelEvent event = {.type = VOWEL_EVENT_ITEM_ADDED,
      .item = item,
      .item_id = item->id,
      .previous_item_id = previous_id};

  render_event (face, &event);
  event.type = VOWEL_EVENT_ITEM_DONE;
  render_event (face, &event);
}

/* Waits for the dialect: items look different in each. */
static void
tell_history (VowelOpenaiFace *face)
{
  g_autoptr (GPtrArray) items = NULL;
  const gchar *previous_id = NULL;

  if (face->history == NULL || !face->started
      || face->commands.dialect == VOWEL_OPENAI_PROVISIONAL)
    return;

  items = g_steal_pointer (&face->history);
  for (guint i = 0; i < items->len && !face->finished; i++) {
    VowelItem *item = g_ptr_array_index (items, i);

    send_item (face, item, previous_id);
    previous_id = item->id;
  }
}

static void
settle_dialect (VowelOpenaiFace *face, VowelOpenaiDialect dialect)
{
  face->is_vowel = dialect == VOWEL_OPENAI_VOWEL;
  face->commands.dialect = face->is_vowel ? VOWEL_OPENAI_BETA : dialect;
  if (face->is_vowel) {
    face->vowel = vowel_openai_vowel_new (TRUE, send_extension, face);
    vowel_session_set_manners (face->commands.session,
        face->commands.participant,
        VOWEL_MANNERS_QUEUE | VOWEL_MANNERS_ANSWER_INPUT
            | VOWEL_MANNERS_ANSWER_OUTPUTS);
  }
  tell_history (face);
}

/* An item that goes before it was told of is never told of. */
static gboolean
is_untold (VowelOpenaiFace *face, const VowelEvent *event)
{
  if (face->history == NULL || event->type != VOWEL_EVENT_ITEM_DELETED)
    return FALSE;

  for (guint i = 0; i < face->history->len; i++) {
    VowelItem *item = g_ptr_array_index (face->history, i);

    if (g_str_equal (item->id, event->item_id)) {
      g_ptr_array_remove_index (face->history, i);
      return TRUE;
    }
  }

  return FALSE;
}

static void
send_event (VowelOpenaiFace *face, const VowelEvent *event)
{
  VowelOpenaiView view = vowel_openai_audience_view (
      face->audience, face->commands.participant, event);
  VowelEvent shown = *event;

  if (view == VOWEL_OPENAI_HIDE || is_untold (face, event))
    return;
  if (face->commands.dialect == VOWEL_OPENAI_PROVISIONAL
      && (!vowel_openai_event_is_neutral (event)
          || (face->history != NULL && event->item_id != NULL)))
    settle_dialect (face, face->fallback);

  shown.output_index = vowel_openai_audience_index (
      face->audience, face->commands.participant, event);
  if (view == VOWEL_OPENAI_SHOW_WHOLE_ITEM)
    send_item (face, event->item, event->previous_item_id);
  else
    render_event (face, &shown);
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
      && only_transcribes (face))
    settle_dialect (face, face->fallback);
  send_session (face, TRUE);
  send_conversation (face);
  face->started = TRUE;
  tell_history (face);
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
        send_session (face, FALSE);
      break;
    case VOWEL_EVENT_ERROR:
      g_free (face->farewell);
      face->farewell = g_strdup (event->error->message);
      send_error (face, event->error, VOWEL_OPENAI_ABOUT_OTHER, event->about);
      break;
    case VOWEL_EVENT_ENDED:
      face->commands.participant = NULL;
      send_end (face, event->reason);
      break;
    default:
      send_event (face, event);
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
      settle_dialect (face, dialect);
  }

  if (!vowel_openai_commands_run (&face->commands, type, event, &about, &error))
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
    finish (face, CLOSE_POLICY, "Too much before the session started");
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

static void
vowel_openai_face_iface_init (VowelFaceInterface *iface)
{
  iface->receive_text = vowel_openai_face_receive_text;
  iface->receive_binary = vowel_openai_face_receive_binary;
  iface->closed = vowel_openai_face_closed;
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
  settle_dialect (face, dialect);
  if (face->agents_sdk && !face->is_vowel
      && vowel_openai_handshake_is_vowel (handshake)) {
    face->vowel = vowel_openai_vowel_new (FALSE, send_extension, face);
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

VowelOpenaiDialect
vowel_openai_face_get_dialect (VowelOpenaiFace *face)
{
  return face->is_vowel ? VOWEL_OPENAI_VOWEL : face->commands.dialect;
}

void
vowel_openai_face_refuse (VowelOpenaiFace *face, const GError *error)
{
  send_error (face, error, VOWEL_OPENAI_ABOUT_OTHER, NULL);
  if (g_error_matches (
          error, VOWEL_OPENAI_ERROR, VOWEL_OPENAI_ERROR_BETA_DISABLED))
    finish (
        face, CLOSE_REFUSED, "invalid_request_error.beta_api_shape_disabled");
  else
    finish (face, CLOSE_INTERNAL, "The session could not begin.");
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
