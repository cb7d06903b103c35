/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "key-uses.h"

#define INTERVAL_MS 250

struct _VowelKeyUses {
  VowelKeyUsesFunc write;
  gpointer user_data;
  GHashTable *pending; /* id to VowelKeyUse */
  GSource *timer;      /* (nullable): while the last time is not long ago */
};

static void
use_free (gpointer data)
{
  VowelKeyUse *use = data;

  g_free (use->id);
  g_free (use);
}

static void
write_pending (VowelKeyUses *self)
{
  GPtrArray *batch = g_ptr_array_new_with_free_func (use_free);
  GHashTableIter iter;
  gpointer use;

  g_hash_table_iter_init (&iter, self->pending);
  while (g_hash_table_iter_next (&iter, NULL, &use)) {
    g_ptr_array_add (batch, use);
    g_hash_table_iter_steal (&iter);
  }
  self->write (batch, self->user_data);
}

void
vowel_key_uses_flush (VowelKeyUses *self)
{
  if (g_hash_table_size (self->pending) > 0)
    write_pending (self);
}

static gboolean
on_interval (gpointer user_data)
{
  VowelKeyUses *self = user_data;

  if (g_hash_table_size (self->pending) > 0) {
    write_pending (self);
    return G_SOURCE_CONTINUE;
  }
  g_clear_pointer (&self->timer, g_source_unref);
  return G_SOURCE_REMOVE;
}

void
vowel_key_uses_note (VowelKeyUses *self, const gchar *id, gint64 at)
{
  VowelKeyUse *use = g_hash_table_lookup (self->pending, id);

  if (use == NULL) {
    use = g_new0 (VowelKeyUse, 1);
    use->id = g_strdup (id);
    g_hash_table_insert (self->pending, use->id, use);
  }
  use->n++;
  use->last_at = MAX (use->last_at, at);
  if (self->timer != NULL)
    return;
  write_pending (self);
  self->timer = g_timeout_source_new (INTERVAL_MS);
  g_source_set_callback (self->timer, on_interval, self, NULL);
  g_source_attach (self->timer, g_main_context_get_thread_default ());
}

VowelKeyUses *
vowel_key_uses_new (VowelKeyUsesFunc write, gpointer user_data)
{
  VowelKeyUses *self = g_new0 (VowelKeyUses, 1);

  self->write = write;
  self->user_data = user_data;
  self->pending =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, use_free);
  return self;
}

void
vowel_key_uses_free (VowelKeyUses *self)
{
  vowel_key_uses_flush (self);
  if (self->timer != NULL)
    g_source_destroy (self->timer);
  g_clear_pointer (&self->timer, g_source_unref);
  g_hash_table_unref (self->pending);
  g_free (self);
}
