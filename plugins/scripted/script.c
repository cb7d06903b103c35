/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-reader.h"

#include <string.h>

#define MAX_RULES 1000
#define MAX_TOKENS 1000000

/* What a template may name without the script declaring it. */
static const gchar *const built_in[] = {"time", "date", "weekday", "year",
    "tools", "last_reply", "last_request", NULL};
static const gchar *const built_in_result[] = {"result", "error", NULL};

static const gchar *const script_fields[] = {"name", "description", "lists",
    "variables", "ignore", "match_tools", "rules", "fallback", "empty", NULL};
static const gchar *const rule_fields[] = {"name", "comment", "patterns",
    "when", "set", "reply", "otherwise", "result", "calls", "fail",
    "stall_after", "usage", "finish", "delay_ms", "tokens_per_second",
    "before_tools", NULL};
static const gchar *const call_fields[] = {"name", "id", "arguments", NULL};
static const gchar *const fail_fields[] = {"kind", "message", "http_status",
    "retry_after_ms", "retryable", "after_tokens", "times", NULL};
static const gchar *const usage_fields[] = {
    "input_tokens", "output_tokens", "cached_tokens", NULL};

static const struct {
  const gchar *name;
  GstVowelError code;
  gboolean retryable;
} kinds[] = {
    {"overloaded", GST_VOWEL_ERROR_OVERLOADED, TRUE},
    {"bad-request", GST_VOWEL_ERROR_BAD_REQUEST, FALSE},
    {"auth", GST_VOWEL_ERROR_AUTH, FALSE},
    {"billing", GST_VOWEL_ERROR_BILLING, FALSE},
    {"rate-limit", GST_VOWEL_ERROR_RATE_LIMIT, TRUE},
    {"not-found", GST_VOWEL_ERROR_NOT_FOUND, FALSE},
    {"upstream", GST_VOWEL_ERROR_UPSTREAM, TRUE},
    {"timeout", GST_VOWEL_ERROR_TIMEOUT, TRUE},
    {"protocol", GST_VOWEL_ERROR_PROTOCOL, FALSE},
};

G_DEFINE_QUARK (gst_vowel_script_error, gst_vowel_script_error)

static void
condition_free (gpointer data)
{
  GstVowelScriptCondition *self = data;

  g_free (self->variable);
  g_free (self->value);
  g_free (self);
}

static void
assignment_free (gpointer data)
{
  GstVowelScriptAssignment *self = data;

  g_free (self->variable);
  g_clear_pointer (&self->value, gst_vowel_template_free);
  g_free (self);
}

static void
call_free (gpointer data)
{
  GstVowelScriptCall *self = data;

  g_free (self->tool);
  g_free (self->id);
  g_clear_pointer (&self->arguments, json_node_unref);
  g_free (self);
}

static void
rule_free (gpointer data)
{
  GstVowelScriptRule *self = data;

  g_free (self->name);
  g_ptr_array_unref (self->patterns);
  g_ptr_array_unref (self->conditions);
  g_ptr_array_unref (self->assignments);
  g_ptr_array_unref (self->replies);
  g_ptr_array_unref (self->calls);
  g_clear_pointer (&self->otherwise, gst_vowel_template_free);
  g_clear_pointer (&self->result, gst_vowel_template_free);
  if (self->failure != NULL)
    g_free (self->failure->message);
  g_free (self->failure);
  g_free (self->usage);
  g_free (self);
}

static GstVowelScriptRule *
rule_new (void)
{
  GstVowelScriptRule *self = g_new0 (GstVowelScriptRule, 1);

  self->patterns =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_vowel_pattern_free);
  self->conditions = g_ptr_array_new_with_free_func (condition_free);
  self->assignments = g_ptr_array_new_with_free_func (assignment_free);
  self->replies =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_vowel_template_free);
  self->calls = g_ptr_array_new_with_free_func (call_free);
  self->stall_after = -1;
  self->delay_ms = -1;
  self->tokens_per_second = -1;
  return self;
}

