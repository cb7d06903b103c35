/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-item-json.h"

#include "../base64.h"
#include "openai-errors.h"
#include "openai-fields.h"

#include <string.h>

#define MAX_ID_LENGTH 64

static const gchar *const type_names[] = {
    [VOWEL_ITEM_MESSAGE] = "message",
    [VOWEL_ITEM_FUNCTION_CALL] = "function_call",
    [VOWEL_ITEM_FUNCTION_CALL_OUTPUT] = "function_call_output",
    NULL,
};

static const gchar *const role_names[] = {
    [VOWEL_ROLE_SYSTEM] = "system",
    [VOWEL_ROLE_USER] = "user",
    [VOWEL_ROLE_ASSISTANT] = "assistant",
    NULL,
};

static const gchar *const status_names[] = {
    [VOWEL_ITEM_IN_PROGRESS] = "in_progress",
    [VOWEL_ITEM_COMPLETED] = "completed",
    [VOWEL_ITEM_INCOMPLETE] = "incomplete",
};

static const gchar *
text_part_name (VowelRole role, VowelOpenaiDialect dialect)
{
  if (role != VOWEL_ROLE_ASSISTANT)
    return "input_text";

  return dialect == VOWEL_OPENAI_BETA ? "text" : "output_text";
}

static const gchar *
audio_part_name (VowelRole role, VowelOpenaiDialect dialect)
{
  if (role != VOWEL_ROLE_ASSISTANT)
    return "input_audio";

  return dialect == VOWEL_OPENAI_BETA ? "audio" : "output_audio";
}

static void
render_transcript (JsonObject *object, const VowelPart *part)
{
  if (part->text != NULL)
    json_object_set_string_member (object, "transcript", part->text->str);
  else
    json_object_set_null_member (object, "transcript");
}

static void
render_sound (JsonObject *object, const VowelPart *part)
{
  g_autofree gchar *base64 = NULL;

  if (part->audio == NULL || part->audio->len == 0)
    return;

  base64 = g_base64_encode (part->audio->data, part->audio->len);
  json_object_set_string_member (object, "audio", base64);
}

static JsonObject *
render_part (const VowelItem *item, const VowelPart *part,
    VowelOpenaiDialect dialect, VowelOpenaiItemView view)
{
  JsonObject *object = json_object_new ();

  switch (part->type) {
    case VOWEL_PART_TEXT:
      json_object_set_string_member (
          object, "type", text_part_name (item->role, dialect));
      json_object_set_string_member (
          object, "text", part->text != NULL ? part->text->str : "");
      break;
    case VOWEL_PART_AUDIO:
      json_object_set_string_member (
          object, "type", audio_part_name (item->role, dialect));
      render_transcript (object, part);
      if (view == VOWEL_OPENAI_ITEM_RETRIEVED)
        render_sound (object, part);
      break;
    case VOWEL_PART_IMAGE:
      json_object_set_string_member (object, "type", "input_image");
      json_object_set_string_member (object, "image_url", part->image_url);
      if (part->image_detail != NULL)
        json_object_set_string_member (object, "detail", part->image_detail);
      break;
  }

  return object;
}

/* Beta has no images; a beta client that shares the session is not shown what
 * it cannot read. */
static gboolean
is_shown (const VowelPart *part, VowelOpenaiDialect dialect)
{
  return part->type != VOWEL_PART_IMAGE || dialect != VOWEL_OPENAI_BETA;
}

static void
render_content (JsonObject *object, VowelItem *item, VowelOpenaiDialect dialect,
    VowelOpenaiItemView view)
{
  JsonArray *content = json_array_new ();

  for (guint i = 0; view != VOWEL_OPENAI_ITEM_ANNOUNCED && i < item->parts->len;
       i++) {
    VowelPart *part = vowel_item_get_part (item, i);

    if (is_shown (part, dialect))
      json_array_add_object_element (
          content, render_part (item, part, dialect, view));
  }
  json_object_set_array_member (object, "content", content);
}

JsonObject *
vowel_openai_item_render (
    VowelItem *item, VowelOpenaiDialect dialect, VowelOpenaiItemView view)
{
  JsonObject *object = json_object_new ();
  gboolean announced = view == VOWEL_OPENAI_ITEM_ANNOUNCED;

  json_object_set_string_member (object, "id", item->id);
  json_object_set_string_member (object, "object", "realtime.item");
  json_object_set_string_member (object, "type", type_names[item->type]);
  json_object_set_string_member (
      object, "status", announced ? "in_progress" : status_names[item->status]);

  switch (item->type) {
    case VOWEL_ITEM_MESSAGE:
      json_object_set_string_member (object, "role", role_names[item->role]);
      render_content (object, item, dialect, view);
      break;
    case VOWEL_ITEM_FUNCTION_CALL:
      json_object_set_string_member (object, "call_id", item->call_id);
      json_object_set_string_member (object, "name", item->name);
      json_object_set_string_member (
          object, "arguments", announced ? "" : item->arguments->str);
      break;
    case VOWEL_ITEM_FUNCTION_CALL_OUTPUT:
      json_object_set_string_member (object, "call_id", item->call_id);
      json_object_set_string_member (object, "output", item->output);
      break;
  }

  return object;
}

