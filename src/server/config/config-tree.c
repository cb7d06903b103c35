/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "config-tree.h"

#include "config-yaml.h"
#include "provider-settings.h"

#include <string.h>

JsonNode *
vowel_config_tree_new (void)
{
  JsonNode *tree = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (tree, json_object_new ());
  return tree;
}

static JsonObject *
get_section (JsonNode *node)
{
  return node != NULL && JSON_NODE_HOLDS_OBJECT (node)
             ? json_node_get_object (node)
             : NULL;
}

static gchar *
join (const gchar *section, const gchar *name)
{
  return section ? g_strconcat (section, ".", name, NULL) : g_strdup (name);
}

JsonNode *
vowel_config_tree_get (JsonNode *tree, const gchar *path)
{
  g_auto (GStrv) names = g_strsplit (path, ".", -1);
  JsonNode *node = tree;

  for (guint i = 0; names[i] != NULL && node != NULL; i++) {
    JsonObject *section = get_section (node);

    node = section ? json_object_get_member (section, names[i]) : NULL;
  }
  return node;
}

void
vowel_config_tree_set (JsonNode *tree, const gchar *path, JsonNode *value)
{
  g_auto (GStrv) names = g_strsplit (path, ".", -1);
  guint last = g_strv_length (names) - 1;
  JsonObject *section = get_section (tree);

  for (guint i = 0; i < last; i++) {
    JsonObject *next = get_section (json_object_get_member (section, names[i]));

    if (next == NULL) {
      if (value == NULL)
        return;
      next = json_object_new ();
      json_object_set_object_member (section, names[i], next);
    }
    section = next;
  }
  if (value)
    json_object_set_member (section, names[last], value);
  else
    json_object_remove_member (section, names[last]);
}

/* Merging. */

static void
merge_into (JsonObject *below, JsonObject *above)
{
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *member;

  json_object_iter_init_ordered (&iter, above);
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    JsonNode *old = json_object_get_member (below, name);

    if (JSON_NODE_HOLDS_NULL (member))
      json_object_remove_member (below, name);
    else if (get_section (old) && get_section (member))
      merge_into (get_section (old), get_section (member));
    else
      json_object_set_member (below, name, json_node_copy (member));
  }
}

/* json_node_copy() shares what is inside. */
static JsonNode *
copy_deep (JsonNode *node)
{
  JsonObject *section = get_section (node);
  JsonNode *copy;
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *member;

  if (section == NULL)
    return json_node_copy (node);
  copy = vowel_config_tree_new ();
  json_object_iter_init_ordered (&iter, section);
  while (json_object_iter_next_ordered (&iter, &name, &member))
    json_object_set_member (
        json_node_get_object (copy), name, copy_deep (member));
  return copy;
}

JsonNode *
vowel_config_tree_merge (JsonNode *below, JsonNode *above)
{
  JsonNode *merged = copy_deep (below);
  g_autoptr (JsonNode) more = copy_deep (above);

  merge_into (json_node_get_object (merged), json_node_get_object (more));
  return merged;
}

/* Applying. */

static const gchar *
describe (JsonNode *node)
{
  if (JSON_NODE_HOLDS_OBJECT (node))
    return "a section";
  if (JSON_NODE_HOLDS_ARRAY (node))
    return "a list";
  return "a value";
}

/* (nullable): not a value or list of values. (transfer full) */
static gchar *
get_text (JsonNode *node)
{
  GType type;

  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);
    g_autoptr (GStrvBuilder) texts = g_strv_builder_new ();
    g_auto (GStrv) list = NULL;

    for (guint i = 0; i < json_array_get_length (array); i++) {
      JsonNode *element = json_array_get_element (array, i);
      g_autofree gchar *text =
          JSON_NODE_HOLDS_VALUE (element) ? get_text (element) : NULL;

      if (text == NULL)
        return NULL;
      g_strv_builder_add (texts, text);
    }
    list = g_strv_builder_end (texts);
    return g_strjoinv (",", list);
  }
  if (!JSON_NODE_HOLDS_VALUE (node))
    return NULL;
  type = json_node_get_value_type (node);
  if (type == G_TYPE_STRING)
    return g_strdup (json_node_get_string (node));
  if (type == G_TYPE_BOOLEAN)
    return g_strdup (json_node_get_boolean (node) ? "true" : "false");
  if (type == G_TYPE_INT64)
    return g_strdup_printf ("%" G_GINT64_FORMAT, json_node_get_int (node));
  return vowel_yaml_write_number (json_node_get_double (node));
}

