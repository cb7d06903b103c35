/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "call-summary.h"

#include "call-json.h"

#include <gst/vowel/gstvoweljson.h>
#include <json-glib/json-glib.h>
#include <string.h>

/* Characters of the conversation; of a longer one the end. */
#define MAX_QUESTION 3000
#define MAX_SUMMARY 2000
#define MAX_ANSWER_TOKENS 300
#define DEADLINE_MS 10000
#define GENERATION 1

#define NO_WORDS "No conversation took place."
#define NO_ANSWER "Call completed."
#define NEUTRAL "neutral"

#define INSTRUCTIONS                                                           \
  "You are given the transcript of a call that is over. Say in one or two "    \
  "sentences what it was about and what came of it, and how the caller felt. " \
  "Answer with nothing but a JSON object: {\"summary\": \"…\", "             \
  "\"sentiment\": \"positive\", \"neutral\" or \"negative\"}"

struct _VowelCallSummary {
  GstVowelWorker *worker;
  VowelEngine *engine;
  gboolean running;
  VowelUsageLedger *usage;
  GString *answer;
  GstVowelTimer *timer; /* the deadline, or when it is told */
  gboolean has_words;
  gboolean failed;
  VowelCallSummaryFunc func;
  gpointer user_data;
};

/* --- texts --- */

gchar *
vowel_call_summary_make_question (GPtrArray *lines)
{
  g_autoptr (GString) text = g_string_new (NULL);
  glong length;

  for (guint i = 0; lines != NULL && i < lines->len; i++) {
    const VowelCallLine *line = g_ptr_array_index (lines, i);

    if (g_str_equal (line->speaker, "user"))
      g_string_append_printf (text, "Caller: %s\n", line->text);
    else if (g_str_equal (line->speaker, "assistant"))
      g_string_append_printf (text, "Agent: %s\n", line->text);
  }
  if (text->len == 0)
    return NULL;
  length = g_utf8_strlen (text->str, text->len);
  return g_strdup (length > MAX_QUESTION ? g_utf8_offset_to_pointer (
                       text->str, length - MAX_QUESTION)
                                         : text->str);
}

static const gchar *
get_sentiment (JsonObject *object)
{
  static const gchar *const known[] = {"positive", NEUTRAL, "negative", NULL};
  const gchar *sentiment = gst_vowel_json_get_string (object, "sentiment");

  return sentiment != NULL && g_strv_contains (known, sentiment) ? sentiment
                                                                 : NEUTRAL;
}

/* Models like to say something around what they were asked for. */
gboolean
vowel_call_summary_parse (
    const gchar *answer, gchar **ret_summary, gchar **ret_sentiment)
{
  const gchar *begin = strchr (answer, '{');
  const gchar *end = strrchr (answer, '}');
  g_autoptr (JsonObject) object = NULL;
  const gchar *summary;

  if (begin == NULL || end == NULL || end < begin)
    return FALSE;
  object = gst_vowel_json_parse_object (
      begin, end + 1 - begin, end + 1 - begin, NULL);
  summary = gst_vowel_json_get_string (object, "summary");
  if (summary == NULL || *summary == '\0')
    return FALSE;
  *ret_summary = g_utf8_substring (
      summary, 0, MIN (g_utf8_strlen (summary, -1), MAX_SUMMARY));
  *ret_sentiment = g_strdup (get_sentiment (object));
  return TRUE;
}

gchar *
vowel_call_summary_add (
    const gchar *details, const gchar *summary, const gchar *sentiment)
{
  g_autoptr (JsonObject) news = json_object_new ();

  json_object_set_string_member (news, "summary", summary);
  json_object_set_string_member (news, "sentiment", sentiment);
  return vowel_call_details_add (details, news);
}

/* --- asking --- */

static void
tell (gpointer user_data)
{
  VowelCallSummary *self = user_data;
  g_autofree gchar *summary = NULL;
  g_autofree gchar *sentiment = NULL;

  self->timer = NULL;
  if (self->failed
      || !vowel_call_summary_parse (self->answer->str, &summary, &sentiment)) {
    summary = g_strdup (self->has_words ? NO_ANSWER : NO_WORDS);
    sentiment = g_strdup (NEUTRAL);
  }
  self->func (summary, sentiment, self->user_data);
}

