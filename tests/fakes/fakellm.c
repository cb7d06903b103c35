/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-fakellm
 * @title: fakellm
 * @short_description: Answers what it is told
 *
 * The answer is the property `reply`, in which `%s` stands for what the user
 * said last, word by word. With the property `tool`, a user's message is
 * answered by a call of that tool (`tool-arguments`), and the tool's result by
 * "The tool says: " and the result.
 */

#include "config.h"

#include <string.h>

#include "fakes.h"

#define DEFAULT_REPLY "You said: %s."

enum {
  PROP_0,
  PROP_MODE,
  PROP_FAILURES,
  PROP_REPLY,
  PROP_TOOL,
  PROP_TOOL_ARGUMENTS,
  PROP_TRIES,
  PROP_CANCELLED,
  PROP_N_MESSAGES,
};

enum {
  SIGNAL_RELEASE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

#define FAKE_TYPE_LLM (fake_llm_get_type ())
G_DECLARE_FINAL_TYPE (FakeLlm, fake_llm, FAKE, LLM, GstVowelLlm)

struct _FakeLlm {
  GstVowelLlm parent;

  /* Protected by the object lock. */
  FakeMode mode;
  guint failures;
  gchar *reply;
  gchar *tool;
  gchar *tool_arguments;
  guint tries;
  guint cancelled;
  guint n_messages;

