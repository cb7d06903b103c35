/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-words.h"

G_BEGIN_DECLS

/* Reads the longest number that begins at word @from, written in digits or in
 * words ("minus" belongs to the calculator).  Returns how many words it is
 * long, 0 when there is none. */
guint gst_vowel_numbers_parse (
    const GstVowelWords *words, guint from, gdouble *ret_value);

/* As people say it: "minus one hundred five", "three point one four".  At most
 * four digits after the point; NULL beyond what can be said. */
gchar *gst_vowel_numbers_to_words (gdouble value);
/* "twenty first" */
gchar *gst_vowel_numbers_ordinal_to_words (guint value);
/* "twenty twenty six" */
gchar *gst_vowel_numbers_year_to_words (guint year);
/* "ten thirty five in the morning" */
gchar *gst_vowel_numbers_time_to_words (GDateTime *time);
/* "saturday november twenty first" without the year, in proper case */
gchar *gst_vowel_numbers_date_to_words (GDateTime *date);
/* "one, two, three." up to @value, in sentences of ten. */
gchar *gst_vowel_numbers_count_to_words (guint value);
/* Digits as JSON and programs write them: "12", "0.5". */
gchar *gst_vowel_numbers_to_digits (gdouble value);
/* @text with the numbers in it written as words. */
gchar *gst_vowel_numbers_speak_text (const gchar *text);

G_END_DECLS
