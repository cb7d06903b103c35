/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "metrics.h"

VowelMetrics *
vowel_metrics_new (void)
{
  return g_atomic_rc_box_new0 (VowelMetrics);
}

VowelMetrics *
vowel_metrics_ref (VowelMetrics *metrics)
{
  return g_atomic_rc_box_acquire (metrics);
}

void
vowel_metrics_unref (VowelMetrics *metrics)
{
  g_atomic_rc_box_release (metrics);
}
