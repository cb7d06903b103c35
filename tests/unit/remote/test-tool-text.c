/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include <string.h>

#include "tool-text.h"

static const gchar *const names[] = {"weather", "set_timer", "a.b", NULL};

static void
on_text (const gchar *text, gpointer user_data)
{
  g_string_append (user_data, text);
}

static void
on_call (const gchar *name, const gchar *arguments, gpointer user_data)
{
  g_string_append_printf (user_data, "[%s %s]", name, arguments);
}

static const ToolTextCallbacks callbacks = {on_text, on_call};

/* In pieces of @size bytes; the first of @first bytes. */
static gchar *
run (const gchar *text, gsize first, gsize size, gboolean cut_off)
{
  GString *log = g_string_new (NULL);
  g_autoptr (ToolText) reader = tool_text_new (names, &callbacks, log);
  gsize length = strlen (text);

  for (gsize at = 0; at < length;) {
    gsize n = MIN (at == 0 ? first : size, length - at);
    g_autofree gchar *piece = g_strndup (text + at, n);

    tool_text_feed (reader, piece);
    at += n;
  }
  tool_text_end (reader, cut_off);
  return g_string_free (log, FALSE);
}

/* Whatever the pieces. */
static void
expect_end (const gchar *text, const gchar *expected, gboolean cut_off)
{
  gsize length = strlen (text);

  for (gsize first = 1; first <= length; first++) {
    g_autofree gchar *got = run (text, first, length, cut_off);

    g_assert_cmpstr (got, ==, expected);
  }
  for (gsize size = 1; size < 8; size++) {
    g_autofree gchar *got = run (text, size, size, cut_off);

    g_assert_cmpstr (got, ==, expected);
  }
}

static void
expect (const gchar *text, const gchar *expected)
{
  expect_end (text, expected, FALSE);
}

static void
test_text (void)
{
  expect ("It is 5 < 6, and a<b>c.", "It is 5 < 6, and a<b>c.");
  expect ("gr\xc3\xbc\xc3\x9f dich <", "gr\xc3\xbc\xc3\x9f dich <");
  expect ("the weather: 4, functions. weather:0",
      "the weather: 4, functions. weather:0");
  expect ("a <| b <|x b|> c", "a <| b c");
  expect ("<|im_start|>Hi<|im_end|> there<|end", "Hi there");
  expect ("<tool", "");
}

static void
test_python (void)
{
#define PY(calls) "<|tool_call_start|>" calls "<|tool_call_end|>"
  expect ("Hm. " PY ("[weather(city=\"Oslo\", days=2)]") " So.",
      "Hm. [weather {\"city\":\"Oslo\",\"days\":2}]So.");
  expect (PY ("[weather(city='O\\'Hara'), a.b(x=None, y=[True, {'k': (1.5, -2)"
              "}])]"),
      "[weather {\"city\":\"O'Hara\"}][a.b {\"x\":null,\"y\":[true,{\"k\":[1.5,"
      "-2]}]}]");
  expect (PY ("weather()"), "[weather {}]");
  expect (
      PY ("[weather({\"city\": \"Oslo\"})]"), "[weather {\"city\":\"Oslo\"}]");
  expect (PY ("[{\"name\":\"weather\",\"arguments\":{\"a\":1}}]"),
      "[weather {\"a\":1}]");
  /* Open at the end. */
  expect ("<|tool_call_start|>[weather(city=\"Oslo", "[weather "
                                                     "{\"city\":\"Oslo\"}]");
  expect ("<|tool_call_start|>[weather(city=[1, {'a': 2",
      "[weather {\"city\":[1,{\"a\":2}]}]");
  expect (PY ("[weather(city=\"Oslo\""), "[weather {\"city\":\"Oslo\"}]");
  /* Not a word of it, though nothing is called. */
  expect ("a " PY ("[nobody(x=1)]") "b", "a b");
  expect ("a " PY ("what?") "b", "a b");
  expect ("a " PY ("[weather(=)]") "b", "a b");
  expect ("a " PY ("[weather(\"Oslo\")]") "b", "a b");
  expect ("a <|tool_call_start|>", "a ");
}

