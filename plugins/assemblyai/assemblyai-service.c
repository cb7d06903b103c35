/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "assemblyai-service.h"

const RemoteService assemblyai_service = {
    .name = "assemblyai",
    .base_url = "https://streaming.assemblyai.com",
    .header = "Authorization",
    .scheme = "",
};
