/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "agent-vatel-json.h"

#include "agent-mappings.h"
#include "agent-tool-json.h"

#include "server/iso-time.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define SECONDS 1000 /* which we keep as milliseconds */
#define START_MS 200 /* of an agent that says nothing of it */

static const VowelAgentMapping mappings[] = {
    {"name", "name"},
    {"phone_number_id", "phoneNumberId"},
    {"prompt", "prompt"},
    {"first_message", "firstMessage.text"},
    {"first_message_interruption_time", "firstMessage.guardMs", SECONDS},
    {"enable_first_message_outbound", "firstMessage.outbound"},
    {"summarize_calls", "summarize"},
    {"keyterms", "stt.keyterms"},
    {"noise_cancel_settings.enabled", "stt.noiseCancel"},
    {"noise_cancel_settings.level", "stt.noiseLevel"},
    {"vad_settings.start_secs", "turns.startMs", SECONDS, "starting_secs"},
    {"vad_settings.stop_secs", "turns.stopMs", SECONDS, "stopping_secs"},
    {"vad_settings.silence_timeout_secs", "limits.silenceMs", SECONDS},
    {"voice_settings.id", "voice.id"},
    {"voice_settings.provider", "voice.provider"},
    {"voice_settings.speed", "voice.speed"},
    {"voice_settings.stability", "voice.stability"},
    {"voice_settings.similarity_boost", "voice.similarityBoost"},
    {"voice_settings.volume", "voice.volume"},
    {"timeout_settings.default_timeout", "limits.maxCallSeconds", 0,
        "defaultTimeout"},
    {"timeout_settings.timeout_action", "limits.timeoutAction", 0,
        "timeoutAction"},
    {"timeout_settings.transfer_number", "limits.transferNumber", 0,
        "transferNumber"},
    {"timeout_settings.transfer_message", "limits.transferMessage", 0,
        "transferMessage"},
    {"timeout_settings.silence_counter", "limits.silenceCount", 0,
        "silenceCounter"},
    {"timeout_settings.silence_timeout_action", "limits.silenceAction", 0,
        "silenceTimeoutAction"},
    {"timeout_settings.silence_transfer_number", "limits.silenceTransferNumber",
        0, "silenceTransferNumber"},
};

static const gchar *const languages[] = {"multi", "en", "es", "fr", "de", "it",
    "pt", "ru", "zh", "ja", "ko", "ar", "hi", NULL};

/* --- reading --- */

static gboolean
invalid (GError **error, const gchar *field, const gchar *text)
{
  vowel_set_field_error (error, VOWEL_ERROR_INVALID, field, "%s", text);
  return FALSE;
}

/* @ret_text: NULL for null. FALSE: an error. What is not there leaves @ret_said
 * FALSE. */
static gboolean
read_text (JsonObject *object, const gchar *name, gboolean *ret_said,
    const gchar **ret_text, GError **error)
{
  JsonNode *node = json_object_get_member (object, name);

  *ret_said = node != NULL;
  *ret_text = NULL;
  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return TRUE;
  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return invalid (error, name, "expected a string");
  *ret_text = json_node_get_string (node);
  return TRUE;
}

static void
take_text (gchar **field, gchar *text)
{
  g_free (*field);
  *field = text;
}

/* An account, or model, belongs to the provider that it is with. */
static void
change_provider (VowelAgentService *service, gchar *provider)
{
  if (g_strcmp0 (service->provider, provider) != 0) {
    g_clear_pointer (&service->provider_id, g_free);
    g_clear_pointer (&service->model, g_free);
  }
  take_text (&service->provider, provider);
}

/* "provider/model" */
static gboolean
read_model (JsonObject *object, const gchar *name, VowelAgentService *service,
    GError **error)
{
  gboolean said;
  const gchar *text, *slash;

  if (!read_text (object, name, &said, &text, error))
    return FALSE;
  if (!said)
    return TRUE;
  if (text == NULL || *text == '\0') {
    change_provider (service, NULL);
    return TRUE;
  }
  slash = strchr (text, '/');
  if (slash == NULL || slash == text || slash[1] == '\0')
    return invalid (error, name,
        "expected \"provider/model\", one of those that GET /v1/llms lists");
  change_provider (service, g_strndup (text, slash - text));
  take_text (&service->model, g_strdup (slash + 1));
  return TRUE;
}

