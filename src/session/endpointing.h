/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session-config.h"

G_BEGIN_DECLS

/**
 * VowelEndpoint:
 * @VOWEL_ENDPOINT_COMPLETE: ends like a sentence
 * @VOWEL_ENDPOINT_OPEN: nothing speaks for either
 * @VOWEL_ENDPOINT_NUMBER: ends in a row of digits that may go on
 * @VOWEL_ENDPOINT_INCOMPLETE: ends in a filler, a conjunction or a comma
 *
 * How finished what somebody said looks.
 */
typedef enum {
  VOWEL_ENDPOINT_COMPLETE,
  VOWEL_ENDPOINT_OPEN,
  VOWEL_ENDPOINT_NUMBER,
  VOWEL_ENDPOINT_INCOMPLETE,
} VowelEndpoint;

VowelEndpoint vowel_endpoint_classify (const gchar *text);
/* How long to wait for more, from the end of speech. */
guint vowel_endpoint_wait_ms (VowelEndpoint endpoint, VowelEagerness eagerness);
/* The longest wait, also for a transcript. */
guint vowel_endpoint_max_wait_ms (VowelEagerness eagerness);

G_END_DECLS
