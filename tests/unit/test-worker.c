/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <string.h>
#include <unistd.h>

#include <gst/check/gsttestclock.h>
#include <gst/vowel/vowel.h>

#define TIMEOUT_SECONDS 10

/* A box that the worker fills and the test waits for. */
typedef struct {
  GMutex lock;
  GCond cond;
  GString *log;
  GstVowelWorker *worker;
  GstVowelTimer *timer;
  GstVowelFdWatch *watches[2];
  gint fds[2];
} Fixture;

static void
fixture_set_up (Fixture *f, gconstpointer data)
{
  g_mutex_init (&f->lock);
  g_cond_init (&f->cond);
  f->log = g_string_new (NULL);
  f->worker = gst_vowel_worker_new ("test-worker", NULL);
}

static void
fixture_tear_down (Fixture *f, gconstpointer data)
{
  gst_clear_object (&f->worker);
  g_string_free (f->log, TRUE);
  g_cond_clear (&f->cond);
  g_mutex_clear (&f->lock);
}

static void
note (Fixture *f, const gchar *what)
{
  g_mutex_lock (&f->lock);
  g_string_append (f->log, what);
  g_cond_broadcast (&f->cond);
  g_mutex_unlock (&f->lock);
}

static void
wait_for (Fixture *f, const gchar *log)
{
  gint64 end = g_get_monotonic_time () + TIMEOUT_SECONDS * G_TIME_SPAN_SECOND;

  g_mutex_lock (&f->lock);
  while (f->log->len < strlen (log))
    if (!g_cond_wait_until (&f->cond, &f->lock, end))
      break;
  g_assert_cmpstr (f->log->str, ==, log);
  g_mutex_unlock (&f->lock);
}

typedef struct {
  Fixture *f;
  gchar what[2];
} Letter;

static Letter *
letter (Fixture *f, gchar what)
{
  Letter *l = g_new (Letter, 1);

  *l = (Letter){f, {what, '\0'}};
  return l;
}

static void
note_letter (gpointer data)
{
  Letter *l = data;

  g_assert_true (gst_vowel_worker_is_current (l->f->worker));
  g_assert_true (g_main_context_get_thread_default ()
                 == gst_vowel_worker_get_main_context (l->f->worker));
  note (l->f, l->what);
}

static void
note_letter_once (gpointer data)
{
  note_letter (data);
  g_free (data);
}

static void
nest (gpointer data)
{
  Fixture *f = data;

  note (f, "(");
  gst_vowel_worker_post (f->worker, note_letter, letter (f, 'p'), g_free);
  gst_vowel_worker_invoke (f->worker, note_letter, letter (f, 'i'), g_free);
  gst_vowel_worker_call (f->worker, note_letter_once, letter (f, 'c'));
  note (f, ")");
}

static void
post_nest (gpointer data)
{
  Fixture *f = data;

  gst_vowel_worker_post (f->worker, nest, f, NULL);
  gst_vowel_worker_post (f->worker, note_letter, letter (f, 'z'), g_free);
}

static void
test_order (Fixture *f, gconstpointer data)
{
  for (gchar c = 'a'; c <= 'z'; c++) {
    if (c % 2)
      gst_vowel_worker_invoke (f->worker, note_letter, letter (f, c), g_free);
    else
      gst_vowel_worker_post (f->worker, note_letter, letter (f, c), g_free);
  }
  wait_for (f, "abcdefghijklmnopqrstuvwxyz");
  g_assert_false (gst_vowel_worker_is_current (f->worker));

  g_string_truncate (f->log, 0);
  gst_vowel_worker_call (f->worker, post_nest, f);
  wait_for (f, "(ic)zp");
}

static void
test_call (Fixture *f, gconstpointer data)
{
  gst_vowel_worker_call (f->worker, note_letter_once, letter (f, 'x'));
  g_assert_cmpstr (f->log->str, ==, "x");
}

/* What is queued when the last reference goes is still run. */
static void
count (gpointer data)
{
  (*(guint *) data)++;
}

