/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "listen-protocol.h"

#include <gst/vowel/gstvoweljson.h>

/* (nullable): the best of them */
static JsonObject *
get_alternative (JsonObject *results)
{
  JsonObject *channel = gst_vowel_json_get_object (results, "channel");
  JsonArray *array = gst_vowel_json_get_array (channel, "alternatives");
  JsonNode *node;

  if (array == NULL || json_array_get_length (array) == 0)
    return NULL;
  node = json_array_get_element (array, 0);
  return JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
}

static void
read_results (LiveSession *session, JsonObject *results)
{
  gdouble start = gst_vowel_json_get_double (results, "start", LIVE_UNKNOWN);
  gdouble duration =
      gst_vowel_json_get_double (results, "duration", LIVE_UNKNOWN);
  JsonObject *alternative = get_alternative (results);
  const LiveResult result = {
      .text = gst_vowel_json_get_string (alternative, "transcript"),
      .language = gst_vowel_json_get_string_at (
          gst_vowel_json_get_array (alternative, "languages"), 0),
      .confidence =
          gst_vowel_json_get_double (alternative, "confidence", LIVE_UNKNOWN),
      .end = start >= 0 && duration >= 0 ? start + duration : LIVE_UNKNOWN,
      .fixed = gst_vowel_json_get_boolean (results, "is_final"),
      .last = gst_vowel_json_get_boolean (results, "from_finalize"),
  };

  live_session_result (session, &result);
}

gboolean
listen_protocol_read (LiveSession *session, JsonObject *message, GError **error)
{
  const gchar *type = gst_vowel_json_get_string (message, "type");
  const gchar *reason;

  if (g_strcmp0 (type, "Results") == 0) {
    read_results (session, message);
  } else if (g_strcmp0 (type, "Error") == 0) {
    reason = gst_vowel_json_get_string (message, "description");
    if (reason == NULL)
      reason = gst_vowel_json_get_string (message, "message");
    return live_session_refuse (
        session, GST_VOWEL_ERROR_UPSTREAM, reason, error);
  }
  return TRUE;
}
