/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What other threads want of a session: that it ends, and how it stands. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session-host-private.h"

#include "server/calls/call-json.h"
#include "server/telemetry/usage-json.h"

static void
shut_down (gpointer user_data)
{
  VowelSessionHost *self = user_data;

  self->hurried = TRUE;
  if (self->summary)
    vowel_call_summary_hurry (self->summary);
  if (self->session)
    vowel_session_end (self->session, VOWEL_END_SHUTDOWN);
}

static void
on_drain_deadline (gpointer user_data)
{
  VowelSessionHost *self = user_data;

  self->drain_timer = NULL;
  shut_down (self);
}

/* Comes from inside the session, which is not to be ended there. */
static void
on_drained (gpointer user_data)
{
  VowelSessionHost *self = user_data;

  gst_vowel_worker_post (
      self->worker, shut_down, g_object_ref (self), g_object_unref);
}

typedef struct {
  VowelSessionHost *host;
  guint timeout_ms;
} Draining;

static void
draining_free (gpointer data)
{
  Draining *draining = data;

  g_object_unref (draining->host);
  g_free (draining);
}

static void
drain_on_worker (gpointer user_data)
{
  Draining *draining = user_data;
  VowelSessionHost *self = draining->host;

  if (self->session == NULL && self->summary == NULL)
    return;
  if (draining->timeout_ms == 0) {
    shut_down (self);
    return;
  }
  if (self->drained || self->session == NULL)
    return;
  self->drained = TRUE;
  self->drain_timer = gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker)
          + draining->timeout_ms * GST_MSECOND,
      on_drain_deadline, self);
  vowel_session_drain (self->session, on_drained, self);
}

void
vowel_session_host_drain (VowelSessionHost *self, guint timeout_ms)
{
  Draining *draining = g_new0 (Draining, 1);

  draining->host = g_object_ref (self);
  draining->timeout_ms = timeout_ms;
  gst_vowel_worker_invoke (
      self->worker, drain_on_worker, draining, draining_free);
}

typedef struct {
  VowelSessionHost *host;
  GMainContext *context;
  JsonObject *record;
  VowelSessionHostRecordFunc func;
  gpointer user_data;
} Description;

static void
description_free (gpointer data)
{
  Description *description = data;

  g_object_unref (description->host);
  g_main_context_unref (description->context);
  g_free (description);
}

static gboolean
tell_description (gpointer user_data)
{
  Description *description = user_data;

  description->func (description->record, description->user_data);
  return G_SOURCE_REMOVE;
}

static void
describe_on_worker (gpointer user_data)
{
  Description *description = user_data;
  VowelSessionHost *self = description->host;
  const VowelCall *call = self->record ? self->record : self->call;

  description->record = vowel_call_to_json (call);
  vowel_call_add_record (description->record, call);
  json_object_set_array_member (
      description->record, "usage", vowel_usage_to_json (self->usage));
  g_main_context_invoke_full (description->context, G_PRIORITY_DEFAULT,
      tell_description, description, description_free);
}

void
vowel_session_host_describe (
    VowelSessionHost *self, VowelSessionHostRecordFunc func, gpointer user_data)
{
  Description *description = g_new0 (Description, 1);

  description->host = g_object_ref (self);
  description->context = g_main_context_ref_thread_default ();
  description->func = func;
  description->user_data = user_data;
  gst_vowel_worker_invoke (self->worker, describe_on_worker, description, NULL);
}
