/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "protocol/twilio/twilio-media.h"
#include "protocol/twilio/twilio-messages.h"
#include "session/error.h"

#include <json-glib/json-glib.h>
#include <string.h>

#define MEDIA(payload)                                                         \
  "{\"event\":\"media\",\"sequenceNumber\":\"2\",\"streamSid\":\"MZ01\","      \
  "\"media\":{\"track\":\"inbound\",\"chunk\":\"1\",\"timestamp\":\"5\","      \
  "\"payload\":\"" payload "\"}}"
#define START(members)                                                         \
  "{\"event\":\"start\",\"sequenceNumber\":\"1\",\"streamSid\":\"MZ01\","      \
  "\"start\":{" members "}}"
#define SIDS "\"streamSid\":\"MZ01\",\"callSid\":\"CAtest1\""

static VowelTwilioMessage
parse (const gchar *text)
{
  VowelTwilioMessage message = {0};
  g_autoptr (GError) error = NULL;

  vowel_twilio_message_parse (&message, text, strlen (text), &error);
  g_assert_no_error (error);
  return message;
}

static void
test_start (void)
{
  g_auto (VowelTwilioMessage) message =
      parse (START (SIDS ",\"accountSid\":\"ACtest\",\"tracks\":[\"inbound\"],"
                         "\"customParameters\":{\"ticket\":\"tk_8f2c\","
                         "\"odd\":1},\"mediaFormat\":{\"encoding\":"
                         "\"audio/x-mulaw\",\"sampleRate\":8000,"
                         "\"channels\":1}"));

  g_assert_cmpint (message.event, ==, VOWEL_TWILIO_START);
  g_assert_cmpstr (message.stream_sid, ==, "MZ01");
  g_assert_cmpstr (message.call_sid, ==, "CAtest1");
  g_assert_cmpstr (message.account_sid, ==, "ACtest");
  g_assert_cmpuint (g_hash_table_size (message.parameters), ==, 1);
  g_assert_cmpstr (
      g_hash_table_lookup (message.parameters, "ticket"), ==, "tk_8f2c");
}

static void
test_media (void)
{
  static const gchar *const texts[] = {
      MEDIA ("/38="),
      MEDIA ("\\/38="),
      "{\"event\":\"media\",\"media\":{\"payload\":\"/38=\","
      "\"timestamp\":5}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_auto (VowelTwilioMessage) message = parse (texts[i]);

    g_assert_cmpint (message.event, ==, VOWEL_TWILIO_MEDIA);
    g_assert_cmpint (message.at_ms, ==, 5);
    g_assert_cmpmem (g_bytes_get_data (message.audio, NULL),
        g_bytes_get_size (message.audio), "\xff\x7f", 2);
  }
}

static void
test_media_of_others (void)
{
  static const gchar *const texts[] = {
      "{\"event\":\"media\",\"media\":{\"track\":\"outbound\","
      "\"payload\":\"/38=\",\"timestamp\":\"x\"}}",
      "{\"event\":\"media\",\"more\":1,\"media\":{\"track\":\"outbound\","
      "\"payload\":\"/38=\"}}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++) {
    g_auto (VowelTwilioMessage) message = parse (texts[i]);

    g_assert_cmpint (message.event, ==, VOWEL_TWILIO_MEDIA);
    g_assert_cmpint (message.at_ms, ==, -1);
    g_assert_null (message.audio);
  }
}

static void
test_others (void)
{
  g_auto (VowelTwilioMessage) connected =
      parse ("{\"event\":\"connected\",\"protocol\":\"Call\","
             "\"version\":\"1.0.0\"}");
  g_auto (VowelTwilioMessage) digit =
      parse ("{\"event\":\"dtmf\",\"streamSid\":\"MZ01\",\"dtmf\":{\"track\":"
             "\"inbound_track\",\"digit\":\"#\"}}");
  g_auto (VowelTwilioMessage) mark =
      parse ("{\"event\":\"mark\",\"mark\":{\"name\":\"t1-s1\"}}");
  g_auto (VowelTwilioMessage) stop = parse ("{\"event\":\"stop\"}");
  g_auto (VowelTwilioMessage) news = parse ("{\"event\":\"news\"}");

  g_assert_cmpint (connected.event, ==, VOWEL_TWILIO_CONNECTED);
  g_assert_cmpint (digit.event, ==, VOWEL_TWILIO_DTMF);
  g_assert_cmpint (digit.digit, ==, '#');
  g_assert_cmpint (mark.event, ==, VOWEL_TWILIO_MARK);
  g_assert_cmpstr (mark.mark, ==, "t1-s1");
  g_assert_cmpint (stop.event, ==, VOWEL_TWILIO_STOP);
  g_assert_cmpint (news.event, ==, VOWEL_TWILIO_OTHER);
}

