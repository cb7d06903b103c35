/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "script.h"

G_BEGIN_DECLS

/*
 * Reading the JSON objects of a script, with errors that name what is wrong.
 */

/**
 * GstVowelReader:
 * @object: one JSON object
 * @where: what to call it in an error
 */
typedef struct {
  JsonObject *object;
  const gchar *where;
} GstVowelReader;

/* Sets @error, naming the object and the field; always FALSE. */
gboolean gst_vowel_reader_invalid (const GstVowelReader *self,
    const gchar *field, GError **error, const gchar *format, ...)
    G_GNUC_PRINTF (4, 5);
/* FALSE when the object has a field that is not in @known. */
gboolean gst_vowel_reader_check_fields (
    const GstVowelReader *self, const gchar *const *known, GError **error);
/* NULL when it is missing or null. */
JsonNode *gst_vowel_reader_get_member (
    const GstVowelReader *self, const gchar *field);
gboolean gst_vowel_reader_is_string (JsonNode *node);
/* Each leaves what it returns alone when the field is missing, and fails when
 * it is of another type. */
gboolean gst_vowel_reader_string (const GstVowelReader *self,
    const gchar *field, gchar **ret_value, GError **error);
gboolean gst_vowel_reader_boolean (const GstVowelReader *self,
    const gchar *field, gboolean *ret_value, GError **error);
gboolean gst_vowel_reader_number (const GstVowelReader *self,
    const gchar *field, gdouble low, gdouble high, gdouble *ret_value,
    GError **error);
gboolean gst_vowel_reader_integer (const GstVowelReader *self,
    const gchar *field, gint low, gint high, gint *ret_value, GError **error);
gboolean gst_vowel_reader_object (const GstVowelReader *self,
    const gchar *field, JsonObject **ret_object, GError **error);
/* A string, or an array of strings. */
gboolean gst_vowel_reader_strings (const GstVowelReader *self,
    const gchar *field, GStrv *ret_strings, GError **error);
gboolean gst_vowel_reader_template (const GstVowelReader *self,
    const gchar *field, const gchar *text, GstVowelTemplate **ret_template,
    GError **error);
gboolean gst_vowel_reader_templates (const GstVowelReader *self,
    const gchar *field, GPtrArray *templates, GError **error);
gboolean gst_vowel_reader_one_template (const GstVowelReader *self,
    const gchar *field, GstVowelTemplate **ret_template, GError **error);

G_END_DECLS
