/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "control-private.h"

static gint64
get_now_ms (void)
{
  return g_get_real_time () / 1000;
}

static void
replace (gchar **field, const gchar *text)
{
  if (text == NULL)
    return;
  g_free (*field);
  *field = g_strdup (text);
}

static gboolean
read_runtime_config (JsonObject *body, VowelApp *app, GError **error)
{
  JsonNode *node = json_object_get_member (body, "runtimeConfig");

  if (node == NULL)
    return TRUE;
  if (!JSON_NODE_HOLDS_OBJECT (node)) {
    g_set_error_literal (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
        "runtimeConfig must be an object");
    return FALSE;
  }
  g_free (app->runtime_config);
  app->runtime_config = json_to_string (node, FALSE);
  return TRUE;
}

/* What @body says becomes part of @app; the rest stays. */
static gboolean
apply (JsonObject *body, VowelApp *app, GError **error)
{
  const gchar *name = NULL, *description = NULL, *provider = NULL;

  if (!vowel_control_read_string (body, "name", &name, error)
      || !vowel_control_read_string (body, "description", &description, error)
      || !vowel_control_read_string (body, "defaultProvider", &provider, error)
      || !read_runtime_config (body, app, error))
    return FALSE;
  if (name != NULL) {
    g_autofree gchar *clean = g_strstrip (g_strdup (name));

    replace (&app->name, clean);
  }
  replace (&app->description, description);
  replace (&app->default_provider, provider);
  if (app->name != NULL && *app->name != '\0')
    return TRUE;
  g_set_error_literal (error, JSON_PARSER_ERROR, JSON_PARSER_ERROR_PARSE,
      "name is required: what the app is called");
  return FALSE;
}

static void
put (VowelControl *self, VowelRequest *request, VowelApp *app)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonObject) body =
      vowel_http_get_object (request->message, &error);

  if (body == NULL || !apply (body, app, &error)) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  vowel_audit_note_target (request->message, app->id, app->id);
  app->updated_at = get_now_ms ();
  if (app->created_at == 0)
    app->created_at = app->updated_at;
  vowel_store_put_app (vowel_control_get_store (self), app,
      vowel_later_answer_on_written,
      vowel_control_answer_later (
          request->message, vowel_control_app_to_json (app)));
}

void
vowel_control_on_list_apps (VowelRequest *request, gpointer control)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) apps =
      vowel_store_list_apps (vowel_control_get_store (control), &error);
  JsonArray *array;

  if (apps == NULL) {
    vowel_control_reply_error (request->message, error);
    return;
  }
  array = json_array_new ();
  for (guint i = 0; i < apps->len; i++)
    json_array_add_object_element (
        array, vowel_control_app_to_json (g_ptr_array_index (apps, i)));
  vowel_http_reply_array (request->message, array);
}

void
vowel_control_on_create_app (VowelRequest *request, gpointer control)
{
  g_autoptr (VowelApp) app = g_new0 (VowelApp, 1);

  app->id = g_uuid_string_random ();
  put (control, request, app);
}

/* NULL: answered */
static VowelApp *
find (VowelControl *self, VowelRequest *request)
{
  g_autoptr (GError) error = NULL;
  VowelApp *app = vowel_store_get_app (
      vowel_control_get_store (self), request->params[0], &error);

  if (app == NULL)
    vowel_control_reply_error (request->message, error);
  return app;
}

void
vowel_control_on_get_app (VowelRequest *request, gpointer control)
{
  g_autoptr (VowelApp) app = find (control, request);

  if (app != NULL)
    vowel_http_reply_json (
        request->message, SOUP_STATUS_OK, vowel_control_app_to_json (app));
}

void
vowel_control_on_update_app (VowelRequest *request, gpointer control)
{
  g_autoptr (VowelApp) app = find (control, request);

  if (app != NULL)
    put (control, request, app);
}

void
vowel_control_on_delete_app (VowelRequest *request, gpointer control)
{
  vowel_audit_note_target (
      request->message, request->params[0], request->params[0]);
  vowel_store_delete_app (vowel_control_get_store (control), request->params[0],
      vowel_later_answer_on_written,
      vowel_control_answer_later (request->message, vowel_control_make_ok ()));
}