static void
test_refused (void)
{
  static const struct {
    const gchar *text;
    VowelError code;
    const gchar *field; /* (nullable) */
  } cases[] = {
      {"", VOWEL_ERROR_INVALID, NULL},
      {"hello", VOWEL_ERROR_INVALID, NULL},
      {"[1]", VOWEL_ERROR_INVALID, NULL},
      {"{}", VOWEL_ERROR_MISSING, "event"},
      {"{\"event\":1}", VOWEL_ERROR_MISSING, "event"},
      {"{\"event\":\"media\"}", VOWEL_ERROR_MISSING, "media"},
      {"{\"event\":\"media\",\"media\":{}}", VOWEL_ERROR_MISSING,
          "media.payload"},
      {MEDIA ("/"), VOWEL_ERROR_INVALID, "media.payload"},
      {MEDIA ("a b="), VOWEL_ERROR_INVALID, "media.payload"},
      {"{\"event\":\"start\",\"start\":[]}", VOWEL_ERROR_MISSING, "start"},
      {START ("\"callSid\":\"CA\""), VOWEL_ERROR_MISSING, "start.streamSid"},
      {START ("\"streamSid\":\"MZ\""), VOWEL_ERROR_MISSING, "start.callSid"},
      {START ("\"streamSid\":\"MZ\\\"\",\"callSid\":\"CA\""),
          VOWEL_ERROR_INVALID, "start.streamSid"},
      {START ("\"streamSid\":\"MZ\",\"callSid\":\"../CA\""),
          VOWEL_ERROR_INVALID, "start.callSid"},
      {START (SIDS ",\"mediaFormat\":{\"encoding\":\"audio/x-l16\"}"),
          VOWEL_ERROR_NOT_SUPPORTED, "start.mediaFormat"},
      {START (SIDS ",\"mediaFormat\":{\"sampleRate\":16000}"),
          VOWEL_ERROR_NOT_SUPPORTED, "start.mediaFormat"},
      {START (SIDS ",\"mediaFormat\":{\"channels\":2}"),
          VOWEL_ERROR_NOT_SUPPORTED, "start.mediaFormat"},
      {"{\"event\":\"dtmf\",\"dtmf\":{\"digit\":\"x\"}}", VOWEL_ERROR_INVALID,
          "dtmf.digit"},
      {"{\"event\":\"dtmf\",\"dtmf\":{\"digit\":\"12\"}}", VOWEL_ERROR_TOO_LONG,
          "dtmf.digit"},
      {"{\"event\":\"mark\",\"mark\":{}}", VOWEL_ERROR_MISSING, "mark.name"},
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) {
    VowelTwilioMessage message = {0};
    g_autoptr (GError) error = NULL;
    g_autofree gchar *field = NULL;

    g_assert_false (vowel_twilio_message_parse (
        &message, cases[i].text, strlen (cases[i].text), &error));
    g_assert_error (error, VOWEL_ERROR, (gint) cases[i].code);
    field = vowel_error_dup_field (error);
    g_assert_cmpstr (field, ==, cases[i].field);
  }
}

