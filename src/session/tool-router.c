/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "tool-router.h"

/* How many answered calls are remembered to recognise a second answer. */
#define MAX_ANSWERED 256

typedef struct {
  gconstpointer owner;
  gint rank;
  guint timeout_ms;
  GPtrArray *tools; /* (element-type VowelTool) */
} Owner;

typedef struct {
  VowelToolRouter *router;
  gchar *response_id;
  gchar *call_id;
  gchar *name;
  gconstpointer owner;
  guint timer;
} Call;

struct _VowelToolRouter {
  VowelClock *clock;
  VowelToolUnansweredFunc unanswered;
  gpointer user_data;

  GPtrArray *owners;    /* (element-type Owner), best rank first */
  GHashTable *calls;    /* call id to Call: the open ones */
  GHashTable *answered; /* set of call ids */
  GQueue answered_order;
};

static void
owner_free (Owner *owner)
{
  g_ptr_array_unref (owner->tools);
  g_free (owner);
}

static void
call_free (Call *call)
{
  vowel_clock_clear_timer (call->router->clock, &call->timer);
  g_free (call->response_id);
  g_free (call->call_id);
  g_free (call->name);
  g_free (call);
}

VowelToolRouter *
vowel_tool_router_new (
    VowelClock *clock, VowelToolUnansweredFunc unanswered, gpointer user_data)
{
  VowelToolRouter *router = g_new0 (VowelToolRouter, 1);

  router->clock = g_object_ref (clock);
  router->unanswered = unanswered;
  router->user_data = user_data;
  router->owners = g_ptr_array_new_with_free_func ((GDestroyNotify) owner_free);
  router->calls = g_hash_table_new_full (
      g_str_hash, g_str_equal, NULL, (GDestroyNotify) call_free);
  router->answered =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return router;
}

void
vowel_tool_router_free (VowelToolRouter *router)
{
  g_hash_table_unref (router->calls);
  g_queue_clear (&router->answered_order);
  g_hash_table_unref (router->answered);
  g_ptr_array_unref (router->owners);
  g_object_unref (router->clock);
  g_free (router);
}

static Owner *
find_owner (VowelToolRouter *router, gconstpointer pointer, guint *ret_index)
{
  guint i;

  for (i = 0; i < router->owners->len; i++) {
    Owner *owner = g_ptr_array_index (router->owners, i);

    if (owner->owner != pointer)
      continue;
    if (ret_index != NULL)
      *ret_index = i;
    return owner;
  }
  return NULL;
}

static gpointer
copy_tool (gconstpointer tool, gpointer user_data)
{
  return vowel_tool_copy (tool);
}

void
vowel_tool_router_set_tools (VowelToolRouter *router, gconstpointer pointer,
    gint rank, guint timeout_ms, GPtrArray *tools)
{
  Owner *owner = g_new0 (Owner, 1);
  guint index;

  owner->owner = pointer;
  owner->rank = rank;
  owner->timeout_ms = timeout_ms;
  owner->tools = g_ptr_array_copy (tools, copy_tool, NULL);
  g_ptr_array_set_free_func (owner->tools, (GDestroyNotify) vowel_tool_free);

  if (find_owner (router, pointer, &index) != NULL)
    g_ptr_array_remove_index (router->owners, index);
  for (index = 0; index < router->owners->len; index++) {
    if (((Owner *) g_ptr_array_index (router->owners, index))->rank < rank)
      break;
  }
  g_ptr_array_insert (router->owners, index, owner);
}

static void
remember_answered (VowelToolRouter *router, const gchar *call_id)
{
  gchar *copy = g_strdup (call_id);

  if (!g_hash_table_add (router->answered, copy))
    return;
  g_queue_push_tail (&router->answered_order, copy);
  if (router->answered_order.length > MAX_ANSWERED)
    g_hash_table_remove (
        router->answered, g_queue_pop_head (&router->answered_order));
}

/* The callback comes last: it may change anything here. */
static void
give_up (VowelToolRouter *router, Call *call, gboolean timed_out)
{
  g_autofree gchar *response_id = g_strdup (call->response_id);
  g_autofree gchar *call_id = g_strdup (call->call_id);
  g_autofree gchar *name = g_strdup (call->name);

  remember_answered (router, call_id);
  g_hash_table_remove (router->calls, call_id);
  router->unanswered (response_id, call_id, name, timed_out, router->user_data);
}

