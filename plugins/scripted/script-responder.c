/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-context.h"
#include "script-arguments.h"
#include "script-speech.h"
#include "script-tools.h"

#include <string.h>

/* So many questions for parameters in a row are remembered. */
#define MAX_QUESTIONS 8
#define MAX_PARTS 8

#define DEFAULT_FALLBACK "I have no answer to that."
#define DEFAULT_EMPTY "I am listening."

typedef struct {
  GstVowelScriptReply *reply;
  GPtrArray *pending; /* the calls that wait for an answer, or NULL */
} Outcome;

static void
reply_call_free (gpointer data)
{
  GstVowelScriptReplyCall *self = data;

  g_free (self->id);
  g_free (self->tool);
  g_free (self->arguments);
  g_free (self);
}

static GstVowelScriptReply *
reply_new (gchar *text)
{
  GstVowelScriptReply *self = g_new0 (GstVowelScriptReply, 1);

  self->text = text;
  self->calls = g_ptr_array_new_with_free_func (reply_call_free);
  self->stall_after = -1;
  self->delay_ms = -1;
  self->tokens_per_second = -1;
  return self;
}

void
gst_vowel_script_reply_free (GstVowelScriptReply *reply)
{
  g_free (reply->text);
  g_ptr_array_unref (reply->calls);
  g_free (reply);
}

GstVowelResponder *
gst_vowel_responder_new (GstVowelScript *script)
{
  GstVowelResponder *self = g_new0 (GstVowelResponder, 1);

  self->script = gst_vowel_script_ref (script);
  self->states = g_hash_table_new_full (
      g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_hash_table_unref);
  self->order = g_queue_new ();
  return self;
}

void
gst_vowel_responder_free (GstVowelResponder *responder)
{
  g_queue_free (responder->order);
  g_hash_table_unref (responder->states);
  gst_vowel_script_unref (responder->script);
  g_free (responder);
}

static gchar *
expand_in_turn (
    GstVowelContext *context, GPtrArray *templates, const gchar *otherwise)
{
  gchar *text = NULL;

  if (templates->len > 0)
    text = gst_vowel_template_expand (
        templates->pdata[context->turn % templates->len],
        gst_vowel_context_look_up, context, NULL);
  return text != NULL ? text : g_strdup (otherwise);
}

/* The arguments of a scripted call, with their templates filled in. */
static JsonNode *
expand_arguments (GstVowelContext *context, JsonNode *node)
{
  JsonNode *result;

  if (JSON_NODE_HOLDS_OBJECT (node)) {
    JsonObject *object = json_object_new ();
    JsonObjectIter iter;
    const gchar *name;
    JsonNode *member;

    json_object_iter_init_ordered (&iter, json_node_get_object (node));
    while (json_object_iter_next_ordered (&iter, &name, &member))
      json_object_set_member (object, name, expand_arguments (context, member));
    result = json_node_init_object (json_node_alloc (), object);
    json_object_unref (object);
    return result;
  }
  if (JSON_NODE_HOLDS_ARRAY (node)) {
    JsonArray *from = json_node_get_array (node);
    JsonArray *array = json_array_new ();
    guint i;

    for (i = 0; i < json_array_get_length (from); i++)
      json_array_add_element (
          array, expand_arguments (context, json_array_get_element (from, i)));
    result = json_node_init_array (json_node_alloc (), array);
    json_array_unref (array);
    return result;
  }
  if (json_node_get_value_type (node) == G_TYPE_STRING) {
    g_autoptr (GstVowelTemplate) template =
        gst_vowel_template_new (json_node_get_string (node), NULL);
    g_autofree gchar *text = gst_vowel_template_expand (
        template, gst_vowel_context_look_up, context, NULL);

    if (text == NULL)
      return json_node_init_null (json_node_alloc ());
    if (!gst_vowel_template_is_number (template))
      return json_node_init_string (json_node_alloc (), text);
    if (strpbrk (text, ".e") == NULL)
      return json_node_init_int (
          json_node_alloc (), g_ascii_strtoll (text, NULL, 10));
    return json_node_init_double (
        json_node_alloc (), g_ascii_strtod (text, NULL));
  }
  return json_node_copy (node);
}