static void
test_drain (Fixture *f, gconstpointer data)
{
  guint n = 0;

  for (guint i = 0; i < 100; i++)
    gst_vowel_worker_post (f->worker, count, &n, NULL);
  gst_clear_object (&f->worker);
  g_assert_cmpuint (n, ==, 100);
}

static void
never (gpointer data)
{
  g_assert_not_reached ();
}

static void
nothing (gpointer data)
{
}

static void
add_timers (gpointer data)
{
  Fixture *f = data;
  GstClockTime now = gst_vowel_worker_get_time (f->worker);
  const gchar *order = "dbcaeffe";
  GstVowelTimer *cancelled[8];

  for (guint i = 0; i < 8; i++) {
    gst_vowel_worker_add_timer (f->worker,
        now + (order[i] - 'a' + 1) * GST_SECOND, note_letter_once,
        letter (f, order[i]));
    cancelled[i] = gst_vowel_worker_add_timer (
        f->worker, now + (order[i] - 'a' + 1) * GST_SECOND, never, NULL);
  }
  for (guint i = 0; i < 8; i++)
    gst_vowel_worker_cancel_timer (f->worker, cancelled[(i * 3) % 8]);
}

static void
test_timers (Fixture *f, gconstpointer data)
{
  g_autoptr (GstClock) clock = gst_test_clock_new_with_start_time (GST_SECOND);

  gst_clear_object (&f->worker);
  f->worker = gst_vowel_worker_new ("test-timers", clock);
  g_assert_cmpuint (gst_vowel_worker_get_time (f->worker), ==, GST_SECOND);
  gst_vowel_worker_call (f->worker, add_timers, f);
  g_assert_cmpstr (f->log->str, ==, "");

  gst_test_clock_advance_time (GST_TEST_CLOCK (clock), GST_SECOND - 1);
  gst_vowel_worker_kick (f->worker);
  gst_vowel_worker_call (f->worker, nothing, NULL);
  g_assert_cmpstr (f->log->str, ==, "");
  gst_test_clock_advance_time (GST_TEST_CLOCK (clock), 1);
  gst_vowel_worker_kick (f->worker);
  wait_for (f, "a");
  gst_test_clock_advance_time (GST_TEST_CLOCK (clock), 2 * GST_SECOND);
  gst_vowel_worker_kick (f->worker);
  wait_for (f, "abc");
  gst_test_clock_advance_time (GST_TEST_CLOCK (clock), 10 * GST_SECOND);
  gst_vowel_worker_kick (f->worker);
  wait_for (f, "abcdeeff");
}

/* Many timers in a scattered order: the heap keeps them sorted. */
static gint64 last_index;

static void
check_increasing (gpointer data)
{
  g_assert_cmpint (GPOINTER_TO_INT (data), >, last_index);
  last_index = GPOINTER_TO_INT (data);
}

static void
add_many (gpointer data)
{
  Fixture *f = data;
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);
  g_autoptr (GPtrArray) live = g_ptr_array_new ();
  GstClockTime now = gst_vowel_worker_get_time (f->worker);
  guint order[1000];

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    order[i] = i;
  for (guint i = G_N_ELEMENTS (order) - 1; i > 0; i--) {
    guint j = g_rand_int_range (rand, 0, i + 1);
    guint swap = order[i];

    order[i] = order[j];
    order[j] = swap;
  }
  for (guint i = 0; i < G_N_ELEMENTS (order); i++) {
    GstVowelTimer *timer =
        gst_vowel_worker_add_timer (f->worker, now + order[i] * GST_USECOND,
            check_increasing, GINT_TO_POINTER (order[i]));

    if (order[i] % 3 == 0 && order[i] != 0)
      g_ptr_array_add (live, timer);
  }
  for (guint i = 0; i < live->len; i++)
    gst_vowel_worker_cancel_timer (f->worker, g_ptr_array_index (live, i));
  gst_vowel_worker_add_timer (
      f->worker, now + GST_MSECOND, note_letter_once, letter (f, '.'));
}

static void
test_timer_heap (Fixture *f, gconstpointer data)
{
  last_index = -1;
  gst_vowel_worker_call (f->worker, add_many, f);
  wait_for (f, ".");
  g_assert_cmpint (last_index, ==, 998);
}