static gboolean
read_status (VowelAgent *agent, JsonObject *object, GError **error)
{
  gboolean said;
  const gchar *text;

  if (!read_text (object, "status", &said, &text, error))
    return FALSE;
  if (text != NULL && !g_str_equal (text, "active")
      && !g_str_equal (text, "inactive"))
    return invalid (error, "status", "expected active or inactive");
  if (said)
    agent->active = text == NULL || g_str_equal (text, "active");
  return TRUE;
}

static gboolean
read_language (VowelAgent *agent, JsonObject *object, GError **error)
{
  g_autofree gchar *list = g_strjoinv (", ", (gchar **) languages);
  g_autofree gchar *advice = g_strconcat ("expected one of ", list, NULL);
  gboolean said;
  const gchar *text;

  if (!read_text (object, "default_language", &said, &text, error))
    return FALSE;
  if (text != NULL && !g_strv_contains (languages, text))
    return invalid (error, "default_language", advice);
  if (said)
    take_text (&agent->language, g_strdup (text != NULL ? text : "en"));
  return TRUE;
}

static gboolean
read_tools (VowelAgent *agent, JsonObject *object, GError **error)
{
  JsonNode *node = json_object_get_member (object, "tools");

  return node == NULL || vowel_agent_read_tools (agent, node, error);
}

static gboolean
check_voice (VowelAgent *agent, JsonObject *object, GError **error)
{
  if (gst_vowel_json_get_object (object, "voice_settings") == NULL)
    return TRUE;
  if (agent->tts.provider == NULL)
    return invalid (error, "voice_settings.provider", "is required");
  if (agent->voice == NULL)
    return invalid (error, "voice_settings.id", "is required");
  return TRUE;
}

gboolean
vowel_agent_vatel_apply (VowelAgent *agent, JsonObject *object, GError **error)
{
  g_autofree gchar *voices = g_strdup (agent->tts.provider);

  if (!vowel_agent_mappings_read (
          mappings, G_N_ELEMENTS (mappings), agent, object, error)
      || !read_model (object, "llm", &agent->llm, error)
      || !read_model (object, "fallback_llm", &agent->fallback_llm, error)
      || !read_status (agent, object, error)
      || !read_language (agent, object, error)
      || !read_tools (agent, object, error)
      || !check_voice (agent, object, error))
    return FALSE;
  if (g_strcmp0 (voices, agent->tts.provider) != 0) {
    g_clear_pointer (&agent->tts.provider_id, g_free);
    g_clear_pointer (&agent->tts.model, g_free);
  }
  return vowel_agent_validate (agent, error);
}

VowelAgent *
vowel_agent_vatel_new (const gchar *app_id, JsonObject *object, GError **error)
{
  g_autoptr (VowelAgent) agent = vowel_agent_new (app_id);

  agent->start_ms = START_MS;
  return vowel_agent_vatel_apply (agent, object, error)
             ? g_steal_pointer (&agent)
             : NULL;
}

/* --- writing --- */

static void
write_model (
    JsonObject *object, const gchar *name, const VowelAgentService *service)
{
  g_autofree gchar *text = NULL;

  if (service->provider == NULL || service->model == NULL)
    return;
  text = g_strdup_printf ("%s/%s", service->provider, service->model);
  json_object_set_string_member (object, name, text);
}

/* Vatel knows languages, not where they are spoken. */
static void
write_language (JsonObject *object, const gchar *tag)
{
  g_autofree gchar *language = g_strndup (tag, strcspn (tag, "-"));

  json_object_set_string_member (object, "default_language", language);
}