/* json-glib alone would overflow the stack. */
static void
test_deep (void)
{
  g_autofree gchar *deep = g_strnfill (1000000, '[');
  VowelTwilioMessage message = {0};
  g_autoptr (GError) error = NULL;

  g_assert_false (
      vowel_twilio_message_parse (&message, deep, strlen (deep), &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_INVALID);
}

static gboolean
scan (const gchar *text, VowelTwilioMedia *ret_media)
{
  return vowel_twilio_media_scan (text, strlen (text), ret_media);
}

static void
test_scan_takes (void)
{
  VowelTwilioMedia media;

  g_assert_true (scan (MEDIA ("AAAA"), &media));
  g_assert_cmpint (media.at_ms, ==, 5);
  g_assert_true (media.is_inbound);
  g_assert_true (scan (" { \"media\" : {\"payload\":\"\"} ,\n\"event\": "
                       "\"media\" } ",
      &media));
  g_assert_cmpint (media.at_ms, ==, -1);
}

/* Whatever the fast path takes, json-glib reads the same way. */
static void
test_scan_agrees_with_json (void)
{
  static const gchar noise[] = "\"\\{}[],: \n\tmedia=1\x01\x7f";
  guint taken = 0;

  for (guint round = 0; round < 20000; round++) {
    g_autoptr (JsonParser) parser = json_parser_new ();
    g_autofree gchar *text = g_strdup_printf (
        round % 2 == 0
            ? "{\"event\":\"media\",\"sequenceNumber\":\"%u\",\"streamSid\":"
              "\"MZ\",\"media\":{\"track\":\"inbound\",\"chunk\":\"1\","
              "\"timestamp\":\"%u\",\"payload\":\"/38=\"}}"
            : "{\"media\": {\"timestamp\": \"%u\",\"payload\":\"/3%u8\"}, "
              "\"event\":\"media\"}",
        round, round % 7);
    JsonObject *object;
    VowelTwilioMedia media;
    g_autofree gchar *payload = NULL;
    const gchar *expected;

    for (gint i = g_test_rand_int_range (0, 3); i > 0; i--)
      text[g_test_rand_int_range (0, (gint32) strlen (text))] =
          noise[g_test_rand_int_range (0, sizeof noise - 1)];
    if (!scan (text, &media))
      continue;
    payload = g_strndup (media.payload, media.payload_length);
    if (strpbrk (payload, "\\\x01\x7f\n\t") != NULL)
      continue; /* goes the long way */

    taken++;
    g_assert_true (json_parser_load_from_data (parser, text, -1, NULL));
    object = json_node_get_object (json_parser_get_root (parser));
    g_assert_cmpstr (
        json_object_get_string_member (object, "event"), ==, "media");
    object = json_object_get_object_member (object, "media");
    g_assert_cmpstr (
        json_object_get_string_member (object, "payload"), ==, payload);
    expected =
        json_object_get_string_member_with_default (object, "timestamp", "");
    g_assert_cmpint (
        media.at_ms, ==, vowel_twilio_parse_time (expected, strlen (expected)));
  }
  g_assert_cmpuint (taken, >, 5000);
}

static void
test_times (void)
{
  g_assert_cmpint (vowel_twilio_parse_time ("0", 1), ==, 0);
  g_assert_cmpint (vowel_twilio_parse_time ("86400000", 8), ==, 86400000);
  g_assert_cmpint (vowel_twilio_parse_time ("", 0), ==, -1);
  g_assert_cmpint (vowel_twilio_parse_time ("-1", 2), ==, -1);
  g_assert_cmpint (vowel_twilio_parse_time ("1e3", 3), ==, -1);
  g_assert_cmpint (vowel_twilio_parse_time ("1234567890123", 13), ==, -1);
}

static void
test_written (void)
{
  g_autoptr (GString) out = g_string_new ("old");

  vowel_twilio_write_media (out, "MZ01", (const guint8 *) "\xff\x7f", 2);
  g_assert_cmpstr (out->str, ==,
      "{\"event\":\"media\",\"streamSid\":\"MZ01\",\"media\":{\"payload\":"
      "\"/38=\"}}");
  vowel_twilio_write_mark (out, "MZ01", "t1-s2");
  g_assert_cmpstr (out->str, ==,
      "{\"event\":\"mark\",\"streamSid\":\"MZ01\",\"mark\":{\"name\":"
      "\"t1-s2\"}}");
  vowel_twilio_write_clear (out, "MZ01");
  g_assert_cmpstr (
      out->str, ==, "{\"event\":\"clear\",\"streamSid\":\"MZ01\"}");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/twilio/messages/start", test_start);
  g_test_add_func ("/twilio/messages/media", test_media);
  g_test_add_func ("/twilio/messages/media-of-others", test_media_of_others);
  g_test_add_func ("/twilio/messages/others", test_others);
  g_test_add_func ("/twilio/messages/refused", test_refused);
  g_test_add_func ("/twilio/messages/deep", test_deep);
  g_test_add_func ("/twilio/media/takes", test_scan_takes);
  g_test_add_func (
      "/twilio/media/agrees-with-json", test_scan_agrees_with_json);
  g_test_add_func ("/twilio/media/times", test_times);
  g_test_add_func ("/twilio/messages/written", test_written);
  return g_test_run ();
}
