/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-tools.h"
#include "script-compound.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define MAX_SCHEMA_SIZE (64 * 1024)
#define MAX_DESCRIPTION_WORDS 24
#define MAX_CALLS 8

/* How sure it is that an utterance means a tool. */
#define SURE 3.0
#define LIKELY 2.0
#define PLAUSIBLE 1.0

/* A request begins so; plain talk that merely has a tool's word in it does
 * not. */
static const gchar *const request_words[] = {"what", "which", "who", "how",
    "when", "where", "is", "are", "do", "does", "will", "get", "tell", "give",
    "show", "set", "find", "look", "check", "read", "list", "turn", "switch",
    "start", "stop", "open", "close", "play", "search", "call", "send", "book",
    "order", "add", "create", "make", "remind", "cancel", "delete", "remove",
    "schedule", "calculate", "translate", "convert", "lookup", "fetch", "run",
    "buy", "increase", "decrease", "raise", "lower", "dim", "mute", "pause",
    "use", "put", "write", "save", "update", "change", "ask", "transfer", "end",
    "lock", "unlock", "any", NULL};
static const gchar *const lead_ins[] = {"please", "can", "could", "would",
    "will", "you", "i", "like", "want", "need", "to", "hey", "ok", "okay",
    "now", "so", "well", "and", "then", "also", "let", "us", "just", "go",
    "ahead", "me", "um", "uh", NULL};
static const gchar *const askers[] = {
    "can", "could", "would", "will", "want", "need", "please", "let", NULL};
/* What a wish never begins with. */
static const gchar *const statements[] = {"i", "it", "he", "she", "we", "they",
    "this", "that", "there", "my", "because", NULL};
static const gchar *const opposites[][2] = {{"on", "off"}, {"open", "close"},
    {"start", "stop"}, {"add", "remove"}, {"enable", "disable"},
    {"lock", "unlock"}, {"up", "down"}, {"increase", "decrease"},
    {"play", "pause"}, {"raise", "lower"}};

/* A tool's words, stemmed; kept for one matching. */
typedef struct {
  const GstVowelChatTool *tool;
  GPtrArray *name;        /* those that say something */
  GPtrArray *all;         /* all of the name */
  GPtrArray *description; /* those that the name has not */
} Profile;

static void
profile_free (gpointer data)
{
  Profile *self = data;

  g_ptr_array_unref (self->name);
  g_ptr_array_unref (self->all);
  g_ptr_array_unref (self->description);
  g_free (self);
}

static gboolean
contains (GPtrArray *stems, const gchar *stem)
{
  return g_ptr_array_find_with_equal_func (stems, stem, g_str_equal, NULL);
}

static void
add_stem (GPtrArray *stems, const gchar *word)
{
  g_autofree gchar *stem = gst_vowel_words_stem (word);

  if (!contains (stems, stem))
    g_ptr_array_add (stems, g_steal_pointer (&stem));
}

static Profile *
profile_new (const GstVowelChatTool *tool)
{
  Profile *self = g_new0 (Profile, 1);
  g_auto (GStrv) parts = gst_vowel_words_split_identifier (tool->name);
  g_autoptr (GstVowelWords) words =
      gst_vowel_words_new (tool->description != NULL ? tool->description : "");
  guint i, n = MIN (gst_vowel_words_get_length (words), MAX_DESCRIPTION_WORDS);

  self->tool = tool;
  self->name = g_ptr_array_new_with_free_func (g_free);
  self->all = g_ptr_array_new_with_free_func (g_free);
  self->description = g_ptr_array_new_with_free_func (g_free);
  for (i = 0; parts[i] != NULL; i++) {
    add_stem (self->all, parts[i]);
    if (!gst_vowel_words_is_stop_word (parts[i]))
      add_stem (self->name, parts[i]);
  }
  /* "get_user": its stop words are all that it has. */
  for (i = 0; self->name->len == 0 && i < self->all->len; i++)
    g_ptr_array_add (self->name, g_strdup (self->all->pdata[i]));
  for (i = 0; i < n; i++) {
    const gchar *word = gst_vowel_words_get (words, i);
    g_autofree gchar *stem = gst_vowel_words_stem (word);

    if (!gst_vowel_words_is_stop_word (word) && !contains (self->all, stem))
      add_stem (self->description, word);
  }
  return self;
}

