/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "store.h"

G_BEGIN_DECLS

/**
 * VowelSqliteStore:
 *
 * A store in one SQLite file (write-ahead log, foreign keys). Other processes,
 * such as `vowel-gst key`, may change the same file meanwhile.
 */
#define VOWEL_TYPE_SQLITE_STORE (vowel_sqlite_store_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelSqliteStore, vowel_sqlite_store, VOWEL, SQLITE_STORE, GObject)

/* Makes the file, and the folder that it is in, when they are missing; brings
 * an older one up to date.  Both can only be read by their owner. The thread
 * that calls is the one that uses the store; writes are reported to its
 * thread-default main context. */
VowelSqliteStore *vowel_sqlite_store_open (const gchar *path, GError **error);

G_END_DECLS
