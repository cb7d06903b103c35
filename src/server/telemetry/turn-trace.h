/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/turn-timeline.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelTurnTrace:
 * @began_us: when the session began, microseconds since 1970
 * @session_id: whose turn it was
 * @agent_id: (nullable): who answered
 * @source: over which wire API
 * @provider: of the model
 * @model: (nullable): as the client, or the agent, named it
 * @error: (nullable): why the answer failed
 * @times: where the time went
 * @usage: (nullable): tokens of the answer
 *
 * What is told of one turn to those who look at many programs at once. There is
 * nothing in it that was said.
 */
typedef struct {
  gint64 began_us;
  const gchar *session_id;
  const gchar *agent_id;
  const gchar *source;
  const gchar *provider;
  const gchar *model;
  const gchar *error;
  const VowelTurnTimes *times;
  const VowelUsage *usage;
} VowelTurnTrace;

/* Its spans, as OTLP has them in JSON: the turn, and in it the stages that took
 * time: `transcription`, `chat` and `speech`. Added to @spans, with ids of
 * their own. Names and attributes are those of OpenTelemetry's conventions for
 * generative AI, where it has some. */
void vowel_turn_trace_add_spans (const VowelTurnTrace *trace, JsonArray *spans);

G_END_DECLS
