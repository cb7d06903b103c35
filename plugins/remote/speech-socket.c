/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvowelsecret.h>

#include "speech-socket-priv.h"

#define GST_CAT_DEFAULT speech_voice_debug

/* --- addresses --- */

static void
address_clear (SpeechAddress *address)
{
  g_clear_pointer (&address->uri, g_free);
  g_clear_pointer (&address->authorization, g_free);
  g_clear_pointer (&address->secret, g_free);
}

static void
address_set (
    SpeechAddress *address, const RemoteTarget *target, const gchar *path)
{
  address_clear (address);
  address->provider = target->service->name;
  address->uri = g_strconcat (target->base_url, path, NULL);
  address->header = target->service->header;
  address->authorization = g_strdup (target->authorization);
  address->secret = g_strdup (target->api_key);
}

static void
address_copy (SpeechAddress *address, const SpeechAddress *other)
{
  address_clear (address);
  address->provider = other->provider;
  address->uri = g_strdup (other->uri);
  address->header = other->header;
  address->authorization = g_strdup (other->authorization);
  address->secret = g_strdup (other->secret);
}

static gboolean
address_equal (const SpeechAddress *a, const SpeechAddress *b)
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
  address_clear (&context->address);
  g_ptr_array_unref (context->messages);
  speech_decoder_free (context->decoder);
}

void
speech_context_unref (SpeechContext *context)
{
  g_rc_box_release_full (context, context_clear);
}

static void
clear_timer (SpeechSocket *self, GstVowelTimer **timer)
{
  if (*timer != NULL)
    gst_vowel_worker_cancel_timer (self->worker, g_steal_pointer (timer));
}

void
speech_context_forget (SpeechContext *context)
{
  SpeechSocket *self = context->socket;

  if (self == NULL)
    return;
  clear_timer (self, &context->timer);
  context->socket = NULL;
  g_queue_remove (&self->contexts, context);
  speech_context_unref (context);
}

gboolean
speech_socket_has_names (SpeechSocket *self)
{
  return self->protocol->max_contexts > 1;
}

SpeechContext *
speech_socket_find (SpeechSocket *self, const gchar *name)
{
  for (GList *l = self->contexts.head; l != NULL; l = l->next) {
    SpeechContext *context = l->data;

    if (context->state != SPEECH_CONTEXT_WAITING
        && (!speech_socket_has_names (self)
            || g_strcmp0 (context->name, name) == 0))
      return context;
  }
  return NULL;
}

static guint
count_contexts (SpeechSocket *self)
{
  guint n = 0;

  for (GList *l = self->contexts.head; l != NULL; l = l->next)
    if (((SpeechContext *) l->data)->state != SPEECH_CONTEXT_WAITING)
      n++;
  return n;
}

void
speech_context_fail (SpeechSocket *self, SpeechContext *context, guint status,
    const GError *cause)
{
  g_autoptr (GstVowelTtsJob) job = g_steal_pointer (&context->job);
  g_autoptr (GError) error = NULL;

  if (job == NULL)
    return;
  error = g_error_copy (cause);
  gst_vowel_secret_redact_error (error, context->address.secret);
  gst_vowel_tts_fail (self->tts, job, status, -1, error);
}

/* --- the connection --- */

static void
disconnect (SpeechSocket *self)
{
  clear_timer (self, &self->keepalive);
  if (self->client == NULL)
    return;
  ws_client_abort (self->client);
  g_clear_pointer (&self->client, ws_client_unref);
}

void
speech_socket_fail (SpeechSocket *self, guint status, const GError *cause)
{
  g_autoptr (GPtrArray) lost =
      g_ptr_array_new_with_free_func ((GDestroyNotify) speech_context_unref);
  g_autoptr (GError) error = g_error_copy (cause);

  gst_vowel_secret_redact_error (error, self->address.secret);
  GST_INFO_OBJECT (self->tts, "%s", error->message);
  disconnect (self);
  for (GList *l = self->contexts.head; l != NULL; l = l->next)
    if (((SpeechContext *) l->data)->state != SPEECH_CONTEXT_WAITING)
      g_ptr_array_add (lost, g_rc_box_acquire (l->data));
  for (guint i = 0; i < lost->len; i++)
    speech_context_forget (g_ptr_array_index (lost, i));
  for (guint i = 0; i < lost->len; i++)
    speech_context_fail (self, g_ptr_array_index (lost, i), status, error);
  speech_socket_pump (self);
}

/* (transfer full) @text */
static void
send (SpeechSocket *self, gchar *text)
{
  if (self->client != NULL)
    ws_client_send_text (self->client, text);
  g_free (text);
}

static void
keep_alive (gpointer user_data)
{
  SpeechSocket *self = user_data;
  guint n = 0;

  for (GList *l = self->contexts.head; l != NULL; l = l->next) {
    SpeechContext *context = l->data;

    if (context->state != SPEECH_CONTEXT_SPEAKING || context->closed)
      continue;
    send (self, self->protocol->keep_alive (context->name));
    n++;
  }
  if (n == 0)
    send (self, self->protocol->keep_alive (NULL));
  self->keepalive = gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker) + self->options.keepalive,
      keep_alive, self);
}

static void
on_closed (
    WsClient *client, guint status, const GError *error, gpointer user_data)
{
  speech_socket_fail (user_data, status, error);
}

static void
connect_to (SpeechSocket *self, const SpeechAddress *address)
{
  static const WsClientCallbacks callbacks = {
      .message = speech_socket_take_text,
      .closed = on_closed,
      .binary = speech_socket_take_audio,
  };

  address_copy (&self->address, address);
  self->client = ws_client_new (self->worker, address->provider, address->uri,
      address->header, address->authorization, &callbacks, self);
  if (self->protocol->keep_alive != NULL && self->options.keepalive > 0)
    self->keepalive = gst_vowel_worker_add_timer (self->worker,
        gst_vowel_worker_get_time (self->worker) + self->options.keepalive,
        keep_alive, self);
}

