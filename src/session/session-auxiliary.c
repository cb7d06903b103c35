/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* What the session asks a model for itself: no client sees it, and nobody waits
 * for it. Another model than the one that answers may be asked. */

#include "session-private.h"

typedef struct {
  VowelSession *session; /* borrowed */
  guint64 generation;
  GString *text;
  guint timer;
  VowelAuxiliaryFunc func;
  VowelAuxiliaryCallFunc call_func; /* (nullable) */
} Auxiliary;

static void
auxiliary_free (Auxiliary *auxiliary)
{
  vowel_clock_clear_timer (auxiliary->session->clock, &auxiliary->timer);
  g_string_free (auxiliary->text, TRUE);
  g_free (auxiliary);
}

static Auxiliary *
find (VowelSession *session, guint64 generation)
{
  return session->auxiliaries != NULL
             ? g_hash_table_lookup (session->auxiliaries, &generation)
             : NULL;
}

/* @text: (nullable): it has failed */
static void
finish (Auxiliary *auxiliary, gboolean failed)
{
  VowelSession *session = auxiliary->session;
  g_autofree gchar *text = failed ? NULL : g_strdup (auxiliary->text->str);
  guint64 generation = auxiliary->generation;
  VowelAuxiliaryFunc func = auxiliary->func;

  g_hash_table_remove (session->auxiliaries, &generation);
  func (session, generation, text != NULL ? g_strstrip (text) : NULL);
}

static void
on_timeout (gpointer user_data)
{
  Auxiliary *auxiliary = user_data;

  auxiliary->timer = 0;
  vowel_engine_cancel (auxiliary->session->engine, auxiliary->generation);
  finish (auxiliary, TRUE);
}

guint64
vowel_session_ask (VowelSession *session,
    const VowelAuxiliaryQuestion *question, VowelAuxiliaryFunc func)
{
  g_autoptr (GPtrArray) tools = question->tools != NULL
                                    ? g_ptr_array_ref (question->tools)
                                    : g_ptr_array_new ();
  g_autofree gchar *id = vowel_make_id ("resp");
  VowelGeneration generation = {
      .generation = ++session->generation,
      .response_id = id,
      .auxiliary = question->model,
      .items = question->items,
      .tools = tools,
      .instructions = question->instructions,
      .tool_choice =
          question->tool_choice != NULL ? question->tool_choice : "none",
      .parallel_tool_calls = TRUE,
      .max_output_tokens = question->max_output_tokens,
      .temperature = question->temperature,
      .output_format = session->config->output_format,
  };
  Auxiliary *auxiliary = g_new0 (Auxiliary, 1);

  auxiliary->session = session;
  auxiliary->generation = generation.generation;
  auxiliary->text = g_string_new (NULL);
  auxiliary->func = func;
  auxiliary->call_func = question->call_func;
  auxiliary->timer = vowel_clock_add_timer (session->clock,
      vowel_clock_now (session->clock) + question->timeout_ms * (gint64) 1000,
      on_timeout, auxiliary);
  if (session->auxiliaries == NULL)
    session->auxiliaries = g_hash_table_new_full (
        g_int64_hash, g_int64_equal, NULL, (GDestroyNotify) auxiliary_free);
  g_hash_table_insert (session->auxiliaries, &auxiliary->generation, auxiliary);
  vowel_engine_generate (session->engine, &generation);
  return generation.generation;
}

void
vowel_session_unask (VowelSession *session, guint64 generation)
{
  if (find (session, generation) == NULL)
    return;
  vowel_engine_cancel (session->engine, generation);
  g_hash_table_remove (session->auxiliaries, &generation);
}

void
vowel_session_clear_auxiliaries (VowelSession *session)
{
  g_clear_pointer (&session->auxiliaries, g_hash_table_unref);
}

/* The engine's reports. */

gboolean
vowel_session_auxiliary_text (
    VowelSession *session, guint64 generation, const gchar *delta)
{
  Auxiliary *auxiliary = find (session, generation);

  if (auxiliary == NULL)
    return FALSE;
  g_string_append (auxiliary->text, delta);
  return TRUE;
}

gboolean
vowel_session_auxiliary_tool_call (VowelSession *session, guint64 generation,
    const gchar *call_id, const gchar *name, const gchar *arguments)
{
  Auxiliary *auxiliary = find (session, generation);

  if (auxiliary == NULL)
    return FALSE;
  if (auxiliary->call_func != NULL)
    auxiliary->call_func (session, generation, call_id, name, arguments);
  return TRUE;
}

gboolean
vowel_session_auxiliary_generated (
    VowelSession *session, guint64 generation, const VowelUsage *usage)
{
  Auxiliary *auxiliary = find (session, generation);

  if (auxiliary == NULL)
    return FALSE;
  if (usage != NULL)
    vowel_rate_limits_use (&session->rate_limits,
        vowel_clock_now (session->clock),
        usage->input_tokens + usage->output_tokens);
  finish (auxiliary, FALSE);
  return TRUE;
}

gboolean
vowel_session_auxiliary_failed (VowelSession *session, guint64 generation)
{
  Auxiliary *auxiliary = find (session, generation);

  if (auxiliary == NULL)
    return FALSE;
  vowel_engine_cancel (session->engine, generation);
  finish (auxiliary, TRUE);
  return TRUE;
}