static void
write_time (JsonObject *object, const gchar *name, gint64 at)
{
  g_autofree gchar *text = vowel_iso_time (at);

  json_object_set_string_member (object, name, text);
}

JsonObject *
vowel_agent_vatel_to_json (const VowelAgent *agent)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "id", agent->id);
  json_object_set_string_member (object, "phone_number_id", "");
  json_object_set_string_member (
      object, "status", agent->active ? "active" : "inactive");
  vowel_agent_mappings_write (mappings, G_N_ELEMENTS (mappings), agent, object);
  write_model (object, "llm", &agent->llm);
  write_model (object, "fallback_llm", &agent->fallback_llm);
  write_language (object, agent->language);
  json_object_set_array_member (
      object, "tools", vowel_agent_tools_to_json (agent->tools));
  write_time (object, "created_at", agent->created_at);
  write_time (object, "updated_at", agent->updated_at);
  return object;
}

/* --- tools --- */

static const gchar *
get_data_type (JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    return "object";
  if (JSON_NODE_HOLDS_ARRAY (node))
    return "array";
  if (json_node_get_value_type (node) == G_TYPE_BOOLEAN)
    return "boolean";
  if (json_node_get_value_type (node) == G_TYPE_INT64
      || json_node_get_value_type (node) == G_TYPE_DOUBLE)
    return "number";
  return "string";
}

static JsonObject *
make_argument (const gchar *name, gboolean is_static, const gchar *data_type,
    const gchar *description, gboolean required, JsonNode *value)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "name", name);
  json_object_set_string_member (
      object, "type", is_static ? "static" : "resolved");
  json_object_set_string_member (object, "dataType", data_type);
  if (description != NULL)
    json_object_set_string_member (object, "description", description);
  json_object_set_boolean_member (object, "required", required);
  json_object_set_member (object, "value", json_node_copy (value));
  return object;
}

static void
add_known (
    JsonArray *array, const VowelAgentParameter *parameter, JsonObject *filled)
{
  json_array_add_object_element (array,
      make_argument (parameter->name, parameter->is_static,
          parameter->data_type, parameter->description, parameter->required,
          json_object_get_member (filled, parameter->name)));
}

JsonArray *
vowel_agent_vatel_make_arguments (
    const VowelAgentTool *tool, const gchar *arguments)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  const VowelAgentTool unknown = {.parameters = none};
  g_autoptr (JsonObject) filled =
      vowel_agent_tool_fill (tool != NULL ? tool : &unknown, arguments);
  g_autoptr (GList) names = json_object_get_members (filled);
  JsonArray *array = json_array_new ();

  if (tool != NULL && tool->parameters->len > 0) {
    for (guint i = 0; i < tool->parameters->len; i++)
      add_known (array, g_ptr_array_index (tool->parameters, i), filled);
    return array;
  }
  for (GList *l = names; l; l = l->next) {
    JsonNode *node = json_object_get_member (filled, l->data);

    json_array_add_object_element (
        array, make_argument (
                   l->data, FALSE, get_data_type (node), NULL, FALSE, node));
  }
  return array;
}

JsonArray *
vowel_agent_vatel_make_nodes (const VowelAgent *agent)
{
  JsonArray *nodes = json_array_new ();
  JsonObject *prompt = json_object_new ();

  json_object_set_string_member (prompt, "id", "prompt");
  json_object_set_string_member (prompt, "type", "prompt");
  json_object_set_string_member (
      prompt, "prompt", agent->prompt != NULL ? agent->prompt : "");
  json_array_add_object_element (nodes, prompt);
  for (guint i = 0; i < agent->tools->len; i++) {
    const VowelAgentTool *tool = g_ptr_array_index (agent->tools, i);
    JsonObject *node = vowel_agent_tool_to_json (tool);

    json_object_set_string_member (node, "id", tool->name);
    json_object_set_string_member (
        node, "type", tool->webhook_url != NULL ? "function" : "client_tool");
    json_array_add_object_element (nodes, node);
  }
  return nodes;
}
