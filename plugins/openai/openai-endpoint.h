/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "openai-profile.h"

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

#define OPENAI_CONNECT_MS 3000

/* Properties that all elements of this plugin begin with. */
enum {
  OPENAI_PROP_PROFILE = 1,
  OPENAI_PROP_BASE_URL,
  OPENAI_PROP_API_KEY,
  OPENAI_N_PROPS,
};

/*
 * OpenaiEndpoint: which server an element asks, and with what key. The fields
 * are protected by the element's object lock.
 */
typedef struct {
  OpenaiKind kind; /* constant */
  gchar *profile;
  gchar *base_url;
  gchar *api_key;
} OpenaiEndpoint;

/**
 * OpenaiTarget:
 * @profile: the kind of server
 * @base_url: where it is
 * @api_key: (nullable): the key
 *
 * The same, resolved for one request.
 */
typedef struct {
  const OpenaiProfile *profile;
  gchar *base_url;
  gchar *api_key;
} OpenaiTarget;

void openai_endpoint_init (OpenaiEndpoint *endpoint, OpenaiKind kind);
void openai_endpoint_clear (OpenaiEndpoint *endpoint);
void openai_endpoint_install_properties (
    GObjectClass *object_class, OpenaiKind kind);
/* Of an element that has these properties and others that are fields of it (see
 * gst_vowel_field_install()).  A server that may have to load its model first
 * is given more time, unless the element's timeout was set already.  They take
 * @object's lock. */
void openai_endpoint_set_property (OpenaiEndpoint *endpoint, GObject *object,
    guint id, const GValue *value, GParamSpec *pspec);
void openai_endpoint_get_property (OpenaiEndpoint *endpoint, GObject *object,
    guint id, GValue *value, GParamSpec *pspec);

/* Takes @element's object lock. */
gboolean openai_endpoint_resolve (OpenaiEndpoint *endpoint, GstElement *element,
    OpenaiTarget *ret_target, GError **error);
/* For GstVowelProviderElementClass.identify_service. */
gboolean openai_endpoint_identify (OpenaiEndpoint *endpoint,
    GstVowelProviderElement *element, gchar **ret_base_url, gchar **ret_secret);
void openai_target_clear (OpenaiTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (OpenaiTarget, openai_target_clear)
/* A request with the key, without deadlines: the base classes have theirs.
 * (transfer full) */
GstVowelHttpRequest *openai_target_request (const OpenaiTarget *target,
    GstVowelWorker *worker, const gchar *method, const gchar *path);

G_END_DECLS
