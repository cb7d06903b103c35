/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "temporary-store.h"

#include "server/store/sqlite-store.h"

#include <glib/gstdio.h>

struct _VowelTemporaryStore {
  gchar *folder;
  VowelStore *store;
};

VowelTemporaryStore *
vowel_temporary_store_new (void)
{
  VowelTemporaryStore *self = g_new0 (VowelTemporaryStore, 1);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *path = NULL;

  self->folder = g_dir_make_tmp ("vowel-store-XXXXXX", &error);
  g_assert_no_error (error);
  path = g_build_filename (self->folder, "vowel.db", NULL);
  self->store = VOWEL_STORE (vowel_sqlite_store_open (path, &error));
  g_assert_no_error (error);
  return self;
}

void
vowel_temporary_store_free (VowelTemporaryStore *self)
{
  static const gchar *const files[] = {
      "vowel.db", "vowel.db-wal", "vowel.db-shm"};

  g_object_unref (self->store);
  for (guint i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autofree gchar *path = g_build_filename (self->folder, files[i], NULL);

    g_unlink (path);
  }
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self);
}

VowelStore *
vowel_temporary_store_get (VowelTemporaryStore *self)
{
  return self->store;
}

void
vowel_temporary_store_put_app (VowelTemporaryStore *self, const gchar *id)
{
  const VowelApp app = {.id = (gchar *) id, .name = (gchar *) id};
  GAsyncResult *result = NULL;

  vowel_store_put_app (self->store, &app, vowel_store_note_result, &result);
  g_assert_true (vowel_store_wait (&result, NULL));
}
