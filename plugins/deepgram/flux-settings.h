/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * FluxSettings:
 * @model: "flux-general-en" or "flux-general-multi"
 * @hint: (nullable): what may be spoken, as in "en-US" or "de,fr"; for the
 * model of many languages
 * @keyterms: (nullable): words that are likely to come, with commas in between
 * @eot_threshold: how sure the end of a turn is, 0.5 to 1
 * @eager_eot_threshold: how sure one is that may be, 0.3 to 0.9; 0: none is
 * told
 * @eot_timeout_ms: silence that ends a turn in any case, 500 to 60000
 *
 * What Flux is told. The strings are borrowed.
 */
typedef struct {
  const gchar *model;
  const gchar *hint;
  const gchar *keyterms;
  gdouble eot_threshold;
  gdouble eager_eot_threshold;
  guint eot_timeout_ms;
} FluxSettings;

gboolean flux_is_model (const gchar *model);
/* (transfer full): behind the base URL, with its query */
gchar *flux_settings_make_path (const FluxSettings *settings);
/* (transfer full): the same, for a connection that is there */
gchar *flux_settings_make_configure (const FluxSettings *settings);

G_END_DECLS
