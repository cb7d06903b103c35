/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

#define VOWEL_ORGANIZATION_ACTIVE "active"
#define VOWEL_ORGANIZATION_PENDING "pending"

/**
 * VowelOrganization:
 * @app_id: which app it is
 * @status: "active"; "pending": nobody has let it in yet
 * @plan: (nullable): of its plan; NULL: the first there is
 * @owner: (nullable): e-mail address of who signed up
 * @created_at: milliseconds since 1970; 0: nobody has changed it yet
 * @updated_at: milliseconds since 1970
 *
 * What Voicex wants to know of an app. One that was made elsewhere is an active
 * organization on the first plan.
 */
typedef struct {
  gchar *app_id;
  gchar *status;
  gchar *plan;
  gchar *owner;
  gint64 created_at;
  gint64 updated_at;
} VowelOrganization;

VowelOrganization *vowel_organization_new (
    const gchar *app_id, const gchar *status);
void vowel_organization_free (VowelOrganization *organization);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelOrganization, vowel_organization_free)

gboolean vowel_organization_is_pending (const VowelOrganization *organization);

/* Whether there is any that somebody has made for Voicex. */
gboolean vowel_organization_exists (VowelStore *store);
/* Of an app that exists. (transfer full) */
VowelOrganization *vowel_organization_get (
    VowelStore *store, const gchar *app_id, GError **error);
void vowel_organization_put (VowelStore *store,
    const VowelOrganization *organization, GAsyncReadyCallback callback,
    gpointer user_data);

G_END_DECLS
