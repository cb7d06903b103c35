/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "chat-calls.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvoweljson.h>

#define MAX_CALLS 16
#define MAX_ARGUMENTS (64 * 1024)
/* Of calls that do not come from "tool_calls". */
#define NO_INDEX -2

typedef struct {
  gint64 index; /* as the server counts; -1 when it does not */
  gchar *id;
  gchar *name;
  GString *pending; /* arguments that came before the name */
  gsize size;       /* of all arguments */
  gboolean begun;
  gboolean whole; /* whatever the end of the answer is */
} Slot;

struct _ChatCalls {
  gchar *server;
  LlmStreamCallbacks callbacks;
  gpointer user_data;

  GPtrArray *slots; /* of Slot */
  gboolean unwanted;
};

static void
slot_free (Slot *slot)
{
  g_string_free (slot->pending, TRUE);
  g_free (slot->id);
  g_free (slot->name);
  g_free (slot);
}

ChatCalls *
chat_calls_new (const gchar *server, const LlmStreamCallbacks *callbacks,
    gpointer user_data)
{
  ChatCalls *self = g_new0 (ChatCalls, 1);

  self->server = g_strdup (server);
  self->callbacks = *callbacks;
  self->user_data = user_data;
  self->slots = g_ptr_array_new_with_free_func ((GDestroyNotify) slot_free);
  return self;
}

void
chat_calls_free (ChatCalls *self)
{
  g_ptr_array_unref (self->slots);
  g_free (self->server);
  g_free (self);
}

/* (nullable): never empty */
static const gchar *
get_string (JsonObject *object, const gchar *name)
{
  const gchar *text = gst_vowel_json_get_string (object, name);

  return text != NULL && *text != '\0' ? text : NULL;
}

static Slot *
add_slot (ChatCalls *self, gint64 index, GError **error)
{
  Slot *slot;

  if (self->slots->len == MAX_CALLS) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "%s: the model calls more than %d tools at once", self->server,
        MAX_CALLS);
    return NULL;
  }
  slot = g_new0 (Slot, 1);
  slot->index = index;
  slot->pending = g_string_new (NULL);
  g_ptr_array_add (self->slots, slot);
  return slot;
}

/* The newest with that index; the newest of all when there is none. */
static Slot *
find_slot (ChatCalls *self, gint64 index)
{
  for (guint i = self->slots->len; i-- > 0;) {
    Slot *slot = g_ptr_array_index (self->slots, i);

    if (index < 0 || slot->index == index)
      return slot;
  }
  return NULL;
}

/* Some servers give every call the index 0: another id, or another name after
 * arguments, is another call. */
static gboolean
is_another (Slot *slot, const gchar *id, const gchar *name)
{
  if (id != NULL && slot->id != NULL)
    return !g_str_equal (id, slot->id);
  return name != NULL && slot->name != NULL && slot->size > 0
         && (id != NULL || !g_str_equal (name, slot->name));
}

static guint
slot_number (ChatCalls *self, Slot *slot)
{
  guint number = 0;

  g_ptr_array_find (self->slots, slot, &number);
  return number;
}

static void
push_arguments (ChatCalls *self, Slot *slot, const gchar *text)
{
  if (*text != '\0' && !self->unwanted
      && !self->callbacks.call_arguments (
          slot_number (self, slot), text, self->user_data))
    self->unwanted = TRUE;
}

static void
begin_call (ChatCalls *self, Slot *slot)
{
  if (slot->begun || slot->name == NULL || self->unwanted)
    return;
  slot->begun = TRUE;
  if (!self->callbacks.call_begin (
          slot_number (self, slot), slot->id, slot->name, self->user_data)) {
    self->unwanted = TRUE;
    return;
  }
  push_arguments (self, slot, slot->pending->str);
  g_string_truncate (slot->pending, 0);
}

/* Text by the protocol; an object from servers that parse it. (transfer full)
 */
static gchar *
dup_arguments (JsonObject *function)
{
  JsonNode *node =
      function != NULL ? json_object_get_member (function, "arguments") : NULL;

  if (node == NULL || JSON_NODE_HOLDS_NULL (node))
    return NULL;
  if (JSON_NODE_HOLDS_OBJECT (node) || JSON_NODE_HOLDS_ARRAY (node))
    return json_to_string (node, FALSE);
  return g_strdup (get_string (function, "arguments"));
}

gboolean
chat_calls_add (ChatCalls *self, JsonObject *call, GError **error)
{
  JsonObject *function = gst_vowel_json_get_object (call, "function");
  const gchar *id = get_string (call, "id");
  const gchar *name = get_string (function, "name");
  gint64 index = gst_vowel_json_get_int (call, "index", -1);
  g_autofree gchar *arguments = dup_arguments (function);
  Slot *slot = find_slot (self, index);

  if (slot == NULL || is_another (slot, id, name)) {
    slot = add_slot (self, index, error);
    if (slot == NULL)
      return FALSE;
  }
  /* An id cannot change once it was told. */
  if (slot->id == NULL && !slot->begun)
    slot->id = g_strdup (id);
  if (slot->name == NULL)
    slot->name = g_strdup (name);
  begin_call (self, slot);
  if (arguments == NULL)
    return TRUE;
  slot->size += strlen (arguments);
  if (slot->size > MAX_ARGUMENTS) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
        "%s: the arguments of a call have more than %d bytes", self->server,
        MAX_ARGUMENTS);
    return FALSE;
  }
  if (slot->begun)
    push_arguments (self, slot, arguments);
  else
    g_string_append (slot->pending, arguments);
  return TRUE;
}

void
chat_calls_add_whole (
    ChatCalls *self, const gchar *name, const gchar *arguments)
{
  Slot *slot = add_slot (self, NO_INDEX, NULL);

  if (slot == NULL)
    return;
  slot->name = g_strdup (name);
  slot->whole = TRUE;
  begin_call (self, slot);
  push_arguments (self, slot, arguments);
}

guint
chat_calls_get_n (ChatCalls *self)
{
  return self->slots->len;
}

gboolean
chat_calls_has_begun (ChatCalls *self)
{
  for (guint i = 0; i < self->slots->len; i++)
    if (((Slot *) g_ptr_array_index (self->slots, i))->begun)
      return TRUE;
  return FALSE;
}

guint
chat_calls_end (ChatCalls *self, gboolean cut_off)
{
  guint n_ended = 0;

  for (guint i = 0; i < self->slots->len; i++) {
    Slot *slot = g_ptr_array_index (self->slots, i);

    if (!slot->begun || (cut_off && !slot->whole && i + 1 == self->slots->len))
      continue;
    n_ended++;
    if (!self->unwanted && !self->callbacks.call_end (i, self->user_data))
      self->unwanted = TRUE;
  }
  return n_ended;
}

gboolean
chat_calls_is_unwanted (ChatCalls *self)
{
  return self->unwanted;
}
