/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "deepgram-service.h"

const RemoteService deepgram_service = {
    .name = "deepgram",
    .base_url = "https://api.deepgram.com",
    .header = "Authorization",
    .scheme = "Token ",
};
