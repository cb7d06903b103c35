/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <gio/gio.h>

#include <gst/vowel/vowel.h>

#include "espeakhelper.h"
#include "espeakprotocol.h"

GST_DEBUG_CATEGORY_EXTERN (gst_espeak_tts_debug);
#define GST_CAT_DEFAULT gst_espeak_tts_debug

#define READ_SIZE (64 * 1024)

/* How a job, or an attempt at it, ended. */
typedef enum {
  OUTCOME_RUNNING,
  OUTCOME_DONE,
  OUTCOME_REFUSED, /* the helper is well, but cannot do this */
  OUTCOME_LOST,    /* the helper is gone, hangs or talks nonsense */
} Outcome;

struct _EspeakHelper {
  gchar *path;
  gint wake_fd;

  /* The running process; fd is our end of its stdin and stdout. */
  GSubprocess *process;
  gint fd;
  GByteArray *in;
  GByteArray *out;

  /* The attempt at hand. */
  guint32 number;
  EspeakJob *job;
  gboolean cancel_sent;
  guint64 n_samples;
  guint n_words;
  GByteArray *audio;
  gint rate;
  GError *error;
};

EspeakHelper *
espeak_helper_new (const gchar *path, gint wake_fd)
{
  EspeakHelper *self = g_new0 (EspeakHelper, 1);

  self->path = g_strdup (path);
  self->wake_fd = wake_fd;
  self->fd = -1;
  self->in = g_byte_array_new ();
  self->out = g_byte_array_new ();
  self->audio = g_byte_array_new ();

  return self;
}

/* Ends the process, which keeps nothing worth saving, and reaps it. */
static void
espeak_helper_stop (EspeakHelper *self)
{
  if (self->process == NULL)
    return;

  close (self->fd);
  self->fd = -1;
  g_subprocess_force_exit (self->process);
  g_subprocess_wait (self->process, NULL, NULL);
  g_clear_object (&self->process);
}

void
espeak_helper_free (EspeakHelper *self)
{
  espeak_helper_stop (self);
  g_byte_array_unref (self->in);
  g_byte_array_unref (self->out);
  g_byte_array_unref (self->audio);
  g_clear_error (&self->error);
  g_free (self->path);
  g_free (self);
}

gboolean
espeak_helper_start (EspeakHelper *self, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  gint pair[2];

  if (self->process != NULL)
    return TRUE;

  /* A socket, not two pipes: writing to a dead helper must not raise
   * SIGPIPE in a program that is not ours. */
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM,
        "cannot make a socket for the espeak helper: %s", g_strerror (errno));
    return FALSE;
  }
  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  g_subprocess_launcher_take_stdout_fd (
      launcher, fcntl (pair[1], F_DUPFD_CLOEXEC, 0));
  g_subprocess_launcher_take_stdin_fd (launcher, pair[1]);
  self->process =
      g_subprocess_launcher_spawn (launcher, error, self->path, NULL);
  if (self->process == NULL) {
    close (pair[0]);
    g_prefix_error (error, "cannot start %s: ", self->path);
    return FALSE;
  }
  self->fd = pair[0];
  g_byte_array_set_size (self->in, 0);
  g_byte_array_set_size (self->out, 0);
  GST_DEBUG ("helper %s started", g_subprocess_get_identifier (self->process));

  return TRUE;
}

static void
append_u32 (GByteArray *array, guint32 value)
{
  guint8 data[4];

  espeak_put_u32 (data, value);
  g_byte_array_append (array, data, sizeof (data));
}

static void
espeak_helper_queue_speak (EspeakHelper *self)
{
  const gchar *text = gst_vowel_tts_task_get_text (self->job->task);
  const guint8 kind = ESPEAK_SPEAK;
  gsize voice_size = strlen (self->job->voice);

  append_u32 (self->out, 5 * 4 + voice_size + strlen (text));
  g_byte_array_append (self->out, &kind, 1);
  append_u32 (self->out, self->number);
  append_u32 (self->out, self->job->rate);
  append_u32 (self->out, self->job->pitch);
  append_u32 (self->out, self->job->volume);
  append_u32 (self->out, voice_size);
  g_byte_array_append (
      self->out, (const guint8 *) self->job->voice, voice_size);
  g_byte_array_append (self->out, (const guint8 *) text, strlen (text));
}