static void
add_call (GstVowelScriptReply *reply, const gchar *id, const gchar *tool,
    JsonNode *arguments)
{
  GstVowelScriptReplyCall *call = g_new0 (GstVowelScriptReplyCall, 1);

  call->id = g_strdup (id);
  call->tool = g_strdup (tool);
  call->arguments =
      arguments != NULL ? json_to_string (arguments, FALSE) : g_strdup ("{}");
  g_ptr_array_add (reply->calls, call);
}

/* What @rule, whose captures are at hand, adds to @reply. */
static void
apply_rule (GstVowelContext *context, const GstVowelScriptRule *rule,
    gboolean may_call, GstVowelScriptReply *reply)
{
  g_autoptr (GHashTable) variables =
      gst_vowel_context_copy_table (context->variables);
  GHashTable *before = context->variables;
  g_autofree gchar *text = NULL;
  gchar *all;
  guint i;

  /* The reply sees what the rule sets. */
  gst_vowel_context_assign (context, rule, variables);
  context->variables = variables;
  if (rule->replies->len > 0)
    text = gst_vowel_template_expand (
        rule->replies->pdata[context->turn % rule->replies->len],
        gst_vowel_context_look_up, context, NULL);
  if (text == NULL && rule->otherwise != NULL)
    text = gst_vowel_template_expand (
        rule->otherwise, gst_vowel_context_look_up, context, NULL);
  if (text == NULL
      && (rule->replies->len > 0 || (rule->calls->len > 0 && !may_call)))
    text = expand_in_turn (
        context, context->self->script->fallback, DEFAULT_FALLBACK);
  for (i = 0; may_call && i < rule->calls->len; i++) {
    const GstVowelScriptCall *call = rule->calls->pdata[i];
    g_autoptr (JsonNode) arguments =
        call->arguments != NULL ? expand_arguments (context, call->arguments)
                                : NULL;

    add_call (reply, call->id, call->tool, arguments);
  }
  context->variables = before;

  if (text != NULL) {
    all = *reply->text != '\0' ? g_strdup_printf ("%s %s", reply->text, text)
                               : g_steal_pointer (&text);
    g_free (reply->text);
    reply->text = all;
  }
  if (rule->failure != NULL)
    reply->failure = rule->failure;
  if (rule->usage != NULL)
    reply->usage = rule->usage;
  reply->stall_after = MAX (reply->stall_after, rule->stall_after);
  reply->delay_ms = MAX (reply->delay_ms, rule->delay_ms);
  if (rule->tokens_per_second >= 0)
    reply->tokens_per_second = rule->tokens_per_second;
  reply->finish = rule->finish;
}

/* The end of the sentence that begins at @from, or of the part up to "and". */
static guint
find_end (const GstVowelWords *words, guint from, guint to, gboolean at_and)
{
  guint i;

  for (i = from; i < to; i++) {
    if (at_and && i > from
        && strcmp (gst_vowel_words_get (words, i), "and") == 0)
      return i;
    if (!at_and && g_array_index (words->words, GstVowelWord, i).sentence_end)
      return i + 1;
  }
  return to;
}

/* "Hello and what is two plus two": every part must be understood. */
static gboolean
apply_parts (GstVowelContext *context, const GstVowelWords *words, guint from,
    guint to, gboolean may_call, GstVowelScriptReply *reply)
{
  guint at, end, n = 0;

  for (at = from; at < to; at = end + 1) {
    end = find_end (words, at, to, TRUE);
    if (++n > MAX_PARTS
        || gst_vowel_context_find_rule (
               context, words, at, end, GST_VOWEL_RULES_ALL)
               == NULL)
      return FALSE;
  }
  for (at = from; n > 1 && at < to; at = end + 1) {
    const GstVowelScriptRule *rule;

    end = find_end (words, at, to, TRUE);
    rule = gst_vowel_context_find_rule (
        context, words, at, end, GST_VOWEL_RULES_ALL);
    apply_rule (context, rule, may_call, reply);
  }
  return n > 1;
}

