/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session-manager.h"

GST_DEBUG_CATEGORY_STATIC (vowel_session_manager_debug);
#define GST_CAT_DEFAULT vowel_session_manager_debug

struct _VowelSessionManager {
  GObject parent;

  /* The accepting thread. */
  const VowelServerConfig *config;
  VowelMetrics *metrics;
  VowelEngineFactory factory;
  gpointer factory_data;
  GMainContext *context;
  GPtrArray *workers; /* (element-type GstVowelWorker) */
  GArray *load;       /* (element-type guint): sessions of each */
  GHashTable *hosts;  /* VowelSessionHost -> index of its worker */
  GHashTable *ids;    /* of them, to VowelSessionHost */
  gboolean draining;
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
is_host (gpointer key, gpointer value, gpointer user_data)
{
  return value == user_data;
}

static gboolean
forget_host (gpointer user_data)
{
  Departure *departure = user_data;
  VowelSessionManager *self = departure->manager;
  guint index =
      GPOINTER_TO_UINT (g_hash_table_lookup (self->hosts, departure->host));

  g_array_index (self->load, guint, index)--;
  g_hash_table_foreach_remove (self->ids, is_host, departure->host);
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

gboolean
vowel_session_manager_has_room (VowelSessionManager *self, GError **error)
{
  if (self->draining) {
    g_set_error_literal (
        error, G_IO_ERROR, G_IO_ERROR_BUSY, "The server is shutting down");
    return FALSE;
  }
  if (g_hash_table_size (self->hosts) >= self->config->max_sessions) {
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_BUSY,
        "The server already has its %u sessions; try again later",
        self->config->max_sessions);
    return FALSE;
  }
  return TRUE;
}

static guint
find_idlest (VowelSessionManager *self)
{
  guint idlest = 0;

  for (guint i = 1; i < self->load->len; i++)
    if (g_array_index (self->load, guint, i)
        < g_array_index (self->load, guint, idlest))
      idlest = i;
  return idlest;
}

void
vowel_session_manager_open (VowelSessionManager *self, GIOStream *stream,
    VowelPeer *peer, VowelSessionRequest *request)
{
  guint index = find_idlest (self);
  VowelSessionHost *host =
      vowel_session_host_new (g_ptr_array_index (self->workers, index),
          self->config, self->metrics, on_host_gone, self);

  /* A token opens any number of sessions, but names only one. */
  if (request->id && g_hash_table_contains (self->ids, request->id))
    g_clear_pointer (&request->id, g_free);
  if (request->id == NULL)
    request->id = vowel_make_id ("sess");
  g_hash_table_insert (self->ids, g_strdup (request->id), host);
  g_array_index (self->load, guint, index)++;
  g_hash_table_insert (self->hosts, host, GUINT_TO_POINTER (index));
  vowel_session_host_open (
      host, stream, peer, request, self->factory, self->factory_data);
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

static void
vowel_session_manager_finalize (GObject *object)
{
  VowelSessionManager *self = VOWEL_SESSION_MANAGER (object);

  g_hash_table_unref (self->ids);
  g_hash_table_unref (self->hosts);
  g_array_unref (self->load);
  g_ptr_array_unref (self->workers);
  g_main_context_unref (self->context);
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
  self->ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

VowelSessionManager *
vowel_session_manager_new (const VowelServerConfig *config,
    VowelMetrics *metrics, VowelEngineFactory factory, gpointer factory_data)
{
  VowelSessionManager *self = g_object_new (VOWEL_TYPE_SESSION_MANAGER, NULL);
  guint n = config->workers ? config->workers : g_get_num_processors ();

  self->config = config;
  self->metrics = metrics;
  self->factory = factory;
  self->factory_data = factory_data;
  for (guint i = 0; i < n; i++) {
    g_autofree gchar *name = g_strdup_printf ("vowel-worker%u", i);

    g_ptr_array_add (self->workers, gst_vowel_worker_new (name, NULL));
  }
  g_array_set_size (self->load, n);
  return self;
}
