/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* One text on the connection to a service that speaks, and how it ends. */

#include "config.h"

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvowelsecret.h>

#include "speech-socket-priv.h"

#define GST_CAT_DEFAULT speech_voice_debug

/* --- addresses --- */

void
speech_address_clear (SpeechAddress *address)
{
  g_clear_pointer (&address->uri, g_free);
  g_clear_pointer (&address->authorization, g_free);
  g_clear_pointer (&address->secret, g_free);
}

void
speech_address_set (
    SpeechAddress *address, const RemoteTarget *target, const gchar *path)
{
  speech_address_clear (address);
  address->provider = target->service->name;
  address->uri = g_strconcat (target->base_url, path, NULL);
  address->header = target->service->header;
  address->authorization = g_strdup (target->authorization);
  address->secret = g_strdup (target->api_key);
}

void
speech_address_copy (SpeechAddress *address, const SpeechAddress *other)
{
  speech_address_clear (address);
  address->provider = other->provider;
  address->uri = g_strdup (other->uri);
  address->header = other->header;
  address->authorization = g_strdup (other->authorization);
  address->secret = g_strdup (other->secret);
}

gboolean
speech_address_equal (const SpeechAddress *a, const SpeechAddress *b)
{
  return g_strcmp0 (a->uri, b->uri) == 0
         && g_strcmp0 (a->authorization, b->authorization) == 0;
}

/* --- contexts --- */

static void
context_clear (gpointer data)
{
  SpeechContext *context = data;

  g_clear_pointer (&context->job, gst_vowel_tts_job_unref);
  g_free (context->name);
  speech_address_clear (&context->address);
  g_ptr_array_unref (context->messages);
  speech_decoder_free (context->decoder);
}

void
speech_context_unref (SpeechContext *context)
{
  g_rc_box_release_full (context, context_clear);
}

void
speech_context_forget (SpeechContext *context)
{
  SpeechSocket *self = context->socket;

  if (self == NULL)
    return;
  speech_socket_clear_timer (self, &context->timer);
  context->socket = NULL;
  g_queue_remove (&self->contexts, context);
  speech_context_unref (context);
}

/* --- how it ends --- */

void
speech_context_fail (SpeechSocket *self, SpeechContext *context, guint status,
    gint retry_after_ms, const GError *cause)
{
  g_autoptr (GstVowelTtsJob) job = g_steal_pointer (&context->job);
  g_autoptr (GError) error = NULL;

  if (job == NULL)
    return;
  error = g_error_copy (cause);
  gst_vowel_secret_redact_error (error, context->address.secret);
  gst_vowel_tts_fail (self->tts, job, status, retry_after_ms, error);
}

static void watch (SpeechContext *context, GstClockTime when);

void
speech_context_close (SpeechSocket *self, SpeechContext *context)
{
  if (context->closed || self->protocol->close == NULL)
    return;
  context->closed = TRUE;
  speech_socket_send (self, self->protocol->close (context->name));
}

/* Until the service has said that it has forgotten it. */
static void
await_stop (SpeechSocket *self, SpeechContext *context)
{
  context->state = SPEECH_CONTEXT_STOPPING;
  watch (context,
      gst_vowel_worker_get_time (self->worker) + self->options.end_timeout);
}

void
speech_context_stop (SpeechSocket *self, SpeechContext *context)
{
  if (!context->closed) {
    context->closed = TRUE;
    speech_socket_send (self, self->protocol->stop (context->name));
  }
  if (self->protocol->stops_silently)
    speech_context_forget (context);
  else
    await_stop (self, context);
}

void
speech_context_finish (SpeechSocket *self, SpeechContext *context)
{
  g_autoptr (GstVowelTtsJob) job = g_steal_pointer (&context->job);

  if (job != NULL)
    gst_vowel_tts_finish (self->tts, job);
}

static void
give_up_stopping (SpeechSocket *self, SpeechContext *context)
{
  g_autoptr (GError) error = NULL;

  if (speech_socket_has_names (self)) {
    speech_context_forget (context);
    speech_socket_pump (self);
    return;
  }
  /* What comes could be of it or of the next one. */
  error = g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT,
      "%s: does not stop speaking", self->address.provider);
  speech_socket_fail (self, 0, -1, error);
}

/* The service has said nothing for a while. Moved on lazily. */
static void
on_quiet (gpointer user_data)
{
  g_autoptr (SpeechContext) context = g_rc_box_acquire (user_data);
  SpeechSocket *self = context->socket;
  GstClockTime now = gst_vowel_worker_get_time (self->worker);
  GstClockTime end = context->last_audio + self->options.end_timeout;
  GstClockTime quiet =
      context->last_audio + self->options.end_timeout / SPEECH_QUIET_PART;

  context->timer = NULL;
  if (context->state == SPEECH_CONTEXT_STOPPING) {
    give_up_stopping (self, context);
  } else if (self->protocol->close != NULL && !context->closed && now < end) {
    if (now >= quiet) {
      speech_context_close (self, context);
      watch (context, end);
    } else {
      watch (context, quiet);
    }
  } else if (now < end) {
    watch (context, end);
  } else {
    GST_INFO_OBJECT (self->tts, "no end of %s", context->name);
    speech_context_stop (self, context);
    speech_context_finish (self, context);
    speech_socket_pump (self);
  }
}

static void
watch (SpeechContext *context, GstClockTime when)
{
  SpeechSocket *self = context->socket;

  speech_socket_clear_timer (self, &context->timer);
  context->timer =
      gst_vowel_worker_add_timer (self->worker, when, on_quiet, context);
}

void
speech_context_watch_end (SpeechSocket *self, SpeechContext *context)
{
  GstClockTime patience = self->options.end_timeout;

  context->last_audio = gst_vowel_worker_get_time (self->worker);
  if (self->protocol->close != NULL)
    patience /= SPEECH_QUIET_PART;
  if (context->timer == NULL)
    watch (context, context->last_audio + patience);
}
