/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session-host-private.h"

#include "attachment.h"

#include "server/config/provider-settings.h"
#include "server/telemetry/logging.h"
#include "server/telemetry/usage-json.h"
#include "session/pipeline-clock.h"

GST_DEBUG_CATEGORY_STATIC (vowel_session_host_debug);
#define GST_CAT_DEFAULT vowel_session_host_debug

/* How long a shared session waits for somebody to come back. */
#define LINGER_MS 30000
#define CLOSE_NORMAL 1000
#define CLOSE_GOING_AWAY 1001
#define CLOSE_POLICY 1008
#define CLOSE_INTERNAL 1011

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelSessionHost, vowel_session_host,
    G_TYPE_OBJECT,
    GST_DEBUG_CATEGORY_INIT (
        vowel_session_host_debug, "vowel-session", 0, "sessions of the server"))

/* A connection on its way to the worker. */
typedef struct {
  VowelSessionHost *host;
  GIOStream *stream; /* (nullable) */
  VowelPeer *peer;   /* (nullable) */
  VowelGate *gate;   /* (nullable): where it waits, instead */
  VowelSessionRequest *request;
  VowelEngineFactory factory;
} Opening;

static Opening *
opening_new (VowelSessionHost *self, GIOStream *stream, VowelPeer *peer,
    VowelSessionRequest *request)
{
  Opening *opening = g_new0 (Opening, 1);

  opening->host = g_object_ref (self);
  g_set_object (&opening->stream, stream);
  opening->peer = peer ? vowel_peer_ref (peer) : NULL;
  opening->request = request;
  return opening;
}

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->host);
  g_clear_object (&opening->stream);
  g_clear_pointer (&opening->peer, vowel_peer_unref);
  g_clear_object (&opening->gate);
  vowel_session_request_free (opening->request);
  g_free (opening);
}

static gint64
get_wall_clock_ms (void)
{
  return g_get_real_time () / 1000;
}

static VowelCall *
make_call (const VowelSessionRequest *request)
{
  VowelCall *call = vowel_call_new (request->id);

  call->app_id = g_strdup (request->app_id);
  call->key_id = g_strdup (request->key_id);
  call->service_id = g_strdup (request->service_id);
  call->model = g_strdup (request->config->model);
  call->voice = g_strdup (request->config->voice);
  call->agent_id = g_strdup (request->agent_id);
  if (request->source) {
    g_free (call->source);
    call->source = g_strdup (request->source);
  }
  call->party = g_strdup (request->party);
  call->details = g_strdup (request->details);
  call->started_at = get_wall_clock_ms ();
  return call;
}

static void
count_speculations (VowelSessionHost *self)
{
  VowelSpeculations speculations;
  guint64 wasted;

  vowel_session_get_speculations (self->session, &speculations);
  if (speculations.begun == 0)
    return;
  wasted = speculations.wasted_input_tokens + speculations.wasted_output_tokens;
  GST_INFO ("%s: %u answers prepared early, %u used; the others took "
            "%" G_GUINT64_FORMAT " tokens",
      vowel_session_get_id (self->session), speculations.begun,
      speculations.used, wasted);
  g_atomic_int_add (&self->metrics->speculations, speculations.begun);
  g_atomic_int_add (&self->metrics->speculations_used, speculations.used);
  g_atomic_int_add (&self->metrics->speculation_tokens_wasted, wasted);
}

static void
log_usage (VowelSessionHost *self)
{
  g_autofree gchar *text = vowel_usage_ledger_to_string (self->usage);

  GST_INFO ("%s: used %s", vowel_session_get_id (self->session), text);
}

static void
leave (VowelSessionHost *self)
{
  if (self->record)
    self->record->usage = vowel_usage_to_json_text (self->usage);
  g_atomic_int_add (&self->metrics->sessions, -1);
  self->gone (self, self->gone_data);
}

static void
on_summarized (const gchar *summary, const gchar *sentiment, gpointer user_data)
{
  VowelSessionHost *self = user_data;
  gchar *details =
      vowel_call_summary_add (self->record->details, summary, sentiment);

  g_free (self->record->details);
  self->record->details = details;
  g_clear_pointer (&self->summary, vowel_call_summary_free);
  leave (self);
}

