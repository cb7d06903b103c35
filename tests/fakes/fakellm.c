/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-fakellm
 * @title: fakellm
 * @short_description: Answers what it is told
 *
 * The answer is the property `reply`, in which `%s` stands for what the user
 * said last, word by word. With the property `tool`, a user's message is
 * answered by a call of that tool (`tool-arguments`), and the tool's result by
 * "The tool says: " and the result, or with `insist` by the same call.
 */

#include "config.h"

#include <string.h>

#include "fakes.h"
#include "fakework.h"

#define DEFAULT_REPLY "You said: %s."

enum {
  PROP_REPLY = FAKE_N_PROPS,
  PROP_HOLD_WORDS,
  PROP_TOOL,
  PROP_TOOL_ARGUMENTS,
  PROP_INSIST,
  PROP_N_MESSAGES,
};

#define FAKE_TYPE_LLM (fake_llm_get_type ())
G_DECLARE_FINAL_TYPE (FakeLlm, fake_llm, FAKE, LLM, GstVowelLlm)

struct _FakeLlm {
  GstVowelLlm parent;

  FakeWork work; /* of GstVowelChatRequest */

  /* Protected by the object lock. */
  gchar *reply;
  guint hold_words;
  gchar *tool;
  gchar *tool_arguments;
  gboolean insist;
  guint n_messages;
};

G_DEFINE_FINAL_TYPE (FakeLlm, fake_llm, GST_TYPE_VOWEL_LLM)
GST_ELEMENT_REGISTER_DEFINE (fakellm, "fakellm", GST_RANK_NONE, FAKE_TYPE_LLM)

static const GstVowelChatMessage *
last_message (GstVowelChatRequest *request)
{
  guint n = gst_vowel_chat_request_get_n_messages (request);

  return n > 0 ? gst_vowel_chat_request_get_message (request, n - 1) : NULL;
}

static gchar *
make_reply (FakeLlm *self, GstVowelChatRequest *request)
{
  const GstVowelChatMessage *last = last_message (request);
  const gchar *said = last != NULL && last->text != NULL ? last->text : "";
  g_auto (GStrv) parts = NULL;

  if (last != NULL && last->role == GST_VOWEL_CHAT_TOOL_RESULT)
    return g_strdup_printf ("The tool says: %s.", said);
  GST_OBJECT_LOCK (self);
  parts =
      g_strsplit (self->reply != NULL ? self->reply : DEFAULT_REPLY, "%s", -1);
  GST_OBJECT_UNLOCK (self);
  return g_strjoinv (said, parts);
}

/* The words of the reply from number @from, up to but without number @to. */
static gboolean
push_words (FakeLlm *self, GstVowelChatRequest *request, guint from, guint to)
{
  g_autofree gchar *reply = make_reply (self, request);
  const gchar *p = reply;

  for (guint i = 0; *p != '\0' && i < to; i++) {
    const gchar *end = p + strcspn (p + 1, " ") + 1;
    g_autofree gchar *word = g_strndup (p, end - p);

    if (i >= from
        && !gst_vowel_llm_push_text (GST_VOWEL_LLM (self), request, word))
      return FALSE;
    p = end;
  }
  return TRUE;
}

/* The call of the tool, its arguments in two pieces. */
static void
call_tool (FakeLlm *self, GstVowelChatRequest *request)
{
  GstVowelLlm *llm = GST_VOWEL_LLM (self);
  const gchar *arguments =
      self->tool_arguments != NULL ? self->tool_arguments : "{}";
  g_autofree gchar *first = g_strndup (arguments, strlen (arguments) / 2);
  const gchar *id =
      gst_vowel_llm_begin_tool_call (llm, request, NULL, self->tool);

  if (id == NULL || !gst_vowel_llm_push_tool_arguments (llm, request, id, first)
      || !gst_vowel_llm_push_tool_arguments (
          llm, request, id, arguments + strlen (first))
      || !gst_vowel_llm_end_tool_call (llm, request, id))
    return;
  gst_vowel_llm_finish (llm, request, GST_VOWEL_FINISH_TOOL_CALLS, NULL);
}

static void
answer (FakeLlm *self, GstVowelChatRequest *request)
{
  const GstVowelChatMessage *last = last_message (request);

  if (self->tool != NULL
      && (self->insist || last == NULL
          || last->role != GST_VOWEL_CHAT_TOOL_RESULT))
    call_tool (self, request);
  else if (push_words (self, request, 0, G_MAXUINT))
    gst_vowel_llm_finish (
        GST_VOWEL_LLM (self), request, GST_VOWEL_FINISH_STOP, NULL);
}

