/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "script-plan.h"

#include <string.h>

/* Characters of a call's arguments that make a token. */
#define ARGUMENT_TOKEN 8

static void
clear_step (gpointer data)
{
  g_free (((GstVowelPlanStep *) data)->text);
}

static void
add_step (GstVowelPlan *self, GstVowelPlanStepKind kind, gchar *text,
    guint call, guint token)
{
  GstVowelPlanStep step = {kind, text, call, token};

  g_array_append_val (self->steps, step);
}

/* A word with the space before it; all of the rest when only space is left. */
static gsize
token_length (const gchar *text)
{
  const gchar *p = text;

  while (*p != '\0' && g_unichar_isspace (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  while (*p != '\0' && !g_unichar_isspace (g_utf8_get_char (p)))
    p = g_utf8_next_char (p);
  return p - text;
}

/* At most @limit tokens of @text; returns how many there were. */
static guint
add_text (GstVowelPlan *self, const gchar *text, guint limit, gboolean paced,
    gboolean *ret_cut)
{
  const gchar *begin = text, *p = text;
  guint n = 0, first = 0;

  while (*p != '\0' && n < limit) {
    p += token_length (p);
    n++;
    if (paced || *p == '\0' || n == limit || strchr (".!?", p[-1]) != NULL) {
      add_step (
          self, GST_VOWEL_PLAN_TEXT, g_strndup (begin, p - begin), 0, first);
      begin = p;
      first = n;
    }
  }
  *ret_cut = *p != '\0';
  return n;
}

static guint
add_calls (GstVowelPlan *self, const GstVowelScriptReply *reply, guint token,
    gboolean paced)
{
  guint i;

  for (i = 0; i < reply->calls->len; i++) {
    const GstVowelScriptReplyCall *call = reply->calls->pdata[i];
    const gchar *p = call->arguments;

    add_step (
        self, GST_VOWEL_PLAN_CALL_BEGIN, g_strdup (call->tool), i, token++);
    while (*p != '\0') {
      const gchar *end = p + strlen (p);

      if (paced && g_utf8_strlen (p, -1) > ARGUMENT_TOKEN)
        end = g_utf8_offset_to_pointer (p, ARGUMENT_TOKEN);
      add_step (self, GST_VOWEL_PLAN_CALL_ARGUMENTS, g_strndup (p, end - p), i,
          token++);
      p = end;
    }
    add_step (self, GST_VOWEL_PLAN_CALL_END, NULL, i, token);
  }
  return token;
}

GstVowelPlan *
gst_vowel_plan_new (const GstVowelScriptReply *reply, guint max_tokens,
    gboolean paced, gboolean fail)
{
  GstVowelPlan *self = g_new0 (GstVowelPlan, 1);
  GstVowelPlanStepKind end = GST_VOWEL_PLAN_FINISH;
  guint limit = max_tokens > 0 ? max_tokens : G_MAXUINT, token;
  gboolean cut;

  self->steps = g_array_new (FALSE, FALSE, sizeof (GstVowelPlanStep));
  g_array_set_clear_func (self->steps, clear_step);
  self->finish = reply->finish;
  if (reply->calls->len > 0)
    self->finish = GST_VOWEL_FINISH_TOOL_CALLS;

  if (reply->stall_after >= 0 && (guint) reply->stall_after < limit) {
    limit = reply->stall_after;
    end = GST_VOWEL_PLAN_STALL;
  }
  if (fail && reply->failure->after_tokens < limit) {
    limit = reply->failure->after_tokens;
    end = GST_VOWEL_PLAN_FAIL;
  }
  token = add_text (self, reply->text, limit, paced, &cut);
  if (!cut && (end == GST_VOWEL_PLAN_FINISH || limit > token))
    token = add_calls (self, reply, token, paced);
  if (cut && end == GST_VOWEL_PLAN_FINISH)
    self->finish = GST_VOWEL_FINISH_LENGTH;
  add_step (self, end, NULL, 0, token);
  return self;
}

void
gst_vowel_plan_free (GstVowelPlan *plan)
{
  g_array_unref (plan->steps);
  g_free (plan);
}
