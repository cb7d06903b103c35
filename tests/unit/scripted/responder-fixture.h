/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-plan.h"
#include "script-store.h"

G_BEGIN_DECLS

/* The scripted model without an element, on a Saturday morning. */
typedef struct {
  GstVowelScript *script;
  GstVowelResponder *responder;
  GDateTime *now;
} Fixture;

/* @data: (nullable): a script; NULL for the shipped one */
void fixture_set_up (Fixture *fixture, gconstpointer data);
void fixture_tear_down (Fixture *fixture, gconstpointer data);
GstVowelChatRequest *fixture_request_new (void);
void fixture_add_tools (GstVowelChatRequest *request);
GstVowelScriptReply *fixture_reply_to (
    Fixture *fixture, GstVowelChatRequest *request);
GstVowelScriptReply *fixture_ask (
    Fixture *fixture, GstVowelChatRequest *request, const gchar *text);
/* One question, one answer, remembered in @request. */
void fixture_assert_says (Fixture *fixture, GstVowelChatRequest *request,
    const gchar *question, const gchar *answer);

G_END_DECLS
