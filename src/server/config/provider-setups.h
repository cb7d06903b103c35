/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelprovider.h>

G_BEGIN_DECLS

/**
 * VowelProviderSetup:
 * @kind: the stage
 * @name: what STT_PROVIDER and its like say
 * @secret: (nullable): name of the key for the secrets module
 * @needs_key: nothing works without one
 * @by_key: "auto" takes it when its key is there, the first of these that has
 *   one
 * @probe: (nullable): a path that shows whether it answers and takes the key
 *
 * A provider that the daemon knows more about than its name.
 */
typedef struct {
  GstVowelProviderKind kind;
  const gchar *name;
  const gchar *secret;
  gboolean needs_key;
  gboolean by_key;
  const gchar *probe;
} VowelProviderSetup;

/**
 * VowelProviderVariable:
 * @kind: the stage
 * @name: the provider
 * @variable: of the environment
 * @property: of the element, which it sets
 *
 * What may be said about a provider in the environment.
 */
typedef struct {
  GstVowelProviderKind kind;
  const gchar *name;
  const gchar *variable;
  const gchar *property;
} VowelProviderVariable;

/* (nullable): NULL for a provider that needs nothing. */
const VowelProviderSetup *vowel_provider_setup_find (
    GstVowelProviderKind kind, const gchar *name);
const VowelProviderSetup *vowel_provider_setups_list (guint *ret_n);
const VowelProviderVariable *vowel_provider_variables_list (guint *ret_n);

G_END_DECLS
