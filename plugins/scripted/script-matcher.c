/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-matcher.h"
#include "script-calculator.h"
#include "script-numbers.h"

#include <string.h>

#define MAX_CAPTURES 8
#define MAX_DEPTH 16
#define MAX_INSTRUCTIONS 4096

typedef enum {
  OP_WORD,   /* @word, then on */
  OP_ANY,    /* any one word */
  OP_NUMBER, /* the longest number phrase */
  OP_SPLIT,  /* try @a, then @b */
  OP_JUMP,   /* to @a */
  OP_BEGIN,  /* capture @a begins */
  OP_END,    /* capture @a ends */
  OP_MATCH,
} Op;

typedef struct {
  Op op;
  guint a;
  guint b;
  gchar *word;
} Instruction;

typedef enum {
  KIND_TEXT,
  KIND_WORD,
  KIND_NAME,
  KIND_NUMBER,
  KIND_EXPRESSION,
} Kind;

typedef struct {
  gchar *name;
  Kind kind;
} Capture;

/* Compiled to a small program, which a backtracking machine runs that visits
 * each (instruction, word) once. */
struct _GstVowelPattern {
  GArray *program;
  GArray *captures;
  /* What a match begins with, so that most utterances are turned away at once;
   * NULL when that may be any word. */
  GHashTable *first_words;
};

typedef struct {
  GstVowelPattern *pattern;
  const gchar *text;
  const gchar *p;
  GHashTable *lists;
  guint depth;
} Compiler;

G_DEFINE_QUARK (gst_vowel_pattern_error, gst_vowel_pattern_error)

static gboolean compile_choice (Compiler *self, GError **error);

static guint
emit (Compiler *self, Op op, guint a, guint b, const gchar *word)
{
  Instruction instruction = {op, a, b, g_strdup (word)};

  g_array_append_val (self->pattern->program, instruction);
  return self->pattern->program->len - 1;
}

static Instruction *
instruction_at (const GstVowelPattern *pattern, guint index)
{
  return &g_array_index (pattern->program, Instruction, index);
}

static guint
position (Compiler *self)
{
  return self->pattern->program->len;
}

static gboolean
syntax_error (Compiler *self, GError **error, const gchar *message)
{
  g_set_error (error, GST_VOWEL_PATTERN_ERROR, GST_VOWEL_PATTERN_ERROR_SYNTAX,
      "pattern \"%s\", at character %ld: %s", self->text,
      g_utf8_pointer_to_offset (self->text, self->p) + 1, message);
  return FALSE;
}

static void
skip_space (Compiler *self)
{
  while (g_ascii_isspace (*self->p))
    self->p++;
}

/* Zero or more words when @at_least is 0, as few as possible. */
static void
emit_words (Compiler *self, guint at_least)
{
  guint split, i;

  for (i = 0; i < at_least; i++)
    emit (self, OP_ANY, 0, 0, NULL);
  split = emit (self, OP_SPLIT, 0, 0, NULL);
  emit (self, OP_ANY, 0, 0, NULL);
  emit (self, OP_JUMP, split, 0, NULL);
  instruction_at (self->pattern, split)->a = position (self);
  instruction_at (self->pattern, split)->b = split + 1;
}

/* One to three words. */
static void
emit_name (Compiler *self)
{
  guint splits[2], i;

  emit (self, OP_ANY, 0, 0, NULL);
  for (i = 0; i < G_N_ELEMENTS (splits); i++) {
    splits[i] = emit (self, OP_SPLIT, 0, 0, NULL);
    emit (self, OP_ANY, 0, 0, NULL);
  }
  for (i = 0; i < G_N_ELEMENTS (splits); i++) {
    instruction_at (self->pattern, splits[i])->a = position (self);
    instruction_at (self->pattern, splits[i])->b = splits[i] + 1;
  }
}

