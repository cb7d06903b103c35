/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/* The environment variable of the provider @name ("groq"): "GROQ_API_KEY".
 * (transfer full) */
GST_VOWEL_API gchar *gst_vowel_secret_dup_variable (const gchar *name);
/* The key of the provider @name: from its environment variable, else from the
 * systemd credential "groq-api-key", else from the keyring as it was last read.
 * NULL without an error when there is none; with one when it cannot be used.
 * Any thread. (transfer full) (nullable) */
GST_VOWEL_API gchar *gst_vowel_secret_lookup (
    const gchar *name, GError **error);
/* Overwrites @secret and frees it. */
GST_VOWEL_API void gst_vowel_secret_free (gchar *secret);

/* Reads the keyring if nobody has yet. Waits for it, three seconds at most: not
 * on a worker. */
GST_VOWEL_API void gst_vowel_secret_prepare (void);
/* Reads it again. */
GST_VOWEL_API void gst_vowel_secret_refresh (void);
/* Puts a key into the keyring, or takes it out. They wait for it, and for the
 * user if it is locked. */
GST_VOWEL_API gboolean gst_vowel_secret_store (
    const gchar *name, const gchar *secret, GError **error);
GST_VOWEL_API gboolean gst_vowel_secret_clear (
    const gchar *name, GError **error);
/* The names of the providers whose keys are in the keyring. (transfer full) */
GST_VOWEL_API GStrv gst_vowel_secret_list_keyring (void);
/* Where gst_vowel_secret_lookup() finds the key of @name, in words. (transfer
 * full) (nullable) */
GST_VOWEL_API gchar *gst_vowel_secret_dup_source (const gchar *name);

/* @text without @secret, for what is shown or logged. (transfer full) */
GST_VOWEL_API gchar *gst_vowel_secret_redact (
    const gchar *text, const gchar *secret);
/* The same for the message of @error. */
GST_VOWEL_API void gst_vowel_secret_redact_error (
    GError *error, const gchar *secret);

G_END_DECLS
