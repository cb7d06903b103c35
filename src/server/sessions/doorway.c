/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "doorway.h"

#include "server/http/http.h"
#include "server/http/listener.h"
#include "server/http/websocket.h"

struct _VowelDoorway {
  VowelSessionManager *manager;
  VowelRuntimeConfig *runtime;
  VowelMetrics *metrics;
};

/* A client whose handshake is being answered. */
typedef struct {
  VowelDoorway *doorway;
  VowelSessionRequest *request;  /* (nullable): which session it gets */
  VowelConfigSnapshot *snapshot; /* (nullable): of that */
  VowelVisitor *visitor;         /* (nullable): who is waited for */
  gchar *text;                   /* (nullable): else it is sent away */
  guint16 code;
  gchar *reason;
} Entry;

static Entry *
entry_new (VowelDoorway *self)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->doorway = self;
  return entry;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_clear_pointer (&entry->request, vowel_session_request_free);
  g_clear_pointer (&entry->snapshot, vowel_config_snapshot_unref);
  if (entry->visitor)
    entry->visitor->free (entry->visitor);
  g_free (entry->text);
  g_free (entry->reason);
  g_free (entry);
}

static GstVowelWorker *
pick_worker (VowelDoorway *self, guint *ret_index)
{
  *ret_index = vowel_session_manager_pick_worker (self->manager);
  return vowel_session_manager_get_worker (self->manager, *ret_index);
}

static const VowelServerConfig *
get_config (VowelDoorway *self)
{
  return vowel_doorway_get_snapshot (self)->config;
}

static void
on_settled (VowelGate *gate, VowelSessionRequest *request,
    VowelConfigSnapshot *snapshot, gpointer user_data)
{
  VowelDoorway *self = user_data;

  vowel_session_manager_open_at_gate (self->manager, gate, request, snapshot);
}

static void
on_upgraded (GIOStream *stream, SoupServerMessage *message, gpointer user_data)
{
  Entry *entry = user_data;
  VowelDoorway *self = entry->doorway;
  g_autoptr (VowelPeer) peer =
      vowel_peer_ref (vowel_listener_get_peer (message));
  guint index;

  vowel_peer_release (peer);
  if (entry->request) {
    vowel_session_manager_open (self->manager, stream, peer,
        g_steal_pointer (&entry->request), entry->snapshot);
  } else if (entry->visitor) {
    GstVowelWorker *worker = pick_worker (self, &index);
    g_autoptr (VowelGate) gate = vowel_gate_new (worker, index,
        g_steal_pointer (&entry->visitor), self->metrics, on_settled, self);

    vowel_gate_admit (gate, stream, peer, get_config (self));
  } else {
    vowel_gate_turn_away (pick_worker (self, &index), stream, peer,
        get_config (self), self->metrics, entry->text, entry->code,
        entry->reason);
  }
}

gboolean
vowel_doorway_check (SoupServerMessage *message, const gchar *path)
{
  if (vowel_websocket_is_upgrade (message))
    return TRUE;
  soup_message_headers_replace (
      soup_server_message_get_response_headers (message), "Upgrade",
      "websocket");
  vowel_http_reply_error (message, 426, NULL, "upgrade_required",
      "%s is a WebSocket: connect with ws:// or wss://", path);
  return FALSE;
}

gboolean
vowel_doorway_place (VowelDoorway *self, VowelSessionRequest *request,
    const VowelSessionWish *wish, GError **error)
{
  return vowel_session_manager_place (
      self->manager, request, wish, g_get_real_time () / G_USEC_PER_SEC, error);
}

void
vowel_doorway_accept (VowelDoorway *self, SoupServerMessage *message,
    VowelSessionRequest *request, VowelConfigSnapshot *snapshot)
{
  Entry *entry = entry_new (self);

  entry->request = request;
  entry->snapshot = vowel_config_snapshot_ref (snapshot);
  vowel_websocket_accept (message, on_upgraded, entry, entry_free);
}

void
vowel_doorway_refuse (VowelDoorway *self, SoupServerMessage *message,
    const gchar *text, guint16 code, const gchar *reason)
{
  Entry *entry = entry_new (self);

  g_atomic_int_inc (&self->metrics->sessions_refused);
  entry->text = g_strdup (text);
  entry->code = code;
  entry->reason = g_strdup (reason);
  vowel_websocket_accept (message, on_upgraded, entry, entry_free);
}

void
vowel_doorway_wait (
    VowelDoorway *self, SoupServerMessage *message, VowelVisitor *visitor)
{
  Entry *entry = entry_new (self);

  entry->visitor = visitor;
  vowel_websocket_accept (message, on_upgraded, entry, entry_free);
}

VowelConfigSnapshot *
vowel_doorway_get_snapshot (VowelDoorway *self)
{
  return vowel_runtime_config_get (self->runtime);
}

VowelDoorway *
vowel_doorway_new (VowelSessionManager *manager, VowelRuntimeConfig *runtime,
    VowelMetrics *metrics)
{
  VowelDoorway *self = g_new0 (VowelDoorway, 1);

  self->manager = manager;
  self->runtime = runtime;
  self->metrics = metrics;
  return self;
}

void
vowel_doorway_free (VowelDoorway *self)
{
  g_free (self);
}
