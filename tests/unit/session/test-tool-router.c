/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "event-recorder.h"
#include "manual-clock.h"

#include "session/tool-router.h"

typedef struct {
  ManualClock *clock;
  EventRecorder *log;
  VowelToolRouter *router;
} Fixture;

static gint client, backend;

static void
on_unanswered (const gchar *response_id, const gchar *call_id,
    const gchar *name, gboolean timed_out, gpointer user_data)
{
  Fixture *f = user_data;

  event_recorder_note (f->log, "%s %s %s %s", response_id, call_id, name,
      timed_out ? "timed out" : "gone");
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->clock = manual_clock_new ();
  f->log = event_recorder_new ();
  f->router = vowel_tool_router_new (VOWEL_CLOCK (f->clock), on_unanswered, f);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  event_recorder_expect (f->log, "");
  vowel_tool_router_free (f->router);
  g_assert_cmpuint (manual_clock_get_n_timers (f->clock), ==, 0);
  g_assert_finalize_object (f->clock);
  event_recorder_free (f->log);
}

static void
offer (
    Fixture *f, gpointer owner, gint rank, guint timeout_ms, const gchar *names)
{
  g_autoptr (GPtrArray) tools =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);
  g_auto (GStrv) split = g_strsplit (names, " ", -1);
  guint i;

  for (i = 0; split[i] != NULL && *names != '\0'; i++)
    g_ptr_array_add (
        tools, vowel_tool_new (split[i], rank > 0 ? "client" : "server", NULL));
  vowel_tool_router_set_tools (f->router, owner, rank, timeout_ms, tools);
}

static void
assert_all (Fixture *f, const gchar *expected)
{
  g_autoptr (GPtrArray) all = vowel_tool_router_dup_all (f->router);
  GString *names = g_string_new (NULL);
  guint i;

  for (i = 0; i < all->len; i++) {
    VowelTool *tool = g_ptr_array_index (all, i);

    g_string_append_printf (
        names, "%s%s:%s", i > 0 ? " " : "", tool->name, tool->description);
  }
  g_assert_cmpstr (names->str, ==, expected);
  g_string_free (names, TRUE);
}

static void
test_owners (Fixture *f, gconstpointer data)
{
  assert_all (f, "");
  g_assert_null (vowel_tool_router_get_tools (f->router, &client));
  offer (f, &backend, 0, 0, "a b");
  offer (f, &client, 1, 0, "b c");
  assert_all (f, "b:client c:client a:server");
  g_assert_true (vowel_tool_router_find_owner (f->router, "a") == &backend);
  g_assert_true (vowel_tool_router_find_owner (f->router, "b") == &client);
  g_assert_null (vowel_tool_router_find_owner (f->router, "d"));
  offer (f, &client, 1, 0, "d");
  assert_all (f, "d:client a:server b:server");
  g_assert_cmpuint (
      vowel_tool_router_get_tools (f->router, &client)->len, ==, 1);
  offer (f, &client, 1, 0, "");
  assert_all (f, "a:server b:server");
  vowel_tool_router_remove_owner (f->router, &backend);
  assert_all (f, "");
}

static void
test_answers (Fixture *f, gconstpointer data)
{
  offer (f, &client, 1, 0, "a");
  g_assert_cmpint (vowel_tool_router_answer (f->router, "c1"), ==,
      VOWEL_TOOL_ANSWER_UNKNOWN);
  vowel_tool_router_begin_call (f->router, "r1", "c1", "a", &client);
  vowel_tool_router_begin_call (f->router, "r1", "c2", "a", &client);
  vowel_tool_router_begin_call (f->router, "r2", "c3", "a", &client);
  g_assert_cmpuint (vowel_tool_router_get_n_open (f->router, "r1"), ==, 2);
  g_assert_cmpint (
      vowel_tool_router_answer (f->router, "c2"), ==, VOWEL_TOOL_ANSWER_FIRST);
  g_assert_cmpint (vowel_tool_router_answer (f->router, "c2"), ==,
      VOWEL_TOOL_ANSWER_DUPLICATE);
  g_assert_cmpuint (vowel_tool_router_get_n_open (f->router, "r1"), ==, 1);
  g_assert_cmpint (
      vowel_tool_router_answer (f->router, "c1"), ==, VOWEL_TOOL_ANSWER_FIRST);
  g_assert_cmpuint (vowel_tool_router_get_n_open (f->router, "r1"), ==, 0);
  g_assert_cmpuint (vowel_tool_router_get_n_open (f->router, "r2"), ==, 1);
  /* A client may take as long as it likes. */
  manual_clock_advance_ms (f->clock, 3600 * 1000);
}

static void
test_timeout (Fixture *f, gconstpointer data)
{
  offer (f, &backend, 0, 1000, "a");
  vowel_tool_router_begin_call (f->router, "r1", "c1", "a", &backend);
  vowel_tool_router_begin_call (f->router, "r1", "c2", "a", &backend);
  g_assert_cmpint (
      vowel_tool_router_answer (f->router, "c2"), ==, VOWEL_TOOL_ANSWER_FIRST);
  manual_clock_advance_ms (f->clock, 999);
  event_recorder_expect (f->log, "");
  manual_clock_advance_ms (f->clock, 1);
  event_recorder_expect (f->log, "r1 c1 a timed out");
  g_assert_cmpint (vowel_tool_router_answer (f->router, "c1"), ==,
      VOWEL_TOOL_ANSWER_DUPLICATE);
}

static void
test_owner_leaves (Fixture *f, gconstpointer data)
{
  offer (f, &client, 1, 0, "a");
  offer (f, &backend, 0, 1000, "b");
  vowel_tool_router_begin_call (f->router, "r1", "c1", "a", &client);
  vowel_tool_router_begin_call (f->router, "r1", "c2", "b", &backend);
  vowel_tool_router_remove_owner (f->router, &backend);
  event_recorder_expect (f->log, "r1 c2 b gone");
  g_assert_cmpuint (vowel_tool_router_get_n_open (f->router, "r1"), ==, 1);
}

/* What is remembered of answered calls has an end. */
static void
test_bounded (Fixture *f, gconstpointer data)
{
  guint i;

  for (i = 0; i < 1000; i++) {
    g_autofree gchar *id = g_strdup_printf ("c%u", i);

    vowel_tool_router_begin_call (f->router, "r", id, "a", &client);
    vowel_tool_router_answer (f->router, id);
  }
  g_assert_cmpint (vowel_tool_router_answer (f->router, "c0"), ==,
      VOWEL_TOOL_ANSWER_UNKNOWN);
  g_assert_cmpint (vowel_tool_router_answer (f->router, "c999"), ==,
      VOWEL_TOOL_ANSWER_DUPLICATE);
}

#define ADD(name)                                                              \
  g_test_add (                                                                 \
      "/tool-router/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (owners);
  ADD (answers);
  ADD (timeout);
  ADD (owner_leaves);
  ADD (bounded);
  return g_test_run ();
}
