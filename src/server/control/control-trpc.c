/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "control-private.h"

#include "server/http/audit.h"
#include "server/http/trpc-wire.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

/* Vowel Core's procedures are its REST routes by other names: what those take
 * from the path and the query is here in the input. */
static const struct {
  const gchar *name;
  const gchar *method;
  VowelRouteFunc func;
  gboolean of_one;     /* the input's id says which */
  const gchar *action; /* (nullable): in the audit log */
} procedures[] = {
    {"apps.list", "GET", vowel_control_on_list_apps, FALSE},
    {"apps.get", "GET", vowel_control_on_get_app, TRUE},
    {"apps.create", "POST", vowel_control_on_create_app, FALSE, "app.create"},
    {"apps.update", "POST", vowel_control_on_update_app, TRUE, "app.update"},
    {"apps.delete", "POST", vowel_control_on_delete_app, TRUE, "app.delete"},
    {"apiKeys.list", "GET", vowel_control_on_list_keys, FALSE},
    {"apiKeys.reveal", "GET", vowel_control_on_reveal_key, TRUE, "key.reveal"},
    {"apiKeys.create", "POST", vowel_control_on_create_key, FALSE,
        "key.create"},
    {"apiKeys.update", "POST", vowel_control_on_update_key, TRUE, "key.update"},
    {"apiKeys.revoke", "POST", vowel_control_on_revoke_key, TRUE, "key.revoke"},
    {"apiKeys.delete", "POST", vowel_control_on_delete_key, TRUE, "key.delete"},
    {"providerKeys.list", "GET", vowel_control_on_list_provider_keys, FALSE},
    {"providerKeys.create", "POST", vowel_control_on_create_provider_key, FALSE,
        "provider_key.create"},
    {"providerKeys.delete", "POST", vowel_control_on_delete_provider_key, TRUE,
        "provider_key.delete"},
};

static JsonObject *
get_query_input (const VowelRequest *request, GError **error)
{
  const gchar *text = vowel_request_get_query (request, "input");
  g_autoptr (JsonNode) node = NULL;

  if (text == NULL)
    return json_object_new ();
  node = gst_vowel_json_parse (text, strlen (text), strlen (text), error);
  if (node == NULL) {
    g_prefix_error (error, "input is not valid: ");
    return NULL;
  }
  if (JSON_NODE_HOLDS_OBJECT (node))
    return vowel_trpc_unwrap (json_node_get_object (node));
  g_set_error_literal (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
      "input must be a JSON object");
  return NULL;
}

static void
serve (VowelRequest *request, VowelControl *self, guint i, JsonObject *input)
{
  g_autoptr (GHashTable) query = g_hash_table_new (g_str_hash, g_str_equal);
  g_autofree gchar *id = NULL;
  VowelRequest inner = *request;
  const gchar *app_id = NULL, *given = NULL;
  g_autoptr (GError) error = NULL;

  if (!vowel_control_read_string (input, "appId", &app_id, &error)
      || !vowel_control_read_string (input, "id", &given, &error)) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  if (procedures[i].of_one && given == NULL) {
    vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, "id",
        NULL, "id is required: which one %s is about", procedures[i].name);
    return;
  }
  if (app_id != NULL)
    g_hash_table_insert (query, (gpointer) "appId", (gpointer) app_id);
  inner.query = query;
  inner.params[0] = id = g_strdup (given);
  inner.params[1] = NULL;
  if (procedures[i].action != NULL)
    vowel_audit_note_action (request->message, procedures[i].action);
  procedures[i].func (&inner, self);
}

void
vowel_control_on_trpc (VowelRequest *request, gpointer control)
{
  const gchar *name = request->path + strlen (VOWEL_TRPC_PREFIX);
  const gchar *method = soup_server_message_get_method (request->message);
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) input = NULL;
  guint i = 0;

  if (request->query && g_hash_table_contains (request->query, "batch")) {
    vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL,
        NULL, "Batches are not taken: use httpLink instead of httpBatchLink");
    return;
  }
  while (
      i < G_N_ELEMENTS (procedures) && !g_str_equal (procedures[i].name, name))
    i++;
  if (i == G_N_ELEMENTS (procedures)) {
    vowel_http_reply_error (request->message, SOUP_STATUS_NOT_FOUND, NULL, NULL,
        "There is no procedure \"%s\"", name);
    return;
  }
  if (!g_str_equal (procedures[i].method, method)) {
    vowel_http_reply_error (request->message, SOUP_STATUS_METHOD_NOT_ALLOWED,
        NULL, NULL, "%s is called by %s", name, procedures[i].method);
    return;
  }
  input = g_str_equal (method, "GET")
              ? get_query_input (request, &error)
              : vowel_http_get_object (request->message, &error);
  if (input == NULL) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  /* As before a PATCH. */
  if (g_str_equal (method, "POST"))
    vowel_store_catch_up (vowel_control_get_store (control));
  serve (request, control, i, input);
}
