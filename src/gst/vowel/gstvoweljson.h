/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * GST_VOWEL_JSON_MAX_DEPTH:
 *
 * How deep foreign JSON may nest. json-glib recurses once per level without a
 * limit of its own, so that deeper text would overflow the stack.
 */
#define GST_VOWEL_JSON_MAX_DEPTH 64

/* Size and depth only; cheap, allocates nothing, never fails on odd text. */
GST_VOWEL_API gboolean gst_vowel_json_scan (
    const gchar *text, gsize length, gsize max_size, GError **error);
/* The only way foreign JSON is parsed: UTF-8 check, scan, then json-glib.
 * Errors are GST_VOWEL_ERROR_LIMIT or GST_VOWEL_ERROR_PROTOCOL. */
GST_VOWEL_API JsonNode *gst_vowel_json_parse (
    const gchar *text, gsize length, gsize max_size, GError **error);
/* The same for text that must be an object. (nullable) */
GST_VOWEL_API JsonObject *gst_vowel_json_parse_object (
    const gchar *text, gsize length, gsize max_size, GError **error);

/* Members of foreign objects, any of which may be missing or of another type:
 * NULL then, and for a NULL object. */
GST_VOWEL_API const gchar *gst_vowel_json_get_string (
    JsonObject *object, const gchar *name);
/* @fallback when there is no such integer. */
GST_VOWEL_API gint64 gst_vowel_json_get_int (
    JsonObject *object, const gchar *name, gint64 fallback);
/* The same for any number. */
GST_VOWEL_API gdouble gst_vowel_json_get_double (
    JsonObject *object, const gchar *name, gdouble fallback);
/* FALSE when there is no such boolean. */
GST_VOWEL_API gboolean gst_vowel_json_get_boolean (
    JsonObject *object, const gchar *name);
GST_VOWEL_API JsonObject *gst_vowel_json_get_object (
    JsonObject *object, const gchar *name);
GST_VOWEL_API JsonArray *gst_vowel_json_get_array (
    JsonObject *object, const gchar *name);
GST_VOWEL_API const gchar *gst_vowel_json_get_string_at (
    JsonArray *array, guint index);

G_END_DECLS