static gboolean
compile_capture (Compiler *self, GError **error)
{
  static const gchar *const kinds[] = {
      "text", "word", "name", "number", "expression"};
  gsize length = strcspn (self->p, "}");
  g_autofree gchar *inside = g_strndup (self->p, length);
  gchar *colon = strchr (inside, ':');
  Capture capture = {NULL, KIND_TEXT};
  guint index = self->pattern->captures->len, i;

  if (self->p[length] != '}')
    return syntax_error (self, error, "'{' without '}'");
  if (colon != NULL) {
    *colon++ = '\0';
    for (i = 0; i < G_N_ELEMENTS (kinds); i++) {
      if (strcmp (colon, kinds[i]) == 0)
        break;
    }
    if (i == G_N_ELEMENTS (kinds))
      return syntax_error (self, error,
          "the kind of a capture is text, word, name, number or expression");
    capture.kind = i;
  }
  if (inside[0] == '\0'
      || strspn (inside, "abcdefghijklmnopqrstuvwxyz_0123456789")
             != strlen (inside))
    return syntax_error (self, error,
        "a capture's name is of lower case letters, digits and '_'");
  if (index >= MAX_CAPTURES)
    return syntax_error (self, error, "more than 8 captures");
  capture.name = g_strdup (inside);
  g_array_append_val (self->pattern->captures, capture);
  self->p += length + 1;

  emit (self, OP_BEGIN, index, 0, NULL);
  switch (capture.kind) {
    case KIND_WORD:
      emit (self, OP_ANY, 0, 0, NULL);
      break;
    case KIND_NAME:
      emit_name (self);
      break;
    case KIND_NUMBER:
      emit (self, OP_NUMBER, 0, 0, NULL);
      break;
    default:
      emit_words (self, 1);
      break;
  }
  emit (self, OP_END, index, 0, NULL);
  return TRUE;
}

static void
emit_phrase (Compiler *self, const gchar *phrase)
{
  g_autoptr (GstVowelWords) words = gst_vowel_words_new (phrase);
  guint i;

  for (i = 0; i < gst_vowel_words_get_length (words); i++)
    emit (self, OP_WORD, 0, 0, gst_vowel_words_get (words, i));
}

static gboolean
compile_list (Compiler *self, GError **error)
{
  gsize length = strcspn (self->p, ">");
  g_autofree gchar *name = g_strndup (self->p, length);
  g_autoptr (GArray) jumps = g_array_new (FALSE, FALSE, sizeof (guint));
  const gchar *const *entries;
  guint i;

  if (self->p[length] != '>')
    return syntax_error (self, error, "'<' without '>'");
  entries =
      self->lists != NULL ? g_hash_table_lookup (self->lists, name) : NULL;
  if (entries == NULL)
    return syntax_error (self, error, "there is no such list under \"lists\"");
  self->p += length + 1;

  for (i = 0; entries[i] != NULL; i++) {
    guint split = 0, jump;

    if (entries[i + 1] != NULL)
      split = emit (self, OP_SPLIT, 0, 0, NULL);
    emit_phrase (self, entries[i]);
    if (entries[i + 1] == NULL)
      break;
    jump = emit (self, OP_JUMP, 0, 0, NULL);
    g_array_append_val (jumps, jump);
    instruction_at (self->pattern, split)->a = split + 1;
    instruction_at (self->pattern, split)->b = position (self);
  }
  for (i = 0; i < jumps->len; i++)
    instruction_at (self->pattern, g_array_index (jumps, guint, i))->a =
        position (self);
  return TRUE;
}

static gboolean
compile_group (Compiler *self, gchar close, GError **error)
{
  guint split = 0;

  if (++self->depth > MAX_DEPTH)
    return syntax_error (self, error, "nested too deeply");
  if (close == ']')
    split = emit (self, OP_SPLIT, 0, 0, NULL);
  if (!compile_choice (self, error))
    return FALSE;
  if (*self->p != close)
    return syntax_error (
        self, error, close == ']' ? "'[' without ']'" : "'(' without ')'");
  self->p++;
  self->depth--;
  if (close == ']') {
    instruction_at (self->pattern, split)->a = split + 1;
    instruction_at (self->pattern, split)->b = position (self);
  }
  return TRUE;
}

static gboolean
compile_element (Compiler *self, GError **error)
{
  switch (*self->p) {
    case '[':
      self->p++;
      return compile_group (self, ']', error);
    case '(':
      self->p++;
      return compile_group (self, ')', error);
    case '{':
      self->p++;
      return compile_capture (self, error);
    case '<':
      self->p++;
      return compile_list (self, error);
    case '*':
      self->p++;
      emit_words (self, 0);
      return TRUE;
    case '}':
    case '>':
      return syntax_error (self, error, "this bracket closes nothing");
    default: {
      gsize length = strcspn (self->p, " \t\n[](){}<>|*");
      g_autofree gchar *word = g_strndup (self->p, length);

      emit_phrase (self, word);
      self->p += length;
      return TRUE;
    }
  }
}

