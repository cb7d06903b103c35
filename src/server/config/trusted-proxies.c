/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "trusted-proxies.h"

#include "config-error.h"

#include <gio/gio.h>
#include <string.h>

#define IPV4_SIZE 4

struct _VowelTrustedProxies {
  GPtrArray *masks; /* (element-type GInetAddressMask) */
};

/* --- who they are --- */

static gboolean
add_mask (VowelTrustedProxies *self, const gchar *text, const gchar *setting,
    GError **error)
{
  g_autoptr (GError) cause = NULL;
  GInetAddressMask *mask = g_inet_address_mask_new_from_string (text, &cause);

  if (mask != NULL) {
    g_ptr_array_add (self->masks, mask);
    return TRUE;
  }
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
      "%s: \"%s\" is neither an address nor a network, such as 10.0.0.1 or "
      "10.0.0.0/8 (%s)",
      setting, text, cause->message);
  return FALSE;
}

VowelTrustedProxies *
vowel_trusted_proxies_new (
    const gchar *list, const gchar *setting, GError **error)
{
  g_autoptr (VowelTrustedProxies) self = g_new0 (VowelTrustedProxies, 1);
  g_auto (GStrv) parts = g_strsplit (list != NULL ? list : "", ",", -1);

  self->masks = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; parts[i] != NULL; i++) {
    const gchar *text = g_strstrip (parts[i]);

    if (*text != '\0' && !add_mask (self, text, setting, error))
      return NULL;
  }
  return g_steal_pointer (&self);
}

void
vowel_trusted_proxies_free (VowelTrustedProxies *self)
{
  g_ptr_array_unref (self->masks);
  g_free (self);
}

/* --- whom they speak for --- */

/* A listener of both kinds shows ::ffff:10.0.0.1 for 10.0.0.1. */
static GInetAddress *
unmap (GInetAddress *address)
{
  static const guint8 prefix[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  const guint8 *bytes = g_inet_address_to_bytes (address);

  if (g_inet_address_get_native_size (address) != sizeof (prefix) + IPV4_SIZE
      || memcmp (bytes, prefix, sizeof (prefix)) != 0)
    return g_object_ref (address);
  return g_inet_address_new_from_bytes (
      bytes + sizeof (prefix), G_SOCKET_FAMILY_IPV4);
}

/* Some proxies add the port: "192.0.2.1:4711", "[2001:db8::1]:4711".
 * (transfer full) (nullable): it is no address */
static GInetAddress *
parse (const gchar *text)
{
  g_autofree gchar *host = g_strstrip (g_strdup (text));
  gchar *colon = strchr (host, ':');
  g_autoptr (GInetAddress) address = NULL;

  if (*host == '[') {
    gchar *end = strchr (host, ']');

    if (end == NULL)
      return NULL;
    *end = '\0';
    address = g_inet_address_new_from_string (host + 1);
  } else {
    if (colon != NULL && strchr (colon + 1, ':') == NULL)
      *colon = '\0';
    address = g_inet_address_new_from_string (host);
  }
  return address != NULL ? unmap (address) : NULL;
}

static gboolean
is_trusted (const VowelTrustedProxies *self, GInetAddress *address)
{
  for (guint i = 0; i < self->masks->len; i++)
    if (g_inet_address_mask_matches (
            g_ptr_array_index (self->masks, i), address))
      return TRUE;
  return FALSE;
}

gchar *
vowel_trusted_proxies_find_caller (
    const VowelTrustedProxies *self, const gchar *peer, const gchar *forwarded)
{
  g_autoptr (GInetAddress) caller = parse (peer);
  g_auto (GStrv) hops =
      g_strsplit (forwarded != NULL ? forwarded : "", ",", -1);

  if (caller == NULL)
    return g_strdup (peer);
  for (guint i = g_strv_length (hops); i > 0 && is_trusted (self, caller);
       i--) {
    GInetAddress *before = parse (hops[i - 1]);

    if (before == NULL)
      break;
    g_object_unref (caller);
    caller = before;
  }
  return g_inet_address_to_string (caller);
}