static gboolean
apply_setting (VowelServerConfig *config, const VowelSetting *setting,
    JsonNode *node, GError **error)
{
  g_autofree gchar *text =
      JSON_NODE_HOLDS_ARRAY (node) && !vowel_setting_takes_list (setting)
          ? NULL
          : get_text (node);

  if (text == NULL
      || (setting->type == VOWEL_SETTING_STRING && JSON_NODE_HOLDS_VALUE (node)
          && json_node_get_value_type (node) == G_TYPE_BOOLEAN)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "%s is %s, but must be %s", setting->path,
        text ? text : describe (node),
        setting->type == VOWEL_SETTING_STRING   ? "text"
        : setting->type == VOWEL_SETTING_CHOICE ? setting->choices
                                                : "a number");
    return FALSE;
  }
  /* As the engine writes what is not set. */
  if (*text == '\0')
    return TRUE;
  return vowel_server_config_set_as (
      config, setting, setting->path, text, error);
}

static gboolean
apply_provider_setting (VowelServerConfig *config, const gchar *path,
    JsonNode *node, GError **error)
{
  g_autofree gchar *text = get_text (node);

  if (text == NULL) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "%s is %s, but must be a value", path, describe (node));
    return FALSE;
  }
  if (*text == '\0')
    return TRUE;
  if (vowel_config_path_is_secret (path)
      && !vowel_provider_key_is_sane (text)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "%s is not a key: it has spaces, line breaks or other characters that "
        "no key has",
        path);
    return FALSE;
  }
  g_hash_table_replace (
      config->provider_settings, g_strdup (path), g_steal_pointer (&text));
  return TRUE;
}

static gboolean
refuse_unknown (const gchar *path, GError **error)
{
  const gchar *guess = vowel_setting_guess_path (path);
  g_autofree gchar *vendor = vowel_provider_guess_vendor_path (path);

  if (vendor != NULL)
    guess = vendor;
  g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_UNKNOWN,
      guess ? "There is no setting %s: do you mean %s?"
            : "There is no setting %s; vowel-gst config list prints all%.0s",
      path, guess);
  return FALSE;
}

/* Whoever switches off what is not there anyway misses nothing. */
static gboolean
is_wish (JsonNode *node)
{
  g_autofree gchar *text = get_text (node);

  return g_strcmp0 (text, "") != 0 && g_strcmp0 (text, "false") != 0;
}

static gboolean apply_section (VowelServerConfig *config, const gchar *path,
    JsonObject *section, GError **error);

static gboolean
apply_member (VowelServerConfig *config, const gchar *path, JsonNode *node,
    GError **error)
{
  const VowelSetting *setting = vowel_setting_find_path (path);

  if (JSON_NODE_HOLDS_NULL (node) || g_str_equal (path, "presets"))
    return TRUE;
  if (setting)
    return apply_setting (config, setting, node, error);
  if (vowel_setting_is_idle_path (path)) {
    if (is_wish (node))
      g_ptr_array_add (config->idle, g_strdup (path));
    return TRUE;
  }
  if (vowel_provider_is_setting_path (path))
    return apply_provider_setting (config, path, node, error);
  if (!vowel_setting_is_section (path) && !vowel_provider_is_section (path))
    return refuse_unknown (path, error);
  if (!get_section (node)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "%s is %s, but must be a section of settings", path, describe (node));
    return FALSE;
  }
  return apply_section (config, path, get_section (node), error);
}

static gboolean
apply_section (VowelServerConfig *config, const gchar *path,
    JsonObject *section, GError **error)
{
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *member;

  json_object_iter_init_ordered (&iter, section);
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    g_autofree gchar *below = join (path, name);

    if (!apply_member (config, below, member, error))
      return FALSE;
  }
  return TRUE;
}

gboolean
vowel_config_tree_apply (
    JsonNode *tree, VowelServerConfig *config, GError **error)
{
  if (!get_section (tree)) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "The configuration is %s, but must be sections of settings",
        describe (tree));
    return FALSE;
  }
  return apply_section (config, NULL, get_section (tree), error);
}

/* Showing. */

gboolean
vowel_config_path_is_secret (const gchar *path)
{
  const VowelSetting *setting = vowel_setting_find_path (path);

  return (setting && (setting->flags & VOWEL_SETTING_SECRET))
         || g_str_has_suffix (path, ".apiKey")
         || g_str_has_suffix (path, "ApiKey");
}

static JsonNode *
mask (JsonNode *node)
{
  g_autofree gchar *text = get_text (node);
  g_autofree gchar *masked = vowel_secret_mask (text ? text : "");

  return json_node_init_string (json_node_alloc (), masked);
}

