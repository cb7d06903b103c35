/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/keyring.h"

G_BEGIN_DECLS

/**
 * VowelPhoneNumber:
 * @id: a UUID
 * @app_id: whose it is
 * @number: E.164, as in "+15005550006"
 * @sid: (nullable): what Twilio calls it
 * @label: (nullable): what people call it
 * @account_sid: of the Twilio account that it belongs to
 * @auth_token: (nullable): of that account; kept sealed
 * @created_at: milliseconds since 1970
 * @updated_at: milliseconds since 1970
 *
 * A telephone number at Twilio that agents answer and call from. Documents of
 * the kind "phone-number".
 */
typedef struct {
  gchar *id;
  gchar *app_id;
  gchar *number;
  gchar *sid;
  gchar *label;
  gchar *account_sid;
  gchar *auth_token;
  gint64 created_at;
  gint64 updated_at;
} VowelPhoneNumber;

void vowel_phone_number_free (VowelPhoneNumber *number);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelPhoneNumber, vowel_phone_number_free)

/* Whether @text is a plus and 7 to 15 digits. */
gboolean vowel_phone_number_is_valid (const gchar *text);

/* Of one app, the oldest first. (transfer full) (element-type VowelPhoneNumber)
 */
GPtrArray *vowel_phone_numbers_list (
    VowelKeyring *keyring, const gchar *app_id, GError **error);
/* By its id. @app_id: (nullable): only when it is that app's. (transfer full)
 */
VowelPhoneNumber *vowel_phone_number_get (VowelKeyring *keyring,
    const gchar *app_id, const gchar *id, GError **error);
/* By what is dialled. (transfer full) */
VowelPhoneNumber *vowel_phone_number_find (
    VowelKeyring *keyring, const gchar *number, GError **error);
/* New, or changed; its times become those of now. Ends as writes of the store
 * do, with CONFLICT when somebody has the number already. */
void vowel_phone_number_put (VowelKeyring *keyring, VowelPhoneNumber *number,
    GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
