/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelerror
 * @title: Errors
 * @short_description: why a provider, or an input, failed
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

#define MAX_DETAIL_SIZE (64 * 1024)
#define MAX_MESSAGE_CHARS 300

G_DEFINE_QUARK (gst_vowel_error_quark, gst_vowel_error)

static const gchar *const nicks[] = {
    [GST_VOWEL_ERROR_AUTH] = "auth",
    [GST_VOWEL_ERROR_BILLING] = "billing",
    [GST_VOWEL_ERROR_RATE_LIMIT] = "rate-limit",
    [GST_VOWEL_ERROR_BAD_REQUEST] = "bad-request",
    [GST_VOWEL_ERROR_NOT_FOUND] = "not-found",
    [GST_VOWEL_ERROR_OVERLOADED] = "overloaded",
    [GST_VOWEL_ERROR_UPSTREAM] = "upstream",
    [GST_VOWEL_ERROR_TIMEOUT] = "timeout",
    [GST_VOWEL_ERROR_PROTOCOL] = "protocol",
    [GST_VOWEL_ERROR_CANCELLED] = "cancelled",
    [GST_VOWEL_ERROR_LIMIT] = "limit",
};

/* libsoup and GIO report in their own domain what we call a GstVowelError. */
static GstVowelError
error_code (const GError *error)
{
  if (error->domain == GST_VOWEL_ERROR && error->code >= 0
      && (guint) error->code < G_N_ELEMENTS (nicks))
    return error->code;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return GST_VOWEL_ERROR_CANCELLED;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_TIMED_OUT))
    return GST_VOWEL_ERROR_TIMEOUT;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return GST_VOWEL_ERROR_NOT_FOUND;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT)
      || error->domain == G_URI_ERROR)
    return GST_VOWEL_ERROR_BAD_REQUEST;
  return GST_VOWEL_ERROR_UPSTREAM;
}

/**
 * gst_vowel_error_is_retryable:
 * @error: (nullable): an error, of this domain or of GIO's
 *
 * Returns: whether trying again can help
 */
gboolean
gst_vowel_error_is_retryable (const GError *error)
{
  if (error == NULL)
    return FALSE;

  switch (error_code (error)) {
    case GST_VOWEL_ERROR_RATE_LIMIT:
    case GST_VOWEL_ERROR_OVERLOADED:
    case GST_VOWEL_ERROR_UPSTREAM:
    case GST_VOWEL_ERROR_TIMEOUT:
      return TRUE;
    default:
      return FALSE;
  }
}

/* Providers put the human sentence in one of these places. */
static const gchar *
find_message (JsonNode *node)
{
  /* Where a sentence stands beside a name, the sentence comes first. */
  static const gchar *const names[] = {
      "message", "err_msg", "msg", "error", "detail", "details"};
  JsonObject *object;

  if (JSON_NODE_HOLDS_VALUE (node)
      && json_node_get_value_type (node) == G_TYPE_STRING)
    return json_node_get_string (node);
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);
    return json_array_get_length (array) > 0
               ? find_message (json_array_get_element (array, 0))
               : NULL;
  }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    return NULL;

  object = json_node_get_object (node);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    JsonNode *member = json_object_get_member (object, names[i]);
    const gchar *message = member != NULL ? find_message (member) : NULL;

    if (message != NULL)
      return message;
  }
  return NULL;
}

/* Used-up quota hides behind 401 and 429; only the code in the body tells. */
static gboolean
is_billing (JsonNode *node)
{
  static const gchar *const names[] = {"code", "type", "status", "err_code"};
  static const gchar *const codes[] = {"insufficient_quota", "quota_exceeded",
      "billing_error", "billing_not_active", "billing_hard_limit_reached",
      "ASR_PAYMENT_REQUIRED", NULL};
  JsonObject *object;

  if (!JSON_NODE_HOLDS_OBJECT (node))
    return FALSE;

  object = json_node_get_object (node);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++) {
    const gchar *code = gst_vowel_json_get_string (object, names[i]);

    if (code != NULL && g_strv_contains (codes, code))
      return TRUE;
  }
  for (guint i = 0; i < 2; i++) {
    JsonNode *inner =
        json_object_get_member (object, i == 0 ? "error" : "detail");

    if (inner != NULL && is_billing (inner))
      return TRUE;
  }
  return FALSE;
}

