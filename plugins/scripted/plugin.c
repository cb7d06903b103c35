/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstscriptedllm.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  return GST_ELEMENT_REGISTER (scriptedllm, plugin);
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, vowelscripted,
    "Language model by script: the offline assistant and test model",
    plugin_init, VERSION, GST_LICENSE, GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
