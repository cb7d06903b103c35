/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script-arguments.h"

G_BEGIN_DECLS

/*
 * The parameters that a tool's JSON Schema names.  Used where they are filled.
 */

typedef enum {
  GST_VOWEL_PROPERTY_STRING,
  GST_VOWEL_PROPERTY_NUMBER,
  GST_VOWEL_PROPERTY_INTEGER,
  GST_VOWEL_PROPERTY_BOOLEAN,
  GST_VOWEL_PROPERTY_ARRAY,
  GST_VOWEL_PROPERTY_OBJECT,
} GstVowelPropertyType;

/**
 * GstVowelProperty:
 * @name: borrowed from the schema
 * @schema: (nullable): its own part of the schema
 * @type: what its values are
 * @required: the tool cannot be called without it
 * @words: of its name
 *
 * A parameter of a tool.
 */
typedef struct {
  const gchar *name;
  JsonObject *schema;
  GstVowelPropertyType type;
  gboolean required;
  GStrv words;
} GstVowelProperty;

/* @name must live as long as the property. */
GstVowelProperty *gst_vowel_property_new (
    JsonObject *schema, const gchar *name);
void gst_vowel_property_free (gpointer data);
/* (element-type GstVowelProperty), in the schema's order */
GPtrArray *gst_vowel_property_list (JsonObject *schema);
GstVowelPropertyType gst_vowel_property_get_type (JsonObject *schema);
/* NULL when any value will do. */
JsonArray *gst_vowel_property_get_enum (JsonObject *schema);
/* Whether one of the words of its name is in @list. */
gboolean gst_vowel_property_has_word (
    const GstVowelProperty *self, const gchar *const *list);
/* Whether its values are names of places or people. */
gboolean gst_vowel_property_is_proper_name (const GstVowelProperty *self);
/* Whether @word is one of the words of its name. */
gboolean gst_vowel_property_is_own_word (
    const GstVowelProperty *self, const gchar *word);
gboolean gst_vowel_words_same_stem (const gchar *a, const gchar *b);
/* "minutes" -> 60, in seconds; 0 for what is no unit of time. */
gdouble gst_vowel_property_unit_of_word (const gchar *word);
/* The unit that the property's name tells. */
gdouble gst_vowel_property_get_unit (const GstVowelProperty *property);
/* When it is filled: what can be told surely comes first (0), then numbers (1);
 * free text takes the rest (2). */
gint gst_vowel_property_get_pass (const GstVowelProperty *property);
/* Sets what is required and has a default in the schema. */
void gst_vowel_property_fill_default (
    const GstVowelProperty *property, JsonObject *arguments);

G_END_DECLS
