/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "script-store.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MAX_SCRIPT_SIZE (4 * 1024 * 1024)
/* Hardly anybody uses more than one. */
#define MAX_SCRIPTS 16

typedef struct {
  gchar *path;
  gint64 modified;
  gint64 size;
  GstVowelScript *script;
} Entry;

/* Protected by the lock. */
static GQueue entries = G_QUEUE_INIT;
static GMutex lock;

static void
entry_free (Entry *self)
{
  g_free (self->path);
  gst_vowel_script_unref (self->script);
  g_free (self);
}

static gchar *
find_path (const gchar *name)
{
  const gchar *data_dir = g_getenv ("VOWEL_DATA_DIR");
  g_autofree gchar *file = NULL;

  if (strchr (name, '/') != NULL || g_str_has_suffix (name, ".json"))
    return g_strdup (name);
  file = g_strconcat (name, ".json", NULL);
  if (data_dir != NULL && *data_dir != '\0') {
    g_autofree gchar *path = g_build_filename (data_dir, "scripts", file, NULL);

    if (g_file_test (path, G_FILE_TEST_EXISTS))
      return g_steal_pointer (&path);
  }
  return g_build_filename (VOWEL_PKGDATADIR, "scripts", file, NULL);
}

GstVowelScript *
gst_vowel_script_parse (
    const gchar *text, gsize length, const gchar *where, GError **error)
{
  g_autoptr (JsonNode) root = NULL;
  GstVowelScript *script = NULL;

  root = gst_vowel_json_parse (text, length, MAX_SCRIPT_SIZE, error);
  if (root != NULL)
    script = gst_vowel_script_new_from_json (root, error);
  if (script == NULL)
    g_prefix_error (error, "%s: ", where);
  return script;
}

static GstVowelScript *
find_entry (const gchar *path, const GStatBuf *status)
{
  GList *l;

  for (l = entries.head; l != NULL; l = l->next) {
    Entry *entry = l->data;

    if (strcmp (entry->path, path) != 0)
      continue;
    if (entry->modified == status->st_mtime && entry->size == status->st_size)
      return gst_vowel_script_ref (entry->script);
    g_queue_delete_link (&entries, l);
    entry_free (entry);
    break;
  }
  return NULL;
}

GstVowelScript *
gst_vowel_script_load (const gchar *name, GError **error)
{
  g_autofree gchar *path = find_path (name);
  g_autofree gchar *text = NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&lock);
  GstVowelScript *script;
  GStatBuf status;
  gsize length;
  Entry *entry;

  if (g_stat (path, &status) != 0) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND,
        "%s: %s; give the path of a script, or the name of one in the folder "
        "scripts/ of VOWEL_DATA_DIR",
        path, g_strerror (errno));
    return NULL;
  }
  script = find_entry (path, &status);
  if (script != NULL)
    return script;
  if (!g_file_get_contents (path, &text, &length, error))
    return NULL;
  script = gst_vowel_script_parse (text, length, path, error);
  if (script == NULL)
    return NULL;

  if (entries.length >= MAX_SCRIPTS)
    entry_free (g_queue_pop_head (&entries));
  entry = g_new0 (Entry, 1);
  entry->path = g_steal_pointer (&path);
  entry->modified = status.st_mtime;
  entry->size = status.st_size;
  entry->script = gst_vowel_script_ref (script);
  g_queue_push_tail (&entries, entry);
  return script;
}
