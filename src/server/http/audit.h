/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/access/credentials.h"
#include "server/store/store.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * VowelAudit:
 * @VOWEL_AUDIT_NONE: nobody needs to know
 * @VOWEL_AUDIT_ALL: whatever came of it
 * @VOWEL_AUDIT_REFUSED: when it was refused
 *
 * Which requests of a route are written down.
 */
typedef enum {
  VOWEL_AUDIT_NONE,
  VOWEL_AUDIT_ALL,
  VOWEL_AUDIT_REFUSED,
} VowelAudit;

/* A request has been answered, or its client has gone. */
typedef void (*VowelAuditFunc) (
    const VowelAuditEntry *entry, gpointer user_data);

/* Has @func called when @message is over. @action: static, as in "key.create".
 * The accepting thread, as all of these. */
void vowel_audit_follow (SoupServerMessage *message, VowelAudit which,
    const gchar *action, const gchar *path, VowelAuditFunc func,
    gpointer user_data);
/* Who it comes from. Nothing happens when the message is not followed. */
void vowel_audit_note_grant (
    SoupServerMessage *message, const VowelGrant *grant);
/* The same for somebody who has no key: @actor: an id. */
void vowel_audit_note_actor (SoupServerMessage *message, const gchar *actor);
/* What it is about. @app_id, @target: (nullable): an id, or names of settings;
 * NULL leaves what was noted. */
void vowel_audit_note_target (
    SoupServerMessage *message, const gchar *app_id, const gchar *target);
/* What it turned out to be, where the route does not say: it is written down
 * whatever comes of it. */
void vowel_audit_note_action (SoupServerMessage *message, const gchar *action);
/* What somebody at this machine has done, without HTTP, just now. @what: the
 * command, or the signal; @target: (nullable); @error: (nullable): why nothing
 * came of it. (transfer full) */
VowelAuditEntry *vowel_audit_entry_new_local (const gchar *action,
    const gchar *what, const gchar *app_id, const gchar *target,
    const GError *error);
/* A line of the log, with fields. */
void vowel_audit_log (const VowelAuditEntry *entry);

G_END_DECLS
