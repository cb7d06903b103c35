/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

/* Properties that both elements begin with. */
enum {
  DEEPGRAM_PROP_BASE_URL = 1,
  DEEPGRAM_PROP_API_KEY,
  DEEPGRAM_N_PROPS,
};

/* Protected by the element's object lock. */
typedef struct {
  gchar *base_url;
  gchar *api_key;
} DeepgramSettings;

/**
 * DeepgramTarget:
 * @base_url: without a slash at its end
 * @api_key: the key
 * @authorization: the header of that name
 *
 * The same, resolved for one connection.
 */
typedef struct {
  gchar *base_url;
  gchar *api_key;
  gchar *authorization;
} DeepgramTarget;

void deepgram_settings_init (DeepgramSettings *settings);
void deepgram_settings_clear (DeepgramSettings *settings);
void deepgram_settings_install_properties (GObjectClass *object_class);
/* FALSE: not one of these.  Under the object lock. */
gboolean deepgram_settings_set_property (
    DeepgramSettings *settings, guint id, const GValue *value);
gboolean deepgram_settings_get_property (
    DeepgramSettings *settings, guint id, GValue *value);

/* Takes @element's object lock. */
gboolean deepgram_settings_resolve (DeepgramSettings *settings,
    GstElement *element, DeepgramTarget *ret_target, GError **error);
void deepgram_target_clear (DeepgramTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DeepgramTarget, deepgram_target_clear)

G_END_DECLS
