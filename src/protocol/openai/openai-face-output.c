/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a face sends: the session's events as this connection is shown them. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-face-private.h"
#include "audio-frames.h"
#include "openai-event-json.h"
#include "openai-session-json.h"
#include "openai-vowel-session.h"

#define DELTA_MS 200

#define CLOSE_NORMAL 1000
#define CLOSE_GOING_AWAY 1001

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

void
vowel_openai_face_send_error (VowelOpenaiFace *face, const GError *error,
    VowelOpenaiAbout about, const gchar *event_id)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", "error");
  json_object_set_object_member (object, "error",
      vowel_openai_error_to_full_object (error, about, event_id));
  send_object (face, object);
}

void
vowel_openai_face_finish (
    VowelOpenaiFace *face, guint16 code, const gchar *reason)
{
  if (face->finished)
    return;

  face->finished = TRUE;
  vowel_transport_close (face->transport, code, reason);
}

gboolean
vowel_openai_face_only_transcribes (VowelOpenaiFace *face)
{
  return vowel_session_get_config (face->commands.session)->kind
         == VOWEL_SESSION_TRANSCRIPTION;
}

void
vowel_openai_face_send_session (VowelOpenaiFace *face, gboolean created)
{
  VowelSession *session = face->commands.session;
  JsonObject *object = json_object_new ();
  JsonObject *settings;
  GPtrArray *tools = NULL;
  const gchar *type = created ? "session.created" : "session.updated";

  if (vowel_openai_face_only_transcribes (face)
      && face->commands.dialect == VOWEL_OPENAI_BETA)
    type = created ? "transcription_session.created"
                   : "transcription_session.updated";

  if (face->commands.participant != NULL)
    tools = vowel_session_get_tools (session, face->commands.participant);

  json_object_set_string_member (object, "type", type);
  settings = vowel_openai_session_render (vowel_session_get_config (session),
      tools, vowel_session_get_id (session),
      vowel_session_get_expires_at (session), face->commands.dialect);
  if (face->vowel != NULL)
    vowel_openai_render_vowel_fields (
        settings, vowel_session_get_config (session));
  json_object_set_object_member (object, "session", settings);
  send_object (face, object);
}

void
vowel_openai_face_send_conversation (VowelOpenaiFace *face)
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

void
vowel_openai_face_send_extension (JsonObject *object, gpointer user_data)
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

/* What Vowel's clients know as a session that was long enough. */
static void
send_timeout (VowelOpenaiFace *face, VowelEndReason reason)
{
  gboolean expired = reason == VOWEL_END_EXPIRED;
  VowelSession *session = face->commands.session;
  guint limit_ms = expired ? vowel_session_get_max_duration (session)
                           : vowel_session_get_idle_timeout (session);
  g_autofree gchar *text =
      g_strdup_printf (expired ? "Maximum call duration of %g seconds reached"
                               : "No speech detected for %g seconds",
          limit_ms / 1000.);
  g_autofree gchar *farewell = g_strconcat ("Session ended: ", text, NULL);
  JsonObject *object = json_object_new ();
  JsonObject *error = json_object_new ();

  json_object_set_string_member (error, "type", "session_timeout");
  json_object_set_string_member (error, "code",
      expired ? "max_call_duration_exceeded" : "max_idle_duration_exceeded");
  json_object_set_string_member (error, "message", text);
  json_object_set_null_member (error, "param");
  json_object_set_null_member (error, "event_id");
  json_object_set_string_member (object, "type", "error");
  json_object_set_object_member (object, "error", error);
  send_object (face, object);
  vowel_openai_face_finish (face, CLOSE_NORMAL, farewell);
}

gboolean
vowel_openai_face_times_out (VowelOpenaiFace *face)
{
  return face->vowel != NULL
         || (face->commands.dialect == VOWEL_OPENAI_PROVISIONAL
             && face->fallback == VOWEL_OPENAI_VOWEL);
}

/* The session says itself what went wrong when it expired or failed. */
void
vowel_openai_face_send_end (VowelOpenaiFace *face, VowelEndReason reason)
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
      [VOWEL_END_TRANSFERRED] = {CLOSE_NORMAL, "The call was put through.",
          FALSE},
  };

  if ((reason == VOWEL_END_EXPIRED || reason == VOWEL_END_IDLE)
      && vowel_openai_face_times_out (face)) {
    send_timeout (face, reason);
    return;
  }
  if (ends[reason].tell) {
    g_autoptr (GError) error = g_error_new_literal (
        VOWEL_ERROR, VOWEL_ERROR_ENDED, ends[reason].message);

    vowel_openai_face_send_error (face, error, VOWEL_OPENAI_ABOUT_OTHER, NULL);
  }
  vowel_openai_face_finish (face, ends[reason].code,
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
void
vowel_openai_face_tell_history (VowelOpenaiFace *face)
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

void
vowel_openai_face_settle_dialect (
    VowelOpenaiFace *face, VowelOpenaiDialect dialect)
{
  face->is_vowel = dialect == VOWEL_OPENAI_VOWEL;
  face->commands.dialect = face->is_vowel ? VOWEL_OPENAI_BETA : dialect;
  if (face->is_vowel) {
    face->vowel =
        vowel_openai_vowel_new (vowel_session_get_id (face->commands.session),
            TRUE, vowel_openai_face_send_extension, face);
    vowel_session_set_manners (face->commands.session,
        face->commands.participant,
        VOWEL_MANNERS_QUEUE | VOWEL_MANNERS_ANSWER_INPUT
            | VOWEL_MANNERS_ANSWER_OUTPUTS);
  }
  vowel_openai_face_tell_history (face);
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

void
vowel_openai_face_send_event (VowelOpenaiFace *face, const VowelEvent *event)
{
  VowelOpenaiView view = vowel_openai_audience_view (
      face->audience, face->commands.participant, event);
  VowelEvent shown = *event;

  if (view == VOWEL_OPENAI_HIDE || is_untold (face, event))
    return;
  if (face->commands.dialect == VOWEL_OPENAI_PROVISIONAL
      && (!vowel_openai_event_is_neutral (event)
          || (face->history != NULL && event->item_id != NULL)))
    vowel_openai_face_settle_dialect (face, face->fallback);
  if (face->vowel != NULL)
    vowel_openai_vowel_note (face->vowel, event);

  shown.output_index = vowel_openai_audience_index (
      face->audience, face->commands.participant, event);
  if (view == VOWEL_OPENAI_SHOW_WHOLE_ITEM)
    send_item (face, event->item, event->previous_item_id);
  else
    render_event (face, &shown);
}
