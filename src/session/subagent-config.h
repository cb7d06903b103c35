/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The tool that the model which speaks has instead of its client's. */
#define VOWEL_SUBAGENT_TOOL "askSubagent"

#define VOWEL_SUBAGENT_TEMPERATURE 0.3
#define VOWEL_SUBAGENT_MAX_TOKENS 2000
#define VOWEL_SUBAGENT_MAX_STEPS 2
#define VOWEL_SUBAGENT_TIMEOUT_MS 30000
#define VOWEL_SUBAGENT_TOOL_TIMEOUT_MS 30000

/**
 * VowelSubagentConfig:
 * @enabled: tools are used by a second model, which the first asks to do so
 * @temperature: of that model
 * @max_tokens: that it may make in one step
 * @max_steps: how often it is asked for one task, 2 or more: the last time it
 *   may only report
 * @timeout_ms: for each step
 * @tool_timeout_ms: for each output of a tool
 */
typedef struct {
  gboolean enabled;
  gdouble temperature;
  guint max_tokens;
  guint max_steps;
  guint timeout_ms;
  guint tool_timeout_ms;
} VowelSubagentConfig;

G_END_DECLS
