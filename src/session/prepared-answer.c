/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "prepared-answer.h"

#include "item.h"
#include "tokens.h"

#include <string.h>

typedef enum {
  REPORT_TEXT,
  REPORT_TOOL_ARGUMENTS,
  REPORT_TOOL_CALL,
  REPORT_GENERATED,
  REPORT_AUDIO,
  REPORT_AUDIO_ENDED,
} ReportType;

typedef struct {
  ReportType type;
  gchar *text; /* (nullable): delta or arguments */
  gchar *call_id;
  gchar *name;
  VowelFinish finish;
  VowelUsage usage;
  gboolean has_usage;
  GBytes *audio;
  guint text_start;
  guint text_end;
  gboolean sentence_end;
} Report;

struct _VowelPreparedAnswer {
  guint64 generation;
  gchar *item_id;
  gchar *question;
  VowelAudioFormat format;
  guint input_tokens;
  GQueue reports; /* Report */
  gint64 audio_us;
};

static void
report_free (Report *report)
{
  g_free (report->text);
  g_free (report->call_id);
  g_free (report->name);
  g_clear_pointer (&report->audio, g_bytes_unref);
  g_free (report);
}

/* With its length, so that no two lists of strings are the same text. */
static void
add_string (GString *text, const gchar *string)
{
  if (string == NULL)
    g_string_append (text, "-;");
  else
    g_string_append_printf (
        text, "%" G_GSIZE_FORMAT ":%s;", strlen (string), string);
}

static void
add_item (GString *text, VowelItem *item)
{
  g_autofree gchar *words = NULL;

  g_string_append_printf (text, "item %d %d;", item->type, item->role);
  switch (item->type) {
    case VOWEL_ITEM_MESSAGE:
      words = vowel_item_dup_text (item);
      add_string (text, words);
      break;
    case VOWEL_ITEM_FUNCTION_CALL:
      add_string (text, item->call_id);
      add_string (text, item->name);
      add_string (text, item->arguments->str);
      break;
    case VOWEL_ITEM_FUNCTION_CALL_OUTPUT:
      add_string (text, item->call_id);
      add_string (text, item->output);
      break;
  }
}

/* All that an engine's answer depends on, in one text. */
static gchar *
describe (const VowelGeneration *question)
{
  GString *text = g_string_new (NULL);
  guint i;

  add_string (text, question->instructions);
  for (i = 0; i < question->items->len; i++)
    add_item (text, g_ptr_array_index (question->items, i));
  for (i = 0; i < question->tools->len; i++) {
    VowelTool *tool = g_ptr_array_index (question->tools, i);

    g_string_append (text, "tool ");
    add_string (text, tool->name);
    add_string (text, tool->description);
    add_string (text, tool->parameters);
  }
  add_string (text, question->tool_choice);
  add_string (text, question->voice);
  g_string_append_printf (text, "%d %u %.17g %d %.17g %d %u",
      question->parallel_tool_calls, question->max_output_tokens,
      question->temperature, question->spoken, question->speed,
      question->output_format.encoding, question->output_format.rate);
  return g_string_free (text, FALSE);
}

VowelPreparedAnswer *
vowel_prepared_answer_new (
    const VowelGeneration *question, const gchar *item_id, guint input_tokens)
{
  VowelPreparedAnswer *answer = g_new0 (VowelPreparedAnswer, 1);

  answer->generation = question->generation;
  answer->item_id = g_strdup (item_id);
  answer->question = describe (question);
  answer->format = question->output_format;
  answer->input_tokens = input_tokens;
  return answer;
}

void
vowel_prepared_answer_free (VowelPreparedAnswer *answer)
{
  g_queue_clear_full (&answer->reports, (GDestroyNotify) report_free);
  g_free (answer->question);
  g_free (answer->item_id);
  g_free (answer);
}

guint64
vowel_prepared_answer_get_generation (VowelPreparedAnswer *answer)
{
  return answer->generation;
}

const gchar *
vowel_prepared_answer_get_item_id (VowelPreparedAnswer *answer)
{
  return answer->item_id;
}

gboolean
vowel_prepared_answer_is_for (
    VowelPreparedAnswer *answer, const VowelGeneration *question)
{
  g_autofree gchar *described = describe (question);

  return g_str_equal (described, answer->question);
}

