/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "usage-report.h"

#include "server/telemetry/usage-json.h"

static void
add_session (
    const gchar *session_id, VowelUsageLedger *usage, gpointer sessions)
{
  JsonObject *session = json_object_new ();

  json_object_set_string_member (session, "id", session_id);
  json_object_set_array_member (
      session, "providers", vowel_usage_to_json (usage));
  json_array_add_object_element (sessions, session);
}

JsonObject *
vowel_usage_report_new (VowelSessionManager *manager, gint64 since)
{
  g_autoptr (VowelUsageLedger) total =
      vowel_session_manager_sum_usage (manager);
  JsonArray *sessions = json_array_new ();
  JsonObject *body = json_object_new ();

  vowel_session_manager_foreach_usage (manager, add_session, sessions);
  json_object_set_string_member (body, "object", "usage");
  json_object_set_int_member (body, "since", since);
  json_object_set_array_member (body, "providers", vowel_usage_to_json (total));
  json_object_set_array_member (body, "sessions", sessions);
  return body;
}
