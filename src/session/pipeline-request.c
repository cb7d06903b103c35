/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the session wants to be generated, as language models are asked. */

#include "pipeline-private.h"

static void
add_message (
    GstVowelChatRequest *request, VowelItem *item, GstVowelChatRole role)
{
  g_autofree gchar *text = vowel_item_dup_text (item);
  g_autoptr (GArray) images =
      g_array_new (FALSE, FALSE, sizeof (GstVowelChatImage));

  for (guint i = 0; i < item->parts->len; i++) {
    const VowelPart *part = vowel_item_get_part (item, i);
    GstVowelChatImage image = {part->image_url, part->image_detail};

    if (part->type == VOWEL_PART_IMAGE)
      g_array_append_val (images, image);
  }
  if (*text == '\0' && images->len == 0)
    return;
  gst_vowel_chat_request_add_message (request, role, text);
  if (images->len > 0)
    gst_vowel_chat_request_add_images (
        request, (const GstVowelChatImage *) images->data, images->len);
}

static void
add_item (GstVowelChatRequest *request, VowelItem *item)
{
  static const GstVowelChatRole roles[] = {
      GST_VOWEL_CHAT_SYSTEM, GST_VOWEL_CHAT_USER, GST_VOWEL_CHAT_ASSISTANT};

  switch (item->type) {
    case VOWEL_ITEM_MESSAGE:
      add_message (request, item, roles[item->role]);
      break;
    case VOWEL_ITEM_FUNCTION_CALL:
      gst_vowel_chat_request_add_tool_call (request, item->call_id, item->name,
          item->arguments->len > 0 ? item->arguments->str : "{}");
      break;
    case VOWEL_ITEM_FUNCTION_CALL_OUTPUT:
      gst_vowel_chat_request_add_tool_result (
          request, item->call_id, item->output);
      break;
  }
}

GstVowelChatRequest *
vowel_pipeline_make_request (const VowelGeneration *generation)
{
  GstVowelChatRequest *request = gst_vowel_chat_request_new (
      generation->response_id, generation->generation);
  guint i;

  if (generation->instructions != NULL && *generation->instructions != '\0')
    gst_vowel_chat_request_add_message (
        request, GST_VOWEL_CHAT_SYSTEM, generation->instructions);
  for (i = 0; i < generation->items->len; i++)
    add_item (request, g_ptr_array_index (generation->items, i));
  for (i = 0; i < generation->tools->len; i++) {
    VowelTool *tool = g_ptr_array_index (generation->tools, i);

    gst_vowel_chat_request_add_tool (
        request, tool->name, tool->description, tool->parameters);
  }
  gst_vowel_chat_request_set_tool_choice (request, generation->tool_choice);
  gst_vowel_chat_request_set_parallel_tool_calls (
      request, generation->parallel_tool_calls);
  gst_vowel_chat_request_set_max_tokens (
      request, generation->max_output_tokens);
  gst_vowel_chat_request_set_temperature (request, generation->temperature);
  gst_vowel_chat_request_set_spoken (request, generation->spoken);
  return request;
}
