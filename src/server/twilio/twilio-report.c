/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-report.h"
#include "twilio-form.h"

#include <string.h>

#define STATUS "callStatus"
#define MAX_DURATION_S (7 * 24 * 60 * 60)
#define MAX_ERROR 200
#define MAX_ANSWERED_BY 32

/* Those that go before come late, or not at all. */
static gboolean
is_final (const gchar *status)
{
  static const gchar *const finals[] = {
      "completed", "busy", "failed", "no-answer", "canceled", NULL};

  return g_strv_contains (finals, status);
}

static void
read_duration (GPtrArray *form, JsonObject *report)
{
  const gchar *text = vowel_twilio_form_get (form, "CallDuration");
  guint64 duration;

  if (text
      && g_ascii_string_to_unsigned (
          text, 10, 0, MAX_DURATION_S, &duration, NULL))
    json_object_set_int_member (report, "callDuration", duration);
}

/* "human", "machine_start", "fax", … */
static void
read_answered_by (GPtrArray *form, JsonObject *report)
{
  const gchar *text = vowel_twilio_form_get (form, "AnsweredBy");

  if (text && strlen (text) <= MAX_ANSWERED_BY
      && strspn (text, G_CSET_a_2_z "_") == strlen (text))
    json_object_set_string_member (report, "answeredBy", text);
}

static void
read_stream_error (GPtrArray *form, JsonObject *report)
{
  const gchar *event = vowel_twilio_form_get (form, "StreamEvent");
  const gchar *error = vowel_twilio_form_get (form, "StreamError");
  g_autofree gchar *cut = NULL;

  if (g_strcmp0 (event, "stream-error") != 0 || error == NULL)
    return;
  cut = g_utf8_substring (error, 0, MIN (g_utf8_strlen (error, -1), MAX_ERROR));
  json_object_set_string_member (report, "streamError", cut);
}

JsonObject *
vowel_twilio_report_read (GPtrArray *form)
{
  g_autoptr (JsonObject) report = json_object_new ();
  const gchar *status = vowel_twilio_form_get (form, "CallStatus");

  if (status && is_final (status)) {
    json_object_set_string_member (report, STATUS, status);
    read_duration (form, report);
  }
  read_answered_by (form, report);
  read_stream_error (form, report);
  return json_object_get_size (report) > 0 ? g_steal_pointer (&report) : NULL;
}

gboolean
vowel_twilio_report_is_final (JsonObject *report)
{
  return json_object_has_member (report, STATUS);
}
