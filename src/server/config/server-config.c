/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "server-config.h"

#include "server/tokens/token.h"

#include <string.h>

#define JWT_SECRET_MIN_LENGTH 32
#define USER_TOKEN_MAX_S (365 * 86400)

#define AT(field) G_STRUCT_OFFSET (VowelServerConfig, field)
#define SETTING_STRING VOWEL_SETTING_STRING
#define SETTING_CHOICE VOWEL_SETTING_CHOICE
#define SETTING_UINT VOWEL_SETTING_UINT
#define SETTING_DOUBLE VOWEL_SETTING_DOUBLE
#define SECRET VOWEL_SETTING_SECRET
#define AT_START VOWEL_SETTING_AT_START
#define LIST VOWEL_SETTING_LIST
#define LOCAL VOWEL_SETTING_LOCAL

/* *INDENT-OFF* */
/* clang-format off */
static const VowelSetting settings[] = {
  {"host", "HOST", SETTING_STRING, AT (host), "127.0.0.1", 0, 0, NULL, "ADDRESS", "Address to listen on", "server.host", AT_START},
  {"port", "PORT", SETTING_UINT, AT (port), "8787", 0, 65535, NULL, "PORT", "TCP port, 0 for any free one", "server.port", AT_START},
  {"control-port", "VOWEL_CONTROL_PORT", SETTING_UINT, AT (control_port), "0", 0, 65535, NULL, "PORT", "TCP port of apps, keys, settings, metrics and the console, which the other one then does not serve; 0: one port for all", "server.controlPort", AT_START},
  {"api-key", "API_KEY", SETTING_STRING, AT (api_key), NULL, 0, 0, NULL, "KEY", "Key that clients need (better: set API_KEY)", "apiKey", SECRET},
  {"admin-key", "VOWEL_ADMIN_KEY", SETTING_STRING, AT (admin_key), NULL, 0, 0, NULL, "KEY", "Key for apps, keys and settings; none: the API key (better: set VOWEL_ADMIN_KEY)", "adminKey", SECRET},
  {"db-path", "DB_PATH", SETTING_STRING, AT (db_path), NULL, 0, 0, NULL, "FILE", "Store of apps and keys; none: vowel-gst/vowel.db in the user's data folder", "store.path", AT_START | LOCAL},
  {"call-history", "VOWEL_CALL_HISTORY", SETTING_CHOICE, AT (call_history), "on", 0, 0, "on|times|off", "WHAT", "What is kept of calls: on (when, how fast, and what was said), times (not what was said), off", "store.callHistory"},
  {"call-history-days", "VOWEL_CALL_HISTORY_DAYS", SETTING_UINT, AT (call_history_days), "30", 0, 36500, NULL, "DAYS", "How long, 0 for ever", "store.callHistoryDays"},
  {"recordings", "VOWEL_RECORDINGS", SETTING_STRING, AT (recordings), NULL, 0, 0, NULL, "DIR", "Folder for the sound of calls with agents, kept as long as the call's record; none: it is not kept", "store.recordings", LOCAL},
  {"encryption-key", "ENCRYPTION_KEY", SETTING_STRING, AT (encryption_key), NULL, 0, 0, NULL, "SECRET", "Under which keys are kept in the store; none: one of its own, kept beside it (better: set ENCRYPTION_KEY)", "encryptionKey", SECRET | AT_START},
  {"ws-url", "WS_URL", SETTING_STRING, AT (ws_url), NULL, 0, 0, NULL, "URL", "Where clients reach the server, in answers to them; none: the address that they asked", "server.wsUrl"},
  {"jwt-secret", "JWT_SECRET", SETTING_STRING, AT (jwt_secret), NULL, 0, 0, NULL, "SECRET", "Signs ephemeral tokens, none: a random one (better: set JWT_SECRET)", "jwtSecret", SECRET},
  {"jwt-secret-previous", "JWT_SECRET_PREVIOUS", SETTING_STRING, AT (jwt_secret_previous), NULL, 0, 0, NULL, "SECRET", "Tokens that it has signed are still taken, while it is being replaced", "jwtSecretPrevious", SECRET},
  {"mint-rate-limit", "VOWEL_MINT_RATE_LIMIT", SETTING_UINT, AT (mint_rate_limit), "0", 0, 1000000, NULL, "N", "Tokens that a key makes in a minute, 0 for no limit", "server.mintRateLimit", AT_START},
  {"token-ttl", "VOWEL_TOKEN_TTL", SETTING_UINT, AT (token_ttl), "300", 10, 3600, NULL, "SECONDS", "How long a token opens connections", "server.tokenTtl"},
  {"dev-voice-overrides", "CORE_ENABLE_DEV_VOICE_OVERRIDES", SETTING_CHOICE, AT (dev_voice_overrides), "off", 0, 0, "off|on", "WHEN", "Whether clients of generateToken choose their voice where the app says nothing (for development): on, off", "server.devVoiceOverrides"},
  {"allow-origins", "VOWEL_ALLOW_ORIGINS", SETTING_STRING, AT (allow_origins), NULL, 0, 0, NULL, "ORIGINS", "Web pages let in without an API key, comma-separated, * for all", "server.allowOrigins", LIST},
  {"trusted-proxies", "VOWEL_TRUSTED_PROXIES", SETTING_STRING, AT (trusted_proxies), NULL, 0, 0, NULL, "ADDRESSES", "Proxies that are believed when they say (X-Forwarded-For) whom they got a request from: addresses and networks, comma-separated", "server.trustedProxies", LIST},
  {"default-dialect", "VOWEL_DEFAULT_DIALECT", SETTING_CHOICE, AT (default_dialect), "auto", 0, 0, "auto|ga|beta|vowel", "NAME", "What clients speak that do not say: auto (as their first event looks), ga, beta, vowel", "session.defaultDialect"},
  {"beta", "VOWEL_BETA", SETTING_CHOICE, AT (beta), "on", 0, 0, "on|off", "WHEN", "Whether the beta dialect is spoken: on, off (refused as OpenAI does)", "session.beta"},
  {"log-level", "LOG_LEVEL", SETTING_CHOICE, AT (log_level), "info", 0, 0, "error|warning|info|debug", "LEVEL", "How much to log: error, warning, info, debug", "server.logLevel"},
  {"log-format", "VOWEL_LOG_FORMAT", SETTING_CHOICE, AT (log_format), "auto", 0, 0, "auto|text|json|journal", "FORMAT", "How logs look: auto (journal where stderr is systemd's journal, else text), text, json, journal", "server.logFormat", AT_START},
  {"workers", "VOWEL_WORKERS", SETTING_UINT, AT (workers), "0", 0, 256, NULL, "N", "Threads that run sessions, 0 for one per CPU", "server.workers", AT_START},
  {"max-sessions", "VOWEL_MAX_SESSIONS", SETTING_UINT, AT (max_sessions), "4096", 1, 1000000, NULL, "N", "Sessions at once", "server.maxSessions"},
  {"max-connections", "VOWEL_MAX_CONNECTIONS", SETTING_UINT, AT (max_connections), "8192", 1, 1000000, NULL, "N", "TCP connections at once", "server.maxConnections", AT_START},
  {"max-pending", "VOWEL_MAX_PENDING", SETTING_UINT, AT (max_pending), "1024", 1, 1000000, NULL, "N", "TCP connections at once that are no WebSocket (yet)", "server.maxPending", AT_START},
  {"header-timeout-ms", "VOWEL_HEADER_TIMEOUT_MS", SETTING_UINT, AT (header_timeout_ms), "10000", 10, 600000, NULL, "MS", "Time to deliver a request's headers", "server.headerTimeoutMs", AT_START},
  {"body-timeout-ms", "VOWEL_BODY_TIMEOUT_MS", SETTING_UINT, AT (body_timeout_ms), "30000", 10, 600000, NULL, "MS", "Time to deliver a request's body", "server.bodyTimeoutMs", AT_START},
  {"max-body", "VOWEL_MAX_BODY", SETTING_UINT, AT (max_body), "2097152", 1024, G_MAXINT32, NULL, "BYTES", "Largest request body", "server.maxBody"},
  {"max-message", "VOWEL_MAX_MESSAGE", SETTING_UINT, AT (max_message), "25165824", 65536, G_MAXINT32, NULL, "BYTES", "Largest WebSocket message", "server.maxMessage"},
  {"max-queue", "VOWEL_MAX_QUEUE", SETTING_UINT, AT (max_queue), "16777216", 65536, G_MAXINT32, NULL, "BYTES", "Unsent bytes that cut off a client which does not read", "server.maxQueue"},
  {"ping-interval-ms", "VOWEL_PING_INTERVAL_MS", SETTING_UINT, AT (ping_interval_ms), "20000", 10, 3600000, NULL, "MS", "Silence before a client is asked whether it lives", "server.pingIntervalMs"},
  {"pong-timeout-ms", "VOWEL_PONG_TIMEOUT_MS", SETTING_UINT, AT (pong_timeout_ms), "20000", 10, 3600000, NULL, "MS", "Silence after that which counts as dead", "server.pongTimeoutMs"},
  {"close-timeout-ms", "VOWEL_CLOSE_TIMEOUT_MS", SETTING_UINT, AT (close_timeout_ms), "3000", 10, 600000, NULL, "MS", "Time for the closing handshake", "server.closeTimeoutMs"},
  {"drain-timeout-ms", "VOWEL_DRAIN_TIMEOUT_MS", SETTING_UINT, AT (drain_timeout_ms), "20000", 0, 3600000, NULL, "MS", "Time for running responses at shutdown", "server.drainTimeoutMs"},
  {"context-tokens", "VOWEL_CONTEXT_TOKENS", SETTING_UINT, AT (context_tokens), "32000", 0, G_MAXINT32, NULL, "N", "Tokens that fit into the model's context, 0 for any number", "session.contextTokens"},
  {"summaries", "VOWEL_SUMMARIES", SETTING_CHOICE, AT (summaries), "off", 0, 0, "off|on", "WHEN", "Whether the model sums up what does not fit any more: off, on", "session.summaries"},
  {"rate-limit-responses", "VOWEL_RATE_LIMIT_RESPONSES", SETTING_UINT, AT (rate_limit_responses), "0", 0, 1000000, NULL, "N", "Responses of a session in a minute, 0 for no limit", "session.rateLimitResponses"},
  {"rate-limit-tokens", "VOWEL_RATE_LIMIT_TOKENS", SETTING_UINT, AT (rate_limit_tokens), "0", 0, G_MAXINT32 - 1, NULL, "N", "Tokens of a session's responses in a minute, 0 for no limit", "session.rateLimitTokens"},
  {"max-duration-ms", "MAX_CALL_DURATION_MS", SETTING_UINT, AT (max_duration_ms), "3600000", 0, G_MAXINT32, NULL, "MS", "How long a session lasts, 0 for ever", "callDuration.maxCallDurationMs"},
  {"idle-timeout-ms", "MAX_IDLE_DURATION_MS", SETTING_UINT, AT (idle_timeout_ms), "0", 0, G_MAXINT32, NULL, "MS", "How long a session goes on without the caller, 0 for ever", "callDuration.maxIdleDurationMs"},
  {"hibernate-after-ms", "VOWEL_HIBERNATE_AFTER_MS", SETTING_UINT, AT (hibernate_after_ms), "30000", 0, G_MAXINT32, NULL, "MS", "How long nothing happens until Vowel's clients are told that the session sleeps, 0 never", "callDuration.hibernateAfterMs"},
  {"resume-window-ms", "VOWEL_RESUME_WINDOW_MS", SETTING_UINT, AT (resume_window_ms), "30000", 0, 3600000, NULL, "MS", "How long a client that asked for it may come back after its connection broke, 0 never", "session.resumeWindowMs"},
  {"output-lead-ms", "VOWEL_OUTPUT_LEAD_MS", SETTING_UINT, AT (output_lead_ms), "1500", 0, VOWEL_OUTPUT_LEAD_MAX_MS, NULL, "MS", "How far ahead of the caller's ear speech is sent, 0 as far as it is made", "session.outputLeadMs"},
  {"stt-provider", "STT_PROVIDER", SETTING_STRING, AT (stt_provider), "auto", 0, 0, NULL, "NAME", "Speech to text; auto: the best installed. A list with commas: the first, and those that stand in for it", "providers.stt.provider", LIST},
  {"stt-model", "STT_MODEL", SETTING_STRING, AT (stt_model), NULL, 0, 0, NULL, "NAME", "The recogniser's model", "providers.stt.config.model"},
  {"stt-grammar", "STT_GRAMMAR", SETTING_STRING, AT (stt_grammar), "auto", 0, 0, NULL, "FILE", "What pocketsphinx understands (JSGF); auto: what the offline assistant does; none: anything, badly", "providers.stt.grammar", LOCAL},
  {"llm-provider", "LLM_PROVIDER", SETTING_STRING, AT (llm_provider), "auto", 0, 0, NULL, "NAME", "Language model; auto: the best installed. A list with commas: the first, and those that stand in for it", "llm.provider", LIST},
  {"llm-model", "LLM_MODEL", SETTING_STRING, AT (llm_model), NULL, 0, 0, NULL, "NAME", "The provider's name of the language model", "llm.model"},
  {"tts-provider", "TTS_PROVIDER", SETTING_STRING, AT (tts_provider), "auto", 0, 0, NULL, "NAME", "Text to speech; auto: the best installed. A list with commas: the first, and those that stand in for it", "providers.tts.provider", LIST},
  {"tts-model", "TTS_MODEL", SETTING_STRING, AT (tts_model), NULL, 0, 0, NULL, "NAME", "The voice's model", "providers.tts.config.model"},
  {"vad-enabled", "VAD_ENABLED", SETTING_CHOICE, AT (vad_enabled), "on", 0, 0, "on|off", "WHEN", "Whether the server finds out when somebody speaks: on, off (until a client asks for it)", "providers.vad.enabled"},
  {"vad-provider", "VAD_PROVIDER", SETTING_CHOICE, AT (vad_provider), "auto", 0, 0, "auto|silero|webrtc|energy|none", "NAME", "What finds out: auto (the best there is), silero, webrtc, energy; none: as --vad-enabled off", "providers.vad.provider"},
  {"vad-model", "SILERO_VAD_MODEL_PATH", SETTING_STRING, AT (vad_model), NULL, 0, 0, NULL, "FILE", "Weights of the detector silero (ONNX); none: those that came with it", "providers.vad.config.modelPath", LOCAL},
  {"vad-threshold", "VAD_THRESHOLD", SETTING_DOUBLE, AT (vad_threshold), "0.5", 0, 1, NULL, "P", "Probability that counts as speech", "providers.vad.config.threshold"},
  {"vad-min-silence-ms", "VAD_MIN_SILENCE_MS", SETTING_UINT, AT (vad_min_silence_ms), "500", 10, 60000, NULL, "MS", "Silence that ends a turn", "providers.vad.config.minSilenceDurationMs"},
  {"vad-prefix-padding-ms", "VAD_SPEECH_PAD_MS", SETTING_UINT, AT (vad_prefix_padding_ms), "300", 0, 5000, NULL, "MS", "Audio kept from before the start of speech", "providers.vad.config.speechPadMs"},
  {"temperature", "DEFAULT_TEMPERATURE", SETTING_DOUBLE, AT (temperature), "-1", -1, 2, NULL, "T", "How freely the model chooses its words where a client says nothing of it; -1: its own default", "agent.defaultTemperature"},
  {"frequency-penalty", "DEFAULT_FREQUENCY_PENALTY", SETTING_DOUBLE, AT (frequency_penalty), "0", -2, 2, NULL, "P", "How little the model likes a word the more often it has said it; 0: its own default", "agent.defaultFrequencyPenalty"},
  {"presence-penalty", "DEFAULT_PRESENCE_PENALTY", SETTING_DOUBLE, AT (presence_penalty), "0", -2, 2, NULL, "P", "How little the model likes a word that it has said at all; 0: its own default", "agent.defaultPresencePenalty"},
  {"repetition-penalty", "DEFAULT_REPETITION_PENALTY", SETTING_DOUBLE, AT (repetition_penalty), "0", 0, 2, NULL, "P", "The same of OpenRouter's, which counts the question's words, too: more than 1 against repeats, less for them; 0: the model's default", "agent.defaultRepetitionPenalty"},
  {"speculation", "VOWEL_SPECULATION", SETTING_CHOICE, AT (speculation), "auto", 0, 0, "auto|off|on", "WHEN", "Whether answers are prepared before the caller has surely finished: auto (when the recogniser foresees it), off, on", "turnDetection.speculation"},
  {"recipe", "VOWEL_RECIPE", SETTING_STRING, AT (recipe), NULL, 0, 0, NULL, "FILE", "Pipeline recipe of a session", "session.recipe", LOCAL},
  {"telephone-recipe", "VOWEL_TELEPHONE_RECIPE", SETTING_STRING, AT (telephone_recipe), NULL, 0, 0, NULL, "FILE", "Pipeline recipe of a session that begins with a telephone's audio; none: session-telephony, or VOWEL_RECIPE where that is set", "session.telephoneRecipe", LOCAL},
  {"voice", "DEFAULT_VOICE", SETTING_STRING, AT (voice), NULL, 0, 0, NULL, "NAME", "Default voice", "session.voice"},
  {"instructions", "VOWEL_INSTRUCTIONS", SETTING_STRING, AT (instructions), NULL, 0, 0, NULL, "TEXT", "Default instructions for the model", "session.instructions"},
  {"apology", "VOWEL_APOLOGY", SETTING_STRING, AT (apology), NULL, 0, 0, NULL, "TEXT", "What the caller hears when the language model fails before a word of its answer", "session.apology"},
  {"greeting-prompt", "VOWEL_GREETING_PROMPT", SETTING_STRING, AT (greeting_prompt), NULL, 0, 0, NULL, "TEXT", "What the model is told to begin a session with, none: the caller begins", "greeting.prompt"},
  {"greeting-wait-ms", "VOWEL_GREETING_WAIT_MS", SETTING_UINT, AT (greeting_wait_ms), "1500", 0, 60000, NULL, "MS", "How long a greeting waits for the client's first session.update", "greeting.waitMs"},
  {"speech-mode", "DEFAULT_SPEECH_MODE", SETTING_CHOICE, AT (speech_mode), "implicit", 0, 0, "implicit|explicit", "HOW", "How the model is heard: implicit (all that it writes is spoken), explicit (only what it says by calling the tool speak)", "speech.defaultMode"},
  {"voice-style", "VOWEL_VOICE_STYLE", SETTING_STRING, AT (voice_style), "default", 0, 0, NULL, "FILE", "What Vowel's sessions tell the model about speaking: default, none, or a template", "speech.voiceStyle", LOCAL},
  {"speaking-rate", "VOWEL_SPEAKING_RATE", SETTING_DOUBLE, AT (speaking_rate), "1.2", 0.25, 1.5, NULL, "X", "How fast the voice speaks in Vowel's sessions", "speech.speakingRate"},
  {"acknowledgement", "ACKNOWLEDGEMENT_ENABLED", SETTING_CHOICE, AT (acknowledgement), "off", 0, 0, "off|on", "WHEN", "Whether a phrase is said when an answer is late: on, off", "acknowledgement.enabled"},
  {"acknowledgement-delay-ms", "ACKNOWLEDGEMENT_DELAY_MS", SETTING_UINT, AT (acknowledgement_delay_ms), "300", 0, 60000, NULL, "MS", "How late: how long nothing is heard before a phrase or typing", "acknowledgement.delayMs"},
  {"acknowledgement-phrases", "ACKNOWLEDGEMENT_PHRASES", SETTING_STRING, AT (acknowledgement_phrases), NULL, 0, 0, NULL, "PHRASES", "The phrases, comma-separated (or by | when they have commas)", "acknowledgement.phrases", LIST},
  {"typing-sound", "TYPING_SOUND_ENABLED", SETTING_CHOICE, AT (typing_sound), "off", 0, 0, "off|on", "WHEN", "Whether somebody is heard typing while the caller waits: on, off", "typingSound.enabled"},
  {"typing-sound-volume", "TYPING_SOUND_VOLUME", SETTING_DOUBLE, AT (typing_sound_volume), "0.3", 0, 1, NULL, "X", "How loud that is, 0 to 1", "typingSound.volume"},
  {"typing-sound-loop-ms", "TYPING_SOUND_LOOP_DURATION_MS", SETTING_UINT, AT (typing_sound_loop_ms), "2000", 500, 60000, NULL, "MS", "After how long it begins anew", "typingSound.loopDurationMs"},
  {"transcript-filter", "VOWEL_TRANSCRIPT_FILTER", SETTING_CHOICE, AT (transcript_filter), "off", 0, 0, "off|on", "WHEN", "Whether transcripts of noise count as silence: on, off", "transcriptFilter.enabled"},
  {"transcript-noise", "VOWEL_TRANSCRIPT_NOISE", SETTING_STRING, AT (transcript_noise), NULL, 0, 0, NULL, "PHRASES", "More phrases that are noise, comma-separated; after a - only these are", "transcriptFilter.noise", LIST},
  {"transcript-min-chars", "VOWEL_TRANSCRIPT_MIN_CHARS", SETTING_UINT, AT (transcript_min_chars), "1", 1, 100, NULL, "N", "Fewer letters and digits than these are noise", "transcriptFilter.minChars"},
  {"dictation", "VOWEL_DICTATION", SETTING_CHOICE, AT (dictation), "off", 0, 0, "off|on", "WHEN", "Whether spoken names of punctuation become the signs: on, off", "transcriptFilter.dictation"},
  {"response-filter", "RESPONSE_FILTER_ENABLED", SETTING_CHOICE, AT (response_filter), "off", 0, 0, "off|on", "WHEN", "Whether sentences that an answer repeats are left unsaid: on, off", "responseFilter.enabled"},
  {"response-filter-window", "RESPONSE_FILTER_MAX_RECENT_CHUNKS", SETTING_UINT, AT (response_filter_window), "10", 1, 100, NULL, "N", "With how many of its last sentences another one is compared", "responseFilter.maxRecentChunks"},
  {"language-detection", "LANGUAGE_DETECTION_ENABLED", SETTING_CHOICE, AT (language_detection), "off", 0, 0, "off|on", "WHEN", "Whether the conversation follows the caller's language: on, off", "languageDetection.enabled"},
  {"turn-model", "TURN_DETECTION_ENABLED", SETTING_CHOICE, AT (turn_model), "off", 0, 0, "off|on", "WHEN", "Whether a small model is asked if a caller who pauses has finished: on, off", "turnDetection.enabled"},
  {"turn-model-provider", "TURN_DETECTION_LLM_PROVIDER", SETTING_STRING, AT (turn_model_provider), NULL, 0, 0, NULL, "NAME", "Its provider, none: the one that answers", "turnDetection.llmProvider"},
  {"turn-model-name", "TURN_DETECTION_LLM_MODEL", SETTING_STRING, AT (turn_model_name), NULL, 0, 0, NULL, "NAME", "Its name, none: the model that answers", "turnDetection.llmModel"},
  {"turn-model-key", "TURN_DETECTION_LLM_API_KEY", SETTING_STRING, AT (turn_model_key), NULL, 0, 0, NULL, "KEY", "Its key, none: that of the provider (better: set TURN_DETECTION_LLM_API_KEY)", "turnDetection.llmApiKey", SECRET},
  {"turn-debounce-ms", "TURN_DETECTION_DEBOUNCE_MS", SETTING_UINT, AT (turn_debounce_ms), "150", 0, 10000, NULL, "MS", "How long what was said stays the same before it is asked", "turnDetection.debounceMs"},
  {"turn-timeout-ms", "TURN_DETECTION_TIMEOUT_MS", SETTING_UINT, AT (turn_timeout_ms), "3000", 100, 60000, NULL, "MS", "How long a pause lasts when the answer is no, or is missing", "turnDetection.timeoutMs"},
  {"subagent", "SUBAGENT_ENABLED", SETTING_CHOICE, AT (subagent), "off", 0, 0, "off|on", "WHEN", "Whether tools are used by a second model, which the one that speaks asks: on, off", "subagent.enabled"},
  {"subagent-provider", "SUBAGENT_PROVIDER", SETTING_STRING, AT (subagent_provider), NULL, 0, 0, NULL, "NAME", "Its provider, none: the one that answers", "subagent.provider"},
  {"subagent-model", "SUBAGENT_MODEL", SETTING_STRING, AT (subagent_model), NULL, 0, 0, NULL, "NAME", "Its name, none: the model that answers", "subagent.model"},
  {"subagent-temperature", "SUBAGENT_TEMPERATURE", SETTING_DOUBLE, AT (subagent_temperature), "0.3", 0, 2, NULL, "X", "Its temperature", "subagent.temperature"},
  {"subagent-max-tokens", "SUBAGENT_MAX_TOKENS", SETTING_UINT, AT (subagent_max_tokens), "2000", 1, 100000, NULL, "N", "How many tokens it may make in one step", "subagent.maxTokens"},
  {"subagent-max-steps", "SUBAGENT_MAX_STEPS", SETTING_UINT, AT (subagent_max_steps), "2", 2, 20, NULL, "N", "How often it is asked for one task; the last time it only reports", "subagent.maxSteps"},
  {"vatel-token-ttl", "VATEL_TOKEN_TTL", SETTING_UINT, AT (vatel_token_ttl), "900", 10, 86400, NULL, "SECONDS", "How long a session token of Vatel's API opens connections", "vatel.tokenTtl"},
  {"vatel-single-use", "VATEL_SINGLE_USE", SETTING_CHOICE, AT (vatel_single_use), "off", 0, 0, "off|on", "WHEN", "Whether such a token opens one connection only: on, off", "vatel.singleUse"},
  {"vatel-interim-text", "VATEL_INTERIM_TEXT", SETTING_CHOICE, AT (vatel_interim_text), "on", 0, 0, "on|off", "WHEN", "Whether clients of Vatel's API are told an answer's text while it grows: on, off (only when it is complete)", "vatel.interimText"},
  {"vatel-interim-transcripts", "VATEL_INTERIM_TRANSCRIPTS", SETTING_CHOICE, AT (vatel_interim_transcripts), "on", 0, 0, "on|off", "WHEN", "The same for what the caller says: on, off", "vatel.interimTranscripts"},
  {"voicex-keys", "API_KEYS", SETTING_STRING, AT (voicex_keys), NULL, 0, 0, NULL, "KEYS", "More keys for the agents of the first app, comma-separated (better: set API_KEYS)", "voicex.keys", SECRET | LIST},
  {"voicex-plans", "VOICEX_PLANS", SETTING_STRING, AT (voicex_plans), NULL, 0, 0, NULL, "FILE", "Plans of Voicex's organizations (YAML); none: one that allows everything", "voicex.plans", AT_START | LOCAL},
  {"voicex-signup", "VOICEX_SIGNUP", SETTING_CHOICE, AT (voicex_signup), "pending", 0, 0, "pending|active|off", "WHAT", "What becomes of who signs up: pending (waits to be let in), active, off (nobody can)", "voicex.signup"},
  {"voicex-setup", "VOICEX_SETUP", SETTING_CHOICE, AT (voicex_setup), "admin", 0, 0, "admin|open", "WHO", "Who may set up a new server's first organization: admin (with the admin key), open (whoever comes first)", "voicex.setup"},
  {"voicex-limits", "VOICEX_LIMITS", SETTING_CHOICE, AT (voicex_limits), "off", 0, 0, "off|on", "WHEN", "Whether calls are refused that are more than a plan has, at once or minutes in a month: off, on", "voicex.limits"},
  {"voicex-connection-limit", "VOICEX_CONNECTION_LIMIT", SETTING_UINT, AT (voicex_connection_limit), "30", 0, 1000000, NULL, "N", "Connections to Voicex's voice socket with one key in a minute, 0 for no limit", "voicex.connectionLimit", AT_START},
  {"voicex-greeting", "VOICEX_GREETING", SETTING_CHOICE, AT (voicex_greeting), "on", 0, 0, "on|off", "WHETHER", "Whether agents greet who begins a conversation over Voicex's voice socket: on, off (as Voicex itself)", "voicex.greeting"},
  {"voicex-rate-limit", "VOICEX_RATE_LIMIT", SETTING_UINT, AT (voicex_rate_limit), "100", 0, 1000000, NULL, "N", "Requests to Voicex's routes from one address in a minute, 0 for no limit", "voicex.rateLimit", AT_START},
  {"user-token-ttl", "JWT_EXPIRES_IN", SETTING_STRING, AT (user_token_life), "7d", 0, 0, NULL, "TIME", "How long who has signed in stays so: a number of seconds, or with m, h or d behind it", "voicex.tokenTtl"},
  {"otlp-endpoint", "OTEL_EXPORTER_OTLP_ENDPOINT", SETTING_STRING, AT (otlp_endpoint), NULL, 0, 0, NULL, "URL", "OpenTelemetry collector that gets a trace of each turn, as in http://127.0.0.1:4318; none: nobody", "traces.endpoint", AT_START | LOCAL},
  {"otlp-headers", "OTEL_EXPORTER_OTLP_HEADERS", SETTING_STRING, AT (otlp_headers), NULL, 0, 0, NULL, "NAME=VALUE,…", "What the collector is told besides, such as a key", "traces.headers", AT_START | SECRET},
  {"otlp-service", "OTEL_SERVICE_NAME", SETTING_STRING, AT (otlp_service), "vowel-gst", 0, 0, NULL, "NAME", "What this server is called there", "traces.serviceName", AT_START},
  {"twilio-public-url", "TWILIO_APP_URL", SETTING_STRING, AT (twilio_public_url), NULL, 0, 0, NULL, "URL", "Where Twilio reaches this server, as in https://voice.example.com; none: the host that it asks", "twilio.publicUrl"},
  {"twilio-account-sid", "TWILIO_ACCOUNT_SID", SETTING_STRING, AT (twilio_account_sid), NULL, 0, 0, NULL, "SID", "Account whose calls the auth token signs; none: any", "twilio.accountSid"},
  {"twilio-auth-token", "TWILIO_AUTH_TOKEN", SETTING_STRING, AT (twilio_auth_token), NULL, 0, 0, NULL, "TOKEN", "With which that account signs its requests (better: set TWILIO_AUTH_TOKEN)", "twilio.authToken", SECRET},
  {"twilio-memory", "TWILIO_MEMORY", SETTING_CHOICE, AT (twilio_memory), "off", 0, 0, "off|on", "WHEN", "Whether an agent remembers what was said in the calls of the same number in the last 24 hours: on, off", "twilio.memory"},
  {"twilio-api-url", "TWILIO_API_URL", SETTING_STRING, AT (twilio_api_url), NULL, 0, 0, NULL, "URL", "Where Twilio's REST API is, none: https://api.twilio.com", "twilio.apiUrl", LOCAL},
  {"twilio-require-signature", "TWILIO_REQUIRE_SIGNATURE", SETTING_CHOICE, AT (twilio_require_signature), "auto", 0, 0, "auto|on", "WHEN", "Whether requests must be signed: auto (where the auth token is known), on (always, streams too)", "twilio.requireSignature"},
  {"tls-cert", "VOWEL_TLS_CERT", SETTING_STRING, AT (tls_cert), NULL, 0, 0, NULL, "FILE", "Certificate chain (PEM); serves https and wss", "server.tlsCert", AT_START | LOCAL},
  {"tls-key", "VOWEL_TLS_KEY", SETTING_STRING, AT (tls_key), NULL, 0, 0, NULL, "FILE", "Its private key (PEM)", "server.tlsKey", AT_START | LOCAL},
  {"preset", "VOWEL_PRESET", SETTING_STRING, AT (preset), NULL, 0, 0, NULL, "NAME", "Settings to begin with: one of vowel-gst presets", "preset"},
};
/* clang-format on */
/* *INDENT-ON* */