static void
test_json (void)
{
#define TC(call) "<tool_call>" call "</tool_call>"
  expect (
      "Hm.\n" TC ("\n{\"name\": \"weather\", \"arguments\": {\"c\": 1}}\n") "\n" TC (
          "{\"name\":\"a.b\"}"),
      "Hm.\n[weather {\"c\":1}][a.b {}]");
  expect (TC ("{\"name\":\"weather\",\"parameters\":\"{\\\"c\\\":1}\"}"),
      "[weather \"{\\\"c\\\":1}\"]");
  expect (TC ("{'name': 'weather', 'arguments': {'c': True,}"),
      "[weather {\"c\":true}]");
  expect ("<tool_call>{\"name\":\"weather\",\"arguments\":{\"c\":\"Os",
      "[weather {\"c\":\"Os\"}]");
  expect ("<tool_call>{\"name\":\"weather\"}<tool_call>{\"name\":\"a.b\"}"
          "</tool_call>x",
      "[weather {}][a.b {}]x");
  expect (TC ("{\"function\":{\"name\":\"weather\",\"arguments\":{}}}"),
      "[weather {}]");
  expect ("a " TC ("nonsense") " b</tool_call> c", "a b c");
  expect ("a " TC ("{\"name\":\"nobody\"}"), "a ");
}

static void
test_function (void)
{
  expect ("Hm. <function=weather{\"c\": \"}>\"}> So.",
      "Hm. [weather {\"c\": \"}>\"}]So.");
  expect (
      "<function=weather>{\"c\": 1}</function> So.", "[weather {\"c\": 1}]So.");
  expect ("<function=weather></function>x<function=a.b>", "[weather {}]x[a.b "
                                                          "{}]");
  expect ("<function=weather{\"c\":1}<function=a.b{\"d\":2}>",
      "[weather {\"c\":1}][a.b {\"d\":2}]");
  expect ("<function=weather({\"c\":1})</function>", "[weather {\"c\":1}]");
  expect ("<function=weather{\"c\":1", "[weather {\"c\":1]");
  expect ("<function=weather({})>)>so", "[weather {}]so");
  expect ("a <function=nobody{}> b", "a b");
  expect ("a <function=weather{:}></function> b", "a b");
  expect ("a <function=weather{:}> b", "a ");
}

static void
test_arguments (void)
{
#define KIMI(head, arguments)                                                  \
  head "<|tool_call_argument_begin|>" arguments "<|tool_call_end|>"
  expect ("Hm. " KIMI ("weather:0", "{\"c\":1}") " So.",
      "Hm. [weather {\"c\":1}]So.");
  expect ("<|tool_calls_section_begin|><|tool_call_begin|>" KIMI (
              "functions.weather:0",
              "{\"c\":1}") "<|tool_call_begin|>" KIMI ("functions.set_timer:1",
              "{}") "<|tool_calls_section_end|>x",
      "[weather {\"c\":1}][set_timer {}]x");
  expect (KIMI ("functions.weather:12", "{}"), "[weather {}]");
  expect (
      "weather:0<|tool_call_argument_begin|>{\"c\":1", "[weather {\"c\":1]");
  expect (KIMI ("a nobody:0", "{}") "b", "a nobody:0b");
  expect (KIMI ("xweather:0", "{}"), "xweather:0");
  expect ("<|tool_call_begin|>weather", "");
}

static void
test_cut_off (void)
{
  expect_end ("a <|tool_call_start|>[weather(city=\"Os", "a ", TRUE);
  expect_end ("a <tool_call>{\"name\":\"weather\"}", "a ", TRUE);
  expect_end ("a <function=weather{\"c\":1", "a ", TRUE);
  expect_end ("<tool_call>{\"name\":\"weather\"}</tool_call>So",
      "[weather {}]So", TRUE);
}

static void
test_limits (void)
{
  g_autoptr (GString) large = g_string_new ("a <tool_call>");
  g_autofree gchar *deep = g_strnfill (100000, '[');
  g_autofree gchar *got = NULL;
  g_autofree gchar *got_deep = NULL;

  for (guint i = 0; i < 200 * 1024; i++)
    g_string_append_c (large, 'x');
  g_string_append (large, "</tool_call> b");
  got = run (large->str, 1000, 1000, FALSE);
  g_assert_cmpstr (got, ==, "a ");
  g_string_assign (large, "a <tool_call>");
  g_string_append (large, deep);
  g_string_append (large, "</tool_call> b");
  got_deep = run (large->str, 1, 1, FALSE);
  g_assert_cmpstr (got_deep, ==, "a b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tool-text/text", test_text);
  g_test_add_func ("/tool-text/python", test_python);
  g_test_add_func ("/tool-text/json", test_json);
  g_test_add_func ("/tool-text/function", test_function);
  g_test_add_func ("/tool-text/arguments", test_arguments);
  g_test_add_func ("/tool-text/cut-off", test_cut_off);
  g_test_add_func ("/tool-text/limits", test_limits);
  return g_test_run ();
}
