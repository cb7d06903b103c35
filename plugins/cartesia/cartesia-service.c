/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "cartesia-service.h"

const RemoteService cartesia_service = {
    .name = "cartesia",
    .base_url = "https://api.cartesia.ai",
    .header = "X-API-Key",
    .scheme = "",
};
