/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-calculator.h"
#include "script-numbers.h"

#include <math.h>
#include <string.h>

/* Parentheses and chains of signs nest no deeper. */
#define MAX_DEPTH 32

G_DEFINE_QUARK (gst_vowel_calculator_error, gst_vowel_calculator_error)

/* A recursive descent over the words. */
typedef struct {
  const GstVowelWords *words;
  guint at;
  guint operations;
  guint depth;
  GError *error;
} Parser;

static gdouble parse_sum (Parser *self);
static gdouble parse_factor (Parser *self);

static gdouble
fail (Parser *self, GstVowelCalculatorError code, const gchar *message)
{
  if (self->error == NULL)
    g_set_error_literal (
        &self->error, GST_VOWEL_CALCULATOR_ERROR, code, message);
  return 0;
}

/* Takes the words of @phrase if they come next. */
static gboolean
accept (Parser *self, const gchar *phrase)
{
  guint at = self->at, n = gst_vowel_words_get_length (self->words);
  const gchar *p = phrase;

  while (*p != '\0') {
    gsize length = strcspn (p, " ");
    const gchar *word;

    if (at >= n)
      return FALSE;
    word = gst_vowel_words_get (self->words, at);
    if (strlen (word) != length || strncmp (word, p, length) != 0)
      return FALSE;
    at++;
    p += length;
    if (*p == ' ')
      p++;
  }
  self->at = at;
  return TRUE;
}

static gboolean
accept_any (Parser *self, const gchar *const *phrases)
{
  for (; *phrases != NULL; phrases++) {
    if (accept (self, *phrases)) {
      self->operations++;
      return TRUE;
    }
  }
  return FALSE;
}

static gdouble
divide (Parser *self, gdouble a, gdouble b)
{
  if (b == 0)
    return fail (self, GST_VOWEL_CALCULATOR_ERROR_UNDEFINED,
        "division by zero has no result");
  return a / b;
}

static gdouble
square_root (Parser *self, gdouble value)
{
  if (value < 0)
    return fail (self, GST_VOWEL_CALCULATOR_ERROR_UNDEFINED,
        "a negative number has no square root");
  return sqrt (value);
}

/* "the sum of two and three", "add two to three" */
static gboolean
parse_prefix (Parser *self, gdouble *ret_value)
{
  static const struct {
    const gchar *phrase;
    gchar operation;
    const gchar *between[3];
  } forms[] = {
      {"sum of", '+', {"and"}},
      {"product of", '*', {"and"}},
      {"difference between", '-', {"and"}},
      {"difference of", '-', {"and"}},
      {"add", '+', {"to", "and"}},
      {"multiply", '*', {"by", "with"}},
      {"divide", '/', {"by"}},
      {"subtract", 'r', {"from"}},
  };
  gsize i, k;

  for (i = 0; i < G_N_ELEMENTS (forms); i++) {
    guint start = self->at;
    gdouble a, b;

    accept (self, "the");
    if (!accept (self, forms[i].phrase)) {
      self->at = start;
      continue;
    }
    a = parse_factor (self);
    for (k = 0; k < G_N_ELEMENTS (forms[i].between); k++) {
      if (forms[i].between[k] != NULL && accept (self, forms[i].between[k]))
        break;
    }
    if (k == G_N_ELEMENTS (forms[i].between)) {
      *ret_value = fail (self, GST_VOWEL_CALCULATOR_ERROR_SYNTAX,
          "the second number is missing");
      return TRUE;
    }
    b = parse_factor (self);
    self->operations++;
    switch (forms[i].operation) {
      case '+':
        *ret_value = a + b;
        break;
      case '-':
        *ret_value = a - b;
        break;
      case '*':
        *ret_value = a * b;
        break;
      case '/':
        *ret_value = divide (self, a, b);
        break;
      default:
        *ret_value = b - a;
        break;
    }
    return TRUE;
  }
  return FALSE;
}

static gdouble
parse_primary (Parser *self)
{
  static const gchar *const roots[] = {
      "the square root of", "square root of", "the root of", "root of", NULL};
  static const gchar *const halves[] = {"half of", "half", "a half of", NULL};
  static const gchar *const doubles[] = {"twice", "double", NULL};
  gdouble value;
  guint used;

  if (parse_prefix (self, &value))
    return value;
  if (accept_any (self, roots))
    return square_root (self, parse_factor (self));
  if (accept_any (self, halves))
    return parse_factor (self) / 2;
  if (accept_any (self, doubles))
    return parse_factor (self) * 2;
  if (accept (self, "(")) {
    value = parse_sum (self);
    if (!accept (self, ")"))
      return fail (self, GST_VOWEL_CALCULATOR_ERROR_SYNTAX,
          "a closing parenthesis is missing");
    return value;
  }
  used = gst_vowel_numbers_parse (self->words, self->at, &value);
  if (used == 0)
    return fail (
        self, GST_VOWEL_CALCULATOR_ERROR_SYNTAX, "a number is missing");
  self->at += used;
  return value;
}

