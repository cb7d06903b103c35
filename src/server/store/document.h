/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelDocument:
 * @kind: what it is, as in "agent"
 * @id: unique in its kind
 * @app_id: whose it is: it goes when its app goes
 * @key: (nullable): another name, unique in its kind
 * @body: a JSON object, as text; %NULL, among those that are written: this one
 *   is deleted
 * @created_at: milliseconds since 1970
 * @updated_at: milliseconds since 1970
 * @expires_at: milliseconds since 1970, 0 for never: then it is not there any
 *   more
 *
 * Something that an app has, whose meaning is the business of whoever made it.
 * Each kind is a plain struct elsewhere, which is read from and written to such
 * a document.
 */
typedef struct {
  gchar *kind;
  gchar *id;
  gchar *app_id;
  gchar *key;
  gchar *body;
  gint64 created_at;
  gint64 updated_at;
  gint64 expires_at;
} VowelDocument;

/* Of now. @key: (nullable). */
VowelDocument *vowel_document_new (const gchar *kind, const gchar *id,
    const gchar *app_id, const gchar *key, const gchar *body);
VowelDocument *vowel_document_copy (const VowelDocument *document);
void vowel_document_free (VowelDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelDocument, vowel_document_free)

G_END_DECLS
