/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "remote-settings.h"

G_BEGIN_DECLS

extern const RemoteService cartesia_service;

G_END_DECLS
