/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The keys that the desktop's Secret Service keeps (GNOME Keyring, KWallet,
 * KeePassXC), by libsecret. Each call waits for it; not for workers. */

/* Names and keys of all providers, of keyrings that are not locked; waits a few
 * seconds at most. NULL when there is no Secret Service, or it does not answer.
 * (transfer full) */
GHashTable *gst_vowel_keyring_load (void);
gboolean gst_vowel_keyring_store (
    const gchar *name, const gchar *secret, GError **error);
/* FALSE without an error: there was none. */
gboolean gst_vowel_keyring_clear (const gchar *name, GError **error);

G_END_DECLS
