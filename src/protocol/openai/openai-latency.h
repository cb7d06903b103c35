/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/event.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelOpenaiLatency:
 *
 * Where the time of the last answers went, as clients of the Vowel engine ask
 * for it. The session's thread only.
 */
typedef struct _VowelOpenaiLatency VowelOpenaiLatency;

VowelOpenaiLatency *vowel_openai_latency_new (void);
void vowel_openai_latency_free (VowelOpenaiLatency *latency);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelOpenaiLatency, vowel_openai_latency_free)

/* Every event of the session, in order. */
void vowel_openai_latency_note (
    VowelOpenaiLatency *latency, const VowelEvent *event);
/* The `metrics` of debug.latency_response. (transfer full) */
JsonObject *vowel_openai_latency_render (
    VowelOpenaiLatency *latency, gboolean with_history);

G_END_DECLS
