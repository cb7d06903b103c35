/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "manual-clock.h"

#include "session/playout-clock.h"

typedef struct {
  ManualClock *clock;
  VowelPlayoutClock *playout;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->clock = manual_clock_new ();
  f->playout = vowel_playout_clock_new (VOWEL_CLOCK (f->clock));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vowel_playout_clock_free (f->playout);
  g_assert_finalize_object (f->clock);
}

static void
sent (Fixture *f, const gchar *item, guint ms, guint text_start, guint text_end)
{
  vowel_playout_clock_sent (f->playout, item, ms * 1000, text_start, text_end);
}

static guint
heard (Fixture *f, const gchar *item)
{
  return vowel_playout_clock_get_heard_ms (f->playout, item);
}

/* "item heard/sent:chars …" */
static void
assert_interrupted (Fixture *f, const gchar *expected)
{
  g_autoptr (GPtrArray) cut = vowel_playout_clock_interrupt (f->playout);
  GString *text = g_string_new (NULL);
  guint i;

  for (i = 0; i < cut->len; i++) {
    VowelPlayout *entry = g_ptr_array_index (cut, i);

    g_string_append_printf (text, "%s%s %u/%u:%u", i > 0 ? ", " : "",
        entry->item_id, entry->heard_ms, entry->sent_ms, entry->heard_chars);
  }
  g_assert_cmpstr (text->str, ==, expected);
  g_string_free (text, TRUE);
}

static void
test_nothing (Fixture *f, gconstpointer data)
{
  guint chars;

  g_assert_false (vowel_playout_clock_is_playing (f->playout));
  g_assert_cmpuint (heard (f, "a"), ==, 0);
  g_assert_cmpuint (vowel_playout_clock_get_sent_ms (f->playout, "a"), ==, 0);
  g_assert_false (vowel_playout_clock_get_chars (f->playout, "a", 10, &chars));
  g_assert_false (vowel_playout_clock_heard (f->playout, "a", 10));
  vowel_playout_clock_forget (f->playout, "a");
  assert_interrupted (f, "");
}

static void
test_paced (Fixture *f, gconstpointer data)
{
  sent (f, "a", 1000, 0, 10);
  g_assert_true (vowel_playout_clock_is_playing (f->playout));
  g_assert_cmpuint (heard (f, "a"), ==, 0);
  manual_clock_advance_ms (f->clock, 400);
  g_assert_cmpuint (heard (f, "a"), ==, 400);
  sent (f, "a", 1000, 10, 20);
  manual_clock_advance_ms (f->clock, 1000);
  g_assert_cmpuint (heard (f, "a"), ==, 1400);
  manual_clock_advance_ms (f->clock, 10000);
  g_assert_cmpuint (heard (f, "a"), ==, 2000);
  g_assert_false (vowel_playout_clock_is_playing (f->playout));
  assert_interrupted (f, "");
}

static void
test_underrun (Fixture *f, gconstpointer data)
{
  gint64 start = vowel_clock_now (VOWEL_CLOCK (f->clock));

  sent (f, "a", 100, 0, 1);
  manual_clock_advance_ms (f->clock, 500);
  sent (f, "a", 100, 1, 2);
  g_assert_cmpint (
      vowel_playout_clock_get_end (f->playout), ==, start + 600 * 1000);
  g_assert_cmpuint (heard (f, "a"), ==, 100);
  manual_clock_advance_ms (f->clock, 50);
  g_assert_cmpuint (heard (f, "a"), ==, 150);
  assert_interrupted (f, "a 150/200:1");
}

static void
test_items_in_a_row (Fixture *f, gconstpointer data)
{
  sent (f, "a", 1000, 0, 10);
  sent (f, "b", 1000, 0, 10);
  manual_clock_advance_ms (f->clock, 500);
  g_assert_cmpuint (heard (f, "b"), ==, 0);
  manual_clock_advance_ms (f->clock, 700);
  g_assert_cmpuint (heard (f, "a"), ==, 1000);
  g_assert_cmpuint (heard (f, "b"), ==, 200);
  assert_interrupted (f, "b 200/1000:2");
}

static void
test_interrupt_both (Fixture *f, gconstpointer data)
{
  sent (f, "a", 1000, 0, 10);
  sent (f, "b", 1000, 0, 10);
  manual_clock_advance_ms (f->clock, 500);
  assert_interrupted (f, "a 500/1000:5, b 0/1000:0");
  /* Once only, and for good. */
  assert_interrupted (f, "");
  manual_clock_advance_ms (f->clock, 500);
  g_assert_cmpuint (heard (f, "a"), ==, 500);
  g_assert_false (vowel_playout_clock_is_playing (f->playout));
  sent (f, "a", 1000, 10, 20);
  g_assert_cmpuint (
      vowel_playout_clock_get_sent_ms (f->playout, "a"), ==, 1000);
  g_assert_false (vowel_playout_clock_heard (f->playout, "a", 900));
  /* The next one plays at once. */
  sent (f, "c", 1000, 0, 4);
  manual_clock_advance_ms (f->clock, 250);
  assert_interrupted (f, "c 250/1000:1");
}

