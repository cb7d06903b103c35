/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-keypad.h"

#define LAST_KEY '#'
#define MAX_KEYS 100

struct _VowelTwilioKeypad {
  VowelClock *clock;
  VowelTwilioKeypadFunc func;
  gpointer user_data;
  GString *keys;
  guint timer;
};

VowelTwilioKeypad *
vowel_twilio_keypad_new (
    VowelClock *clock, VowelTwilioKeypadFunc func, gpointer user_data)
{
  VowelTwilioKeypad *keypad = g_new0 (VowelTwilioKeypad, 1);

  keypad->clock = g_object_ref (clock);
  keypad->func = func;
  keypad->user_data = user_data;
  keypad->keys = g_string_new (NULL);
  return keypad;
}

void
vowel_twilio_keypad_free (VowelTwilioKeypad *keypad)
{
  vowel_clock_clear_timer (keypad->clock, &keypad->timer);
  g_object_unref (keypad->clock);
  g_string_free (keypad->keys, TRUE);
  g_free (keypad);
}

static void
finish (VowelTwilioKeypad *keypad)
{
  g_autofree gchar *keys = g_string_free (keypad->keys, FALSE);

  keypad->keys = g_string_new (NULL);
  keypad->func (keys, keypad->user_data);
}

static void
on_pause (gpointer user_data)
{
  VowelTwilioKeypad *keypad = user_data;

  keypad->timer = 0;
  finish (keypad);
}

void
vowel_twilio_keypad_press (VowelTwilioKeypad *keypad, gchar key)
{
  vowel_clock_clear_timer (keypad->clock, &keypad->timer);
  g_string_append_c (keypad->keys, key);
  if (key == LAST_KEY || keypad->keys->len >= MAX_KEYS)
    finish (keypad);
  else
    keypad->timer = vowel_clock_add_timer (keypad->clock,
        vowel_clock_now (keypad->clock)
            + VOWEL_TWILIO_KEYPAD_PAUSE_MS * (gint64) 1000,
        on_pause, keypad);
}
