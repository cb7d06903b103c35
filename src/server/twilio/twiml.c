/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twiml.h"

#include <string.h>

#define HEADER "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>"
#define FOOTER "</Response>"

/* XML 1.0 has no control characters, escaped or not. */
static gboolean
is_text (const gchar *text)
{
  for (const gchar *at = text; *at; at++)
    if ((guchar) *at < ' ' && *at != '\t' && *at != '\n' && *at != '\r')
      return FALSE;
  return g_utf8_validate (text, -1, NULL);
}

static void
append_parameter (GString *xml, const gchar *name, const gchar *value)
{
  g_autofree gchar *element = NULL;

  if (value == NULL || !is_text (value)
      || strlen (name) + strlen (value) > VOWEL_TWIML_MAX_PARAMETER)
    return;
  element = g_markup_printf_escaped (
      "<Parameter name=\"%s\" value=\"%s\"/>", name, value);
  g_string_append (xml, element);
}

gchar *
vowel_twiml_connect (const gchar *url, const gchar *status_callback,
    const gchar *const *parameters)
{
  g_autofree gchar *stream =
      g_markup_printf_escaped ("<Connect><Stream url=\"%s\"", url);
  GString *xml = g_string_new (HEADER);

  g_string_append (xml, stream);
  if (status_callback) {
    g_autofree gchar *attribute =
        g_markup_printf_escaped (" statusCallback=\"%s\"", status_callback);

    g_string_append (xml, attribute);
  }
  g_string_append (xml, ">");
  for (guint i = 0; parameters[i]; i += 2)
    append_parameter (xml, parameters[i], parameters[i + 1]);
  g_string_append (xml, "</Stream></Connect>" FOOTER);
  return g_string_free (xml, FALSE);
}

gchar *
vowel_twiml_dial (const gchar *number, const gchar *message)
{
  g_autofree gchar *say =
      message && is_text (message)
          ? g_markup_printf_escaped ("<Say>%s</Say>", message)
          : g_strdup ("");
  g_autofree gchar *dial = g_markup_printf_escaped ("<Dial>%s</Dial>", number);

  return g_strconcat (HEADER, say, dial, FOOTER, NULL);
}

gchar *
vowel_twiml_reject (const gchar *reason)
{
  return g_markup_printf_escaped (
      HEADER "<Reject reason=\"%s\"/>" FOOTER, reason);
}
