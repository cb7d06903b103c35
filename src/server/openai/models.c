/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "models.h"

static JsonObject *
describe (const VowelServerConfig *config, gint64 created)
{
  JsonObject *model = json_object_new ();

  json_object_set_string_member (
      model, "id", vowel_server_config_get_model (config));
  json_object_set_string_member (model, "object", "model");
  json_object_set_int_member (model, "created", created);
  json_object_set_string_member (
      model, "owned_by", vowel_server_config_get_first (config->llm_provider));
  return model;
}

JsonObject *
vowel_models_list (const VowelServerConfig *config, gint64 created)
{
  JsonObject *list = json_object_new ();
  JsonArray *data = json_array_new ();

  json_array_add_object_element (data, describe (config, created));
  json_object_set_string_member (list, "object", "list");
  json_object_set_array_member (list, "data", data);
  return list;
}

JsonObject *
vowel_models_find (
    const VowelServerConfig *config, gint64 created, const gchar *id)
{
  return g_str_equal (id, vowel_server_config_get_model (config))
             ? describe (config, created)
             : NULL;
}
