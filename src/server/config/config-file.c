/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "config-file.h"

#include "config-yaml.h"
#include "server-config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define VARIABLE "RUNTIME_CONFIG_PATH"
#define FILE_NAME "runtime.yaml"
#define SYSTEM_FILE "/etc/vowel-gst/" FILE_NAME
#define HEADER                                                                 \
  "# Written by vowel-gst, which keeps no comments when it changes a "         \
  "setting.\n"

gchar *
vowel_config_file_dup_default (void)
{
  return g_build_filename (
      g_get_user_config_dir (), "vowel-gst", FILE_NAME, NULL);
}

gchar *
vowel_config_file_find (gchar **environ_)
{
  g_auto (GStrv) own = environ_ ? NULL : g_get_environ ();
  g_autofree gchar *users = vowel_config_file_dup_default ();
  gchar *named =
      vowel_server_config_dup_variable (VARIABLE, environ_ ? environ_ : own);

  if (named)
    return named;
  if (g_file_test (users, G_FILE_TEST_EXISTS))
    return g_steal_pointer (&users);
  return g_file_test (SYSTEM_FILE, G_FILE_TEST_EXISTS) ? g_strdup (SYSTEM_FILE)
                                                       : NULL;
}

JsonNode *
vowel_config_file_read (const gchar *path, gchar **ret_text, GError **error)
{
  g_autoptr (GError) read_error = NULL;
  g_autofree gchar *text = NULL;
  gsize length = 0;
  JsonNode *tree;

  if (!g_file_get_contents (path, &text, &length, &read_error)
      && !g_error_matches (read_error, G_FILE_ERROR, G_FILE_ERROR_NOENT)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_FILE,
        "The configuration cannot be read: %s", read_error->message);
    return NULL;
  }
  tree = vowel_yaml_parse (text ? text : "", (gssize) length, error);
  if (tree == NULL)
    g_prefix_error (error, "%s: ", path);
  else if (ret_text)
    *ret_text = g_steal_pointer (&text);
  return tree;
}

gboolean
vowel_config_file_write (
    const gchar *path, JsonNode *tree, gchar **ret_text, GError **error)
{
  g_autofree gchar *body = vowel_yaml_write (tree);
  g_autofree gchar *text = g_strconcat (HEADER, body, NULL);
  g_autofree gchar *folder = g_path_get_dirname (path);
  /* A link stays one. */
  g_autofree gchar *target = realpath (path, NULL);
  g_autoptr (GError) write_error = NULL;

  if (strlen (text) > VOWEL_YAML_MAX_SIZE) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "A configuration has at most %d bytes", VOWEL_YAML_MAX_SIZE);
    return FALSE;
  }
  if (g_mkdir_with_parents (folder, 0700) != 0) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_FILE,
        "The folder %s cannot be made: %s", folder, g_strerror (errno));
    return FALSE;
  }
  if (!g_file_set_contents_full (target ? target : path, text, -1,
          G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
          &write_error)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_FILE,
        "The configuration cannot be written: %s", write_error->message);
    return FALSE;
  }
  if (ret_text)
    *ret_text = g_steal_pointer (&text);
  return TRUE;
}
