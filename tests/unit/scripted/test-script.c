/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The script engine without an element: words, numbers, calculator, patterns,
 * templates, and what is said about a wrong script. */

#include "script-calculator.h"
#include "script-numbers.h"
#include "script.h"

static void
test_words (void)
{
  g_autoptr (GstVowelWords) words = gst_vowel_words_new (
      "Well, what\342\200\231s 1,000 + 3.5? Twenty-one. Anna's");
  const gchar *expected[] = {
      "well", "what", "is", "1000", "+", "3.5", "twenty", "one", "anna"};
  g_autofree gchar *slice = NULL;
  guint i;

  g_assert_cmpuint (
      gst_vowel_words_get_length (words), ==, G_N_ELEMENTS (expected));
  for (i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpstr (gst_vowel_words_get (words, i), ==, expected[i]);
  g_assert_true (g_array_index (words->words, GstVowelWord, 5).sentence_end);
  g_assert_false (g_array_index (words->words, GstVowelWord, 4).sentence_end);
  slice = gst_vowel_words_slice (words, 6, 9);
  g_assert_cmpstr (slice, ==, "Twenty-one. Anna's");
}

static void
test_words_bounded (void)
{
  g_autofree gchar *text = g_strnfill (1000000, 'a');
  g_autoptr (GstVowelWords) words = NULL;
  gsize i;

  for (i = 1; i < 1000000; i += 2)
    text[i] = ' ';
  words = gst_vowel_words_new (text);
  g_assert_cmpuint (
      gst_vowel_words_get_length (words), ==, GST_VOWEL_WORDS_MAX);
}

static void
test_identifiers (void)
{
  static const gchar *const cases[][2] = {{"getWeather_now", "get weather now"},
      {"HTTPServer", "http server"}, {"turn-on-light2", "turn on light2"},
      {"lookupOrderID", "lookup order id"}};
  static const gchar *const stems[][2] = {{"lights", "light"},
      {"setting", "set"}, {"cities", "city"}, {"timer", "timer"},
      {"temperature", "temperatur"}, {"booked", "book"}, {"glass", "glass"},
      {"orders", "order"}};
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *words = gst_vowel_words_from_identifier (cases[i][0]);

    g_assert_cmpstr (words, ==, cases[i][1]);
  }
  for (i = 0; i < G_N_ELEMENTS (stems); i++) {
    g_autofree gchar *stem = gst_vowel_words_stem (stems[i][0]);

    g_assert_cmpstr (stem, ==, stems[i][1]);
  }
}

static void
test_numbers_parse (void)
{
  static const struct {
    const gchar *text;
    gdouble value;
    guint used;
  } cases[] = {
      {"zero", 0, 1},
      {"seven times", 7, 1},
      {"twenty one", 21, 2},
      {"twenty-one", 21, 2},
      {"one hundred and five apples", 105, 4},
      {"a hundred", 100, 2},
      {"two thousand and twenty six", 2026, 5},
      {"three million four hundred thousand two", 3400002, 6},
      {"nine hundred ninety nine thousand nine hundred ninety nine", 999999, 9},
      {"three point one four", 3.14, 4},
      {"5 thousand", 5000, 2},
      {"1,250.5", 1250.5, 1},
      {"one two three", 1, 1},
      {"twenty eleven", 20, 1},
      {"one hundred and a half", 100, 2},
      {"thousand", 0, 0},
      {"a thought", 0, 0},
      {"", 0, 0},
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstVowelWords) words = gst_vowel_words_new (cases[i].text);
    gdouble value = 0;

    g_test_message ("%s", cases[i].text);
    g_assert_cmpuint (
        gst_vowel_numbers_parse (words, 0, &value), ==, cases[i].used);
    g_assert_cmpfloat_with_epsilon (value, cases[i].value, 1e-9);
  }
}