/* Alternatives up to a closing bracket or the end. */
static gboolean
compile_choice (Compiler *self, GError **error)
{
  g_autoptr (GArray) jumps = g_array_new (FALSE, FALSE, sizeof (guint));
  guint i, begin = position (self);

  for (;;) {
    guint jump;

    skip_space (self);
    if (position (self) > MAX_INSTRUCTIONS)
      return syntax_error (self, error, "too long");
    if (*self->p == '\0' || *self->p == ')' || *self->p == ']')
      break;
    if (*self->p != '|') {
      if (!compile_element (self, error))
        return FALSE;
      continue;
    }
    /* The alternative that just ended gets a way in and a way out: make room
     * for the split before it by moving it. */
    self->p++;
    {
      Instruction split = {OP_SPLIT, begin + 1, 0, NULL};

      g_array_insert_val (self->pattern->program, begin, split);
      for (i = begin + 1; i < position (self); i++) {
        Instruction *moved = instruction_at (self->pattern, i);

        if (moved->op == OP_SPLIT || moved->op == OP_JUMP) {
          moved->a += moved->a >= begin ? 1 : 0;
          moved->b += moved->op == OP_SPLIT && moved->b >= begin ? 1 : 0;
        }
      }
    }
    jump = emit (self, OP_JUMP, 0, 0, NULL);
    g_array_append_val (jumps, jump);
    instruction_at (self->pattern, begin)->b = position (self);
    begin = position (self);
  }
  for (i = 0; i < jumps->len; i++)
    instruction_at (self->pattern, g_array_index (jumps, guint, i))->a =
        position (self);
  return TRUE;
}

static void
clear_instruction (gpointer instruction)
{
  g_free (((Instruction *) instruction)->word);
}

static void
clear_capture (gpointer capture)
{
  g_free (((Capture *) capture)->name);
}

/* Collects the words that can come first from instruction @at on.  FALSE when
 * that may be any. */
static gboolean
collect_first (const GstVowelPattern *pattern, guint at, gboolean *visited,
    GHashTable *words)
{
  while (!visited[at]) {
    const Instruction *i = instruction_at (pattern, at);

    visited[at] = TRUE;
    switch (i->op) {
      case OP_WORD:
        g_hash_table_add (words, i->word);
        return TRUE;
      case OP_SPLIT:
        if (!collect_first (pattern, i->a, visited, words))
          return FALSE;
        at = i->b;
        break;
      case OP_JUMP:
        at = i->a;
        break;
      case OP_BEGIN:
      case OP_END:
        at++;
        break;
      default:
        return FALSE;
    }
  }
  return TRUE;
}

static void
find_first_words (GstVowelPattern *self)
{
  g_autofree gboolean *visited = g_new0 (gboolean, self->program->len);

  self->first_words = g_hash_table_new (g_str_hash, g_str_equal);
  if (!collect_first (self, 0, visited, self->first_words))
    g_clear_pointer (&self->first_words, g_hash_table_unref);
}

GstVowelPattern *
gst_vowel_pattern_new (const gchar *text, GHashTable *lists, GError **error)
{
  g_autoptr (GstVowelPattern) pattern = g_new0 (GstVowelPattern, 1);
  Compiler compiler = {pattern, text, text, lists, 0};

  pattern->program = g_array_new (FALSE, FALSE, sizeof (Instruction));
  g_array_set_clear_func (pattern->program, clear_instruction);
  pattern->captures = g_array_new (FALSE, FALSE, sizeof (Capture));
  g_array_set_clear_func (pattern->captures, clear_capture);

  if (!compile_choice (&compiler, error))
    return NULL;
  if (*compiler.p != '\0') {
    syntax_error (&compiler, error, "this bracket closes nothing");
    return NULL;
  }
  if (position (&compiler) == 0) {
    syntax_error (&compiler, error, "it is empty");
    return NULL;
  }
  emit (&compiler, OP_MATCH, 0, 0, NULL);
  find_first_words (pattern);
  return g_steal_pointer (&pattern);
}

void
gst_vowel_pattern_free (GstVowelPattern *pattern)
{
  g_clear_pointer (&pattern->first_words, g_hash_table_unref);
  g_array_unref (pattern->program);
  g_array_unref (pattern->captures);
  g_free (pattern);
}

