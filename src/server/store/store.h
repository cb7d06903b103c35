/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "document.h"

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * VowelStoreError:
 * @VOWEL_STORE_ERROR_NOT_FOUND: there is no such row
 * @VOWEL_STORE_ERROR_CONFLICT: there is one already, or it is needed by others
 * @VOWEL_STORE_ERROR_UNUSABLE: the file is not ours, too new, or broken
 * @VOWEL_STORE_ERROR_FAILED: the disk, or the database, said no
 */
typedef enum {
  VOWEL_STORE_ERROR_NOT_FOUND,
  VOWEL_STORE_ERROR_CONFLICT,
  VOWEL_STORE_ERROR_UNUSABLE,
  VOWEL_STORE_ERROR_FAILED,
} VowelStoreError;

#define VOWEL_STORE_ERROR (vowel_store_error_quark ())
GQuark vowel_store_error_quark (void);

/**
 * VowelApp:
 * @id: chosen by the server (a UUID), or by the operator for the first one
 * @name: what people call it
 * @description: (nullable)
 * @default_provider: (nullable)
 * @runtime_config: (nullable): settings of its voice, a JSON object as text
 * @created_at: milliseconds since 1970
 * @updated_at: milliseconds since 1970
 *
 * What keys belong to.
 */
typedef struct {
  gchar *id;
  gchar *name;
  gchar *description;
  gchar *default_provider;
  gchar *runtime_config;
  gint64 created_at;
  gint64 updated_at;
} VowelApp;

/**
 * VowelApiKey:
 * @id: a UUID
 * @app_id: whose it is
 * @hash: SHA-256 of the key, hexadecimal: how it is found
 * @sealed: (nullable): the key, see #VowelVault; %NULL when it can never be
 *   shown again
 * @scopes: what it may do
 * @label: (nullable)
 * @allowed_providers: what tokens made with it may use
 * @revoked_at: milliseconds since 1970; 0 while it is good
 * @created_at: milliseconds since 1970
 * @last_used_at: milliseconds since 1970; 0 for never
 * @uses: how often it was used
 *
 * A key (`vkey_…`) of an app.
 */
typedef struct {
  gchar *id;
  gchar *app_id;
  gchar *hash;
  GBytes *sealed;
  gchar **scopes;
  gchar *label;
  gchar **allowed_providers;
  gint64 revoked_at;
  gint64 created_at;
  gint64 last_used_at;
  gint64 uses;
} VowelApiKey;

/**
 * VowelProviderKey:
 * @id: a UUID
 * @app_id: whose it is
 * @provider: whom it opens
 * @label: (nullable)
 * @sealed: the key, see #VowelVault
 * @created_at: milliseconds since 1970
 *
 * A provider's key that the operator has put into the store.
 */
typedef struct {
  gchar *id;
  gchar *app_id;
  gchar *provider;
  gchar *label;
  GBytes *sealed;
  gint64 created_at;
} VowelProviderKey;

/**
 * VowelCallLine:
 * @at_ms: since the call began
 * @speaker: "user", "assistant", "system", or "tool"
 * @item_id: of the conversation
 * @text: what was said, as far as it was heard; of a tool, what it was asked
 *   and what it answered
 * @call_id: (nullable): of a tool, which of its calls that is about
 * @tool: (nullable): the tool's name, where it was asked
 *
 * One entry of a transcript.
 */
typedef struct {
  gint64 at_ms;
  gchar *speaker;
  gchar *item_id;
  gchar *text;
  gchar *call_id;
  gchar *tool;
} VowelCallLine;

/**
 * VowelCallTurn:
 * @at_ms: since the call began
 * @item_id: (nullable): what was answered
 * @response_id: the answer
 * @status: how it ended
 * @times: (nullable): how long each stage took, a JSON object of milliseconds
 *
 * One answer of a call.
 */
