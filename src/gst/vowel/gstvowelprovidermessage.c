/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Messages about providers: who failed, who took over, and what each did. */

#include "config.h"

#include "gstvowelmessage-priv.h"

/**
 * gst_vowel_message_new_failure:
 * @src: (nullable): who says it
 * @stage: "stt", "llm" or "tts"
 * @id: the utterance's number or the response's generation
 * @error: why
 * @details: (transfer full): from gst_vowel_error_details_new()
 *
 * The error's text stands in the field "message" too, because GStreamer cannot
 * print errors: `gst-launch-1.0 -m` shows that.
 *
 * Returns: (transfer full): the message
 */
GstMessage *
gst_vowel_message_new_failure (GstObject *src, const gchar *stage, guint64 id,
    const GError *error, GstStructure *details)
{
  GstStructure *s;
  GValue value = G_VALUE_INIT;

  g_return_val_if_fail (stage != NULL, NULL);
  g_return_val_if_fail (error != NULL, NULL);
  g_return_val_if_fail (details != NULL, NULL);

  s = gst_structure_new (gst_vowel_message_get_name (GST_VOWEL_MESSAGE_FAILURE),
      "stage", G_TYPE_STRING, stage, "id", G_TYPE_UINT64, id, "error",
      G_TYPE_ERROR, error, "message", G_TYPE_STRING, error->message, NULL);
  g_value_init (&value, GST_TYPE_STRUCTURE);
  g_value_take_boxed (&value, details);
  gst_structure_take_value (s, "details", &value);
  return gst_message_new_element (src, s);
}

/**
 * gst_vowel_message_parse_failure:
 * @message: any message
 * @ret_stage: (out) (optional) (transfer none): "stt", "llm" or "tts"
 * @ret_id: (out) (optional): the utterance's number or the generation
 * @ret_error: (out) (optional) (transfer full): why
 * @ret_details: (out) (optional) (transfer none): see
 *   gst_vowel_error_details_new()
 *
 * Returns: %FALSE when @message is of another kind
 */
gboolean
gst_vowel_message_parse_failure (GstMessage *message, const gchar **ret_stage,
    guint64 *ret_id, GError **ret_error, const GstStructure **ret_details)
{
  const GstStructure *s =
      gst_vowel_message_get_fields (message, GST_VOWEL_MESSAGE_FAILURE);
  const gchar *stage;
  const GValue *error, *details;
  guint64 id;

  if (s == NULL)
    return FALSE;
  stage = gst_structure_get_string (s, "stage");
  error = gst_structure_get_value (s, "error");
  details = gst_structure_get_value (s, "details");
  if (stage == NULL || error == NULL || !G_VALUE_HOLDS (error, G_TYPE_ERROR)
      || details == NULL || !GST_VALUE_HOLDS_STRUCTURE (details)
      || !gst_structure_get_uint64 (s, "id", &id))
    return FALSE;
  if (ret_stage != NULL)
    *ret_stage = stage;
  if (ret_id != NULL)
    *ret_id = id;
  if (ret_error != NULL)
    *ret_error = g_value_dup_boxed (error);
  if (ret_details != NULL)
    *ret_details = gst_value_get_structure (details);
  return TRUE;
}

/**
 * gst_vowel_message_new_take_over:
 * @src: (nullable): who says it
 * @take_over: who takes over from whom
 *
 * As in a failure message, the error's text stands in the field "message" too.
 *
 * Returns: (transfer full): the message
 */
GstMessage *
gst_vowel_message_new_take_over (
    GstObject *src, const GstVowelTakeOver *take_over)
{
  g_return_val_if_fail (take_over != NULL, NULL);
  g_return_val_if_fail (take_over->stage != NULL, NULL);
  g_return_val_if_fail (take_over->failed != NULL, NULL);
  g_return_val_if_fail (take_over->provider != NULL, NULL);
  g_return_val_if_fail (take_over->error != NULL, NULL);

  return gst_message_new_element (src,
      gst_structure_new (
          gst_vowel_message_get_name (GST_VOWEL_MESSAGE_TAKE_OVER), "stage",
          G_TYPE_STRING, take_over->stage, "id", G_TYPE_UINT64, take_over->id,
          "failed", G_TYPE_STRING, take_over->failed, "provider", G_TYPE_STRING,
          take_over->provider, "error", G_TYPE_ERROR, take_over->error,
          "message", G_TYPE_STRING, take_over->error->message, NULL));
}

