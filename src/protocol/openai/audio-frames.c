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

/* Above the 24 bits of a group. */
#define INVALID 0xff000000u

static const gchar alphabet[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The bits that a base64 character gives to a group of three bytes, as they lie
 * in a little-endian word, by its place in the group; INVALID for all others.
 */
typedef guint32 Values[4][256];

static void
fill_values (Values values)
{
  for (guint place = 0; place < 4; place++) {
    for (guint c = 0; c < 256; c++)
      values[place][c] = INVALID;
    for (guint i = 0; i < 64; i++) {
      guint32 group = i << (18 - 6 * place);

      values[place][(guint8) alphabet[i]] =
          group >> 16 | (group & 0xff00) | (group & 0xff) << 16;
    }
  }
}

static const Values *
get_values (void)
{
  static Values values;
  static gsize ready;

  if (g_once_init_enter (&ready)) {
    fill_values (values);
    g_once_init_leave (&ready, 1);
  }

  return (const Values *) &values;
}

GBytes *
vowel_base64_decode (const gchar *text, gsize length)
{
  const Values *values = get_values ();
  const guint8 *in = (const guint8 *) text;
  gsize padding = 0;
  gsize size, i;
  guint32 seen = 0;
  guint8 last[4] = {'A', 'A', 'A', 'A'};
  g_autofree guint8 *data = NULL;
  guint8 *out;

  if (length % 4 != 0)
    return NULL;
  if (length == 0)
    return g_bytes_new (NULL, 0);

  if (text[length - 1] == '=')
    padding = text[length - 2] == '=' ? 2 : 1;
  size = length / 4 * 3 - padding;
  out = data = g_malloc (size);

  /* Each store writes a byte too many, which the next one puts right. */
  for (i = 0; i + 4 < length; i += 4, in += 4, out += 3) {
    guint32 group = (*values)[0][in[0]] | (*values)[1][in[1]]
                    | (*values)[2][in[2]] | (*values)[3][in[3]];
    guint32 bytes = GUINT32_TO_LE (group);

    seen |= group;
    memcpy (out, &bytes, sizeof bytes);
  }

  memcpy (last, in, 4 - padding);
  for (i = 0; i < 4; i++) {
    guint32 value = (*values)[i][last[i]];

    seen |= value;
    for (guint k = 0; k < 3 - padding; k++)
      out[k] = (i > 0 ? out[k] : 0) | (guint8) (value >> 8 * k);
  }

  if (seen & INVALID)
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
