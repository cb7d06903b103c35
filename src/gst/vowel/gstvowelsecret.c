/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelsecret
 * @title: Secrets
 * @short_description: where providers' keys come from
 *
 * The one place that reads keys. They are looked up when they are needed, never
 * logged, and no readable property holds them.
 */

#include "config.h"

#include <string.h>

#include "gstvowelerror.h"
#include "gstvowelsecret.h"

#define MAX_SECRET_SIZE (16 * 1024)
#define REDACTED "[redacted]"
/* Shorter ones would also match within ordinary words. */
#define MIN_REDACTED 4

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
    memset (value, 0, size);
    g_free (value);
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH,
        "The credential %s is not a key", file);
    return NULL;
  }
  return check (value, file, error);
}

/* Some services have had two names. */
static const gchar *
find_variable (const gchar *name, const gchar *variable)
{
  const gchar *value = g_getenv (variable);

  if (value != NULL && *value != '\0')
    return value;
  return g_str_equal (name, "grok") ? g_getenv ("XAI_API_KEY") : NULL;
}

/**
 * gst_vowel_secret_lookup:
 * @name: a provider, as in "groq"
 * @error: why a key that is there cannot be used
 *
 * Looks in the environment (`GROQ_API_KEY`; for "grok" also `XAI_API_KEY`),
 * then among the credentials that systemd passes
 * (`LoadCredential=groq-api-key:…`).
 *
 * Returns: (transfer full) (nullable): the key
 */
gchar *
gst_vowel_secret_lookup (const gchar *name, GError **error)
{
  g_autofree gchar *variable = NULL;
  const gchar *value;

  g_return_val_if_fail (name != NULL && *name != '\0', NULL);
  g_return_val_if_fail (strchr (name, G_DIR_SEPARATOR) == NULL, NULL);

  variable = gst_vowel_secret_dup_variable (name);
  value = find_variable (name, variable);
  if (value != NULL && *value != '\0')
    return check (g_strdup (value), variable, error);
  return read_credential (name, error);
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