static GPtrArray *
list_profiles (const GstVowelChatRequest *request)
{
  GPtrArray *profiles = g_ptr_array_new_with_free_func (profile_free);
  guint i;

  for (i = 0; i < gst_vowel_chat_request_get_n_tools (request); i++)
    g_ptr_array_add (
        profiles, profile_new (gst_vowel_chat_request_get_tool (request, i)));
  return profiles;
}

/* Whether the words ask for something, rather than tell something. */
static gboolean
is_request (
    const GstVowelWords *words, guint from, guint to, const Profile *profile)
{
  g_autofree gchar *stem = NULL;
  gboolean asked = FALSE;
  const gchar *word;
  guint i = from;

  while (i < to && g_strv_contains (lead_ins, gst_vowel_words_get (words, i))) {
    asked = asked || g_strv_contains (askers, gst_vowel_words_get (words, i));
    i++;
  }
  if (i == to)
    return FALSE;
  if (asked)
    return TRUE;
  word = gst_vowel_words_get (words, i);
  /* "I had a good time", "what a day" */
  if (i > from && strcmp (gst_vowel_words_get (words, from), "i") == 0)
    return FALSE;
  if (strcmp (word, "what") == 0 && i + 1 < to
      && (strcmp (gst_vowel_words_get (words, i + 1), "a") == 0
          || strcmp (gst_vowel_words_get (words, i + 1), "an") == 0))
    return FALSE;
  stem = gst_vowel_words_stem (word);
  if (g_strv_contains (request_words, word) || contains (profile->name, stem))
    return TRUE;
  return to - i <= 3 && !g_strv_contains (statements, word);
}

static gboolean
has_word (const GstVowelWords *words, guint from, guint to, const gchar *wanted)
{
  for (; from < to; from++) {
    if (strcmp (gst_vowel_words_get (words, from), wanted) == 0)
      return TRUE;
  }
  return FALSE;
}

/* "turn on" does not mean turn_off_light. */
static gboolean
is_opposite (
    const Profile *profile, const GstVowelWords *words, guint from, guint to)
{
  gsize i, k;

  for (i = 0; i < G_N_ELEMENTS (opposites); i++) {
    for (k = 0; k < 2; k++) {
      g_autofree gchar *own = gst_vowel_words_stem (opposites[i][k]);
      g_autofree gchar *other = gst_vowel_words_stem (opposites[i][1 - k]);

      if (contains (profile->all, own) && !contains (profile->all, other)
          && has_word (words, from, to, opposites[i][1 - k])
          && !has_word (words, from, to, opposites[i][k]))
        return TRUE;
    }
  }
  return FALSE;
}

/* 0 when the words are not about the tool.  @asked: they go on with a request,
 * so that they need not look like one. */
