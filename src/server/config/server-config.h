/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "config-schema.h"
#include "trusted-proxies.h"

#include "session/language-detector.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/* Milliseconds: the largest output lead, an hour of speech. */
#define VOWEL_OUTPUT_LEAD_MAX_MS 3600000

/**
 * VowelServerConfig:
 * @host: address or name to listen on
 * @port: TCP port, 0 for any free one
 * @control_port: of the control plane alone; 0: @port serves it
 * @api_key: (nullable): the key that clients need; without it everybody on
 *   this machine is let in and nobody else
 * @admin_key: (nullable): the key for apps, keys and settings; without it the
 *   API key is
 * @db_path: (nullable): the store of apps and keys
 * @call_history: what is kept of calls: "on", "times" without what was said,
 *   "off"
 * @call_history_days: for how long, 0 for ever
 * @recordings: (nullable): folder for the sound of calls with agents
 * @encryption_key: (nullable): under which the store keeps keys
 * @ws_url: (nullable): where clients reach the server's WebSocket
 * @jwt_secret: signs ephemeral tokens; made up by
 *   vowel_server_config_complete() when nothing sets it
 * @jwt_secret_made_up: whether it was, and ends with the process
 * @jwt_secret_previous: (nullable): tokens that it has signed are still taken
 * @mint_rate_limit: tokens that a key makes in a minute, 0 for no limit
 * @token_ttl: seconds that a token opens connections
 * @dev_voice_overrides: "on": clients of generateToken choose their voice where
 *   the app says nothing; "off"
 * @allow_origins: (nullable): comma-separated browser origins let in without an
 *   API key besides those of this machine; "*" for all
 * @trusted_proxies: (nullable): comma-separated addresses and networks of
 *   proxies that are believed when they name a caller
 * @proxies: the same; made by vowel_server_config_complete()
 * @default_dialect: what clients speak that give no sign: ga, beta, vowel, or
 *   auto for what their first event shows
 * @beta: "off" refuses the beta dialect
 * @log_level: error, warning, info or debug
 * @log_format: auto, text, json or journal
 * @workers: threads that run sessions, 0 for one per CPU
 * @max_sessions: sessions at once
 * @max_connections: TCP connections at once
 * @max_pending: of those, not (yet) a WebSocket
 * @header_timeout_ms: time to deliver a request's headers
 * @body_timeout_ms: time to deliver a request's body, and to take the answer
 * @max_body: bytes of a request's body
 * @max_message: bytes of a WebSocket message
 * @max_queue: bytes waiting to be sent to a slow client before it is cut off
 * @ping_interval_ms: silence before a WebSocket peer is asked whether it lives
 * @pong_timeout_ms: silence after that before it counts as dead; also how long
 *   a peer may refuse to read
 * @close_timeout_ms: time for the closing handshake
 * @drain_timeout_ms: time for running responses at shutdown
 * @context_tokens: tokens that fit into the model's context, 0 for any number
 * @summaries: "on" has the model sum up what does not fit any more
 * @rate_limit_responses: responses of a session in a minute, 0 for no limit
 * @rate_limit_tokens: their tokens in a minute, 0 for no limit
 * @max_duration_ms: how long a session lasts, 0 for ever
 * @idle_timeout_ms: how long a session goes on without anything from its
 *   caller, 0 for ever
 * @hibernate_after_ms: how long nothing happens until Vowel's clients are told
 *   that the session sleeps, 0: never
 * @resume_window_ms: how long a client may come back after its connection
 *   broke, 0: never
 * @output_lead_ms: how far ahead of what the caller can have heard speech is
 *   sent, 0: as far ahead as it is made
 * @stt_provider: speech to text
 * @stt_grammar: what pocketsphinx understands: a JSGF file, "none", or "auto"
 *   for that of the offline assistant when it is the one who answers
 * @stt_model: (nullable): the recogniser's model
 * @llm_provider: language model
 * @llm_model: (nullable): the provider's name of the model
 * @tts_provider: text to speech
 * @tts_model: (nullable): the voice's model
 * @vad_enabled: "off" leaves it to clients to commit what was said, until one
 *   sets a turn detection of its own
 * @vad_provider: the detector: auto, silero, webrtc or energy
 * @vad_model: (nullable): file of the detector's weights
 * @vad_threshold: probability that counts as speech
 * @vad_min_silence_ms: silence that ends a turn
 * @vad_prefix_padding_ms: audio kept from before the start of speech
 * @speculation: whether answers are prepared before the caller has surely
 *   finished: "auto" (when the recogniser foresees it), "off", "on"
 * @temperature: of the model where a client names none; -1: the model's own
 * @frequency_penalty, @presence_penalty, @repetition_penalty: of models that
 *   take one; 0: the model's own
 * @recipe: (nullable): the pipeline recipe of a session
 * @telephone_recipe: (nullable): of a session that begins with a telephone's
 *   audio
 * @voice: (nullable): default voice
 * @instructions: (nullable): default system prompt
 * @apology: (nullable): what the caller hears when the model fails
 * @greeting_prompt: (nullable): what the model is told to begin a session with
 * @greeting_wait_ms: how long that waits for the client's first session.update
 * @speech_mode: how the model is heard: "implicit" or "explicit"
 * @voice_style: the template for instructions in Vowel's sessions: "default",
 *   "none" or a file
 * @voice_style_text: (nullable): what is in it; read by
 *   vowel_behaviours_config_load()
 * @speaking_rate: how fast the voice speaks in Vowel's sessions
 * @acknowledgement: a phrase is said when an answer is late
 * @acknowledgement_delay_ms: how late
 * @acknowledgement_phrases: (nullable): the phrases, comma-separated, or by "|"
 * @typing_sound: somebody is heard typing while the caller waits
 * @typing_sound_volume: how loud, 0 to 1
 * @typing_sound_loop_ms: after how long that begins anew
 * @transcript_filter: transcripts of noise count as silence
 * @transcript_noise: (nullable): phrases that are, comma-separated
 * @transcript_min_chars: fewer letters and digits than these are
 * @dictation: spoken names of punctuation become the signs
 * @response_filter: sentences that an answer repeats are left unsaid
 * @response_filter_window: with how many of its last another one is compared
 * @language_detection: the conversation follows the caller's language
 * @language_detector: (nullable): for that; made by
 *   vowel_behaviours_config_load()
 * @turn_model: a small model is asked if a caller who pauses has finished
 * @turn_model_provider: (nullable): its provider
 * @turn_model_name: (nullable): its name
 * @turn_model_key: (nullable): its key
 * @turn_debounce_ms: how long what was said stays the same before it is asked
 * @turn_timeout_ms: how long a pause lasts when the answer is no, or is missing
 * @subagent: tools are used by a second model, which the one that speaks asks
 * @subagent_provider: (nullable): its provider
 * @subagent_model: (nullable): its name
 * @subagent_temperature: its temperature
 * @subagent_max_tokens: that it may make in one step
 * @subagent_max_steps: how often it is asked for one task
 * @vatel_token_ttl: how long a session token of Vatel opens connections,
 * seconds
 * @vatel_single_use: "off" or "on": it opens one connection only
 * @vatel_interim_text: "on" or "off": texts of answers are told as they grow
 * @vatel_interim_transcripts: "on" or "off": so is what callers say
 * @voicex_keys: (nullable): comma-separated, for the first app's agents
 * @voicex_plans: (nullable): file of the plans of organizations
 * @voicex_signup: what becomes of who signs up: "pending", "active", "off"
 * @voicex_setup: who may set up a new server over HTTP: "admin", "open"
 * @voicex_limits: "on" holds calls to how many a plan has, at once and minutes
 *   of a month
 * @voicex_connection_limit: connections to the voice socket with one key in a
 *   minute, 0 for no limit
 * @voicex_greeting: "off" leaves out what agents say first on the voice socket
 * @voicex_rate_limit: requests of an address in a minute, 0 for no limit
 * @user_token_life: how long who has signed in stays so, as in "7d"
 * @user_token_ttl: the same in seconds; read by vowel_server_config_complete()
 * @otlp_endpoint: (nullable): the collector that gets traces
 * @otlp_headers: (nullable): what it is told besides: name=value, …
 * @otlp_service: what this server is called there
 * @twilio_public_url: (nullable): where Twilio reaches the server
 * @twilio_account_sid: (nullable): whose calls @twilio_auth_token signs
 * @twilio_auth_token: (nullable): with which Twilio signs its requests
 * @twilio_memory: "on": agents remember the last calls of a number
 * @twilio_api_url: (nullable): where Twilio's REST API is
 * @twilio_require_signature: "on": also requests of accounts whose auth token
 * is not known, which then are refused; "auto"
 * @tls_cert: (nullable): PEM file
 * @tls_key: (nullable): PEM file
 * @preset: (nullable): name of a partial configuration, see #VowelPreset
 * @provider_settings: (element-type utf8 utf8): by their path in the
 *   configuration file, what stands there about providers: properties of the
 *   elements, and addresses, models and keys of services
 * @idle: (element-type utf8): settings of the engine that were given, and do
 *   nothing here
 * @origins: (element-type utf8 utf8): how the user has called each setting that
 *   is no default, by its name
 *
 * The daemon's settings: defaults, then environment, then the configuration
 * file, then the command line. Plain data, reference counted; immutable once it
 * is complete, so that any thread may read it.
 */
