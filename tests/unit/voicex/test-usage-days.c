/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/store/object-id.h"
#include "server/voicex/usage-days.h"

#include "../temporary-store.h"

#include <string.h>

#define MINUTE G_GINT64_CONSTANT (60000)
/* 2026-01-31T23:59:30Z */
#define LATE G_GINT64_CONSTANT (1769903970000)

#define USAGE                                                                  \
  "[{\"stage\":\"stt\",\"audio_seconds\":12.6},"                               \
  "{\"stage\":\"llm\",\"input_tokens\":1000,\"output_tokens\":20},"            \
  "{\"stage\":\"tts\",\"characters\":80}]"

typedef struct {
  VowelTemporaryStore *temporary;
  VowelUsageDays *days;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->temporary = vowel_temporary_store_new ();
  vowel_temporary_store_put_app (f->temporary, "a");
  f->days = vowel_usage_days_new (vowel_temporary_store_get (f->temporary));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vowel_usage_days_free (f->days);
  vowel_temporary_store_free (f->temporary);
}

static void
note (Fixture *f, gint64 ended_at, gint64 duration)
{
  g_autoptr (VowelCall) call = vowel_call_new ("sess_1");

  call->app_id = g_strdup ("a");
  call->started_at = ended_at - duration;
  call->ended_at = ended_at;
  call->usage = g_strdup (USAGE);
  vowel_usage_days_note (f->days, call);
}

/* All that was to be written is there. */
static void
settle (Fixture *f)
{
  vowel_temporary_store_put_app (f->temporary, "last");
}

static void
expect (Fixture *f, guint n, gint64 now, const gchar *expected)
{
  g_autoptr (JsonArray) days =
      vowel_usage_days_to_json (f->days, "a", n, now, NULL);
  g_autoptr (GString) found = g_string_new (NULL);

  for (guint i = 0; i < json_array_get_length (days); i++) {
    JsonObject *day = json_array_get_object_element (days, i);

    g_string_append_printf (found, "%s:%d,%d,%d,%d,%d ",
        json_object_get_string_member (day, "date"),
        (gint) json_object_get_int_member (day, "calls"),
        (gint) json_object_get_int_member (day, "minutes"),
        (gint) json_object_get_int_member (day, "ttsChars"),
        (gint) json_object_get_int_member (day, "llmTokens"),
        (gint) json_object_get_int_member (day, "sttSeconds"));
    g_assert_cmpuint (strlen (json_object_get_string_member (day, "_id")), ==,
        VOWEL_OBJECT_HEX_LENGTH);
  }
  g_assert_cmpstr (found->str, ==, expected);
}

static void
test_days (Fixture *f, gconstpointer data)
{
  /* Two before the first has been written, one a day later. */
  note (f, LATE, MINUTE);
  note (f, LATE + 1, MINUTE + 1);
  note (f, LATE + MINUTE, 1);
  settle (f);
  expect (f, 30, LATE + MINUTE,
      "2026-01-31:2,3,160,40,26 2026-02-01:1,1,80,20,13 ");
  expect (f, 1, LATE + MINUTE, "2026-02-01:1,1,80,20,13 ");
  expect (f, 1, LATE + 10 * 24 * 60 * MINUTE, "");
  g_assert_cmpint (
      vowel_usage_days_count_minutes (f->days, "a", LATE, NULL), ==, 3);
  note (f, LATE + MINUTE, 9 * MINUTE);
  g_assert_cmpint (
      vowel_usage_days_count_minutes (f->days, "a", LATE + MINUTE, NULL), ==,
      10);
  g_assert_cmpint (
      vowel_usage_days_count_minutes (f->days, "b", LATE, NULL), ==, 0);
}

static void
test_restart (Fixture *f, gconstpointer data)
{
  note (f, LATE, MINUTE);
  settle (f);
  vowel_usage_days_free (f->days);
  f->days = vowel_usage_days_new (vowel_temporary_store_get (f->temporary));
  note (f, LATE, MINUTE);
  settle (f);
  expect (f, 7, LATE, "2026-01-31:2,2,160,40,26 ");
}

static void
test_odd (void)
{
  static const gchar *const odd[] = {NULL, "", "{}", "[1]", "[{}]", "[{\"x"};

  for (guint i = 0; i < G_N_ELEMENTS (odd); i++) {
    g_autoptr (VowelCall) call = vowel_call_new ("sess_1");
    VowelUsageDay day = {NULL};

    call->usage = g_strdup (odd[i]);
    vowel_usage_day_add (&day, call);
    g_assert_cmpint (day.calls, ==, 1);
    g_assert_cmpint (day.tts_chars + day.llm_tokens + day.minutes, ==, 0);
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/usage-days/days", Fixture, NULL, set_up, test_days, tear_down);
  g_test_add (
      "/usage-days/restart", Fixture, NULL, set_up, test_restart, tear_down);
  g_test_add_func ("/usage-days/odd", test_odd);
  return g_test_run ();
}
