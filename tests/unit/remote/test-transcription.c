/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>

#include "transcription.h"

static void
on_text (const gchar *text, gpointer user_data)
{
  GString *all = user_data;

  g_string_append_printf (all, "[%s]", text);
}

/* In two pieces at every place. @interim: what is shown before the end */
static void
expect (const gchar *type, const gchar *body, const gchar *interim,
    const gchar *expected)
{
  gsize size = strlen (body);

  for (gsize split = 0; split <= size; split++) {
    g_autoptr (GString) shown = g_string_new (NULL);
    g_autoptr (Transcription) transcription =
        transcription_new ("them", on_text, shown);
    g_autoptr (GError) error = NULL;
    g_autofree gchar *text = NULL;

    transcription_set_type (transcription, type);
    g_assert_true (transcription_feed (
        transcription, (const guint8 *) body, split, &error));
    g_assert_true (transcription_feed (
        transcription, (const guint8 *) body + split, size - split, &error));
    g_assert_true (transcription_end (transcription, &error));
    text = transcription_dup_text (transcription);
    g_assert_cmpstr (text, ==, expected);
    g_assert_cmpstr (shown->str, ==, interim);
  }
}

#define SEGMENT(text, no_speech, logprob)                                      \
  "{\"text\":\"" text "\",\"no_speech_prob\":" #no_speech                      \
  ",\"avg_logprob\":" #logprob "}"

/* Both must speak against it. */
static void
test_phantoms (void)
{
  expect ("application/json",
      "{\"text\":\" One. Two.\",\"segments\":[" SEGMENT (
          " One.", 0.1, -0.2) "," SEGMENT (" Two.", 0.61, -1.01) "]}",
      "", "One.");
  expect ("application/json",
      "{\"text\":\" One. Two.\",\"segments\":[" SEGMENT (
          " One.", 0.9, -1) "," SEGMENT (" Two.", 0.6, -2) ",7]}",
      "", "One. Two.");
  expect ("application/json",
      "{\"text\":\" Thank you.\",\"segments\":[" SEGMENT (
          " Thank you.", 1, -2) "]}",
      "", "");
  expect ("application/json", "{\"text\":\" One.\",\"segments\":\"x\"}", "",
      "One.");
  expect ("text/event-stream",
      "data: {\"text\":\" One.\",\"segments\":[" SEGMENT (" One.", 0,
          0) "]}\n\ndata: {\"text\":\" You.\",\"segments\":[" SEGMENT (" You.",
          0.9, -1.5) "]}\n\n",
      "[ One.]", "One.");
}

static void
test_names (void)
{
  static const gchar *const languages[][2] = {
      {"en", "en"},
      {"en-US", "en"},
      {"DE_at", "de"},
      {"english", "english"},
      {"e-", "e-"},
      {"x", "x"},
      {"", NULL},
      {NULL, NULL},
  };

  for (guint i = 0; i < G_N_ELEMENTS (languages); i++) {
    g_autofree gchar *language = transcription_make_language (languages[i][0]);

    g_assert_cmpstr (language, ==, languages[i][1]);
  }
  g_assert_true (transcription_is_verbose ("Systran/faster-whisper-tiny"));
  g_assert_true (transcription_is_verbose ("Whisper-1"));
  g_assert_false (transcription_is_verbose ("gpt-4o-mini-transcribe"));
  g_assert_false (transcription_is_verbose (NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/transcription/phantoms", test_phantoms);
  g_test_add_func ("/transcription/names", test_names);
  return g_test_run ();
}
