/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "test-providers.h"

#include <gst/vowel/vowel.h>
#include <string.h>

#define TTS_RATE 24000

/* --- teststt --- */

#define TEST_TYPE_STT (test_stt_get_type ())
G_DECLARE_FINAL_TYPE (TestStt, test_stt, TEST, STT, GstVowelStt)

struct _TestStt {
  GstVowelStt parent;
};

G_DEFINE_FINAL_TYPE (TestStt, test_stt, GST_TYPE_VOWEL_STT)

static GstStaticPadTemplate stt_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format=S16LE, rate=16000, channels=1, "
                         "layout=interleaved"));

static gboolean
test_stt_begin (GstVowelStt *stt, GstVowelUtterance *utterance, GError **error)
{
  gst_vowel_utterance_set_data (utterance, g_new0 (gint, 1), g_free);
  return TRUE;
}

static void
test_stt_feed (GstVowelStt *stt, GstVowelUtterance *utterance, GstBuffer *audio)
{
  gint *peak = gst_vowel_utterance_get_data (utterance);
  const gint16 *samples;
  GstMapInfo map;
  gsize i;

  g_assert_true (gst_buffer_map (audio, &map, GST_MAP_READ));
  samples = (const gint16 *) map.data;
  for (i = 0; i < map.size / 2; i++)
    *peak = MAX (*peak, ABS (samples[i]));
  gst_buffer_unmap (audio, &map);
}

static void
test_stt_end (GstVowelStt *stt, GstVowelUtterance *utterance)
{
  gint peak = *(gint *) gst_vowel_utterance_get_data (utterance);
  g_autofree gchar *text =
      peak < 500 ? g_strdup ("")
                 : g_strdup_printf ("level %d", (peak + 500) / 1000);

  gst_vowel_stt_push_result (stt, utterance, text, TRUE, 1.0);
}

static void
test_stt_cancel (GstVowelStt *stt, GstVowelUtterance *utterance)
{
}

static void
test_stt_class_init (TestSttClass *klass)
{
  GstVowelSttClass *stt_class = GST_VOWEL_STT_CLASS (klass);

  stt_class->begin_utterance = test_stt_begin;
  stt_class->feed = test_stt_feed;
  stt_class->end_utterance = test_stt_end;
  stt_class->cancel_utterance = test_stt_cancel;
  gst_element_class_add_static_pad_template (
      GST_ELEMENT_CLASS (klass), &stt_template);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Test STT",
      "Sink/Audio", "Says how loud", "tests");
  gst_vowel_provider_class_set_name (
      GST_ELEMENT_CLASS (klass), GST_VOWEL_PROVIDER_STT, "test");
}

static void
test_stt_init (TestStt *stt)
{
}

/* --- testllm --- */

#define TEST_TYPE_LLM (test_llm_get_type ())
G_DECLARE_FINAL_TYPE (TestLlm, test_llm, TEST, LLM, GstVowelLlm)

struct _TestLlm {
  GstVowelLlm parent;
};

G_DEFINE_FINAL_TYPE (TestLlm, test_llm, GST_TYPE_VOWEL_LLM)

static gboolean
test_llm_generate (
    GstVowelLlm *llm, GstVowelChatRequest *request, GError **error)
{
  guint n = gst_vowel_chat_request_get_n_messages (request);
  const GstVowelChatMessage *last =
      gst_vowel_chat_request_get_message (request, n - 1);
  g_autofree gchar *text = g_strdup_printf ("I heard %s. ", last->text);

  if (strstr (last->text, "fail") != NULL) {
    g_set_error_literal (
        error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_AUTH, "no key");
    return FALSE;
  }
  if (strstr (last->text, "call") != NULL
      && last->role == GST_VOWEL_CHAT_USER) {
    const gchar *id =
        gst_vowel_llm_begin_tool_call (llm, request, NULL, "lookup");

    gst_vowel_llm_push_tool_arguments (llm, request, id, "{\"n\":");
    gst_vowel_llm_push_tool_arguments (llm, request, id, "1}");
    gst_vowel_llm_end_tool_call (llm, request, id);
    gst_vowel_llm_finish (llm, request, GST_VOWEL_FINISH_TOOL_CALLS, NULL);
    return TRUE;
  }
  gst_vowel_llm_push_text (llm, request, text);
  if (strstr (last->text, "slow") != NULL)
    return TRUE;
  gst_vowel_llm_push_text (llm, request, "Bye.");
  gst_vowel_llm_finish (llm, request, GST_VOWEL_FINISH_STOP, NULL);
  return TRUE;
}