static void
on_fd (gint fd, GIOCondition condition, gpointer data)
{
  Fixture *f = data;
  guint index = f->watches[1] != NULL && fd == f->fds[0] ? 0 : 1;

  /* Both are readable; whoever comes first removes the other, which must not
   * be called any more although its event had been fetched already. */
  g_assert_true (condition & G_IO_IN);
  gst_vowel_worker_unwatch_fd (f->worker, f->watches[!index]);
  f->watches[!index] = NULL;
  gst_vowel_worker_unwatch_fd (f->worker, f->watches[index]);
  f->watches[index] = NULL;
  note (f, "!");
}

static void
watch_both (gpointer data)
{
  Fixture *f = data;

  for (guint i = 0; i < 2; i++)
    f->watches[i] =
        gst_vowel_worker_watch_fd (f->worker, f->fds[i], G_IO_IN, on_fd, f);
  g_assert_nonnull (f->watches[0]);
  g_assert_nonnull (f->watches[1]);
}

static void
test_fds (Fixture *f, gconstpointer data)
{
  gint pipes[2][2];

  for (guint i = 0; i < 2; i++) {
    g_assert_cmpint (pipe (pipes[i]), ==, 0);
    g_assert_cmpint (write (pipes[i][1], "x", 1), ==, 1);
    f->fds[i] = pipes[i][0];
  }
  gst_vowel_worker_call (f->worker, watch_both, f);
  wait_for (f, "!");
  gst_vowel_worker_call (f->worker, nothing, NULL);
  g_assert_cmpstr (f->log->str, ==, "!");
  for (guint i = 0; i < 2; i++) {
    close (pipes[i][0]);
    close (pipes[i][1]);
  }
}

static void
on_writable (gint fd, GIOCondition condition, gpointer data)
{
  Fixture *f = data;

  note (f, condition & G_IO_OUT ? "w" : "?");
  gst_vowel_worker_modify_fd (f->worker, f->watches[0], 0);
}

static void
watch_write (gpointer data)
{
  Fixture *f = data;

  f->watches[0] = gst_vowel_worker_watch_fd (
      f->worker, f->fds[0], G_IO_OUT, on_writable, f);
}

static void
rearm (gpointer data)
{
  Fixture *f = data;

  gst_vowel_worker_modify_fd (f->worker, f->watches[0], G_IO_OUT);
}

static void
unwatch (gpointer data)
{
  Fixture *f = data;

  gst_vowel_worker_unwatch_fd (f->worker, f->watches[0]);
}

static void
test_fd_modify (Fixture *f, gconstpointer data)
{
  gint pipe_fds[2];

  g_assert_cmpint (pipe (pipe_fds), ==, 0);
  f->fds[0] = pipe_fds[1];
  gst_vowel_worker_call (f->worker, watch_write, f);
  wait_for (f, "w");
  gst_vowel_worker_call (f->worker, rearm, f);
  wait_for (f, "ww");
  gst_vowel_worker_call (f->worker, unwatch, f);
  close (pipe_fds[0]);
  close (pipe_fds[1]);
}

static void
work (gpointer data)
{
  Fixture *f = data;

  g_assert_false (gst_vowel_worker_is_current (f->worker));
  note (f, "w");
}

static void
done (gpointer data)
{
  Fixture *f = data;

  g_assert_true (gst_vowel_worker_is_current (f->worker));
  note (f, "d");
}

static void
freed (gpointer data)
{
  Fixture *f = data;

  g_assert_true (gst_vowel_worker_is_current (f->worker));
  note (f, "f");
}

static void
test_run_blocking (Fixture *f, gconstpointer data)
{
  gst_vowel_worker_run_blocking (f->worker, work, done, f, freed);
  wait_for (f, "wdf");
  gst_vowel_worker_run_blocking (f->worker, work, NULL, f, freed);
  wait_for (f, "wdfwf");
}

static void
on_gone (gpointer data, GObject *object)
{
  note (data, "g");
}

