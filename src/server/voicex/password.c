/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "password.h"

#include <gcrypt.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define COST 16384
#define PARALLEL 1
#define SALT_SIZE 16
#define HASH_SIZE 64
/* Each takes 16 MiB; the rest waits. */
#define MAX_AT_ONCE 2

static gchar *
to_hex (const guint8 *bytes, gsize size)
{
  g_autoptr (GString) text = g_string_sized_new (2 * size);

  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
initialize (void)
{
  static gsize initialized;

  if (!g_once_init_enter (&initialized))
    return;
  /* Somebody else in the process may have done it. */
  if (!gcry_control (GCRYCTL_INITIALIZATION_FINISHED_P)) {
    gcry_check_version (NULL);
    gcry_control (GCRYCTL_DISABLE_SECMEM, 0);
    gcry_control (GCRYCTL_INITIALIZATION_FINISHED, 0);
  }
  g_once_init_leave (&initialized, 1);
}

/* (transfer full): "salt:hash" */
static gchar *
derive (const gchar *password, const gchar *salt)
{
  guint8 hash[HASH_SIZE];
  g_autofree gchar *text = NULL;

  initialize ();
  /* libgcrypt's r is 8. It fails only without memory. */
  if (gcry_kdf_derive (password, strlen (password), GCRY_KDF_SCRYPT, COST, salt,
          strlen (salt), PARALLEL, sizeof (hash), hash)
      != 0)
    g_error ("scrypt does not work");
  text = to_hex (hash, sizeof (hash));
  gnutls_memset (hash, 0, sizeof (hash));
  return g_strconcat (salt, ":", text, NULL);
}

gchar *
vowel_password_hash (const gchar *password)
{
  guint8 bytes[SALT_SIZE];
  g_autofree gchar *salt = NULL;

  if (gnutls_rnd (GNUTLS_RND_KEY, bytes, sizeof (bytes)) != GNUTLS_E_SUCCESS)
    g_error ("There are no random numbers");
  salt = to_hex (bytes, sizeof (bytes));
  return derive (password, salt);
}

gboolean
vowel_password_check (const gchar *password, const gchar *hash)
{
  const gchar *colon = hash != NULL ? strchr (hash, ':') : NULL;
  g_autofree gchar *salt =
      colon != NULL ? g_strndup (hash, colon - hash) : g_strdup ("nobody's");
  g_autofree gchar *expected = derive (password, salt);

  return colon != NULL && strlen (expected) == strlen (hash)
         && gnutls_memcmp (expected, hash, strlen (hash)) == 0;
}

/* --- elsewhere --- */

typedef struct {
  gchar *password;
  gchar *hash;
  gboolean check;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  gnutls_memset (job->password, 0, strlen (job->password));
  g_free (job->password);
  g_free (job->hash);
  g_free (job);
}

static void
run_job (gpointer data, gpointer user_data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);

  if (job->check)
    g_task_return_boolean (
        task, vowel_password_check (job->password, job->hash));
  else
    g_task_return_pointer (task, vowel_password_hash (job->password), g_free);
}

struct _VowelPasswordPool {
  GThreadPool *threads;
};

VowelPasswordPool *
vowel_password_pool_new (void)
{
  VowelPasswordPool *self = g_new0 (VowelPasswordPool, 1);

  self->threads = g_thread_pool_new (run_job, NULL, MAX_AT_ONCE, FALSE, NULL);
  return self;
}

void
vowel_password_pool_free (VowelPasswordPool *self)
{
  g_thread_pool_free (self->threads, FALSE, TRUE);
  g_free (self);
}

static void
push (VowelPasswordPool *self, const gchar *password, const gchar *hash,
    gboolean check, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->password = g_strdup (password);
  job->hash = g_strdup (hash);
  job->check = check;
  g_task_set_task_data (task, job, job_free);
  g_thread_pool_push (self->threads, task, NULL);
}

void
vowel_password_pool_hash (VowelPasswordPool *self, const gchar *password,
    GAsyncReadyCallback callback, gpointer user_data)
{
  push (self, password, NULL, FALSE, callback, user_data);
}

gchar *
vowel_password_pool_hash_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}

void
vowel_password_pool_check (VowelPasswordPool *self, const gchar *password,
    const gchar *hash, GAsyncReadyCallback callback, gpointer user_data)
{
  push (self, password, hash, TRUE, callback, user_data);
}

gboolean
vowel_password_pool_check_finish (GAsyncResult *result)
{
  return g_task_propagate_boolean (G_TASK (result), NULL);
}
