/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "transcription.h"

#include "remote-error.h"
#include "sse-parser.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

#define MAX_ANSWER (1024 * 1024)
/* A segment beyond both is nothing that was said. */
#define MAX_NO_SPEECH 0.6
#define MIN_LOGPROB (-1.0)

typedef enum {
  TYPE_JSON,
  TYPE_TEXT,
  TYPE_EVENTS,
} Type;

struct _Transcription {
  gchar *server;
  TranscriptionFunc func;
  gpointer user_data;

  Type type;
  SseParser *parser;
  GString *body; /* of an answer that is not streamed */
  GString *text;
  gchar *language; /* (nullable) */
  gboolean whole;
  GError *error; /* of an event */
};

/* (transfer full) (nullable) */
static JsonNode *
parse (Transcription *self, const gchar *event, const gchar *data, gsize size,
    GError **error)
{
  g_autoptr (GError) parse_error = NULL;
  g_autoptr (JsonNode) root =
      gst_vowel_json_parse (data, size, MAX_ANSWER, &parse_error);
  GError *reported = remote_error_find (self->server, event, 200, root, data);

  if (reported != NULL) {
    g_propagate_error (error, reported);
    return NULL;
  }
  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "%s: the answer makes no sense: %s", self->server,
        parse_error != NULL ? parse_error->message : "not a JSON object");
    return NULL;
  }
  return g_steal_pointer (&root);
}

/* What Whisper makes of silence: "Thank you." */
static gboolean
is_phantom (JsonObject *segment)
{
  return gst_vowel_json_get_double (segment, "no_speech_prob", 0)
             > MAX_NO_SPEECH
         && gst_vowel_json_get_double (segment, "avg_logprob", 0) < MIN_LOGPROB;
}

/* The text of an answer, or of a part of one, without what was not said.
 * (transfer full) (nullable): NULL when there is none */
static gchar *
make_text (JsonObject *answer)
{
  const gchar *text = gst_vowel_json_get_string (answer, "text");
  JsonArray *segments = gst_vowel_json_get_array (answer, "segments");
  guint n = segments != NULL ? json_array_get_length (segments) : 0;
  g_autoptr (GString) kept = g_string_new (NULL);
  gboolean whole = TRUE;

  for (guint i = 0; i < n; i++) {
    JsonNode *node = json_array_get_element (segments, i);
    const gchar *part;

    if (!JSON_NODE_HOLDS_OBJECT (node))
      continue;
    part = gst_vowel_json_get_string (json_node_get_object (node), "text");
    if (is_phantom (json_node_get_object (node)))
      whole = FALSE;
    else if (part != NULL)
      g_string_append (kept, part);
  }
  return g_strdup (text == NULL || whole ? text : kept->str);
}

static void
take_language (Transcription *self, JsonObject *answer)
{
  const gchar *language = gst_vowel_json_get_string (answer, "language");

  if (language == NULL)
    return;
  g_free (self->language);
  self->language = g_strdup (language);
}

static gboolean
on_event (const gchar *event, const gchar *data, gsize size, gpointer user_data)
{
  Transcription *self = user_data;
  g_autoptr (JsonNode) root = NULL;
  g_autofree gchar *part = NULL;
  JsonObject *object;
  const gchar *type, *text;

  if (g_str_has_prefix (data, "[DONE]"))
    return FALSE;
  root = parse (self, event, data, size, &self->error);
  if (root == NULL)
    return FALSE;
  object = json_node_get_object (root);
  take_language (self, object);
  type = gst_vowel_json_get_string (object, "type");
  if (g_strcmp0 (type, "transcript.text.delta") == 0) {
    text = gst_vowel_json_get_string (object, "delta");
    g_string_append (self->text, text != NULL ? text : "");
    self->func (self->text->str, self->user_data);
  } else if (g_strcmp0 (type, "transcript.text.done") == 0) {
    text = gst_vowel_json_get_string (object, "text");
    if (text != NULL)
      g_string_assign (self->text, text);
    self->whole = TRUE;
  } else if (type == NULL && (part = make_text (object)) != NULL) {
    /* Servers of faster-whisper: one segment per event. */
    g_string_append (self->text, part);
    self->whole = TRUE;
    if (*part != '\0')
      self->func (self->text->str, self->user_data);
  }
  return TRUE;
}

