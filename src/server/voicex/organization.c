/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "organization.h"

#include "server/http/http.h"
#include "server/store/document-json.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define KIND "organization"

VowelOrganization *
vowel_organization_new (const gchar *app_id, const gchar *status)
{
  VowelOrganization *organization = g_new0 (VowelOrganization, 1);

  organization->app_id = g_strdup (app_id);
  organization->status = g_strdup (status);
  return organization;
}

void
vowel_organization_free (VowelOrganization *organization)
{
  g_free (organization->app_id);
  g_free (organization->status);
  g_free (organization->plan);
  g_free (organization->owner);
  g_free (organization);
}

gboolean
vowel_organization_is_pending (const VowelOrganization *organization)
{
  return !g_str_equal (organization->status, VOWEL_ORGANIZATION_ACTIVE);
}

static VowelOrganization *
read_document (const VowelDocument *document)
{
  g_autoptr (JsonObject) body = vowel_document_parse (document);
  const gchar *status = gst_vowel_json_get_string (body, "status");
  VowelOrganization *organization = vowel_organization_new (
      document->app_id, status ? status : VOWEL_ORGANIZATION_PENDING);

  organization->plan = g_strdup (gst_vowel_json_get_string (body, "plan"));
  organization->owner = g_strdup (gst_vowel_json_get_string (body, "owner"));
  organization->created_at = document->created_at;
  organization->updated_at = document->updated_at;
  return organization;
}

gboolean
vowel_organization_exists (VowelStore *store)
{
  g_autoptr (GPtrArray) documents =
      vowel_store_list_documents (store, KIND, NULL, NULL);

  return documents == NULL || documents->len > 0;
}

VowelOrganization *
vowel_organization_get (VowelStore *store, const gchar *app_id, GError **error)
{
  g_autoptr (GError) read_error = NULL;
  g_autoptr (VowelDocument) document =
      vowel_store_get_document (store, KIND, app_id, &read_error);

  if (document != NULL)
    return read_document (document);
  if (g_error_matches (
          read_error, VOWEL_STORE_ERROR, VOWEL_STORE_ERROR_NOT_FOUND))
    return vowel_organization_new (app_id, VOWEL_ORGANIZATION_ACTIVE);
  g_propagate_error (error, g_steal_pointer (&read_error));
  return NULL;
}

void
vowel_organization_put (VowelStore *store,
    const VowelOrganization *organization, GAsyncReadyCallback callback,
    gpointer user_data)
{
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (VowelDocument) document = NULL;

  vowel_http_set_string (body, "status", organization->status);
  vowel_http_set_string (body, "plan", organization->plan);
  vowel_http_set_string (body, "owner", organization->owner);
  document = vowel_document_new_json (
      KIND, organization->app_id, organization->app_id, NULL, body);
  if (organization->created_at != 0)
    document->created_at = organization->created_at;
  vowel_store_put_document (store, document, callback, user_data);
}