const VowelSetting *
vowel_settings_list (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (settings);
  return settings;
}

VowelServerConfig *
vowel_server_config_new (void)
{
  VowelServerConfig *config = g_atomic_rc_box_new0 (VowelServerConfig);

  config->provider_settings =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  config->idle = g_ptr_array_new_with_free_func (g_free);
  config->origins =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].initial)
      vowel_setting_parse (
          &settings[i], config, settings[i].name, settings[i].initial, NULL);
  return config;
}

VowelServerConfig *
vowel_server_config_ref (VowelServerConfig *config)
{
  return g_atomic_rc_box_acquire (config);
}

static void
server_config_clear (gpointer data)
{
  VowelServerConfig *config = data;

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].type == VOWEL_SETTING_STRING
        || settings[i].type == VOWEL_SETTING_CHOICE)
      g_free (G_STRUCT_MEMBER (gchar *, config, settings[i].offset));
  g_clear_pointer (&config->proxies, vowel_trusted_proxies_free);
  g_free (config->voice_style_text);
  g_clear_pointer (&config->language_detector, vowel_language_detector_unref);
  g_hash_table_unref (config->provider_settings);
  g_ptr_array_unref (config->idle);
  g_hash_table_unref (config->origins);
}

void
vowel_server_config_unref (VowelServerConfig *config)
{
  g_atomic_rc_box_release_full (config, server_config_clear);
}

