/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../face.h"

G_BEGIN_DECLS

/**
 * VowelTwilioFace:
 *
 * A telephone call over Twilio's Media Streams: one stream of mu-law in each
 * direction. Owner thread only.
 */
#define VOWEL_TYPE_TWILIO_FACE (vowel_twilio_face_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelTwilioFace, vowel_twilio_face, VOWEL, TWILIO_FACE, GObject)

/* Nothing is converted when the session's formats are mu-law with 8 kHz.
 * @hears_keys: the model is told of keys that the caller presses. Joins the
 * session. */
VowelTwilioFace *vowel_twilio_face_new (
    VowelSession *session, VowelTransport *transport, gboolean hears_keys);
/* (transfer full): for a session of the server. A stream's tools are none. */
VowelFaceMaker *vowel_twilio_face_maker_new (gboolean hears_keys);

G_END_DECLS
