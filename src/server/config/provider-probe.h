/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "provider-config.h"

G_BEGIN_DECLS

/**
 * VowelProviderState:
 *
 * What is known of a provider without a conversation.
 */
typedef enum {
  VOWEL_PROVIDER_LOCAL,       /* needs nothing */
  VOWEL_PROVIDER_NOT_SET_UP,  /* its key or its address is missing */
  VOWEL_PROVIDER_NOT_ASKED,   /* set up */
  VOWEL_PROVIDER_REACHABLE,   /* it answers, and takes the key */
  VOWEL_PROVIDER_UNREACHABLE, /* it does not */
} VowelProviderState;

/**
 * VowelProviderProbe:
 * @state: what is known
 * @base_url: (nullable): where the service is
 * @error: (nullable): what is missing or wrong, and how to mend it
 * @ms: how long the service took to answer
 * @models: (nullable): the models that the service names
 */
typedef struct {
  VowelProviderState state;
  gchar *base_url;
  GError *error;
  guint ms;
  GStrv models;
} VowelProviderProbe;

/* Waits for the answer, unless @ask is FALSE. */
void vowel_provider_probe (const VowelServerConfig *config,
    GstVowelProviderKind kind, const gchar *name, gboolean ask,
    VowelProviderProbe *ret_probe);
void vowel_provider_probe_clear (VowelProviderProbe *probe);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (
    VowelProviderProbe, vowel_provider_probe_clear)

G_END_DECLS