typedef struct {
  gint64 at_ms;
  gchar *item_id;
  gchar *response_id;
  gchar *status;
  gchar *times;
} VowelCallTurn;

/**
 * VowelCall:
 * @id: of the session
 * @app_id: (nullable): whose it was
 * @key_id: (nullable): which key opened it or made its token
 * @service_id: (nullable): which backend opened it
 * @model: (nullable): as the client named it
 * @voice: (nullable)
 * @started_at: milliseconds since 1970
 * @ended_at: milliseconds since 1970
 * @end_reason: why it is over
 * @n_turns: how many answers there were
 * @usage: (nullable): what providers did, a JSON array as of `GET /v1/usage`
 * @agent_id: (nullable): who answered
 * @source: the wire API: "openai", "vatel", "voicex" or "twilio"
 * @party: (nullable): the number of who called, or was called
 * @details: (nullable): what else is known of it, a JSON object: `summary`
 *   and `sentiment`; `direction`, "outbound" when the agent made it; …
 * @lines: (nullable) (element-type VowelCallLine): not in lists
 * @turns: (nullable) (element-type VowelCallTurn): not in lists
 *
 * A session that is over.
 */
typedef struct {
  gchar *id;
  gchar *app_id;
  gchar *key_id;
  gchar *service_id;
  gchar *model;
  gchar *voice;
  gint64 started_at;
  gint64 ended_at;
  gchar *end_reason;
  gint n_turns;
  gchar *usage;
  gchar *agent_id;
  gchar *source;
  gchar *party;
  gchar *details;
  GPtrArray *lines;
  GPtrArray *turns;
} VowelCall;

/**
 * VowelCallFilter:
 * @app_id: (nullable): only of this app
 * @text: (nullable): only where somebody said this
 * @search: (nullable): only where somebody said this, or the number or what is
 *   known of the call has it
 * @with_agent: only where an agent answered
 * @agent_ids: (nullable): only of these agents
 * @sources: (nullable): only over these wire APIs
 * @end_reasons: (nullable): only those that ended so
 * @outbound: only those that the agent made (>0) or did not make (<0); 0 = all
 * @since: only those that began then or later, milliseconds since 1970
 * @before: only those that began before, milliseconds since 1970; 0 = all
 * @offset: so many of the newest are left out
 * @limit: at most so many
 */
typedef struct {
  const gchar *app_id;
  const gchar *text;
  const gchar *search;
  gboolean with_agent;
  const gchar *const *agent_ids;
  const gchar *const *sources;
  const gchar *const *end_reasons;
  gint outbound;
  gint64 since;
  gint64 before;
  guint offset;
  guint limit;
} VowelCallFilter;

/**
 * VowelAuditEntry:
 * @id: counted up; 0 before it is written
 * @at: milliseconds since 1970
 * @actor: (nullable): the id of a key, or "admin"; %NULL: nobody known
 * @address: (nullable): from where
 * @action: what was asked for, as in "key.reveal"
 * @method: of the request
 * @path: of the request
 * @app_id: (nullable): whose thing it is
 * @target: (nullable): which thing: an id, or names of settings
 * @status: what came of it, as HTTP says it; 0: the client went before
 *
 * What somebody did, or wanted to do, to what the store and the configuration
 * keep.
 */
typedef struct {
  gint64 id;
  gint64 at;
  gchar *actor;
  gchar *address;
  gchar *action;
  gchar *method;
  gchar *path;
  gchar *app_id;
  gchar *target;
  guint status;
} VowelAuditEntry;

/**
 * VowelAuditFilter:
 * @app_id: (nullable): only of this app
 * @action: (nullable): only this
 * @before: only those with a smaller id; 0 = all
 * @limit: at most so many
 */
typedef struct {
  const gchar *app_id;
  const gchar *action;
  gint64 before;
  guint limit;
} VowelAuditFilter;

VowelAuditEntry *vowel_audit_entry_copy (const VowelAuditEntry *entry);
void vowel_audit_entry_free (VowelAuditEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelAuditEntry, vowel_audit_entry_free)

