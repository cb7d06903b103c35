/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstllmbin.h"
#include "gststtsink.h"
#include "gstttssrc.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  gboolean ok = FALSE;

  ok |= GST_ELEMENT_REGISTER (sttsink, plugin);
  ok |= GST_ELEMENT_REGISTER (llmbin, plugin);
  ok |= GST_ELEMENT_REGISTER (ttssrc, plugin);
  return ok;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, vowelcore,
    "Speech to text, language model and text to speech by any provider",
    plugin_init, VERSION, GST_LICENSE, GST_PACKAGE_NAME, GST_PACKAGE_ORIGIN)
