/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

/* Gives @klass the properties @names of the provider base class @type, with the
 * same documentation, ranges and defaults.  Their ids count from @first_id. */
void vowel_core_forward_properties (
    GObjectClass *klass, guint first_id, GType type, const gchar *const *names);
/* set_property and get_property of such a class. */
void vowel_core_set_forwarded (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec);
void vowel_core_get_forwarded (
    GObject *object, guint id, GValue *value, GParamSpec *pspec);

/* Points @ghost at the pad @name of @provider. */
gboolean vowel_core_retarget (
    GstPad *ghost, GstElement *provider, const gchar *name);

G_END_DECLS
