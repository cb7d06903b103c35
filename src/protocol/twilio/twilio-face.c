/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:twilio-face
 * @title: VowelTwilioFace
 * @short_description: a telephone call over Twilio's Media Streams
 *
 * Nothing can be said before the stream's start, which names it; and the caller
 * is not greeted before. Twilio plays what it is sent in its order and returns
 * marks as they are reached: one is set behind each sentence, so that the
 * session knows what the caller has really heard. An interruption empties what
 * waits there, and the marks that this brings back say nothing.
 *
 * Twilio has no message for errors. What cannot be understood is skipped; who
 * sends little else is told why when the connection is closed.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-face.h"
#include "twilio-gaps.h"
#include "twilio-keypad.h"
#include "twilio-marks.h"
#include "twilio-messages.h"

#include "../audio-converter.h"

#include <string.h>

#define BYTES_PER_MS 8
#define SILENCE 0xff
/* Messages in a row that make no sense. */
#define MAX_NONSENSE 20

#define CLOSE_NORMAL 1000
#define CLOSE_GOING_AWAY 1001
#define CLOSE_UNSUPPORTED 1003
#define CLOSE_NONSENSE 1007
#define CLOSE_INTERNAL 1011

typedef enum {
  TWILIO_WAITS, /* for the start */
  TWILIO_LIVE,
  TWILIO_ENDED,
} State;

struct _VowelTwilioFace {
  GObject parent;

  /* The owner thread. */
  VowelSession *session;
  VowelTransport *transport;
  VowelParticipant *participant; /* (nullable): once it has left */
  gboolean hears_keys;
  State state;
  gchar *stream_sid; /* (nullable): before the start */
  guint n_nonsense;
  VowelTwilioGaps gaps;
  VowelAudioConverter *speaks; /* for a session of another format */
  VowelAudioConverter *hears;
  VowelTwilioKeypad *keypad;
  /* what is played */
  GString *out;
  VowelTwilioMarks *marks;
  gchar *item_id;       /* (nullable): whose speech was sent last */
  guint64 item_bytes;   /* of it, so far */
  gboolean is_unmarked; /* some of it has no mark behind it yet */
};

static const VowelAudioFormat telephone = {VOWEL_ENCODING_PCMU, 8000};

static void vowel_twilio_face_iface_init (VowelFaceInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelTwilioFace, vowel_twilio_face,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_FACE, vowel_twilio_face_iface_init))

static void
leave (VowelTwilioFace *face)
{
  VowelParticipant *participant = g_steal_pointer (&face->participant);

  face->state = TWILIO_ENDED;
  g_clear_pointer (&face->keypad, vowel_twilio_keypad_free);
  if (participant != NULL)
    vowel_session_leave (face->session, participant);
}

/* Nothing follows in the call's TwiML: it ends with the connection. That is
 * closed first, before the end of the session does it for another reason. */
static void
hang_up (VowelTwilioFace *face, guint16 code, const gchar *reason)
{
  if (face->state == TWILIO_ENDED)
    return;
  face->state = TWILIO_ENDED;
  vowel_transport_close (face->transport, code, reason);
  leave (face);
}

/* Speech. */

static void
send (VowelTwilioFace *face)
{
  vowel_transport_send_text (face->transport, face->out->str, face->out->len);
}

static void
send_speech (VowelTwilioFace *face, GBytes *mulaw)
{
  gsize length;
  const guint8 *data = g_bytes_get_data (mulaw, &length);

  if (length == 0)
    return;
  vowel_twilio_write_media (face->out, face->stream_sid, data, length);
  send (face);
  face->item_bytes += length;
  face->is_unmarked = TRUE;
}

static void
set_mark (VowelTwilioFace *face)
{
  g_autoptr (GBytes) rest = vowel_audio_converter_finish (face->speaks, NULL);
  const gchar *name;

  if (rest != NULL)
    send_speech (face, rest);
  if (!face->is_unmarked)
    return;
  face->is_unmarked = FALSE;
  name = vowel_twilio_marks_add (
      face->marks, face->item_id, face->item_bytes / BYTES_PER_MS);
  vowel_twilio_write_mark (face->out, face->stream_sid, name);
  send (face);
}

