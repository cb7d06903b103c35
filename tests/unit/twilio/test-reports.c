/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What Twilio reports of calls, and of which. */

#include "server/calls/call-json.h"
#include "server/twilio/twilio-calls.h"
#include "server/twilio/twilio-form.h"
#include "server/twilio/twilio-report.h"

#include <string.h>

/* (nullable): as details */
static gchar *
read_details (const gchar *body)
{
  g_autoptr (GPtrArray) form = vowel_twilio_form_parse (body, strlen (body));
  g_autoptr (JsonObject) report = vowel_twilio_report_read (form);

  return report ? vowel_call_details_add (NULL, report) : NULL;
}

static void
assert_read (const gchar *body, const gchar *details)
{
  g_autofree gchar *found = read_details (body);

  g_assert_cmpstr (found, ==, details);
}

static void
test_read (void)
{
  assert_read ("CallStatus=completed&CallDuration=42&Duration=1",
      "{\"callStatus\":\"completed\",\"callDuration\":42}");
  assert_read ("CallStatus=no-answer&AnsweredBy=machine_start",
      "{\"callStatus\":\"no-answer\",\"answeredBy\":\"machine_start\"}");
  assert_read ("StreamEvent=stream-error&StreamError=31951%20caf%C3%A9",
      "{\"streamError\":\"31951 caf\xc3\xa9\"}");
  /* Nothing that stays, or that is no use. */
  assert_read ("CallStatus=ringing&CallDuration=42", NULL);
  assert_read ("StreamEvent=stream-started&StreamError=x", NULL);
  assert_read ("StreamEvent=stream-error", NULL);
  assert_read ("", NULL);
  assert_read ("AnsweredBy=%3Cb%3E", NULL);
  assert_read ("CallStatus=busy&CallDuration=-1", "{\"callStatus\":\"busy\"}");
  assert_read ("CallStatus=busy&CallDuration=99999999999999999999",
      "{\"callStatus\":\"busy\"}");
}

static void
test_long_error (void)
{
  g_autofree gchar *long_text = g_strnfill (5000, 'x');
  g_autofree gchar *body =
      g_strconcat ("StreamEvent=stream-error&StreamError=", long_text, NULL);
  g_autofree gchar *details = read_details (body);

  g_assert_cmpuint (strlen (details), <, 300);
}

static void
test_added (void)
{
  g_autoptr (JsonObject) report = json_object_new ();
  g_autofree gchar *details = NULL;
  g_autofree gchar *repaired = NULL;

  json_object_set_string_member (report, "callStatus", "completed");
  details = vowel_call_details_add (
      "{\"callSid\":\"CA1\",\"callStatus\":\"busy\"}", report);
  g_assert_cmpstr (
      details, ==, "{\"callSid\":\"CA1\",\"callStatus\":\"completed\"}");
  repaired = vowel_call_details_add ("nonsense", report);
  g_assert_cmpstr (repaired, ==, "{\"callStatus\":\"completed\"}");
}

static VowelTwilioKnownCall *
add (VowelTwilioCalls *calls, const gchar *call_sid, const gchar *app_id)
{
  VowelTwilioCall call = {
      .call_sid = (gchar *) call_sid,
      .app_id = (gchar *) app_id,
  };

  return vowel_twilio_calls_add (calls, &call, 1000);
}

static void
test_calls (void)
{
  g_autoptr (VowelTwilioCalls) calls = vowel_twilio_calls_new ();
  g_autoptr (JsonObject) report = json_object_new ();
  VowelTwilioKnownCall *known = add (calls, "CA1", "one");

  g_assert_cmpint (known->since, ==, 1000);
  g_assert_true (add (calls, "CA1", "two") == known);
  g_assert_cmpstr (known->call->app_id, ==, "one");
  g_assert_true (vowel_twilio_calls_find (calls, "CA1") == known);
  g_assert_null (vowel_twilio_calls_find (calls, "CA2"));
  g_assert_null (vowel_twilio_calls_find (calls, NULL));
  json_object_set_int_member (report, "callDuration", 1);
  vowel_twilio_known_call_note (known, report);
  json_object_set_int_member (report, "callDuration", 2);
  vowel_twilio_known_call_note (known, report);
  g_assert_cmpint (
      json_object_get_int_member (known->reported, "callDuration"), ==, 2);
}

/* As many as there can be; the oldest goes. */
static void
test_many_calls (void)
{
  g_autoptr (VowelTwilioCalls) calls = vowel_twilio_calls_new ();

  for (guint i = 0; i <= 10000; i++) {
    g_autofree gchar *call_sid = g_strdup_printf ("CA%u", i);

    add (calls, call_sid, "one");
  }
  g_assert_null (vowel_twilio_calls_find (calls, "CA0"));
  g_assert_nonnull (vowel_twilio_calls_find (calls, "CA1"));
  g_assert_nonnull (vowel_twilio_calls_find (calls, "CA10000"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/twilio/reports/read", test_read);
  g_test_add_func ("/twilio/reports/long-error", test_long_error);
  g_test_add_func ("/twilio/reports/added", test_added);
  g_test_add_func ("/twilio/reports/calls", test_calls);
  g_test_add_func ("/twilio/reports/many-calls", test_many_calls);
  return g_test_run ();
}