static gboolean
read_patterns (const GstVowelReader *self, GHashTable *lists,
    GstVowelScriptRule *rule, GError **error)
{
  g_auto (GStrv) texts = NULL;
  guint i;

  if (!gst_vowel_reader_strings (self, "patterns", &texts, error))
    return FALSE;
  if (texts == NULL || texts[0] == NULL)
    return gst_vowel_reader_invalid (self, "patterns", error,
        "is missing; give at least one pattern, for example \"hello [there]\"");
  for (i = 0; texts[i] != NULL; i++) {
    g_autoptr (GError) reason = NULL;
    GstVowelPattern *pattern = gst_vowel_pattern_new (texts[i], lists, &reason);

    if (pattern == NULL)
      return gst_vowel_reader_invalid (
          self, "patterns", error, "%s", reason->message);
    g_ptr_array_add (rule->patterns, pattern);
  }
  return TRUE;
}

static gboolean
read_conditions (
    const GstVowelReader *self, GstVowelScriptRule *rule, GError **error)
{
  JsonObject *object = NULL;
  g_autoptr (GList) members = NULL;
  GList *l;

  if (!gst_vowel_reader_object (self, "when", &object, error))
    return FALSE;
  members = object != NULL ? json_object_get_members (object) : NULL;
  for (l = members; l != NULL; l = l->next) {
    JsonNode *node = json_object_get_member (object, l->data);
    GstVowelScriptCondition *condition;

    if (!gst_vowel_reader_is_string (node)
        && json_node_get_value_type (node) != G_TYPE_BOOLEAN)
      return gst_vowel_reader_invalid (self, "when", error,
          "\"%s\" must be a string, true (it is set) or false (it is not set)",
          (gchar *) l->data);
    condition = g_new0 (GstVowelScriptCondition, 1);
    condition->variable = g_strdup (l->data);
    if (gst_vowel_reader_is_string (node))
      condition->value = g_strdup (json_node_get_string (node));
    else
      condition->set = json_node_get_boolean (node);
    g_ptr_array_add (rule->conditions, condition);
  }
  return TRUE;
}

static gboolean
read_assignments (
    const GstVowelReader *self, GstVowelScriptRule *rule, GError **error)
{
  JsonObject *object = NULL;
  g_autoptr (GList) members = NULL;
  GList *l;

  if (!gst_vowel_reader_object (self, "set", &object, error))
    return FALSE;
  members = object != NULL ? json_object_get_members (object) : NULL;
  for (l = members; l != NULL; l = l->next) {
    JsonNode *node = json_object_get_member (object, l->data);
    GstVowelScriptAssignment *assignment = g_new0 (GstVowelScriptAssignment, 1);

    assignment->variable = g_strdup (l->data);
    g_ptr_array_add (rule->assignments, assignment);
    if (JSON_NODE_HOLDS_NULL (node))
      continue;
    if (!gst_vowel_reader_is_string (node))
      return gst_vowel_reader_invalid (self, "set", error,
          "\"%s\" must be a string, or null to forget it", (gchar *) l->data);
    if (!gst_vowel_reader_template (self, "set", json_node_get_string (node),
            &assignment->value, error))
      return FALSE;
  }
  return TRUE;
}

/* Every string within @node must be a template. */
static gboolean
check_arguments (const GstVowelReader *self, JsonNode *node, GError **error)
{
  if (JSON_NODE_HOLDS_OBJECT (node)) {
    JsonObjectIter iter;
    JsonNode *member;

    json_object_iter_init (&iter, json_node_get_object (node));
    while (json_object_iter_next (&iter, NULL, &member)) {
      if (!check_arguments (self, member, error))
        return FALSE;
    }
  } else if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *array = json_node_get_array (node);
    guint i;

    for (i = 0; i < json_array_get_length (array); i++) {
      if (!check_arguments (self, json_array_get_element (array, i), error))
        return FALSE;
    }
  } else if (gst_vowel_reader_is_string (node)) {
    g_autoptr (GstVowelTemplate) template = NULL;

    return gst_vowel_reader_template (
        self, "arguments", json_node_get_string (node), &template, error);
  }
  return TRUE;
}

