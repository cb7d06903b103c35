/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define VOWEL_KEY_PREFIX "vkey_"
/* Of keys as clients of Voicex have them. */
#define VOWEL_KEY_VOICEX_PREFIX "vx_"

/* What a key may do. */
#define VOWEL_SCOPE_MINT "mint_ephemeral"
#define VOWEL_SCOPE_CONNECT "direct_ws"
#define VOWEL_SCOPE_TRUSTED "mint_trusted_session"
#define VOWEL_SCOPE_VOICE "voice" /* the app's agents, and calls with them */

/* This server, among the providers that a key may be allowed to use. */
#define VOWEL_KEY_ENGINE "engine"
/* And what it is called towards clients. */
#define VOWEL_KEY_ENGINE_FOR_CLIENTS "vowel-core"

/* A new key: the prefix and 64 random hexadecimal digits. (transfer full) */
gchar *vowel_key_make (void);
gboolean vowel_key_has_prefix (const gchar *text);
/* The same for Voicex: its prefix and 48 digits. (transfer full) */
gchar *vowel_key_make_voicex (void);
gboolean vowel_key_has_voicex_prefix (const gchar *text);
/* How the store finds it: its SHA-256, hexadecimal. (transfer full) */
gchar *vowel_key_hash (const gchar *key);
/* What is shown of it: its first ten characters and its last four. @key:
 * (nullable): NULL for one that cannot be read. (transfer full) */
gchar *vowel_key_mask (const gchar *key);

/* Those of @scopes that exist, each once. (transfer full) */
GStrv vowel_key_filter_scopes (const gchar *const *scopes);
/* The names of those that exist, separated by commas, for error texts. */
const gchar *vowel_key_list_scopes (void);
/* "engine", "openai" or "grok", also by the names that clients use for them;
 * NULL for any other. */
const gchar *vowel_key_normalize_provider (const gchar *name);
/* Those of @names that exist, each once; "engine" when there is none. (transfer
 * full) */
GStrv vowel_key_filter_providers (const gchar *const *names);

G_END_DECLS