static gdouble
parse_postfix (Parser *self)
{
  static const gchar *const percent[] = {
      "percent of", "per cent of", "% of", "percent", NULL};
  static const gchar *const squared[] = {"squared", NULL};
  static const gchar *const cubed[] = {"cubed", NULL};
  gdouble value = parse_primary (self);

  while (self->error == NULL) {
    if (accept_any (self, squared)) {
      value *= value;
    } else if (accept_any (self, cubed)) {
      value *= value * value;
    } else if (accept_any (self, percent)) {
      value /= 100;
      if (strcmp (gst_vowel_words_get (self->words, self->at - 1), "of") == 0)
        value *= parse_factor (self);
    } else {
      break;
    }
  }
  return value;
}

static gdouble
parse_factor (Parser *self)
{
  static const gchar *const powers[] = {
      "^", "to the power of", "to the power", "* *", NULL};
  gdouble value;

  if (self->depth >= MAX_DEPTH)
    return fail (self, GST_VOWEL_CALCULATOR_ERROR_SYNTAX,
        "the calculation is nested too deeply");
  self->depth++;
  if (accept (self, "-") || accept (self, "minus")
      || accept (self, "negative")) {
    value = -parse_factor (self);
  } else {
    value = parse_postfix (self);
    if (self->error == NULL && accept_any (self, powers)) {
      gdouble exponent = parse_factor (self);

      value = pow (value, exponent);
    }
  }
  self->depth--;
  return value;
}

static gdouble
parse_product (Parser *self)
{
  static const gchar *const times[] = {
      "*", "times", "multiplied by", "multiplied with", "x", NULL};
  static const gchar *const over[] = {"/", "divided by", "over", NULL};
  static const gchar *const modulo[] = {"%", "modulo", "mod", NULL};
  gdouble value = parse_factor (self);

  while (self->error == NULL) {
    if (accept_any (self, times)) {
      value *= parse_factor (self);
    } else if (accept_any (self, over)) {
      value = divide (self, value, parse_factor (self));
    } else if (accept_any (self, modulo)) {
      gdouble divisor = parse_factor (self);

      value -= divisor * floor (divide (self, value, divisor));
    } else {
      break;
    }
  }
  return value;
}

static gdouble
parse_sum (Parser *self)
{
  static const gchar *const plus[] = {"+", "plus", "added to", NULL};
  static const gchar *const minus[] = {"-", "minus", "less", "take away", NULL};
  gdouble value = parse_product (self);

  while (self->error == NULL) {
    if (accept_any (self, plus))
      value += parse_product (self);
    else if (accept_any (self, minus))
      value -= parse_product (self);
    else
      break;
  }
  return value;
}

gboolean
gst_vowel_calculator_evaluate (
    const gchar *text, gdouble *ret_result, GError **error)
{
  g_autoptr (GstVowelWords) words = gst_vowel_words_new (text);
  Parser parser = {words, 0};
  gdouble value = parse_sum (&parser);

  /* "12 / 4 =" */
  if (parser.error == NULL && !accept (&parser, "="))
    accept (&parser, "equals");
  if (parser.error == NULL && parser.at < gst_vowel_words_get_length (words))
    g_set_error (&parser.error, GST_VOWEL_CALCULATOR_ERROR,
        GST_VOWEL_CALCULATOR_ERROR_SYNTAX, "'%s' is no arithmetic",
        gst_vowel_words_get (words, parser.at));
  if (parser.error == NULL && parser.operations == 0)
    fail (&parser, GST_VOWEL_CALCULATOR_ERROR_SYNTAX,
        "there is nothing to calculate");
  if (parser.error == NULL && !isfinite (value))
    fail (&parser, GST_VOWEL_CALCULATOR_ERROR_UNDEFINED,
        "the result is no number");
  if (parser.error != NULL) {
    g_propagate_error (error, parser.error);
    return FALSE;
  }
  *ret_result = value;
  return TRUE;
}

gchar *
gst_vowel_calculator_to_words (const gchar *text)
{
  static const struct {
    const gchar *sign;
    const gchar *words;
  } signs[] = {{"+", "plus"}, {"-", "minus"}, {"*", "times"}, {"x", "times"},
      {"/", "divided by"}, {"^", "to the power of"}, {"%", "percent"},
      {"=", ""}, {"(", ""}, {")", ""}};
  g_autoptr (GstVowelWords) words = gst_vowel_words_new (text);
  g_autoptr (GString) said = g_string_new (NULL);
  guint i, n = gst_vowel_words_get_length (words);
  gsize k;

  for (i = 0; i < n; i++) {
    const gchar *word = gst_vowel_words_get (words, i);
    g_autofree gchar *number = NULL;

    if (g_ascii_isdigit (word[0]) || word[0] == '.')
      word = number = gst_vowel_numbers_to_words (g_ascii_strtod (word, NULL));
    for (k = 0; word != NULL && k < G_N_ELEMENTS (signs); k++) {
      if (strcmp (word, signs[k].sign) == 0)
        word = signs[k].words;
    }
    /* A number that cannot be said stays as it was written. */
    if (word == NULL)
      word = gst_vowel_words_get (words, i);
    if (*word != '\0')
      g_string_append_printf (said, "%s%s", said->len > 0 ? " " : "", word);
  }
  said->str[0] = g_ascii_toupper (said->str[0]);
  return g_string_free (g_steal_pointer (&said), FALSE);
}