static gboolean
missing (const gchar *path, const gchar *key, GError **error)
{
  g_autofree gchar *param = vowel_openai_path (path, key);

  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_MISSING_PARAMETER, param,
      "Missing required parameter: '%s'.", param);
  return FALSE;
}

static gboolean
parse_audio_part (VowelItem *item, JsonObject *object, const gchar *path,
    const VowelAudioFormat *format, GError **error)
{
  g_autofree gchar *param = vowel_openai_path (path, "audio");
  const gchar *base64 = NULL;
  const gchar *transcript = NULL;
  g_autoptr (GBytes) sound = NULL;
  gsize sample = vowel_audio_format_sample_size (format);
  gsize whole = 0;
  VowelPart *part;

  if (!vowel_openai_read_string (object, path, "audio", &base64, error)
      || !vowel_openai_read_string (
          object, path, "transcript", &transcript, error))
    return FALSE;

  if (base64 == NULL && transcript == NULL)
    return missing (path, "audio", error);

  if (base64 != NULL) {
    sound = vowel_base64_decode (base64, strlen (base64));
    if (sound != NULL)
      whole = g_bytes_get_size (sound) - g_bytes_get_size (sound) % sample;
    if (whole == 0) {
      vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
          "Invalid '%s'. Expected base64-encoded audio bytes in the session's "
          "input format.",
          param);
      return FALSE;
    }
  }

  part = vowel_item_add_part (item, VOWEL_PART_AUDIO, transcript);
  if (whole > 0) {
    part->audio = g_byte_array_new ();
    g_byte_array_append (
        part->audio, g_bytes_get_data (sound, NULL), (guint) whole);
    part->audio_rate = format->rate;
    part->audio_encoding = format->encoding;
    part->audio_ms = vowel_audio_format_duration_us (format, whole) / 1000;
  }

  return TRUE;
}

/* What no model takes would spoil every answer from here on. */
static gboolean
is_image_uri (const gchar *url)
{
  static const gchar *const starts[] = {"data:image/png;base64,",
      "data:image/jpeg;base64,", "data:image/webp;base64,",
      "data:image/gif;base64,"};

  for (guint i = 0; i < G_N_ELEMENTS (starts); i++) {
    const gchar *data = url + strlen (starts[i]);

    if (g_ascii_strncasecmp (url, starts[i], strlen (starts[i])) == 0)
      return *data != '\0'
             && data[strspn (
                    data, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "+/=")]
                    == '\0';
  }
  return FALSE;
}

static gboolean
parse_image_part (
    VowelItem *item, JsonObject *object, const gchar *path, GError **error)
{
  static const gchar *const details[] = {"auto", "low", "high", NULL};
  guint detail = G_N_ELEMENTS (details) - 1;
  const gchar *url = NULL;
  VowelPart *part;

  if (!vowel_openai_require_string (object, path, "image_url", &url, error)
      || !vowel_openai_read_choice (
          object, path, "detail", details, &detail, error))
    return FALSE;

  if (!is_image_uri (url)) {
    g_autofree gchar *param = vowel_openai_path (path, "image_url");

    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
        "Invalid '%s': expected a data URI of a PNG, JPEG, WebP or GIF image "
        "in base64, as in data:image/png;base64,iVBORw0….",
        param);
    return FALSE;
  }

  part = vowel_item_add_part (item, VOWEL_PART_IMAGE, NULL);
  part->image_url = g_strdup (url);
  part->image_detail = g_strdup (details[detail]);
  return TRUE;
}

/* The assistant's sound cannot be made by a client; its words can. */
static gboolean
parse_assistant_audio (
    VowelItem *item, JsonObject *object, const gchar *path, GError **error)
{
  const gchar *text = NULL;

  if (!vowel_openai_read_string (object, path, "transcript", &text, error))
    return FALSE;
  if (text == NULL
      && !vowel_openai_require_string (object, path, "text", &text, error))
    return FALSE;

  vowel_item_add_part (item, VOWEL_PART_TEXT, text);
  return TRUE;
}

