/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "config-schema.h"

#include <math.h>
#include <string.h>

/* Names that differ in more than a third of their letters are not meant. */
#define GUESS_SHARE 3
#define MAX_PATH 128
#define SHOWN_END 4

static const VowelIdleSetting idle[] = {
    {"TEST_MODE", "testMode"},
    {"USE_MODULAR_AGENTS", "agent.useModularAgents"},
    {"DEFAULT_AGENT_TYPE", "agent.defaultType"},
    {"AGENT_MAX_STEPS", "agent.maxSteps"},
    {"DISABLE_STREAMING", "agent.disableStreaming"},
    {"MAX_STREAM_RETRIES", "agent.maxStreamRetries"},
    {"MAX_TOOL_RETRIES", "agent.maxToolRetries"},
    {"DEEPGRAM_STT_SAMPLE_RATE", NULL},
    {"DEEPGRAM_TTS_ENCODING", NULL},
    {"GROK_STT_SAMPLE_RATE", NULL},
    {"MISTRAL_SAMPLE_RATE", NULL},
    {"ECHOLINE_STT_SAMPLE_RATE", NULL},
    {NULL, "providers.vad.config.sampleRate"},
    {NULL, "server.env"},
    {NULL, "audio.sampleRate"},
    {NULL, "audio.format"},
    {NULL, "audio.channels"},
    {"RESPONSE_FILTER_TARGET_LANGUAGE", "responseFilter.targetLanguage"},
    {"RESPONSE_FILTER_MODEL", "responseFilter.filterModel"},
    {"RESPONSE_FILTER_BUFFER_SIZE", "responseFilter.bufferSize"},
    {"RESPONSE_FILTER_MODE", "responseFilter.mode"},
    {"POSTHOG_ENABLED", "posthog.enabled"},
    {"POSTHOG_HOST", "posthog.host"},
};

const VowelIdleSetting *
vowel_settings_list_idle (guint *ret_n)
{
  *ret_n = G_N_ELEMENTS (idle);
  return idle;
}

gboolean
vowel_setting_is_idle_path (const gchar *path)
{
  for (guint i = 0; i < G_N_ELEMENTS (idle); i++)
    if (g_strcmp0 (idle[i].path, path) == 0)
      return TRUE;
  return FALSE;
}

/* Finding. */

const VowelSetting *
vowel_setting_find (const gchar *name)
{
  guint n;
  const VowelSetting *settings = vowel_settings_list (&n);

  for (guint i = 0; i < n; i++)
    if (g_str_equal (settings[i].name, name))
      return &settings[i];
  return NULL;
}

const VowelSetting *
vowel_setting_find_path (const gchar *path)
{
  guint n;
  const VowelSetting *settings = vowel_settings_list (&n);

  for (guint i = 0; i < n; i++)
    if (g_strcmp0 (settings[i].path, path) == 0)
      return &settings[i];
  return NULL;
}

gboolean
vowel_setting_takes_list (const VowelSetting *setting)
{
  return (setting->flags & VOWEL_SETTING_LIST) != 0;
}

static gboolean
is_below (const gchar *path, const gchar *section)
{
  gsize length = strlen (section);

  return path != NULL && strncmp (path, section, length) == 0
         && path[length] == '.';
}

gboolean
vowel_setting_is_section (const gchar *path)
{
  guint n;
  const VowelSetting *settings = vowel_settings_list (&n);

  for (guint i = 0; i < n; i++)
    if (is_below (settings[i].path, path))
      return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (idle); i++)
    if (is_below (idle[i].path, path))
      return TRUE;
  return FALSE;
}

/* Letters to add, take away or change (Levenshtein). */
guint
vowel_setting_get_distance (const gchar *a, const gchar *b)
{
  guint row[MAX_PATH + 1];
  gsize length = strlen (b);

  if (length > MAX_PATH)
    return G_MAXUINT;
  for (guint j = 0; j <= length; j++)
    row[j] = j;
  for (guint i = 0; a[i] != '\0'; i++) {
    guint diagonal = row[0];

    row[0] = i + 1;
    for (guint j = 0; j < length; j++) {
      guint same =
          diagonal + (g_ascii_tolower (a[i]) == g_ascii_tolower (b[j]) ? 0 : 1);

      diagonal = row[j + 1];
      row[j + 1] = MIN (MIN (row[j], row[j + 1]) + 1, same);
    }
  }
  return row[length];
}

static void
compare_guess (const gchar *path, const gchar *known, const gchar **best,
    guint *best_distance)
{
  guint d =
      known != NULL ? vowel_setting_get_distance (path, known) : G_MAXUINT;

  if (d < *best_distance) {
    *best = known;
    *best_distance = d;
  }
}

