/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelsecret
 * @title: Secrets
 * @short_description: where providers' keys come from
 *
 * The one place that reads keys: from the environment, from systemd's
 * credentials, from the keyring. They are looked up when they are needed, never
 * logged, and no readable property holds them. The keyring may make callers
 * wait, so that it is read beforehand, all at once.
 */

#include "config.h"

#include <string.h>

#include "gstvowelerror.h"
#include "gstvowelkeyring-priv.h"
#include "gstvowelsecret.h"

#define MAX_SECRET_SIZE (16 * 1024)
#define REDACTED "[redacted]"
/* Shorter ones would also match within ordinary words. */
#define MIN_REDACTED 4

static GMutex keyring_lock;
static gboolean keyring_read;    /* protected by keyring_lock */
static GHashTable *keyring_keys; /* protected by keyring_lock, nullable */

/**
 * gst_vowel_secret_dup_variable:
 * @name: a provider, as in "groq" or "openai-compatible"
 *
 * Returns: (transfer full): the environment variable of its key
 */
gchar *
gst_vowel_secret_dup_variable (const gchar *name)
{
  g_autofree gchar *upper = NULL;

  g_return_val_if_fail (name != NULL, NULL);

  upper = g_ascii_strup (name, -1);
  return g_strconcat (g_strdelimit (upper, "-.", '_'), "_API_KEY", NULL);
}

/**
 * gst_vowel_secret_free:
 * @secret: (transfer full) (nullable): a key
 *
 * Overwrites @secret and frees it.
 */
void
gst_vowel_secret_free (gchar *secret)
{
  if (secret != NULL)
    explicit_bzero (secret, strlen (secret));
  g_free (secret);
}

/* (transfer full) @value */
static gchar *
check (gchar *value, const gchar *where, GError **error)
{
  g_autofree gchar *owned = g_strstrip (value);

  if (*owned == '\0')
    return NULL;
  for (const gchar *p = owned; *p != '\0'; p++) {
    if (!g_ascii_isgraph (*p)) {
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH,
          "%s is not a key: it has spaces, line breaks or other characters "
          "that no key has",
          where);
      return NULL;
    }
  }
  return g_steal_pointer (&owned);
}

static gchar *
read_credential (const gchar *name, GError **error)
{
  const gchar *folder = g_getenv ("CREDENTIALS_DIRECTORY");
  g_autofree gchar *file = NULL;
  g_autofree gchar *path = NULL;
  g_autoptr (GError) read_error = NULL;
  gchar *value = NULL;
  gsize size;

  if (folder == NULL || *folder == '\0')
    return NULL;
  file = g_strconcat (name, "-api-key", NULL);
  path = g_build_filename (folder, file, NULL);
  if (!g_file_get_contents (path, &value, &size, &read_error)) {
    if (!g_error_matches (read_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH,
          "The credential %s cannot be read: %s", file, read_error->message);
    return NULL;
  }
  if (size > MAX_SECRET_SIZE || strlen (value) != size) {
    explicit_bzero (value, size);
    g_free (value);
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH,
        "The credential %s is not a key", file);
    return NULL;
  }
  return check (value, file, error);
}

/* The variable that has the key: some services have had two names. (transfer
 * full) (nullable) */
static gchar *
find_variable (const gchar *name)
{
  gchar *variable = gst_vowel_secret_dup_variable (name);
  const gchar *value = g_getenv (variable);

  if (value != NULL && *value != '\0')
    return variable;
  g_free (variable);
  value = g_str_equal (name, "grok") ? g_getenv ("XAI_API_KEY") : NULL;
  return value != NULL && *value != '\0' ? g_strdup ("XAI_API_KEY") : NULL;
}

/* The keyring. */

/**
 * gst_vowel_secret_refresh:
 *
 * Reads all keys that the keyring has for providers, so that
 * gst_vowel_secret_lookup() never waits for it. Where there is none, nothing is
 * read, at once. A keyring that is locked is left alone. Waits up to three
 * seconds: not on a worker.
 */
void
gst_vowel_secret_refresh (void)
{
  GHashTable *keys = gst_vowel_keyring_load ();
  GHashTable *old;

  g_mutex_lock (&keyring_lock);
  old = keyring_keys;
  keyring_keys = keys;
  keyring_read = TRUE;
  g_mutex_unlock (&keyring_lock);
  g_clear_pointer (&old, g_hash_table_unref);
}

/**
 * gst_vowel_secret_prepare:
 *
 * gst_vowel_secret_refresh(), unless that was done before. Provider elements
 * with a key do it on their way to READY, a server when it starts.
 */
void
gst_vowel_secret_prepare (void)
{
  gboolean read;

  g_mutex_lock (&keyring_lock);
  read = keyring_read;
  g_mutex_unlock (&keyring_lock);
  if (!read)
    gst_vowel_secret_refresh ();
}

static gchar *
read_keyring (const gchar *name, GError **error)
{
  gchar *value;

  g_mutex_lock (&keyring_lock);
  value = keyring_keys != NULL
              ? g_strdup (g_hash_table_lookup (keyring_keys, name))
              : NULL;
  g_mutex_unlock (&keyring_lock);
  return value != NULL ? check (value, "The key in the keyring", error) : NULL;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(gchar *const *) a, *(gchar *const *) b);
}