/* Over OpenAI's API; without lines and turns, which are added to its arrays. */
VowelCall *vowel_call_new (const gchar *id);
VowelCall *vowel_call_ref (VowelCall *call);
void vowel_call_unref (VowelCall *call);
void vowel_call_add_line (VowelCall *call, gint64 at_ms, const gchar *speaker,
    const gchar *item_id, const gchar *text);
/* What a tool was asked (@tool: its name), or what it answered (%NULL). */
void vowel_call_add_tool_line (VowelCall *call, gint64 at_ms,
    const gchar *item_id, const gchar *text, const gchar *call_id,
    const gchar *tool);
void vowel_call_add_turn (VowelCall *call, gint64 at_ms, const gchar *item_id,
    const gchar *response_id, const gchar *status, const gchar *times);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelCall, vowel_call_unref)

VowelApp *vowel_app_copy (const VowelApp *app);
void vowel_app_free (VowelApp *app);
VowelApiKey *vowel_api_key_copy (const VowelApiKey *key);
void vowel_api_key_free (VowelApiKey *key);
VowelProviderKey *vowel_provider_key_copy (const VowelProviderKey *key);
void vowel_provider_key_free (VowelProviderKey *key);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelApp, vowel_app_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelApiKey, vowel_api_key_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelProviderKey, vowel_provider_key_free)

/**
 * VowelStore:
 *
 * What outlives the process. Used by one thread, the one that answers HTTP;
 * never by a worker. Reads answer at once, from memory or the page cache;
 * writes happen on a thread of the store's own, in their order, each whole or
 * not at all, and are seen by reads once they have finished. What was to be
 * written when the last reference goes is still written. A callback gets no
 * source object: its store may be gone.
 */
#define VOWEL_TYPE_STORE (vowel_store_get_type ())
G_DECLARE_INTERFACE (VowelStore, vowel_store, VOWEL, STORE, GObject)

/**
 * VowelStoreInterface:
 *
 * The functions of the same names below. Those that write end in a #GTask that
 * returns a boolean.
 */
struct _VowelStoreInterface {
  GTypeInterface parent;

  GPtrArray *(*list_apps) (VowelStore *store, GError **error);
  VowelApp *(*get_app) (VowelStore *store, const gchar *id, GError **error);
  void (*put_app) (VowelStore *store, const VowelApp *app,
      GAsyncReadyCallback callback, gpointer user_data);
  void (*delete_app) (VowelStore *store, const gchar *id,
      GAsyncReadyCallback callback, gpointer user_data);

  GPtrArray *(*list_api_keys) (
      VowelStore *store, const gchar *app_id, GError **error);
  VowelApiKey *(*get_api_key) (
      VowelStore *store, const gchar *id, GError **error);
  VowelApiKey *(*find_api_key) (
      VowelStore *store, const gchar *hash, GError **error);
  void (*put_api_key) (VowelStore *store, const VowelApiKey *key,
      GAsyncReadyCallback callback, gpointer user_data);
  void (*revoke_api_key) (VowelStore *store, const gchar *id, gint64 at,
      GAsyncReadyCallback callback, gpointer user_data);
  void (*delete_api_key) (VowelStore *store, const gchar *id,
      GAsyncReadyCallback callback, gpointer user_data);
  void (*note_api_key_used) (VowelStore *store, const gchar *id, gint64 at);

  GPtrArray *(*list_provider_keys) (
      VowelStore *store, const gchar *app_id, GError **error);
  void (*put_provider_key) (VowelStore *store, const VowelProviderKey *key,
      GAsyncReadyCallback callback, gpointer user_data);
  void (*delete_provider_key) (VowelStore *store, const gchar *app_id,
      const gchar *id, GAsyncReadyCallback callback, gpointer user_data);