gboolean
vowel_server_config_set_as (VowelServerConfig *config,
    const VowelSetting *setting, const gchar *as, const gchar *value,
    GError **error)
{
  if (!vowel_setting_parse (setting, config, as, value, error))
    return FALSE;
  g_hash_table_replace (
      config->origins, (gpointer) setting->name, g_strdup (as));
  return TRUE;
}

gboolean
vowel_server_config_set (VowelServerConfig *config, const gchar *name,
    const gchar *value, GError **error)
{
  const VowelSetting *setting = vowel_setting_find (name);
  g_autofree gchar *as = g_strdup_printf ("--%s", name);

  if (setting == NULL) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_UNKNOWN,
        "There is no setting %s; see vowel-gst serve --help", as);
    return FALSE;
  }
  return vowel_server_config_set_as (config, setting, as, value, error);
}

const gchar *
vowel_server_config_get_title (
    const VowelServerConfig *config, const gchar *name)
{
  const gchar *title = g_hash_table_lookup (config->origins, name);

  return title ? title : vowel_setting_find (name)->variable;
}

gchar *
vowel_server_config_dup_idle (const VowelServerConfig *config)
{
  g_autoptr (GStrvBuilder) names = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  if (config->idle->len == 0)
    return NULL;
  for (guint i = 0; i < config->idle->len; i++)
    g_strv_builder_add (names, g_ptr_array_index (config->idle, i));
  list = g_strv_builder_end (names);
  return g_strjoinv (", ", list);
}