static gboolean
fake_llm_generate (
    GstVowelLlm *llm, GstVowelChatRequest *request, GError **error)
{
  FakeLlm *self = FAKE_LLM (llm);
  const GstVowelChatMessage *last = last_message (request);
  g_autoptr (GError) failure = NULL;

  GST_OBJECT_LOCK (self);
  self->n_messages = gst_vowel_chat_request_get_n_messages (request);
  GST_OBJECT_UNLOCK (self);
  switch (fake_work_begin (
      &self->work, last != NULL ? last->text : NULL, &failure)) {
    case FAKE_FAIL:
      gst_vowel_llm_fail (llm, request, 529, -1, failure);
      break;
    case FAKE_REFUSE:
      return FALSE;
    case FAKE_HOLD:
      fake_work_hold (&self->work, gst_vowel_chat_request_ref (request));
      push_words (self, request, 0, self->hold_words);
      break;
    case FAKE_NEVER:
      break;
    case FAKE_OK:
      answer (self, request);
      break;
  }
  return TRUE;
}

static void
fake_llm_cancel (GstVowelLlm *llm, GstVowelChatRequest *request)
{
  fake_work_count_cancelled (&FAKE_LLM (llm)->work);
}

static void
fake_llm_stop (GstVowelLlm *llm)
{
  g_ptr_array_unref (fake_work_take_held (&FAKE_LLM (llm)->work));
}

/* Also those that were cancelled: late data. */
static void
release (gpointer user_data)
{
  FakeLlm *self = FAKE_LLM (user_data);
  g_autoptr (GPtrArray) held = fake_work_take_held (&self->work);

  for (guint i = 0; i < held->len; i++) {
    GstVowelChatRequest *request = g_ptr_array_index (held, i);

    push_words (self, request, self->hold_words, G_MAXUINT);
    gst_vowel_llm_finish (
        GST_VOWEL_LLM (self), request, GST_VOWEL_FINISH_STOP, NULL);
  }
}

static void
fake_llm_finalize (GObject *object)
{
  FakeLlm *self = FAKE_LLM (object);

  fake_work_clear (&self->work);
  g_free (self->reply);
  g_free (self->tool);
  g_free (self->tool_arguments);
  G_OBJECT_CLASS (fake_llm_parent_class)->finalize (object);
}

static void
fake_llm_class_init (FakeLlmClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelLlmClass *llm_class = GST_VOWEL_LLM_CLASS (klass);
  const GParamFlags readwrite = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = fake_llm_finalize;
  llm_class->stop = fake_llm_stop;
  llm_class->generate = fake_llm_generate;
  llm_class->cancel = fake_llm_cancel;

  fake_work_class_init (object_class, G_STRUCT_OFFSET (FakeLlm, work));
  gst_vowel_field_install (object_class, PROP_REPLY,
      g_param_spec_string ("reply", "Reply",
          "The answer; %s is what the user said", DEFAULT_REPLY, readwrite),
      G_STRUCT_OFFSET (FakeLlm, reply));
  gst_vowel_field_install (object_class, PROP_HOLD_WORDS,
      g_param_spec_uint ("hold-words", "Hold words",
          "How many words come before it holds", 1, G_MAXUINT, 1, readwrite),
      G_STRUCT_OFFSET (FakeLlm, hold_words));
  gst_vowel_field_install (object_class, PROP_TOOL,
      g_param_spec_string (
          "tool", "Tool", "Tool to call; unset = none", NULL, readwrite),
      G_STRUCT_OFFSET (FakeLlm, tool));
  gst_vowel_field_install (object_class, PROP_TOOL_ARGUMENTS,
      g_param_spec_string ("tool-arguments", "Tool arguments",
          "JSON text that the tool is called with", NULL, readwrite),
      G_STRUCT_OFFSET (FakeLlm, tool_arguments));
  gst_vowel_field_install (object_class, PROP_INSIST,
      g_param_spec_boolean ("insist", "Insist",
          "Whether it calls the tool again, whatever the tool says", FALSE,
          readwrite),
      G_STRUCT_OFFSET (FakeLlm, insist));
  gst_vowel_field_install (object_class, PROP_N_MESSAGES,
      g_param_spec_uint ("n-messages", "Messages",
          "How many messages the newest request had", 0, G_MAXUINT, 0,
          readable),
      G_STRUCT_OFFSET (FakeLlm, n_messages));

  gst_element_class_set_static_metadata (element_class, "Fake language model",
      "Filter/Text", "Answers what it is told", GST_PACKAGE_NAME);
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_LLM, "fake");
  gst_vowel_provider_class_set_profiles (
      element_class, GST_VOWEL_PROVIDER_LLM, "spare third");
}

static void
fake_llm_init (FakeLlm *self)
{
  self->reply = g_strdup (DEFAULT_REPLY);
  self->hold_words = 1;
  fake_work_init (&self->work, self,
      (GDestroyNotify) gst_vowel_chat_request_unref, release);
}
