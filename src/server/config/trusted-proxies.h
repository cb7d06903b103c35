/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelTrustedProxies:
 *
 * The proxies that are believed when they say, in X-Forwarded-For, whom they
 * have got a request from. Immutable; any thread.
 */
typedef struct _VowelTrustedProxies VowelTrustedProxies;

/* @list: (nullable): addresses and networks ("10.0.0.0/8") with commas; none
 * for nobody. @setting: what the user calls it, for errors
 * (#VOWEL_CONFIG_ERROR) */
VowelTrustedProxies *vowel_trusted_proxies_new (
    const gchar *list, const gchar *setting, GError **error);
void vowel_trusted_proxies_free (VowelTrustedProxies *proxies);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTrustedProxies, vowel_trusted_proxies_free)

/* The last address on the way to this server that is no trusted proxy's, read
 * from @peer, the other end of the connection, back through @forwarded
 * (nullable), the value of X-Forwarded-For. Whatever stands before that address
 * may be made up; where something that is no address stands in its place, the
 * proxy that has passed it on counts. (transfer full) */
gchar *vowel_trusted_proxies_find_caller (const VowelTrustedProxies *proxies,
    const gchar *peer, const gchar *forwarded);

G_END_DECLS
