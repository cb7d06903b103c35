/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "tool-webhooks.h"

#include <gst/vowel/gstvowelhttp.h>
#include <gst/vowel/gstvowelsecret.h>
#include <string.h>

GST_DEBUG_CATEGORY_STATIC (vowel_webhook_debug);
#define GST_CAT_DEFAULT vowel_webhook_debug

#define CONNECT_MS 3000
#define ANSWER_MS 25000 /* less than the session waits for an output */
#define STALL_MS 10000
#define MAX_OUTPUT (64 * 1024)
#define NO_OUTPUT "{\"ok\":true}"

typedef struct {
  VowelCompanion parent;
  VowelAgent *agent;
  GPtrArray *tools; /* (element-type VowelTool) */

  /* The worker. */
  VowelSession *session; /* (nullable) borrowed: it ends before */
  VowelParticipant *participant;
  GstVowelWorker *worker;
  GPtrArray *calls; /* (element-type Call): under way */
} Webhooks;

typedef struct {
  Webhooks *webhooks;
  gchar *call_id;
  const VowelAgentTool *tool; /* the agent's */
  GstVowelHttpRequest *http;
  GByteArray *answer;
  GstVowelTimer *deadline;
} Call;

static void
call_free (gpointer data)
{
  Call *call = data;

  if (call->deadline != NULL)
    gst_vowel_worker_cancel_timer (call->webhooks->worker, call->deadline);
  gst_vowel_http_request_cancel (call->http);
  g_object_unref (call->http);
  g_byte_array_unref (call->answer);
  g_free (call->call_id);
  g_free (call);
}

/* --- what comes back --- */

static gchar *
make_failure (const gchar *text)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node =
      json_node_init_object (json_node_alloc (), object);

  json_object_set_string_member (object, "error", text);
  return json_to_string (node, FALSE);
}

static gchar *
make_output (const Call *call)
{
  g_autofree gchar *text =
      g_strndup ((const gchar *) call->answer->data, call->answer->len);

  g_strstrip (text);
  return *text != '\0' ? g_utf8_make_valid (text, -1) : g_strdup (NO_OUTPUT);
}

/* The session may end here; its companions are freed later. @output: (transfer
 * full) */
static void
end_call (Call *call, gchar *output)
{
  Webhooks *self = call->webhooks;
  g_autofree gchar *call_id = g_strdup (call->call_id);
  g_autofree gchar *text = output;
  g_autoptr (VowelItem) item =
      vowel_item_new_function_call_output (NULL, call_id, text);
  g_autoptr (GError) error = NULL;

  g_ptr_array_remove (self->calls, call);
  if (!vowel_session_is_ended (self->session)
      && !vowel_session_add_item (
          self->session, self->participant, item, NULL, &error))
    GST_WARNING ("%s: the output of %s was not taken: %s",
        vowel_session_get_id (self->session), call_id, error->message);
}

/* @reason: perhaps in the words of the webhook, which was told the secret. */
static void
fail_call (Call *call, const gchar *reason, const gchar *text)
{
  g_autofree gchar *clean =
      gst_vowel_secret_redact (reason, call->tool->webhook_secret);

  GST_WARNING ("%s: the webhook of %s has failed: %s",
      vowel_session_get_id (call->webhooks->session), call->tool->name, clean);
  end_call (call, make_failure (text));
}

static void
on_data (GstVowelHttpRequest *http, const guint8 *data, gsize size,
    gpointer user_data)
{
  Call *call = user_data;

  if (size > MAX_OUTPUT - call->answer->len)
    fail_call (
        call, "its answer is too long", "The tool has answered too much.");
  else
    g_byte_array_append (call->answer, data, size);
}

/* However busy it is with its answer. */
static void
on_deadline (gpointer user_data)
{
  Call *call = user_data;

  call->deadline = NULL;
  fail_call (call, "its answer is not whole in time",
      "The tool has not answered in time.");
}

static void
on_done (GstVowelHttpRequest *http, const GError *error, gpointer user_data)
{
  Call *call = user_data;

  if (error != NULL)
    fail_call (call, error->message, "The tool has failed.");
  else
    end_call (call, make_output (call));
}

/* --- what is asked --- */

