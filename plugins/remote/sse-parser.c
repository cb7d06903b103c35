/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "sse-parser.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>

/* Of one event, and of one line. */
#define MAX_EVENT_SIZE (1024 * 1024)

struct _SseParser {
  SseEventFunc func;
  gpointer user_data;

  GString *line;
  gboolean line_started; /* also when it is empty so far */
  gboolean skip_lf;      /* the line feed of a CR LF */
  gboolean first_line;
  gboolean stopped;

  GString *event;
  GString *data;
  gboolean has_data;
};

SseParser *
sse_parser_new (SseEventFunc func, gpointer user_data)
{
  SseParser *self = g_new0 (SseParser, 1);

  self->func = func;
  self->user_data = user_data;
  self->line = g_string_new (NULL);
  self->event = g_string_new (NULL);
  self->data = g_string_new (NULL);
  self->first_line = TRUE;
  return self;
}

void
sse_parser_free (SseParser *self)
{
  g_string_free (self->line, TRUE);
  g_string_free (self->event, TRUE);
  g_string_free (self->data, TRUE);
  g_free (self);
}

static void
dispatch (SseParser *self)
{
  if (self->has_data
      && !self->func (self->event->len > 0 ? self->event->str : NULL,
          self->data->str, self->data->len, self->user_data))
    self->stopped = TRUE;
  g_string_truncate (self->event, 0);
  g_string_truncate (self->data, 0);
  self->has_data = FALSE;
}

static void
add_data (SseParser *self, const gchar *value, gsize size)
{
  if (self->has_data)
    g_string_append_c (self->data, '\n');
  g_string_append_len (self->data, value, size);
  self->has_data = TRUE;
}

static gboolean
is_field (const gchar *line, gsize size, const gchar *name)
{
  return size == strlen (name) && memcmp (line, name, size) == 0;
}

static void
handle_line (SseParser *self, const gchar *line, gsize size)
{
  const gchar *colon = memchr (line, ':', size);
  gsize name_size = colon != NULL ? (gsize) (colon - line) : size;
  const gchar *value = colon != NULL ? colon + 1 : line + size;
  gsize value_size = line + size - value;

  if (size == 0) {
    dispatch (self);
    return;
  }
  if (value_size > 0 && *value == ' ') {
    value++;
    value_size--;
  }
  if (is_field (line, name_size, "data")) {
    add_data (self, value, value_size);
  } else if (is_field (line, name_size, "event")) {
    g_string_truncate (self->event, 0);
    g_string_append_len (self->event, value, value_size);
  } else if (is_field (line, name_size, "error")) {
    /* Old llama.cpp servers. */
    g_string_assign (self->event, "error");
    add_data (self, value, value_size);
  }
}

static void
end_line (SseParser *self)
{
  const gchar *line = self->line->str;
  gsize size = self->line->len;

  if (self->first_line && size >= 3 && memcmp (line, "\xef\xbb\xbf", 3) == 0) {
    line += 3;
    size -= 3;
  }
  self->first_line = FALSE;
  handle_line (self, line, size);
  g_string_truncate (self->line, 0);
  self->line_started = FALSE;
}

static gboolean
check_size (SseParser *self, gsize more, GError **error)
{
  if (self->line->len + self->data->len + more <= MAX_EVENT_SIZE)
    return TRUE;
  g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_LIMIT,
      "An event of the stream has more than %d bytes", MAX_EVENT_SIZE);
  return FALSE;
}

gboolean
sse_parser_feed (
    SseParser *self, const guint8 *data, gsize size, GError **error)
{
  const gchar *at = (const gchar *) data;
  const gchar *end = at + size;

  while (at < end && !self->stopped) {
    const gchar *stop = at;

    if (self->skip_lf) {
      self->skip_lf = FALSE;
      if (*at == '\n') {
        at++;
        continue;
      }
    }
    while (stop < end && *stop != '\n' && *stop != '\r')
      stop++;
    if (!check_size (self, stop - at, error))
      return FALSE;
    g_string_append_len (self->line, at, stop - at);
    self->line_started = TRUE;
    if (stop == end)
      break;
    self->skip_lf = *stop == '\r';
    end_line (self);
    at = stop + 1;
  }
  return TRUE;
}

void
sse_parser_end (SseParser *self)
{
  if (!self->stopped && self->line_started)
    end_line (self);
  if (!self->stopped)
    dispatch (self);
  self->stopped = TRUE;
}
