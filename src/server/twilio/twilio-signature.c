/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-signature.h"

#include <gnutls/crypto.h>
#include <string.h>

#define SHA1_BYTES 20
#define BODY_HASH "bodySHA256"

static gint
compare_fields (gconstpointer a, gconstpointer b)
{
  const VowelTwilioField *first = *(const VowelTwilioField *const *) a;
  const VowelTwilioField *second = *(const VowelTwilioField *const *) b;
  gint order = strcmp (first->name, second->name);

  return order != 0 ? order : strcmp (first->value, second->value);
}

/* Of what is said twice only one is signed. */
static void
append_form (GString *text, GPtrArray *form)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_copy (form, NULL, NULL);
  const VowelTwilioField *last = NULL;

  g_ptr_array_set_free_func (sorted, NULL);
  g_ptr_array_sort (sorted, compare_fields);
  for (guint i = 0; i < sorted->len; i++) {
    const VowelTwilioField *field = g_ptr_array_index (sorted, i);

    if (last == NULL || compare_fields (&last, &field) != 0) {
      g_string_append (text, field->name);
      g_string_append (text, field->value);
    }
    last = field;
  }
}

gchar *
vowel_twilio_sign (const gchar *auth_token, const gchar *url, GPtrArray *form)
{
  g_autoptr (GString) text = g_string_new (url);
  guint8 digest[SHA1_BYTES];

  if (form)
    append_form (text, form);
  if (gnutls_hmac_fast (GNUTLS_MAC_SHA1, auth_token, strlen (auth_token),
          text->str, text->len, digest)
      != 0)
    g_error ("GnuTLS has no HMAC-SHA1");
  return g_base64_encode (digest, sizeof (digest));
}

static gboolean
is_same (const gchar *a, const gchar *b)
{
  return strlen (a) == strlen (b) && gnutls_memcmp (a, b, strlen (a)) == 0;
}

static gboolean
matches (const gchar *auth_token, const gchar *signature, const gchar *url,
    GPtrArray *form)
{
  g_autofree gchar *expected = vowel_twilio_sign (auth_token, url, form);

  return is_same (expected, signature);
}

/* Cut into what stands before the port and what stands behind it. */
static gboolean
split_port (const gchar *url, gsize *ret_port, gsize *ret_rest)
{
  const gchar *host = strstr (url, "://");
  const gchar *bracket, *at, *colon;
  gsize length;

  if (host == NULL)
    return FALSE;
  host += strlen ("://");
  length = strcspn (host, "/?#");
  at = g_strrstr_len (host, length, "@");
  bracket = g_strrstr_len (host, length, "]");
  at = MAX (MAX (at, bracket), host);
  colon = memchr (at, ':', host + length - at);
  *ret_rest = host + length - url;
  *ret_port = colon ? (gsize) (colon - url) : *ret_rest;
  return TRUE;
}

gboolean
vowel_twilio_check_signature (const gchar *auth_token, const gchar *signature,
    const gchar *url, GPtrArray *form)
{
  g_autofree gchar *other = NULL;
  gsize port, rest;

  if (signature == NULL)
    return FALSE;
  if (matches (auth_token, signature, url, form))
    return TRUE;
  if (!split_port (url, &port, &rest))
    return FALSE;
  if (port < rest)
    other = g_strdup_printf ("%.*s%s", (gint) port, url, url + rest);
  else
    other = g_strdup_printf ("%.*s:%s%s", (gint) port, url,
        g_str_has_prefix (url, "https:") || g_str_has_prefix (url, "wss:")
            ? "443"
            : "80",
        url + rest);
  return matches (auth_token, signature, other, form);
}

gboolean
vowel_twilio_check_stream_signature (
    const gchar *auth_token, const gchar *signature, const gchar *url)
{
  g_autofree gchar *slash = g_strconcat (url, "/", NULL);
  g_autofree gchar *https = g_str_has_prefix (url, "wss:") ? g_strconcat (
                                "https", url + strlen ("wss"), NULL)
                                                           : NULL;

  return vowel_twilio_check_signature (auth_token, signature, url, NULL)
         || vowel_twilio_check_signature (auth_token, signature, slash, NULL)
         || (https
             && vowel_twilio_check_signature (
                 auth_token, signature, https, NULL));
}

gboolean
vowel_twilio_check_body (GPtrArray *query, const gchar *body, gsize length)
{
  const gchar *expected = vowel_twilio_form_get (query, BODY_HASH);
  g_autofree gchar *hash = g_compute_checksum_for_data (
      G_CHECKSUM_SHA256, (const guchar *) body, length);

  return expected && is_same (hash, expected);
}
