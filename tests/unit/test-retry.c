/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <gst/vowel/vowel.h>

static gint
wait_for (guint attempt, gint code, gint retry_after, gdouble jitter)
{
  g_autoptr (GError) error = g_error_new (GST_VOWEL_ERROR, code, "error");
  guint wait = 0;

  return gst_vowel_retry_policy_next (gst_vowel_retry_policy_default (),
             attempt, error, retry_after, jitter, &wait)
             ? (gint) wait
             : -1;
}

static void
test_waits (void)
{
  static const GstVowelRetryPolicy many = {100, 500, 8000, 2000};
  g_autoptr (GError) error =
      g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM, "error");
  guint wait = 0;

  g_assert_cmpint (wait_for (0, GST_VOWEL_ERROR_UPSTREAM, -1, 0), ==, 500);
  g_assert_cmpint (wait_for (1, GST_VOWEL_ERROR_UPSTREAM, -1, 0), ==, 1000);
  g_assert_cmpint (wait_for (2, GST_VOWEL_ERROR_UPSTREAM, -1, 0), ==, -1);
  g_assert_cmpint (wait_for (0, GST_VOWEL_ERROR_TIMEOUT, -1, 0.5), ==, 438);
  g_assert_cmpint (
      wait_for (0, GST_VOWEL_ERROR_OVERLOADED, -1, 0.999), >=, 375);

  g_assert_true (gst_vowel_retry_policy_next (&many, 4, error, -1, 0, &wait));
  g_assert_cmpuint (wait, ==, 8000);
  g_assert_true (gst_vowel_retry_policy_next (&many, 99, error, -1, 0, &wait));
  g_assert_cmpuint (wait, ==, 8000);
}

static void
test_retry_after (void)
{
  g_assert_cmpint (wait_for (0, GST_VOWEL_ERROR_RATE_LIMIT, 0, 0.9), ==, 0);
  g_assert_cmpint (
      wait_for (1, GST_VOWEL_ERROR_RATE_LIMIT, 1234, 0.9), ==, 1234);
  g_assert_cmpint (wait_for (0, GST_VOWEL_ERROR_RATE_LIMIT, 2000, 0), ==, 2000);
  g_assert_cmpint (wait_for (0, GST_VOWEL_ERROR_RATE_LIMIT, 2001, 0), ==, -1);
}

static void
test_hopeless (void)
{
  static const gint codes[] = {GST_VOWEL_ERROR_AUTH, GST_VOWEL_ERROR_BILLING,
      GST_VOWEL_ERROR_BAD_REQUEST, GST_VOWEL_ERROR_NOT_FOUND,
      GST_VOWEL_ERROR_PROTOCOL, GST_VOWEL_ERROR_CANCELLED,
      GST_VOWEL_ERROR_LIMIT};

  for (guint i = 0; i < G_N_ELEMENTS (codes); i++)
    g_assert_cmpint (wait_for (0, codes[i], 0, 0), ==, -1);
}

/* Retryable are exactly these (and 498, which Groq uses like 503). */
static void
test_statuses (void)
{
  static const guint retryable[] = {
      408, 409, 425, 429, 498, 500, 502, 503, 504, 529};

  for (guint status = 300; status < 600; status++) {
    g_autoptr (GError) error = gst_vowel_error_from_http ("x", status, NULL);
    gboolean expected = FALSE;

    for (guint i = 0; i < G_N_ELEMENTS (retryable); i++)
      expected |= retryable[i] == status;
    g_assert_true (gst_vowel_error_is_retryable (error) == expected);
  }
}

static void
assert_mapped (guint status, const gchar *body, gint code, const gchar *message)
{
  g_autoptr (GError) error = gst_vowel_error_from_http ("them", status, body);

  g_assert_error (error, GST_VOWEL_ERROR, code);
  g_assert_cmpstr (error->message, ==, message);
}

static void
test_mapping (void)
{
  assert_mapped (401, NULL, GST_VOWEL_ERROR_AUTH, "them: HTTP 401");
  assert_mapped (401,
      "{\"detail\":{\"status\":\"quota_exceeded\",\"message\":\"no more\"}}",
      GST_VOWEL_ERROR_BILLING, "them: HTTP 401: no more");
  assert_mapped (402, "{\"err_code\":\"X\",\"err_msg\":\"pay\"}",
      GST_VOWEL_ERROR_BILLING, "them: HTTP 402: pay");
  assert_mapped (404, "{\"error\":\"model not found\"}",
      GST_VOWEL_ERROR_NOT_FOUND, "them: HTTP 404: model not found");
  assert_mapped (429,
      "{\"error\":{\"code\":\"insufficient_quota\",\"message\":\"q\"}}",
      GST_VOWEL_ERROR_BILLING, "them: HTTP 429: q");
  assert_mapped (429, "{\"error\":{\"code\":429,\"message\":\"m\"}}",
      GST_VOWEL_ERROR_RATE_LIMIT, "them: HTTP 429: m");
  /* FastAPI's forms, and Kokoro's of them. */
  assert_mapped (403, "{\"detail\":\"Not authenticated\"}",
      GST_VOWEL_ERROR_AUTH, "them: HTTP 403: Not authenticated");
  assert_mapped (422,
      "{\"detail\":[{\"loc\":[\"body\",\"model\"],\"msg\":\"field required\","
      "\"type\":\"value_error\"}]}",
      GST_VOWEL_ERROR_BAD_REQUEST, "them: HTTP 422: field required");
  assert_mapped (400,
      "{\"detail\":{\"error\":\"validation_error\",\"message\":\"too long\"}}",
      GST_VOWEL_ERROR_BAD_REQUEST, "them: HTTP 400: too long");
  assert_mapped (503, " <html>busy ", GST_VOWEL_ERROR_OVERLOADED,
      "them: HTTP 503: <html>busy");
}

static void
test_details (void)
{
  g_autoptr (GError) error =
      g_error_new (GST_VOWEL_ERROR, GST_VOWEL_ERROR_RATE_LIMIT, "slow");
  g_autoptr (GError) cancelled =
      g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "gone");
  g_autoptr (GstStructure) details =
      gst_vowel_error_details_new ("them", 429, error);
  g_autoptr (GstStructure) others =
      gst_vowel_error_details_new ("them", 0, cancelled);
  gboolean retryable = FALSE;
  guint status = 0;

  g_assert_true (gst_structure_get (details, "retryable", G_TYPE_BOOLEAN,
      &retryable, "http-status", G_TYPE_UINT, &status, NULL));
  g_assert_true (retryable);
  g_assert_cmpuint (status, ==, 429);
  g_assert_cmpstr (gst_structure_get_string (details, "provider"), ==, "them");
  g_assert_cmpstr (
      gst_structure_get_string (details, "code"), ==, "rate-limit");
  g_assert_cmpstr (gst_structure_get_string (others, "code"), ==, "cancelled");
  g_assert_false (gst_vowel_error_is_retryable (cancelled));
}

int
main (int argc, char *argv[])
{
  gst_init (&argc, &argv);
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/retry/waits", test_waits);
  g_test_add_func ("/retry/retry-after", test_retry_after);
  g_test_add_func ("/retry/hopeless", test_hopeless);
  g_test_add_func ("/error/statuses", test_statuses);
  g_test_add_func ("/error/mapping", test_mapping);
  g_test_add_func ("/error/details", test_details);
  return g_test_run ();
}
