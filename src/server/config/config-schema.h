/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "config-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

typedef enum {
  VOWEL_SETTING_STRING,
  VOWEL_SETTING_CHOICE,
  VOWEL_SETTING_UINT,
  VOWEL_SETTING_DOUBLE,
} VowelSettingType;

/**
 * VowelSettingFlags:
 * @VOWEL_SETTING_SECRET: never shown
 * @VOWEL_SETTING_AT_START: a new value waits for a restart
 * @VOWEL_SETTING_LIST: several values, with commas or as a list
 * @VOWEL_SETTING_LOCAL: whoever may set it may read or write files here, so
 * that HTTP does not do it
 */
typedef enum {
  VOWEL_SETTING_SECRET = 1 << 0,
  VOWEL_SETTING_AT_START = 1 << 1,
  VOWEL_SETTING_LIST = 1 << 2,
  VOWEL_SETTING_LOCAL = 1 << 3,
} VowelSettingFlags;

/**
 * VowelSetting:
 * @name: on the command line
 * @variable: in the environment
 * @type: what values it has
 * @offset: of its field in #VowelServerConfig: gchar *, guint or gdouble
 * @initial: (nullable): the default
 * @min: of numbers
 * @max: of numbers
 * @choices: (nullable): "|"-separated
 * @argument: what `--help` calls its value
 * @summary: what it is for
 * @path: in the configuration file, names joined by dots
 * @flags: #VowelSettingFlags
 *
 * One setting of the daemon: a row of the table from which the environment, the
 * options, the configuration file, `--help` and the documentation follow.
 */
typedef struct {
  const gchar *name;
  const gchar *variable;
  VowelSettingType type;
  gsize offset;
  const gchar *initial;
  gdouble min, max;
  const gchar *choices;
  const gchar *argument;
  const gchar *summary;
  const gchar *path;
  VowelSettingFlags flags;
} VowelSetting;

/* The table. */
const VowelSetting *vowel_settings_list (guint *ret_n);
/* (nullable) */
const VowelSetting *vowel_setting_find (const gchar *name);
/* (nullable): by its place in the configuration file. */
const VowelSetting *vowel_setting_find_path (const gchar *path);
/* Whether there are settings below @path. */
gboolean vowel_setting_is_section (const gchar *path);
/* The known path that looks most like @path, when one does. */
const gchar *vowel_setting_guess_path (const gchar *path);

gboolean vowel_setting_takes_list (const VowelSetting *setting);
/* How many letters differ. */
guint vowel_setting_get_distance (const gchar *a, const gchar *b);

/* @config: a #VowelServerConfig. @as: the name under which the user knows the
 * setting. */
gboolean vowel_setting_parse (const VowelSetting *setting, gpointer config,
    const gchar *as, const gchar *value, GError **error);
/* The value of @config, (nullable): not set. (transfer full) */
JsonNode *vowel_setting_to_json (
    const VowelSetting *setting, gconstpointer config);

/* A setting of the Vowel engine that has no counterpart here: it is accepted so
 * that existing configurations work, and does nothing. */
gboolean vowel_setting_is_idle_path (const gchar *path);
typedef struct {
  const gchar *variable; /* (nullable) */
  const gchar *path;     /* (nullable) */
} VowelIdleSetting;
const VowelIdleSetting *vowel_settings_list_idle (guint *ret_n);

/* What is shown of a secret: three stars and its last characters, fewer the
 * shorter it is. (transfer full) */
gchar *vowel_secret_mask (const gchar *secret);

G_END_DECLS
