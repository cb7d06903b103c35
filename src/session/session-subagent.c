/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* A second model that works with the tools while the one that speaks only tells
 * it what for. Its calls reach their owners as all calls do, but in responses
 * that are not part of the conversation, and what the tools say is for the
 * sub-agent alone. */

#include "session-private.h"

#include "error.h"
#include "voice-style.h"

/* Of the conversation, beside the task. */
#define N_MESSAGES 5
/* Models that are told nothing by their sub-agent may ask it again. */
#define MAX_ROUNDS 4
/* What a client that answers too late may ask for right afterwards. */
#define PARDON_US G_USEC_PER_SEC
#define MAX_DESCRIPTION 120

#define INSTRUCTIONS                                                           \
  "You work in the background for an assistant who talks with a caller, and "  \
  "who gives you a task. Do it with your tools: use their exact names, leave " \
  "out optional arguments that you do not need, never send null. Then report " \
  "in a few plain sentences what you have found or done, with all facts that " \
  "the caller needs. What no tool has told you, you do not know; if one has "  \
  "failed, say so. You do not speak with the caller yourself."
#define DESCRIPTION                                                            \
  "Has somebody else do a task with tools and report the result. Say all "     \
  "that "                                                                      \
  "is needed to do it. The tools are:"
#define PARAMETERS                                                             \
  "{\"type\":\"object\",\"properties\":{"                                      \
  "\"task\":{\"type\":\"string\",\"description\":\"What is to be done, with "  \
  "names, numbers and dates.\"},"                                              \
  "\"tools\":{\"type\":\"array\",\"items\":{\"type\":\"string\"},"             \
  "\"description\":\"Names of the tools that may help.\"}},"                   \
  "\"required\":[\"task\"],\"additionalProperties\":false}"

#define FAILED "{\"error\":\"The sub-agent failed or did not answer in time.\"}"
#define NO_RESULT "{\"error\":\"The sub-agent has reported nothing.\"}"
#define CANCELLED "{\"error\":\"The sub-agent was interrupted.\"}"

typedef struct {
  VowelSession *session; /* borrowed */
  gboolean over;
  gchar *response_id; /* whose call it answers */
  gchar *call_id;
  gchar *instructions;
  GPtrArray *tools;            /* (element-type VowelTool) */
  VowelParticipant *requester; /* (nullable): whose tools these are */
  GPtrArray *items;            /* (element-type VowelItem): all it was told */
  guint step;
  guint64 generation; /* 0: none */

  /* the step's calls */
  GPtrArray *calls;          /* (element-type VowelItem) */
  GHashTable *outputs;       /* call id to VowelItem */
  VowelResponseWriter *told; /* (nullable): while they are announced */
} Subagent;

static void
subagent_clear (gpointer data)
{
  Subagent *agent = data;

  g_free (agent->response_id);
  g_free (agent->call_id);
  g_free (agent->instructions);
  g_ptr_array_unref (agent->tools);
  g_clear_pointer (&agent->requester, vowel_participant_unref);
  g_ptr_array_unref (agent->items);
  g_ptr_array_unref (agent->calls);
  g_hash_table_unref (agent->outputs);
}

static void
subagent_unref (Subagent *agent)
{
  g_rc_box_release_full (agent, subagent_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Subagent, subagent_unref)

/* What the model that speaks is given. */

gboolean
vowel_session_delegates (VowelSession *session, VowelActiveResponse *active)
{
  return session->behaviours->subagent.enabled
         && !vowel_active_response_get (active)->out_of_band
         && g_strcmp0 (active->tool_choice, "none") != 0;
}

static void
describe (GString *text, const VowelTool *tool)
{
  g_autofree gchar *start = NULL;

  g_string_append_printf (text, "\n%s", tool->name);
  if (tool->description == NULL || *tool->description == '\0')
    return;
  start = g_utf8_substring (tool->description, 0,
      MIN (g_utf8_strlen (tool->description, -1), MAX_DESCRIPTION));
  g_string_append_printf (text, ": %s", g_strdelimit (start, "\n", ' '));
}

GPtrArray *
vowel_session_make_delegating_tools (VowelSession *session, GPtrArray *tools)
{
  g_autoptr (GString) description = g_string_new (DESCRIPTION);
  GPtrArray *all =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);

  if (session->delegations >= MAX_ROUNDS)
    return all;
  for (guint i = 0; i < tools->len; i++)
    describe (description, g_ptr_array_index (tools, i));
  g_ptr_array_add (
      all, vowel_tool_new (VOWEL_SUBAGENT_TOOL, description->str, PARAMETERS));
  return all;
}

