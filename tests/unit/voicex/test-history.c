/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What is said is known when somebody comes back. */

#include "server/voicex/voicex-history.h"

#include "../temporary-store.h"
#include "fake-engine.h"
#include "manual-clock.h"

typedef struct {
  VowelTemporaryStore *temporary;
  VowelStore *store;
  VowelVoicexHistory *history;

  EventRecorder *recorder;
  FakeEngine *engine;
  ManualClock *clock;
  VowelSession *session;
  VowelParticipant *caller;
  VowelCompanion *companion;
} Fixture;

static void
ignore (const VowelEvent *event, gpointer user_data)
{
}

/* A session of the agent "front" of the app "first". */
static void
begin_session (Fixture *f, GPtrArray *items)
{
  g_autoptr (VowelSessionConfig) config = vowel_session_config_new ();
  g_autoptr (GError) error = NULL;

  f->recorder = event_recorder_new ();
  f->engine = fake_engine_new (f->recorder);
  f->clock = manual_clock_new ();
  f->session = vowel_session_new (
      NULL, config, VOWEL_ENGINE (f->engine), VOWEL_CLOCK (f->clock));
  if (items != NULL)
    vowel_session_set_history (f->session, items);
  f->caller =
      vowel_session_join (f->session, VOWEL_PARTICIPANT_CLIENT, ignore, NULL);
  f->companion =
      vowel_voicex_history_keep (f->history, "first", "front", "key");
  f->companion->join (f->companion, f->session, /* worker */ NULL);
  vowel_session_start (f->session, &error);
  g_assert_no_error (error);
}

static void
end_session (Fixture *f)
{
  vowel_session_end (f->session, VOWEL_END_SHUTDOWN);
  f->companion->free (f->companion);
  g_clear_object (&f->session);
  g_clear_object (&f->engine);
  g_clear_object (&f->clock);
  event_recorder_free (f->recorder);
}

static void
set_up (Fixture *f, gconstpointer data)
{
  f->temporary = vowel_temporary_store_new ();
  f->store = vowel_temporary_store_get (f->temporary);
  vowel_temporary_store_put_app (f->temporary, "first");
  vowel_temporary_store_put_app (f->temporary, "second");
  f->history = vowel_voicex_history_new (f->store);
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  vowel_voicex_history_free (f->history);
  vowel_temporary_store_free (f->temporary);
}

static void
ask (Fixture *f, guint64 number, const gchar *text)
{
  fake_engine_speech_started (f->engine, number, 0);
  fake_engine_speech_stopped (f->engine, number, 500);
  fake_engine_final (f->engine, number, text);
}

static void
answer (Fixture *f, guint64 number, const gchar *text)
{
  fake_engine_text (f->engine, number, text);
  fake_engine_sentence (
      f->engine, number, 1000, 0, (guint) g_utf8_strlen (text, -1));
  fake_engine_generated (f->engine, number, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f->engine, number);
  manual_clock_advance_ms (f->clock, 2000);
}

/* "user: …; assistant: …", or "" */
static gchar *
recall (
    Fixture *f, const gchar *app_id, const gchar *agent_id, const gchar *key)
{
  g_autoptr (GPtrArray) items = NULL;
  GString *text = g_string_new (NULL);
  GAsyncResult *result = NULL;

  /* Writes are done in their order. */
  vowel_store_delete_document (
      f->store, "none", "none", vowel_store_note_result, &result);
  vowel_store_wait (&result, NULL);
  items = vowel_voicex_history_load (f->history, app_id, agent_id, key);
  for (guint i = 0; i < items->len; i++) {
    VowelItem *item = g_ptr_array_index (items, i);
    g_autofree gchar *words = vowel_item_dup_text (item);

    g_string_append_printf (text, "%s%s: %s", i > 0 ? "; " : "",
        item->role == VOWEL_ROLE_USER ? "user" : "assistant", words);
  }
  return g_string_free (text, FALSE);
}

static void
expect (Fixture *f, const gchar *expected)
{
  g_autofree gchar *known = recall (f, "first", "front", "key");

  g_assert_cmpstr (known, ==, expected);
}

static void
test_remembers (Fixture *f, gconstpointer data)
{
  g_autofree gchar *other_app = NULL;
  g_autofree gchar *other_agent = NULL;
  g_autofree gchar *no_agent = NULL;
  g_autofree gchar *other_key = NULL;

  begin_session (f, NULL);
  expect (f, "");
  ask (f, 1, "my name is Ann");
  expect (f, "");
  answer (f, 1, "Hello Ann.");
  /* Also when the server does not get to say good-bye. */
  expect (f, "user: my name is Ann; assistant: Hello Ann.");
  ask (f, 2, "who am I");
  end_session (f);
  expect (f, "user: my name is Ann; assistant: Hello Ann.; user: who am I");

  other_app = recall (f, "second", "front", "key");
  other_agent = recall (f, "first", "back", "key");
  no_agent = recall (f, "first", NULL, "key");
  other_key = recall (f, "first", "front", "key ");
  g_assert_cmpstr (other_app, ==, "");
  g_assert_cmpstr (other_agent, ==, "");
  g_assert_cmpstr (no_agent, ==, "");
  g_assert_cmpstr (other_key, ==, "");
}