static void
tell_in (VowelCallSummary *self, guint ms)
{
  if (self->timer != NULL)
    gst_vowel_worker_cancel_timer (self->worker, self->timer);
  self->timer = gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker) + ms * GST_MSECOND, tell, self);
}

static void
on_text (gpointer user_data, guint64 generation, const gchar *delta)
{
  VowelCallSummary *self = user_data;

  g_string_append (self->answer, delta);
}

/* Not from inside the engine, which is freed then. */
static void
on_generated (gpointer user_data, guint64 generation, VowelFinish finish,
    const VowelUsage *usage)
{
  tell_in (user_data, 0);
}

static void
on_failed (gpointer user_data, VowelStage stage, guint64 id, const gchar *code,
    const GError *error)
{
  VowelCallSummary *self = user_data;

  /* Nobody is there to be heard. */
  if (stage != VOWEL_STAGE_LLM)
    return;
  self->failed = TRUE;
  tell_in (self, 0);
}

static void
on_fatal (gpointer user_data, const GError *error)
{
  VowelCallSummary *self = user_data;

  self->failed = TRUE;
  tell_in (self, 0);
}

static void
on_usage (gpointer user_data, const VowelProviderUsage *usage)
{
  VowelCallSummary *self = user_data;

  vowel_usage_ledger_add (self->usage, usage);
}

static const VowelEngineListener listener = {
    .text = on_text,
    .generated = on_generated,
    .failed = on_failed,
    .usage = on_usage,
    .fatal = on_fatal,
};

static gboolean
start (VowelCallSummary *self)
{
  g_autoptr (VowelSessionConfig) config = vowel_session_config_new ();

  config->output_modality = VOWEL_MODALITY_TEXT;
  vowel_session_config_set_detection (config, VOWEL_TURN_NONE);
  self->running = vowel_engine_configure (self->engine, config, NULL)
                  && vowel_engine_start (self->engine, &listener, self, NULL);
  return self->running;
}

static void
ask (VowelCallSummary *self, const gchar *question)
{
  g_autoptr (GPtrArray) items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  g_autoptr (GPtrArray) tools = g_ptr_array_new ();
  VowelItem *item = vowel_item_new_message (NULL, VOWEL_ROLE_USER);
  const VowelGeneration generation = {.generation = GENERATION,
      .response_id = "summary",
      .items = items,
      .instructions = INSTRUCTIONS,
      .tools = tools,
      .tool_choice = "none",
      .max_output_tokens = MAX_ANSWER_TOKENS,
      .temperature = -1,
      .output_format = {VOWEL_ENCODING_PCM16, 24000}};

  vowel_item_add_part (item, VOWEL_PART_TEXT, question);
  g_ptr_array_add (items, item);
  vowel_engine_generate (self->engine, &generation);
}

VowelCallSummary *
vowel_call_summary_begin (GstVowelWorker *worker, VowelEngine *engine,
    GPtrArray *lines, VowelUsageLedger *usage, VowelCallSummaryFunc func,
    gpointer user_data)
{
  VowelCallSummary *self = g_new0 (VowelCallSummary, 1);
  g_autofree gchar *question = vowel_call_summary_make_question (lines);

  self->worker = gst_object_ref (worker);
  self->engine = g_object_ref (engine);
  self->usage = vowel_usage_ledger_ref (usage);
  self->answer = g_string_new (NULL);
  self->func = func;
  self->user_data = user_data;
  self->has_words = question != NULL;
  self->failed = question == NULL || !start (self);
  if (self->failed) {
    tell_in (self, 0);
    return self;
  }
  tell_in (self, DEADLINE_MS);
  ask (self, question);
  return self;
}

void
vowel_call_summary_hurry (VowelCallSummary *self)
{
  tell_in (self, 0);
}

void
vowel_call_summary_free (VowelCallSummary *self)
{
  if (self->timer != NULL)
    gst_vowel_worker_cancel_timer (self->worker, self->timer);
  if (self->running)
    vowel_engine_stop (self->engine);
  g_object_unref (self->engine);
  gst_object_unref (self->worker);
  vowel_usage_ledger_unref (self->usage);
  g_string_free (self->answer, TRUE);
  g_free (self);
}