static void
play (VowelTwilioFace *face, const VowelEvent *event)
{
  g_autoptr (GBytes) mulaw = NULL;
  g_autoptr (GError) error = NULL;

  if (g_strcmp0 (face->item_id, event->item_id) != 0) {
    set_mark (face);
    g_free (face->item_id);
    face->item_id = g_strdup (event->item_id);
    face->item_bytes = 0;
  }
  mulaw = vowel_audio_converter_push (face->speaks,
      &event->response->output_format, &telephone, event->audio, &error);
  if (mulaw != NULL)
    send_speech (face, mulaw);
  else
    g_warning ("session %s: an answer cannot be told: %s",
        vowel_session_get_id (face->session), error->message);
  if (event->sentence_end)
    set_mark (face);
}

static void
stop_playing (VowelTwilioFace *face)
{
  vowel_audio_converter_reset (face->speaks);
  if (!face->is_unmarked && !vowel_twilio_marks_is_waiting (face->marks))
    return;
  face->is_unmarked = FALSE;
  vowel_twilio_marks_clear (face->marks);
  vowel_twilio_write_clear (face->out, face->stream_sid);
  send (face);
}

static void
on_end (VowelTwilioFace *face, VowelEndReason reason)
{
  static const struct {
    guint16 code;
    const gchar *reason;
  } ends[] = {
      [VOWEL_END_CLIENT_LEFT] = {CLOSE_NORMAL, ""},
      [VOWEL_END_EXPIRED] = {CLOSE_NORMAL, "The call has lasted too long"},
      [VOWEL_END_IDLE] = {CLOSE_NORMAL, "Nothing happened for too long"},
      [VOWEL_END_SHUTDOWN] = {CLOSE_GOING_AWAY, "The server is shutting down"},
      [VOWEL_END_FAILED] = {CLOSE_INTERNAL, "The session failed"},
      [VOWEL_END_TRANSFERRED] = {CLOSE_NORMAL, "The call was put through"},
  };

  face->participant = NULL;
  hang_up (face, ends[reason].code, ends[reason].reason);
}

static void
on_event (const VowelEvent *event, gpointer user_data)
{
  g_autoptr (VowelTwilioFace) face = g_object_ref (user_data);

  if (event->type == VOWEL_EVENT_ENDED) {
    on_end (face, event->reason);
    return;
  }
  if (face->state != TWILIO_LIVE)
    return;

  switch (event->type) {
    case VOWEL_EVENT_AUDIO:
      play (face, event);
      break;
    case VOWEL_EVENT_INTERRUPTED:
    case VOWEL_EVENT_ITEM_TRUNCATED:
      stop_playing (face);
      break;
    case VOWEL_EVENT_RESPONSE_DONE:
      set_mark (face);
      break;
    default:
      break;
  }
}

/* What Twilio says. */

static void
begin (VowelTwilioFace *face, const VowelTwilioMessage *message)
{
  if (face->state != TWILIO_WAITS)
    return;
  face->state = TWILIO_LIVE;
  face->stream_sid = g_strdup (message->stream_sid);
  vowel_session_ready (face->session, face->participant);
}

static void
push (VowelTwilioFace *face, GBytes *mulaw)
{
  const VowelSessionConfig *config = vowel_session_get_config (face->session);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) audio = vowel_audio_converter_push (
      face->hears, &telephone, &config->input_format, mulaw, &error);

  if (face->participant == NULL)
    return;
  if (audio == NULL
      || !vowel_session_push_audio (
          face->session, face->participant, audio, &error))
    g_debug ("session %s: audio is not heard: %s",
        vowel_session_get_id (face->session), error->message);
}

