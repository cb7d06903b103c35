/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "tool-text.h"

#include <string.h>

#include <gst/vowel/gstvoweljson.h>
#include <gst/vowel/gstvowelloosejson.h>

/* Of one call, with all that belongs to it. */
#define MAX_CALL (128 * 1024)
/* The longest control token that is looked for. */
#define MAX_TOKEN 64

typedef enum {
  TEXT,
  PYTHON,   /* calls as Python writes them */
  JSON,     /* an object with name and arguments */
  FUNCTION, /* a name, then arguments */
  HEAD,     /* a name, before ARGUMENTS */
  ARGUMENTS,
  LOST, /* too long to make sense of */
} Mode;

static const gchar call_end[] = "<|tool_call_end|>";
static const gchar json_begin[] = "<tool_call>";
static const gchar json_end[] = "</tool_call>";
static const gchar function_end[] = "</function>";
static const gchar head_end[] = "<|tool_call_argument_begin|>";

/* What begins with it; TEXT: nothing, it is left out. */
static const struct {
  const gchar *token;
  Mode mode;
} tokens[] = {
    {"<|tool_call_start|>", PYTHON},
    {json_begin, JSON},
    {"<function=", FUNCTION},
    {"<|tool_call_begin|>", HEAD},
    {head_end, ARGUMENTS},
    {json_end, TEXT},
    {function_end, TEXT},
};

struct _ToolText {
  GStrv names;
  ToolTextCallbacks callbacks;
  gpointer user_data;

  Mode mode;
  GString *held;
  gsize searched;       /* of what is held, for the end of a call */
  gchar *name;          /* of ARGUMENTS */
  gboolean skip_space;  /* that which follows a call, where there was some */
  gboolean after_space; /* or nothing */
  gboolean skip_close;  /* what closes a call, and may come later */
  gboolean after_word;  /* what is held goes on where a word was said */
  gboolean saw_token;
};

ToolText *
tool_text_new (const gchar *const *names, const ToolTextCallbacks *callbacks,
    gpointer user_data)
{
  ToolText *self = g_new0 (ToolText, 1);

  self->names = g_strdupv ((GStrv) names);
  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->held = g_string_new (NULL);
  self->after_space = TRUE;
  return self;
}

void
tool_text_free (ToolText *self)
{
  g_strfreev (self->names);
  g_string_free (self->held, TRUE);
  g_free (self->name);
  g_free (self);
}

gboolean
tool_text_saw_token (ToolText *self)
{
  return self->saw_token;
}

/* --- what comes out --- */

/* Of a tool's name, with what stands around it. */
static gboolean
is_word_char (gchar c)
{
  return g_ascii_isalnum (c) || (c != '\0' && strchr ("_-.:", c) != NULL);
}

/* The first @size bytes of what is held. */
static void
say (ToolText *self, gsize size)
{
  g_autofree gchar *text = g_strndup (self->held->str, size);
  const gchar *begin = text;

  if (size > 0)
    self->after_word = is_word_char (text[size - 1]);
  g_string_erase (self->held, 0, size);
  while (self->skip_space && self->after_space && g_ascii_isspace (*begin))
    begin++;
  if (*begin == '\0')
    return;
  self->skip_space = FALSE;
  self->after_space = g_ascii_isspace (begin[strlen (begin) - 1]);
  self->callbacks.text (begin, self->user_data);
}

static const gchar *
without_prefix (const gchar *name)
{
  return g_str_has_prefix (name, "functions.") ? name + strlen ("functions.")
                                               : name;
}

static void
call (ToolText *self, const gchar *name, const gchar *arguments)
{
  name = without_prefix (name);
  if (g_strv_contains ((const gchar *const *) self->names, name))
    self->callbacks.call (name, arguments, self->user_data);
}

static void
call_with (ToolText *self, const gchar *name, JsonNode *arguments)
{
  g_autofree gchar *text =
      arguments != NULL ? json_to_string (arguments, FALSE) : g_strdup ("{}");

  call (self, name, text);
}

/* --- calls as JSON --- */

