/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "call-recording.h"

#include "recording-file.h"
#include "recording-mixer.h"

#include "protocol/audio-converter.h"
#include "server/store/object-id.h"

#include <glib/gstdio.h>

#define SUFFIX ".wav"
/* How much is written at once. */
#define WRITE_US G_USEC_PER_SEC

static const VowelAudioFormat kept = {
    VOWEL_ENCODING_PCM16, VOWEL_RECORDING_RATE};

typedef struct {
  VowelCompanion base;

  /* The session's worker, once it has joined. */
  gchar *folder;
  VowelSession *session; /* (nullable): which it does not own */
  VowelRecordingMixer *mixer;
  VowelRecordingFile *file; /* (nullable): while it goes on */
  VowelAudioConverter *caller;
  VowelAudioConverter *agent;
  gint64 begun;   /* clock time */
  gint64 written; /* microseconds of the call */
} Recording;

gchar *
vowel_call_recording_get_path (const gchar *folder, const gchar *id)
{
  g_autofree gchar *uuid = vowel_object_uuid (id);
  g_autofree gchar *name = g_strconcat (uuid, SUFFIX, NULL);

  return g_build_filename (folder, name, NULL);
}

static gint64
get_time (Recording *self)
{
  return vowel_clock_now (vowel_session_get_clock (self->session))
         - self->begun;
}

/* (nullable): what is known of it as the mixer wants it */
static GBytes *
convert (
    VowelAudioConverter *side, const VowelAudioFormat *format, GBytes *audio)
{
  g_autoptr (GError) error = NULL;
  GBytes *samples =
      vowel_audio_converter_push (side, format, &kept, audio, &error);

  if (samples == NULL)
    g_warning ("A call cannot be recorded: %s", error->message);
  return samples;
}

static void
write_some (Recording *self, gint64 now)
{
  g_autoptr (GBytes) frames = NULL;

  if (now - self->written < WRITE_US)
    return;
  self->written = now;
  frames = vowel_recording_mixer_take (self->mixer, now);
  vowel_recording_file_write (self->file, frames);
}

static void
finish (Recording *self)
{
  g_autoptr (GBytes) frames =
      vowel_recording_mixer_finish (self->mixer, get_time (self));

  vowel_recording_file_write (self->file, frames);
  vowel_recording_file_finish (g_steal_pointer (&self->file));
}

static void
on_input (GBytes *audio, const VowelAudioFormat *format, gpointer user_data)
{
  Recording *self = user_data;
  g_autoptr (GBytes) samples = NULL;
  gint64 now;

  if (self->file == NULL)
    return;
  now = get_time (self);
  samples = convert (self->caller, format, audio);
  if (samples == NULL) {
    finish (self);
    return;
  }
  vowel_recording_mixer_caller (self->mixer, now, samples);
  write_some (self, now);
}

static void
note_audio (Recording *self, const VowelEvent *event)
{
  g_autoptr (GBytes) samples =
      convert (self->agent, &event->response->output_format, event->audio);
  gint64 now = get_time (self);

  if (samples == NULL) {
    finish (self);
    return;
  }
  vowel_recording_mixer_agent (self->mixer, now, samples);
  write_some (self, now);
}

static void
begin (Recording *self)
{
  g_autofree gchar *path = vowel_call_recording_get_path (
      self->folder, vowel_session_get_id (self->session));

  self->begun = vowel_clock_now (vowel_session_get_clock (self->session));
  self->file = vowel_recording_file_new (path);
}

static void
on_event (const VowelEvent *event, gpointer user_data)
{
  Recording *self = user_data;

  if (event->type == VOWEL_EVENT_SESSION_STARTED)
    begin (self);
  if (self->file == NULL)
    return;
  switch (event->type) {
    case VOWEL_EVENT_AUDIO:
      note_audio (self, event);
      break;
    case VOWEL_EVENT_INTERRUPTED:
      vowel_recording_mixer_interrupt (self->mixer, get_time (self));
      break;
    case VOWEL_EVENT_ENDED:
      finish (self);
      break;
    default:
      break;
  }
}

static void
join (VowelCompanion *base, VowelSession *session, GstVowelWorker *worker)
{
  Recording *self = (Recording *) base;

  self->session = session;
  vowel_session_set_input_func (session, on_input, self);
  vowel_session_join (session, VOWEL_PARTICIPANT_OBSERVER, on_event, self);
}

static void
recording_free (VowelCompanion *base)
{
  Recording *self = (Recording *) base;

  if (self->file != NULL)
    vowel_recording_file_finish (self->file);
  vowel_audio_converter_free (self->caller);
  vowel_audio_converter_free (self->agent);
  vowel_recording_mixer_free (self->mixer);
  g_free (self->folder);
  g_free (self);
}

VowelCompanion *
vowel_call_recording_new (const gchar *folder)
{
  Recording *self = g_new0 (Recording, 1);

  self->base.join = join;
  self->base.free = recording_free;
  self->folder = g_strdup (folder);
  self->mixer = vowel_recording_mixer_new ();
  self->caller = vowel_audio_converter_new ();
  self->agent = vowel_audio_converter_new ();
  return &self->base;
}

/* --- forgetting --- */

static void
delete_file (gpointer path)
{
  g_unlink (path);
}

void
vowel_call_recording_delete (const gchar *folder, const gchar *id)
{
  vowel_recording_file_run (
      delete_file, vowel_call_recording_get_path (folder, id), g_free);
}

typedef struct {
  gchar *folder;
  gint64 before;
} Cleaning;

static void
cleaning_free (gpointer data)
{
  Cleaning *cleaning = data;

  g_free (cleaning->folder);
  g_free (cleaning);
}

/* Whole, or left behind by a process that came to no good end. */
static gboolean
is_recording (const gchar *name)
{
  return g_str_has_suffix (name, SUFFIX)
         || g_str_has_suffix (name, SUFFIX VOWEL_RECORDING_PART_SUFFIX);
}

static void
clean (gpointer data)
{
  Cleaning *cleaning = data;
  g_autoptr (GDir) dir = g_dir_open (cleaning->folder, 0, NULL);
  const gchar *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL) {
    g_autofree gchar *path = g_build_filename (cleaning->folder, name, NULL);
    GStatBuf info;

    if (is_recording (name) && g_stat (path, &info) == 0
        && info.st_mtime < cleaning->before / 1000)
      g_unlink (path);
  }
}

void
vowel_call_recordings_forget (const gchar *folder, gint64 before)
{
  Cleaning *cleaning = g_new0 (Cleaning, 1);

  cleaning->folder = g_strdup (folder);
  cleaning->before = before;
  vowel_recording_file_run (clean, cleaning, cleaning_free);
}
