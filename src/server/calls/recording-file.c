/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "recording-file.h"

#include "recording-mixer.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define HEADER_SIZE 44
#define N_CHANNELS 2
#define SAMPLE_SIZE 2

struct _VowelRecordingFile {
  gatomicrefcount ref_count;

  /* The writing thread. */
  gchar *path;
  gchar *part;
  FILE *stream;    /* (nullable) */
  gboolean failed; /* it has been said why */
  guint32 size;    /* of the frames */
};

typedef struct {
  void (*func) (gpointer data);
  gpointer data;
  GDestroyNotify free_data;
} Job;

typedef struct {
  VowelRecordingFile *file;
  GBytes *frames; /* (nullable): the end */
} Writing;

static void
run_job (gpointer data, gpointer user_data)
{
  Job *job = data;

  job->func (job->data);
  job->free_data (job->data);
  g_free (job);
}

void
vowel_recording_file_run (
    void (*func) (gpointer data), gpointer data, GDestroyNotify free_data)
{
  static GThreadPool *pool;
  static gsize ready;
  Job *job = g_new0 (Job, 1);

  if (g_once_init_enter (&ready)) {
    pool = g_thread_pool_new (run_job, NULL, 1, FALSE, NULL);
    g_once_init_leave (&ready, 1);
  }
  *job = (Job){func, data, free_data};
  g_thread_pool_push (pool, job, NULL);
}

static void
say_done (gpointer data)
{
  g_async_queue_push (data, data);
}

void
vowel_recording_files_wait (void)
{
  g_autoptr (GAsyncQueue) done = g_async_queue_new ();

  vowel_recording_file_run (
      say_done, g_async_queue_ref (done), (GDestroyNotify) g_async_queue_unref);
  g_async_queue_pop (done);
}

static void
file_unref (VowelRecordingFile *file)
{
  if (!g_atomic_ref_count_dec (&file->ref_count))
    return;
  if (file->stream != NULL)
    fclose (file->stream);
  g_free (file->path);
  g_free (file->part);
  g_free (file);
}

static void
writing_free (gpointer data)
{
  Writing *writing = data;

  g_clear_pointer (&writing->frames, g_bytes_unref);
  file_unref (writing->file);
  g_free (writing);
}

static void
put_u16 (guint8 *at, guint16 value)
{
  value = GUINT16_TO_LE (value);
  memcpy (at, &value, sizeof (value));
}

static void
put_u32 (guint8 *at, guint32 value)
{
  value = GUINT32_TO_LE (value);
  memcpy (at, &value, sizeof (value));
}

static gboolean
write_header (VowelRecordingFile *file)
{
  guint8 header[HEADER_SIZE];

  memcpy (header, "RIFF....WAVEfmt ", 16);
  put_u32 (header + 4, HEADER_SIZE - 8 + file->size);
  put_u32 (header + 16, 16);
  put_u16 (header + 20, 1);
  put_u16 (header + 22, N_CHANNELS);
  put_u32 (header + 24, VOWEL_RECORDING_RATE);
  put_u32 (header + 28, VOWEL_RECORDING_RATE * N_CHANNELS * SAMPLE_SIZE);
  put_u16 (header + 32, N_CHANNELS * SAMPLE_SIZE);
  put_u16 (header + 34, 8 * SAMPLE_SIZE);
  memcpy (header + 36, "data", 4);
  put_u32 (header + 40, file->size);
  return fwrite (header, sizeof (header), 1, file->stream) == 1;
}

static gboolean
open_stream (VowelRecordingFile *file)
{
  g_autofree gchar *folder = g_path_get_dirname (file->path);

  if (file->stream != NULL)
    return TRUE;
  if (g_mkdir_with_parents (folder, 0700) != 0)
    return FALSE;
  file->stream = g_fopen (file->part, "wbe");
  return file->stream != NULL && write_header (file);
}

static gboolean
write_frames (VowelRecordingFile *file, GBytes *frames)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (frames, &size);

  /* More than a WAV file can have. */
  if (size == 0 || size > G_MAXUINT32 - HEADER_SIZE - file->size)
    return TRUE;
  file->size += size;
  return fwrite (data, size, 1, file->stream) == 1;
}

static gboolean
complete (VowelRecordingFile *file)
{
  FILE *stream;

  if (fseek (file->stream, 0, SEEK_SET) != 0 || !write_header (file))
    return FALSE;
  stream = g_steal_pointer (&file->stream);
  return fclose (stream) == 0 && g_rename (file->part, file->path) == 0;
}

static void
run_writing (gpointer data)
{
  Writing *writing = data;
  VowelRecordingFile *file = writing->file;

  if (file->failed)
    return;
  if (open_stream (file)
      && (writing->frames != NULL ? write_frames (file, writing->frames)
                                  : complete (file)))
    return;
  file->failed = TRUE;
  g_warning (
      "The recording %s cannot be written: %s", file->path, g_strerror (errno));
  g_unlink (file->part);
}

/* @frames: (nullable) */
static void
push (VowelRecordingFile *file, GBytes *frames)
{
  Writing *writing = g_new0 (Writing, 1);

  g_atomic_ref_count_inc (&file->ref_count);
  writing->file = file;
  writing->frames = frames != NULL ? g_bytes_ref (frames) : NULL;
  vowel_recording_file_run (run_writing, writing, writing_free);
}

VowelRecordingFile *
vowel_recording_file_new (const gchar *path)
{
  VowelRecordingFile *file = g_new0 (VowelRecordingFile, 1);

  g_atomic_ref_count_init (&file->ref_count);
  file->path = g_strdup (path);
  file->part = g_strconcat (path, VOWEL_RECORDING_PART_SUFFIX, NULL);
  return file;
}

void
vowel_recording_file_write (VowelRecordingFile *file, GBytes *frames)
{
  if (g_bytes_get_size (frames) > 0)
    push (file, frames);
}

void
vowel_recording_file_finish (VowelRecordingFile *file)
{
  push (file, NULL);
  file_unref (file);
}
