/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/**
 * GstVowelError:
 * @GST_VOWEL_ERROR_AUTH: the provider refused the credential
 * @GST_VOWEL_ERROR_BILLING: quota used up or payment needed; never retried
 * @GST_VOWEL_ERROR_RATE_LIMIT: too many requests; see retry-after-ms
 * @GST_VOWEL_ERROR_BAD_REQUEST: the provider does not accept what we sent
 * @GST_VOWEL_ERROR_NOT_FOUND: no such model, voice, file or provider
 * @GST_VOWEL_ERROR_OVERLOADED: the provider is overloaded
 * @GST_VOWEL_ERROR_UPSTREAM: the provider failed
 * @GST_VOWEL_ERROR_TIMEOUT: a deadline passed
 * @GST_VOWEL_ERROR_PROTOCOL: the provider sent something that makes no sense
 * @GST_VOWEL_ERROR_CANCELLED: interrupted; never shown to a user
 * @GST_VOWEL_ERROR_LIMIT: foreign text larger or deeper than allowed
 *
 * Why a provider, or an input, failed.
 */
typedef enum {
  GST_VOWEL_ERROR_AUTH,
  GST_VOWEL_ERROR_BILLING,
  GST_VOWEL_ERROR_RATE_LIMIT,
  GST_VOWEL_ERROR_BAD_REQUEST,
  GST_VOWEL_ERROR_NOT_FOUND,
  GST_VOWEL_ERROR_OVERLOADED,
  GST_VOWEL_ERROR_UPSTREAM,
  GST_VOWEL_ERROR_TIMEOUT,
  GST_VOWEL_ERROR_PROTOCOL,
  GST_VOWEL_ERROR_CANCELLED,
  GST_VOWEL_ERROR_LIMIT,
} GstVowelError;

#define GST_VOWEL_ERROR (gst_vowel_error_quark ())
GST_VOWEL_API GQuark gst_vowel_error_quark (void);

/* Whether trying again can help. */
GST_VOWEL_API gboolean gst_vowel_error_is_retryable (const GError *error);

/* Maps an HTTP status and its body to an error (providers.md: retryable are
 * 408, 409, 425, 429, 500, 502, 503, 504, 529). */
GST_VOWEL_API GError *gst_vowel_error_from_http (
    const gchar *provider, guint status, const gchar *detail);

/* The details structure of an error: "vowel-error-details" with provider
 * (string), http-status (uint, 0 when there was none), retryable (boolean) and
 * code (string, the nick of the GstVowelError). */
GST_VOWEL_API GstStructure *gst_vowel_error_details_new (
    const gchar *provider, guint http_status, const GError *error);

G_END_DECLS