  GPtrArray *(*list_calls) (
      VowelStore *store, const VowelCallFilter *filter, GError **error);
  gboolean (*sum_calls) (VowelStore *store, const VowelCallFilter *filter,
      gint64 *ret_number, gint64 *ret_duration_ms, GError **error);
  gint64 (*count_calls) (
      VowelStore *store, const VowelCallFilter *filter, GError **error);
  VowelCall *(*get_call) (VowelStore *store, const gchar *id, GError **error);
  VowelCall *(*find_call) (VowelStore *store, const gchar *hex, GError **error);
  void (*put_call) (VowelStore *store, VowelCall *call,
      GAsyncReadyCallback callback, gpointer user_data);
  void (*delete_call) (VowelStore *store, const gchar *id,
      GAsyncReadyCallback callback, gpointer user_data);
  void (*note_call_details) (
      VowelStore *store, const gchar *id, const gchar *details);
  void (*forget_calls) (VowelStore *store, gint64 before);

  GPtrArray *(*list_audit) (
      VowelStore *store, const VowelAuditFilter *filter, GError **error);
  void (*add_audit) (VowelStore *store, const VowelAuditEntry *entry);
  void (*forget_audit) (VowelStore *store, gint64 before);

  GPtrArray *(*list_documents) (VowelStore *store, const gchar *kind,
      const gchar *app_id, GError **error);
  VowelDocument *(*get_document) (
      VowelStore *store, const gchar *kind, const gchar *id, GError **error);
  VowelDocument *(*find_document) (
      VowelStore *store, const gchar *kind, const gchar *key, GError **error);
  void (*put_documents) (VowelStore *store, GPtrArray *documents,
      GAsyncReadyCallback callback, gpointer user_data);

  void (*catch_up) (VowelStore *store);
};

/* (transfer full) (element-type VowelApp): the newest first */
GPtrArray *vowel_store_list_apps (VowelStore *store, GError **error);
VowelApp *vowel_store_get_app (
    VowelStore *store, const gchar *id, GError **error);
/* Adds it, or takes the place of the one with its id. */
void vowel_store_put_app (VowelStore *store, const VowelApp *app,
    GAsyncReadyCallback callback, gpointer user_data);
/* And its keys. */
void vowel_store_delete_app (VowelStore *store, const gchar *id,
    GAsyncReadyCallback callback, gpointer user_data);

/* (transfer full) (element-type VowelApiKey): the newest first. @app_id:
 * (nullable): NULL for those of all apps */
GPtrArray *vowel_store_list_api_keys (
    VowelStore *store, const gchar *app_id, GError **error);
VowelApiKey *vowel_store_get_api_key (
    VowelStore *store, const gchar *id, GError **error);
/* Revoked ones, too. */
VowelApiKey *vowel_store_find_api_key (
    VowelStore *store, const gchar *hash, GError **error);
/* Adds it, or changes scopes, label and providers of the one with its id. */
void vowel_store_put_api_key (VowelStore *store, const VowelApiKey *key,
    GAsyncReadyCallback callback, gpointer user_data);
/* NOT_FOUND when it does not exist, or was revoked before. */
void vowel_store_revoke_api_key (VowelStore *store, const gchar *id, gint64 at,
    GAsyncReadyCallback callback, gpointer user_data);
void vowel_store_delete_api_key (VowelStore *store, const gchar *id,
    GAsyncReadyCallback callback, gpointer user_data);
/* Nobody waits for it. */
void vowel_store_note_api_key_used (
    VowelStore *store, const gchar *id, gint64 at);

/* (transfer full) (element-type VowelProviderKey): the oldest first. @app_id:
 * (nullable): NULL for those of all apps */
GPtrArray *vowel_store_list_provider_keys (
    VowelStore *store, const gchar *app_id, GError **error);
void vowel_store_put_provider_key (VowelStore *store,
    const VowelProviderKey *key, GAsyncReadyCallback callback,
    gpointer user_data);