/* FALSE: nobody wants one, or it cannot be made. */
static gboolean
summarize (VowelSessionHost *self)
{
  g_autoptr (VowelEngine) engine = NULL;

  if (!self->summarizes || self->record == NULL || self->record->lines == NULL
      || !g_str_equal (self->snapshot->config->call_history, "on"))
    return FALSE;
  engine = self->factory (self->worker, self->record->id, self->snapshot, NULL);
  if (engine == NULL)
    return FALSE;
  self->summary = vowel_call_summary_begin (self->worker, engine,
      self->record->lines, self->usage, on_summarized, self);
  if (self->hurried)
    vowel_call_summary_hurry (self->summary);
  return TRUE;
}

/* The end: nobody is connected, and nobody is waited for. */
static void
finish_when_over (gpointer user_data)
{
  VowelSessionHost *self = user_data;

  if (self->over || self->attachments->len > 0
      || (self->session && vowel_session_is_started (self->session)
          && !vowel_session_is_ended (self->session)))
    return;
  self->over = TRUE;
  if (self->session) {
    vowel_session_end (self->session, VOWEL_END_CLIENT_LEFT);
    count_speculations (self);
    log_usage (self);
    GST_INFO ("%s: over", vowel_session_get_id (self->session));
  }
  if (self->drain_timer)
    gst_vowel_worker_cancel_timer (self->worker, self->drain_timer);
  self->drain_timer = NULL;
  g_clear_pointer (&self->companions, g_ptr_array_unref);
  g_clear_object (&self->session);
  if (self->recorder)
    vowel_call_recorder_finish (self->recorder, get_wall_clock_ms ());
  g_clear_pointer (&self->recorder, vowel_call_recorder_free);
  if (!summarize (self))
    leave (self);
}

static void
on_attachment_gone (VowelAttachment *attachment, gpointer user_data)
{
  g_autoptr (VowelSessionHost) self = user_data;

  g_ptr_array_remove (self->attachments, attachment);
  finish_when_over (self);
}

/* The faces have said why; this is for one that does not close by itself. */
static void
close_attachments (gpointer user_data)
{
  VowelSessionHost *self = user_data;

  for (guint i = 0; i < self->attachments->len; i++)
    vowel_attachment_close (g_ptr_array_index (self->attachments, i),
        self->end_reason == VOWEL_END_FAILED     ? CLOSE_INTERNAL
        : self->end_reason == VOWEL_END_SHUTDOWN ? CLOSE_GOING_AWAY
                                                 : CLOSE_NORMAL,
        "session ended");
  finish_when_over (self);
}

static void
on_session_event (const VowelEvent *event, gpointer user_data)
{
  VowelSessionHost *self = user_data;

  vowel_call_recorder_note (self->recorder, event);
  g_atomic_int_set (&self->call->n_turns, self->record->n_turns);
  if (event->type != VOWEL_EVENT_ENDED)
    return;
  GST_DEBUG ("%s: ended, reason %d", vowel_session_get_id (self->session),
      event->reason);
  self->end_reason = event->reason;
  /* Comes from inside the session, which is not to be freed there, and before
   * those who have joined later are told. */
  gst_vowel_worker_post (
      self->worker, close_attachments, g_object_ref (self), g_object_unref);
}

static VowelAttachment *
attach (VowelSessionHost *self, const Opening *opening)
{
  const VowelServerConfig *config = self->snapshot->config;
  VowelAttachment *attachment =
      opening->gate ? vowel_attachment_new_at_gate (
          self->worker, config, self->metrics, opening->request, opening->gate)
                    : vowel_attachment_new (self->worker, config, self->metrics,
                        opening->request, opening->stream, opening->peer);

  g_ptr_array_add (self->attachments, attachment);
  return attachment;
}

static void
start (VowelSessionHost *self, VowelAttachment *attachment)
{
  vowel_attachment_start (attachment, on_attachment_gone, g_object_ref (self));
}

static void
refuse (
    VowelSessionHost *self, VowelAttachment *attachment, const GError *error)
{
  GST_ERROR ("%s: cannot begin: %s",
      self->session ? vowel_session_get_id (self->session) : "session",
      error->message);
  g_atomic_int_inc (&self->metrics->sessions_refused);
  vowel_attachment_refuse (attachment, error);
}

