/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "session-directory.h"

#include "mint-body.h"

#include <string.h>

G_DEFINE_QUARK (vowel_directory_error_quark, vowel_directory_error)

typedef struct {
  gchar *id;
  gchar *app_id; /* (nullable) */
} Entry;

struct _VowelSessionDirectory {
  GHashTable *names;   /* id, or app and key, to session */
  GHashTable *entries; /* session to its Entry */
  GHashTable *pending; /* app and key to when its last token expires (gint64) */
};

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->id);
  g_free (entry->app_id);
  g_free (entry);
}

/* Neither an id nor a key has a line break. */
static gchar *
make_name (const gchar *app_id, const gchar *key)
{
  return g_strconcat (app_id ? app_id : "", "\n", key, NULL);
}

VowelSessionDirectory *
vowel_session_directory_new (void)
{
  VowelSessionDirectory *directory = g_new0 (VowelSessionDirectory, 1);

  directory->names =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  directory->entries = g_hash_table_new_full (NULL, NULL, NULL, entry_free);
  directory->pending =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return directory;
}

void
vowel_session_directory_free (VowelSessionDirectory *directory)
{
  g_hash_table_unref (directory->names);
  g_hash_table_unref (directory->entries);
  g_hash_table_unref (directory->pending);
  g_free (directory);
}

static gboolean
has_expired (gpointer key, gpointer value, gpointer now)
{
  return *(gint64 *) value <= *(gint64 *) now;
}

void
vowel_session_directory_expect (VowelSessionDirectory *directory,
    const gchar *app_id, const gchar *key, gint64 expires_at, gint64 now)
{
  g_autofree gchar *name = make_name (app_id, key);
  gint64 *known = g_hash_table_lookup (directory->pending, name);

  if (known)
    expires_at = MAX (expires_at, *known);
  g_hash_table_replace (directory->pending, g_steal_pointer (&name),
      g_memdup2 (&expires_at, sizeof (expires_at)));
  g_hash_table_foreach_remove (directory->pending, has_expired, &now);
}

void
vowel_session_directory_add (VowelSessionDirectory *directory, gpointer session,
    const gchar *id, const gchar *app_id, const gchar *key)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->id = g_strdup (id);
  entry->app_id = g_strdup (app_id);
  g_hash_table_replace (directory->names, g_strdup (id), session);
  if (key)
    g_hash_table_replace (directory->names, make_name (app_id, key), session);
  g_hash_table_replace (directory->entries, session, entry);
}

static gboolean
is_session (gpointer key, gpointer value, gpointer session)
{
  return value == session;
}

void
vowel_session_directory_remove (
    VowelSessionDirectory *directory, gpointer session)
{
  g_hash_table_foreach_remove (directory->names, is_session, session);
  g_hash_table_remove (directory->entries, session);
}

gpointer
vowel_session_directory_find (VowelSessionDirectory *directory, const gchar *id)
{
  return g_hash_table_lookup (directory->names, id);
}

gpointer
vowel_session_directory_find_key (
    VowelSessionDirectory *directory, const gchar *app_id, const gchar *key)
{
  g_autofree gchar *name = make_name (app_id, key);

  return g_hash_table_lookup (directory->names, name);
}

const gchar *
vowel_session_directory_get_id (
    VowelSessionDirectory *directory, gpointer session)
{
  Entry *entry = g_hash_table_lookup (directory->entries, session);

  return entry ? entry->id : NULL;
}

static gboolean
is_pending (VowelSessionDirectory *directory, const gchar *app_id,
    const gchar *key, gint64 now)
{
  g_autofree gchar *name = make_name (app_id, key);
  gint64 *expires_at = g_hash_table_lookup (directory->pending, name);

  return expires_at && *expires_at > now;
}

/* The session that the token was minted for. (nullable) */
static gpointer
find_own (VowelSessionDirectory *directory, const VowelToken *token)
{
  if (token->session_key)
    return vowel_session_directory_find_key (
        directory, token->app_id, token->session_key);
  return token->subject
             ? vowel_session_directory_find (directory, token->subject)
             : NULL;
}

