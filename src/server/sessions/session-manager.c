/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session-manager.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (vowel_session_manager_debug);
#define GST_CAT_DEFAULT vowel_session_manager_debug

/* Backends name themselves: of more than so many the rest are one. */
#define MAX_SERVICES 100
#define OTHER_SERVICES "other"
#define CLOSE_POLICY 1008
#define CLOSE_TRY_AGAIN_LATER 1013

struct _VowelSessionManager {
  GObject parent;

  /* The accepting thread. */
  VowelConfigSnapshot *snapshot;
  VowelMetrics *metrics;
  VowelEngineFactory factory;
  GMainContext *context;
  GPtrArray *workers; /* (element-type GstVowelWorker) */
  GArray *load;       /* (element-type guint): sessions of each */
  GHashTable *hosts;  /* VowelSessionHost -> index of its worker */
  VowelSessionDirectory *directory;
  VowelUsageLedger *usage;    /* of sessions that are over */
  GHashTable *services;       /* id to how many connections, a guint */
  VowelTraceExporter *traces; /* (nullable) */
  gboolean draining;
  VowelSessionRecordFunc record;
  gpointer record_data;
  VowelSessionManagerFunc done;
  gpointer done_data;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelSessionManager, vowel_session_manager,
    G_TYPE_OBJECT,
    GST_DEBUG_CATEGORY_INIT (vowel_session_manager_debug, "vowel-sessions", 0,
        "all sessions of the server"))

static void
finish_drain (VowelSessionManager *self)
{
  VowelSessionManagerFunc done = self->done;

  self->done = NULL;
  if (done)
    done (self->done_data);
}

typedef struct {
  VowelSessionManager *manager;
  VowelSessionHost *host;
} Departure;

static void
departure_free (gpointer data)
{
  Departure *departure = data;

  g_object_unref (departure->manager);
  g_object_unref (departure->host);
  g_free (departure);
}

static gboolean
forget_host (gpointer user_data)
{
  Departure *departure = user_data;
  VowelSessionManager *self = departure->manager;
  guint index =
      GPOINTER_TO_UINT (g_hash_table_lookup (self->hosts, departure->host));
  VowelCall *record = vowel_session_host_get_record (departure->host);

  if (record && self->record)
    self->record (record, self->record_data);

  g_array_index (self->load, guint, index)--;
  vowel_usage_ledger_add_all (
      self->usage, vowel_session_host_get_usage (departure->host));
  vowel_session_directory_remove (self->directory, departure->host);
  g_hash_table_remove (self->hosts, departure->host);
  if (self->draining && g_hash_table_size (self->hosts) == 0)
    finish_drain (self);
  return G_SOURCE_REMOVE;
}

/* On the worker. */
static void
on_host_gone (VowelSessionHost *host, gpointer user_data)
{
  VowelSessionManager *self = user_data;
  Departure *departure = g_new0 (Departure, 1);

  departure->manager = g_object_ref (self);
  departure->host = g_object_ref (host);
  g_main_context_invoke_full (self->context, G_PRIORITY_DEFAULT, forget_host,
      departure, departure_free);
}

static gboolean
has_room (VowelSessionManager *self, GError **error)
{
  if (self->draining) {
    g_set_error_literal (
        error, G_IO_ERROR, G_IO_ERROR_BUSY, "The server is shutting down");
    return FALSE;
  }
  if (g_hash_table_size (self->hosts) >= self->snapshot->config->max_sessions) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
        "The server already has its %u sessions; try again later",
        self->snapshot->config->max_sessions);
    return FALSE;
  }
  return TRUE;
}

guint
vowel_session_manager_pick_worker (VowelSessionManager *self)
{
  guint idlest = 0;

  for (guint i = 1; i < self->load->len; i++)
    if (g_array_index (self->load, guint, i)
        < g_array_index (self->load, guint, idlest))
      idlest = i;
  return idlest;
}

void
vowel_session_manager_expect (VowelSessionManager *self, const gchar *app_id,
    const gchar *key, gint64 expires_at, gint64 now)
{
  vowel_session_directory_expect (
      self->directory, app_id, key, expires_at, now);
}

/* A token to come back begins with the session's id; whether the rest is right
 * is for the session to say. */
static gboolean
place_again (VowelSessionManager *self, VowelSessionRequest *request,
    const gchar *app_id, GError **error)
{
  const gchar *dot = strrchr (request->resume, '.');
  g_autofree gchar *id =
      dot ? g_strndup (request->resume, dot - request->resume) : NULL;

  gpointer session =
      id ? vowel_session_directory_find (self->directory, id) : NULL;

  if (session == NULL
      || !vowel_session_directory_is_visible (
          self->directory, session, app_id)) {
    g_set_error_literal (error, VOWEL_DIRECTORY_ERROR,
        VOWEL_DIRECTORY_ERROR_NOT_FOUND,
        "There is no session to resume: it has ended, or the token is wrong");
    return FALSE;
  }
  g_free (request->id);
  request->id = g_steal_pointer (&id);
  request->join = g_strdup (request->id);
  return TRUE;
}

