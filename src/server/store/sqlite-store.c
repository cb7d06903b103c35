/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "sqlite-store-private.h"

#include <fcntl.h>
#include <glib/gstdio.h>
#include <gst/gst.h>

GST_DEBUG_CATEGORY_STATIC (vowel_store_debug);
#define GST_CAT_DEFAULT vowel_store_debug

/* Another process may be writing. */
#define BUSY_TIMEOUT_MS 5000

typedef struct {
  VowelSqliteWrite write;
  gpointer data;
  GDestroyNotify free_data;
} Job;

struct _VowelSqliteStore {
  GObject parent;

  /* The thread that opened it. */
  sqlite3 *reader;
  VowelKeyUses *uses;

  /* Its own thread, while that runs. */
  sqlite3 *writer;

  GThread *thread;
  GAsyncQueue *queue; /* of GTask, whose data is a Job; the store itself: the
                         end */

  GMutex lock;
  GCond written;     /* more is */
  guint64 n_asked;   /* by lock: jobs that ever got into the queue ... */
  guint64 n_written; /* by lock: ... and that are over */
};

static void store_init_interface (VowelStoreInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelSqliteStore, vowel_sqlite_store,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_STORE, store_init_interface)
        GST_DEBUG_CATEGORY_INIT (
            vowel_store_debug, "vowel-store", 0, "Apps and keys"))

sqlite3 *
vowel_sqlite_store_get_reader (VowelSqliteStore *self)
{
  return self->reader;
}

VowelKeyUses *
vowel_sqlite_store_get_uses (VowelSqliteStore *self)
{
  return self->uses;
}

/* --- writing --- */

static void
job_free (gpointer data)
{
  Job *job = data;

  job->free_data (job->data);
  g_free (job);
}

static gboolean
run_job (sqlite3 *database, Job *job, GError **error)
{
  if (sqlite3_exec (database, "BEGIN IMMEDIATE", NULL, NULL, NULL)
      != SQLITE_OK) {
    vowel_sqlite_set_error (database, "The store is busy", error);
    return FALSE;
  }
  if (!job->write (database, job->data, error)) {
    sqlite3_exec (database, "ROLLBACK", NULL, NULL, NULL);
    return FALSE;
  }
  if (sqlite3_exec (database, "COMMIT", NULL, NULL, NULL) == SQLITE_OK)
    return TRUE;
  vowel_sqlite_set_error (database, "The store cannot keep it", error);
  sqlite3_exec (database, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

static void
note_written (VowelSqliteStore *self)
{
  g_mutex_lock (&self->lock);
  self->n_written++;
  g_cond_broadcast (&self->written);
  g_mutex_unlock (&self->lock);
}

static void
catch_up (VowelStore *store)
{
  VowelSqliteStore *self = VOWEL_SQLITE_STORE (store);
  guint64 target;

  g_mutex_lock (&self->lock);
  target = self->n_asked;
  while (self->n_written < target)
    g_cond_wait (&self->written, &self->lock);
  g_mutex_unlock (&self->lock);
}

static gpointer
write_jobs (gpointer user_data)
{
  VowelSqliteStore *self = user_data;

  for (;;) {
    gpointer next = g_async_queue_pop (self->queue);
    g_autoptr (GTask) task = NULL;
    g_autoptr (GError) error = NULL;
    gboolean done;

    if (next == self)
      return NULL;
    task = next;
    done = run_job (self->writer, g_task_get_task_data (task), &error);
    note_written (self);
    if (done)
      g_task_return_boolean (task, TRUE);
    else
      g_task_return_error (task, g_steal_pointer (&error));
  }
}

static void
on_unwatched (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    GST_WARNING ("%s", error->message);
}

void
vowel_sqlite_store_write (VowelSqliteStore *self, VowelSqliteWrite write,
    gpointer data, GDestroyNotify free_data, GAsyncReadyCallback callback,
    gpointer user_data)
{
  /* It does not hold the store, which must not be finalized by its own thread.
   */
  GTask *task = g_task_new (
      NULL, NULL, callback != NULL ? callback : on_unwatched, user_data);
  Job *job = g_new0 (Job, 1);

  job->write = write;
  job->data = data;
  job->free_data = free_data;
  g_task_set_task_data (task, job, job_free);
  g_mutex_lock (&self->lock);
  self->n_asked++;
  g_async_queue_push (self->queue, task);
  g_mutex_unlock (&self->lock);
}

typedef struct {
  const gchar *sql;
  gchar *id;
  const gchar *missing;
} ById;

static void
by_id_free (gpointer data)
{
  ById *by_id = data;

  g_free (by_id->id);
  g_free (by_id);
}

static gboolean
write_by_id (sqlite3 *database, gpointer data, GError **error)
{
  ById *by_id = data;
  g_autoptr (VowelStatement) statement =
      vowel_statement_new (database, by_id->sql, error);

  if (statement == NULL)
    return FALSE;
  vowel_statement_bind_text (statement, 1, by_id->id);
  return vowel_statement_change (statement, by_id->missing, error);
}

void
vowel_sqlite_store_write_by_id (VowelSqliteStore *self, const gchar *sql,
    const gchar *id, const gchar *missing, GAsyncReadyCallback callback,
    gpointer user_data)
{
  ById *by_id = g_new0 (ById, 1);

  by_id->sql = sql;
  by_id->id = g_strdup (id);
  by_id->missing = missing;
  vowel_sqlite_store_write (
      self, write_by_id, by_id, by_id_free, callback, user_data);
}

static void
store_init_interface (VowelStoreInterface *iface)
{
  vowel_sqlite_apps_init_interface (iface);
  vowel_sqlite_api_keys_init_interface (iface);
  vowel_sqlite_provider_keys_init_interface (iface);
  vowel_sqlite_calls_init_interface (iface);
  vowel_sqlite_audit_init_interface (iface);
  vowel_sqlite_documents_init_interface (iface);
  iface->catch_up = catch_up;
}

/* --- life --- */

static gboolean
make_file (const gchar *path, GError **error)
{
  g_autofree gchar *folder = g_path_get_dirname (path);
  gint fd;

  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_FAILED,
        "The folder %s cannot be made: %s", folder, g_strerror (errno));
    return FALSE;
  }
  /* SQLite would let everybody read it; its companions take its mode. */
  fd = g_open (path, O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) {
    g_set_error (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_FAILED,
        "The store %s cannot be opened: %s", path, g_strerror (errno));
    return FALSE;
  }
  return g_close (fd, error);
}

