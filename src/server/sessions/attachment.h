/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gate.h"
#include "session-request.h"

#include "server/config/server-config.h"
#include "server/http/peer.h"
#include "server/telemetry/metrics.h"

G_BEGIN_DECLS

/**
 * VowelAttachment:
 *
 * One of the connections to a session, with its face. The worker only.
 */
#define VOWEL_TYPE_ATTACHMENT (vowel_attachment_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelAttachment, vowel_attachment, VOWEL, ATTACHMENT, GObject)

typedef void (*VowelAttachmentFunc) (
    VowelAttachment *attachment, gpointer user_data);

/* @request: that it came with. @config, @metrics: must outlive it. */
VowelAttachment *vowel_attachment_new (GstVowelWorker *worker,
    const VowelServerConfig *config, VowelMetrics *metrics,
    const VowelSessionRequest *request, GIOStream *stream, VowelPeer *peer);
/* One that has waited at @gate. */
VowelAttachment *vowel_attachment_new_at_gate (GstVowelWorker *worker,
    const VowelServerConfig *config, VowelMetrics *metrics,
    const VowelSessionRequest *request, VowelGate *gate);
/* Joins the session, with a face as @request says. */
gboolean vowel_attachment_join (VowelAttachment *attachment,
    VowelSession *session, const VowelSessionRequest *request, GError **error);
/* Before it joins.  Lets another connection take its place when it breaks. */
void vowel_attachment_make_resumable (
    VowelAttachment *attachment, const gchar *session_id);
/* Tells the client how; nothing when it is not resumable. */
void vowel_attachment_announce (VowelAttachment *attachment);
/* Whether @token is what its client was told. */
gboolean vowel_attachment_has_token (
    VowelAttachment *attachment, const gchar *token);
/* Goes on with another connection: the one it had is closed. Fails when the
 * client has missed more than is kept. */
gboolean vowel_attachment_resume (VowelAttachment *attachment,
    GIOStream *stream, VowelPeer *peer, const gchar *last_event_id,
    GError **error);
/* Messages are read from here on. @gone: once, when the connection is over and
 * its face has left the session. */
void vowel_attachment_start (
    VowelAttachment *attachment, VowelAttachmentFunc gone, gpointer user_data);
/* Says why there is no session, and closes. */
void vowel_attachment_refuse (VowelAttachment *attachment, const GError *error);
/* Says why there is nothing to go on with, and closes. */
void vowel_attachment_refuse_resume (
    VowelAttachment *attachment, const GError *error);
void vowel_attachment_close (
    VowelAttachment *attachment, guint16 code, const gchar *reason);

G_END_DECLS