const gchar *
vowel_session_get_delegating_choice (
    VowelSession *session, const gchar *tool_choice)
{
  gboolean forced = g_strcmp0 (tool_choice, "auto") != 0;

  /* Whoever must call a tool has done so. */
  if (!forced || session->delegations > 0)
    return "auto";
  return g_strcmp0 (tool_choice, "required") == 0 ? "required"
                                                  : VOWEL_SUBAGENT_TOOL;
}

/* The end of a task. */

gboolean
vowel_session_is_delegating (VowelSession *session)
{
  return session->subagents != NULL && session->subagents->len > 0;
}

/* Answers to calls that nobody waits for any more may still come. */
static void
abandon_calls (Subagent *agent)
{
  for (guint i = 0; i < agent->calls->len; i++) {
    VowelItem *call = g_ptr_array_index (agent->calls, i);

    if (!g_hash_table_contains (agent->outputs, call->call_id)
        && vowel_tool_router_answer (agent->session->router, call->call_id)
               == VOWEL_TOOL_ANSWER_FIRST)
      g_hash_table_add (
          agent->session->abandoned_calls, g_strdup (call->call_id));
  }
}

/* For the model alone, as the call is. */
static void
end (Subagent *agent, const gchar *text)
{
  VowelSession *session = agent->session;
  g_autoptr (Subagent) keep = g_rc_box_acquire (agent);
  g_autoptr (VowelItem) output = NULL;

  agent->over = TRUE;
  abandon_calls (agent);
  if (agent->told != NULL)
    vowel_response_writer_cancel (agent->told, VOWEL_REASON_CLIENT_CANCELLED);
  vowel_session_unask (session, agent->generation);
  g_ptr_array_remove (session->subagents, agent);
  if (session->ended || session->ending)
    return;
  output = vowel_item_new_function_call_output (NULL, agent->call_id, text);
  output->is_routed = TRUE;
  vowel_session_append_item (session, output);
}

static void
finish (Subagent *agent, const gchar *text)
{
  VowelSession *session = agent->session;

  end (agent, text);
  if (session->ended || session->ending || session->draining
      || vowel_session_is_delegating (session))
    return;
  session->delegations++;
  session->respond_queued = FALSE;
  vowel_filler_stop (session->filler);
  vowel_response_queue_answer (session->queue);
}

/* Steps. */

static void announce (Subagent *agent);

static Subagent *
find (VowelSession *session, guint64 generation)
{
  for (guint i = 0; session->subagents != NULL && i < session->subagents->len;
       i++) {
    Subagent *agent = g_ptr_array_index (session->subagents, i);

    if (agent->generation == generation)
      return agent;
  }
  return NULL;
}

static gboolean
is_last_step (Subagent *agent)
{
  return agent->step + 1 >= agent->session->behaviours->subagent.max_steps;
}

static void
on_call (VowelSession *session, guint64 generation, const gchar *call_id,
    const gchar *name, const gchar *arguments)
{
  Subagent *agent = find (session, generation);
  g_autofree gchar *id = NULL;
  VowelItem *call;

  if (agent == NULL || is_last_step (agent))
    return;
  /* Each task is a conversation of its own to services that count calls; to
   * clients all are of one. */
  id = g_hash_table_add (session->subagent_calls, g_strdup (call_id))
           ? g_strdup (call_id)
           : vowel_make_id ("call");
  call = vowel_item_new_function_call (NULL, id, name);
  g_string_assign (call->arguments,
      arguments != NULL && *arguments != '\0' ? arguments : "{}");
  call->status = VOWEL_ITEM_COMPLETED;
  g_ptr_array_add (agent->calls, call);
}

