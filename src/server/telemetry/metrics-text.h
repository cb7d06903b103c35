/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "metrics.h"

#include "session/usage-ledger.h"

G_BEGIN_DECLS

/* All metrics in Prometheus' text format, with what the process uses and which
 * services are left alone. @workers: (element-type VowelWorkerMetrics).
 * @usage: what providers have done. @services: (element-type utf8 guint): how
 * often backends have come. (transfer full) */
gchar *vowel_metrics_to_text (VowelMetrics *metrics, GArray *workers,
    VowelUsageLedger *usage, GHashTable *services);

G_END_DECLS
