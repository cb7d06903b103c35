/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "mistral-service.h"

const RemoteService mistral_service = {
    .name = "mistral",
    .base_url = "https://api.mistral.ai",
    .header = "Authorization",
    .scheme = "Bearer ",
};