static void
read_json_call (ToolText *self, JsonObject *object)
{
  static const gchar *const names[] = {"arguments", "parameters", "args"};
  JsonObject *function = gst_vowel_json_get_object (object, "function");
  const gchar *name;
  JsonNode *arguments = NULL;

  if (function != NULL)
    object = function;
  name = gst_vowel_json_get_string (object, "name");
  for (guint i = 0; i < G_N_ELEMENTS (names) && arguments == NULL; i++)
    arguments = json_object_get_member (object, names[i]);
  if (name != NULL)
    call_with (self, name, arguments);
}

static void
read_json_calls (ToolText *self, JsonNode *node)
{
  JsonArray *array;

  if (JSON_NODE_HOLDS_OBJECT (node))
    read_json_call (self, json_node_get_object (node));
  if (!JSON_NODE_HOLDS_ARRAY (node))
    return;
  array = json_node_get_array (node);
  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);

    if (JSON_NODE_HOLDS_OBJECT (element))
      read_json_call (self, json_node_get_object (element));
  }
}

static const gchar *
skip (const gchar *at, const gchar *characters)
{
  return at + strspn (at, characters);
}

/* Several may stand behind each other, with or without a token between. */
void
tool_text_read_json (ToolText *self, const gchar *text)
{
  const gchar *at = skip (text, " \t\r\n");

  while (*at == '{' || *at == '[') {
    g_autoptr (JsonNode) node = gst_vowel_loose_json_read (&at);

    if (node == NULL)
      return;
    read_json_calls (self, node);
    at = skip (at, " \t\r\n,;");
    if (g_str_has_prefix (at, json_begin))
      at = skip (at + strlen (json_begin), " \t\r\n");
  }
}

/* --- calls as Python writes them --- */

/* (transfer full): may be empty */
static gchar *
read_name (const gchar **at)
{
  const gchar *begin = *at;

  while (g_ascii_isalnum (**at) || (**at != '\0' && strchr ("_-.", **at)))
    (*at)++;
  return g_strndup (begin, *at - begin);
}

static void
add_members (JsonObject *arguments, JsonObject *object)
{
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, object);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    json_object_set_member (arguments, name, json_node_ref (value));
}

/* name=value, or all of them as a dictionary. */
static gboolean
read_argument (const gchar **at, JsonObject *arguments)
{
  g_autofree gchar *name = NULL;
  g_autoptr (JsonNode) value = NULL;

  if (**at != '{') {
    name = read_name (at);
    *at = skip (*at, " \t\r\n");
    if (**at == '\0')
      return TRUE;
    if (*name == '\0' || **at != '=')
      return FALSE;
    *at = skip (*at + 1, " \t\r\n");
    if (**at == '\0')
      return TRUE;
  }
  value = gst_vowel_loose_json_read (at);
  if (value == NULL)
    return FALSE;
  if (name != NULL)
    json_object_set_member (arguments, name, g_steal_pointer (&value));
  else if (JSON_NODE_HOLDS_OBJECT (value))
    add_members (arguments, json_node_get_object (value));
  return TRUE;
}

/* Behind the bracket. (transfer full) (nullable): NULL when it makes no sense
 */
static JsonNode *
read_argument_list (const gchar **at)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *arguments = json_object_new ();

  json_node_take_object (node, arguments);
  for (;;) {
    *at = skip (*at, " \t\r\n,");
    if (**at == ')')
      (*at)++;
    else if (**at != '\0' && read_argument (at, arguments))
      continue;
    else if (**at != '\0')
      return NULL;
    return g_steal_pointer (&node);
  }
}

static void
read_python (ToolText *self, const gchar *body)
{
  const gchar *at = skip (body, " \t\r\n[");

  if (*at == '{') {
    tool_text_read_json (self, body);
    return;
  }
  for (;;) {
    g_autofree gchar *name = NULL;
    g_autoptr (JsonNode) arguments = NULL;

    at = skip (at, " \t\r\n,;");
    name = read_name (&at);
    at = skip (at, " \t\r\n");
    if (*name == '\0' || *at != '(')
      return;
    at++;
    arguments = read_argument_list (&at);
    if (arguments == NULL)
      return;
    call_with (self, name, arguments);
  }
}

