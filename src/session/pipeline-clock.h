/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "clock.h"

#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/**
 * VowelPipelineClock:
 *
 * A worker's time and timers. Owner thread only.
 */
#define VOWEL_TYPE_PIPELINE_CLOCK (vowel_pipeline_clock_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelPipelineClock, vowel_pipeline_clock, VOWEL, PIPELINE_CLOCK, GObject)

VowelClock *vowel_pipeline_clock_new (GstVowelWorker *worker);

G_END_DECLS
