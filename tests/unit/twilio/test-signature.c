/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/twilio/twilio-signature.h"

#include <string.h>

#define TOKEN "vowel-test-auth-token"
#define HOST "voice.example.test"

/* Computed apart from this code; the first is the one that Twilio's own
 * libraries are tested with. */
static const struct {
  const gchar *token;
  const gchar *url;
  const gchar *form; /* (nullable) */
  const gchar *signature;
} vectors[] = {
    {"12345", "https://mycompany.com/myapp.php?foo=1&bar=2",
        "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&"
        "From=%2B14158675309&To=%2B18005551212",
        "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
    {TOKEN,
        "https://" HOST "/api/twilio/voice?api_key=vx_0123abcd&"
        "agent_id=64f0c0ffee0123456789abcd",
        "To=%2B15005550001&AccountSid=ACtest&CallSid=CAtest1&"
        "CallStatus=ringing&Caller=%2B15005550006&Direction=inbound&"
        "From=%2B15005550006",
        "6gFwkNBDd5f5wRO+qDbD1m/pEMY="},
    {TOKEN, "wss://" HOST "/ws/twilio/stream", NULL,
        "iDoXUNjtmtIIXYYzspV9a3OlLwg="},
    {TOKEN, "https://" HOST "/ws/twilio/stream", NULL,
        "OZTQ5w92FUTwreomjRqUEcoYWoI="},
    {TOKEN, "https://" HOST "/hook",
        "A=caf%C3%A9+%26+tea&a=x%20y&B=", "zwrjt4kkfwpWWeVWIjUu7D8DAcQ="},
    {TOKEN,
        "https://" HOST "/hook?bodySHA256="
        "93a23971a914e5eacbf0a8d25154cda309c3c1c72fbb9914d47c60f3cb681588",
        NULL, "EnmBao2M9fXfIYuSXlSHtQoAAOg="},
};

static GPtrArray *
parse (const gchar *form)
{
  GPtrArray *fields =
      form ? vowel_twilio_form_parse (form, strlen (form)) : NULL;

  g_assert_true (form == NULL || fields != NULL);
  return fields;
}

static void
test_vectors (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (vectors); i++) {
    g_autoptr (GPtrArray) form = parse (vectors[i].form);
    g_autofree gchar *signature =
        vowel_twilio_sign (vectors[i].token, vectors[i].url, form);

    g_assert_cmpstr (signature, ==, vectors[i].signature);
    g_assert_true (vowel_twilio_check_signature (
        vectors[i].token, signature, vectors[i].url, form));
    g_assert_false (vowel_twilio_check_signature (
        "another", signature, vectors[i].url, form));
    g_assert_false (vowel_twilio_check_signature (
        vectors[i].token, NULL, vectors[i].url, form));
    g_assert_false (vowel_twilio_check_signature (
        vectors[i].token, "", vectors[i].url, form));
    signature[3] ^= 1;
    g_assert_false (vowel_twilio_check_signature (
        vectors[i].token, signature, vectors[i].url, form));
  }
}

static void
assert_same (const gchar *form, const gchar *other)
{
  g_autoptr (GPtrArray) first = parse (form);
  g_autoptr (GPtrArray) second = parse (other);
  g_autofree gchar *a = vowel_twilio_sign (TOKEN, "https://h/", first);
  g_autofree gchar *b = vowel_twilio_sign (TOKEN, "https://h/", second);

  g_assert_cmpstr (a, ==, b);
}

static void
test_order (void)
{
  assert_same ("b=1&a=2&B=3", "B=3&a=2&b=1");
  /* What is said twice is signed once, in the order of the values. */
  assert_same ("a=2&a=1&a=2", "a=1&a=2");
  /* A name and an empty value are like the name alone. */
  assert_same ("a=&b", "a&b=");
  assert_same ("&&a=1&", "a=1");
}

/* @signed_url is what was signed, @url what the server believes was asked. */
static void
assert_taken (const gchar *signed_url, const gchar *url, gboolean expected)
{
  g_autofree gchar *signature = vowel_twilio_sign (TOKEN, signed_url, NULL);

  g_assert_cmpint (
      vowel_twilio_check_signature (TOKEN, signature, url, NULL), ==, expected);
}

