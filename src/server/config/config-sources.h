/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server-config.h"

G_BEGIN_DECLS

/**
 * VowelConfigSources:
 * @environ_: variables
 * @file: (nullable): the configuration file, which need not exist
 * @file_named: an option names it
 * @options: (element-type utf8): names and values in turn, as on the command
 *   line
 *
 * Where a process has its configuration from. It stays as it is for the life of
 * the process; the file may say something else when it is read again.
 */
typedef struct {
  GStrv environ_;
  gchar *file;
  gboolean file_named;
  GPtrArray *options;
} VowelConfigSources;

/* The environment, and the configuration file that it names. @environ_:
 * (nullable): NULL for the process' own. */
VowelConfigSources *vowel_config_sources_new (gchar **environ_);
void vowel_config_sources_free (VowelConfigSources *sources);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelConfigSources, vowel_config_sources_free)

/* Every setting as an option, and --config. The group writes into @sources,
 * which must outlive it. (transfer full) */
GOptionGroup *vowel_config_sources_get_option_group (
    VowelConfigSources *sources);
/* The sources of a command whose options are those of `serve` and, if there are
 * any, @more. @arguments: (nullable): what `--help` says of what else it takes;
 * then those are left in @argv. */
VowelConfigSources *vowel_config_sources_read_command (gint *argc, gchar **argv,
    const gchar *arguments, const gchar *summary, const GOptionEntry *more,
    GError **error);

/* What the file says. (transfer full) */
JsonNode *vowel_config_sources_read_file (
    const VowelConfigSources *sources, GError **error);
/* All of them together: defaults, then environment, file, options. A preset
 * comes right below the source that names it. @file: (nullable): instead of the
 * file; then only what the file could say is looked at. The result is
 * complete. */
VowelServerConfig *vowel_config_sources_load (
    const VowelConfigSources *sources, JsonNode *file, GError **error);

G_END_DECLS
