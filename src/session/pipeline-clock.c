/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "pipeline-clock.h"

typedef struct {
  VowelPipelineClock *clock;
  guint id;
  GstVowelTimer *timer;
  VowelTimerFunc func;
  gpointer user_data;
} Timer;

struct _VowelPipelineClock {
  GObject parent;

  GstVowelWorker *worker;
  guint last_id;
  GHashTable *timers; /* id to Timer */
};

static void vowel_pipeline_clock_iface_init (VowelClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelPipelineClock, vowel_pipeline_clock,
    G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_CLOCK, vowel_pipeline_clock_iface_init))

static void
timer_free (Timer *timer)
{
  if (timer->timer != NULL)
    gst_vowel_worker_cancel_timer (timer->clock->worker, timer->timer);
  g_free (timer);
}

static void
vowel_pipeline_clock_init (VowelPipelineClock *clock)
{
  clock->timers =
      g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) timer_free);
}

static void
vowel_pipeline_clock_finalize (GObject *object)
{
  VowelPipelineClock *clock = VOWEL_PIPELINE_CLOCK (object);

  g_hash_table_unref (clock->timers);
  gst_object_unref (clock->worker);
  G_OBJECT_CLASS (vowel_pipeline_clock_parent_class)->finalize (object);
}

static void
vowel_pipeline_clock_class_init (VowelPipelineClockClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vowel_pipeline_clock_finalize;
}

static gint64
vowel_pipeline_clock_now (VowelClock *clock)
{
  return gst_vowel_worker_get_time (VOWEL_PIPELINE_CLOCK (clock)->worker)
         / GST_USECOND;
}

static void
on_timer (gpointer user_data)
{
  Timer *timer = user_data;
  g_autoptr (VowelPipelineClock) clock = g_object_ref (timer->clock);
  VowelTimerFunc func = timer->func;
  gpointer func_data = timer->user_data;

  timer->timer = NULL;
  g_hash_table_remove (clock->timers, GUINT_TO_POINTER (timer->id));
  func (func_data);
}

static guint
vowel_pipeline_clock_add_timer (
    VowelClock *clock, gint64 when, VowelTimerFunc func, gpointer user_data)
{
  VowelPipelineClock *self = VOWEL_PIPELINE_CLOCK (clock);
  Timer *timer = g_new0 (Timer, 1);

  timer->clock = self;
  do
    timer->id = ++self->last_id;
  while (timer->id == 0
         || g_hash_table_contains (self->timers, GUINT_TO_POINTER (timer->id)));
  timer->func = func;
  timer->user_data = user_data;
  timer->timer = gst_vowel_worker_add_timer (
      self->worker, MAX (when, 0) * GST_USECOND, on_timer, timer);
  g_hash_table_insert (self->timers, GUINT_TO_POINTER (timer->id), timer);
  return timer->id;
}

static void
vowel_pipeline_clock_cancel_timer (VowelClock *clock, guint id)
{
  g_hash_table_remove (
      VOWEL_PIPELINE_CLOCK (clock)->timers, GUINT_TO_POINTER (id));
}

static void
vowel_pipeline_clock_iface_init (VowelClockInterface *iface)
{
  iface->now = vowel_pipeline_clock_now;
  iface->add_timer = vowel_pipeline_clock_add_timer;
  iface->cancel_timer = vowel_pipeline_clock_cancel_timer;
}

VowelClock *
vowel_pipeline_clock_new (GstVowelWorker *worker)
{
  VowelPipelineClock *clock = g_object_new (VOWEL_TYPE_PIPELINE_CLOCK, NULL);

  clock->worker = gst_object_ref (worker);
  return VOWEL_CLOCK (clock);
}