static void
test_goes_on (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) items = NULL;

  begin_session (f, NULL);
  ask (f, 1, "my name is Ann");
  answer (f, 1, "Hello Ann.");
  end_session (f);
  expect (f, "user: my name is Ann; assistant: Hello Ann.");

  items = vowel_voicex_history_load (f->history, "first", "front", "key");
  begin_session (f, items);
  ask (f, 1, "who am I");
  g_assert_true (fake_engine_was_given (f->engine, 1, "my name is Ann"));
  g_assert_true (fake_engine_was_given (f->engine, 1, "Hello Ann."));
  answer (f, 1, "Ann.");
  end_session (f);
  expect (f, "user: my name is Ann; assistant: Hello Ann.; user: who am I; "
             "assistant: Ann.");
}

static void
test_what_was_heard (Fixture *f, gconstpointer data)
{
  begin_session (f, NULL);
  ask (f, 1, "a story");
  fake_engine_text (f->engine, 1, "Once upon a time there was a king.");
  fake_engine_sentence (f->engine, 1, 4000, 0, 34);
  manual_clock_advance_ms (f->clock, 2000);
  ask (f, 2, "stop");
  expect (f, "user: a story; assistant: Once upon a time");
  end_session (f);
}

/* What is taken out of the conversation is not kept any longer. */
static void
test_deleted (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) items = NULL;

  begin_session (f, NULL);
  ask (f, 1, "my name is Ann");
  answer (f, 1, "Hello Ann.");
  expect (f, "user: my name is Ann; assistant: Hello Ann.");
  items = vowel_session_dup_items (f->session);
  g_assert_true (vowel_session_delete_item (f->session, f->caller,
      ((VowelItem *) g_ptr_array_index (items, 0))->id, NULL));
  expect (f, "assistant: Hello Ann.");
  end_session (f);
}

static void
test_last_messages (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) items = NULL;

  begin_session (f, NULL);
  for (guint i = 1; i <= 15; i++) {
    g_autofree gchar *question = g_strdup_printf ("question %u", i);

    ask (f, i, question);
    answer (f, i, "Yes.");
  }
  end_session (f);
  g_free (recall (f, "first", "front", "key"));
  items = vowel_voicex_history_load (f->history, "first", "front", "key");
  g_assert_cmpuint (items->len, ==, VOWEL_VOICEX_HISTORY_LENGTH);
  g_assert_cmpstr (
      vowel_item_get_part (g_ptr_array_index (items, 0), 0)->text->str, ==,
      "question 6");
}

static void
test_forgets (Fixture *f, gconstpointer data)
{
  g_autoptr (GPtrArray) documents = NULL;
  VowelDocument *document;
  GAsyncResult *result = NULL;

  begin_session (f, NULL);
  ask (f, 1, "hello");
  end_session (f);
  expect (f, "user: hello");
  documents = vowel_store_list_documents (f->store, "history", "first", NULL);
  g_assert_cmpuint (documents->len, ==, 1);
  document = g_ptr_array_index (documents, 0);
  g_assert_cmpint (
      document->expires_at - document->updated_at, ==, 24 * 3600 * 1000);
  document->expires_at = g_get_real_time () / 1000 - 1;
  vowel_store_put_document (
      f->store, document, vowel_store_note_result, &result);
  g_assert_true (vowel_store_wait (&result, NULL));
  expect (f, "");
}

static void
test_survives_nonsense (Fixture *f, gconstpointer data)
{
  static const gchar *const bodies[] = {"{}", "{\"messages\":{}}",
      "{\"messages\":[1,null,[],{},{\"role\":\"user\"},{\"role\":1,"
      "\"content\":\"x\"},{\"role\":\"user\",\"content\":\"ok\"}]}"};
  static const gchar *const expected[] = {"", "", "user: ok"};
  g_autoptr (GPtrArray) documents = NULL;
  VowelDocument *document;

  begin_session (f, NULL);
  ask (f, 1, "hello");
  end_session (f);
  expect (f, "user: hello");
  documents = vowel_store_list_documents (f->store, "history", "first", NULL);
  document = g_ptr_array_index (documents, 0);
  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++) {
    GAsyncResult *result = NULL;

    g_free (document->body);
    document->body = g_strdup (bodies[i]);
    vowel_store_put_document (
        f->store, document, vowel_store_note_result, &result);
    g_assert_true (vowel_store_wait (&result, NULL));
    expect (f, expected[i]);
  }
}

#define ADD(name)                                                              \
  g_test_add (                                                                 \
      "/voicex/history/" #name, Fixture, NULL, set_up, test_##name, tear_down)

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  ADD (remembers);
  ADD (goes_on);
  ADD (what_was_heard);
  ADD (deleted);
  ADD (last_messages);
  ADD (forgets);
  ADD (survives_nonsense);
  return g_test_run ();
}
