/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-words.h"

G_BEGIN_DECLS

/**
 * GstVowelCalculatorError:
 * @GST_VOWEL_CALCULATOR_ERROR_SYNTAX: the words are no arithmetic
 * @GST_VOWEL_CALCULATOR_ERROR_UNDEFINED: they are, but have no result, such as
 *   a division by zero
 */
typedef enum {
  GST_VOWEL_CALCULATOR_ERROR_SYNTAX,
  GST_VOWEL_CALCULATOR_ERROR_UNDEFINED,
} GstVowelCalculatorError;

#define GST_VOWEL_CALCULATOR_ERROR (gst_vowel_calculator_error_quark ())
GQuark gst_vowel_calculator_error_quark (void);

/* Calculates what is written ("12 / 4", "2 * (3 + 4)") or said ("seven times
 * eight", "twenty percent of fifty").  A lone number is no calculation. */
gboolean gst_vowel_calculator_evaluate (
    const gchar *text, gdouble *ret_result, GError **error);
/* "7*8" -> "Seven times eight", to begin a sentence with. */
gchar *gst_vowel_calculator_to_words (const gchar *text);

G_END_DECLS
