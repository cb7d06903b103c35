/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "metrics.h"
#include "turn-trace.h"

#include "server/config/server-config.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VowelTraceExporter:
 *
 * Sends traces of turns to an OpenTelemetry collector, as OTLP over HTTP in
 * JSON. They are sent a second's worth at a time; while the collector does not
 * take them a bounded number waits, and what is more is dropped and counted.
 * Made and freed where HTTP is answered.
 */
#define VOWEL_TYPE_TRACE_EXPORTER (vowel_trace_exporter_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelTraceExporter, vowel_trace_exporter, VOWEL, TRACE_EXPORTER, GObject)

/* NULL without an error: @config names no collector. (transfer full) (nullable)
 */
VowelTraceExporter *vowel_trace_exporter_new (
    const VowelServerConfig *config, VowelMetrics *metrics, GError **error);
/* From any thread. */
void vowel_trace_exporter_add (
    VowelTraceExporter *exporter, const VowelTurnTrace *trace);
/* Sends what there is; @done when the collector has it, or has had its time.
 * Who asks again takes the place of who asked before. */
typedef void (*VowelTraceExporterFunc) (gpointer user_data);
void vowel_trace_exporter_finish (VowelTraceExporter *exporter,
    VowelTraceExporterFunc done, gpointer user_data);

G_END_DECLS
