/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "keep-alive.h"

struct _VowelKeepAlive {
  GstVowelWorker *worker;
  GstClockTime interval;
  GstClockTime timeout;
  const VowelKeepAliveCallbacks *callbacks;
  gpointer user_data;

  GstVowelTimer *timer; /* (nullable): when it is stopped */
  GstClockTime heard_at;
  GstClockTime pinged_at; /* NONE: not since it was last heard */
};

static void on_silence (gpointer user_data);

/* What comes meanwhile is only noted: to move the timer each time would cost
 * more than to wake up for nothing once in a while. */
static void
wait (VowelKeepAlive *alive)
{
  GstClockTime when = GST_CLOCK_TIME_IS_VALID (alive->pinged_at)
                          ? alive->pinged_at + alive->timeout
                          : alive->heard_at + alive->interval;

  alive->timer =
      gst_vowel_worker_add_timer (alive->worker, when, on_silence, alive);
}

static void
on_silence (gpointer user_data)
{
  VowelKeepAlive *alive = user_data;
  GstClockTime now = gst_vowel_worker_get_time (alive->worker);
  gboolean pinged = GST_CLOCK_TIME_IS_VALID (alive->pinged_at);
  gboolean asks = !pinged && now - alive->heard_at >= alive->interval;

  alive->timer = NULL;
  if (pinged && alive->heard_at < alive->pinged_at) {
    alive->callbacks->dead (alive->user_data);
    return;
  }
  alive->pinged_at = asks ? now : GST_CLOCK_TIME_NONE;
  wait (alive);
  if (asks)
    alive->callbacks->ping (alive->user_data);
}

void
vowel_keep_alive_start (VowelKeepAlive *alive)
{
  vowel_keep_alive_note (alive);
  wait (alive);
}

void
vowel_keep_alive_stop (VowelKeepAlive *alive)
{
  if (alive->timer)
    gst_vowel_worker_cancel_timer (alive->worker, alive->timer);
  alive->timer = NULL;
}

void
vowel_keep_alive_note (VowelKeepAlive *alive)
{
  alive->heard_at = gst_vowel_worker_get_time (alive->worker);
}

VowelKeepAlive *
vowel_keep_alive_new (GstVowelWorker *worker, guint interval_ms,
    guint timeout_ms, const VowelKeepAliveCallbacks *callbacks,
    gpointer user_data)
{
  VowelKeepAlive *alive = g_new0 (VowelKeepAlive, 1);

  alive->worker = g_object_ref (worker);
  alive->interval = interval_ms * GST_MSECOND;
  alive->timeout = timeout_ms * GST_MSECOND;
  alive->callbacks = callbacks;
  alive->user_data = user_data;
  alive->pinged_at = GST_CLOCK_TIME_NONE;
  return alive;
}

void
vowel_keep_alive_free (VowelKeepAlive *alive)
{
  g_object_unref (alive->worker);
  g_free (alive);
}