static gboolean
parse_part (VowelItem *item, JsonObject *object, const gchar *path,
    const VowelAudioFormat *format, GError **error)
{
  g_autofree gchar *param = vowel_openai_path (path, "type");
  const gchar *type = NULL;
  const gchar *text = NULL;

  if (!vowel_openai_require_string (object, path, "type", &type, error))
    return FALSE;

  if (g_str_equal (type, "text")
      || g_str_equal (type, text_part_name (item->role, VOWEL_OPENAI_GA))) {
    if (!vowel_openai_require_string (object, path, "text", &text, error))
      return FALSE;
    vowel_item_add_part (item, VOWEL_PART_TEXT, text);
    return TRUE;
  }

  if (item->role == VOWEL_ROLE_USER && g_str_equal (type, "input_audio"))
    return parse_audio_part (item, object, path, format, error);

  if (item->role == VOWEL_ROLE_USER && g_str_equal (type, "input_image"))
    return parse_image_part (item, object, path, error);

  if (item->role == VOWEL_ROLE_ASSISTANT
      && (g_str_equal (type, "audio") || g_str_equal (type, "output_audio")))
    return parse_assistant_audio (item, object, path, error);

  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
      "Invalid value: '%s'. '%s' cannot be in a message of role '%s'.", type,
      param, role_names[item->role]);
  return FALSE;
}

static VowelItem *
parse_message (JsonObject *object, const gchar *path, const gchar *id,
    const VowelAudioFormat *format, GError **error)
{
  g_autofree gchar *content_path = vowel_openai_path (path, "content");
  g_autoptr (VowelItem) item = NULL;
  const gchar *role_name = NULL;
  JsonArray *content = NULL;
  guint role = 0;

  if (!vowel_openai_require_string (object, path, "role", &role_name, error)
      || !vowel_openai_read_choice (
          object, path, "role", role_names, &role, error)
      || !vowel_openai_read_array (object, path, "content", &content, error))
    return NULL;

  if (content == NULL) {
    missing (path, "content", error);
    return NULL;
  }

  item = vowel_item_new_message (id, (VowelRole) role);
  for (guint i = 0; i < json_array_get_length (content); i++) {
    g_autofree gchar *part_path = vowel_openai_path_index (content_path, i);
    JsonObject *part;

    if (!vowel_openai_element_object (content, i, content_path, &part, error)
        || !parse_part (item, part, part_path, format, error))
      return NULL;
  }

  return g_steal_pointer (&item);
}

static VowelItem *
parse_call (
    JsonObject *object, const gchar *path, const gchar *id, GError **error)
{
  VowelItem *item;
  const gchar *name = NULL;
  const gchar *arguments = NULL;
  const gchar *call_id = NULL;

  if (!vowel_openai_require_string (object, path, "name", &name, error)
      || !vowel_openai_require_string (
          object, path, "arguments", &arguments, error)
      || !vowel_openai_read_string (object, path, "call_id", &call_id, error))
    return NULL;

  item = vowel_item_new_function_call (id, call_id, name);
  g_string_assign (item->arguments, arguments);
  return item;
}

static VowelItem *
parse_call_output (
    JsonObject *object, const gchar *path, const gchar *id, GError **error)
{
  const gchar *call_id = NULL;
  const gchar *output = NULL;

  if (!vowel_openai_require_string (object, path, "call_id", &call_id, error)
      || !vowel_openai_require_string (object, path, "output", &output, error))
    return NULL;

  return vowel_item_new_function_call_output (id, call_id, output);
}

VowelItem *
vowel_openai_item_parse (JsonObject *object, const gchar *path,
    const VowelAudioFormat *format, GError **error)
{
  const gchar *type_name = NULL;
  const gchar *id = NULL;
  guint type = 0;

  if (!vowel_openai_require_string (object, path, "type", &type_name, error)
      || !vowel_openai_read_choice (
          object, path, "type", type_names, &type, error)
      || !vowel_openai_read_string (object, path, "id", &id, error))
    return NULL;

  if (id != NULL && (*id == '\0' || strlen (id) > MAX_ID_LENGTH)) {
    g_autofree gchar *param = vowel_openai_path (path, "id");

    vowel_openai_set_error (error,
        *id == '\0' ? VOWEL_OPENAI_ERROR_INVALID_VALUE
                    : VOWEL_OPENAI_ERROR_STRING_TOO_LONG,
        param,
        "Invalid '%s': expected a string of 1 to %d characters, but got one "
        "of %zu.",
        param, MAX_ID_LENGTH, strlen (id));
    return NULL;
  }

  switch ((VowelItemType) type) {
    case VOWEL_ITEM_FUNCTION_CALL:
      return parse_call (object, path, id, error);
    case VOWEL_ITEM_FUNCTION_CALL_OUTPUT:
      return parse_call_output (object, path, id, error);
    default:
      return parse_message (object, path, id, format, error);
  }
}
