/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* The actions of a language model element. Any thread; what they do, they do on
 * the worker. */

#include "config.h"

#include <string.h>

#include "gstvoweljson.h"
#include "gstvowelllm-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_llm_debug);
#define GST_CAT_DEFAULT gst_vowel_llm_debug

#define MAX_PARAMETERS (256 * 1024)

#define PRIV(self) gst_vowel_llm_get_private (self)

typedef struct {
  GstVowelLlm *self;
  GstVowelChatRequest *request;
  guint64 generation;
  gchar *call_id;
  gchar *output;
} Action;

static void
action_free (gpointer data)
{
  Action *action = data;

  gst_object_unref (action->self);
  g_clear_pointer (&action->request, gst_vowel_chat_request_unref);
  g_free (action->call_id);
  g_free (action->output);
  g_free (action);
}

static Action *
action_new (GstVowelLlm *self)
{
  Action *action = g_new0 (Action, 1);

  action->self = gst_object_ref (self);
  return action;
}

/* (transfer full) @action */
static void
perform (Action *action, GstVowelWorkerFunc func, const gchar *name)
{
  gst_vowel_provider_element_perform (GST_VOWEL_PROVIDER_ELEMENT (action->self),
      name, func, action, action_free);
}

static void
do_generate (gpointer user_data)
{
  Action *action = user_data;

  gst_vowel_llm_run_start (action->self, action->request, FALSE);
}

static void
generate (GstVowelLlm *self, GstVowelChatRequest *request)
{
  Action *action;

  g_return_if_fail (request != NULL);

  action = action_new (self);
  action->request = gst_vowel_chat_request_ref (request);
  perform (action, do_generate, "generate");
}

static void
do_cancel (gpointer user_data)
{
  Action *action = user_data;
  GstVowelLlm *self = action->self;
  GstVowelLlmPrivate *priv = PRIV (self);
  GstVowelSrcPad *srcpad = ELEMENT_PRIV (self)->srcpad;
  guint64 generation = action->generation;
  gboolean spoken =
      priv->spoken_generation != 0
      && (generation == 0 || generation == priv->spoken_generation);

  if (generation == 0 || generation == priv->generation) {
    priv->turn_pending = FALSE;
    gst_vowel_conversation_drop_calls (priv->conversation);
  }
  gst_vowel_llm_cancel_runs (self, generation, FALSE);
  if (spoken && gst_pad_is_linked (GST_PAD_CAST (srcpad))) {
    priv->spoken_generation = 0;
    gst_vowel_src_pad_flush (srcpad);
  }
  gst_vowel_llm_run_ended (self);
}

static void
cancel (GstVowelLlm *self, guint64 generation)
{
  Action *action = action_new (self);

  action->generation = generation;
  perform (action, do_cancel, "cancel");
}

static void
do_tool_result (gpointer user_data)
{
  Action *action = user_data;
  GstVowelLlm *self = action->self;
  GstVowelLlmPrivate *priv = PRIV (self);

  if (!gst_vowel_conversation_add_result (
          priv->conversation, action->call_id, action->output)) {
    GST_INFO_OBJECT (
        self, "nobody waits for the result of %s", action->call_id);
    return;
  }
  if (!gst_vowel_conversation_is_waiting (priv->conversation))
    gst_vowel_llm_respond (self);
}

static void
tool_result (GstVowelLlm *self, const gchar *call_id, const gchar *output)
{
  Action *action;

  g_return_if_fail (call_id != NULL);
  g_return_if_fail (output != NULL);

  action = action_new (self);
  action->call_id = g_strdup (call_id);
  action->output = g_strdup (output);
  perform (action, do_tool_result, "tool-result");
}

static void
add_tool (GstVowelLlm *self, const gchar *name, const gchar *description,
    const gchar *parameters)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) node = NULL;

  g_return_if_fail (name != NULL);

  if (parameters != NULL) {
    node = gst_vowel_json_parse (
        parameters, strlen (parameters), MAX_PARAMETERS, &error);
    if (node == NULL || !JSON_NODE_HOLDS_OBJECT (node)) {
      GST_ELEMENT_WARNING (self, LIBRARY, SETTINGS,
          ("The parameters of the tool \"%s\" must be a JSON Schema object.",
              name),
          ("%s", error != NULL ? error->message : "not an object"));
      return;
    }
  }
  gst_vowel_conversation_add_tool (
      PRIV (self)->conversation, name, description, parameters);
}

static void
do_reset (gpointer user_data)
{
  GstVowelLlm *self = ((Action *) user_data)->self;

  gst_vowel_llm_flush (GST_VOWEL_PROVIDER_ELEMENT (self));
  gst_vowel_conversation_reset (PRIV (self)->conversation);
  gst_vowel_llm_run_ended (self);
}

static void
forget (GstVowelLlm *self)
{
  perform (action_new (self), do_reset, "reset");
}

void
gst_vowel_llm_install_actions (GType type)
{
  const GSignalFlags flags = G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION;

  /**
   * GstVowelLlm::generate:
   * @self: the element
   * @request: what to answer
   *
   * Begins a response for an application that keeps the conversation itself.
   * Any thread; READY at least.
   */
  g_signal_new_class_handler ("generate", type, flags, G_CALLBACK (generate),
      NULL, NULL, NULL, G_TYPE_NONE, 1, GST_TYPE_VOWEL_CHAT_REQUEST);
  /**
   * GstVowelLlm::cancel:
   * @self: the element
   * @generation: which responses; 0 for all
   *
   * Ends responses. When one of them was the last to be spoken, everything
   * downstream is flushed: this is a barge-in. Any thread.
   */
  g_signal_new_class_handler ("cancel", type, flags, G_CALLBACK (cancel), NULL,
      NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  /**
   * GstVowelLlm::tool-result:
   * @self: the element
   * @call_id: the call that is answered
   * @output: what the tool says, to the model
   *
   * Answers a `vowel-tool-call` message, when the element keeps the
   * conversation; the model goes on when all calls are answered. Any thread.
   */
  g_signal_new_class_handler ("tool-result", type, flags,
      G_CALLBACK (tool_result), NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_STRING,
      G_TYPE_STRING);
  /**
   * GstVowelLlm::add-tool:
   * @self: the element
   * @name: function name
   * @description: (nullable): what it does, for the model
   * @parameters: (nullable): JSON Schema of its arguments, as text
   *
   * Tells the model of a tool, when the element keeps the conversation. A tool
   * of the same name is replaced. Any thread, any state.
   */
  g_signal_new_class_handler ("add-tool", type, flags, G_CALLBACK (add_tool),
      NULL, NULL, NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING,
      G_TYPE_STRING);
  /**
   * GstVowelLlm::reset:
   * @self: the element
   *
   * Ends what is being said and forgets the conversation; tools and
   * instructions stay. Any thread.
   */
  g_signal_new_class_handler ("reset", type, flags, G_CALLBACK (forget), NULL,
      NULL, NULL, G_TYPE_NONE, 0);
}
