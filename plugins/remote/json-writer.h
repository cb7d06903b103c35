/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Members of an object that is being built. */
void json_writer_add_string (
    JsonBuilder *builder, const gchar *name, const gchar *value);
void json_writer_add_int (
    JsonBuilder *builder, const gchar *name, gint64 value);
void json_writer_add_double (
    JsonBuilder *builder, const gchar *name, gdouble value);
void json_writer_add_boolean (
    JsonBuilder *builder, const gchar *name, gboolean value);
/* Up to the next json_builder_end_object(). */
void json_writer_begin_object (JsonBuilder *builder, const gchar *name);

/* Ends the outermost object. (transfer full): it as text */
gchar *json_writer_end (JsonBuilder *builder);
GBytes *json_writer_end_bytes (JsonBuilder *builder);

G_END_DECLS
