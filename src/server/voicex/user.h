/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

#define VOWEL_USER_ADMIN "admin"

/**
 * VowelUser:
 * @id: a UUID
 * @app_id: the organization that it belongs to
 * @email: as vowel_user_normalize_email() leaves it; no two have the same
 * @name: what people call it
 * @password: see vowel_password_hash()
 * @role: "admin"
 *
 * A person who signs in.
 */
typedef struct {
  gchar *id;
  gchar *app_id;
  gchar *email;
  gchar *name;
  gchar *password;
  gchar *role;
} VowelUser;

/* An administrator, with an id of its own. */
VowelUser *vowel_user_new (const gchar *app_id, const gchar *email,
    const gchar *name, const gchar *password);
void vowel_user_free (VowelUser *user);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelUser, vowel_user_free)

/* Small letters, no spaces around it. (transfer full) */
gchar *vowel_user_normalize_email (const gchar *email);

/* @email: normalized. (transfer full) */
VowelUser *vowel_user_find (
    VowelStore *store, const gchar *email, GError **error);
/* Fails with CONFLICT when another one has its address. */
void vowel_user_put (VowelStore *store, const VowelUser *user,
    GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