static void
espeak_helper_queue_cancel (EspeakHelper *self)
{
  const guint8 kind = ESPEAK_CANCEL;

  append_u32 (self->out, 4);
  g_byte_array_append (self->out, &kind, 1);
  append_u32 (self->out, self->number);
  self->cancel_sent = TRUE;
}

/* What an earlier attempt delivered is not heard twice: espeak-ng takes as
 * long for the same text, to within a few samples. */
static void
espeak_helper_take_audio (EspeakHelper *self, const guint8 *data, gsize size)
{
  gsize skip = 0;

  if (self->n_samples < self->job->n_samples)
    skip = MIN (size, (self->job->n_samples - self->n_samples) * 2);
  self->n_samples += size / 2;
  g_byte_array_append (self->audio, data + skip, size - skip);
}

static void
espeak_helper_push_audio (EspeakHelper *self)
{
  if (self->audio->len == 0)
    return;

  self->job->n_samples = self->n_samples;
  gst_vowel_tts_task_push_audio (self->job->task,
      gst_buffer_new_memdup (self->audio->data, self->audio->len), self->rate);
  g_byte_array_set_size (self->audio, 0);
}

/* What was held back until now is the audio of the words before this one: it
 * leaves when it is known where it ends. */
static void
espeak_helper_take_word (EspeakHelper *self, guint character, guint sample)
{
  if (++self->n_words > self->job->n_words) {
    self->job->n_words = self->n_words;
    gst_vowel_tts_task_mark (self->job->task, character, sample);
  }
  espeak_helper_push_audio (self);
}

static Outcome
espeak_helper_take_frame (
    EspeakHelper *self, guint8 kind, const guint8 *data, gsize size)
{
  guint32 job = size >= 4 ? espeak_get_u32 (data) : 0;

  if (kind == ESPEAK_READY)
    return OUTCOME_RUNNING;
  if (kind == ESPEAK_ERROR && size >= 4 && (job == 0 || job == self->number)) {
    g_clear_error (&self->error);
    self->error = g_error_new (GST_VOWEL_ERROR,
        job == 0 ? GST_VOWEL_ERROR_UPSTREAM : GST_VOWEL_ERROR_NOT_FOUND,
        "espeak-ng, voice \"%s\": %.*s%s", self->job->voice, (gint) size - 4,
        data + 4, job == 0 ? "" : " (espeak-ng --voices lists them)");
    return job == 0 ? OUTCOME_LOST : OUTCOME_REFUSED;
  }
  if (job != self->number)
    return OUTCOME_LOST;

  if (kind == ESPEAK_AUDIO && size >= 8 && size % 2 == 0) {
    self->rate = espeak_get_u32 (data + 4);
    espeak_helper_take_audio (self, data + 8, size - 8);
    return OUTCOME_RUNNING;
  }
  if (kind == ESPEAK_WORD && size == 12) {
    espeak_helper_take_word (
        self, espeak_get_u32 (data + 4), espeak_get_u32 (data + 8));
    return OUTCOME_RUNNING;
  }
  if (kind == ESPEAK_END) {
    espeak_helper_push_audio (self);
    return OUTCOME_DONE;
  }
  return OUTCOME_LOST;
}

/* Takes all complete frames out of what was read. */
static Outcome
espeak_helper_parse (EspeakHelper *self)
{
  Outcome outcome = OUTCOME_RUNNING;
  gsize used = 0;

  while (outcome == OUTCOME_RUNNING
         && self->in->len - used >= ESPEAK_FRAME_HEADER) {
    const guint8 *frame = self->in->data + used;
    guint32 size = espeak_get_u32 (frame);

    if (size > ESPEAK_FRAME_MAX)
      return OUTCOME_LOST;
    if (self->in->len - used - ESPEAK_FRAME_HEADER < size)
      break;
    outcome = espeak_helper_take_frame (
        self, frame[4], frame + ESPEAK_FRAME_HEADER, size);
    used += ESPEAK_FRAME_HEADER + size;
  }
  g_byte_array_remove_range (self->in, 0, used);

  return outcome;
}