gboolean
gst_vowel_pattern_has_capture (
    const GstVowelPattern *pattern, const gchar *name)
{
  guint i;

  for (i = 0; i < pattern->captures->len; i++) {
    if (strcmp (g_array_index (pattern->captures, Capture, i).name, name) == 0)
      return TRUE;
  }
  return FALSE;
}

/* Where the machine can go back to. */
typedef struct {
  guint instruction;
  guint word;
  guint begin[MAX_CAPTURES];
  guint end[MAX_CAPTURES];
} Thread;

static gboolean
run (const GstVowelPattern *pattern, const GstVowelWords *words, guint from,
    guint to, Thread *ret_thread)
{
  guint span = to - from + 1;
  g_autofree guint8 *visited = g_malloc0 ((gsize) pattern->program->len * span);
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (Thread));
  Thread thread = {0, from};

  for (;;) {
    const Instruction *i = instruction_at (pattern, thread.instruction);
    guint8 *seen =
        &visited[thread.instruction * (gsize) span + thread.word - from];
    gboolean alive = !*seen;

    *seen = TRUE;
    if (alive) {
      gdouble number;
      guint used;

      switch (i->op) {
        case OP_WORD:
          alive = thread.word < to
                  && strcmp (gst_vowel_words_get (words, thread.word), i->word)
                         == 0;
          thread.word++;
          thread.instruction++;
          break;
        case OP_ANY:
          alive = thread.word < to;
          thread.word++;
          thread.instruction++;
          break;
        case OP_NUMBER:
          used = thread.word < to
                     ? gst_vowel_numbers_parse (words, thread.word, &number)
                     : 0;
          alive = used > 0 && thread.word + used <= to;
          thread.word += used;
          thread.instruction++;
          break;
        case OP_SPLIT: {
          Thread other = thread;

          other.instruction = i->b;
          g_array_append_val (stack, other);
          thread.instruction = i->a;
          break;
        }
        case OP_JUMP:
          thread.instruction = i->a;
          break;
        case OP_BEGIN:
          thread.begin[i->a] = thread.word;
          thread.instruction++;
          break;
        case OP_END:
          thread.end[i->a] = thread.word;
          thread.instruction++;
          break;
        case OP_MATCH:
          if (thread.word == to) {
            *ret_thread = thread;
            return TRUE;
          }
          alive = FALSE;
          break;
      }
    }
    if (alive)
      continue;
    if (stack->len == 0)
      return FALSE;
    thread = g_array_index (stack, Thread, stack->len - 1);
    g_array_set_size (stack, stack->len - 1);
  }
}

static gchar *
capture_value (
    const Capture *capture, const GstVowelWords *words, guint begin, guint end)
{
  g_autofree gchar *text = gst_vowel_words_slice (words, begin, end);
  g_autoptr (GError) error = NULL;
  gdouble value;

  if (capture->kind == KIND_NUMBER) {
    gst_vowel_numbers_parse (words, begin, &value);
    return gst_vowel_numbers_to_digits (value);
  }
  if (capture->kind == KIND_EXPRESSION
      && !gst_vowel_calculator_evaluate (text, &value, &error)
      && error->code == GST_VOWEL_CALCULATOR_ERROR_SYNTAX)
    return NULL;
  return g_steal_pointer (&text);
}

gboolean
gst_vowel_pattern_match (const GstVowelPattern *pattern,
    const GstVowelWords *words, guint from, guint to, GHashTable *captures)
{
  gchar *values[MAX_CAPTURES] = {NULL};
  gboolean matched = TRUE;
  Thread thread;
  guint i;

  if (from < to && pattern->first_words != NULL
      && !g_hash_table_contains (
          pattern->first_words, gst_vowel_words_get (words, from)))
    return FALSE;
  if (!run (pattern, words, from, to, &thread))
    return FALSE;
  for (i = 0; i < pattern->captures->len && matched; i++) {
    /* A capture in the alternative that was not taken stays unset. */
    if (thread.end[i] <= thread.begin[i])
      continue;
    values[i] = capture_value (&g_array_index (pattern->captures, Capture, i),
        words, thread.begin[i], thread.end[i]);
    matched = values[i] != NULL;
  }
  for (i = 0; i < pattern->captures->len; i++) {
    if (matched && values[i] != NULL)
      g_hash_table_insert (captures,
          g_strdup (g_array_index (pattern->captures, Capture, i).name),
          g_steal_pointer (&values[i]));
    g_free (values[i]);
  }
  return matched;
}
