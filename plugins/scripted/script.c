/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-rule.h"

#include <string.h>

#define MAX_RULES 1000

/* What a template may name without the script declaring it. */
static const gchar *const built_in[] = {"time", "date", "weekday", "year",
    "tools", "last_reply", "last_request", NULL};
static const gchar *const built_in_result[] = {"result", "error", NULL};

static const gchar *const script_fields[] = {"name", "description", "lists",
    "variables", "ignore", "match_tools", "rules", "fallback", "empty", NULL};

G_DEFINE_QUARK (gst_vowel_script_error, gst_vowel_script_error)

/* What a template may name beside captures and variables.  What "set" keeps
 * must follow from the user's words alone, so that it can be found again. */
typedef enum {
  NAMES_OWN,
  NAMES_BUILT_IN,
  NAMES_RESULT,
} Names;

/* A name that is nobody's is a slip of the pen: say so now. */
static gboolean
check_names (const GstVowelReader *self, const gchar *field,
    const GstVowelTemplate *template, const GstVowelScriptRule *rule,
    GHashTable *variables, Names names, GError **error)
{
  guint i, k;

  for (i = 0; i < gst_vowel_template_get_n_places (template); i++) {
    gboolean optional, captured;
    const gchar *name = gst_vowel_template_get_place (template, i, &optional);
    guint captures = 0;

    for (k = 0; rule != NULL && k < rule->patterns->len; k++)
      captures +=
          gst_vowel_pattern_has_capture (rule->patterns->pdata[k], name);
    captured = rule != NULL && captures > 0
               && (optional || captures == rule->patterns->len);
    if (!captured && !g_hash_table_contains (variables, name)
        && !(names != NAMES_OWN && g_strv_contains (built_in, name))
        && !(names == NAMES_RESULT
             && (g_strv_contains (built_in_result, name)
                 || g_str_has_prefix (name, "result.")))) {
      if (captures > 0)
        return gst_vowel_reader_invalid (self, field, error,
            "{%s} is captured by some patterns only; write {%s|text} to say "
            "what "
            "stands there otherwise",
            name, name);
      return gst_vowel_reader_invalid (self, field, error,
          "{%s} is neither a capture of the patterns, nor a variable, nor "
          "built in",
          name);
    }
  }
  return TRUE;
}

static gboolean
check_rule_names (const GstVowelReader *self, const GstVowelScriptRule *rule,
    GHashTable *variables, GError **error)
{
  guint i;

  for (i = 0; i < rule->replies->len; i++) {
    if (!check_names (self, "reply", rule->replies->pdata[i], rule, variables,
            NAMES_BUILT_IN, error))
      return FALSE;
  }
  for (i = 0; i < rule->assignments->len; i++) {
    const GstVowelScriptAssignment *assignment = rule->assignments->pdata[i];

    if (assignment->value != NULL
        && !check_names (
            self, "set", assignment->value, rule, variables, NAMES_OWN, error))
      return FALSE;
  }
  for (i = 0; i < rule->conditions->len; i++) {
    const GstVowelScriptCondition *condition = rule->conditions->pdata[i];

    if (!g_hash_table_contains (variables, condition->variable)
        && strcmp (condition->variable, "tools") != 0)
      return gst_vowel_reader_invalid (self, "when", error,
          "no rule sets a variable \"%s\"; declare it under \"variables\" if "
          "it "
          "only has an initial value",
          condition->variable);
  }
  return (rule->otherwise == NULL
             || check_names (self, "otherwise", rule->otherwise, rule,
                 variables, NAMES_BUILT_IN, error))
         && (rule->result == NULL
             || check_names (self, "result", rule->result, rule, variables,
                 NAMES_RESULT, error));
}

static gboolean
read_lists (const GstVowelReader *root, GHashTable *lists, GError **error)
{
  GstVowelReader self = {NULL, "script, \"lists\""};
  g_autoptr (GList) members = NULL;
  GList *l;

  if (!gst_vowel_reader_object (root, "lists", &self.object, error))
    return FALSE;
  members = self.object != NULL ? json_object_get_members (self.object) : NULL;
  for (l = members; l != NULL; l = l->next) {
    GStrv entries = NULL;

    if (!gst_vowel_reader_strings (&self, l->data, &entries, error))
      return FALSE;
    if (entries == NULL || entries[0] == NULL) {
      g_strfreev (entries);
      return gst_vowel_reader_invalid (
          &self, l->data, error, "must have at least one entry");
    }
    g_hash_table_insert (lists, g_strdup (l->data), entries);
  }
  return TRUE;
}

static gboolean
read_variables (
    const GstVowelReader *root, GHashTable *variables, GError **error)
{
  GstVowelReader self = {NULL, "script, \"variables\""};
  g_autoptr (GList) members = NULL;
  GList *l;

  if (!gst_vowel_reader_object (root, "variables", &self.object, error))
    return FALSE;
  members = self.object != NULL ? json_object_get_members (self.object) : NULL;
  for (l = members; l != NULL; l = l->next) {
    gchar *value = NULL;

    if (!gst_vowel_reader_string (&self, l->data, &value, error))
      return FALSE;
    g_hash_table_insert (
        variables, g_strdup (l->data), value != NULL ? value : g_strdup (""));
  }
  return TRUE;
}