static Outcome
espeak_helper_read (EspeakHelper *self)
{
  guint len = self->in->len;
  gssize n;

  g_byte_array_set_size (self->in, len + READ_SIZE);
  n = recv (self->fd, self->in->data + len, READ_SIZE, MSG_DONTWAIT);
  g_byte_array_set_size (self->in, len + MAX (n, 0));
  if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
    return OUTCOME_LOST;

  return espeak_helper_parse (self);
}

static Outcome
espeak_helper_write (EspeakHelper *self)
{
  gssize n = send (
      self->fd, self->out->data, self->out->len, MSG_DONTWAIT | MSG_NOSIGNAL);

  if (n < 0)
    return errno == EAGAIN || errno == EINTR ? OUTCOME_RUNNING : OUTCOME_LOST;
  g_byte_array_remove_range (self->out, 0, n);

  return OUTCOME_RUNNING;
}

/* One round of waiting for, and moving, bytes. */
static Outcome
espeak_helper_turn (EspeakHelper *self)
{
  struct pollfd fds[] = {
      {.fd = self->fd, .events = POLLIN | (self->out->len > 0 ? POLLOUT : 0)},
      {.fd = self->wake_fd, .events = POLLIN},
  };
  Outcome outcome = OUTCOME_RUNNING;
  gint n = poll (fds, G_N_ELEMENTS (fds), self->job->timeout);
  eventfd_t wakes;

  if (n < 0)
    return errno == EINTR ? OUTCOME_RUNNING : OUTCOME_LOST;
  if (n == 0) {
    g_clear_error (&self->error);
    self->error = g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT,
        "the espeak helper was silent for %u ms", self->job->timeout);
    return OUTCOME_LOST;
  }
  if (fds[1].revents & POLLIN)
    eventfd_read (self->wake_fd, &wakes);
  if (!self->cancel_sent && !gst_vowel_tts_task_is_live (self->job->task))
    espeak_helper_queue_cancel (self);
  if (fds[0].revents & POLLOUT)
    outcome = espeak_helper_write (self);
  if (outcome == OUTCOME_RUNNING && (fds[0].revents & (POLLIN | POLLHUP)))
    outcome = espeak_helper_read (self);

  return outcome;
}

static Outcome
espeak_helper_attempt (EspeakHelper *self)
{
  Outcome outcome = OUTCOME_RUNNING;

  g_clear_error (&self->error);
  if (!espeak_helper_start (self, &self->error))
    return OUTCOME_LOST;

  /* 0 stands for no job. */
  self->number = self->number == G_MAXUINT32 ? 1 : self->number + 1;
  self->cancel_sent = FALSE;
  self->n_samples = 0;
  self->n_words = 0;
  g_byte_array_set_size (self->audio, 0);
  espeak_helper_queue_speak (self);
  while (outcome == OUTCOME_RUNNING)
    outcome = espeak_helper_turn (self);

  if (outcome == OUTCOME_LOST) {
    if (self->error == NULL)
      self->error = g_error_new_literal (
          GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM, "the espeak helper died");
    GST_WARNING ("%s; ending it", self->error->message);
    espeak_helper_stop (self);
  }
  return outcome;
}

void
espeak_helper_run (EspeakHelper *self, EspeakJob *job)
{
  Outcome outcome;

  if (!gst_vowel_tts_task_is_live (job->task))
    return;

  self->job = job;
  outcome = espeak_helper_attempt (self);
  if (outcome == OUTCOME_LOST && gst_vowel_tts_task_is_live (job->task))
    outcome = espeak_helper_attempt (self);
  self->job = NULL;

  if (outcome == OUTCOME_DONE)
    gst_vowel_tts_task_finish (job->task);
  else
    gst_vowel_tts_task_fail (job->task, self->error);
}
