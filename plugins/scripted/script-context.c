/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-context.h"
#include "script-numbers.h"
#include "script-speech.h"
#include "script-tools.h"

#include <string.h>

/* The user's messages that can still matter: at least the last WINDOW_STEP,
 * never more than twice as many.  The window moves in steps, so that the cache
 * holds in between. */
#define WINDOW_STEP 128
#define MAX_STATES 256

static GHashTable *
string_table_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

GstVowelChatRole
gst_vowel_context_role_of (const GstVowelChatRequest *request, guint index)
{
  return gst_vowel_chat_request_get_message (request, index)->role;
}

const gchar *
gst_vowel_context_text_of (const GstVowelChatRequest *request, guint index)
{
  const gchar *text = gst_vowel_chat_request_get_message (request, index)->text;

  return text != NULL ? text : "";
}

/* The last message of @role before @end; FALSE when there is none. */
gboolean
gst_vowel_context_find_last (const GstVowelChatRequest *request,
    GstVowelChatRole role, guint end, guint *ret_index)
{
  while (end-- > 0) {
    if (gst_vowel_context_role_of (request, end) == role) {
      *ret_index = end;
      return TRUE;
    }
  }
  return FALSE;
}

static gchar *
make_built_in (GstVowelContext *context, const gchar *name)
{
  guint index;

  if (strcmp (name, "time") == 0)
    return gst_vowel_numbers_time_to_words (context->now);
  if (strcmp (name, "date") == 0)
    return gst_vowel_numbers_date_to_words (context->now);
  if (strcmp (name, "weekday") == 0) {
    g_autofree gchar *date = gst_vowel_numbers_date_to_words (context->now);

    return g_strndup (date, strcspn (date, " "));
  }
  if (strcmp (name, "year") == 0)
    return gst_vowel_numbers_year_to_words (
        g_date_time_get_year (context->now));
  if (strcmp (name, "tools") == 0)
    return gst_vowel_tools_describe (context->request);
  if (strcmp (name, "last_reply") == 0)
    return gst_vowel_context_find_last (context->request,
               GST_VOWEL_CHAT_ASSISTANT, context->message, &index)
               ? g_strdup (gst_vowel_context_text_of (context->request, index))
               : NULL;
  if (strcmp (name, "last_request") == 0)
    return gst_vowel_context_find_last (
               context->request, GST_VOWEL_CHAT_USER, context->message, &index)
               ? g_strdup (gst_vowel_context_text_of (context->request, index))
               : NULL;
  return NULL;
}

/* "result", "error", "result.PATH" */
gchar *
gst_vowel_context_make_output (GPtrArray *outputs, const gchar *name)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean errors = strcmp (name, "error") == 0;
  guint i;

  for (i = 0; i < outputs->len; i++) {
    const GstVowelToolOutput *output = outputs->pdata[i];

    if (g_str_has_prefix (name, "result.")) {
      gchar *value =
          gst_vowel_tool_output_get (output, name + strlen ("result."));

      if (value != NULL)
        return value;
    } else if (!errors || output->failed) {
      g_string_append_printf (
          text, "%s%s", text->len > 0 ? " " : "", output->speech);
    }
  }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

const gchar *
gst_vowel_context_look_up (const gchar *name, gpointer user_data)
{
  GstVowelContext *context = user_data;
  const gchar *value = NULL;
  gboolean of_output = strcmp (name, "result") == 0
                       || strcmp (name, "error") == 0
                       || g_str_has_prefix (name, "result.");

  value = g_hash_table_lookup (context->captures, name);
  if (value == NULL)
    value = g_hash_table_lookup (context->variables, name);
  if (value == NULL)
    value = g_hash_table_lookup (context->self->script->variables, name);
  if (value == NULL)
    value = g_hash_table_lookup (context->built_ins, name);
  if (value == NULL) {
    gchar *made = NULL;

    if (!of_output)
      made = make_built_in (context, name);
    else if (context->outputs != NULL)
      made = gst_vowel_context_make_output (context->outputs, name);
    if (made != NULL)
      g_hash_table_insert (context->built_ins, g_strdup (name), made);
    value = made;
  }
  return value != NULL && *value != '\0' ? value : NULL;
}

