/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-numbers.h"

#include <math.h>
#include <string.h>

static const gchar *const small[] = {"zero", "one", "two", "three", "four",
    "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen"};
static const gchar *const tens[] = {NULL, NULL, "twenty", "thirty", "forty",
    "fifty", "sixty", "seventy", "eighty", "ninety"};
static const gchar *const small_ordinals[] = {"zeroth", "first", "second",
    "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth",
    "seventeenth", "eighteenth", "nineteenth"};
static const struct {
  const gchar *word;
  gdouble value;
} scales[] = {
    {"trillion", 1e12},
    {"billion", 1e9},
    {"million", 1e6},
    {"thousand", 1e3},
};
static const gchar *const weekdays[] = {"Monday", "Tuesday", "Wednesday",
    "Thursday", "Friday", "Saturday", "Sunday"};
static const gchar *const months[] = {"January", "February", "March", "April",
    "May", "June", "July", "August", "September", "October", "November",
    "December"};

/* 0 to 19, or -1 */
static gint
find_small (const gchar *word)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (small); i++) {
    if (strcmp (word, small[i]) == 0)
      return i;
  }
  return -1;
}

/* 20 to 90, or -1 */
static gint
find_tens (const gchar *word)
{
  guint i;

  for (i = 2; i < G_N_ELEMENTS (tens); i++) {
    if (strcmp (word, tens[i]) == 0)
      return i * 10;
  }
  return -1;
}

static gdouble
find_scale (const gchar *word)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (scales); i++) {
    if (strcmp (word, scales[i].word) == 0)
      return scales[i].value;
  }
  return 0;
}

static gboolean
parse_digits (const gchar *word, gdouble *ret_value)
{
  gboolean digit = FALSE, point = FALSE;
  const gchar *p;

  for (p = word; *p != '\0'; p++) {
    if (g_ascii_isdigit (*p))
      digit = TRUE;
    else if (*p == '.' && !point)
      point = TRUE;
    else
      return FALSE;
  }
  if (digit)
    *ret_value = g_ascii_strtod (word, NULL);
  return digit;
}

static const gchar *
word_at (const GstVowelWords *words, guint index)
{
  return index < gst_vowel_words_get_length (words)
             ? gst_vowel_words_get (words, index)
             : "";
}

/* A number below one thousand: "two hundred [and] five", "a hundred". */
static guint
parse_group (const GstVowelWords *words, guint from, gdouble *ret_value)
{
  guint i = from;
  gdouble value = 0, digits;
  gboolean any = FALSE;
  gint n;

  if (parse_digits (word_at (words, i), &digits)) {
    value = digits;
    any = TRUE;
    i++;
  } else if ((n = find_small (word_at (words, i))) >= 0) {
    value = n;
    any = TRUE;
    i++;
  } else if ((n = find_tens (word_at (words, i))) >= 0) {
    value = n;
    any = TRUE;
    i++;
    n = find_small (word_at (words, i));
    if (n >= 1 && n <= 9) {
      value += n;
      i++;
    }
  } else if ((strcmp (word_at (words, i), "a") == 0
                 || strcmp (word_at (words, i), "an") == 0)
             && (strcmp (word_at (words, i + 1), "hundred") == 0
                 || find_scale (word_at (words, i + 1)) > 0)) {
    value = 1;
    any = TRUE;
    i++;
  }
  if (!any)
    return 0;

  if (strcmp (word_at (words, i), "hundred") == 0 && value > 0 && value < 100) {
    gdouble rest = 0;
    guint skip, used;

    value *= 100;
    i++;
    skip = strcmp (word_at (words, i), "and") == 0 ? 1 : 0;
    n = find_small (word_at (words, i + skip));
    if (n < 0)
      n = find_tens (word_at (words, i + skip));
    used = n > 0 ? parse_group (words, i + skip, &rest) : 0;
    if (used > 0 && rest < 100) {
      value += rest;
      i += skip + used;
    }
  }
  *ret_value = value;
  return i - from;
}

