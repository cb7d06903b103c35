/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GstVowelTemplateError:
 * @GST_VOWEL_TEMPLATE_ERROR_SYNTAX: the template cannot be read
 * @GST_VOWEL_TEMPLATE_ERROR_VALUE: a value is missing, or of no use to its
 *   filter
 */
typedef enum {
  GST_VOWEL_TEMPLATE_ERROR_SYNTAX,
  GST_VOWEL_TEMPLATE_ERROR_VALUE,
} GstVowelTemplateError;

#define GST_VOWEL_TEMPLATE_ERROR (gst_vowel_template_error_quark ())
GQuark gst_vowel_template_error_quark (void);

/**
 * GstVowelTemplate:
 *
 * A text with places to fill in: `{name}`, `{name|text when it is unset}`,
 * `{name:filter}`; `{{` and `}}` are braces. Filters: `words` (a number in
 * words), `number` (a number in digits), `name` (capital letters), `calculate`
 * (the result of an arithmetic expression, in words), `formula` (the expression
 * as it is said), `count` (the numbers up to it).
 */
typedef struct _GstVowelTemplate GstVowelTemplate;

/* Returns: (nullable): the value, NULL when it is unset */
typedef const gchar *(*GstVowelTemplateLookup) (
    const gchar *name, gpointer user_data);

GstVowelTemplate *gst_vowel_template_new (const gchar *text, GError **error);
void gst_vowel_template_free (GstVowelTemplate *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelTemplate, gst_vowel_template_free)

guint gst_vowel_template_get_n_places (const GstVowelTemplate *self);
/* @ret_optional: it has a text for when it is unset */
const gchar *gst_vowel_template_get_place (
    const GstVowelTemplate *self, guint index, gboolean *ret_optional);
/* The whole template is one number: `{minutes:number}`. */
gboolean gst_vowel_template_is_number (const GstVowelTemplate *self);
gchar *gst_vowel_template_expand (const GstVowelTemplate *self,
    GstVowelTemplateLookup lookup, gpointer user_data, GError **error);

G_END_DECLS
