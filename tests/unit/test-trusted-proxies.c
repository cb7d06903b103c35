/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/config/config-error.h"
#include "server/config/trusted-proxies.h"

#include <string.h>

static void
expect (const gchar *list, const gchar *peer, const gchar *forwarded,
    const gchar *caller)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelTrustedProxies) proxies =
      vowel_trusted_proxies_new (list, "PROXIES", &error);
  g_autofree gchar *found = NULL;

  g_assert_no_error (error);
  found = vowel_trusted_proxies_find_caller (proxies, peer, forwarded);
  g_assert_cmpstr (found, ==, caller);
}

static void
test_nobody (void)
{
  expect (NULL, "192.0.2.1", NULL, "192.0.2.1");
  expect (NULL, "192.0.2.1", "198.51.100.7", "192.0.2.1");
  expect ("", "127.0.0.1", "198.51.100.7", "127.0.0.1");
  expect (" , ", "127.0.0.1", "198.51.100.7", "127.0.0.1");
  expect (NULL, "a socket", "198.51.100.7", "a socket");
}

static void
test_proxy (void)
{
  const gchar *list = "10.0.0.1, 172.16.0.0/12,2001:db8::/32";

  expect (list, "10.0.0.1", "198.51.100.7", "198.51.100.7");
  expect (list, "10.0.0.2", "198.51.100.7", "10.0.0.2");
  expect (list, "172.31.255.255", "198.51.100.7", "198.51.100.7");
  expect (list, "172.32.0.0", "198.51.100.7", "172.32.0.0");
  expect (list, "2001:db8::1", "2a00::7", "2a00::7");
  expect (list, "10.0.0.1", NULL, "10.0.0.1");
  expect (list, "10.0.0.1", "", "10.0.0.1");
  /* A listener of both kinds. */
  expect (list, "::ffff:10.0.0.1", "::ffff:198.51.100.7", "198.51.100.7");
  expect (list, "::ffff:192.0.2.1", "198.51.100.7", "192.0.2.1");
}

/* What a caller writes into the header stands on the left. */
static void
test_spoofed (void)
{
  const gchar *list = "10.0.0.0/8";

  expect (list, "10.0.0.1", "127.0.0.1, 198.51.100.7", "198.51.100.7");
  expect (list, "10.0.0.1", "10.9.9.9, 198.51.100.7", "198.51.100.7");
  expect (list, "10.0.0.1", "1.1.1.1,198.51.100.7 , 10.0.0.2", "198.51.100.7");
  expect (list, "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3");
  expect (list, "192.0.2.1", "10.0.0.3, 10.0.0.2", "192.0.2.1");
}

static void
test_no_addresses (void)
{
  const gchar *list = "10.0.0.0/8";

  expect (list, "10.0.0.1", "unknown", "10.0.0.1");
  expect (list, "10.0.0.1", "198.51.100.7, unknown", "10.0.0.1");
  expect (list, "10.0.0.1", "198.51.100.7, _hidden, 10.0.0.2", "10.0.0.2");
  expect (list, "10.0.0.1", "198.51.100.7,", "10.0.0.1");
  expect (list, "10.0.0.1", "[2a00::7", "10.0.0.1");
  expect (list, "10.0.0.1", "a\nline", "10.0.0.1");
  expect (list, "10.0.0.1", "198.51.100.7:4711", "198.51.100.7");
  expect (list, "10.0.0.1", "[2a00::7]:4711", "2a00::7");
  expect (list, "10.0.0.1", "[2a00::7]", "2a00::7");
  expect (list, "10.0.0.1", "2a00::7", "2a00::7");
}

static void
refuse (const gchar *list, const gchar *wrong)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (vowel_trusted_proxies_new (list, "PROXIES", &error));
  g_assert_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID);
  g_assert_true (g_str_has_prefix (error->message, "PROXIES: "));
  g_assert_nonnull (strstr (error->message, wrong));
}

static void
test_refused (void)
{
  refuse ("proxy.example.com", "\"proxy.example.com\"");
  refuse ("10.0.0.1, 10.0.0.0/33", "\"10.0.0.0/33\"");
  refuse ("10.0.0.1/8", "\"10.0.0.1/8\"");
  refuse ("*", "\"*\"");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trusted-proxies/nobody", test_nobody);
  g_test_add_func ("/trusted-proxies/proxy", test_proxy);
  g_test_add_func ("/trusted-proxies/spoofed", test_spoofed);
  g_test_add_func ("/trusted-proxies/no-addresses", test_no_addresses);
  g_test_add_func ("/trusted-proxies/refused", test_refused);
  return g_test_run ();
}
