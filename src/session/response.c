/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "response.h"

G_DEFINE_BOXED_TYPE (
    VowelResponse, vowel_response, vowel_response_ref, vowel_response_unref)

VowelResponseRequest *
vowel_response_request_new (void)
{
  VowelResponseRequest *request = g_new0 (VowelResponseRequest, 1);

  request->modality = -1;
  request->max_output_tokens = -1;
  request->temperature = -1.0;
  return request;
}

void
vowel_response_request_free (VowelResponseRequest *request)
{
  g_free (request->instructions);
  g_free (request->voice);
  g_free (request->output_format);
  g_clear_pointer (&request->tools, g_ptr_array_unref);
  g_free (request->tool_choice);
  g_clear_pointer (&request->input, g_ptr_array_unref);
  g_clear_pointer (&request->metadata, g_hash_table_unref);
  g_free (request);
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