  /* Worker thread only. */
  GPtrArray *held; /* of GstVowelChatRequest */
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
  parts = g_strsplit (self->reply, "%s", -1);
  GST_OBJECT_UNLOCK (self);
  return g_strjoinv (said, parts);
}

/* Up to the end of the first word, or from there. */
static gboolean
push_words (
    FakeLlm *self, GstVowelChatRequest *request, gboolean first, gboolean rest)
{
  g_autofree gchar *reply = make_reply (self, request);
  const gchar *p = reply;
  gboolean leading = TRUE;

  while (*p != '\0') {
    const gchar *end = p + strcspn (p + 1, " ") + 1;
    g_autofree gchar *word = g_strndup (p, end - p);

    if ((leading ? first : rest)
        && !gst_vowel_llm_push_text (GST_VOWEL_LLM (self), request, word))
      return FALSE;
    leading = FALSE;
    p = end;
  }
  return TRUE;
}

static void
answer (FakeLlm *self, GstVowelChatRequest *request)
{
  GstVowelLlm *llm = GST_VOWEL_LLM (self);
  const GstVowelChatMessage *last = last_message (request);

  if (self->tool != NULL
      && (last == NULL || last->role != GST_VOWEL_CHAT_TOOL_RESULT)) {
    const gchar *id =
        gst_vowel_llm_begin_tool_call (llm, request, NULL, self->tool);

    if (id == NULL
        || !gst_vowel_llm_push_tool_arguments (llm, request, id,
            self->tool_arguments != NULL ? self->tool_arguments : "{}")
        || !gst_vowel_llm_end_tool_call (llm, request, id))
      return;
    gst_vowel_llm_finish (llm, request, GST_VOWEL_FINISH_TOOL_CALLS, NULL);
    return;
  }
  if (push_words (self, request, TRUE, TRUE))
    gst_vowel_llm_finish (llm, request, GST_VOWEL_FINISH_STOP, NULL);
}

static gboolean
fake_llm_generate (
    GstVowelLlm *llm, GstVowelChatRequest *request, GError **error)
{
  FakeLlm *self = FAKE_LLM (llm);
  gboolean fail;

  GST_OBJECT_LOCK (self);
  self->tries++;
  self->n_messages = gst_vowel_chat_request_get_n_messages (request);
  fail = self->mode == FAKE_FAIL && self->tries <= self->failures;
  GST_OBJECT_UNLOCK (self);
  if (fail) {
    g_autoptr (GError) e = fake_error_new ();

    gst_vowel_llm_fail (llm, request, 529, -1, e);
    return TRUE;
  }
  switch (self->mode) {
    case FAKE_HOLD:
      g_ptr_array_add (self->held, gst_vowel_chat_request_ref (request));
      push_words (self, request, TRUE, FALSE);
      break;
    case FAKE_NEVER:
      break;
    default:
      answer (self, request);
      break;
  }
  return TRUE;
}

static void
fake_llm_cancel (GstVowelLlm *llm, GstVowelChatRequest *request)
{
  GST_OBJECT_LOCK (llm);
  FAKE_LLM (llm)->cancelled++;
  GST_OBJECT_UNLOCK (llm);
}

static void
fake_llm_stop (GstVowelLlm *llm)
{
  g_ptr_array_set_size (FAKE_LLM (llm)->held, 0);
}

/* Also those that were cancelled: late data. */
static void
do_release (gpointer user_data)
{
  FakeLlm *self = FAKE_LLM (user_data);

  while (self->held->len > 0) {
    GstVowelChatRequest *request = g_ptr_array_steal_index (self->held, 0);

    push_words (self, request, FALSE, TRUE);
    gst_vowel_llm_finish (
        GST_VOWEL_LLM (self), request, GST_VOWEL_FINISH_STOP, NULL);
    gst_vowel_chat_request_unref (request);
  }
}

static void
fake_llm_release (FakeLlm *self)
{
  gst_vowel_worker_call (
      gst_vowel_llm_get_worker (GST_VOWEL_LLM (self)), do_release, self);
}

static void
fake_llm_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  FakeLlm *self = FAKE_LLM (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_MODE:
      self->mode = g_value_get_enum (value);
      break;
    case PROP_FAILURES:
      self->failures = g_value_get_uint (value);
      break;
    case PROP_REPLY:
      g_free (self->reply);
      self->reply = g_value_dup_string (value);
      if (self->reply == NULL)
        self->reply = g_strdup (DEFAULT_REPLY);
      break;
    case PROP_TOOL:
      g_free (self->tool);
      self->tool = g_value_dup_string (value);
      break;
    case PROP_TOOL_ARGUMENTS:
      g_free (self->tool_arguments);
      self->tool_arguments = g_value_dup_string (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
fake_llm_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  FakeLlm *self = FAKE_LLM (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_MODE:
      g_value_set_enum (value, self->mode);
      break;
    case PROP_FAILURES:
      g_value_set_uint (value, self->failures);
      break;
    case PROP_REPLY:
      g_value_set_string (value, self->reply);
      break;
    case PROP_TOOL:
      g_value_set_string (value, self->tool);
      break;
    case PROP_TOOL_ARGUMENTS:
      g_value_set_string (value, self->tool_arguments);
      break;
    case PROP_TRIES:
      g_value_set_uint (value, self->tries);
      break;
    case PROP_CANCELLED:
      g_value_set_uint (value, self->cancelled);
      break;
    case PROP_N_MESSAGES:
      g_value_set_uint (value, self->n_messages);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
fake_llm_finalize (GObject *object)
{
  FakeLlm *self = FAKE_LLM (object);

  g_ptr_array_unref (self->held);
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
  object_class->set_property = fake_llm_set_property;
  object_class->get_property = fake_llm_get_property;
  llm_class->stop = fake_llm_stop;
  llm_class->generate = fake_llm_generate;
  llm_class->cancel = fake_llm_cancel;

  g_object_class_install_property (object_class, PROP_MODE,
      g_param_spec_enum ("mode", "Mode", "What to do", fake_mode_get_type (),
          FAKE_OK, readwrite));
  g_object_class_install_property (object_class, PROP_FAILURES,
      g_param_spec_uint ("failures", "Failures", "How many tries fail", 0,
          G_MAXUINT, G_MAXUINT, readwrite));
  g_object_class_install_property (object_class, PROP_REPLY,
      g_param_spec_string ("reply", "Reply",
          "The answer; %s is what the user said", DEFAULT_REPLY, readwrite));
  g_object_class_install_property (object_class, PROP_TOOL,
      g_param_spec_string (
          "tool", "Tool", "Tool to call; unset = none", NULL, readwrite));
  g_object_class_install_property (object_class, PROP_TOOL_ARGUMENTS,
      g_param_spec_string ("tool-arguments", "Tool arguments",
          "JSON text that the tool is called with", NULL, readwrite));
  g_object_class_install_property (object_class, PROP_TRIES,
      g_param_spec_uint ("tries", "Tries", "How often it was asked", 0,
          G_MAXUINT, 0, readable));
  g_object_class_install_property (object_class, PROP_CANCELLED,
      g_param_spec_uint ("cancelled", "Cancelled", "Requests cancelled", 0,
          G_MAXUINT, 0, readable));
  g_object_class_install_property (object_class, PROP_N_MESSAGES,
      g_param_spec_uint ("n-messages", "Messages",
          "How many messages the newest request had", 0, G_MAXUINT, 0,
          readable));
  signals[SIGNAL_RELEASE] = g_signal_new_class_handler ("release",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (fake_llm_release), NULL, NULL, NULL, G_TYPE_NONE, 0);

  gst_element_class_set_static_metadata (element_class, "Fake language model",
      "Filter/Text", "Answers what it is told", GST_PACKAGE_NAME);
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_LLM, "fake");
}

static void
fake_llm_init (FakeLlm *self)
{
  self->failures = G_MAXUINT;
  self->reply = g_strdup (DEFAULT_REPLY);
  self->held = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_vowel_chat_request_unref);
}