/* Variables of the engine are also read with these in front. */
static const gchar *const prefixes[] = {"VOWEL_ENGINE_", "ENGINE_", ""};

/* @ret_name: as it is called there. (transfer full) */
static const gchar *
find_variable (const gchar *name, gchar **environment, gchar **ret_name)
{
  for (guint p = 0; p < G_N_ELEMENTS (prefixes); p++) {
    g_autofree gchar *full = NULL;
    const gchar *value;

    if (prefixes[p][0] && g_str_has_prefix (name, "VOWEL_"))
      continue;
    full = g_strconcat (prefixes[p], name, NULL);
    value = g_environ_getenv (environment, full);
    if (value == NULL || value[0] == '\0')
      continue;
    *ret_name = g_steal_pointer (&full);
    return value;
  }
  return NULL;
}

gchar *
vowel_server_config_dup_variable (const gchar *name, gchar **environ_)
{
  g_autofree gchar *full = NULL;

  return g_strdup (find_variable (name, environ_, &full));
}

static gboolean
is_setting (const gchar *variable)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (g_str_equal (settings[i].variable, variable))
      return TRUE;
  return FALSE;
}

static void
note_idle (VowelServerConfig *config, gchar **variables)
{
  guint n;
  const VowelIdleSetting *idle = vowel_settings_list_idle (&n);

  for (guint i = 0; i < n; i++) {
    g_autofree gchar *name = NULL;

    if (idle[i].variable && !is_setting (idle[i].variable)
        && find_variable (idle[i].variable, variables, &name))
      g_ptr_array_add (config->idle, g_steal_pointer (&name));
  }
}