static void
set_limits (VowelSessionHost *self, const VowelSessionRequest *request)
{
  const VowelServerConfig *config = self->snapshot->config;

  vowel_session_set_max_duration (
      self->session, request->limits.max_duration_ms);
  vowel_session_set_idle_timeout (
      self->session, request->limits.idle_timeout_ms);
  vowel_session_set_hibernation (self->session, config->hibernate_after_ms);
  vowel_session_set_rate_limits (
      self->session, config->rate_limit_responses, config->rate_limit_tokens);
  vowel_session_set_context (self->session, config->context_tokens,
      g_str_equal (config->summaries, "on"));
  vowel_session_set_output_lead (self->session, request->output_lead_ms);
  vowel_session_set_apology (self->session, config->apology);
  vowel_session_set_behaviours (self->session, request->behaviours);
}

static gboolean
join_session (VowelSessionHost *self, const VowelSessionRequest *request,
    VowelAttachment *attachment, GError **error)
{
  if (request->resumable)
    vowel_attachment_make_resumable (attachment, request->id);
  return (request->server_tools == NULL
             || vowel_session_set_server_tools (
                 self->session, request->server_tools, error))
         && vowel_attachment_join (attachment, self->session, request, error);
}

static void
log_arrival (const VowelSessionRequest *request, const gchar *what)
{
  if (request->service_id)
    GST_INFO ("%s: %s by service %s", request->id, what, request->service_id);
  else
    GST_INFO ("%s: %s", request->id, what);
}

static void
take_companions (VowelSessionHost *self, VowelSessionRequest *request)
{
  self->companions = g_steal_pointer (&request->companions);
  for (guint i = 0; self->companions && i < self->companions->len; i++) {
    VowelCompanion *companion = g_ptr_array_index (self->companions, i);

    companion->join (companion, self->session, self->worker);
  }
}

static void
on_trace (const VowelTurnTrace *trace, gpointer traces)
{
  vowel_trace_exporter_add (traces, trace);
}

static gboolean
begin_session (VowelSessionHost *self, const Opening *opening,
    VowelAttachment *attachment, GError **error)
{
  VowelSessionRequest *request = opening->request;
  g_autoptr (VowelClock) clock = vowel_pipeline_clock_new (self->worker);
  g_autoptr (VowelEngine) engine =
      opening->factory (self->worker, request->id, self->snapshot, error);

  if (engine == NULL)
    return FALSE;
  self->factory = opening->factory;
  self->summarizes = request->summarize;
  self->session =
      vowel_session_new (request->id, request->config, engine, clock);
  vowel_session_set_usage (self->session, self->usage);
  set_limits (self, request);
  if (request->lingers)
    vowel_session_set_linger (self->session, LINGER_MS);
  if (request->items)
    vowel_session_set_history (self->session, request->items);
  if (!join_session (self, request, attachment, error))
    return FALSE;
  take_companions (self, request);
  self->record = make_call (request);
  self->record->started_at = self->call->started_at;
  self->recorder = vowel_call_recorder_new (vowel_call_ref (self->record),
      self->metrics, g_str_equal (self->snapshot->config->call_history, "on"));
  if (self->traces)
    vowel_call_recorder_set_trace_func (self->recorder, g_get_real_time (),
        vowel_provider_get_name (
            self->snapshot->config, GST_VOWEL_PROVIDER_LLM),
        on_trace, self->traces);
  vowel_session_join (
      self->session, VOWEL_PARTICIPANT_OBSERVER, on_session_event, self);
  if (!vowel_session_start (self->session, error))
    return FALSE;
  vowel_attachment_announce (attachment);
  log_arrival (request, "begun");
  return TRUE;
}

static void
open_on_worker (gpointer user_data)
{
  Opening *opening = user_data;
  VowelSessionHost *self = opening->host;
  VowelAttachment *attachment = attach (self, opening);
  g_autoptr (GError) error = NULL;

  vowel_logging_set_session (opening->request->id);
  if (!begin_session (self, opening, attachment, &error))
    refuse (self, attachment, error);
  vowel_logging_set_session (NULL);
  start (self, attachment);
}

void
vowel_session_host_open (VowelSessionHost *self, GIOStream *stream,
    VowelPeer *peer, VowelSessionRequest *request, VowelEngineFactory factory)
{
  Opening *opening = opening_new (self, stream, peer, request);

  opening->factory = factory;
  gst_vowel_worker_invoke (self->worker, open_on_worker, opening, opening_free);
}

void
vowel_session_host_open_at_gate (VowelSessionHost *self, VowelGate *gate,
    VowelSessionRequest *request, VowelEngineFactory factory)
{
  Opening *opening = opening_new (self, NULL, NULL, request);

  opening->gate = g_object_ref (gate);
  opening->factory = factory;
  gst_vowel_worker_invoke (self->worker, open_on_worker, opening, opening_free);
}