/* --- a name, then arguments --- */

/* Behind arguments that make no sense; NULL when that has not come yet. */
static const gchar *
skip_nonsense (const gchar *text, gboolean last)
{
  const gchar *end = strstr (text, function_end);

  if (end == NULL && last)
    end = text + strlen (text);
  return end;
}

/* How much of @text is a call, 0 when there may be more of it. */
static gsize
read_function (ToolText *self, const gchar *text, gboolean last)
{
  gsize name_size = strcspn (text, "{>( \t\r\n<");
  g_autofree gchar *name = g_strndup (text, name_size);
  const gchar *begin = skip (text + name_size, ">( \t\r\n");
  const gchar *at = begin;
  g_autofree gchar *arguments = g_strdup ("{}");

  if (*begin == '\0' && !last)
    return 0;
  if (*begin == '{') {
    g_autoptr (JsonNode) node = gst_vowel_loose_json_read (&at);

    if (node == NULL)
      at = skip_nonsense (begin, last);
    /* What is at the end may have been closed by the reader alone. */
    if (at == NULL || (*at == '\0' && !last))
      return 0;
    g_free (arguments);
    arguments = node != NULL ? g_strndup (begin, at - begin) : NULL;
  }
  if (arguments != NULL)
    call (self, name, arguments);
  return at - text;
}

/* --- bodies, up to their ends --- */

/* NULL: it has not come yet. */
static const gchar *
find_end (ToolText *self, const gchar *token)
{
  gsize size = strlen (token);
  const gchar *found = strstr (self->held->str + self->searched, token);

  self->searched = self->held->len >= size ? self->held->len - (size - 1) : 0;
  return found;
}

static void
enter (ToolText *self, Mode mode, gsize skip_size)
{
  g_string_erase (self->held, 0, skip_size);
  self->searched = 0;
  self->after_word = FALSE;
  self->mode = mode;
  self->skip_space |= mode == TEXT;
}

/* FALSE: more must come first. */
static gboolean
step_body (ToolText *self, const gchar *token, gboolean last)
{
  const gchar *end = find_end (self, token);
  g_autofree gchar *body = NULL;
  gsize size = end != NULL ? (gsize) (end - self->held->str) : self->held->len;

  if (end == NULL && !last)
    return FALSE;
  body = g_strndup (self->held->str, size);
  switch (self->mode) {
    case PYTHON:
      read_python (self, body);
      break;
    case JSON:
      tool_text_read_json (self, body);
      break;
    case HEAD:
      g_free (self->name);
      self->name = g_strndup (g_strstrip (body), strcspn (body, ":"));
      break;
    default:
      call (self, self->name, body);
      break;
  }
  enter (self, self->mode == HEAD && end != NULL ? ARGUMENTS : TEXT,
      end != NULL ? size + strlen (token) : size);
  return end != NULL;
}

static gboolean
step_function (ToolText *self, gboolean last)
{
  gsize size = 0;

  /* Only where it can have an end: reading it anew at every byte takes long. */
  if (last || strpbrk (self->held->str + self->searched, ">}<") != NULL)
    size = read_function (self, self->held->str, last);
  self->searched = self->held->len;
  if (size == 0 && !last)
    return FALSE;
  enter (self, TEXT, size);
  self->skip_close = TRUE;
  return TRUE;
}

/* --- text --- */

/* Whether @word, of @size bytes, is the begin of "name:0" for a tool, or all of
 * it. */
static gboolean
is_head (ToolText *self, const gchar *word, gsize size)
{
  static const gchar prefix[] = "functions.";

  if (strncmp (word, prefix, MIN (size, strlen (prefix))) == 0) {
    if (size <= strlen (prefix))
      return TRUE;
    word += strlen (prefix);
    size -= strlen (prefix);
  }
  for (guint i = 0; self->names[i] != NULL; i++) {
    gsize length = strlen (self->names[i]);

    if (strncmp (word, self->names[i], MIN (size, length)) != 0)
      continue;
    if (size <= length
        || (word[length] == ':'
            && strspn (word + length + 1, "0123456789") >= size - length - 1))
      return TRUE;
  }
  return FALSE;
}

