/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/twilio/twiml.h"

#include <string.h>

#define HEADER "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>"

static void
assert_connect (const gchar *status_callback, const gchar *const *parameters,
    const gchar *expected)
{
  g_autofree gchar *xml =
      vowel_twiml_connect ("wss://h.test/s", status_callback, parameters);
  g_autofree gchar *whole = g_strconcat (HEADER "<Connect><Stream "
                                                "url=\"wss://h.test/s\"",
      expected, "</Stream></Connect></Response>", NULL);

  g_assert_cmpstr (xml, ==, whole);
}

static void
test_connect (void)
{
  static const gchar *const none[] = {NULL};
  static const gchar *const two[] = {
      "ticket", "tk_1", "agent_id", NULL, "name", "a \"b\" & <c> 'd'", NULL};

  assert_connect (NULL, none, ">");
  assert_connect ("https://h.test/c?a=1&b=2", none,
      " statusCallback=\"https://h.test/c?a=1&amp;b=2\">");
  assert_connect (NULL, two,
      "><Parameter name=\"ticket\" value=\"tk_1\"/>"
      "<Parameter name=\"name\" value=\"a &quot;b&quot; &amp; &lt;c&gt; "
      "&apos;d&apos;\"/>");
}

/* What Twilio would not take is left out, so that the rest is heard. */
static void
test_left_out (void)
{
  g_autofree gchar *fits = g_strnfill (495, 'x');
  g_autofree gchar *longer = g_strnfill (496, 'x');
  const gchar *const parameters[] = {
      "control", "a\x01z", "bad", "\xff", "long", longer, "fits", fits, NULL};
  g_autofree gchar *xml = vowel_twiml_connect ("wss://h", NULL, parameters);

  g_assert_null (strstr (xml, "control"));
  g_assert_null (strstr (xml, "bad"));
  g_assert_null (strstr (xml, "long"));
  g_assert_nonnull (strstr (xml, "fits"));
}

static void
test_reject (void)
{
  g_autofree gchar *xml = vowel_twiml_reject ("busy");

  g_assert_cmpstr (xml, ==, HEADER "<Reject reason=\"busy\"/></Response>");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/twiml/connect", test_connect);
  g_test_add_func ("/twiml/left-out", test_left_out);
  g_test_add_func ("/twiml/reject", test_reject);
  return g_test_run ();
}
