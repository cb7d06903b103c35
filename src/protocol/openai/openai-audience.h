/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/session.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelOpenaiAudience:
 *
 * What one of a session's connections is shown of its events. Calls are shown
 * to their owner only. A connection that came late is not shown the middle of
 * a response, which clients cannot make sense of, but its items once they are
 * whole.
 */
typedef struct _VowelOpenaiAudience VowelOpenaiAudience;

typedef enum {
  VOWEL_OPENAI_SHOW,
  VOWEL_OPENAI_SHOW_WHOLE_ITEM, /* with an announcement that it has missed */
  VOWEL_OPENAI_HIDE,
} VowelOpenaiView;

VowelOpenaiAudience *vowel_openai_audience_new (VowelSession *session);
void vowel_openai_audience_free (VowelOpenaiAudience *audience);

/* It is told of audio, and given none. */
void vowel_openai_audience_set_no_audio (
    VowelOpenaiAudience *audience, gboolean no_audio);

VowelOpenaiView vowel_openai_audience_view (VowelOpenaiAudience *audience,
    VowelParticipant *participant, const VowelEvent *event);
/* The place of an event's item among those that are shown. */
guint vowel_openai_audience_index (VowelOpenaiAudience *audience,
    VowelParticipant *participant, const VowelEvent *event);
/* Takes what is hidden out of a rendered event. */
void vowel_openai_audience_trim (VowelOpenaiAudience *audience,
    VowelParticipant *participant, const VowelEvent *event, JsonObject *object);
/* (transfer full) (element-type VowelItem): what a connection that comes late
 * is told of the conversation. */
GPtrArray *vowel_openai_audience_dup_items (
    VowelOpenaiAudience *audience, VowelParticipant *participant);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelOpenaiAudience, vowel_openai_audience_free)

G_END_DECLS