void vowel_store_delete_provider_key (VowelStore *store, const gchar *app_id,
    const gchar *id, GAsyncReadyCallback callback, gpointer user_data);

/* (transfer full) (element-type VowelCall): the newest first */
GPtrArray *vowel_store_list_calls (
    VowelStore *store, const VowelCallFilter *filter, GError **error);
/* However many are left out; -1 after an error. */
gint64 vowel_store_count_calls (
    VowelStore *store, const VowelCallFilter *filter, GError **error);
/* The same, and how long all of them were together. */
gboolean vowel_store_sum_calls (VowelStore *store,
    const VowelCallFilter *filter, gint64 *ret_number, gint64 *ret_duration_ms,
    GError **error);
VowelCall *vowel_store_get_call (
    VowelStore *store, const gchar *id, GError **error);
/* Which is not changed any more. */
void vowel_store_put_call (VowelStore *store, VowelCall *call,
    GAsyncReadyCallback callback, gpointer user_data);
void vowel_store_delete_call (VowelStore *store, const gchar *id,
    GAsyncReadyCallback callback, gpointer user_data);
/* What has become known of a call after its record was put: a JSON object whose
 * members are added to the record's details. Nothing happens when that is gone.
 * Nobody waits for it. */
void vowel_store_note_call_details (
    VowelStore *store, const gchar *id, const gchar *details);
/* Those that ended before, milliseconds since 1970. Nobody waits for it. */
void vowel_store_forget_calls (VowelStore *store, gint64 before);

/* (transfer full) (element-type VowelAuditEntry): the newest first */
GPtrArray *vowel_store_list_audit (
    VowelStore *store, const VowelAuditFilter *filter, GError **error);
/* Which is not changed any more. Nobody waits for it. */
void vowel_store_add_audit (VowelStore *store, const VowelAuditEntry *entry);
/* Those from before, milliseconds since 1970. Nobody waits for it. */
void vowel_store_forget_audit (VowelStore *store, gint64 before);

/* Waits until everything that was asked for has been written, or has failed:
 * for those who change what they read, and who rarely do. */
void vowel_store_catch_up (VowelStore *store);
/* Of any of the functions that take a callback. */
gboolean vowel_store_write_finish (GAsyncResult *result, GError **error);

/* For commands, which have nothing else to do: the callback whose user data is
 * a GAsyncResult pointer that is NULL, and what runs the main context until it
 * is set, and finishes. */
void vowel_store_note_result (
    GObject *source, GAsyncResult *result, gpointer ret_result);
gboolean vowel_store_wait (GAsyncResult **result, GError **error);

/* By its vowel_object_hex(). (transfer full) */
VowelCall *vowel_store_find_call (
    VowelStore *store, const gchar *hex, GError **error);

/* Of one app, or (@app_id NULL) of all, the oldest first. (transfer full)
 * (element-type VowelDocument) */
GPtrArray *vowel_store_list_documents (
    VowelStore *store, const gchar *kind, const gchar *app_id, GError **error);
/* (transfer full) of both */
VowelDocument *vowel_store_get_document (
    VowelStore *store, const gchar *kind, const gchar *id, GError **error);
VowelDocument *vowel_store_find_document (
    VowelStore *store, const gchar *kind, const gchar *key, GError **error);
/* A new one, or another state of one that is there. Fails with CONFLICT when
 * another of its kind has the key. */
void vowel_store_put_document (VowelStore *store, const VowelDocument *document,
    GAsyncReadyCallback callback, gpointer user_data);
/* The same of all @documents (element-type VowelDocument), or of none. One
 * without a body is deleted; fails with NOT_FOUND when it is not there. */
void vowel_store_put_documents (VowelStore *store, GPtrArray *documents,
    GAsyncReadyCallback callback, gpointer user_data);
void vowel_store_delete_document (VowelStore *store, const gchar *kind,
    const gchar *id, GAsyncReadyCallback callback, gpointer user_data);

G_END_DECLS
