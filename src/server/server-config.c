/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "server-config.h"

#include "token.h"

#include <string.h>

#define JWT_SECRET_MIN_LENGTH 32

G_DEFINE_QUARK (vowel_config_error_quark, vowel_config_error)

typedef enum {
  SETTING_STRING,
  SETTING_CHOICE,
  SETTING_UINT,
  SETTING_DOUBLE,
} SettingType;

typedef struct {
  const gchar *name;      /* on the command line */
  const gchar *variables; /* in the environment, first one set wins */
  SettingType type;
  gsize offset;
  const gchar *initial;
  gdouble min, max;     /* numbers */
  const gchar *choices; /* "|"-separated */
  const gchar *argument;
  const gchar *summary;
} Setting;

#define AT(field) G_STRUCT_OFFSET (VowelServerConfig, field)

/* *INDENT-OFF* */
/* clang-format off */
static const Setting settings[] = {
  {"host", "HOST", SETTING_STRING, AT (host), "127.0.0.1", 0, 0, NULL, "ADDRESS", "Address to listen on"},
  {"port", "PORT", SETTING_UINT, AT (port), "8787", 0, 65535, NULL, "PORT", "TCP port, 0 for any free one"},
  {"api-key", "API_KEY", SETTING_STRING, AT (api_key), NULL, 0, 0, NULL, "KEY", "Key that clients need (better: set API_KEY)"},
  {"admin-key", "VOWEL_ADMIN_KEY", SETTING_STRING, AT (admin_key), NULL, 0, 0, NULL, "KEY", "Key for apps, keys and settings; none: the API key (better: set VOWEL_ADMIN_KEY)"},
  {"db-path", "DB_PATH", SETTING_STRING, AT (db_path), NULL, 0, 0, NULL, "FILE", "Store of apps and keys; none: vowel-gst/vowel.db in the user's data folder"},
  {"encryption-key", "ENCRYPTION_KEY", SETTING_STRING, AT (encryption_key), NULL, 0, 0, NULL, "SECRET", "Under which keys are kept in the store; none: one of its own, kept beside it (better: set ENCRYPTION_KEY)"},
  {"ws-url", "WS_URL", SETTING_STRING, AT (ws_url), NULL, 0, 0, NULL, "URL", "Where clients reach the server, in answers to them; none: the address that they asked"},
  {"jwt-secret", "JWT_SECRET", SETTING_STRING, AT (jwt_secret), NULL, 0, 0, NULL, "SECRET", "Signs ephemeral tokens, none: a random one (better: set JWT_SECRET)"},
  {"jwt-secret-previous", "JWT_SECRET_PREVIOUS", SETTING_STRING, AT (jwt_secret_previous), NULL, 0, 0, NULL, "SECRET", "Tokens that it has signed are still taken, while it is being replaced"},
  {"mint-rate-limit", "VOWEL_MINT_RATE_LIMIT", SETTING_UINT, AT (mint_rate_limit), "0", 0, 1000000, NULL, "N", "Tokens that a key makes in a minute, 0 for no limit"},
  {"token-ttl", "VOWEL_TOKEN_TTL", SETTING_UINT, AT (token_ttl), "300", 10, 3600, NULL, "SECONDS", "How long a token opens connections"},
  {"allow-origins", "VOWEL_ALLOW_ORIGINS", SETTING_STRING, AT (allow_origins), NULL, 0, 0, NULL, "ORIGINS", "Web pages let in without an API key, comma-separated, * for all"},
  {"default-dialect", "VOWEL_DEFAULT_DIALECT", SETTING_CHOICE, AT (default_dialect), "auto", 0, 0, "auto|ga|beta|vowel", "NAME", "What clients speak that do not say: auto (as their first event looks), ga, beta, vowel"},
  {"beta", "VOWEL_BETA", SETTING_CHOICE, AT (beta), "on", 0, 0, "on|off", "WHEN", "Whether the beta dialect is spoken: on, off (refused as OpenAI does)"},
  {"log-level", "LOG_LEVEL", SETTING_CHOICE, AT (log_level), "info", 0, 0, "error|warning|info|debug", "LEVEL", "How much to log: error, warning, info, debug"},
  {"workers", "VOWEL_WORKERS", SETTING_UINT, AT (workers), "0", 0, 256, NULL, "N", "Threads that run sessions, 0 for one per CPU"},
  {"max-sessions", "VOWEL_MAX_SESSIONS", SETTING_UINT, AT (max_sessions), "4096", 1, 1000000, NULL, "N", "Sessions at once"},
  {"max-connections", "VOWEL_MAX_CONNECTIONS", SETTING_UINT, AT (max_connections), "8192", 1, 1000000, NULL, "N", "TCP connections at once"},
  {"max-pending", "VOWEL_MAX_PENDING", SETTING_UINT, AT (max_pending), "1024", 1, 1000000, NULL, "N", "TCP connections at once that are no WebSocket (yet)"},
  {"header-timeout-ms", "VOWEL_HEADER_TIMEOUT_MS", SETTING_UINT, AT (header_timeout_ms), "10000", 10, 600000, NULL, "MS", "Time to deliver a request's headers"},
  {"body-timeout-ms", "VOWEL_BODY_TIMEOUT_MS", SETTING_UINT, AT (body_timeout_ms), "30000", 10, 600000, NULL, "MS", "Time to deliver a request's body"},
  {"max-body", "VOWEL_MAX_BODY", SETTING_UINT, AT (max_body), "2097152", 1024, G_MAXINT32, NULL, "BYTES", "Largest request body"},
  {"max-message", "VOWEL_MAX_MESSAGE", SETTING_UINT, AT (max_message), "25165824", 65536, G_MAXINT32, NULL, "BYTES", "Largest WebSocket message"},
  {"max-queue", "VOWEL_MAX_QUEUE", SETTING_UINT, AT (max_queue), "16777216", 65536, G_MAXINT32, NULL, "BYTES", "Unsent bytes that cut off a client which does not read"},
  {"ping-interval-ms", "VOWEL_PING_INTERVAL_MS", SETTING_UINT, AT (ping_interval_ms), "20000", 10, 3600000, NULL, "MS", "Silence before a client is asked whether it lives"},
  {"pong-timeout-ms", "VOWEL_PONG_TIMEOUT_MS", SETTING_UINT, AT (pong_timeout_ms), "20000", 10, 3600000, NULL, "MS", "Silence after that which counts as dead"},
  {"close-timeout-ms", "VOWEL_CLOSE_TIMEOUT_MS", SETTING_UINT, AT (close_timeout_ms), "3000", 10, 600000, NULL, "MS", "Time for the closing handshake"},
  {"drain-timeout-ms", "VOWEL_DRAIN_TIMEOUT_MS", SETTING_UINT, AT (drain_timeout_ms), "20000", 0, 3600000, NULL, "MS", "Time for running responses at shutdown"},
  {"context-tokens", "VOWEL_CONTEXT_TOKENS", SETTING_UINT, AT (context_tokens), "32000", 0, G_MAXINT32, NULL, "N", "Tokens that fit into the model's context, 0 for any number"},
  {"summaries", "VOWEL_SUMMARIES", SETTING_CHOICE, AT (summaries), "off", 0, 0, "off|on", "WHEN", "Whether the model sums up what does not fit any more: off, on"},
  {"rate-limit-responses", "VOWEL_RATE_LIMIT_RESPONSES", SETTING_UINT, AT (rate_limit_responses), "0", 0, 1000000, NULL, "N", "Responses of a session in a minute, 0 for no limit"},
  {"rate-limit-tokens", "VOWEL_RATE_LIMIT_TOKENS", SETTING_UINT, AT (rate_limit_tokens), "0", 0, G_MAXINT32 - 1, NULL, "N", "Tokens of a session's responses in a minute, 0 for no limit"},
  {"max-duration-ms", "MAX_CALL_DURATION_MS", SETTING_UINT, AT (max_duration_ms), "3600000", 0, G_MAXINT32, NULL, "MS", "How long a session lasts, 0 for ever"},
  {"idle-timeout-ms", "MAX_IDLE_DURATION_MS", SETTING_UINT, AT (idle_timeout_ms), "0", 0, G_MAXINT32, NULL, "MS", "How long a session goes on without the caller, 0 for ever"},
  {"resume-window-ms", "VOWEL_RESUME_WINDOW_MS", SETTING_UINT, AT (resume_window_ms), "30000", 0, 3600000, NULL, "MS", "How long a client that asked for it may come back after its connection broke, 0 never"},
  {"output-lead-ms", "VOWEL_OUTPUT_LEAD_MS", SETTING_UINT, AT (output_lead_ms), "1500", 0, VOWEL_OUTPUT_LEAD_MAX_MS, NULL, "MS", "How far ahead of the caller's ear speech is sent, 0 as far as it is made"},
  {"stt-provider", "STT_PROVIDER", SETTING_STRING, AT (stt_provider), "auto", 0, 0, NULL, "NAME", "Speech to text; auto: the best installed"},
  {"stt-model", "STT_MODEL", SETTING_STRING, AT (stt_model), NULL, 0, 0, NULL, "NAME", "The recogniser's model"},
  {"stt-grammar", "STT_GRAMMAR", SETTING_STRING, AT (stt_grammar), "auto", 0, 0, NULL, "FILE", "What pocketsphinx understands (JSGF); auto: what the offline assistant does; none: anything, badly"},
  {"llm-provider", "LLM_PROVIDER", SETTING_STRING, AT (llm_provider), "auto", 0, 0, NULL, "NAME", "Language model; auto: the best installed"},
  {"llm-model", "LLM_MODEL", SETTING_STRING, AT (llm_model), NULL, 0, 0, NULL, "NAME", "The provider's name of the language model"},
  {"tts-provider", "TTS_PROVIDER", SETTING_STRING, AT (tts_provider), "auto", 0, 0, NULL, "NAME", "Text to speech; auto: the best installed"},
  {"tts-model", "TTS_MODEL", SETTING_STRING, AT (tts_model), NULL, 0, 0, NULL, "NAME", "The voice's model"},
  {"vad-threshold", "VAD_THRESHOLD", SETTING_DOUBLE, AT (vad_threshold), "0.5", 0, 1, NULL, "P", "Probability that counts as speech"},
  {"vad-min-silence-ms", "VAD_MIN_SILENCE_MS", SETTING_UINT, AT (vad_min_silence_ms), "500", 10, 60000, NULL, "MS", "Silence that ends a turn"},
  {"vad-prefix-padding-ms", "VAD_SPEECH_PAD_MS", SETTING_UINT, AT (vad_prefix_padding_ms), "300", 0, 5000, NULL, "MS", "Audio kept from before the start of speech"},
  {"speculation", "VOWEL_SPECULATION", SETTING_CHOICE, AT (speculation), "auto", 0, 0, "auto|off|on", "WHEN", "Whether answers are prepared before the caller has surely finished: auto (when the recogniser foresees it), off, on"},
  {"recipe", "VOWEL_RECIPE", SETTING_STRING, AT (recipe), NULL, 0, 0, NULL, "FILE", "Pipeline recipe of a session"},
  {"voice", "DEFAULT_VOICE", SETTING_STRING, AT (voice), NULL, 0, 0, NULL, "NAME", "Default voice"},
  {"instructions", "VOWEL_INSTRUCTIONS", SETTING_STRING, AT (instructions), NULL, 0, 0, NULL, "TEXT", "Default instructions for the model"},
  {"tls-cert", "VOWEL_TLS_CERT", SETTING_STRING, AT (tls_cert), NULL, 0, 0, NULL, "FILE", "Certificate chain (PEM); serves https and wss"},
  {"tls-key", "VOWEL_TLS_KEY", SETTING_STRING, AT (tls_key), NULL, 0, 0, NULL, "FILE", "Its private key (PEM)"},
};
/* clang-format on */
/* *INDENT-ON* */

