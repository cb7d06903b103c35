/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/*
 * Field properties: those of an element that are nothing but a field of its
 * instance, protected by the object lock.  Booleans, gint, guint, guint64,
 * gdouble, strings and enumerations.
 *
 * A class that has other properties too sets functions of its own, which leave
 * the rest to gst_vowel_field_set_property() and
 * gst_vowel_field_get_property().
 */
GST_VOWEL_API void gst_vowel_field_install (
    GObjectClass *klass, guint id, GParamSpec *pspec, goffset offset);
GST_VOWEL_API void gst_vowel_field_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec);
GST_VOWEL_API void gst_vowel_field_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec);

G_END_DECLS