gboolean
vowel_session_manager_place (VowelSessionManager *self,
    VowelSessionRequest *request, const VowelSessionWish *wish, gint64 now,
    GError **error)
{
  VowelSessionPlace place;

  if (request->resume)
    return place_again (self, request, wish->app_id, error);
  if (!vowel_session_directory_resolve (
          self->directory, wish, now, &place, error))
    return FALSE;
  if (place.session) {
    g_free (request->id);
    request->id = g_strdup (
        vowel_session_directory_get_id (self->directory, place.session));
    request->join = g_strdup (request->id);
    return TRUE;
  }
  if (!has_room (self, error))
    return FALSE;
  if (place.key) {
    g_free (request->key);
    request->key = g_strdup (place.key);
    request->lingers = TRUE;
  }
  if (request->app_id == NULL)
    request->app_id = g_strdup (wish->app_id);
  /* A token opens any number of sessions, but names only one. */
  if (request->id
      && vowel_session_directory_find (self->directory, request->id))
    g_clear_pointer (&request->id, g_free);
  if (request->id == NULL)
    request->id = vowel_make_id ("sess");
  return TRUE;
}

/* The session that it joins, or that another one with its key has begun since
 * it was placed. (nullable) */
static VowelSessionHost *
find_host (VowelSessionManager *self, const VowelSessionRequest *request)
{
  if (request->join)
    return vowel_session_directory_find (self->directory, request->join);
  return request->key ? vowel_session_directory_find_key (
             self->directory, request->app_id, request->key)
                      : NULL;
}

static void
count_service (VowelSessionManager *self, const gchar *id)
{
  gpointer n = NULL;

  if (id == NULL)
    return;
  if (!g_hash_table_lookup_extended (self->services, id, NULL, &n)
      && g_hash_table_size (self->services) >= MAX_SERVICES) {
    id = OTHER_SERVICES;
    n = g_hash_table_lookup (self->services, id);
  }
  g_hash_table_replace (self->services, g_strdup (id),
      GUINT_TO_POINTER (GPOINTER_TO_UINT (n) + 1));
}

/* On worker @index. (transfer none) */
static VowelSessionHost *
add_host (VowelSessionManager *self, guint index,
    const VowelSessionRequest *request, VowelConfigSnapshot *snapshot)
{
  VowelSessionHost *host =
      vowel_session_host_new (g_ptr_array_index (self->workers, index),
          snapshot, self->metrics, request, on_host_gone, self);

  vowel_session_host_set_traces (host, self->traces);
  g_atomic_int_inc (&self->metrics->sessions_started[request->paradigm]);
  count_service (self, request->service_id);
  vowel_session_directory_add (
      self->directory, host, request->id, request->app_id, request->key);
  g_array_index (self->load, guint, index)++;
  g_hash_table_insert (self->hosts, host, GUINT_TO_POINTER (index));
  return host;
}

void
vowel_session_manager_open (VowelSessionManager *self, GIOStream *stream,
    VowelPeer *peer, VowelSessionRequest *request,
    VowelConfigSnapshot *snapshot)
{
  VowelSessionHost *host = find_host (self, request);
  g_autoptr (GError) error = NULL;

  if (host) {
    if (request->resume == NULL) {
      g_atomic_int_inc (&self->metrics->sessions_joined[request->paradigm]);
      count_service (self, request->service_id);
    }
    vowel_session_host_join (host, stream, peer, request);
    return;
  }
  if (request->join || !has_room (self, &error)) {
    GST_INFO ("%s: connection dropped: %s", request->id,
        error ? error->message : "the session has ended");
    vowel_session_request_free (request);
    return;
  }
  host = add_host (
      self, vowel_session_manager_pick_worker (self), request, snapshot);
  vowel_session_host_open (host, stream, peer, request, self->factory);
}

void
vowel_session_manager_open_at_gate (VowelSessionManager *self, VowelGate *gate,
    VowelSessionRequest *request, VowelConfigSnapshot *snapshot)
{
  g_autoptr (GError) error = NULL;

  if (find_host (self, request))
    vowel_gate_send_back (gate, CLOSE_POLICY, "This call is here already");
  else if (!has_room (self, &error))
    vowel_gate_send_back (gate, CLOSE_TRY_AGAIN_LATER, error->message);
  else {
    vowel_session_host_open_at_gate (
        add_host (self, vowel_gate_get_place (gate), request, snapshot), gate,
        request, self->factory);
    return;
  }
  vowel_session_request_free (request);
}

GstVowelWorker *
vowel_session_manager_get_worker (VowelSessionManager *self, guint worker)
{
  return g_ptr_array_index (self->workers, worker);
}

void
vowel_session_manager_drain (VowelSessionManager *self, guint timeout_ms,
    VowelSessionManagerFunc done, gpointer user_data)
{
  GHashTableIter iter;
  gpointer host;

  self->draining = TRUE;
  self->done = done;
  self->done_data = user_data;
  GST_INFO ("ending %u sessions", g_hash_table_size (self->hosts));
  g_hash_table_iter_init (&iter, self->hosts);
  while (g_hash_table_iter_next (&iter, &host, NULL))
    vowel_session_host_drain (host, timeout_ms);
  if (g_hash_table_size (self->hosts) == 0)
    finish_drain (self);
}