gboolean
vowel_server_config_read_environment (
    VowelServerConfig *config, gchar **environ_, GError **error)
{
  g_auto (GStrv) own = environ_ ? NULL : g_get_environ ();
  gchar **variables = environ_ ? environ_ : own;

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++) {
    g_autofree gchar *name = NULL;
    const gchar *value = find_variable (settings[i].variable, variables, &name);

    if (value
        && !vowel_server_config_set_as (
            config, &settings[i], name, value, error))
      return FALSE;
  }
  note_idle (config, variables);
  return TRUE;
}

gboolean
vowel_server_config_is_loopback (const VowelServerConfig *config)
{
  g_autoptr (GInetAddress) address =
      g_inet_address_new_from_string (config->host);

  if (address == NULL)
    return g_ascii_strcasecmp (config->host, "localhost") == 0;
  return g_inet_address_get_is_loopback (address);
}

static gboolean
read_proxies (VowelServerConfig *config, GError **error)
{
  VowelTrustedProxies *proxies =
      vowel_trusted_proxies_new (config->trusted_proxies,
          vowel_server_config_get_title (config, "trusted-proxies"), error);

  if (proxies == NULL)
    return FALSE;
  g_clear_pointer (&config->proxies, vowel_trusted_proxies_free);
  config->proxies = proxies;
  return TRUE;
}

