/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "agent-fields.h"

#include "phone-number.h"

#include <math.h>
#include <string.h>

#define NAME_MAX_BYTES 200
#define NUMBER_MAX_BYTES 100
#define TEXT_MAX_BYTES (200 * 1024)
#define SPOKEN_MAX_BYTES (8 * 1024)
#define MAX_STRINGS 200
#define DAY_S (24 * 60 * 60)

#define AT(member) G_STRUCT_OFFSET (VowelAgent, member)
#define STRING VOWEL_AGENT_FIELD_STRING
#define STRINGS VOWEL_AGENT_FIELD_STRINGS
#define BOOLEAN VOWEL_AGENT_FIELD_BOOLEAN
#define UINT VOWEL_AGENT_FIELD_UINT
#define DOUBLE VOWEL_AGENT_FIELD_DOUBLE
#define CHOICE VOWEL_AGENT_FIELD_CHOICE

#define A_NUMBER                                                               \
  .is_valid = vowel_phone_number_is_valid,                                     \
  .expected = "a telephone number such as +15005550006"
#define A_NUMBER_ID                                                            \
  .is_valid = g_uuid_string_is_valid, .expected = "the id of a number, a UUID"

#define SENSITIVITIES "low|medium|high|speech"
#define ACTIONS "end_call|transfer_call"

static const VowelAgentField fields[] = {
    {"name", STRING, AT (name), NAME_MAX_BYTES},
    {"active", BOOLEAN, AT (active), 1, TRUE},
    {"prompt", STRING, AT (prompt), TEXT_MAX_BYTES},
    {"personality", STRING, AT (personality), NAME_MAX_BYTES},
    {"guardrails", STRINGS, AT (guardrails), SPOKEN_MAX_BYTES},
    {"voiceStyle", BOOLEAN, AT (voice_style), 1, FALSE},
    {"firstMessage.text", STRING, AT (first_message), SPOKEN_MAX_BYTES},
    {"firstMessage.guardMs", UINT, AT (first_message_guard_ms), 60000, 0},
    {"firstMessage.outbound", BOOLEAN, AT (first_message_outbound), 1, TRUE},
    {"language", STRING, AT (language), NUMBER_MAX_BYTES, 0, "en"},
    {"llm.provider", STRING, AT (llm.provider), NAME_MAX_BYTES},
    {"llm.providerId", STRING, AT (llm.provider_id), NUMBER_MAX_BYTES},
    {"llm.model", STRING, AT (llm.model), NAME_MAX_BYTES},
    {"llm.temperature", DOUBLE, AT (temperature), 2, -1, NULL, TRUE},
    {"llm.maxTokens", UINT, AT (max_tokens), 100000, 0, NULL, TRUE},
    {"fallbackLlm.provider", STRING, AT (fallback_llm.provider),
        NAME_MAX_BYTES},
    {"fallbackLlm.model", STRING, AT (fallback_llm.model), NAME_MAX_BYTES},
    {"voice.provider", STRING, AT (tts.provider), NAME_MAX_BYTES},
    {"voice.providerId", STRING, AT (tts.provider_id), NUMBER_MAX_BYTES},
    {"voice.model", STRING, AT (tts.model), NAME_MAX_BYTES},
    {"voice.id", STRING, AT (voice), NAME_MAX_BYTES},
    {"voice.speed", DOUBLE, AT (speed), 2, 0, NULL, TRUE},
    {"voice.stability", DOUBLE, AT (stability), 2, 0, NULL, TRUE},
    {"voice.similarityBoost", DOUBLE, AT (similarity_boost), 2, 0, NULL, TRUE},
    {"voice.volume", DOUBLE, AT (volume), 2, 0, NULL, TRUE},
    {"stt.provider", STRING, AT (stt.provider), NAME_MAX_BYTES},
    {"stt.providerId", STRING, AT (stt.provider_id), NUMBER_MAX_BYTES},
    {"stt.model", STRING, AT (stt.model), NAME_MAX_BYTES},
    {"stt.keyterms", STRINGS, AT (keyterms), NAME_MAX_BYTES},
    {"stt.noiseCancel", BOOLEAN, AT (noise_cancel), 1, FALSE},
    {"stt.noiseLevel", UINT, AT (noise_level), 100, 0},
    {"turns.startMs", UINT, AT (start_ms), 5000, VOWEL_AGENT_START_MS},
    {"turns.stopMs", UINT, AT (stop_ms), 10000, 800},
    {"turns.endpointingMs", UINT, AT (endpointing_ms), 10000, 200},
    {"turns.sensitivity", CHOICE, AT (sensitivity), 0,
        VOWEL_AGENT_INTERRUPTED_BY_SPEECH, SENSITIVITIES},
    {"limits.silenceMs", UINT, AT (silence_ms), 600000, 10000},
    {"limits.silenceCount", UINT, AT (silence_count), 100, 3},
    {"limits.silenceAction", CHOICE, AT (silence_action), 0,
        VOWEL_AGENT_END_CALL, ACTIONS},
    {"limits.silenceTransferNumber", STRING, AT (silence_transfer_number),
        NUMBER_MAX_BYTES, A_NUMBER},
    {"limits.maxCallSeconds", UINT, AT (max_call_s), DAY_S, 600},
    {"limits.timeoutAction", CHOICE, AT (timeout_action), 0,
        VOWEL_AGENT_END_CALL, ACTIONS},
    {"limits.transferNumber", STRING, AT (transfer_number), NUMBER_MAX_BYTES,
        A_NUMBER},
    {"limits.transferMessage", STRING, AT (transfer_message), SPOKEN_MAX_BYTES},
    {"summarize", BOOLEAN, AT (summarize), 1, FALSE},
    {"dtmf", BOOLEAN, AT (dtmf), 1, FALSE},
    {"phoneNumberId", STRING, AT (phone_number_id), NUMBER_MAX_BYTES,
        A_NUMBER_ID},
};

