/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "elevenlabs-service.h"

const RemoteService elevenlabs_service = {
    .name = "elevenlabs",
    .base_url = "https://api.elevenlabs.io",
    .header = "xi-api-key",
    .scheme = "",
};
