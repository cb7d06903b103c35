/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which recordings are forgotten, and when. */

#include "server/calls/call-recording.h"
#include "server/calls/recording-file.h"

#include <glib/gstdio.h>
#include <utime.h>

#define OLD 1000000
#define BEFORE (2 * OLD)
#define NEW (3 * OLD)

static const struct {
  const gchar *name;
  gint64 written; /* seconds since 1970 */
  gboolean kept;
} files[] = {
    {"old.wav", OLD, FALSE},
    {"new.wav", NEW, TRUE},
    /* Of a server that was killed, and of one that is still at it. */
    {"old.wav.part", OLD, FALSE},
    {"new.wav.part", NEW, TRUE},
    {"notes.txt", OLD, TRUE},
};

static void
test_forget (void)
{
  g_autofree gchar *folder = g_dir_make_tmp ("recordings-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree gchar *path = g_build_filename (folder, files[i].name, NULL);
    struct utimbuf times = {files[i].written, files[i].written};

    g_assert_true (g_file_set_contents (path, "sound", -1, NULL));
    g_assert_cmpint (utime (path, &times), ==, 0);
  }
  vowel_call_recordings_forget (folder, BEFORE * G_GINT64_CONSTANT (1000));
  vowel_recording_files_wait ();
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree gchar *path = g_build_filename (folder, files[i].name, NULL);
    gboolean there = g_unlink (path) == 0;

    g_test_message ("%s", files[i].name);
    g_assert_cmpint (there, ==, files[i].kept);
  }
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

gint
main (gint argc, gchar **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/call-recording/forget", test_forget);
  return g_test_run ();
}
