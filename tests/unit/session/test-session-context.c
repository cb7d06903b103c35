/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Long conversations: what the model is given stays bounded, and so does what
 * the session keeps. */

#include "session-fixture.h"

#include "session/context-window.h"
#include "session/conversation.h"
#include "session/tokens.h"

#include <string.h>

/* The window alone. */

static GPtrArray *
turns_new (guint n)
{
  GPtrArray *items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  guint i;

  /* Twenty tokens each: sixteen, and the frame. */
  for (i = 0; i < n; i++) {
    VowelItem *item = vowel_item_new_message (
        NULL, i % 2 == 0 ? VOWEL_ROLE_USER : VOWEL_ROLE_ASSISTANT);
    g_autofree gchar *text = g_strnfill (64, 'x');

    vowel_item_add_part (item, VOWEL_PART_TEXT, text);
    g_ptr_array_add (items, item);
  }
  return items;
}

static guint
fit (guint n, guint start, guint limit, VowelTruncation truncation)
{
  g_autoptr (GPtrArray) items = turns_new (n);
  g_autoptr (GError) error = NULL;

  vowel_context_window_fit (items, &start, limit, &truncation, &error);
  g_assert_no_error (error);
  return start;
}

static void
test_window (void)
{
  const VowelTruncation automatic = {.type = VOWEL_TRUNCATION_AUTO};
  const VowelTruncation half = {
      .type = VOWEL_TRUNCATION_RETENTION_RATIO, .retention_ratio = 0.5};

  g_assert_cmpuint (fit (5, 0, 0, automatic), ==, 0);
  g_assert_cmpuint (fit (5, 0, 100, automatic), ==, 0);
  /* A question goes with its answer. */
  g_assert_cmpuint (fit (5, 0, 99, automatic), ==, 2);
  g_assert_cmpuint (fit (5, 2, 99, automatic), ==, 2);
  /* The last one stays, however little fits. */
  g_assert_cmpuint (fit (5, 0, 1, automatic), ==, 4);
  g_assert_cmpuint (fit (6, 0, 1, automatic), ==, 4);
  g_assert_cmpuint (fit (21, 0, 400, half), ==, 12);
  g_assert_cmpuint (fit (21, 12, 400, half), ==, 12);
  g_assert_cmpuint (fit (20, 0, 400, half), ==, 0);
}

static void
test_window_disabled (void)
{
  const VowelTruncation disabled = {.type = VOWEL_TRUNCATION_DISABLED};
  g_autoptr (GPtrArray) items = turns_new (5);
  g_autoptr (GError) error = NULL;
  guint start = 0;

  g_assert_true (
      vowel_context_window_fit (items, &start, 100, &disabled, NULL));
  g_assert_false (
      vowel_context_window_fit (items, &start, 99, &disabled, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_TOO_LONG);
  g_assert_cmpuint (start, ==, 0);
}

static void
test_tokens (void)
{
  g_assert_cmpuint (vowel_tokens_of_text (NULL), ==, 0);
  g_assert_cmpuint (vowel_tokens_of_text (""), ==, 0);
  g_assert_cmpuint (vowel_tokens_of_text ("hello"), ==, 2);
  g_assert_cmpuint (vowel_tokens_of_text ("你好"), ==, 2);
  g_assert_cmpuint (vowel_tokens_of_speech (0), ==, 0);
  g_assert_cmpuint (vowel_tokens_of_speech (51), ==, 2);
}

/* Items keep their place when others come and go before them. */
static void
test_start (void)
{
  g_autoptr (VowelConversation) conversation = vowel_conversation_new ();
  const gchar *ids[] = {"a", "b", "c"};
  g_autoptr (VowelItem) front =
      vowel_item_new_message ("front", VOWEL_ROLE_USER);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (ids); i++) {
    g_autoptr (VowelItem) item =
        vowel_item_new_message (ids[i], VOWEL_ROLE_USER);

    g_assert_true (vowel_conversation_insert (conversation, item, NULL, NULL));
  }
  vowel_conversation_set_start (conversation, 2);
  g_assert_true (vowel_conversation_insert (conversation, front, "root", NULL));
  g_assert_cmpuint (vowel_conversation_get_start (conversation), ==, 3);
  g_assert_true (vowel_conversation_delete (conversation, "a", NULL));
  g_assert_true (vowel_conversation_delete (conversation, "c", NULL));
  g_assert_cmpuint (vowel_conversation_get_start (conversation), ==, 2);
  g_assert_cmpuint (vowel_conversation_get_n_items (conversation), ==, 2);
}

/* The session. */

typedef struct {
  ManualClock *clock;
  EventRecorder *recorder;
  FakeEngine *engine;
  VowelSessionConfig *config;
  VowelSession *session;
  VowelParticipant *client;
  guint64 generation;
  guint n_done;
  gchar *code; /* of the last failed response */
} Long;

