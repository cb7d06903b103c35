/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What a call remembers: marks, the time of what it hears, keys. */

#include "manual-clock.h"
#include "protocol/twilio/twilio-gaps.h"
#include "protocol/twilio/twilio-keypad.h"
#include "protocol/twilio/twilio-marks.h"

static void
assert_taken (VowelTwilioMarks *marks, const gchar *name, const gchar *item_id,
    guint audio_ms)
{
  g_autofree gchar *found = NULL;
  guint found_ms = 0;

  g_assert_true (vowel_twilio_marks_take (marks, name, &found, &found_ms));
  g_assert_cmpstr (found, ==, item_id);
  g_assert_cmpuint (found_ms, ==, audio_ms);
}

static void
assert_meaningless (VowelTwilioMarks *marks, const gchar *name)
{
  g_autofree gchar *found = NULL;
  guint found_ms = 0;

  g_assert_false (vowel_twilio_marks_take (marks, name, &found, &found_ms));
}

static void
test_marks (void)
{
  g_autoptr (VowelTwilioMarks) marks = vowel_twilio_marks_new ();

  g_assert_false (vowel_twilio_marks_is_waiting (marks));
  g_assert_cmpstr (vowel_twilio_marks_add (marks, "i1", 400), ==, "t1-s1");
  g_assert_cmpstr (vowel_twilio_marks_add (marks, "i1", 900), ==, "t1-s2");
  g_assert_cmpstr (vowel_twilio_marks_add (marks, "i2", 100), ==, "t2-s1");
  g_assert_true (vowel_twilio_marks_is_waiting (marks));
  assert_meaningless (marks, "t9-s9");
  /* The first one got lost. */
  assert_taken (marks, "t1-s2", "i1", 900);
  assert_meaningless (marks, "t1-s1");
  assert_taken (marks, "t2-s1", "i2", 100);
  assert_meaningless (marks, "t2-s1");
  g_assert_false (vowel_twilio_marks_is_waiting (marks));
}

static void
test_marks_cleared (void)
{
  g_autoptr (VowelTwilioMarks) marks = vowel_twilio_marks_new ();

  vowel_twilio_marks_add (marks, "i1", 400);
  vowel_twilio_marks_clear (marks);
  g_assert_false (vowel_twilio_marks_is_waiting (marks));
  g_assert_cmpstr (vowel_twilio_marks_add (marks, "i2", 700), ==, "t2-s1");
  assert_meaningless (marks, "t1-s1");
  assert_taken (marks, "t2-s1", "i2", 700);
}

static void
test_marks_that_never_return (void)
{
  g_autoptr (VowelTwilioMarks) marks = vowel_twilio_marks_new ();

  for (guint i = 1; i <= 1001; i++)
    vowel_twilio_marks_add (marks, "i1", i);
  assert_meaningless (marks, "t1-s1");
  assert_taken (marks, "t1-s2", "i1", 2);
}

static void
test_gaps (void)
{
  VowelTwilioGaps gaps = {0};

  /* Wherever it begins. */
  g_assert_cmpuint (vowel_twilio_gaps_note (&gaps, 105, 160), ==, 0);
  g_assert_cmpuint (vowel_twilio_gaps_note (&gaps, 125, 160), ==, 0);
  /* Jitter. */
  g_assert_cmpuint (vowel_twilio_gaps_note (&gaps, 160, 160), ==, 0);
  g_assert_cmpuint (vowel_twilio_gaps_note (&gaps, 165, 160), ==, 0);
  /* Two packets are missing. */
  g_assert_cmpuint (vowel_twilio_gaps_note (&gaps, 225, 160), ==, 320);
  g_assert_cmpuint (vowel_twilio_gaps_note (&gaps, 245, 160), ==, 0);
  /* One, of which nothing is known. */
  g_assert_cmpuint (vowel_twilio_gaps_note (&gaps, -1, 160), ==, 0);
  g_assert_cmpuint (vowel_twilio_gaps_note (&gaps, 285, 160), ==, 0);
  /* Time does not go back. */
  g_assert_cmpuint (vowel_twilio_gaps_note (&gaps, 0, 160), ==, 0);
  g_assert_cmpuint (vowel_twilio_gaps_note (&gaps, 325, 160), ==, 0);
}

static void
test_long_gap (void)
{
  VowelTwilioGaps gaps = {0};

  vowel_twilio_gaps_note (&gaps, 0, 160);
  g_assert_cmpuint (
      vowel_twilio_gaps_note (&gaps, 999999999999, 160), ==, 5000 * 8);
  g_assert_cmpuint (vowel_twilio_gaps_note (&gaps, 1000000000019, 160), ==, 0);
}

static void
on_keys (const gchar *keys, gpointer user_data)
{
  g_string_append_printf (user_data, "%s ", keys);
}

static void
test_keypad (void)
{
  g_autoptr (ManualClock) clock = manual_clock_new ();
  g_autoptr (GString) entries = g_string_new (NULL);
  g_autoptr (VowelTwilioKeypad) keypad =
      vowel_twilio_keypad_new (VOWEL_CLOCK (clock), on_keys, entries);

  vowel_twilio_keypad_press (keypad, '1');
  manual_clock_advance_ms (clock, VOWEL_TWILIO_KEYPAD_PAUSE_MS - 1);
  vowel_twilio_keypad_press (keypad, '2');
  manual_clock_advance_ms (clock, VOWEL_TWILIO_KEYPAD_PAUSE_MS - 1);
  g_assert_cmpstr (entries->str, ==, "");
  manual_clock_advance_ms (clock, 1);
  g_assert_cmpstr (entries->str, ==, "12 ");
  vowel_twilio_keypad_press (keypad, '3');
  vowel_twilio_keypad_press (keypad, '#');
  g_assert_cmpstr (entries->str, ==, "12 3# ");
  for (guint i = 0; i < 150; i++)
    vowel_twilio_keypad_press (keypad, '0');
  g_assert_cmpuint (entries->len, ==, 6 + 101);
  g_clear_pointer (&keypad, vowel_twilio_keypad_free);
  g_assert_cmpuint (manual_clock_get_n_timers (clock), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/twilio/marks/order", test_marks);
  g_test_add_func ("/twilio/marks/cleared", test_marks_cleared);
  g_test_add_func ("/twilio/marks/lost", test_marks_that_never_return);
  g_test_add_func ("/twilio/gaps/short", test_gaps);
  g_test_add_func ("/twilio/gaps/long", test_long_gap);
  g_test_add_func ("/twilio/keypad", test_keypad);
  return g_test_run ();
}