static gboolean
check_conditions (GstVowelContext *context, const GstVowelScriptRule *rule)
{
  guint i;

  for (i = 0; i < rule->conditions->len; i++) {
    const GstVowelScriptCondition *condition = rule->conditions->pdata[i];
    const gchar *value =
        gst_vowel_context_look_up (condition->variable, context);

    if (condition->value != NULL ? g_strcmp0 (value, condition->value) != 0
                                 : (value != NULL) != condition->set)
      return FALSE;
  }
  return TRUE;
}

/* The first rule whose pattern these words match; fills the captures. */
static const GstVowelScriptRule *
match_range (GstVowelContext *context, const GstVowelWords *words, guint from,
    guint to, GstVowelRules which)
{
  GPtrArray *rules = context->self->script->rules;
  guint i, k;

  g_hash_table_remove_all (context->captures);
  for (i = 0; from < to && i < rules->len; i++) {
    const GstVowelScriptRule *rule = rules->pdata[i];

    if ((which == GST_VOWEL_RULES_BEFORE_TOOLS && !rule->before_tools)
        || (which == GST_VOWEL_RULES_AFTER_TOOLS && rule->before_tools))
      continue;
    for (k = 0; k < rule->patterns->len; k++) {
      if (!gst_vowel_pattern_match (
              rule->patterns->pdata[k], words, from, to, context->captures))
        continue;
      if (check_conditions (context, rule))
        return rule;
      g_hash_table_remove_all (context->captures);
      break;
    }
  }
  return NULL;
}

void
gst_vowel_context_strip_ignored (const GstVowelScript *script,
    const GstVowelWords *words, guint *from, guint *to)
{
  const gchar *const *ignore = (const gchar *const *) script->ignore;

  while (ignore != NULL && *from < *to
         && g_strv_contains (ignore, gst_vowel_words_get (words, *from)))
    (*from)++;
  while (ignore != NULL && *from < *to
         && g_strv_contains (ignore, gst_vowel_words_get (words, *to - 1)))
    (*to)--;
}

/* As it was said first, then without "um" and "please". */
const GstVowelScriptRule *
gst_vowel_context_find_rule (GstVowelContext *context,
    const GstVowelWords *words, guint from, guint to, GstVowelRules which)
{
  const GstVowelScriptRule *rule =
      match_range (context, words, from, to, which);
  guint inner_from = from, inner_to = to;

  gst_vowel_context_strip_ignored (
      context->self->script, words, &inner_from, &inner_to);
  if (rule == NULL && (inner_from != from || inner_to != to))
    rule = match_range (context, words, inner_from, inner_to, which);
  return rule;
}

void
gst_vowel_context_assign (GstVowelContext *context,
    const GstVowelScriptRule *rule, GHashTable *variables)
{
  guint i;

  for (i = 0; i < rule->assignments->len; i++) {
    const GstVowelScriptAssignment *assignment = rule->assignments->pdata[i];
    gchar *value = NULL;

    if (assignment->value != NULL)
      value = gst_vowel_template_expand (
          assignment->value, gst_vowel_context_look_up, context, NULL);
    /* Empty is unset, also where the script gives an initial value. */
    g_hash_table_insert (variables, g_strdup (assignment->variable),
        value != NULL ? value : g_strdup (""));
  }
}

GHashTable *
gst_vowel_context_copy_table (GHashTable *table)
{
  GHashTable *copy = string_table_new ();
  GHashTableIter iter;
  gpointer key, value;

  g_hash_table_iter_init (&iter, table);
  while (g_hash_table_iter_next (&iter, &key, &value))
    g_hash_table_insert (copy, g_strdup (key), g_strdup (value));
  return copy;
}

static void
remember (GstVowelResponder *self, const gchar *digest, GHashTable *variables)
{
  gchar *key = g_strdup (digest);

  if (self->order->length >= MAX_STATES)
    g_hash_table_remove (self->states, g_queue_pop_head (self->order));
  g_hash_table_insert (self->states, key, g_hash_table_ref (variables));
  g_queue_push_tail (self->order, key);
}

