/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Calls of agents: those that the store has, and those that go on. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-private.h"

#include "voicex-call-json.h"

#include "server/store/object-id.h"

#define DEFAULT_LIMIT 50
#define MAX_LIMIT 100
#define DEFAULT_DAYS 30
#define MAX_DAYS 90
#define MINUTE_MS (60 * G_GINT64_CONSTANT (1000))

/* Why calls end that did not fail. */
static const gchar *const completed[] = {
    "client_left", "expired", "idle", "shutdown", "transferred", NULL};
static const gchar *const failed[] = {"failed", NULL};

/**
 * Wanted:
 * @app_id: only of this app
 * @agent_id: (nullable): only of this agent
 * @live: those that go on
 * @over: those that are over
 * @filter: which of these
 * @found: (element-type VowelCall): that go on; they are the manager's
 */
typedef struct {
  const gchar *app_id;
  gchar *agent_id;
  const gchar *agent_ids[2];
  gboolean live;
  gboolean over;
  VowelCallFilter filter;
  GPtrArray *found;
} Wanted;

static void
wanted_clear (Wanted *wanted)
{
  g_free (wanted->agent_id);
  g_clear_pointer (&wanted->found, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Wanted, wanted_clear)

static void
note_live (const VowelCall *call, guint worker, gpointer user_data)
{
  Wanted *wanted = user_data;

  if (call->agent_id != NULL && g_strcmp0 (call->app_id, wanted->app_id) == 0
      && (wanted->agent_id == NULL
          || g_str_equal (call->agent_id, wanted->agent_id)))
    g_ptr_array_add (wanted->found, (gpointer) call);
}

static gint
compare_newest_first (gconstpointer a, gconstpointer b)
{
  const VowelCall *first = *(const VowelCall *const *) a;
  const VowelCall *second = *(const VowelCall *const *) b;

  return (first->started_at < second->started_at)
         - (first->started_at > second->started_at);
}

/* FALSE: it has been answered */
static gboolean
read_agent (VowelVoicex *self, VowelRequest *request, Wanted *wanted)
{
  const gchar *id = vowel_request_get_query (request, "agent_id");
  g_autofree gchar *hex = NULL;
  g_autoptr (VowelAgent) agent = NULL;

  if (id == NULL)
    id = vowel_request_get_query (request, "agentId");
  if (id == NULL)
    return TRUE;
  hex = vowel_object_hex_check (id);
  if (hex == NULL) {
    vowel_voicex_reply_error (
        request->message, SOUP_STATUS_BAD_REQUEST, "invalid id");
    return FALSE;
  }
  /* Of one that is gone nothing is found. */
  agent = vowel_agents_get (self->agents, wanted->app_id, hex, NULL);
  wanted->agent_id = g_strdup (agent != NULL ? agent->id : hex);
  wanted->agent_ids[0] = wanted->agent_id;
  wanted->filter.agent_ids = wanted->agent_ids;
  return TRUE;
}

/* FALSE: it has been answered */
static gboolean
read_status (VowelRequest *request, Wanted *wanted)
{
  const gchar *status = vowel_request_get_query (request, "status");

  wanted->live = status == NULL || g_str_equal (status, "active");
  wanted->over = status == NULL || !wanted->live;
  if (status == NULL || wanted->live)
    return TRUE;
  if (g_str_equal (status, "failed")) {
    wanted->filter.end_reasons = failed;
  } else if (g_str_equal (status, "completed")) {
    wanted->filter.end_reasons = completed;
  } else {
    vowel_voicex_reply_error (request->message, SOUP_STATUS_BAD_REQUEST,
        "status must be active, completed or failed");
    return FALSE;
  }
  return TRUE;
}

/* FALSE: it has been answered */
static gboolean
read_wanted (VowelVoicex *self, VowelRequest *request,
    const VowelAccount *account, Wanted *wanted)
{
  wanted->app_id = wanted->filter.app_id = account->app->id;
  wanted->filter.with_agent = TRUE;
  wanted->found = g_ptr_array_new ();
  if (!read_agent (self, request, wanted) || !read_status (request, wanted))
    return FALSE;
  if (wanted->live)
    vowel_session_manager_foreach_call (self->manager, note_live, wanted);
  g_ptr_array_sort (wanted->found, compare_newest_first);
  return TRUE;
}

/* With what was said. */
static gboolean
add_calls (VowelVoicex *self, const VowelCallFilter *filter, JsonArray *array,
    GError **error)
{
  VowelStore *store = vowel_accounts_get_store (self->accounts);
  g_autoptr (GPtrArray) calls = vowel_store_list_calls (store, filter, error);

  for (guint i = 0; calls != NULL && i < calls->len; i++) {
    const VowelCall *head = g_ptr_array_index (calls, i);
    g_autoptr (VowelCall) call = vowel_store_get_call (store, head->id, error);

    if (call == NULL)
      return FALSE;
    json_array_add_object_element (
        array, vowel_voicex_call_to_json (call, TRUE));
  }
  return calls != NULL;
}

void
vowel_voicex_on_list_calls (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_auto (Wanted) wanted = {NULL};
  g_autoptr (JsonArray) array = json_array_new ();
  g_autoptr (GError) error = NULL;
  VowelVoicexPage page;

  if (account == NULL || !read_wanted (self, request, account, &wanted))
    return;
  page = vowel_voicex_get_page (request, DEFAULT_LIMIT, MAX_LIMIT);
  for (; page.limit > 0 && page.skip < wanted.found->len;
       page.skip++, page.limit--)
    json_array_add_object_element (
        array, vowel_voicex_call_to_json (
                   g_ptr_array_index (wanted.found, page.skip), FALSE));
  wanted.filter.offset = page.skip - wanted.found->len;
  wanted.filter.limit = page.limit;
  if (wanted.over && page.limit > 0
      && !add_calls (self, &wanted.filter, array, &error))
    vowel_voicex_reply_gerror (request->message, error);
  else
    vowel_http_reply_array (request->message, g_steal_pointer (&array));
}

void
vowel_voicex_on_count_calls (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_auto (Wanted) wanted = {NULL};
  g_autoptr (GError) error = NULL;
  gint64 count = 0;
  JsonObject *answer;

  if (account == NULL || !read_wanted (self, request, account, &wanted))
    return;
  if (wanted.over)
    count = vowel_store_count_calls (
        vowel_accounts_get_store (self->accounts), &wanted.filter, &error);
  if (count < 0) {
    vowel_voicex_reply_gerror (request->message, error);
    return;
  }
  answer = json_object_new ();
  json_object_set_int_member (answer, "count", count + wanted.found->len);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, answer);
}