static void
test_numbers_to_words (void)
{
  static const struct {
    gdouble value;
    const gchar *words;
  } cases[] = {
      {0, "zero"},
      {56, "fifty six"},
      {-5, "minus five"},
      {100, "one hundred"},
      {115, "one hundred fifteen"},
      {2026, "two thousand twenty six"},
      {1000000, "one million"},
      {3.14, "three point one four"},
      {0.05, "zero point zero five"},
      {2.99999, "three"},
      {-0.00001, "zero"},
      {1.0 / 3, "zero point three three three three"},
  };
  gsize i;
  guint n;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *words = gst_vowel_numbers_to_words (cases[i].value);

    g_assert_cmpstr (words, ==, cases[i].words);
  }
  g_assert_null (gst_vowel_numbers_to_words (1e300));

  /* There and back again. */
  for (n = 0; n < 3000000; n = n < 2100 ? n + 1 : n * 7 + 13) {
    g_autofree gchar *text = gst_vowel_numbers_to_words (n);
    g_autoptr (GstVowelWords) words = gst_vowel_words_new (text);
    gdouble value = -1;

    g_assert_cmpuint (gst_vowel_numbers_parse (words, 0, &value), ==,
        gst_vowel_words_get_length (words));
    g_assert_cmpfloat (value, ==, n);
  }
}

static void
test_numbers_speech (void)
{
  static const struct {
    const gchar *iso;
    const gchar *time;
    const gchar *date;
  } times[] = {
      {"2026-11-21T10:35:00Z", "ten thirty five in the morning",
          "Saturday November twenty first"},
      {"2026-03-01T00:00:00Z", "midnight", "Sunday March first"},
      {"2026-03-12T12:00:00Z", "noon", "Thursday March twelfth"},
      {"2026-03-30T15:00:00Z", "three o'clock in the afternoon",
          "Monday March thirtieth"},
      {"2026-03-30T18:05:00Z", "six oh five in the evening",
          "Monday March thirtieth"},
      {"2026-03-30T00:20:00Z", "twelve twenty in the morning",
          "Monday March thirtieth"},
  };
  static const struct {
    guint year;
    const gchar *words;
  } years[] = {{2026, "twenty twenty six"}, {1984, "nineteen eighty four"},
      {1905, "nineteen oh five"}, {2000, "two thousand"},
      {2005, "two thousand five"}, {1900, "one thousand nine hundred"}};
  static const gchar *const texts[][2] = {
      {"It is 21.5 degrees and 60% humid.",
          "It is twenty one point five degrees and sixty percent humid."},
      {"-3\302\260C", "minus three degrees Celsius"},
      {"2026-11-21 at 10:30, version 1.2.3, A4, x-1",
          "2026-11-21 at 10:30, version 1.2.3, A4, x-1"},
      {"room 12.", "room twelve."},
      {"", ""},
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (times); i++) {
    g_autoptr (GDateTime) when =
        g_date_time_new_from_iso8601 (times[i].iso, NULL);
    g_autofree gchar *time = gst_vowel_numbers_time_to_words (when);
    g_autofree gchar *date = gst_vowel_numbers_date_to_words (when);

    g_assert_cmpstr (time, ==, times[i].time);
    g_assert_cmpstr (date, ==, times[i].date);
  }
  for (i = 0; i < G_N_ELEMENTS (years); i++) {
    g_autofree gchar *words = gst_vowel_numbers_year_to_words (years[i].year);

    g_assert_cmpstr (words, ==, years[i].words);
  }
  for (i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_autofree gchar *words = gst_vowel_numbers_speak_text (texts[i][0]);

    g_assert_cmpstr (words, ==, texts[i][1]);
  }
  {
    g_autofree gchar *count = gst_vowel_numbers_count_to_words (12);

    g_assert_cmpstr (count, ==,
        "One, two, three, four, five, six, seven, eight, nine, ten. Eleven, "
        "twelve.");
  }
}

