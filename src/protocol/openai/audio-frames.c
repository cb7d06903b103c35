/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "audio-frames.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define APPEND_TYPE "input_audio_buffer.append"
#define MAX_KEYS 3

typedef struct {
  const gchar *cursor;
  const gchar *end;
} Scanner;

static void
skip_space (Scanner *scanner)
{
  while (scanner->cursor < scanner->end
         && (*scanner->cursor == ' ' || *scanner->cursor == '\t'
             || *scanner->cursor == '\n' || *scanner->cursor == '\r'))
    scanner->cursor++;
}

static gboolean
take (Scanner *scanner, gchar c)
{
  skip_space (scanner);
  if (scanner->cursor == scanner->end || *scanner->cursor != c)
    return FALSE;

  scanner->cursor++;
  return TRUE;
}

/* A string without escapes, control characters or anything beyond ASCII, so
 * that its bytes are its value. */
static gboolean
take_string (Scanner *scanner, const gchar **ret_start, gsize *ret_length)
{
  const gchar *start;
  const gchar *quote;

  if (!take (scanner, '"'))
    return FALSE;

  start = scanner->cursor;
  quote = memchr (start, '"', scanner->end - start);
  if (quote == NULL)
    return FALSE;

  *ret_start = start;
  *ret_length = quote - start;
  scanner->cursor = quote + 1;
  return TRUE;
}

static gboolean
is_plain (const gchar *text, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (text[i] < ' ' || text[i] > '~' || text[i] == '\\' || text[i] == '"')
      return FALSE;

  return TRUE;
}

static gboolean
equals (const gchar *text, gsize length, const gchar *literal)
{
  return length == strlen (literal) && memcmp (text, literal, length) == 0;
}

gboolean
vowel_append_scan (const gchar *text, gsize length, const gchar **ret_audio,
    gsize *ret_audio_length, const gchar **ret_event_id,
    gsize *ret_event_id_length)
{
  Scanner scanner = {text, text + length};
  const gchar *audio = NULL, *event_id = NULL, *type = NULL;
  gsize audio_length = 0, event_id_length = 0, type_length = 0;

  if (!take (&scanner, '{'))
    return FALSE;

  for (guint keys = 0; keys < MAX_KEYS; keys++) {
    const gchar *key, *value;
    gsize key_length, value_length;

    if (!take_string (&scanner, &key, &key_length) || !take (&scanner, ':')
        || !take_string (&scanner, &value, &value_length))
      return FALSE;

    if (equals (key, key_length, "audio") && audio == NULL) {
      /* Not looked at here: the base64 table refuses what is not plain. */
      audio = value;
      audio_length = value_length;
    } else if (equals (key, key_length, "type") && type == NULL) {
      type = value;
      type_length = value_length;
    } else if (equals (key, key_length, "event_id") && event_id == NULL
               && is_plain (value, value_length)) {
      event_id = value;
      event_id_length = value_length;
    } else {
      return FALSE;
    }

    if (!take (&scanner, ','))
      break;
  }

  if (!take (&scanner, '}'))
    return FALSE;
  skip_space (&scanner);
  if (scanner.cursor != scanner.end || audio == NULL || type == NULL
      || !equals (type, type_length, APPEND_TYPE))
    return FALSE;

  *ret_audio = audio;
  *ret_audio_length = audio_length;
  *ret_event_id = event_id;
  *ret_event_id_length = event_id_length;
  return TRUE;
}

#define INVALID 0xff

static const gchar alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Filled once: the value of a base64 character, INVALID for all others. */
static const guint8 *
get_values (void)
{
  static guint8 values[256];
  static gsize ready;

  if (g_once_init_enter (&ready)) {
    memset (values, INVALID, sizeof values);
    for (guint8 i = 0; i < 64; i++)
      values[(guint8) alphabet[i]] = i;
    g_once_init_leave (&ready, 1);
  }

  return values;
}

