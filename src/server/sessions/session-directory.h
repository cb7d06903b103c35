/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/tokens/token.h"

G_BEGIN_DECLS

/**
 * VowelSessionDirectory:
 *
 * By which names sessions are found: their ids, and the keys that several
 * connections share. A key is known from the time that a token is minted for it
 * until that expires, and while its session lives; each app has keys of its
 * own. The accepting thread only.
 */
typedef struct _VowelSessionDirectory VowelSessionDirectory;

/**
 * VowelSessionWish:
 * @call_id: (nullable): of the query: an id, or a key
 * @session_key: (nullable): of the query
 * @token: (nullable): the credential, when it is one
 * @has_key: the credential is the API key or one of an app, or none is needed
 * @app_id: (nullable): whose sessions it may see; NULL: the API key's, and any
 *   that @call_id names
 *
 * Which session a connection asks for.
 */
typedef struct {
  const gchar *call_id;
  const gchar *session_key;
  const VowelToken *token;
  gboolean has_key;
  const gchar *app_id;
} VowelSessionWish;

/**
 * VowelSessionPlace:
 * @session: (nullable): the one that is joined; NULL for a new one
 * @key: (nullable): of a new one that others may join
 *
 * Which session a connection gets. @key belongs to the wish.
 */
typedef struct {
  gpointer session;
  const gchar *key;
} VowelSessionPlace;

typedef enum {
  VOWEL_DIRECTORY_ERROR_NOT_FOUND, /* or not to be told */
  VOWEL_DIRECTORY_ERROR_FORBIDDEN,
  VOWEL_DIRECTORY_ERROR_INVALID,
} VowelDirectoryError;

#define VOWEL_DIRECTORY_ERROR (vowel_directory_error_quark ())
GQuark vowel_directory_error_quark (void);

VowelSessionDirectory *vowel_session_directory_new (void);
void vowel_session_directory_free (VowelSessionDirectory *directory);

/* A token was minted for @key of @app_id (nullable). Times are seconds since
 * 1970. */
void vowel_session_directory_expect (VowelSessionDirectory *directory,
    const gchar *app_id, const gchar *key, gint64 expires_at, gint64 now);
/* @session begins. @app_id, @key: (nullable) */
void vowel_session_directory_add (VowelSessionDirectory *directory,
    gpointer session, const gchar *id, const gchar *app_id, const gchar *key);
void vowel_session_directory_remove (
    VowelSessionDirectory *directory, gpointer session);
/* (nullable): by id */
gpointer vowel_session_directory_find (
    VowelSessionDirectory *directory, const gchar *id);
/* (nullable): by key */
gpointer vowel_session_directory_find_key (
    VowelSessionDirectory *directory, const gchar *app_id, const gchar *key);
/* The id of a session that was added. */
const gchar *vowel_session_directory_get_id (
    VowelSessionDirectory *directory, gpointer session);
/* Whether whoever comes with a key or token of @app_id (nullable: the server's
 * own) may know of a session that was added. */
gboolean vowel_session_directory_is_visible (
    VowelSessionDirectory *directory, gpointer session, const gchar *app_id);
gboolean vowel_session_directory_resolve (VowelSessionDirectory *directory,
    const VowelSessionWish *wish, gint64 now, VowelSessionPlace *ret_place,
    GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (
    VowelSessionDirectory, vowel_session_directory_free)

G_END_DECLS