/**
 * gst_vowel_message_parse_take_over:
 * @message: any message
 * @ret_take_over: (out caller-allocates): who takes over from whom; what it
 *   points to belongs to @message
 *
 * Returns: %FALSE when @message is of another kind
 */
gboolean
gst_vowel_message_parse_take_over (
    GstMessage *message, GstVowelTakeOver *ret_take_over)
{
  const GstStructure *s =
      gst_vowel_message_get_fields (message, GST_VOWEL_MESSAGE_TAKE_OVER);
  GstVowelTakeOver t;
  const GValue *error;

  g_return_val_if_fail (ret_take_over != NULL, FALSE);

  if (s == NULL)
    return FALSE;
  t.stage = gst_structure_get_string (s, "stage");
  t.failed = gst_structure_get_string (s, "failed");
  t.provider = gst_structure_get_string (s, "provider");
  error = gst_structure_get_value (s, "error");
  if (t.stage == NULL || t.failed == NULL || t.provider == NULL || error == NULL
      || !G_VALUE_HOLDS (error, G_TYPE_ERROR)
      || !gst_structure_get_uint64 (s, "id", &t.id))
    return FALSE;
  t.error = g_value_get_boxed (error);
  *ret_take_over = t;
  return TRUE;
}

/**
 * gst_vowel_message_new_usage:
 * @src: (nullable): who says it
 * @usage: what a provider did
 *
 * Returns: (transfer full): the message
 */
GstMessage *
gst_vowel_message_new_usage (GstObject *src, const GstVowelProviderUsage *usage)
{
  g_return_val_if_fail (usage != NULL, NULL);
  g_return_val_if_fail (usage->stage != NULL, NULL);
  g_return_val_if_fail (usage->provider != NULL, NULL);

  return gst_message_new_element (src,
      gst_structure_new (gst_vowel_message_get_name (GST_VOWEL_MESSAGE_USAGE),
          "stage", G_TYPE_STRING, usage->stage, "provider", G_TYPE_STRING,
          usage->provider, "requests", G_TYPE_UINT, usage->requests, "failures",
          G_TYPE_UINT, usage->failures, "retries", G_TYPE_UINT, usage->retries,
          "take-overs", G_TYPE_UINT, usage->take_overs, "input-tokens",
          G_TYPE_UINT, usage->input_tokens, "output-tokens", G_TYPE_UINT,
          usage->output_tokens, "cached-tokens", G_TYPE_UINT,
          usage->cached_tokens, "characters", G_TYPE_UINT, usage->characters,
          "audio", G_TYPE_UINT64, usage->audio, NULL));
}

/**
 * gst_vowel_message_parse_usage:
 * @message: any message
 * @ret_usage: (out caller-allocates): what a provider did
 *
 * Returns: %FALSE when @message is of another kind
 */
gboolean
gst_vowel_message_parse_usage (
    GstMessage *message, GstVowelProviderUsage *ret_usage)
{
  const GstStructure *s =
      gst_vowel_message_get_fields (message, GST_VOWEL_MESSAGE_USAGE);
  GstVowelProviderUsage u;

  g_return_val_if_fail (ret_usage != NULL, FALSE);

  if (s == NULL)
    return FALSE;
  u.stage = gst_structure_get_string (s, "stage");
  u.provider = gst_structure_get_string (s, "provider");
  if (u.stage == NULL || u.provider == NULL
      || !gst_structure_get (s, "requests", G_TYPE_UINT, &u.requests,
          "failures", G_TYPE_UINT, &u.failures, "retries", G_TYPE_UINT,
          &u.retries, "take-overs", G_TYPE_UINT, &u.take_overs, "input-tokens",
          G_TYPE_UINT, &u.input_tokens, "output-tokens", G_TYPE_UINT,
          &u.output_tokens, "cached-tokens", G_TYPE_UINT, &u.cached_tokens,
          "characters", G_TYPE_UINT, &u.characters, "audio", G_TYPE_UINT64,
          &u.audio, NULL))
    return FALSE;
  *ret_usage = u;
  return TRUE;
}