/* Reports. */

static Report *
add_report (VowelPreparedAnswer *answer, ReportType type)
{
  Report *report = g_new0 (Report, 1);

  report->type = type;
  g_queue_push_tail (&answer->reports, report);
  return report;
}

void
vowel_prepared_answer_text (VowelPreparedAnswer *answer, const gchar *delta)
{
  add_report (answer, REPORT_TEXT)->text = g_strdup (delta);
}

static void
add_call (VowelPreparedAnswer *answer, ReportType type, const gchar *call_id,
    const gchar *name, const gchar *text)
{
  Report *report = add_report (answer, type);

  report->call_id = g_strdup (call_id);
  report->name = g_strdup (name);
  report->text = g_strdup (text);
}

void
vowel_prepared_answer_tool_arguments (VowelPreparedAnswer *answer,
    const gchar *call_id, const gchar *name, const gchar *delta)
{
  add_call (answer, REPORT_TOOL_ARGUMENTS, call_id, name, delta);
}

void
vowel_prepared_answer_tool_call (VowelPreparedAnswer *answer,
    const gchar *call_id, const gchar *name, const gchar *arguments)
{
  add_call (answer, REPORT_TOOL_CALL, call_id, name, arguments);
}

void
vowel_prepared_answer_generated (
    VowelPreparedAnswer *answer, VowelFinish finish, const VowelUsage *usage)
{
  Report *report = add_report (answer, REPORT_GENERATED);

  report->finish = finish;
  report->has_usage = usage != NULL;
  if (usage != NULL)
    report->usage = *usage;
}

void
vowel_prepared_answer_audio (VowelPreparedAnswer *answer, GBytes *audio,
    guint text_start, guint text_end, gboolean sentence_end)
{
  Report *report = add_report (answer, REPORT_AUDIO);

  report->audio = g_bytes_ref (audio);
  report->text_start = text_start;
  report->text_end = text_end;
  report->sentence_end = sentence_end;
  answer->audio_us += vowel_audio_format_duration_us (
      &answer->format, g_bytes_get_size (audio));
}

void
vowel_prepared_answer_audio_ended (VowelPreparedAnswer *answer)
{
  add_report (answer, REPORT_AUDIO_ENDED);
}

gint64
vowel_prepared_answer_get_audio_us (VowelPreparedAnswer *answer)
{
  return answer->audio_us;
}

VowelUsage
vowel_prepared_answer_get_usage (VowelPreparedAnswer *answer)
{
  VowelUsage usage = {.input_tokens = answer->input_tokens, .estimated = TRUE};
  GList *l;

  for (l = answer->reports.head; l != NULL; l = l->next) {
    Report *report = l->data;

    if (report->has_usage)
      return report->usage;
    if (report->type == REPORT_TEXT || report->type == REPORT_TOOL_CALL)
      usage.output_tokens += vowel_tokens_of_text (report->text);
  }
  return usage;
}

static void
tell (VowelPreparedAnswer *answer, const Report *report,
    const VowelEngineListener *listener, gpointer user_data)
{
  guint64 generation = answer->generation;

  switch (report->type) {
    case REPORT_TEXT:
      listener->text (user_data, generation, report->text);
      break;
    case REPORT_TOOL_ARGUMENTS:
      listener->tool_arguments (
          user_data, generation, report->call_id, report->name, report->text);
      break;
    case REPORT_TOOL_CALL:
      listener->tool_call (
          user_data, generation, report->call_id, report->name, report->text);
      break;
    case REPORT_GENERATED:
      listener->generated (user_data, generation, report->finish,
          report->has_usage ? &report->usage : NULL);
      break;
    case REPORT_AUDIO:
      listener->audio (user_data, generation, report->audio, report->text_start,
          report->text_end, report->sentence_end);
      break;
    case REPORT_AUDIO_ENDED:
      listener->audio_ended (user_data, generation);
      break;
  }
}

void
vowel_prepared_answer_tell (VowelPreparedAnswer *answer,
    const VowelEngineListener *listener, gpointer user_data)
{
  Report *report;

  while ((report = g_queue_pop_head (&answer->reports)) != NULL) {
    tell (answer, report, listener, user_data);
    report_free (report);
  }
}
