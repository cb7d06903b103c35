/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelfield
 * @title: Field properties
 * @short_description: Properties that are plain fields of an element
 */

#include "config.h"

#include "gstvowelfield.h"

/* (nullable): where the property is kept in @object */
static gpointer
find_field (GObject *object, GParamSpec *pspec)
{
  const goffset *offset = g_param_spec_get_qdata (
      pspec, g_quark_from_static_string ("gst-vowel-field"));

  return offset != NULL ? G_STRUCT_MEMBER_P (object, *offset) : NULL;
}

/**
 * gst_vowel_field_install:
 * @klass: class of an element
 * @id: the property's number in @klass
 * @pspec: (transfer floating): the property
 * @offset: where its value is in an instance: G_STRUCT_OFFSET(), or
 *   G_PRIVATE_OFFSET()
 *
 * Installs a property that is a field of the instance. A class that has no
 * functions of its own to set and get properties gets those of field
 * properties. The instance's `init` gives the field its first value; a string
 * belongs to the instance, whose `finalize` frees it.
 */
void
gst_vowel_field_install (
    GObjectClass *klass, guint id, GParamSpec *pspec, goffset offset)
{
  g_return_if_fail (G_IS_OBJECT_CLASS (klass));
  g_return_if_fail (id != 0);
  g_return_if_fail (G_IS_PARAM_SPEC (pspec));

  g_param_spec_set_qdata_full (pspec,
      g_quark_from_static_string ("gst-vowel-field"),
      g_memdup2 (&offset, sizeof offset), g_free);
  /* These two are not inherited. */
  if (klass->set_property == NULL)
    klass->set_property = gst_vowel_field_set_property;
  if (klass->get_property == NULL)
    klass->get_property = gst_vowel_field_get_property;
  g_object_class_install_property (klass, id, pspec);
}

/* With the object lock held; FALSE for a type that is none of ours. */
static gboolean
set_field (gpointer field, const GValue *value)
{
  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value))) {
    case G_TYPE_BOOLEAN:
      *(gboolean *) field = g_value_get_boolean (value);
      return TRUE;
    case G_TYPE_INT:
      *(gint *) field = g_value_get_int (value);
      return TRUE;
    case G_TYPE_UINT:
      *(guint *) field = g_value_get_uint (value);
      return TRUE;
    case G_TYPE_UINT64:
      *(guint64 *) field = g_value_get_uint64 (value);
      return TRUE;
    case G_TYPE_DOUBLE:
      *(gdouble *) field = g_value_get_double (value);
      return TRUE;
    case G_TYPE_ENUM:
      *(gint *) field = g_value_get_enum (value);
      return TRUE;
    case G_TYPE_STRING:
      g_free (*(gchar **) field);
      *(gchar **) field = g_value_dup_string (value);
      return TRUE;
    default:
      return FALSE;
  }
}

/* As set_field(). */
static gboolean
get_field (gconstpointer field, GValue *value)
{
  switch (G_TYPE_FUNDAMENTAL (G_VALUE_TYPE (value))) {
    case G_TYPE_BOOLEAN:
      g_value_set_boolean (value, *(const gboolean *) field);
      return TRUE;
    case G_TYPE_INT:
      g_value_set_int (value, *(const gint *) field);
      return TRUE;
    case G_TYPE_UINT:
      g_value_set_uint (value, *(const guint *) field);
      return TRUE;
    case G_TYPE_UINT64:
      g_value_set_uint64 (value, *(const guint64 *) field);
      return TRUE;
    case G_TYPE_DOUBLE:
      g_value_set_double (value, *(const gdouble *) field);
      return TRUE;
    case G_TYPE_ENUM:
      g_value_set_enum (value, *(const gint *) field);
      return TRUE;
    case G_TYPE_STRING:
      g_value_set_string (value, *(gchar *const *) field);
      return TRUE;
    default:
      return FALSE;
  }
}

/**
 * gst_vowel_field_set_property:
 * @object: an element
 * @id: the property's number
 * @value: its new value
 * @pspec: the property
 *
 * What `GObjectClass.set_property` does for field properties. Takes the object
 * lock.
 */
void
gst_vowel_field_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  gpointer field = find_field (object, pspec);
  gboolean known;

  GST_OBJECT_LOCK (object);
  known = field != NULL && set_field (field, value);
  GST_OBJECT_UNLOCK (object);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

/**
 * gst_vowel_field_get_property:
 * @object: an element
 * @id: the property's number
 * @value: takes its value
 * @pspec: the property
 *
 * What `GObjectClass.get_property` does for field properties. Takes the object
 * lock.
 */
void
gst_vowel_field_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  gconstpointer field = find_field (object, pspec);
  gboolean known;

  GST_OBJECT_LOCK (object);
  known = field != NULL && get_field (field, value);
  GST_OBJECT_UNLOCK (object);
  if (!known)
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}
