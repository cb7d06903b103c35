/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvowelchat-priv.h"
#include "gstvowelconversation-priv.h"

typedef struct {
  GstVowelChatRole role;
  gchar *text;
  gchar *call_id;
  gchar *name;
  gchar *arguments;
} Entry;

typedef struct {
  gchar *name;
  gchar *description;
  gchar *parameters;
} Tool;

struct _GstVowelConversation {
  GMutex lock;

  /* Protected by the lock. */
  gchar *instructions;
  guint limit;
  GQueue history;   /* of Entry, oldest first */
  GPtrArray *tools; /* of Tool, in the order they were added */
  GPtrArray *calls; /* of Entry: calls, text is the result once it is in */
  GPtrArray *said;  /* what the user said since the last request */
};

static void
entry_free (Entry *entry)
{
  g_free (entry->text);
  g_free (entry->call_id);
  g_free (entry->name);
  g_free (entry->arguments);
  g_free (entry);
}

static void
tool_free (Tool *tool)
{
  g_free (tool->name);
  g_free (tool->description);
  g_free (tool->parameters);
  g_free (tool);
}

GstVowelConversation *
gst_vowel_conversation_new (void)
{
  GstVowelConversation *self = g_new0 (GstVowelConversation, 1);

  g_mutex_init (&self->lock);
  g_queue_init (&self->history);
  self->tools = g_ptr_array_new_with_free_func ((GDestroyNotify) tool_free);
  self->calls = g_ptr_array_new_with_free_func ((GDestroyNotify) entry_free);
  self->said = g_ptr_array_new_with_free_func (g_free);
  return self;
}

void
gst_vowel_conversation_free (GstVowelConversation *self)
{
  g_queue_clear_full (&self->history, (GDestroyNotify) entry_free);
  g_ptr_array_unref (self->tools);
  g_ptr_array_unref (self->calls);
  g_ptr_array_unref (self->said);
  g_free (self->instructions);
  g_mutex_clear (&self->lock);
  g_free (self);
}

void
gst_vowel_conversation_reset (GstVowelConversation *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_queue_clear_full (&self->history, (GDestroyNotify) entry_free);
  g_ptr_array_set_size (self->calls, 0);
  g_ptr_array_set_size (self->said, 0);
}

void
gst_vowel_conversation_set_instructions (
    GstVowelConversation *self, const gchar *instructions)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_free (self->instructions);
  self->instructions = g_strdup (instructions);
}

gchar *
gst_vowel_conversation_dup_instructions (GstVowelConversation *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_strdup (self->instructions);
}

/* With the lock. What answers something that was forgotten goes too; what was
 * said since the user spoke last stays, or there would be nothing to answer. */
static void
trim (GstVowelConversation *self)
{
  guint turn = 0;

  for (GList *l = self->history.tail; l != NULL; l = l->prev) {
    turn++;
    if (((Entry *) l->data)->role == GST_VOWEL_CHAT_USER)
      break;
  }
  while (self->limit > 0 && self->history.length > MAX (self->limit, turn))
    entry_free (g_queue_pop_head (&self->history));
  while (self->history.length > turn
         && ((Entry *) self->history.head->data)->role
                == GST_VOWEL_CHAT_TOOL_RESULT)
    entry_free (g_queue_pop_head (&self->history));
}

/* With the lock. */
static void
append (GstVowelConversation *self, GstVowelChatRole role, const gchar *text,
    const Entry *call)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->role = role;
  entry->text = g_strdup (text);
  if (call != NULL) {
    entry->call_id = g_strdup (call->call_id);
    entry->name = g_strdup (call->name);
    if (role == GST_VOWEL_CHAT_TOOL_CALL)
      entry->arguments = g_strdup (call->arguments);
  }
  g_queue_push_tail (&self->history, entry);
}

void
gst_vowel_conversation_set_limit (GstVowelConversation *self, guint limit)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->limit = limit;
  trim (self);
}

