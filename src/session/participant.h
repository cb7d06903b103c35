/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session.h"

G_BEGIN_DECLS

/**
 * VowelRight:
 *
 * What a participant may be allowed to do.
 */
typedef enum {
  VOWEL_RIGHT_CONFIGURE,
  VOWEL_RIGHT_SPEAK,    /* audio in */
  VOWEL_RIGHT_CONVERSE, /* items and responses */
  VOWEL_RIGHT_READ,
} VowelRight;

/**
 * VowelParticipant:
 *
 * One connection attached to a session. Reference counted, so that it may leave
 * while an event is on its way to it.
 */
struct _VowelParticipant {
  VowelParticipantRole role;
  VowelEventFunc func;
  gpointer user_data;
  gboolean left;
  VowelManners manners;
  gint64 pardoned_until; /* clock time, see vowel_session_pardon() */
  guint tool_timeout_ms; /* 0: none */
};

VowelParticipant *vowel_participant_new (
    VowelParticipantRole role, VowelEventFunc func, gpointer user_data);
VowelParticipant *vowel_participant_ref (VowelParticipant *participant);
void vowel_participant_unref (VowelParticipant *participant);
gboolean vowel_participant_check (
    VowelParticipant *participant, VowelRight right, GError **error);
void vowel_participant_notify (
    VowelParticipant *participant, const VowelEvent *event);

G_END_DECLS