static void
push_silence (VowelTwilioFace *face, gsize length)
{
  guint8 *silence = g_malloc (length);
  g_autoptr (GBytes) audio = g_bytes_new_take (silence, length);

  memset (silence, SILENCE, length);
  push (face, audio);
}

static void
hear (VowelTwilioFace *face, const VowelTwilioMessage *message)
{
  gsize missing;

  if (message->audio == NULL)
    return;
  missing = vowel_twilio_gaps_note (
      &face->gaps, message->at_ms, g_bytes_get_size (message->audio));
  if (missing > 0)
    push_silence (face, missing);
  push (face, message->audio);
}

static void
take_mark (VowelTwilioFace *face, const VowelTwilioMessage *message)
{
  g_autofree gchar *item_id = NULL;
  guint audio_ms = 0;

  if (vowel_twilio_marks_take (face->marks, message->mark, &item_id, &audio_ms))
    vowel_session_heard (
        face->session, face->participant, item_id, audio_ms, NULL);
}

/* Who presses keys does not want to hear on. */
static void
press (VowelTwilioFace *face, gchar key)
{
  if (face->hears_keys)
    vowel_session_cancel (face->session, face->participant, NULL, NULL);
  if (face->keypad != NULL)
    vowel_twilio_keypad_press (face->keypad, key);
}

/* They are part of the conversation in any case; a model that does not expect
 * them is not given them. */
static void
on_keys (const gchar *keys, gpointer user_data)
{
  g_autoptr (VowelTwilioFace) face = g_object_ref (user_data);
  g_autoptr (VowelItem) item = vowel_item_new_message (NULL, VOWEL_ROLE_USER);
  g_autofree gchar *text =
      g_strdup_printf ("(The caller pressed %s on the keypad.)", keys);

  vowel_item_add_part (item, VOWEL_PART_TEXT, text);
  item->is_aside = !face->hears_keys;
  vowel_session_add_item (face->session, face->participant, item, NULL, NULL);
}

static void
run (VowelTwilioFace *face, const VowelTwilioMessage *message)
{
  gboolean is_live = face->state == TWILIO_LIVE;

  switch (message->event) {
    case VOWEL_TWILIO_START:
      begin (face, message);
      break;
    case VOWEL_TWILIO_MEDIA:
      if (is_live)
        hear (face, message);
      break;
    case VOWEL_TWILIO_DTMF:
      if (is_live)
        press (face, message->digit);
      break;
    case VOWEL_TWILIO_MARK:
      if (is_live)
        take_mark (face, message);
      break;
    case VOWEL_TWILIO_STOP:
      hang_up (face, CLOSE_NORMAL, "");
      break;
    case VOWEL_TWILIO_CONNECTED:
    case VOWEL_TWILIO_OTHER:
      break;
  }
}

static void
note_nonsense (VowelTwilioFace *face, const GError *error)
{
  if (g_error_matches (error, VOWEL_ERROR, VOWEL_ERROR_NOT_SUPPORTED))
    hang_up (face, CLOSE_UNSUPPORTED, error->message);
  else if (++face->n_nonsense >= MAX_NONSENSE)
    hang_up (face, CLOSE_NONSENSE, error->message);
}

static void
vowel_twilio_face_receive_text (
    VowelFace *base, const gchar *text, gsize length)
{
  g_autoptr (VowelTwilioFace) face = g_object_ref (VOWEL_TWILIO_FACE (base));
  g_auto (VowelTwilioMessage) message = {0};
  g_autoptr (GError) error = NULL;

  if (face->state == TWILIO_ENDED)
    return;
  if (!vowel_twilio_message_parse (&message, text, length, &error)) {
    note_nonsense (face, error);
    return;
  }
  face->n_nonsense = 0;
  run (face, &message);
}

static void
vowel_twilio_face_receive_binary (
    VowelFace *base, const guint8 *data, gsize length)
{
  g_autoptr (VowelTwilioFace) face = g_object_ref (VOWEL_TWILIO_FACE (base));
  g_autoptr (GError) error = g_error_new_literal (VOWEL_ERROR,
      VOWEL_ERROR_INVALID, "Not a text message with a JSON object");

  if (face->state != TWILIO_ENDED)
    note_nonsense (face, error);
}

