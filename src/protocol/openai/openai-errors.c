/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-errors.h"

#include "session/error.h"

#include <gst/vowel/gstvowelerror.h>

#define INVALID_REQUEST "invalid_request_error"
#define SERVER_ERROR "server_error"

typedef struct {
  gchar *param;
} VowelOpenaiErrorPrivate;

static void
vowel_openai_error_private_init (VowelOpenaiErrorPrivate *priv)
{
}

static void
vowel_openai_error_private_copy (
    const VowelOpenaiErrorPrivate *src, VowelOpenaiErrorPrivate *dest)
{
  dest->param = g_strdup (src->param);
}

static void
vowel_openai_error_private_clear (VowelOpenaiErrorPrivate *priv)
{
  g_free (priv->param);
}

/* *INDENT-OFF* */
G_DEFINE_EXTENDED_ERROR (VowelOpenaiError, vowel_openai_error)
/* *INDENT-ON* */

static const gchar *const own_codes[] = {
    [VOWEL_OPENAI_ERROR_INVALID_JSON] = "invalid_json",
    [VOWEL_OPENAI_ERROR_INVALID_EVENT] = "invalid_event",
    [VOWEL_OPENAI_ERROR_MISSING_PARAMETER] = "missing_required_parameter",
    [VOWEL_OPENAI_ERROR_UNKNOWN_PARAMETER] = "unknown_parameter",
    [VOWEL_OPENAI_ERROR_INVALID_TYPE] = "invalid_type",
    [VOWEL_OPENAI_ERROR_INVALID_VALUE] = "invalid_value",
    [VOWEL_OPENAI_ERROR_INTEGER_BELOW_MIN] = "integer_below_min_value",
    [VOWEL_OPENAI_ERROR_INTEGER_ABOVE_MAX] = "integer_above_max_value",
    [VOWEL_OPENAI_ERROR_DECIMAL_BELOW_MIN] = "decimal_below_min_value",
    [VOWEL_OPENAI_ERROR_DECIMAL_ABOVE_MAX] = "decimal_above_max_value",
    [VOWEL_OPENAI_ERROR_STRING_TOO_LONG] = "string_above_max_length",
    [VOWEL_OPENAI_ERROR_OBJECT_TOO_LARGE] = "object_above_max_properties",
    [VOWEL_OPENAI_ERROR_NOT_SUPPORTED] = "unsupported_parameter",
    [VOWEL_OPENAI_ERROR_BETA_DISABLED] = "beta_api_shape_disabled",
};

/* What the session refuses, in OpenAI's words. @param is said when the session
 * names no field itself. */
static const struct {
  VowelError code;
  const gchar *type;
  const gchar *openai_code;
  const gchar *param;
} session_errors[] = {
    {VOWEL_ERROR_INVALID, INVALID_REQUEST, "invalid_value", NULL},
    {VOWEL_ERROR_MISSING, INVALID_REQUEST, "missing_required_parameter", NULL},
    {VOWEL_ERROR_UNKNOWN_FIELD, INVALID_REQUEST, "unknown_parameter", NULL},
    {VOWEL_ERROR_OUT_OF_RANGE, INVALID_REQUEST, "invalid_value", NULL},
    {VOWEL_ERROR_TOO_LONG, INVALID_REQUEST, "string_above_max_length", NULL},
    {VOWEL_ERROR_BUFFER_TOO_SHORT, INVALID_REQUEST,
        "input_audio_buffer_commit_empty", NULL},
    {VOWEL_ERROR_RESPONSE_ACTIVE, INVALID_REQUEST,
        "conversation_already_has_active_response", NULL},
    {VOWEL_ERROR_RESPONSE_NOT_ACTIVE, INVALID_REQUEST,
        "response_cancel_not_active", NULL},
    {VOWEL_ERROR_ITEM_EXISTS, INVALID_REQUEST, "item_create_invalid_item_id",
        "item.id"},
    {VOWEL_ERROR_ITEM_UNKNOWN, INVALID_REQUEST, "invalid_value", "item_id"},
    {VOWEL_ERROR_PREVIOUS_ITEM_UNKNOWN, INVALID_REQUEST,
        "item_create_invalid_item_id", "previous_item_id"},
    {VOWEL_ERROR_NOT_AUDIO, INVALID_REQUEST, "unsupported_content_type",
        "content_index"},
    {VOWEL_ERROR_VOICE_LOCKED, INVALID_REQUEST, "cannot_update_voice", NULL},
    {VOWEL_ERROR_MODEL_LOCKED, INVALID_REQUEST, "invalid_value",
        "session.model"},
    {VOWEL_ERROR_NOT_ALLOWED, INVALID_REQUEST, "permission_denied", NULL},
    {VOWEL_ERROR_NOT_SUPPORTED, INVALID_REQUEST, "unsupported_parameter", NULL},
    {VOWEL_ERROR_RATE_LIMITED, "rate_limit_error", "rate_limit_exceeded", NULL},
    {VOWEL_ERROR_EXPIRED, INVALID_REQUEST, "session_expired", NULL},
    {VOWEL_ERROR_ENDED, INVALID_REQUEST, "session_ended", NULL},
    {VOWEL_ERROR_PROVIDER, SERVER_ERROR, "provider_error", NULL},
};

