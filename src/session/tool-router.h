/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "clock.h"
#include "session-config.h"

G_BEGIN_DECLS

/**
 * VowelToolRouter:
 *
 * Which tools there are, who executes them, and which calls are open. Owner
 * thread only.
 */
typedef struct _VowelToolRouter VowelToolRouter;

/**
 * VowelToolAnswer:
 * @VOWEL_TOOL_ANSWER_FIRST: the call was open and is answered now
 * @VOWEL_TOOL_ANSWER_DUPLICATE: it had an answer already, or ran out of time
 * @VOWEL_TOOL_ANSWER_UNKNOWN: no such call was made here
 */
typedef enum {
  VOWEL_TOOL_ANSWER_FIRST,
  VOWEL_TOOL_ANSWER_DUPLICATE,
  VOWEL_TOOL_ANSWER_UNKNOWN,
} VowelToolAnswer;

/* Nobody answered a call: its time is over, or (@timed_out FALSE) its owner
 * left. The call counts as answered already. */
typedef void (*VowelToolUnansweredFunc) (const gchar *response_id,
    const gchar *call_id, const gchar *name, gboolean timed_out,
    gpointer user_data);

VowelToolRouter *vowel_tool_router_new (
    VowelClock *clock, VowelToolUnansweredFunc unanswered, gpointer user_data);
void vowel_tool_router_free (VowelToolRouter *router);

/* Replaces all tools of one owner.  Of two owners with a tool of one name, the
 * one with the higher @rank wins. @timeout_ms: for the answers of this owner;
 * 0 = none. */
void vowel_tool_router_set_tools (VowelToolRouter *router, gconstpointer owner,
    gint rank, guint timeout_ms, GPtrArray *tools);
/* Forgets the owner's tools and gives up its open calls. */
void vowel_tool_router_remove_owner (
    VowelToolRouter *router, gconstpointer owner);
/* (nullable) (element-type VowelTool): of one owner */
GPtrArray *vowel_tool_router_get_tools (
    VowelToolRouter *router, gconstpointer owner);
/* (transfer container) (element-type VowelTool): all, each name once */
GPtrArray *vowel_tool_router_dup_all (VowelToolRouter *router);
/* (nullable): NULL when nobody has that tool */
gpointer vowel_tool_router_find_owner (
    VowelToolRouter *router, const gchar *name);

/* A call was given to @owner. */
void vowel_tool_router_begin_call (VowelToolRouter *router,
    const gchar *response_id, const gchar *call_id, const gchar *name,
    gconstpointer owner);
/* Its output is awaited that long, whatever its owner's others may take. */
void vowel_tool_router_limit_call (
    VowelToolRouter *router, const gchar *call_id, guint timeout_ms);
VowelToolAnswer vowel_tool_router_answer (
    VowelToolRouter *router, const gchar *call_id);
/* (nullable): the response of a call that is open */
const gchar *vowel_tool_router_get_response (
    VowelToolRouter *router, const gchar *call_id);
/* Calls of a response that have no answer yet. */
guint vowel_tool_router_get_n_open (
    VowelToolRouter *router, const gchar *response_id);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelToolRouter, vowel_tool_router_free)

G_END_DECLS
