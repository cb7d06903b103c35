/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "response.h"

G_DEFINE_BOXED_TYPE (
    VowelResponse, vowel_response, vowel_response_ref, vowel_response_unref)

const gchar *
vowel_response_status_get_name (VowelResponseStatus status)
{
  static const gchar *const names[VOWEL_N_RESPONSE_STATUSES] = {
      [VOWEL_RESPONSE_IN_PROGRESS] = "in_progress",
      [VOWEL_RESPONSE_COMPLETED] = "completed",
      [VOWEL_RESPONSE_CANCELLED] = "cancelled",
      [VOWEL_RESPONSE_FAILED] = "failed",
      [VOWEL_RESPONSE_INCOMPLETE] = "incomplete",
  };

  g_return_val_if_fail (status < VOWEL_N_RESPONSE_STATUSES, NULL);

  return names[status];
}

VowelResponseRequest *
vowel_response_request_new (void)
{
  VowelResponseRequest *request = g_rc_box_new0 (VowelResponseRequest);

  request->modality = -1;
  request->parallel_tool_calls = -1;
  request->max_output_tokens = -1;
  request->temperature = -1.0;
  return request;
}

VowelResponseRequest *
vowel_response_request_ref (const VowelResponseRequest *request)
{
  return g_rc_box_acquire ((gpointer) request);
}

static void
clear_request (gpointer data)
{
  VowelResponseRequest *request = data;

  g_free (request->instructions);
  g_free (request->voice);
  g_free (request->output_format);
  g_clear_pointer (&request->tools, g_ptr_array_unref);
  g_free (request->tool_choice);
  g_clear_pointer (&request->input, g_ptr_array_unref);
  g_clear_pointer (&request->metadata, g_hash_table_unref);
}

void
vowel_response_request_free (VowelResponseRequest *request)
{
  g_rc_box_release_full (request, clear_request);
}

gboolean
vowel_response_request_has_wishes (const VowelResponseRequest *request)
{
  return request->instructions != NULL || request->modality >= 0
         || request->voice != NULL || request->output_format != NULL
         || request->tools != NULL || request->tool_choice != NULL
         || request->parallel_tool_calls >= 0 || request->max_output_tokens >= 0
         || request->temperature >= 0 || request->out_of_band
         || request->input != NULL || request->metadata != NULL;
}

VowelResponse *
vowel_response_new (void)
{
  VowelResponse *response = g_new0 (VowelResponse, 1);

  g_atomic_ref_count_init (&response->ref_count);
  response->id = vowel_make_id ("resp");
  response->output =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  response->temperature = -1.0;
  return response;
}

VowelResponse *
vowel_response_ref (VowelResponse *response)
{
  g_atomic_ref_count_inc (&response->ref_count);
  return response;
}

void
vowel_response_unref (VowelResponse *response)
{
  if (!g_atomic_ref_count_dec (&response->ref_count))
    return;

  g_free (response->id);
  g_free (response->error_code);
  g_free (response->error_message);
  g_free (response->voice);
  g_clear_pointer (&response->metadata, g_hash_table_unref);
  g_ptr_array_unref (response->output);
  g_free (response);
}