static void
drop_ref (gpointer data)
{
  Fixture *f = data;

  gst_clear_object (&f->worker);
}

static void
test_last_unref_on_worker (Fixture *f, gconstpointer data)
{
  g_object_weak_ref (G_OBJECT (f->worker), on_gone, f);
  gst_vowel_worker_post (f->worker, drop_ref, f, NULL);
  wait_for (f, "g");
  g_assert_null (f->worker);
}

static void
on_thread_ended (gpointer data)
{
  g_atomic_int_inc ((gint *) data);
}

static GPrivate per_thread = G_PRIVATE_INIT (on_thread_ended);

static void
set_per_thread (gpointer data)
{
  g_private_set (&per_thread, data);
}

/* It has not only stopped: its thread is no more, and what belongs to that. */
static void
test_join_all (Fixture *f, gconstpointer data)
{
  gint n_ended = 0;

  g_assert_false (gst_vowel_worker_join_all (0));
  gst_vowel_worker_call (f->worker, set_per_thread, &n_ended);
  gst_vowel_worker_post (f->worker, drop_ref, f, NULL);
  g_assert_true (
      gst_vowel_worker_join_all (TIMEOUT_SECONDS * (guint64) GST_SECOND));
  g_assert_null (f->worker);
  g_assert_cmpint (g_atomic_int_get (&n_ended), ==, 1);
  g_assert_true (gst_vowel_worker_join_all (0));
}

static void
work_alone (gpointer data)
{
}

static void
gone (gpointer data, GObject *object)
{
  g_atomic_int_inc ((gint *) data);
}

/* The job holds the last reference, and lets it go while the helper thread is
 * about to wake the worker up. */
static void
test_last_unref_behind_work (Fixture *f, gconstpointer data)
{
  const gint n = 200;
  gint64 end = g_get_monotonic_time () + TIMEOUT_SECONDS * G_TIME_SPAN_SECOND;
  gint n_gone = 0;

  for (gint i = 0; i < n; i++) {
    GstVowelWorker *worker = gst_vowel_worker_new (NULL, NULL);

    g_object_weak_ref (G_OBJECT (worker), gone, &n_gone);
    gst_vowel_worker_run_blocking (worker, work_alone, NULL, NULL, NULL);
    gst_object_unref (worker);
  }
  while (g_atomic_int_get (&n_gone) < n) {
    g_assert_cmpint (g_get_monotonic_time (), <, end);
    g_thread_yield ();
  }
}

static GstVowelWorker *
worker_of (GstElement *element)
{
  g_autoptr (GstContext) context =
      gst_element_get_context (element, GST_VOWEL_WORKER_CONTEXT_TYPE);

  return context != NULL ? gst_vowel_worker_context_get (context) : NULL;
}

/* Nobody offers a worker: the first element starts one, the others and those
 * that come later share it, also across bins. */
static void
test_sharing (Fixture *f, gconstpointer data)
{
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  GstElement *bin = gst_bin_new (NULL);
  GstElement *a = gst_element_factory_make ("identity", "a");
  GstElement *b = gst_element_factory_make ("identity", "b");
  GstElement *c = gst_element_factory_make ("identity", "c");
  g_autoptr (GstVowelWorker) first = NULL;
  g_autoptr (GstVowelWorker) second = NULL;
  g_autoptr (GstVowelWorker) third = NULL;

  gst_bin_add (GST_BIN (bin), a);
  gst_bin_add_many (GST_BIN (pipeline), bin, b, NULL);
  first = gst_vowel_worker_for_element (a);
  second = gst_vowel_worker_for_element (b);
  gst_bin_add (GST_BIN (pipeline), c);
  third = gst_vowel_worker_for_element (c);
  g_assert_nonnull (first);
  g_assert_true (first == second);
  g_assert_true (first == third);
  g_assert_true (first != f->worker);
}

static gboolean
answer_context (GstPad *pad, GstObject *parent, GstQuery *query)
{
  Fixture *f = g_object_get_data (G_OBJECT (pad), "fixture");
  g_autoptr (GstContext) context = gst_vowel_worker_context_new (f->worker);

  if (GST_QUERY_TYPE (query) != GST_QUERY_CONTEXT)
    return FALSE;
  gst_query_set_context (query, context);
  return TRUE;
}

