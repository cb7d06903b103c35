/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "key-text.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

#define RANDOM_SIZE 32
#define VOICEX_RANDOM_SIZE 24
#define SHOWN_BEFORE 10
#define SHOWN_AFTER 4

static const gchar *const scope_names[] = {VOWEL_SCOPE_MINT,
    VOWEL_SCOPE_CONNECT, VOWEL_SCOPE_TRUSTED, VOWEL_SCOPE_VOICE, NULL};

static const struct {
  const gchar *name;
  const gchar *provider;
} provider_names[] = {
    {VOWEL_KEY_ENGINE, VOWEL_KEY_ENGINE},
    {VOWEL_KEY_ENGINE_FOR_CLIENTS, VOWEL_KEY_ENGINE},
    {"vowel-prime", VOWEL_KEY_ENGINE},
    {"openai", "openai"},
    {"grok", "grok"},
};

/* @size: of random bytes, at most RANDOM_SIZE */
static gchar *
make (const gchar *prefix, gsize size)
{
  guint8 bytes[RANDOM_SIZE];
  g_autoptr (GString) text = g_string_new (prefix);

  if (gnutls_rnd (GNUTLS_RND_KEY, bytes, size) != GNUTLS_E_SUCCESS)
    g_error ("There are no random numbers");
  for (gsize i = 0; i < size; i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  gnutls_memset (bytes, 0, sizeof (bytes));
  return g_string_free (g_steal_pointer (&text), FALSE);
}

gchar *
vowel_key_make (void)
{
  return make (VOWEL_KEY_PREFIX, RANDOM_SIZE);
}

gchar *
vowel_key_make_voicex (void)
{
  return make (VOWEL_KEY_VOICEX_PREFIX, VOICEX_RANDOM_SIZE);
}

gboolean
vowel_key_has_prefix (const gchar *text)
{
  return g_str_has_prefix (text, VOWEL_KEY_PREFIX);
}

gboolean
vowel_key_has_voicex_prefix (const gchar *text)
{
  return g_str_has_prefix (text, VOWEL_KEY_VOICEX_PREFIX);
}

gchar *
vowel_key_hash (const gchar *key)
{
  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, key, -1);
}

gchar *
vowel_key_mask (const gchar *key)
{
  gsize length = key ? strlen (key) : 0;

  if (length <= SHOWN_BEFORE + SHOWN_AFTER)
    return g_strdup (VOWEL_KEY_PREFIX "••••••••");
  return g_strdup_printf (
      "%.*s...%s", SHOWN_BEFORE, key, key + length - SHOWN_AFTER);
}

static void
add_once (GPtrArray *names, const gchar *name)
{
  if (!g_ptr_array_find_with_equal_func (names, name, g_str_equal, NULL))
    g_ptr_array_add (names, g_strdup (name));
}

static GStrv
finish (GPtrArray *names)
{
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_free (names, FALSE);
}

GStrv
vowel_key_filter_scopes (const gchar *const *scopes)
{
  GPtrArray *kept = g_ptr_array_new ();

  for (guint i = 0; scopes != NULL && scopes[i] != NULL; i++)
    if (g_strv_contains (scope_names, scopes[i]))
      add_once (kept, scopes[i]);
  return finish (kept);
}

const gchar *
vowel_key_list_scopes (void)
{
  return VOWEL_SCOPE_MINT ", " VOWEL_SCOPE_CONNECT ", " VOWEL_SCOPE_TRUSTED
                          ", " VOWEL_SCOPE_VOICE;
}

const gchar *
vowel_key_normalize_provider (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (provider_names); i++)
    if (g_str_equal (provider_names[i].name, name))
      return provider_names[i].provider;
  return NULL;
}

GStrv
vowel_key_filter_providers (const gchar *const *names)
{
  GPtrArray *kept = g_ptr_array_new ();

  for (guint i = 0; names != NULL && names[i] != NULL; i++) {
    const gchar *provider = vowel_key_normalize_provider (names[i]);

    if (provider != NULL)
      add_once (kept, provider);
  }
  if (kept->len == 0)
    add_once (kept, VOWEL_KEY_ENGINE);
  return finish (kept);
}
