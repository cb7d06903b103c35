/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session-host.h"

#include "server/calls/call-recorder.h"
#include "server/calls/call-summary.h"
#include "session/session.h"

G_BEGIN_DECLS

struct _VowelSessionHost {
  GObject parent;

  /* Constant after construction. */
  GstVowelWorker *worker;
  VowelConfigSnapshot *snapshot;
  VowelMetrics *metrics;
  VowelTraceExporter *traces; /* (nullable) */
  VowelCall *call;            /* what any thread may know of it */
  VowelUsageLedger *usage;
  VowelSessionHostFunc gone;
  gpointer gone_data;

  /* The worker. */
  VowelSession *session;
  GPtrArray *attachments; /* (element-type VowelAttachment) */
  GPtrArray *companions;  /* (nullable) (element-type VowelCompanion) */
  VowelCallRecorder *recorder;
  VowelEngineFactory factory;
  gboolean summarizes;
  VowelCallSummary *summary; /* (nullable): when all else is over */
  GstVowelTimer *drain_timer;
  gboolean drained;
  VowelEndReason end_reason;
  gboolean hurried; /* the server ends */
  gboolean over;

  /* The worker, which writes it until it tells that the host is gone. */
  VowelCall *record; /* (nullable): of one that did not begin */
};

G_END_DECLS
