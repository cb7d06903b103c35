/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "responder-fixture.h"

#include <string.h>

#define WEATHER_SCHEMA                                                         \
  "{\"type\":\"object\",\"properties\":{\"city\":{\"type\":\"string\"}},"      \
  "\"required\":[\"city\"]}"
#define TIMER_SCHEMA                                                           \
  "{\"type\":\"object\",\"properties\":{\"minutes\":{\"type\":\"integer\"}},"  \
  "\"required\":[\"minutes\"]}"
#define LIGHT_SCHEMA                                                           \
  "{\"type\":\"object\",\"properties\":{"                                      \
  "\"room\":{\"type\":\"string\",\"enum\":[\"kitchen\",\"living_room\","       \
  "\"bedroom\"]},"                                                             \
  "\"on\":{\"type\":\"boolean\"}},\"required\":[\"room\",\"on\"]}"

void
fixture_set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const gchar *text = data;

  fixture->script = text != NULL ? gst_vowel_script_parse (
                        text, strlen (text), "test", &error)
                                 : gst_vowel_script_load ("assistant", &error);
  g_assert_no_error (error);
  fixture->responder = gst_vowel_responder_new (fixture->script);
  fixture->now = g_date_time_new_from_iso8601 ("2026-11-21T10:35:00Z", NULL);
}

void
fixture_tear_down (Fixture *fixture, gconstpointer data)
{
  gst_vowel_responder_free (fixture->responder);
  gst_vowel_script_unref (fixture->script);
  g_date_time_unref (fixture->now);
}

GstVowelChatRequest *
fixture_request_new (void)
{
  return gst_vowel_chat_request_new ("resp_1", 1);
}

void
fixture_add_tools (GstVowelChatRequest *request)
{
  gst_vowel_chat_request_add_tool (
      request, "get_weather", "Tells the weather in a city", WEATHER_SCHEMA);
  gst_vowel_chat_request_add_tool (
      request, "setTimer", "Sets a timer for some minutes", TIMER_SCHEMA);
  gst_vowel_chat_request_add_tool (
      request, "set_light", "Turn a light on or off", LIGHT_SCHEMA);
}

GstVowelScriptReply *
fixture_reply_to (Fixture *fixture, GstVowelChatRequest *request)
{
  g_autoptr (GError) error = NULL;
  GstVowelScriptReply *reply = gst_vowel_responder_reply (
      fixture->responder, request, fixture->now, &error);

  g_assert_no_error (error);
  return reply;
}

GstVowelScriptReply *
fixture_ask (Fixture *fixture, GstVowelChatRequest *request, const gchar *text)
{
  gst_vowel_chat_request_add_message (request, GST_VOWEL_CHAT_USER, text);
  return fixture_reply_to (fixture, request);
}

void
fixture_assert_says (Fixture *fixture, GstVowelChatRequest *request,
    const gchar *question, const gchar *answer)
{
  g_autoptr (GstVowelScriptReply) reply =
      fixture_ask (fixture, request, question);

  g_assert_cmpuint (reply->calls->len, ==, 0);
  g_assert_cmpstr (reply->text, ==, answer);
  gst_vowel_chat_request_add_message (
      request, GST_VOWEL_CHAT_ASSISTANT, reply->text);
}
