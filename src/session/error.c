/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "error.h"

#include <string.h>

/* G_DEFINE_QUARK takes a name that clang-format would tear apart. */
GQuark
vowel_error_quark (void)
{
  return g_quark_from_static_string ("vowel-session-error-quark");
}

void
vowel_set_field_error (GError **error, VowelError code, const gchar *field,
    const gchar *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error (error, VOWEL_ERROR, code, "%s: %s", field, text);
}

/* A field is a path of names, dots and indices: "item.content[0].text". */
static gsize
field_length (const gchar *message)
{
  gsize length = 0;

  while (
      g_ascii_isalnum (message[length])
      || (message[length] != '\0' && strchr ("_.[]-", message[length]) != NULL))
    length++;
  return strncmp (message + length, ": ", 2) == 0 ? length : 0;
}

gchar *
vowel_error_dup_field (const GError *error)
{
  gsize length;

  if (error->domain != VOWEL_ERROR)
    return NULL;
  length = field_length (error->message);
  return length > 0 ? g_strndup (error->message, length) : NULL;
}

const gchar *
vowel_error_get_text (const GError *error)
{
  gsize length;

  if (error->domain != VOWEL_ERROR)
    return error->message;
  length = field_length (error->message);
  return length > 0 ? error->message + length + 2 : error->message;
}
