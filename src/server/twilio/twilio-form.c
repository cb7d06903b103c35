/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-form.h"

#include <string.h>

static void
field_free (VowelTwilioField *field)
{
  g_free (field->name);
  g_free (field->value);
  g_free (field);
}

/* (nullable) */
static gchar *
decode (const gchar *start, const gchar *end)
{
  g_autofree gchar *encoded = g_strndup (start, end - start);
  g_autofree gchar *text = NULL;

  g_strdelimit (encoded, "+", ' ');
  text = g_uri_unescape_string (encoded, NULL);
  if (text == NULL || !g_utf8_validate (text, -1, NULL))
    return NULL;
  return g_steal_pointer (&text);
}

/* (nullable) */
static VowelTwilioField *
parse_field (const gchar *start, const gchar *end)
{
  const gchar *equals = memchr (start, '=', end - start);
  g_autofree gchar *name = decode (start, equals ? equals : end);
  g_autofree gchar *value = decode (equals ? equals + 1 : end, end);
  VowelTwilioField *field;

  if (name == NULL || value == NULL)
    return NULL;
  field = g_new0 (VowelTwilioField, 1);
  field->name = g_steal_pointer (&name);
  field->value = g_steal_pointer (&value);
  return field;
}

GPtrArray *
vowel_twilio_form_parse (const gchar *text, gsize length)
{
  g_autoptr (GPtrArray) form =
      g_ptr_array_new_with_free_func ((GDestroyNotify) field_free);
  const gchar *end = text + length;
  const gchar *at = text;

  while (at < end) {
    const gchar *ampersand = memchr (at, '&', end - at);
    const gchar *next = ampersand ? ampersand : end;

    if (next > at) {
      VowelTwilioField *field = parse_field (at, next);

      if (field == NULL)
        return NULL;
      g_ptr_array_add (form, field);
    }
    at = next + 1;
  }
  return g_steal_pointer (&form);
}

GPtrArray *
vowel_twilio_form_parse_query (const gchar *query)
{
  return vowel_twilio_form_parse (
      query ? query : "", query ? strlen (query) : 0);
}

const gchar *
vowel_twilio_form_get (GPtrArray *form, const gchar *name)
{
  for (guint i = 0; i < form->len; i++) {
    const VowelTwilioField *field = g_ptr_array_index (form, i);

    if (g_str_equal (field->name, name))
      return field->value[0] ? field->value : NULL;
  }
  return NULL;
}