void
gst_vowel_conversation_add_tool (GstVowelConversation *self, const gchar *name,
    const gchar *description, const gchar *parameters)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Tool *tool = NULL;

  for (guint i = 0; i < self->tools->len && tool == NULL; i++) {
    Tool *known = g_ptr_array_index (self->tools, i);

    if (g_str_equal (known->name, name))
      tool = known;
  }
  if (tool == NULL) {
    tool = g_new0 (Tool, 1);
    tool->name = g_strdup (name);
    g_ptr_array_add (self->tools, tool);
  }
  g_free (tool->description);
  tool->description = g_strdup (description);
  g_free (tool->parameters);
  tool->parameters = g_strdup (parameters);
}

void
gst_vowel_conversation_add_user (GstVowelConversation *self, const gchar *text)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_ptr_array_add (self->said, g_strdup (text));
}

void
gst_vowel_conversation_add_assistant (
    GstVowelConversation *self, const gchar *text)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  if (*text == '\0')
    return;
  append (self, GST_VOWEL_CHAT_ASSISTANT, text, NULL);
  trim (self);
}

void
gst_vowel_conversation_expect_result (GstVowelConversation *self,
    const gchar *call_id, const gchar *name, const gchar *arguments)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  Entry *call = g_new0 (Entry, 1);

  call->role = GST_VOWEL_CHAT_TOOL_CALL;
  call->call_id = g_strdup (call_id);
  call->name = g_strdup (name);
  call->arguments = g_strdup (arguments);
  g_ptr_array_add (self->calls, call);
}

gboolean
gst_vowel_conversation_add_result (
    GstVowelConversation *self, const gchar *call_id, const gchar *output)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  for (guint i = 0; i < self->calls->len; i++) {
    Entry *call = g_ptr_array_index (self->calls, i);

    if (call->text == NULL && g_str_equal (call->call_id, call_id)) {
      call->text = g_strdup (output);
      return TRUE;
    }
  }
  return FALSE;
}

/* With the lock. */
static gboolean
is_waiting (GstVowelConversation *self)
{
  for (guint i = 0; i < self->calls->len; i++) {
    if (((Entry *) g_ptr_array_index (self->calls, i))->text == NULL)
      return TRUE;
  }
  return FALSE;
}

gboolean
gst_vowel_conversation_is_waiting (GstVowelConversation *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return is_waiting (self);
}

/* With the lock. Only now, so that what the model said beside the calls stands
 * before them. */
static void
commit_calls (GstVowelConversation *self)
{
  for (guint i = 0; i < self->calls->len; i++)
    append (self, GST_VOWEL_CHAT_TOOL_CALL, NULL,
        g_ptr_array_index (self->calls, i));
  for (guint i = 0; i < self->calls->len; i++) {
    Entry *call = g_ptr_array_index (self->calls, i);

    append (self, GST_VOWEL_CHAT_TOOL_RESULT, call->text, call);
  }
  g_ptr_array_set_size (self->calls, 0);
  trim (self);
}

void
gst_vowel_conversation_drop_calls (GstVowelConversation *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_ptr_array_set_size (self->calls, 0);
}

GstVowelChatRequest *
gst_vowel_conversation_make_request (
    GstVowelConversation *self, const gchar *response_id, guint64 generation)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GstVowelChatRequest *request =
      gst_vowel_chat_request_new (response_id, generation);

  if (!is_waiting (self))
    commit_calls (self);
  for (guint i = 0; i < self->said->len; i++)
    append (self, GST_VOWEL_CHAT_USER, g_ptr_array_index (self->said, i), NULL);
  g_ptr_array_set_size (self->said, 0);
  trim (self);
  if (self->instructions != NULL && *self->instructions != '\0')
    gst_vowel_chat_request_add_message (
        request, GST_VOWEL_CHAT_SYSTEM, self->instructions);
  for (GList *l = self->history.head; l != NULL; l = l->next) {
    const Entry *entry = l->data;

    gst_vowel_chat_request_append (
        request, &(GstVowelChatMessage){.role = entry->role,
                     .text = entry->text,
                     .call_id = entry->call_id,
                     .name = entry->name,
                     .arguments = entry->arguments});
  }
  for (guint i = 0; i < self->tools->len; i++) {
    const Tool *tool = g_ptr_array_index (self->tools, i);

    gst_vowel_chat_request_add_tool (
        request, tool->name, tool->description, tool->parameters);
  }
  return request;
}
