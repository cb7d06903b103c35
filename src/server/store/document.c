/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "document.h"

VowelDocument *
vowel_document_new (const gchar *kind, const gchar *id, const gchar *app_id,
    const gchar *key, const gchar *body)
{
  VowelDocument *document = g_new0 (VowelDocument, 1);

  document->kind = g_strdup (kind);
  document->id = g_strdup (id);
  document->app_id = g_strdup (app_id);
  document->key = g_strdup (key);
  document->body = g_strdup (body);
  document->created_at = g_get_real_time () / 1000;
  document->updated_at = document->created_at;
  return document;
}

VowelDocument *
vowel_document_copy (const VowelDocument *document)
{
  VowelDocument *copy = g_memdup2 (document, sizeof (*document));

  copy->kind = g_strdup (document->kind);
  copy->id = g_strdup (document->id);
  copy->app_id = g_strdup (document->app_id);
  copy->key = g_strdup (document->key);
  copy->body = g_strdup (document->body);
  return copy;
}

void
vowel_document_free (VowelDocument *document)
{
  g_free (document->kind);
  g_free (document->id);
  g_free (document->app_id);
  g_free (document->key);
  g_free (document->body);
  g_free (document);
}