static void
on_event (const VowelEvent *event, gpointer user_data)
{
  Long *f = user_data;

  if (event->type == VOWEL_EVENT_RESPONSE_STARTED)
    f->generation = event->response->generation;
  if (event->type != VOWEL_EVENT_RESPONSE_DONE)
    return;
  f->n_done++;
  g_free (f->code);
  f->code = g_strdup (event->response->error_code);
}

static void
set_up (Long *f, guint tokens, gboolean summaries, VowelTruncation truncation)
{
  memset (f, 0, sizeof *f);
  f->clock = manual_clock_new ();
  f->recorder = event_recorder_new ();
  f->engine = fake_engine_new (f->recorder);
  f->config = vowel_session_config_new ();
  f->config->output_modality = VOWEL_MODALITY_TEXT;
  f->config->truncation = truncation;
  f->session = vowel_session_new (
      NULL, f->config, VOWEL_ENGINE (f->engine), VOWEL_CLOCK (f->clock));
  vowel_session_set_context (f->session, tokens, summaries);
  vowel_session_set_max_duration (f->session, 0);
  f->client =
      vowel_session_join (f->session, VOWEL_PARTICIPANT_CLIENT, on_event, f);
  g_assert_true (vowel_session_start (f->session, NULL));
}

static void
tear_down (Long *f)
{
  vowel_session_leave (f->session, f->client);
  g_assert_finalize_object (f->session);
  g_assert_cmpuint (manual_clock_get_n_timers (f->clock), ==, 0);
  g_object_unref (f->engine);
  g_object_unref (f->clock);
  vowel_session_config_free (f->config);
  event_recorder_free (f->recorder);
  g_free (f->code);
}

/* "question N" and "answer N", of some length. */
static void
take_turn (Long *f, guint n, guint pad)
{
  g_autoptr (VowelItem) item = vowel_item_new_message (NULL, VOWEL_ROLE_USER);
  g_autofree gchar *padding = g_strnfill (pad, '.');
  g_autofree gchar *question = g_strdup_printf ("question %u%s", n, padding);
  g_autofree gchar *answer = g_strdup_printf ("answer %u", n);
  g_autoptr (GError) error = NULL;
  guint n_done = f->n_done;

  vowel_item_add_part (item, VOWEL_PART_TEXT, question);
  vowel_session_add_item (f->session, f->client, item, NULL, &error);
  g_assert_no_error (error);
  vowel_session_respond (f->session, f->client, NULL, &error);
  g_assert_no_error (error);
  if (f->n_done > n_done)
    return;
  fake_engine_text (f->engine, f->generation, answer);
  fake_engine_generated (f->engine, f->generation, VOWEL_FINISH_STOP);
  g_assert_cmpuint (f->n_done, ==, n_done + 1);
}

/* Two hours: neither what is kept nor what the model is given grows. */
static void
test_two_hours (void)
{
  const VowelTruncation truncation = {
      .type = VOWEL_TRUNCATION_RETENTION_RATIO, .retention_ratio = 0.8};
  guint n_given = 0, n_items = 0, n_max = 0;
  Long f;
  guint i;

  set_up (&f, 2000, FALSE, truncation);
  for (i = 1; i <= 500; i++) {
    take_turn (&f, i, 100);
    manual_clock_advance_ms (f.clock, 14400);
    event_recorder_forget (f.recorder);
    n_given = fake_engine_get_n_given (f.engine);
    n_items = vowel_session_get_n_items (f.session);
    if (i < 250)
      n_max = MAX (n_max, n_items);
    g_assert_cmpuint (n_given, <=, 2000 / 33 * 2 + 1);
    if (i >= 300)
      g_assert_cmpuint (n_items, <=, n_max);
    g_assert_cmpuint (manual_clock_get_n_timers (f.clock), ==, 0);
  }
  g_assert_cmpuint (n_given, >, 40);
  g_assert_cmpuint (f.n_done, ==, 500);
  tear_down (&f);
}

static void
test_disabled (void)
{
  const VowelTruncation truncation = {.type = VOWEL_TRUNCATION_DISABLED};
  Long f;
  guint i;

  set_up (&f, 300, FALSE, truncation);
  for (i = 1; f.code == NULL; i++) {
    take_turn (&f, i, 200);
    g_assert_cmpuint (i, <, 20);
  }
  g_assert_cmpstr (f.code, ==, "context-length");
  g_assert_cmpuint (f.n_done, ==, i - 1);
  tear_down (&f);
}

/* Limits that the client sets beside the server's. */
static void
test_post_instructions (void)
{
  const VowelTruncation truncation = {.type = VOWEL_TRUNCATION_RETENTION_RATIO,
      .retention_ratio = 1,
      .post_instructions_tokens = 70};
  Long f;

  set_up (&f, 0, FALSE, truncation);
  take_turn (&f, 1, 100);
  take_turn (&f, 2, 100);
  event_recorder_forget (f.recorder);
  take_turn (&f, 3, 0);
  event_recorder_expect (f.recorder,
      "> generate 3 [user: question "
      "2......................................................................."
      "."
      "............................; assistant: answer 2; user: question 3]");
  tear_down (&f);
}

