/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "clock.h"

G_BEGIN_DECLS

/**
 * VowelGreeting:
 *
 * When a session says something first. Once in its life, as soon as its client
 * has said how it wants the session (or has not done so for a while), unless
 * the caller was faster. A caller of whom it is not yet known whether it says
 * anything is waited for. Owner thread only.
 */
typedef struct _VowelGreeting VowelGreeting;

/**
 * VowelGreetingActions:
 * @is_busy: somebody speaks, or has spoken words that are not known yet
 * @greet: now
 *
 * What a greeting needs from its session. None may free it.
 */
typedef struct {
  gboolean (*is_busy) (gpointer user_data);
  void (*greet) (gpointer user_data);
} VowelGreetingActions;

#define VOWEL_GREETING_WAIT_MS 1500

VowelGreeting *vowel_greeting_new (
    VowelClock *clock, const VowelGreetingActions *actions, gpointer user_data);
void vowel_greeting_free (VowelGreeting *greeting);
/* How long a client may take to say how it wants the session. */
void vowel_greeting_set_wait (VowelGreeting *greeting, guint wait_ms);
/* Whether there is anything to greet with. */
void vowel_greeting_set_wanted (VowelGreeting *greeting, gboolean wanted);
/* A client is there: the wait begins. */
void vowel_greeting_client_arrived (VowelGreeting *greeting);
/* It has said how it wants the session. */
void vowel_greeting_client_ready (VowelGreeting *greeting);
/* What was heard were no words. */
void vowel_greeting_was_noise (VowelGreeting *greeting);
/* The conversation has begun: it is too late for ever. */
void vowel_greeting_cancel (VowelGreeting *greeting);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelGreeting, vowel_greeting_free)

G_END_DECLS