static void
on_answer (VowelSession *session, guint64 generation, const gchar *text)
{
  Subagent *agent = find (session, generation);

  if (agent == NULL)
    return;
  agent->generation = 0;
  if (text == NULL)
    finish (agent, FAILED);
  else if (agent->calls->len > 0)
    announce (agent);
  else
    finish (agent, *text != '\0' ? text : NO_RESULT);
}

static void
ask (Subagent *agent)
{
  VowelSession *session = agent->session;
  const VowelSubagentConfig *config = &session->behaviours->subagent;
  VowelAuxiliaryQuestion question = {.model = VOWEL_AUXILIARY_SUBAGENT,
      .instructions = agent->instructions,
      .items = agent->items,
      .tools = agent->tools,
      .tool_choice = is_last_step (agent) ? "none" : "auto",
      .call_func = on_call,
      .max_output_tokens = config->max_tokens,
      .temperature = config->temperature,
      .timeout_ms = config->timeout_ms};

  agent->generation = vowel_session_ask (session, &question, on_answer);
}

static void
go_on_when_answered (Subagent *agent)
{
  if (agent->over || agent->told != NULL
      || g_hash_table_size (agent->outputs) < agent->calls->len)
    return;
  for (guint i = 0; i < agent->calls->len; i++)
    g_ptr_array_add (
        agent->items, vowel_item_ref (g_ptr_array_index (agent->calls, i)));
  for (guint i = 0; i < agent->calls->len; i++) {
    VowelItem *call = g_ptr_array_index (agent->calls, i);

    g_ptr_array_add (agent->items,
        vowel_item_ref (g_hash_table_lookup (agent->outputs, call->call_id)));
  }
  g_ptr_array_set_size (agent->calls, 0);
  g_hash_table_remove_all (agent->outputs);
  agent->step++;
  ask (agent);
}

static void
take_output (Subagent *agent, const gchar *call_id, const gchar *output)
{
  VowelItem *item = vowel_item_new_function_call_output (NULL, call_id, output);

  g_hash_table_replace (agent->outputs, item->call_id, item);
  go_on_when_answered (agent);
}

/* The response that the calls are to clients. */

static VowelParticipant *
find_owner (Subagent *agent, const gchar *name)
{
  return vowel_session_find_tool_owner (
      agent->session, agent->requester, agent->tools, name);
}

static void
writer_emit (gpointer user_data, VowelEvent *event)
{
  Subagent *agent = user_data;

  if (event->type == VOWEL_EVENT_OUTPUT_STARTED) {
    event->item->is_routed = TRUE;
    event->item->owner = find_owner (agent, event->item->name);
  }
  vowel_session_emit (agent->session, event);
}

static VowelParticipant *
writer_tool_call (gpointer user_data, VowelResponse *response, VowelItem *call)
{
  Subagent *agent = user_data;
  VowelSession *session = agent->session;
  VowelParticipant *owner = (VowelParticipant *) call->owner;

  if (owner == NULL || owner->left)
    return NULL;
  vowel_tool_router_begin_call (
      session->router, response->id, call->call_id, call->name, owner);
  vowel_tool_router_limit_call (session->router, call->call_id,
      session->behaviours->subagent.tool_timeout_ms);
  return owner;
}

static void
writer_done (gpointer user_data, VowelResponse *response)
{
}

static VowelResponseWriter *
begin_writer (Subagent *agent)
{
  static const VowelResponseWriterCallbacks callbacks = {
      .emit = writer_emit, .tool_call = writer_tool_call, .done = writer_done};
  const VowelSessionConfig *config = agent->session->config;
  g_autoptr (VowelResponse) response = vowel_response_new ();

  response->out_of_band = TRUE;
  response->modality = VOWEL_MODALITY_TEXT;
  response->voice = g_strdup (config->voice);
  response->output_format = config->output_format;
  response->max_output_tokens = agent->session->behaviours->subagent.max_tokens;
  response->temperature = -1;
  return vowel_response_writer_new (response, &callbacks, agent);
}

