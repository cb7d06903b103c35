/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "provider-config.h"

G_BEGIN_DECLS

/* What the configuration file says about providers, by paths:
 *
 * - `llm.baseUrl`, `providers.stt.config.language`: a property of the element
 *   of the stage's provider, here base-url and language, or the engine's name
 *   for it;
 * - `vendors.groq.baseUrl`: what the variable GROQ_BASE_URL says, whichever
 *   stage uses it. */

/* Whether a value may stand at @path, or a section of some. */
gboolean vowel_provider_is_setting_path (const gchar *path);
gboolean vowel_provider_is_section (const gchar *path);
/* The known path below `vendors` that looks most like @path. (transfer full)
 * (nullable) */
gchar *vowel_provider_guess_vendor_path (const gchar *path);
/* Whether a header can carry it. */
gboolean vowel_provider_key_is_sane (const gchar *key);

/* The place in the file that means the same as @variable of a vendor, as
 * "vendors.groq.baseUrl" for GROQ_BASE_URL. (transfer full) */
gchar *vowel_provider_dup_vendor_path (const gchar *variable);
/* Where the key of the vendor @secret stands in the file. (transfer full) */
gchar *vowel_provider_dup_key_path (const gchar *secret);

/* What @config says of the property @property of the stage's provider. */
const gchar *vowel_provider_find_setting (const VowelServerConfig *config,
    GstVowelProviderKind kind, const gchar *property);
/* Says it, or something else. */
void vowel_provider_set_setting (VowelServerConfig *config,
    GstVowelProviderKind kind, const gchar *property, const gchar *value);
/* @config says nothing any more about the stage's provider. */
void vowel_provider_clear_settings (
    VowelServerConfig *config, GstVowelProviderKind kind);
/* The properties that it speaks of. (transfer full) */
GStrv vowel_provider_list_properties (
    const VowelServerConfig *config, GstVowelProviderKind kind);
/* Whether the provider of the stage has the properties that @config sets, and
 * takes the values. What every configuration of the engine sets, and this
 * provider does not have, is taken out. */
gboolean vowel_provider_check_settings (
    VowelServerConfig *config, GstVowelProviderKind kind, GError **error);

G_END_DECLS
