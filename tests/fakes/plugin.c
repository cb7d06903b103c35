/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "fakes.h"

static gboolean
plugin_init (GstPlugin *plugin)
{
  gboolean ok = FALSE;

  ok |= GST_ELEMENT_REGISTER (fakestt, plugin);
  ok |= GST_ELEMENT_REGISTER (fakellm, plugin);
  ok |= GST_ELEMENT_REGISTER (faketts, plugin);
  return ok;
}

GST_PLUGIN_DEFINE (GST_VERSION_MAJOR, GST_VERSION_MINOR, vowelfakes,
    "Providers for tests", plugin_init, VERSION, GST_LICENSE, GST_PACKAGE_NAME,
    GST_PACKAGE_ORIGIN)
