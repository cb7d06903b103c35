/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/sessions/mint-body.h"
#include "server/sessions/session-directory.h"

#define KEY "sesskey_0123456789abcdef"
#define NOW 1000

static int host, other;

static VowelToken
token_of (const gchar *subject, const gchar *key)
{
  VowelToken token = {
      .subject = (gchar *) subject, .session_key = (gchar *) key};

  return token;
}

static gpointer
expect_found (
    VowelSessionDirectory *directory, VowelSessionWish wish, const gchar *key)
{
  g_autoptr (GError) error = NULL;
  VowelSessionPlace place;

  g_assert_true (
      vowel_session_directory_resolve (directory, &wish, NOW, &place, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (place.key, ==, key);
  return place.session;
}

static void
expect_refused (VowelSessionDirectory *directory, VowelSessionWish wish,
    VowelDirectoryError code)
{
  g_autoptr (GError) error = NULL;
  VowelSessionPlace place;

  g_assert_false (
      vowel_session_directory_resolve (directory, &wish, NOW, &place, &error));
  g_assert_error (error, VOWEL_DIRECTORY_ERROR, (gint) code);
}

static void
test_new (void)
{
  g_autoptr (VowelSessionDirectory) d = vowel_session_directory_new ();
  VowelToken plain = token_of ("sess_1", NULL);
  VowelToken keyed = token_of ("sess_2", KEY);

  g_assert_null (expect_found (d, (VowelSessionWish){.has_key = TRUE}, NULL));
  g_assert_null (expect_found (d, (VowelSessionWish){.token = &plain}, NULL));
  g_assert_null (expect_found (d, (VowelSessionWish){.token = &keyed}, KEY));
  g_assert_null (expect_found (
      d, (VowelSessionWish){.token = &keyed, .call_id = KEY}, KEY));
  g_assert_null (expect_found (
      d, (VowelSessionWish){.has_key = TRUE, .session_key = KEY}, KEY));
}

/* Apps do not see each other's sessions, though their keys be the same. */
static void
test_apps (void)
{
  g_autoptr (VowelSessionDirectory) d = vowel_session_directory_new ();
  VowelToken of_a = token_of ("sess_9", KEY);

  of_a.app_id = (gchar *) "a";
  vowel_session_directory_add (d, &host, "sess_1", "a", KEY);
  g_assert_true (
      expect_found (d, (VowelSessionWish){.token = &of_a, .app_id = "a"}, NULL)
      == &host);
  g_assert_true (expect_found (d,
                     (VowelSessionWish){
                         .has_key = TRUE, .app_id = "a", .call_id = "sess_1"},
                     NULL)
                 == &host);
  /* The server's own key sees every session, by its id. */
  g_assert_true (
      expect_found (
          d, (VowelSessionWish){.has_key = TRUE, .call_id = "sess_1"}, NULL)
      == &host);
  /* And by its key, as a telephone call has one; but it opens others by the
   * same. */
  g_assert_true (expect_found (d,
                     (VowelSessionWish){.has_key = TRUE, .call_id = KEY}, NULL)
                 == &host);
  g_assert_null (expect_found (
      d, (VowelSessionWish){.has_key = TRUE, .session_key = KEY}, KEY));
  expect_refused (d,
      (VowelSessionWish){.has_key = TRUE, .app_id = "b", .call_id = "sess_1"},
      VOWEL_DIRECTORY_ERROR_NOT_FOUND);
  expect_refused (d,
      (VowelSessionWish){.has_key = TRUE, .app_id = "b", .call_id = KEY},
      VOWEL_DIRECTORY_ERROR_NOT_FOUND);
  g_assert_null (expect_found (d,
      (VowelSessionWish){.has_key = TRUE, .app_id = "b", .session_key = KEY},
      KEY));
}

static void
test_pending (void)
{
  g_autoptr (VowelSessionDirectory) d = vowel_session_directory_new ();
  VowelSessionWish wish = {.has_key = TRUE, .call_id = KEY};

  expect_refused (d, wish, VOWEL_DIRECTORY_ERROR_NOT_FOUND);
  vowel_session_directory_expect (d, NULL, KEY, NOW + 1, NOW);
  g_assert_null (expect_found (d, wish, KEY));
  /* A shorter one does not end the longer one. */
  vowel_session_directory_expect (d, NULL, KEY, NOW, NOW - 100);
  g_assert_null (expect_found (d, wish, KEY));
  vowel_session_directory_expect (d, NULL, "another1", NOW + 9, NOW + 1);
  expect_refused (d, wish, VOWEL_DIRECTORY_ERROR_NOT_FOUND);
}

static void
test_pending_ends (void)
{
  g_autoptr (VowelSessionDirectory) d = vowel_session_directory_new ();

  vowel_session_directory_expect (d, NULL, KEY, NOW, NOW - 300);
  expect_refused (d, (VowelSessionWish){.has_key = TRUE, .call_id = KEY},
      VOWEL_DIRECTORY_ERROR_NOT_FOUND);
}

static void
test_live (void)
{
  g_autoptr (VowelSessionDirectory) d = vowel_session_directory_new ();
  VowelToken first = token_of ("sess_1", KEY);
  VowelToken second = token_of ("sess_2", KEY);
  VowelToken stranger = token_of ("sess_3", NULL);
  VowelToken enemy = token_of ("sess_4", "sesskey_another1");

  vowel_session_directory_add (d, &host, "sess_1", NULL, KEY);
  vowel_session_directory_add (d, &other, "sess_5", NULL, NULL);
  g_assert_cmpstr (vowel_session_directory_get_id (d, &host), ==, "sess_1");
  g_assert_true (
      expect_found (d, (VowelSessionWish){.token = &first}, NULL) == &host);
  g_assert_true (
      expect_found (d, (VowelSessionWish){.token = &second}, NULL) == &host);
  g_assert_true (
      expect_found (
          d, (VowelSessionWish){.token = &second, .call_id = "sess_1"}, NULL)
      == &host);
  g_assert_true (
      expect_found (
          d, (VowelSessionWish){.has_key = TRUE, .call_id = "sess_5"}, NULL)
      == &other);
  expect_refused (d, (VowelSessionWish){.token = &stranger, .call_id = KEY},
      VOWEL_DIRECTORY_ERROR_NOT_FOUND);
  expect_refused (d,
      (VowelSessionWish){.token = &stranger, .call_id = "sess_5"},
      VOWEL_DIRECTORY_ERROR_NOT_FOUND);
  expect_refused (d, (VowelSessionWish){.token = &enemy, .call_id = KEY},
      VOWEL_DIRECTORY_ERROR_FORBIDDEN);
  expect_refused (d, (VowelSessionWish){.token = &second, .call_id = "sess_5"},
      VOWEL_DIRECTORY_ERROR_FORBIDDEN);
  expect_refused (d,
      (VowelSessionWish){
          .has_key = TRUE, .call_id = "sess_1", .session_key = KEY},
      VOWEL_DIRECTORY_ERROR_INVALID);

  vowel_session_directory_remove (d, &host);
  g_assert_null (vowel_session_directory_find_key (d, NULL, KEY));
  g_assert_null (vowel_session_directory_find (d, "sess_1"));
  g_assert_true (vowel_session_directory_find (d, "sess_5") == &other);
  /* A token still opens it anew. */
  g_assert_null (expect_found (d, (VowelSessionWish){.token = &second}, KEY));
}

/* Without a key of its own a token opens sessions, and joins the first. */
static void
test_subject (void)
{
  g_autoptr (VowelSessionDirectory) d = vowel_session_directory_new ();
  VowelToken token = token_of ("sess_1", NULL);

  vowel_session_directory_add (d, &host, "sess_1", NULL, NULL);
  g_assert_null (expect_found (d, (VowelSessionWish){.token = &token}, NULL));
  g_assert_true (
      expect_found (
          d, (VowelSessionWish){.token = &token, .call_id = "sess_1"}, NULL)
      == &host);
}

static void
test_keys (void)
{
  g_autofree gchar *longest = g_strnfill (128, 'a');
  g_autofree gchar *longer = g_strnfill (129, 'a');

  g_assert_true (vowel_session_key_is_valid (KEY));
  g_assert_true (vowel_session_key_is_valid ("a-_b1234"));
  g_assert_true (vowel_session_key_is_valid (longest));
  g_assert_false (vowel_session_key_is_valid (longer));
  g_assert_false (vowel_session_key_is_valid ("a-_b123"));
  g_assert_false (vowel_session_key_is_valid ("sesskey_0123 456789"));
  g_assert_false (vowel_session_key_is_valid ("sesskey_\xc3\xa4\xc3\xa4"));
  g_assert_false (vowel_session_key_is_valid (""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/session-directory/new", test_new);
  g_test_add_func ("/session-directory/apps", test_apps);
  g_test_add_func ("/session-directory/pending", test_pending);
  g_test_add_func ("/session-directory/pending-ends", test_pending_ends);
  g_test_add_func ("/session-directory/live", test_live);
  g_test_add_func ("/session-directory/subject", test_subject);
  g_test_add_func ("/session-directory/keys", test_keys);

  return g_test_run ();
}