/* A neighbour knows it: also that of an element without pads on the other side.
 */
static void
test_neighbour (Fixture *f, gconstpointer data)
{
  const gchar *const factories[] = {"fakesink", "fakesrc", "identity"};

  for (guint i = 0; i < G_N_ELEMENTS (factories); i++) {
    g_autoptr (GstElement) element =
        gst_object_ref_sink (gst_element_factory_make (factories[i], NULL));
    g_autoptr (GstPad) pad = gst_element_get_static_pad (
        element, g_str_equal (factories[i], "fakesrc") ? "src" : "sink");
    g_autoptr (GstPad) neighbour = gst_object_ref_sink (gst_pad_new (
        "other", GST_PAD_IS_SRC (pad) ? GST_PAD_SINK : GST_PAD_SRC));
    g_autoptr (GstVowelWorker) got = NULL;

    g_object_set_data (G_OBJECT (neighbour), "fixture", f);
    gst_pad_set_query_function (neighbour, answer_context);
    if (GST_PAD_IS_SRC (pad))
      g_assert_cmpint (gst_pad_link (pad, neighbour), ==, GST_PAD_LINK_OK);
    else
      g_assert_cmpint (gst_pad_link (neighbour, pad), ==, GST_PAD_LINK_OK);
    got = gst_vowel_worker_for_element (element);
    g_assert_true (got == f->worker);
    g_assert_false (gst_vowel_worker_is_standalone (got));
  }
}

/* An application sets the context on the pipeline. */
static void
test_given (Fixture *f, gconstpointer data)
{
  g_autoptr (GstElement) pipeline = gst_pipeline_new (NULL);
  GstElement *a = gst_element_factory_make ("identity", "a");
  g_autoptr (GstContext) context = gst_vowel_worker_context_new (f->worker);
  g_autoptr (GstVowelWorker) got = NULL;
  g_autoptr (GstVowelWorker) held = NULL;

  gst_bin_add (GST_BIN (pipeline), a);
  gst_element_set_context (pipeline, context);
  got = gst_vowel_worker_for_element (a);
  held = worker_of (a);
  g_assert_true (got == f->worker);
  g_assert_true (held == f->worker);
}

static void
work_slowly (gpointer user_data)
{
  gint64 end = g_get_monotonic_time () + 25 * G_TIME_SPAN_MILLISECOND;

  while (g_get_monotonic_time () < end)
    ;
}

static void
do_nothing (gpointer user_data)
{
}

static void
test_load (Fixture *f, gconstpointer data)
{
  GstVowelWorkerLoad before, after;

  gst_vowel_worker_get_load (f->worker, &before);
  gst_vowel_worker_call (f->worker, work_slowly, NULL);
  /* The turn is over when another one has begun. */
  gst_vowel_worker_call (f->worker, do_nothing, NULL);
  gst_vowel_worker_get_load (f->worker, &after);
  g_assert_cmpuint (after.busy - before.busy, >=, 25 * GST_MSECOND);
  g_assert_cmpuint (after.slow_turns - before.slow_turns, >=, 1);
}

#define ADD(name, func)                                                        \
  g_test_add (                                                                 \
      "/worker/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  ADD ("order", test_order);
  ADD ("call", test_call);
  ADD ("drain", test_drain);
  ADD ("timers", test_timers);
  ADD ("timer-heap", test_timer_heap);
  ADD ("fds", test_fds);
  ADD ("fd-modify", test_fd_modify);
  ADD ("run-blocking", test_run_blocking);
  ADD ("last-unref-on-worker", test_last_unref_on_worker);
  ADD ("join-all", test_join_all);
  ADD ("last-unref-behind-work", test_last_unref_behind_work);
  ADD ("load", test_load);
  ADD ("sharing", test_sharing);
  ADD ("neighbour", test_neighbour);
  ADD ("given", test_given);
  return g_test_run ();
}