static void
test_summary (void)
{
  const VowelTruncation truncation = {.type = VOWEL_TRUNCATION_AUTO};
  Long f;

  set_up (&f, 256, TRUE, truncation);
  take_turn (&f, 1, 350);
  take_turn (&f, 2, 350);
  event_recorder_forget (f.recorder);
  /* The notes come aside: no client hears of them. */
  g_assert_cmpuint (f.generation, ==, 2);
  g_assert_true (fake_engine_was_given (f.engine, 3, "user: question 1"));
  g_assert_true (fake_engine_was_given (f.engine, 3, "Write the notes"));
  fake_engine_text (f.engine, 3, " They asked ");
  fake_engine_text (f.engine, 3, "a question.");
  fake_engine_generated (f.engine, 3, VOWEL_FINISH_STOP);
  g_assert_cmpuint (f.n_done, ==, 2);
  take_turn (&f, 3, 0);
  g_assert_true (fake_engine_was_given (f.engine, 4,
      "system: What was said before, in short:\nThey asked a question.; user: "
      "question 2"));
  g_assert_false (fake_engine_was_given (f.engine, 4, "question 1"));
  event_recorder_forget (f.recorder);
  tear_down (&f);
}

/* A summary that fails or never comes is tried again later. */
static void
test_summary_fails (void)
{
  const VowelTruncation truncation = {.type = VOWEL_TRUNCATION_AUTO};
  Long f;

  set_up (&f, 256, TRUE, truncation);
  take_turn (&f, 1, 350);
  take_turn (&f, 2, 350);
  g_assert_true (fake_engine_was_given (f.engine, 3, "Write the notes"));
  fake_engine_failed (f.engine, VOWEL_STAGE_LLM, 3);
  take_turn (&f, 3, 350);
  g_assert_cmpuint (f.generation, ==, 4);
  g_assert_true (fake_engine_was_given (f.engine, 5, "Write the notes"));
  manual_clock_advance_ms (f.clock, 60000);
  fake_engine_text (f.engine, 5, "late");
  take_turn (&f, 4, 0);
  g_assert_cmpuint (f.n_done, ==, 4);
  event_recorder_forget (f.recorder);
  tear_down (&f);
}

/* What a client deletes does not live on in notes. */
static void
test_summary_of_deleted (void)
{
  const VowelTruncation truncation = {.type = VOWEL_TRUNCATION_AUTO};
  g_autoptr (VowelItem) item = vowel_item_new_message ("s", VOWEL_ROLE_USER);
  Long f;

  set_up (&f, 256, TRUE, truncation);
  vowel_item_add_part (item, VOWEL_PART_TEXT, "a secret");
  g_assert_true (
      vowel_session_add_item (f.session, f.client, item, NULL, NULL));
  take_turn (&f, 1, 350);
  take_turn (&f, 2, 350);
  g_assert_true (fake_engine_was_given (f.engine, 3, "a secret"));
  /* While they are written. */
  event_recorder_forget (f.recorder);
  g_assert_true (vowel_session_delete_item (f.session, f.client, "s", NULL));
  event_recorder_expect (f.recorder, "> cancel 3");
  fake_engine_text (f.engine, 3, "The secret.");
  fake_engine_generated (f.engine, 3, VOWEL_FINISH_STOP);

  /* When they are written. */
  g_assert_true (
      vowel_session_add_item (f.session, f.client, item, "root", NULL));
  take_turn (&f, 3, 350);
  fake_engine_text (f.engine, 5, "The notes.");
  fake_engine_generated (f.engine, 5, VOWEL_FINISH_STOP);
  take_turn (&f, 4, 0);
  g_assert_true (fake_engine_was_given (f.engine, 6, "The notes."));
  g_assert_true (vowel_session_delete_item (f.session, f.client, "s", NULL));
  take_turn (&f, 5, 0);
  g_assert_false (fake_engine_was_given (f.engine, 7, "The notes."));
  event_recorder_forget (f.recorder);
  tear_down (&f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session-context/window", test_window);
  g_test_add_func ("/session-context/window_disabled", test_window_disabled);
  g_test_add_func ("/session-context/tokens", test_tokens);
  g_test_add_func ("/session-context/start", test_start);
  g_test_add_func ("/session-context/two_hours", test_two_hours);
  g_test_add_func ("/session-context/disabled", test_disabled);
  g_test_add_func (
      "/session-context/post_instructions", test_post_instructions);
  g_test_add_func ("/session-context/summary", test_summary);
  g_test_add_func ("/session-context/summary_fails", test_summary_fails);
  g_test_add_func (
      "/session-context/summary_of_deleted", test_summary_of_deleted);
  return g_test_run ();
}
