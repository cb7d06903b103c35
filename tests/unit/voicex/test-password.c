/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/voicex/password.h"

#include <string.h>

/* Of Node's crypto.scryptSync(), salted with the text before the colon. */
#define SALT "00112233445566778899aabbccddeeff"
static const struct {
  const gchar *password;
  const gchar *hash;
} foreign[] = {
    {"correct horse", SALT
        ":3e19ebeabf15ad17c24de695284e79441c0d80c6d98b95a3c052c58a0d57b09f"
        "83b0742a5805af28a0b5bbcf673af62819b91eb830a104fb0bb42def767f52aa"},
    {"p\303\244ssw\303\266rd \342\234\223", SALT
        ":ba9583bf8ec46a07133380c3a76b6c8f360ca87b297c2a473f620e74c3db4da0"
        "6969fd22b0f1ae64d1e0924c0ce05ee14303d996ef62533b93d11ab93e7f6819"},
};

static void
test_foreign (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (foreign); i++) {
    g_assert_true (vowel_password_check (foreign[i].password, foreign[i].hash));
    g_assert_false (vowel_password_check ("incorrect", foreign[i].hash));
  }
}

static void
test_own (void)
{
  g_autofree gchar *hash = vowel_password_hash ("secret");
  g_autofree gchar *other = vowel_password_hash ("secret");

  g_assert_cmpuint (strlen (hash), ==, 32 + 1 + 128);
  g_assert_cmpstr (hash, !=, other);
  g_assert_true (vowel_password_check ("secret", hash));
  g_assert_false (vowel_password_check ("Secret", hash));
  g_assert_false (vowel_password_check ("", hash));
}

static void
test_broken (void)
{
  static const gchar *const broken[] = {NULL, "", "nonsense", "salt:", ":"};

  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    g_assert_false (vowel_password_check ("secret", broken[i]));
}

static void
note_result (GObject *source, GAsyncResult *result, gpointer ret_result)
{
  *(GAsyncResult **) ret_result = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static void
test_pool (void)
{
  VowelPasswordPool *pool = vowel_password_pool_new ();
  g_autoptr (GAsyncResult) hashed = NULL;
  g_autoptr (GAsyncResult) right = NULL;
  g_autoptr (GAsyncResult) wrong = NULL;
  g_autofree gchar *hash = NULL;

  vowel_password_pool_hash (pool, "secret", note_result, &hashed);
  hash = vowel_password_pool_hash_finish (wait_for (&hashed));
  vowel_password_pool_check (pool, "secret", hash, note_result, &right);
  vowel_password_pool_check (pool, "other", hash, note_result, &wrong);
  g_assert_true (vowel_password_pool_check_finish (wait_for (&right)));
  g_assert_false (vowel_password_pool_check_finish (wait_for (&wrong)));
  vowel_password_pool_free (pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/password/foreign", test_foreign);
  g_test_add_func ("/password/own", test_own);
  g_test_add_func ("/password/broken", test_broken);
  g_test_add_func ("/password/pool", test_pool);
  return g_test_run ();
}
