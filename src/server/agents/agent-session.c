/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "agent-session.h"

#include "agent-choice.h"
#include "tool-webhooks.h"

#include "server/calls/call-recording.h"
#include "session/language-names.h"

#include <gst/gst.h>
#include <string.h>

/* Beyond that nothing is filled in any more: a short value may be wanted in
 * many places, and no session takes more. */
#define MAX_FILLED (256 * 1024)
#define MIN_IDLE_MS 5000
#define MAX_IDLE_MS 30000
#define MIN_SPEED 0.25
#define MAX_SPEED 1.5
/* Noise that takes more than near a mouth. */
#define FAR_NOISE_LEVEL 66

/* --- texts --- */

/* (nullable): what @name, without spaces around it, stands for */
static const gchar *
look_up (GHashTable *variables, const gchar *name, gsize length)
{
  g_autofree gchar *key = g_strstrip (g_strndup (name, length));

  return variables != NULL ? g_hash_table_lookup (variables, key) : NULL;
}

gchar *
vowel_agent_fill_in (const gchar *text, GHashTable *variables)
{
  g_autoptr (GString) filled = g_string_new (NULL);
  const gchar *open, *close;

  while ((open = strstr (text, "{{")) != NULL
         && (close = strstr (open, "}}")) != NULL) {
    const gchar *value = filled->len <= MAX_FILLED
                             ? look_up (variables, open + 2, close - open - 2)
                             : NULL;

    g_string_append_len (filled, text, open - text);
    if (value != NULL)
      g_string_append (filled, value);
    else
      g_string_append_len (filled, open, close + 2 - open);
    text = close + 2;
  }
  g_string_append (filled, text);
  return g_string_free (g_steal_pointer (&filled), FALSE);
}

static void
append_rules (GString *text, gchar **rules)
{
  if (rules[0] != NULL)
    g_string_append (text, "\n\nRules that always hold:");
  for (guint i = 0; rules[i] != NULL; i++)
    g_string_append_printf (text, "\n- %s", rules[i]);
}

static gchar *
make_instructions (
    const VowelAgent *agent, const gchar *prompt, GHashTable *variables)
{
  g_autoptr (GString) text = g_string_new (prompt);

  if (agent->personality != NULL)
    g_string_append_printf (text, "\n\nYour manner is %s.", agent->personality);
  append_rules (text, agent->guardrails);
  return vowel_agent_fill_in (g_strstrip (text->str), variables);
}

gchar *
vowel_agent_make_instructions (const VowelAgent *agent, GHashTable *variables)
{
  return make_instructions (agent, agent->prompt, variables);
}

/* --- settings --- */

static void
take (gchar **field, gchar *text)
{
  g_free (*field);
  *field = text;
}

static void
apply_language (VowelSessionConfig *config, const VowelAgent *agent)
{
  gboolean any = g_str_equal (agent->language, "multi");

  take (&config->language,
      any ? NULL : vowel_language_normalize (agent->language));
  take (&config->transcription_language, g_strdup (config->language));
}

/* The daemon's elements reduce noise only where GStreamer can. */
static void
apply_noise (VowelSessionConfig *config, const VowelAgent *agent)
{
  g_autoptr (GstElementFactory) factory =
      agent->noise_cancel ? gst_element_factory_find ("webrtcdsp") : NULL;

  if (factory != NULL)
    take (&config->noise_reduction,
        g_strdup (
            agent->noise_level > FAR_NOISE_LEVEL ? "far_field" : "near_field"));
}

static void
apply_turns (VowelSessionConfig *config, const VowelAgent *agent)
{
  VowelTurnDetection *detection = &config->turn_detection;

  vowel_session_config_set_detection (config, VOWEL_TURN_SERVER_VAD);
  detection->silence_duration_ms = MAX (agent->stop_ms, agent->endpointing_ms);
  detection->idle_timeout_ms = agent->silence_ms > 0 ? CLAMP (
                                   agent->silence_ms, MIN_IDLE_MS, MAX_IDLE_MS)
                                                     : 0;
}

static void
apply_config (VowelSessionConfig *config, const VowelAgent *agent,
    const VowelAgentOverrides *overrides)
{
  take (&config->instructions,
      make_instructions (agent,
          overrides->prompt != NULL ? overrides->prompt : agent->prompt,
          overrides->variables));
  /* It has first words of its own, or none. */
  take (&config->greeting, NULL);
  apply_language (config, agent);
  apply_noise (config, agent);
  apply_turns (config, agent);
  config->transcription = TRUE;
  if (agent->keyterms[0] != NULL)
    config->transcription_keywords = g_strdupv (agent->keyterms);
  if (agent->temperature >= 0)
    config->temperature = agent->temperature;
  config->max_output_tokens = agent->max_tokens;
  if (agent->speed > 0)
    config->speed = CLAMP (agent->speed, MIN_SPEED, MAX_SPEED);
}

/* (nullable) (transfer full) */
static gchar *
make_first_message (
    const VowelAgent *agent, const VowelAgentOverrides *overrides)
{
  const gchar *text = overrides->first_message != NULL
                          ? overrides->first_message
                          : agent->first_message;

  if (text == NULL || *text == '\0'
      || (overrides->outbound && !agent->first_message_outbound))
    return NULL;
  return vowel_agent_fill_in (text, overrides->variables);
}