/* Variables of the engine are also read with these in front. */
static const gchar *const prefixes[] = {"VOWEL_ENGINE_", "ENGINE_", ""};

static const Setting *
find_setting (const gchar *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (g_str_equal (settings[i].name, name))
      return &settings[i];
  return NULL;
}

static gboolean
is_choice (const gchar *choices, const gchar *value)
{
  g_auto (GStrv) list = g_strsplit (choices, "|", -1);

  return g_strv_contains ((const gchar *const *) list, value);
}

/* @as: the name under which the user knows the setting. */
static gboolean
set_value (VowelServerConfig *config, const Setting *setting, const gchar *as,
    const gchar *value, GError **error)
{
  gpointer field = G_STRUCT_MEMBER_P (config, setting->offset);
  gdouble number;
  gchar *end;

  switch (setting->type) {
    case SETTING_CHOICE:
      if (!is_choice (setting->choices, value)) {
        g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
            "%s is \"%s\", but must be one of: %s", as, value,
            setting->choices);
        return FALSE;
      }
      /* FALLTHROUGH */
    case SETTING_STRING:
      g_free (*(gchar **) field);
      *(gchar **) field = value[0] ? g_strdup (value) : NULL;
      return TRUE;
    case SETTING_UINT:
    case SETTING_DOUBLE:
      number = g_ascii_strtod (value, &end);
      if (end == value || *end != '\0' || !(number >= setting->min)
          || !(number <= setting->max)
          || (setting->type == SETTING_UINT
              && number != (gdouble) (guint) number)) {
        g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
            "%s is \"%s\", but must be a %snumber from %.15g to %.15g", as,
            value, setting->type == SETTING_UINT ? "whole " : "", setting->min,
            setting->max);
        return FALSE;
      }
      if (setting->type == SETTING_UINT)
        *(guint *) field = (guint) number;
      else
        *(gdouble *) field = number;
      return TRUE;
  }
  g_return_val_if_reached (FALSE);
}

