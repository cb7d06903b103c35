/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-private.h"

#include <gst/vowel/gstvoweljson.h>

/* What the operator does about organizations. Ids are those of apps. */

static JsonObject *
to_json (const VowelApp *app, const VowelOrganization *organization)
{
  JsonObject *object = json_object_new ();

  vowel_http_set_string (object, "id", app->id);
  vowel_http_set_string (object, "name", app->name);
  vowel_http_set_string (object, "status", organization->status);
  vowel_http_set_string (object, "plan", organization->plan);
  vowel_http_set_string (object, "ownerEmail", organization->owner);
  json_object_set_int_member (object, "createdAt", app->created_at);
  return object;
}

static void
reply_error (SoupServerMessage *message, const GError *error)
{
  gboolean missing =
      g_error_matches (error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND);

  vowel_http_reply_error (message,
      missing ? SOUP_STATUS_NOT_FOUND : SOUP_STATUS_INTERNAL_SERVER_ERROR, NULL,
      NULL, "%s", error->message);
}

static void
on_list (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  VowelStore *store = vowel_accounts_get_store (self->accounts);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) apps = vowel_store_list_apps (store, &error);
  g_autoptr (JsonArray) array = json_array_new ();

  for (guint i = 0; apps != NULL && i < apps->len; i++) {
    const VowelApp *app = g_ptr_array_index (apps, i);
    g_autoptr (VowelOrganization) organization =
        vowel_organization_get (store, app->id, &error);

    if (organization == NULL)
      break;
    json_array_add_object_element (array, to_json (app, organization));
  }
  if (error != NULL)
    reply_error (request->message, error);
  else
    vowel_http_reply_array (request->message, g_steal_pointer (&array));
}

static gboolean
refuse (VowelRequest *request, const gchar *member, const gchar *expected)
{
  vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, member,
      NULL, "%s must be %s", member, expected);
  return FALSE;
}

/* FALSE: it has been answered */
static gboolean
apply (VowelVoicex *self, VowelRequest *request, JsonObject *body,
    VowelOrganization *organization)
{
  static const gchar *const statuses[] = {
      VOWEL_ORGANIZATION_ACTIVE, VOWEL_ORGANIZATION_PENDING, NULL};
  const gchar *status = gst_vowel_json_get_string (body, "status");
  const gchar *plan = gst_vowel_json_get_string (body, "plan");
  VowelPlans *plans = vowel_accounts_get_plans (self->accounts);

  if (json_object_has_member (body, "status")
      && (status == NULL || !g_strv_contains (statuses, status)))
    return refuse (request, "status", "active or pending");
  if (json_object_has_member (body, "plan")
      && vowel_plans_find (plans, plan) == NULL)
    return refuse (request, "plan", "the slug of a plan: see /api/plans");
  if (status != NULL) {
    g_free (organization->status);
    organization->status = g_strdup (status);
  }
  if (plan != NULL) {
    g_free (organization->plan);
    organization->plan = g_strdup (plan);
  }
  return TRUE;
}

static void
on_update (VowelRequest *request, gpointer voicex)
{
  VowelVoicex *self = voicex;
  VowelStore *store = vowel_accounts_get_store (self->accounts);
  g_autoptr (GError) error = NULL;
  g_autoptr (VowelApp) app =
      vowel_store_get_app (store, request->params[0], &error);
  g_autoptr (VowelOrganization) organization =
      app != NULL ? vowel_organization_get (store, app->id, &error) : NULL;
  g_autoptr (JsonObject) body = NULL;

  if (organization == NULL) {
    reply_error (request->message, error);
    return;
  }
  body = vowel_http_get_object (request->message, &error);
  if (body == NULL) {
    vowel_http_reply_error (request->message, SOUP_STATUS_BAD_REQUEST, NULL,
        NULL, "%s", error->message);
    return;
  }
  if (!apply (self, request, body, organization))
    return;
  vowel_audit_note_target (request->message, app->id, app->id);
  vowel_organization_put (store, organization, vowel_later_answer_on_written,
      vowel_voicex_answer_later (
          request->message, SOUP_STATUS_OK, to_json (app, organization)));
}

static const VowelRoute routes[] = {
    {"GET", "/api/organizations", VOWEL_RIGHT_ADMIN, on_list},
    {"PATCH", "/api/organizations/:id", VOWEL_RIGHT_ADMIN, on_update,
        "organization.update", VOWEL_AUDIT_ALL},
    {NULL},
};

const VowelRoute *
vowel_voicex_get_operator_routes (void)
{
  return routes;
}