static void
test_calculator (void)
{
  static const struct {
    const gchar *text;
    gdouble value;
  } cases[] = {
      {"seven times eight", 56},
      {"12 / 4", 3},
      {"12/4 =", 3},
      {"2+3*4", 14},
      {"2 * (3 + 4)", 14},
      {"10 - 4 - 3", 3},
      {"10-4", 6},
      {"minus five plus two", -3},
      {"5 \303\227 6", 30},
      {"9 \303\267 2", 4.5},
      {"4 x 4", 16},
      {"one hundred divided by eight", 12.5},
      {"two to the power of ten", 1024},
      {"2^3^2", 512},
      {"-2^2", -4},
      {"nine squared", 81},
      {"three cubed", 27},
      {"the square root of sixteen plus one", 5},
      {"twenty percent of fifty", 10},
      {"10% of 50", 5},
      {"10 % 4", 2},
      {"half of nine", 4.5},
      {"the sum of two and three", 5},
      {"subtract two from ten", 8},
      {"three point five plus one point five", 5},
      {"twenty-one plus twenty-one", 42},
      {"ten take away four", 6},
  };
  static const struct {
    const gchar *text;
    GstVowelCalculatorError code;
  } wrong[] = {
      {"one divided by zero", GST_VOWEL_CALCULATOR_ERROR_UNDEFINED},
      {"1 % 0", GST_VOWEL_CALCULATOR_ERROR_UNDEFINED},
      {"the square root of minus four", GST_VOWEL_CALCULATOR_ERROR_UNDEFINED},
      {"10^1000", GST_VOWEL_CALCULATOR_ERROR_UNDEFINED},
      {"seven", GST_VOWEL_CALCULATOR_ERROR_SYNTAX},
      {"seven times", GST_VOWEL_CALCULATOR_ERROR_SYNTAX},
      {"seven times a cat", GST_VOWEL_CALCULATOR_ERROR_SYNTAX},
      {"(1 + 2", GST_VOWEL_CALCULATOR_ERROR_SYNTAX},
      {"add two", GST_VOWEL_CALCULATOR_ERROR_SYNTAX},
      {"the weather", GST_VOWEL_CALCULATOR_ERROR_SYNTAX},
      {"", GST_VOWEL_CALCULATOR_ERROR_SYNTAX},
      {"((((((((((((((((((((((((((((((((((((((((((1+1",
          GST_VOWEL_CALCULATOR_ERROR_SYNTAX},
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    gdouble value = 0;

    g_test_message ("%s", cases[i].text);
    gst_vowel_calculator_evaluate (cases[i].text, &value, &error);
    g_assert_no_error (error);
    g_assert_cmpfloat_with_epsilon (value, cases[i].value, 1e-9);
  }
  for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;
    gdouble value = 0;

    g_test_message ("%s", wrong[i].text);
    g_assert_false (
        gst_vowel_calculator_evaluate (wrong[i].text, &value, &error));
    g_assert_error (error, GST_VOWEL_CALCULATOR_ERROR, (gint) wrong[i].code);
  }
}

static gboolean
matches (const gchar *pattern_text, const gchar *text, const gchar *capture,
    const gchar *expected)
{
  static const gchar *const greetings[] = {"hello", "good morning", NULL};
  g_autoptr (GHashTable) lists = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) captures =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GstVowelWords) words = gst_vowel_words_new (text);
  g_autoptr (GstVowelPattern) pattern = NULL;
  g_autoptr (GError) error = NULL;
  gboolean matched;

  g_hash_table_insert (lists, (gpointer) "greeting", (gpointer) greetings);
  pattern = gst_vowel_pattern_new (pattern_text, lists, &error);
  g_assert_no_error (error);
  matched = gst_vowel_pattern_match (
      pattern, words, 0, gst_vowel_words_get_length (words), captures);
  if (!matched)
    g_assert_cmpuint (g_hash_table_size (captures), ==, 0);
  if (capture != NULL && matched)
    g_assert_cmpstr (g_hash_table_lookup (captures, capture), ==, expected);
  return matched;
}