/* The rules that understand the utterance, or some of its sentences. */
static GstVowelScriptReply *
reply_by_rules (GstVowelContext *context, const GstVowelWords *words,
    GstVowelRules which, gboolean may_call)
{
  g_autoptr (GstVowelScriptReply) reply = reply_new (g_strdup (""));
  guint n = gst_vowel_words_get_length (words), at, end, parts = 0;
  const GstVowelScriptRule *rule =
      gst_vowel_context_find_rule (context, words, 0, n, which);
  gboolean any = FALSE;

  if (rule != NULL) {
    apply_rule (context, rule, may_call, reply);
    return g_steal_pointer (&reply);
  }
  if (which == GST_VOWEL_RULES_BEFORE_TOOLS)
    return NULL;
  for (at = 0; at < n && parts++ < MAX_PARTS; at = end) {
    end = find_end (words, at, n, FALSE);
    rule = gst_vowel_context_find_rule (
        context, words, at, end, GST_VOWEL_RULES_ALL);
    if (rule != NULL)
      apply_rule (context, rule, may_call, reply);
    any = rule != NULL || apply_parts (context, words, at, end, may_call, reply)
          || any;
  }
  return any ? g_steal_pointer (&reply) : NULL;
}

/* Either all calls are ready and made, or the first gap is asked for. */
static Outcome
call_or_ask (GPtrArray *drafts)
{
  Outcome outcome = {reply_new (g_strdup ("")), NULL};
  guint i;

  for (i = 0; i < drafts->len; i++) {
    const GstVowelToolDraft *draft = drafts->pdata[i];
    const gchar *missing = gst_vowel_tool_draft_get_missing (draft);

    if (missing != NULL) {
      g_free (outcome.reply->text);
      outcome.reply->text = gst_vowel_arguments_make_question (
          json_node_get_object (draft->schema), missing);
      outcome.pending = g_ptr_array_ref (drafts);
      return outcome;
    }
  }
  for (i = 0; i < drafts->len; i++) {
    const GstVowelToolDraft *draft = drafts->pdata[i];
    g_autoptr (JsonNode) arguments =
        json_node_init_object (json_node_alloc (), draft->arguments);

    add_call (outcome.reply, NULL, draft->tool->name, arguments);
  }
  return outcome;
}

/* Takes the utterance as the answer to the question that is open. */
static gboolean
answer_question (
    GPtrArray *pending, const GstVowelWords *words, gboolean free_text)
{
  guint i;

  for (i = 0; i < pending->len; i++) {
    const GstVowelToolDraft *draft = pending->pdata[i];
    const gchar *missing = gst_vowel_tool_draft_get_missing (draft);
    JsonObject *schema;

    if (missing == NULL)
      continue;
    schema = json_node_get_object (draft->schema);
    return gst_vowel_arguments_is_free_text (schema, missing) == free_text
           && gst_vowel_arguments_answer (
               schema, missing, words, draft->arguments);
  }
  return FALSE;
}

/* What to do about one utterance. @pending: the calls that the turn before
 * asked something for. */
static Outcome
decide (GstVowelContext *context, GPtrArray *pending, gboolean may_call)
{
  g_autoptr (GstVowelWords) words = gst_vowel_words_new (
      gst_vowel_context_text_of (context->request, context->message));
  GstVowelScript *script = context->self->script;
  Outcome outcome = {NULL, NULL};
  guint from = 0, to = gst_vowel_words_get_length (words);

  if (pending != NULL && answer_question (pending, words, FALSE))
    return call_or_ask (pending);
  outcome.reply =
      reply_by_rules (context, words, GST_VOWEL_RULES_BEFORE_TOOLS, may_call);
  if (outcome.reply != NULL)
    return outcome;
  if (may_call && script->match_tools) {
    g_autoptr (GPtrArray) drafts = NULL;

    gst_vowel_context_strip_ignored (script, words, &from, &to);
    drafts = gst_vowel_tools_match (context->request, words, from, to);
    if (drafts->len > 0)
      return call_or_ask (drafts);
  }
  outcome.reply =
      reply_by_rules (context, words, GST_VOWEL_RULES_AFTER_TOOLS, may_call);
  if (outcome.reply != NULL)
    return outcome;
  if (pending != NULL) {
    g_autofree gchar *question = NULL;

    if (answer_question (pending, words, TRUE))
      return call_or_ask (pending);
    outcome = call_or_ask (pending);
    question = g_steal_pointer (&outcome.reply->text);
    outcome.reply->text =
        g_strdup_printf ("Sorry, I did not understand. %s", question);
    return outcome;
  }
  outcome.reply =
      reply_new (expand_in_turn (context, script->fallback, DEFAULT_FALLBACK));
  return outcome;
}