/* FALSE: not now. */
static gboolean
prepare_connection (SpeechSocket *self, const SpeechAddress *address)
{
  if (self->client != NULL && !address_equal (&self->address, address)) {
    SpeechContext *old;

    for (GList *l = self->contexts.head; l != NULL; l = l->next) {
      old = l->data;
      if (old->state == SPEECH_CONTEXT_SPEAKING)
        return FALSE;
    }
    disconnect (self);
    for (GList *l = self->contexts.head, *next; l != NULL; l = next) {
      next = l->next;
      old = l->data;
      if (old->state == SPEECH_CONTEXT_STOPPING)
        speech_context_forget (old);
    }
  }
  if (count_contexts (self) >= self->protocol->max_contexts)
    return FALSE;
  if (self->client == NULL)
    connect_to (self, address);
  return TRUE;
}

void
speech_socket_pump (SpeechSocket *self)
{
  for (;;) {
    SpeechContext *context = NULL;

    for (GList *l = self->contexts.head; l != NULL && context == NULL;
         l = l->next)
      if (((SpeechContext *) l->data)->state == SPEECH_CONTEXT_WAITING)
        context = l->data;
    if (context == NULL || !prepare_connection (self, &context->address))
      return;
    context->state = SPEECH_CONTEXT_SPEAKING;
    for (guint i = 0; i < context->messages->len; i++)
      ws_client_send_text (
          self->client, g_ptr_array_index (context->messages, i));
  }
}

/* --- the end of a context --- */

static void watch (SpeechContext *context, GstClockTime when);

void
speech_context_close (SpeechSocket *self, SpeechContext *context)
{
  if (context->closed || self->protocol->close == NULL)
    return;
  context->closed = TRUE;
  send (self, self->protocol->close (context->name));
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
    send (self, self->protocol->stop (context->name));
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
  speech_socket_fail (self, 0, error);
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

  clear_timer (self, &context->timer);
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

/* --- for voices --- */

SpeechSocket *
speech_socket_new (GstVowelTts *tts, const SpeechProtocol *protocol)
{
  SpeechSocket *self = g_new0 (SpeechSocket, 1);

  self->tts = tts;
  self->worker = gst_object_ref (gst_vowel_tts_get_worker (tts));
  self->protocol = protocol;
  g_queue_init (&self->contexts);
  g_queue_init (&self->starts);
  return self;
}

void
speech_socket_free (SpeechSocket *self)
{
  SpeechContext *context;

  disconnect (self);
  while ((context = g_queue_peek_head (&self->contexts)) != NULL)
    speech_context_forget (context);
  g_queue_clear_full (&self->starts, g_free);
  address_clear (&self->address);
  gst_object_unref (self->worker);
  g_free (self);
}

void
speech_socket_set_options (
    SpeechSocket *self, const SpeechSocketOptions *options)
{
  self->options = *options;
}

void
speech_socket_open (
    SpeechSocket *self, const RemoteTarget *target, const gchar *path)
{
  SpeechAddress address = {0};

  address_set (&address, target, path);
  prepare_connection (self, &address);
  address_clear (&address);
}

gboolean
speech_socket_is_exhausted (SpeechSocket *self)
{
  GstClockTime now = gst_vowel_worker_get_time (self->worker);
  GstClockTime *first;

  while ((first = g_queue_peek_head (&self->starts)) != NULL
         && *first + GST_SECOND * 60 <= now)
    g_free (g_queue_pop_head (&self->starts));
  return self->protocol->max_starts > 0
         && g_queue_get_length (&self->starts) >= self->protocol->max_starts;
}

void
speech_socket_exhaust (SpeechSocket *self)
{
  GstClockTime now = gst_vowel_worker_get_time (self->worker);

  while (g_queue_get_length (&self->starts) < self->protocol->max_starts)
    g_queue_push_tail (&self->starts, g_memdup2 (&now, sizeof now));
}

gchar *
speech_socket_make_name (SpeechSocket *self)
{
  return g_strdup_printf ("c%" G_GUINT64_FORMAT, ++self->n_contexts);
}

void
speech_socket_speak (SpeechSocket *self, const RemoteTarget *target,
    const gchar *path, GstVowelTtsJob *job, const gchar *name,
    GPtrArray *messages, gint rate)
{
  SpeechContext *context = g_rc_box_new0 (SpeechContext);

  context->socket = self;
  context->job = gst_vowel_tts_job_ref (job);
  context->name = g_strdup (name);
  address_set (&context->address, target, path);
  context->messages = g_ptr_array_ref (messages);
  context->rate = rate;
  context->decoder = speech_decoder_new (rate);
  context->cursor.at = gst_vowel_tts_job_get_text (job);
  g_queue_push_tail (&self->contexts, context);
  if (self->protocol->max_starts > 0) {
    GstClockTime now = gst_vowel_worker_get_time (self->worker);

    g_queue_push_tail (&self->starts, g_memdup2 (&now, sizeof now));
  }
  speech_socket_pump (self);
}

gboolean
speech_socket_cancel (SpeechSocket *self, GstVowelTtsJob *job)
{
  for (GList *l = self->contexts.head; l != NULL; l = l->next) {
    SpeechContext *context = l->data;

    if (context->job != job)
      continue;
    g_clear_pointer (&context->job, gst_vowel_tts_job_unref);
    if (context->state == SPEECH_CONTEXT_WAITING)
      speech_context_forget (context);
    else
      speech_context_stop (self, context);
    return TRUE;
  }
  return FALSE;
}