/* How much of the end of the first @size bytes may belong to a call. */
static gsize
find_head (ToolText *self, gsize size)
{
  gsize begin = size;

  while (begin > 0 && is_word_char (self->held->str[begin - 1]))
    begin--;
  if (begin == 0 && self->after_word)
    return 0;
  return begin < size && is_head (self, self->held->str + begin, size - begin)
             ? size - begin
             : 0;
}

/* How long a control token of any kind is at @text; 0: there is none; @text's
 * length: it may become one. */
static gsize
measure_token (const gchar *text)
{
  gsize size = 2;

  if (!g_str_has_prefix (text, "<|"))
    return 0;
  while (g_ascii_isalnum (text[size])
         || (text[size] != '\0' && strchr ("_-./: ", text[size]) != NULL))
    size++;
  if (size > MAX_TOKEN)
    return 0;
  if (text[size] == '\0' || (text[size] == '|' && text[size + 1] == '\0'))
    return strlen (text);
  return g_str_has_prefix (text + size, "|>") ? size + 2 : 0;
}

static gboolean
may_become_token (const gchar *text)
{
  gsize size = strlen (text);

  for (guint i = 0; i < G_N_ELEMENTS (tokens); i++)
    if (strncmp (text, tokens[i].token, size) == 0)
      return TRUE;
  return measure_token (text) == size;
}

/* At a token, which the text goes before. */
static void
take_token (ToolText *self, gsize at, gsize size, Mode mode)
{
  gsize head = mode == ARGUMENTS ? find_head (self, at) : 0;
  g_autofree gchar *word = g_strndup (self->held->str + at - head, head);

  say (self, at - head);
  self->saw_token = TRUE;
  g_free (self->name);
  self->name = g_strndup (word, strcspn (word, ":"));
  enter (self, mode, head + size);
}

static void
skip_close (ToolText *self)
{
  g_string_erase (self->held, 0, strspn (self->held->str, ")>"));
  if (self->held->len > 0)
    self->skip_close = FALSE;
}

static gboolean
step_text (ToolText *self, gboolean last)
{
  const gchar *open;

  if (self->skip_close)
    skip_close (self);
  open = self->held->str;
  while ((open = strchr (open, '<')) != NULL) {
    gsize at = open - self->held->str;
    gsize size = measure_token (open);

    for (guint i = 0; i < G_N_ELEMENTS (tokens); i++) {
      if (!g_str_has_prefix (open, tokens[i].token))
        continue;
      take_token (self, at, strlen (tokens[i].token), tokens[i].mode);
      return TRUE;
    }
    if (may_become_token (open)) {
      /* Half a token at the end is one; a lone "<" is not. */
      if (last && strlen (open) > 1)
        take_token (self, at, strlen (open), TEXT);
      else
        say (self, last ? self->held->len : at - find_head (self, at));
      return FALSE;
    }
    if (size > 0) {
      take_token (self, at, size, TEXT);
      return TRUE;
    }
    open++;
  }
  say (self, self->held->len - (last ? 0 : find_head (self, self->held->len)));
  return FALSE;
}

static gboolean
step (ToolText *self, gboolean last)
{
  switch (self->mode) {
    case TEXT:
      return step_text (self, last);
    case JSON:
      return step_body (self, json_end, last);
    case FUNCTION:
      return step_function (self, last);
    case HEAD:
      return step_body (self, head_end, last);
    case LOST:
      g_string_truncate (self->held, 0);
      return FALSE;
    default:
      return step_body (self, call_end, last);
  }
}

void
tool_text_feed (ToolText *self, const gchar *delta)
{
  g_string_append (self->held, delta);
  while (step (self, FALSE)) {
  }
  if (self->mode != TEXT && self->held->len > MAX_CALL)
    enter (self, LOST, self->held->len);
}

void
tool_text_end (ToolText *self, gboolean cut_off)
{
  if (cut_off && self->mode != TEXT)
    enter (self, LOST, self->held->len);
  while (step (self, TRUE)) {
  }
}