const gchar *
vowel_setting_guess_path (const gchar *path)
{
  guint n;
  const VowelSetting *settings = vowel_settings_list (&n);
  guint best_distance = G_MAXUINT;
  const gchar *best = NULL;

  for (guint i = 0; i < n; i++)
    compare_guess (path, settings[i].path, &best, &best_distance);
  for (guint i = 0; i < G_N_ELEMENTS (idle); i++)
    compare_guess (path, idle[i].path, &best, &best_distance);
  return best_distance <= strlen (path) / GUESS_SHARE + 1 ? best : NULL;
}

/* Values. */

static gboolean
is_choice (const gchar *choices, const gchar *value)
{
  g_auto (GStrv) list = g_strsplit (choices, "|", -1);

  return g_strv_contains ((const gchar *const *) list, value);
}

static gboolean
is_switch (const VowelSetting *setting)
{
  return g_str_equal (setting->choices, "on|off")
         || g_str_equal (setting->choices, "off|on");
}

/* The engine's variables say true where ours say on. */
static const gchar *
read_switch (const gchar *value)
{
  static const gchar *const on[] = {"true", "yes", "1", NULL};
  static const gchar *const off[] = {"false", "no", "0", NULL};

  return g_strv_contains (on, value)    ? "on"
         : g_strv_contains (off, value) ? "off"
                                        : value;
}

static gboolean
parse_text (const VowelSetting *setting, gchar **field, const gchar *as,
    const gchar *value, GError **error)
{
  if (setting->type == VOWEL_SETTING_CHOICE && is_switch (setting))
    value = read_switch (value);
  if (setting->type == VOWEL_SETTING_CHOICE
      && !is_choice (setting->choices, value)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "%s is \"%s\", but must be one of: %s", as, value, setting->choices);
    return FALSE;
  }
  g_free (*field);
  *field = value[0] ? g_strdup (value) : NULL;
  return TRUE;
}

static gboolean
parse_number (const VowelSetting *setting, const gchar *as, const gchar *value,
    gdouble *ret_number, GError **error)
{
  gboolean whole = setting->type == VOWEL_SETTING_UINT;
  gchar *end;
  gdouble number = g_ascii_strtod (value, &end);

  if (end != value && *end == '\0' && number >= setting->min
      && number <= setting->max && (!whole || number == floor (number))) {
    *ret_number = number;
    return TRUE;
  }
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
      "%s is \"%s\", but must be a %snumber from %.15g to %.15g", as, value,
      whole ? "whole " : "", setting->min, setting->max);
  return FALSE;
}

gboolean
vowel_setting_parse (const VowelSetting *setting, gpointer config,
    const gchar *as, const gchar *value, GError **error)
{
  gpointer field = G_STRUCT_MEMBER_P (config, setting->offset);
  gdouble number;

  switch (setting->type) {
    case VOWEL_SETTING_CHOICE:
    case VOWEL_SETTING_STRING:
      return parse_text (setting, field, as, value, error);
    case VOWEL_SETTING_UINT:
    case VOWEL_SETTING_DOUBLE:
      if (!parse_number (setting, as, value, &number, error))
        return FALSE;
      if (setting->type == VOWEL_SETTING_UINT)
        *(guint *) field = (guint) number;
      else
        *(gdouble *) field = number;
      return TRUE;
  }
  g_return_val_if_reached (FALSE);
}

JsonNode *
vowel_setting_to_json (const VowelSetting *setting, gconstpointer config)
{
  gconstpointer field = (const guint8 *) config + setting->offset;
  const gchar *text;

  switch (setting->type) {
    case VOWEL_SETTING_UINT:
      return json_node_init_int (json_node_alloc (), *(const guint *) field);
    case VOWEL_SETTING_DOUBLE:
      return json_node_init_double (
          json_node_alloc (), *(const gdouble *) field);
    default:
      text = *(const gchar *const *) field;
  }
  if (text == NULL)
    return NULL;
  if (setting->type == VOWEL_SETTING_CHOICE && is_switch (setting))
    return json_node_init_boolean (json_node_alloc (), text[1] == 'n');
  return json_node_init_string (json_node_alloc (), text);
}

gchar *
vowel_secret_mask (const gchar *secret)
{
  gsize length = strlen (secret);
  gsize shown = length >= 4 * SHOWN_END ? SHOWN_END : 0;

  return g_strconcat ("***", secret + length - shown, NULL);
}
