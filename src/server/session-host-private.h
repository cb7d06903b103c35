/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "call-recorder.h"
#include "call-summary.h"
#include "session-host.h"

#include "session/session.h"

G_BEGIN_DECLS

struct _VowelSessionHost {
  GObject parent;

  /* Constant after construction. */
  GstVowelWorker *worker;
  VowelConfigSnapshot *snapshot;
  VowelMetrics *metrics;
  VowelTraceExporter *traces; /* (nullable) */
  VowelCall *call;
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

  /* The worker; when it is over, whoever was told. */
  VowelCall *record;
  gchar *details; /* (nullable): its details, with what was found out */
};

G_END_DECLS
