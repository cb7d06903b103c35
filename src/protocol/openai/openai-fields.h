/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Reading fields of a client's event. @path: (nullable): where @object is in
 * the event, for the "param" of errors. A field that is absent leaves the
 * value alone; one of the wrong type or range is an error that names it. */

gchar *vowel_openai_path (const gchar *path, const gchar *key);
gchar *vowel_openai_path_index (const gchar *path, guint index);

gboolean vowel_openai_has (JsonObject *object, const gchar *key);
/* Present and null. */
gboolean vowel_openai_is_null (JsonObject *object, const gchar *key);

/* A null sets NULL. */
gboolean vowel_openai_read_string (JsonObject *object, const gchar *path,
    const gchar *key, const gchar **value, GError **error);
gboolean vowel_openai_require_string (JsonObject *object, const gchar *path,
    const gchar *key, const gchar **ret_value, GError **error);
/* One of @choices (NULL-terminated); its index. */
gboolean vowel_openai_read_choice (JsonObject *object, const gchar *path,
    const gchar *key, const gchar *const *choices, guint *index,
    GError **error);
/* A null counts as absent for these. */
gboolean vowel_openai_read_boolean (JsonObject *object, const gchar *path,
    const gchar *key, gboolean *value, GError **error);
gboolean vowel_openai_read_uint (JsonObject *object, const gchar *path,
    const gchar *key, guint min, guint max, guint *value, GError **error);
gboolean vowel_openai_read_double (JsonObject *object, const gchar *path,
    const gchar *key, gdouble min, gdouble max, gdouble *value, GError **error);
/* (transfer none); NULL when absent or null. */
gboolean vowel_openai_read_object (JsonObject *object, const gchar *path,
    const gchar *key, JsonObject **ret_value, GError **error);
gboolean vowel_openai_read_array (JsonObject *object, const gchar *path,
    const gchar *key, JsonArray **ret_value, GError **error);
/* The element of an array, which must be an object. */
gboolean vowel_openai_element_object (JsonArray *array, guint index,
    const gchar *path, JsonObject **ret_value, GError **error);

G_END_DECLS