/* Handlers of its events may answer a call, or end the session. */
static void
announce (Subagent *agent)
{
  g_autoptr (Subagent) keep = g_rc_box_acquire (agent);
  g_autoptr (VowelSession) session = g_object_ref (agent->session);
  g_autoptr (VowelResponseWriter) writer = begin_writer (agent);
  g_autoptr (GPtrArray) owned = g_ptr_array_new ();

  agent->told = writer;
  for (guint i = 0; i < agent->calls->len; i++) {
    VowelItem *call = g_ptr_array_index (agent->calls, i);

    if (find_owner (agent, call->name) != NULL)
      g_ptr_array_add (owned, call);
    else
      take_output (agent, call->call_id, VOWEL_NO_SUCH_TOOL);
  }
  if (owned->len > 0)
    vowel_response_writer_begin (writer);
  for (guint i = 0; i < owned->len && !agent->over; i++) {
    VowelItem *call = g_ptr_array_index (owned, i);

    vowel_response_writer_tool_call (
        writer, call->call_id, call->name, call->arguments->str);
    if (!agent->over && !g_hash_table_contains (agent->outputs, call->call_id)
        && vowel_tool_router_get_response (session->router, call->call_id)
               == NULL)
      take_output (agent, call->call_id, VOWEL_NO_SUCH_TOOL);
  }
  if (owned->len > 0)
    vowel_response_writer_generated (
        writer, VOWEL_RESPONSE_COMPLETED, VOWEL_REASON_NONE, NULL);
  agent->told = NULL;
  go_on_when_answered (agent);
}

/* Outputs. */

/* (nullable) */
static VowelItem *
find_call (Subagent *agent, const gchar *call_id)
{
  for (guint i = 0; i < agent->calls->len; i++) {
    VowelItem *call = g_ptr_array_index (agent->calls, i);

    if (g_str_equal (call->call_id, call_id))
      return call;
  }
  return NULL;
}

static Subagent *
find_by_call (VowelSession *session, const gchar *call_id)
{
  for (guint i = 0; session->subagents != NULL && i < session->subagents->len;
       i++) {
    Subagent *agent = g_ptr_array_index (session->subagents, i);

    if (find_call (agent, call_id) != NULL
        && !g_hash_table_contains (agent->outputs, call_id))
      return agent;
  }
  return NULL;
}

gboolean
vowel_session_claim_output (
    VowelSession *session, VowelParticipant *participant, VowelItem *output)
{
  if (find_by_call (session, output->call_id) == NULL
      && !g_hash_table_contains (session->abandoned_calls, output->call_id))
    return FALSE;
  output->is_aside = TRUE;
  output->is_routed = TRUE;
  output->owner = participant;
  return TRUE;
}

void
vowel_session_give_output (
    VowelSession *session, VowelParticipant *participant, VowelItem *output)
{
  Subagent *agent = find_by_call (session, output->call_id);

  if (agent != NULL)
    take_output (agent, output->call_id, output->output);
  else if (g_hash_table_remove (session->abandoned_calls, output->call_id))
    participant->pardoned_until = vowel_clock_now (session->clock) + PARDON_US;
}

gboolean
vowel_session_lack_output (
    VowelSession *session, const gchar *call_id, const gchar *text)
{
  Subagent *agent = find_by_call (session, call_id);

  if (agent == NULL)
    return FALSE;
  g_hash_table_add (session->abandoned_calls, g_strdup (call_id));
  take_output (agent, call_id, text);
  return TRUE;
}

gboolean
vowel_session_pardon (VowelSession *session, VowelParticipant *participant,
    const VowelResponseRequest *request)
{
  gint64 until = participant->pardoned_until;

  participant->pardoned_until = 0;
  return vowel_clock_now (session->clock) < until
         && (request == NULL || !vowel_response_request_has_wishes (request));
}