static void
test_matcher (void)
{
  g_assert_true (matches ("hello", "Hello!", NULL, NULL));
  g_assert_false (matches ("hello", "hello you", NULL, NULL));
  g_assert_false (matches ("hello", "", NULL, NULL));
  g_assert_true (matches ("hello [there]", "hello there", NULL, NULL));
  g_assert_true (matches ("hello [there]", "hello", NULL, NULL));
  g_assert_true (matches (
      "<greeting> [(my|dear) friend]", "Good morning, my friend", NULL, NULL));
  g_assert_true (matches ("<greeting>", "hello", NULL, NULL));
  g_assert_false (matches ("<greeting>", "morning", NULL, NULL));
  g_assert_true (matches ("(a|b|c|d e) f", "d e f", NULL, NULL));
  g_assert_true (matches ("(a|b|c|d e) f", "b f", NULL, NULL));
  g_assert_false (matches ("(a|b|c|d e) f", "d f", NULL, NULL));
  g_assert_true (matches ("a|b [c] d|e", "b d", NULL, NULL));
  g_assert_true (matches ("a|b [c] d|e", "e", NULL, NULL));
  g_assert_true (matches ("([x] (a|b)|c * d) e", "c u v d e", NULL, NULL));
  g_assert_true (matches ("([x] (a|b)|c * d) e", "x b e", NULL, NULL));
  g_assert_true (matches ("* weather *", "the weather today", NULL, NULL));
  g_assert_true (matches ("what's up", "What is up?", NULL, NULL));

  g_assert_true (matches ("my name is {name} [thanks]",
      "My name is Anna Lee, thanks.", "name", "Anna Lee"));
  g_assert_true (matches (
      "say {text}", "Say \"Hello, World\" now", "text", "Hello, World\" now"));
  g_assert_false (matches ("say {text}", "say", NULL, NULL));
  g_assert_true (
      matches ("call me {name:name}", "call me a b c", "name", "a b c"));
  g_assert_false (
      matches ("call me {name:name}", "call me a b c d", NULL, NULL));
  g_assert_true (matches ("x {w:word} y", "x z y", "w", "z"));
  g_assert_false (matches ("x {w:word} y", "x z z y", NULL, NULL));
  g_assert_true (
      matches ("count to {n:number}", "count to twenty one", "n", "21"));
  g_assert_false (
      matches ("count to {n:number}", "count to sheep", NULL, NULL));
  g_assert_true (matches ("what is {e:expression}", "What's seven times eight?",
      "e", "seven times eight"));
  g_assert_true (
      matches ("what is {e:expression}", "what is 1 / 0", "e", "1 / 0"));
  g_assert_false (
      matches ("what is {e:expression}", "what is love", NULL, NULL));
  /* The capture of the alternative that was not taken stays unset. */
  g_assert_true (matches ("(a {x}|b {y})", "b c", "x", NULL));
  g_assert_true (matches ("(a {x}|b {y})", "b c", "y", "c"));
}

/* Patterns that make a naive matcher take for ever. */
static void
test_matcher_bounded (void)
{
  g_autoptr (GString) text = g_string_new ("a");
  guint i;

  for (i = 0; i < GST_VOWEL_WORDS_MAX; i++)
    g_string_append (text, " a");
  g_assert_false (
      matches ("* a * a * a * a * a * a * a * b", text->str, NULL, NULL));
  g_assert_false (
      matches ("{a} {b} {c} {d} {e} {f} {g} b", text->str, NULL, NULL));
}