static GBytes *
make_body (Webhooks *self, const VowelAgentTool *tool, const VowelItem *item)
{
  g_autoptr (JsonObject) object = json_object_new ();
  g_autoptr (JsonNode) node =
      json_node_init_object (json_node_alloc (), object);
  gchar *text;

  json_object_set_string_member (object, "tool", tool->name);
  json_object_set_string_member (object, "callId", item->call_id);
  json_object_set_object_member (object, "arguments",
      vowel_agent_tool_fill (
          tool, item->arguments != NULL ? item->arguments->str : NULL));
  json_object_set_string_member (
      object, "sessionId", vowel_session_get_id (self->session));
  json_object_set_string_member (object, "agentId", self->agent->id);
  text = json_to_string (node, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static void
set_secret (GstVowelHttpRequest *http, const gchar *secret)
{
  g_autofree gchar *value =
      secret != NULL ? g_strconcat ("Bearer ", secret, NULL) : NULL;

  if (value != NULL)
    gst_vowel_http_request_set_header (http, "Authorization", value);
}

static void
begin_call (Webhooks *self, const VowelAgentTool *tool, const VowelItem *item)
{
  static const GstVowelHttpCallbacks callbacks = {
      .data = on_data, .done = on_done};
  g_autoptr (GBytes) body = make_body (self, tool, item);
  Call *call = g_new0 (Call, 1);

  call->webhooks = self;
  call->call_id = g_strdup (item->call_id);
  call->tool = tool;
  call->answer = g_byte_array_new ();
  call->http = gst_vowel_http_request_new (
      self->worker, "webhook", "POST", tool->webhook_url);
  gst_vowel_http_request_set_deadlines (call->http, CONNECT_MS, 0, STALL_MS);
  gst_vowel_http_request_set_body (call->http, "application/json", body);
  set_secret (call->http, tool->webhook_secret);
  call->deadline = gst_vowel_worker_add_timer (self->worker,
      gst_vowel_worker_get_time (self->worker) + ANSWER_MS * GST_MSECOND,
      on_deadline, call);
  g_ptr_array_add (self->calls, call);
  gst_vowel_http_request_start (call->http, &callbacks, call);
}

static void
on_event (const VowelEvent *event, gpointer user_data)
{
  Webhooks *self = user_data;
  VowelAgentTool *tool;

  if (event->type == VOWEL_EVENT_ENDED)
    g_ptr_array_set_size (self->calls, 0);
  if (event->type != VOWEL_EVENT_TOOL_CALL || event->owner != self->participant)
    return;
  tool = vowel_agent_find_tool (self->agent, event->item->name);
  if (tool != NULL && tool->webhook_url != NULL)
    begin_call (self, tool, event->item);
}

/* --- life --- */

static void
webhooks_join (
    VowelCompanion *companion, VowelSession *session, GstVowelWorker *worker)
{
  Webhooks *self = (Webhooks *) companion;
  g_autoptr (VowelSessionConfig) config =
      vowel_session_config_copy (vowel_session_get_config (session));
  g_autoptr (GError) error = NULL;

  self->session = session;
  self->worker = gst_object_ref (worker);
  self->participant =
      vowel_session_join (session, VOWEL_PARTICIPANT_HOUSE, on_event, self);
  if (!vowel_session_configure (
          session, self->participant, config, self->tools, &error))
    GST_WARNING ("%s: its webhooks are not used: %s",
        vowel_session_get_id (session), error->message);
}

static void
webhooks_free (VowelCompanion *companion)
{
  Webhooks *self = (Webhooks *) companion;

  g_ptr_array_unref (self->calls);
  g_ptr_array_unref (self->tools);
  vowel_agent_unref (self->agent);
  gst_clear_object (&self->worker);
  g_free (self);
}

VowelCompanion *
vowel_tool_webhooks_new (VowelAgent *agent)
{
  GPtrArray *tools = vowel_agent_tools_to_tools (agent->tools, TRUE);
  Webhooks *self;

  GST_DEBUG_CATEGORY_INIT (
      vowel_webhook_debug, "vowel-webhook", 0, "tools that others execute");
  if (tools == NULL)
    return NULL;
  self = g_new0 (Webhooks, 1);
  self->parent.join = webhooks_join;
  self->parent.free = webhooks_free;
  self->agent = vowel_agent_ref (agent);
  self->tools = tools;
  self->calls = g_ptr_array_new_with_free_func (call_free);
  return &self->parent;
}
