/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "call-json.h"

#include "server/http/http.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

/* What the store keeps as JSON; null when there is none. (transfer full) */
static JsonNode *
parse_kept (const gchar *text)
{
  JsonNode *node = text != NULL ? gst_vowel_json_parse (
                       text, strlen (text), strlen (text), NULL)
                                : NULL;

  return node != NULL ? node : json_node_new (JSON_NODE_NULL);
}

JsonObject *
vowel_call_to_json (const VowelCall *call)
{
  JsonObject *object = json_object_new ();

  vowel_http_set_string (object, "id", call->id);
  vowel_http_set_string (object, "appId", call->app_id);
  vowel_http_set_string (object, "keyId", call->key_id);
  vowel_http_set_string (object, "serviceId", call->service_id);
  vowel_http_set_string (object, "model", call->model);
  vowel_http_set_string (object, "voice", call->voice);
  vowel_http_set_string (object, "agentId", call->agent_id);
  vowel_http_set_string (object, "source", call->source);
  vowel_http_set_string (object, "party", call->party);
  json_object_set_member (object, "details", parse_kept (call->details));
  json_object_set_int_member (object, "startedAt", call->started_at);
  json_object_set_int_member (
      object, "turns", g_atomic_int_get (&call->n_turns));
  return object;
}

static JsonArray *
lines_to_json (const VowelCall *call)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < call->lines->len; i++) {
    const VowelCallLine *line = g_ptr_array_index (call->lines, i);
    JsonObject *object = json_object_new ();

    json_object_set_int_member (object, "atMs", line->at_ms);
    vowel_http_set_string (object, "speaker", line->speaker);
    vowel_http_set_string (object, "itemId", line->item_id);
    vowel_http_set_string (object, "text", line->text);
    json_array_add_object_element (array, object);
  }
  return array;
}

static JsonArray *
turns_to_json (const VowelCall *call)
{
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < call->turns->len; i++) {
    const VowelCallTurn *turn = g_ptr_array_index (call->turns, i);
    JsonObject *object = json_object_new ();

    json_object_set_int_member (object, "atMs", turn->at_ms);
    vowel_http_set_string (object, "itemId", turn->item_id);
    vowel_http_set_string (object, "responseId", turn->response_id);
    vowel_http_set_string (object, "status", turn->status);
    json_object_set_member (object, "times", parse_kept (turn->times));
    json_array_add_object_element (array, object);
  }
  return array;
}

void
vowel_call_add_record (JsonObject *object, const VowelCall *call)
{
  json_object_set_array_member (object, "transcript", lines_to_json (call));
  json_object_set_array_member (object, "timeline", turns_to_json (call));
  json_object_set_member (object, "usage", parse_kept (call->usage));
}

void
vowel_call_details_merge (JsonObject *details, JsonObject *news)
{
  JsonObjectIter iter;
  const gchar *name;
  JsonNode *value;

  json_object_iter_init_ordered (&iter, news);
  while (json_object_iter_next_ordered (&iter, &name, &value))
    json_object_set_member (details, name, json_node_copy (value));
}

gchar *
vowel_call_details_add (const gchar *details, JsonObject *news)
{
  g_autoptr (JsonNode) node = parse_kept (details);

  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    g_clear_pointer (&node, json_node_unref);
    node = json_node_new (JSON_NODE_OBJECT);
    json_node_take_object (node, json_object_new ());
  }
  vowel_call_details_merge (json_node_get_object (node), news);
  return json_to_string (node, FALSE);
}
