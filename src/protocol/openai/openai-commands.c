/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-commands.h"

#include "../base64.h"
#include "openai-fields.h"
#include "openai-item-json.h"
#include "openai-response-json.h"
#include "openai-session-json.h"
#include "openai-vowel-session.h"

#define MAX_APPEND (15 * 1024 * 1024)

typedef gboolean (*CommandFunc) (
    VowelOpenaiCommands *commands, JsonObject *event, GError **error);

static gboolean
update (VowelOpenaiCommands *commands, JsonObject *event, VowelSessionKind kind,
    GError **error)
{
  g_autoptr (VowelSessionConfig) config =
      vowel_session_config_copy (vowel_session_get_config (commands->session));
  g_autoptr (GPtrArray) tools = NULL;
  JsonObject *session = NULL;

  if (!vowel_openai_read_object (event, NULL, "session", &session, error))
    return FALSE;
  if (session == NULL) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_MISSING_PARAMETER,
        "session", "Missing required parameter: 'session'.");
    return FALSE;
  }

  config->kind = kind;
  if (commands->quirks)
    vowel_openai_drop_sdk_defaults (session);
  if (!vowel_openai_session_patch (session, "session", commands->dialect,
          commands->pinned, config, &tools, error)
      || !vowel_session_configure (
          commands->session, commands->participant, config, tools, error))
    return FALSE;
  vowel_session_ready (commands->session, commands->participant);
  return TRUE;
}

static gboolean
session_update (
    VowelOpenaiCommands *commands, JsonObject *event, GError **error)
{
  return update (commands, event,
      vowel_session_get_config (commands->session)->kind, error);
}

static gboolean
transcription_update (
    VowelOpenaiCommands *commands, JsonObject *event, GError **error)
{
  if (commands->dialect == VOWEL_OPENAI_GA) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_EVENT, "type",
        "Invalid value: 'transcription_session.update'. Send 'session.update' "
        "with the session type 'transcription'.");
    return FALSE;
  }
  return update (commands, event, VOWEL_SESSION_TRANSCRIPTION, error);
}

gboolean
vowel_openai_commands_append (VowelOpenaiCommands *commands,
    const gchar *base64, gsize length, GError **error)
{
  g_autoptr (GBytes) audio = vowel_base64_decode (base64, length);

  if (audio == NULL || g_bytes_get_size (audio) == 0) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, "audio",
        "Invalid 'audio'. Expected base64-encoded audio bytes, but got %s.",
        audio == NULL ? "an invalid value" : "empty bytes");
    return FALSE;
  }

  if (g_bytes_get_size (audio) > MAX_APPEND) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_STRING_TOO_LONG, "audio",
        "Invalid 'audio': one append holds at most %d bytes of audio, but got "
        "%zu.",
        MAX_APPEND, g_bytes_get_size (audio));
    return FALSE;
  }

  return vowel_session_push_audio (
      commands->session, commands->participant, audio, error);
}

static gboolean
buffer_append (VowelOpenaiCommands *commands, JsonObject *event, GError **error)
{
  const gchar *base64 = NULL;

  return vowel_openai_require_string (event, NULL, "audio", &base64, error)
         && vowel_openai_commands_append (
             commands, base64, strlen (base64), error);
}

static gboolean
buffer_commit (VowelOpenaiCommands *commands, JsonObject *event, GError **error)
{
  return vowel_session_commit_audio (
      commands->session, commands->participant, error);
}

static gboolean
buffer_clear (VowelOpenaiCommands *commands, JsonObject *event, GError **error)
{
  return vowel_session_clear_audio (
      commands->session, commands->participant, error);
}

/* The beta protocol has no images: a client would not get them back. */
static gboolean
check_images (VowelOpenaiCommands *commands, VowelItem *item, GError **error)
{
  VowelPart *part;

  if (commands->dialect != VOWEL_OPENAI_BETA)
    return TRUE;

  for (guint i = 0; (part = vowel_item_get_part (item, i)) != NULL; i++) {
    if (part->type == VOWEL_PART_IMAGE) {
      g_autofree gchar *param = g_strdup_printf ("item.content[%u].type", i);

      vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_VALUE, param,
          "Invalid value: 'input_image'. The beta protocol has no images; "
          "connect without the OpenAI-Beta header to send them.");
      return FALSE;
    }
  }

  return TRUE;
}

static gboolean
item_create (VowelOpenaiCommands *commands, JsonObject *event, GError **error)
{
  const VowelSessionConfig *config =
      vowel_session_get_config (commands->session);
  g_autoptr (VowelItem) item = NULL;
  const gchar *previous = NULL;
  JsonObject *object = NULL;

  if (!vowel_openai_read_string (
          event, NULL, "previous_item_id", &previous, error)
      || !vowel_openai_read_object (event, NULL, "item", &object, error))
    return FALSE;

  if (object == NULL) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_MISSING_PARAMETER, "item",
        "Missing required parameter: 'item'.");
    return FALSE;
  }

  item = vowel_openai_item_parse (object, "item", &config->input_format, error);

  return item != NULL && check_images (commands, item, error)
         && vowel_session_add_item (
             commands->session, commands->participant, item, previous, error);
}

