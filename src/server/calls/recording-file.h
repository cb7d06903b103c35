/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the name ends with, beside its own end, until the file is complete. */
#define VOWEL_RECORDING_PART_SUFFIX ".part"

/**
 * VowelRecordingFile:
 *
 * A WAV file that is written on a thread of its own, which all of them share.
 * It gets its name when it is complete. What goes wrong is logged, and ends the
 * file. One thread at a time.
 */
typedef struct _VowelRecordingFile VowelRecordingFile;

/* The folder is made when there is none. */
VowelRecordingFile *vowel_recording_file_new (const gchar *path);
/* Frames of stereo. */
void vowel_recording_file_write (VowelRecordingFile *file, GBytes *frames);
/* After what was written it is complete. (transfer full): of @file */
void vowel_recording_file_finish (VowelRecordingFile *file);

/* Runs @func on the same thread. */
void vowel_recording_file_run (
    void (*func) (gpointer data), gpointer data, GDestroyNotify free_data);
/* Waits until everything is written. */
void vowel_recording_files_wait (void);

G_END_DECLS