const VowelAgentField *
vowel_agent_fields_list (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (fields);
  return fields;
}

const VowelAgentField *
vowel_agent_field_find (const gchar *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (fields); i++)
    if (g_str_equal (fields[i].path, path))
      return &fields[i];
  return NULL;
}

const VowelAgentField *
vowel_agent_field_get (const gchar *path)
{
  const VowelAgentField *field = vowel_agent_field_find (path);

  if (field == NULL)
    g_error ("agents have no field %s", path);
  return field;
}

void
vowel_agent_field_clear (const VowelAgentField *field, VowelAgent *agent)
{
  gpointer at = G_STRUCT_MEMBER_P (agent, field->offset);

  if (field->type == STRING)
    g_clear_pointer ((gchar **) at, g_free);
  else if (field->type == STRINGS)
    g_clear_pointer ((gchar ***) at, g_strfreev);
}

/* @value: where one of the field's type is */
static void
assign (const VowelAgentField *field, VowelAgent *agent, gconstpointer value)
{
  gpointer at = G_STRUCT_MEMBER_P (agent, field->offset);

  vowel_agent_field_clear (field, agent);
  switch (field->type) {
    case STRING:
      *(gchar **) at = g_strdup (*(gchar *const *) value);
      break;
    case STRINGS:
      *(gchar ***) at = g_strdupv (*(gchar * *const *) value);
      break;
    case BOOLEAN:
      *(gboolean *) at = *(const gboolean *) value;
      break;
    case UINT:
    case CHOICE:
      *(guint *) at = *(const guint *) value;
      break;
    case DOUBLE:
      *(gdouble *) at = *(const gdouble *) value;
      break;
  }
}

void
vowel_agent_field_reset (const VowelAgentField *field, VowelAgent *agent)
{
  gchar *end = NULL;
  gchar **none = &end;
  const gint whole = (gint) field->initial;
  const gconstpointer initial[] = {
      [STRING] = &field->initial_text,
      [STRINGS] = &none,
      [BOOLEAN] = &whole,
      [UINT] = &whole,
      [CHOICE] = &whole,
      [DOUBLE] = &field->initial,
  };

  assign (field, agent, initial[field->type]);
}

