/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* A token travels in a request header. */
#define VOWEL_TOKEN_MAX_LENGTH (48 * 1024)

/**
 * VowelTokenError:
 *
 * Why a token is refused. None says more than the holder may know.
 */
typedef enum {
  VOWEL_TOKEN_ERROR_MALFORMED,
  VOWEL_TOKEN_ERROR_ALGORITHM, /* anything but HS256 */
  VOWEL_TOKEN_ERROR_SIGNATURE,
  VOWEL_TOKEN_ERROR_EXPIRED,
  VOWEL_TOKEN_ERROR_NOT_YET,
  VOWEL_TOKEN_ERROR_AUDIENCE, /* made by or for somebody else */
  VOWEL_TOKEN_ERROR_TOO_LARGE,
} VowelTokenError;

#define VOWEL_TOKEN_ERROR (vowel_token_error_quark ())
GQuark vowel_token_error_quark (void);

/* JSON Web Tokens (RFC 7519) signed with HS256, of which there are several
 * kinds. Any thread. */

/* @claims as a JWT. (transfer full) */
gchar *vowel_web_token_sign (
    JsonObject *claims, const gchar *secret, GError **error);
/* What a good one says; `exp` is there. @now: seconds since 1970; no leeway.
 * (transfer full) */
JsonObject *vowel_web_token_verify (
    const gchar *text, const gchar *secret, gint64 now, GError **error);
/* The time @name of verified claims, seconds since 1970; 0: it has none. */
gint64 vowel_web_token_get_time (JsonObject *claims, const gchar *name);
/* Whether they are for @audience, or for nobody in particular. */
gboolean vowel_web_token_is_for (JsonObject *claims, const gchar *audience);

G_END_DECLS
