/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelTwilioField:
 * @name: decoded
 * @value: decoded
 *
 * One field of a form. Unlike in a hash table a name may come again, and
 * what is signed is all of them.
 */
typedef struct {
  gchar *name;
  gchar *value;
} VowelTwilioField;

/* (transfer full) (element-type VowelTwilioField): the fields of an
 * application/x-www-form-urlencoded body, in their order.  NULL when it is
 * none: broken escapes, or not UTF-8. */
GPtrArray *vowel_twilio_form_parse (const gchar *text, gsize length);
/* (transfer full): the same of a query. @query: (nullable) */
GPtrArray *vowel_twilio_form_parse_query (const gchar *query);
/* (nullable): the first field of that name; NULL also when it is empty */
const gchar *vowel_twilio_form_get (GPtrArray *form, const gchar *name);

G_END_DECLS