static sqlite3 *
connect (const gchar *path, GError **error)
{
  static const gchar pragmas[] = "PRAGMA journal_mode = WAL;"
                                 "PRAGMA synchronous = NORMAL;"
                                 "PRAGMA foreign_keys = ON;"
                                 "PRAGMA trusted_schema = OFF;";
  sqlite3 *database = NULL;

  if (sqlite3_open_v2 (
          path, &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL)
          == SQLITE_OK
      && sqlite3_busy_timeout (database, BUSY_TIMEOUT_MS) == SQLITE_OK
      && sqlite3_exec (database, pragmas, NULL, NULL, NULL) == SQLITE_OK)
    return database;
  vowel_sqlite_set_error (database, "The store cannot be opened", error);
  g_prefix_error (error, "%s: ", path);
  sqlite3_close (database);
  return NULL;
}

static void
vowel_sqlite_store_finalize (GObject *object)
{
  VowelSqliteStore *self = VOWEL_SQLITE_STORE (object);

  /* All that was asked for is still written. */
  vowel_key_uses_free (self->uses);
  if (self->thread != NULL) {
    g_async_queue_push (self->queue, self);
    g_thread_join (self->thread);
  }
  g_async_queue_unref (self->queue);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->written);
  vowel_statement_forget (self->reader);
  vowel_statement_forget (self->writer);
  sqlite3_close (self->reader);
  sqlite3_close (self->writer);
  G_OBJECT_CLASS (vowel_sqlite_store_parent_class)->finalize (object);
}

static void
vowel_sqlite_store_class_init (VowelSqliteStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vowel_sqlite_store_finalize;
}

static void
vowel_sqlite_store_init (VowelSqliteStore *self)
{
  self->queue = g_async_queue_new ();
  g_mutex_init (&self->lock);
  g_cond_init (&self->written);
  self->uses = vowel_key_uses_new (vowel_sqlite_store_write_uses, self);
}

VowelSqliteStore *
vowel_sqlite_store_open (const gchar *path, GError **error)
{
  g_autoptr (VowelSqliteStore) self =
      g_object_new (VOWEL_TYPE_SQLITE_STORE, NULL);

  if (!make_file (path, error)
      || (self->writer = connect (path, error)) == NULL)
    return NULL;
  if (!vowel_sqlite_migrate (self->writer, error)) {
    g_prefix_error (error, "%s: ", path);
    return NULL;
  }
  self->reader = connect (path, error);
  if (self->reader == NULL)
    return NULL;
  self->thread = g_thread_new ("vowel-store", write_jobs, self);
  GST_INFO ("using %s", path);
  return g_steal_pointer (&self);
}
