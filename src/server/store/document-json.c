/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "document-json.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

VowelDocument *
vowel_document_new_json (const gchar *kind, const gchar *id,
    const gchar *app_id, const gchar *key, JsonObject *body)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
  g_autofree gchar *text = NULL;

  json_node_set_object (node, body);
  text = json_to_string (node, FALSE);
  return vowel_document_new (kind, id, app_id, key, text);
}

JsonObject *
vowel_document_parse (const VowelDocument *document)
{
  gsize size = strlen (document->body);
  JsonObject *body =
      gst_vowel_json_parse_object (document->body, size, size, NULL);

  return body != NULL ? body : json_object_new ();
}
