/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "clock.h"

#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/**
 * VowelWorkerClock:
 *
 * A worker's time and timers. Owner thread only.
 */
#define VOWEL_TYPE_WORKER_CLOCK (vowel_worker_clock_get_type ())
G_DECLARE_FINAL_TYPE (VowelWorkerClock, vowel_worker_clock, VOWEL, WORKER_CLOCK, GObject)

VowelClock *vowel_worker_clock_new (GstVowelWorker *worker);

G_END_DECLS
