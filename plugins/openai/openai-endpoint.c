/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "openai-endpoint.h"

#include "remote-settings.h"

#define DEFAULT_PROFILE "openai"
#define SLOW_TIMEOUT (60 * GST_SECOND)

void
openai_endpoint_init (OpenaiEndpoint *endpoint, OpenaiKind kind)
{
  endpoint->kind = kind;
  endpoint->profile = g_strdup (DEFAULT_PROFILE);
}

void
openai_endpoint_clear (OpenaiEndpoint *endpoint)
{
  g_clear_pointer (&endpoint->profile, g_free);
  g_clear_pointer (&endpoint->base_url, g_free);
  g_clear_pointer (&endpoint->api_key, g_free);
}

void
openai_endpoint_install_properties (GObjectClass *object_class, OpenaiKind kind)
{
  static const gchar *const kinds[] = {
      [OPENAI_CHAT] = "The kind of server: openai, groq, openrouter, ollama, "
                      "llama.cpp, vllm or openai-compatible; decides where it "
                      "is by default, which key is used and how requests are "
                      "worded",
      [OPENAI_STT] = "The kind of server: openai, groq-whisper, "
                     "openai-compatible or whisper.cpp; decides where it is by "
                     "default, which key is used and which model",
      [OPENAI_TTS] = "The kind of server: openai, groq or openai-compatible; "
                     "decides where it is by default, which key is used, which "
                     "model and voice",
  };
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  g_object_class_install_property (object_class, OPENAI_PROP_PROFILE,
      g_param_spec_string (
          "profile", "Profile", kinds[kind], DEFAULT_PROFILE, flags));
  g_object_class_install_property (object_class, OPENAI_PROP_BASE_URL,
      g_param_spec_string ("base-url", "Base URL",
          "Where the server is, with the version, as in "
          "http://localhost:8000/v1; unset = the profile's",
          NULL, flags));
  /* Not readable: pipeline graphs and gst-inspect show what is. */
  g_object_class_install_property (object_class, OPENAI_PROP_API_KEY,
      g_param_spec_string ("api-key", "API key",
          "The key; unset = from the environment (GROQ_API_KEY for the profile "
          "groq), a systemd credential (groq-api-key) or the keyring",
          NULL,
          G_PARAM_WRITABLE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING));
}

/* FALSE: not one of these.  Under the object lock. */
static gboolean
set_own (OpenaiEndpoint *endpoint, guint id, const GValue *value)
{
  gchar **field;

  switch (id) {
    case OPENAI_PROP_PROFILE:
      field = &endpoint->profile;
      break;
    case OPENAI_PROP_BASE_URL:
      field = &endpoint->base_url;
      break;
    case OPENAI_PROP_API_KEY:
      field = &endpoint->api_key;
      break;
    default:
      return FALSE;
  }
  g_free (*field);
  *field = g_value_dup_string (value);
  if (endpoint->profile == NULL)
    endpoint->profile = g_strdup (DEFAULT_PROFILE);
  return TRUE;
}

static gboolean
get_own (OpenaiEndpoint *endpoint, guint id, GValue *value)
{
  const OpenaiProfile *profile;

  switch (id) {
    case OPENAI_PROP_PROFILE:
      g_value_set_string (value, endpoint->profile);
      return TRUE;
    case OPENAI_PROP_BASE_URL:
      profile = openai_profile_find (endpoint->kind, endpoint->profile);
      g_value_set_string (value, endpoint->base_url != NULL ? endpoint->base_url
                                 : profile != NULL          ? profile->base_url
                                                            : NULL);
      return TRUE;
    default:
      return FALSE;
  }
}

/* The wait for the first sign of an answer, in each kind of element. */
static void
adapt_timeout (OpenaiEndpoint *endpoint, GObject *element)
{
  static const gchar *const properties[] = {
      [OPENAI_CHAT] = "first-token-timeout",
      [OPENAI_STT] = "result-timeout",
      [OPENAI_TTS] = "first-audio-timeout",
  };
  const gchar *property = properties[endpoint->kind];
  const OpenaiProfile *profile;
  GParamSpecUInt64 *pspec;
  guint64 timeout;

  GST_OBJECT_LOCK (element);
  profile = openai_profile_find (endpoint->kind, endpoint->profile);
  GST_OBJECT_UNLOCK (element);
  if (profile == NULL || !profile->slow_start)
    return;
  pspec = G_PARAM_SPEC_UINT64 (
      g_object_class_find_property (G_OBJECT_GET_CLASS (element), property));
  g_object_get (element, property, &timeout, NULL);
  if (timeout == pspec->default_value)
    g_object_set (element, property, (guint64) SLOW_TIMEOUT, NULL);
}

