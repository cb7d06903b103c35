/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-messages.h"
#include "twilio-media.h"

#include "../base64.h"

#include "session/error.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MAX_MESSAGE (1024 * 1024)
#define MAX_PARAMETERS 100
/* Of what a client names: longer ones are none of Twilio's. */
#define MAX_SID 128
#define MAX_MARK 512

#define INBOUND "inbound"
#define ENCODING "audio/x-mulaw"
#define RATE 8000

void
vowel_twilio_message_clear (VowelTwilioMessage *message)
{
  g_free (message->stream_sid);
  g_free (message->call_sid);
  g_free (message->account_sid);
  g_clear_pointer (&message->parameters, g_hash_table_unref);
  g_clear_pointer (&message->audio, g_bytes_unref);
  g_free (message->mark);
}

static JsonObject *
require_object (JsonObject *object, const gchar *name, GError **error)
{
  JsonObject *member = gst_vowel_json_get_object (object, name);

  if (member == NULL)
    vowel_set_field_error (
        error, VOWEL_ERROR_MISSING, name, "an object is needed here");
  return member;
}

static const gchar *
require_string (JsonObject *object, const gchar *parent, const gchar *name,
    gsize max, GError **error)
{
  g_autofree gchar *field = g_strconcat (parent, ".", name, NULL);
  const gchar *value = gst_vowel_json_get_string (object, name);

  if (value == NULL || value[0] == '\0') {
    vowel_set_field_error (
        error, VOWEL_ERROR_MISSING, field, "a string is needed here");
    return NULL;
  }
  if (strlen (value) > max) {
    vowel_set_field_error (error, VOWEL_ERROR_TOO_LONG, field,
        "%" G_GSIZE_FORMAT " bytes are more than the %" G_GSIZE_FORMAT
        " that fit",
        strlen (value), max);
    return NULL;
  }
  return value;
}

/* Such names go into messages, and into the names of sessions, as they are. */
static const gchar *
require_sid (JsonObject *start, const gchar *name, GError **error)
{
  const gchar *sid = require_string (start, "start", name, MAX_SID, error);
  g_autofree gchar *field = NULL;

  if (sid == NULL)
    return NULL;
  if (strspn (sid, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "_-.")
      == strlen (sid))
    return sid;
  field = g_strconcat ("start.", name, NULL);
  vowel_set_field_error (
      error, VOWEL_ERROR_INVALID, field, "letters and digits are needed here");
  return NULL;
}

/* A stream that brings something else than it always was. */
static gboolean
check_format (JsonObject *start, GError **error)
{
  JsonObject *format = gst_vowel_json_get_object (start, "mediaFormat");
  const gchar *encoding = gst_vowel_json_get_string (format, "encoding");
  gint64 rate = gst_vowel_json_get_int (format, "sampleRate", RATE);
  gint64 channels = gst_vowel_json_get_int (format, "channels", 1);

  if ((encoding == NULL || g_str_equal (encoding, ENCODING)) && rate == RATE
      && channels == 1)
    return TRUE;
  vowel_set_field_error (error, VOWEL_ERROR_NOT_SUPPORTED, "start.mediaFormat",
      "only " ENCODING " with 8000 samples per second on one channel is "
      "understood");
  return FALSE;
}

static gboolean
read_parameters (VowelTwilioMessage *message, JsonObject *start, GError **error)
{
  JsonObject *parameters =
      gst_vowel_json_get_object (start, "customParameters");
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *node;

  message->parameters =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  if (parameters == NULL)
    return TRUE;
  if (json_object_get_size (parameters) > MAX_PARAMETERS) {
    vowel_set_field_error (error, VOWEL_ERROR_TOO_LONG,
        "start.customParameters", "at most %d are taken", MAX_PARAMETERS);
    return FALSE;
  }
  json_object_iter_init (&iter, parameters);
  while (json_object_iter_next (&iter, &name, &node))
    if (JSON_NODE_HOLDS_VALUE (node)
        && json_node_get_value_type (node) == G_TYPE_STRING)
      g_hash_table_insert (message->parameters, g_strdup (name),
          g_strdup (json_node_get_string (node)));
  return TRUE;
}

static gboolean
parse_start (VowelTwilioMessage *message, JsonObject *object, GError **error)
{
  JsonObject *start = require_object (object, "start", error);
  const gchar *stream_sid, *call_sid;

  if (start == NULL)
    return FALSE;
  stream_sid = require_sid (start, "streamSid", error);
  call_sid = stream_sid != NULL ? require_sid (start, "callSid", error) : NULL;
  if (call_sid == NULL || !check_format (start, error)
      || !read_parameters (message, start, error))
    return FALSE;
  message->stream_sid = g_strdup (stream_sid);
  message->call_sid = g_strdup (call_sid);
  message->account_sid =
      g_strdup (gst_vowel_json_get_string (start, "accountSid"));
  return TRUE;
}

/* Twilio writes its numbers as strings. */
static gint64
read_time (JsonObject *object)
{
  const gchar *text = gst_vowel_json_get_string (object, "timestamp");

  return text != NULL
             ? vowel_twilio_parse_time (text, strlen (text))
             : MAX (gst_vowel_json_get_int (object, "timestamp", -1), -1);
}