typedef struct {
  gchar *host;
  guint port;
  guint control_port;
  gchar *api_key;
  gchar *admin_key;
  gchar *db_path;
  gchar *call_history;
  guint call_history_days;
  gchar *recordings;
  gchar *encryption_key;
  gchar *ws_url;
  gchar *jwt_secret;
  gboolean jwt_secret_made_up;
  gchar *jwt_secret_previous;
  guint mint_rate_limit;
  guint token_ttl;
  gchar *dev_voice_overrides;
  gchar *allow_origins;
  gchar *trusted_proxies;
  VowelTrustedProxies *proxies;
  gchar *default_dialect;
  gchar *beta;
  gchar *log_level;
  gchar *log_format;
  guint workers;
  guint max_sessions;
  guint max_connections;
  guint max_pending;
  guint header_timeout_ms;
  guint body_timeout_ms;
  guint max_body;
  guint max_message;
  guint max_queue;
  guint ping_interval_ms;
  guint pong_timeout_ms;
  guint close_timeout_ms;
  guint drain_timeout_ms;
  guint context_tokens;
  gchar *summaries;
  guint rate_limit_responses;
  guint rate_limit_tokens;
  guint max_duration_ms;
  guint idle_timeout_ms;
  guint hibernate_after_ms;
  guint resume_window_ms;
  guint output_lead_ms;
  gchar *stt_provider;
  gchar *stt_model;
  gchar *stt_grammar;
  gchar *llm_provider;
  gchar *llm_model;
  gchar *tts_provider;
  gchar *tts_model;
  gchar *vad_enabled;
  gchar *vad_provider;
  gchar *vad_model;
  gdouble vad_threshold;
  guint vad_min_silence_ms;
  guint vad_prefix_padding_ms;
  gchar *speculation;
  gdouble temperature;
  gdouble frequency_penalty;
  gdouble presence_penalty;
  gdouble repetition_penalty;
  gchar *recipe;
  gchar *telephone_recipe;
  gchar *voice;
  gchar *instructions;
  gchar *apology;
  guint vatel_token_ttl;
  gchar *vatel_single_use;
  gchar *vatel_interim_text;
  gchar *vatel_interim_transcripts;
  gchar *voicex_keys;
  gchar *voicex_plans;
  gchar *voicex_signup;
  gchar *voicex_setup;
  gchar *voicex_limits;
  guint voicex_connection_limit;
  gchar *voicex_greeting;
  guint voicex_rate_limit;
  gchar *user_token_life;
  guint user_token_ttl;
  gchar *otlp_endpoint;
  gchar *otlp_headers;
  gchar *otlp_service;
  gchar *twilio_public_url;
  gchar *twilio_account_sid;
  gchar *twilio_auth_token;
  gchar *twilio_memory;
  gchar *twilio_api_url;
  gchar *twilio_require_signature;
  gchar *tls_cert;
  gchar *tls_key;
  /* how sessions behave around their model */
  gchar *greeting_prompt;
  guint greeting_wait_ms;
  gchar *speech_mode;
  gchar *voice_style;
  gchar *voice_style_text;
  gdouble speaking_rate;
  gchar *acknowledgement;
  guint acknowledgement_delay_ms;
  gchar *acknowledgement_phrases;
  gchar *typing_sound;
  gdouble typing_sound_volume;
  guint typing_sound_loop_ms;
  gchar *transcript_filter;
  gchar *transcript_noise;
  guint transcript_min_chars;
  gchar *dictation;
  gchar *response_filter;
  guint response_filter_window;
  gchar *language_detection;
  VowelLanguageDetector *language_detector;
  gchar *turn_model;
  gchar *turn_model_provider;
  gchar *turn_model_name;
  gchar *turn_model_key;
  guint turn_debounce_ms;
  guint turn_timeout_ms;
  gchar *subagent;
  gchar *subagent_provider;
  gchar *subagent_model;
  gdouble subagent_temperature;
  guint subagent_max_tokens;
  guint subagent_max_steps;
  gchar *preset;
  GHashTable *provider_settings;
  GPtrArray *idle;
  GHashTable *origins;
} VowelServerConfig;

