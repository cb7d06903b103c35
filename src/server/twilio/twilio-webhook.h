/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "twilio-form.h"

#include "server/config/server-config.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * VowelTwilioWebhook:
 * @url: what was asked for, as it is from outside
 * @query: (element-type VowelTwilioField): of the URL
 * @form: (element-type VowelTwilioField): what Twilio says: the body of a POST,
 *   the query of a GET
 * @body: (nullable): of a POST that brings no form
 * @signature: (nullable): X-Twilio-Signature
 *
 * A request of Twilio's.
 */
typedef struct {
  gchar *url;
  GPtrArray *query;
  GPtrArray *form;
  GBytes *body;
  gchar *signature;
} VowelTwilioWebhook;

/* (transfer full) (nullable): NULL when its body or its query is broken */
VowelTwilioWebhook *vowel_twilio_webhook_read (
    SoupServerMessage *message, const VowelServerConfig *config);
void vowel_twilio_webhook_free (VowelTwilioWebhook *webhook);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTwilioWebhook, vowel_twilio_webhook_free)

gboolean vowel_twilio_webhook_is_signed (
    const VowelTwilioWebhook *webhook, const gchar *auth_token);
/* (nullable): a field of the form */
const gchar *vowel_twilio_webhook_get (
    const VowelTwilioWebhook *webhook, const gchar *name);

/* Where the server is reached from outside, without a slash at the end: as it
 * is set, or else as it was asked. @scheme: "http" or "ws", an s is added as it
 * is needed. (transfer full) */
gchar *vowel_twilio_dup_base_url (SoupServerMessage *message,
    const VowelServerConfig *config, const gchar *scheme);
/* The whole URL of @message, with the letters that it came with. (transfer
 * full) */
gchar *vowel_twilio_dup_url (SoupServerMessage *message,
    const VowelServerConfig *config, const gchar *scheme);

G_END_DECLS
