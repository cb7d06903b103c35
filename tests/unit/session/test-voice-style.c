/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session/language-names.h"
#include "session/voice-style.h"

#include <glib.h>

#define STYLE                                                                  \
  "Speak {{TARGET_LANGUAGE}}.\n"                                               \
  "{{#TOOLS}}\nCall tools.\n{{/TOOLS}}\n"                                      \
  "{{#INSTRUCTIONS}}\nDo this: {{INSTRUCTIONS}}\n{{/INSTRUCTIONS}}\n"          \
  "Mind {{TARGET_LANGUAGE}}.\n"

static void
expect_style (
    const gchar *instructions, gboolean has_tools, const gchar *expected)
{
  g_autofree gchar *text =
      vowel_voice_style_apply (STYLE, instructions, "Dutch", has_tools);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_apply (void)
{
  expect_style ("Be brief.", TRUE,
      "Speak Dutch.\nCall tools.\nDo this: Be brief.\nMind Dutch.");
  expect_style (
      "Be brief.", FALSE, "Speak Dutch.\nDo this: Be brief.\nMind Dutch.");
  expect_style ("", FALSE, "Speak Dutch.\nMind Dutch.");
  /* What a client writes is no template. */
  expect_style ("{{INSTRUCTIONS}} {{TARGET_LANGUAGE}} {{#TOOLS}}", FALSE,
      "Speak Dutch.\nDo this: {{INSTRUCTIONS}} {{TARGET_LANGUAGE}} {{#TOOLS}}\n"
      "Mind Dutch.");
}

static void
test_check (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (vowel_voice_style_check (STYLE, NULL));
  g_assert_false (vowel_voice_style_check (
      "{{#TOOLS}} {{INSTRUCTIONS}} {{/TOOL}}", &error));
  g_assert_nonnull (strstr (error->message, "{{/TOOLS}}"));
  g_clear_error (&error);
  g_assert_false (vowel_voice_style_check ("Speak.", &error));
  g_assert_nonnull (strstr (error->message, "{{INSTRUCTIONS}}"));
}

static void
expect_parts (const gchar *text, const gchar *expected_main,
    const gchar *expected_tools, const gchar *expected_all)
{
  g_autofree gchar *main_part = NULL;
  g_autofree gchar *tools = NULL;
  g_autofree gchar *all = vowel_instructions_strip (text);

  vowel_instructions_split (text, &main_part, &tools);
  g_assert_cmpstr (main_part, ==, expected_main);
  g_assert_cmpstr (tools, ==, expected_tools);
  g_assert_cmpstr (all, ==, expected_all);
}

static void
test_parts (void)
{
  expect_parts (" Be brief.\n", " Be brief.\n", "", " Be brief.\n");
  expect_parts ("<<main_instructions>Be brief.</main_instructions>\n"
                "<<tool_instructions>\nClick.\n</tool_instructions>",
      "Be brief.", "Click.", "Be brief.\n\nClick.");
  expect_parts ("Before. <<tool_instructions>A</tool_instructions>After. "
                "<<tool_instructions>B",
      "Before. After.", "AB", "Before. AAfter. B");
  expect_parts ("</main_instructions><<main_instructions>", "", "", "");
}

static void
test_languages (void)
{
  static const gchar *const tags[][2] = {{"en", "en"}, {"EN-us", "en"},
      {"pt_BR", "pt"}, {"deu", "de"}, {"Spanish", "es"}, {"tlh", "tlh"},
      {"", NULL}, {NULL, NULL}, {"x", NULL}, {"e1", NULL}, {"klingon", NULL}};

  for (gsize i = 0; i < G_N_ELEMENTS (tags); i++) {
    g_autofree gchar *code = vowel_language_normalize (tags[i][0]);

    g_assert_cmpstr (code, ==, tags[i][1]);
  }
  {
    g_autofree gchar *dutch = vowel_language_dup_name ("nl");
    g_autofree gchar *other = vowel_language_dup_name ("tlh");

    g_assert_cmpstr (dutch, ==, "Dutch");
    g_assert_cmpstr (other, ==, "TLH");
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/voice-style/apply", test_apply);
  g_test_add_func ("/voice-style/check", test_check);
  g_test_add_func ("/voice-style/parts", test_parts);
  g_test_add_func ("/voice-style/languages", test_languages);
  return g_test_run ();
}