guint
gst_vowel_numbers_parse (
    const GstVowelWords *words, guint from, gdouble *ret_value)
{
  gdouble total = 0, group = 0, limit = HUGE_VAL;
  guint i = from, used;

  used = parse_group (words, i, &group);
  if (used == 0)
    return 0;
  i += used;
  for (;;) {
    gdouble scale = find_scale (word_at (words, i)), next = 0;
    guint skip, lookahead;

    if (scale == 0 || scale >= limit) {
      total += group;
      break;
    }
    total += group * scale;
    limit = scale;
    i++;
    /* "two thousand [and] five", but not "two thousand and [a new thought]". */
    skip = strcmp (word_at (words, i), "and") == 0 ? 1 : 0;
    lookahead = parse_group (words, i + skip, &next);
    if (lookahead == 0 || next >= limit)
      break;
    group = next;
    i += skip + lookahead;
  }

  if (strcmp (word_at (words, i), "point") == 0
      && find_small (word_at (words, i + 1)) >= 0) {
    gdouble place = 0.1;
    gint digit;

    i++;
    while ((digit = find_small (word_at (words, i))) >= 0 && digit < 10) {
      total += digit * place;
      place /= 10;
      i++;
    }
    total = round (total * 1e9) / 1e9;
  }
  *ret_value = total;
  return i - from;
}

static void
append_word (GString *text, const gchar *word)
{
  if (text->len > 0)
    g_string_append_c (text, ' ');
  g_string_append (text, word);
}

static void
append_below_thousand (GString *text, guint value)
{
  if (value >= 100) {
    append_word (text, small[value / 100]);
    append_word (text, "hundred");
    value %= 100;
    if (value == 0)
      return;
  }
  if (value >= 20) {
    append_word (text, tens[value / 10]);
    value %= 10;
    if (value == 0)
      return;
  }
  append_word (text, small[value]);
}

static void
append_integer (GString *text, guint64 value)
{
  guint i;

  if (value == 0) {
    append_word (text, small[0]);
    return;
  }
  for (i = 0; i < G_N_ELEMENTS (scales); i++) {
    guint64 scale = (guint64) scales[i].value;

    if (value >= scale) {
      append_below_thousand (text, value / scale);
      append_word (text, scales[i].word);
      value %= scale;
    }
  }
  if (value > 0)
    append_below_thousand (text, value);
}

