/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-media.h"
#include "twilio-messages.h"

#include "../base64.h"
#include "../flat-json.h"

#include <string.h>

#define MAX_TIME_DIGITS 12

/* A member that may be there once. */
typedef struct {
  const gchar *name;
  VowelFlatText *value; /* (nullable): it does not matter */
  gboolean unseen;
} Member;

static Member *
find_member (Member *members, guint n, const VowelFlatText *name)
{
  for (guint i = 0; i < n; i++)
    if (members[i].unseen && vowel_flat_equals (name, members[i].name)) {
      members[i].unseen = FALSE;
      return &members[i];
    }
  return NULL;
}

/* The payload is not looked at here: the base64 table refuses what is not
 * plain. */
static gboolean
take_value (VowelFlatScanner *scanner, const Member *member)
{
  VowelFlatText value;

  if (!vowel_flat_take_text (scanner, &value)
      || (!g_str_equal (member->name, "payload")
          && !vowel_flat_is_plain (&value)))
    return FALSE;
  if (member->value != NULL)
    *member->value = value;
  return TRUE;
}

static gboolean
scan_media (VowelFlatScanner *scanner, VowelFlatText *track,
    VowelFlatText *timestamp, VowelFlatText *payload)
{
  Member members[] = {{"track", track, TRUE}, {"chunk", NULL, TRUE},
      {"timestamp", timestamp, TRUE}, {"payload", payload, TRUE}};

  if (!vowel_flat_take (scanner, '{'))
    return FALSE;
  do {
    VowelFlatText name;
    Member *member;

    if (!vowel_flat_take_text (scanner, &name)
        || !vowel_flat_take (scanner, ':'))
      return FALSE;
    member = find_member (members, G_N_ELEMENTS (members), &name);
    if (member == NULL || !take_value (scanner, member))
      return FALSE;
  } while (vowel_flat_take (scanner, ','));
  return vowel_flat_take (scanner, '}');
}

gboolean
vowel_twilio_media_scan (
    const gchar *text, gsize length, VowelTwilioMedia *ret_media)
{
  VowelFlatScanner scanner = {text, text + length};
  VowelFlatText event = {0}, track = {0}, timestamp = {0}, payload = {0};
  Member members[] = {{"event", &event, TRUE}, {"sequenceNumber", NULL, TRUE},
      {"streamSid", NULL, TRUE}, {"media", NULL, TRUE}};

  if (!vowel_flat_take (&scanner, '{'))
    return FALSE;
  do {
    VowelFlatText name;
    Member *member;

    if (!vowel_flat_take_text (&scanner, &name)
        || !vowel_flat_take (&scanner, ':'))
      return FALSE;
    member = find_member (members, G_N_ELEMENTS (members), &name);
    if (member == NULL)
      return FALSE;
    if (g_str_equal (member->name, "media")
            ? !scan_media (&scanner, &track, &timestamp, &payload)
            : !take_value (&scanner, member))
      return FALSE;
  } while (vowel_flat_take (&scanner, ','));

  if (!vowel_flat_take (&scanner, '}'))
    return FALSE;
  if (!vowel_flat_is_at_end (&scanner) || event.start == NULL
      || !vowel_flat_equals (&event, "media") || payload.start == NULL)
    return FALSE;
  ret_media->payload = payload.start;
  ret_media->payload_length = payload.length;
  ret_media->at_ms = timestamp.start != NULL ? vowel_twilio_parse_time (
                         timestamp.start, timestamp.length)
                                             : -1;
  ret_media->is_inbound =
      track.start == NULL || vowel_flat_equals (&track, "inbound");
  return TRUE;
}

gint64
vowel_twilio_parse_time (const gchar *text, gsize length)
{
  gint64 time = 0;

  if (length == 0 || length > MAX_TIME_DIGITS)
    return -1;
  for (gsize i = 0; i < length; i++) {
    if (!g_ascii_isdigit (text[i]))
      return -1;
    time = time * 10 + g_ascii_digit_value (text[i]);
  }
  return time;
}

/* The stream's id is Twilio's: letters and digits, as the parser has seen to.
 */
void
vowel_twilio_write_media (
    GString *out, const gchar *stream_sid, const guint8 *audio, gsize length)
{
  g_string_assign (out, "{\"event\":\"media\",\"streamSid\":\"");
  g_string_append (out, stream_sid);
  g_string_append (out, "\",\"media\":{\"payload\":\"");
  vowel_base64_append (out, audio, length);
  g_string_append (out, "\"}}");
}
