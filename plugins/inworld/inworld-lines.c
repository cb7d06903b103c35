/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "inworld-lines.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

#define MAX_LINE (16 * 1024 * 1024)
#define MAX_REASON_CHARS 300

/* By number. */
static const guint statuses[] = {
    0,   /* OK */
    500, /* cancelled */
    500, /* unknown */
    400, /* invalid argument */
    504, /* deadline exceeded */
    404, /* not found */
    409, /* already exists */
    403, /* permission denied */
    429, /* resource exhausted */
    400, /* failed precondition */
    409, /* aborted */
    400, /* out of range */
    400, /* unimplemented */
    500, /* internal */
    503, /* unavailable */
    500, /* data loss */
    401, /* unauthenticated */
};

guint
inworld_code_to_http (gint64 code)
{
  return code > 0 && code < (gint64) G_N_ELEMENTS (statuses) ? statuses[code]
                                                             : 500;
}

typedef struct {
  gchar *provider;
  GByteArray *held; /* of a line, the beginning */
} Lines;

static gpointer
lines_new (const gchar *provider)
{
  Lines *self = g_new0 (Lines, 1);

  self->provider = g_strdup (provider);
  self->held = g_byte_array_new ();
  return self;
}

static void
lines_free (gpointer envelope)
{
  Lines *self = envelope;

  g_byte_array_unref (self->held);
  g_free (self->provider);
  g_free (self);
}

static void
set_error (Lines *self, GError **error, JsonObject *report)
{
  g_autoptr (GError) mapped = gst_vowel_error_from_http (self->provider,
      inworld_code_to_http (gst_vowel_json_get_int (report, "code", 0)), NULL);
  const gchar *reason = gst_vowel_json_get_string (report, "message");
  g_autofree gchar *clean =
      g_utf8_make_valid (reason != NULL ? reason : "gave no reason", -1);

  if (g_utf8_strlen (clean, -1) > MAX_REASON_CHARS)
    *g_utf8_offset_to_pointer (clean, MAX_REASON_CHARS) = '\0';
  g_set_error (error, GST_VOWEL_ERROR, mapped->code, "%s: %s", self->provider,
      g_strstrip (clean));
}

static gboolean
read_line (Lines *self, const gchar *line, gsize size, GPtrArray *audio,
    GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  JsonObject *object, *report;
  const gchar *content;
  gsize n;
  guchar *data;

  if (size == 0 || (size == 1 && *line == '\r'))
    return TRUE;
  root = gst_vowel_json_parse (line, size, MAX_LINE, error);
  if (root == NULL) {
    g_prefix_error (error, "%s: ", self->provider);
    return FALSE;
  }
  object = JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  report = gst_vowel_json_get_object (object, "error");
  if (report != NULL) {
    set_error (self, error, report);
    return FALSE;
  }
  content = gst_vowel_json_get_string (
      gst_vowel_json_get_object (object, "result"), "audioContent");
  if (content == NULL)
    return TRUE;
  data = g_base64_decode (content, &n);
  g_ptr_array_add (audio, g_bytes_new_take (data, n));
  return TRUE;
}

static gboolean
lines_feed (gpointer envelope, const guint8 *data, gsize size, GPtrArray *audio,
    GError **error)
{
  Lines *self = envelope;
  GByteArray *held = self->held;
  const guint8 *end;

  g_byte_array_append (held, data, size);
  while ((end = memchr (held->data, '\n', held->len)) != NULL) {
    gsize length = end - held->data;

    if (!read_line (self, (const gchar *) held->data, length, audio, error))
      return FALSE;
    g_byte_array_remove_range (held, 0, length + 1);
  }
  if (held->len <= MAX_LINE)
    return TRUE;
  g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT,
      "%s: a line is longer than %u bytes", self->provider, MAX_LINE);
  return FALSE;
}

static gboolean
lines_end (gpointer envelope, GPtrArray *audio, GError **error)
{
  Lines *self = envelope;

  return read_line (
      self, (const gchar *) self->held->data, self->held->len, audio, error);
}

const SpeechEnvelope inworld_lines = {
    .new = lines_new,
    .free = lines_free,
    .feed = lines_feed,
    .end = lines_end,
};