/* (nullable) */
static VowelAttachment *
find_attachment (VowelSessionHost *self, const gchar *token)
{
  for (guint i = 0; i < self->attachments->len; i++) {
    VowelAttachment *attachment = g_ptr_array_index (self->attachments, i);

    if (vowel_attachment_has_token (attachment, token))
      return attachment;
  }
  return NULL;
}

static void
resume (VowelSessionHost *self, const Opening *opening)
{
  VowelAttachment *attachment =
      find_attachment (self, opening->request->resume);
  g_autoptr (GError) error = NULL;

  if (attachment == NULL)
    g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
        "Nobody is waited for, or the token is wrong.");
  else if (vowel_attachment_resume (attachment, opening->stream, opening->peer,
               opening->request->last_event_id, &error))
    GST_INFO ("%s: resumed", opening->request->id);
  if (error == NULL)
    return;
  GST_INFO ("%s: not resumed: %s", opening->request->id, error->message);
  attachment = attach (self, opening);
  vowel_attachment_refuse_resume (attachment, error);
  start (self, attachment);
}

static void
join_on_worker (gpointer user_data)
{
  Opening *opening = user_data;
  VowelSessionHost *self = opening->host;
  VowelAttachment *attachment;
  g_autoptr (GError) error = NULL;

  if (opening->request->resume) {
    resume (self, opening);
    return;
  }
  attachment = attach (self, opening);
  /* It may have ended while the connection was on its way. */
  if (self->session == NULL || !vowel_session_is_started (self->session)
      || vowel_session_is_ended (self->session))
    vowel_attachment_close (attachment,
        opening->request->missing_code ? opening->request->missing_code
                                       : CLOSE_POLICY,
        "Session not found");
  else if (!join_session (self, opening->request, attachment, &error))
    vowel_attachment_refuse (attachment, error);
  else {
    vowel_attachment_announce (attachment);
    log_arrival (opening->request, "joined");
  }
  start (self, attachment);
}

void
vowel_session_host_join (VowelSessionHost *self, GIOStream *stream,
    VowelPeer *peer, VowelSessionRequest *request)
{
  gst_vowel_worker_invoke (self->worker, join_on_worker,
      opening_new (self, stream, peer, request), opening_free);
}

const VowelCall *
vowel_session_host_get_call (VowelSessionHost *self)
{
  return self->call;
}

void
vowel_session_host_set_traces (
    VowelSessionHost *self, VowelTraceExporter *traces)
{
  g_set_object (&self->traces, traces);
}

VowelCall *
vowel_session_host_get_record (VowelSessionHost *self)
{
  return self->record;
}

static void
vowel_session_host_finalize (GObject *object)
{
  VowelSessionHost *self = VOWEL_SESSION_HOST (object);

  g_ptr_array_unref (self->attachments);
  g_clear_pointer (&self->recorder, vowel_call_recorder_free);
  g_clear_pointer (&self->summary, vowel_call_summary_free);
  g_clear_pointer (&self->record, vowel_call_unref);
  g_clear_object (&self->traces);
  vowel_call_unref (self->call);
  vowel_usage_ledger_unref (self->usage);
  g_clear_object (&self->worker);
  vowel_config_snapshot_unref (self->snapshot);
  G_OBJECT_CLASS (vowel_session_host_parent_class)->finalize (object);
}

static void
vowel_session_host_class_init (VowelSessionHostClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vowel_session_host_finalize;
}

static void
vowel_session_host_init (VowelSessionHost *self)
{
  self->attachments = g_ptr_array_new_with_free_func (g_object_unref);
  self->usage = vowel_usage_ledger_new ();
}

VowelUsageLedger *
vowel_session_host_get_usage (VowelSessionHost *self)
{
  return self->usage;
}

VowelSessionHost *
vowel_session_host_new (GstVowelWorker *worker, VowelConfigSnapshot *snapshot,
    VowelMetrics *metrics, const VowelSessionRequest *request,
    VowelSessionHostFunc gone, gpointer user_data)
{
  VowelSessionHost *self = g_object_new (VOWEL_TYPE_SESSION_HOST, NULL);

  self->worker = g_object_ref (worker);
  self->snapshot = vowel_config_snapshot_ref (snapshot);
  self->metrics = metrics;
  self->call = make_call (request);
  self->gone = gone;
  self->gone_data = user_data;
  g_atomic_int_inc (&metrics->sessions);
  return self;
}
