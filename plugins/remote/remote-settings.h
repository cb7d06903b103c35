/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

/* Properties that the elements of a service begin with. */
enum {
  REMOTE_PROP_BASE_URL = 1,
  REMOTE_PROP_API_KEY,
  REMOTE_N_PROPS,
};

/**
 * RemoteService:
 * @name: in errors and logs, and the name of its key for the secrets module
 * @base_url: where it is, unless set
 * @header: the header that carries the key
 * @scheme: what stands before the key in it, with its space; "" for nothing
 *
 * One vendor. Constant.
 */
typedef struct {
  const gchar *name;
  const gchar *base_url;
  const gchar *header;
  const gchar *scheme;
} RemoteService;

/*
 * RemoteSettings: where an element's service is, and its key. The strings are
 * protected by the element's object lock.
 */
typedef struct {
  const RemoteService *service; /* constant */
  gchar *base_url;
  gchar *api_key;
} RemoteSettings;

/**
 * RemoteTarget:
 * @service: whom to ask
 * @base_url: where, without a slash at its end
 * @api_key: the key
 * @authorization: the value of the service's header
 *
 * The same, resolved for one request or connection.
 */
typedef struct {
  const RemoteService *service;
  gchar *base_url;
  gchar *api_key;
  gchar *authorization;
} RemoteTarget;

void remote_settings_init (
    RemoteSettings *settings, const RemoteService *service);
void remote_settings_clear (RemoteSettings *settings);
void remote_settings_install_properties (
    GObjectClass *object_class, const RemoteService *service);
/* Of an element that has these properties and others that are fields of it (see
 * gst_vowel_field_install()).  They take @object's lock. */
void remote_settings_set_property (RemoteSettings *settings, GObject *object,
    guint id, const GValue *value, GParamSpec *pspec);
void remote_settings_get_property (RemoteSettings *settings, GObject *object,
    guint id, GValue *value, GParamSpec *pspec);

/* Takes @element's object lock. */
gboolean remote_settings_resolve (RemoteSettings *settings, GstElement *element,
    RemoteTarget *ret_target, GError **error);
/* For GstVowelProviderElementClass.identify_service. */
gboolean remote_settings_identify (RemoteSettings *settings,
    GstVowelProviderElement *element, gchar **ret_base_url, gchar **ret_secret);
void remote_target_clear (RemoteTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (RemoteTarget, remote_target_clear)
/* A request with the key, without deadlines. @path: behind the base URL, with
 * its slash. (transfer full) */
GstVowelHttpRequest *remote_target_request (const RemoteTarget *target,
    GstVowelWorker *worker, const gchar *method, const gchar *path);

/* For services that resolve by rules of their own.  Both change the string in
 * place. */
gboolean remote_check_base_url (gchar *base_url, GError **error);
/* FALSE: no header can carry it. */
gboolean remote_check_key (gchar *api_key, GError **error);

G_END_DECLS
