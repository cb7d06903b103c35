/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelError:
 *
 * What a session refuses. One table per wire API maps these to its own codes.
 */
typedef enum {
  VOWEL_ERROR_INVALID, /* a value that makes no sense */
  VOWEL_ERROR_MISSING, /* a field that must be there */
  VOWEL_ERROR_UNKNOWN_FIELD,
  VOWEL_ERROR_OUT_OF_RANGE,
  VOWEL_ERROR_TOO_LONG,
  VOWEL_ERROR_BUFFER_TOO_SHORT,    /* commit of less than 100 ms */
  VOWEL_ERROR_RESPONSE_ACTIVE,     /* a second response for the conversation */
  VOWEL_ERROR_RESPONSE_NOT_ACTIVE, /* nothing to cancel */
  VOWEL_ERROR_ITEM_EXISTS,         /* duplicate id */
  VOWEL_ERROR_ITEM_UNKNOWN,        /* no such item */
  VOWEL_ERROR_PREVIOUS_ITEM_UNKNOWN,
  VOWEL_ERROR_NOT_AUDIO, /* truncate of something silent */
  VOWEL_ERROR_VOICE_LOCKED,
  VOWEL_ERROR_MODEL_LOCKED,
  VOWEL_ERROR_NOT_ALLOWED, /* the participant lacks the right */
  VOWEL_ERROR_NOT_SUPPORTED,
  VOWEL_ERROR_RATE_LIMITED,
  VOWEL_ERROR_EXPIRED,
  VOWEL_ERROR_ENDED,    /* the session is over */
  VOWEL_ERROR_PROVIDER, /* an engine failed */
} VowelError;

#define VOWEL_ERROR (vowel_error_quark ())
GQuark vowel_error_quark (void);

/* Field names travel in the GError's message as "field: text"; these keep the
 * two apart for faces that report them separately. */
void vowel_set_field_error (GError **error, VowelError code, const gchar *field,
    const gchar *format, ...) G_GNUC_PRINTF (4, 5);
/* (nullable): the field of an error made by vowel_set_field_error(). */
gchar *vowel_error_dup_field (const GError *error);
/* The text without the field. */
const gchar *vowel_error_get_text (const GError *error);

G_END_DECLS