static gdouble
score (const Profile *profile, const GstVowelWords *words, guint from, guint to,
    gboolean asked)
{
  g_autoptr (GPtrArray) stems = g_ptr_array_new_with_free_func (g_free);
  guint named = 0, described = 0, meaningful = 0, i;
  gdouble extra;

  for (i = from; i < to; i++) {
    add_stem (stems, gst_vowel_words_get (words, i));
    meaningful +=
        !gst_vowel_words_is_stop_word (gst_vowel_words_get (words, i));
    /* "look up" is lookup. */
    if (i > from) {
      g_autofree gchar *compound =
          g_strconcat (gst_vowel_words_get (words, i - 1),
              gst_vowel_words_get (words, i), NULL);

      add_stem (stems, compound);
    }
  }
  for (i = 0; i < profile->name->len; i++)
    named += contains (stems, profile->name->pdata[i]);
  for (i = 0; i < profile->description->len; i++)
    described += contains (stems, profile->description->pdata[i]);
  if (named + described == 0 || is_opposite (profile, words, from, to))
    return 0;

  extra = 0.1 * MIN (described, 4) + 0.05 * MIN (named, 4);
  if (named == profile->name->len && named >= 2)
    return SURE + extra;
  if (!asked && !is_request (words, from, to, profile))
    return 0;
  if (named == profile->name->len)
    return LIKELY + extra;
  if (named * 2 >= profile->name->len && named > 0 && named + described >= 2)
    return PLAUSIBLE + extra;
  if (named == 0 && described >= 2 && described * 2 >= meaningful)
    return PLAUSIBLE + extra / 2;
  return 0;
}

static const Profile *
find_best (GPtrArray *profiles, const GstVowelWords *words, guint from,
    guint to, gboolean asked)
{
  const Profile *best = NULL;
  gdouble best_score = 0;
  guint i;

  for (i = 0; i < profiles->len; i++) {
    gdouble value = score (profiles->pdata[i], words, from, to, asked);

    if (value > best_score) {
      best = profiles->pdata[i];
      best_score = value;
    }
  }
  return best;
}

/* A schema that cannot be read is one without parameters: the tool's owner is
 * told what is wrong where it is registered. */
static JsonNode *
parse_schema (const GstVowelChatTool *tool)
{
  g_autoptr (GError) error = NULL;
  JsonNode *node;

  if (tool->parameters == NULL)
    return NULL;
  node = gst_vowel_json_parse (
      tool->parameters, strlen (tool->parameters), MAX_SCHEMA_SIZE, &error);
  if (node == NULL) {
    g_info ("tool \"%s\" is called without arguments, its parameters cannot be "
            "read: %s",
        tool->name, error->message);
    return NULL;
  }
  if (!JSON_NODE_HOLDS_OBJECT (node))
    g_clear_pointer (&node, json_node_unref);
  return node;
}

static GstVowelToolDraft *
draft_new (
    const Profile *profile, const GstVowelWords *words, guint from, guint to)
{
  GstVowelToolDraft *self = g_new0 (GstVowelToolDraft, 1);
  g_autoptr (GPtrArray) stems = g_ptr_array_new ();
  guint i;

  self->tool = profile->tool;
  self->schema = parse_schema (profile->tool);
  self->arguments = json_object_new ();
  for (i = 0; i < profile->all->len; i++)
    g_ptr_array_add (stems, profile->all->pdata[i]);
  g_ptr_array_add (stems, NULL);
  if (self->schema != NULL)
    gst_vowel_arguments_fill (json_node_get_object (self->schema), words, from,
        to, (const gchar *const *) stems->pdata, self->arguments);
  return self;
}

/* One call, or one for each place or person that is named. */
static void
add_drafts (GPtrArray *drafts, const Profile *profile,
    const GstVowelWords *words, guint from, guint to)
{
  GstVowelToolDraft *draft = draft_new (profile, words, from, to);
  g_autoptr (GPtrArray) split = NULL;
  guint i;

  if (draft->schema != NULL)
    split = gst_vowel_compound_split (
        json_node_get_object (draft->schema), draft->arguments);
  for (i = 1; split != NULL && i < split->len; i++) {
    GstVowelToolDraft *other = g_new0 (GstVowelToolDraft, 1);

    other->tool = draft->tool;
    other->schema = json_node_ref (draft->schema);
    other->arguments = json_object_ref (split->pdata[i]);
    g_ptr_array_add (drafts, other);
  }
  if (split != NULL) {
    json_object_unref (draft->arguments);
    draft->arguments = json_object_ref (split->pdata[0]);
  }
  g_ptr_array_insert (
      drafts, drafts->len - (split != NULL ? split->len - 1 : 0), draft);
}