static void
test_ports (void)
{
  assert_taken ("https://h/p?a:b", "https://h:443/p?a:b", TRUE);
  assert_taken ("https://h:443/p", "https://h/p", TRUE);
  assert_taken ("http://h:80/p", "http://h/p", TRUE);
  assert_taken ("https://h/p", "https://h:8443/p", TRUE);
  assert_taken ("https://h:443?a=1", "https://h?a=1", TRUE);
  assert_taken ("https://u:p@h:443/p", "https://u:p@h/p", TRUE);
  assert_taken ("https://[::1]:443/p", "https://[::1]/p", TRUE);
  assert_taken ("https://[::1]/p", "https://[::1]:8443/p", TRUE);
  assert_taken ("https://h:8443/p", "https://h/p", FALSE);
  assert_taken ("https://h/p", "http://h/p", FALSE);
  assert_taken ("https://h/p?a=1", "https://h/p?a=2", FALSE);
  assert_taken ("h/p", "h/q", FALSE);
}

static void
assert_stream (const gchar *signed_url, gboolean expected)
{
  g_autofree gchar *signature = vowel_twilio_sign (TOKEN, signed_url, NULL);

  g_assert_cmpint (vowel_twilio_check_stream_signature (
                       TOKEN, signature, "wss://" HOST "/ws/twilio/stream"),
      ==, expected);
}

static void
test_streams (void)
{
  assert_stream ("wss://" HOST "/ws/twilio/stream", TRUE);
  assert_stream ("wss://" HOST "/ws/twilio/stream/", TRUE);
  assert_stream ("wss://" HOST ":443/ws/twilio/stream", TRUE);
  assert_stream ("https://" HOST "/ws/twilio/stream", TRUE);
  assert_stream ("http://" HOST "/ws/twilio/stream", FALSE);
  assert_stream ("wss://" HOST "/ws/twilio", FALSE);
}

static void
test_bodies (void)
{
  static const gchar body[] = "{\"hello\":\"world\"}";
  g_autoptr (GPtrArray) query = vowel_twilio_form_parse_query (
      "a=1&bodySHA256="
      "93a23971a914e5eacbf0a8d25154cda309c3c1c72fbb9914d47c60f3cb681588");
  g_autoptr (GPtrArray) none = vowel_twilio_form_parse_query (NULL);

  g_assert_true (vowel_twilio_check_body (query, body, strlen (body)));
  g_assert_false (vowel_twilio_check_body (query, body, strlen (body) - 1));
  g_assert_false (vowel_twilio_check_body (none, body, strlen (body)));
}

static void
test_forms (void)
{
  static const gchar *const broken[] = {
      "a=%", "a=%4", "a=%zz", "%=1", "a=%00", "a=%ff", "a=\xff", "a=1&b=%c3"};
  g_autoptr (GPtrArray) form =
      parse ("From=%2b1&To=&Digits=1+2%20+3&From=again&x%3Dy=%26&flag");

  g_assert_cmpuint (form->len, ==, 6);
  g_assert_cmpstr (vowel_twilio_form_get (form, "From"), ==, "+1");
  g_assert_null (vowel_twilio_form_get (form, "To"));
  g_assert_cmpstr (vowel_twilio_form_get (form, "Digits"), ==, "1 2  3");
  g_assert_cmpstr (vowel_twilio_form_get (form, "x=y"), ==, "&");
  g_assert_null (vowel_twilio_form_get (form, "flag"));
  g_assert_null (vowel_twilio_form_get (form, "from"));
  for (guint i = 0; i < G_N_ELEMENTS (broken); i++)
    g_assert_null (vowel_twilio_form_parse (broken[i], strlen (broken[i])));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/twilio/signature/vectors", test_vectors);
  g_test_add_func ("/twilio/signature/order", test_order);
  g_test_add_func ("/twilio/signature/ports", test_ports);
  g_test_add_func ("/twilio/signature/streams", test_streams);
  g_test_add_func ("/twilio/signature/bodies", test_bodies);
  g_test_add_func ("/twilio/form", test_forms);
  return g_test_run ();
}