/* "7d", "12h", "30m", "3600s", "3600" */
static gboolean
read_life (VowelServerConfig *config, GError **error)
{
  static const struct {
    gchar unit;
    guint seconds;
  } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
  gchar *end = NULL;
  guint64 number = g_ascii_strtoull (config->user_token_life, &end, 10);
  guint factor = *end == '\0' ? 1 : 0;

  for (guint i = 0; i < G_N_ELEMENTS (units); i++)
    if (end[0] == units[i].unit && end[1] == '\0')
      factor = units[i].seconds;
  if (end != config->user_token_life && number * factor >= 60
      && number <= USER_TOKEN_MAX_S / MAX (factor, 1)) {
    config->user_token_ttl = (guint) number * factor;
    return TRUE;
  }
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
      "%s is %s, which is no time from 60s to 365d: say 7d, or 12h",
      vowel_server_config_get_title (config, "user-token-ttl"),
      config->user_token_life);
  return FALSE;
}

gboolean
vowel_server_config_complete (VowelServerConfig *config, GError **error)
{
  if (config->host == NULL)
    config->host = g_strdup ("127.0.0.1");
  if (config->api_key == NULL && !vowel_server_config_is_loopback (config)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_CONFLICT,
        "HOST is %s, which others can reach, but no API_KEY is set: set "
        "API_KEY (and JWT_SECRET), or HOST=127.0.0.1",
        config->host);
    return FALSE;
  }
  if (config->control_port != 0 && config->control_port == config->port) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_CONFLICT,
        "PORT and VOWEL_CONTROL_PORT are both %u: leave the latter out for one "
        "port for all",
        config->port);
    return FALSE;
  }
  if (config->jwt_secret
      && strlen (config->jwt_secret) < JWT_SECRET_MIN_LENGTH) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "JWT_SECRET has %" G_GSIZE_FORMAT " characters, but needs at least "
        "%d: take the output of openssl rand -hex 32",
        strlen (config->jwt_secret), JWT_SECRET_MIN_LENGTH);
    return FALSE;
  }
  if ((config->tls_cert == NULL) != (config->tls_key == NULL)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_CONFLICT,
        "TLS needs both --tls-cert and --tls-key, but only --tls-%s is given",
        config->tls_cert ? "cert" : "key");
    return FALSE;
  }
  if (g_str_equal (config->beta, "off")
      && g_str_equal (config->default_dialect, "beta")) {
    g_set_error_literal (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_CONFLICT,
        "VOWEL_DEFAULT_DIALECT is beta, which VOWEL_BETA=off refuses: leave "
        "one of them out");
    return FALSE;
  }
  if (!read_life (config, error) || !read_proxies (config, error))
    return FALSE;
  if (config->jwt_secret == NULL) {
    config->jwt_secret = vowel_token_make_secret ();
    config->jwt_secret_made_up = TRUE;
  }
  return TRUE;
}

const gchar *
vowel_server_config_get_first (const gchar *list)
{
  g_auto (GStrv) names = g_strsplit (list, ",", 2);

  return g_intern_string (names[0] ? g_strstrip (names[0]) : "");
}

const gchar *
vowel_server_config_get_model (const VowelServerConfig *config)
{
  return config->llm_model
             ? config->llm_model
             : vowel_server_config_get_first (config->llm_provider);
}
