/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Fifty times a second and call: media without a JSON tree. Whatever does not
 * have exactly the plain form is left to json-glib. */

/**
 * VowelTwilioMedia:
 * @payload: points into the text; not looked at yet
 * @payload_length: its bytes
 * @at_ms: since the stream began; -1: not known
 * @is_inbound: it is the caller's
 *
 * What a media message says.
 */
typedef struct {
  const gchar *payload;
  gsize payload_length;
  gint64 at_ms;
  gboolean is_inbound;
} VowelTwilioMedia;

/* Whether @text is a media message whose members are strings that need no
 * unescaping, with all others that Twilio sends or without. */
gboolean vowel_twilio_media_scan (
    const gchar *text, gsize length, VowelTwilioMedia *ret_media);
/* Milliseconds; -1 when @text is no such number. */
gint64 vowel_twilio_parse_time (const gchar *text, gsize length);

G_END_DECLS