static gboolean
item_retrieve (VowelOpenaiCommands *commands, JsonObject *event, GError **error)
{
  const gchar *id = NULL;

  return vowel_openai_require_string (event, NULL, "item_id", &id, error)
         && vowel_session_retrieve_item (
             commands->session, commands->participant, id, error);
}

static gboolean
item_delete (VowelOpenaiCommands *commands, JsonObject *event, GError **error)
{
  const gchar *id = NULL;

  return vowel_openai_require_string (event, NULL, "item_id", &id, error)
         && vowel_session_delete_item (
             commands->session, commands->participant, id, error);
}

static gboolean
item_truncate (VowelOpenaiCommands *commands, JsonObject *event, GError **error)
{
  const gchar *id = NULL;
  guint index = 0;
  guint end_ms = 0;

  if (!vowel_openai_require_string (event, NULL, "item_id", &id, error)
      || !vowel_openai_read_uint (
          event, NULL, "content_index", 0, G_MAXINT, &index, error)
      || !vowel_openai_read_uint (
          event, NULL, "audio_end_ms", 0, G_MAXINT, &end_ms, error))
    return FALSE;

  if (!vowel_openai_has (event, "audio_end_ms")) {
    vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_MISSING_PARAMETER,
        "audio_end_ms", "Missing required parameter: 'audio_end_ms'.");
    return FALSE;
  }

  return vowel_session_truncate_item (
      commands->session, commands->participant, id, index, end_ms, error);
}

static VowelItem *
look_up (const gchar *item_id, gpointer user_data)
{
  return vowel_session_get_item (user_data, item_id);
}

static gboolean
response_create (
    VowelOpenaiCommands *commands, JsonObject *event, GError **error)
{
  g_autoptr (VowelResponseRequest) request = NULL;
  JsonObject *object = NULL;

  if (!vowel_openai_read_object (event, NULL, "response", &object, error))
    return FALSE;

  if (object != NULL) {
    request = vowel_openai_response_request_parse (object, commands->dialect,
        commands->pinned, vowel_session_get_config (commands->session), look_up,
        commands->session, error);
    if (request == NULL)
      return FALSE;
  }

  return vowel_session_respond (
      commands->session, commands->participant, request, error);
}

static gboolean
response_cancel (
    VowelOpenaiCommands *commands, JsonObject *event, GError **error)
{
  const gchar *id = NULL;

  return vowel_openai_read_string (event, NULL, "response_id", &id, error)
         && vowel_session_cancel (
             commands->session, commands->participant, id, error);
}

/* Over a WebSocket what was sent is the client's. */
static gboolean
output_clear (VowelOpenaiCommands *commands, JsonObject *event, GError **error)
{
  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_EVENT, "type",
      "'output_audio_buffer.clear' is for WebRTC and SIP, where the server "
      "plays the audio. Over a WebSocket stop playing what you received, then "
      "send 'response.cancel' and 'conversation.item.truncate'.");
  return FALSE;
}

static const struct {
  const gchar *type;
  CommandFunc run;
  VowelOpenaiAbout about;
} table[] = {
    {"input_audio_buffer.append", buffer_append, VOWEL_OPENAI_ABOUT_OTHER},
    {"input_audio_buffer.commit", buffer_commit, VOWEL_OPENAI_ABOUT_OTHER},
    {"input_audio_buffer.clear", buffer_clear, VOWEL_OPENAI_ABOUT_OTHER},
    {"session.update", session_update, VOWEL_OPENAI_ABOUT_SESSION},
    {"transcription_session.update", transcription_update,
        VOWEL_OPENAI_ABOUT_SESSION},
    {"conversation.item.create", item_create, VOWEL_OPENAI_ABOUT_CREATE},
    {"conversation.item.retrieve", item_retrieve, VOWEL_OPENAI_ABOUT_RETRIEVE},
    {"conversation.item.truncate", item_truncate, VOWEL_OPENAI_ABOUT_TRUNCATE},
    {"conversation.item.delete", item_delete, VOWEL_OPENAI_ABOUT_DELETE},
    {"response.create", response_create, VOWEL_OPENAI_ABOUT_RESPONSE},
    {"response.cancel", response_cancel, VOWEL_OPENAI_ABOUT_CANCEL},
    {"output_audio_buffer.clear", output_clear, VOWEL_OPENAI_ABOUT_OTHER},
};

gboolean
vowel_openai_commands_run (VowelOpenaiCommands *commands, const gchar *type,
    JsonObject *event, VowelOpenaiAbout *ret_about, GError **error)
{
  g_autoptr (GString) known = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++) {
    if (g_str_equal (table[i].type, type)) {
      *ret_about = table[i].about;
      return table[i].run (commands, event, error);
    }
  }

  known = g_string_new (NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    g_string_append_printf (known, "%s'%s'", i > 0 ? ", " : "", table[i].type);

  *ret_about = VOWEL_OPENAI_ABOUT_OTHER;
  vowel_openai_set_error (error, VOWEL_OPENAI_ERROR_INVALID_EVENT, "type",
      "Invalid value: '%s'. Supported values are: %s.", type, known->str);
  return FALSE;
}
