/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Runs inputs of a target without libFuzzer: PROGRAM FILE… */

#include <glib.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
main (int argc, char **argv)
{
  for (gint i = 1; i < argc; i++) {
    g_autofree gchar *data = NULL;
    g_autoptr (GError) error = NULL;
    gsize size = 0;

    if (!g_file_get_contents (argv[i], &data, &size, &error)) {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
    LLVMFuzzerTestOneInput ((const guint8 *) data, size);
  }
  return 0;
}