Transcription *
transcription_new (
    const gchar *server, TranscriptionFunc func, gpointer user_data)
{
  Transcription *self = g_new0 (Transcription, 1);

  self->server = g_strdup (server);
  self->func = func;
  self->user_data = user_data;
  self->parser = sse_parser_new (on_event, self);
  self->body = g_string_new (NULL);
  self->text = g_string_new (NULL);
  return self;
}

void
transcription_free (Transcription *self)
{
  sse_parser_free (self->parser);
  g_string_free (self->body, TRUE);
  g_string_free (self->text, TRUE);
  g_clear_error (&self->error);
  g_free (self->server);
  g_free (self->language);
  g_free (self);
}

void
transcription_set_type (Transcription *self, const gchar *type)
{
  if (type == NULL)
    return;
  if (g_ascii_strncasecmp (type, "text/event-stream", 17) == 0)
    self->type = TYPE_EVENTS;
  else if (g_ascii_strncasecmp (type, "text/", 5) == 0)
    self->type = TYPE_TEXT;
}

static gboolean
take_error (Transcription *self, GError **error)
{
  if (self->error == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&self->error));
  return FALSE;
}

gboolean
transcription_feed (
    Transcription *self, const guint8 *data, gsize size, GError **error)
{
  if (self->type == TYPE_EVENTS)
    return sse_parser_feed (self->parser, data, size, error)
           && take_error (self, error);
  if (self->body->len + size > MAX_ANSWER) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT,
        "%s: the answer has more than %d bytes", self->server, MAX_ANSWER);
    return FALSE;
  }
  g_string_append_len (self->body, (const gchar *) data, size);
  return TRUE;
}

static gboolean
read_json (Transcription *self, GError **error)
{
  g_autoptr (JsonNode) root =
      parse (self, NULL, self->body->str, self->body->len, error);
  g_autofree gchar *text = NULL;

  if (root == NULL)
    return FALSE;
  text = make_text (json_node_get_object (root));
  take_language (self, json_node_get_object (root));
  if (text == NULL) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "%s: the answer has no text", self->server);
    return FALSE;
  }
  g_string_assign (self->text, text);
  return TRUE;
}

gboolean
transcription_end (Transcription *self, GError **error)
{
  g_autofree gchar *valid = NULL;

  switch (self->type) {
    case TYPE_EVENTS:
      sse_parser_end (self->parser);
      if (!take_error (self, error))
        return FALSE;
      if (self->whole)
        return TRUE;
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
          "%s: the answer broke off", self->server);
      return FALSE;
    case TYPE_TEXT:
      /* The server of whisper.cpp says so of JSON, too. */
      if (self->body->str[0] == '{')
        return read_json (self, error);
      valid = g_utf8_make_valid (self->body->str, self->body->len);
      g_string_assign (self->text, valid);
      return TRUE;
    default:
      return read_json (self, error);
  }
}

const gchar *
transcription_get_language (Transcription *self)
{
  return self->language;
}

gchar *
transcription_dup_text (Transcription *self)
{
  gchar *text = g_strstrip (g_strdup (self->text->str));

  /* What whisper makes of silence. */
  for (const gchar *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isalnum (g_utf8_get_char (p)))
      return text;
  *text = '\0';
  return text;
}

gboolean
transcription_is_verbose (const gchar *model)
{
  g_autofree gchar *lower = model != NULL ? g_ascii_strdown (model, -1) : NULL;

  return lower != NULL && strstr (lower, "whisper") != NULL;
}

gchar *
transcription_make_language (const gchar *language)
{
  if (language == NULL || *language == '\0')
    return NULL;
  if (g_ascii_isalpha (language[0]) && g_ascii_isalpha (language[1])
      && (language[2] == '-' || language[2] == '_'))
    return g_ascii_strdown (language, 2);
  return g_strdup (language);
}