void
openai_endpoint_set_property (OpenaiEndpoint *endpoint, GObject *object,
    guint id, const GValue *value, GParamSpec *pspec)
{
  gboolean done;

  GST_OBJECT_LOCK (object);
  done = set_own (endpoint, id, value);
  GST_OBJECT_UNLOCK (object);
  if (!done)
    gst_vowel_field_set_property (object, id, value, pspec);
  if (id == OPENAI_PROP_PROFILE)
    adapt_timeout (endpoint, object);
}

void
openai_endpoint_get_property (OpenaiEndpoint *endpoint, GObject *object,
    guint id, GValue *value, GParamSpec *pspec)
{
  gboolean done;

  GST_OBJECT_LOCK (object);
  done = get_own (endpoint, id, value);
  GST_OBJECT_UNLOCK (object);
  if (!done)
    gst_vowel_field_get_property (object, id, value, pspec);
}

static gboolean
resolve_base_url (OpenaiTarget *target, GError **error)
{
  if (target->base_url == NULL || *target->base_url == '\0') {
    g_free (target->base_url);
    target->base_url = g_strdup (target->profile->base_url);
  }
  if (target->base_url == NULL) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "Where the server is must be said: set base-url, as in "
        "http://localhost:8000/v1");
    return FALSE;
  }
  return remote_check_base_url (target->base_url, error);
}

static gboolean
resolve_key (OpenaiTarget *target, GError **error)
{
  const gchar *secret = target->profile->secret;
  g_autoptr (GError) lookup_error = NULL;
  g_autofree gchar *variable = NULL;

  if (target->api_key != NULL) {
    if (!remote_check_key (target->api_key, error))
      return FALSE;
  } else if (secret != NULL) {
    target->api_key = gst_vowel_secret_lookup (secret, &lookup_error);
  }
  if (lookup_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&lookup_error));
    return FALSE;
  }
  if (target->api_key != NULL && *target->api_key == '\0')
    g_clear_pointer (&target->api_key, g_free);
  if (target->api_key != NULL || !target->profile->needs_key)
    return TRUE;
  variable = gst_vowel_secret_dup_variable (secret);
  g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH,
      "%s needs a key: set %s in the environment", target->profile->name,
      variable);
  return FALSE;
}

gboolean
openai_endpoint_resolve (OpenaiEndpoint *endpoint, GstElement *element,
    OpenaiTarget *ret_target, GError **error)
{
  g_auto (OpenaiTarget) target = {0};
  g_autofree gchar *profile = NULL;

  GST_OBJECT_LOCK (element);
  profile = g_strdup (endpoint->profile);
  target.base_url = g_strdup (endpoint->base_url);
  target.api_key = g_strdup (endpoint->api_key);
  GST_OBJECT_UNLOCK (element);

  target.profile = openai_profile_find (endpoint->kind, profile);
  if (target.profile == NULL) {
    g_autofree gchar *list = openai_profile_list (endpoint->kind, ", ");

    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND,
        "There is no profile \"%s\"; set profile to one of: openai, %s",
        profile, list);
    return FALSE;
  }
  if (!resolve_base_url (&target, error) || !resolve_key (&target, error))
    return FALSE;
  *ret_target = target;
  target = (OpenaiTarget){0};
  return TRUE;
}

gboolean
openai_endpoint_identify (OpenaiEndpoint *endpoint,
    GstVowelProviderElement *element, gchar **ret_base_url, gchar **ret_secret)
{
  g_auto (OpenaiTarget) target = {0};

  if (!openai_endpoint_resolve (
          endpoint, GST_ELEMENT_CAST (element), &target, NULL))
    return FALSE;
  *ret_base_url = g_steal_pointer (&target.base_url);
  *ret_secret = g_steal_pointer (&target.api_key);
  return TRUE;
}

void
openai_target_clear (OpenaiTarget *target)
{
  g_clear_pointer (&target->base_url, g_free);
  g_clear_pointer (&target->api_key, g_free);
}

GstVowelHttpRequest *
openai_target_request (const OpenaiTarget *target, GstVowelWorker *worker,
    const gchar *method, const gchar *path)
{
  g_autofree gchar *uri = openai_profile_make_uri (target->base_url, path);
  GstVowelHttpRequest *http =
      gst_vowel_http_request_new (worker, target->profile->name, method, uri);

  if (target->api_key != NULL) {
    g_autofree gchar *value = g_strconcat ("Bearer ", target->api_key, NULL);

    gst_vowel_http_request_set_header (http, "Authorization", value);
  }
  gst_vowel_http_request_set_deadlines (http, OPENAI_CONNECT_MS, 0, 0);
  return http;
}
