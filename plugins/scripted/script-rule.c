/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-rule.h"

#include <string.h>

#define MAX_TOKENS 1000000

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

void
gst_vowel_script_rule_free (gpointer data)
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

GstVowelScriptRule *
gst_vowel_script_rule_new (void)
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

gboolean
gst_vowel_script_rule_read (GstVowelScriptRule *rule,
    const GstVowelReader *self, GHashTable *lists, GError **error)
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
