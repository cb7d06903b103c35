/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "trpc-wire.h"

#include <string.h>

/* tRPC's names and numbers for its errors. */
static const struct {
  guint status;
  gint code;
  const gchar *name;
} errors[] = {
    {400, -32600, "BAD_REQUEST"},
    {401, -32001, "UNAUTHORIZED"},
    {403, -32003, "FORBIDDEN"},
    {404, -32004, "NOT_FOUND"},
    {405, -32005, "METHOD_NOT_SUPPORTED"},
    {413, -32013, "PAYLOAD_TOO_LARGE"},
    {429, -32029, "TOO_MANY_REQUESTS"},
    {500, -32603, "INTERNAL_SERVER_ERROR"},
};

gboolean
vowel_trpc_is_path (const gchar *path)
{
  return g_str_has_prefix (path, VOWEL_TRPC_PREFIX);
}

JsonObject *
vowel_trpc_unwrap (JsonObject *call)
{
  JsonNode *json = json_object_get_member (call, "json");

  if (json == NULL)
    return json_object_ref (call);
  return JSON_NODE_HOLDS_OBJECT (json) ? json_node_dup_object (json)
                                       : json_object_new ();
}

static JsonObject *
make_error (const gchar *path, guint status, JsonNode *answer)
{
  JsonObject *error = json_object_new ();
  JsonObject *data = json_object_new ();
  const gchar *text = json_object_get_string_member_with_default (
      json_node_get_object (answer), "message", "");
  guint i = 0;

  while (i < G_N_ELEMENTS (errors) - 1 && errors[i].status != status)
    i++;
  json_object_set_string_member (error, "message", text);
  json_object_set_int_member (error, "code", errors[i].code);
  json_object_set_string_member (data, "code", errors[i].name);
  json_object_set_int_member (data, "httpStatus", status);
  json_object_set_string_member (
      data, "path", path + strlen (VOWEL_TRPC_PREFIX));
  json_object_set_object_member (error, "data", data);
  return error;
}

JsonNode *
vowel_trpc_wrap (const gchar *path, guint status, JsonNode *answer)
{
  JsonNode *node = json_node_new (JSON_NODE_OBJECT);
  JsonObject *whole = json_object_new ();
  JsonObject *inner = json_object_new ();

  if (status >= 400) {
    json_object_set_object_member (
        inner, "json", make_error (path, status, answer));
    json_object_set_object_member (whole, "error", inner);
  } else {
    JsonObject *result = json_object_new ();

    json_object_set_member (inner, "json", json_node_copy (answer));
    json_object_set_object_member (result, "data", inner);
    json_object_set_object_member (whole, "result", result);
  }
  json_node_take_object (node, whole);
  return node;
}
