/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/event.h"

G_BEGIN_DECLS

/**
 * VowelVatelTurn:
 * @id: what its text and its audio are told by
 * @item_id: of the message that it is
 * @has_audio: some of its audio was sent
 * @is_told: its final text was sent
 * @is_interrupted: the client was told to drop its audio
 * @next_text: session time from which its text may be sent again
 *
 * One answer, as a client of Vatel's knows it.
 */
typedef struct {
  gchar *id;
  gchar *item_id;
  gboolean has_audio;
  gboolean is_told;
  gboolean is_interrupted;
  gint64 next_text;
} VowelVatelTurn;

/**
 * VowelVatelTurns:
 *
 * The last answers: they can be interrupted while their audio is played, which
 * may be long after the end of their responses.
 */
typedef struct _VowelVatelTurns VowelVatelTurns;

VowelVatelTurns *vowel_vatel_turns_new (void);
void vowel_vatel_turns_free (VowelVatelTurns *turns);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelVatelTurns, vowel_vatel_turns_free)

/* (transfer none), until the next call: that of the event's message, which
 * begins if need be. */
VowelVatelTurn *vowel_vatel_turns_ensure (
    VowelVatelTurns *turns, const VowelEvent *event);
/* (nullable) (transfer none) */
VowelVatelTurn *vowel_vatel_turns_find (
    VowelVatelTurns *turns, const gchar *item_id);

G_END_DECLS
