/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvowelsecret.h>

#include "speech-socket-priv.h"

#define GST_CAT_DEFAULT speech_voice_debug

/* --- contexts --- */

void
speech_socket_clear_timer (SpeechSocket *self, GstVowelTimer **timer)
{
  if (*timer != NULL)
    gst_vowel_worker_cancel_timer (self->worker, g_steal_pointer (timer));
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

/* --- the connection --- */

static void
disconnect (SpeechSocket *self)
{
  speech_socket_clear_timer (self, &self->keepalive);
  if (self->client == NULL)
    return;
  ws_client_abort (self->client);
  g_clear_pointer (&self->client, ws_client_unref);
}

/* (transfer full): those that were on the connection, which is given up */
static GPtrArray *
take_lost (SpeechSocket *self)
{
  GPtrArray *lost =
      g_ptr_array_new_with_free_func ((GDestroyNotify) speech_context_unref);

  disconnect (self);
  for (GList *l = self->contexts.head; l != NULL; l = l->next)
    if (((SpeechContext *) l->data)->state != SPEECH_CONTEXT_WAITING)
      g_ptr_array_add (lost, g_rc_box_acquire (l->data));
  for (guint i = 0; i < lost->len; i++)
    speech_context_forget (g_ptr_array_index (lost, i));
  return lost;
}

void
speech_socket_fail (
    SpeechSocket *self, guint status, gint retry_after_ms, const GError *cause)
{
  g_autoptr (GPtrArray) lost = take_lost (self);
  g_autoptr (GError) error = g_error_copy (cause);

  gst_vowel_secret_redact_error (error, self->address.secret);
  GST_INFO_OBJECT (self->tts, "%s", error->message);
  for (guint i = 0; i < lost->len; i++)
    speech_context_fail (
        self, g_ptr_array_index (lost, i), status, retry_after_ms, error);
  speech_socket_pump (self);
}

void
speech_socket_send (SpeechSocket *self, gchar *text)
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
    speech_socket_send (self, self->protocol->keep_alive (context->name));
    n++;
  }
  if (n == 0)
    speech_socket_send (self, self->protocol->keep_alive (NULL));
  self->keepalive = gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker) + self->options.keepalive,
      keep_alive, self);
}

static void
on_closed (
    WsClient *client, guint status, const GError *error, gpointer user_data)
{
  speech_socket_fail (
      user_data, status, ws_client_get_retry_after_ms (client), error);
}

static void
connect_to (SpeechSocket *self, const SpeechAddress *address)
{
  static const WsClientCallbacks callbacks = {
      .message = speech_socket_take_text,
      .closed = on_closed,
      .binary = speech_socket_take_audio,
  };

  speech_address_copy (&self->address, address);
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
  if (self->client != NULL && !speech_address_equal (&self->address, address)) {
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
    context->began = gst_vowel_worker_get_time (self->worker);
    for (guint i = 0; i < context->messages->len; i++)
      ws_client_send_text (
          self->client, g_ptr_array_index (context->messages, i));
  }
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
  speech_socket_clear_timer (self, &self->failing);
  g_clear_pointer (&self->lost, g_ptr_array_unref);
  while ((context = g_queue_peek_head (&self->contexts)) != NULL)
    speech_context_forget (context);
  g_queue_clear_full (&self->starts, g_free);
  speech_address_clear (&self->address);
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

  speech_address_set (&address, target, path);
  prepare_connection (self, &address);
  speech_address_clear (&address);
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
  speech_address_set (&context->address, target, path);
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

/* The other side has said nothing at all for so long that it may be gone. */
static gboolean
is_dead (SpeechSocket *self, SpeechContext *context)
{
  GstClockTime now = gst_vowel_worker_get_time (self->worker);

  return self->heard < context->began
         && now - context->began >= self->options.end_timeout;
}

static void
fail_lost (gpointer user_data)
{
  SpeechSocket *self = user_data;
  g_autoptr (GPtrArray) lost = g_steal_pointer (&self->lost);
  g_autoptr (GError) error = g_error_new (GST_VOWEL_ERROR,
      GST_VOWEL_ERROR_TIMEOUT, "%s: does not answer", self->address.provider);

  self->failing = NULL;
  for (guint i = 0; i < lost->len; i++)
    speech_context_fail (self, g_ptr_array_index (lost, i), 0, -1, error);
  speech_socket_pump (self);
}

/* Whoever cancels a text does not expect others to fail meanwhile. */
static void
fail_dead (SpeechSocket *self)
{
  GPtrArray *lost = take_lost (self);

  if (self->lost == NULL)
    self->lost = lost;
  else
    g_ptr_array_extend_and_steal (self->lost, lost);
  if (self->failing == NULL)
    self->failing = gst_vowel_worker_add_timer (self->worker,
        gst_vowel_worker_get_time (self->worker), fail_lost, self);
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
    else if (is_dead (self, context))
      fail_dead (self);
    else
      speech_context_stop (self, context);
    return TRUE;
  }
  for (guint i = 0; self->lost != NULL && i < self->lost->len; i++) {
    SpeechContext *context = g_ptr_array_index (self->lost, i);

    if (context->job != job)
      continue;
    g_clear_pointer (&context->job, gst_vowel_tts_job_unref);
    return TRUE;
  }
  return FALSE;
}
