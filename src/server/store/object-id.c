/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "object-id.h"

#include <string.h>

gchar *
vowel_object_uuid (const gchar *id)
{
  g_autofree gchar *digest = NULL;

  if (g_uuid_string_is_valid (id))
    return g_ascii_strdown (id, -1);
  digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, id, -1);
  /* Version and variant have a digit each. */
  digest[12] = '8';
  digest[16] = "89ab"[g_ascii_xdigit_value (digest[16]) & 3];
  return g_strdup_printf ("%.8s-%.4s-%.4s-%.4s-%.12s", digest, digest + 8,
      digest + 12, digest + 16, digest + 20);
}

/* The digits of a UUID in small letters. */
static gchar *
take_digits (const gchar *uuid)
{
  gchar *hex = g_malloc (VOWEL_OBJECT_HEX_LENGTH + 1);
  gsize n = 0;

  for (const gchar *c = uuid; n < VOWEL_OBJECT_HEX_LENGTH; c++)
    if (*c != '-')
      hex[n++] = g_ascii_tolower (*c);
  hex[n] = '\0';
  return hex;
}

gchar *
vowel_object_hex (const gchar *id)
{
  g_autofree gchar *uuid = vowel_object_uuid (id);

  return take_digits (uuid);
}

gchar *
vowel_object_hex_from_uuid (const gchar *text)
{
  return text != NULL && g_uuid_string_is_valid (text) ? take_digits (text)
                                                       : NULL;
}

gchar *
vowel_object_hex_check (const gchar *text)
{
  if (text == NULL || strlen (text) != VOWEL_OBJECT_HEX_LENGTH)
    return NULL;
  for (const gchar *c = text; *c != '\0'; c++)
    if (!g_ascii_isxdigit (*c))
      return NULL;
  return g_ascii_strdown (text, -1);
}
