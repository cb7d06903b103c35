/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Digits are given to whoever wants them in any case; these are all that a
 * telephone has. */
#define VOWEL_TWILIO_DIGITS "0123456789*#ABCD"

/**
 * VowelTwilioEvent:
 * @VOWEL_TWILIO_OTHER: nothing that is known here: to be ignored
 *
 * What Twilio tells of a stream.
 */
typedef enum {
  VOWEL_TWILIO_OTHER,
  VOWEL_TWILIO_CONNECTED,
  VOWEL_TWILIO_START,
  VOWEL_TWILIO_MEDIA,
  VOWEL_TWILIO_DTMF,
  VOWEL_TWILIO_MARK,
  VOWEL_TWILIO_STOP,
} VowelTwilioEvent;

/**
 * VowelTwilioMessage:
 * @event: what it is; the rest is %NULL where it has no such thing
 * @stream_sid: of a start: what messages to Twilio name
 * @call_sid: of a start
 * @account_sid: (nullable): of a start
 * @parameters: (nullable) (element-type utf8 utf8): of a start, as TwiML had
 *   them
 * @audio: of media: mu-law; %NULL when it is not the caller's
 * @at_ms: of media: since the stream began; -1: not known
 * @digit: of a dtmf: one of %VOWEL_TWILIO_DIGITS
 * @mark: of a mark: its name
 *
 * One message from Twilio.
 */
typedef struct {
  VowelTwilioEvent event;
  gchar *stream_sid;
  gchar *call_sid;
  gchar *account_sid;
  GHashTable *parameters;
  GBytes *audio;
  gint64 at_ms;
  gchar digit;
  gchar *mark;
} VowelTwilioMessage;

/* Fills in @message, which then is to be cleared.  What is wrong, as
 * #VOWEL_ERROR, names the member; nothing is to be cleared then. */
gboolean vowel_twilio_message_parse (VowelTwilioMessage *message,
    const gchar *text, gsize length, GError **error);
void vowel_twilio_message_clear (VowelTwilioMessage *message);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (
    VowelTwilioMessage, vowel_twilio_message_clear)

/* Messages to Twilio, written into @out, which is emptied first. */
void vowel_twilio_write_media (
    GString *out, const gchar *stream_sid, const guint8 *audio, gsize length);
void vowel_twilio_write_mark (
    GString *out, const gchar *stream_sid, const gchar *name);
void vowel_twilio_write_clear (GString *out, const gchar *stream_sid);

G_END_DECLS