static void
test_llm_cancel (GstVowelLlm *llm, GstVowelChatRequest *request)
{
}

static void
test_llm_class_init (TestLlmClass *klass)
{
  GST_VOWEL_LLM_CLASS (klass)->generate = test_llm_generate;
  GST_VOWEL_LLM_CLASS (klass)->cancel = test_llm_cancel;
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Test LLM",
      "Filter/Text", "Says what it heard", "tests");
  gst_vowel_provider_class_set_name (
      GST_ELEMENT_CLASS (klass), GST_VOWEL_PROVIDER_LLM, "test");
}

static void
test_llm_init (TestLlm *llm)
{
}

/* --- testtts --- */

#define TEST_TYPE_TTS (test_tts_get_type ())
G_DECLARE_FINAL_TYPE (TestTts, test_tts, TEST, TTS, GstVowelTts)

struct _TestTts {
  GstVowelTts parent;
};

G_DEFINE_FINAL_TYPE (TestTts, test_tts, GST_TYPE_VOWEL_TTS)

static GstStaticPadTemplate tts_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format=S16LE, rate=24000, channels=1, "
                         "layout=interleaved"));

static gboolean
test_tts_synthesize (GstVowelTts *tts, GstVowelTtsJob *job, GError **error)
{
  const gchar *text = gst_vowel_tts_job_get_text (job);
  gsize n = g_utf8_strlen (text, -1) * TTS_RATE / 100;
  const gchar *digit = strpbrk (text, "0123456789");
  gint16 *samples;
  gsize i;

  if (strstr (text, "mute") != NULL) {
    g_set_error_literal (
        error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND, "no voice");
    return FALSE;
  }
  samples = g_new (gint16, n);
  for (i = 0; i < n; i++)
    samples[i] = digit != NULL ? (*digit - '0') * 1000 : 0;
  gst_vowel_tts_set_rate (tts, TTS_RATE);
  gst_vowel_tts_push_audio (
      tts, job, gst_buffer_new_wrapped (samples, n * sizeof (gint16)));
  gst_vowel_tts_finish (tts, job);
  return TRUE;
}

static void
test_tts_cancel (GstVowelTts *tts, GstVowelTtsJob *job)
{
}

static void
test_tts_class_init (TestTtsClass *klass)
{
  GST_VOWEL_TTS_CLASS (klass)->synthesize = test_tts_synthesize;
  GST_VOWEL_TTS_CLASS (klass)->cancel = test_tts_cancel;
  gst_element_class_add_static_pad_template (
      GST_ELEMENT_CLASS (klass), &tts_template);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Test TTS",
      "Source/Audio", "Speaks constants", "tests");
  gst_vowel_provider_class_set_name (
      GST_ELEMENT_CLASS (klass), GST_VOWEL_PROVIDER_TTS, "test");
}

static void
test_tts_init (TestTts *tts)
{
}

void
test_providers_register (void)
{
  gst_element_register (NULL, "teststt", GST_RANK_NONE, TEST_TYPE_STT);
  gst_element_register (NULL, "testllm", GST_RANK_NONE, TEST_TYPE_LLM);
  gst_element_register (NULL, "testtts", GST_RANK_NONE, TEST_TYPE_TTS);
}
