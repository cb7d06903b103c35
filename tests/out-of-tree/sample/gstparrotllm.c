/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * parrotllm: a language model provider in one file.  It says what it was told,
 * so many times.  It calls no server; one that does would start a
 * GstVowelHttpRequest in generate, push from its callbacks, and abort it in
 * cancel.
 */

#include <gst/vowel/vowel.h>

#define GST_TYPE_PARROT_LLM (gst_parrot_llm_get_type ())
G_DECLARE_FINAL_TYPE (
    GstParrotLlm, gst_parrot_llm, GST, PARROT_LLM, GstVowelLlm)

enum {
  PROP_0,
  PROP_TIMES,
};

struct _GstParrotLlm {
  GstVowelLlm parent;

  guint times; /* protected by the object lock */
};

G_DEFINE_FINAL_TYPE (GstParrotLlm, gst_parrot_llm, GST_TYPE_VOWEL_LLM)
GST_ELEMENT_REGISTER_DEFINE (
    parrotllm, "parrotllm", GST_RANK_NONE, GST_TYPE_PARROT_LLM)

static gboolean
gst_parrot_llm_generate (
    GstVowelLlm *llm, GstVowelChatRequest *request, GError **error)
{
  GstParrotLlm *self = GST_PARROT_LLM (llm);
  guint n = gst_vowel_chat_request_get_n_messages (request);
  const GstVowelChatMessage *last;
  g_autofree gchar *echo = NULL;
  guint times;

  if (n == 0) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "There is nothing to repeat");
    return FALSE;
  }
  last = gst_vowel_chat_request_get_message (request, n - 1);
  echo = g_strdup_printf ("%s! ", last->text != NULL ? last->text : "");
  GST_OBJECT_LOCK (self);
  times = self->times;
  GST_OBJECT_UNLOCK (self);
  for (guint i = 0; i < times; i++) {
    if (!gst_vowel_llm_push_text (llm, request, echo))
      return TRUE;
  }
  gst_vowel_llm_finish (llm, request, GST_VOWEL_FINISH_STOP, NULL);
  return TRUE;
}

static void
gst_parrot_llm_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id != PROP_TIMES) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  GST_OBJECT_LOCK (object);
  GST_PARROT_LLM (object)->times = g_value_get_uint (value);
  GST_OBJECT_UNLOCK (object);
}

static void
gst_parrot_llm_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id != PROP_TIMES) {
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    return;
  }
  GST_OBJECT_LOCK (object);
  g_value_set_uint (value, GST_PARROT_LLM (object)->times);
  GST_OBJECT_UNLOCK (object);
}

static void
gst_parrot_llm_class_init (GstParrotLlmClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelLlmClass *llm_class = GST_VOWEL_LLM_CLASS (klass);

  object_class->set_property = gst_parrot_llm_set_property;
  object_class->get_property = gst_parrot_llm_get_property;
  llm_class->generate = gst_parrot_llm_generate;

  g_object_class_install_property (object_class, PROP_TIMES,
      g_param_spec_uint ("times", "Times", "How often to repeat what was said",
          1, 100, 2, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  gst_element_class_set_static_metadata (element_class, "Parrot language model",
      "Filter/Text", "Says what it was told", "Somebody Else");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_LLM, "parrot");
}

static void
gst_parrot_llm_init (GstParrotLlm *self)
{
  self->times = 2;
}

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (parrotllm, plugin);
}

#define PACKAGE "parrot"
GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, parrot, "A parrot",
    plugin_init, "1.0", "LGPL", "parrot", "https://example.org/")
