/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelOpenaiErrorCode:
 *
 * What can be wrong with a client's event before the session sees it; finer
 * than #VowelError, because OpenAI's codes are.
 */
typedef enum {
  VOWEL_OPENAI_ERROR_INVALID_JSON,
  VOWEL_OPENAI_ERROR_INVALID_EVENT,
  VOWEL_OPENAI_ERROR_MISSING_PARAMETER,
  VOWEL_OPENAI_ERROR_UNKNOWN_PARAMETER,
  VOWEL_OPENAI_ERROR_INVALID_TYPE,
  VOWEL_OPENAI_ERROR_INVALID_VALUE,
  VOWEL_OPENAI_ERROR_INTEGER_BELOW_MIN,
  VOWEL_OPENAI_ERROR_INTEGER_ABOVE_MAX,
  VOWEL_OPENAI_ERROR_DECIMAL_BELOW_MIN,
  VOWEL_OPENAI_ERROR_DECIMAL_ABOVE_MAX,
  VOWEL_OPENAI_ERROR_STRING_TOO_LONG,
  VOWEL_OPENAI_ERROR_OBJECT_TOO_LARGE,
  VOWEL_OPENAI_ERROR_NOT_SUPPORTED,
  VOWEL_OPENAI_ERROR_BETA_DISABLED,
} VowelOpenaiErrorCode;

#define VOWEL_OPENAI_ERROR (vowel_openai_error_quark ())
GQuark vowel_openai_error_quark (void);

/* @param: (nullable): the field, as the client wrote it. */
void vowel_openai_set_error (GError **error, VowelOpenaiErrorCode code,
    const gchar *param, const gchar *format, ...) G_GNUC_PRINTF (4, 5);

/* What a client did when the session refused it: some codes depend on it. */
typedef enum {
  VOWEL_OPENAI_ABOUT_OTHER,
  VOWEL_OPENAI_ABOUT_CREATE,
  VOWEL_OPENAI_ABOUT_RETRIEVE,
  VOWEL_OPENAI_ABOUT_TRUNCATE,
  VOWEL_OPENAI_ABOUT_DELETE,
  VOWEL_OPENAI_ABOUT_SESSION,
  VOWEL_OPENAI_ABOUT_RESPONSE,
  VOWEL_OPENAI_ABOUT_CANCEL,
} VowelOpenaiAbout;

/* type, code, message and param of any error; what is unknown is left out. */
JsonObject *vowel_openai_error_to_object (
    const GError *error, VowelOpenaiAbout about);
/* The "error" of an error event: the same with every key, unknown ones null.
 * @event_id: (nullable): the client's, of the event that caused it. */
JsonObject *vowel_openai_error_to_full_object (
    const GError *error, VowelOpenaiAbout about, const gchar *event_id);
/* The body of a REST answer: {"error": {…}}. */
gchar *vowel_openai_error_to_json (const GError *error);

/* "type", "code" and "message" of a provider's failure, by the nick of its
 * cause; for failed responses and transcriptions. */
JsonObject *vowel_openai_provider_error_to_object (
    const gchar *nick, const gchar *message);

G_END_DECLS