static void
test_matcher_errors (void)
{
  static const gchar *const wrong[][2] = {
      {"hello [there", "'[' without ']'"},
      {"(a|b", "'(' without ')'"},
      {"a)", "closes nothing"},
      {"a}", "closes nothing"},
      {"{name", "'{' without '}'"},
      {"{Name}", "lower case"},
      {"{n:integer}", "kind of a capture"},
      {"<nothing>", "no such list"},
      {"<greeting", "'<' without '>'"},
      {"", "empty"},
      {"{a}{b}{c}{d}{e}{f}{g}{h}{i}", "more than 8"},
      {"((((((((((((((((((a))))))))))))))))))", "nested too deeply"},
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", wrong[i][0]);
    g_assert_null (gst_vowel_pattern_new (wrong[i][0], NULL, &error));
    g_assert_error (
        error, GST_VOWEL_PATTERN_ERROR, GST_VOWEL_PATTERN_ERROR_SYNTAX);
    g_assert_nonnull (g_strstr_len (error->message, -1, wrong[i][1]));
  }
}

static const gchar *
look_up (const gchar *name, gpointer user_data)
{
  return g_strcmp0 (name, "name") == 0 ? "anna lee"
         : g_strcmp0 (name, "n") == 0  ? "21"
         : g_strcmp0 (name, "e") == 0  ? user_data
                                       : NULL;
}

static void
test_template (void)
{
  static const gchar *const cases[][2] = {
      {"Hello {name:name}.", "Hello Anna Lee."},
      {"{n} is {n:words}", "21 is twenty one"},
      {"{who|friend}, {{n}}", "friend, {n}"},
      {"{e:calculate}", "fifty six"},
      {"", ""},
  };
  static const gchar *const wrong[] = {
      "{name", "name}", "{}", "{name:shout}", "{:words}"};
  g_autoptr (GstVowelTemplate) unset = gst_vowel_template_new ("{who}", NULL);
  g_autoptr (GstVowelTemplate) sum =
      gst_vowel_template_new ("{e:calculate}", NULL);
  g_autoptr (GError) error = NULL;
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GstVowelTemplate) template =
        gst_vowel_template_new (cases[i][0], NULL);
    g_autofree gchar *text = gst_vowel_template_expand (
        template, look_up, (gpointer) "seven times eight", NULL);

    g_assert_cmpstr (text, ==, cases[i][1]);
  }
  for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (GError) reason = NULL;

    g_assert_null (gst_vowel_template_new (wrong[i], &reason));
    g_assert_error (
        reason, GST_VOWEL_TEMPLATE_ERROR, GST_VOWEL_TEMPLATE_ERROR_SYNTAX);
  }
  g_assert_null (gst_vowel_template_expand (unset, look_up, NULL, &error));
  g_assert_error (
      error, GST_VOWEL_TEMPLATE_ERROR, GST_VOWEL_TEMPLATE_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_null (
      gst_vowel_template_expand (sum, look_up, (gpointer) "1 / 0", &error));
  g_assert_error (
      error, GST_VOWEL_CALCULATOR_ERROR, GST_VOWEL_CALCULATOR_ERROR_UNDEFINED);
}

