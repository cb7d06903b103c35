/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "prompt.h"

#include <gio/gio.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MAX_LENGTH (16 * 1024)

static gboolean
set_echo (gboolean on)
{
  struct termios settings;

  if (tcgetattr (STDIN_FILENO, &settings) != 0)
    return FALSE;
  if (on)
    settings.c_lflag |= ECHO;
  else
    settings.c_lflag &= ~(tcflag_t) ECHO;
  return tcsetattr (STDIN_FILENO, TCSAFLUSH, &settings) == 0;
}

gchar *
vowel_prompt_secret (const gchar *question, GError **error)
{
  gboolean terminal = isatty (STDIN_FILENO);
  gchar line[MAX_LENGTH] = "";
  gchar *secret;

  if (terminal) {
    fprintf (stderr, "%s: ", question);
    set_echo (FALSE);
  }
  if (fgets (line, sizeof line, stdin) == NULL)
    line[0] = '\0';
  if (terminal) {
    set_echo (TRUE);
    fprintf (stderr, "\n");
  }
  secret = g_strstrip (g_strdup (line));
  explicit_bzero (line, sizeof line);
  if (*secret != '\0')
    return secret;
  g_free (secret);
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
      "Nothing was given: write it at the prompt, or into standard input");
  return NULL;
}
