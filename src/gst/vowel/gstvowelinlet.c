/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvowelinlet-priv.h"

typedef struct {
  GstMiniObject *item;
  gsize cost;
} Entry;

struct _GstVowelInlet {
  /* Constant. */
  GstElement *element; /* owner */
  gsize limit;
  GstVowelInletFunc func;

  GMutex lock;
  GCond room;

  /* Protected by the lock. */
  GstVowelWorker *worker;
  GQueue entries; /* of Entry */
  gsize queued;
  gboolean flushing;
  gboolean scheduled;
};

static void
entry_free (Entry *entry)
{
  gst_clear_mini_object (&entry->item);
  g_free (entry);
}

GstVowelInlet *
gst_vowel_inlet_new (GstElement *element, gsize limit, GstVowelInletFunc func)
{
  GstVowelInlet *self = g_new0 (GstVowelInlet, 1);

  self->element = element;
  self->limit = limit;
  self->func = func;
  self->flushing = TRUE;
  g_mutex_init (&self->lock);
  g_cond_init (&self->room);
  g_queue_init (&self->entries);
  return self;
}

void
gst_vowel_inlet_free (GstVowelInlet *inlet)
{
  g_queue_clear_full (&inlet->entries, (GDestroyNotify) entry_free);
  gst_clear_object (&inlet->worker);
  g_cond_clear (&inlet->room);
  g_mutex_clear (&inlet->lock);
  g_free (inlet);
}

void
gst_vowel_inlet_set_worker (GstVowelInlet *inlet, GstVowelWorker *worker)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&inlet->lock);

  gst_object_replace ((GstObject **) &inlet->worker, GST_OBJECT_CAST (worker));
}

void
gst_vowel_inlet_set_flushing (GstVowelInlet *inlet, gboolean flushing)
{
  GQueue dropped = G_QUEUE_INIT;

  g_mutex_lock (&inlet->lock);
  inlet->flushing = flushing;
  if (flushing) {
    dropped = inlet->entries;
    g_queue_init (&inlet->entries);
    inlet->queued = 0;
    g_cond_broadcast (&inlet->room);
  }
  g_mutex_unlock (&inlet->lock);
  g_queue_clear_full (&dropped, (GDestroyNotify) entry_free);
}

/* Worker thread. */
static void
drain (GstVowelInlet *self)
{
  g_mutex_lock (&self->lock);
  while (!g_queue_is_empty (&self->entries)) {
    Entry *entry = g_queue_pop_head (&self->entries);

    self->queued -= entry->cost;
    g_cond_broadcast (&self->room);
    g_mutex_unlock (&self->lock);

    self->func (self->element, g_steal_pointer (&entry->item));
    entry_free (entry);

    g_mutex_lock (&self->lock);
  }
  g_mutex_unlock (&self->lock);
}

static void
drain_posted (gpointer user_data)
{
  GstVowelInlet *self = user_data;

  g_mutex_lock (&self->lock);
  self->scheduled = FALSE;
  g_mutex_unlock (&self->lock);
  drain (self);
}

static void
release_element (gpointer user_data)
{
  GstVowelInlet *self = user_data;

  gst_object_unref (self->element);
}

GstFlowReturn
gst_vowel_inlet_push (GstVowelInlet *inlet, GstMiniObject *item, gsize cost)
{
  g_autoptr (GstVowelWorker) worker = NULL;
  gboolean current, flushing, schedule = FALSE;

  g_mutex_lock (&inlet->lock);
  flushing = inlet->flushing || inlet->worker == NULL;
  current = !flushing && gst_vowel_worker_is_current (inlet->worker);
  if (!flushing && !current) {
    Entry *entry;

    while (inlet->queued >= inlet->limit && !inlet->flushing)
      g_cond_wait (&inlet->room, &inlet->lock);
    flushing = inlet->flushing;
    if (!flushing) {
      entry = g_new (Entry, 1);
      entry->item = g_steal_pointer (&item);
      entry->cost = cost;
      g_queue_push_tail (&inlet->entries, entry);
      inlet->queued += cost;
      schedule = !inlet->scheduled;
      inlet->scheduled = TRUE;
      worker = gst_object_ref (inlet->worker);
    }
  }
  g_mutex_unlock (&inlet->lock);

  if (flushing) {
    gst_mini_object_unref (item);
    return GST_FLOW_FLUSHING;
  }
  if (current) {
    /* What other threads queued came first. */
    drain (inlet);
    inlet->func (inlet->element, item);
  } else if (schedule) {
    gst_object_ref (inlet->element);
    gst_vowel_worker_post (worker, drain_posted, inlet, release_element);
  }
  return GST_FLOW_OK;
}