/* The calls that the turn before @message asked something for, found by going
 * through the turns since the last tool call. */
static GPtrArray *
find_pending (GstVowelResponder *self, const GstVowelChatRequest *request,
    GDateTime *now, guint message)
{
  guint turns[MAX_QUESTIONS], n = 0, i = message;
  GPtrArray *pending = NULL;

  if (!self->script->match_tools
      || gst_vowel_chat_request_get_n_tools (request) == 0)
    return NULL;
  while (i-- > 0 && n < MAX_QUESTIONS) {
    GstVowelChatRole role = gst_vowel_context_role_of (request, i);

    if (role == GST_VOWEL_CHAT_TOOL_CALL || role == GST_VOWEL_CHAT_TOOL_RESULT)
      break;
    if (role == GST_VOWEL_CHAT_USER)
      turns[n++] = i;
  }
  while (n-- > 0) {
    GPtrArray *before = pending;
    Outcome outcome;
    GstVowelContext context;

    gst_vowel_context_init (&context, self, request, now, turns[n]);
    outcome = decide (&context, before, TRUE);
    pending = outcome.pending;
    gst_vowel_script_reply_free (outcome.reply);
    g_clear_pointer (&before, g_ptr_array_unref);
    gst_vowel_context_clear (&context);
  }
  return pending;
}

/* "required" or "function:NAME" */
static GstVowelScriptReply *
reply_by_force (GstVowelContext *context, const gchar *choice, GError **error)
{
  g_autoptr (GstVowelWords) words = gst_vowel_words_new (
      gst_vowel_context_text_of (context->request, context->message));
  const gchar *name = g_str_has_prefix (choice, "function:")
                          ? choice + strlen ("function:")
                          : NULL;
  g_autoptr (GPtrArray) drafts = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_vowel_tool_draft_free);
  GstVowelToolDraft *draft;
  Outcome outcome;

  if (name == NULL) {
    outcome = decide (context, NULL, TRUE);
    g_clear_pointer (&outcome.pending, g_ptr_array_unref);
    if (outcome.reply->calls->len > 0)
      return outcome.reply;
    gst_vowel_script_reply_free (outcome.reply);
  }
  draft = gst_vowel_tools_force (context->request, name, words);
  if (draft == NULL) {
    if (name != NULL)
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
          "tool_choice names the function \"%s\", but the request brings no "
          "such "
          "tool: add it to tools or choose another",
          name);
    else
      g_set_error_literal (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
          "tool_choice is \"required\", but the request brings no tools: add "
          "one "
          "to tools or use \"auto\"");
    return NULL;
  }
  g_ptr_array_add (drafts, draft);
  return call_or_ask (drafts).reply;
}

static const gchar *
name_of_call (
    const GstVowelChatRequest *request, const GstVowelChatMessage *result)
{
  guint i = gst_vowel_chat_request_get_n_messages (request);

  if (result->name != NULL)
    return result->name;
  while (i-- > 0) {
    const GstVowelChatMessage *message =
        gst_vowel_chat_request_get_message (request, i);

    if (message->role == GST_VOWEL_CHAT_TOOL_CALL
        && g_strcmp0 (message->call_id, result->call_id) == 0)
      return message->name;
  }
  return NULL;
}

/* The outputs since the user or the assistant last spoke. */
static GPtrArray *
collect_outputs (
    const GstVowelChatRequest *request, guint last, gboolean *ret_failed)
{
  GPtrArray *outputs = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_vowel_tool_output_free);
  guint first = last, i;

  while (
      first > 0
      && gst_vowel_context_role_of (request, first - 1) != GST_VOWEL_CHAT_USER
      && gst_vowel_context_role_of (request, first - 1)
             != GST_VOWEL_CHAT_ASSISTANT)
    first--;
  for (i = first; i <= last; i++) {
    const GstVowelChatMessage *message =
        gst_vowel_chat_request_get_message (request, i);
    GstVowelToolOutput *output;

    if (message->role != GST_VOWEL_CHAT_TOOL_RESULT)
      continue;
    output = gst_vowel_tool_output_new (
        name_of_call (request, message), message->text);
    *ret_failed = *ret_failed || output->failed;
    g_ptr_array_add (outputs, output);
  }
  return outputs;
}

