/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "base64.h"

#include <string.h>

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