/* The session's field names and where both dialects' errors point to. The GA
 * path serves beta too: it says the same and no client acts on it. */
static const struct {
  const gchar *field;
  const gchar *param;
} session_fields[] = {
    {"voice", "session.audio.output.voice"},
    {"speed", "session.audio.output.speed"},
    {"greeting", "session.initial_greeting_prompt"},
    {"input_format", "session.audio.input.format"},
    {"output_format", "session.audio.output.format"},
    {"noise_reduction", "session.audio.input.noise_reduction"},
    {"model", "session.model"},
    {"tool_choice", "session.tool_choice"},
    {"max_output_tokens", "session.max_output_tokens"},
    {"temperature", "session.temperature"},
    {"instructions", "session.instructions"},
};

/* A provider's failure, by the nick of its cause. */
static const struct {
  const gchar *nick;
  const gchar *type;
  const gchar *code;
} provider_errors[] = {
    {"rate-limit", "rate_limit_error", "rate_limit_exceeded"},
    {"billing", "insufficient_quota", "insufficient_quota"},
    {"auth", SERVER_ERROR, "provider_authentication_failed"},
    {"not-found", INVALID_REQUEST, "model_not_found"},
    {"context-length", INVALID_REQUEST, "context_length_exceeded"},
    {"bad-request", INVALID_REQUEST, "provider_bad_request"},
    {"timeout", SERVER_ERROR, "provider_timeout"},
    {"overloaded", SERVER_ERROR, "provider_overloaded"},
};

void
vowel_openai_set_error (GError **error, VowelOpenaiErrorCode code,
    const gchar *param, const gchar *format, ...)
{
  va_list args;
  GError *made;

  if (error == NULL)
    return;

  va_start (args, format);
  made = g_error_new_valist (VOWEL_OPENAI_ERROR, code, format, args);
  va_end (args);
  vowel_openai_error_get_private (made)->param = g_strdup (param);
  g_propagate_error (error, made);
}

/* An unknown item is another code for every command. */
static const gchar *
unknown_item_code (VowelOpenaiAbout about)
{
  switch (about) {
    case VOWEL_OPENAI_ABOUT_CREATE:
      return "item_create_invalid_item_id";
    case VOWEL_OPENAI_ABOUT_RETRIEVE:
      return "item_retrieve_invalid_item_id";
    case VOWEL_OPENAI_ABOUT_TRUNCATE:
      return "item_truncate_invalid_item_id";
    case VOWEL_OPENAI_ABOUT_DELETE:
      return "item_delete_invalid_item_id";
    default:
      return "invalid_value";
  }
}

static gchar *
translate_field (const gchar *field, VowelOpenaiAbout about)
{
  if (field != NULL && about == VOWEL_OPENAI_ABOUT_RESPONSE)
    return g_strconcat ("response.", field, NULL);
  if (field == NULL || about != VOWEL_OPENAI_ABOUT_SESSION)
    return g_strdup (field);

  for (gsize i = 0; i < G_N_ELEMENTS (session_fields); i++)
    if (g_str_equal (session_fields[i].field, field))
      return g_strdup (session_fields[i].param);

  if (g_str_has_prefix (field, "turn_detection"))
    return g_strconcat ("session.audio.input.", field, NULL);

  return g_strconcat ("session.", field, NULL);
}