static gboolean
mentions (const GstVowelTemplate *template, const gchar *name)
{
  guint i;

  for (i = 0; i < gst_vowel_template_get_n_places (template); i++) {
    gboolean optional;

    if (strcmp (gst_vowel_template_get_place (template, i, &optional), name)
        == 0)
      return TRUE;
  }
  return FALSE;
}

/* The tools have answered: say so, in the words of the rule that called them
 * when it has some. */
static GstVowelScriptReply *
follow_up (GstVowelResponder *self, const GstVowelChatRequest *request,
    GDateTime *now, guint last)
{
  gboolean failed = FALSE;
  g_autoptr (GPtrArray) outputs = collect_outputs (request, last, &failed);
  GstVowelScriptReply *reply =
      reply_new (gst_vowel_context_make_output (outputs, "result"));
  g_autoptr (GstVowelWords) words = NULL;
  const GstVowelScriptRule *rule;
  GstVowelContext context;
  guint user;

  if (!gst_vowel_context_find_last (request, GST_VOWEL_CHAT_USER, last, &user))
    return reply;
  gst_vowel_context_init (&context, self, request, now, user);
  context.outputs = g_ptr_array_ref (outputs);
  words = gst_vowel_words_new (gst_vowel_context_text_of (request, user));
  rule = gst_vowel_context_find_rule (&context, words, 0,
      gst_vowel_words_get_length (words), GST_VOWEL_RULES_ALL);
  if (rule != NULL && rule->calls->len > 0 && rule->result != NULL
      && (!failed || mentions (rule->result, "error"))) {
    gchar *text = gst_vowel_template_expand (
        rule->result, gst_vowel_context_look_up, &context, NULL);

    if (text != NULL) {
      g_free (reply->text);
      reply->text = text;
    }
    reply->delay_ms = rule->delay_ms;
    reply->tokens_per_second = rule->tokens_per_second;
  }
  gst_vowel_context_clear (&context);
  return reply;
}

static gboolean
is_blank (const gchar *text)
{
  g_autoptr (GstVowelWords) words = gst_vowel_words_new (text);

  return gst_vowel_words_get_length (words) == 0;
}

/**
 * gst_vowel_responder_reply:
 * @responder: the responder
 * @request: the conversation
 * @now: what time it is
 * @error: GST_VOWEL_ERROR_BAD_REQUEST
 *
 * Returns: (transfer full) (nullable): the reply
 */
GstVowelScriptReply *
gst_vowel_responder_reply (GstVowelResponder *responder,
    const GstVowelChatRequest *request, GDateTime *now, GError **error)
{
  const gchar *choice = gst_vowel_chat_request_get_tool_choice (request);
  guint last = gst_vowel_chat_request_get_n_messages (request);
  g_autoptr (GPtrArray) pending = NULL;
  GstVowelScriptReply *reply = NULL;
  Outcome outcome;
  GstVowelContext context;

  /* Instructions may stand last. */
  while (
      last > 0
      && gst_vowel_context_role_of (request, last - 1) == GST_VOWEL_CHAT_SYSTEM)
    last--;
  if (last > 0
      && gst_vowel_context_role_of (request, last - 1)
             == GST_VOWEL_CHAT_TOOL_RESULT)
    return follow_up (responder, request, now, last - 1);

  gst_vowel_context_init (
      &context, responder, request, now, last > 0 ? last - 1 : 0);
  if (choice != NULL
      && (strcmp (choice, "required") == 0
          || g_str_has_prefix (choice, "function:"))
      && last > 0) {
    reply = reply_by_force (&context, choice, error);
  } else if (last == 0
             || gst_vowel_context_role_of (request, last - 1)
                    != GST_VOWEL_CHAT_USER
             || is_blank (gst_vowel_context_text_of (request, last - 1))) {
    reply = reply_new (
        expand_in_turn (&context, responder->script->empty, DEFAULT_EMPTY));
  } else {
    pending = find_pending (responder, request, now, last - 1);
    outcome = decide (&context, pending, g_strcmp0 (choice, "none") != 0);
    g_clear_pointer (&outcome.pending, g_ptr_array_unref);
    reply = outcome.reply;
  }
  gst_vowel_context_clear (&context);
  if (reply != NULL && reply->calls->len > 1
      && !gst_vowel_chat_request_get_parallel_tool_calls (request))
    g_ptr_array_set_size (reply->calls, 1);
  return reply;
}
