/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "audit.h"

#include "http.h"

#include "server/telemetry/log-line.h"

#define DATA_KEY "vowel-audit"
#define FIELD(name) VOWEL_LOG_FIELD_PREFIX "AUDIT_" name

typedef struct {
  VowelAudit which;
  VowelAuditEntry *entry;
  VowelAuditFunc func;
  gpointer user_data;
} Trail;

static void
trail_free (gpointer data)
{
  Trail *trail = data;

  vowel_audit_entry_free (trail->entry);
  g_free (trail);
}

static void
on_finished (SoupServerMessage *message, gpointer user_data)
{
  Trail *trail = user_data;

  trail->entry->status = soup_server_message_get_status (message);
  if (trail->which == VOWEL_AUDIT_ALL
      || trail->entry->status >= SOUP_STATUS_BAD_REQUEST)
    trail->func (trail->entry, trail->user_data);
}

void
vowel_audit_follow (SoupServerMessage *message, VowelAudit which,
    const gchar *action, const gchar *path, VowelAuditFunc func,
    gpointer user_data)
{
  Trail *trail = g_new0 (Trail, 1);

  trail->which = which;
  trail->func = func;
  trail->user_data = user_data;
  trail->entry = g_new0 (VowelAuditEntry, 1);
  trail->entry->at = g_get_real_time () / 1000;
  trail->entry->action = g_strdup (action);
  trail->entry->method = g_strdup (soup_server_message_get_method (message));
  trail->entry->path = g_strdup (path);
  trail->entry->address = g_strdup (vowel_http_get_caller (message));
  g_object_set_data_full (G_OBJECT (message), DATA_KEY, trail, trail_free);
  g_signal_connect (message, "finished", G_CALLBACK (on_finished), trail);
}

static VowelAuditEntry *
find_entry (SoupServerMessage *message)
{
  Trail *trail = g_object_get_data (G_OBJECT (message), DATA_KEY);

  return trail != NULL ? trail->entry : NULL;
}

static gchar *
get_actor (const VowelGrant *grant)
{
  if (grant->key != NULL)
    return g_strdup (grant->key->id);
  if (grant->token != NULL)
    return g_strconcat ("token of ",
        grant->token->key_id != NULL ? grant->token->key_id : "the API key",
        NULL);
  return g_strdup (grant->rights & VOWEL_RIGHT_ADMIN ? "admin" : "the API key");
}

void
vowel_audit_note_actor (SoupServerMessage *message, const gchar *actor)
{
  VowelAuditEntry *entry = find_entry (message);

  if (entry == NULL)
    return;
  g_free (entry->actor);
  entry->actor = g_strdup (actor);
}

void
vowel_audit_note_grant (SoupServerMessage *message, const VowelGrant *grant)
{
  g_autofree gchar *actor = get_actor (grant);

  vowel_audit_note_actor (message, actor);
  if (grant->key != NULL)
    vowel_audit_note_target (message, grant->key->app_id, NULL);
}

void
vowel_audit_note_target (
    SoupServerMessage *message, const gchar *app_id, const gchar *target)
{
  VowelAuditEntry *entry = find_entry (message);

  if (entry == NULL)
    return;
  if (app_id != NULL) {
    g_free (entry->app_id);
    entry->app_id = g_strdup (app_id);
  }
  if (target != NULL) {
    g_free (entry->target);
    entry->target = g_strdup (target);
  }
}

void
vowel_audit_note_action (SoupServerMessage *message, const gchar *action)
{
  Trail *trail = g_object_get_data (G_OBJECT (message), DATA_KEY);

  if (trail == NULL)
    return;
  trail->which = VOWEL_AUDIT_ALL;
  g_free (trail->entry->action);
  trail->entry->action = g_strdup (action);
}

VowelAuditEntry *
vowel_audit_entry_new_local (const gchar *action, const gchar *what,
    const gchar *app_id, const gchar *target, const GError *error)
{
  VowelAuditEntry *entry = g_new0 (VowelAuditEntry, 1);

  entry->at = g_get_real_time () / 1000;
  entry->actor = g_strconcat ("user ", g_get_user_name (), NULL);
  entry->action = g_strdup (action);
  entry->method = g_strdup ("LOCAL");
  entry->path = g_strdup (what);
  entry->app_id = g_strdup (app_id);
  entry->target = g_strdup (target);
  entry->status =
      error != NULL ? SOUP_STATUS_UNPROCESSABLE_ENTITY : SOUP_STATUS_OK;
  return entry;
}

static void
append_field (GArray *fields, const gchar *key, const gchar *value)
{
  GLogField field = {key, value, -1};

  if (value != NULL)
    g_array_append_val (fields, field);
}

void
vowel_audit_log (const VowelAuditEntry *entry)
{
  g_autoptr (GArray) fields = g_array_new (FALSE, FALSE, sizeof (GLogField));
  g_autofree gchar *status = g_strdup_printf ("%u", entry->status);
  g_autofree gchar *text = g_strdup_printf ("%s by %s from %s: %u%s%s (%s %s)",
      entry->action, entry->actor != NULL ? entry->actor : "nobody known",
      entry->address != NULL ? entry->address : "this machine", entry->status,
      entry->target != NULL ? ", " : "",
      entry->target != NULL ? entry->target : "", entry->method, entry->path);

  append_field (fields, "GLIB_DOMAIN", "vowel-audit");
  append_field (fields, "MESSAGE", text);
  append_field (fields, FIELD ("ACTION"), entry->action);
  append_field (fields, FIELD ("ACTOR"), entry->actor);
  append_field (fields, FIELD ("ADDRESS"), entry->address);
  append_field (fields, FIELD ("METHOD"), entry->method);
  append_field (fields, FIELD ("PATH"), entry->path);
  append_field (fields, FIELD ("APP"), entry->app_id);
  append_field (fields, FIELD ("TARGET"), entry->target);
  append_field (fields, FIELD ("STATUS"), status);
  g_log_structured_array (
      G_LOG_LEVEL_INFO, (const GLogField *) fields->data, fields->len);
}
