/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/clock.h"

G_BEGIN_DECLS

/* Milliseconds after a key in which another one belongs to it. */
#define VOWEL_TWILIO_KEYPAD_PAUSE_MS 2000

/**
 * VowelTwilioKeypad:
 *
 * Collects the keys that a caller presses: what is typed without a pause, or up
 * to a "#", is one entry. Owner thread only.
 */
typedef struct _VowelTwilioKeypad VowelTwilioKeypad;

/* May free the keypad. */
typedef void (*VowelTwilioKeypadFunc) (const gchar *keys, gpointer user_data);

VowelTwilioKeypad *vowel_twilio_keypad_new (
    VowelClock *clock, VowelTwilioKeypadFunc func, gpointer user_data);
void vowel_twilio_keypad_free (VowelTwilioKeypad *keypad);
void vowel_twilio_keypad_press (VowelTwilioKeypad *keypad, gchar key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTwilioKeypad, vowel_twilio_keypad_free)

G_END_DECLS
