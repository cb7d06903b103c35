/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "deepgram-settings.h"

#include <string.h>

#define DEFAULT_BASE_URL "https://api.deepgram.com"

void
deepgram_settings_init (DeepgramSettings *settings)
{
  settings->base_url = g_strdup (DEFAULT_BASE_URL);
}

void
deepgram_settings_clear (DeepgramSettings *settings)
{
  g_clear_pointer (&settings->base_url, g_free);
  g_clear_pointer (&settings->api_key, g_free);
}

void
deepgram_settings_install_properties (GObjectClass *object_class)
{
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  g_object_class_install_property (object_class, DEEPGRAM_PROP_BASE_URL,
      g_param_spec_string ("base-url", "Base URL",
          "Where the service is, without the version", DEFAULT_BASE_URL,
          flags | G_PARAM_READWRITE));
  /* Not readable: pipeline graphs and gst-inspect show what is. */
  g_object_class_install_property (object_class, DEEPGRAM_PROP_API_KEY,
      g_param_spec_string ("api-key", "API key",
          "The key; unset = from the environment (DEEPGRAM_API_KEY) or a "
          "systemd credential (deepgram-api-key)",
          NULL, flags | G_PARAM_WRITABLE));
}

gboolean
deepgram_settings_set_property (
    DeepgramSettings *settings, guint id, const GValue *value)
{
  const gchar *text;

  switch (id) {
    case DEEPGRAM_PROP_BASE_URL:
      text = g_value_get_string (value);
      g_free (settings->base_url);
      settings->base_url =
          g_strdup (text != NULL && *text != '\0' ? text : DEFAULT_BASE_URL);
      return TRUE;
    case DEEPGRAM_PROP_API_KEY:
      g_free (settings->api_key);
      settings->api_key = g_value_dup_string (value);
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
deepgram_settings_get_property (
    DeepgramSettings *settings, guint id, GValue *value)
{
  if (id != DEEPGRAM_PROP_BASE_URL)
    return FALSE;
  g_value_set_string (value, settings->base_url);
  return TRUE;
}

static gboolean
check_key (const gchar *key, GError **error)
{
  for (const gchar *p = key; *p != '\0'; p++) {
    if (!g_ascii_isgraph (*p)) {
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH,
          "api-key has characters that no key has");
      return FALSE;
    }
  }
  return TRUE;
}

gboolean
deepgram_settings_resolve (DeepgramSettings *settings, GstElement *element,
    DeepgramTarget *ret_target, GError **error)
{
  g_auto (DeepgramTarget) target = {0};
  g_autoptr (GError) lookup_error = NULL;

  GST_OBJECT_LOCK (element);
  target.base_url = g_strdup (settings->base_url);
  target.api_key = g_strdup (settings->api_key);
  GST_OBJECT_UNLOCK (element);

  if (!g_str_has_prefix (target.base_url, "http://")
      && !g_str_has_prefix (target.base_url, "https://")) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "base-url must begin with http:// or https://");
    return FALSE;
  }
  if (g_str_has_suffix (target.base_url, "/"))
    target.base_url[strlen (target.base_url) - 1] = '\0';
  if (target.api_key == NULL)
    target.api_key = gst_vowel_secret_lookup ("deepgram", &lookup_error);
  if (lookup_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&lookup_error));
    return FALSE;
  }
  if (target.api_key == NULL) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH,
        "deepgram needs a key: set DEEPGRAM_API_KEY in the environment");
    return FALSE;
  }
  if (!check_key (target.api_key, error))
    return FALSE;
  target.authorization = g_strconcat ("Token ", target.api_key, NULL);
  *ret_target = target;
  target = (DeepgramTarget){0};
  return TRUE;
}

void
deepgram_target_clear (DeepgramTarget *target)
{
  g_clear_pointer (&target->base_url, g_free);
  g_clear_pointer (&target->api_key, g_free);
  g_clear_pointer (&target->authorization, g_free);
}
