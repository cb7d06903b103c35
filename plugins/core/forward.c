/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "forward.h"

static GParamSpec *
copy_pspec (GParamSpec *pspec)
{
  const gchar *name = pspec->name;
  const gchar *nick = g_param_spec_get_nick (pspec);
  const gchar *blurb = g_param_spec_get_blurb (pspec);
  GParamFlags flags = pspec->flags;

  if (G_IS_PARAM_SPEC_STRING (pspec))
    return g_param_spec_string (
        name, nick, blurb, G_PARAM_SPEC_STRING (pspec)->default_value, flags);
  if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    return g_param_spec_boolean (
        name, nick, blurb, G_PARAM_SPEC_BOOLEAN (pspec)->default_value, flags);
  if (G_IS_PARAM_SPEC_UINT (pspec)) {
    GParamSpecUInt *p = G_PARAM_SPEC_UINT (pspec);

    return g_param_spec_uint (
        name, nick, blurb, p->minimum, p->maximum, p->default_value, flags);
  }
  if (G_IS_PARAM_SPEC_UINT64 (pspec)) {
    GParamSpecUInt64 *p = G_PARAM_SPEC_UINT64 (pspec);

    return g_param_spec_uint64 (
        name, nick, blurb, p->minimum, p->maximum, p->default_value, flags);
  }
  if (G_IS_PARAM_SPEC_DOUBLE (pspec)) {
    GParamSpecDouble *p = G_PARAM_SPEC_DOUBLE (pspec);

    return g_param_spec_double (
        name, nick, blurb, p->minimum, p->maximum, p->default_value, flags);
  }
  g_return_val_if_reached (NULL);
}

void
vowel_core_forward_properties (
    GObjectClass *klass, guint first_id, GType type, const gchar *const *names)
{
  g_autoptr (GTypeClass) base = g_type_class_ref (type);

  for (guint i = 0; names[i] != NULL; i++) {
    GParamSpec *pspec =
        g_object_class_find_property (G_OBJECT_CLASS (base), names[i]);

    g_return_if_fail (pspec != NULL);
    g_object_class_install_property (klass, first_id + i, copy_pspec (pspec));
  }
}

void
vowel_core_set_forwarded (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  gst_vowel_provider_bin_forward_set (
      GST_VOWEL_PROVIDER_BIN (object), pspec, value);
}

void
vowel_core_get_forwarded (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  gst_vowel_provider_bin_forward_get (
      GST_VOWEL_PROVIDER_BIN (object), pspec, value);
}

gboolean
vowel_core_retarget (GstPad *ghost, GstElement *provider, const gchar *name)
{
  g_autoptr (GstPad) pad = gst_element_get_static_pad (provider, name);

  return pad != NULL
         && gst_ghost_pad_set_target (GST_GHOST_PAD_CAST (ghost), pad);
}