static gboolean
read_rules (const GstVowelReader *root, GstVowelScript *script,
    GHashTable *lists, GError **error)
{
  JsonNode *node = gst_vowel_reader_get_member (root, "rules");
  g_autoptr (GHashTable) names =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, NULL);
  g_autoptr (GHashTable) variables =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, NULL);
  GHashTableIter iter;
  gpointer key;
  JsonArray *array;
  guint i, k;

  if (node == NULL || !JSON_NODE_HOLDS_ARRAY (node))
    return gst_vowel_reader_invalid (
        root, "rules", error, "must be an array of rules");
  array = json_node_get_array (node);
  if (json_array_get_length (array) > MAX_RULES)
    return gst_vowel_reader_invalid (
        root, "rules", error, "has more than %d rules", MAX_RULES);

  for (i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);
    g_autofree gchar *where = g_strdup_printf ("rule %u", i + 1);
    GstVowelReader self = {NULL, where};
    GstVowelScriptRule *rule = gst_vowel_script_rule_new ();

    g_ptr_array_add (script->rules, rule);
    if (!JSON_NODE_HOLDS_OBJECT (element))
      return gst_vowel_reader_invalid (
          root, "rules", error, "entry %u must be an object", i + 1);
    self.object = json_node_get_object (element);
    if (!gst_vowel_reader_string (&self, "name", &rule->name, error))
      return FALSE;
    if (rule->name == NULL)
      return gst_vowel_reader_invalid (
          &self, "name", error, "is missing; give the rule a name");
    g_free (where);
    self.where = where = g_strdup_printf ("rule \"%s\"", rule->name);
    if (!g_hash_table_add (names, rule->name))
      return gst_vowel_reader_invalid (
          &self, "name", error, "another rule has this name");
    if (!gst_vowel_script_rule_read (rule, &self, lists, error))
      return FALSE;
    for (k = 0; k < rule->assignments->len; k++) {
      const GstVowelScriptAssignment *assignment = rule->assignments->pdata[k];

      g_hash_table_add (variables, assignment->variable);
    }
  }

  g_hash_table_iter_init (&iter, script->variables);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    g_hash_table_add (variables, key);
  for (i = 0; i < script->rules->len; i++) {
    const GstVowelScriptRule *rule = script->rules->pdata[i];
    g_autofree gchar *where = g_strdup_printf ("rule \"%s\"", rule->name);
    GstVowelReader self = {NULL, where};

    if (!check_rule_names (&self, rule, variables, error))
      return FALSE;
  }
  for (i = 0; i < script->fallback->len; i++) {
    if (!check_names (root, "fallback", script->fallback->pdata[i], NULL,
            variables, NAMES_BUILT_IN, error))
      return FALSE;
  }
  for (i = 0; i < script->empty->len; i++) {
    if (!check_names (root, "empty", script->empty->pdata[i], NULL, variables,
            NAMES_BUILT_IN, error))
      return FALSE;
  }
  return TRUE;
}

/**
 * gst_vowel_script_new_from_json:
 * @root: a script; docs/scripted-model.md tells its fields
 * @error: names the rule and the field that is wrong
 *
 * Returns: (transfer full) (nullable): the script
 */
GstVowelScript *
gst_vowel_script_new_from_json (JsonNode *root, GError **error)
{
  g_autoptr (GstVowelScript) self = g_new0 (GstVowelScript, 1);
  g_autoptr (GHashTable) lists = g_hash_table_new_full (
      g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_strfreev);
  GstVowelReader reader = {NULL, "script"};

  g_atomic_ref_count_init (&self->ref_count);
  self->match_tools = TRUE;
  self->variables =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->rules = g_ptr_array_new_with_free_func (gst_vowel_script_rule_free);
  self->fallback =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_vowel_template_free);
  self->empty =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_vowel_template_free);

  if (!JSON_NODE_HOLDS_OBJECT (root)) {
    g_set_error_literal (error, GST_VOWEL_SCRIPT_ERROR,
        GST_VOWEL_SCRIPT_ERROR_INVALID, "a script is a JSON object");
    return NULL;
  }
  reader.object = json_node_get_object (root);
  if (!gst_vowel_reader_check_fields (&reader, script_fields, error)
      || !gst_vowel_reader_string (&reader, "name", &self->name, error)
      || !gst_vowel_reader_boolean (
          &reader, "match_tools", &self->match_tools, error)
      || !gst_vowel_reader_strings (&reader, "ignore", &self->ignore, error)
      || !gst_vowel_reader_templates (
          &reader, "fallback", self->fallback, error)
      || !gst_vowel_reader_templates (&reader, "empty", self->empty, error)
      || !read_lists (&reader, lists, error)
      || !read_variables (&reader, self->variables, error)
      || !read_rules (&reader, self, lists, error))
    return NULL;
  return g_steal_pointer (&self);
}

GstVowelScript *
gst_vowel_script_ref (GstVowelScript *script)
{
  g_atomic_ref_count_inc (&script->ref_count);
  return script;
}

void
gst_vowel_script_unref (GstVowelScript *script)
{
  if (!g_atomic_ref_count_dec (&script->ref_count))
    return;
  g_free (script->name);
  g_hash_table_unref (script->variables);
  g_strfreev (script->ignore);
  g_ptr_array_unref (script->rules);
  g_ptr_array_unref (script->fallback);
  g_ptr_array_unref (script->empty);
  g_free (script);
}