static void
vowel_twilio_face_closed (VowelFace *base, guint16 code)
{
  g_autoptr (VowelTwilioFace) face = g_object_ref (VOWEL_TWILIO_FACE (base));

  leave (face);
}

static void
vowel_twilio_face_refuse (VowelFace *base, const GError *error)
{
  hang_up (VOWEL_TWILIO_FACE (base), CLOSE_INTERNAL, error->message);
}

static void
vowel_twilio_face_iface_init (VowelFaceInterface *iface)
{
  iface->receive_text = vowel_twilio_face_receive_text;
  iface->receive_binary = vowel_twilio_face_receive_binary;
  iface->closed = vowel_twilio_face_closed;
  iface->refuse = vowel_twilio_face_refuse;
}

static void
vowel_twilio_face_init (VowelTwilioFace *face)
{
  face->out = g_string_new (NULL);
  face->marks = vowel_twilio_marks_new ();
  face->speaks = vowel_audio_converter_new ();
  face->hears = vowel_audio_converter_new ();
}

static void
vowel_twilio_face_dispose (GObject *object)
{
  VowelTwilioFace *face = VOWEL_TWILIO_FACE (object);

  if (face->participant != NULL)
    leave (face);
  g_clear_pointer (&face->keypad, vowel_twilio_keypad_free);
  g_clear_object (&face->session);
  g_clear_object (&face->transport);
  G_OBJECT_CLASS (vowel_twilio_face_parent_class)->dispose (object);
}

static void
vowel_twilio_face_finalize (GObject *object)
{
  VowelTwilioFace *face = VOWEL_TWILIO_FACE (object);

  g_string_free (face->out, TRUE);
  vowel_twilio_marks_free (face->marks);
  vowel_audio_converter_free (face->speaks);
  vowel_audio_converter_free (face->hears);
  g_free (face->stream_sid);
  g_free (face->item_id);
  G_OBJECT_CLASS (vowel_twilio_face_parent_class)->finalize (object);
}

static void
vowel_twilio_face_class_init (VowelTwilioFaceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = vowel_twilio_face_dispose;
  object_class->finalize = vowel_twilio_face_finalize;
}

VowelTwilioFace *
vowel_twilio_face_new (
    VowelSession *session, VowelTransport *transport, gboolean hears_keys)
{
  VowelTwilioFace *face = g_object_new (VOWEL_TYPE_TWILIO_FACE, NULL);

  face->session = g_object_ref (session);
  face->transport = g_object_ref (transport);
  face->hears_keys = hears_keys;
  face->keypad = vowel_twilio_keypad_new (
      vowel_session_get_clock (session), on_keys, face);
  face->participant =
      vowel_session_join (session, VOWEL_PARTICIPANT_CLIENT, on_event, face);
  if (hears_keys)
    vowel_session_set_manners (session, face->participant,
        VOWEL_MANNERS_QUEUE | VOWEL_MANNERS_ANSWER_INPUT);
  return face;
}

typedef struct {
  VowelFaceMaker base;
  gboolean hears_keys;
} Maker;

static VowelFace *
make (VowelFaceMaker *maker, VowelSession *session, VowelTransport *transport,
    GPtrArray *tools, GError **error)
{
  return VOWEL_FACE (vowel_twilio_face_new (
      session, transport, ((Maker *) maker)->hears_keys));
}

static void
maker_free (VowelFaceMaker *maker)
{
  g_free (maker);
}

VowelFaceMaker *
vowel_twilio_face_maker_new (gboolean hears_keys)
{
  Maker *maker = g_new0 (Maker, 1);

  maker->base.make = make;
  maker->base.free = maker_free;
  maker->hears_keys = hears_keys;
  return &maker->base;
}