/**
 * gst_vowel_secret_list_keyring:
 *
 * Returns: (transfer full): the providers whose keys the keyring had when it
 *   was last read, sorted
 */
GStrv
gst_vowel_secret_list_keyring (void)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer name;

  g_mutex_lock (&keyring_lock);
  if (keyring_keys != NULL) {
    g_hash_table_iter_init (&iter, keyring_keys);
    while (g_hash_table_iter_next (&iter, &name, NULL))
      g_ptr_array_add (names, g_strdup (name));
  }
  g_mutex_unlock (&keyring_lock);
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_steal (names, NULL);
}

/**
 * gst_vowel_secret_store:
 * @name: a provider, as in "groq"
 * @secret: its key
 * @error: why it cannot be kept
 *
 * Puts a key into the keyring, in the place of the one that is there.
 *
 * Returns: whether it is there now
 */
gboolean
gst_vowel_secret_store (const gchar *name, const gchar *secret, GError **error)
{
  gchar *clean;
  gboolean good;

  g_return_val_if_fail (name != NULL && *name != '\0', FALSE);
  g_return_val_if_fail (secret != NULL, FALSE);

  clean = check (g_strdup (secret), "This", error);
  good = clean != NULL && gst_vowel_keyring_store (name, clean, error);
  gst_vowel_secret_free (clean);
  if (good)
    gst_vowel_secret_refresh ();
  return good;
}

/**
 * gst_vowel_secret_clear:
 * @name: a provider, as in "groq"
 * @error: why it cannot be done
 *
 * Takes a key out of the keyring.
 *
 * Returns: whether there was one
 */
gboolean
gst_vowel_secret_clear (const gchar *name, GError **error)
{
  gboolean cleared;

  g_return_val_if_fail (name != NULL && *name != '\0', FALSE);

  cleared = gst_vowel_keyring_clear (name, error);
  if (cleared)
    gst_vowel_secret_refresh ();
  return cleared;
}

/* Looking up. */

/**
 * gst_vowel_secret_lookup:
 * @name: a provider, as in "groq"
 * @error: why a key that is there cannot be used
 *
 * Looks in the environment (`GROQ_API_KEY`; for "grok" also `XAI_API_KEY`),
 * then among the credentials that systemd passes
 * (`LoadCredential=groq-api-key:…`), then among what
 * gst_vowel_secret_prepare() has read from the keyring. Never waits.
 *
 * Returns: (transfer full) (nullable): the key
 */
gchar *
gst_vowel_secret_lookup (const gchar *name, GError **error)
{
  g_autofree gchar *variable = NULL;
  gchar *credential;
  g_autoptr (GError) credential_error = NULL;

  g_return_val_if_fail (name != NULL && *name != '\0', NULL);
  g_return_val_if_fail (strchr (name, G_DIR_SEPARATOR) == NULL, NULL);

  variable = find_variable (name);
  if (variable != NULL)
    return check (g_strdup (g_getenv (variable)), variable, error);
  credential = read_credential (name, &credential_error);
  if (credential != NULL)
    return credential;
  if (credential_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&credential_error));
    return NULL;
  }
  return read_keyring (name, error);
}

/**
 * gst_vowel_secret_dup_source:
 * @name: a provider, as in "groq"
 *
 * Returns: (transfer full) (nullable): where its key comes from, for people
 */
gchar *
gst_vowel_secret_dup_source (const gchar *name)
{
  g_autofree gchar *variable = NULL;
  g_autoptr (GError) error = NULL;
  gchar *secret;

  g_return_val_if_fail (name != NULL && *name != '\0', NULL);

  variable = find_variable (name);
  if (variable != NULL)
    return g_strconcat ("environment, ", variable, NULL);
  secret = read_credential (name, &error);
  if (secret != NULL || error != NULL) {
    gst_vowel_secret_free (secret);
    return g_strconcat ("systemd credential, ", name, "-api-key", NULL);
  }
  secret = read_keyring (name, NULL);
  if (secret == NULL)
    return NULL;
  gst_vowel_secret_free (secret);
  return g_strdup ("keyring");
}

/**
 * gst_vowel_secret_redact:
 * @text: what somebody else has written
 * @secret: (nullable): what must not be in it
 *
 * Returns: (transfer full): @text with every @secret replaced
 */
gchar *
gst_vowel_secret_redact (const gchar *text, const gchar *secret)
{
  g_auto (GStrv) parts = NULL;

  g_return_val_if_fail (text != NULL, NULL);

  if (secret == NULL || strlen (secret) < MIN_REDACTED
      || strstr (text, secret) == NULL)
    return g_strdup (text);
  parts = g_strsplit (text, secret, -1);
  return g_strjoinv (REDACTED, parts);
}

/**
 * gst_vowel_secret_redact_error:
 * @error: an error that may quote what a server has sent
 * @secret: (nullable): what must not be in its message
 *
 * Replaces every @secret in the message of @error.
 */
void
gst_vowel_secret_redact_error (GError *error, const gchar *secret)
{
  gchar *clean;

  g_return_if_fail (error != NULL);

  clean = gst_vowel_secret_redact (error->message, secret);
  g_free (error->message);
  error->message = clean;
}