void
vowel_tool_router_remove_owner (VowelToolRouter *router, gconstpointer pointer)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer value;
  guint index;

  if (find_owner (router, pointer, &index) != NULL)
    g_ptr_array_remove_index (router->owners, index);

  g_hash_table_iter_init (&iter, router->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    Call *call = value;

    if (call->owner == pointer)
      g_ptr_array_add (ids, g_strdup (call->call_id));
  }
  for (index = 0; index < ids->len; index++) {
    Call *call =
        g_hash_table_lookup (router->calls, g_ptr_array_index (ids, index));

    if (call != NULL)
      give_up (router, call, FALSE);
  }
}

GPtrArray *
vowel_tool_router_get_tools (VowelToolRouter *router, gconstpointer pointer)
{
  Owner *owner = find_owner (router, pointer, NULL);

  return owner != NULL ? owner->tools : NULL;
}

GPtrArray *
vowel_tool_router_dup_all (VowelToolRouter *router)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *all =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);
  guint i, j;

  for (i = 0; i < router->owners->len; i++) {
    Owner *owner = g_ptr_array_index (router->owners, i);

    for (j = 0; j < owner->tools->len; j++) {
      VowelTool *tool = g_ptr_array_index (owner->tools, j);

      if (g_hash_table_add (names, tool->name))
        g_ptr_array_add (all, vowel_tool_copy (tool));
    }
  }
  return all;
}

gpointer
vowel_tool_router_find_owner (VowelToolRouter *router, const gchar *name)
{
  guint i, j;

  for (i = 0; i < router->owners->len; i++) {
    Owner *owner = g_ptr_array_index (router->owners, i);

    for (j = 0; j < owner->tools->len; j++) {
      VowelTool *tool = g_ptr_array_index (owner->tools, j);

      if (g_str_equal (tool->name, name))
        return (gpointer) owner->owner;
    }
  }
  return NULL;
}

static void
on_timeout (gpointer user_data)
{
  Call *call = user_data;

  call->timer = 0;
  give_up (call->router, call, TRUE);
}

void
vowel_tool_router_begin_call (VowelToolRouter *router, const gchar *response_id,
    const gchar *call_id, const gchar *name, gconstpointer pointer)
{
  Owner *owner = find_owner (router, pointer, NULL);
  Call *call = g_new0 (Call, 1);

  call->router = router;
  call->response_id = g_strdup (response_id);
  call->call_id = g_strdup (call_id);
  call->name = g_strdup (name);
  call->owner = pointer;
  if (owner != NULL && owner->timeout_ms > 0)
    call->timer = vowel_clock_add_timer (router->clock,
        vowel_clock_now (router->clock) + owner->timeout_ms * (gint64) 1000,
        on_timeout, call);
  g_hash_table_replace (router->calls, call->call_id, call);
}

void
vowel_tool_router_limit_call (
    VowelToolRouter *router, const gchar *call_id, guint timeout_ms)
{
  Call *call = g_hash_table_lookup (router->calls, call_id);

  g_return_if_fail (call != NULL);

  vowel_clock_clear_timer (router->clock, &call->timer);
  call->timer = vowel_clock_add_timer (router->clock,
      vowel_clock_now (router->clock) + timeout_ms * (gint64) 1000, on_timeout,
      call);
}

VowelToolAnswer
vowel_tool_router_answer (VowelToolRouter *router, const gchar *call_id)
{
  Call *call = g_hash_table_lookup (router->calls, call_id);

  if (call == NULL)
    return g_hash_table_contains (router->answered, call_id)
               ? VOWEL_TOOL_ANSWER_DUPLICATE
               : VOWEL_TOOL_ANSWER_UNKNOWN;

  remember_answered (router, call_id);
  g_hash_table_remove (router->calls, call_id);
  return VOWEL_TOOL_ANSWER_FIRST;
}

const gchar *
vowel_tool_router_get_response (VowelToolRouter *router, const gchar *call_id)
{
  Call *call = g_hash_table_lookup (router->calls, call_id);

  return call != NULL ? call->response_id : NULL;
}

guint
vowel_tool_router_get_n_open (VowelToolRouter *router, const gchar *response_id)
{
  GHashTableIter iter;
  gpointer value;
  guint n = 0;

  g_hash_table_iter_init (&iter, router->calls);
  while (g_hash_table_iter_next (&iter, NULL, &value)) {
    if (g_str_equal (((Call *) value)->response_id, response_id))
      n++;
  }
  return n;
}
