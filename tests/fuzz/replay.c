/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Runs inputs of fuzz-session without libFuzzer:
 *
 *   fuzz-replay [--print] FILE…
 *
 * --print writes what is sent to standard output, a line {"file": …} first.
 */

#include "fuzz-session.h"

#include <stdio.h>

int
main (int argc, char **argv)
{
  gboolean print = argc > 1 && g_str_equal (argv[1], "--print");
  gint i;

  fuzz_session_init ();
  for (i = print ? 2 : 1; i < argc; i++) {
    g_autofree gchar *data = NULL;
    g_autoptr (GError) error = NULL;
    gsize size = 0;

    if (!g_file_get_contents (argv[i], &data, &size, &error)) {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
    if (print) {
      g_autofree gchar *name = g_path_get_basename (argv[i]);

      printf ("{\"file\":\"%s\"}\n", name);
    }
    fuzz_session_run ((const guint8 *) data, size, print);
    fflush (stdout);
  }
  return 0;
}
