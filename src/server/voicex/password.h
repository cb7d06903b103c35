/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define VOWEL_PASSWORD_MIN_LENGTH 8

/* Passwords as Voicex keeps them: scrypt (N 16384, r 8, p 1) of 64 bytes, as
 * "salt:hash", both hexadecimal; what is salted with is the salt's text. One
 * takes about 50 ms and 16 MiB, so that it is done elsewhere: any thread. */

/* (transfer full) */
gchar *vowel_password_hash (const gchar *password);
/* @hash: (nullable): of nobody; takes as long and is never right */
gboolean vowel_password_check (const gchar *password, const gchar *hash);

/**
 * VowelPasswordPool:
 *
 * Threads that do it for one that must not wait.
 */
typedef struct _VowelPasswordPool VowelPasswordPool;

VowelPasswordPool *vowel_password_pool_new (void);
/* Waits for what has begun. */
void vowel_password_pool_free (VowelPasswordPool *pool);
/* @callback: on the thread's main context that asks, without a source object */
void vowel_password_pool_hash (VowelPasswordPool *pool, const gchar *password,
    GAsyncReadyCallback callback, gpointer user_data);
/* (transfer full) */
gchar *vowel_password_pool_hash_finish (GAsyncResult *result);
void vowel_password_pool_check (VowelPasswordPool *pool, const gchar *password,
    const gchar *hash, GAsyncReadyCallback callback, gpointer user_data);
gboolean vowel_password_pool_check_finish (GAsyncResult *result);

G_END_DECLS