void
gst_vowel_tool_draft_free (GstVowelToolDraft *draft)
{
  g_clear_pointer (&draft->schema, json_node_unref);
  json_object_unref (draft->arguments);
  g_free (draft);
}

const gchar *
gst_vowel_tool_draft_get_missing (const GstVowelToolDraft *draft)
{
  return draft->schema != NULL ? gst_vowel_arguments_get_missing (
             json_node_get_object (draft->schema), draft->arguments)
                               : NULL;
}

/* Where the next part of an utterance begins: after "and", "then" or the end
 * of a sentence. */
static guint
next_part (const GstVowelWords *words, guint at, guint to, guint *ret_end)
{
  for (; at < to; at++) {
    const gchar *word = gst_vowel_words_get (words, at);

    if (strcmp (word, "and") == 0 || strcmp (word, "then") == 0) {
      *ret_end = at;
      return at + 1;
    }
    if (g_array_index (words->words, GstVowelWord, at).sentence_end) {
      *ret_end = at + 1;
      return at + 1;
    }
  }
  *ret_end = to;
  return to;
}

GPtrArray *
gst_vowel_tools_match (const GstVowelChatRequest *request,
    const GstVowelWords *words, guint from, guint to)
{
  GPtrArray *drafts = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_vowel_tool_draft_free);
  g_autoptr (GPtrArray) profiles = list_profiles (request);
  const Profile *current = NULL;
  guint begin = from, at = from, clause_end = from;

  /* A part that names no tool belongs to the clause before it: "salt and
   * pepper". */
  while (profiles->len > 0 && at < to && drafts->len < MAX_CALLS) {
    guint end, next = next_part (words, at, to, &end);
    const Profile *found =
        find_best (profiles, words, at, end, current != NULL);

    if (found != NULL && current != NULL) {
      add_drafts (drafts, current, words, begin, clause_end);
      begin = at;
    }
    if (found != NULL)
      current = found;
    clause_end = end;
    at = next;
  }
  if (current == NULL && profiles->len > 0 && to > from)
    current = find_best (profiles, words, from, to, FALSE);
  if (current != NULL && drafts->len < MAX_CALLS)
    add_drafts (drafts, current, words, begin, clause_end);
  return drafts;
}

GstVowelToolDraft *
gst_vowel_tools_force (const GstVowelChatRequest *request, const gchar *name,
    const GstVowelWords *words)
{
  g_autoptr (GPtrArray) profiles = list_profiles (request);
  guint i, n = gst_vowel_words_get_length (words);
  const Profile *chosen = NULL;
  GstVowelToolDraft *draft;

  for (i = 0; name != NULL && i < profiles->len && chosen == NULL; i++) {
    const Profile *profile = profiles->pdata[i];

    if (strcmp (profile->tool->name, name) == 0)
      chosen = profile;
  }
  if (name == NULL && profiles->len > 0) {
    chosen = find_best (profiles, words, 0, n, TRUE);
    if (chosen == NULL)
      chosen = profiles->pdata[0];
  }
  if (chosen == NULL)
    return NULL;
  draft = draft_new (chosen, words, 0, n);
  if (draft->schema != NULL)
    gst_vowel_arguments_force (
        json_node_get_object (draft->schema), words, draft->arguments);
  return draft;
}

gchar *
gst_vowel_tools_describe (const GstVowelChatRequest *request)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) names = NULL;
  guint i, n = gst_vowel_chat_request_get_n_tools (request);

  if (n == 0)
    return NULL;
  for (i = 0; i < n; i++) {
    const GstVowelChatTool *tool = gst_vowel_chat_request_get_tool (request, i);
    g_autofree gchar *name = gst_vowel_words_from_identifier (tool->name);

    g_strv_builder_add (builder, name);
  }
  names = g_strv_builder_end (builder);
  return gst_vowel_words_join ((const gchar *const *) names, "and");
}
