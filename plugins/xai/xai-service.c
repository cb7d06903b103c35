/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "xai-service.h"

const RemoteService xai_service = {
    .name = "grok",
    .base_url = "https://api.x.ai",
    .header = "Authorization",
    .scheme = "Bearer ",
};