gchar *
gst_vowel_numbers_to_words (gdouble value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint64 whole, fraction;
  gdouble magnitude = fabs (value);

  if (!isfinite (value) || magnitude >= 999999999999999.0)
    return NULL;
  whole = (guint64) magnitude;
  fraction = (guint64) llround ((magnitude - (gdouble) whole) * 10000);
  if (fraction >= 10000) {
    whole++;
    fraction -= 10000;
  }
  if (value < 0 && (whole > 0 || fraction > 0))
    append_word (text, "minus");
  append_integer (text, whole);
  if (fraction > 0) {
    static const guint places[] = {1000, 100, 10, 1};

    append_word (text, "point");
    for (guint i = 0; i < G_N_ELEMENTS (places) && fraction > 0; i++) {
      append_word (text, small[fraction / places[i]]);
      fraction %= places[i];
    }
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
gst_vowel_numbers_ordinal_to_words (guint value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint rest = value % 100;

  if (rest != 0 && value >= 100)
    append_integer (text, value - rest);
  if (rest == 0) {
    append_integer (text, value);
    g_string_append (text, "th");
  } else if (rest < 20) {
    append_word (text, small_ordinals[rest]);
  } else if (rest % 10 == 0) {
    /* "twenty" -> "twentieth" */
    append_word (text, tens[rest / 10]);
    g_string_truncate (text, text->len - 1);
    g_string_append (text, "ieth");
  } else {
    append_word (text, tens[rest / 10]);
    append_word (text, small_ordinals[rest % 10]);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
gst_vowel_numbers_year_to_words (guint year)
{
  g_autoptr (GString) text = g_string_new (NULL);

  if (year < 1100 || year > 9999 || year % 1000 < 10 || year % 100 == 0) {
    append_integer (text, year);
  } else {
    append_integer (text, year / 100);
    if (year % 100 < 10)
      append_word (text, "oh");
    append_integer (text, year % 100);
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
gst_vowel_numbers_time_to_words (GDateTime *time)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gint hour = g_date_time_get_hour (time);
  gint minute = g_date_time_get_minute (time);

  if (minute == 0 && hour == 0)
    return g_strdup ("midnight");
  if (minute == 0 && hour == 12)
    return g_strdup ("noon");
  append_integer (text, hour % 12 == 0 ? 12 : hour % 12);
  if (minute == 0) {
    append_word (text, "o'clock");
  } else {
    if (minute < 10)
      append_word (text, "oh");
    append_integer (text, minute);
  }
  if (hour < 12)
    append_word (text, "in the morning");
  else if (hour < 18)
    append_word (text, "in the afternoon");
  else
    append_word (text, "in the evening");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
gst_vowel_numbers_date_to_words (GDateTime *date)
{
  g_autofree gchar *day =
      gst_vowel_numbers_ordinal_to_words (g_date_time_get_day_of_month (date));

  return g_strdup_printf ("%s %s %s",
      weekdays[g_date_time_get_day_of_week (date) - 1],
      months[g_date_time_get_month (date) - 1], day);
}

gchar *
gst_vowel_numbers_count_to_words (guint value)
{
  g_autoptr (GString) text = g_string_new (NULL);
  guint i;

  for (i = 1; i <= value; i++) {
    g_autofree gchar *word = gst_vowel_numbers_to_words (i);

    if (i % 10 == 1) {
      if (i > 1)
        g_string_append_c (text, ' ');
      word[0] = g_ascii_toupper (word[0]);
    } else {
      g_string_append (text, ", ");
    }
    g_string_append (text, word);
    if (i % 10 == 0 || i == value)
      g_string_append_c (text, '.');
  }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
gst_vowel_numbers_to_digits (gdouble value)
{
  gchar buffer[G_ASCII_DTOSTR_BUF_SIZE];

  return g_strdup (g_ascii_formatd (buffer, sizeof buffer, "%.15g", value));
}

/* The number that @p begins with, as JSON writes one; 0 when it is rather part
 * of a word, a date or a version. */
static gsize
number_length (const gchar *text, const gchar *p)
{
  gsize n = 0, point = 0;
  gunichar before = p > text ? g_utf8_get_char (g_utf8_prev_char (p)) : ' ',
           after;

  if (g_unichar_isalnum (before)
      || (before < 0x80 && strchr (".:/-_", (gint) before) != NULL))
    return 0;
  if (p[n] == '-')
    n++;
  if (!g_ascii_isdigit (p[n]))
    return 0;
  while (
      g_ascii_isdigit (p[n]) || (p[n] == '.' && g_ascii_isdigit (p[n + 1]))) {
    if (p[n] == '.')
      point++;
    n++;
  }
  after = g_utf8_get_char (p + n);
  if (point > 1 || n > 15 || g_unichar_isalnum (after)
      || ((after == ':' || after == '/' || after == '-' || after == ',')
          && g_ascii_isdigit (p[n + 1])))
    return 0;
  return n;
}

gchar *
gst_vowel_numbers_speak_text (const gchar *text)
{
  g_autoptr (GString) result = g_string_new (NULL);
  const gchar *p = text;

  while (*p != '\0') {
    gsize n = number_length (text, p);
    const gchar *next = g_utf8_next_char (p);

    if (n > 0) {
      g_autofree gchar *digits = g_strndup (p, n);
      g_autofree gchar *words =
          gst_vowel_numbers_to_words (g_ascii_strtod (digits, NULL));

      g_string_append (result, words != NULL ? words : digits);
      p += n;
      if (*p == '%') {
        g_string_append (result, " percent");
        p++;
      }
      continue;
    }
    if (g_str_has_prefix (p, "\302\260")) { /* the degree sign */
      g_string_append (result, p[2] == 'C'   ? " degrees Celsius"
                               : p[2] == 'F' ? " degrees Fahrenheit"
                                             : " degrees");
      p += p[2] == 'C' || p[2] == 'F' ? 3 : 2;
      continue;
    }
    g_string_append_len (result, p, next - p);
    p = next;
  }
  return g_string_free (g_steal_pointer (&result), FALSE);
}
