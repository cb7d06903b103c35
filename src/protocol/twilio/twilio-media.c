/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-media.h"
#include "twilio-messages.h"

#include "../openai/audio-frames.h"

#include <string.h>

#define MAX_TIME_DIGITS 12

typedef struct {
  const gchar *cursor;
  const gchar *end;
} Scanner;

typedef struct {
  const gchar *start; /* (nullable) */
  gsize length;
} Text;

static void
skip_space (Scanner *scanner)
{
  while (scanner->cursor < scanner->end
         && (*scanner->cursor == ' ' || *scanner->cursor == '\t'
             || *scanner->cursor == '\n' || *scanner->cursor == '\r'))
    scanner->cursor++;
}

static gboolean
take (Scanner *scanner, gchar c)
{
  skip_space (scanner);
  if (scanner->cursor == scanner->end || *scanner->cursor != c)
    return FALSE;

  scanner->cursor++;
  return TRUE;
}

static gboolean
take_text (Scanner *scanner, Text *ret_text)
{
  const gchar *quote;

  if (!take (scanner, '"'))
    return FALSE;
  quote = memchr (scanner->cursor, '"', scanner->end - scanner->cursor);
  if (quote == NULL)
    return FALSE;

  ret_text->start = scanner->cursor;
  ret_text->length = quote - scanner->cursor;
  scanner->cursor = quote + 1;
  return TRUE;
}

/* Its bytes are its value. */
static gboolean
is_plain (const Text *text)
{
  for (gsize i = 0; i < text->length; i++)
    if (text->start[i] < ' ' || text->start[i] > '~' || text->start[i] == '\\')
      return FALSE;
  return TRUE;
}

static gboolean
equals (const Text *text, const gchar *literal)
{
  return text->length == strlen (literal)
         && memcmp (text->start, literal, text->length) == 0;
}

/* A member that may be there once. */
typedef struct {
  const gchar *name;
  Text *value; /* (nullable): it does not matter */
  gboolean unseen;
} Member;

static Member *
find_member (Member *members, guint n, const Text *name)
{
  for (guint i = 0; i < n; i++)
    if (members[i].unseen && equals (name, members[i].name)) {
      members[i].unseen = FALSE;
      return &members[i];
    }
  return NULL;
}

/* The payload is not looked at here: the base64 table refuses what is not
 * plain. */
static gboolean
take_value (Scanner *scanner, const Member *member)
{
  Text value;

  if (!take_text (scanner, &value)
      || (!g_str_equal (member->name, "payload") && !is_plain (&value)))
    return FALSE;
  if (member->value != NULL)
    *member->value = value;
  return TRUE;
}

static gboolean
scan_media (Scanner *scanner, Text *track, Text *timestamp, Text *payload)
{
  Member members[] = {{"track", track, TRUE}, {"chunk", NULL, TRUE},
      {"timestamp", timestamp, TRUE}, {"payload", payload, TRUE}};

  if (!take (scanner, '{'))
    return FALSE;
  do {
    Text name;
    Member *member;

    if (!take_text (scanner, &name) || !take (scanner, ':'))
      return FALSE;
    member = find_member (members, G_N_ELEMENTS (members), &name);
    if (member == NULL || !take_value (scanner, member))
      return FALSE;
  } while (take (scanner, ','));
  return take (scanner, '}');
}

gboolean
vowel_twilio_media_scan (
    const gchar *text, gsize length, VowelTwilioMedia *ret_media)
{
  Scanner scanner = {text, text + length};
  Text event = {0}, track = {0}, timestamp = {0}, payload = {0};
  Member members[] = {{"event", &event, TRUE}, {"sequenceNumber", NULL, TRUE},
      {"streamSid", NULL, TRUE}, {"media", NULL, TRUE}};

  if (!take (&scanner, '{'))
    return FALSE;
  do {
    Text name;
    Member *member;

    if (!take_text (&scanner, &name) || !take (&scanner, ':'))
      return FALSE;
    member = find_member (members, G_N_ELEMENTS (members), &name);
    if (member == NULL)
      return FALSE;
    if (g_str_equal (member->name, "media")
            ? !scan_media (&scanner, &track, &timestamp, &payload)
            : !take_value (&scanner, member))
      return FALSE;
  } while (take (&scanner, ','));

  if (!take (&scanner, '}'))
    return FALSE;
  skip_space (&scanner);
  if (scanner.cursor != scanner.end || event.start == NULL
      || !equals (&event, "media") || payload.start == NULL)
    return FALSE;
  ret_media->payload = payload.start;
  ret_media->payload_length = payload.length;
  ret_media->at_ms = timestamp.start != NULL ? vowel_twilio_parse_time (
                         timestamp.start, timestamp.length)
                                             : -1;
  ret_media->is_inbound = track.start == NULL || equals (&track, "inbound");
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