VowelServerConfig *
vowel_server_config_new (void)
{
  VowelServerConfig *config = g_new0 (VowelServerConfig, 1);

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].initial)
      set_value (
          config, &settings[i], settings[i].name, settings[i].initial, NULL);
  return config;
}

void
vowel_server_config_free (VowelServerConfig *config)
{
  for (guint i = 0; i < G_N_ELEMENTS (settings); i++)
    if (settings[i].type == SETTING_STRING
        || settings[i].type == SETTING_CHOICE)
      g_free (G_STRUCT_MEMBER (gchar *, config, settings[i].offset));
  g_free (config);
}

gboolean
vowel_server_config_set (VowelServerConfig *config, const gchar *name,
    const gchar *value, GError **error)
{
  const Setting *setting = find_setting (name);
  g_autofree gchar *as = g_strdup_printf ("--%s", name);

  if (setting == NULL) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_UNKNOWN,
        "There is no setting %s; see vowel-gst serve --help", as);
    return FALSE;
  }
  return set_value (config, setting, as, value, error);
}

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

gboolean
vowel_server_config_read_environment (
    VowelServerConfig *config, gchar **environ_, GError **error)
{
  g_auto (GStrv) own = environ_ ? NULL : g_get_environ ();
  gchar **variables = environ_ ? environ_ : own;

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++) {
    g_autofree gchar *name = NULL;
    const gchar *value =
        find_variable (settings[i].variables, variables, &name);

    if (value && !set_value (config, &settings[i], name, value, error))
      return FALSE;
  }
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
  if (config->jwt_secret == NULL) {
    config->jwt_secret = vowel_token_make_secret ();
    config->jwt_secret_made_up = TRUE;
  }
  return TRUE;
}