static gboolean
read_calls (
    const GstVowelReader *self, GstVowelScriptRule *rule, GError **error)
{
  JsonNode *node = gst_vowel_reader_get_member (self, "calls");
  JsonArray *array;
  guint i;

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return gst_vowel_reader_invalid (
        self, "calls", error, "must be an array of objects");
  array = json_node_get_array (node);
  for (i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);
    g_autofree gchar *where =
        g_strdup_printf ("%s, call %u", self->where, i + 1);
    GstVowelScriptCall *call = g_new0 (GstVowelScriptCall, 1);
    GstVowelReader reader = {NULL, where};
    JsonObject *arguments = NULL;

    g_ptr_array_add (rule->calls, call);
    if (!JSON_NODE_HOLDS_OBJECT (element))
      return gst_vowel_reader_invalid (
          self, "calls", error, "entry %u must be an object", i + 1);
    reader.object = json_node_get_object (element);
    if (!gst_vowel_reader_check_fields (&reader, call_fields, error)
        || !gst_vowel_reader_string (&reader, "name", &call->tool, error)
        || !gst_vowel_reader_string (&reader, "id", &call->id, error)
        || !gst_vowel_reader_object (&reader, "arguments", &arguments, error))
      return FALSE;
    if (call->tool == NULL)
      return gst_vowel_reader_invalid (
          &reader, "name", error, "is missing; give the tool's name");
    if (arguments != NULL)
      call->arguments =
          json_node_copy (json_object_get_member (reader.object, "arguments"));
    if (call->arguments != NULL
        && !check_arguments (&reader, call->arguments, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
read_failure (
    const GstVowelReader *rule_reader, GstVowelScriptRule *rule, GError **error)
{
  g_autofree gchar *where =
      g_strdup_printf ("%s, \"fail\"", rule_reader->where);
  g_autofree gchar *kind = NULL;
  GstVowelReader self = {NULL, where};
  gint http_status = 0, retry_after_ms = -1, after_tokens = 0, times = 0;
  gboolean retryable = TRUE;
  GstVowelScriptFailure *failure;
  gsize i;

  if (!gst_vowel_reader_object (rule_reader, "fail", &self.object, error))
    return FALSE;
  if (self.object == NULL)
    return TRUE;
  failure = rule->failure = g_new0 (GstVowelScriptFailure, 1);
  if (!gst_vowel_reader_check_fields (&self, fail_fields, error)
      || !gst_vowel_reader_string (&self, "kind", &kind, error)
      || !gst_vowel_reader_string (&self, "message", &failure->message, error)
      || !gst_vowel_reader_integer (
          &self, "http_status", 0, 599, &http_status, error)
      || !gst_vowel_reader_integer (
          &self, "retry_after_ms", 0, 3600000, &retry_after_ms, error)
      || !gst_vowel_reader_integer (
          &self, "after_tokens", 0, MAX_TOKENS, &after_tokens, error)
      || !gst_vowel_reader_integer (
          &self, "times", 0, MAX_TOKENS, &times, error)
      || !gst_vowel_reader_boolean (&self, "retryable", &retryable, error))
    return FALSE;

  if (kind == NULL)
    kind = g_strdup (retryable ? "overloaded" : "bad-request");
  for (i = 0; i < G_N_ELEMENTS (kinds); i++) {
    if (strcmp (kinds[i].name, kind) == 0)
      break;
  }
  if (i == G_N_ELEMENTS (kinds))
    return gst_vowel_reader_invalid (&self, "kind", error,
        "must be auth, billing, rate-limit, bad-request, not-found, "
        "overloaded, "
        "upstream, timeout or protocol");
  if (gst_vowel_reader_get_member (&self, "retryable") != NULL
      && retryable != kinds[i].retryable)
    return gst_vowel_reader_invalid (&self, "retryable", error,
        "\"%s\" is always %s; leave this out or choose another kind", kind,
        kinds[i].retryable ? "retryable" : "final");

  failure->code = kinds[i].code;
  if (failure->message == NULL)
    failure->message =
        g_strdup_printf ("the script's rule asks for a failure (%s)", kind);
  failure->http_status = http_status;
  failure->retry_after_ms = retry_after_ms;
  failure->after_tokens = after_tokens;
  failure->times = times;
  return TRUE;
}

static gboolean
read_usage (
    const GstVowelReader *rule_reader, GstVowelScriptRule *rule, GError **error)
{
  g_autofree gchar *where =
      g_strdup_printf ("%s, \"usage\"", rule_reader->where);
  GstVowelReader self = {NULL, where};
  gint input = 0, output = 0, cached = 0;

  if (!gst_vowel_reader_object (rule_reader, "usage", &self.object, error))
    return FALSE;
  if (self.object == NULL)
    return TRUE;
  if (!gst_vowel_reader_check_fields (&self, usage_fields, error)
      || !gst_vowel_reader_integer (
          &self, "input_tokens", 0, MAX_TOKENS, &input, error)
      || !gst_vowel_reader_integer (
          &self, "output_tokens", 0, MAX_TOKENS, &output, error)
      || !gst_vowel_reader_integer (
          &self, "cached_tokens", 0, MAX_TOKENS, &cached, error))
    return FALSE;
  rule->usage = g_new0 (GstVowelUsage, 1);
  rule->usage->input_tokens = input;
  rule->usage->output_tokens = output;
  rule->usage->cached_tokens = cached;
  return TRUE;
}

static gboolean
read_finish (
    const GstVowelReader *self, GstVowelScriptRule *rule, GError **error)
{
  g_autofree gchar *finish = NULL;

  if (!gst_vowel_reader_string (self, "finish", &finish, error))
    return FALSE;
  if (finish == NULL || strcmp (finish, "stop") == 0)
    rule->finish = GST_VOWEL_FINISH_STOP;
  else if (strcmp (finish, "length") == 0)
    rule->finish = GST_VOWEL_FINISH_LENGTH;
  else if (strcmp (finish, "content-filter") == 0)
    rule->finish = GST_VOWEL_FINISH_CONTENT_FILTER;
  else
    return gst_vowel_reader_invalid (
        self, "finish", error, "must be stop, length or content-filter");
  return TRUE;
}

static gboolean
read_rule (const GstVowelReader *self, GHashTable *lists,
    GstVowelScriptRule *rule, GError **error)
{
  if (!gst_vowel_reader_check_fields (self, rule_fields, error)
      || !read_patterns (self, lists, rule, error)
      || !read_conditions (self, rule, error)
      || !read_assignments (self, rule, error)
      || !gst_vowel_reader_templates (self, "reply", rule->replies, error)
      || !gst_vowel_reader_one_template (
          self, "otherwise", &rule->otherwise, error)
      || !gst_vowel_reader_one_template (self, "result", &rule->result, error)
      || !read_calls (self, rule, error) || !read_failure (self, rule, error)
      || !read_usage (self, rule, error) || !read_finish (self, rule, error)
      || !gst_vowel_reader_integer (
          self, "stall_after", 0, MAX_TOKENS, &rule->stall_after, error)
      || !gst_vowel_reader_integer (
          self, "delay_ms", 0, 3600000, &rule->delay_ms, error)
      || !gst_vowel_reader_number (
          self, "tokens_per_second", 0, 1e6, &rule->tokens_per_second, error)
      || !gst_vowel_reader_boolean (
          self, "before_tools", &rule->before_tools, error))
    return FALSE;
  if (rule->replies->len == 0 && rule->calls->len == 0 && rule->failure == NULL
      && rule->stall_after < 0)
    return gst_vowel_reader_invalid (self, "reply", error,
        "is missing; a rule needs a reply, calls, fail or stall_after");
  return TRUE;
}

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
    GstVowelScriptRule *rule = rule_new ();

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
    if (!read_rule (&self, lists, rule, error))
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
  self->rules = g_ptr_array_new_with_free_func (rule_free);
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