/* For how long after an answer what is heard may be its echo. */
static guint
get_guard_ms (const VowelAgent *agent)
{
  switch (agent->sensitivity) {
    case VOWEL_AGENT_INTERRUPTED_BY_LOW:
      return 500;
    case VOWEL_AGENT_INTERRUPTED_BY_MEDIUM:
      return 300;
    case VOWEL_AGENT_INTERRUPTED_BY_HIGH:
      return 200;
    default:
      return 0;
  }
}

static void
apply_behaviours (VowelBehaviours *behaviours, const VowelAgent *agent,
    const VowelAgentOverrides *overrides, const VowelServerConfig *config)
{
  take (&behaviours->first_message, make_first_message (agent, overrides));
  behaviours->first_message_guard_ms = agent->first_message_guard_ms;
  behaviours->silence_count = agent->silence_count;
  behaviours->barge_in.min_chars = vowel_agent_get_interruption_chars (agent);
  behaviours->barge_in.guard_ms = get_guard_ms (agent);
  take (&behaviours->voice_style,
      agent->voice_style ? g_strdup (config->voice_style_text) : NULL);
}

/* --- tools --- */

static void
apply_tools (
    VowelSessionRequest *request, VowelAgent *agent, VowelAgentTools whose)
{
  g_clear_pointer (&request->tools, g_ptr_array_unref);
  if (whose == VOWEL_AGENT_TOOLS_OF_CLIENT)
    request->tools = vowel_agent_tools_to_tools (agent->tools, FALSE);
  if (whose == VOWEL_AGENT_TOOLS_OF_SERVERS && request->server_tools == NULL)
    request->server_tools = vowel_agent_tools_to_tools (agent->tools, FALSE);
}

static void
add_companions (VowelSessionRequest *request, VowelAgent *agent,
    const VowelServerConfig *config)
{
  VowelCompanion *webhooks = vowel_tool_webhooks_new (agent);

  if (webhooks != NULL)
    vowel_session_request_add_companion (request, webhooks);
  if (config->recordings != NULL)
    vowel_session_request_add_companion (
        request, vowel_call_recording_new (config->recordings));
}

/* What the server's settings said of a session that begins with others. */
static void
renew_config (VowelSessionRequest *request, const VowelServerConfig *config)
{
  VowelSessionConfig *fresh = vowel_session_config_from_server (config);

  fresh->input_format = request->config->input_format;
  fresh->output_format = request->config->output_format;
  fresh->output_modality = request->config->output_modality;
  vowel_session_config_free (request->config);
  request->config = fresh;
}

static gboolean
apply (VowelSessionRequest *request, VowelAgent *agent,
    const VowelAgentOverrides *overrides, const VowelServerConfig *config,
    GError **error)
{
  take (&request->app_id, g_strdup (agent->app_id));
  take (&request->agent_id, g_strdup (agent->id));
  apply_config (request->config, agent, overrides);
  if (!vowel_session_config_validate (request->config, error))
    return FALSE;
  apply_behaviours (request->behaviours, agent, overrides, config);
  vowel_session_limits_shorten (&request->limits, agent->max_call_s);
  request->summarize = agent->summarize;
  apply_tools (request, agent, overrides->tools);
  add_companions (request, agent, config);
  return TRUE;
}

/* @agent as it is in its sessions, and what these begin with. */
static VowelAgent *
resolve (VowelAgents *agents, VowelAgent *agent,
    const VowelAgentOverrides *overrides, VowelConfigSnapshot **ret_snapshot,
    GError **error)
{
  g_autoptr (VowelAgent) used =
      vowel_agents_resolve (agents, agent, overrides->version_id, error);

  if (used == NULL)
    return NULL;
  *ret_snapshot = vowel_agent_choice_derive (agents, used, error);
  return *ret_snapshot != NULL ? g_steal_pointer (&used) : NULL;
}

static const VowelAgentOverrides no_overrides = {NULL};

VowelSessionRequest *
vowel_agent_session_request (VowelAgents *agents, VowelAgent *agent,
    const VowelAgentOverrides *overrides, VowelConfigSnapshot **ret_snapshot,
    GError **error)
{
  g_autoptr (VowelConfigSnapshot) snapshot = NULL;
  g_autoptr (VowelAgent) used = NULL;
  g_autoptr (VowelSessionRequest) request = NULL;

  if (overrides == NULL)
    overrides = &no_overrides;
  used = resolve (agents, agent, overrides, &snapshot, error);
  if (used == NULL)
    return NULL;
  request = vowel_session_request_new_default (snapshot->config);
  if (!apply (request, used, overrides, snapshot->config, error))
    return NULL;
  *ret_snapshot = g_steal_pointer (&snapshot);
  return g_steal_pointer (&request);
}

gboolean
vowel_agent_session_apply (VowelAgents *agents, VowelAgent *agent,
    const VowelAgentOverrides *overrides, VowelSessionRequest *request,
    VowelConfigSnapshot **ret_snapshot, GError **error)
{
  g_autoptr (VowelConfigSnapshot) snapshot = NULL;
  g_autoptr (VowelAgent) used = NULL;

  if (overrides == NULL)
    overrides = &no_overrides;
  used = resolve (agents, agent, overrides, &snapshot, error);
  if (used == NULL)
    return FALSE;
  renew_config (request, snapshot->config);
  if (!apply (request, used, overrides, snapshot->config, error))
    return FALSE;
  *ret_snapshot = g_steal_pointer (&snapshot);
  return TRUE;
}