/* (nullable): it does not go on */
static JsonObject *
find_live (VowelVoicex *self, const gchar *app_id, const gchar *wanted_hex)
{
  g_auto (Wanted) wanted = {.app_id = app_id, .found = g_ptr_array_new ()};

  vowel_session_manager_foreach_call (self->manager, note_live, &wanted);
  for (guint i = 0; i < wanted.found->len; i++) {
    const VowelCall *call = g_ptr_array_index (wanted.found, i);
    g_autofree gchar *hex = vowel_object_hex (call->id);

    if (g_str_equal (hex, wanted_hex))
      return vowel_voicex_call_to_json (call, FALSE);
  }
  return NULL;
}

void
vowel_voicex_on_get_call (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autofree gchar *hex =
      account != NULL ? vowel_voicex_check_id (request) : NULL;
  g_autoptr (VowelCall) call = NULL;
  JsonObject *answer;

  if (hex == NULL)
    return;
  answer = find_live (self, account->app->id, hex);
  if (answer == NULL)
    call = vowel_store_find_call (
        vowel_accounts_get_store (self->accounts), hex, NULL);
  if (call != NULL && call->agent_id != NULL
      && g_strcmp0 (call->app_id, account->app->id) == 0)
    answer = vowel_voicex_call_to_json (call, TRUE);
  if (answer != NULL)
    vowel_http_reply_json (request->message, SOUP_STATUS_OK, answer);
  else
    vowel_voicex_reply_error (
        request->message, SOUP_STATUS_NOT_FOUND, "not found");
}

/* --- numbers --- */

void
vowel_voicex_on_stats (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_auto (Wanted) wanted = {NULL};
  g_autoptr (GPtrArray) agents = NULL;
  g_autoptr (GError) error = NULL;
  gint64 ended = 0, duration_ms = 0;
  JsonObject *stats;

  if (account == NULL || !read_wanted (self, request, account, &wanted))
    return;
  agents = vowel_agents_list (self->agents, account->app->id, &error);
  if (agents == NULL
      || !vowel_store_sum_calls (vowel_accounts_get_store (self->accounts),
          &wanted.filter, &ended, &duration_ms, &error)) {
    vowel_voicex_reply_gerror (request->message, error);
    return;
  }
  stats = json_object_new ();
  json_object_set_int_member (stats, "totalCalls", ended + wanted.found->len);
  json_object_set_int_member (stats, "activeCalls", wanted.found->len);
  json_object_set_int_member (
      stats, "totalMinutes", (duration_ms + MINUTE_MS / 2) / MINUTE_MS);
  json_object_set_int_member (stats, "avgDurationSec",
      ended > 0 ? (duration_ms / ended + 500) / 1000 : 0);
  json_object_set_int_member (stats, "agentCount", agents->len);
  vowel_http_reply_json (request->message, SOUP_STATUS_OK, stats);
}

void
vowel_voicex_on_usage (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  g_autoptr (VowelAccount) account = vowel_voicex_begin (self, request);
  g_autoptr (GError) error = NULL;
  JsonArray *usage;

  if (account == NULL)
    return;
  usage = vowel_usage_days_to_json (self->days, account->app->id,
      vowel_voicex_get_number (request, "days", DEFAULT_DAYS, 1, MAX_DAYS),
      g_get_real_time () / 1000, &error);
  if (usage != NULL)
    vowel_http_reply_array (request->message, usage);
  else
    vowel_voicex_reply_gerror (request->message, error);
}

/* --- how many there may be --- */

static guint
count_live (VowelVoicex *self, const gchar *app_id)
{
  g_auto (Wanted) wanted = {.app_id = app_id, .found = g_ptr_array_new ()};

  vowel_session_manager_foreach_call (self->manager, note_live, &wanted);
  return wanted.found->len;
}

gboolean
vowel_voicex_may_call (
    VowelVoicex *self, const VowelAccount *account, gchar **ret_reason)
{
  const VowelPlan *plan = account->plan;
  const VowelServerConfig *config = vowel_accounts_get_config (self->accounts);

  if (!g_str_equal (config->voicex_limits, "on"))
    return TRUE;
  if (count_live (self, account->app->id) >= plan->max_calls)
    *ret_reason =
        g_strdup_printf ("Concurrent call limit reached (%u)", plan->max_calls);
  else if (vowel_usage_days_count_minutes (
               self->days, account->app->id, g_get_real_time () / 1000, NULL)
           >= plan->max_minutes)
    *ret_reason =
        g_strdup_printf ("Monthly minutes are used up (%u)", plan->max_minutes);
  return *ret_reason == NULL;
}

/* --- what is counted --- */

void
vowel_voicex_note_call (VowelVoicex *self, const VowelCall *call)
{
  if (call->app_id != NULL && call->agent_id != NULL)
    vowel_usage_days_note (self->days, call);
}
