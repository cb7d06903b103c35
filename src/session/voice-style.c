/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "voice-style.h"

#include "error.h"

#include <string.h>

static const gchar *const sections[] = {"INSTRUCTIONS", "TOOLS"};

/* @value: put in place of each @mark */
static void
replace (GString *text, const gchar *mark, const gchar *value)
{
  gsize at = 0;
  const gchar *found;

  while ((found = strstr (text->str + at, mark)) != NULL) {
    at = found - text->str;
    g_string_erase (text, at, strlen (mark));
    g_string_insert (text, at, value);
    at += strlen (value);
  }
}

/* A mark alone on its line goes with the line. */
static void
erase_mark (GString *text, gsize at, gsize length)
{
  if ((at == 0 || text->str[at - 1] == '\n') && text->str[at + length] == '\n')
    length++;
  g_string_erase (text, at, length);
}

static void
settle_section (GString *text, const gchar *name, gboolean keep)
{
  g_autofree gchar *begin = g_strdup_printf ("{{#%s}}", name);
  g_autofree gchar *end = g_strdup_printf ("{{/%s}}", name);
  const gchar *from, *to;

  while ((from = strstr (text->str, begin)) != NULL
         && (to = strstr (from, end)) != NULL) {
    gsize start = from - text->str;
    gsize stop = to - text->str;

    erase_mark (text, stop, strlen (end));
    if (keep)
      erase_mark (text, start, strlen (begin));
    else
      g_string_erase (text, start, stop - start);
  }
}

gchar *
vowel_voice_style_apply (const gchar *style, const gchar *instructions,
    const gchar *language, gboolean has_tools)
{
  g_autoptr (GString) text = g_string_new (style);

  settle_section (text, "TOOLS", has_tools);
  settle_section (text, "INSTRUCTIONS", *instructions != '\0');
  replace (text, "{{TARGET_LANGUAGE}}", language);
  /* Last: what a client writes is no template. */
  replace (text, "{{INSTRUCTIONS}}", instructions);
  return g_strdup (g_strstrip (text->str));
}

gboolean
vowel_voice_style_check (const gchar *style, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (sections); i++) {
    g_autofree gchar *begin = g_strdup_printf ("{{#%s}}", sections[i]);
    g_autofree gchar *end = g_strdup_printf ("{{/%s}}", sections[i]);
    const gchar *from = strstr (style, begin);

    if (from != NULL && strstr (from, end) == NULL) {
      g_set_error (error, VOWEL_ERROR, VOWEL_ERROR_INVALID,
          "%s has no %s after it", begin, end);
      return FALSE;
    }
  }
  if (strstr (style, "{{INSTRUCTIONS}}") == NULL) {
    g_set_error_literal (error, VOWEL_ERROR, VOWEL_ERROR_INVALID,
        "{{INSTRUCTIONS}} is missing: what clients say would be lost");
    return FALSE;
  }
  return TRUE;
}

/* Instructions with marks. */

static const gchar *const marks[] = {"<<main_instructions>",
    "</main_instructions>", "<<tool_instructions>", "</tool_instructions>"};

gchar *
vowel_instructions_strip (const gchar *text)
{
  g_autoptr (GString) plain = g_string_new (text);
  gboolean marked = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (marks); i++) {
    marked |= strstr (plain->str, marks[i]) != NULL;
    replace (plain, marks[i], "");
  }
  return g_strdup (marked ? g_strstrip (plain->str) : plain->str);
}

void
vowel_instructions_split (
    const gchar *text, gchar **ret_main, gchar **ret_tools)
{
  g_autoptr (GString) main_part = g_string_new (text);
  g_autoptr (GString) tools = g_string_new (NULL);
  const gchar *from, *to;

  while ((from = strstr (main_part->str, marks[2])) != NULL) {
    gsize start = from - main_part->str;
    const gchar *inner = from + strlen (marks[2]);
    gsize stop = main_part->len;

    to = strstr (inner, marks[3]);
    g_string_append_len (tools, inner, to != NULL ? to - inner : -1);
    if (to != NULL)
      stop = to + strlen (marks[3]) - main_part->str;
    g_string_erase (main_part, start, stop - start);
  }
  *ret_main = vowel_instructions_strip (main_part->len < strlen (text)
                                            ? g_strstrip (main_part->str)
                                            : main_part->str);
  *ret_tools = g_strdup (g_strstrip (tools->str));
}
