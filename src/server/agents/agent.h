/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "agent-tool.h"

#include "session/error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelAgentSensitivity:
 * @VOWEL_AGENT_INTERRUPTED_BY_LOW: five characters of what the caller says stop
 *   the agent
 * @VOWEL_AGENT_INTERRUPTED_BY_MEDIUM: two
 * @VOWEL_AGENT_INTERRUPTED_BY_HIGH: one
 * @VOWEL_AGENT_INTERRUPTED_BY_SPEECH: its voice alone does, at once
 *
 * How easily an agent lets itself be interrupted.
 */
typedef enum {
  VOWEL_AGENT_INTERRUPTED_BY_LOW,
  VOWEL_AGENT_INTERRUPTED_BY_MEDIUM,
  VOWEL_AGENT_INTERRUPTED_BY_HIGH,
  VOWEL_AGENT_INTERRUPTED_BY_SPEECH,
} VowelAgentSensitivity;

typedef enum {
  VOWEL_AGENT_END_CALL,
  VOWEL_AGENT_TRANSFER_CALL,
} VowelAgentTimeoutAction;

/* How long the detector of speech waits by itself, in milliseconds. */
#define VOWEL_AGENT_START_MS 64

/**
 * VowelAgentService:
 * @provider: (nullable): its name in the configuration; NULL: the server's
 * @provider_id: (nullable): of the app's own account with it, a UUID
 * @model: (nullable): NULL: what the server has of that provider
 *
 * Who does one part of an agent's work.
 */
typedef struct {
  gchar *provider;
  gchar *provider_id;
  gchar *model;
} VowelAgentService;

/**
 * VowelAgent:
 * @id: a UUID
 * @app_id: whose it is
 * @created_at: milliseconds since 1970
 * @updated_at: milliseconds since 1970
 * @version_id: (nullable): the version that its sessions use
 * @name: what people call it
 * @active: whether it takes calls
 * @prompt: what the model is to be and do
 * @personality: (nullable): a word for its tone
 * @guardrails: rules that it keeps
 * @voice_style: whether the model is told how to answer for the ear
 * @first_message: (nullable): what it says first, word for word
 * @first_message_guard_ms: how much of that is heard before it can be
 *   interrupted
 * @first_message_outbound: whether it also speaks first when it calls
 * @language: a BCP 47 tag, or "multi" for whatever is spoken
 * @llm: who answers
 * @fallback_llm: who does when that fails
 * @temperature: of the model, up to 2; -1: the server's
 * @max_tokens: of an answer; 0: no limit
 * @tts: who speaks
 * @voice: (nullable): by its provider's name
 * @speed: how fast, 1 as usual; 0: as the server is set up
 * @stability: of the voice, as its provider understands it; 0: as it does by
 *   itself
 * @similarity_boost: the same
 * @volume: how loud, 1 as usual; 0: as it is
 * @stt: who hears
 * @keyterms: what callers are likely to say
 * @noise_cancel: whether noise is taken out of what is heard
 * @noise_level: how much, 0 to 100
 * @start_ms: speech before a turn counts as begun
 * @stop_ms: silence that ends a turn
 * @endpointing_ms: the least of such silence
 * @silence_ms: silence of the caller that counts against it; 0: never
 * @sensitivity: how easily it is interrupted
 * @max_call_s: how long a call lasts; 0: as long as the server allows
 * @timeout_action: what happens then
 * @transfer_number: (nullable): to whom it is put through
 * @transfer_message: (nullable): what is said before
 * @silence_count: how many silences end a call; 0: none
 * @silence_action: what happens then
 * @silence_transfer_number: (nullable): to whom it is put through
 * @summarize: whether calls are summed up
 * @dtmf: whether keys that the caller presses are told to the model
 * @phone_number_id: (nullable): of the number that it answers, a UUID
 * @tools: (element-type VowelAgentTool): what the model may use
 *
 * Somebody to talk to: all that the APIs can say of one, whichever created it.
 * Reference counted, for any thread; not changed any more once somebody else
 * has it.
 */
typedef struct {
  gatomicrefcount ref_count;

  gchar *id;
  gchar *app_id;
  gint64 created_at;
  gint64 updated_at;
  gchar *version_id;

  gchar *name;
  gboolean active;
  gchar *prompt;
  gchar *personality;
  gchar **guardrails;
  gboolean voice_style;
  gchar *first_message;
  guint first_message_guard_ms;
  gboolean first_message_outbound;
  gchar *language;

  VowelAgentService llm;
  VowelAgentService fallback_llm;
  gdouble temperature;
  guint max_tokens;

  VowelAgentService tts;
  gchar *voice;
  gdouble speed;
  gdouble stability;
  gdouble similarity_boost;
  gdouble volume;

  VowelAgentService stt;
  gchar **keyterms;
  gboolean noise_cancel;
  guint noise_level;

  guint start_ms;
  guint stop_ms;
  guint endpointing_ms;
  guint silence_ms;
  guint sensitivity; /* VowelAgentSensitivity */

  guint max_call_s;
  guint timeout_action; /* VowelAgentTimeoutAction */
  gchar *transfer_number;
  gchar *transfer_message;
  guint silence_count;
  guint silence_action; /* VowelAgentTimeoutAction */
  gchar *silence_transfer_number;

  gboolean summarize;
  gboolean dtmf;
  gchar *phone_number_id;
  GPtrArray *tools;
} VowelAgent;

/* Of @app_id, with an id of its own, and no name yet. */
VowelAgent *vowel_agent_new (const gchar *app_id);
VowelAgent *vowel_agent_ref (VowelAgent *agent);
void vowel_agent_unref (VowelAgent *agent);
/* One that may be changed. */
VowelAgent *vowel_agent_copy (const VowelAgent *agent);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelAgent, vowel_agent_unref)

/* Its fields, without its ids and times, and without the secrets of webhooks:
 * the form in which the store keeps an agent and our own API shows it.
 * (transfer full) */
JsonObject *vowel_agent_to_json (const VowelAgent *agent);
/* Takes over what @object says; the rest stays, and null brings back a field's
 * default. Fails with #VOWEL_ERROR and the path of the field, and then leaves
 * the agent in an unknown state: change a copy. Unknown members are refused. */
gboolean vowel_agent_apply_json (
    VowelAgent *agent, JsonObject *object, GError **error);
/* The same for what is in the store: of another time, perhaps; what is not
 * known or no longer possible there is left out. */
void vowel_agent_restore_json (VowelAgent *agent, JsonObject *object);
/* Its tools become those of @node, a list, or none if that is null. */
gboolean vowel_agent_read_tools (
    VowelAgent *agent, JsonNode *node, GError **error);
/* Whether it says all that it must, and nothing that contradicts itself. */
gboolean vowel_agent_validate (const VowelAgent *agent, GError **error);

/* (nullable): one of its tools */
VowelAgentTool *vowel_agent_find_tool (
    const VowelAgent *agent, const gchar *name);
/* How many characters the caller must say to interrupt it; 0: its voice is
 * enough. */
guint vowel_agent_get_interruption_chars (const VowelAgent *agent);

G_END_DECLS