static gboolean
option_set (
    const gchar *option_name, const gchar *value, gpointer data, GError **error)
{
  return vowel_server_config_set (
      data, option_name + strlen ("--"), value, error);
}

GOptionGroup *
vowel_server_config_get_option_group (VowelServerConfig *config)
{
  GOptionGroup *group = g_option_group_new (
      "serve", "Server options:", "Show server options", config, NULL);
  GOptionEntry entries[G_N_ELEMENTS (settings) + 1] = {0};

  for (guint i = 0; i < G_N_ELEMENTS (settings); i++) {
    entries[i].long_name = settings[i].name;
    entries[i].arg = G_OPTION_ARG_CALLBACK;
    entries[i].arg_data = option_set;
    entries[i].description = settings[i].summary;
    entries[i].arg_description = settings[i].argument;
  }
  g_option_group_add_entries (group, entries);
  return group;
}

const gchar *
vowel_server_config_get_model (const VowelServerConfig *config)
{
  return config->llm_model ? config->llm_model : config->llm_provider;
}

VowelServerConfig *
vowel_server_config_read_command (gint argc, gchar **argv, const gchar *summary,
    const GOptionEntry *more, GError **error)
{
  g_autoptr (VowelServerConfig) config = vowel_server_config_new ();
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);

  g_option_context_set_summary (context, summary);
  g_option_context_set_description (context,
      "Every option can also be set in the environment: HOST, PORT, API_KEY, "
      "JWT_SECRET,\nLOG_LEVEL, STT_PROVIDER, LLM_PROVIDER, TTS_PROVIDER, "
      "VAD_THRESHOLD, VAD_MIN_SILENCE_MS,\nVOWEL_RECIPE, VOWEL_WORKERS … "
      "An option wins over the environment.");
  g_option_context_set_main_group (
      context, vowel_server_config_get_option_group (config));
  if (more != NULL)
    g_option_context_add_main_entries (context, more, NULL);
  if (!vowel_server_config_read_environment (config, NULL, error)
      || !g_option_context_parse (context, &argc, &argv, error))
    return NULL;
  if (argc > 1) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
        "\"%s\" means nothing to %s", argv[1], g_get_prgname ());
    return NULL;
  }
  if (!vowel_server_config_complete (config, error))
    return NULL;
  return g_steal_pointer (&config);
}