void
vowel_agent_field_copy (
    const VowelAgentField *field, const VowelAgent *from, VowelAgent *to)
{
  assign (field, to, G_STRUCT_MEMBER_P (from, field->offset));
}

/* --- reading --- */

static gboolean
refuse_type (const gchar *as, const gchar *expected, GError **error)
{
  vowel_set_field_error (
      error, VOWEL_ERROR_INVALID, as, "expected %s", expected);
  return FALSE;
}

static gboolean
check_length (const VowelAgentField *field, const gchar *text, const gchar *as,
    GError **error)
{
  if (strlen (text) <= field->max)
    return TRUE;
  vowel_set_field_error (
      error, VOWEL_ERROR_TOO_LONG, as, "longer than %.0f bytes", field->max);
  return FALSE;
}

static gboolean
read_string (const VowelAgentField *field, gchar **ret_string, JsonNode *node,
    const gchar *as, GError **error)
{
  const gchar *text;

  if (json_node_get_value_type (node) != G_TYPE_STRING)
    return refuse_type (as, "a string", error);
  text = json_node_get_string (node);
  if (!check_length (field, text, as, error))
    return FALSE;
  if (*text != '\0' && field->is_valid != NULL && !field->is_valid (text))
    return refuse_type (as, field->expected, error);
  g_free (*ret_string);
  *ret_string = g_strdup (*text != '\0' ? text : field->initial_text);
  return TRUE;
}

static gboolean
read_strings (const VowelAgentField *field, gchar ***ret_strings,
    JsonNode *node, const gchar *as, GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  JsonArray *array;

  if (!JSON_NODE_HOLDS_ARRAY (node))
    return refuse_type (as, "a list of strings", error);
  array = json_node_get_array (node);
  if (json_array_get_length (array) > MAX_STRINGS) {
    vowel_set_field_error (error, VOWEL_ERROR_TOO_LONG, as,
        "%u are more than the %d that there may be",
        json_array_get_length (array), MAX_STRINGS);
    return FALSE;
  }
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);
    g_autofree gchar *element_as = g_strdup_printf ("%s[%u]", as, i);

    if (json_node_get_value_type (element) != G_TYPE_STRING)
      return refuse_type (element_as, "a string", error);
    if (!check_length (
            field, json_node_get_string (element), element_as, error))
      return FALSE;
    g_strv_builder_add (builder, json_node_get_string (element));
  }
  g_strfreev (*ret_strings);
  *ret_strings = g_strv_builder_end (builder);
  return TRUE;
}

static gboolean
read_boolean (
    gboolean *ret_value, JsonNode *node, const gchar *as, GError **error)
{
  if (json_node_get_value_type (node) != G_TYPE_BOOLEAN)
    return refuse_type (as, "true or false", error);
  *ret_value = json_node_get_boolean (node);
  return TRUE;
}

static gboolean
read_number (const VowelAgentField *field, gdouble *ret_value, JsonNode *node,
    const gchar *as, gdouble scale, GError **error)
{
  GType type = json_node_get_value_type (node);
  gdouble value;

  if (type != G_TYPE_INT64 && type != G_TYPE_DOUBLE)
    return refuse_type (as, "a number", error);
  value = json_node_get_double (node);
  if (!(value >= 0 && value * scale <= field->max)) {
    vowel_set_field_error (error, VOWEL_ERROR_OUT_OF_RANGE, as,
        "%g is not between 0 and %g", value, field->max / scale);
    return FALSE;
  }
  *ret_value = value * scale;
  return TRUE;
}

static gboolean
read_uint (const VowelAgentField *field, guint *ret_value, JsonNode *node,
    const gchar *as, gdouble scale, GError **error)
{
  gdouble value;

  if (!read_number (field, &value, node, as, scale, error))
    return FALSE;
  if (scale == 1 && value != floor (value))
    return refuse_type (as, "a whole number", error);
  *ret_value = (guint) lround (value);
  return TRUE;
}