static gboolean
parse_media (VowelTwilioMessage *message, JsonObject *object, GError **error)
{
  JsonObject *media = require_object (object, "media", error);
  const gchar *track, *payload;

  if (media == NULL)
    return FALSE;
  track = gst_vowel_json_get_string (media, "track");
  message->at_ms = read_time (media);
  if (track != NULL && !g_str_equal (track, INBOUND))
    return TRUE;
  payload = gst_vowel_json_get_string (media, "payload");
  if (payload == NULL) {
    vowel_set_field_error (
        error, VOWEL_ERROR_MISSING, "media.payload", "a string is needed here");
    return FALSE;
  }
  message->audio = vowel_base64_decode (payload, strlen (payload));
  if (message->audio == NULL)
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "media.payload",
        "base64 with padding is needed here");
  return message->audio != NULL;
}

static gboolean
parse_dtmf (VowelTwilioMessage *message, JsonObject *object, GError **error)
{
  JsonObject *dtmf = require_object (object, "dtmf", error);
  const gchar *digit =
      dtmf != NULL ? require_string (dtmf, "dtmf", "digit", 1, error) : NULL;

  if (digit == NULL)
    return FALSE;
  if (strchr (VOWEL_TWILIO_DIGITS, digit[0]) == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, "dtmf.digit",
        "one of " VOWEL_TWILIO_DIGITS " is needed here");
    return FALSE;
  }
  message->digit = digit[0];
  return TRUE;
}

static gboolean
parse_mark (VowelTwilioMessage *message, JsonObject *object, GError **error)
{
  JsonObject *mark = require_object (object, "mark", error);

  if (mark != NULL)
    message->mark =
        g_strdup (require_string (mark, "mark", "name", MAX_MARK, error));
  return message->mark != NULL;
}

typedef gboolean (*ParseFunc) (
    VowelTwilioMessage *message, JsonObject *object, GError **error);

static const struct {
  const gchar *name;
  VowelTwilioEvent event;
  ParseFunc parse; /* (nullable): nothing in it matters */
} events[] = {
    {"connected", VOWEL_TWILIO_CONNECTED, NULL},
    {"start", VOWEL_TWILIO_START, parse_start},
    {"media", VOWEL_TWILIO_MEDIA, parse_media},
    {"dtmf", VOWEL_TWILIO_DTMF, parse_dtmf},
    {"mark", VOWEL_TWILIO_MARK, parse_mark},
    {"stop", VOWEL_TWILIO_STOP, NULL},
};

static gboolean
parse_event (VowelTwilioMessage *message, JsonObject *object, GError **error)
{
  const gchar *name = gst_vowel_json_get_string (object, "event");

  if (name == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_MISSING, "event",
        "the name of what happened is needed here");
    return FALSE;
  }
  for (guint i = 0; i < G_N_ELEMENTS (events); i++)
    if (g_str_equal (name, events[i].name)) {
      message->event = events[i].event;
      return events[i].parse == NULL
             || events[i].parse (message, object, error);
    }
  return TRUE;
}

static gboolean
parse_json (VowelTwilioMessage *message, const gchar *text, gsize length,
    GError **error)
{
  g_autoptr (GError) parse_error = NULL;
  g_autoptr (JsonNode) root =
      gst_vowel_json_parse (text, length, MAX_MESSAGE, &parse_error);

  if (root == NULL) {
    g_set_error (error, VOWEL_ERROR, VOWEL_ERROR_INVALID, "Not JSON: %s",
        parse_error->message);
    return FALSE;
  }
  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error_literal (
        error, VOWEL_ERROR, VOWEL_ERROR_INVALID, "Not a JSON object");
    return FALSE;
  }
  return parse_event (message, json_node_get_object (root), error);
}

/* FALSE when only the JSON parser can tell what it is. */
static gboolean
scan_media (VowelTwilioMessage *message, const gchar *text, gsize length)
{
  VowelTwilioMedia media;

  if (!vowel_twilio_media_scan (text, length, &media))
    return FALSE;
  if (media.is_inbound) {
    message->audio = vowel_base64_decode (media.payload, media.payload_length);
    if (message->audio == NULL)
      return FALSE;
  }
  message->event = VOWEL_TWILIO_MEDIA;
  message->at_ms = media.at_ms;
  return TRUE;
}

gboolean
vowel_twilio_message_parse (VowelTwilioMessage *message, const gchar *text,
    gsize length, GError **error)
{
  g_auto (VowelTwilioMessage) parsed = {.at_ms = -1};

  if (!scan_media (&parsed, text, length)
      && !parse_json (&parsed, text, length, error))
    return FALSE;
  *message = parsed;
  parsed = (VowelTwilioMessage){0};
  return TRUE;
}

/* Messages to Twilio. */

static void
add_string (JsonBuilder *builder, const gchar *name, const gchar *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static JsonBuilder *
begin (const gchar *event, const gchar *stream_sid)
{
  JsonBuilder *builder = json_builder_new ();

  json_builder_begin_object (builder);
  add_string (builder, "event", event);
  add_string (builder, "streamSid", stream_sid);
  return builder;
}

static void
end (JsonBuilder *builder, GString *out)
{
  g_autoptr (JsonNode) root = NULL;
  g_autofree gchar *text = NULL;

  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  text = json_to_string (root, FALSE);
  g_string_assign (out, text);
}

void
vowel_twilio_write_mark (
    GString *out, const gchar *stream_sid, const gchar *name)
{
  g_autoptr (JsonBuilder) builder = begin ("mark", stream_sid);

  json_builder_set_member_name (builder, "mark");
  json_builder_begin_object (builder);
  add_string (builder, "name", name);
  json_builder_end_object (builder);
  end (builder, out);
}

void
vowel_twilio_write_clear (GString *out, const gchar *stream_sid)
{
  g_autoptr (JsonBuilder) builder = begin ("clear", stream_sid);

  end (builder, out);
}