/* The variables after one more of the user's messages. */
static GHashTable *
advance (GstVowelResponder *self, const GstVowelChatRequest *request,
    GDateTime *now, guint message, guint turn, GHashTable *variables)
{
  g_autoptr (GstVowelWords) words =
      gst_vowel_words_new (gst_vowel_context_text_of (request, message));
  g_autoptr (GHashTable) captures = string_table_new ();
  g_autoptr (GHashTable) built_ins = string_table_new ();
  GstVowelContext context = {
      self, request, now, variables, captures, built_ins, NULL, message, turn};
  const GstVowelScriptRule *rule = gst_vowel_context_find_rule (&context, words,
      0, gst_vowel_words_get_length (words), GST_VOWEL_RULES_ALL);
  GHashTable *after;

  if (rule == NULL || rule->assignments->len == 0)
    return g_hash_table_ref (variables);
  after = gst_vowel_context_copy_table (variables);
  gst_vowel_context_assign (&context, rule, after);
  return after;
}

/* The variables as they are before message @end, found by going through the
 * user's messages, from the last state that is cached. */
static GHashTable *
replay (GstVowelResponder *self, const GstVowelChatRequest *request,
    GDateTime *now, guint end)
{
  g_autoptr (GArray) messages = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autoptr (GPtrArray) digests = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GHashTable) variables = NULL;
  guint begin, known, i;

  for (i = 0; i < end; i++) {
    if (gst_vowel_context_role_of (request, i) == GST_VOWEL_CHAT_USER)
      g_array_append_val (messages, i);
  }
  begin = messages->len < 2 * WINDOW_STEP
              ? 0
              : (messages->len / WINDOW_STEP - 1) * WINDOW_STEP;

  /* Rules may ask whether there are tools. */
  g_checksum_update (checksum,
      (const guchar *) (gst_vowel_chat_request_get_n_tools (request) > 0 ? "t"
                                                                         : "-"),
      1);
  for (i = begin; i < messages->len; i++) {
    const gchar *text =
        gst_vowel_context_text_of (request, g_array_index (messages, guint, i));
    g_autoptr (GChecksum) so_far = NULL;

    g_checksum_update (checksum, (const guchar *) text, strlen (text) + 1);
    so_far = g_checksum_copy (checksum);
    g_ptr_array_add (digests, g_strdup (g_checksum_get_string (so_far)));
  }
  for (known = digests->len; known > 0 && variables == NULL; known--) {
    variables = g_hash_table_lookup (self->states, digests->pdata[known - 1]);
    if (variables != NULL) {
      g_hash_table_ref (variables);
      break;
    }
  }
  if (variables == NULL)
    variables = string_table_new ();
  for (i = begin + known; i < messages->len; i++) {
    GHashTable *after = advance (
        self, request, now, g_array_index (messages, guint, i), i, variables);

    g_hash_table_unref (variables);
    variables = after;
    remember (self, digests->pdata[i - begin], variables);
  }
  return g_steal_pointer (&variables);
}

void
gst_vowel_context_init (GstVowelContext *context, GstVowelResponder *self,
    const GstVowelChatRequest *request, GDateTime *now, guint message)
{
  guint i;

  memset (context, 0, sizeof *context);
  context->self = self;
  context->request = request;
  context->now = now;
  context->message = message;
  context->variables = replay (self, request, now, message);
  context->captures = string_table_new ();
  context->built_ins = string_table_new ();
  for (i = 0; i < message; i++)
    context->turn +=
        gst_vowel_context_role_of (request, i) == GST_VOWEL_CHAT_USER;
}

void
gst_vowel_context_clear (GstVowelContext *context)
{
  g_hash_table_unref (context->variables);
  g_hash_table_unref (context->captures);
  g_hash_table_unref (context->built_ins);
  g_clear_pointer (&context->outputs, g_ptr_array_unref);
}
