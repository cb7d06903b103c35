/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "control-private.h"

#include "server/http/audit.h"

/* Anybody can have something refused; what is about an app, somebody had rights
 * to. */
static gboolean
is_cheap (const VowelAuditEntry *entry)
{
  return entry->status == SOUP_STATUS_UNAUTHORIZED
         || entry->status == SOUP_STATUS_FORBIDDEN
         || (entry->status >= SOUP_STATUS_BAD_REQUEST && entry->app_id == NULL);
}

void
vowel_control_audit (VowelControl *self, const VowelAuditEntry *entry)
{
  guint retry_s;

  /* Whoever has no rights cannot fill the disk. */
  if (is_cheap (entry)
      && !vowel_mint_limiter_take (
          self->refusals, "", g_get_monotonic_time (), &retry_s))
    return;
  vowel_audit_log (entry);
  vowel_control_forget_old (self, entry->at);
  vowel_store_add_audit (vowel_control_get_store (self), entry);
}

static JsonObject *
entry_to_json (const VowelAuditEntry *entry)
{
  JsonObject *object = json_object_new ();

  json_object_set_int_member (object, "id", entry->id);
  json_object_set_int_member (object, "at", entry->at);
  vowel_http_set_string (object, "action", entry->action);
  vowel_http_set_string (object, "actor", entry->actor);
  vowel_http_set_string (object, "address", entry->address);
  vowel_http_set_string (object, "method", entry->method);
  vowel_http_set_string (object, "path", entry->path);
  vowel_http_set_string (object, "appId", entry->app_id);
  vowel_http_set_string (object, "target", entry->target);
  json_object_set_int_member (object, "status", entry->status);
  return object;
}

void
vowel_control_on_list_audit (VowelRequest *request, gpointer control)
{
  VowelAuditFilter filter = {
      .app_id = vowel_request_get_query (request, "appId"),
      .action = vowel_request_get_query (request, "action"),
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) entries = NULL;
  JsonArray *array;

  if (vowel_control_read_page (request, &filter.limit, &filter.before, &error))
    entries = vowel_store_list_audit (
        vowel_control_get_store (control), &filter, &error);
  if (entries == NULL) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  array = json_array_new ();
  for (guint i = 0; i < entries->len; i++)
    json_array_add_object_element (
        array, entry_to_json (g_ptr_array_index (entries, i)));
  vowel_http_reply_array (request->message, array);
}