static GstVowelError
code_from_status (guint status, gboolean billing)
{
  if (status == 402
      || ((status == 401 || status == 403 || status == 429) && billing))
    return GST_VOWEL_ERROR_BILLING;

  switch (status) {
    case 401:
    case 403:
      return GST_VOWEL_ERROR_AUTH;
    case 404:
      return GST_VOWEL_ERROR_NOT_FOUND;
    case 408:
    case 504:
      return GST_VOWEL_ERROR_TIMEOUT;
    case 429:
      return GST_VOWEL_ERROR_RATE_LIMIT;
    case 498: /* Groq: flex capacity exceeded */
    case 503:
    case 529:
      return GST_VOWEL_ERROR_OVERLOADED;
    case 409:
    case 425:
    case 500:
    case 502:
      return GST_VOWEL_ERROR_UPSTREAM;
    default:
      return status >= 400 && status < 500 ? GST_VOWEL_ERROR_BAD_REQUEST
                                           : GST_VOWEL_ERROR_PROTOCOL;
  }
}

/**
 * gst_vowel_error_from_http:
 * @provider: who answered
 * @status: the HTTP status
 * @detail: (nullable): the body of the answer, JSON or not
 *
 * Maps an HTTP answer that is not 2xx to an error. The message is the one that
 * the body carries, if it carries one.
 *
 * Returns: (transfer full): a %GST_VOWEL_ERROR
 */
GError *
gst_vowel_error_from_http (
    const gchar *provider, guint status, const gchar *detail)
{
  g_autoptr (JsonNode) root = NULL;
  g_autofree gchar *message = NULL;
  GstVowelError code;

  g_return_val_if_fail (provider != NULL, NULL);

  if (detail != NULL && *detail != '\0') {
    const gchar *found;

    root =
        gst_vowel_json_parse (detail, strlen (detail), MAX_DETAIL_SIZE, NULL);
    found = root != NULL ? find_message (root) : NULL;
    message = g_utf8_make_valid (found != NULL ? found : detail, -1);
    if (g_utf8_strlen (message, -1) > MAX_MESSAGE_CHARS)
      *g_utf8_offset_to_pointer (message, MAX_MESSAGE_CHARS) = '\0';
    g_strstrip (message);
  }

  code = code_from_status (status, root != NULL && is_billing (root));
  if (message != NULL && *message != '\0')
    return g_error_new (
        GST_VOWEL_ERROR, code, "%s: HTTP %u: %s", provider, status, message);
  return g_error_new (GST_VOWEL_ERROR, code, "%s: HTTP %u", provider, status);
}

/**
 * gst_vowel_error_details_new:
 * @provider: who failed
 * @http_status: the HTTP status, 0 when there was none
 * @error: the error
 *
 * Makes the details that go with an error message on the bus, so that an
 * application can tell cases apart without reading text: "vowel-error-details"
 * with `provider` (string), `http-status` (uint), `retryable` (boolean) and
 * `code` (string: the nick of the #GstVowelError).
 *
 * Returns: (transfer full): the structure
 */
GstStructure *
gst_vowel_error_details_new (
    const gchar *provider, guint http_status, const GError *error)
{
  g_return_val_if_fail (error != NULL, NULL);

  return gst_structure_new ("vowel-error-details", "provider", G_TYPE_STRING,
      provider, "http-status", G_TYPE_UINT, http_status, "retryable",
      G_TYPE_BOOLEAN, gst_vowel_error_is_retryable (error), "code",
      G_TYPE_STRING, nicks[error_code (error)], NULL);
}