/* Beginning. */

/* (transfer full): @task is what the model says of it, as it says it */
static GPtrArray *
make_items (VowelSession *session, const gchar *task)
{
  GPtrArray *all = vowel_conversation_get_items (session->conversation);
  g_autoptr (GPtrArray) context = vowel_conversation_make_context (all);
  GPtrArray *items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  VowelItem *item = vowel_item_new_message (NULL, VOWEL_ROLE_USER);
  g_autofree gchar *text = g_strconcat ("Your task: ", task, NULL);

  for (guint i = context->len; i > 0 && items->len < N_MESSAGES; i--) {
    VowelItem *message = g_ptr_array_index (context, i - 1);

    if (message->type == VOWEL_ITEM_MESSAGE
        && message->role != VOWEL_ROLE_SYSTEM)
      g_ptr_array_insert (items, 0, vowel_item_ref (message));
  }
  vowel_item_add_part (item, VOWEL_PART_TEXT, text);
  g_ptr_array_add (items, item);
  return items;
}

static gchar *
make_instructions (VowelSession *session, const gchar *instructions)
{
  g_autofree gchar *about_tools = NULL;
  g_autofree gchar *others = NULL;

  if (!session->behaviours->marked_instructions)
    return g_strdup (INSTRUCTIONS);
  vowel_instructions_split (instructions, &others, &about_tools);
  return g_strjoin (
      "\n\n", INSTRUCTIONS, *about_tools != '\0' ? about_tools : NULL, NULL);
}

gboolean
vowel_session_delegate (
    VowelSession *session, VowelActiveResponse *active, VowelItem *call)
{
  Subagent *agent;

  if (active->delegated == NULL || session->delegations >= MAX_ROUNDS
      || !g_str_equal (call->name, VOWEL_SUBAGENT_TOOL))
    return FALSE;
  agent = g_rc_box_new0 (Subagent);
  agent->session = session;
  agent->response_id = g_strdup (vowel_active_response_get (active)->id);
  agent->call_id = g_strdup (call->call_id);
  agent->instructions = make_instructions (session, active->instructions);
  agent->tools = g_ptr_array_ref (active->delegated);
  if (active->tools != NULL && active->requester != NULL)
    agent->requester = vowel_participant_ref (active->requester);
  agent->items = make_items (session, call->arguments->str);
  agent->calls =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  agent->outputs = g_hash_table_new_full (
      g_str_hash, g_str_equal, NULL, (GDestroyNotify) vowel_item_unref);
  g_ptr_array_add (session->subagents, agent);
  ask (agent);
  return TRUE;
}

gboolean
vowel_session_undelegate (VowelSession *session, const gchar *response_id)
{
  g_autoptr (GPtrArray) agents = g_ptr_array_new ();

  for (guint i = 0; i < session->subagents->len; i++) {
    Subagent *agent = g_ptr_array_index (session->subagents, i);

    if (response_id == NULL || g_str_equal (agent->response_id, response_id))
      g_ptr_array_add (agents, agent);
  }
  for (guint i = 0; i < agents->len; i++)
    if (g_ptr_array_find (
            session->subagents, g_ptr_array_index (agents, i), NULL))
      end (g_ptr_array_index (agents, i), CANCELLED);
  if (agents->len > 0 && !session->ended)
    vowel_filler_stop (session->filler);
  return agents->len > 0;
}

void
vowel_session_init_subagents (VowelSession *session)
{
  session->subagents =
      g_ptr_array_new_with_free_func ((GDestroyNotify) subagent_unref);
  session->subagent_calls =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  session->abandoned_calls =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
vowel_session_clear_subagents (VowelSession *session)
{
  g_clear_pointer (&session->subagents, g_ptr_array_unref);
  g_clear_pointer (&session->subagent_calls, g_hash_table_unref);
  g_clear_pointer (&session->abandoned_calls, g_hash_table_unref);
}