static void
test_script_errors (void)
{
  /* A wrong script, and two things that the error must say. */
  static const gchar *const wrong[][3] = {
      {"[]", "JSON object", ""},
      {"{}", "field \"rules\"", "array"},
      {"{\"rules\":[],\"rule\":1}", "field \"rule\"", "there are name"},
      {"{\"rules\":[],\"fallback\":7}", "field \"fallback\"", "string"},
      {"{\"rules\":[],\"fallback\":\"{who}\"}", "field \"fallback\"", "{who}"},
      {"{\"rules\":[1]}", "field \"rules\"", "entry 1"},
      {"{\"rules\":[{\"patterns\":\"a\"}]}", "rule 1, field \"name\"",
          "missing"},
      {"{\"rules\":[{\"name\":\"x\",\"reply\":\"y\"}]}",
          "rule \"x\", field \"patterns\"", "missing"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\"}]}",
          "rule \"x\", field \"reply\"", "needs"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":[\"a\",2],\"reply\":\"y\"}]}",
          "rule \"x\", field \"patterns\"", "entry 2"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"(a\",\"reply\":\"y\"}]}",
          "rule \"x\", field \"patterns\"", "'(' without ')'"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\",\"reply\":\"{nmae}\"}]}",
          "rule \"x\", field \"reply\"", "{nmae}"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":[\"a "
       "{n}\",\"b\"],\"reply\":\"{n}\"}]}",
          "rule \"x\", field \"reply\"", "some patterns only"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\",\"repyl\":\"y\"}]}",
          "rule \"x\", field \"repyl\"", "no such field"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\",\"reply\":\"y\"},"
       "{\"name\":\"x\",\"patterns\":\"a\",\"reply\":\"y\"}]}",
          "rule \"x\", field \"name\"", "another"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\",\"reply\":\"y\","
       "\"when\":{\"mood\":true}}]}",
          "rule \"x\", field \"when\"", "mood"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\",\"reply\":\"y\","
       "\"set\":{\"mood\":3}}]}",
          "rule \"x\", field \"set\"", "mood"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\",\"reply\":\"y\","
       "\"delay_ms\":-1}]}",
          "rule \"x\", field \"delay_ms\"", "from 0"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\",\"reply\":\"y\","
       "\"stall_after\":1.5}]}",
          "rule \"x\", field \"stall_after\"", "whole"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\",\"reply\":\"y\","
       "\"finish\":\"end\"}]}",
          "rule \"x\", field \"finish\"", "content-filter"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\",\"fail\":{\"kind\":"
       "\"bad\"}}]}",
          "rule \"x\", \"fail\", field \"kind\"", "overloaded"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\","
       "\"fail\":{\"kind\":\"auth\",\"retryable\":true}}]}",
          "rule \"x\", \"fail\", field \"retryable\"", "final"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\",\"calls\":[{}]}]}",
          "rule \"x\", call 1, field \"name\"", "missing"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\",\"calls\":"
       "[{\"name\":\"t\",\"arguments\":{\"p\":[\"{\"]}}]}]}",
          "rule \"x\", call 1, field \"arguments\"", "without"},
      {"{\"rules\":[{\"name\":\"x\",\"patterns\":\"a\",\"reply\":\"y\","
       "\"usage\":{\"input_tokens\":\"3\"}}]}",
          "rule \"x\", \"usage\", field \"input_tokens\"", "number"},
      {"{\"rules\":[],\"lists\":{\"empty\":[]}}", "field \"empty\"",
          "at least one"},
      {"{\"rules\":[],\"variables\":{\"v\":1}}", "field \"v\"", "string"},
  };
  gsize i;

  for (i = 0; i < G_N_ELEMENTS (wrong); i++) {
    g_autoptr (JsonNode) root = json_from_string (wrong[i][0], NULL);
    g_autoptr (GError) error = NULL;

    g_test_message ("%s", wrong[i][0]);
    g_assert_nonnull (root);
    g_assert_null (gst_vowel_script_new_from_json (root, &error));
    g_assert_error (
        error, GST_VOWEL_SCRIPT_ERROR, GST_VOWEL_SCRIPT_ERROR_INVALID);
    g_test_message ("-> %s", error->message);
    g_assert_nonnull (g_strstr_len (error->message, -1, wrong[i][1]));
    g_assert_nonnull (g_strstr_len (error->message, -1, wrong[i][2]));
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/script/words", test_words);
  g_test_add_func ("/script/words/bounded", test_words_bounded);
  g_test_add_func ("/script/identifiers", test_identifiers);
  g_test_add_func ("/script/numbers/parse", test_numbers_parse);
  g_test_add_func ("/script/numbers/to-words", test_numbers_to_words);
  g_test_add_func ("/script/numbers/speech", test_numbers_speech);
  g_test_add_func ("/script/calculator", test_calculator);
  g_test_add_func ("/script/matcher", test_matcher);
  g_test_add_func ("/script/matcher/bounded", test_matcher_bounded);
  g_test_add_func ("/script/matcher/errors", test_matcher_errors);
  g_test_add_func ("/script/template", test_template);
  g_test_add_func ("/script/errors", test_script_errors);
  return g_test_run ();
}
