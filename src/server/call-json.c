/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "call-json.h"

#include "http.h"

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
  json_object_set_int_member (object, "startedAt", call->started_at);
  json_object_set_int_member (
      object, "turns", g_atomic_int_get (&call->n_turns));
  return object;
}