JsonNode *
vowel_config_tree_from_config (const VowelServerConfig *config, gboolean masked)
{
  g_autoptr (JsonNode) tree = vowel_config_tree_new ();
  GHashTableIter iter;
  gpointer path, value;
  guint n;
  const VowelSetting *settings = vowel_settings_list (&n);

  for (guint i = 0; i < n; i++) {
    gboolean made_up = config->jwt_secret_made_up
                       && g_str_equal (settings[i].name, "jwt-secret");
    JsonNode *node =
        made_up ? NULL : vowel_setting_to_json (&settings[i], config);

    if (node)
      vowel_config_tree_set (tree, settings[i].path, node);
  }
  g_hash_table_iter_init (&iter, config->provider_settings);
  while (g_hash_table_iter_next (&iter, &path, &value))
    vowel_config_tree_set (
        tree, path, json_node_init_string (json_node_alloc (), value));
  return masked ? vowel_config_tree_mask (tree) : g_steal_pointer (&tree);
}

static JsonNode *mask_below (JsonNode *node, const gchar *path);

static JsonNode *
mask_list (JsonArray *array, const gchar *path)
{
  g_autoptr (JsonArray) copy = json_array_new ();

  for (guint i = 0; i < json_array_get_length (array); i++)
    json_array_add_element (
        copy, mask_below (json_array_get_element (array, i), path));
  return json_node_init_array (json_node_alloc (), copy);
}

static JsonNode *
mask_below (JsonNode *node, const gchar *path)
{
  JsonObject *section = get_section (node);
  JsonNode *copy;
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *member;

  if (path && JSON_NODE_HOLDS_VALUE (node)
      && vowel_config_path_is_secret (path))
    return mask (node);
  if (JSON_NODE_HOLDS_ARRAY (node))
    return mask_list (json_node_get_array (node), path);
  if (section == NULL)
    return json_node_copy (node);
  copy = vowel_config_tree_new ();
  json_object_iter_init_ordered (&iter, section);
  while (json_object_iter_next_ordered (&iter, &name, &member)) {
    g_autofree gchar *below = join (path, name);

    json_object_set_member (
        json_node_get_object (copy), name, mask_below (member, below));
  }
  return copy;
}

JsonNode *
vowel_config_tree_mask (JsonNode *tree)
{
  return mask_below (tree, NULL);
}

/* (nullable): the secret of which @node is the mask. (transfer full) */
static JsonNode *
find_masked (JsonNode *node, JsonNode *known)
{
  g_autofree gchar *text = get_text (known);
  g_autofree gchar *masked = vowel_secret_mask (text ? text : "");

  return json_node_get_value_type (node) == G_TYPE_STRING
                 && g_strcmp0 (json_node_get_string (node), masked) == 0
             ? json_node_copy (known)
             : NULL;
}

static void unmask_below (
    JsonNode *node, JsonNode *known, const gchar *path, gboolean in_list);

static void
unmask_list (JsonArray *array, JsonArray *known, const gchar *path)
{
  guint n = MIN (json_array_get_length (array), json_array_get_length (known));

  for (guint i = 0; i < n; i++)
    unmask_below (json_array_get_element (array, i),
        json_array_get_element (known, i), path, TRUE);
}

static void
unmask_member (JsonObject *section, const gchar *name, JsonNode *old,
    const gchar *path, gboolean in_list)
{
  JsonNode *member = json_object_get_member (section, name);
  JsonNode *secret;

  if (!JSON_NODE_HOLDS_VALUE (member) || !JSON_NODE_HOLDS_VALUE (old)) {
    unmask_below (member, old, path, in_list);
    return;
  }
  secret =
      vowel_config_path_is_secret (path) ? find_masked (member, old) : NULL;
  if (secret == NULL)
    return;
  if (in_list) {
    json_object_set_member (section, name, secret);
  } else {
    json_node_unref (secret);
    json_object_remove_member (section, name);
  }
}

static void
unmask_below (
    JsonNode *node, JsonNode *known, const gchar *path, gboolean in_list)
{
  JsonObject *section = get_section (node);
  JsonObject *known_section = get_section (known);
  g_autoptr (GList) names = NULL;

  if (JSON_NODE_HOLDS_ARRAY (node) && JSON_NODE_HOLDS_ARRAY (known))
    unmask_list (json_node_get_array (node), json_node_get_array (known), path);
  if (section == NULL || known_section == NULL)
    return;
  names = json_object_get_members (section);
  for (GList *l = names; l != NULL; l = l->next) {
    JsonNode *old = json_object_get_member (known_section, l->data);
    g_autofree gchar *below = join (path, l->data);

    if (old != NULL)
      unmask_member (section, l->data, old, below, in_list);
  }
}

void
vowel_config_tree_unmask (JsonNode *tree, JsonNode *known)
{
  unmask_below (tree, known, NULL, FALSE);
}