static gboolean
read_choice (const VowelAgentField *field, guint *ret_value, JsonNode *node,
    const gchar *as, GError **error)
{
  g_auto (GStrv) choices = g_strsplit (field->initial_text, "|", -1);
  g_autofree gchar *list = g_strjoinv (", ", choices);
  const gchar *text = json_node_get_value_type (node) == G_TYPE_STRING
                          ? json_node_get_string (node)
                          : NULL;

  for (guint i = 0; text && choices[i]; i++) {
    if (!g_str_equal (text, choices[i]))
      continue;
    *ret_value = i;
    return TRUE;
  }
  vowel_set_field_error (
      error, VOWEL_ERROR_INVALID, as, "expected one of %s", list);
  return FALSE;
}

gboolean
vowel_agent_field_read (const VowelAgentField *field, VowelAgent *agent,
    JsonNode *node, const gchar *as, gdouble scale, GError **error)
{
  gpointer at = G_STRUCT_MEMBER_P (agent, field->offset);

  if (JSON_NODE_HOLDS_NULL (node)) {
    vowel_agent_field_reset (field, agent);
    return TRUE;
  }
  switch (field->type) {
    case STRING:
      return read_string (field, at, node, as, error);
    case STRINGS:
      return read_strings (field, at, node, as, error);
    case BOOLEAN:
      return read_boolean (at, node, as, error);
    case UINT:
      return read_uint (field, at, node, as, scale, error);
    case DOUBLE:
      return read_number (field, at, node, as, scale, error);
    case CHOICE:
      return read_choice (field, at, node, as, error);
  }
  g_return_val_if_reached (FALSE);
}

/* --- writing --- */

static JsonNode *
make_number (const VowelAgentField *field, gdouble value, gdouble scale)
{
  JsonNode *node;

  if (field->optional && value == field->initial)
    return json_node_new (JSON_NODE_NULL);
  node = json_node_new (JSON_NODE_VALUE);
  if (field->type == UINT && scale == 1)
    json_node_set_int (node, (gint64) value);
  else
    json_node_set_double (node, value / scale);
  return node;
}

static JsonNode *
make_strings (gchar **strings)
{
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; strings[i] != NULL; i++)
    json_array_add_string_element (array, strings[i]);
  return json_node_init_array (json_node_alloc (), array);
}

static JsonNode *
make_string (const gchar *text)
{
  return text != NULL ? json_node_init_string (json_node_alloc (), text)
                      : json_node_new (JSON_NODE_NULL);
}

JsonObject *
vowel_agent_open_path (
    JsonObject *object, const gchar *path, const gchar **ret_name)
{
  const gchar *dot = strchr (path, '.');
  g_autofree gchar *outer = dot != NULL ? g_strndup (path, dot - path) : NULL;

  *ret_name = dot != NULL ? dot + 1 : path;
  if (outer == NULL)
    return object;
  if (!json_object_has_member (object, outer))
    json_object_set_object_member (object, outer, json_object_new ());
  return json_object_get_object_member (object, outer);
}

JsonNode *
vowel_agent_field_to_json (
    const VowelAgentField *field, const VowelAgent *agent, gdouble scale)
{
  gconstpointer at = G_STRUCT_MEMBER_P (agent, field->offset);
  g_auto (GStrv) choices = NULL;

  switch (field->type) {
    case STRING:
      return make_string (*(gchar *const *) at);
    case STRINGS:
      return make_strings (*(gchar * *const *) at);
    case BOOLEAN:
      return json_node_init_boolean (
          json_node_alloc (), *(const gboolean *) at);
    case UINT:
      return make_number (field, *(const guint *) at, scale);
    case DOUBLE:
      return make_number (field, *(const gdouble *) at, scale);
    case CHOICE:
      choices = g_strsplit (field->initial_text, "|", -1);
      return make_string (choices[*(const guint *) at]);
  }
  g_return_val_if_reached (NULL);
}