gboolean
vowel_session_directory_is_visible (
    VowelSessionDirectory *directory, gpointer session, const gchar *app_id)
{
  Entry *entry = g_hash_table_lookup (directory->entries, session);

  return entry != NULL
         && (app_id == NULL || g_strcmp0 (entry->app_id, app_id) == 0);
}

static gboolean
has_key (gpointer name, gpointer session, gpointer key)
{
  const gchar *separator = strchr (name, '\n');

  return separator && g_str_equal (separator + 1, key);
}

/* By id or key, if it is one that the caller may know of. (nullable) */
static gpointer
find_visible (VowelSessionDirectory *directory, const VowelSessionWish *wish,
    const gchar *name)
{
  gpointer session =
      vowel_session_directory_find_key (directory, wish->app_id, name);

  if (session == NULL)
    session = vowel_session_directory_find (directory, name);
  /* What has a key of some app, like a telephone call. */
  if (session == NULL && wish->app_id == NULL && wish->call_id)
    session = g_hash_table_find (directory->names, has_key, (gpointer) name);
  return session
                 && vowel_session_directory_is_visible (
                     directory, session, wish->app_id)
             ? session
             : NULL;
}

static gboolean
not_found (const gchar *name, GError **error)
{
  g_set_error (error, VOWEL_DIRECTORY_ERROR, VOWEL_DIRECTORY_ERROR_NOT_FOUND,
      "Session not found: none of the name %s is open, nor is one expected",
      name);
  return FALSE;
}

static gboolean
check_wish (VowelSessionDirectory *directory, const VowelSessionWish *wish,
    const gchar *name, GError **error)
{
  const VowelToken *token = wish->token;

  if (wish->session_key && !vowel_session_key_is_valid (wish->session_key)) {
    g_set_error_literal (error, VOWEL_DIRECTORY_ERROR,
        VOWEL_DIRECTORY_ERROR_INVALID,
        "sessionKey must be 8 to 128 letters, digits, '_' and '-'");
    return FALSE;
  }
  if (wish->session_key && g_strcmp0 (wish->session_key, name) != 0) {
    g_set_error_literal (error, VOWEL_DIRECTORY_ERROR,
        VOWEL_DIRECTORY_ERROR_INVALID,
        "call_id and sessionKey name different sessions: give one of them");
    return FALSE;
  }
  if (token && token->session_key && g_strcmp0 (token->session_key, name) != 0
      && (find_own (directory, token) == NULL
          || find_own (directory, token)
                 != find_visible (directory, wish, name))) {
    g_set_error_literal (error, VOWEL_DIRECTORY_ERROR,
        VOWEL_DIRECTORY_ERROR_FORBIDDEN, "The token is for another session");
    return FALSE;
  }
  return TRUE;
}

gboolean
vowel_session_directory_resolve (VowelSessionDirectory *directory,
    const VowelSessionWish *wish, gint64 now, VowelSessionPlace *ret_place,
    GError **error)
{
  const VowelToken *token = wish->token;
  const gchar *own_key = token ? token->session_key : NULL;
  const gchar *name = wish->call_id       ? wish->call_id
                      : wish->session_key ? wish->session_key
                                          : own_key;
  gpointer session;

  *ret_place = (VowelSessionPlace){0};
  if (name == NULL)
    return TRUE;
  if (!check_wish (directory, wish, name, error))
    return FALSE;
  session = find_visible (directory, wish, name);
  if (session) {
    if (!wish->has_key
        && (token == NULL || find_own (directory, token) != session))
      return not_found (name, error);
    ret_place->session = session;
    return TRUE;
  }
  /* A token proves that its session is expected; the API key could mint one. */
  if (g_strcmp0 (own_key, name) != 0
      && !(wish->has_key
           && (wish->call_id == NULL
               || is_pending (directory, wish->app_id, name, now))))
    return not_found (name, error);
  ret_place->key = name;
  return TRUE;
}
