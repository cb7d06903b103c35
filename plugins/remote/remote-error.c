/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "remote-error.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

#define MAX_MESSAGE_CHARS 300

static const struct {
  const gchar *name;
  guint status;
} names[] = {
    {"insufficient_quota", 402},
    {"billing_not_active", 402},
    {"billing_error", 402},
    {"rate_limit_exceeded", 429},
    {"rate_limit_error", 429},
    {"invalid_api_key", 401},
    {"authentication_error", 401},
    {"permission_error", 403},
    {"model_not_found", 404},
    {"not_found_error", 404},
    {"invalid_request_error", 400},
    {"context_length_exceeded", 400},
    {"request_too_large", 413},
    {"overloaded_error", 529},
    {"service_unavailable", 503},
    {"unavailable_error", 503},
    {"timeout", 504},
    {"timeout_error", 504},
    {"server_error", 500},
    {"api_error", 500},
};

static guint
get_status (JsonObject *object, const gchar *name)
{
  JsonNode *node = json_object_get_member (object, name);
  gint64 value;

  if (node == NULL || json_node_get_value_type (node) != G_TYPE_INT64)
    return 0;
  value = json_node_get_int (node);
  return value >= 400 && value < 600 ? value : 0;
}

static guint
status_of_name (const gchar *name)
{
  for (guint i = 0; name != NULL && i < G_N_ELEMENTS (names); i++)
    if (g_str_equal (names[i].name, name))
      return names[i].status;
  return 0;
}

/* The member that has the report: an object, or the words themselves. */
static JsonNode *
find_report (JsonNode *root, gboolean is_error)
{
  JsonObject *object;
  JsonNode *report;

  if (root == NULL || !JSON_NODE_HOLDS_OBJECT (root))
    return is_error ? root : NULL;
  object = json_node_get_object (root);
  report = json_object_get_member (object, "error");
  if (report != NULL && !JSON_NODE_HOLDS_NULL (report))
    return report;
  if (is_error
      || g_strcmp0 (gst_vowel_json_get_string (object, "object"), "error") == 0)
    return root;
  return NULL;
}

static gchar *
trim (const gchar *text)
{
  gchar *message = g_utf8_make_valid (text, -1);

  if (g_utf8_strlen (message, -1) > MAX_MESSAGE_CHARS)
    *g_utf8_offset_to_pointer (message, MAX_MESSAGE_CHARS) = '\0';
  return g_strstrip (message);
}

/* The model made a call that makes no sense: the next try may do better. */
static gboolean
is_failed_call (JsonObject *report)
{
  return g_strcmp0 (
             gst_vowel_json_get_string (report, "code"), "tool_use_failed")
         == 0;
}

static guint
find_status (JsonObject *report, guint status)
{
  guint found = get_status (report, "status_code");

  if (is_failed_call (report))
    return 500;
  if (status >= 400)
    return status;
  if (found == 0)
    found = get_status (report, "code");
  if (found == 0)
    found = status_of_name (gst_vowel_json_get_string (report, "code"));
  if (found == 0)
    found = status_of_name (gst_vowel_json_get_string (report, "type"));
  return found != 0 ? found : 500;
}

GError *
remote_error_find (const gchar *server, const gchar *event, guint status,
    JsonNode *root, const gchar *text)
{
  gboolean is_error = status >= 400 || g_strcmp0 (event, "error") == 0;
  JsonNode *report = find_report (root, is_error);
  JsonObject *object = report != NULL && JSON_NODE_HOLDS_OBJECT (report)
                           ? json_node_get_object (report)
                           : NULL;
  g_autofree gchar *message = NULL;
  GError *error;

  if (report == NULL && !is_error)
    return NULL;
  error = gst_vowel_error_from_http (server,
      object != NULL ? find_status (object, status)
                     : (status >= 400 ? status : 500),
      text);
  /* The message of HTTP is for answers of HTTP. */
  if (status >= 400)
    return error;
  if (object != NULL)
    message = trim (gst_vowel_json_get_string (object, "message") != NULL
                        ? gst_vowel_json_get_string (object, "message")
                        : "no reason given");
  else if (report != NULL && json_node_get_value_type (report) == G_TYPE_STRING)
    message = trim (json_node_get_string (report));
  else
    message = trim (text);
  g_free (error->message);
  error->message = g_strdup_printf ("%s: the answer broke off: %s", server,
      *message != '\0' ? message : "no reason given");
  return error;
}
