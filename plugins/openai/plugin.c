/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstopenaillm.h"
#include "gstopenaistt.h"
#include "gstopenaitts.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (openaillm, plugin)
         && GST_ELEMENT_REGISTER (openaistt, plugin)
         && GST_ELEMENT_REGISTER (openaitts, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, vowelopenai,
    "Providers behind OpenAI-compatible servers", plugin_init, VERSION,
    GST_LICENSE, GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
