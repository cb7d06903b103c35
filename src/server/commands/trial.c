/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "trial.h"

#include "server/config/behaviours-config.h"
#include "server/http/listener.h"
#include "server/telemetry/logging.h"

#include <gst/gst.h>

VowelPipelineRecipe *
vowel_trial_load (VowelServerConfig *config, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = NULL;

  gst_init (NULL, NULL);
  vowel_logging_init ("error", "text");
  if (!vowel_listener_load_certificate (config, &certificate, error)
      || !vowel_behaviours_config_load (config, error)
      || !vowel_provider_config_choose (config, error))
    return NULL;
  return vowel_pipeline_factory_load (config, error);
}