GBytes *
vowel_base64_decode (const gchar *text, gsize length)
{
  const guint8 *values = get_values ();
  const guint8 *in = (const guint8 *) text;
  gsize padding = 0;
  gsize groups, size, i;
  guint8 seen = 0;
  g_autofree guint8 *data = NULL;
  guint8 *out;

  if (length % 4 != 0)
    return NULL;
  if (length == 0)
    return g_bytes_new (NULL, 0);

  if (text[length - 1] == '=')
    padding = text[length - 2] == '=' ? 2 : 1;
  groups = length / 4 - (padding > 0 ? 1 : 0);
  size = length / 4 * 3 - padding;
  out = data = g_malloc (size);

  /* Valid values fit in six bits: the two above stay clear unless one was not
   * in the alphabet. */
  for (i = 0; i < groups; i++, in += 4, out += 3) {
    guint8 a = values[in[0]], b = values[in[1]];
    guint8 c = values[in[2]], d = values[in[3]];

    seen |= a | b | c | d;
    out[0] = (guint8) (a << 2 | b >> 4);
    out[1] = (guint8) (b << 4 | c >> 2);
    out[2] = (guint8) (c << 6 | d);
  }

  if (padding > 0) {
    guint8 a = values[in[0]], b = values[in[1]];
    guint8 c = padding == 1 ? values[in[2]] : 0;

    seen |= a | b | c;
    *out++ = (guint8) (a << 2 | b >> 4);
    if (padding == 1)
      *out++ = (guint8) (b << 4 | c >> 2);
  }

  if (seen & 0xc0)
    return NULL;

  return g_bytes_new_take (g_steal_pointer (&data), size);
}

/* Filled once: the two characters of each twelve bits. */
static const gchar (*get_pairs (void))[2]
{
  static gchar pairs[4096][2];
  static gsize ready;

  if (g_once_init_enter (&ready)) {
    for (guint i = 0; i < G_N_ELEMENTS (pairs); i++) {
      pairs[i][0] = alphabet[i >> 6];
      pairs[i][1] = alphabet[i & 63];
    }
    g_once_init_leave (&ready, 1);
  }

  return pairs;
}

void
vowel_base64_append (GString *out, const guint8 *data, gsize length)
{
  const gchar (*pairs)[2] = get_pairs ();
  gsize start = out->len;
  gsize size = (length + 2) / 3 * 4;
  gchar *to;

  g_string_set_size (out, start + size);
  to = out->str + start;

  /* Two groups in one load; it reads two bytes more than it takes. */
  for (; length >= 8; length -= 6, data += 6, to += 8) {
    guint64 groups;

    memcpy (&groups, data, sizeof groups);
    groups = GUINT64_FROM_BE (groups);
    memcpy (to, pairs[groups >> 52], 2);
    memcpy (to + 2, pairs[groups >> 40 & 4095], 2);
    memcpy (to + 4, pairs[groups >> 28 & 4095], 2);
    memcpy (to + 6, pairs[groups >> 16 & 4095], 2);
  }

  for (; length >= 3; length -= 3, data += 3, to += 4) {
    guint32 group = (guint32) data[0] << 16 | data[1] << 8 | data[2];

    memcpy (to, pairs[group >> 12], 2);
    memcpy (to + 2, pairs[group & 4095], 2);
  }

  if (length > 0) {
    guint32 group = (guint32) data[0] << 16 | (length > 1 ? data[1] << 8 : 0);

    to[0] = alphabet[group >> 18];
    to[1] = alphabet[group >> 12 & 63];
    to[2] = length > 1 ? alphabet[group >> 6 & 63] : '=';
    to[3] = '=';
  }
}

/* Ids are ours and plain, but a client may have named an item. */
static void
append_member (GString *out, const gchar *key, const gchar *value)
{
  g_string_append_c (out, '"');
  g_string_append (out, key);
  g_string_append (out, "\":");

  if (is_plain (value, strlen (value))) {
    g_string_append_c (out, '"');
    g_string_append (out, value);
    g_string_append_c (out, '"');
  } else {
    g_autoptr (JsonNode) node =
        json_node_init_string (json_node_alloc (), value);
    g_autofree gchar *escaped = json_to_string (node, FALSE);

    g_string_append (out, escaped);
  }
  g_string_append_c (out, ',');
}

void
vowel_audio_delta_write (GString *out, const gchar *type, const gchar *event_id,
    const gchar *response_id, const gchar *item_id, guint output_index,
    guint content_index, const guint8 *data, gsize length)
{
  g_string_assign (out, "{");
  append_member (out, "type", type);
  append_member (out, "event_id", event_id);
  append_member (out, "response_id", response_id);
  append_member (out, "item_id", item_id);
  g_string_append_printf (out,
      "\"output_index\":%u,\"content_index\":%u,\"delta\":\"", output_index,
      content_index);
  vowel_base64_append (out, data, length);
  g_string_append (out, "\"}");
}
