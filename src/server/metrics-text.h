/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "metrics.h"

G_BEGIN_DECLS

/* All metrics in Prometheus' text format, with what the process uses.
 * @worker_sessions: (element-type guint): sessions on each worker. (transfer
 * full) */
gchar *vowel_metrics_to_text (VowelMetrics *metrics, GArray *worker_sessions);

G_END_DECLS
