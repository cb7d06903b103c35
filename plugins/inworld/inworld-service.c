/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "inworld-service.h"

const RemoteService inworld_service = {
    .name = "inworld",
    .base_url = "https://api.inworld.ai",
    .header = "Authorization",
    .scheme = "Basic ",
};
