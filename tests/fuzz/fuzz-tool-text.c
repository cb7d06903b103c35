/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* For libFuzzer: what a model writes, as tool calls in text. Whatever the
 * pieces in which it comes, the same comes out; and arguments that can be put
 * right are a JSON object then. */

#include "config.h"

#include <string.h>

#include <gst/vowel/gstvoweljson.h>
#include <gst/vowel/gstvoweltoolrepair-priv.h>

#include "tool-text.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static const gchar *const names[] = {"f", "get_it", NULL};
static const gchar schema[] =
    "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"},\"b\":{"
    "\"type\":\"string\",\"enum\":[\"X\",\"y\"]},\"c\":{\"type\":\"array\","
    "\"items\":{\"type\":\"boolean\"}},\"d\":{\"type\":\"object\","
    "\"properties\":{}}},\"additionalProperties\":false}";

static void
on_text (const gchar *text, gpointer user_data)
{
  g_string_append (user_data, text);
}

static void
on_call (const gchar *name, const gchar *arguments, gpointer user_data)
{
  g_autofree gchar *repaired =
      gst_vowel_tool_repair_arguments (arguments, schema, NULL);

  g_string_append_printf (user_data, "[%s %s]", name, arguments);
  if (repaired != NULL) {
    g_autoptr (JsonNode) node =
        gst_vowel_json_parse (repaired, strlen (repaired), 1024 * 1024, NULL);

    g_assert_nonnull (node);
    g_assert_true (JSON_NODE_HOLDS_OBJECT (node));
  }
}

static gchar *
run (const gchar *text, gsize size, gsize piece_size)
{
  static const ToolTextCallbacks callbacks = {on_text, on_call};
  GString *log = g_string_new (NULL);
  g_autoptr (ToolText) reader = tool_text_new (names, &callbacks, log);

  for (gsize at = 0; at < size; at += piece_size) {
    g_autofree gchar *piece =
        g_strndup (text + at, MIN (piece_size, size - at));

    tool_text_feed (reader, piece);
  }
  tool_text_end (reader, FALSE);
  return g_string_free (log, FALSE);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree gchar *text = NULL;
  g_autofree gchar *whole = NULL;
  g_autofree gchar *pieces = NULL;

  if (size < 2)
    return 0;
  text = g_utf8_make_valid ((const gchar *) data + 1, size - 1);
  whole = run (text, strlen (text), MAX (strlen (text), 1));
  pieces = run (text, strlen (text), data[0] % 7 + 1);
  g_assert_cmpstr (whole, ==, pieces);
  return 0;
}