/* All defaults. */
VowelServerConfig *vowel_server_config_new (void);
VowelServerConfig *vowel_server_config_ref (VowelServerConfig *config);
void vowel_server_config_unref (VowelServerConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelServerConfig, vowel_server_config_unref)

/* @name: as on the command line, "vad-threshold". */
gboolean vowel_server_config_set (VowelServerConfig *config, const gchar *name,
    const gchar *value, GError **error);
/* The same for a setting that the user calls @as. */
gboolean vowel_server_config_set_as (VowelServerConfig *config,
    const VowelSetting *setting, const gchar *as, const gchar *value,
    GError **error);
/* Reads every variable that names a setting; @environ_: NULL for the process'
 * own. An empty variable counts as not set. */
gboolean vowel_server_config_read_environment (
    VowelServerConfig *config, gchar **environ_, GError **error);
/* A variable of @environ_, also with the prefixes under which the engine's are
 * read; NULL when it is not set or empty. (transfer full) */
gchar *vowel_server_config_dup_variable (const gchar *name, gchar **environ_);
/* How the user calls the setting @name: as it was set, or its variable. */
const gchar *vowel_server_config_get_title (
    const VowelServerConfig *config, const gchar *name);
/* The settings that do nothing, with commas. (transfer full) (nullable) */
gchar *vowel_server_config_dup_idle (const VowelServerConfig *config);
/* What depends on more than one setting, after all were read: the token
 * secret, keys for public addresses, both halves of TLS. */
gboolean vowel_server_config_complete (
    VowelServerConfig *config, GError **error);
/* Whether @config listens to this machine only. */
gboolean vowel_server_config_is_loopback (const VowelServerConfig *config);
/* The first name of a list with commas, as of providers. It lives as long as
 * the process. */
const gchar *vowel_server_config_get_first (const gchar *list);
/* The name of the model that clients see who name none. */
const gchar *vowel_server_config_get_model (const VowelServerConfig *config);

G_END_DECLS