static void
test_acknowledged_behind (Fixture *f, gconstpointer data)
{
  gint64 start = vowel_clock_now (VOWEL_CLOCK (f->clock));

  sent (f, "a", 1000, 0, 10);
  sent (f, "b", 1000, 0, 10);
  manual_clock_advance_ms (f->clock, 500);
  g_assert_true (vowel_playout_clock_heard (f->playout, "a", 200));
  g_assert_cmpuint (heard (f, "a"), ==, 200);
  g_assert_cmpint (vowel_playout_clock_get_end (f->playout), ==,
      start + (500 + 800 + 1000) * 1000);
  manual_clock_advance_ms (f->clock, 900);
  g_assert_cmpuint (heard (f, "a"), ==, 1000);
  g_assert_cmpuint (heard (f, "b"), ==, 100);
}

static void
test_acknowledged_ahead (Fixture *f, gconstpointer data)
{
  sent (f, "a", 1000, 0, 10);
  sent (f, "b", 1000, 0, 10);
  g_assert_true (vowel_playout_clock_heard (f->playout, "b", 400));
  g_assert_cmpuint (heard (f, "a"), ==, 1000);
  g_assert_cmpuint (heard (f, "b"), ==, 400);
  manual_clock_advance_ms (f->clock, 100);
  assert_interrupted (f, "b 500/1000:5");
}

/* A caller cannot have heard what was not sent. */
static void
test_acknowledged_too_much (Fixture *f, gconstpointer data)
{
  sent (f, "a", 1000, 0, 10);
  g_assert_true (vowel_playout_clock_heard (f->playout, "a", 5000));
  g_assert_cmpuint (heard (f, "a"), ==, 1000);
  g_assert_false (vowel_playout_clock_is_playing (f->playout));
  sent (f, "a", 1000, 10, 20);
  manual_clock_advance_ms (f->clock, 100);
  g_assert_cmpuint (heard (f, "a"), ==, 1100);
}

static void
test_acknowledged_mid_segments (Fixture *f, gconstpointer data)
{
  sent (f, "a", 1000, 0, 10);
  sent (f, "a", 1000, 10, 20);
  sent (f, "a", 1000, 20, 30);
  g_assert_true (vowel_playout_clock_heard (f->playout, "a", 1500));
  g_assert_cmpuint (heard (f, "a"), ==, 1500);
  manual_clock_advance_ms (f->clock, 700);
  g_assert_cmpuint (heard (f, "a"), ==, 2200);
  assert_interrupted (f, "a 2200/3000:22");
}

static void
test_chars (Fixture *f, gconstpointer data)
{
  static const struct {
    guint ms;
    guint chars;
  } cases[] = {{0, 0}, {1, 0}, {100, 1}, {999, 9}, {1000, 10}, {1500, 10},
      {2000, 10}, {2250, 15}, {2500, 20}, {9999, 20}};
  guint chars = 0;
  guint i;

  sent (f, "a", 1000, 0, 10);
  sent (f, "a", 1000, 10, 10);
  sent (f, "a", 500, 10, 20);
  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_assert_true (
        vowel_playout_clock_get_chars (f->playout, "a", cases[i].ms, &chars));
    g_assert_cmpuint (chars, ==, cases[i].chars);
  }
}

/* Many packets of one sentence, as a synthesizer without marks gives them. */
static void
test_packets (Fixture *f, gconstpointer data)
{
  guint i, chars = 0;

  for (i = 0; i < 50; i++)
    sent (f, "a", 20, 0, 100);
  manual_clock_advance_ms (f->clock, 500);
  g_assert_true (vowel_playout_clock_get_chars (f->playout, "a", 500, &chars));
  g_assert_cmpuint (chars, ==, 50);
  assert_interrupted (f, "a 500/1000:50");
}

static void
test_bounded (Fixture *f, gconstpointer data)
{
  guint chars, i;

  for (i = 0; i < 100; i++) {
    g_autofree gchar *item = g_strdup_printf ("item%u", i);

    sent (f, item, 10, 0, 1);
  }
  g_assert_false (
      vowel_playout_clock_get_chars (f->playout, "item0", 10, &chars));
  g_assert_true (
      vowel_playout_clock_get_chars (f->playout, "item99", 10, &chars));
}

#define ADD(name)                                                              \
  g_test_add (                                                                 \
      "/playout-clock/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (nothing);
  ADD (paced);
  ADD (underrun);
  ADD (items_in_a_row);
  ADD (interrupt_both);
  ADD (acknowledged_behind);
  ADD (acknowledged_ahead);
  ADD (acknowledged_too_much);
  ADD (acknowledged_mid_segments);
  ADD (chars);
  ADD (packets);
  ADD (bounded);
  return g_test_run ();
}