JsonObject *
vowel_openai_provider_error_to_object (const gchar *nick, const gchar *message)
{
  JsonObject *object = json_object_new ();
  const gchar *type = SERVER_ERROR;
  const gchar *code = "provider_error";

  for (gsize i = 0; i < G_N_ELEMENTS (provider_errors); i++) {
    if (g_strcmp0 (provider_errors[i].nick, nick) == 0) {
      type = provider_errors[i].type;
      code = provider_errors[i].code;
      break;
    }
  }

  json_object_set_string_member (object, "type", type);
  json_object_set_string_member (object, "code", code);
  if (message != NULL)
    json_object_set_string_member (object, "message", message);

  return object;
}

/* The nick of a GstVowelError. */
static JsonObject *
foreign_error_to_object (const GError *error)
{
  g_autoptr (GstStructure) details = NULL;

  if (error->domain == GST_VOWEL_ERROR)
    details = gst_vowel_error_details_new (NULL, 0, error);

  return vowel_openai_provider_error_to_object (
      details != NULL ? gst_structure_get_string (details, "code") : NULL,
      error->message);
}

static JsonObject *
session_error_to_object (const GError *error, VowelOpenaiAbout about)
{
  JsonObject *object = json_object_new ();
  g_autofree gchar *field = vowel_error_dup_field (error);
  g_autofree gchar *param = translate_field (field, about);
  const gchar *named = param;
  const gchar *type = SERVER_ERROR;
  const gchar *code = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (session_errors); i++) {
    if ((gint) session_errors[i].code != error->code)
      continue;
    type = session_errors[i].type;
    code = session_errors[i].openai_code;
    if (named == NULL)
      named = session_errors[i].param;
  }

  /* OpenAI names no field for a locked voice. */
  if (error->code == VOWEL_ERROR_VOICE_LOCKED)
    named = NULL;
  if (error->code == VOWEL_ERROR_ITEM_UNKNOWN)
    code = unknown_item_code (about);

  json_object_set_string_member (object, "type", type);
  json_object_set_string_member (object, "code", code);
  json_object_set_string_member (
      object, "message", vowel_error_get_text (error));
  if (named != NULL)
    json_object_set_string_member (object, "param", named);
  return object;
}

static JsonObject *
own_error_to_object (const GError *error)
{
  const gchar *param = vowel_openai_error_get_private (error)->param;
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "type", INVALID_REQUEST);
  json_object_set_string_member (object, "code", own_codes[error->code]);
  json_object_set_string_member (object, "message", error->message);
  if (param != NULL)
    json_object_set_string_member (object, "param", param);
  return object;
}

JsonObject *
vowel_openai_error_to_object (const GError *error, VowelOpenaiAbout about)
{
  if (error->domain == VOWEL_OPENAI_ERROR)
    return own_error_to_object (error);
  if (error->domain == VOWEL_ERROR)
    return session_error_to_object (error, about);
  return foreign_error_to_object (error);
}

static void
set_null_if_missing (JsonObject *object, const gchar *key)
{
  if (!json_object_has_member (object, key))
    json_object_set_null_member (object, key);
}

JsonObject *
vowel_openai_error_to_full_object (
    const GError *error, VowelOpenaiAbout about, const gchar *event_id)
{
  JsonObject *object = vowel_openai_error_to_object (error, about);

  set_null_if_missing (object, "code");
  set_null_if_missing (object, "param");
  if (event_id != NULL)
    json_object_set_string_member (object, "event_id", event_id);
  else
    json_object_set_null_member (object, "event_id");

  return object;
}

gchar *
vowel_openai_error_to_json (const GError *error)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *body = json_object_new ();
  JsonObject *object =
      vowel_openai_error_to_object (error, VOWEL_OPENAI_ABOUT_OTHER);

  set_null_if_missing (object, "code");
  set_null_if_missing (object, "param");
  json_object_set_object_member (body, "error", object);
  json_node_take_object (node, body);
  return json_to_string (node, FALSE);
}
