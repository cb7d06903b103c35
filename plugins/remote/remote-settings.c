/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "remote-settings.h"

#include <string.h>

void
remote_settings_init (RemoteSettings *settings, const RemoteService *service)
{
  settings->service = service;
}

void
remote_settings_clear (RemoteSettings *settings)
{
  g_clear_pointer (&settings->base_url, g_free);
  g_clear_pointer (&settings->api_key, g_free);
}

void
remote_settings_install_properties (
    GObjectClass *object_class, const RemoteService *service)
{
  const GParamFlags flags = G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;
  g_autofree gchar *variable = gst_vowel_secret_dup_variable (service->name);
  g_autofree gchar *about_key =
      g_strdup_printf ("The key; unset = from the environment (%s) or a "
                       "systemd credential (%s-api-key), or the keyring",
          variable, service->name);

  g_object_class_install_property (object_class, REMOTE_PROP_BASE_URL,
      g_param_spec_string ("base-url", "Base URL",
          "Where the service is, without the version", service->base_url,
          flags | G_PARAM_READWRITE));
  /* Not readable: pipeline graphs and gst-inspect show what is. The text is
   * interned, because a class lives as long as the process. */
  g_object_class_install_property (object_class, REMOTE_PROP_API_KEY,
      g_param_spec_string ("api-key", "API key", g_intern_string (about_key),
          NULL, flags | G_PARAM_WRITABLE));
}

/* (nullable): NULL for a property that is not one of these */
static gchar **
find_field (RemoteSettings *settings, guint id)
{
  switch (id) {
    case REMOTE_PROP_BASE_URL:
      return &settings->base_url;
    case REMOTE_PROP_API_KEY:
      return &settings->api_key;
    default:
      return NULL;
  }
}

void
remote_settings_set_property (RemoteSettings *settings, GObject *object,
    guint id, const GValue *value, GParamSpec *pspec)
{
  gchar **field = find_field (settings, id);

  if (field == NULL) {
    gst_vowel_field_set_property (object, id, value, pspec);
    return;
  }
  GST_OBJECT_LOCK (object);
  g_free (*field);
  *field = g_value_dup_string (value);
  GST_OBJECT_UNLOCK (object);
}

static const gchar *
get_base_url (RemoteSettings *settings)
{
  return settings->base_url != NULL && *settings->base_url != '\0'
             ? settings->base_url
             : settings->service->base_url;
}

void
remote_settings_get_property (RemoteSettings *settings, GObject *object,
    guint id, GValue *value, GParamSpec *pspec)
{
  if (id != REMOTE_PROP_BASE_URL) {
    gst_vowel_field_get_property (object, id, value, pspec);
    return;
  }
  GST_OBJECT_LOCK (object);
  g_value_set_string (value, get_base_url (settings));
  GST_OBJECT_UNLOCK (object);
}

gboolean
remote_check_base_url (gchar *base_url, GError **error)
{
  if (!g_str_has_prefix (base_url, "http://")
      && !g_str_has_prefix (base_url, "https://")) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "base-url must begin with http:// or https://");
    return FALSE;
  }
  if (g_str_has_suffix (base_url, "/"))
    base_url[strlen (base_url) - 1] = '\0';
  return TRUE;
}

gboolean
remote_check_key (gchar *api_key, GError **error)
{
  g_strstrip (api_key);
  for (const gchar *p = api_key; *p != '\0'; p++) {
    if (!g_ascii_isgraph (*p)) {
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH,
          "api-key has characters that no key has");
      return FALSE;
    }
  }
  return TRUE;
}

static gboolean
find_key (RemoteTarget *target, GError **error)
{
  g_autoptr (GError) lookup_error = NULL;
  g_autofree gchar *variable = NULL;

  if (target->api_key != NULL && !remote_check_key (target->api_key, error))
    return FALSE;
  if (target->api_key != NULL && *target->api_key != '\0')
    return TRUE;
  g_clear_pointer (&target->api_key, g_free);
  target->api_key =
      gst_vowel_secret_lookup (target->service->name, &lookup_error);
  if (target->api_key != NULL)
    return TRUE;
  if (lookup_error != NULL) {
    g_propagate_error (error, g_steal_pointer (&lookup_error));
    return FALSE;
  }
  variable = gst_vowel_secret_dup_variable (target->service->name);
  g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH,
      "%s needs a key: set %s in the environment", target->service->name,
      variable);
  return FALSE;
}

gboolean
remote_settings_resolve (RemoteSettings *settings, GstElement *element,
    RemoteTarget *ret_target, GError **error)
{
  g_auto (RemoteTarget) target = {.service = settings->service};

  GST_OBJECT_LOCK (element);
  target.base_url = g_strdup (get_base_url (settings));
  target.api_key = g_strdup (settings->api_key);
  GST_OBJECT_UNLOCK (element);

  if (!remote_check_base_url (target.base_url, error)
      || !find_key (&target, error))
    return FALSE;
  target.authorization =
      g_strconcat (target.service->scheme, target.api_key, NULL);
  *ret_target = target;
  target = (RemoteTarget){0};
  return TRUE;
}

gboolean
remote_settings_identify (RemoteSettings *settings,
    GstVowelProviderElement *element, gchar **ret_base_url, gchar **ret_secret)
{
  g_auto (RemoteTarget) target = {0};

  if (!remote_settings_resolve (
          settings, GST_ELEMENT_CAST (element), &target, NULL))
    return FALSE;
  *ret_base_url = g_steal_pointer (&target.base_url);
  *ret_secret = g_steal_pointer (&target.api_key);
  return TRUE;
}

void
remote_target_clear (RemoteTarget *target)
{
  g_clear_pointer (&target->base_url, g_free);
  g_clear_pointer (&target->api_key, g_free);
  g_clear_pointer (&target->authorization, g_free);
}

GstVowelHttpRequest *
remote_target_request (const RemoteTarget *target, GstVowelWorker *worker,
    const gchar *method, const gchar *path)
{
  g_autofree gchar *uri = g_strconcat (target->base_url, path, NULL);
  GstVowelHttpRequest *http =
      gst_vowel_http_request_new (worker, target->service->name, method, uri);

  gst_vowel_http_request_set_header (
      http, target->service->header, target->authorization);
  return http;
}