void
vowel_session_manager_foreach_usage (VowelSessionManager *self,
    VowelSessionManagerUsageFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer host;

  g_hash_table_iter_init (&iter, self->hosts);
  while (g_hash_table_iter_next (&iter, &host, NULL))
    func (vowel_session_directory_get_id (self->directory, host),
        vowel_session_host_get_usage (host), user_data);
}

static void
vowel_session_manager_finalize (GObject *object)
{
  VowelSessionManager *self = VOWEL_SESSION_MANAGER (object);

  vowel_session_directory_free (self->directory);
  vowel_usage_ledger_unref (self->usage);
  g_hash_table_unref (self->services);
  g_clear_object (&self->traces);
  g_hash_table_unref (self->hosts);
  g_array_unref (self->load);
  g_ptr_array_unref (self->workers);
  g_main_context_unref (self->context);
  g_clear_pointer (&self->snapshot, vowel_config_snapshot_unref);
  G_OBJECT_CLASS (vowel_session_manager_parent_class)->finalize (object);
}

static void
vowel_session_manager_class_init (VowelSessionManagerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vowel_session_manager_finalize;
}

static void
vowel_session_manager_init (VowelSessionManager *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->workers = g_ptr_array_new_with_free_func (gst_object_unref);
  self->load = g_array_new (FALSE, TRUE, sizeof (guint));
  self->hosts = g_hash_table_new_full (NULL, NULL, g_object_unref, NULL);
  self->directory = vowel_session_directory_new ();
  self->usage = vowel_usage_ledger_new ();
  self->services =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
vowel_session_manager_set_record_func (
    VowelSessionManager *self, VowelSessionRecordFunc func, gpointer user_data)
{
  self->record = func;
  self->record_data = user_data;
}

void
vowel_session_manager_foreach_call (VowelSessionManager *self,
    VowelSessionManagerCallFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer host, index;

  g_hash_table_iter_init (&iter, self->hosts);
  while (g_hash_table_iter_next (&iter, &host, &index))
    func (vowel_session_host_get_call (host), GPOINTER_TO_UINT (index),
        user_data);
}

gboolean
vowel_session_manager_describe (VowelSessionManager *self,
    const gchar *session_id, VowelSessionHostRecordFunc func,
    gpointer user_data)
{
  VowelSessionHost *host =
      vowel_session_directory_find (self->directory, session_id);

  if (host == NULL)
    return FALSE;
  vowel_session_host_describe (host, func, user_data);
  return TRUE;
}

void
vowel_session_manager_set_traces (
    VowelSessionManager *self, VowelTraceExporter *traces)
{
  g_set_object (&self->traces, traces);
}

GArray *
vowel_session_manager_list_workers (VowelSessionManager *self)
{
  GArray *list = g_array_new (FALSE, TRUE, sizeof (VowelWorkerMetrics));

  for (guint i = 0; i < self->workers->len; i++) {
    VowelWorkerMetrics worker = {g_array_index (self->load, guint, i)};
    GstVowelWorkerLoad load;

    gst_vowel_worker_get_load (g_ptr_array_index (self->workers, i), &load);
    worker.busy_us = GST_TIME_AS_USECONDS (load.busy);
    worker.slow_turns = load.slow_turns;
    g_array_append_val (list, worker);
  }
  return list;
}

GHashTable *
vowel_session_manager_get_services (VowelSessionManager *self)
{
  return self->services;
}

static void
add_usage (const gchar *session_id, VowelUsageLedger *usage, gpointer total)
{
  vowel_usage_ledger_add_all (total, usage);
}

VowelUsageLedger *
vowel_session_manager_sum_usage (VowelSessionManager *self)
{
  VowelUsageLedger *total = vowel_usage_ledger_new ();

  vowel_usage_ledger_add_all (total, self->usage);
  vowel_session_manager_foreach_usage (self, add_usage, total);
  return total;
}

void
vowel_session_manager_set_snapshot (
    VowelSessionManager *self, VowelConfigSnapshot *snapshot)
{
  vowel_config_snapshot_ref (snapshot);
  g_clear_pointer (&self->snapshot, vowel_config_snapshot_unref);
  self->snapshot = snapshot;
}

VowelSessionManager *
vowel_session_manager_new (VowelConfigSnapshot *snapshot, VowelMetrics *metrics,
    VowelEngineFactory factory)
{
  VowelSessionManager *self = g_object_new (VOWEL_TYPE_SESSION_MANAGER, NULL);
  guint n = snapshot->config->workers ? snapshot->config->workers
                                      : g_get_num_processors ();

  vowel_session_manager_set_snapshot (self, snapshot);
  self->metrics = metrics;
  self->factory = factory;
  for (guint i = 0; i < n; i++) {
    g_autofree gchar *name = g_strdup_printf ("vowel-worker%u", i);

    g_ptr_array_add (self->workers, gst_vowel_worker_new (name, NULL));
  }
  g_array_set_size (self->load, n);
  return self;
}
