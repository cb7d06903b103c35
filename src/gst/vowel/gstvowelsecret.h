/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/* The environment variable of the provider @name ("groq"): "GROQ_API_KEY".
 * (transfer full) */
GST_VOWEL_API gchar *gst_vowel_secret_dup_variable (const gchar *name);
/* The key of the provider @name: from its environment variable, else from the
 * systemd credential "groq-api-key". NULL without an error when there is none;
 * with one when it cannot be used. Any thread. (transfer full) (nullable) */
GST_VOWEL_API gchar *gst_vowel_secret_lookup (
    const gchar *name, GError **error);
/* @text without @secret, for what is shown or logged. (transfer full) */
GST_VOWEL_API gchar *gst_vowel_secret_redact (
    const gchar *text, const gchar *secret);
/* The same for the message of @error. */
GST_VOWEL_API void gst_vowel_secret_redact_error (
    GError *error, const gchar *secret);

G_END_DECLS
